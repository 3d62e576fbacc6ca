"""What does a feature cost: memory by its cardinality, bytes by how many candidates need it?

An embedding costs rows × dimensions × bytes, and training keeps the optimizer's state beside it. A user feature is
read once a request, an item feature once a candidate, so it costs as many times more as there are candidates. And
what serving read must be logged, if the next model is to train on it.
Collisions: a row is free of the others with probability (1 - 1/rows)**(ids - 1), the usual birthday sum.
"""

OPTIMIZER_WORDS = {"none": 0, "row-wise Adagrad": 0, "Adam": 2}  # 4-byte numbers of state a weight; row-wise: one a row


def embedding_bytes(rows: float, dimensions: int, bytes_each: int = 4, optimizer: str = "none") -> float:
    """Bytes of one table; optimizer state is kept in 4-byte floats."""
    state = 4 * OPTIMIZER_WORDS[optimizer] * dimensions + (4 if optimizer == "row-wise Adagrad" else 0)
    return rows * (dimensions * bytes_each + state)


def sharing_share(ids: float, rows: float) -> float:
    """Expected share of ids that share their row with at least one other, when `ids` are hashed into `rows`."""
    return 1 - (1 - 1 / rows) ** (ids - 1)


def displaced_share(ids: float, rows: float) -> float:
    """Expected share of ids that find their row taken: what papers call the collision rate. Always below the former."""
    return 1 - rows / ids * (1 - (1 - 1 / rows) ** ids)


def values_per_request(user: int, item: int, crossed: int, candidates: int) -> dict[str, int]:
    """How many feature values one request takes, by family."""
    return {"user": user, "item": item * candidates, "cross": crossed * candidates}


# --8<-- [start:cost]
def main() -> None:
    users, items, cells = 50_000_000, 10_000_000, 400_000_000  # ids; the cross is user × 8 topics
    dimensions = 64  # @param {type:"slider", min:4, max:256, step:4, unit:"numbers an embedding"}
    hashed = 4  # @param {type:"slider", min:1, max:32, step:1, unit:"times fewer rows if hashed"}
    print("embeddings   rows  serve  train  hashed share")
    print("          million     GB   Adam      GB a row")
    for name, ids in (("user", users), ("item", items), ("user×topic", cells)):
        serve, train = (embedding_bytes(ids, dimensions, optimizer=o) / 1e9 for o in ("none", "Adam"))
        small = sharing_share(ids, ids / hashed)
        print(f"{name:10}{ids / 1e6:7,.0f}{serve:7,.1f}{train:7,.0f}{serve / hashed:8,.1f}{small:6.0%}")

    user, item, crossed = 200, 100, 50  # features of each family
    candidates = 500  # @param {type:"slider", min:10, max:2000, step:10, unit:"candidates a request"}
    shown = 10  # @param {type:"slider", min:1, max:50, step:1, unit:"of them shown"}
    requests = 1_000  # @param {type:"slider", min:10, max:100000, scale:"log", unit:"requests/s, average"}
    values = values_per_request(user, item, crossed, candidates)
    total = sum(values.values())
    print(f"\nvalues a request {total:8,}, {4 * total / 1e3:,.0f} kB")
    for family, count in (("user", user), ("item", item), ("cross", crossed)):
        more = values[family] / count * 4 * requests / 1e6
        print(f"  {family:6}{values[family]:8,} ({values[family] / total:4.0%}), one more: {more:6.3f} MB/s")
    day = 86_400 * requests * 4 / 1e12
    logged = sum(values_per_request(user, item, crossed, shown).values())
    print(f"logged a day, all candidates {day * total:8,.1f} TB")
    print(f"logged a day, what was shown {day * logged:8,.1f} TB")
# --8<-- [end:cost]


if __name__ == "__main__":
    main()
