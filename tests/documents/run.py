#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Printed documents from outside: each form's text as pdftotext reads it again (golden/), numbers without gaps under
many hands and a killed server, what a denouncer's papers leave behind, hostile codes. UPDATE=1 writes golden/ anew."""
import csv
import hashlib
import html
import os
import re
import subprocess
import sys
import threading
import unicodedata
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import OFFICE, SOURCE, Client, Server, Suite, dinh, room, user_add  # noqa: E402

suite = Suite()
NOW = "2026-07-06T09:00:00+07:00"
NAME = "Trịnh Thị Ẩn Danh"
CASES = """office,procedure,received,petitioner,name,address,phone,title,body
{o},complaint.first,2026-07-06,individual,Nguyễn Văn Thử,"12 Lê Lợi, khu phố 3",0901234567,Thu hồi đất số 15,Tôi không đồng ý với diện tích.
{o},denunciation,2026-07-06,individual,{n},45 Trần Phú,0907654321,Nhận tiền khi làm giấy tờ,Người đó nhận tiền của ba hộ dân.
{o},recommendation,2026-07-06,individual,Lê Thị Đề,Khu phố 5,0903334444,Đề nghị sửa cống thoát nước,Cống trước chợ bị nghẹt.
"""


def tool(name):
    return subprocess.run(["which", name], capture_output=True).returncode == 0


def text_of(pdf):
    out = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], capture_output=True, check=True).stdout.decode()
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in out.replace("\f", "\n").split("\n")]
    # the draft's watermark comes as single letters
    return "\n".join(line for line in lines if len(line) > 1 or line.isdigit()) + "\n"


def codes_in(pdf):
    """What a reader of QR codes that knows nothing of us sees on the sheet."""
    subprocess.run(["pdftoppm", "-r", "150", "-png", str(pdf), str(pdf.with_suffix(""))], check=True)
    pictures = sorted(map(str, pdf.parent.glob(pdf.stem + "-*.png")))
    read = subprocess.run(["zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", *pictures], capture_output=True, text=True)
    return read.stdout.split()


def make():
    data = room("documents")
    dinh(data, "init")
    (data / "cases.csv").write_text(CASES.format(o=OFFICE, n=NAME))
    dinh(data, "--now", NOW, "import", "cases", data / "cases.csv")
    for login, roles in (("lanhdao", "leader"), ("tiepdan", "reception"), ("giaiquyet", "settling"), ("giamsat", "supervisor")):
        user_add(data, login, roles)
    user_add(data, "noikhac", "leader", 202522273601)
    return data


def forms():
    with open(SOURCE / "rules" / "vn" / "print_forms.csv", newline="") as f:
        return list(csv.DictReader(f))


def matter_of(form, numbers):
    procedures = form["procedure"].split()
    for p, number in numbers.items():
        if not procedures or p in procedures:
            return number
    return numbers["complaint.first"]


# ---- each form as it is read again ----


def golden(data, numbers):
    out = room("papers")
    for form in forms():
        pdf = out / f"{form['id']}.pdf"
        p = dinh(data, "--now", NOW, "document", "render", "--form", form["id"], "--case", matter_of(form, numbers), "--out", pdf, ok=False)
        suite.equal(p.returncode, 0, f"{form['id']} is printed: {p.stderr}")
        if p.returncode:
            continue
        got, path = text_of(pdf), HERE / "golden" / f"{form['id']}.txt"
        if os.environ.get("UPDATE"):
            path.write_text(got)
        suite.equal(got, path.read_text() if path.exists() else "", f"{form['id']} reads as its golden text")
        suite.check(unicodedata.is_normalized("NFC", got) and "\ufffd" not in got, f"{form['id']}: whole letters")
        check = subprocess.run(["qpdf", "--check", str(pdf)], capture_output=True) if tool("qpdf") else None
        if check:
            suite.equal(check.returncode, 0, f"{form['id']}: sound PDF")
        if "denunciation" in form["procedure"] and form["reader"] not in ("person", "office"):
            suite.check(NAME not in got and "0907654321" not in got and "Nhận tiền" not in got, f"{form['id']}: nothing of the denouncer")
    two = [out / "a.pdf", out / "b.pdf"]
    for path in two:
        dinh(data, "--now", NOW, "document", "render", "--form", "petition_receipt", "--case", numbers["complaint.first"], "--out", path)
    suite.equal(two[0].read_bytes(), two[1].read_bytes(), "the same document is the same file")
    info = subprocess.run(["pdfinfo", str(two[0])], capture_output=True, text=True).stdout
    suite.check("Tagged:          yes" in info and "A4" in info, "tagged, A4", info)
    fonts = subprocess.run(["pdffonts", str(two[0])], capture_output=True, text=True).stdout.split("\n")[2:]
    suite.check(all(re.search(r" yes yes yes ", line) for line in fonts if line), "every face is embedded", fonts)
    dinh(data, "--now", NOW, "document", "render", "--form", "petition_receipt", "--case", numbers["complaint.first"], "--out",
        out / "a.html")
    page = (out / "a.html").read_text()
    suite.check("<h1>GIẤY BIÊN NHẬN</h1>" in page and "Nguyễn Văn Thử" in page, "the same as HTML")
    wrong = dinh(data, "document", "render", "--form", "petition_receipt", "--case", numbers["complaint.first"], "--out",
        out / "a.pdf", ok=False)
    suite.check(wrong.returncode == 9, "an existing file is not overwritten", wrong.returncode)
    for args in (["--form", "nothing", "--case", numbers["complaint.first"], "--out", out / "n.pdf"],
        ["--form", "guide", "--case", "0", "--out", out / "n.pdf"]):
        suite.check(dinh(data, "document", "render", *args, ok=False).returncode in (2, 3), f"refused: {args[:4]}")


