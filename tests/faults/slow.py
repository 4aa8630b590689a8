# SPDX-License-Identifier: AGPL-3.0-or-later
"""A disk on which each sync takes seconds, and many people at once: most are told quickly to come again, pages go on, memory
does not grow, and what was acknowledged is there."""
import asyncio
import re
import time
import urllib.parse
from pathlib import Path

from faulty import Fault, Person, ms, numbers
from harness import Client, dinh

SYNC_MS = 3000
SPREAD_S = 9
GROWS_KB = 160 * 1024  # some 1,800 connections with their forms, before the first slow sync tells that it is slow
PATIENCE_S = 30


def rss_kb(server):
    return int(re.search(r"VmRSS:\s*(\d+)", Path(f"/proc/{server.process.pid}/status").read_text()).group(1))


async def one(port, cookie, body):
    """(status, Retry-After there, seconds, number) of a form that is sent."""
    began = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (f"POST /submit/send HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nConnection: close\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n")
    writer.write(head.encode() + body)
    answer = (await asyncio.wait_for(reader.read(), PATIENCE_S)).decode("utf-8", "replace")
    writer.close()
    m = re.search(r'class="number"[^>]*>([^<]+)<', answer)
    status = int(answer[9:12]) if answer.startswith("HTTP/1.1 ") else 0
    return status, "Retry-After:" in answer, time.monotonic() - began, m.group(1) if m else None


async def crowd(port, cookie, forms, looks, spread_s):
    """All forms over that time; a look at a public page each tenth of a second meanwhile."""
    async def look():
        while not ended.is_set():
            began = time.monotonic()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET /published HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
            answer = await reader.read()
            writer.close()
            looks.append((answer[9:12] == b"200", time.monotonic() - began))
            await asyncio.sleep(0.1)

    async def later(k, body):
        await asyncio.sleep(spread_s * k / len(forms))
        return await one(port, cookie, body)

    ended = asyncio.Event()
    looking = asyncio.create_task(look())
    out = await asyncio.gather(*(later(k, body) for k, body in enumerate(forms)), return_exceptions=True)
    ended.set()
    await looking
    return out


def run(suite, base, long):
    data, fault, many = base / "d", Fault(base), 4000 if long else 2000
    dinh(data, "init")
    with fault.server(data, "--proxy", "127.0.0.1") as server:
        person = Person(server.port, 1)
        fields = person.checked().fields("/submit/send")
        suite.check(person.send(fields).number, "slow disk: before it is slow")
        fields = {**fields, "staged": ""}
        cookie = "; ".join(f"{k}={v}" for k, v in person.client.cookies.items())
        symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        forms = [urllib.parse.urlencode({**fields, "title": f"Việc {k}", "token": "".join(symbols[(k >> 5 * i) & 31] for i in range(24))})
                 .encode() for k in range(many)]
        warm = asyncio.run(crowd(server.port, cookie, forms[:200], [], 1))
        looks, before = [], rss_kb(server)
        fault.set(sync_ms=SYNC_MS)
        got = asyncio.run(crowd(server.port, cookie, forms[200:], looks, SPREAD_S))
        grown = rss_kb(server) - before
        fault.clear()
        began = time.monotonic()
        page = Person(server.port, 2)
        back = page.send(page.checked().fields("/submit/send"))
        took = time.monotonic() - began
        suite.check(back.number, "slow disk: once it is quick again, all is as before", back.status)
        broken = [g for g in [*warm, *got] if isinstance(g, BaseException)]
        answers = [g for g in got if not isinstance(g, BaseException)]
        taken, shed = [a for a in answers if a[3]], [a for a in answers if a[0] == 503]
        suite.check(not broken, "slow disk: every request was answered", broken[:3])
        suite.check(len(taken) + len(shed) == len(answers), "slow disk: a receipt or 503", {a[0] for a in answers})
        suite.check(shed and taken, "slow disk: some are taken, the rest told to come again", (len(taken), len(shed)))
        suite.check(all(a[1] for a in shed), "slow disk: 503 has Retry-After")
        late = sorted(a[2] for a in shed)
        suite.check(late and late[-1] < 4, "slow disk: who is not taken learns it within 4 s", late[-3:])
        slowest = max(t for _, t in looks)
        suite.check(all(ok for ok, _ in looks) and slowest < 1.5, "slow disk: pages go on", slowest)
        suite.check(grown < GROWS_KB, f"slow disk: memory grew by less than {GROWS_KB // 1024} MB", grown)
        told = {a[3] for a in [*warm, *taken] if not isinstance(a, BaseException) and a[3]}
        lost = told - set(numbers(data))
        suite.check(not lost, "slow disk: what was acknowledged is there", list(lost)[:3])
        suite.equal(server.stop(60), 0, "slow disk: the server ends well")
    return [(f"each sync takes {SYNC_MS} ms, {len(got)} people in {SPREAD_S} s: {len(taken)} taken, {len(shed)} told to come again within "
             f"{late[-1] if late else 0:.1f} s, pages in {ms(slowest)} at most, memory +{grown // 1024} MB", 1, len(lost), ms(took))]
