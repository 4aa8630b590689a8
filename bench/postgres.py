# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rows of the bench that have PostgreSQL in them: a cluster of its own on a Unix socket, every commit on disk."""
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tests", "postgres"))
import cluster  # noqa: E402

BODIES = 512
# What registering one matter writes, by pgbench: the same rows into the same tables with the same indexes. Numbers come from
# sequences instead of counters that everybody waits for; the words of the text index are made beforehand.
SCRIPT = """\\set office random(0, {offices})
\\set body random(1, {bodies})
BEGIN;
SELECT office_id AS office, nextval('bench_case') AS n FROM bench_offices WHERE i = :office \\gset
INSERT INTO cases (office_id, case_id, number, text_id, procedure, kind, instance, state, channel, subject, petitioner,
  people, sealed, complexity, received, created_at, created_by, assigned_to, step, step_start, due, due_rule, handled,
  eligible, own, outcome, ground, decision, decided, closed, matter_of, code_hash, version, remote) VALUES (:office, :n,
  'bench-' || :n, :n, 'recommendation', 'recommendation', 1, 'received', 'web', '', 'individual', 1, 0, 0, 20640,
  1783300000000, 0, 0, 'check', 20640, 20654, 'rule', NULL, -1, -1, '', '', '', NULL, NULL, :n, sha256('a' || :n::text::bytea),
  1, 0);
INSERT INTO case_texts (office_id, case_id, title, body, name, name_fold, address, phone, email, id_number, others, place)
  SELECT :office, :n, 'a title of some words', body, 'A Name', 'a name', 'an address', '0900000000', '', '', '', '' FROM
  bench_bodies WHERE i = :body;
INSERT INTO case_marks (office_id, mark, case_id) SELECT :office, (random() * 9e18)::bigint, :n FROM generate_series(1, 6);
INSERT INTO acts (office_id, act_id, at, actor_id, actor, subject, subject_id, verb, basis, note, open, content, hash, facts)
  VALUES (:office, :n, 1783300000000, 0, '', 'case', :n, 'register', 'rule', '', 1, sha256('b'), sha256('c'),
  'kind=recommendation procedure=recommendation instance=1 channel=web petitioner=individual people=1 received=2026-07-06
  matter=1 state=received step=check due=2026-07-15');
INSERT INTO case_once (office_id, token, case_id) VALUES (:office, 'bench-' || :n, :n);
INSERT INTO fts_cases (id, body, words) SELECT :n, body, words FROM bench_bodies WHERE i = :body;
COMMIT;
"""
BENCH_TABLES = """
CREATE SEQUENCE bench_case START 1000000000;
CREATE TABLE bench_offices AS SELECT row_number() OVER (ORDER BY office_id) - 1 AS i, office_id FROM
  (SELECT office_id FROM offices WHERE office_id / 10000000 % 10 = 2 ORDER BY office_id LIMIT 64) o;
CREATE INDEX ON bench_offices (i);
CREATE TABLE bench_bodies AS SELECT i, body, to_tsvector('simple', body) AS words FROM
  (SELECT i, string_agg('w' || lpad((abs(hashint4(i * 1000 + k)) % 4096)::text, 4, '0'), ' ') AS body
   FROM generate_series(1, 512) i, generate_series(1, 334) k GROUP BY i) b;
CREATE INDEX ON bench_bodies (i);
ANALYZE bench_offices; ANALYZE bench_bodies"""


def pgbench(pg, database, tmp, seconds):
    """Transactions a second of 64 clients, statements prepared; kept in step with what the program's load asks for."""
    pg.psql(BENCH_TABLES.replace("512", str(BODIES)), database)
    offices = int(pg.psql("SELECT count(*) FROM bench_offices", database))
    path = os.path.join(tmp, "pgbench.sql")
    with open(path, "w") as f:
        f.write(SCRIPT.format(offices=offices - 1, bodies=BODIES))
    out = subprocess.run([cluster.tool("pgbench"), "-h", pg.dir, "-U", "dinh", "-n", "-M", "prepared", "-c", "64", "-j", "2",
                          "-T", str(seconds), "-f", path, database], check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         text=True).stdout
    pg.psql("DROP TABLE bench_offices, bench_bodies; DROP SEQUENCE bench_case", database)
    return float(re.search(r"tps = ([\d.]+) \(without", out).group(1))


def taken(b, tmp, data, pg, name):
    """The data directory's copy on PostgreSQL: its own folder with the keys, and the address."""
    folder = os.path.join(tmp, f"pg-{name}")
    url = pg.database(name)
    shutil.copytree(data, folder)
    b.sh(b.DINH, "copy", "--from", data, "--to", url)
    os.unlink(os.path.join(folder, "dinh.db"))
    pg.psql("ANALYZE", name)
    return folder, url


