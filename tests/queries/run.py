#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""No statement reads the whole of a table that grows, unless allowed.txt says why; and every statement names the office
whose rows it wants, or stands in scatter.txt: in a database that is parted by office, it is put to every node.

Every SQL() of the *_store.c files, as the preprocessor leaves it, is put to EXPLAIN QUERY PLAN against the schema of
a fresh data directory. usage: tests/queries/run.py [--list]   (--list prints every plan)"""
import glob
import os
import re
import sqlite3
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, "build")
# What grows with the matters that people hand in; other tables are as large as the country or its offices.
GROWING = re.compile(r"^(acts|cases|case_\w+|reception_\w+|documents?|document_\w+|deadline_\w+|review_\w+|jobs|mail_\w+|sessions)$")
LITERAL = re.compile(r'\(struct sql\)\s*\{((?:\s*"(?:[^"\\]|\\.)*")+)\s*\}')
PIECE = re.compile(r'"((?:[^"\\]|\\.)*)"')


def statements(path):
    text = subprocess.run(["cc", "-E", "-P", "-std=gnu17", "-D_GNU_SOURCE", "-Isrc", f"-I{BUILD}", path], cwd=ROOT, check=True,
                          stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL).stdout
    for m in LITERAL.finditer(text):
        yield "".join(PIECE.findall(m.group(1))).replace('\\"', '"').replace("\\n", " ")


def store_files():
    for where in ("features/**", "platform/jobs", "platform/mail"):
        for path in glob.glob(os.path.join(ROOT, "src", where, "*_store.c"), recursive=True):
            if not os.path.basename(path).startswith("test_"):
                yield os.path.relpath(path, ROOT)


def table_of(name, sql):
    """The table that an alias of the statement stands for."""
    m = re.search(r"\b(\w+)\s+(?:AS\s+)?" + re.escape(name) + r"\b(?!\s*\.)", sql)
    return m.group(1) if m and m.group(1).upper() not in ("FROM", "JOIN", "INTO", "UPDATE", "AS", "SELECT", ",") else name


def scans(db, sql):
    values = {str(i): None for i in range(1, 97)}
    for row in db.execute("EXPLAIN QUERY PLAN " + sql, values):
        m = re.match(r"SCAN (\w+)", row[3])
        if m and GROWING.match(table_of(m.group(1), sql)):
            yield row[3]


def references():
    with open(os.path.join(ROOT, "src", "app", "reference_tables.txt")) as f:
        return {line.split()[0] for line in f if line.strip() and not line.startswith("#")}


def alone(db, table, how):
    """Is it looked up by a key that is the office and nothing else?"""
    key = [row[1] for row in db.execute("SELECT * FROM pragma_table_info(?)", (table,)) if row[5]]
    return key == ["office_id"] and "(rowid=?)" in how


def scatters(db, sql, everywhere):
    """The tables parted by office that it reads without naming one office: what the database looks them up by says so."""
    values = {str(i): None for i in range(1, 97)}
    for row in db.execute("EXPLAIN QUERY PLAN " + sql, values):
        m = re.match(r"(SCAN|SEARCH) (\w+)(.*)", row[3])
        if m and "office_id=?" not in m.group(3) and not alone(db, table_of(m.group(2), sql), m.group(3)):
            table = table_of(m.group(2), sql)
            if db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone() and table not in everywhere:
                yield row[3]


def allowed(name):
    lines = {}
    with open(os.path.join(ROOT, "tests", "queries", name)) as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                start, reason = line.rstrip("\n").split("|", 1)
                lines[start.strip()] = reason.strip()
    return lines


def main():
    passed, failures = 0, []
    known, used, scattering, scattered, everywhere = allowed("allowed.txt"), set(), allowed("scatter.txt"), set(), references()
    with tempfile.TemporaryDirectory(prefix="dinh-queries-") as tmp:
        subprocess.run([os.path.join(BUILD, "dinh"), "--data", os.path.join(tmp, "d"), "init"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        db = sqlite3.connect(os.path.join(tmp, "d", "dinh.db"))
        for name in sorted(set(store_files())):
            for sql in sorted(set(statements(name))):
                try:
                    found = list(scans(db, sql))
                except sqlite3.Error as e:
                    failures.append(f"{name}: {e}: {sql[:160]}")
                    continue
                if "--list" in sys.argv:
                    print(name, "|", sql[:100], "|", "; ".join(found))
                reason = next((k for k in known if sql.startswith(k)), None)
                if reason and found:
                    used.add(reason)
                if found and not reason:
                    failures.append(f"{name}: {found[0]}: {sql[:200]}")
                else:
                    passed += 1
                wide = list(scatters(db, sql, everywhere))
                reason = next((k for k in scattering if sql.startswith(k)), None)
                if reason and wide:
                    scattered.add(reason)
                if wide and not reason:
                    failures.append(f"{name}: names no office: {wide[0]}: {sql[:200]}")
                else:
                    passed += 1
        # the checks themselves can fail
        if list(scatters(db, "SELECT note FROM acts WHERE act_id = $1", everywhere)) and \
                not list(scatters(db, "SELECT note FROM acts WHERE office_id = $1 AND act_id > 1", everywhere)):
            passed += 1
        else:
            failures.append("the check does not see a statement without an office")
        if list(scans(db, "SELECT note FROM acts WHERE note = $1")) and not list(scans(db, "SELECT note FROM acts WHERE office_id = $1")):
            passed += 1
        else:
            failures.append("the check does not see a scan")
    failures += [f"allowed.txt: nothing scans any more: {k}" for k in known if k not in used]
    failures += [f"scatter.txt: names an office now: {k}" for k in scattering if k not in scattered]
    for f in failures:
        print("not ok -", f)
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
