# SPDX-License-Identifier: AGPL-3.0-or-later
"""The n-th allocation fails while a matter is handed in: refused, or the process ends (so it was decided) and is started again."""
import http.client

from faulty import Fault, Person, first_answer, ms, numbers, whole
from harness import dinh


def hand_in(person, fault, n):
    fault.clear()
    if n:
        fault.set(no_memory_at=n)
    try:
        page = person.checked()
        if page.status == 200:
            page = person.send(page.fields("/submit/send"))
        return page
    except (OSError, http.client.HTTPException):
        return None
    finally:
        fault.set(no_memory_at=0)


def run(suite, base, long):
    data, fault = base / "d", Fault(base)
    dinh(data, "init")
    server = fault.server(data)
    fault.clear()
    for serial in range(3):  # what is made once is made
        assert hand_in(Person(server.port, serial), fault, 0).number
    page = hand_in(Person(server.port, 2), fault, 1 << 60)
    every = fault.get("allocations")
    receipts, wrong, ended, refused, slowest = [(page.number, [Person(0, 2).file])], [], 0, 0, 0.0
    step = max(1, every // 24) if not long else 1
    rounds = 0
    for n in range(1, every + 1, step):
        rounds += 1
        person = Person(server.port, 100 + n)
        page = hand_in(person, fault, n)
        if page is not None and page.number:
            receipts.append((page.number, [person.file]))
        refused += page is not None and not page.number
        if server.process.poll() is not None:
            ended += 1
            fault.clear()
            server, took = first_answer(data, fault)
            slowest = max(slowest, took)
    fault.clear()
    page = hand_in(Person(server.port, 99), fault, 0)
    suite.check(page is not None and page.number, "out of memory: afterwards all is as before")
    suite.equal(server.stop(), 0, "out of memory: the last server ends well")
    wrong = [why for number, files in receipts if (why := whole(data, number, files))]
    suite.check(not wrong, f"out of memory: {len(receipts)} acknowledged in {rounds} rounds, all there", wrong[:5])
    suite.check(ended + refused > 0, "out of memory: allocations were made to fail", (ended, refused))
    suite.check(len(numbers(data)) >= len(receipts), "out of memory: the register")
    p = dinh(data, "check", "--files", ok=False)
    suite.check(p.returncode == 0, "out of memory: check --files", p.stdout[-600:] + p.stderr)
    return [(f"out of memory at the n-th allocation of {every}; {ended} times the process ended, {refused} refused", rounds, len(wrong),
             f"{ms(slowest)} at most, to be started again")]
