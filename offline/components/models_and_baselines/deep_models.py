"""What do gradient boosting and deep models buy beside the two-line rule, and from how much data?

The same kind of world, split and judge as on the page, in three sizes. Everyone gets the seven counters of the page,
the deep models ids as well, and "sequence" and "no counters" the last clicks. Training stops when the last two training
days stop improving. Three worlds, one initialization in each. Pages are judged on visits spread over the week after
training; the counters go on counting, the weights are frozen.
Chapter: components/models-and-baselines. Models after Covington 2016 (towers), Naumov 2019 (DLRM), Zhou 2018 (DIN).
"""
import time
import warnings
from collections import defaultdict, deque
from dataclasses import dataclass

import lightgbm
import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn

from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines.heuristics import Counters
from snippets.components.models_and_baselines.judged_pages import Visit, of_the_possible, true_clicks
from snippets.components.models_and_baselines.what_each_step_buys import worked
from snippets.world import DAY_S, DEVICES, World, default_candidates, random_policy, serve

TRAIN_DAYS, TEST_DAYS, HISTORY, JUDGED_OF = 14, 7, 10, 140  # of the test week's visits, one in users / JUDGED_OF is judged
SIZES = (140, 1000, 3000)  # users
SEEDS = (1, 2, 3)
MADE = (4, 5, 6)  # the worked columns that somebody counted: click rate and taste


@dataclass
class Rows:
    """Columns of the same length: counters, ids (user, item, topic, query, device), last clicked items, labels."""

    dense: np.ndarray
    ids: np.ndarray
    past: np.ndarray
    clicked: np.ndarray
    watched: np.ndarray  # long watch: half of the length or more

    def part(self, chosen):
        return Rows(*(getattr(self, name)[chosen] for name in ("dense", "ids", "past", "clicked", "watched")))


