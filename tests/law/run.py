#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The law as facts of our own, asked of the program row by row.

rows.csv: every rule we know of, with its article and value, and how it is asked:
  clock  by the questions of asked.csv: the program's clock against a due day counted here (tests/clock/counter.py)
  table  by the rows of the loaded rulebook: TABLE KEY=VALUE (which row) COLUMN=VALUE …, several parted by &
  test   by another test, FILE WORD: the word must stand there
  none   not at all, with the reason: what the program does not do; none of them may be about cases but those listed below
asked.csv: a rule's questions; `begun`: the action of the steps that begins that limit ("registered": it is the first step;
  "program": a register's own word; "-": people look at it, no step begins it); `since`: when the limit is younger than the rule.
A row without a question, and a limit of the rulebook that no row asks, is a failure.
"""
import csv
import json
import re
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE.parent / "clock"))
from counter import law_of  # noqa: E402
from harness import BIN, SOURCE, Suite, dinh, room  # noqa: E402

suite = Suite()
DAY = timedelta(days=1)
NOT_DONE = {"N01", "N02", "N03"}  # about cases, and yet not done
OWN = {"X01", "X02", "F10", "P01", "P02"}  # the office's own standards: no article sets them


def rows(name):
    with open(HERE / name, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


# ---- the clock ----


def spans(q, start):
    if not q["suspend"]:
        return []
    a, b = q["suspend"].split("..")
    return [(start + int(a) * DAY, start + int(b) * DAY)]


def starts(rule, q):
    """Days to ask on: the first and the last of the rule's time, and three within it."""
    first = max(date.fromisoformat(q["since"] or rule["valid_from"]), date(2015, 1, 5))
    last = date.fromisoformat(rule["valid_to"]) if rule["valid_to"] else date(2027, 6, 30)
    middle = [date(2026, 2, 6), date(2026, 7, 6), date(2026, 8, 27)]
    return [first, *(d for d in middle if first < d < last), last]


def due(law, q, start):
    """Counted here, with the value that stands here."""
    limit = {"n": int(q["value"]), "more": 0, "unit": q["unit"]}
    return law.due({"start": start, "extend": 0, "suspend": spans(q, start)}, limit)


def line(q, start):
    words = q["class"].split()
    complexity = 2 if "special" in words else 1 if "complex" in words else 0
    paused = ",".join(f"{a}..{b}" for a, b in spans(q, start))
    return f'{q["procedure"]},{q["step"]},{start},{complexity},{int("remote" in words)},{q["extend"]},"{paused}"'


