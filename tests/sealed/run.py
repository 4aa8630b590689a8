#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sealed side, seen from outside: who denounced, and what a petition held before it turned out to be a denunciation,
stand in no file of the data directory, no log and no backup."""
import base64
import re
import sys
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import ABOVE, OFFICE, Client, Server, Suite, database, dinh, files_of, pdf, room, user_add  # noqa: E402

suite = Suite()


def forms_of(word):
    """A word as it would stand in a file: plain, UTF-16, base64 at each offset, hex, percent-encoded."""
    plain = word.encode()
    out = {plain, word.encode("utf-16-le"), plain.hex().encode(), plain.hex().upper().encode(), urllib.parse.quote(word).encode()}
    for at in range(3):
        whole = base64.b64encode(b"\0" * at + plain)
        out.add(whole[4 if at else 0 : len(whole) - len(whole) % 4 - 4])
    return {x for x in out if len(x) >= 8}


def said_in(data, words):
    """Files below the directory that hold a word in any form."""
    forms = {form for word in words for form in forms_of(word)}
    return [f.as_posix() for f in files_of(data) if any(form in f.read_bytes() for form in forms)]


def identity(base):
    """Who denounced stands in no file: not after handing in, a wrong and a right opening, nor in a backup or a log."""
    one = base / "vault"
    dinh(one, "init")
    name, phone, secret = "Pi Năng Thị Kín Đáo", "0907654321", "một câu dài khó đoán của "
    reason, marked = "Xác minh lời tố cáo theo kế hoạch", "Tôi là kế toán Zurvanita của chính cơ quan ấy"
    for login in ("giu.a", "giu.b"):
        user_add(one, login, "leader")
    with Server(one, now="2026-07-15T08:00:00+07:00") as server:
        Client(server.port).submit("Đơn trước khi có khóa", "Cán bộ nhận tiền của năm hộ dân trong tháng.", kind="denunciation",
                                   name=name, phone=phone)
    for login in ("giu.a", "giu.b"):
        said = dinh(one, "holders", "add", login, "--office", OFFICE, stdin=secret + login + "\n").stdout
    suite.equal(said, "sealed to the holders: 1\n", "the second holder brings what the server's key had sealed")
    with Server(one, now="2026-07-15T09:00:00+07:00") as server:
        letter = pdf(b"Kin-Dao-handwriting")
        got = Client(server.port).submit("Cán bộ nhận tiền", "Cán bộ nhận tiền của năm hộ khi làm hồ sơ đất.",
                                         [("own_files", "thu-tay-kin-dao.pdf", letter), ("files", "bien-lai.pdf", pdf(b"receipt"))],
                                         kind="denunciation", name=name, phone=phone, marked=marked)
        boss = Client(server.port)
        boss.sign_in("giu.a")
        path = "/desk/cases/%d/2" % OFFICE
        page = boss.get(path + "/file")
        suite.check("Mở thông tin người tố cáo" in page.text and name not in page.text, "the file has the form, not the name")
        suite.check(name not in boss.get(path).text, "the matter's page has no name")
        fields = page.fields(path + "/open")
        bad = boss.post(path + "/open", dict(fields, reason=reason, secret="một câu hoàn toàn khác"))
        suite.check(bad.status == 403 and name not in bad.text and "không đúng" in bad.text, "a wrong secret opens nothing", bad.status)
        suite.check(secret not in bad.text and reason in bad.text, "the reason is kept, a secret is not")
        good = boss.post(path + "/open", dict(fields, reason=reason, secret=secret + "giu.a"))
        suite.check(good.status == 200 and name in good.text and phone in good.text, "her own secret opens it", good.status)
        suite.check(marked in good.text and "thu-tay-kin-dao.pdf" in good.text, "with what she marked")
        suite.check(marked not in boss.get(path).text and "bien-lai" not in boss.get(path).text, "which the matter's page does not show")
        suite.equal(boss.get("/desk/files/%d/2/2" % OFFICE).body, pdf(b"receipt"), "an attachment that she did not mark is the officials'")
        suite.equal(boss.get("/desk/files/%d/2/1" % OFFICE).status, 403, "one that she marked is not")
        fields_held = good.fields(path + "/held")
        held = boss.post(path + "/held", fields_held)
        suite.check(held.status == 200 and held.body == letter, "a holder who has opened the identity opens it", held.status)
        other = Client(server.port)
        other.sign_in("giu.b")
        csrf = other.get(path + "/file").fields(path + "/open")["csrf"]
        suite.equal(other.post(path + "/held", dict(fields_held, csrf=csrf)).status, 403, "another with the same pass does not")
        suite.equal(boss.post(path + "/held", dict(fields_held, **{"pass": "x" + fields_held["pass"]})).status, 403, "nor a false pass")
        suite.equal(good.headers.get("Cache-Control"), "no-store", "on a page that is kept nowhere")
        suite.check(name not in boss.get(path + "/file").text, "and once only")
        suite.check(reason in boss.get(path).text, "the opening stands in the matter's file with its reason")
        for _ in range(4):
            last = boss.post(path + "/open", dict(fields, reason=reason, secret="một câu hoàn toàn khác"))
        suite.check("đợi" in last.text.lower(), "tries are slowed", last.status)
        log = server.log_text()
    suite.check(got.status == 200 and not any(x in log for x in (name, phone, secret, reason)), "the log says nothing of it")
    dinh(one, "backup", one / "copy.backup")
    words = [name, phone, secret, marked, "Zurvanita", "thu-tay-kin-dao", letter[10:60].decode()]
    suite.equal(said_in(one, words), [], "no file says who denounced, nor a secret")
    found = said_in(one, [reason])
    suite.check(any(f.endswith("copy.backup") for f in found), "the search itself finds what is there, in the backup too")
    dinh(one, "check", "--files")


def wait_for(good, limit_s=20):
    until = time.monotonic() + limit_s
    while time.monotonic() < until:
        if good():
            return True
        time.sleep(0.1)
    return False


WORDS = {
    "name": "Zurvanita Thị Dời",
    "phone": "0912345987",
    "title": "Quylatrom ở trạm bơm",
    "body": "Ông Krixtandu lấy tiền vermilon của bà con",
    "message": "Tôi còn giữ giấy opalizat",
    "answer": "Trạm bơm Nirvandex đã kiểm tra",
    "note": "Ghi chú Xylokarda về người gửi",
    "visit": "Đến trình bày việc Fornaxil",
    "paper": "Wolframite-receipt",
    "file": "bien-nhan-zurvanita",
    "document": "Kính gửi bà, việc Palindrax",
    "neighbour": "Đơn của hàng xóm về Glyptodon",
}


def moved(base):
    """A petition that turns out to be a denunciation leaves no word of itself in any file: not in the register, the search
    index, what was published, drafts, papers, messages, notes, visits, attachments, the log, the register of the office that
    sent it here, nor in a backup made afterwards."""
    one = base / "moved"
    dinh(one, "init")
    for login in ("giu.a", "giu.b"):
        user_add(one, login, "leader")
        dinh(one, "holders", "add", login, "--office", OFFICE, stdin="một câu dài khó đoán của " + login + "\n")
    user_add(one, "can.bo", "reception,settling")
    user_add(one, "tinh", "reception,settling", ABOVE)
    words = WORDS
    paper = pdf(words["paper"].encode())
    with Server(one, "--rate", "-1", now="2026-07-15T09:00:00+07:00") as server:
        she, office, above = Client(server.port), Client(server.port), Client(server.port)
        office.sign_in("can.bo")
        above.sign_in("tinh")
        for serial in range(60):  # others around it, so that pages are shared and split
            Client(server.port).submit(f"{words['neighbour']} {serial}", "Đường làng hỏng nhiều chỗ. " * (serial % 17 + 1), kind="feedback")
        first = she.submit(words["title"], words["body"] + " lấp đầy" * 300, [("files", words["file"] + ".pdf", paper)], kind="feedback",
                           office=ABOVE, name=words["name"], phone=words["phone"])
        far = above.find(first.number)
        above.act(far, "forward", office=str(OFFICE), note=words["note"])
        row = database(one)
        newest = "SELECT case_id, number FROM cases WHERE office_id = ? ORDER BY case_id DESC LIMIT 1"
        at, number = row.execute(newest, (OFFICE,)).fetchone()
        path = f"/desk/cases/{OFFICE}/{at}"
        suite.equal(office.find(number), path, "before: the search finds it")
        she.post("/track", {**she.get("/track").fields("/track"), "code": first.code})
        talk = she.get("/track/talk?office=%d&case=%d" % (OFFICE, at))
        suite.equal(she.post("/track/talk", {**talk.fields("/track/talk"), "text": words["message"]}).status, 303, "she writes")
        subject = re.search(r'<option value="([a-z_.]+)"', office.get(path).text.split('name="subject"')[1]).group(1)
        office.act(path, "accept", subject=subject, note=words["note"])
        decision = re.search(r'<option value="([a-z_.]+)"', office.get(path).text.split('name="decision"')[1]).group(1)
        suite.equal(office.act(path, "draft", text=words["answer"], decision=decision).status, 303, "a draft")
        boss = Client(server.port)
        boss.sign_in("giu.a")
        page = boss.get(path + "/documents")
        csrf = re.search(r'name="csrf" value="([^"]+)"', page.text).group(1)
        where = boss.post(path + "/documents", {"csrf": csrf, "form": "answer_letter"}).headers["Location"]
        fields = boss.get(where).fields(where)
        suite.equal(boss.post(where, {**fields, "a-answer": words["document"], "action": "save"}).status, 303, "a paper")
        token = re.search(r'name="csrf" value="([^"]+)"', office.get("/desk/reception/visit").text).group(1)
        got = office.post("/desk/reception/visit", {"csrf": token, "day": "15/07/2026", "name": words["name"], "phone": words["phone"],
                                                    "people": "1", "content": words["visit"], "case": number})
        suite.equal(got.status, 303, "a visit")
        secrets = [words[k] for k in ("name", "phone", "message", "answer", "note", "visit", "file", "document")]
        secrets += ["Quylatrom", "quylatrom", "Krixtandu", "vermilon", "krixtandu", "opalizat", "Xylokarda", "Fornaxil",
                    "Palindrax", "zurvanita", paper[10:60].decode()]
        before = [w for w in secrets if said_in(one, [w])]
        suite.check(len(before) > len(secrets) - 6, "the search of the files finds what is there", set(secrets) - set(before))
        done = office.act(path, "seal")
        suite.equal((done.status, done.headers["Location"]), (303, path), "it is sealed")
        quiet = lambda: not row.execute("SELECT (SELECT count(*) FROM jobs WHERE kind = 'cases.scrub')"
                                        " + (SELECT count(*) FROM case_leftovers)").fetchone()[0]
        suite.check(wait_for(quiet), "the job that cleans up is done")
        after = {w: said_in(one, [w]) for w in secrets}
        suite.equal({w: f for w, f in after.items() if f}, {}, "no file holds a word of it")
        suite.check(not any(w in server.log_text() for w in secrets), "nor does the log")
        suite.equal(office.find(number), None, "the search does not find it")
        suite.equal(above.get(far).status, 404, "who sent it here does not see it")
        page = office.get(path)
        suite.check("Krixtandu" in page.text and "Tố cáo" in page.text and words["name"] not in page.text,
                    "intake sees the text as a denunciation, not who she is", page.status)
        suite.check("22/07/2026" in page.text or "24/07/2026" in page.text, "with the clock of its day of receipt", page.words[:400])
        suite.equal(office.get(f"/desk/files/{OFFICE}/{at}/1").status, 403, "a scan can show who wrote: not for intake")
        suite.equal(boss.get(f"/desk/files/{OFFICE}/{at}/1").body, paper, "the attachment is whole")
        suite.check(words["message"] in office.get(path + "/talk").text, "so are the messages")
        suite.check("Wolframite" not in office.get("/published").text, "nothing of it is public")
        she.post("/track", {**she.get("/track").fields("/track"), "code": first.code})
        suite.check("Tố cáo" in she.get("/track/matter?office=%d&case=%d" % (OFFICE, at)).text, "her code opens it still")
        file = page.text and boss.get(path + "/file")
        fields = file.fields(path + "/open")
        opened = boss.post(path + "/open", dict(fields, reason="Xác minh lời tố cáo", secret="một câu dài khó đoán của giu.a"))
        suite.check(words["name"] in opened.text and words["phone"] in opened.text, "a holder opens who she is", opened.status)
        suite.check(number in office.get("/desk?view=all").text, "it is in the register")
        row.close()
    dinh(one, "backup", one / "copy.backup")
    after = {w: said_in(one, [w]) for w in secrets}
    suite.equal({w: f for w, f in after.items() if f}, {}, "nor does a backup made afterwards")
    dinh(one, "check", "--files")
    dinh(one, "check", "--recount")


def main():
    base = room("sealed")
    for part in (identity, moved):
        part(base)
    suite.end()


if __name__ == "__main__":
    main()
