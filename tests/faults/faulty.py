# SPDX-License-Identifier: AGPL-3.0-or-later
"""A program whose calls fail when the test says so (fault.c), and what all the faults' tests share."""
import mmap
import os
import sqlite3
import struct
import subprocess
import time
from pathlib import Path

from harness import OFFICE, Client, Server, png, sha256

HERE = Path(__file__).resolve().parent
FIELDS = ("writes", "fail_at", "fail_errno", "fail_many", "kill_at", "sync_ms", "clock_ms", "allocations", "no_memory_at")


class Fault:
    """The switches; `with fault.loaded():` starts programs under them."""

    def __init__(self, base):
        self.lib, self.path = base / "fault.so", base / "control"
        subprocess.run([os.environ.get("CC") or "cc", "-shared", "-fPIC", "-O1", "-o", self.lib, HERE / "fault.c"], check=True)
        self.path.write_bytes(bytes(4096))
        os.chmod(self.path, 0o666)
        with open(self.path, "r+b") as f:
            self.map = mmap.mmap(f.fileno(), 4096)

    def get(self, name):
        return struct.unpack_from("<q", self.map, 8 * FIELDS.index(name))[0]

    def set(self, **fields):
        for name, value in fields.items():
            struct.pack_into("<q", self.map, 8 * FIELDS.index(name), value)

    def clear(self):
        self.set(**{name: 0 for name in FIELDS})

    @property
    def env(self):
        return {"LD_PRELOAD": str(self.lib), "FAULT_CONTROL": str(self.path)}

    def server(self, data, *options):
        before = {k: os.environ.get(k) for k in self.env}
        os.environ.update(self.env)
        try:
            return Server(data, "--rate", "-1", *options)
        finally:
            for k, v in before.items():
                if v is None:
                    del os.environ[k]


def numbers(data):
    db = sqlite3.connect(f"file:{data}/dinh.db?mode=ro", uri=True)
    try:
        return dict(db.execute("SELECT number, case_id FROM cases WHERE office_id = ?", (OFFICE,)))
    finally:
        db.close()


def rows(data):
    db = sqlite3.connect(f"file:{data}/dinh.db?mode=ro", uri=True)
    try:
        names = [n for (n,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
        return {n: db.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0] for n in names if not n.startswith("fts_")}
    finally:
        db.close()


def whole(data, number, files):
    """Why an acknowledged matter is not there as it was sent, or None."""
    db = sqlite3.connect(f"file:{data}/dinh.db?mode=ro", uri=True)
    try:
        found = db.execute("SELECT case_id FROM cases WHERE office_id = ? AND number = ?", (OFFICE, number)).fetchone()
        if not found:
            return f"{number}: LOST"
        sums = db.execute("SELECT sha256, stored FROM case_files WHERE office_id = ? AND case_id = ? ORDER BY file_no",
                          (OFFICE, found[0])).fetchall()
    finally:
        db.close()
    if [s for s, _ in sums] != [sha256(f) for f in files]:
        return f"{number}: other attachments"
    for wanted, stored in sums:
        path = Path(data) / "files" / stored[:2] / stored
        if not path.exists() or sha256(path.read_bytes()) != wanted:
            return f"{number}: attachment {stored} is not on disk as sent"
    return None


class Person:
    """Fills the form in once, sends it until it is taken."""

    def __init__(self, port, serial, timeout=30):
        self.client, self.serial = Client(port, timeout=timeout), serial
        self.file = png(b"%d" % serial, 3000)

    def checked(self):
        """The form of the last step, or the page that is none."""
        fields = {**self.client.open_form(), "title": f"Việc thứ {serial_words(self.serial)}", "body": "Nội dung của việc này. " * 40,
                  "petitioner": "individual", "name": f"Người Thử {self.serial}", "phone": "0901234567"}
        return self.client.check(fields, [("files", "a.png", self.file)])

    def send(self, fields):
        return self.client.post("/submit/send", fields)


def serial_words(n):
    return f"số {n} của đợt thử"


def first_answer(data, fault=None):
    """Starts a server again: (server, seconds until a page came)."""
    began = time.monotonic()
    server = fault.server(data) if fault else Server(data, "--rate", "-1")
    assert Client(server.port).get("/healthz").status == 200
    return server, time.monotonic() - began


def ms(seconds):
    return f"{seconds * 1000:.0f} ms"
