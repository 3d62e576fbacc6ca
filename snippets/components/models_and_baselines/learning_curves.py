"""The learning curve still rises. Will four times the data lift the model as it says?

It depends on which four times. A curve drawn by thinning today's log varies the rows per item. If the log grows because
the catalog grows with it, rows per item stay as they are, and a model that must remember each item stays where it was.
Two models: logistic regression on what is known of any item, and the same with one learned weight an item, which is an
embedding of length one. Chapter: components/models-and-baselines.
"""
from collections import defaultdict

from snippets.charts import show
from snippets.components.models_and_baselines.heuristics import Counters
from snippets.components.models_and_baselines.judged_pages import Visit, of_the_possible
from snippets.components.models_and_baselines.logistic_regression import fit, predict_all
from snippets.components.models_and_baselines.what_each_step_buys import worked
from snippets.world import World, default_candidates, random_policy, serve, uniform

TRAIN_DAYS, TEST_DAYS = 14, 5


def known(row):
    """The worked features without the item's click rate: nothing that remembers the item."""
    values = worked(row)
    return values[:4] + values[5:]


def item_weights(items, labels, expected, prior=2.0):
    """{item: its clicks over the clicks that the features expected}, both as if `prior` more had happened; unseen is 1."""
    clicks, foreseen = defaultdict(float), defaultdict(float)
    for item, label, chance in zip(items, labels, expected):
        clicks[item] += label
        foreseen[item] += chance
    return defaultdict(lambda: 1.0, {item: (clicks[item] + prior) / (foreseen[item] + prior) for item in clicks})


def played(seed, users, catalog, today, judged=60):
    """(world, its training sessions, test visits): the visitors judged are today's users, in any world."""
    world = World(seed=seed, users=users, items=catalog, days=TRAIN_DAYS + TEST_DAYS, click_intercept=-2.4)
    log = list(serve(world, random_policy(world), days=range(TRAIN_DAYS)))
    later = serve(world, random_policy(world), days=range(TRAIN_DAYS, TRAIN_DAYS + TEST_DAYS))
    contexts = [context for context, _ in later if context.user.id < today][:judged]
    return world, log, [Visit(context, default_candidates(world, context), []) for context in contexts]


def judge(world, visits, logs):
    """{log: (rows, rows an item, share of the possible with features alone, share with item weights)} for {log: sessions}."""
    found = {name: learned(world, log, visits) for name, log in logs.items()}
    in_turn = {(name, way): lambda visit, left=iter(scores): next(left)
               for name, (_, *both) in found.items() for way, scores in enumerate(both)}
    shares = of_the_possible(world, visits, in_turn)
    return {name: (rows, rows / world.items, shares[name, 0], shares[name, 1]) for name, (rows, _, _) in found.items()}


# --8<-- [start:curve]
def learned(world, log, visits):
    """(rows, scores from the features alone, with item weights): a list of scores for each visit."""
    counters, rows, labels, items = Counters(world), [], [], []
    for context, shown in log:
        for r in shown:
            item = counters.items[r.item]
            rows.append(known(counters.features(context, item, r.position)))
            labels.append(int(r.clicked))
            items.append(r.item)
        counters.learn(shown)
    weights = fit(rows, labels, steps=3)
    weight_of = item_weights(items, labels, predict_all(weights, rows))
    alone, by_item = [], []
    for visit in visits:
        asked = [known(counters.features(visit.context, x, 1)) for x in visit.candidates]
        chances = predict_all(weights, asked)
        alone.append(chances)
        by_item.append([p * weight_of[x.id] for p, x in zip(chances, visit.candidates)])
    return len(rows), alone, by_item


def curve(seed, users=40, catalog=120, times=4):
    """`judge` on today's log, thinned and grown."""
    world, log, visits = played(seed, users * times, catalog, users)
    today = [(c, shown) for c, shown in log if c.user.id < users]

    def thinned(share):
        return [(c, shown) for c, shown in today if uniform(seed, "keep", c.user.id, c.session) < share]

    same = {"a quarter": thinned(0.25), "a half": thinned(0.5), "today": today, "more people": log}
    grown, its_log, its_visits = played(seed, users * times, catalog * times, users)
    return judge(world, visits, same) | judge(grown, its_visits, {"more of both": its_log})


def main() -> None:
    times = 4  # @param {type:"slider", min:2, max:6, step:1, unit:"times today's users"}
    seed = 20  # @param {type:"number", min:1, max:1000}
    table = curve(seed, times=times)
    print("                   rows   of the possible")
    print("             rows  per     clicks: with")
    print("                  item   features  item weights")
    for name, (rows, density, alone, by_item) in table.items():
        print(f"{name:13}{rows:5,}{density:5.0f}{alone:10.0%}{by_item:11.0%}")
    paths = {"same catalog": ("a quarter", "a half", "today", "more people"), "catalog grows too": ("today", "more of both")}
    points = [{"rows": table[name][0], "share": round(table[name][3], 4), "growth": path} for path, names in paths.items() for name in names]
    show({
        "data": {"values": points}, "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "rows", "type": "quantitative", "scale": {"type": "log"}, "title": "rows in the log"},
            "y": {"field": "share", "type": "quantitative", "title": "of the possible clicks"},
            "color": {"field": "growth", "type": "nominal", "title": None},
        },
    }, f"{times} times the people: {points[3]['share']:.0%} on the same catalog, {points[5]['share']:.0%} if it grows too")
# --8<-- [end:curve]


if __name__ == "__main__":
    main()
