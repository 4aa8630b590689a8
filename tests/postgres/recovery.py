# SPDX-License-Identifier: AGPL-3.0-or-later
"""Getting it back: to a point in time from the log of changes, and by Patroni, which promotes without being asked."""
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import cluster
from faults import Nodes, answers, prepare, until
from load import Load, judge


def archive_folder(pg_user):
    folder = tempfile.mkdtemp(prefix="dinh-wal-", dir="/tmp")
    if pg_user:
        os.chown(folder, pg_user.pw_uid, pg_user.pw_gid)
    return folder


def archived(pg):
    """Everything that was written so far is in the archive."""
    wal = pg.psql("SELECT pg_walfile_name(pg_switch_wal())")
    return until(lambda: pg.psql("SELECT coalesce(last_archived_wal, '') FROM pg_stat_archiver") >= wal)


def hand_in(p, data, url, n, seed):
    with Nodes(data, url, 1) as one:
        load = Load(one.ports, seed=seed)
        p.check(load.wait_for(n), "point in time: no matter went through")
        load.end()
    return load


def point_in_time(p, _pg):
    """Somebody empties a table; the database is brought back to just before, by a base copy and the archived log."""
    archive = archive_folder(cluster.plain_user())
    copy = f"test ! -f {archive}/%f && cp %p {archive}/%f"
    first = cluster.temporary(durable=True, options=("archive_mode=on", f"archive_command={copy}")).start()
    second, base = None, first.dir + "/base"
    try:
        url = first.database("pitr")
        data = prepare(p, "pitr", url)
        first.run(cluster.tool("pg_basebackup"), "-D", base, "-h", first.dir, "-U", "dinh", "-c", "fast", "-X", "none")
        load = hand_in(p, data, url, 40, 41)
        moment = first.psql("SELECT clock_timestamp()")
        time.sleep(0.05)
        later = hand_in(p, data, url, 10, 42)
        first.psql("DELETE FROM case_texts", "pitr")
        p.check(archived(first) is not None, "point in time: the log is not archived")
        first.stop(signal.SIGKILL)
        began = time.monotonic()
        second = cluster.temporary(durable=True, copy_of=base, options=(
            f"restore_command=cp {archive}/%f %p", f"recovery_target_time={moment}", "recovery_target_action=promote")).start()
        back = until(lambda: second.psql("SELECT pg_is_in_recovery()") == "f")
        p.check(back is not None, "point in time: the recovery does not end")
        took = time.monotonic() - began
        judge(p, load, second, "pitr", f"point in time: back in {took:.1f} s")
        gone = [n for n in later.receipts if n in load.receipts]
        p.check(later.receipts and not gone, f"point in time: what came later bears earlier numbers: {gone[:3]}")
        done = p.dinh("pitr", second.url("pitr"), "check")
        p.check(done.returncode == 0, f"point in time: check: {done.stdout[-500:]}{done.stderr[-300:]}")
        goes_on(p, data, second)
    finally:
        for c in (first, second):
            if c:
                c.__exit__()
        shutil.rmtree(archive, ignore_errors=True)


def goes_on(p, data, pg):
    load = hand_in(p, data, pg.url("pitr"), 10, 43)
    p.check(len(load.receipts) >= 10, "point in time: nothing can be handed in afterwards")


# ---- Patroni ----

