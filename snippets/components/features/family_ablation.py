"""Which feature families earn their place, and does the usual ablation know?

Three ways to ask: add a family to the position alone and take AUC over all impressions; the same within each request,
where the page is made; drop it from the full model. What is equal for all candidates of a request moves the first and
can't move the second, unless it is crossed with the item. And two correlated features cover for each other.
"""
from snippets.components.features.feature_rows import feature_rows, request_auc
from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines.logistic_regression import fit, predict_all

FAMILIES = (
    "device", "demographics", "hour", "searched at all", "age × topic", "query × topic", "click history",
    "item, all time", "item, 3 days",
)
ITEM = ("item, all time", "item, 3 days")
FULL = ("query × topic", "click history", *ITEM)


# --8<-- [start:experiment]
def train(rows, names):
    """(weights, test rows) of a click model on the position and these families."""
    columns = [sum(parts, ()) for parts in zip(*(rows.families[name] for name in ("place", *names)))]
    weights = fit(columns[: rows.cut], rows.labels[: rows.cut], steps=2)  # near enough, and quick
    return weights, columns[rows.cut :]


def placeless(weights, tests):
    """Scores without the position, which no page knows before it is ranked."""
    return predict_all([weights[0], 0.0, *weights[2:]], tests)


def within(rows, weights, tests):
    """AUC within requests, position left out of the score."""
    return request_auc(rows.labels[rows.cut :], placeless(weights, tests), rows.requests[rows.cut :])


def added(rows):
    """{family: (AUC gained over all impressions, AUC gained within requests)} when added to the position alone."""
    def score(names):
        weights, tests = train(rows, names)
        return roc_auc(rows.labels[rows.cut :], placeless(weights, tests)), within(rows, weights, tests)
    everywhere, inside = score(())
    scores = {name: score((name,)) for name in FAMILIES}
    return {name: (a - everywhere, b - inside) for name, (a, b) in scores.items()}


def dropped(rows):
    """{what is left out: AUC within requests that the full model loses}."""
    cases = {name: (name,) for name in ("query × topic", *ITEM)} | {"both item rates": ITEM}
    full = within(rows, *train(rows, FULL))
    return {case: full - within(rows, *train(rows, [n for n in FULL if n not in out])) for case, out in cases.items()}


def main() -> None:
    seed = 8  # @param {type:"number", min:1, max:1000}
    rows = feature_rows(seed)
    print("AUC gained when added    all    within")
    print("to the position         rows  requests")
    for name, (everywhere, inside) in added(rows).items():
        print(f"{name:20}{everywhere:8.3f}{inside:10.3f}")
    print("\nAUC within requests lost when dropped")
    for name, loss in dropped(rows).items():
        print(f"{name:20}{loss:8.3f}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
