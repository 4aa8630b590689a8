#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command line: help, exit codes, shapes of JSON, errors that name file, line and field, imports all or none,
backup and restore, a clock that stands where it is told."""
import datetime
import hashlib
import json
import re
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import packs  # noqa: E402
from harness import OFFICE, PASSWORD, Client, Server, Suite, database, dinh, pdf, png, room, tables, user_add  # noqa: E402

suite = Suite()
UNIT_KEYS = {"id", "name", "level", "kind", "valid_from", "valid_to"}


def commands():
    """Names as `dinh --help` lists them."""
    out = dinh("unused", "--help").stdout
    block = out.split("\n\n")[2]
    return [line[2:21].strip() for line in block.splitlines()]


def counts(data):
    """table → rows, read from the database file."""
    db = database(data)
    try:
        return {n: db.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0] for n in tables(data)}
    finally:
        db.close()


def fails(data, args, code, *words, stdin=None):
    p = dinh(data, *args, ok=False, stdin=stdin)
    what = "dinh " + " ".join(map(str, args))[:110]
    suite.equal(p.returncode, code, f"{what}: exit code ({p.stderr.strip()[:200]})")
    for w in words:
        suite.check(w in p.stderr, f"{what}: says {w!r}", p.stderr)
    suite.check(p.stderr.startswith("dinh: ") and len(p.stderr.strip().split(": ")) > 1, f"{what}: says what is wrong", p.stderr)
    return p


# ---- help and usage ----


def helps(data):
    names = commands()
    suite.check(len(names) >= 18, "commands are listed", names)
    for name in names:
        p = dinh("nowhere", *name.split(), "--help", ok=False)
        suite.check(p.returncode == 0 and p.stdout.startswith(f"usage: dinh {name}"), f"{name} --help", p.stdout[:200] + p.stderr)
        p = dinh("nowhere", *name.split(), "--no-such-option", ok=False)
        suite.check(p.returncode == 2 and "--no-such-option" in p.stderr, f"{name}: an unknown option is 2", p.stderr)
    suite.check(not Path("nowhere").exists(), "asking for help makes no directory")
    fails(data, ["no", "such"], 2, "no such command")
    fails(data, ["units", "find"], 2, "TEXT")
    fails(data, ["units", "find", "a", "b"], 2)
    fails(data, ["--now", "yesterday", "version"], 2, "--now", "yesterday")
    fails(data, ["--format", "xml", "version"], 2, "--format", "xml")
    fails(data, ["version", "--data"], 2, "value missing")
    fails(data.parent / "empty", ["units", "find", "x"], 3, "init")
    fails(data.parent / "empty", ["check"], 3, "init")
    p = dinh(data, "units", "find", "x", "--level", "moon", "--format", "json", ok=False)
    err = json.loads(p.stderr)
    suite.check(
        p.returncode == 2 and err["error"] == "bad_input" and "moon" in err["detail"],
        "with --format json errors are JSON",
        p.stderr,
    )
    v = json.loads(dinh(data, "version", "--format", "json").stdout)
    suite.check({"dinh", "sqlite"} <= v.keys(), "version", v)


# ---- what prints data ----


def find(data, *args):
    return json.loads(dinh(data, "units", "find", *args, "--format", "json").stdout)


def units(data):
    got = find(data, "phan rang", "--level", "commune")
    suite.check(got and got[0]["name"] == "Phường Phan Rang" and all(u["level"] == "commune" for u in got), "units find", got)
    suite.check(all(UNIT_KEYS <= u.keys() for u in got), "units find: its shape", got[:1])
    import unicodedata

    for text in ("Phan Rang", "PHAN RANG", unicodedata.normalize("NFD", "Phan Rang"), "  phan   rang "):
        suite.equal(find(data, text), find(data, "phan rang"), f"units find {text!r}")
    suite.equal(find(data, unicodedata.normalize("NFD", "đài sơn")), find(data, "Đài Sơn"), "units find, decomposed đ and tones")
    old = find(data, "Kinh Dinh", "--on", "2024-12-31")
    suite.check(any(u["valid_to"] == "2025-06-30" for u in old), "units find --on an earlier day", old)
    suite.equal(
        [u for u in find(data, "Kinh Dinh", "--on", "2026-01-01") if u["level"] == "commune" and "Kinh Dinh" in u["name"]],
        [],
        "units find --on a later day",
    )
    suite.equal(
        [u["name"] for u in find(data, "khánh hòa", "--level", "province", "--on", "2026-01-01")],
        ["Tỉnh Khánh Hoà"],
        "a province",
    )
    suite.equal(find(data, "no such place at all"), [], "units find nothing: an empty list")
    fails(data, ["units", "find", "x", "--on", "2026-02-30"], 2, "--on", "2026-02-30")
    fails(data, ["units", "find", "x", "--limit", "0"], 2, "--limit")
    fails(data, ["units", "find", b"\xff\xfe".decode("latin1").encode("latin1").decode("utf-8", "surrogateescape")], 2)


def clock(data):
    base = ["clock", "explain", "--procedure", "complaint.first", "--step", "settle", "--start", "2026-07-06"]
    got = json.loads(dinh(data, *base, "--format", "json").stdout)
    suite.equal(got["due"], "2026-08-05", "clock explain: thirty days")
    suite.check({"due", "rule", "days"} <= got.keys() and "article" in got["rule"], "clock explain: its shape", list(got))
    counted = [d for d in got["days"] if d["counts"]]
    suite.check(len(counted) >= 30 and counted[-1]["date"] == got["due"], "clock explain: each day", counted[-1:])
    suite.check("Luật Khiếu nại" in dinh(data, *base).stdout, "clock explain in words names the law")
    longer = json.loads(dinh(data, *base, "--complex", "--format", "json").stdout)
    suite.check(longer["due"] > got["due"], "a complex matter has longer", longer["due"])
    later = json.loads(dinh(data, *base, "--suspend", "2026-07-10..2026-07-14", "--format", "json").stdout)
    suite.check(later["due"] > got["due"], "suspended days are not counted", later["due"])
    fails(data, base[:-1] + ["2026-02-30"], 2, "--start")
    fails(data, base[:3] + ["made.up"] + base[4:], 3)
    fails(data, base[:4], 2, "--step")
    fails(data, base + ["--suspend", "tomorrow"], 2)
    fails(data, base + ["--suspend", "2026-07-14..2026-07-10"], 2, "pause")
    fails(data, base + ["--extend", "1"], 2, "extension")
    fails(data, base[:5] + ["dance"] + base[6:], 3, "dance", "clock list")
    fails(data, base[:-1] + ["2010-01-04"], 3, "2012-07-01")
    fails(data, base + ["--lang", "xx"], 2, "--lang")
    twice = json.loads(dinh(data, *base, "--suspend", "2026-07-10..2026-07-14", "--suspend", "2026-07-20..2026-07-21",
                            "--format", "json").stdout)
    suite.equal(twice["due"], "2026-08-12", "clock explain: two pauses, seven days")
    still = json.loads(dinh(data, *base, "--suspend", "2026-07-10..", "--format", "json").stdout)
    suite.equal((still["due"], still["suspended_from"]), (None, "2026-07-10"), "clock explain: a pause that is not over")
    bare = json.loads(dinh("nowhere", *base, "--format", "json").stdout)
    suite.equal(bare, got, "clock explain without a data directory")
    listed = json.loads(dinh("nowhere", "clock", "list", "--format", "json").stdout)
    suite.check({"procedure", "step", "class", "value", "unit", "article", "sureness"} <= listed[0].keys(), "clock list: its shape")
    suite.check("complaint.first" in dinh(data, "clock", "list", "--procedure", "complaint.first").stdout, "clock list in words")
    fails(data, ["clock", "list", "--procedure", "made.up"], 3, "made.up")
    rows = "procedure,step,start\ncomplaint.first,settle,2026-07-06\ncomplaint.first,settle,2026-02-30\n"
    good, bad = map(json.loads, dinh(data, "clock", "explain", "--batch", "-", stdin=rows).stdout.splitlines())
    suite.equal((good["due"], bad["error"]), ("2026-08-05", "bad_input"), "clock explain --batch: an answer for each row")


def entered(data):
    """Figures that no record gives: who and when, never in the place of a derived one."""
    of = ["--unit", "2025:22759", "--period", "2026-H1", "--form", "06/QLKNTC"]
    put = ["review", "enter", *of, "--author", "Trần Văn Giải", "--column"]
    dinh(data, *put, "4", "--figure", "12")
    dinh(data, *put, "4", "--figure", "13")
    got = json.loads(dinh(data, "review", "compute", *of, "--format", "json").stdout)["forms"]["06/QLKNTC"]
    suite.equal((got["total"]["4"], got["entered"]), (13, list(range(1, 18))), "review enter: the last figure counts, marked as entered")
    early = json.loads(dinh(data, "review", "compute", *of, "--as-of", "2026-06-20", "--format", "json").stdout)
    suite.equal(early["forms"]["06/QLKNTC"]["total"]["4"], 0, "review compute --as-of: not yet entered then")
    fails(data, [*put, "4", "--figure", "-2"], 2, "0 to")
    fails(data, [*put, "99", "--figure", "2"], 3)
    fails(data, ["review", "enter", *of[:-1], "02/XLD", "--author", "X", "--column", "1", "--figure", "2"], 2, "counted from records")


def indicators(data):
    """The grassroots-democracy review: derived where records give it, else entered, each by its level."""
    of = ["--unit", "2025:22759", "--period", "2026-H1"]
    got = json.loads(dinh(data, "review", "compute", *of, "--form", "DC/11", "--format", "json").stdout)["forms"]["DC/11"]
    cells = got["total"]
    suite.check(got["entered"] == [], "indicators: petitions are counted from records", got["entered"])
    suite.equal(cells["2"] + cells["3"] + cells["4"], cells["1"], "indicators: kinds add up to what was received")
    why = json.loads(dinh(data, "review", "explain", *of, "--form", "DC/11", "--column", "2", "--format", "json").stdout)
    suite.equal((why["figure"], why["all"]), (cells["2"], len(why["matters"])), "indicators: a figure opens to its list")
    put = ["review", "enter", *of, "--author", "Trần Văn Giải", "--form"]
    dinh(data, *put, "DC/01", "--column", "1", "--figure", "3")
    got = json.loads(dinh(data, "review", "compute", *of, "--form", "DC/01", "--format", "json").stdout)["forms"]["DC/01"]
    suite.equal((got["total"]["1"], 1 in got["entered"]), (3, True), "indicators: what no record gives is entered")
    fails(data, [*put, "DC/17", "--column", "1", "--figure", "6961"], 2, "another level")
    fails(data, [*put, "DC/11", "--column", "1", "--figure", "3"], 2, "counted from records")
    up = ["--unit", "202510005601", "--subtree", "--period", "2026-H1", "--form", "DC/01", "--format", "json"]
    suite.equal(json.loads(dinh(data, "review", "compute", *up).stdout)["forms"]["DC/01"]["total"]["1"], 3, "indicators: rolled up")


def frozen(data):
    """Signed off, shown, computed again after later events, corrected, added up."""
    of = ["--unit", "2025:22759", "--period", "2026-H1"]
    sign = ["review", "freeze", *of, "--signer", "Lê Thị Chủ"]
    fails(data, sign[:-2], 2, "--signer")
    fails(data, ["review", "show", *of], 3)
    one = dinh(data, *sign).stdout
    suite.check("22759-2026-R0001 version 1" in one and "Lê Thị Chủ" in one, "review freeze: number, version, signer", one)
    first = dinh(data, "review", "show", *of, "--again").stdout
    suite.check(hashlib.sha256(first[:-1].encode()).hexdigest() in one, "review show: the bytes that were signed off")
    day = json.loads(first)["review"]["as_of"]
    rows = "kind,received,title,body,name,phone\ncomplaint.first,2026-03-02,Về đất đai,Nội dung khiếu nại,Trần Thị Sau,0901234567\n"
    dinh(data, "import", "cases", "/dev/stdin", stdin=rows, ok=False)
    suite.equal(dinh(data, "review", "show", *of, "--again").stdout, first, "review show --again: the same bytes after later events")
    same = json.loads(dinh(data, "review", "compute", *of, "--form", "all", "--as-of", day, "--format", "json").stdout)
    was = json.loads(first)["review"]
    for form in (same["forms"], was["forms"]):
        for entered_today in ("06/QLKNTC", "DC/01"):
            form.pop(entered_today)  # entered today, after the day the others are known on
    suite.equal(same, was, "review compute --as-of: what was frozen")
    fails(data, sign, 2, "reason")
    suite.check("version 2" in dinh(data, *sign, "--reason", "Sót một vụ việc").stdout, "review freeze: a correction is a new version")
    fails(data, ["review", "freeze", "--unit", "2025:22759", "--period", "2099-H1", "--signer", "X"], 2, "has not ended")
    up = ["--unit", "202510005601", "--period", "2026-H1"]
    suite.check("sent 1 of 65" in dinh(data, "review", "sent", *up).stdout, "review sent")
    dinh(data, "review", "freeze", *up, "--below", "--signer", "Nguyễn Văn Tỉnh")
    all_of = json.loads(dinh(data, "review", "show", *up, "--below", "--again").stdout)
    suite.equal([s["number"] for s in all_of["sources"]], ["22759-2026-R0002"], "review freeze --below: made of what was frozen")
    got = all_of["review"]["forms"]["02/XLD"]
    for col in ("1", "6"):
        suite.equal(got["total"][col], sum(r["cells"][col] for r in got["rows"]), f"review freeze --below: column {col} adds up")
    suite.check("sound" in dinh(data, "check").stdout, "its acts are in the chain")


def review(data):
    ask = ["review", "compute", "--unit", "2025:22759", "--period", "2026-H1", "--form", "02/XLD"]
    got = json.loads(dinh(data, *ask, "--format", "json").stdout)
    suite.equal(
        (got["unit"], got["from"], got["to"]), ("2025:22759", "2025-12-15", "2026-06-14"), "review compute: unit and range"
    )
    form = got["forms"]["02/XLD"]
    suite.check({"rows", "total", "checks"} <= form.keys(), "review compute: its shape", list(form))
    suite.check(all(c["holds"] for c in form["checks"]), "review compute: its checks hold", form["checks"])
    suite.equal(
        dinh(data, *ask, "--format", "json").stdout, dinh(data, *ask, "--format", "json").stdout, "review compute twice: the same"
    )
    csv = dinh(data, *ask, "--format", "csv").stdout
    suite.check(csv.count("\n") >= 2 and "," in csv, "review compute as CSV", csv[:200])
    dinh(data, "review", "check", "--unit", "2025:22759", "--period", "2026-Y")
    for bad, code, why in (("--from 2026-06-14 --to 2026-01-01", 2, "backwards"), ("--period 2024-H1", 2, "did not exist"),
                           ("--period 2026-XX", 2, "no such period"), ("--from 1900-01-01 --to 2026-01-01", 2, "thirty years"),
                           ("--from 2026-02-30 --to 2026-12-01", 2, "no such date"), ("--from 2026-01-01", 2, "period"), ("", 2, "period"),
                           ("--period 2026-H1 --from 2026-01-01 --to 2026-02-01", 2, "either"), ("--period 2026-H1 --form 9/X", 3, "form"),
                           ("--period 2026-H1 --as-of 2025-12-14", 2, "before the range")):
        fails(data, ["review", "compute", "--unit", "2025:22759", *bad.split()], code, why)
    fails(data, ["review", "explain", *ask[2:], "--column", "999"], 3)
    one = ["review", "explain", *ask[2:], "--column", "6"]
    why = json.loads(dinh(data, *one, "--format", "json").stdout)
    suite.equal((why["figure"], why["hash"]), (form["total"]["6"], form["hashes"]["6"]), "review explain: figure and hash of compute")
    suite.equal(why["all"], len(why["matters"]), "review explain: the list is whole")
    suite.equal([c["column"] for c in why["condition"]], [6, 4, 3, 2, 1], "review explain: all that the column stands within")
    suite.check("Biểu 02/XLD" in why["article"], "review explain: the article", why["article"])
    suite.check(why["hash"] in dinh(data, *one).stdout, "review explain in words")
    fails(data, one[:-1] + ["99"], 3)
    fails(data, ["review", "explain", "--unit", "2025:22759", "--form", "02/XLD", "--column", "6"], 2, "period is needed")
    fails(data, ["review", "compute", "--unit", "2025:22759", "--from", "2019-01-01", "--to", "2019-12-31"], 2, "did not exist then")
    fails(data, ["review", "compute", "--unit", "2025:22759", "--from", "2026-03-01", "--to", "2026-02-01"], 2, "backwards")
    fails(data, ask + ["--from", "2026-03-01"], 2, "either")
    entered(data)
    indicators(data)
    frozen(data)
    fails(data, ask[:5] + ["--period", "1826-H9", "--form", "02/XLD"][1:], 2)
    fails(data, ask[:-1] + ["99/ZZZ"], 3)


def looks(data):
    for command in ("routes", "grants"):
        got = json.loads(dinh(data, command, "--format", "json").stdout)
        suite.check(len(got) > 5 and command in (command,), f"{command} as JSON", len(got))
    suite.check("POST  /submit/send" in dinh(data, "routes").stdout, "routes in words")
    config = dinh(data, "config", "--explain", ok=False)
    suite.check(
        config.returncode == 0 and "serve.rate" in config.stdout and "default" in config.stdout,
        "config --explain",
        config.stdout[:200],
    )
    (data / "dinh.conf").write_text("serve = { rate = 33; };\n")
    suite.check(
        "33" in [line for line in dinh(data, "config").stdout.splitlines() if line.startswith("serve.rate")][0],
        "config: the file counts",
    )
    (data / "dinh.conf").write_text("serve = { rate = many; };\n")
    fails(data, ["config"], 2, "dinh.conf")
    (data / "dinh.conf").write_text("serve = { rte = 3; };\n")
    fails(data, ["config"], 2, "rte")
    (data / "dinh.conf").unlink()


# ---- accounts ----


def accounts(data):
    add = ["user", "add"]
    for args, words in (
        (["x", "--role", "reception", "--office", OFFICE], []),
        (["a.b", "--role", "king", "--office", OFFICE], ["king"]),
        (["a.b", "--role", "reception"], ["--office"]),
        (["a.b", "--role", "reception", "--office", "12345"], ["12345"]),
        (["a b c", "--role", "reception", "--office", OFFICE], []),
        (["a.b", "--office", "many"], ["--office", "many"]),
    ):
        fails(data, add + args, 2, *words)
    fails(data, add + ["a.b", "--role", "reception", "--office", OFFICE, "--password-stdin"], 2, stdin="short\n")
    suite.equal(json.loads(dinh(data, "user", "list", "--format", "json").stdout), [], "no wrong account was added")
    made = dinh(data, *add, "le.tan", "--name", "Lễ Tân", "--role", "reception,settling", "--office", OFFICE).stdout
    suite.check(made.startswith("password: ") and len(made.split()[1]) >= 16, "a password is made and said once", made)
    fails(data, add + ["le.tan", "--role", "reception", "--office", OFFICE], 5)
    got = json.loads(dinh(data, "user", "list", "--format", "json").stdout)
    suite.equal(
        [(u["login"], u["name"], u["grants"][0]["office"], sorted(u["grants"][0]["roles"])) for u in got],
        [("le.tan", "Lễ Tân", OFFICE, ["reception", "settling"])],
        "user list",
    )
    dinh(data, "user", "passwd", "le.tan", "--password-stdin", stdin=PASSWORD + "\n")
    with Server(data) as server:
        suite.equal(Client(server.port).sign_in("le.tan").status, 303, "user passwd: the new one opens")
        suite.equal(Client(server.port).sign_in("le.tan", made.split()[1]).status, 422, "and the old one does not")
    dinh(data, "user", "disable", "le.tan")
    with Server(data) as server:
        suite.equal(Client(server.port).sign_in("le.tan").status, 422, "user disable")
    for command in ("disable", "passwd", "grant"):
        fails(
            data, ["user", command, "nobody.here", *(["--role", "leader", "--office", OFFICE] if command == "grant" else [])], 3
        )


# ---- imports ----

HEAD = "office,procedure,received,petitioner,name,address,phone,title,body\n"
ROW = f"{OFFICE},complaint.first,2026-07-06,individual,Nguyễn Thị An,Khu phố 2,0901234567,Đơn cũ số {{}},Nội dung đơn cũ\n"


def import_cases(data):
    path = data.parent / "cases.csv"
    before = counts(data)
    good = "".join(ROW.format(i) for i in range(3))
    for text, words in (
        ("", ["cases.csv:1"]),
        ("office,procedure\n1,2\n", ["cases.csv:1", "received"]),
        (HEAD + good + ROW.format(9).replace("2026-07-06", "2026-13-06"), ["cases.csv:5", "received"]),
        (HEAD + good + ROW.format(9).replace("2026-07-06", "2099-01-01"), ["cases.csv:5", "received"]),
        (HEAD + good + ROW.format(9).replace(str(OFFICE), "seven"), ["cases.csv:5", "office"]),
        (HEAD + good + ROW.format(9).replace(str(OFFICE), "12345"), ["cases.csv:5", "office"]),
        (HEAD + good + ROW.format(9).replace("individual", "ghost"), ["cases.csv:5", "petitioner"]),
        (HEAD + good + ROW.format(9).replace("complaint.first", "made.up"), ["cases.csv:5"]),
        (HEAD + good + "one,two\n", ["cases.csv:5"]),
        (HEAD + good + '"never closed\n', ["cases.csv:5"]),
        (HEAD + ROW.format(9).replace("Đơn cũ", "x" * 5000), ["cases.csv:2", "title"]),
    ):
        path.write_text(text, "utf-8")
        fails(data, ["import", "cases", path], 2, *words)
    path.write_bytes((HEAD + good).encode() + ROW.format(9).encode().replace("An".encode(), b"\xff\xfe"))
    fails(data, ["import", "cases", path], 2, "cases.csv:5", "name")
    suite.equal(counts(data), before, "after wrong files nothing is half-imported")
    fails(data, ["import", "cases", data.parent / "none.csv"], 9, "none.csv")
    path.write_text("\ufeff" + (HEAD + good).replace("\n", "\r\n"), "utf-8")
    got = json.loads(dinh(data, "import", "cases", path, "--format", "json").stdout)
    suite.equal(got, {"cases": 3}, "import cases: a good file, with a byte order mark and CRLF")
    suite.equal(counts(data)["cases"] - before["cases"], 3, "import cases: the rows are there")


def import_units(data):
    path = data.parent / "units.csv"
    before = counts(data)
    for text, words in (("", ["units.csv:1"]), ("a,b\n1,2\n", ["units.csv:1"]), ('id,name\n"open\n', ["units.csv"])):
        path.write_text(text, "utf-8")
        fails(data, ["import", "units", path], 2, *words)
    suite.equal(counts(data), before, "import units: nothing is half-imported")


# ---- time, backup ----


def times(data):
    p = dinh(
        data,
        "--now",
        "2026-03-02T09:00:00+07:00",
        "review",
        "compute",
        "--unit",
        "2025:22759",
        "--period",
        "2026-Y",
        "--format",
        "json",
    )
    suite.equal(json.loads(p.stdout)["as_of"], "2026-03-02", "--now: a review as of that day")
    with Server(data, "--rate", "-1", now="2026-03-02T09:00:00+07:00") as server:
        page = Client(server.port).submit("Việc của ngày hai tháng ba", "Nộp khi đồng hồ đứng ở ngày hai tháng ba.")
        suite.check("02/03/2026" in page.words, "--now: a matter handed in that day", page.words[:400])
    fails(data, ["--now", "2026-02-30", "version"], 2, "2026-02-30")


def backups(data):
    base = data.parent
    user_add(data, "tiepdan.pr", "reception")
    with Server(data, "--rate", "-1") as server:
        client = Client(server.port)
        pages = [
            client.submit(
                f"Việc số {i} có tệp kèm theo",
                "Nội dung của việc có tệp.",
                [("files", "a.png", png(b"%d" % i)), ("files", "b.pdf", pdf())],
                kind="denunciation" if i == 2 else "complaint.first",
            )
            for i in range(4)
        ]
        suite.check(all(p.number for p in pages), "matters to back up", [p.words[:100] for p in pages])
        saved = base / "saved.tar"
        dinh(data, "backup", saved)  # while it is served
    fails(data, ["backup", base / "no" / "folder.tar"], 9)
    suite.check(
        b"forms.key" not in saved.read_bytes()
        and not any(k.read_bytes() in saved.read_bytes() for k in (data / "keys").iterdir()),
        "no key is in the backup",
    )
    new = base / "restored"
    dinh(new, "restore", saved)
    differ = {n for n, _ in set(counts(new).items()) ^ set(counts(data).items())}
    suite.equal({n for n in differ if not n.startswith("deadline_")}, set(),
                "restored: the same rows in every table but those that follow by themselves")
    fails(new, ["check", "--files"], 9, "keys")
    shutil.copytree(data / "keys", new / "keys", dirs_exist_ok=True)
    got = json.loads(dinh(new, "check", "--files", "--format", "json").stdout)
    suite.check(got["sound"] and got["attachments"] == 8, "restored, with its keys: check --files", got)
    fails(new, ["restore", saved], 5)
    bytes_ = bytearray(saved.read_bytes())
    bytes_[len(bytes_) // 2] ^= 1
    (base / "bad.tar").write_bytes(bytes_)
    p = dinh(base / "bad", "restore", base / "bad.tar", ok=False)
    suite.check(not (base / "bad.restoring").exists(), "a refused backup leaves nothing behind")
    suite.check(
        p.returncode != 0 and not (base / "bad" / "dinh.db").exists(),
        "a damaged backup is refused, nothing is put in place",
        p.stderr,
    )
    (base / "cut.tar").write_bytes(saved.read_bytes()[:100_000])
    p = dinh(base / "cut", "restore", base / "cut.tar", ok=False)
    suite.check(p.returncode != 0 and not (base / "cut" / "dinh.db").exists(), "so is one that is cut off", p.stderr)
    damaged(new)


TEAPOT = 202020000101  # of the fictitious pack


def other_law(base):
    """An office that works wholly by the fictitious pack: matters, a visit, the clock, a paper."""
    data = base / "teapot"
    fails(base / "nowhere", ["init", "--rules", "made_up"], 2, "example", "vn")
    fails(base / "nowhere", ["init", "--rules", "example", "--demo"], 2, "--rules")
    dinh(data, "init", "--rules", "example")
    dinh(data, "init")  # stays with its pack
    fails(data, ["init", "--rules", "vn"], 5, "example")
    suite.check("Bylaw 7" in dinh(data, "rules", "show", "--table", "limits").stdout, "another pack: its tables hold")
    suite.equal(sorted(u["name"] for u in find(data, "teapot")), ["Village of Lower Teapot", "Village of Upper Teapot"],
                "another pack: its own map")
    due = json.loads(dinh(data, "clock", "explain", "--procedure", "quarrel", "--step", "listen", "--start", "2023-03-02",
                          "--format", "json").stdout)
    suite.equal((due["due"], due["rule"]["article"]), ("2023-03-08", "Bylaw 16"), "another pack: the clock counts by it")
    for login, roles in (("ann", "reception"), ("ben", "settling"), ("cat", "leader")):
        user_add(data, login, roles, TEAPOT)
    with Server(data, now="2023-03-02T09:00:00+07:00") as server:
        teapot_matters(data, server)
    suite.check("NOT" not in dinh(data, "check").stdout, "another pack: the register is sound")


def teapot_matters(data, server):
    person, ann, ben, cat = (Client(server.port, "en") for _ in range(4))
    for client, login in ((ann, "ann"), (ben, "ben"), (cat, "cat")):
        client.sign_in(login)
    words = {}
    for kind, subject, decision in (("grumble", "green", "milk"), ("quarrel", "cups", "new_cup")):
        number = person.submit("Cold tea again", "It was cold, and there was no milk either.", kind=kind, office=TEAPOT,
                               name="Dora Drinker").number
        path = ann.find(number)
        suite.check(path, f"another pack: a {kind} is handed in", number)
        for client, action, more in ((ann, "take", {"subject": subject}),
                                     (ben, "write", {"text": "A new pot is on.", "decision": decision}),
                                     (ben, "hand_up", {}), (cat, "sign", {"decision": decision})):
            got = client.act(path, action, **more)
            suite.equal(got.status, 303, f"another pack: {kind}: {action}")
        words[kind] = ann.get(path).words
        paper = data / f"{kind}.html"
        form = {"grumble": "tea_note", "quarrel": "judgement"}[kind]
        dinh(data, "--now", "2023-03-02T12:00:00+07:00", "document", "render", "--form", form, "--case", number, "--out", paper)
        text = paper.read_text("utf-8")
        suite.check("THE REPUBLIC OF THE TEAPOT" in text and "Dora Drinker" in text, f"another pack: a paper of a {kind}", text[:400])
    suite.check("Poured" in words["grumble"], "another pack: its states' names", words["grumble"][:300])
    suite.equal(ann.act(path, "carry").status, 303, "another pack: a quarrel ends")
    where = f"/desk/reception/visit?office={TEAPOT}"
    csrf = re.search(r'name="csrf" value="([^"]+)"', ann.get(where).text).group(1)
    got = ann.post(where, {"csrf": csrf, "day": "2023-03-02", "name": "Dora Drinker", "people": "1",
                           "content": "Asks when the kettle is on."})
    suite.equal(got.status, 303, "another pack: a visit is registered: " + (got.words[:600] if got.status != 303 else ""))
    for page in ("/rules", "/clock", "/submit", "/"):
        seen = person.get(page)
        suite.check(seen.status == 200 and "Luật" not in seen.words and "Khánh Hòa" not in seen.words,
                    f"another pack: nothing of the other law on {page}", (seen.status, seen.words[:300]))


def damaged(data):
    """check finds what somebody changed behind the program's back."""
    file = max((p for p in (data / "files").rglob("*") if p.is_file()), key=lambda p: p.stat().st_size)
    kept = file.read_bytes()
    file.write_bytes(bytes([kept[0] ^ 1]) + kept[1:])
    fails(data, ["check", "--files"], 8)
    file.write_bytes(kept)
    dinh(data, "check", "--files")
    file.unlink()
    fails(data, ["check"], 8)
    file.write_bytes(kept)
    db = database(data)
    at = db.execute("SELECT office_id, act_id FROM acts WHERE verb = 'register' ORDER BY at DESC, office_id, act_id LIMIT 1").fetchone()
    db.execute("UPDATE acts SET verb = 'accept' WHERE office_id = ? AND act_id = ?", at)
    db.commit()
    db.close()
    fails(data, ["check"], 8)


