# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes wrong around PostgreSQL: program nodes killed, the server killed, a replica taking over, a copy interrupted.
Rounds by DINH_FAULT_ROUNDS (short: 4)."""
import http.client
import os
import random
import shutil
import signal
import subprocess
import time
from urllib.parse import quote

import cluster
from load import Load, judge
from points import program
from harness import Server

ROUNDS = int(os.environ.get("DINH_FAULT_ROUNDS") or 4)
SEED = int(os.environ.get("DINH_FAULT_SEED") or 20260706)


class Nodes:
    """Several `dinh serve` on one database and one data directory."""

    def __init__(self, data, url, n):
        self.data, self.url, self.n = data, url, n
        self.servers = []

    def start(self, i):
        server = Server(self.data, "--rate", "-1", log=f"{self.data}.{i}.log", env={"DINH_DATABASE": self.url})
        if i < len(self.servers):
            self.servers[i] = server
        else:
            self.servers.append(server)
        return server

    def ports(self):
        return [s.port for s in self.servers if s.process.poll() is None] or [1]

    def __enter__(self):
        for i in range(self.n):
            self.start(i)
        return self

    def __exit__(self, *_):
        for s in self.servers:
            if s.process.poll() is None:
                s.kill()


def prepare(p, name, url):
    done = p.dinh(name, url, "init")
    p.check(done.returncode == 0, f"init: {done.stderr}")
    return p.data(name)


def answers(port):
    try:
        c = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        c.request("GET", "/units?q=phan")
        return c.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


def until(what, limit_s=30):
    began = time.monotonic()
    while not what():
        if time.monotonic() - began > limit_s:
            return None
        time.sleep(0.01)
    return time.monotonic() - began


def nodes(p, pg):
    """Three nodes, one killed at random in each round and started again."""
    rng = random.Random(SEED)
    print(f"seed {SEED}")
    url = pg.database("nodes")
    data = prepare(p, "nodes", url)
    pg.psql("ANALYZE", "nodes")  # plans for empty tables
    with Nodes(data, url, 3) as three:
        signed_in_everywhere(p, three, data, url)
        load = Load(three.ports, seed=SEED)
        for _ in range(ROUNDS):
            p.check(load.wait_for(len(load.receipts) + 15), "nodes: no matter went through")
            i = rng.randrange(3)
            three.servers[i].kill()
            time.sleep(rng.uniform(0, 0.3))
            three.start(i)
        load.end()
    judge(p, load, pg, "nodes", f"three nodes, {ROUNDS} kills")
    grew = pg.psql("SELECT relname || ' ' || seq_scan FROM pg_stat_user_tables WHERE seq_scan > 9 AND relname IN"
                   " ('case_once', 'store_counters', 'deadline_watches', 'case_marks', 'sessions')", "nodes")
    p.check(not grew, f"nodes: tables that grow are read from end to end: {grew}")
    done = p.dinh("nodes", url, "check")
    p.check(done.returncode == 0, f"nodes: check: {done.stdout[-500:]}{done.stderr[-300:]}")


def signed_in_everywhere(p, three, data, url):
    """A session made on one node holds on the others, and ends on all of them."""
    from harness import PASSWORD, Client
    env = {"DINH_DATABASE": url}
    subprocess.run([program(), "--data", data, "user", "add", "can.bo", "--name", "Cán bộ", "--role", "reception",
                    "--office", "202522275901", "--password-stdin"], input=PASSWORD + "\n", text=True, check=True,
                   env={**os.environ, **env}, stdout=subprocess.DEVNULL)
    one, two = Client(three.servers[0].port), Client(three.servers[1].port)
    one.sign_in("can.bo")
    two.cookies = one.cookies
    p.check(two.get("/desk").status == 200, "nodes: a session of one node is none on another")


def server_killed(p, _pg):
    """kill -9 of the database under load: it comes back by itself, and so do we."""
    pg = cluster.temporary(durable=True).start()
    try:
        url = pg.database("killed")
        data = prepare(p, "killed", url)
        slowest = 0
        with Nodes(data, url, 1) as one:
            load = Load(one.ports, seed=SEED + 1)
            for _ in range(ROUNDS):
                p.check(load.wait_for(len(load.receipts) + 15), "killed: no matter went through")
                pg.stop(signal.SIGKILL)
                pg.start()
                back = until(lambda: answers(one.ports()[0]))
                p.check(back is not None and one.servers[0].process.poll() is None, "killed: the pages do not come back")
                slowest = max(slowest, back or 99)
            load.end()
        judge(p, load, pg, "killed", f"{ROUNDS} times kill -9 of the database, pages back after at most {slowest:.2f} s")
        done = p.dinh("killed", url, "check")
        p.check(done.returncode == 0, f"killed: check: {done.stdout[-500:]}")
    finally:
        pg.__exit__()


def fail_over(p, _pg):
    """A replica that every commit waits for takes over from a primary that is killed."""
    first = cluster.temporary(durable=True).start()
    second = None
    try:
        first.database("over")
        second = cluster.temporary(durable=True, standby_of=first).start()
        first.psql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        first.psql("SELECT pg_reload_conf()")
        hosts = ",".join(quote(c.dir, safe="") for c in (first, second))
        url = f"postgresql://dinh@/over?host={hosts}".replace("%2C", ",")
        data = prepare(p, "over", url)
        with Nodes(data, url, 2) as two:
            load = Load(two.ports, seed=SEED + 2)
            p.check(load.wait_for(60), "fail-over: no matter went through")
            first.stop(signal.SIGKILL)
            second.promote()
            second.psql("ALTER SYSTEM SET synchronous_standby_names = ''")
            second.psql("SELECT pg_reload_conf()")
            promoted = time.monotonic()
            back = until(lambda: all(answers(port) for port in two.ports()))
            p.check(back is not None and back <= 1, f"fail-over: pages answer {back} s after the promotion")
            p.check(load.wait_for(len(load.receipts) + 30), "fail-over: no matter went through afterwards")
            wrote = next((t for t in load.times if t > promoted), promoted + 99) - promoted
            load.end()
        judge(p, load, second, "over",
              f"fail-over: pages answer {back or 99:.2f} s after the promotion, the first matter after {wrote:.2f} s")
        done = p.dinh("over", url, "check")
        p.check(done.returncode == 0, f"fail-over: check: {done.stdout[-500:]}{done.stderr[-300:]}")
    finally:
        for c in (first, second):
            if c:
                c.__exit__()


def copy(p, pg):
    """There and back; interrupted; into what is not empty; changed on the way."""
    now = "2026-11-20T09:00:00+07:00"
    made = p.dinh("copy", None, "init", "--demo", now=now, limit_s=300)
    if not p.check(made.returncode == 0, f"init --demo: {made.stderr[-300:]}"):
        return
    source, back = p.data("copy"), p.data("back")
    url = pg.database("copy")
    done = p.dinh("copy", None, "copy", "--from", source, "--to", url, "--format", "json", limit_s=300)
    p.check(done.returncode == 0 and '"tables"' in done.stdout, f"copy: {done.stderr}")
    done = p.dinh("copy", None, "copy", "--from", url, "--to", back, limit_s=300)
    p.check(done.returncode == 0, f"copy back: {done.stderr}")
    for name in ("keys", "files"):
        shutil.copytree(os.path.join(source, name), os.path.join(back, name), dirs_exist_ok=True)
    for q in (("check",), ("check", "--recount"),
              ("review", "compute", "--unit", "202522275901", "--period", "2026-H1", "--form", "all", "--format", "json")):
        said = [p.dinh("copy", None, *q, now=now), p.dinh("copy", url, *q, now=now), p.dinh("back", None, *q, now=now)]
        p.check(all(s.returncode == 0 and s.stdout == said[0].stdout for s in said), f"copy: {q} differs: {[s.stdout[:200] for s in said]}")
    done = p.dinh("copy", None, "copy", "--from", source, "--to", url)
    p.check(done.returncode != 0 and "rows" in done.stderr, f"copy: into what holds data already: {done.returncode} {done.stderr}")
    interrupted(p, pg, source)
    backup(p, pg, url, now)


def interrupted(p, pg, source):
    url = pg.database("cut")
    rng, cuts = random.Random(SEED), 0
    argv = p.argv("copy", None, "copy", "--from", source, "--to", url)
    for _ in range(ROUNDS):
        child = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0.15, 0.9))
        cuts += child.poll() is None
        child.kill()
        child.wait()
    done = p.run(argv)
    whole = done.returncode == 0 or "rows" in done.stderr  # the last may have gone through
    p.check(whole and cuts, f"copy: cut {cuts} times, then: {done.stderr}")
    count = "SELECT (SELECT count(*) FROM acts), (SELECT count(*) FROM cases), (SELECT count(*) FROM fts_cases)"
    counts = [pg.psql(count, d) for d in ("copy", "cut")]
    p.check(counts[0] == counts[1], f"copy: after {cuts} cuts: {counts}")
    url = pg.database("changed")
    argv = p.argv("copy", None, "copy", "--from", source, "--to", url)
    child = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: child.poll() is not None or has_rows(pg), 20)
    child.kill()
    child.wait()
    if has_rows(pg):
        pg.psql("UPDATE acts SET note = note || '!' WHERE act_id = 1", "changed")
        done = p.dinh("copy", None, "copy", "--from", source, "--to", url)
        p.check(done.returncode != 0 and "acts" in done.stderr,
                f"copy: a row that was changed is not seen: {done.returncode} {done.stderr}")


def has_rows(pg):
    try:
        return pg.psql("SELECT count(*) FROM acts", "changed") not in ("", "0")
    except subprocess.CalledProcessError:
        return False


def backup(p, pg, url, now):
    """A backup of PostgreSQL is the same archive, and goes into either."""
    archive = p.data("pg.backup")
    done = p.dinh("copy", url, "backup", archive)
    p.check(done.returncode == 0, f"backup: {done.stderr}")
    done = p.dinh("copy", None, "backup", "verify", archive)
    p.check(done.returncode == 0, f"backup verify: {done.stdout}{done.stderr}")
    into = pg.database("restored")
    done = p.dinh("restored", into, "restore", archive)
    p.check(done.returncode == 0, f"restore: {done.stderr}")
    shutil.copytree(os.path.join(p.data("copy"), "keys"), os.path.join(p.data("restored"), "keys"), dirs_exist_ok=True)
    said = [p.dinh("restored", into, "check", now=now), p.dinh("copy", url, "check", now=now)]
    p.check(said[0].returncode == 0 and said[0].stdout == said[1].stdout, f"restored: check: {said[0].stdout}{said[0].stderr}")


PARTS = {"nodes": nodes, "killed": server_killed, "failover": fail_over, "copy": copy}
