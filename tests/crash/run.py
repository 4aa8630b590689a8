#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was acknowledged is there: after kill -9 under load, SIGTERM, a full disk, a database that cannot be written.

CRASH_ROUNDS (50) rounds of load, each ended by kill -9 at a moment drawn from CRASH_SEED.
"""
import hashlib
import os
import random
import resource
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import OFFICE, Client, Server, Suite, catalogue, database, dinh, pdf, png, room, sha256, user_add  # noqa: E402

ROUNDS = int(os.environ.get("CRASH_ROUNDS") or 50)
SEED = int(os.environ.get("CRASH_SEED") or 20260706)
CLIENTS = 8
CHECK_EVERY = 10
LOOKED = 8
suite = Suite()


class Receipt:
    """What a person was told, and what she sent."""

    def __init__(self, number, code, title, body, files, fields):
        self.number, self.code, self.title, self.body, self.files, self.fields = (
            number,
            code,
            title,
            body,
            files,
            fields,
        )


def token_of(serial):
    """As the form's own: 24 symbols, so that what was sent twice is known again."""
    symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "".join(symbols[b & 31] for b in hashlib.sha256(f"{SEED}/token/{serial}".encode()).digest()[:24])


def hand_in(client, fields, serial, rng):
    """The two posts of the wizard; the receipt, or None when the page is no receipt."""
    files = []
    if rng.random() < 0.7:
        files.append(("files", f"ảnh {serial}.png", png(f"{SEED}/{serial}".encode(), rng.randrange(200, 60000))))
    if rng.random() < 0.3:
        files.append(("files", f"đơn {serial}.pdf", pdf(f"{SEED}/{serial}".encode(), rng.randrange(64, 4000))))
    (
        title,
        body,
    ) = f"Việc số {serial} của đợt thử", f"Nội dung {serial}: " + "đường làng ngập nước sau mưa. " * rng.randrange(
        1, 40
    )
    fields = {
        **fields,
        "title": title,
        "body": body,
        "petitioner": "individual",
        "name": f"Người Thử {serial}",
        "phone": "0901234567",
        "token": token_of(serial),
    }
    checked = client.check(fields, files)
    if checked.status != 200:
        raise AssertionError(f"check answered {checked.status}: {checked.words[:300]}")
    last = checked.fields("/submit/send")
    page = client.post("/submit/send", last)
    if page.number is None:
        raise AssertionError(f"send answered {page.status}: {page.words[:300]}")
    return Receipt(page.number, page.code, title, body.strip(), [f[2] for f in files], last)


class Load:
    """Clients that hand in until told to end; receipts that came whole are kept."""

    def __init__(self, port, first_serial):
        self.port, self.serial, self.lock = port, first_serial, threading.Lock()
        self.receipts, self.refused, self.ending = [], [], False
        self.threads = [threading.Thread(target=self.run, args=(k,)) for k in range(CLIENTS)]
        for t in self.threads:
            t.start()

    def next_serial(self):
        with self.lock:
            self.serial += 1
            return self.serial

    def run(self, k):
        client = Client(self.port)
        rng = random.Random(f"{SEED}/{self.serial}/{k}")
        try:
            fields = client.open_form()
        except (OSError, Exception) as e:
            return self.lost(e)
        while not self.ending:
            try:
                receipt = hand_in(client, fields, self.next_serial(), rng)
            except Exception as e:
                return self.lost(e)
            with self.lock:
                self.receipts.append(receipt)
        client.close()

    def lost(self, e):
        """A connection that broke is what kill -9 does; an answer that is no receipt is not."""
        if isinstance(e, AssertionError) and not self.ending:
            self.refused.append(str(e))

    def join(self):
        self.ending = True
        for t in self.threads:
            t.join(30)


def numbers(data):
    """number → (case id) of every matter, read from the database file."""
    db = database(data)
    try:
        return dict(db.execute("SELECT number, case_id FROM cases WHERE office_id = ?", (OFFICE,)))
    finally:
        db.close()


