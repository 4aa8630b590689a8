#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The program, but each data directory's database is one of a PostgreSQL cluster: what suites that know of one DINH_BIN
are given to run on PostgreSQL. DINH_PG_CLUSTER: the cluster's folder; DINH_PG_BIN: the program itself.

A directory's database has the name that stands in DIR/.postgres; a copied directory gets a copy of it."""
import hashlib
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import tool  # noqa: E402

CLUSTER, BIN = os.environ["DINH_PG_CLUSTER"], os.environ["DINH_PG_BIN"]
MAKES = {"init", "restore"}  # a new directory


def data_of(argv):
    for i, word in enumerate(argv):
        if word == "--data" and i + 1 < len(argv):
            return argv[i + 1], argv[i + 2:]
        if word.startswith("--data="):
            return word[7:], argv[i + 1:]
    return None, argv


def sql(statement):
    subprocess.run([tool("psql"), "-h", CLUSTER, "-U", "dinh", "-d", "postgres", "-XAtq", "-c", statement], check=False,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def database_of(folder, words):
    folder = os.path.realpath(folder)
    name = "d" + hashlib.sha256(folder.encode()).hexdigest()[:20]
    mark, was = os.path.join(folder, ".postgres"), ""
    if os.path.exists(mark):
        with open(mark) as f:
            was = f.read()
    if was == name:
        return name
    if was:
        sql(f'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = \'{was}\'')
        sql(f'CREATE DATABASE "{name}" TEMPLATE "{was}"')
        note(folder, name)
    elif MAKES & set(words) or not os.path.exists(os.path.join(folder, "keys")):
        sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        sql(f'CREATE DATABASE "{name}"')
    return name


def note(folder, name):
    with open(os.path.join(folder, ".postgres"), "w") as f:
        f.write(name)


def main():
    argv = sys.argv[1:]
    folder, words = data_of(argv)
    makes = bool(MAKES & set(words))
    there = folder and any(os.path.exists(os.path.join(folder, x)) for x in ("keys", ".postgres"))
    if (makes or there) and "--database" not in argv and "--help" not in argv:
        name = database_of(folder, words)
        os.environ["DINH_DATABASE"] = f"postgresql://dinh@/{name}?host={CLUSTER}"
        if makes or not os.path.exists(os.path.join(folder, ".postgres")):
            done = subprocess.run([BIN, *argv], check=False).returncode
            if os.path.isdir(folder) and not done:
                note(folder, name)
            sys.exit(done)
    os.execv(BIN, [BIN, *argv])


if __name__ == "__main__":
    main()
