"""Do harder negatives make a better retriever?

Two towers in PyTorch on a larger shared world. All start from in-batch negatives with logQ; halfway, each run adds a few
negatives a row of another kind. The simulator knows how probable a click on each of them would have been: a mined
negative that the person wants is a false one. Pages are random here, so that popularity and exposure don't interfere.
Sources: Huang et al., KDD 2020 (hard negatives from the middle of the ranking); Yi et al., RecSys 2019 (logQ).
"""
from collections import defaultdict
from math import log

import torch
from torch.nn.functional import cross_entropy

from snippets.world import World, catalog, random_policy, relevance, sessions, shelf, simulate, uniform

HISTORY_DAYS, TRAIN_DAYS, DAYS, PLACES, WIDTH, BATCH, EPOCHS = 7, 18, 21, 20, 16, 256, 10
SEEDS = (1, 2, 3)


def any_candidates(world, context):
    """Two dozen live items, all equally likely: what was shown is not what was popular."""
    live = shelf(world, context.day).items
    found = [int(uniform(world.seed, "any", context.user.id, context.session, n) * len(live)) for n in range(24)]
    return [live[i] for i in dict.fromkeys(found)]


class Data:
    """A log of random pages as tensors, and the truth behind it."""

    def __init__(self, world):
        self.world, self.items = world, catalog(world)
        self.contexts = {(c.user.id, c.session): c for c in sessions(world)}
        rows = [row for row in simulate(world, random_policy(world), any_candidates) if (row.user, row.session) in self.contexts]
        past, self.passed = defaultdict(list), defaultdict(list)
        self.liked = torch.zeros(world.users, world.items, dtype=torch.bool)
        for row in rows:
            if row.clicked and row.day < TRAIN_DAYS:
                self.liked[row.user, row.item] = True
            if row.clicked and row.day < HISTORY_DAYS:
                past[row.user].append(row.item)
            if not row.clicked:
                self.passed[row.user, row.session].append(row.item)
        self.past = {user: torch.tensor(items) for user, items in past.items()}
        fresh = [row for row in rows if row.clicked and row.day >= HISTORY_DAYS and row.user in past]
        self.train = [row for row in fresh if row.day < TRAIN_DAYS]
        self.later = [row for row in fresh if row.day >= TRAIN_DAYS]
        self.visits = [c for c in self.contexts.values() if c.day >= TRAIN_DAYS and c.user.id in past]
        counts = torch.bincount(torch.tensor([row.item for row in self.train]), minlength=world.items) + 0.5
        self.log_q = (counts / counts.sum()).log()

    def wanted(self, row, item):
        """The probability of a click on the item, had this person looked at it then."""
        return relevance(self.world, self.contexts[row.user, row.session], self.items[item])


# --8<-- [start:model]
class Towers(torch.nn.Module):
    """A user is the mean of what they clicked, an item an embedding; the score is their product."""

    def __init__(self, items):
        super().__init__()
        self.clicked = torch.nn.EmbeddingBag(items, WIDTH, mode="mean")
        self.everyone = torch.nn.Parameter(torch.zeros(WIDTH))  # the direction of popularity
        self.item = torch.nn.Embedding(items, WIDTH)
        torch.nn.init.normal_(self.clicked.weight, std=0.1)
        torch.nn.init.normal_(self.item.weight, std=0.1)

    def scores(self, histories):
        starts = torch.tensor([0, *[len(h) for h in histories[:-1]]]).cumsum(0)
        return (self.clicked(torch.cat(histories), starts) + self.everyone) @ self.item.weight.T


def loss_of(scores, positives, log_q, mined, minable=None):
    """Sampled softmax of each row against the batch's items and its own mined ones.

    Mined items count as drawn from the whole catalog, which they are not, unless `minable` (rows x items) says what each
    row could have mined: then every item counts by its true rate, batch and mining together.
    """
    logits = scores[:, positives] - log_q[positives]
    if minable is not None:
        batch, count = len(positives) - 1, mined.shape[1]
        rate = (batch * log_q.exp() + count * minable / minable.sum(1, keepdim=True)) / (batch + count)
        scores = scores - rate.log()
        logits = torch.cat([scores[:, positives], scores.gather(1, mined)], dim=1)
    elif mined is not None:
        logits = torch.cat([logits, scores.gather(1, mined) + log(scores.shape[1])], dim=1)
    return cross_entropy(logits, torch.arange(len(positives)))


