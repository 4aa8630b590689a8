# SPDX-License-Identifier: AGPL-3.0-or-later
"""People who hand in matters through any of several servers, and try again with the same form until they are answered."""
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import Client  # noqa: E402


class Load:
    """ports: a function that gives the ports that may answer now. Receipts that came whole are kept: number → title."""

    def __init__(self, ports, clients=6, seed=1):
        self.ports, self.seed, self.lock = ports, seed, threading.Lock()
        self.receipts, self.times, self.twice, self.odd = {}, [], [], []
        self.ending = False
        self.threads = [threading.Thread(target=self.person, args=(k,)) for k in range(clients)]
        for t in self.threads:
            t.start()

    def person(self, k):
        rng, serial = random.Random(f"{self.seed}/{k}"), 0
        while not self.ending:
            serial += 1
            self.one(f"Việc {self.seed}.{k}.{serial}", rng)

    def one(self, title, rng):
        """Until a receipt comes; the form is the same each time. Where nothing was sent yet it may be given up."""
        fields = None
        for _ in range(4000):
            client = None
            try:
                client = Client(rng.choice(self.ports()))
                if fields is None:
                    fresh = client.open_form()
                    form = {**fresh, "title": title, "body": "Đường làng ngập nước sau mưa.", "petitioner": "individual"}
                    checked = client.check({**form, "name": "Người Thử", "phone": "0901234567"}, [])
                    if checked.status == 200:
                        fields = checked.fields("/submit/send")
                if fields is not None:
                    fields = {**fields, "csrf": client.open_form()["csrf"]}
                    page = client.post("/submit/send", fields)
                    if page.number:
                        return self.acknowledged(page.number, title)
                    if page.status < 500:
                        self.odd.append(f"{page.status}: {page.words[:200]}")
            except Exception:  # noqa: BLE001  a server that was killed breaks in many ways
                pass
            finally:
                if client:
                    client.close()
            if self.ending and fields is None:
                return None
            time.sleep(0.02)
        self.odd.append(f"{title}: never answered")
        return None

    def acknowledged(self, number, title):
        with self.lock:
            if self.receipts.get(number, title) != title:
                self.twice.append(number)
            self.receipts[number] = title
            self.times.append(time.monotonic())

    def wait_for(self, n, limit_s=60):
        until = time.monotonic() + limit_s
        while len(self.receipts) < n and time.monotonic() < until:
            time.sleep(0.02)
        return len(self.receipts) >= n

    def end(self):
        self.ending = True
        for t in self.threads:
            t.join(120)


def judge(p, load, pg, database, what):
    """Exactly what was acknowledged is there, once."""
    rows = [line.split("|", 1) for line in pg.psql("SELECT c.number, t.title FROM cases c JOIN case_texts t USING (office_id, case_id)"
                                                  " ORDER BY c.case_id", database).splitlines()]
    found = dict(rows)
    lost = [n for n, title in load.receipts.items() if found.get(n) != title]
    titles = [title for _, title in rows]
    p.check(load.receipts, f"{what}: nothing was acknowledged")
    p.check(not lost, f"{what}: LOST or another's: {lost[:5]}")
    p.check(len(set(titles)) == len(titles), f"{what}: stored twice: {[t for t in titles if titles.count(t) > 1][:3]}")
    p.check(not load.twice, f"{what}: a number given twice: {load.twice[:3]}")
    p.check(not load.odd, f"{what}: {load.odd[:3]}")
    ids = pg.psql("SELECT count(*), max(case_id), count(DISTINCT number) FROM cases", database)
    n, last, distinct = ids.split("|")
    p.check(n == last == distinct, f"{what}: the register has gaps or a number twice: {ids}")
    print(f"{what}: {len(load.receipts)} acknowledged, {len(rows)} stored", flush=True)