# ---- the rulebook ----

HOLIDAY = "{},holiday,,P,Quyết định thử,Nghỉ thử,Férié d'essai,A day off"


def dues(data):
    db = database(data)
    try:
        steps = db.execute("SELECT office_id, case_id, number, due, due_rule, closed, step, pauses FROM cases").fetchall()
        acts = db.execute("SELECT subject_id, basis, note FROM acts WHERE verb = 'redate'").fetchall()
        return {(r[0], r[1]): r[2:] for r in steps}, acts
    finally:
        db.close()


def changed_pack(data, folder, limit_days):
    """A folder with two changed tables, one as a spreadsheet of another country saves it."""
    folder.mkdir()
    limits = dinh(data, "rules", "show", "--table", "limits").stdout
    changed = limits.replace(",check,normal,10,WD,", f",check,normal,{limit_days},WD,").replace(
        ",settle,normal,30,D,", f",settle,normal,{limit_days * 3},D,"
    )
    suite.check(changed != limits, "there are limits to change")
    (folder / "limits.csv").write_bytes(b"\xef\xbb\xbf" + changed.replace("\n", "\r\n").encode())
    return folder


def rules_sound(data):
    base = data.parent
    example = Path(__file__).resolve().parent.parent.parent / "rules"
    for pack in ("vn", "example"):
        p = dinh("nowhere", "rules", "check", example / pack)
        suite.check("sound" in p.stdout, f"rules check {pack}", p.stdout)
    broken = base / "broken"
    shutil.copytree(example / "example", broken)
    steps = (broken / "steps.csv").read_text().replace("heard,brewing", "heard,boiling")
    (broken / "steps.csv").write_text(steps)
    p = fails(data, ["rules", "check", broken], 2)
    suite.check("steps.csv:2: to: no such state" in p.stdout, "rules check names file, line and column", p.stdout)
    p = dinh(data, "rules", "check", broken, "--format", "json", ok=False)
    suite.check(any("steps.csv:2:" in x for x in json.loads(p.stdout)["problems"]), "and as JSON", p.stdout)
    fails(data, ["rules", "check", base / "nothing-there"], 9)
    (base / "hollow").mkdir()
    fails(data, ["rules", "check", base / "hollow"], 3, "no table")
    for name, content in (("nul", b"id,x\n\x00,1\n"), ("latin", b"id\n\xff\n"), ("large", b"a," * (3 << 20))):
        bad = base / f"bad-{name}"
        bad.mkdir()
        (bad / "holidays.csv").write_bytes(content)
        p = fails(data, ["rules", "load", bad], 2)
    semicolons = base / "semicolons"
    shutil.copytree(example / "example", semicolons)
    text = (semicolons / "holidays.csv").read_text().replace(",", ";")
    (semicolons / "holidays.csv").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    suite.check("sound" in dinh(data, "rules", "check", semicolons).stdout, "semicolons, CR LF and a byte order mark")