def whole(officer, case_id, receipt):
    """What is wrong with a matter as the desk shows it, or None."""
    path = f"/desk/cases/{OFFICE}/{case_id}"
    page = officer.get(path)
    if page.status != 200:
        return f"{receipt.number}: the desk answers {page.status}"
    if receipt.title not in page.words or receipt.body[:60] not in page.words:
        return f"{receipt.number}: its text is not there"
    got = []
    for n in range(1, len(receipt.files) + 1):
        file = officer.get(f"/desk/files/{OFFICE}/{case_id}/{n}")
        got.append(sha256(file.body) if file.status == 200 else file.status)
    wanted = [sha256(f) for f in receipt.files]
    return None if got == wanted else f"{receipt.number}: attachments {got}, wanted {wanted}"


def stored(data, receipts):
    """What is wrong with the rows of the acknowledged matters: one that is missing, another text, another digest."""
    db = database(data)
    known, wrong = numbers(data), []
    for r in receipts:
        if r.number not in known:
            wrong.append(f"{r.number}: LOST")
            continue
        key = (OFFICE, known[r.number])
        text = db.execute("SELECT title, body FROM case_texts WHERE office_id = ? AND case_id = ?", key).fetchone()
        sums = db.execute(
            "SELECT sha256 FROM case_files WHERE office_id = ? AND case_id = ? ORDER BY file_no", key
        ).fetchall()
        if text != (r.title, r.body) or [s for (s,) in sums] != [sha256(f) for f in r.files]:
            wrong.append(f"{r.number}: stored otherwise than sent: {text} {sums}"[:300])
    db.close()
    return wrong


def verify(server, data, receipts):
    """Every acknowledged matter is there, whole; the first and last ones of a round are looked at over HTTP too.
    (What stands on disk of all of them is compared with the recorded digests by `dinh check --files`.)"""
    known, wrong = numbers(data), stored(data, receipts)
    receipts = receipts[:LOOKED] + receipts[LOOKED:][-LOOKED:]
    officer = Client(server.port)
    officer.sign_in("tiepdan.pr")
    for r in receipts:
        if r.number in known:
            why = whole(officer, known[r.number], r)
            wrong += [why] if why else []
    officer.close()
    return wrong


def kill_rounds(data):
    rng = random.Random(SEED)
    everything, wrong, refused, serial = [], [], [], 0
    for n in range(1, ROUNDS + 1):
        with Server(data, "--rate", "-1") as server:
            load = Load(server.port, serial)
            time.sleep(rng.uniform(0.25, 0.8))
            server.kill()
            load.join()
        serial = load.serial
        refused += load.refused
        everything += load.receipts
        with Server(data, "--rate", "-1") as server:
            wrong += verify(server, data, load.receipts)
            if load.receipts:
                twice(server, data, load.receipts[-1])
            server.kill()
        if n % CHECK_EVERY == 0 or n == ROUNDS:
            p = dinh(data, "check", "--files", ok=False)
            suite.check(p.returncode == 0, f"check --files after {n} rounds", p.stdout[-800:] + p.stderr[-400:])
    suite.check(len(everything) >= ROUNDS, "the rounds acknowledged something", len(everything))
    suite.check(not wrong, f"kill -9, {ROUNDS} rounds: every acknowledged matter is there, whole", wrong[:5])
    suite.check(not refused, "no healthy request was refused", refused[:3])
    known = numbers(data)
    lost = [r.number for r in everything if r.number not in known]
    suite.check(not lost, "at the end every acknowledged number is in the register", lost[:5])
    suite.check(len({r.number for r in everything}) == len(everything), "no number was given twice")
    print(f"{ROUNDS} rounds of kill -9: {len(everything)} matters acknowledged, {len(known)} in the register")


twice_wrong = []


def twice(server, data, receipt):
    """She did not see whether it went through and sends the same form again: the same matter, the same code."""
    before = len(numbers(data))
    client = Client(server.port)
    fresh = client.open_form()
    page = client.post("/submit/send", {**receipt.fields, "csrf": fresh["csrf"]})
    if (page.number, page.code) != (receipt.number, receipt.code) or len(numbers(data)) != before:
        twice_wrong.append(f"{receipt.number} → {page.status} {page.number}")
    client.close()


