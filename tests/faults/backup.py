# SPDX-License-Identifier: AGPL-3.0-or-later
"""Backups: one changed byte anywhere, a cut anywhere, a drill that leaves nothing behind."""
import json
import os
import random
import shutil
import signal
import subprocess
import tarfile
import time

from harness import BIN, Client, Server, dinh, pdf, png, user_add


def filled(base):
    """A data directory with a few matters, some sealed, and a backup of it."""
    data = base / "backup"
    dinh(data, "init")
    user_add(data, "tiepdan.pr", "reception")
    with Server(data, "--rate", "-1") as server:
        client = Client(server.port)
        for n in range(3):
            files = [("files", "a.png", png(b"%d" % n, 700)), ("files", "b.pdf", pdf())]
            page = client.submit(f"Việc {n}", "Nội dung có tệp kèm theo.", files, kind="denunciation" if n else "complaint.first")
            assert page.number, page.words[:300]
        archive = base / "saved.tar"
        dinh(data, "backup", archive)
        assert server.stop() == 0
    return data, archive


def places(archive):
    """(byte, what stands there): every kind of byte that an archive has."""
    fields = {"name": 0, "mode": 100, "uid": 108, "gid": 116, "size": 124, "mtime": 136, "type": 156, "link": 157, "magic": 257,
              "version": 263, "user": 265, "group": 297, "major": 329, "prefix": 345, "unused": 511}
    size = archive.stat().st_size
    with tarfile.open(archive) as tar:
        members = tar.getmembers()
    end = 0
    for m in (members[0], members[1], members[-2], members[-1]):
        for name, at in fields.items():
            yield m.offset + at, f"{name} of {m.name[:9]}"
        for digit in range(8):
            yield m.offset + 148 + digit, f"digit {digit} of the checksum of {m.name[:9]}"
        for at in {0, 100, m.size // 2, m.size - 1}:
            yield m.offset_data + at, f"byte {at} of {m.name[:9]}"
        end = m.offset_data + m.size
        if m.size % 512:
            yield end, f"padding of {m.name[:9]}"
    end += -end % 512
    for at in (end, end + 511, end + 512, size - 1):
        yield at, "the archive's end"


def flips(suite, base, archive, long):
    """One bit, anywhere: refused, the place is said, nothing is left."""
    kept, bad, wrong, vague, n = archive.read_bytes(), base / "flipped.tar", [], [], 0
    rng = random.Random(5)
    todo = list(places(archive))
    if not long:
        todo = [p for k, p in enumerate(todo) if k % 3 == 0 or "padding" in p[1] or "end" in p[1]]
    todo += [(rng.randrange(len(kept)), "anywhere") for _ in range(400 if long else 5)]
    for at, what in todo:
        n += 1
        damaged = bytearray(kept)
        damaged[at] ^= 1 << rng.randrange(8)
        bad.write_bytes(damaged)
        p = dinh(base / "flipped", "restore", bad, ok=False)
        if p.returncode != 2 or (base / "flipped").exists() or (base / "flipped.restoring").exists():
            wrong.append(f"{what} ({at}): exit {p.returncode}")
            shutil.rmtree(base / "flipped", ignore_errors=True)
        if "byte" not in p.stderr and "cut short" not in p.stderr:
            vague.append(f"{what}: {p.stderr.strip()}")
    suite.check(not wrong, f"a backup with one changed bit is refused, {n} places", wrong[:8])
    suite.check(not vague, "and the answer says where", vague[:4])
    for at in (10, 700, len(kept) // 2, len(kept) - 10240, len(kept) - 600):
        bad.write_bytes(kept[:at])
        p = dinh(base / "flipped", "restore", bad, ok=False)
        suite.check(p.returncode == 2 and not (base / "flipped").exists(), f"a backup cut at {at} is refused", p.stderr)
    return n + 5


def scratches(base):
    return [p.name for p in base.iterdir() if "verify" in p.name]


def drill(suite, base, data, archive):
    got = json.loads(dinh(data, "backup", "verify", archive, "--format", "json").stdout)
    suite.check(got["sound"] and got["keys"] and got["counts_recorded"] and got["attachments"] == 6 and got["tables"] > 30,
                "backup verify: sound, with keys and counts", got)
    bare = json.loads(dinh(base / "no-keys", "backup", "verify", archive, "--format", "json").stdout)
    suite.check(bare["sound"] and not bare["keys"] and bare["not_opened"] == 4, "without keys all but the sealed is opened", bare)
    suite.check("sound: " in dinh(data, "backup", "verify", archive, "--keys", data / "keys").stdout, "backup verify in words")
    suite.equal(scratches(base), [], "the scratch place is gone")
    suite.equal(dinh(data, "backup", "verify", base / "none.tar", ok=False).returncode, 3, "no such archive: 3")
    broken = base / "broken.tar"
    broken.write_bytes(archive.read_bytes()[:-20000])
    suite.equal(dinh(data, "backup", "verify", broken, ok=False).returncode, 2, "a damaged archive: 2")
    suite.equal(scratches(base), [], "the scratch place is gone after a failure")


def lies(suite, base, data, archive):
    """An archive whose digests are right and whose contents are not: the counts and the check see it."""
    import hashlib
    import sqlite3

    room = base / "lies"
    with tarfile.open(archive) as tar:
        tar.extractall(room)
    db = sqlite3.connect(room / "dinh.db")
    db.execute("DELETE FROM case_files WHERE file_no = 2 AND case_id = 1")
    db.commit()
    db.close()
    names = [line[66:] for line in (room / "MANIFEST").read_text().splitlines()]
    sums = "".join(f"{hashlib.sha256((room / n).read_bytes()).hexdigest()}  {n}\n" for n in names)
    (room / "MANIFEST").write_text(sums)
    lie = base / "lie.tar"
    with tarfile.open(lie, "w", format=tarfile.USTAR_FORMAT) as tar:
        for n in [*names, "MANIFEST"]:
            tar.add(room / n, n)
    p = dinh(data, "backup", "verify", lie, "--format", "json", ok=False)
    got = json.loads(p.stdout) if p.stdout else {"problems": [p.stderr]}
    suite.check(p.returncode == 8 and any("case_files" in x for x in got["problems"]), "fewer rows than recorded: 8, and which table", got)


def ended(suite, base, data, archive):
    """Ended in the midst: the scratch place goes away all the same."""
    for sig in (signal.SIGTERM, signal.SIGINT):
        p = subprocess.Popen([BIN, "--data", str(data), "backup", "verify", str(archive)], stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
        until = time.monotonic() + 5
        while not scratches(base) and time.monotonic() < until:
            time.sleep(0.002)
        os.kill(p.pid, sig)
        code = p.wait(20)
        suite.check(code in (0, 9) and not scratches(base), f"{sig.name} in the midst of a drill leaves nothing", (code, scratches(base)))


def run(suite, base, long):
    data, archive = filled(base)
    n = flips(suite, base, archive, long)
    drill(suite, base, data, archive)
    lies(suite, base, data, archive)
    ended(suite, base, data, archive)
    return [("a backup with one changed bit, or cut", n, "0: each refused, with the place", "–")]
