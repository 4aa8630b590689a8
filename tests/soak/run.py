#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mixed workload for a while: no error, memory that does not grow, nobody blocked by slow clients.

    tests/soak/run.py [--seconds N] [--connections N] [--database URL]

Of the steps 80 % are public reads, 10 % searches, 5 % matters handed in with attachments, 5 % work at the desk. Seconds:
SOAK_SECONDS (20 in `make test`, 1200 in `make soak`). A database given by URL must be empty; it is filled by `dinh init`.
"""
import argparse
import asyncio
import html
import os
import random
import re
import sys
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import OFFICE, Client, Server, Suite, dinh, multipart, pdf, png, room, user_add  # noqa: E402

suite = Suite()
READS = ["/", "/published", "/units", "/units?q=phan+rang", "/rules", "/submit", "/track", "/clock", "/a/none", "/healthz"]
WORDS = ["đường", "nuoc", "dat", "phan rang", "chợ", "22759", "thuỷ lợi", "ninh", "nhà văn hoá", "kinh dinh"]
SLOW_HEADERS, SLOW_UPLOADS = 20, 10
READS_P99_S, GROWTH_SHARE, GROWTH_KB = 1.0, 0.10, 12 * 1024
SHORT_S, SHORT_P99_S = 60, 5.0  # a short form runs beside other suites
THINK_S = 0.25


class Link:
    """A connection that is kept, with one person's cookies."""

    def __init__(self, port, cookies=None):
        self.port, self.cookies, self.reader, self.writer = port, dict(cookies or {}), None, None

    async def ask(self, method, path, body=b"", kind=""):
        """(status, headers, text)"""
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Accept-Language: vi"]
        if self.cookies:
            head.append("Cookie: " + "; ".join(f"{k}={v}" for k, v in self.cookies.items()))
        if body or method == "POST":
            head += [f"Content-Length: {len(body)}", f"Content-Type: {kind}"]
        self.writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        raw = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        headers = dict(line.split(": ", 1) for line in raw.split("\r\n")[1:] if ": " in line)
        for line in raw.split("\r\n"):
            if line.lower().startswith("set-cookie: "):
                k, _, v = line[12:].split(";")[0].partition("=")
                self.cookies[k] = v
        data = await self.reader.readexactly(int(headers.get("Content-Length", 0)))
        if headers.get("Connection", "").lower() == "close":
            self.close()
        return int(raw[9:12]), headers, data.decode("utf-8", "replace")

    def close(self):
        if self.writer:
            self.writer.close()
        self.writer = None


def fields(text, action):
    """Hidden inputs and texts of a form; enough for what is sent here."""
    out = {}
    for form in re.findall(r"<form\b[^>]*>.*?</form>", text, re.S):
        m = re.search(r'action="([^"]*)"', form[:form.index(">")])
        if m and html.unescape(m.group(1)) == action:
            for tag in re.findall(r'<input\b[^>]*type="hidden"[^>]*>', form):
                at = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
                out[at.get("name", "")] = html.unescape(at.get("value", ""))
    return out