def intake(b, tmp, data, pg, seconds, rows):
    ours, p99s, theirs = [], [], []
    for turn in range(3):
        folder, url = taken(b, tmp, data, pg, f"intake{turn}")
        server = b.serve(folder, "--database", url)
        server.wait("/healthz")
        rate, p99, _, _ = b.load(server, data, seconds)
        server.end()
        peer = pgbench(pg, f"intake{turn}", tmp, seconds)
        ours.append(rate)
        p99s.append(p99)
        theirs.append(peer)
        pg.psql(f"DROP DATABASE intake{turn} WITH (FORCE)")
        shutil.rmtree(folder)
    rows.append(("durable intake of a matter over HTTP on PostgreSQL, 64 connections",
                 f"{statistics.median(ours):,.0f}/s, p99 {statistics.median(p99s):.0f} ms",
                 f"pgbench, the same rows, 64 clients: {statistics.median(theirs):,.0f}/s",
                 f"{statistics.median(x / y for x, y in zip(ours, theirs)):.2f} ×", "≥ 0.7 ×"))


def page(b, tmp, data, pg, seconds, rows):
    folder, url = taken(b, tmp, data, pg, "page")
    on_sqlite, on_pg = b.serve(data), b.serve(folder, "--database", url)
    path = re.search(rb'href="(/published/\d+/\d+)"', on_sqlite.wait("/published")).group(1).decode()
    office = sqlite3.connect(os.path.join(data, "dinh.db")).execute(
        "SELECT office_id FROM cases GROUP BY office_id ORDER BY count(*) DESC LIMIT 1").fetchone()[0]
    on_pg.wait(path)
    # kept: the page stays ready until something is written; made: another address each time, from the database
    for what, address, script in (("public case page", path, None),
                                  ("the list of results of an office, made anew", f"/published?office={office}", "n")):
        ours, peer = [], []
        for _ in range(3):
            for server, to in ((on_pg, ours), (on_sqlite, peer)):
                lua = None
                if script:
                    lua = os.path.join(tmp, "anew.lua")
                    with open(lua, "w") as f:
                        f.write(f'local i = {len(ours) * 1000000}\n'
                                f'request = function() i = i + 1; return wrk.format("GET", "{address}&n=" .. i) end\n')
                rate, _, bad = b.wrk(f"http://127.0.0.1:{server.port}{address}", seconds, script=lua)
                if bad:
                    raise SystemExit(f"bench: {address} fails")
                to.append(rate)
        rows.append((f"{what}, PostgreSQL against SQLite", f"{statistics.median(ours):,.0f}/s", f"SQLite: {statistics.median(peer):,.0f}/s",
                     f"{statistics.median(x / y for x, y in zip(ours, peer)):.2f} ×", "≥ 0.5 ×"))
    on_pg.end()
    on_sqlite.end()
    shutil.rmtree(folder)
    pg.psql("DROP DATABASE page WITH (FORCE)")


def copy(b, tmp, source, pg, rows):
    """A whole database with many matters into PostgreSQL, compared and indexed; and back."""
    count = sqlite3.connect(os.path.join(source, "dinh.db")).execute("SELECT count(*) FROM cases").fetchone()[0]
    for back in (False, True):
        url, folder = pg.url("copied") if back else pg.database("copied"), os.path.join(tmp, "copied")
        began = time.perf_counter()
        told = b.sh(b.DINH, "copy", "--from", url if back else source, "--to", folder if back else url)
        spent = time.perf_counter() - began
        copied = int(re.search(r"(\d+) rows", told).group(1))
        rows.append((f"copy of {count:,} matters, {copied:,} rows, {'back to SQLite' if back else 'to PostgreSQL'}, compared, "
                     "text index made anew",
                     f"{count / spent:,.0f} matters/s, {copied / spent:,.0f} rows/s", "", "", "≥ 20,000/s"))
    shutil.rmtree(os.path.join(tmp, "copied"), ignore_errors=True)


def all_rows(b, tmp, data, source, seconds, rows):
    """b: the bench's own module."""
    with cluster.temporary(durable=True, options=("shared_buffers=512MB", "max_wal_size=4GB", "maintenance_work_mem=256MB")) as pg:
        intake(b, tmp, data, pg, seconds, rows)
        page(b, tmp, data, pg, seconds, rows)
        copy(b, tmp, source, pg, rows)
