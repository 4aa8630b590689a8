# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the suites that run the whole program share: a data directory, a server, a client, a person.

Everything here looks at the program from outside: its command line, its pages, its files on disk.
"""
import contextlib
import hashlib
import html
import http.client
import json
import os
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import zlib
from pathlib import Path

SOURCE = Path(os.environ.get("DINH_SOURCE") or Path(__file__).resolve().parent.parent)
BIN = os.environ.get("DINH_BIN") or str(SOURCE / "build" / "dinh")
OFFICE = 202522275901  # People's Committee of the ward of Phan Rang
OTHER = 202522233301  # another commune's; replaced by other_office()
ABOVE = 202510005601  # of the province of Khánh Hòa
PASSWORD = "một mật khẩu thử 2026"


# ---- counting ----


class Suite:
    """Counts points; the last line is what tools/run_tests.py reads."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.lock = threading.Lock()

    def check(self, good, what, more=""):
        with self.lock:
            if good:
                self.passed += 1
            else:
                self.failed += 1
                print(f"FAILED {what}" + (f": {str(more)[:1500]}" if more != "" else ""), flush=True)
        return bool(good)

    def equal(self, got, wanted, what):
        return self.check(got == wanted, what, f"got {got!r}, wanted {wanted!r}")

    def skip(self, why):
        self.skipped += 1
        print(f"skipped: {why}", flush=True)

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed" + (f", {self.skipped} skipped" if self.skipped else ""))
        sys.exit(1 if self.failed or not self.passed else 0)


# ---- words of the catalogues ----


def catalogue(lang):
    """message id → text, from the sources of one language (first plural form)."""
    out, key = {}, None
    for path in sorted((SOURCE / "locale" / lang).glob("*.po")):
        for line in path.read_text("utf-8").splitlines():
            m = re.match(r'(msgid|msgstr(?:\[0\])?|) ?"(.*)"$', line)
            if not m:
                continue
            text = json.loads(f'"{m.group(2)}"')
            if m.group(1) == "msgid":
                key = text
                into = None
            elif m.group(1):
                out[key] = text
                into = key
            elif into:
                out[into] += text
    return out


# ---- the command line ----


def dinh(data, *args, stdin=None, ok=True, env=None):
    p = subprocess.run(
        [BIN, "--data", str(data), *map(str, args)],
        input=stdin,
        text=True,
        capture_output=True,
        env={**os.environ, **(env or {})},
        timeout=120,
    )
    if ok and p.returncode != 0:
        raise RuntimeError(f"dinh {' '.join(map(str, args))}: exit {p.returncode}\n{p.stdout}\n{p.stderr}")
    return p