# ---- at the desk ----


def begin(c, path, form):
    page = c.get(path + "/documents")
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)
    got = c.post(path + "/documents", {"csrf": token.group(1) if token else "", "form": form})
    return got.headers["Location"] if got.status == 303 else got


def finish(c, where, **more):
    fields = {**c.get(where).fields(where), "action": "issue", **more}
    return c.post(where, fields)


def code_of(c, where):
    return re.search(r'/verify/([0-9A-Z]{12})"', c.get(where).text).group(1)


def desk(server, path):
    c = Client(server.port)
    c.sign_in("lanhdao")
    where = begin(c, path, "complaint_accept")
    draft = c.get(where)
    suite.check("DỰ THẢO" in draft.words and "Nguyễn Văn Thử" in draft.words, "a draft with its preview")
    suite.equal(c.get(where + "/pdf").status, 404, "a draft has no PDF that is kept")
    wrong = finish(c, where, signer="receiver")
    suite.equal(wrong.status, 422, "a capacity that the form does not have")
    got = finish(c, where, signer="chair", signer_name="Dương Đức Dũng", **{"a-more": "Mời ông đến làm việc.\nMang theo <giấy tờ>."})
    suite.equal(got.status, 303, "issued")
    suite.equal(finish(c, where).status, 409, "what was issued is not issued again")
    one = c.get(where + "/pdf")
    suite.equal((one.status, one.headers["Content-Type"]), (200, "application/pdf"), "its PDF")
    paper = room("one") / "one.pdf"
    paper.write_bytes(one.body)
    words = text_of(paper)
    suite.check("Số: 01/TB-UBND" in words and "Mang theo <giấy tờ>." in words and "Dương Đức Dũng" in words,
                "number, text and signer", words)
    suite.equal(c.get(where + "/pdf").body, one.body, "the same bytes again")
    seen = [address[address.index("/verify/"):] for address in codes_in(paper)]
    suite.equal(seen, ["/verify/" + code_of(c, where)], "a reader finds the code on the sheet")
    page = c.get(where)
    suite.check("Mang theo &lt;giấy tờ&gt;." in page.text, "escaped in HTML")
    suite.check(hashlib.sha256(one.body).hexdigest() in page.text, "the digest is the file's")
    check(server, c, where, one.body)
    others(server, where, path)
    ends(server, c, where)


def check(server, c, where, pdf):
    code = code_of(c, where)
    v = Client(server.port)
    page = v.get(f"/verify/{code}")
    suite.check(page.status == 200 and "01/TB-UBND" in page.words and "đang có giá trị" in page.words, "anybody can check it")
    suite.check("Nguyễn Văn Thử" not in page.text and "thu hồi đất" not in page.text, "and learns nothing of it")
    suite.equal(v.get(f"/verify?code={code.lower()[:4]}-{code[4:]}").status, 303, "as it is typed")
    for body, wanted in ((pdf, "giống hệt"), (pdf + b" ", "KHÔNG giống")):
        fields = {**v.get("/verify").fields("/verify"), "code": code, "hash": ""}
        got = v.post("/verify", fields, [("file", "a.pdf", body)])
        suite.check(wanted in got.words, f"a file compared: {wanted}", got.words[:300])
    fields = {**v.get("/verify").fields("/verify"), "code": code, "hash": hashlib.sha256(pdf).hexdigest().upper()}
    suite.check("giống hệt" in v.post("/verify", fields, []).words, "a digest compared")
    fields["hash"] = "xyz"
    suite.equal(v.post("/verify", fields, []).status, 422, "not a digest")
    for bad in ("0" * 12, "A" * 11, "%00", "..", "<script>", "%27%20OR%201=1--", "ZZZZZZZZZZZZ", "é" * 12, "U" * 12, "a" * 300):
        raw = bad if "%" in bad else html.escape(bad).replace("é", "%C3%A9").replace(";", "").replace("&", "")
        suite.check(v.get(f"/verify/{raw}").status in (400, 404), f"code {bad[:16]!r}")
    cli = dinh(server.data if hasattr(server, "data") else DATA, "--format", "json", "document", "verify", code)
    suite.check('"state":"issued"' in cli.stdout and hashlib.sha256(pdf).hexdigest() in cli.stdout, "by command too", cli.stdout)