def collect(world):
    """(training rows, test rows, candidates of the test visits as rows, visits, ids of items published after training)."""
    counters, items = Counters(world), Counters(world).items
    history = defaultdict(lambda: deque(maxlen=HISTORY))
    parts, visits, met = {"train": [], "test": [], "asked": []}, [], 0

    def row(context, item, place, past, shown=None):
        ids = context.user.id, item.id, item.topic, -1 if context.query is None else context.query, DEVICES.index(context.device)
        label = (0, 0) if shown is None else (int(shown.clicked), int(shown.watch_s > item.duration / 2))
        return counters.features(context, item, place), ids, past, label

    for context, shown in serve(world, random_policy(world)):
        past = [0] * (HISTORY - len(history[context.user.id])) + [i + 1 for i in history[context.user.id]]
        met += context.day >= TRAIN_DAYS
        if context.day >= TRAIN_DAYS and met % max(1, world.users // JUDGED_OF) == 0:
            found = default_candidates(world, context)
            visits.append(Visit(context, found, []))
            parts["asked"] += [row(context, item, 1, past) for item in found]
        name = "train" if context.day < TRAIN_DAYS else "test"
        parts[name] += [row(context, items[r.item], r.position, past, r) for r in shown]
        counters.learn(shown)
        history[context.user.id].extend(r.item for r in shown if r.clicked)
    made = [Rows(*(np.array(column) for column in (*zip(*((d, i, p) for d, i, p, _ in part)),
                                                   [y for *_, (y, _) in part], [z for *_, (_, z) in part])))
            for part in parts.values()]
    new = {item.id for item in items if item.published >= TRAIN_DAYS * DAY_S}
    return *made, visits, new


# --8<-- [start:models]
def mlp(*sizes):
    layers = [part for a, b in zip(sizes, sizes[1:]) for part in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*layers[:-1])


class Deep(nn.Module):
    """The logistic regression, plus embeddings of all ids; `kind` says how these meet."""

    def __init__(self, kind, world, line, width=8):
        super().__init__()
        self.kind = kind
        sizes = world.users, world.items + 1, world.topics, world.topics + 1, len(DEVICES)
        self.tables = nn.ModuleList(nn.Embedding(size, width) for size in sizes)
        for table in self.tables:
            nn.init.normal_(table.weight, std=0.05)
        self.wide = nn.Linear(8, 1)  # starts as the baseline
        self.wide.weight.data[0], self.wide.bias.data[0] = torch.tensor(line[0]), float(line[1])
        if kind == "two-tower":
            self.user, self.item = mlp(3 * width, 32, width), mlp(2 * width + 2, 32, width)
        else:
            self.bottom = mlp(8, 32, width)
            pairs = 6 * 5 // 2 if kind != "sequence" else 0
            self.top = mlp(width + (pairs or 4 * width), 32, 2 if kind == "multi-task" else 1)
        self.attend = mlp(3 * width, 16, 1) if kind == "sequence" else None

    def forward(self, dense, ids, past):
        user, item, topic, query, device = (table(ids[:, k]) for k, table in enumerate(self.tables))
        wide = self.wide(dense)
        if self.kind == "two-tower":  # the item's tower sees the item alone: its vector can be indexed
            left = self.user(torch.cat([user, query, device], 1))
            right = self.item(torch.cat([item, topic, dense[:, 4:5], dense[:, 7:8]], 1))
            return wide + (left * right).sum(1, keepdim=True)
        bottom = self.bottom(dense)
        if self.kind == "sequence":  # attention of the candidate over the last clicks
            seen = self.tables[1](past)
            asked = item[:, None].expand_as(seen)
            weight = self.attend(torch.cat([seen, asked, seen * asked], 2)) * (past > 0)[..., None]
            taste = (weight * seen).sum(1)
            return wide + self.top(torch.cat([bottom, item, taste, topic, query], 1))
        vectors = torch.stack([bottom, user, item, topic, query, device], 1)  # DLRM: all pairs of dot products
        products = vectors @ vectors.transpose(1, 2)
        rows, columns = torch.triu_indices(6, 6, 1)
        return wide + self.top(torch.cat([bottom, products[:, rows, columns]], 1))
# --8<-- [end:models]


def used_parameters(model):
    """Numbers that the network can read: the sequence kind looks up neither users nor devices."""
    unread = [model.tables[k].weight.numel() for k in (0, 4)] if model.kind == "sequence" else []
    return sum(p.numel() for p in model.parameters()) - sum(unread)


def tensors(rows, scale):
    """What the network reads: scaled worked counters, ids (item and query moved up by one), history."""
    dense = (np.array([worked(row) for row in rows.dense]) - scale[0]) / scale[1]
    ids = rows.ids + np.array([0, 1, 0, 1, 0])
    return torch.tensor(dense, dtype=torch.float32), torch.tensor(ids), torch.tensor(rows.past)


def train_deep(kind, world, line, train, valid, scale, seed, most=8, batch=1024):
    """The network after its best epoch on the validation days."""
    torch.manual_seed(seed)
    model = Deep(kind, world, line)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.003, weight_decay=0.05)
    loss = nn.BCEWithLogitsLoss()
    known, held = tensors(train, scale), tensors(valid, scale)
    labels = torch.tensor(np.stack([train.clicked, train.watched], 1), dtype=torch.float32)
    truth = torch.tensor(valid.clicked, dtype=torch.float32)
    best, kept, waited = 9.0, None, 0
    for _ in range(most):
        model.train()
        for chosen in torch.randperm(len(labels)).split(batch):
            optimizer.zero_grad()
            answer = model(*(part[chosen] for part in known))
            loss(answer, labels[chosen][:, : answer.shape[1]]).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            now = loss(model(*held)[:, 0], truth).item()
        if now < best - 1e-5:
            best, waited, kept = now, 0, {k: v.clone() for k, v in model.state_dict().items()}
        elif (waited := waited + 1) == 2:
            break
    model.load_state_dict(kept)
    return model


