# SPDX-License-Identifier: AGPL-3.0-or-later
"""Text for people stands in the catalogues, law in the rules: neither in C nor in templates."""
import csv
import io
import re

from .source import Offence, is_test, line_of, unquote

# Letters beyond ASCII: what Vietnamese and French are written with, precomposed or as combining marks.
FOREIGN = re.compile(r"[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0300-\u036f\u1e00-\u1eff]")
ESCAPED = re.compile(r"\\x[cCeE][0-9a-fA-F]\\x|\\u[01][0-9a-fA-F]{3}")
BYTE_ORDER_MARK = r"\xef\xbb\xbf"
LAW = re.compile(r"\b(?:Article|Dieu|Luat|Nghi dinh|Thong tu|khoan)\s+\d|\b\d+/\d{4}/[A-Z]{2}\d*\b|"
                 r"\b(?:QH1\d|ND-CP|TT-TTCP)\b")
PEOPLE_ATTRIBUTES = ("title", "alt", "placeholder", "aria-label", "aria-description", "aria-roledescription",
                     "aria-valuetext", "label", "summary", "content")
ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)((?:\"[^\"]*\"|'[^']*'|[^<>\"'])*)>", re.S)
NAMES = re.compile(r"\bDinh\b|\bAGPL-3\.0\b")


def c_literals(tree):
    for f in tree.c_files(tests=False):
        for t in f.tokens:
            if t.kind == "string" and (FOREIGN.search(t.text) or ESCAPED.search(t.text.replace(BYTE_ORDER_MARK, ""))):
                yield Offence(f.path, t.line, f"text for people in C: {t.text[:50]}")


def law(tree):
    for f in tree.c_files(tests=False):
        for t in f.tokens:
            if t.kind == "string" and LAW.search(unquote(t)):
                yield Offence(f.path, t.line, f"law in C: {t.text[:50]} (it belongs to rules/)")


# What a pack names in each table, and names that are of its own making.
NAMED = {"procedures": ("id", "kind"), "states": ("id",), "steps": ("action",), "limits": ("id", "step"), "grounds": ("id",),
         "subjects": ("id",), "decisions": ("id",), "criteria": ("id",), "forms": ("id",), "print_forms": ("id",),
         "print_signers": ("id",), "warnings": ("id",), "periods": ("id",)}


def names_of_pack(tree):
    """name -> table.column, for all that rules/vn names; but the words of the tables that the program itself knows, which
    rules/README.md explains. What a procedure is called is never such a word."""
    names, known = {}, set(re.findall(r"[\w./]+", tree.files.get("rules/README.md", "")))
    for table, columns in NAMED.items():
        for row in csv.DictReader(io.StringIO(tree.files.get(f"rules/vn/{table}.csv", ""))):
            for column in columns:
                for name in (row.get(column) or "").split():
                    if name not in known or table == "procedures":
                        names.setdefault(name, f"{table}.{column}")
    return names


def pack(tree):
    """The program works by any pack: what one pack calls a procedure, a step, a state or a form is not for C to know."""
    names = names_of_pack(tree)
    for f in tree.c_files(tests=False):
        if "/demo" in f.path:
            continue  # the demonstration plays one country's year
        for t in f.tokens:
            if t.kind == "string" and unquote(t) in names:
                yield Offence(f.path, t.line, f"\"{unquote(t)}\" is {names[unquote(t)]} of rules/vn: C knows no pack")


def keep_lines(m):
    return re.sub(r"[^\n]", " ", m.group(0))


def templates(tree):
    for path in tree.paths(r"src/.*\.html"):
        if is_test(path):
            continue
        raw = tree.files[path]
        code = re.sub(r"\{\{#.*?\}\}", keep_lines, raw, flags=re.S)
        if FOREIGN.search(code):
            yield Offence(path, line_of(code, FOREIGN.search(code).start()), "letters beyond ASCII: use {{t \"…\"}}")
        # Each statement becomes one mark of its own length and lines: it may hold quotes and `>`.
        code = re.sub(r"\{\{.*?\}\}", lambda m: "\x01" + keep_lines(m)[1:], code, flags=re.S)
        code = re.sub(r"<!--.*?-->|<!doctype[^>]*>", keep_lines, code, flags=re.S | re.I)
        code = re.sub(r"(<(script|style|kbd)\b[^>]*>).*?</\2>", lambda m: keep_lines(m), code, flags=re.S | re.I)
        yield from attributes(path, code)
        yield from nodes(path, code)


def attributes(path, code):
    for tag in TAG.finditer(code):
        for m in ATTRIBUTE.finditer(tag.group(3)):
            name, value = m.group(1).lower(), m.group(2)[1:-1]
            if name == "content" and tag.group(2).lower() == "meta" and not re.search(
                    r"name\s*=\s*.description", tag.group(3)):
                continue
            if name == "value" and not re.search(r"type\s*=\s*.(?:submit|button|reset)", tag.group(3)):
                continue
            if name in PEOPLE_ATTRIBUTES + ("value",) and letters(value):
                yield Offence(path, line_of(code, tag.start()), f"text for people in {name}=\"{value[:40]}\"")


def nodes(path, code):
    text = TAG.sub(keep_lines, code)
    for n, line in enumerate(text.splitlines(), 1):
        if letters(line):
            yield Offence(path, n, f"text for people: {' '.join(line.replace(chr(1), ' ').split())[:50]}")


def letters(s):
    s = re.sub(r"&#?\w+;", " ", s)
    return re.search(r"[^\W\d_]", NAMES.sub(" ", s))
