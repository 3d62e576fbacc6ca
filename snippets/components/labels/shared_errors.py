"""Sources that agree, or sources that quarrel: whose label is right more often?

Reviewers watch the video and err on their own; title rules read the title and all fall for clickbait. A label model
takes agreement for accuracy, so near-copies of one bad rule can outvote better sources, and not gradually: at one copy
more it changes sides. A hundred gold cases (labeled by somebody who is right) or one vote per family of copies cures it.
Source: Bach et al., Learning the structure of generative models without labeled data, ICML 2017 (the remedy: model it).
"""
from collections.abc import Callable, Sequence

from snippets.components.labels.label_model import accuracy, dawid_skene, majority_vote, mean_kappa, weighted_vote
from snippets.world import Item, World, catalog, normal_quantile, uniform

WATCHED = 1.3, -2.0  # own noise of a reviewer; what clickbait does to the judgment: as bad as it deserves
TITLE = 0.15, 1.0  # a title rule hardly varies, and clickbait persuades it


def worth_showing(item: Item, bait: float = -2.0) -> float:
    """Above 0 if a viewer would be glad of it; with another weight of clickbait, what somebody is led to think."""
    return 0.3 + 0.9 * item.quality + bait * item.clickbait


def votes(seed: int, items: Sequence[Item], name: str, size: int, how: tuple[float, float]) -> list[list[int]]:
    """`size` sources of one kind: each sees the same thing, plus noise of its own."""
    own, bait = how
    noise = lambda k, item: own * normal_quantile(uniform(seed, f"{name} {k}", item=item.id))
    return [[int(worth_showing(item, bait) + noise(k, item) > 0) for item in items] for k in range(size)]


# --8<-- [start:experiment]
def merged(sources: Sequence[Sequence[int]]) -> list[int]:
    """One vote for a family of near-copies."""
    return [int(share >= 0.5) for share in majority_vote(sources)]


def compare(seed: int, reviewers: int = 4, most: int = 5, cases: int = 800) -> dict[str, object]:
    """Kappas, real accuracies, and per number of title rules what each way of combining makes of the votes."""
    items = catalog(World(seed=seed, items=cases, clickbait_share=0.3))
    truth = [int(worth_showing(item) > 0) for item in items]
    people, rules = votes(seed, items, "reviewer", reviewers, WATCHED), votes(seed, items, "title", most, TITLE)
    gold = range(0, cases, max(1, cases // 100))  # every eighth case has a gold label
    on_gold = lambda source: accuracy([truth[i] for i in gold], [source[i] for i in gold])
    table = {}
    for copies in range(most + 1):
        sources = people + rules[:copies]
        chance, believed = dawid_skene(sources)
        table[copies] = {
            "majority": accuracy(truth, majority_vote(sources)),
            "label model": accuracy(truth, chance),
            "with gold": accuracy(truth, weighted_vote(sources, [on_gold(source) for source in sources])),
            "merged": accuracy(truth, dawid_skene(people + [merged(rules[:copies])] if copies else people)[0]),
            "believes": (believed[0], believed[-1]),
        }
    alone = accuracy(truth, people[0]), accuracy(truth, rules[0])
    return {"kappa": (mean_kappa(people), mean_kappa(rules)), "alone": alone, "combined": table}


def main() -> None:
    reviewers = 4  # @param {type:"slider", min:2, max:8, step:1}
    seed = 2  # @param {type:"number", min:1, max:1000}
    found = compare(seed, reviewers)
    print("              kappa   right")
    for name, kappa, right in zip(("reviewers", "title rules"), found["kappa"], found["alone"]):
        print(f"{name:12}{kappa:7.2f}{right:8.0%}")
    print("\n       label is right   model believes\nrules major. model gold  reviewer  rule")
    for copies, row in found["combined"].items():
        reviewer, rule = row["believes"]
        shown = f"{rule:6.0%}" if copies else "     -"
        print(f"{copies:5}{row['majority']:7.0%}{row['label model']:6.0%}{row['with gold']:5.0%}{reviewer:10.0%}{shown}")
    print(f"\nwith all rules merged into one vote: {row['merged']:.0%}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
