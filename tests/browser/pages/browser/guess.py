"""How far off is a guess?"""

leak = 3


def main() -> None:
    print(f"leaky AUC 0.9{leak}")


if __name__ == "__main__":
    main()
