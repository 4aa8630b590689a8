#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""What leaves as a file: each cell of the workbooks equals that of the JSON, headings are merged as the law's form has
them, papers hold the same figures, nothing hostile comes through, the same bytes twice."""
import csv
import io
import json
import re
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import BIN, Suite, dinh, room  # noqa: E402

suite = Suite()
NOW = "2026-11-20T09:00:00+07:00"
OF = ["--unit", "202510005601", "--subtree", "--period", "2026-H1"]
OF_ITSELF = ["--unit", "202510005601", "--period", "2026-H1"]
HEADS = 5  # rows above the headings


def raw(data, *args):
    return subprocess.run([BIN, "--data", str(data), "--now", NOW, *args], capture_output=True, check=True).stdout


def well_formed(packed, what):
    """Every part of the zip is XML that a parser takes."""
    with zipfile.ZipFile(io.BytesIO(packed)) as z:
        for name in z.namelist():
            if name.endswith((".xml", ".rels")):
                try:
                    ET.fromstring(z.read(name))
                except ET.ParseError as bad:
                    suite.check(False, what, f"{name}: {bad}")
                    return
            suite.check(not re.search(r"(^/|\.\.)", name), what + ": names", name)
    suite.check(True, what)


def cells_equal(sheet, form):
    """Numbers row, offices, total: as the JSON has them."""
    numbers = next(row for row in range(HEADS, 20) if sheet.cell(row, 2).value and str(sheet.cell(row, 2).value).split("=")[0] == "1")
    columns = sorted(map(int, form["total"]))
    wrong = []
    for k in columns:
        if int(str(sheet.cell(numbers, k + 1).value).split("=")[0]) != k:
            wrong.append(("number", k))
    rows = [(r["name"], r["cells"]) for r in form["rows"]] + [("Tổng số", form["total"])]
    for i, (name, cells) in enumerate(rows, 1):
        if sheet.cell(numbers + i, 1).value != name:
            wrong.append((name, sheet.cell(numbers + i, 1).value))
        wrong += [(name, k) for k in columns if sheet.cell(numbers + i, k + 1).value != cells[str(k)]]
    return wrong, numbers


def workbook(data, want):
    sys.path.append("/usr/lib/python3/dist-packages")  # Debian's, when another Python runs this
    try:
        import openpyxl
    except ImportError:
        suite.skip("openpyxl is not there")
        return
    one = raw(data, "review", "compute", *OF, "--form", "all", "--format", "xlsx")
    suite.check(one == raw(data, "review", "compute", *OF, "--form", "all", "--format", "xlsx"), "xlsx: the same bytes twice")
    well_formed(one, "xlsx: XML")
    book = openpyxl.load_workbook(io.BytesIO(one))
    suite.equal(len(book.sheetnames), len(want), "xlsx: a sheet a form")
    for sheet, (name, form) in zip(book, want.items()):
        wrong, numbers = cells_equal(sheet, form)
        suite.check(not wrong, f"xlsx {name}: each cell as in the JSON", wrong[:5])
        suite.equal((sheet.page_setup.orientation, sheet.page_setup.fitToWidth or 1), ("landscape", 1), f"xlsx {name}: printed across")
        suite.equal(sheet.print_title_rows, f"$6:${numbers}", f"xlsx {name}: headings repeat")
        if not name.startswith("DC"):
            spans = [r for r in sheet.merged_cells.ranges if r.max_col > r.min_col and r.min_row > HEADS]
            suite.check(spans, f"xlsx {name}: merged headings")
    merged = {str(r): book["02-XLD"].cell(r.min_row, r.min_col).value for r in book["02-XLD"].merged_cells.ranges}
    suite.equal((merged.get("G6:W6"), merged.get("G7:L7"), merged.get("B6:B9")),
                ("Số đơn thuộc thẩm quyền", "Khiếu nại", "Tổng số đơn"), "xlsx 02/XLD: the Circular's headings")
    suite.equal(book["02-XLD"]["G10"].value, "6=7+8=9+10+11", "xlsx 02/XLD: the line of numbers says the sums")


def paper(data, want):
    one = raw(data, "review", "compute", *OF, "--form", "02/XLD", "--format", "pdf")
    suite.check(one == raw(data, "review", "compute", *OF, "--form", "02/XLD", "--format", "pdf"), "pdf: the same bytes twice")
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=one, capture_output=True, check=True).stdout.decode()
    pages = text.rstrip("\f").split("\f")
    suite.check("Biểu số: 02/XLD" in pages[0] and "THỦ TRƯỞNG ĐƠN VỊ" in pages[-1], "pdf: what stands around the table")
    suite.check(len(pages) > 1 and all("Khiếu nại" in p for p in pages), "pdf: headings on each page", len(pages))
    total = want["02/XLD"]["total"]
    line = [x.replace(".", "") for x in pages[-1].split("Tổng số")[-1].split()[:25]]
    suite.equal(line, [str(total[str(k)] or "-") for k in range(1, 26)], "pdf: the line of totals")


def lines_of(data, *more):
    return json.loads(raw(data, "review", "text", *OF, "--format", "json", *more))


def text(data, want):
    """The text of a review: figures that are the forms' own, what a person writes, and papers that others can open."""
    told = lines_of(data)
    suite.check(told["missing"] > 5 and told["report"] == "petitions", "text: sections to be written are counted", told["missing"])
    say = next(x for x in told["lines"] if x["figures"])
    for place in say["figures"]:
        figure = f"{want[place['form']]['total'][str(place['column'])]:,}".replace(",", ".")
        suite.check(figure in say["text"], f"text: the figure of {place} stands in its sentence", say["text"])
    suite.check(all("{" not in x["text"] for x in told["lines"]), "text: every place is filled in")
    section = next(x["id"] for x in told["lines"] if x["kind"] == "write")
    body = data.parent / "section.txt"
    body.write_text("Tình hình ổn định <b>&\n\nĐoạn thứ hai.", "utf-8")
    write = ("review", "write", *OF_ITSELF, "--section", section, "--author", "Lê Thị Viết", "--text", body)
    raw(data, *write)
    raw(data, *write)  # the same again adds nothing
    line = next(x for x in lines_of(data)["lines"] if x["id"] == section)
    suite.equal((line["author"], line["times"], line["body"].split()[0]), ("Lê Thị Viết", 1, "Tình"), "text: what was written, once")
    suite.equal(lines_of(data)["missing"], told["missing"] - 1, "text: one section less is missing")
    suite.equal(dinh(data, *write[:-5], "made_up", *write[-4:], ok=False).returncode, 3, "text: no such section")
    suite.equal(dinh(data, *write[:-1], data.parent / "nothing.txt", ok=False).returncode != 0, True, "text: no such file")
    for report in ("petitions", "democracy"):
        for lang in ("vi", "fr", "en"):
            packed = raw(data, "review", "text", *OF, "--report", report, "--lang", lang, "--format", "odt")
            book = zipfile.ZipFile(io.BytesIO(packed))
            first = book.infolist()[0]
            kind = (first.filename, first.compress_type, book.testzip())
            suite.equal(kind, ("mimetype", zipfile.ZIP_STORED, None), f"odt {lang}: its kind first")
            for name in book.namelist():
                if name.endswith(".xml"):
                    ET.fromstring(book.read(name))
            suite.check("<b>" not in book.read("content.xml").decode(), f"odt {lang}: what was written is text")
    paper = raw(data, "review", "text", *OF, "--format", "pdf")
    words = subprocess.run(["pdftotext", "-layout", "-", "-"], input=paper, capture_output=True, check=True).stdout.decode()
    suite.check("BÁO CÁO" in words and "Đoạn thứ hai" in words and "CỘNG HÒA" in words, "pdf: the text in its layout", words[:300])