def terminated(data):
    """SIGTERM under load: running requests end, the exit code is 0, nothing is lost."""
    wrong, codes = [], []
    for n in range(3):
        with Server(data, "--rate", "-1") as server:
            load = Load(server.port, 1_000_000 * (n + 1))
            time.sleep(0.5)
            load.ending = True
            codes.append(server.stop())
            load.join()
        with Server(data, "--rate", "-1") as server:
            wrong += verify(server, data, load.receipts)
            codes.append(server.stop())
    suite.equal(codes, [0] * 6, "SIGTERM: ends with exit code 0")
    suite.check(not wrong, "SIGTERM: every acknowledged matter is there, whole", wrong[:5])
    p = dinh(data, "check", "--files", ok=False)
    suite.check(p.returncode == 0, "check --files after SIGTERM", p.stdout[-800:])


# ---- a disk that is full ----


def not_saved(client, lang, serial, files=()):
    """Tries to hand in; (page, fields sent, which step refused)."""
    fields = {
        **client.open_form(),
        "title": f"Thử lưu {serial}",
        "body": f"Chữ phải còn lại {serial}. " * 400,
        "petitioner": "individual",
        "name": "Người Thử",
        "phone": "0901234567",
    }
    checked = client.check(fields, files)
    if checked.status != 200:
        return checked, fields, "check"
    last = checked.fields("/submit/send")
    return client.post("/submit/send", last), last, "send"


def refused_page(page, fields, lang, what):
    """No receipt; "not saved" in her language; her text in the page; the status says it failed."""
    words = catalogue(lang)
    suite.check(page.number is None and page.code is None, f"{what}: never a receipt")
    suite.check(page.status >= 500, f"{what}: the status says it", page.status)
    suite.check(
        words["case.submit.not_saved"] in page.words,
        f"{what} ({lang}): the person reads that it was not saved",
        page.words[:400],
    )
    suite.check(f'lang="{lang}"' in page.text, f"{what}: in her language")
    kept = page.fields("/submit/send")
    suite.equal(kept.get("body", "").strip(), fields["body"].strip(), f"{what}: her text is kept in the form")
    return kept


def fill_until_refused(client, lang, first):
    for serial in range(first, first + 400):
        page, fields, step = not_saved(client, lang, serial)
        if page.number is None:
            return page, fields, step
    return page, fields, "never"


def recovered(server, clients, kept_forms, what):
    for lang, client in clients.items():
        page = client.post("/submit/send", kept_forms[lang])
        suite.check(
            page.number is not None,
            f"{what} ({lang}): once there is room, the same form gives a receipt",
            page.words[:300],
        )


def full_disk(data, make_full, make_room, what, preexec=None):
    with Server(data, "--rate", "-1", preexec=preexec) as server:
        clients = {lang: Client(server.port, lang) for lang in ("vi", "fr", "en")}
        before = [
            clients["vi"].submit(f"Trước khi đầy {n}", "Có chỗ để lưu đơn này.", [("files", "a.png", png())])
            for n in range(3)
        ]
        suite.check(all(p.number for p in before), f"{what}: with room it is saved", [p.status for p in before])
        make_full(server)
        kept = {}
        for k, (lang, client) in enumerate(clients.items()):
            page, fields, step = fill_until_refused(client, lang, 1000 * k)
            suite.equal(step, "send", f"{what}: it is refused when sent")
            kept[lang] = refused_page(page, fields, lang, what)
        page, _, step = not_saved(clients["vi"], "vi", 9000, [("files", "a.png", png(b"x", 400_000))])
        suite.check(
            page.number is None and page.status >= 500 and "Chữ phải còn lại 9000" in page.text,
            f"{what}: an attachment that cannot be kept is said, the text kept",
            f"{step} {page.status} {page.words[:300]}",
        )
        suite.equal(clients["vi"].get("/published").status, 200, f"{what}: reading goes on")
        make_room(server)
        recovered(server, clients, kept, what)
        suite.equal(server.stop(), 0, f"{what}: the server lived through it")
    p = dinh(data, "check", "--files", ok=False)
    suite.check(p.returncode == 0, f"{what}: check --files", p.stdout[-800:] + p.stderr[-300:])
    known = numbers(data)
    suite.check(all(p.number in known for p in before), f"{what}: what was acknowledged is there")


