# SPDX-License-Identifier: AGPL-3.0-or-later
"""A second counter of legal days, written from what the law says and not from the program. It reads the tables itself.

The Civil Code (articles 147, 148): the day from which a period runs is not part of it; a period of months ends on the
day of the same number, or on the month's last; when the last day is one of rest, the period ends with the next working day.
The Labour Code (articles 111, 112): weekly rest, public holidays, a compensatory day for a holiday that falls on a day of
rest; the Government may exchange a working day for a day of rest. Complaints (article 11a): suspended time is not counted.
"""
import bisect
import calendar
import csv
from datetime import date, timedelta
from pathlib import Path

DAY = timedelta(days=1)
FIRST, LAST = date(2009, 1, 1), date(2040, 12, 31)


class Refused(Exception):
    """The question has no answer; the text is the program's word for why."""


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as f:
        yield from csv.DictReader(f)


def day_or(text, otherwise):
    return date.fromisoformat(text) if text else otherwise


class Calendar:
    def __init__(self, folder, weekend):
        marks = {date.fromisoformat(r["date"]): r["kind"] for r in rows(folder / "holidays.csv")}
        rest = {int(w) - 1 for w in weekend.split()}
        self.working = []
        day = FIRST
        while day <= LAST:
            kind = marks.get(day, "pending")
            if kind == "worked" or (kind == "pending" and day.weekday() not in rest):
                self.working.append(day)
            day += DAY
        self.set = set(self.working)

    def works(self, day):
        return day in self.set

    def after(self, day):
        """Working days behind a day, in order."""
        return self.working[bisect.bisect_right(self.working, day):]


class Law:
    def __init__(self, folder):
        self.pack = {r["key"]: r["value"] for r in rows(folder / "pack.csv")}
        self.calendar = Calendar(folder, self.pack["weekend"])
        self.limits = {}
        for r in rows(folder / "limits.csv"):
            r["from"] = day_or(r["valid_from"], date.min)
            r["to"] = day_or(r["valid_to"], date.max)
            r["n"], r["times"], r["more"] = (int(r[k] or 0) for k in ("value", "extensions", "extension_value"))
            for procedure in r["procedure"].split():
                self.limits.setdefault((procedure, r["step"]), []).append(r)

    def questions(self):
        return sorted(self.limits)

    def limit(self, q, rank):
        """The limit that holds on the first day, for the matter's class or the nearest milder one."""
        how = ["specially_complex", "complex", ""][2 - q["complexity"]:]
        names = [h or "normal" for h in how]
        if q["remote"]:
            names = [("remote_" + h).rstrip("_") for h in how] + names
        for name in names:
            for r in self.limits.get((q["procedure"], q["step"]), []):
                if r["class"] == name and r["rank"] == rank and r["from"] <= q["start"] <= r["to"]:
                    return r
        return None

    def answer(self, q):
        """(limit, due day, the other limit, its day); the others None when there is no conflict."""
        found = [r for r in (self.limit(q, "law"), self.limit(q, "decree")) if r]
        if not found:
            raise Refused("not_found")
        for r in found:
            if q["extend"] > r["times"]:
                raise Refused("bad_input")
        days = [(self.due(q, r), i) for i, r in enumerate(found)]
        if len(days) == 1 or days[0][0] == days[1][0]:
            return found[0], days[0][0], None, None
        (first, i), (later, k) = sorted(days)
        return found[i], first, found[k], later

    # ---- one limit ----

    def due(self, q, r):
        value = r["n"] + q["extend"] * r["more"]
        paused = paused_days(q)
        if r["unit"] == "WD":
            end = self.working_end(q, value, paused)
        else:
            end = self.calendar_end(q["start"], value, r["unit"], paused)
        if r["unit"] != "H" and self.pack["roll"] == "yes":
            while end in paused or not self.calendar.works(end):
                end += DAY
        return end

    def working_end(self, q, value, paused):
        free = self.calendar.after(q["start"])[:value + len(paused)]
        return [d for d in free if d not in paused][value - 1]

    @staticmethod
    def calendar_end(start, value, unit, paused):
        end = plus_months(start, value) if unit == "M" else start + timedelta(days=-(-value // 24) if unit == "H" else value)
        lost = 0  # a paused day within the time puts the end off by one, and may bring in another
        while True:
            now = sum(1 for p in paused if start < p <= end + lost * DAY)
            if now == lost:
                return end + lost * DAY
            lost = now

    def days(self, q, r, due):
        """[(day, number or 0)] from the first day to the last, as the explanation must have them."""
        paused, out, n, day = paused_days(q), [(q["start"], 0)], 0, q["start"]
        value = r["n"] + q["extend"] * r["more"]
        if r["unit"] == "M":
            value = (plus_months(q["start"], value) - q["start"]).days
        if r["unit"] == "H":
            value = -(-value // 24)
        while day < due:
            day += DAY
            counts = day not in paused and (r["unit"] != "WD" or self.calendar.works(day)) and n < value
            n += counts
            out.append((day, n if counts else 0))
        return out


def paused_days(q):
    out = set()
    for a, b in q["suspend"]:
        out.update(a + timedelta(days=i) for i in range((b - a).days + 1))
    return out


def plus_months(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def law_of(source, pack):
    return Law(Path(source) / "rules" / pack)
