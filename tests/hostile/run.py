#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Requests nobody well-meaning sends, over raw sockets; who may see and do what; what must be nowhere on disk."""
import json
import os
import re
import socket
import sys
import time
import urllib.parse
from html.parser import HTMLParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import (
    ABOVE,
    OFFICE,
    PASSWORD,
    SOURCE,
    Client,
    Page,
    Server,
    Suite,
    catalogue,
    database,
    dinh,
    files_of,
    multipart,
    pdf,
    png,  # noqa: E402
    raw,
    room,
    user_add,
)

NEIGHBOUR = 202522273601
suite = Suite()


def status(answer):
    m = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
    return int(m.group(1)) if m else None


def page_of(answer, path="/"):
    head, _, body = answer.partition(b"\r\n\r\n")
    import email

    return Page(status(answer), email.message_from_bytes(head.partition(b"\r\n")[2]), body, path)


def request(port, line, headers=(), body=b"", **kw):
    lines = [
        line.encode() if isinstance(line, str) else line,
        b"Host: 127.0.0.1",
        b"Connection: close",
        *(h.encode() if isinstance(h, str) else h for h in headers),
    ]
    return raw(port, b"\r\n".join(lines) + b"\r\n\r\n" + body, **kw)


def alive(port, what):
    suite.equal(status(request(port, "GET /healthz HTTP/1.1")), 200, f"{what}: the server goes on")


# ---- the wire ----


def paths(port):
    for line, wanted in [
        ("GET /../../etc/passwd HTTP/1.1", {400, 404}),
        ("GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1", {400, 404}),
        ("GET /a/%2e%2e/%2e%2e/dinh.db HTTP/1.1", {400, 404}),
        ("GET /a/..%2f..%2fkeys HTTP/1.1", {400, 404}),
        ("GET //etc/passwd HTTP/1.1", {400, 404}),
        ("GET /units//2025:22759 HTTP/1.1", {301, 303, 400, 404}),
        ("GET /units/%00 HTTP/1.1", {400, 404, 422}),
        ("GET /units/%ff%fe HTTP/1.1", {400, 404, 422}),
        ("GET /units/%zz HTTP/1.1", {400, 404, 422}),
        ("GET /units/2025:22759%0d%0aX-Evil:1 HTTP/1.1", {400, 404, 422}),
        (f"GET /{'a' * 5000} HTTP/1.1", {414, 400, 404}),
        (f"GET /search?q={'a' * 60000} HTTP/1.1", {414, 413, 431, 400}),
        (
            "GET /search?" + "&".join(f"a{i}=1" for i in range(200)) + " HTTP/1.1",
            {413, 414, 400, 422, None},
        ),  # more than a connection's memory: hung up
        ("GET /search?q=%ff HTTP/1.1", {400, 422}),
        ("GET /published/99999999999999999999/1 HTTP/1.1", {404}),
        ("GET /published/-1/1 HTTP/1.1", {404}),
        ("GET /published/0x10/1 HTTP/1.1", {404}),
        ("GET http://evil.example/ HTTP/1.1", {200, 400, 404, 421}),
        ("GET * HTTP/1.1", {400, 404}),
    ]:
        got = request(port, line)
        suite.check(status(got) in wanted and b"root:" not in got, f"path {line[:60]!r}", got[:200])
        suite.check(b"X-Evil" not in got.partition(b"\r\n\r\n")[0], f"path {line[:40]!r}: no header of theirs")
    alive(port, "paths")


def methods(port):
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "BREW"):
        got = request(port, f"{method} /submit HTTP/1.1")
        suite.check(status(got) in (400, 405, 501), f"method {method} is refused", got[:120])
    got = page_of(request(port, "DELETE /submit HTTP/1.1"))
    suite.check("GET" in (got.headers["Allow"] or ""), "405 says what is allowed", got.headers.items())
    got = request(port, "HEAD / HTTP/1.1")
    suite.check(status(got) == 200 and not got.partition(b"\r\n\r\n")[2], "HEAD has no body", got[-100:])
    suite.equal(status(request(port, "POST /submit/send HTTP/1.1", ["Content-Length: 0"])), 403, "a post without token")