def small_disk(base):
    """A file system of 96 MB of our own, or None."""
    at = base / "small"
    at.mkdir()
    p = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", str(at)], capture_output=True, text=True)
    return at if p.returncode == 0 else None


def on_small_disk(base, template):
    at = small_disk(base) if os.geteuid() == 0 else None
    if at is None:
        suite.skip("a full disk of its own needs root and mount; the limit on file sizes stands in for it")
        return
    try:
        data, filler = at / "d", at / "filler"
        shutil.copytree(template, data)

        def fill(_):
            with open(filler, "wb", buffering=0) as f:
                try:
                    while f.write(b"\0" * 65536):
                        pass
                except OSError:
                    pass

        full_disk(data, fill, lambda _: filler.unlink(), "full disk")
    finally:
        subprocess.run(["umount", str(at)], capture_output=True)


def by_limit(base, template):
    """Without a disk of its own: the process may write no file longer than what it has."""
    data = base / "limit"
    shutil.copytree(template, data)

    def ignore():
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def limit(server):
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))

    def lift(server):
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    full_disk(data, limit, lift, "file size limit", ignore)


def read_only(base, template):
    """A database that this user may read and not write: pages answer, nothing is acknowledged."""
    if os.geteuid() != 0:
        suite.skip("a database of another user's needs root")
        return
    data = base / "ro"
    shutil.copytree(template, data)
    nobody = 65534

    def become():
        os.setgroups([])
        os.setgid(nobody)
        os.setuid(nobody)

    os.chmod(base, 0o755)
    for p in [data, *data.rglob("*")]:
        os.chown(p, nobody, nobody)
    for name in ("dinh.db", "dinh.db-wal", "dinh.db-shm"):
        if (data / name).exists():
            os.chown(data / name, 0, 0)
            os.chmod(data / name, 0o444)
    try:
        server = Server(data, "--rate", "-1", preexec=become, log=base / "ro.log")
    except RuntimeError as e:
        suite.check("exit 8" in str(e) and "dinh.db" in str(e), "read-only database: serve names the file and ends", e)
        return
    with server:
        for lang in ("vi", "fr"):
            client = Client(server.port, lang)
            suite.equal(client.get("/").status, 200, "read-only database: reading goes on")
            page, fields, step = not_saved(client, lang, 1)
            suite.equal(step, "send", "read-only database: it is refused when sent")
            refused_page(page, fields, lang, "read-only database")


def frozen(base, template):
    """A database that becomes unwritable while it is served; the attribute is taken away again."""
    data = base / "frozen"
    shutil.copytree(template, data)
    files = []

    def chattr(flag):
        return subprocess.run(["chattr", flag, *files], capture_output=True).returncode == 0

    def freeze(_):
        files[:] = [str(p) for p in sorted(data.glob("dinh.db*"))]
        suite.check(chattr("+i"), "frozen database: chattr +i")

    probe = base / "probe"
    probe.touch()
    files[:] = [str(probe)]
    if not (os.geteuid() == 0 and chattr("+i") and refuses_writes(probe) and chattr("-i")):
        subprocess.run(["chattr", "-i", str(probe)], capture_output=True)
        suite.skip("freezing a database under the server needs root and chattr +i")
        return
    try:
        full_disk(data, freeze, lambda _: chattr("-i"), "frozen database")
    finally:
        chattr("-i")


def refuses_writes(path):
    try:
        with open(path, "ab"):
            return False
    except OSError:
        return True


def main():
    began = time.monotonic()
    base = room("crash")
    template = base / "template"
    dinh(template, "init")
    user_add(template, "tiepdan.pr", "reception")
    data = base / "kill"
    shutil.copytree(template, data)
    kill_rounds(data)
    suite.check(not twice_wrong, "the same form sent again after a kill makes one matter", twice_wrong[:5])
    terminated(data)
    on_small_disk(base, template)
    by_limit(base, template)
    read_only(base, template)
    frozen(base, template)
    print(f"in {time.monotonic() - began:.0f} s")
    suite.end()


if __name__ == "__main__":
    main()
