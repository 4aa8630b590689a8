# SPDX-License-Identifier: AGPL-3.0-or-later
"""The n-th call that writes fails, for every n of a matter's way to the disk: a full disk, a failing one. A whole small disk
that fills up is in tests/crash."""
import errno
import itertools
import time

from faulty import Fault, Person, ms, numbers, whole
from harness import catalogue, dinh


def one(suite, server, data, fault, serial, n, code, many):
    """(fired, refused, what is wrong, seconds from the fault's end to a receipt)."""
    person = Person(server.port, serial)
    fault.clear()
    fault.set(fail_errno=code, fail_many=many, fail_at=n)
    page = person.checked()
    fields = page.fields("/submit/send") if page.status == 200 else None
    if fields:
        page = person.send(fields)
    fired = fault.get("writes") >= n
    fault.clear()
    began = time.monotonic()
    if page.number:
        return fired, False, whole(data, page.number, [person.file]), None
    if page.status < 500 and catalogue("vi")["err.file.keep"] not in page.words:
        return fired, True, f"n={n}: answered {page.status}, neither a receipt nor a failure", None
    if not fields:  # the check refused: she presses again
        fields = person.checked().fields("/submit/send")
    page = person.send(fields)
    if not page.number:
        return fired, True, f"n={n}: with room again: {page.status}", None
    return fired, True, whole(data, page.number, [person.file]), time.monotonic() - began


def sweep(suite, data, fault, what, code, many=1):
    wrong, refused, rounds, slowest, before = [], 0, 0, 0, len(numbers(data))
    server = fault.server(data)
    with server:
        for n in itertools.count(1):
            fired, no, why, took = one(suite, server, data, fault, 10_000 * code + n, n, code, many)
            wrong += [why] if why else []
            refused += no
            slowest = max(slowest, took or 0)
            if not fired or n > 500:
                break
            rounds += 1
        suite.equal(server.stop(), 0, f"{what}: the server lived through all")
    suite.equal(len(numbers(data)) - before, rounds + 1, f"{what}: as many matters as were sent, none twice")
    suite.check(rounds >= 4 and refused > 0, f"{what}: calls were made to fail", (rounds, refused))
    suite.check(not wrong, f"{what}: {rounds} rounds, what was acknowledged is there whole", wrong[:5])
    p = dinh(data, "check", "--files", ok=False)
    suite.check(p.returncode == 0, f"{what}: check --files", p.stdout[-600:] + p.stderr)
    return (f"{what}, {refused} refused", rounds, 0 if not wrong else len(wrong), f"at once ({ms(slowest)})")


def run(suite, base, long):
    data, fault = base / "d", Fault(base)
    dinh(data, "init")
    out = [sweep(suite, data, fault, "disk full at the n-th call that writes", errno.ENOSPC),
           sweep(suite, data, fault, "I/O error at the n-th call that writes", errno.EIO)]
    if long:
        out.append(sweep(suite, data, fault, "disk full from the n-th call on, 20 calls", errno.ENOSPC, 20))
        out.append(sweep(suite, data, fault, "I/O errors from the n-th call on, 20 calls", errno.EIO, 20))
    return out