class Soak:
    def __init__(self, server, officers, seconds):
        self.server, self.port, self.officers = server, server.port, officers
        self.until, self.begun = time.monotonic() + seconds, time.monotonic()
        self.times = {"read": [], "search": [], "intake": [], "desk": []}
        self.errors, self.steps, self.numbers, self.memory, self.slow_ended = [], {}, [], [], 0

    def expect(self, got, wanted, what):
        if got not in wanted:
            self.errors.append(f"{what}: {got}")
        return got in wanted

    async def timed(self, link, kind, wanted, *request):
        began = time.monotonic()
        status, headers, text = await link.ask(*request)
        self.times[kind].append(time.monotonic() - began)
        self.expect(status, wanted, f"{kind} {request[0]} {request[1][:60]}")
        return status, headers, text

    async def read(self, link, rng):
        path = rng.choice(READS)
        await self.timed(link, "read", (404,) if path == "/a/none" else (200, 304), "GET", path)

    async def search(self, link, rng):
        q = urllib.parse.quote_plus(rng.choice(WORDS))
        await self.timed(link, "search", (200,), "GET", rng.choice([f"/published?q={q}", f"/units?q={q}"]))

    async def intake(self, link, rng):
        person = Link(self.port)
        n = rng.randrange(1 << 40)
        _, _, page = await self.timed(person, "intake", (200,), "GET", f"/submit/new?office={OFFICE}&kind=complaint.first")
        typed = {**fields(page, "/submit/check"), "office": OFFICE, "kind": "complaint.first", "title": f"Việc {n}",
                 "body": f"Nội dung của việc {n}. " + "đường làng ngập nước sau mưa. " * rng.randrange(1, 20),
                 "petitioner": "individual", "name": f"Người Thử {n}", "phone": "0901234567"}
        files = [("files", "a.png", png(b"%d" % n, rng.randrange(1000, 90000))), ("files", "b.pdf", pdf(b"%d" % n))]
        kind, body = multipart(typed, files[:rng.randrange(1, 3)])
        status, _, page = await self.timed(person, "intake", (200,), "POST", "/submit/check", body, kind)
        last = {**typed, **fields(page, "/submit/send")}
        if status == 200:
            _, _, page = await self.timed(person, "intake", (200,), "POST", "/submit/send", urllib.parse.urlencode(last).encode(),
                                          "application/x-www-form-urlencoded")
            m = re.search(r'class="number"[^>]*>([^<]+)<', page)
            if self.expect(bool(m), (True,), "a receipt with a number"):
                self.numbers.append(m.group(1))
        person.close()

    async def desk(self, link, rng):
        officer = Link(self.port, rng.choice(self.officers))
        where = rng.choice(["queue", "search", "visit"])
        if where == "queue":
            _, _, page = await self.timed(officer, "desk", (200,), "GET", "/desk")
            cases = re.findall(r'href="(/desk/cases/\d+/\d+)"', page)
            if cases:
                await self.timed(officer, "desk", (200,), "GET", rng.choice(cases))
        elif where == "search":
            q = urllib.parse.urlencode({"q": rng.choice(WORDS), "view": "all"})
            await self.timed(officer, "desk", (200,), "GET", f"/desk/search?{q}")
        else:
            path = f"/desk/reception/visit?office={OFFICE}"
            _, _, page = await self.timed(officer, "desk", (200,), "GET", path)
            csrf = re.search(r'name="csrf" value="([^"]+)"', page)
            visit = {"csrf": csrf.group(1) if csrf else "", "day": time.strftime("%Y-%m-%d", time.gmtime(time.time() + 7 * 3600)),
                     "name": "Nguyễn Văn Hỏi", "people": "1", "content": "Hỏi về thủ tục."}
            await self.timed(officer, "desk", (303,), "POST", path, urllib.parse.urlencode(visit).encode(),
                             "application/x-www-form-urlencoded")
        officer.close()

    async def person(self, k):
        link, rng = Link(self.port), random.Random(k)
        kinds = [self.read] * 16 + [self.search] * 2 + [self.intake, self.desk]
        while time.monotonic() < self.until:
            step = rng.choice(kinds)
            self.steps[step.__name__] = self.steps.get(step.__name__, 0) + 1
            try:
                await step(link, rng)
            except (OSError, asyncio.IncompleteReadError, ValueError) as e:
                self.errors.append(f"{step.__name__}: {type(e).__name__} {e}")
                link.close()
            await asyncio.sleep(rng.uniform(0, 2 * THINK_S))
        link.close()

    async def slow(self, head, piece):
        """One that never finishes, again and again; the server ends it."""
        while time.monotonic() < self.until:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(head)
                while time.monotonic() < self.until:
                    writer.write(piece)
                    await writer.drain()
                    if reader.at_eof():
                        break
                    await asyncio.sleep(1)
                writer.close()
            except OSError:
                pass
            self.slow_ended += time.monotonic() < self.until
            await asyncio.sleep(0.2)

    async def watch(self):
        while time.monotonic() < self.until:
            text = Path(f"/proc/{self.server.process.pid}/status").read_text()
            kb = int(re.search(r"RssAnon:\s*(\d+)", text).group(1))
            self.memory.append((time.monotonic() - self.begun, kb))
            if len(self.memory) % 60 == 0:
                print(f"after {self.memory[-1][0]:.0f} s: {kb / 1024:.1f} MB, {len(self.numbers)} matters, {len(self.errors)} errors",
                      flush=True)
            await asyncio.sleep(1)

    async def all(self, connections):
        h = f"Host: 127.0.0.1:{self.port}\r\n"
        headers = f"GET / HTTP/1.1\r\n{h}".encode()
        upload = (f"POST /submit/check HTTP/1.1\r\n{h}Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n"
                  '--b\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n').encode()
        await asyncio.gather(self.watch(), *(self.person(k) for k in range(connections)),
                             *(self.slow(headers, b"X-A: b\r\n") for _ in range(SLOW_HEADERS)),
                             *(self.slow(upload, b"") for _ in range(SLOW_UPLOADS)))