def contenders(world, train, seed):
    """Yield (name, function from Rows to scores, parameters, seconds to train)."""
    yield "popular", lambda rows: rows.dense[:, 4], 1, 0.0
    yield "+ search rule", lambda rows: rows.dense[:, 4] + rows.dense[:, 2], 1, 0.0
    late = np.arange(len(train.clicked)) >= len(train.clicked) * 6 // 7  # the last two of fourteen days, about
    early, valid = train.part(~late), train.part(late)
    hour = np.array([worked(row) for row in train.dense])
    scale = hour.mean(0), hour.std(0) + 1e-9
    unscaled = (hour - scale[0]) / scale[1]

    def line_on(chosen, columns=range(8)):
        """Logistic regression on these rows and columns; the other weights are 0."""
        found = LogisticRegression(max_iter=500).fit(unscaled[chosen][:, list(columns)], train.clicked[chosen])
        weights = np.zeros(8)
        weights[list(columns)] = found.coef_[0]
        return weights, found.intercept_[0]

    start = time.perf_counter()
    weights, _ = line_on(late | ~late)
    yield "logistic, worked", lambda rows: tensors(rows, scale)[0].numpy() @ weights, 9, time.perf_counter() - start
    start = time.perf_counter()
    trees = lightgbm.LGBMClassifier(n_estimators=400, learning_rate=0.07, num_leaves=8, min_child_samples=40, verbose=-1, n_jobs=1)
    trees.fit(early.dense, early.clicked, eval_set=[(valid.dense, valid.clicked)],
              callbacks=[lightgbm.early_stopping(30, verbose=False)])
    yield "LightGBM", lambda rows: trees.predict_proba(rows.dense)[:, 1], trees.best_iteration_ * 15, time.perf_counter() - start
    for kind in ("two-tower", "DLRM-like", "sequence", "multi-task", "no counters"):
        unmade = MADE if kind == "no counters" else ()
        scaled = scale[0], np.where(np.isin(range(8), unmade), 1e9, scale[1])  # a column divided by 1e9 is no column
        start = time.perf_counter()
        line = line_on(~late, [k for k in range(8) if k not in unmade])
        model = train_deep("sequence" if unmade else kind, world, line, early, valid, scaled, seed)
        took = time.perf_counter() - start

        def scores(rows, model=model, scaled=scaled):
            with torch.no_grad():
                return model(*tensors(rows, scaled)).numpy().T

        yield kind, scores, used_parameters(model), took


def by_visit(visits, scores):
    """A ranker for `of_the_possible` that reads precomputed scores, visit after visit."""
    ends = np.cumsum([len(visit.candidates) for visit in visits])
    chunks = iter(np.split(scores, ends[:-1]))
    return lambda visit: next(chunks).tolist()


def measured(seed, users):
    """({name: (AUC, AUC on new items, share of the possible, parameters, seconds)}, rows, share of new, satisfied clicks by head)."""
    world = World(seed=seed, users=users, days=TRAIN_DAYS + TEST_DAYS, click_intercept=-2.4)
    train, test, asked, visits, new = collect(world)
    fresh, found, heads = np.isin(test.ids[:, 1], list(new)), {}, ()
    for name, scorer, parameters, took in contenders(world, train, seed):
        scores, on_pages = np.atleast_2d(scorer(test)), np.atleast_2d(scorer(asked))
        aucs = [roc_auc(test.clicked[rows].tolist(), scores[0][rows].tolist()) for rows in (fresh | ~fresh, fresh)]
        share = of_the_possible(world, visits, {name: by_visit(visits, on_pages[0])})[name]
        found[name] = *aucs, share, parameters, took
        if name == "multi-task":
            heads = [[true_clicks(world, visits, by_visit(visits, head), reward) for reward in ("satisfaction", "click")]
                     for head in on_pages]
    return found, len(train.clicked), fresh.mean(), heads


def main() -> None:
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    sizes = [[measured(seed, users) for seed in SEEDS] for users in SIZES]
    tables = [{name: np.array([found[name] for found, *_ in runs]) for name in runs[0][0]} for runs in sizes]
    counts = [np.mean([rows for _, rows, _, _ in runs]) for runs in sizes]
    print("of the possible clicks, mean of 3 seeds")
    print("rows            " + "".join(f"{rows:9,.0f}" for rows in counts))
    print("rows an item    " + "".join(f"{rows / 800:9.0f}" for rows in counts))
    for name in tables[0]:
        print(f"{name:16}" + "".join(f"{table[name][:, 2].mean():9.0%}" for table in tables))
    print(f"\nat {counts[-1]:,.0f} rows   points")
    print("                 over the")
    print("                  rule    AUC   param.    s")
    last = tables[-1]
    for name, table in last.items():
        auc, _, _, parameters, took = table.mean(0)
        lead = sorted(100 * (table[:, 2] - last["+ search rule"][:, 2]))
        print(f"{name:16}{lead[0]:+4.0f} to {lead[-1]:+3.0f}{auc:7.3f}{parameters:8,.0f}{took:5.1f}")
    print(f"\nAUC on new items ({np.mean([part for _, _, part, _ in sizes[-1]]):.1%} of the rows):")
    for name in ("logistic, worked", "sequence", "no counters"):
        print(f"  {name:17}{last[name][:, 1].mean():.3f}")
    print("multi-task, ordered by the long-watch head")
    print("instead of the click head:")
    for rows, runs in zip(counts, sizes):
        click, watch = np.mean([heads for *_, heads in runs], 0)
        satisfied, clicks = watch / click - 1
        print(f"  {rows:7,.0f} rows: satisfied {satisfied:+.1%}, all {clicks:+.1%}")


if __name__ == "__main__":
    main()
