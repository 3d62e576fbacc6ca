"""Eight GPUs hold equal bytes of the embedding tables. Do they do equal work?

No: bytes follow a table's rows, work follows its look-ups. A history of a hundred items reads the item table a
hundred times an example, so the GPU that holds it sets the pace of all. Packing whole tables better can't help,
since one table is most of the work: split that one, by columns or by rows, and pay for it on the network.
Ways to split: TorchRec's table-wise, column-wise and row-wise sharding.
"""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum


@dataclass(frozen=True)
class Table:
    """An embedding table: its rows, and for each feature that reads it how many ids an example has."""

    name: str
    rows: float
    bags: tuple[int, ...]

    def lookups(self) -> int:
        """Rows read per example."""
        return sum(self.bags)


TABLES = (
    Table("user", 400e6, (1,)),
    Table("item", 40e6, (1, 100)),  # the item itself, and the last hundred watched
    Table("creator", 36e6, (1, 30)),
    Table("user × topic", 42e6, (2,)),
    Table("query", 38e6, (1,)),
    Table("item × country", 41e6, (1,)),
    Table("audio track", 37e6, (1,)),
    Table("campaign", 43e6, (1,)),
    Table("word", 39e6, (12,)),
)

PLANS = (
    ("whole", "whole", "bytes"), ("whole", "whole", "reads"), ("columns", "whole", "both"),
    ("rows", "whole", "both"), ("rows", "columns", "both"),
)


# --8<-- [start:experiment]
def pieces(table: Table, split: str, gpus: int, dims: int, hottest: float) -> list[tuple]:
    """[(its GPU, or None for any; GB; rows read, in whole vectors; floats sent)], per example."""
    size, reads, bags = table.rows * dims * 4 / 1e9, table.lookups(), len(table.bags)
    if split == "rows":  # every GPU sends a partial sum of each bag; one of them has the hottest id
        shares = [(1 - hottest) / gpus + hottest * (gpu == 0) for gpu in range(gpus)]
        return [(g, size / gpus, reads * share, bags * dims) for g, share in enumerate(shares)]
    parts = 4 if split == "columns" else 1
    return [(None, size / parts, reads / parts, bags * dims / parts)] * parts


def plan(
    tables: Sequence[Table], splits: Mapping[str, str], balance: str, gpus=8, dims=64, hottest=0.02
) -> tuple[list[float], list[float], float]:
    """(GB of each GPU, rows read by each in whole vectors, floats sent): largest piece first, to the emptiest GPU."""
    parts = []
    for table in tables:
        parts += pieces(table, splits.get(table.name, "whole"), gpus, dims, hottest)
    all_bytes, all_reads = fsum(part[1] for part in parts), fsum(part[2] for part in parts)
    held, load = [0.0] * gpus, [0.0] * gpus

    def fullness(size: float, reads: float) -> float:  # both: whichever is nearer to its end
        shares = {"bytes": size / all_bytes, "reads": reads / all_reads}
        return shares[balance] if balance in shares else max(shares.values())

    parts.sort(key=lambda part: (part[0] is None, -fullness(part[1], part[2])))
    for gpu, size, reads, _ in parts:
        if gpu is None:
            gpu = min(range(gpus), key=lambda g: fullness(held[g] + size, load[g] + reads))
        held[gpu] += size
        load[gpu] += reads
    return held, load, fsum(part[3] for part in parts)


def worst(values: Sequence[float]) -> float:
    """The fullest GPU over the mean."""
    return max(values) * len(values) / fsum(values)


def main() -> None:
    gpus = 8  # @param {type:"slider", min:2, max:16, step:1, unit:"GPUs"}
    hottest = 0.02  # @param {type:"slider", min:0, max:0.2, step:0.01, unit:"of look-ups are of one id"}
    total = sum(table.rows for table in TABLES) * 64 * 4 / 1e9
    print(f"{total:.0f} GB of tables, {sum(t.lookups() for t in TABLES)} look-ups an example")
    print("split of       packed worst/mean sent")
    print("item    creator by     GB reads    kB")
    for item, creator, balance in PLANS:
        splits = {"user": "rows", "item": item, "creator": creator}
        held, load, sent = plan(TABLES, splits, balance, gpus, hottest=hottest)
        print(f"{item:8}{creator:8}{balance:6}{worst(held):4.2f}{worst(load):6.2f}{4 * sent / 1e3:6.1f}")
# --8<-- [end:experiment]


if __name__ == "__main__":
    main()