def p99(times):
    return sorted(times)[int(len(times) * 0.99)] if times else 0.0


def growth_kb(samples):
    """What a straight line through the samples after the warm-up (a quarter) says memory grew by meanwhile."""
    samples = samples[len(samples) // 4:]
    n = len(samples)
    mx, my = sum(t for t, _ in samples) / n, sum(m for _, m in samples) / n
    var = sum((t - mx) ** 2 for t, _ in samples)
    slope = sum((t - mx) * (m - my) for t, m in samples) / var if var else 0
    return slope * (samples[-1][0] - samples[0][0]), my


def judge(s, seconds, connections):
    total = sum(map(len, s.times.values()))
    for kind, times in s.times.items():
        print(f"{kind}: {len(times)} requests, p50 {sorted(times)[len(times) // 2] * 1000:.1f} ms, p99 {p99(times) * 1000:.1f} ms, "
              f"at most {max(times) * 1000:.0f} ms" if times else f"{kind}: none")
    grown, mean = growth_kb(s.memory)
    slow = SLOW_HEADERS + SLOW_UPLOADS
    print(f"{seconds} s, {connections} connections and {slow} slow ones: {total} requests, {total / seconds:.0f} a second, "
          f"{len(s.errors)} errors, {len(s.numbers)} matters; memory {s.memory[0][1] // 1024} MB at first, {mean / 1024:.1f} MB on the "
          f"average after the warm-up, {grown / 1024:+.1f} MB meanwhile")
    suite.check(not s.errors, "soak: no error", s.errors[:8])
    suite.check(all(s.times.values()), "soak: each kind of work was done", {k: len(v) for k, v in s.times.items()})
    limit = READS_P99_S if seconds >= SHORT_S else SHORT_P99_S
    suite.check(p99(s.times["read"]) < limit, f"soak: p99 of public reads < {limit} s beside slow clients", p99(s.times["read"]))
    suite.equal(len(set(s.numbers)), len(s.numbers), "soak: no number twice")
    if seconds >= SHORT_S:
        suite.check(grown < max(GROWTH_KB, GROWTH_SHARE * mean), "soak: memory does not grow", f"{grown:.0f} kB of {mean:.0f}")
        suite.check(s.slow_ended > 0, "soak: slow clients are ended by the server", s.slow_ended)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=int(os.environ.get("SOAK_SECONDS") or 20))
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--database", help="URL; default: SQLite in a directory of its own")
    o = parser.parse_args()
    base = room("soak")
    data, url = base / "d", ["--database", o.database] if o.database else []
    dinh(data, "init", *url)
    logins = [f"tiepdan.{k}" for k in range(8)]
    for login in logins:
        user_add(data, login, "reception", OFFICE, *url)
    with Server(data, "--rate", "-1", *url) as server:
        officers = []
        for login in logins:
            client = Client(server.port)
            client.sign_in(login)
            suite.equal(client.get("/desk").status, 200, f"{login} signs in")
            officers.append(dict(client.cookies))
            client.close()
        s = Soak(server, officers, o.seconds)
        asyncio.run(s.all(o.connections))
        judge(s, o.seconds, o.connections)
        suite.equal(server.stop(60), 0, "soak: the server ends well")
        logged = re.findall(r".*level=error.*", server.log_text())
        suite.check(not logged, "soak: no error was logged", logged[:3])
    p = dinh(data, "check", *url, "--files", ok=False)
    suite.check(p.returncode == 0, "soak: check --files", p.stdout[-600:] + p.stderr)
    suite.end()


if __name__ == "__main__":
    main()
