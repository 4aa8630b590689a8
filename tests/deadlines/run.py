#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Warnings of deadlines with a simulated calendar: each mark once, on working days and in working hours only, also with two
processes; up the chain of command; nobody who is kept out; on the desk of who was told, and gone once seen."""
import concurrent.futures
import contextlib
import json
import re
import sys
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "clock"))
from counter import law_of  # noqa: E402
from harness import SOURCE, Client, Server, Suite, database, dinh, room  # noqa: E402

suite = Suite()
EPOCH = date(1970, 1, 1)
LAW = law_of(SOURCE, "vn")


def at(day, clock):
    return f"{day}T{clock}:00+07:00"


def warn(data, when, how="--run"):
    return json.loads(dinh(data, "--now", when, "warn", how, "--format", "json").stdout)


def rows(data, sql, *args):
    db = database(data)
    try:
        return db.execute(sql, args).fetchall()
    finally:
        db.close()


def notices(data):
    return rows(data, "SELECT office_id, case_id, duty_no, start, due, mark, day, account_id FROM deadline_notices")


def sweeps(data):
    first = date(2026, 7, 6)
    said = warn(data, at(first, "09:00"), "--preview")
    suite.check(said["told"] > 0, "there is something to tell", said["told"])
    suite.equal(len(notices(data)), 0, "a preview stores nothing")
    with concurrent.futures.ThreadPoolExecutor() as pool:  # two processes at once
        both = list(pool.map(lambda _: warn(data, at(first, "09:00"))["told"], range(2)))
    suite.equal(sum(both), said["told"], "two processes tell each mark once, as the preview said")
    suite.equal(warn(data, at(first, "09:05"))["told"], 0, "and not again")
    for hour in ("00:00", "06:59", "12:30", "17:00", "23:59"):
        got = warn(data, at("2026-07-07", hour))
        suite.check(got["told"] == 0 and got["closed"] > 0, f"nobody is told at {hour}", got)
    suite.equal(warn(data, at("2026-07-11", "09:00"))["told"], 0, "nobody is told on a Saturday")
    suite.equal(warn(data, at("2026-09-02", "09:00"))["told"], 0, "nobody is told on a holiday")
    day = first
    while day < date(2026, 8, 20):
        day += timedelta(days=1)
        warn(data, at(day, "09:30"))


def told(data):
    all_of = notices(data)
    suite.check(len(all_of) > 100, "many were told", len(all_of))
    suite.equal(len({n[:6] + n[7:] for n in all_of if n[5] != "after"}), len([n for n in all_of if n[5] != "after"]),
                "each mark once for each clock and person")
    off = [n for n in all_of if not LAW.calendar.works(EPOCH + timedelta(days=n[6]))]
    suite.equal(len(off), 0, "never on a day off")
    for mark, holds in (("half", lambda n: 2 * (n[6] - n[3]) >= n[4] - n[3] and n[6] <= n[4]),
                        ("breach", lambda n: n[6] > n[4]), ("after", lambda n: n[6] >= n[4] + 8)):
        some = [n for n in all_of if n[5] == mark]
        wrong = [n for n in some if not holds(n)]
        suite.check(some and not wrong, f"{mark}: told when it is so", wrong[:3])
    roles = dict(rows(data, "SELECT account_id, max(roles) FROM grants GROUP BY account_id"))
    parents = dict(rows(data, "SELECT office_id, parent_office_id FROM offices"))
    leads = set(rows(data, "SELECT account_id, office_id FROM grants WHERE roles & 16 <> 0"))
    breach = [n for n in all_of if n[5] == "breach"]
    suite.check(any((n[7], n[0]) in leads for n in breach), "a breach: the office's leader is told")
    suite.check(any((n[7], parents[n[0]]) in leads for n in breach), "a breach: the office above is told")
    lowest, chain = [n for n in all_of if n[0] == LOWEST], (MIDDLE, parents[MIDDLE])
    for mark, levels in (("breach", chain[:1]), ("after", chain)):
        clocks = {}
        for n in (n for n in lowest if n[5] == mark):
            clocks.setdefault(n[:5] + (n[6],), set()).update(o for o in chain if (n[7], o) in leads)
        wrong = [(k, told) for k, told in clocks.items() if told != set(levels)]
        suite.check(clocks and not wrong, f"{mark}: told {len(levels)} of two levels above", wrong[:3])
    suite.equal([n for n in all_of if n[7] not in roles], [], "only officials are told")
    suite.equal(rows(data, "SELECT count(*) FROM deadline_notices n JOIN case_barred b ON b.office_id = n.office_id"
                           " AND b.case_id = n.case_id AND b.account_id = n.account_id"), [(0,)], "nobody who is kept out")
    acts = rows(data, "SELECT count(*) FROM acts WHERE verb = 'warn' AND open = 0")[0][0]
    clocks = len({n[:7] for n in all_of})
    suite.check(acts >= clocks > 0, "each warning is an act", (acts, clocks))
    suite.check("sound" in dinh(data, "check").stdout, "the chains hold")
    suspended = rows(data, "SELECT count(*) FROM deadline_watches w JOIN cases c ON c.office_id = w.office_id AND"
                           " c.case_id = w.case_id WHERE w.duty_no = 0 AND c.due IS NULL AND w.next_day IS NOT NULL")
    suite.equal(suspended, [(0,)], "a suspended step does not warn")


def desk(data):
    ((login, account),) = rows(data, "SELECT a.login, a.account_id FROM accounts a JOIN deadline_notices n ON"
                                     " n.account_id = a.account_id WHERE n.seen_at IS NULL GROUP BY a.account_id, a.login"
                                     " ORDER BY count(*) DESC LIMIT 1")
    with Server(data, now=at("2026-08-20", "10:00")) as server:
        who = Client(server.port)
        who.sign_in(login, "dinh-demo-2026")
        page = who.get("/desk/notices").text
        suite.check("<table" in page and "/desk/notices" in page, "the desk lists notices", page[:300])
        found = re.search(r'name="office" value="(\d+)"><input type="hidden" name="no" value="(\d+)"', page)
        suite.check(found, "each can be marked as seen")
        token = {"csrf": re.search(r'name="csrf" value="([^"]+)"', page).group(1)}
        who.post("/desk/notices", {**token, "office": found.group(1), "no": found.group(2)})
        suite.equal(rows(data, "SELECT seen_at IS NOT NULL, account_id FROM deadline_notices WHERE office_id = ? AND notice_no = ?",
                         *map(int, found.groups())), [(1, account)], "and is then seen")
        who.post("/desk/notices", token)
        suite.equal(rows(data, "SELECT count(*) FROM deadline_notices WHERE account_id = ? AND seen_at IS NULL", account), [(0,)],
                    "all at once")


def three_levels(data):
    """One commune below another: the chain of command has two levels above it."""
    global LOWEST, MIDDLE
    (LOWEST,), (MIDDLE,) = rows(data, "SELECT c.office_id FROM cases c JOIN offices o ON o.office_id = c.office_id JOIN grants g ON"
                                      " g.office_id = c.office_id AND g.roles & 16 <> 0 WHERE c.office_id / 10000000 % 10 = 2"
                                      " AND c.closed IS NULL GROUP BY c.office_id ORDER BY count(*) DESC, c.office_id LIMIT 2")
    with contextlib.closing(database(data)) as base, base:
        base.execute("UPDATE offices SET parent_office_id = ? WHERE office_id = ?", (MIDDLE, LOWEST))


def main():
    data = room("deadlines") / "data"
    dinh(data, "--now", at("2026-07-06", "08:00"), "init", "--demo", "--cases", "400")
    three_levels(data)
    sweeps(data)
    told(data)
    desk(data)
    suite.end()
    sys.exit(1 if suite.failed else 0)


main()
