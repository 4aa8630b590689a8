# SPDX-License-Identifier: AGPL-3.0-or-later
"""kill -9 in mid-commit under load; the load, and what is looked at, are those of tests/crash."""
import importlib.util
import random
import time
from pathlib import Path

from faulty import first_answer, ms, numbers
from harness import Server, dinh, user_add


def crash_suite():
    path = Path(__file__).resolve().parent.parent / "crash" / "run.py"
    spec = importlib.util.spec_from_file_location("crash_run", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(suite, base, long):
    crash, data, rounds = crash_suite(), base / "d", 200 if long else 4
    dinh(data, "init")
    user_add(data, "tiepdan.pr", "reception")
    rng, receipts, wrong, refused, serial, times = random.Random(11), [], [], [], 0, []
    for n in range(rounds):
        with Server(data, "--rate", "-1") as server:
            load = crash.Load(server.port, serial)
            time.sleep(rng.uniform(0.2, 0.5))
            server.kill()
            load.join()
        serial, refused = load.serial, refused + load.refused
        receipts += load.receipts
        server, took = first_answer(data)
        times.append(took)
        with server:
            wrong += crash.stored(data, load.receipts) if n % 10 else crash.verify(server, data, load.receipts)
            server.kill()
    known = numbers(data)
    lost = [r.number for r in receipts if r.number not in known]
    what = f"kill -9, {rounds} rounds: {len(receipts)} acknowledged, all there whole"
    suite.check(receipts and not lost and not wrong, what, wrong[:4] + lost[:4])
    suite.check(not refused, "kill -9: no healthy request was refused", refused[:3])
    p = dinh(data, "check", "--files", ok=False)
    suite.check(p.returncode == 0, "kill -9: check --files", p.stdout[-600:] + p.stderr)
    times.sort()
    return [(f"kill -9 in mid-commit; {len(receipts)} matters acknowledged, {len(known)} in the register", rounds, len(lost) + len(wrong),
             f"{ms(times[len(times) // 2])}, at most {ms(times[-1])}: start to first answer")]