def rules(data):
    """Changed tables: what is open gets its new day and an act, what ended does not; a server takes them up."""
    rules_sound(data)
    one = data.parent / "law"
    dinh(one, "--now", "2026-07-15T08:00:00+07:00", "init", "--demo", "--cases", "120", "--seed", "3")
    at = ("--now", "2026-07-16T08:00:00+07:00")
    tables = json.loads(dinh(one, "rules", "show", "--format", "json").stdout)
    suite.check({"limits", "steps", "holidays"} <= set(tables), "rules show lists tables", list(tables))
    suite.check(any(r["id"] == "K04" for r in tables["limits"]), "rules show has rows")
    fails(one, ["rules", "show", "--table", "moon"], 3, "moon")
    before, _ = dues(one)
    folder = changed_pack(one, data.parent / "new-law", 12)
    p = json.loads(dinh(one, *at, "rules", "load", folder, "--preview", "--format", "json").stdout)
    suite.check(p["redated"] > 0 and not p["loaded"], "rules load --preview counts", {k: p[k] for k in ("open", "redated", "stuck")})
    suite.equal([t["file"] for t in p["tables"]], ["limits.csv"], "and names the tables")
    suite.check(p["tables"][0]["changed"] > 0 and p["tables"][0]["added"] == 0, "changed rows are changed rows", p["tables"])
    suite.equal(dues(one)[0], before, "a preview changes nothing")
    packs.older(suite, data.parent / "older-law")
    with Server(one) as server:
        client = Client(server.port)
        dinh(one, *at, "rules", "load", folder)
        after, acts = dues(one)
        other = {k for k in before if before[k] != after[k]}
        suite.check(all(before[k][3] is None and before[k][4] for k in other), "only open steps have another day")
        suite.equal(len(acts), p["redated"], "an act for each step and duty")
        suite.check(other <= {k for k in after if any(a[0] == k[1] for a in acts)} and other, "the acts are theirs")
        suite.check(all(a[1] and " -> " in a[2] for a in acts), "an act names rule, old and new day", acts[:3])
        for _ in range(50):
            page = client.get("/rules").text
            if "36" in page:
                break
            time.sleep(0.1)
        suite.check("36" in page, "a server that runs takes the new version up")
    again = json.loads(dinh(one, *at, "rules", "load", folder, "--format", "json").stdout)
    suite.equal((again["redated"], again["tables"]), (0, []), "loading it again changes nothing")
    suite.equal(len(dues(one)[1]), len(acts), "and writes no act")
    dinh(one, "check")


