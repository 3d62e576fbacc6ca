"""What does each stage of the funnel add, measured against the truth?

Candidates from four sources, a ranker that held position apart, a value model, a re-ranker: each a component that
is imported here. Three weeks of production's log train them; the fourth week's viewers judge.
Chapter: case-studies/video-recommendation.
"""
from math import fsum, prod
from statistics import fmean

from snippets.case_studies.video_recommendation.feed import columns, home_feed, production, training_rows
from snippets.components.models_and_baselines.logistic_regression import fit, predict
from snippets.components.ranking.position_bias import fit_without_position
from snippets.components.ranking.rerank import diversify, reserve
from snippets.components.retrieval.co_watch import co_watch, most_similar
from snippets.components.retrieval.merge import merge, recall
from snippets.components.retrieval.taste_vector import nearest
from snippets.world import expected_at, relevance, satisfaction, sessions, shelf

CLICK, KEEP = ("taste", "appeal"), ("taste", "appeal", "held")
WORLDS = (0, 1)  # the first two, not picked; the chapter gives the means over seeds 0 to 19


def sources(memory, similar, live, user):
    """Four ranked lists of live videos for this viewer; each fails on a different kind of video."""
    finished = memory.finished[user]
    vectors = {item.id: item.vector for item in live}
    return {
        "most clicked": sorted(vectors, key=lambda v: (-memory.clicks[v], v))[:BUDGET],
        "watched together": [v for v in most_similar(similar, set(finished), len(memory.items)) if v in vectors][:BUDGET],
        "near the taste": nearest(memory.taste_of(user), vectors, BUDGET),
        "newest": [item.id for item in sorted(live, key=lambda item: (-item.published, item.id))[:BUDGET]],
    }


# --8<-- [start:funnel]
BUDGET = 40  # @param {type:"slider", min:10, max:150, step:10, unit:"candidates ranked"}


def stages(memory, click, keep, lists, user, newcomer):
    """The page after each stage, from the same memory."""
    found = merge(lists.values(), BUDGET)
    rows = {v: memory.features(user, memory.items[v]) for v in found}
    clicks = {v: predict(click, [row[n] for n in CLICK]) for v, row in rows.items()}
    value = {v: clicks[v] * predict(keep, [row[n] for n in KEEP]) for v, row in rows.items()}
    ranked = {"+ click ranker": clicks, "+ long watch": value}
    pages = {"most clicked": lists["most clicked"][:10], "as merged": found[:10]}
    pages |= {name: sorted(found, key=lambda v: (-score[v], v))[:10] for name, score in ranked.items()}
    topics = {v: memory.items[v].topic for v in found}
    pages["+ diversity"] = diversify(value, topics, 10)
    pages["+ newcomer"] = reserve(pages["+ diversity"], newcomer, place=8)
    return pages
# --8<-- [end:funnel]


def worth(world, context, page, items):
    """Clicks, satisfied clicks, and the chance of at least one satisfied click, expected for this page."""
    def at(reward):
        return [expected_at(world, context, items[v], k, reward) for k, v in enumerate(page, start=1)]
    satisfied = at("satisfaction")
    return fsum(at("click")), fsum(satisfied), 1 - prod(1 - p for p in satisfied)


def measure(seed):
    """Mean worth of each stage's page and mean recall of each source, over the last week's sessions."""
    world = home_feed(seed, activity_tail=0.8)  # viewers who come more often, so that there is a taste to learn
    memory, rows, log = training_rows(world, production(world), range(21))
    click = fit_without_position(columns(rows, CLICK), [r.position for r in log], [int(r.clicked) for r in log])
    kept = [(row, int(r.watch_s >= memory.items[r.item].duration / 2)) for row, r in zip(rows, log) if r.clicked]
    keep = fit(columns([row for row, _ in kept], KEEP), [label for _, label in kept], steps=5)
    similar = co_watch(map(set, memory.finished.values()))
    pages, found = {}, {}
    for context in sessions(world, range(21, 28))[::3]:
        user = context.user.id
        live = [x for x in shelf(world, context.day).items if x.id not in memory.finished[user]]  # unseen, for every source
        lists = sources(memory, similar, live, user)
        newcomer = min(lists["newest"], key=lambda v: (memory.shown[v], v))
        true = {x.id: relevance(world, context, x) * satisfaction(world, context, x) for x in live}
        best = sorted(true, key=lambda v: -true[v])[:10]
        merged = merge(lists.values(), BUDGET)
        result = stages(memory, click, keep, lists, user, newcomer) | {
            "perfect order": sorted(merged, key=lambda v: -true[v])[:10],
            "+ all videos": best,
        }
        for name, page in result.items():
            pages.setdefault(name, []).append(worth(world, context, page, memory.items))
        for name, candidates in (lists | {"merged": merged}).items():
            found.setdefault(name, []).append(recall(candidates, best))
    return {n: [fmean(c) for c in zip(*v)] for n, v in pages.items()}, {n: fmean(v) for n, v in found.items()}


def main():
    runs = [measure(seed) for seed in WORLDS]
    print(f"share of the ten truly best in {BUDGET} candidates")
    for name in runs[0][1]:
        print(f"  {name:22}{fmean(found[name] for _, found in runs):6.0%}")
    print("expected a page")
    print("                          satisfied          with at")
    print("                  clicks  clicks (by seed)   least one")
    for name in runs[0][0]:
        clicks, satisfied, success = (fmean(pages[name][j] for pages, _ in runs) for j in range(3))
        by_seed = ", ".join(f"{pages[name][1]:.2f}" for pages, _ in runs)
        print(f"{name:17} {clicks:6.2f} {satisfied:6.2f} ({by_seed}) {success:6.0%}")
    # from the page before diversity and newcomer: what those give up on purpose is no loss of the ranker
    ends = ("+ long watch", "perfect order", "+ all videos")
    last, here, best = (fmean(pages[name][1] for pages, _ in runs) for name in ends)
    print(f"of what is missing, {(here - last) / (best - last):.0%} is lost in ranking, {(best - here) / (best - last):.0%} in retrieval")


if __name__ == "__main__":
    main()
