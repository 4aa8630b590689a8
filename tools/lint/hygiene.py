# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every file of the repository keeps: its licence line, no trace of one machine, and, when made, freshness."""
import re
import shlex
import subprocess

from .source import Offence

SOURCES = r".*\.(?:c|h|py|css|js|mjs|sql|sh)|(?:.*/)?meson(?:\.build|_options\.txt)|Makefile|\.ci/run"
SPDX = "SPDX-License-Identifier: AGPL-3.0-or-later"
# Written in parts, so that this file does not hold what it looks for.
MACHINE = re.compile("(?<![\\w.])/" + "work/|127\\.0\\.0\\.1:48" + "73|https?://[^\\s\"'/]*" + "registry|"
                     "(?<![\\w.])/" + "root/|(?<![\\w.])/" + "home/[a-z]+/")
COLUMNS_MAX = 140  # 120 is the aim, see .clang-format
MADE_BY = re.compile(r"<!-- made by: dinh (.*?) -->\n")


def spdx(tree):
    for path in tree.paths(SOURCES):
        if tree.files[path].strip() and SPDX not in "\n".join(tree.files[path].splitlines()[:3]):
            yield Offence(path, 1, f"no line `{SPDX}`")


def machine(tree):
    for path, text in tree.files.items():
        for n, line in enumerate(text.splitlines(), 1):
            m = MACHINE.search(line)
            if m:
                yield Offence(path, n, f"a path or host of one machine: {m.group(0)}")


def space(tree):
    for path in tree.paths(SOURCES):
        for n, line in enumerate(tree.files[path].splitlines(), 1):
            if line != line.rstrip():
                yield Offence(path, n, "white space at the end of the line")
            elif "\t" in line and path != "Makefile" and path.endswith((".c", ".h", ".py", "meson.build")):
                yield Offence(path, n, "a tab: indent by spaces")
            elif len(line) > COLUMNS_MAX and path.endswith((".c", ".h", ".py")):
                yield Offence(path, n, f"{len(line)} columns (at most {COLUMNS_MAX})")


def fresh(tree, run=None):
    """A file of docs/ whose first line is `<!-- made by: dinh ARGS -->` equals what that command prints now."""
    if not run and tree.root and (tree.root / "build" / "dinh").exists():
        def run(args):
            return printed(tree.root, args)
    for path in tree.paths(r"docs/.*\.md"):
        m = MADE_BY.match(tree.files[path])
        if m and run:
            now = run(shlex.split(m.group(1)))
            if now.strip() != tree.files[path][m.end():].strip():
                yield Offence(path, 1, f"stale: write it again from `dinh {m.group(1)}`")


def printed(root, args):
    return subprocess.run([str(root / "build" / "dinh"), *args], cwd=root, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60).stdout.decode("utf-8", "replace")
