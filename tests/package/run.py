#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Debian package on a machine of its own (an overlay over this one that goes away): installed, started, upgraded with a
matter in the register, removed, purged. The unit for systemd and the manual pages too."""
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import BIN, SOURCE, Client, Suite, dinh, room  # noqa: E402

suite = Suite()
EXPOSURE_MAX = 1.5


def run(*argv, **kw):
    return subprocess.run([str(a) for a in argv], capture_output=True, text=True, **kw)


# ---- manual pages ----


def manual(base):
    run(sys.executable, SOURCE / "packaging/man.py", BIN, base / "man")
    page = (base / "man/dinh.1").read_text()
    block = dinh("nowhere", "--help").stdout.split("\n\n")[2]
    for name in (line[2:21].strip() for line in block.splitlines()):
        suite.check(f".SS dinh {name}" in page.replace("\\", ""), f"dinh(1) has {name}")
    suite.check("serve.listen" in (base / "man/dinh.conf.5").read_text(), "dinh.conf(5) has the settings")
    if not shutil.which("man"):
        suite.skip("there is no man")
        return
    for name in ("dinh.1", "dinh.conf.5"):
        p = run("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", base / "man" / name)
        suite.check(p.returncode == 0 and not p.stderr.strip(), f"man has nothing to say of {name}", p.stderr)


# ---- systemd ----

LAUNCH = """
import ctypes, errno, os, sys
lib = ctypes.CDLL("libseccomp.so.2", use_errno=True)
lib.seccomp_init.restype = ctypes.c_void_p
f = ctypes.c_void_p(lib.seccomp_init(0x00050000 | errno.EPERM))
for name in sys.argv[1].split(","):
    n = lib.seccomp_syscall_resolve_name(name.encode())
    if n != -1:
        lib.seccomp_rule_add(f, 0x7FFF0000, n, 0)
os.setresuid(65534, 65534, 65534)
if lib.seccomp_load(f) != 0:
    sys.exit("seccomp_load")
os.execv(sys.argv[2], sys.argv[2:])
"""


def group(name):
    """The system calls of systemd's set @name."""
    out = set()
    for line in run("systemd-analyze", "syscall-filter", name).stdout.splitlines()[1:]:
        word = line.strip()
        if word and not word.startswith("#"):
            out |= group(word) if word.startswith("@") else {word}
    return out


def unit_calls(unit):
    calls = group("@default")
    for line in re.findall(r"^SystemCallFilter=(.*)$", unit, re.M):
        for word in line.lstrip("~").split():
            names = group(word) if word.startswith("@") else {word}
            calls = calls - names if line.startswith("~") else calls | names
    return calls


