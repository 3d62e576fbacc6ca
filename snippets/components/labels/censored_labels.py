"""What we removed has no label. May the next model be trained without it?

Yes, if the model sees all that the policy saw: dropping the removed rows then costs no calibration. No, if a reviewer
acted on something that was never logged: then the rows that are left are safer than they look. Calling the removed
harmful is wrong both times. AUC sees none of it. A queue of posts with a text score, an account score (both logged)
and a context that only a reviewer sees, each standard normal; harm is logistic in the three.
Source: Lakkaraju et al., The selective labels problem, KDD 2017 (unobservables).
"""
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from snippets.components.metrics.calibration import calibration_ratio
from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines.logistic_regression import fit, predict_all
from snippets.world import normal_quantile, sigmoid


class Post(NamedTuple):
    """One case: two logged scores, what only a reviewer sees, whether it is harmful, and a uniform for exploring."""

    text: float
    account: float
    context: float
    harmful: int
    chance: float


def queue(seed: int, size: int) -> list[Post]:
    """Posts of which about a fifth are harmful."""
    draw = Random(seed)
    z = lambda: normal_quantile((draw.randrange(2**30) + 0.5) / 2**30)
    posts = []
    for _ in range(size):
        text, account, context = z(), z(), z()
        harmful = int(draw.random() < sigmoid(-2.2 + 1.2 * text + account + 1.2 * context))
        posts.append(Post(text, account, context, harmful, draw.random()))
    return posts


def logged(posts: Sequence[Post]) -> list[tuple[float, float]]:
    """What the next model may use."""
    return [(post.text, post.account) for post in posts]


# --8<-- [start:experiment]
def suspicion(post: Post, unlogged: bool) -> float:
    """What the old policy sorted by: the logged scores, or those and the context."""
    return post.text + post.account + (1.2 * post.context if unlogged else 0.0)


def training_rows(posts: Sequence[Post], removed: Sequence[bool], how: str, share: float) -> list[tuple[Post, int]]:
    """(post, label) under a treatment of the removed posts; one let through stands for 1/share of them."""
    rows = []
    for post, gone in zip(posts, removed):
        if not gone or how == "all labels (truth)":
            rows.append((post, post.harmful))
        elif how == "removed = harmful":
            rows.append((post, 1))
        elif how == "let some through" and post.chance < share:
            rows += [(post, post.harmful)] * round(1 / share)
    return rows


HOW = ("all labels (truth)", "removed = harmful", "removed dropped", "let some through")


def compare(seed: int, unlogged: bool, share: float = 0.05, size: int = 4000) -> dict[str, tuple[float, float]]:
    """{treatment: (predicted over real harm in all posts, AUC)} of the next model when the old policy removed 15%."""
    posts, later = queue(seed, size), queue(seed + 1000, size)
    cut = sorted(suspicion(post, unlogged) for post in posts)[int(0.85 * size)]
    removed, labels, table = [suspicion(post, unlogged) >= cut for post in posts], [post.harmful for post in later], {}
    for how in HOW:
        rows = training_rows(posts, removed, how, share)
        weights = fit(logged([post for post, _ in rows]), [label for _, label in rows], steps=4)
        scores = predict_all(weights, logged(later))
        table[how] = calibration_ratio(labels, scores), roc_auc(labels, scores)
    return table


def main() -> None:
    share = 0.05  # @param {type:"slider", min:0.01, max:0.2, step:0.01, unit:"of the removed are let through"}
    seed = 17  # @param {type:"number", min:1, max:900}
    print("ratio: predicted over real harm\n\nthe policy saw     what is logged  and more")
    print("                     ratio  AUC  ratio  AUC")
    by_log, by_more = (compare(seed, unlogged, share) for unlogged in (False, True))
    for how in HOW:
        print(f"{how:19}" + "".join(f"{ratio:7.2f}{score:5.2f}" for ratio, score in (by_log[how], by_more[how])))
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
