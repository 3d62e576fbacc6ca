"""The canary holds whoever has installed the update. How much "better" is it, if nothing was changed?

Much, by visits and clicks a person: whoever opens the app often updates first. More users don't cure it. Draw the
users before the release and compare who was offered the update with who was not, installed or not; the effect is
thinner that way, and it is the effect. Chapter: components/deployment.
"""
from collections import Counter
from math import fsum, sqrt

from snippets.world import World, sessions, uniform, users

RELEASE, DECIDE, END = 2, 4, 9  # days; the two arms are counted from DECIDE to END
INSTALLS = 0.5  # chance that a visit after the release finds the update installed


# --8<-- [start:arms]
def installed(world, visits, offered):
    """Users of `offered` who have the update by DECIDE: each visit since RELEASE is another chance."""
    return {c.user.id for c in visits if RELEASE <= c.day < DECIDE and c.user.id in offered
            and uniform(world.seed, "installs", user=c.user.id, session=c.session) < INSTALLS}


def compare(counts, canary, control):
    """(canary's mean over the control's, minus 1; z) of visits a user."""
    means, errors = [], []
    for arm in (canary, control):
        values = [counts[u] for u in sorted(arm)]
        mean = fsum(values) / len(values)
        means.append(mean)
        errors.append(fsum((v - mean) ** 2 for v in values) / (len(values) - 1) / len(values))
    return means[0] / means[1] - 1, (means[0] - means[1]) / sqrt(fsum(errors))


def arms(world):
    """{way of choosing: (canary, control)}; nothing differs between the arms but who is in them."""
    visits = sessions(world)
    people = {u.id for u in users(world) if u.joined < 0}
    offered = {u for u in people if uniform(world.seed, "canary", user=u) < 0.5}
    updated = installed(world, visits, people)
    in_offer = installed(world, visits, offered)
    return {"installed, or not yet": (updated, people - updated),
            "offered and installed": (in_offer, people - offered),
            "offered, or not": (offered, people - offered)}, visits
# --8<-- [end:arms]


def main() -> None:
    runs = []
    for seed in range(1, 4):
        ways, visits = arms(World(seed=seed, users=800, newcomer_share=0.0, days=END))
        counts = Counter(c.user.id for c in visits if c.day >= DECIDE)
        runs.append({name: compare(counts, *pair) for name, pair in ways.items()})
    print(f"no change at all; {len(runs)} worlds")
    print("canary / control    visits a user   |z| > 2")
    for name in runs[0]:
        lifts = [run[name][0] for run in runs]
        print(f"{name:22} {min(lifts):+4.0%} to {max(lifts):+5.0%} {sum(abs(run[name][1]) > 2 for run in runs):4}")


if __name__ == "__main__":
    main()
