"""Does a control rewrite its literal and nothing else?"""

users = 50_000_000  # @param {type:"slider", min:1000000, max:1000000000, unit:"users", scale:"log"}
share = 0.1  # @param {type:"number", min:0, max:1, step:0.05}
mode = "fast"  # @param {type:"dropdown", options:["fast", "safe"]}
cache = True  # @param {type:"boolean"}
note = "plain"  # @param {type:"string"}


def main() -> None:
    print(f"users {users:,} share {share} mode {mode} cache {cache} note {note}")


if __name__ == "__main__":
    main()
