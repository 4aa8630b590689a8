#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The house's checks over the whole repository.

    tools/lint.py [CHECK ...]     all checks, or the named ones
    tools/lint.py --self-test     each check refuses what it must and accepts the like that is right
    tools/lint.py --list          names and sentences

Prints `PATH:LINE: CHECK: what` for each offence and ends with `N passed, N failed` (checks).
"""
import shlex
import sys
from pathlib import Path

from lint import budgets, hygiene, layers, messages, sql, text, words
from lint.source import Offence, Tree

ALLOWANCES = "tools/lint/allowances.txt"
CHECKS = {
    "layers": (layers.check, "arrows run down only; one public header per feature; no circles"),
    "budgets": (budgets.check, "lines of functions, files, headers; parameters"),
    "banned": (words.banned, "functions that are not called"),
    "allocations": (words.allocations, "features do not manage memory"),
    "clocks": (words.clocks, "time is a parameter"),
    "globals": (words.globals_, "no mutable state that nobody owns"),
    "sql": (sql.literals, "SQL is a literal in a store file"),
    "schema": (sql.schema, "keys start with office_id; no triggers"),
    "text": (text.c_literals, "no text for people in C"),
    "templates": (text.templates, "no text for people in templates"),
    "law": (text.law, "no law in C"),
    "pack": (text.pack, "no name in C that a pack of rules made up"),
    "messages": (messages.catalogues, "catalogues hold the same ids, once, translated; used ids exist"),
    "spdx": (hygiene.spdx, "a licence line in each source"),
    "machine": (hygiene.machine, "no path or host of one machine"),
    "space": (hygiene.space, "spaces, no tabs, 140 columns"),
    "fresh": (hygiene.fresh, "files made by the program are as it makes them now"),
}


class Allowances:
    def __init__(self, source):
        self.list, self.broken = [], []
        for n, line in enumerate(source.splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            fields = shlex.split(line)
            if len(fields) < 4 or fields[0] not in CHECKS:
                self.broken.append(Offence(ALLOWANCES, n, "wants: check, path, \"part of the text\", reason"))
            else:
                self.list.append([fields[0], fields[1], fields[2], n, False])

    def allow(self, check, offence):
        for a in self.list:
            if a[0] == check and a[1] == offence.path and a[2] in offence.what:
                a[4] = True
                return True
        return False

    def idle(self, checks):
        return self.broken + [Offence(ALLOWANCES, a[3], f"allows nothing: {a[0]} {a[1]}")
                              for a in self.list if a[0] in checks and not a[4]]


def run(tree, names):
    allowances = Allowances(tree.files.get(ALLOWANCES, ""))
    failed = 0
    for name in names:
        offences = [o for o in CHECKS[name][0](tree) if not allowances.allow(name, o)]
        for o in offences:
            print(f"{o.path}:{o.line}: {name}: {o.what}")
        failed += bool(offences)
    idle = allowances.idle(names)
    for o in idle:
        print(f"{o.path}:{o.line}: allowances: {o.what}")
    print(f"{len(names) + 1 - failed - bool(idle)} passed, {failed + bool(idle)} failed")
    return 1 if failed or idle else 0


def main(argv):
    if argv == ["--list"]:
        for name, (_, sentence) in CHECKS.items():
            print(f"{name:12} {sentence}")
        return 0
    if argv == ["--self-test"]:
        from lint import selftest
        return selftest.run(CHECKS, Allowances)
    if argv == ["--figures"]:
        print(budgets.figures(Tree.of_repository(Path(__file__).resolve().parent.parent)))
        return 0
    unknown = [a for a in argv if a not in CHECKS]
    if unknown:
        print(f"no such check: {', '.join(unknown)}", file=sys.stderr)
        return 2
    return run(Tree.of_repository(Path(__file__).resolve().parent.parent), argv or list(CHECKS))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