def under_the_units_calls(base, unit):
    """The program serves with the calls that the unit leaves it, as another user."""
    if os.geteuid() != 0:
        suite.skip("a filter from outside needs root")
        return
    data = base / "unit"
    dinh(data, "init")
    os.chmod(base, 0o755)
    for p in [data, *data.rglob("*")]:
        os.chown(p, 65534, 65534)
    launch = base / "launch.py"
    launch.write_text(LAUNCH)
    log = open(base / "unit.log", "wb")
    p = subprocess.Popen([sys.executable, launch, ",".join(sorted(unit_calls(unit))), BIN, "--data", str(data), "serve", "--listen",
                          "127.0.0.1:0"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        port = None
        until = time.monotonic() + 20
        while not port and time.monotonic() < until and p.poll() is None:
            port = re.search(r"http://127\.0\.0\.1:(\d+)", (base / "unit.log").read_text())
            time.sleep(0.02)
        if suite.check(port, "serve starts under the unit's filter", (base / "unit.log").read_text()[-600:]):
            page = Client(int(port.group(1))).submit("Việc dưới bộ lọc", "Nội dung của việc này.")
            suite.check(page.number, "and registers a matter", page.words[:200])
            p.terminate()
            suite.equal(p.wait(20), 0, "and ends well")
    finally:
        if p.poll() is None:
            p.kill()


def systemd(base):
    path = SOURCE / "packaging/dinh.service"
    unit = path.read_text()
    if not shutil.which("systemd-analyze"):
        suite.skip("there is no systemd-analyze")
        return
    p = run("systemd-analyze", "security", "--offline=true", "--no-pager", path)
    m = re.search(r"Overall exposure level for dinh.service: ([\d.]+)", p.stdout)
    suite.check(m and float(m.group(1)) <= EXPOSURE_MAX, f"systemd-analyze security <= {EXPOSURE_MAX}", p.stdout[-200:] + p.stderr)
    suite.check("Unknown" not in p.stderr and "ignoring" not in p.stderr, "each line of the unit is known", p.stderr)
    for line in ("--data /var/lib/dinh/data serve", "Restart=on-failure", "WantedBy=multi-user.target"):
        suite.check(line in unit, f"the unit has {line}")
    under_the_units_calls(base, unit)


# ---- the package, on a machine of its own ----

INSIDE = r"""
set -u
export DEBIAN_FRONTEND=noninteractive LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ip link set lo up 2>/dev/null || true
up() {
    i=0
    while [ $i -lt 100 ]; do curl -fsS http://127.0.0.1:8080/healthz 2>/dev/null && return 0; sleep 0.1; i=$((i+1)); done
}
say() { echo "$1: $2"; }
dpkg -i /one.deb >/log 2>&1; say install $?
say answers "$(up)"
say user "$(ps -o user= -p "$(cat /run/dinh.pid)")"
say mode "$(stat -c '%U %a' /var/lib/dinh/data /var/lib/dinh/data/keys /var/lib/dinh/data/dinh.db | tr '\n' ' ')"
say version "$(dinh version | cut -d' ' -f1)"
say manual "$(man -w dinh 2>/dev/null) $(man -w 5 dinh.conf 2>/dev/null)"
say altered "$(dpkg -V dinh)"
runuser -u dinh -- dinh --data /var/lib/dinh/data user add quan.tri --name Q --role admin --office 202522275901 >/dev/null
say user_add $?
first=$(cat /run/dinh.pid)
dpkg -i /two.deb >>/log 2>&1; say upgrade $?
say answers_again "$(up)"
say another_process "$([ "$first" != "$(cat /run/dinh.pid)" ] && [ ! -d /proc/$first ] && echo yes)"
say kept "$(dinh --data /var/lib/dinh/data user list | grep -c quan.tri)"
say sound "$(runuser -u dinh -- dinh --data /var/lib/dinh/data check --files | tail -1)"
dpkg -i /two.deb >>/log 2>&1; say again $?
say answers_third "$(up)"
last=$(cat /run/dinh.pid)
dpkg -r dinh >>/log 2>&1; say remove $?
say ended "$([ ! -d /proc/$last ] && echo yes)"
say data_kept "$(ls /var/lib/dinh/data/dinh.db)"
say program_gone "$([ ! -e /usr/bin/dinh ] && echo yes)"
dpkg --purge dinh >>/log 2>&1; say purge $?
say data_still_kept "$(ls /var/lib/dinh/data/dinh.db)"
dpkg -i /two.deb >>/log 2>&1; say back $?
say data_back "$(dinh --data /var/lib/dinh/data user list | grep -c quan.tri)"
DINH_PURGE_DATA=yes dpkg --purge dinh >>/log 2>&1; say purge_all $?
say left "$(find /etc /usr /lib /var /run -xdev -iname '*dinh*' -newer /one.deb 2>/dev/null | tr '\n' ' ')$(getent passwd dinh)"
say processes "$(ps -C dinh -o pid= | wc -l)"
"""
WANTED = {
    "install": "0", "answers": "ok", "user": "dinh", "mode": "dinh 700 dinh 700 dinh 600", "version": "dinh", "altered": "",
    "user_add": "0",
    "upgrade": "0", "answers_again": "ok", "another_process": "yes", "kept": "1", "again": "0", "answers_third": "ok", "remove": "0",
    "ended": "yes", "data_kept": "/var/lib/dinh/data/dinh.db", "program_gone": "yes", "purge": "0",
    "data_still_kept": "/var/lib/dinh/data/dinh.db", "back": "0", "data_back": "1", "purge_all": "0", "left": "", "processes": "0",
}


def overlay(base):
    """This machine's files with what is written kept apart; None where that cannot be."""
    if os.geteuid() != 0 or not shutil.which("unshare"):
        return None
    at = base / "machine"
    at.mkdir()
    if run("mount", "-t", "tmpfs", "-o", "size=512m", "tmpfs", at).returncode:
        return None
    for name in ("upper", "work", "root"):
        (at / name).mkdir()
    options = f"lowerdir=/,upperdir={at}/upper,workdir={at}/work"
    if run("mount", "-t", "overlay", "overlay", "-o", options, at / "root").returncode:
        run("umount", at)
        return None
    return at


def package(base):
    for name, version in (("one", "0.1.0"), ("two", "0.1.1")):
        p = run(sys.executable, SOURCE / "packaging/deb.py", BIN, base / f"{name}.deb", version)
        if not suite.check(p.returncode == 0, f"make deb, {version}", p.stderr[-800:]):
            return
    at = overlay(base)
    if at is None:
        suite.skip("a machine of its own needs root and an overlay file system")
        return
    root = at / "root"
    try:
        for name in ("one", "two"):
            shutil.copyfile(base / f"{name}.deb", root / f"{name}.deb")
        (root / "usr/sbin/policy-rc.d").unlink(missing_ok=True)  # of containers: services do not start
        (root / "inside.sh").write_text(INSIDE)
        level = root / "usr/sbin/runlevel"  # a machine that was started, and not by systemd
        level.unlink(missing_ok=True)
        level.write_text("#!/bin/sh\necho N 2\n")
        level.chmod(0o755)
        script = f"mount -t proc proc {root}/proc && mount --rbind /dev {root}/dev && exec chroot {root} /bin/sh /inside.sh"
        p = run("unshare", "--mount", "--pid", "--net", "--fork", "--kill-child", "sh", "-c", script, timeout=200)
        got = dict(line.split(": ", 1) if ": " in line else (line.rstrip(":"), "") for line in p.stdout.splitlines() if ":" in line)
        got = {k: v.strip() for k, v in got.items()}
        log = (root / "log").read_text() if (root / "log").exists() else ""
        for key, wanted in WANTED.items():
            more = f"got {got.get(key)!r}, wanted {wanted!r}\n{p.stderr[-300:]}\n{log[-700:]}"
            suite.check(got.get(key) == wanted, f"package: {key}", more)
        suite.check(got.get("sound", "").startswith("sound"), "package: check after the upgrade", got.get("sound"))
        if shutil.which("man"):
            suite.check("dinh.1.gz" in got.get("manual", "") and "dinh.conf.5.gz" in got["manual"], "package: man pages", got.get("manual"))
    finally:
        run("umount", "-R", "-l", at / "root")
        run("umount", "-l", at)


def main():
    base = room("package")
    manual(base)
    systemd(base)
    package(base)
    suite.end()


if __name__ == "__main__":
    main()