RUNS = {  # name: (logQ, mined negatives a row, where from: places in the model's own ranking, or the page; at the true rate)
    "in-batch": (False, 0, None, False),
    "in-batch, logQ": (True, 0, None, False),
    "  + any": (True, 4, (0, 400), False),
    "  + ranks 51-150": (True, 4, (50, 150), False),
    "  + top 10": (True, 4, (0, 10), False),
    "  + top 10, true rate": (True, 4, (0, 10), True),
    "  + top 10, four times": (True, 16, (0, 10), False),
    "    at the true rate": (True, 16, (0, 10), True),
    "  + shown, not clicked": (True, 4, "page", False),
}
# --8<-- [end:model]


def mine(data, rows, scores, count, band):
    """`count` negatives a row from a band of the model's own ranking, without known clicks, and what could have been
    mined; or shown and not clicked."""
    if band == "page":
        pools = [data.passed[row.user, row.session] or [row.item] for row in rows]
        return torch.tensor([[pool[i] for i in torch.randint(len(pool), (count,)).tolist()] for pool in pools]), None
    known = data.liked[torch.tensor([row.user for row in rows])]
    order = scores.masked_fill(known, float("-inf")).topk(band[1], dim=1).indices
    minable = torch.zeros_like(scores).scatter(1, order[:, slice(*band)], 1.0)
    return order.gather(1, torch.randint(*band, (len(rows), count))), minable


def train(data, corrected, count, band, true_rate, seed):
    """The towers, and how probable a click on a mined negative would have been, on average."""
    torch.manual_seed(seed)
    model, wanted = Towers(data.world.items), []
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    log_q = data.log_q if corrected else torch.zeros_like(data.log_q)
    for epoch in range(EPOCHS):
        order = torch.randperm(len(data.train)).tolist()
        for start in range(0, len(order) - BATCH + 1, BATCH):
            rows = [data.train[i] for i in order[start:start + BATCH]]
            scores, mined, minable = model.scores([data.past[row.user] for row in rows]), None, None
            if count and epoch >= EPOCHS / 2:
                mined, minable = mine(data, rows, scores.detach(), count, band)
                wanted += [data.wanted(row, items[0]) for row, items in zip(rows[:16], mined.tolist())]
            loss = loss_of(scores, torch.tensor([row.item for row in rows]), log_q, mined, minable if true_rate else None)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model, sum(wanted) / len(wanted) if wanted else None


@torch.no_grad()
def judge(data, model):
    """Recall of later clicks at 20, and the true clicks of 20 if all are seen."""
    def lists(users):
        return model.scores([data.past[user] for user in users]).topk(PLACES, dim=1).indices.tolist()

    found = sum(row.item in page for row, page in zip(data.later, lists([row.user for row in data.later])))
    pages = lists([c.user.id for c in data.visits])
    worth = sum(relevance(data.world, c, data.items[i]) for c, page in zip(data.visits, pages) for i in page)
    return found / len(data.later), worth / len(pages)


def main():
    runs = defaultdict(list)
    for seed in SEEDS:
        data = Data(World(seed=seed, users=2500, items=500, days=DAYS))
        for name, (corrected, count, band, true_rate) in RUNS.items():
            model, wanted = train(data, corrected, count, band, true_rate, seed)
            runs[name].append((*judge(data, model), wanted))
    base = runs["in-batch, logQ"]
    print(f"{len(SEEDS)} worlds                                true vs. logQ")
    print("negatives             wanted recall  worst   best")
    for name, results in runs.items():
        recall = sum(r[0] for r in results) / len(SEEDS)
        wanted = f"{sum(r[2] for r in results) / len(SEEDS):.2f}" if results[0][2] is not None else "-"
        gaps = [r[1] / b[1] - 1 for r, b in zip(results, base)]
        print(f"{name:23}{wanted:>5}{recall:7.3f}{min(gaps):7.1%}{max(gaps):7.1%}")


if __name__ == "__main__":
    main()
