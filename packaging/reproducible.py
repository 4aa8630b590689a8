#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Builds the last commit twice, in directories of different names and depths, and compares the packages."""
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(*argv, **kw):
    return subprocess.run([str(a) for a in argv], check=True, stdout=subprocess.PIPE, **kw).stdout


def one(into, when):
    into.mkdir(parents=True)
    archive = run("git", "-C", ROOT, "archive", "HEAD")
    run("tar", "-x", "-C", into, input=archive)
    env = {**os.environ, "SOURCE_DATE_EPOCH": when}
    run("meson", "setup", into / "build", into, "--buildtype=release", "-Ddebug=true", env=env)
    run("ninja", "-C", into / "build", "--quiet", "dinh", env=env)
    run(sys.executable, into / "packaging/deb.py", into / "build/dinh", into / "dinh.deb", env=env)
    return (into / "dinh.deb").read_bytes()


def main():
    when = run("git", "-C", ROOT, "log", "-1", "--format=%ct").decode().strip()
    with tempfile.TemporaryDirectory() as d:
        a, b = one(Path(d, "a"), when), one(Path(d, "somewhere/else/of another name"), when)
    print(hashlib.sha256(a).hexdigest(), len(a), "bytes")
    if a == b:
        print("the same bytes, twice")
        return 0
    print(hashlib.sha256(b).hexdigest(), len(b), "bytes: NOT the same")
    return 1


if __name__ == "__main__":
    sys.exit(main())
