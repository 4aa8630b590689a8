#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The program's clock and a second one (counter.py) on many random questions: 2020 to 2030, every procedure and step,
classes, pauses, extensions. SEED and QUESTIONS (default 120000) choose which; every 40th question is compared day by day."""
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))
from counter import Refused, law_of  # noqa: E402
from harness import BIN, SOURCE, Suite  # noqa: E402

suite = Suite()
SEED = int(os.environ.get("SEED") or time.time())
QUESTIONS = int(os.environ.get("QUESTIONS") or 120_000)
EXPLAINED = 40
SPAN = (date(2030, 12, 31) - date(2020, 1, 1)).days


def pauses(rng, start):
    out = []
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 3))):
        first = start + timedelta(days=rng.randrange(-5, 70))
        out.append((first, first + timedelta(days=rng.choice((0, 0, 1, 2, 3, 5, 8, 13, 30, 90)))))
    return out


def question(rng, asked):
    procedure, step = rng.choice(asked)
    start = date(2020, 1, 1) + timedelta(days=rng.randrange(SPAN + 1))
    if rng.random() < 0.1:  # where the law changed
        start = date(2026, 7, 1) + timedelta(days=rng.randrange(-40, 15))
    return {"procedure": procedure, "step": step, "start": start, "complexity": rng.choice((0, 0, 1, 2)),
            "remote": rng.random() < 0.3, "extend": rng.choice((0,) * 12 + (1, 1, 2, 3)), "suspend": pauses(rng, start)}


def as_row(q):
    spans = ",".join(f"{a}..{b}" for a, b in q["suspend"])
    return f'{q["procedure"]},{q["step"]},{q["start"]},{q["complexity"]},{int(q["remote"])},{q["extend"]},"{spans}"'


def batch(questions, *options):
    """The program's answers: one line a question."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as f:
        f.write("procedure,step,start,complexity,remote,extend,suspend\n" + "\n".join(map(as_row, questions)) + "\n")
        f.flush()
        with tempfile.TemporaryDirectory() as nowhere:
            p = subprocess.run([BIN, "--data", nowhere + "/none", "clock", "explain", "--batch", f.name, *options],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if p.returncode:
        suite.check(False, "the batch is answered", p.stderr.decode())
    return [json.loads(line) for line in p.stdout.splitlines()]


def same(law, q, got):
    """None, or how they differ."""
    try:
        limit, due, other, later = law.answer(q)
    except Refused as no:
        return None if got.get("error") == str(no) else f"refused ({no}), the program says {str(got)[:200]}"
    if "error" in got:
        return f"{due} by {limit['id']}, the program refuses: {got['detail']}"
    rule, also = got["rule"], got["also"]
    mine = (str(due), limit["id"], limit["article"], limit["version"], limit["sureness"], str(later) if other else None)
    its = (got["due"], rule["id"], rule["article"], rule["version"], rule["sureness"], also[0]["due"] if also else None)
    return None if mine == its else f"{mine}, the program {its}"


def same_days(law, q, got):
    if "error" in got:
        return None  # compared above
    limit, due, _, _ = law.answer(q)
    mine = [(str(d), n) for d, n in law.days(q, limit, due)]
    its = [(d["date"], d["n"]) for d in got["days"]]
    if any(d["counts"] != (d["n"] > 0) or not d["why"] for d in got["days"]):
        return "a day without a reason"
    return None if mine == its else f"{mine[-4:]}, the program {its[-4:]}"


def compare(pack, rng, n):
    law = law_of(SOURCE, pack)
    questions = [question(rng, law.questions()) for _ in range(n)]
    began = time.monotonic()
    got = batch(questions)
    took = time.monotonic() - began
    suite.equal(len(got), n, f"{pack}: every question is answered")
    wrong = [(as_row(q), why) for q, a in zip(questions, got) for why in [same(law, q, a)] if why]
    for row, why in wrong[:10]:
        print(f"  {row}: {why}")
    suite.equal(len(wrong), 0, f"{pack}: both clocks agree")
    answered = sum("due" in a for a in got)
    suite.check(answered > n // 3, f"{pack}: most questions have an answer", answered)
    some = questions[::EXPLAINED]
    explained = batch(some, "--days")
    wrong = [(as_row(q), why) for q, a in zip(some, explained) for why in [same_days(law, q, a)] if why]
    for row, why in wrong[:10]:
        print(f"  {row}: {why}")
    suite.equal(len(wrong), 0, f"{pack}: both explain the same days")
    print(f"{pack}: {n} questions in {took:.1f} s ({answered} with an answer), {len(some)} of them day by day")


def main():
    print(f"SEED={SEED}")
    compare("vn", random.Random(SEED), QUESTIONS)
    suite.end()
    sys.exit(1 if suite.failed else 0)


main()