def floods(port):
    got = request(port, "GET / HTTP/1.1", [f"X-{i}: {'v' * 20}" for i in range(300)])
    suite.check(status(got) in (400, 413, 431), "three hundred headers are refused", got[:120])
    got = request(port, "GET / HTTP/1.1", ["X-Long: " + "v" * 200_000])
    suite.check(status(got) in (400, 413, 431, None), "a header of 200 kB is refused", got[:120])
    got = request(port, "GET / HTTP/1.1", ["Cookie: " + "; ".join(f"a{i}=b" for i in range(700))])
    suite.check(status(got) in (200, 400, 413, 431, None), "seven hundred cookies", got[:120])
    got = request(port, "GET / HTTP/1.1", [b"Cookie: dinh_session=\xff\xfe\x01; lang=\xff"])
    suite.check(status(got) in (200, 400), "cookies of rubbish", got[:120])
    got = raw(port, b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n")
    suite.check(status(got) == 400, "two hosts", got[:120])
    got = raw(
        port,
        b"POST /track HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello!",
    )
    suite.check(status(got) == 400, "two lengths", got[:120])
    got = raw(
        port,
        b"POST /track HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
    )
    suite.check(status(got) in (400, 403), "a length and chunks", got[:120])
    for junk in (
        b"\0\0\0\0\r\n\r\n",
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
        b"GET / HTTP/9.9\r\n\r\n",
        b"A" * 100_000,
    ):
        got = raw(port, junk, limit_s=2, half_close=True)
        suite.check(status(got) in (400, 404, 413, 414, 431, 505, None), f"rubbish {junk[:12]!r}", got[:80])
    alive(port, "floods")


def slow(port):
    """Half-sent requests of a hundred connections do not keep others out."""
    held = []
    for _ in range(100):
        s = socket.create_connection(("127.0.0.1", port), timeout=5)
        s.sendall(
            b"POST /submit/check HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na="
        )
        held.append(s)
    began = time.monotonic()
    suite.equal(Client(port).get("/units").status, 200, "a hundred slow posts: others are served")
    suite.check(time.monotonic() - began < 2, "a hundred slow posts: at once", time.monotonic() - began)
    for s in held:
        s.close()
    alive(port, "slow posts")


# ---- bodies ----


def good_fields(client, kind="complaint.first", **more):
    return {
        **client.open_form(kind),
        "title": "Một việc để thử",
        "body": "Nội dung dài hơn mười chữ để thử.",
        "petitioner": "individual",
        "name": "Người Thử",
        "phone": "0901234567",
        **more,
    }


def bodies(server):
    port = server.port
    for lang in ("vi", "fr", "en"):
        client, words = Client(port, lang), catalogue(lang)
        fields = good_fields(client)
        big = {**fields, "body": "chữ " * 80_000}
        page = client.post("/submit/check", big)
        suite.check(
            page.status == 413 and f'lang="{lang}"' in page.text, f"a form too large is 413 ({lang})", page.status
        )
        page = client.post("/submit/check", {**fields, "body": "chữ " * 12_000})
        suite.check(
            page.status == 422 and "chữ chữ" in page.text,
            f"a text over its limit is 422 and kept ({lang})",
            page.status,
        )
        page = client.post("/submit/check", {**fields, **{f"x{i}": "1" for i in range(300)}})
        suite.check(page.status in (413, 422), f"three hundred fields ({lang})", page.status)
        bad = urllib.parse.urlencode(fields).replace("title=", "title=%ff%c0").encode()
        page = client.send("POST", "/submit/check", bad, {"Content-Type": "application/x-www-form-urlencoded"})
        suite.check(
            page.status == 422 and words["err.http.utf8"] in page.words and "mười chữ" in page.text,
            f"bad UTF-8 is said, the rest kept ({lang})",
            f"{page.status} {page.words[:300]}",
        )
        page = client.post("/submit/check", {**fields, "title": "một\0hai ba bốn"})
        suite.check(
            page.status == 422 and words["err.http.nul"] in page.words,
            f"NUL is said ({lang})",
            f"{page.status} {page.words[:300]}",
        )
        tokens(client, fields, words, lang)
        page = client.post("/track", {**client.get("/track").fields("/track"), "code": "ABCD-EFGH-JKMN-PQRS-TVWX"})
        suite.check(
            page.status == 422 and words["err.case.code"] in page.words, f"an unknown code ({lang})", page.status
        )
        attachments_refused(client, fields, words, lang)
        page = client.post("/submit/check", {**fields, "phone": "không phải số", "petitioner": "vua", "people": "-3"})
        suite.check(page.status == 422 and "Người Thử" in page.text, f"wrong kinds of values ({lang})", page.status)
        page = client.post("/submit/check", {**fields, "office": "1"})
        suite.equal(page.status, 404, f"an office that is not there ({lang})")
        page = client.post("/submit/check", {**fields, "kind": "made.up"})
        suite.equal(page.status, 404, f"a kind that is not there ({lang})")
        page = client.get("/clock?what=complaint.first/settle&start=30/02/2026")
        suite.check(
            page.status in (200, 422) and words["form.err.day"] in page.words,
            f"the thirtieth of February is said ({lang})",
            f"{page.status} {page.words[300:900]}",
        )
    client = Client(port)
    page = client.send("POST", "/submit/check", b'{"a":1}', {"Content-Type": "application/json"})
    suite.equal(page.status, 415, "a body of another type")
    head = (
        "POST /submit/check HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        f"Content-Length: {60 * 1024 * 1024}\r\nConnection: close\r\n\r\n"
    )
    suite.equal(status(raw(port, head.encode(), limit_s=5)), 413, "a multipart of 60 MB is refused before it is sent")
    alive(port, "bodies")


def tokens(client, fields, words, lang):
    for what, csrf in (
        ("wrong", "0" * len(fields["csrf"])),
        ("missing", None),
        ("short", "abc"),
        ("another's", Client(client.port).open_form()["csrf"]),
    ):
        sent = {k: v for k, v in fields.items() if k != "csrf"} | ({"csrf": csrf} if csrf else {})
        page = client.post("/submit/check", sent)
        suite.check(page.status == 403, f"{what} token is refused ({lang})", page.status)
        suite.check("mười chữ" in page.text, f"{what} token: the text is kept on the page ({lang})", page.words[:300])
    page = client.send(
        "POST",
        "/submit/check",
        urllib.parse.urlencode(fields).encode(),
        {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": "https://evil.example",
            "Sec-Fetch-Site": "cross-site",
        },
    )
    suite.equal(page.status, 403, f"a form sent from another site ({lang})")


def attachments_refused(client, fields, words, lang):
    exe = b"MZ" + b"\0" * 500
    cases = [
        ("a program called .png", [("files", "a.png", exe)]),
        ("a page called .pdf", [("files", "a.pdf", b"<html><script>alert(1)</script>")]),
        ("an SVG", [("files", "a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")]),
        ("an empty file", [("files", "a.pdf", b"")]),
        ("a PNG called .pdf", [("files", "a.pdf", png())]),
        ("six files", [("files", f"{i}.png", png()) for i in range(6)]),
    ]
    for what, files in cases:
        page = client.check(fields, files)
        kept = page.fields("/submit/check")
        suite.check(page.status in (413, 422), f"{what} is refused ({lang})", page.status)
        suite.check(kept.get("body") == fields["body"], f"{what}: the text is kept ({lang})", page.words[:200])
    if lang == "vi":
        page = client.check(fields, [("files", "lớn.pdf", pdf(b"x", 11 * 1024 * 1024))])
        suite.check(
            page.status in (413, 422) and page.fields("/submit/check").get("body") == fields["body"],
            "a file of 11 MB is refused, the text kept",
            page.status,
        )
        page = client.check(fields, [("files", "../../../etc/cron.d/x.png", png()), ("files", "a\r\nX: y.pdf", pdf())])
        suite.check(
            "etc/cron" not in page.text and page.status in (200, 422), "a path in a file name is dropped", page.status
        )


OWN_TAGS = set(
    """html head meta title link script body a header div span b small nav ul li abbr svg use main h1 h2 h3 p form input
    button section fieldset legend label textarea details summary footer progress dl dt dd i ol time circle text path select option
    article code output rect strong em figure table thead tbody tr th td caption br dialog kbd""".split()
)


class Reader(HTMLParser):
    """The tags of a page as a parser sees them; a script of no file of ours, or a handler, counts as a tag of its own."""

    def __init__(self):
        super().__init__()
        self.found = set()

    def handle_starttag(self, tag, attrs):
        self.found.add(tag)
        at = dict(attrs)
        self.found |= {f"{tag} {k}" for k in at if k.startswith("on") or k == "style"}
        if tag == "script" and not (at.get("src") or "").startswith("/a/"):
            self.found.add("a script of theirs")
        for k in ("href", "src", "action", "formaction"):
            if re.match(r"\s*(javascript|data|vbscript):", at.get(k) or "", re.I):
                self.found.add(f"{tag} {k}")


def tags(text):
    reader = Reader()
    reader.feed(text)
    return reader.found


def naughty(server):
    """Strings that broke others come back as text, never as markup."""
    folder = next(
        (
            p
            for p in (os.environ.get("DINH_VECTORS"), SOURCE.parent / "shared" / "data" / "vectors")
            if p and Path(p).is_dir()
        ),
        None,
    )
    lists = (
        sorted(Path(folder).glob("blns/**/blns.json")) + sorted(Path(folder).glob("blns/**/blns.txt")) if folder else []
    )
    if lists and lists[0].suffix == ".json":
        strings = json.loads(lists[0].read_text("utf-8"))
    elif lists:
        strings = [line for line in lists[0].read_text("utf-8").splitlines() if line and not line.startswith("#")]
    else:
        suite.skip("the list of naughty strings is not here: eight of our own stand in")
        strings = [
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "'-alert(1)-'",
            "</textarea><script>alert(1)</script>",
            "javascript:alert(1)",
            "${7*7}{{7*7}}",
            "' OR 1=1 --",
            "\u202etest\u202c",
        ]
    client = Client(server.port, "en")
    fields = good_fields(client)
    wrong = []
    for s in strings:
        s = s.replace("\0", "")
        sent = {**fields, "title": f"abcde {s}", "body": f"mười chữ {s}"}
        page = client.post("/submit/check", sent)
        text = page.text
        if page.status not in (200, 422):
            wrong.append(f"{page.status} for {s[:60]!r}")
        if tags(text) - OWN_TAGS:
            wrong.append(f"markup {tags(text) - OWN_TAGS} from {s[:80]!r}")
        q = "/search?" + urllib.parse.urlencode({"q": s[:150]})
        got = client.get(q)
        if got.status not in (200, 400, 422) or tags(got.text) - OWN_TAGS:
            wrong.append(f"search {got.status} {tags(got.text) - OWN_TAGS} for {s[:60]!r}")
    suite.check(not wrong, f"{len(strings)} strings come back as text", wrong[:6])
    suite.check(len(strings) > 7, "there were strings", len(strings))


# ---- who may ----


def routes():
    out = json.loads(dinh("unused", "routes", "--format", "json").stdout)
    return [(r["method"], r["path"], r["roles"]) for r in out]


def fill(path, office=OFFICE, case=1):
    return (
        path.replace(":office", str(office))
        .replace(":case", str(case))
        .replace(":no", "1")
        .replace(":id", "2025:22759")
    )


def denied(page):
    """Asked to sign in, refused, or not found: nothing was shown or done."""
    return page.status in (401, 403, 404) or (page.status == 303 and page.headers["Location"].startswith("/sign-in"))


def permissions(server, data, number):
    port = server.port
    stranger = Client(port)
    token = stranger.open_form()["csrf"]
    closed = [(m, p) for m, p, roles in routes() if roles != "everybody"]
    suite.check(len(closed) >= 10, "there are closed addresses", len(closed))
    for method, path in closed:
        page = stranger.get(fill(path)) if method == "GET" else stranger.post(fill(path), {"csrf": token})
        suite.check(denied(page), f"a stranger at {method} {path}", f"{page.status} {page.headers['Location']}")
    for login, roles in (
        ("giamsat.pr", "supervisor"),
        ("canbo.khac", "reception"),
        ("quantri.pr", "admin"),
        ("buon.pr", "hamlet"),
    ):
        who = Client(port)
        who.sign_in(login)
        csrf = re.search(r'name="csrf" value="([^"]+)"', who.get("/account").text)
        suite.check(csrf, f"{login} is signed in")
        for method, path, allowed in routes():
            page_of_case = ":case" in path and path.startswith("/desk")
            if allowed == "everybody" or (roles in allowed.split(",") and not (page_of_case and login in ("canbo.khac", "buon.pr"))):
                continue
            page = (
                who.get(fill(path))
                if method == "GET"
                else who.post(
                    fill(path), {"csrf": csrf.group(1) if csrf else "", "action": "accept", "subject": "land"}
                )
            )
            suite.check(page.status in (403, 404), f"{login} ({roles}) at {method} {path}", page.status)
    watcher = Client(port)
    watcher.sign_in("giamsat.pr")
    page = watcher.get(fill("/desk/cases/:office/:case"))
    suite.check(page.status == 200 and number in page.text, "the supervisor reads a matter", page.status)
    suite.check('name="action"' not in page.text, "and is offered nothing to do")
    facts = (
        database(data)
        .execute("SELECT state, version FROM cases WHERE number = ?", (number,))
        .fetchone()
    )
    suite.equal(facts, ("received", 1), "after all that the matter stands as it was")


def other_code(server):
    """One person's code opens her matter and no other; its attachments neither."""
    she, he = Client(server.port), Client(server.port)
    mine = she.submit("Việc của tôi và tệp của tôi", "Chỉ người có mã mới xem được việc này.", [("files", "a.png", png(b"mine"))])
    his = he.submit("Việc của người khác hẳn", "Không ai khác xem được việc này đâu.", [("files", "b.png", png(b"his"))])
    path = Client(server.port)
    path.sign_in("tiepdan.pr")
    hers, another = path.find(mine.number), path.find(his.number)
    she.post("/track", {**she.get("/track").fields("/track"), "code": mine.code})
    own = she.get(hers.replace("/desk/cases", "/track/files") + "/1")
    suite.check(own.status == 200 and own.body == png(b"mine"), "her code opens her attachment", own.status)
    suite.check(
        "attachment" in (own.headers["Content-Disposition"] or "")
        and own.headers["X-Content-Type-Options"] == "nosniff",
        "an attachment is only ever downloaded",
        own.headers.items(),
    )
    got = she.get(another.replace("/desk/cases", "/track/files") + "/1")
    suite.check(got.status in (403, 404), "and not another's", got.status)
    got = he.get(hers.replace("/desk/cases", "/track/files") + "/1")
    suite.check(got.status in (403, 404), "without a code no attachment", got.status)
    forged = Client(server.port)
    for cookie in ("1:1", f"{OFFICE}:1", "0" * 64, "x" * 300):
        forged.cookies = {"dinh_track": cookie}
        got = forged.get("/track/matter")
        suite.check(got.status == 303, "a forged cookie opens nothing", got.status)


# ---- nowhere on disk ----


def bytes_everywhere(data, logs):
    files = [p for p in sorted(files_of(data)) if "keys" not in p.parts]
    return b"".join(p.read_bytes() for p in [*files, *map(Path, logs)])


def sealed(server, data):
    """A denouncer's name, words and papers are in no file, log or index."""
    client = Client(server.port)
    secret = {
        "name": "Zimbabwoa Thị Kín",
        "phone": "0987601234",
        "address": "hẻm Quixotia",
        "email": "kin.quixotia@example.vn",
    }
    paper = pdf(b"Zimbabwoa-paper")
    page = client.submit(
        "Nhận tiền xyzzyplugh không biên nhận",
        "Cán bộ frobnitzen đã nhận tiền để cấp giấy.",
        [("files", "zimbabwoa-bien-lai.pdf", paper)],
        kind="denunciation",
        **secret,
    )
    suite.check(page.number is not None, "a denunciation is registered", page.words[:200])
    plain = client.submit("Đèn đường hỏng plaintextus", "Đèn ở ngõ hỏng đã lâu plaintextus.", name="Plaintextus Văn Rõ")
    all_bytes = bytes_everywhere(data, [server.log_path])
    folded = all_bytes.lower()
    suite.check(b"plaintextus" in folded, "the search looks in the right place: an open matter's words are there")
    for what, text in {
        **secret,
        "title": "xyzzyplugh",
        "body": "frobnitzen",
        "file name": "zimbabwoa-bien-lai",
        "folded name": "zimbabwoa",
        "paper": "%PDF-1.4\n%" + paper[10:60].decode(),
    }.items():
        suite.check(
            text.encode() not in all_bytes and text.lower().encode() not in folded,
            f"denunciation: its {what} is in no file",
        )
    for p in (page, plain):
        suite.check(
            p.code.encode() not in all_bytes and p.code.lower().encode() not in folded,
            "no tracking code is in a file or log",
        )
        grouped = "-".join(p.code[i : i + 4] for i in range(0, 20, 4))
        suite.check(grouped.encode() not in all_bytes, "nor as it is printed")
    officer = Client(server.port)
    officer.sign_in("tiepdan.pr")
    got = officer.get("/desk/search?" + urllib.parse.urlencode({"q": "xyzzyplugh", "view": "all"}))
    suite.check(page.number not in got.text, "the desk's search does not find a denunciation by its words")
    logs = server.log_text()
    for what in ("Plaintextus", "0901234567", "đèn", "Zimbabwoa", PASSWORD, "127.0.0.1 "):
        suite.check(what.lower() not in logs.lower().replace("http://127.0.0.1:", ""), f"the log has no {what!r}")


# ---- kept out ----


def rows_of(data, sql, *values):
    return database(data).execute(sql, values).fetchall()


def totals(client):
    """What the desk says of how many there are, page by page."""
    return [
        (view, len(re.findall(r'class="go"', client.get(f"/desk?view={view}").text)))
        for view in ("open", "mine", "late", "all")
    ]


def kept_out(server, data):
    """The accused, a leader like the other, finds nothing of the matter at any address that has an office and a case."""
    accused, leader = Client(server.port), Client(server.port)
    accused.sign_in("bi.pr")
    leader.sign_in("chu.pr")
    before = totals(accused)
    page = Client(server.port).submit(
        "Trưởng phòng nhận tiền", "Ông trưởng phòng nhận tiền của dân.", [("files", "a.png", png())], kind="denunciation"
    )
    case = rows_of(data, "SELECT case_id FROM cases WHERE number = ?", page.number)[0][0]
    account = rows_of(data, "SELECT account_id FROM accounts WHERE login = 'bi.pr'")[0][0]
    path = f"/desk/cases/{OFFICE}/{case}"
    suite.equal(accused.get(path).status, 200, "before he is named, a leader reads it")
    form = leader.get(path + "/file").fields(path + "/file")
    named = leader.post(
        path + "/file",
        {"csrf": form["csrf"], "action": "name_accused", "name": "Bị Thị Cáo", "of": str(OFFICE), "account": str(account)},
    )
    suite.equal(named.status, 303, "the accused is named")
    csrf = re.search(r'name="csrf" value="([^"]+)"', accused.get("/account").text).group(1)
    for method, route, _ in routes():
        if ":case" not in route:
            continue
        got, none = (
            accused.get(at) if method == "GET" else accused.post(at, {"csrf": csrf, "action": "classify", "subject": "corruption"})
            for at in (fill(route, OFFICE, case), fill(route, OFFICE, case + 100000))
        )
        same = got.status == none.status and page.number not in got.text
        suite.check(same, f"the accused at {method} {route}: as if there were none", f"{got.status} {none.status}")
    suite.equal(totals(accused), before, "his queues are as long as before it came")
    for at in ("/desk?view=all", f"/desk/search?q={page.number}", "/desk/below"):
        suite.check(f"{path}\"" not in accused.get(at).text, f"the accused at {at}: no way leads to it")
    suite.check(page.number in leader.get("/desk?view=all").text, "the other leader has it in her queue")


# ---- headers, rates ----


def headers(server):
    client = Client(server.port)
    for path in ("/", "/track", "/units", "/nothing-here", "/sign-in", "/api/units?q=phan"):
        h = client.get(path).headers
        policy = h["Content-Security-Policy"] or ""
        suite.check(
            "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy,
            f"{path}: strict policy",
            policy,
        )
        suite.equal(h["X-Content-Type-Options"], "nosniff", f"{path}: nosniff")
        suite.check(h["Referrer-Policy"], f"{path}: Referrer-Policy")
        suite.check(not h["Server"] and not h["X-Powered-By"], f"{path}: says nothing of the server")
    cookie = (
        client.get("/sign-in").headers["Set-Cookie"] or Client(server.port).get("/sign-in").headers["Set-Cookie"] or ""
    )
    suite.check("HttpOnly" in cookie and "SameSite=" in cookie, "cookies are HttpOnly and SameSite", cookie)
    her = Client(server.port)
    page = her.submit("Trang riêng không được giữ lại", "Trang của tôi không ở lại trong bộ nhớ nào.")
    suite.check(
        "no-store" in (page.headers["Cache-Control"] or ""),
        "a receipt is kept by no cache",
        page.headers["Cache-Control"],
    )
    with Server(server.data, "--behind-tls", log=f"{server.data}.tls.log") as other:
        cookie = Client(other.port).get("/sign-in").headers["Set-Cookie"] or ""
        suite.check("Secure" in cookie, "behind TLS cookies are Secure", cookie)


def redirects(server):
    client = Client(server.port)
    for target in (
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/desk\r\nX-Evil: 1",
    ):
        who = Client(server.port)
        fields = who.get("/sign-in?" + urllib.parse.urlencode({"next": target})).fields("/sign-in")
        page = who.post("/sign-in", {**fields, "login": "tiepdan.pr", "password": PASSWORD, "next": target})
        where = page.headers["Location"] or ""
        suite.check(
            page.status in (303, 422)
            and "evil" not in where
            and "javascript" not in where
            and page.headers["X-Evil"] is None,
            f"signing in leads to no other site: {target!r}",
            f"{page.status} {where}",
        )
    client.close()


def rates(data):
    with Server(data, "--rate", "60", log=f"{data}.rate.log") as server:
        client = Client(server.port, "fr")
        fields = client.get("/track").fields("/track")
        pages = [client.post("/track", {**fields, "code": f"ABCDEFGHJKMNPQRST{i:03}"}) for i in range(15)]
        late = [p for p in pages if p.status == 429]
        suite.check(late and pages[0].status == 422, "guessing codes: 429 after some", [p.status for p in pages])
        if late:
            suite.check(
                (late[0].headers["Retry-After"] or "").isdigit(), "429 says when to come again", late[0].headers.items()
            )
            suite.check('lang="fr"' in late[0].text, "429 is a page in her language")
        who = Client(server.port)
        sign = who.get("/sign-in").fields("/sign-in")
        tries = [
            who.post("/sign-in", {**sign, "login": "tiepdan.pr", "password": f"sai {i}"}).status for i in range(15)
        ]
        suite.check(429 in tries and 303 not in tries, "guessing passwords: 429 after some", tries)
        suite.equal(client.get("/published").status, 200, "reading goes on")


def unsent(data):
    """Attachments of forms that nobody sent wait a day and are gone."""
    held = sorted((data / "held").iterdir())
    suite.check(len(held) > 1, "what was attached and never sent waits", held)
    for path in held[1:]:
        os.utime(path, (time.time() - 26 * 3600,) * 2)
    with Server(data) as server:
        until = time.time() + 10
        while time.time() < until and len(list((data / "held").iterdir())) > 1:
            time.sleep(0.05)
        server.stop()
    suite.equal(sorted((data / "held").iterdir()), held[:1], "after a day it is gone; what is younger stays")


def main():
    data = room("hostile") / "d"
    dinh(data, "init")
    for login, roles, office in (
        ("tiepdan.pr", "reception", OFFICE),
        ("giamsat.pr", "supervisor", OFFICE),
        ("canbo.khac", "reception", NEIGHBOUR),
        ("quantri.pr", "admin", OFFICE),
        ("buon.pr", "hamlet", OFFICE),
        ("chu.pr", "leader", OFFICE),
        ("bi.pr", "leader", OFFICE),
    ):
        user_add(data, login, roles, office)
    with Server(data, "--rate", "-1") as server:
        first = Client(server.port).submit(
            "Việc đầu tiên trong sổ", "Nội dung của việc đầu tiên trong sổ.", [("files", "a.png", png())]
        )
        suite.check(first.number, "a good matter is registered", first.words[:300])
        for part in (paths, methods, floods, slow):
            part(server.port)
        for part in (bodies, naughty, other_code, headers, redirects):
            part(server)
        permissions(server, data, first.number)
        sealed(server, data)
        kept_out(server, data)
        suite.check(
            "level=error" not in server.log_text(),
            "no error was logged",
            re.findall(r".*level=error.*", server.log_text())[:3],
        )
        suite.equal(server.stop(), 0, "the server ends well")
    unsent(data)
    rates(data)
    p = dinh(data, "--format", "json", "check", "--files", ok=False)
    suite.check(p.returncode == 0 and '"orphans":0' in p.stdout, "check --files: sound, and no file without a matter", p.stdout[-500:])
    suite.end()


if __name__ == "__main__":
    main()