def holders(data):
    """Keys of an office: named, two kept, sealed anew; no secret on the command line nor in a file."""
    at = ("--office", OFFICE)
    secret = "một câu dài khó đoán của "
    for login in ("giu.a", "giu.b", "giu.c"):
        user_add(data, login, "leader")
        dinh(data, "holders", "add", login, *at, stdin=secret + login + "\n")
    fails(data, ["holders", "add", "giu.a", *at], 5, stdin=secret + "giu.a\n")
    fails(data, ["holders", "add", "khong.co", *at], 3, "khong.co", stdin=secret + "\n")
    fails(data, ["holders", "list"], 2, "--office")
    got = json.loads(dinh(data, "holders", "list", *at, "--format", "json").stdout)
    suite.check(len(got["holders"]) == 3 and got["together"] is False, "holders list", got)
    fails(data, ["holders", "reseal", "giu.a", *at], 4, stdin="một câu khác hẳn\n")
    done = dinh(data, "holders", "reseal", "giu.a", *at, "--format", "json", stdin=secret + "giu.a\n")
    suite.equal(json.loads(done.stdout), {"resealed": 0}, "holders reseal")
    dinh(data, "holders", "together", "on", *at)
    dinh(data, "holders", "remove", "giu.a", *at)
    fails(data, ["holders", "remove", "giu.b", *at], 5)
    said = [f.name for f in Path(data).rglob("*") if f.is_file() and secret.encode() in f.read_bytes()]
    suite.equal(said, [], "a holder's secret stands in no file")


