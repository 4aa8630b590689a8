# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages of the database file that a disk gave back otherwise than they were written: zeros, noise, another page."""
import random
import re

from faulty import rows
from harness import dinh


def run(suite, base, long):
    data = base / "d"
    dinh(data, "--now", "2026-07-15T08:00:00+07:00", "init", "--demo", "--cases", "60")
    dinh(data, "check")
    file = data / "dinh.db"
    for beside in data.glob("dinh.db-*"):
        beside.unlink()
    kept, tables = file.read_bytes(), rows(data)
    for beside in data.glob("dinh.db-*"):
        beside.unlink()
    size = int.from_bytes(kept[16:18], "big") % 65535 or 65536
    rng, missed, vague, n = random.Random(7), [], [], 0
    for kind in ("zeros", "noise", "another page"):
        for _ in range(60 if long else 3):
            at = rng.randrange(1, len(kept) // size) * size
            other = rng.randrange(1, len(kept) // size) * size
            page = {"zeros": bytes(size), "noise": rng.randbytes(size), "another page": kept[other:other + size]}[kind]
            if page == kept[at:at + size]:
                continue
            n += 1
            file.write_bytes(kept[:at] + page + kept[at + size:])
            p = dinh(data, "check", ok=False)
            affected = re.findall(r"^affected: (\w+)", p.stdout, re.M)
            if p.returncode != 8:
                missed.append(f"{kind} in page {at // size + 1}: exit {p.returncode}")
            elif not affected or not all(a in tables or a.startswith(("fts_", "sqlite_", "everything", "free")) for a in affected):
                vague.append(f"{kind} in page {at // size + 1}: {affected} {p.stdout[:300]} {p.stderr[:200]}")
            for beside in data.glob("dinh.db-*"):
                beside.unlink()
    file.write_bytes(kept)
    dinh(data, "check")
    suite.check(not missed, f"a damaged page is found by check, {n} pages", missed[:6])
    suite.check(not vague, "and check names the tables that are affected", vague[:6])
    return [("a page of the database that is zeros, noise or another page", n, "found each time; the tables are named", "restore a backup")]
