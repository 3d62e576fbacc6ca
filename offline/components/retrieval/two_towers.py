"""Do trained two-tower networks part like that when they are retrained, and does a warm start hold them together?

Two towers learn from the first week of the histories that half_refreshed.py uses, then again from both weeks: from
another seed, or starting where the first ended. Measured, for every pairing of query tower and index, on the truth
that no log holds: of the 20 unseen videos nearest to a person's taste, how many are among the 20 returned of 400.
Chapter: components/retrieval.
Method: Yi and others, sampling-bias-corrected neural modeling, RecSys 2019 (in-batch softmax with log Q).
"""
from random import Random

import torch
from torch import nn

from snippets.components.retrieval.half_refreshed import watched

ITEMS, K, WIDTH, ASKED = 400, 20, 32, 200  # videos, list length, dimensions, people asked
STEPS, BATCH, WARM_STEPS = 400, 256, 100


# --8<-- [start:model]
class Towers(nn.Module):
    """Item tower: number and content. Query tower: the means of both over what was finished. Both end in unit vectors."""

    def __init__(self, items, content):
        super().__init__()
        self.seen = nn.EmbeddingBag(items, WIDTH, mode="mean")
        self.number = nn.Embedding(items, WIDTH)
        self.query, self.item = (
            nn.Sequential(nn.Linear(WIDTH + content.shape[1], 64), nn.ReLU(), nn.Linear(64, WIDTH)) for _ in range(2)
        )
        self.register_buffer("content", content)

    def items(self, numbers):
        both = torch.cat([self.number(numbers), self.content[numbers]], dim=1)
        return nn.functional.normalize(self.item(both), dim=1)

    def queries(self, histories):
        starts = torch.tensor([0] + [len(h) for h in histories[:-1]]).cumsum(0)
        flat = torch.tensor([n for h in histories for n in h])
        liked = nn.functional.embedding_bag(flat, self.content, starts, mode="mean")
        return nn.functional.normalize(self.query(torch.cat([self.seen(flat, starts), liked], dim=1)), dim=1)


def train(towers, pairs, steps, seed, temperature=0.1):
    """In-batch softmax: each finished video against the others of the batch, less the log of its frequency."""
    draw = torch.Generator().manual_seed(seed)
    count = torch.bincount(torch.tensor([n for _, n in pairs]), minlength=len(towers.content)) + 1.0
    optimizer = torch.optim.Adam(towers.parameters(), lr=3e-3, weight_decay=1e-5)
    for _ in range(steps):
        some = [pairs[i] for i in torch.randint(len(pairs), (BATCH,), generator=draw)]
        target = torch.tensor([n for _, n in some])
        logits = towers.queries([h for h, _ in some]) @ towers.items(target).T / temperature - count[target].log()
        same = (target[:, None] == target[None, :]) & ~torch.eye(BATCH, dtype=torch.bool)
        loss = nn.functional.cross_entropy(logits.masked_fill(same, -1e9), torch.arange(BATCH))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return towers
# --8<-- [end:model]


def pairs_of(histories, seed):
    """(what else the person watched, up to 20; one video watched) for every video of every history."""
    draw, pairs = Random(seed), []
    for history in histories:
        for target in sorted(history):
            others = sorted(history - {target})
            if others:
                pairs.append((tuple(draw.sample(others, min(20, len(others)))), target))
    return pairs


def recall(scores, truth, histories, counted):
    """Share of each person's K truly nearest unseen videos, among those counted, that is in the list of K."""
    shares = []
    for score, wanted, history in zip(scores.clone(), truth, histories):
        score[list(history)] = -9
        found, wanted = set(score.topk(K).indices.tolist()), wanted & counted
        shares.append(len(found & wanted) / len(wanted))
    return sum(shares) / len(shares)


def run(seed):
    """{pairing: (recall of all, of the refreshed half, of the stale half)} and the mean cosines of the two versions."""
    vectors, tastes, first, both = watched(seed, items=ITEMS, people=600)
    content = torch.tensor(vectors)
    histories, truth = both[:ASKED], []
    for taste, history in zip(torch.tensor(tastes[:ASKED]) @ content.T, histories):
        taste[list(history)] = -9
        truth.append(set(taste.topk(K).indices.tolist()))
    first, both = pairs_of(first, seed), pairs_of(both, seed)
    everything, even = torch.arange(ITEMS), torch.arange(ITEMS) % 2 == 0
    halves = set(everything.tolist()), set(everything[even].tolist()), set(everything[~even].tolist())

    def fresh(start):
        torch.manual_seed(start)
        return Towers(ITEMS, content)

    old = train(fresh(1), first, STEPS, seed=1)
    scratch = train(fresh(2), both, STEPS, seed=2)
    warm = fresh(1)
    warm.load_state_dict(old.state_dict())
    train(warm, both, WARM_STEPS, seed=2)
    with torch.no_grad():
        table, alike, stale = {}, {}, old.items(everything)

        def row(name, towers, items):
            scores = towers.queries(histories) @ items.T
            table[name] = [recall(scores, truth, histories, half) for half in halves]

        row("old tower, old index", old, stale)
        for name, towers in (("scratch", scratch), ("warm", warm)):
            new = towers.items(everything)
            alike[name] = (new * stale).sum(1).mean().item()
            row(f"{name}: new, new", towers, new)
            row(f"{name}: new, old", towers, stale)
            row(f"{name}: new, half", towers, torch.where(even[:, None], new, stale))
    return table, alike


def main():
    torch.set_num_threads(2)
    runs = [run(seed) for seed in (1, 2, 3)]
    print("means of 3 worlds       recall  refreshed  stale")
    for name in runs[0][0]:
        cells = [sum(table[name][j] for table, _ in runs) / len(runs) for j in range(3)]
        print(f"{name:24}{cells[0]:6.2f}{cells[1]:11.2f}{cells[2]:7.2f}")
    print("a video's two versions, mean cosine:\n" + ", ".join(
        f"{name} {sum(alike[name] for _, alike in runs) / len(runs):.2f}" for name in runs[0][1]))


if __name__ == "__main__":
    main()