HOSTILE = "=cmd|' /C calc'!A0 <b>&\"'"
OLD = "office,procedure,received,title,body,petitioner,name,address,phone\n"


def register(data):
    """The register as a list: each matter once, in any of three formats, no names, no formula, nothing of sealed ones."""
    office = sqlite3.connect(data / "dinh.db").execute("SELECT MIN(office_id) FROM cases WHERE office_id % 100 = 1").fetchone()[0]
    rows = io.StringIO()
    csv.writer(rows, lineterminator="\n").writerow(
        [office, "recommendation", "2026-07-06", HOSTILE, "Nội dung", "individual", "Đỗ Tuyệt Mật", "Khu phố 1", "0901234567"])
    old = data.parent / "old.csv"
    old.write_text(OLD + rows.getvalue(), "utf-8")
    dinh(data, "import", "cases", old)
    db = sqlite3.connect(data / "dinh.db")
    want = sorted(r[0] for r in db.execute("SELECT number FROM cases"))
    sealed = {r[0] for r in db.execute("SELECT number FROM cases WHERE sealed <> 0")}
    got = {}
    for kind in ("xlsx", "csv", "json"):
        path = data.parent / f"list.{kind}"
        path.unlink(missing_ok=True)
        ask = ("export", "cases", "--unit", "202510005601", "--subtree", "--format", kind, "--out", path)
        dinh(data, *ask)
        suite.check(dinh(data, *ask, ok=False).returncode not in (0, 2), f"list {kind}: a file that is there is left alone")
        suite.equal(path.stat().st_mode & 0o777, 0o600, f"list {kind}: for its owner only")
        got[kind] = path.read_bytes()
    lists = {"csv": list(csv.DictReader(io.StringIO(got["csv"].decode("utf-8-sig")))),
             "json": [json.loads(line) for line in got["json"].decode().splitlines()]}
    for kind, rows in lists.items():
        suite.equal(sorted(r["number"] for r in rows), want, f"list {kind}: each matter once")
        suite.check(all(not r["title"] for r in rows if r["number"] in sealed) and sealed, f"list {kind}: of sealed matters no title")
    suite.equal([r["title"] for r in lists["csv"] if "calc" in r["title"]], ["'" + HOSTILE], "list csv: no formula")
    suite.equal([{k: v.lstrip("'") for k, v in r.items()} for r in lists["csv"]],
                [{k: v.lstrip("'") for k, v in r.items()} for r in lists["json"]], "list: CSV and JSON hold the same")
    for kind, text in got.items():
        suite.check("Tuyệt Mật".encode() not in text, f"list {kind}: no names")
    well_formed(got["xlsx"], "list xlsx: XML")
    book(got["xlsx"], lists["json"])
    days(data, lists["json"])


