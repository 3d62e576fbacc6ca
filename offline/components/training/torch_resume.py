"""Does a real data loader resume where the model stopped?

A PyTorch ranker (id embeddings and an MLP, Adam) learns one pass over the shared world's log, and is killed and
resumed three times, with weights, Adam's moments and step counter restored. Four ways to resume the data: not at
all, with a new shuffle, at the sampler's position (which the loader's prefetch has run ahead of), and at the number
of rows that the optimizer has really used. Only the last one is a resume.
"""
import copy

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, Sampler

from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.training.resume import train_and_test_rows

BATCH, WORKERS, PREFETCH, DIMS = 32, 2, 2, 8  # prefetch: batches a worker keeps ready, PyTorch's default
RESUMES = ("rows used", "sampler", "new shuffle", "from the start")


class Rows(Dataset):
    """Ids as integers; each item also says which row it is, so that we can count."""

    def __init__(self, ids, labels):
        self.ids, self.labels = ids, labels

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return i, self.ids[i], self.labels[i]


# --8<-- [start:sampler]
class Order(Sampler):
    """One epoch's permutation from a position on; `drawn` is all that a sampler knows."""

    def __init__(self, size, seed, start=0):
        self.order = torch.randperm(size, generator=torch.Generator().manual_seed(seed)).tolist()
        self.drawn = start

    def __len__(self):
        return len(self.order) - self.drawn

    def __iter__(self):
        while self.drawn < len(self.order):
            self.drawn += 1
            yield self.order[self.drawn - 1]


def run(data, resume, seed, restarts=3):
    """(model, rows used, losses): each part trains its share of the steps, saves, is killed."""
    torch.manual_seed(seed)
    model, used, losses = Ranker(int(data.ids.max()) + 1), [], []
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    state, order_seed, start = None, seed, 0
    for part in range(restarts + 1):
        if state:
            model.load_state_dict(state[0])
            optimizer.load_state_dict(state[1])
        sampler = Order(len(data), order_seed, start)
        loader = DataLoader(
            data, BATCH, sampler=sampler, num_workers=WORKERS, prefetch_factor=PREFETCH)
        for rows, ids, labels in loader:
            loss = nn.functional.binary_cross_entropy_with_logits(model(ids), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            used += rows.tolist()
            losses.append(loss.item())
            if len(used) >= len(data) * (part + 1) / (restarts + 1):
                break
        state = copy.deepcopy((model.state_dict(), optimizer.state_dict()))
        start = {"rows used": len(used), "sampler": sampler.drawn}.get(resume, 0)
        order_seed = seed + part + 1 if resume == "new shuffle" else seed
    return model, used, losses
# --8<-- [end:sampler]


class Ranker(nn.Module):
    def __init__(self, ids):
        super().__init__()
        self.table = nn.Embedding(ids, DIMS)
        self.layers = nn.Sequential(nn.Linear(5 * DIMS, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, ids):
        return self.layers(self.table(ids).flatten(1)).squeeze(1)


def encode(rows, numbers, grow):
    """Integer ids of the rows; ids that training never met share number 0."""
    table = [[numbers.setdefault(key, len(numbers) + 1) if grow else numbers.get(key, 0) for key in row.ids] for row in rows]
    return torch.tensor(table), torch.tensor([float(row.label) for row in rows])


def main() -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    print("mean of 3        rows         train test")
    print("seeds            never  twice  loss  AUC")
    table = {resume: [] for resume in RESUMES}
    for seed in (1, 2, 3):
        train, test = train_and_test_rows(seed)
        numbers: dict = {}
        data = Rows(*encode(train, numbers, grow=True))
        ids, labels = encode(test, numbers, grow=False)
        for resume in RESUMES:
            model, used, losses = run(data, resume, seed)
            with torch.no_grad():
                auc = roc_auc([int(y) for y in labels], model(ids).tolist())
            seen = set(used)
            late = losses[-(len(losses) // 4):]
            table[resume].append((1 - len(seen) / len(data), (len(used) - len(seen)) / len(data), sum(late) / len(late), auc))
    for resume, runs in table.items():
        never, twice, loss, auc = (sum(column) / len(runs) for column in zip(*runs))
        print(f"{resume:15}{never:7.1%}{twice:7.1%}{loss:6.3f}{auc:6.3f}")


if __name__ == "__main__":
    main()
