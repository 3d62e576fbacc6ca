"""How often should a nightly training job save a checkpoint?

Young and Daly answer: every sqrt(2 × cost of a save × mean time between failures). That minimizes the mean length
of the run, and the mean is flat around it. A deadline asks about the tail: what one failure costs must fit the
margin before the deadline. And where failures come in clusters, no interval helps; removing the node does.
Source: Young, CACM 17, 1974; Daly, Future Generation Computer Systems 22, 2006. All times in minutes.
"""
from dataclasses import dataclass, replace
from math import fsum, log, sqrt
from random import Random


@dataclass(frozen=True)
class Job:
    """One nightly job and the machines under it."""

    work: float = 240.0  # of training, if nothing fails
    margin: float = 60.0  # between the end of the work and the deadline
    save: float = 1.0  # training stands still during a save
    restart: float = 20.0  # find the failure, get machines, load tables and data
    mtbf: float = 1440.0  # mean time between failures while it runs
    again: float = 0.0  # share of failures whose cause comes back at once: the bad node is used again
    soon: float = 15.0  # mean time until it fails again


def young_daly(save: float, mtbf: float) -> float:
    """The interval that minimizes expected time lost, to first order."""
    return sqrt(2 * save * mtbf)


def one_failure_fits(job: Job) -> float:
    """The longest interval at which a run with one failure still ends in time; 0 if there is none.

    Saves, redone work and restart share the margin: interval + save + restart + save × work / interval ≤ margin.
    """
    spare = job.margin - job.restart - job.save
    inside = spare * spare - 4 * job.work * job.save
    return (spare + sqrt(inside)) / 2 if spare > 0 and inside >= 0 else 0.0


def lost_shares(job: Job, interval: float) -> tuple[float, float, float]:
    """Shares of time lost to saving, to redone work and to restarts, to first order."""
    return job.save / interval, interval / (2 * job.mtbf), job.restart / job.mtbf


# --8<-- [start:experiment]
def until_failure(job: Job, chance: Random, first: bool = False) -> float:
    """Running time to the next failure: short with probability `again`, else long; mean MTBF."""
    calm = (job.mtbf - job.again * job.soon) / (1 - job.again)
    mean = calm if first or chance.random() >= job.again else job.soon
    return -mean * log(1 - chance.random())


def night(job: Job, interval: float, chance: Random) -> float:
    """Minutes from start to finish."""
    clock, done, fails_in = 0.0, 0.0, until_failure(job, chance, first=True)
    while clock < 10 * (job.work + job.margin):
        left = job.work - done
        saves = max(0, -int(-left // interval) - 1)  # none at the very end
        if fails_in >= left + saves * job.save:
            return clock + left + saves * job.save
        done += interval * min(saves, int(fails_in // (interval + job.save)))  # all since then is lost
        clock += fails_in + job.restart
        fails_in = until_failure(job, chance)
    return clock


def many_nights(job: Job, interval: float, seed: int, nights: int = 8000) -> tuple[float, float]:
    """(mean minutes beyond the work, share of nights that miss the deadline)."""
    chance = Random(seed)
    took = [night(job, interval, chance) for _ in range(nights)]
    missed = sum(time > job.work + job.margin for time in took)
    return fsum(took) / nights - job.work, missed / nights


def main() -> None:
    restart = 20  # @param {type:"slider", min:1, max:45, step:1, unit:"minutes to restart"}
    again = 0.5  # @param {type:"slider", min:0, max:0.8, step:0.1, unit:"come back, if clustered"}
    seed = 1  # @param {type:"number", min:1, max:1000}
    alone = Job(restart=restart)
    clustered = replace(alone, again=again)
    mended = replace(alone, mtbf=(clustered.mtbf - again * clustered.soon) / (1 - again))
    best = young_daly(alone.save, alone.mtbf)
    print(f"{alone.work:.0f} min of work, {alone.margin:.0f} of margin, MTBF {alone.mtbf / 60:.0f} h\n")
    print("saved    failures alone   in clusters")
    print("every    longer  missed   longer  missed")
    for factor in (0.25, 0.5, 1, 2):
        cells = [many_nights(job, factor * best, seed) for job in (alone, clustered)]
        text = "".join(f"{longer:6.1f}m{missed:8.1%} " for longer, missed in cells)
        print(f"{factor * best:3.0f} min {text}" + ("*" if factor == 1 else ""))
    print("* Young and Daly's interval")
    longer, missed = many_nights(mended, best / 2, seed)
    print(f"{best / 2:3.0f} min, bad node removed {longer:4.1f}m{missed:8.1%}")
    big = Job(save=1, mtbf=180, restart=restart)
    every = young_daly(big.save, big.mtbf)
    saving, redone, restarts = lost_shares(big, every)
    print(f"one failure fits the margin up to {one_failure_fits(alone):.0f} min")
    print(f"\na failure every 3 h: save every {every:.0f} min,")
    print(f"lost to saves and redone work {saving + redone:.1%},")
    print(f"to restarts {restarts:.1%}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
