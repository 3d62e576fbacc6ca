"""A page wins more than twice the clicks, and more than twice the satisfied clicks. Do people come back?

No more than after a page drawn blind: a viewer's visits have a ceiling, so likes stop adding while regrets go on
costing. The pressure is the size of the pool from which the ten best by a label are taken, as in best-of-n sampling.
Chapter: framework/framing. Method: Gao, Schulman and Hilton, arXiv 2210.10760.
"""
from dataclasses import replace
from statistics import fmean

from snippets.case_studies.video_recommendation.objectives import objectives
from snippets.charts import show
from snippets.world import World, catalog, relevance, satisfaction, shelf, simulate, top


# --8<-- [start:pressure]
bait = 0.15  # @param {type:"slider", min:0, max:0.3, step:0.05, unit:"of the videos are clickbait"}
PAGES = (("clicks", 10), ("clicks", 40), ("clicks", 160), ("clicks", 600), ("long watches", 600))


def pool(size):
    """Candidates of a session: so many live videos, spread evenly over the shelf, others each time."""
    def candidates(world, context):
        live = shelf(world, context.day).items
        step = max(1, len(live) // size)
        return live[(31 * context.user.id + 17 * context.session) % step::step][:size]
    return candidates


def perfect(world, label, known):
    """Rank by the true probability of this label at the person's first visit, without the wish; policies may share `known`."""
    def policy(context, found):
        if context.user.id not in known:
            usual = replace(context, intent=None)  # nobody sees the wish of the moment
            known[context.user.id] = [
                objectives(relevance(world, usual, x), satisfaction(world, usual, x), x.duration)
                for x in catalog(world)
            ]
        scores = known[context.user.id]
        return top(world, found, lambda item: scores[item.id][label])
    return policy


def three_weeks(world, policy, candidates):
    """Week 1, a page: clicks, liked, regretted; share of survey answers "liked"; visits in week 3."""
    log = simulate(world, policy, candidates)
    first = [r for r in log if r.day < 7]
    pages = len(first) / world.slate
    clicks, liked = sum(r.clicked for r in first), sum(r.satisfied for r in first)
    said = fmean(r.survey for r in first if r.survey is not None)
    visits = len({(r.user, r.session) for r in log if r.day >= 14})
    return clicks / pages, liked / pages, (clicks - liked) / pages, said, visits
# --8<-- [end:pressure]


def run(seed, bait):
    """The five pages in one world. Each click is followed by a survey: small world, many answers."""
    world = World(seed=seed, users=30, items=600, days=21, search_share=0.0, intent_share=0.2,
                  activity_tail=1.1, clickbait_share=bait, survey_rate=1.0)
    known = {}
    return [three_weeks(world, perfect(world, label, known), pool(size)) for label, size in PAGES]


def main():
    runs = [run(seed, bait) for seed in (9, 10)]  # two worlds near the mean of twenty
    means = [[fmean(column) for column in zip(*(r[n] for r in runs))] for n in range(len(PAGES))]
    print("10 best    week 1, a page   week 3")
    print("of, by     click  like  regret visits")
    for (label, size), (clicks, liked, regrets, _, visits) in zip(PAGES, means):
        change = visits / means[0][4] - 1
        print(f"{size:3} {label[:6]:6} {clicks:5.2f} {liked:5.2f} {regrets:6.2f} {change:+7.0%}")
    print("visits by world, to the 10 drawn blind")
    for n in (3, 4):
        print(f"  600 {PAGES[n][0]:12}", ", ".join(f"{r[n][4] / r[0][4] - 1:+.0%}" for r in runs))
    print("survey, week 1: share that is liked")
    for mean, (label, size) in zip(means, PAGES):
        print(f"  {size:3} {label:12} {mean[3]:.0%}")
    curve = [
        {"videos to choose from": size, "index": 100 * mean[k] / means[0][k], "what": name}
        for (_, size), mean in zip(PAGES[:4], means)
        for k, name in ((0, "clicks a page"), (1, "liked a page"), (2, "regretted a page"), (4, "visits, week 3"))
    ]
    show({
        "mark": {"type": "line", "point": True},
        "height": 200,
        "data": {"values": curve},
        "encoding": {
            "x": {"field": "videos to choose from", "type": "quantitative", "scale": {"type": "log"}},
            "y": {"field": "index", "type": "quantitative", "title": "page drawn blind = 100"},
            "color": {"field": "what", "type": "nominal", "title": None},
        },
    }, f"from 10 videos to 600, clicks rise to {100 * means[3][0] / means[0][0]:.0f} and regrets to"
       f" {100 * means[3][2] / means[0][2]:.0f}, visits to {100 * means[3][4] / means[0][4]:.0f} (drawn blind: 100)")


if __name__ == "__main__":
    main()
