#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""What everybody may see on the board tells no small number of denunciations: with all sums and all roots, the hidden
figures stay unknown; and what is seen equals a count of the register made here. usage: tests/board/run.py"""
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DINH = os.environ.get("DINH_BIN", os.path.join(ROOT, "build", "dinh"))
THRESHOLD = 5
points = {"passed": 0, "failed": 0}


def check(good, what):
    points["passed" if good else "failed"] += 1
    if not good:
        print("not ok -", what)


def board(data, now, *more):
    out = subprocess.run([DINH, "--data", data, "--now", now, "board", "--format", "json", *more], check=True, stdout=subprocess.PIPE)
    return json.loads(out.stdout)


def known(units, total):
    """Each unit's figure as an interval: bounds narrowed by the sum until nothing changes."""
    most = 10 ** 6 if total is None else total
    low = [0 if v is None else v for v in units]
    high = [most if v is None else v for v in units]
    while total is not None:
        new_low = [max(a, total - (sum(high) - h)) for a, h in zip(low, high)]
        new_high = [min(h, total - (sum(low) - a)) for a, h in zip(low, high)]
        if (new_low, new_high) == (low, high):
            break
        low, high = new_low, new_high
    return low, high


def hidden_year(data, now, period):
    public, inner = board(data, now, "--public", "--period", period), board(data, now, "--period", period)
    truth = [u["sealed_received"] for u in inner["units"]]
    seen = [u["sealed_received"] for u in public["units"]]
    total = public["total"]["sealed_received"]
    check(sum(truth) == inner["total"]["sealed_received"], f"{period}: for those entitled the sum is the sum")
    check(total is None or total == sum(truth), f"{period}: the published sum is the true one")
    check(any(v is None for v in seen), f"{period}: something is hidden, or this test sees nothing")
    low, high = known(seen, total)
    for u, t, s, a, b in zip(public["units"], truth, seen, low, high):
        check(s is None or s == t, f"{period} {u['name']}: what is published is true")
        check(s is None or not 0 < t < THRESHOLD, f"{period} {u['name']}: a small number is published")
        check(s is not None or b - a >= THRESHOLD, f"{period} {u['name']}: a hidden number lies between {a} and {b}")
    return public


def other_roots(data, now, period, whole):
    """What a shorter list shows is what the whole one shows: no root tells what another hides."""
    for unit in whole["units"][::7]:
        if not unit["unit"]:
            continue
        for u in board(data, now, "--public", "--period", period, "--unit", str(unit["office"]))["units"]:
            same = [w for w in whole["units"] if w["office"] == u["office"]][0]
            check(u["sealed_received"] == same["sealed_received"], f"{period} {u['name']}: another root shows another figure")


def register(data, now):
    """Received in the year, from the register's own rows."""
    public = board(data, now, "--public", "--period", "2026-Y")
    db = sqlite3.connect(f"file:{data}/dinh.db?mode=ro", uri=True)
    rows = dict(db.execute("SELECT office_id, count(*) FROM cases WHERE sealed = 0 AND state <> 'split' AND received BETWEEN ? AND ?"
                           " GROUP BY office_id", (20437, 20801)))
    for u in public["units"]:
        check(u["received"] == rows.get(u["office"], 0),
              f"{u['name']}: {u['received']} received, the register has {rows.get(u['office'], 0)}")
    parts = ("received", "settled_in_all", "open", "overdue", "forwarded", "ended")
    for key in parts:
        check(sum(u[key] for u in public["units"]) == public["total"][key], f"{key}: units add up to the sum")
    for u in public["units"]:
        check(sum(u["backlog"]) == u["open"] and u["overdue"] <= u["open"], f"{u['name']}: backlog by age is what is open")


def main():
    with tempfile.TemporaryDirectory() as tmp:
        data = os.path.join(tmp, "d")
        subprocess.run([DINH, "--data", data, "--now", "2026-11-23", "init", "--demo", "--cases", "600"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = "2026-12-23"
        whole = hidden_year(data, after, "2026-Y")
        other_roots(data, after, "2026-Y", whole)
        for period in ("2026-Q1", "2026-Q2", "2026-H1", "2026-9M", "2026-NA"):
            check("sealed_received" not in board(data, after, "--public", "--period", period)["total"],
                  f"{period}: overlaps the year, one could subtract")
        check("sealed_received" not in board(data, "2026-11-23", "--public", "--period", "2026-Y")["total"],
              "a year that is not over: each day's change would tell")
        register(data, after)
    print(f"{points['passed']} passed, {points['failed']} failed")
    return points["failed"] > 0


sys.exit(main())
