"""How large is an exposure log, and how much memory does it take to recognize a retry?

The log is large because features repeat: the same user's in every row of a slate. Memory for ids grows with the time
over which a retry is recognized. A Bloom filter shrinks it tenfold and more, and deletes genuine events at its error rate.
Chapter: components/data-foundation. Bits of a Bloom filter: Bloom, CACM 1970; 1.44 log2(1/error) bits a key.
"""
from math import log2

BYTES, ID, POINTER = 4, 16, 8  # a feature value; an id; a version of one stored feature vector
ENTRY = 2 * ID + 8  # an id in a hash table or on disk: the key, a time, and as much again for the structure


# --8<-- [start:volume]
def row_bytes(shown: int, user_features: int, item_features: int, layout: str) -> float:
    """Bytes of one exposure, before compression, without the few dozen bytes of ids, times and propensity."""
    if layout == "all in each row":
        return BYTES * (user_features + item_features)
    if layout == "user once a request":
        return BYTES * (user_features / shown + item_features)
    return POINTER * (1 / shown + 1)  # "pointers to versions"


def bloom_bytes(keys: float, error: float) -> float:
    """Bytes of a Bloom filter for so many keys that takes a new one for known with probability `error`."""
    return keys * 1.44 * log2(1 / error) / 8


def main() -> None:
    requests = 500_000_000  # @param {type:"slider", min:1000000, max:10000000000, scale:"log", unit:"requests a day"}
    shown = 10  # @param {type:"slider", min:1, max:50, step:1, unit:"items shown each"}
    user_features = 300  # @param {type:"slider", min:10, max:5000, step:10, unit:"features of user and request"}
    item_features = 100  # @param {type:"slider", min:10, max:1000, step:10, unit:"features of each item"}
    kept = 90  # @param {type:"slider", min:7, max:730, step:1, unit:"days kept"}
    window = 7  # @param {type:"slider", min:1, max:28, step:1, unit:"days that an id is remembered"}
    error = 0.01  # @param {type:"slider", min:0.0001, max:0.1, scale:"log", unit:"error of the Bloom filter"}

    rows = requests * shown
    print(f"{rows / 1e9:,.1f} billion exposures a day\n")
    print("features                TB a day   TB kept")
    for layout in ("all in each row", "user once a request", "pointers to versions"):
        size = rows * row_bytes(shown, user_features, item_features, layout) / 1e12
        print(f"{layout:22}{size:10.2f}{size * kept:10,.0f}")
    keys = rows * window
    print(f"\nids remembered for {window} days: {keys / 1e9:,.0f} billion")
    print(f"  exact, on disk       {keys * ENTRY / 1e12:8.2f} TB")
    print(f"  Bloom filter         {bloom_bytes(keys, error) / 1e12:8.3f} TB")
    print(f"  and it would delete  {rows * error / 1e6:8,.0f} million")
    print("  genuine exposures a day")
# --8<-- [end:volume]


if __name__ == "__main__":
    main()
