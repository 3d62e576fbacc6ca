"""Weights and optimizer are restored to the last bit. What if the position in the data is not?

Then the reader starts again at the first row: rows repeat, others never come, and the training loss falls, because
it is now measured on rows that the model has learned before. The curve that looks best belongs to the worst model.
A new shuffle at each restart looks harmless and loses a third of the rows after three restarts.
"""
from dataclasses import dataclass
from math import fsum
from random import Random

from snippets.components.metrics.roc_auc import roc_auc
from snippets.components.models_and_baselines.logistic_regression import log_loss
from snippets.components.training.online_sgd import LogRow, Model, learn, log_rows, predict_rows
from snippets.world import World

TRAIN_DAYS, TEST_DAYS = 7, 3
RESUMES = ("position saved", "new shuffle", "from the start")


def train_and_test_rows(seed: int, users: int = 800) -> tuple[list[LogRow], list[LogRow]]:
    """A week of rows to learn in one pass, and the three days after it."""
    rows = log_rows(World(seed=seed, users=users, items=300, days=TRAIN_DAYS + TEST_DAYS), truth_from=TRAIN_DAYS)
    return [row for row in rows if row.day < TRAIN_DAYS], [row for row in rows if row.day >= TRAIN_DAYS]


@dataclass(frozen=True)
class Run:
    """One finished job: the row of each step, the loss noted at each step, and the scores of the test rows."""

    steps: list[int]
    losses: list[float]
    scores: list[float]

    def late_loss(self) -> float:
        """Mean training loss over the last quarter of the steps: what the dashboard shows."""
        last = self.losses[-(len(self.losses) // 4):]
        return fsum(last) / len(last)


# --8<-- [start:experiment]
def run_job(rows: list[LogRow], test: list[LogRow], restarts: int, resume: str, seed: int) -> Run:
    """One pass, stopped `restarts` times, equally spaced, each time right after a checkpoint."""
    chance, size, model = Random(seed), len(rows), Model()
    order = chance.sample(range(size), size)
    steps, losses, position = [], [], 0
    for part in range(restarts + 1):
        left = size * (part + 1) // (restarts + 1) - len(steps)  # the step counter is restored
        todo = order[position:position + left]
        losses += learn(model, [rows[i] for i in todo])
        steps += todo
        model = model.copy()  # written, killed, read back: not one bit differs
        if resume == "position saved":
            position = len(steps)
        elif resume == "new shuffle":
            order = chance.sample(range(size), size)
    return Run(steps, losses, predict_rows(model, test))


def main() -> None:
    restarts = 3  # @param {type:"slider", min:0, max:9, step:1, unit:"restarts"}
    seed = 1  # @param {type:"number", min:1, max:1000}
    rows, test = train_and_test_rows(seed)
    labels = [row.label for row in test]
    print(f"{len(rows):,} rows, one pass, {restarts} restarts\n")
    print("                rows  training test")
    print("resume          seen  loss    loss   AUC")
    for resume in RESUMES:
        run = run_job(rows, test, restarts, resume, seed)
        print(f"{resume:15}{len(set(run.steps)) / len(rows):5.0%}{run.late_loss():7.3f}"
              f"{log_loss(run.scores, labels):8.3f}{roc_auc(labels, run.scores):6.3f}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