def others(server, where, path):
    far = Client(server.port)
    far.sign_in("noikhac")
    for address in (where, where + "/pdf", where + "/print", path + "/documents"):
        suite.equal(far.get(address).status, 404, f"another office: {address}")
    nobody = Client(server.port)
    suite.check(nobody.get(where).status in (303, 403, 404), "nobody signed in")
    suite.check(nobody.get(where.replace("/desk/", "/track/")).status in (303, 403, 404), "without a tracking code")
    looks = Client(server.port)
    looks.sign_in("giamsat")
    suite.equal(looks.get(where).status, 200, "a supervisor reads")
    token = re.search(r'name="csrf" value="([^"]+)"', looks.get("/").text)
    got = looks.post(where, {"csrf": token.group(1) if token else "", "action": "revoke", "reason": "không"})
    suite.check(got.status in (403, 404), "and changes nothing", got.status)


def ends(server, c, where):
    fields = {**c.get(where).fields(where), "action": "correct"}
    new = c.post(where, fields).headers["Location"]
    suite.check(new != where and "Mời ông đến làm việc" in c.get(new).text, "a replacement begins with what was typed")
    suite.equal(finish(c, new, signer="deputy").status, 303, "and is issued")
    v = Client(server.port)
    page = v.get("/verify/" + code_of(c, where))
    suite.check("thay thế" in page.words and "02/TB-UBND" in page.words, "the old one says what took its place", page.words[:400])
    suite.equal(c.post(new, {**c.get(new).fields(new), "action": "revoke", "reason": " "}).status, 422, "revoking needs a reason")
    suite.equal(c.post(new, {**c.get(new).fields(new), "action": "revoke", "reason": "Sai tên"}).status, 303, "revoked")
    page = v.get("/verify/" + code_of(c, new))
    suite.check("thu hồi" in page.words and "Sai tên" not in page.text, "and everybody can see so")
    register = c.get("/desk/documents?q=thu+hoi+dat").words
    suite.check("01/TB-UBND" in register and "02/TB-UBND" in register, "both stand in the register")
    suite.check("01/TB-UBND" not in c.get("/desk/documents?q=khong+co+gi").words, "what is not searched is not found")
    rows = list(csv.reader(c.get("/desk/documents/register.csv?year=2026").text.splitlines()))
    suite.check(rows[0][0] == "number" and {"01/TB-UBND", "02/TB-UBND"} <= {r[0] for r in rows}, "as CSV", rows)


# ---- her own, and the denouncer's ----


def hers(server):
    she = Client(server.port)
    got = she.submit("Xin xem lại quyết định", "Tôi không đồng ý với quyết định.", kind="complaint.first", name="Phạm Thị Tra")
    c = Client(server.port)
    c.sign_in("lanhdao")
    path = c.find(got.number)
    where = begin(c, path, "petition_receipt")
    inside = begin(c, path, "complaint_minutes")
    suite.equal(finish(c, where).status, 303, "a receipt, signed by hand")
    suite.equal(finish(c, inside).status, 303, "minutes for the office")
    fields = {**she.get("/track").fields("/track"), "code": got.code}
    she.post("/track", fields, follow=True)
    page = she.get("/track/documents")
    suite.check("Giấy biên nhận đơn" in page.words and "Biên bản" not in page.words, "she sees what was issued to her, no more",
        page.words[:300])
    href = re.search(r'href="(/track/documents/\d+/\d+)"', page.text).group(1)
    suite.check("Phạm Thị Tra" in she.get(href).words, "as a page")
    suite.equal(she.get(href + "/pdf").body[:5], b"%PDF-", "and as PDF")
    mine = inside.replace("/desk/", "/track/")
    suite.equal(she.get(mine).status, 404, "not the office's own")
    suite.equal(she.get(re.sub(r"/\d+$", "/1", mine)).status, 404, "nor another person's")


