"""Recall against a hundred random items instead of the whole catalog: does the better retriever still win?

Not reliably. An item in place r of n is beaten by a random item with probability (r - 1) / (n - 1), so a small sample
can't tell place 5 from place 50: both come out first. The metric then rewards never being far off, as AUC does.
Source: Krichene and Rendle, On Sampled Metrics for Item Recommendation, KDD 2020.
"""
from collections.abc import Sequence
from math import comb, fsum


# --8<-- [start:sampled]
def sampled_recall(ranks: Sequence[int], catalog: int, k: int, sample: int) -> float:
    """Expected recall at k if each wanted item, at place `rank` of the catalog, meets only `sample` random others (drawn with replacement)."""
    def chance(rank: int) -> float:  # fewer than k of the sample are ahead of it
        ahead = (rank - 1) / (catalog - 1)
        return fsum(comb(sample, i) * ahead**i * (1 - ahead) ** (sample - i) for i in range(min(k, sample + 1)))

    return fsum(map(chance, ranks)) / len(ranks)


def full_recall(ranks: Sequence[int], k: int) -> float:
    """The share of wanted items within the first k places of the whole catalog."""
    return sum(rank <= k for rank in ranks) / len(ranks)


def main() -> None:
    catalog = 10_000  # @param {type:"slider", min:1000, max:100000, scale:"log", unit:"items"}
    sample = 100  # @param {type:"slider", min:10, max:500, step:10, unit:"random items"}
    sharp = 0.4  # @param {type:"slider", min:0, max:1, step:0.1, unit:"of requests that the sharp one gets exactly right"}
    deepest = 200  # @param {type:"slider", min:20, max:1000, step:10, unit:"is the steady one's last place"}
    exact = round(sharp * 1000)
    anywhere = [11 + n * (catalog - 11) // (1000 - exact) for n in range(1000 - exact)]
    narrow = [1 + n % 10 for n in range(exact)] + anywhere
    steady = [11 + n % (deepest - 10) for n in range(950)] + [catalog // 2] * 50  # lost on one in twenty
    print("recall at 10            sharp steady")
    print(f"whole catalog          {full_recall(narrow, 10):6.2f} {full_recall(steady, 10):6.2f}")
    for size in sorted({sample, min(10 * sample, catalog // 2), catalog // 2}):
        print(f"against {size:7,} items  {sampled_recall(narrow, catalog, 10, size):6.2f} "
              f"{sampled_recall(steady, catalog, 10, size):6.2f}")
# --8<-- [end:sampled]


if __name__ == "__main__":
    main()
