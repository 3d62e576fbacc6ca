"""Does a plain cell print, stream and end?"""


def greet(name: str) -> str:
    return f"hello, {name}"


if __name__ == "__main__":
    for name in ("reader", "interviewer"):
        print(greet(name))
