"""Five hundred item rows are fetched, parsed and scored for one request. Which step takes the longest?

Parsing them, if they are JSON: longer than network, store and GPU together. Page: reference/numbers.
Figures: napkin-math (March 2026), Redis's benchmark page, ML Engineering's accelerator tables (August 2026).
"""
from math import fsum

# --8<-- [start:steps]
ROUND_TRIP = 250e-6  # s, within a region
WIRE, PARSE_JSON, PARSE_FLAT = 2 * 2**30, 100 * 2**20, 2**30  # bytes/s
LOOKUPS_ALONE, LOOKUPS_PIPELINED = 1 / 500e-6, 508_388  # a second; alone each waits for its answer
H100 = 989e12  # FLOP/s, dense bfloat16

rows = 500  # @param {type:"slider", min:10, max:5000, step:10, unit:"candidates"}
row_bytes = 1_000  # @param {type:"slider", min:50, max:20000, scale:"log", unit:"bytes a row"}
mflop = 40  # @param {type:"slider", min:1, max:2000, scale:"log", unit:"MFLOP a candidate"}
utilization = 0.1  # @param {type:"slider", min:0.02, max:0.5, step:0.01, unit:"of peak FLOP/s"}


def steps(rows, row_bytes, mflop, utilization):
    """{step: seconds} of one request on an idle system: one trip, one store process, one core, one GPU."""
    size = rows * row_bytes
    return {
        "one trip in the region": ROUND_TRIP,
        "look-ups, one pipeline": rows / LOOKUPS_PIPELINED,
        "bytes over the wire": size / WIRE,
        "parsing, if JSON": size / PARSE_JSON,
        "parsing, if flat bytes": size / PARSE_FLAT,
        "scoring on an H100": rows * mflop * 1e6 / (H100 * utilization),
    }
# --8<-- [end:steps]


def main():
    taken = steps(rows, row_bytes, mflop, utilization)
    print(f"{rows} rows of {row_bytes:,} B, {mflop} MFLOP each")
    for name, seconds in taken.items():
        print(f"{seconds * 1e3:7.2f} ms  {name}")
    print(f"{rows / LOOKUPS_ALONE * 1e3:7.0f} ms  look-ups one after the other")
    others = fsum(seconds for name, seconds in taken.items() if not name.startswith("parsing"))
    print(f"parsing JSON: {taken['parsing, if JSON'] / others:.1f} times all but parsing")


if __name__ == "__main__":
    main()