class Postgres:
    """What suites ask of sqlite3's connections, of a database on PostgreSQL, through psql: tuples, bytes for blobs."""

    def __init__(self, cluster, name):
        sys.path.insert(0, str(SOURCE / "tests" / "postgres"))
        from cluster import tool
        self.argv = [tool("psql"), "-h", cluster, "-U", "dinh", "-d", name, "-XAtq", "-v", "ON_ERROR_STOP=1", "-f", "-"]

    @staticmethod
    def literal(value):
        return "NULL" if value is None else str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"

    @staticmethod
    def plain(value):
        return bytes.fromhex(value[2:]) if isinstance(value, str) and value.startswith("\\x") else value

    def execute(self, sql, values=()):
        parts = sql.split("?")
        assert len(parts) == len(values) + 1
        sql = "".join(p + (self.literal(values[i]) if i < len(values) else "") for i, p in enumerate(parts))
        reads = sql.lstrip().upper().startswith("SELECT")
        done = subprocess.run(self.argv, input=f"SELECT row_to_json(answer) FROM ({sql}) answer" if reads else sql, text=True,
                              capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{sql}: {done.stderr}")
        return Rows(tuple(self.plain(v) for _, v in json.loads(line, object_pairs_hook=list)) for line in done.stdout.splitlines() if reads)

    def commit(self):
        pass  # each statement is a transaction

    close = commit

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


class Rows(list):
    def __init__(self, rows):
        super().__init__(rows)
        self.next = iter(self)

    def fetchone(self):
        return next(self.next, None)

    def fetchall(self):
        return self


def database(data):
    """A data directory's database as it is, looked at behind the program's back; of the cluster that tests/postgres/program.py
    puts it in, when that runs. To be closed."""
    if os.environ.get("DINH_PG_CLUSTER"):
        name = (Path(data) / ".postgres").read_text()
        return Postgres(os.environ["DINH_PG_CLUSTER"], name)
    return sqlite3.connect(f"file:{data}/dinh.db?mode=rw", uri=True)


def files_of(data):
    """Every file below a data directory, and those that its database has on PostgreSQL. Not the server's log of changes, which
    its operator keeps as long as a recovery to a moment needs it."""
    found = [f for f in Path(data).rglob("*") if f.is_file()]
    if os.environ.get("DINH_PG_CLUSTER"):
        database(data).execute("CHECKPOINT")
        oid = database(data).execute("SELECT oid::bigint FROM pg_database WHERE datname = current_database()").fetchone()[0]
        found += [f for f in (Path(os.environ["DINH_PG_CLUSTER"]) / "data" / "base" / str(oid)).iterdir() if f.is_file()]
    return found


def tables(data):
    """Names of its tables, without those of text indexes and the database's own."""
    on_postgres = bool(os.environ.get("DINH_PG_CLUSTER"))
    with contextlib.closing(database(data)) as db:
        listed = db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'" if on_postgres
                            else "SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return sorted(n for (n,) in listed if not n.startswith(("sqlite_", "fts_")) and n != "store_nodes")


def user_add(data, login, roles, office=OFFICE, *more):
    dinh(
        data,
        "user",
        "add",
        login,
        "--name",
        f"Cán bộ {login}",
        "--role",
        roles,
        "--office",
        office,
        "--password-stdin",
        *more,
        stdin=PASSWORD + "\n",
    )


def room(prefix):
    """A new directory that goes away with the program."""
    import atexit

    d = Path(tempfile.mkdtemp(prefix=f"dinh-{prefix}-"))
    atexit.register(shutil.rmtree, d, ignore_errors=True)
    return d


def attachments(data):
    return [p for p in (Path(data) / "files").rglob("*") if p.is_file()]


# ---- a server ----


class Server:
    """`dinh serve` on a free port of the loopback address."""

    def __init__(self, data, *options, now=None, preexec=None, log=None, env=None):
        self.data, self.log_path = Path(data), Path(log or f"{data}.log")
        argv = [
            BIN,
            "--data",
            str(data),
            *(["--now", now] if now else []),
            "serve",
            "--listen",
            "127.0.0.1:0",
            *options,
        ]
        self.log = open(self.log_path, "ab")
        start = self.log.tell()
        self.process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, preexec_fn=preexec, env={**os.environ, **(env or {})}
        )
        self.port = None
        until = time.monotonic() + 30
        while self.port is None and time.monotonic() < until:
            with open(self.log_path, "rb") as f:
                f.seek(start)
                m = re.search(rb"http://127\.0\.0\.1:(\d+)", f.read())
            if m:
                self.port = int(m.group(1))
            elif self.process.poll() is not None:
                raise RuntimeError(f"serve ended: exit {self.process.returncode}\n{self.log_text()[-2000:]}")
            else:
                time.sleep(0.01)
        if self.port is None:
            raise RuntimeError("serve does not say its address")

    def log_text(self):
        return self.log_path.read_text("utf-8", "replace")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.log.close()

    def stop(self, limit_s=30):
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(limit_s)
        self.log.close()
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()


# ---- a client ----


