#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes wrong, and what is left: each fault in its own file beside this one, short here, long in `make faults`.

FAULTS=long runs the long forms; arguments name the parts. The last lines are a table: fault, rounds, lost, time to recover.
"""
import importlib
import os
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
from harness import Suite, room  # noqa: E402

PARTS = ["kill", "disk", "memory", "clock", "migration", "pages", "slow", "backup"]


def main(argv):
    long = os.environ.get("FAULTS") == "long"
    suite, rows = Suite(), []
    for name in argv or PARTS:
        began = time.monotonic()
        rows += importlib.import_module(name).run(suite, room(f"faults-{name}"), long)
        print(f"{name}: {time.monotonic() - began:.1f} s", flush=True)
    print("| fault | rounds | lost | time to recover |")
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")
    suite.end()


if __name__ == "__main__":
    main(sys.argv[1:])
