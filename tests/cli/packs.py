#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Folders of law tables for the tests of the command line."""
import csv
import io
import shutil
from pathlib import Path

from harness import dinh

ROOT = Path(__file__).resolve().parent.parent.parent


def older(suite, folder):
    """Tables that an older program knew hold with a newer one: what came later is absent, and nothing fails."""
    shutil.copytree(ROOT / "rules" / "vn", folder)
    text = (folder / "periods.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    with (folder / "periods.csv").open("w", encoding="utf-8", newline="") as f:
        out = csv.DictWriter(f, [k for k in rows[0] if k not in ("owed_by", "texts")], extrasaction="ignore")
        out.writeheader()
        out.writerows(rows)
    for later in ("report.csv", "board.csv", "warnings.csv", "answer_checks.csv", "competence.csv"):
        (folder / later).unlink()
    suite.equal(dinh("nowhere", "rules", "check", folder, ok=False).returncode, 0, "rules check: tables of an older program hold")
    (folder / "states.csv").unlink()
    without = dinh("nowhere", "rules", "check", folder, ok=False)
    suite.check(without.returncode == 2 and "states.csv" in without.stdout, "rules check: but not without its states", without.stdout)
