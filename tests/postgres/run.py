#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything on PostgreSQL: the unit tests that store something, every statement, and the program's own commands, whose
answers must be those that it gives on SQLite.

    tests/postgres/run.py [PART …]      parts: suites unit statements distribute same nodes killed
                                 failover copy pitr patroni. Without a name: all; suites and patroni, which take ten
                                 minutes, when DINH_POSTGRES=long"""
import concurrent.futures
import os
import re
import sys
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cluster  # noqa: E402
import distribute  # noqa: E402
import faults  # noqa: E402
import recovery  # noqa: E402
from points import JOBS, Points, ROOT, program  # noqa: E402

sys.path.insert(0, os.path.join(ROOT, "tests"))


def storing_tests():
    """The unit tests whose sources open a database of test_database.h."""
    with open(os.path.join(ROOT, "src/platform/store/test_store_base.h")) as f:
        assert "test_database.h" in f.read()
    opens = re.compile(r'#include "(?:platform/store/test_(?:database|store_base|store_group)|features/cases/test_denounce_bench)\.h"')
    for folder, _, names in os.walk(os.path.join(ROOT, "src")):
        build = os.path.join(folder, "meson.build")
        if not os.path.exists(build):
            continue
        with open(build) as f:
            text = f.read()
        for name, files in re.findall(r"'(\w+)': files\(([^)]*)\)", text):
            for source in re.findall(r"'(test_\w+\.c)'", files):
                with open(os.path.join(folder, source)) as f:
                    if opens.search(f.read()):
                        yield name
                        break


def unit(p, pg):
    names = sorted(set(storing_tests()) - {"store_scrub", "store_torture"})  # these are about SQLite's own files and calls
    p.check(len(names) > 15, f"only {len(names)} unit tests store something")
    p.build(*[f"test_{n}" for n in names])
    url = pg.database("unit")
    env = {"DINH_TEST_POSTGRES": url, "CMOCKA_MESSAGE_OUTPUT": "TAP", "DINH_SOURCE": ROOT, "DINH_BIN": program()}
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for name, done in zip(names, pool.map(lambda n: p.run([os.path.join(ROOT, "build", f"test_{n}")], env=env, limit_s=600), names)):
            p.tap(f"unit {name}", done)


def statements(p, pg):
    """Every SQL() of the store files is prepared against the schema of a fresh database."""
    import importlib.util
    spec = importlib.util.spec_from_file_location("queries", os.path.join(ROOT, "tests", "queries", "run.py"))
    queries = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(queries)
    url = pg.database("statements")
    done = p.dinh("statements", url, "init")
    if not p.check(done.returncode == 0, f"init: {done.stderr}"):
        return
    script = []
    for path in sorted(set(queries.store_files())):
        for n, sql in enumerate(sorted(set(queries.statements(path)))):
            script.append((path, sql, f"PREPARE p{len(script)}_{n} AS {sql};"))
    found = pg.psql_each("statements", [s[2] for s in script])
    for (path, sql, _), error in zip(script, found):
        p.check(not error, f"{path}: {error}: {sql[:160]}")


def same(p, pg):
    """One demonstration year in each database: the same answers, byte by byte."""
    url = pg.database("same")
    folders = {"sqlite": None, "postgres": url}
    made = {}
    for name, address in folders.items():
        made[name] = p.dinh(f"same-{name}", address, "init", "--demo", now="2026-11-20T09:00:00+07:00", limit_s=600)
    if not p.check(all(m.returncode == 0 for m in made.values()), f"init --demo: {[m.stderr[-300:] for m in made.values()]}"):
        return
    commune, province = "202522275901", "202510005601"
    questions = [("review", "compute", "--unit", commune, "--period", "2026-H1", "--form", "all", "--format", "json"),
                 ("review", "compute", "--unit", province, "--period", "2026-H1", "--form", "all", "--format", "csv"),
                 ("review", "explain", "--unit", commune, "--period", "2026-H1", "--form", "02/XLD", "--column", "1", "--format", "json"),
                 ("clock", "list", "--format", "json"), ("rules", "show"), ("check", "--format", "json"), ("check", "--recount")]
    for q in questions:
        answers = [p.dinh(f"same-{name}", address, *q, now="2026-11-20T10:00:00+07:00", limit_s=300) for name, address in folders.items()]
        p.check(answers[0].stdout == answers[1].stdout and answers[0].returncode == answers[1].returncode == 0,
                f"{' '.join(q)}: not the same: {answers[0].returncode} {answers[1].returncode} {answers[0].stdout[:300]!r} "
                f"{answers[1].stdout[:300]!r} {answers[0].stderr[:300]} {answers[1].stderr[:300]}")


# Suites that look at the program from outside, and pass on either database.
SUITES = ("cli", "sealed", "hostile", "documents", "deadlines", "exports")


def suites(p, pg):
    env = {"DINH_PG_CLUSTER": pg.dir, "DINH_PG_BIN": program(), "DINH_BIN": os.path.join(ROOT, "tests", "postgres", "program.py"),
           "DINH_SOURCE": ROOT}
    for name in SUITES:
        done = p.run([sys.executable, os.path.join(ROOT, "tests", name, "run.py")], env=env, limit_s=600)
        found = re.findall(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", done.stdout, re.M)
        if p.check(bool(found) and not done.returncode, f"{name}: {done.stdout[-1500:]}{done.stderr[-800:]}"):
            with p.lock:
                p.passed += int(found[-1][0])
                p.skipped += int(found[-1][2] or 0)


PARTS = {"suites": suites, "unit": unit, "statements": statements, "same": same, "distribute": distribute.distribute, **faults.PARTS,
         **recovery.PARTS}


# What runs side by side: compiling and counting, waiting for a server, moving data.
LANES = (("unit", "statements"), ("nodes", "killed", "failover"), ("same", "distribute", "copy", "pitr"))


def lane(p, pg, names):
    for name in names:
        try:
            PARTS[name](p, pg)
        except Exception:  # noqa: BLE001  the others go on
            p.check(False, f"{name}: {traceback.format_exc()}")


def main(argv):
    p = Points()
    lanes = [argv] if argv else [*LANES, ("suites",), ("patroni",)] if os.environ.get("DINH_POSTGRES") == "long" else LANES
    with cluster.temporary() as pg, p, concurrent.futures.ThreadPoolExecutor(len(lanes)) as pool:
        list(pool.map(lambda names: lane(p, pg, names), lanes))
    return p.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
