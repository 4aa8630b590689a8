# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counting, and running the program on a database and a data directory of its own."""
import os
import re
import shutil
import subprocess
import tempfile
import threading

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
JOBS = int(os.environ.get("JOBS") or os.cpu_count() or 1)


def program():
    return os.environ.get("DINH_BIN") or os.path.join(ROOT, "build", "dinh")


class Points:
    """Passed and failed; a folder that is removed at the end."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.lock = threading.Lock()

    def __enter__(self):
        self.dir = tempfile.mkdtemp(prefix="dinh-points-", dir="/tmp")
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.dir, ignore_errors=True)

    def check(self, good, why=""):
        with self.lock:
            self.passed += bool(good)
            if not good:
                self.failed += 1
                print("not ok -", why, flush=True)
        return good

    def run(self, argv, env=None, limit_s=300):
        try:
            return subprocess.run(argv, cwd=ROOT, env={**os.environ, **(env or {})}, timeout=limit_s, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", check=False)
        except subprocess.TimeoutExpired as e:
            return subprocess.CompletedProcess(argv, 124, e.stdout or "", f"stopped after {limit_s} s")

    def build(self, *targets):
        done = self.run(["ninja", "-C", "build", f"-j{JOBS}", "--quiet", *targets], limit_s=900)
        self.check(done.returncode == 0, f"ninja: {done.stdout[-2000:]}")

    def tap(self, name, done):
        points = re.findall(r"^\s*(not )?ok\b(.*)$", done.stdout, re.M)
        bad = [rest for wrong, rest in points if wrong and not re.search("# *skip", rest, re.I)]
        with self.lock:
            self.skipped += sum(1 for _, rest in points if re.search("# *skip", rest, re.I))
            self.passed += sum(1 for wrong, rest in points if not wrong and not re.search("# *skip", rest, re.I))
        for rest in bad:
            self.check(False, f"{name}:{rest}")
        if not points or (done.returncode and not bad and "skip" not in done.stdout.lower()):
            self.check(False, f"{name}: exit code {done.returncode}: {(done.stdout + done.stderr)[-1500:]}")

    def data(self, name):
        return os.path.join(self.dir, name)

    def argv(self, name, url, *words, now=None):
        return [program(), "--data", self.data(name), *(["--database", url] if url else []), *(["--now", now] if now else []), *words]

    def dinh(self, name, url, *words, now=None, limit_s=120):
        return self.run(self.argv(name, url, *words, now=now), limit_s=limit_s)

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed" + (f", {self.skipped} skipped" if self.skipped else ""))
        return 1 if self.failed or not self.passed else 0
