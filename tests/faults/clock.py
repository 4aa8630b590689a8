# SPDX-License-Identifier: AGPL-3.0-or-later
"""The system's clock jumps while people are served: numbers go on, chains hold, nobody is locked out."""
from faulty import Fault, Person, ms, numbers, whole
from harness import Client, catalogue, dinh, user_add

HOUR, YEAR = 3_600_000, 365 * 24 * 3_600_000


def run(suite, base, long):
    data, fault = base / "d", Fault(base)
    dinh(data, "init")
    user_add(data, "tiepdan.pr", "reception")
    jumps = [0, HOUR, -HOUR, YEAR, 0, -YEAR, 0] * (8 if long else 1)
    receipts, wrong, serial = [], [], 0
    with fault.server(data) as server:
        officer = Client(server.port)
        officer.sign_in("tiepdan.pr")
        for jump in jumps:
            begun = Person(server.port, 500 + serial)  # a form that was opened before the jump
            old = begun.checked()
            fault.set(clock_ms=jump)
            page = begun.send(old.fields("/submit/send"))
            if page.number:
                receipts.append((page.number, [begun.file]))
            elif not (page.status == 422 and catalogue("vi")["err.file.gone"] in page.words):
                wrong.append(f"a form from before a jump of {jump}: {page.status}")
            serial += 1
            person = Person(server.port, serial)
            page = person.send(person.checked().fields("/submit/send"))
            if not page.number:
                wrong.append(f"after a jump of {jump}: {page.status} {page.words[:200]}")
            else:
                receipts.append((page.number, [person.file]))
            desk = officer.get("/desk")
            if desk.status != 200:
                officer = Client(server.port)
                officer.sign_in("tiepdan.pr")
                desk = officer.get("/desk")
            if desk.status != 200 or Client(server.port).get("/published").status != 200:
                wrong.append(f"after a jump of {jump}: the desk answers {desk.status}")
        suite.equal(server.stop(), 0, "clock jumps: the server ends well")
        suite.check("level=error" not in server.log_text(), "clock jumps: no error was logged", server.log_text()[-400:])
    wrong += [why for number, files in receipts if (why := whole(data, number, files))]
    suite.check(not wrong, f"{len(jumps)} clock jumps: all served, all acknowledged is there", wrong[:5])
    suite.equal(len({n for n, _ in receipts}), len(receipts), "clock jumps: no number twice")
    suite.equal(len(numbers(data)), len(receipts), "clock jumps: none lost, none too many")
    p = dinh(data, "check", "--files", "--recount", ok=False)
    suite.check(p.returncode == 0, "clock jumps: the chains of acts hold", p.stdout[-600:] + p.stderr)
    return [("the clock jumps an hour or a year, back and forth, while serving", len(jumps), 0 if not wrong else len(wrong), ms(0))]
