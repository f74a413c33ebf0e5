"""Many runs in blocks, nothing kept: is memory flat?  `python -m simulator.bench --long 1000000`"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from simulator.bench.drivers import long


def main(arguments: Sequence[str]) -> int:
    """One line a step: runs, seconds per run since the last step, memory in MiB."""
    parser = argparse.ArgumentParser(prog="python -m simulator.bench")
    parser.add_argument("--long", type=int, default=100_000, metavar="N", help="runs")
    runs = parser.parse_args(arguments).long
    if runs < 1:
        parser.error(f"--long: {runs} is not allowed; give a whole number, 1 or more")
    for row in long(runs):
        words = "  ".join(f"{name} {value:.6g}" for name, value in row.items())
        sys.stdout.write(words + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
