"""How large should a batch of in-batch negatives be?

Until the logits or the false negatives stop you. Every row scores every item of the batch, so memory grows with the
square; copies of the head item and items that this person wants grow in proportion; items that nobody clicked never
come. Source of the practice: Yi et al., RecSys 2019.
"""
from math import ceil


# --8<-- [start:batch]
def logits_gb(batch: int, bytes_each: int = 4) -> float:
    """Memory of one matrix of batch by batch scores; training keeps two or three of them."""
    return batch * batch * bytes_each / 1e9


def expected_in_batch(batch: int, share: float) -> float:
    """How many of the other batch - 1 rows hold an item, or a kind of item, with this share of clicks."""
    return (batch - 1) * share


def epochs_to_meet(pairs: int, share: float) -> int:
    """Epochs until an item with this share of `pairs` has been a negative once; 0 clicks is never."""
    return ceil(1 / (pairs * share))


def main() -> None:
    head = 0.01  # @param {type:"slider", min:0.0001, max:0.1, scale:"log", unit:"of clicks go to the top item"}
    wanted = 0.001  # @param {type:"slider", min:0.0001, max:0.1, scale:"log", unit:"of others' clicked items I want too"}
    same_user = 1  # @param {type:"slider", min:1, max:64, step:1, unit:"rows a user in one batch"}
    print("        logits  copies of  false negatives")
    print("batch       GB   top item  wanted  own")
    for batch in (256, 1_024, 8_192, 65_536):
        own = min(same_user, batch) - 1
        print(f"{batch:6,}{logits_gb(batch):8.3f}{expected_in_batch(batch, head):11,.1f}"
              f"{expected_in_batch(batch, wanted):8,.1f}{own:5}")
# --8<-- [end:batch]


if __name__ == "__main__":
    main()
