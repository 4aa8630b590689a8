# SPDX-License-Identifier: AGPL-3.0-or-later
"""A PostgreSQL cluster for tests: in a folder of its own, reached by a Unix socket only.

    tests/postgres/cluster.py DIR [-- COMMAND …]   makes and starts one in DIR; with a command: runs it with
                                                   DINH_TEST_POSTGRES set, then stops the cluster
As a library: Cluster(dir, durable=False, options=(), standby_of=None, copy_of=None)."""
import glob
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from urllib.parse import quote


def tool(name):
    """The newest installed PostgreSQL's program of this name."""
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), key=lambda p: int(p.split("/")[4]))
    path = found[-1] if found else shutil.which(name)
    if not path:
        raise FileNotFoundError(f"{name}: PostgreSQL is not installed (tools/install-deps.sh test)")
    return path


def plain_user():
    """PostgreSQL does not run as root: who it runs as then."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise KeyError("no plain user to run PostgreSQL as")


class Cluster:
    """durable=False: no fsync, for tests of what is answered and not of what survives a crash. copy_of: the folder of a base
    copy, which is rolled forward as the options say."""

    def __init__(self, folder, durable=False, options=(), standby_of=None, copy_of=None):
        self.dir = os.path.abspath(folder)
        self.data = os.path.join(self.dir, "data")
        self.user = plain_user()
        self.process = None
        self.options = ["listen_addresses=", f"unix_socket_directories={self.dir}", "max_connections=200",
                        "shared_buffers=64MB", "log_min_messages=fatal", "wal_level=replica", "hot_standby=on",
                        *(() if durable else ("fsync=off", "synchronous_commit=off", "full_page_writes=off")), *options]
        os.makedirs(self.dir, exist_ok=True)
        if self.user:
            os.chown(self.dir, self.user.pw_uid, self.user.pw_gid)
        os.chmod(self.dir, 0o755)
        if standby_of:
            self.run(tool("pg_basebackup"), "-D", self.data, "-h", standby_of.dir, "-U", "dinh", "-R", "-c", "fast", "-X", "stream")
        elif copy_of:
            self.run("cp", "-a", copy_of, self.data)
            self.run("touch", os.path.join(self.data, "recovery.signal"))
        else:
            self.run(tool("initdb"), "-D", self.data, "-U", "dinh", "-E", "UTF8", "--locale=C", "-A", "trust", "--no-sync", "-k")

    def become(self):
        if self.user:
            os.setgroups([])
            os.setgid(self.user.pw_gid)
            os.setuid(self.user.pw_uid)

    def run(self, *argv):
        subprocess.run(argv, check=True, cwd=self.dir, preexec_fn=self.become, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def start(self, wait_s=30):
        argv = [tool("postgres"), "-D", self.data]
        for o in self.options:
            argv += ["-c", o]
        self.launch(argv)
        until = time.monotonic() + wait_s
        while not self.answers():
            ended = self.process.poll() is not None
            if ended and "pre-existing shared memory block" in self.log() and time.monotonic() < until:
                time.sleep(0.1)  # children of one that was killed have not all gone yet
                self.launch(argv)
            elif ended or time.monotonic() > until:
                raise RuntimeError("PostgreSQL did not start:\n" + self.log())
            time.sleep(0.02)
        return self

    def launch(self, argv):
        with open(os.path.join(self.dir, "log"), "ab") as log:
            self.process = subprocess.Popen(argv, cwd=self.dir, preexec_fn=self.become, stdout=log, stderr=log, start_new_session=True)

    def log(self):
        with open(os.path.join(self.dir, "log"), errors="replace") as f:
            return f.read()[-2000:]

    def answers(self):
        return subprocess.run([tool("pg_isready"), "-q", "-h", self.dir], check=False).returncode == 0

    def stop(self, how=signal.SIGINT):
        """SIGINT: at once and in order; SIGKILL: as when the power goes."""
        if self.process and self.process.poll() is None:
            if how == signal.SIGKILL:
                os.killpg(self.process.pid, how)
            else:
                self.process.send_signal(how)
            self.process.wait(60)
        self.process = None

    def promote(self):
        self.run(tool("pg_ctl"), "promote", "-D", self.data, "-w")

    def psql(self, sql, database="postgres"):
        done = subprocess.run([tool("psql"), "-h", self.dir, "-U", "dinh", "-d", database, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql],
                              check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return done.stdout.strip()

    def psql_each(self, database, statements):
        """Each by itself; gives the error of each, or None."""
        script = "".join(f"\\echo == {i}\n{sql}\n" for i, sql in enumerate(statements))
        done = subprocess.run([tool("psql"), "-h", self.dir, "-U", "dinh", "-d", database, "-XAtq", "-f", "-"], input=script, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        errors, at = [None] * len(statements), -1
        for line in done.stdout.splitlines():
            if line.startswith("== "):
                at = int(line[3:])
            elif "ERROR:" in line and at >= 0:
                errors[at] = line[line.index("ERROR:"):]
        return errors if at == len(statements) - 1 else ["psql stopped: " + done.stdout[-300:]]

    def database(self, name):
        """Makes it; gives its address."""
        self.psql(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def url(self, name="postgres"):
        return f"postgresql://dinh@{quote(self.dir, safe='')}/{name}"

    def __enter__(self):
        return self if self.process else self.start()

    def __exit__(self, *_):
        self.stop()


def temporary(**more):
    """A cluster that is removed at the end of a `with`."""
    class Temporary(Cluster):
        def __exit__(self, *_):
            self.stop()
            shutil.rmtree(self.dir, ignore_errors=True)
    return Temporary(tempfile.mkdtemp(prefix="dinh-pg-", dir="/tmp"), **more)


def main():
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__)
        return 2
    cluster = Cluster(sys.argv[1]).start()
    print(cluster.url(), flush=True)
    if sys.argv[2:3] != ["--"]:
        return 0
    with cluster:
        return subprocess.run(sys.argv[3:], check=False, env={**os.environ, "DINH_TEST_POSTGRES": cluster.url()}).returncode


if __name__ == "__main__":
    sys.exit(main())