def recount(data):
    """What figures are counted from says the same as the register, and the same when it is made anew."""
    db = database(data)
    facts, wrong = {}, []
    for office, number, text in db.execute(
        "SELECT office_id, subject_id, facts FROM acts WHERE subject = 'case' AND facts <> '' ORDER BY office_id, act_id"
    ):
        facts.setdefault((office, number), {}).update(part.split("=", 1) for part in text.split(" "))
    day = lambda n: "" if n is None else (datetime.date(1970, 1, 1) + datetime.timedelta(n)).isoformat()
    words = ("kind", "state", "subject", "decision", "step", "matter", "handled", "decided", "closed", "due")
    for row in db.execute(
        "SELECT office_id, case_id, kind, state, subject, decision, step, matter_of, handled, decided, closed, due FROM cases"
    ):
        said = facts.get(row[:2], {})
        for name, value in zip(words, [*row[2:7], str(row[7]), *map(day, row[8:])]):
            if said.get(name, "") != value:
                wrong.append((row[:2], name, said.get(name), value))
    suite.check(facts and not wrong, f"the facts of {len(facts)} matters are those of the register", wrong[:3])
    suite.check(json.loads(dinh(data, "check", "--recount", "--format", "json").stdout)["sound"], "check --recount")
    dinh(data, "review", "compute", "--unit", "202510005601", "--subtree", "--period", "2026-H1")
    column = data / "facts" / "case.state"
    raw = bytearray(column.read_bytes())
    raw[0] ^= 1
    column.write_bytes(raw)
    fails(data, ["check", "--recount"], 8)
    shutil.rmtree(data / "facts")
    dinh(data, "check", "--recount")
    db.close()


def demonstration(base):
    """The same seed makes the same year."""
    one, two = base / "one", base / "two"
    for d in (one, two):
        dinh(d, "--now", "2026-07-15T08:00:00+07:00", "init", "--demo", "--cases", "40", "--seed", "7")
    suite.equal(counts(one), counts(two), "init --demo: the same seed, the same rows")
    suite.check(counts(one)["cases"] >= 40, "init --demo: as many matters as asked", counts(one)["cases"])
    fails(one, ["init", "--demo"], 5)
    fails(base / "three", ["init", "--demo", "--cases", "0"], 2, "--cases")
    dinh(one, "check", "--files")


def main():
    base = room("cli")
    data = base / "d"
    dinh(data, "init")
    dinh(data, "init")  # again: nothing is lost, nothing doubled
    for part in (helps, units, clock, review, looks, accounts, holders, import_cases, import_units,
                 times, backups, rules, recount):
        part(data)
    other_law(base)
    demonstration(base)
    suite.end()


if __name__ == "__main__":
    main()