def ask(lines):
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as f, tempfile.TemporaryDirectory() as nowhere:
        f.write("procedure,step,start,complexity,remote,extend,suspend\n" + "\n".join(lines) + "\n")
        f.flush()
        p = subprocess.run([BIN, "--data", nowhere + "/none", "clock", "explain", "--batch", f.name],
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    suite.equal(p.returncode, 0, "the questions are answered")
    return [json.loads(x) for x in p.stdout.splitlines()]


def answers(got):
    """{limit: due day} of an answer: the binding one, and the other where law and decree differ."""
    if "due" not in got:
        return {}
    return {got["rule"]["id"]: got["due"], **{x["rule"]["id"]: x["due"] for x in got.get("also", [])}}


def ask_clock(rules, asked):
    law = law_of(SOURCE, "vn")
    questions = [(q, rules[q["rule"]], d) for q in asked for d in starts(rules[q["rule"]], q)]
    for (q, rule, start), got in zip(questions, ask([line(q, d) for q, _, d in questions])):
        its = answers(got)
        wanted = str(due(law, q, start))
        same = q["limit"] in its and its[q["limit"]] == wanted
        if not same and q["limit"] not in its and wanted == got.get("due"):
            same = q["limit"] in ("K08b", "K02b")  # law and decree end on the same day: only the law is named
        suite.check(same, f'{q["rule"]}: {line(q, start)}', f'wanted {wanted} by {q["limit"]}, got {str(got)[:300]}')
    ended = [(q, date.fromisoformat(rules[q["rule"]]["valid_to"]) + DAY) for q in asked if rules[q["rule"]]["valid_to"]]
    for (q, start), got in zip(ended, ask([line(q, d) for q, d in ended])):
        suite.check(q["limit"] not in answers(got), f'{q["rule"]} holds no longer on {start}', got)


# ---- the tables ----


class Tables:
    """The rulebook of an office, as the program shows it."""

    def __init__(self):
        self.data, self.read = room("law") / "d", {}
        dinh(self.data, "init")

    def get(self, name):
        if name not in self.read:
            out = dinh(self.data, "rules", "show", "--table", name, "--format", "json")
            self.read[name] = json.loads(out.stdout)
        return self.read[name]


def ask_table(tables, rule):
    for part in rule["where"].split(" & "):
        table, *pairs = part.split()
        pairs = [p.split("=", 1) for p in pairs]
        found = [r for r in tables.get(table) if r[pairs[0][0]] == pairs[0][1]]
        if suite.equal(len(found), 1, f'{rule["rule"]}: {part}'):
            its = {k: found[0].get(k) for k, _ in pairs}
            suite.equal(its, dict(pairs), f'{rule["rule"]}: {part}')
            suite.equal(found[0].get("sureness", rule["sureness"]) <= "S", True, f'{rule["rule"]}: read or paraphrased')


# ---- what begins a limit ----


def began_by(tables, q):
    """Does the action that asked.csv names begin the limit?"""
    if q["begun"] == "registered":
        return any(p["id"] == q["procedure"] and p["first_step"] == q["step"] for p in tables.get("procedures"))
    if q["begun"] == "program":
        return any(r["key"] == "registers" and q["procedure"] in r["value"].split() for r in tables.get("pack"))
    words = {f'duty={q["step"]}', f'duty={q["step"]}:received'}
    own = [s for s in tables.get("steps") if q["procedure"] in s["procedure"].split()]
    begin = {s["action"] for s in own if s["next_step"] == q["step"] or words & set(s["effects"].split()) or
             any(w.startswith(f'time_bar={q["step"]}:') for w in s["effects"].split())}
    return q["begun"] in begin if q["begun"] != "-" else not begin


def check_begun(tables, asked):
    for q in asked:
        suite.check(began_by(tables, q), f'{q["rule"]}: {q["begun"]} begins {q["procedure"]} {q["step"]}')


# ---- no row without a question ----


def numbers(text):
    return {int(n) for n in re.findall(r"\d+", text)}


def check_whole(tables, rules, asked):
    by_rule = {}
    for q in asked:
        by_rule.setdefault(q["rule"], []).append(q)
    suite.equal(sorted(set(by_rule) - set(rules)), [], "every question is about a rule")
    for r in rules.values():
        if r["how"] == "clock":
            values = {int(q["value"]) for q in by_rule.get(r["rule"], [])}
            suite.check(values and (r["unit"] == "RULE" or int(r["value"]) in values), f'{r["rule"]}: its value is asked', values)
        elif r["how"] == "test":
            file, word = r["where"].split()
            suite.check(word in (SOURCE / file).read_text("utf-8"), f'{r["rule"]}: {file} has {word}')
        elif r["how"] == "none":
            suite.check(r["where"] and (r["about"] != "cases" or r["rule"] in NOT_DONE), f'{r["rule"]}: left out with a reason')
        else:
            suite.equal(r["how"], "table", f'{r["rule"]}: how it is asked')
    known = {q["limit"] for q in asked} | OWN
    suite.equal([x["id"] for x in tables.get("limits") if x["id"] not in known], [], "every limit of the rulebook is asked")
    for x in tables.get("limits"):
        suite.equal((x["id"] in OWN), x["sureness"] == "M" and x["version"] == "", f'{x["id"]}: an own standard says that it is one')


def say(rules):
    n = {h: [r for r in rules.values() if r["how"] == h] for h in ("clock", "table", "test", "none")}
    print(f"{len(rules)} rows: {len(n['clock'])} asked of the clock, {len(n['table'])} of the tables, {len(n['test'])} by another test;"
          f" {len(n['none'])} not done:")
    for why in sorted({r["where"] for r in n["none"]}):
        print(f"  {why}: {' '.join(r['rule'] for r in n['none'] if r['where'] == why)}")


def main():
    rules, asked, tables = {r["rule"]: r for r in rows("rows.csv")}, rows("asked.csv"), Tables()
    ask_clock(rules, asked)
    for r in rules.values():
        if r["how"] == "table":
            ask_table(tables, r)
    check_begun(tables, asked)
    check_whole(tables, rules, asked)
    say(rules)
    print(f"{suite.passed} passed, {suite.failed} failed")
    sys.exit(1 if suite.failed else 0)


main()
