# SPDX-License-Identifier: AGPL-3.0-or-later
"""Killed at the n-th write of making and migrating a database: the next start goes on, and comes out the same."""
import shutil
import subprocess
import time

from faulty import Fault, ms, rows
from harness import BIN, dinh


def run(suite, base, long):
    fault, wrong, killed, slowest = Fault(base), [], 0, 0.0
    whole = base / "whole"
    fault.clear()
    dinh(whole, "init", env=fault.env)
    every, wanted = fault.get("writes"), rows(whole)
    count = 150 if long else 4
    for k in range(count):
        # the migrations are among the first writes; the law's tables and the units come after
        n = 1 + k * (every // 3) // count if k % 2 else 1 + k * every // count
        data = base / "half"
        shutil.rmtree(data, ignore_errors=True)
        fault.clear()
        fault.set(kill_at=n)
        p = subprocess.run([BIN, "--data", str(data), "init"], capture_output=True, env={**__import__("os").environ, **fault.env})
        fault.clear()
        killed += p.returncode == -9
        began = time.monotonic()
        again = dinh(data, "init", ok=False)
        slowest = max(slowest, time.monotonic() - began)
        sound = dinh(data, "check", ok=False)
        if again.returncode or sound.returncode or rows(data) != wanted:
            wrong.append(f"killed at write {n}: init {again.returncode} {again.stderr[:200]}, check {sound.returncode}")
    suite.check(killed >= count * 3 // 4, "migrations were killed half-way", killed)
    suite.check(not wrong, f"a migration killed half-way, {count} places of {every} writes: goes on, the same rows", wrong[:4])
    return [(f"killed at the n-th of {every} writes while migrating and loading the law", count, len(wrong), f"{ms(slowest)}: init again")]
