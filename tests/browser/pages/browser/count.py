"""How many rows come in four days?"""

print(f"rows {4 * 10}")

if __name__ == "__main__":
    pass