def book(packed, want):
    try:
        import openpyxl
    except ImportError:
        suite.skip("openpyxl is not there")
        return
    sheet = openpyxl.load_workbook(io.BytesIO(packed), read_only=True).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    suite.equal(rows[0][:3], ("Cơ quan", "Số hồ sơ", "Trích yếu"), "list xlsx: its head")
    suite.equal([[c or "" for c in (r[1], r[2], r[8], r[9])] for r in rows[1:]],
                [[w["number"], w["title"], w["received"], w["due"]] for w in want], "list xlsx: the same rows")


def days(data, every):
    """Only those received between two days; what is asked wrongly leaves no file."""
    path = data.parent / "days.json"
    path.unlink(missing_ok=True)
    ask = ("export", "cases", "--unit", "202510005601", "--subtree", "--format", "json")
    dinh(data, *ask, "--from", "2026-01-01", "--to", "2026-03-31", "--out", path)
    some = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    suite.check(some and some == [r for r in every if "2026-01-01" <= r["received"] <= "2026-03-31"], "list: between two days", len(some))
    none = data.parent / "none.json"
    for wrong, code in ((("--from", "2026-04-01", "--to", "2026-03-31", "--out", none), 2), (("--format", "doc", "--out", none), 2),
                        (("--lang", "xx", "--out", none), 2), ((), 2), (("--unit", "2025:99999", "--out", none), 3)):
        suite.equal(dinh(data, *ask, *wrong, ok=False).returncode, code, f"list: {wrong[:2]} is refused")
        suite.check(not none.exists(), f"list: {wrong[:2]} leaves no file")
    suite.equal(dinh(data, *ask, "--out", "/dev/full/x", ok=False).returncode, 9, "list: a place that cannot be written")


def main():
    data = room("exports") / "data"
    dinh(data, "init", "--demo", "--cases", "300")
    want = json.loads(raw(data, "review", "compute", *OF, "--form", "all", "--format", "json"))["forms"]
    workbook(data, want)
    paper(data, want)
    text(data, want)
    register(data)
    suite.end()


if __name__ == "__main__":
    main()