def sealed(server, data, path):
    c = Client(server.port)
    c.sign_in("lanhdao")
    notice = begin(c, path, "denunciation_notice")
    suite.equal(finish(c, notice, signer="chair", **{"a-contents": "nội dung riêng của đơn tố cáo này"}).status, 303,
        "a notice to the denouncer")
    suite.check(NAME in c.get(notice).words, "names her")
    accused = begin(c, path, "denunciation_notice_accused")
    leak = finish(c, accused, signer="chair", **{"a-contents": f"Theo đơn của bà {NAME.upper()}"})
    suite.check(leak.status == 422 and "người tố cáo" in leak.words, "what would name her is not issued", leak.status)
    suite.equal(finish(c, accused, signer="chair", **{"a-contents": "Nội dung chung"}).status, 303, "without her it is")
    suite.check(NAME not in c.get(accused).words, "and does not name her")
    looks = Client(server.port)
    looks.sign_in("giamsat")
    suite.equal(looks.get(notice).status, 404, "who may not know her does not see what names her")
    suite.check(NAME not in looks.get("/desk/documents").text and "Nhận tiền" not in looks.get("/desk/documents").text,
        "the register is neutral")
    for login in ("giaiquyet", "giamsat"):
        other = Client(server.port)
        other.sign_in(login)
        rows = list(csv.reader(other.get("/desk/documents/register.csv").text.splitlines()))[1:]
        hidden = [r for r in rows if r[0] == "03/TB-UBND"]
        suite.equal([r[2:5] for r in hidden], [["", "", ""]], f"{login}: that a number was given, and no more")
    page = Client(server.port).get("/verify/" + code_of(c, notice))
    found = page.text.split('aria-labelledby="found-h"')[1].split("</section>")[0]
    suite.check(NAME not in page.text and "tố cáo" not in found.lower(), "nor does the check say what it is", found[:500])
    needles = [NAME.encode(), "nội dung riêng của đơn tố cáo này".encode()]
    for f in sorted(data.rglob("*")):
        if f.is_file() and f.name != "cases.csv":
            body = f.read_bytes()
            suite.check(not any(n in body for n in needles), f"nothing of it in {f.name}")


# ---- numbers ----


def numbers_of(c):
    rows = list(csv.reader(c.get("/desk/documents/register.csv").text.splitlines()))[1:]
    return sorted(int(r[0].split("/")[0]) for r in rows if r[0].endswith("/QĐ-UBND"))


def many_hands(server, path, each=6, hands=5):
    def work():
        c = Client(server.port)
        c.sign_in("lanhdao")
        for _ in range(each):
            try:
                where = begin(c, path, "complaint_verify")
                finish(c, where, signer="chair")
            except (OSError, AttributeError, TypeError):
                return  # the server was killed
            except Exception:
                return
    threads = [threading.Thread(target=work) for _ in range(hands)]
    for t in threads:
        t.start()
    return threads


def without_gaps(data, path):
    with Server(data, "--rate", "-1") as server:
        for t in many_hands(server, path):
            t.join()
        c = Client(server.port)
        c.sign_in("lanhdao")
        suite.equal(numbers_of(c), list(range(1, 31)), "thirty decisions by five hands: 1 to 30")
    server = Server(data, "--rate", "-1")
    threads = many_hands(server, path, each=40)
    threading.Event().wait(1.5)
    server.kill()
    for t in threads:
        t.join()
    with Server(data, "--rate", "-1") as server:
        c = Client(server.port)
        c.sign_in("lanhdao")
        got = numbers_of(c)
        suite.check(len(got) > 30 and got == list(range(1, len(got) + 1)), "after a kill there is no gap", got[-5:])
        rows = list(csv.reader(c.get("/desk/documents/register.csv").text.splitlines()))[1:]
        newest = next(r for r in rows if r[0].endswith("/QĐ-UBND"))
        page = Client(server.port).get("/verify/" + newest[7])
        suite.check(newest[8] in page.text, "the last one before it is whole")
    suite.equal(dinh(data, "check", ok=False).returncode, 0, "the database is sound")


def main():
    global DATA
    DATA = data = make()
    with Server(data, "--rate", "-1") as server:
        server.data = data
        c = Client(server.port)
        c.sign_in("lanhdao")
        found = {}
        for path in re.findall(r'href="(/desk/cases/\d+/\d+)"', c.get("/desk?view=all").text):
            page = c.get(path)
            number = re.search(r"<h1>\s*([\w.-]+)", page.text).group(1)
            kind = next((k for k, w in (("denunciation", "Tố cáo"), ("recommendation", "Kiến nghị"), ("complaint.first",
                "Khiếu nại lần đầu"))
                         if w in page.text.split("</h1>")[1][:200]), None)
            found.setdefault(kind, (number, path))
        desk(server, found["complaint.first"][1])
        hers(server)
        sealed(server, data, found["denunciation"][1])
    without_gaps(data, found["complaint.first"][1])
    if tool("pdftotext"):
        golden(data, {k: v[0] for k, v in found.items()})
    else:
        suite.skip("pdftotext is not installed")
    return suite.end()


if __name__ == "__main__":
    sys.exit(main())
