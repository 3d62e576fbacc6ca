"""Which objective fills the feed: clicks, minutes, or videos that people finish?

Four feeds rank the same candidates with the same *perfect* predictions and differ only in the formula that joins
them. Pleased viewers come back more often, disappointed ones less, so a page's own numbers and the number of pages
part ways. Chapter: case-studies/video-recommendation.
"""
from math import fsum
from statistics import fmean

from snippets.case_studies.video_recommendation.feed import home_feed
from snippets.world import relevance, satisfaction, simulate, top


# --8<-- [start:objectives]
def objectives(click, glad, seconds):
    """Four scores of a candidate, from P(click), P(glad of it | click) and the video's length."""
    keep = 0.2 + 0.6 * glad  # P(watches at least half | click): the label that every click has
    return {
        "clicks": click,
        "minutes": click * seconds * (0.25 + 0.5 * glad),
        "long watches": click * keep,
        "glad less regretted": click * (glad - 0.5 * (1 - glad)),
    }
# --8<-- [end:objectives]


def truths(world):
    """Perfect predictions for (context, item): P(click if seen), P(glad | click). Kept: four feeds ask for the same."""
    known = {}

    def predict(context, item):
        key = context.user.id, context.session, item.id
        if key not in known:
            known[key] = relevance(world, context, item), satisfaction(world, context, item)
        return known[key]
    return predict


def three_weeks(name, world, predict):
    """What a dashboard shows for the first week, a page; then pages of the last week, and all videos liked."""
    def feed(context, found):
        return top(world, found, lambda item: objectives(*predict(context, item), item.duration)[name])
    shown = simulate(world, feed)
    first = [r for r in shown if r.day < 7]
    pages = len(first) / world.slate
    return {
        "clicks": sum(r.clicked for r in first) / pages,
        "minutes": fsum(r.watch_s for r in first) / 60 / pages,
        "pages": sum(r.day >= 14 for r in shown) / world.slate,
        "liked": sum(r.satisfied for r in shown),
    }


def run(seed):
    """Each objective's three weeks in one world."""
    world = home_feed(seed, users=24, days=21)
    predict = truths(world)
    return {name: three_weeks(name, world, predict) for name in objectives(0, 0, 0)}


def change(runs, name, key):
    """Per seed: this objective against clicks."""
    return [run[name][key] / run["clicks"][key] - 1 for run in runs]


def main():
    runs = [run(seed) for seed in range(2)]
    print("                     week 1, a page    week 3  3 weeks")
    print("                     clicks  minutes   pages   liked")
    for name in runs[0]:
        clicks, minutes, pages, liked = (fmean(r[name][key] for r in runs) for key in ("clicks", "minutes", "pages", "liked"))
        print(f"{name:20} {clicks:5.2f} {minutes:8.2f} {pages:9.1f} {liked:7.1f}")
    print("instead of clicks    pages   liked (by seed)")
    for name in list(runs[0])[1:]:
        pages, liked = change(runs, name, "pages"), change(runs, name, "liked")
        print(f"{name:20} {fmean(pages):+5.0%} {fmean(liked):+7.0%} ({', '.join(f'{x:+.0%}' for x in liked)})")


if __name__ == "__main__":
    main()
