"""Does an edited section run inside its whole file?"""

RATE = 0.25


# --8<-- [start:price]
def price(amount: float) -> float:
    """The amount with its fee."""
    return amount * (1 + RATE)
# --8<-- [end:price]


def main() -> None:
    print(f"price {price(100):.0f}")


if __name__ == "__main__":
    main()
