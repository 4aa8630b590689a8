# SPDX-License-Identifier: AGPL-3.0-or-later
"""Could the schema be parted by office? The plan that `dinh distribute` prints names every table once, and every constraint
that the database holds obeys the rules of such a cluster."""
import json
import re

# What is unique, and on which columns, in their order.
UNIQUE = """
SELECT t.relname, i.indexrelid::regclass::text, string_agg(a.attname, ' ' ORDER BY k.ord)
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public',
     unnest(i.indkey) WITH ORDINALITY k(attnum, ord) JOIN pg_attribute a ON true
WHERE i.indisunique AND a.attrelid = t.oid AND a.attnum = k.attnum GROUP BY 1, 2 ORDER BY 1, 2"""
FOREIGN = """
SELECT s.relname, r.relname, string_agg(a.attname, ' ' ORDER BY k.ord), string_agg(b.attname, ' ' ORDER BY k.ord)
FROM pg_constraint c JOIN pg_class s ON s.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid,
     unnest(c.conkey, c.confkey) WITH ORDINALITY k(here, there, ord)
     JOIN pg_attribute a ON true JOIN pg_attribute b ON true
WHERE c.contype = 'f' AND a.attrelid = c.conrelid AND a.attnum = k.here AND b.attrelid = c.confrelid AND b.attnum = k.there
GROUP BY c.oid, 1, 2 ORDER BY 1, 2"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
TRIGGERS = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"


def rows(pg, database, sql):
    return [line.split("|") for line in pg.psql(sql, database).splitlines() if line]


def distribute(p, pg):
    url = pg.database("distribute")
    if not p.check(p.dinh("distribute", url, "init").returncode == 0, "distribute: init"):
        return
    text = p.dinh("distribute", url, "distribute", "--plan")
    listed = p.dinh("distribute", url, "distribute", "--plan", "--format", "json")
    p.check(text.returncode == listed.returncode == 0, f"distribute: {text.stderr}{listed.stderr}")
    plan = {x["table"]: x["statement"] for x in json.loads(listed.stdout)}
    p.check(text.stdout.splitlines()[1:] == [x["statement"] for x in json.loads(listed.stdout)], "distribute: text and JSON differ")
    there = {t for t, in rows(pg, "distribute", TABLES)}
    p.check(len(there) > 50 and set(plan) >= there, f"distribute: not in the plan: {sorted(there - set(plan))}")
    parted = {t: re.search(r"create_distributed_table\('\w+', '(\w+)'", s).group(1) for t, s in plan.items() if "distributed" in s}
    by_office = {t for t, column in parted.items() if column == "office_id"}
    p.check(len(by_office) > 40 and set(parted) - by_office == {"fts_cases", "fts_published"},
            f"distribute: {sorted(set(parted) - by_office)}")
    order = list(plan)
    for table, index, columns in rows(pg, "distribute", UNIQUE):
        if table in parted:
            first = columns.split()[0]
            p.check(first == parted[table], f"distribute: {index} of {table} is on {columns}, not first on {parted[table]}")
    for table, other, here, away in rows(pg, "distribute", FOREIGN):
        good = other not in parted or (table in parted and here.split()[0] == away.split()[0] == "office_id")
        p.check(good, f"distribute: {table} ({here}) refers to {other} ({away})")
        p.check(order.index(other) < order.index(table), f"distribute: {table} before {other}, which it refers to")
    p.check(rows(pg, "distribute", TRIGGERS) == [["0"]], "distribute: there is a trigger")
    for table in sorted(by_office & there):
        column = rows(pg, "distribute", "SELECT count(*) FROM information_schema.columns"
                                        f" WHERE table_name = '{table}' AND column_name = 'office_id'")
        p.check(column == [["1"]], f"distribute: {table} has no office_id")