def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Etcd:
    def __init__(self, folder):
        self.port = free_port()
        at, peer = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{free_port()}"
        self.process = subprocess.Popen(["etcd", "--data-dir", folder + "/etcd", "--listen-client-urls", at, "--advertise-client-urls", at,
                                         "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                                         "--initial-cluster", f"default={peer}", "--enable-v2=true"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


# What a site would set; the times are the shortest that Patroni takes.
CONFIG = """scope: dinh
name: {name}
restapi: {{listen: "127.0.0.1:{rest}", connect_address: "127.0.0.1:{rest}"}}
etcd3: {{host: "127.0.0.1:{etcd}"}}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 2
    retry_timeout: 3
    synchronous_mode: true
    postgresql: {{use_pg_rewind: true, parameters: {{max_connections: 200, shared_buffers: 64MB, wal_log_hints: "on"}}}}
  initdb: [{{encoding: UTF8}}, {{locale: C}}, data-checksums]
  pg_hba: ["local all all trust", "host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"]
postgresql:
  listen: "127.0.0.1:{port}"
  connect_address: "127.0.0.1:{port}"
  data_dir: {dir}/data
  bin_dir: {bin}
  pgpass: {dir}/pgpass
  authentication: {{superuser: {{username: dinh}}, replication: {{username: dinh}}, rewind: {{username: dinh}}}}
  parameters: {{unix_socket_directories: "{dir}"}}
"""


class Member(cluster.Cluster):
    """A PostgreSQL that Patroni starts and watches."""

    def __init__(self, folder, name, etcd):  # noqa: D107  nothing of the parent's: Patroni makes the cluster
        self.dir, self.name = os.path.join(folder, name), name
        self.user, self.process = cluster.plain_user(), None
        self.port, self.rest = free_port(), free_port()
        os.makedirs(self.dir)
        if self.user:
            os.chown(self.dir, self.user.pw_uid, self.user.pw_gid)
        os.chmod(self.dir, 0o755)
        self.config = os.path.join(self.dir, "patroni.yml")
        with open(self.config, "w") as f:
            f.write(CONFIG.format(name=name, rest=self.rest, etcd=etcd.port, port=self.port, dir=self.dir,
                                  bin=os.path.dirname(cluster.tool("postgres"))))

    def start(self, wait_s=60):  # noqa: ARG002
        with open(os.path.join(self.dir, "log"), "ab") as log:
            self.process = subprocess.Popen(["patroni", self.config], cwd=self.dir, preexec_fn=self.become, stdout=log, stderr=log,
                                            start_new_session=True)
        return self

    def kill(self):
        """Patroni and the PostgreSQL under it at once, as when the machine goes."""
        with open(os.path.join(self.dir, "data", "postmaster.pid")) as f:
            postmaster = int(f.readline())
        os.killpg(self.process.pid, signal.SIGKILL)
        os.killpg(os.getpgid(postmaster), signal.SIGKILL)
        self.process.wait()

    def state(self):
        try:
            done = subprocess.run(["patronictl", "-c", self.config, "list", "-f", "json"], stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, check=False, timeout=20)
            return {m["Member"]: m for m in json.loads(done.stdout or b"[]")}
        except (ValueError, subprocess.TimeoutExpired):
            return {}

    def psql(self, sql, database="postgres"):
        done = subprocess.run([cluster.tool("psql"), "-h", "127.0.0.1", "-p", str(self.port), "-U", "dinh", "-d", database, "-XAtq",
                               "-c", sql], check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return done.stdout.strip()

    def role(self):
        return self.state().get(self.name, {}).get("Role", "")


def patroni(p, _pg):
    """Two members; the leader's machine goes under load; Patroni promotes the other, and the program finds it."""
    if not shutil.which("patroni") or not shutil.which("etcd"):
        p.skipped += 1
        print("skipped: Patroni and etcd are not installed (tools/install-deps.sh ha)")
        return
    folder = tempfile.mkdtemp(prefix="dinh-ha-", dir="/tmp")
    os.chmod(folder, 0o755)
    etcd, members = Etcd(folder), []
    try:
        members = [Member(folder, "one", etcd).start()]
        ready = until(lambda: members[0].role() == "Leader", 90)
        if not p.check(ready is not None, f"patroni: no leader: {log_of(members[0])}"):
            return
        members.append(Member(folder, "two", etcd).start())
        p.check(until(lambda: members[1].role() == "Sync Standby", 90) is not None, f"patroni: no standby: {log_of(members[1])}")
        leader_goes(p, members)
    finally:
        for m in members:
            if m.process and m.process.poll() is None:
                m.process.send_signal(signal.SIGINT)
                m.process.wait(60)
        etcd.process.kill()
        etcd.process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def log_of(member):
    with open(os.path.join(member.dir, "log"), errors="replace") as f:
        return f.read()[-600:]


def leader_goes(p, members):
    members[0].psql("CREATE DATABASE ha")
    url = f"postgresql://dinh@127.0.0.1:{members[0].port},127.0.0.1:{members[1].port}/ha"
    data = prepare(p, "patroni", url)
    with Nodes(data, url, 2) as two:
        load = Load(two.ports, seed=51)
        p.check(load.wait_for(60), "patroni: no matter went through")
        members[0].kill()
        gone = time.monotonic()
        promoted = until(lambda: not recovering(members[1]), 90)
        p.check(promoted is not None, f"patroni: nobody was promoted: {log_of(members[1])}")
        at = time.monotonic()
        back = until(lambda: all(answers(port) for port in two.ports()))
        p.check(back is not None and back <= 1, f"patroni: pages answer {back} s after the promotion")
        p.check(load.wait_for(len(load.receipts) + 30, 120), "patroni: no matter went through afterwards")
        wrote = next((t for t in load.times if t > at), at + 99) - at
        members[0].start()
        rejoined = until(lambda: members[0].role() in ("Replica", "Sync Standby") and members[0].state()["one"]["State"] in
                         ("running", "streaming"), 120)
        p.check(rejoined is not None, f"patroni: the one that went does not come back as a replica: {log_of(members[0])}")
        load.end()
    judge(p, load, members[1], "ha", f"patroni: promoted {at - gone:.1f} s after the leader went, pages {back or 99:.2f} s and the first "
                                     f"matter {wrote:.2f} s later, the old leader a replica again")
    done = p.dinh("patroni", url, "check")
    p.check(done.returncode == 0, f"patroni: check: {done.stdout[-500:]}{done.stderr[-300:]}")


def recovering(member):
    try:
        return member.psql("SELECT pg_is_in_recovery()") == "t"
    except subprocess.CalledProcessError:
        return True


PARTS = {"pitr": point_in_time, "patroni": patroni}
