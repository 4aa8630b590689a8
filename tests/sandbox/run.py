#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""A server that runs has given up what src/platform/sandbox says; test_sandbox tries each thing that is refused."""
import os
import re
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import Client, Server, Suite, dinh, png, room  # noqa: E402

suite = Suite()


def shut_in(server):
    """What src/platform/sandbox promises of the process, and what its log says; test_sandbox tries each thing."""
    said = dict(re.findall(r"(\w+)=(\S+)", re.search(r".*event=serve.sandbox.*", server.log_text()).group(0)))
    state = dict(re.findall(r"(\w+):\s*(.*)", Path(f"/proc/{server.process.pid}/status").read_text()))
    suite.equal((state["NoNewPrivs"], said["no_new_privileges"]), ("1", "yes"), "no new privileges")
    suite.equal({state[k].strip("0") for k in ("CapPrm", "CapEff", "CapInh")}, {""}, "no capabilities")
    if said["system_calls"] == "0":
        suite.skip("this kernel or this build filters no system calls")
    else:
        suite.equal(state["Seccomp"], "2", "system calls are filtered")
        threads = {re.search(r"Seccomp:\s*(\d)", (t / "status").read_text()).group(1)
                   for t in Path(f"/proc/{server.process.pid}/task").iterdir()}
        suite.equal(threads, {"2"}, "in every thread")


def other_user(base, data):
    """Started by root it serves as who owns the data, and as whom it is told."""
    if os.geteuid() != 0:
        suite.skip("becoming another user needs root")
        return
    theirs = base / "theirs"
    shutil.copytree(data, theirs)
    os.chmod(base, 0o755)
    for p in [theirs, *theirs.rglob("*")]:
        os.chown(p, 65534, 65534)
    for more in ([], ["--user", "nobody"]):
        with Server(theirs, *more) as server:
            uids = re.search(r"Uid:\s*(.*)", Path(f"/proc/{server.process.pid}/status").read_text()).group(1).split()
            suite.equal(uids, ["65534"] * 4, f"serve by root {more}: it is the data's owner")
            page = Client(server.port).submit("Việc của chủ khác", "Nội dung của việc này.", [("files", "a.png", png())])
            suite.check(page.number, "and registers a matter", page.words[:200])
            suite.equal(server.stop(), 0, "and ends well")
    suite.equal({p.stat().st_uid for p in theirs.rglob("*")}, {65534}, "nothing of root's is left in the data")
    p = dinh(theirs, "serve", "--listen", "127.0.0.1:0", "--user", "no-such-user", ok=False)
    suite.check(p.returncode == 9 and "no-such-user" in p.stderr, "an unknown user is refused", p.stderr)


def main():
    base = room("sandbox")
    data = base / "d"
    dinh(data, "init")
    with Server(data) as server:
        shut_in(server)
        suite.equal(server.stop(), 0, "the server ends well")
    other_user(base, data)
    suite.end()


if __name__ == "__main__":
    main()