class Page:
    def __init__(self, status, headers, body, path):
        self.status, self.headers, self.body, self.path = status, headers, body, path

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    @property
    def words(self):
        """What a reader sees: tags dropped, entities resolved, spaces collapsed."""
        t = re.sub(r"<(script|style)\b.*?</\1>", " ", self.text, flags=re.S)
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", t))).strip()

    def fields(self, action):
        """Hidden inputs, values and texts of the form with that action."""
        for form in re.findall(r"<form\b[^>]*>.*?</form>", self.text, re.S):
            head = form[: form.index(">")]
            m = re.search(r'action="([^"]*)"', head)
            if m and html.unescape(m.group(1)) == action:
                return self._inputs(form)
        return {}

    @staticmethod
    def _inputs(form):
        out = {}
        for tag in re.findall(r"<input\b[^>]*>", form):
            at = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
            if "name" not in at or at.get("type") in ("file", "checkbox", "submit"):
                continue
            if at.get("type") == "radio" and " checked" not in tag:
                continue
            out[at["name"]] = html.unescape(at.get("value", ""))
        for name, text in re.findall(r'<textarea\b[^>]*?name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
            text = html.unescape(text)
            out[name] = text[1:] if text.startswith("\n") else text
        return out

    @property
    def number(self):
        m = re.search(r'class="number"[^>]*>([^<]+)<', self.text)
        return html.unescape(m.group(1)) if m else None

    @property
    def code(self):
        m = re.search(r'class="code"[^>]*><output[^>]*>([^<]+)<', self.text)
        return m.group(1).replace("-", "") if m else None


def multipart(fields, files):
    """(content type, body); files: (field, file name, bytes)."""
    b = "b" + secrets.token_hex(12)
    out = bytearray()
    for name, value in fields.items():
        out += f'--{b}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for field, file_name, content in files:
        out += (
            (
                f'--{b}\r\nContent-Disposition: form-data; name="{field}"; filename="{file_name}"\r\n'
                "Content-Type: application/octet-stream\r\n\r\n"
            ).encode()
            + content
            + b"\r\n"
        )
    return f"multipart/form-data; boundary={b}", bytes(out) + f"--{b}--\r\n".encode()


class Client:
    """A browser without pictures: cookies, keep-alive, forms."""

    def __init__(self, port, lang="vi", timeout=30):
        self.port, self.lang, self.timeout, self.cookies, self.conn = port, lang, timeout, {}, None

    def close(self):
        if self.conn:
            self.conn.close()
        self.conn = None

    def send(self, method, path, body=None, headers=None):
        h = {"Accept-Language": self.lang, **(headers or {})}
        if self.cookies:
            h.setdefault("Cookie", "; ".join(f"{k}={v}" for k, v in self.cookies.items()))
        if self.conn is None:
            self.conn = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            self.conn.request(method, path, body, h)
            r = self.conn.getresponse()
            data = r.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        for name, value in r.getheaders():
            if name.lower() == "set-cookie":
                k, _, v = value.split(";")[0].partition("=")
                if v:
                    self.cookies[k] = v
                else:
                    self.cookies.pop(k, None)
        if r.will_close:
            self.close()
        return Page(r.status, r.headers, data, path)

    def get(self, path, **kw):
        return self.send("GET", path, **kw)

    def post(self, path, fields, files=None, follow=False):
        if files is None:
            kind, body = "application/x-www-form-urlencoded", urllib.parse.urlencode(fields).encode()
        else:
            kind, body = multipart(fields, files)
        p = self.send("POST", path, body, {"Content-Type": kind})
        return self.get(p.headers["Location"]) if follow and p.status == 303 else p

    def sign_in(self, login, password=PASSWORD):
        fields = self.get("/sign-in").fields("/sign-in")
        return self.post("/sign-in", {**fields, "login": login, "password": password})

    # ---- the public wizard ----

    def open_form(self, kind="complaint.first", office=OFFICE):
        return self.get(f"/submit/new?office={office}&kind={kind}").fields("/submit/check")

    def check(self, fields, files=()):
        return self.post("/submit/check", fields, list(files))

    def submit(self, title, body, files=(), kind="complaint.first", office=OFFICE, name="Nguyễn Thị Thử", **more):
        """The whole wizard; the receipt."""
        fields = {
            **self.open_form(kind, office),
            "title": title,
            "body": body,
            "petitioner": "individual",
            "name": name,
            "phone": "0901234567",
            **more,
        }
        page = self.check(fields, files)
        if page.status != 200:
            return page
        return self.post("/submit/send", page.fields("/submit/send"))

    # ---- the desk ----

    def act(self, path, action, **more):
        """An action of a matter's page, with the version that the page has."""
        page = self.get(path)
        m = re.search(r'name="version" value="(\d+)"', page.text)
        csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)
        return self.post(
            path, {"csrf": csrf.group(1) if csrf else "", "action": action, "version": m.group(1) if m else "0", **more}
        )

    def find(self, number):
        """The path of a matter's page at the desk, by its number."""
        page = self.get("/desk/search?" + urllib.parse.urlencode({"q": number, "view": "all"}))
        for path, text in re.findall(r'href="(/desk/cases/\d+/\d+)"[^>]*>([^<]+)<', page.text):
            if html.unescape(text) == number:
                return path
        return None


def raw(port, request, limit_s=10, half_close=False):
    """Bytes as they are over a new connection; everything that comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=limit_s) as s:
        try:
            s.sendall(request)
            if half_close:
                s.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        out = bytearray()
        try:
            while True:
                got = s.recv(65536)
                if not got:
                    break
                out += got
        except OSError:
            pass
    return bytes(out)


# ---- things to hand in ----


def png(seed=b"", size=2000):
    """A true PNG (one grey point) with `size` bytes of noise in a private chunk."""

    def chunk(kind, content):
        return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")

    noise = (hashlib.sha256(seed).digest() * (size // 32 + 1))[:size]
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0")
        + chunk(b"prVt", noise)
        + chunk(b"IDAT", zlib.compress(b"\0\x80"))
        + chunk(b"IEND", b"")
    )


def pdf(seed=b"", size=500):
    noise = hashlib.sha256(seed).hexdigest()
    return (
        b"%PDF-1.4\n%"
        + (noise * (size // 64 + 1))[:size].encode()
        + b"\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def sha256(content):
    return hashlib.sha256(content).hexdigest()
