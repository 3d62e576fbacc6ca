"""How many shards does the online store need once keys, headers, replicas and reads are counted?

Payload is the small part. Every Redis key pays for a dictionary entry, an object header, a length-prefixed
name and the allocator's rounding, so the layout decides the bill. Structure sizes: Redis 7.0 source (dict.h,
sds.h, server.h, listpack.c), 64 bits, jemalloc in 16-byte steps; a test holds the model to within 4% of what
a real Redis 7.0.15 reported. Layouts after DoorDash, Building a Gigascale ML Feature Store with Redis, 2020.
"""
from math import ceil

NAME, FIELD, TEXT = 11, 3, 8  # characters in a key such as u:100017252, a field such as f07, a value such as 0.123456
SHARD_GB, SHARD_READS = 25, 100_000  # our assumption of one Redis process; measure yours
LAYOUTS = ("key per feature", "hash of texts", "hash of groups", "one value")


def allocated(size: int) -> int:
    """Bytes that jemalloc hands out for `size`: 8, then steps of 16 up to 128, then four sizes a doubling."""
    if size <= 8:
        return 8
    step = 16 if size <= 128 else 2 ** ((size - 1).bit_length() - 3)
    return -(-size // step) * step


def text(length: int) -> int:
    """Bytes of a Redis string (SDS) of `length` characters: a header that grows with it, and a closing zero."""
    return allocated((1 if length < 32 else 3 if length < 256 else 5) + length + 1)


def entry(keys: int) -> float:
    """Bytes per key of a hash table: the entry, and pointers, at least 4, rounded up to a power of two."""
    return allocated(24) + 8 * max(4, 2 ** (keys - 1).bit_length()) / keys


def hash_value(fields: int, value_length: int, most: int = 512) -> float:
    """Bytes of a hash: one flat listpack while it is small, a real hash table beyond `most` fields or 64 bytes."""
    if fields <= most and value_length <= 64:
        return allocated(16) + allocated(7 + fields * (FIELD + 2 + value_length + (2 if value_length < 64 else 3)))
    return allocated(16) + allocated(56) + fields * (entry(fields) + text(FIELD) + text(value_length))


# --8<-- [start:size]
def bytes_per_entity(layout: str, entities: int, features: int, *, groups: int = 10, expires: bool = False,
                     most: int = 512) -> float:
    """Bytes of one entity's features in one copy. Packed values are 4-byte floats, the others text.

    `most` is Redis's `hash-max-listpack-entries`; a key that expires is entered in a second table.
    """
    tables = 2 if expires else 1
    if layout == "key per feature":
        embedded = allocated(16 + 3 + TEXT + 1)  # object, header and text in one allocation
        return features * (tables * entry(entities * features) + text(NAME + 1 + FIELD) + embedded)
    key = tables * entry(entities) + text(NAME)
    if layout == "hash of texts":
        return key + hash_value(features, TEXT, most)
    if layout == "hash of groups":
        return key + hash_value(groups, 4 * -(-features // groups), most)
    return key + allocated(16) + text(4 * features)


def main() -> None:
    entities = 50_000_000  # @param {type:"slider", min:100000, max:1000000000, scale:"log", unit:"entities"}
    features = 100  # @param {type:"slider", min:10, max:600, step:1, unit:"features each"}
    groups = 10  # @param {type:"slider", min:1, max:50, step:1, unit:"groups"}
    expires = False  # @param {type:"boolean"}
    replicas = 1  # @param {type:"slider", min:0, max:3, step:1, unit:"replicas"}
    spare = 1.6  # @param {type:"slider", min:1, max:3, step:0.1, unit:"times, for fragmentation and forks"}

    requests = 2_000  # @param {type:"slider", min:100, max:100000, scale:"log", unit:"requests/s at peak"}
    candidates = 500  # @param {type:"slider", min:10, max:2000, step:10, unit:"candidates each"}

    payload = 4 * features
    print(f"payload {payload} B an entity, {entities * payload / 1e9:,.0f} GB in all\n")
    print("                   B an       one  fleet")
    print("layout           entity  ×  copy GB   GB")
    for layout in LAYOUTS:
        size = bytes_per_entity(layout, entities, features, groups=groups, expires=expires)
        copy = entities * size / 1e9
        print(f"{layout:16}{size:7,.0f}{size / payload:5.1f}{copy:6,.0f}{copy * spare * (1 + replicas):7,.0f}")
    packed = entities * bytes_per_entity(LAYOUTS[2], entities, features, groups=groups, expires=expires)
    reads = requests * candidates
    print(f"\nhash of groups, on shards of {SHARD_GB} GB and")
    print(f"{SHARD_READS:,} reads/s that may be 70% busy:")
    print(f"  {ceil(packed * spare / 1e9 / SHARD_GB)} shards for the memory")
    print(f"  {ceil(reads / (0.7 * SHARD_READS))} shards for {reads:,} reads/s")
    print(f"\na load in one hour: {entities / 3600:,.0f} entities/s")
# --8<-- [end:size]


if __name__ == "__main__":
    main()
