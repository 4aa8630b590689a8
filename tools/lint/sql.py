# SPDX-License-Identifier: AGPL-3.0-or-later
"""SQL stands in store files, as literals; tables are keyed by office; nothing happens behind a statement's back."""
import re

from .source import Offence, is_test, line_of, unquote

STORE_FILE = re.compile(r"src/platform/store/[^/]+|src/.*_store\.c")
LOOKS_LIKE_SQL = re.compile(r"^\s*(?:SELECT\s+\S.*\sFROM\s|INSERT\s+(?:OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|"
                            r"DELETE\s+FROM\s|CREATE\s+(?:UNIQUE\s+)?(?:TABLE|INDEX|VIEW|TRIGGER)\s|"
                            r"WITH\s+\w+\s+AS\s*\(|PRAGMA\s)", re.I)
TABLE = re.compile(r"\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?[\"`]?(\w+)[\"`]?\s*\(", re.I)
UNIQUE_INDEX = re.compile(r"\bCREATE\s+UNIQUE\s+INDEX\s+(?:IF\s+NOT\s+EXISTS\s+)?\w+\s+ON\s+(\w+)\s*\(\s*(\w+)", re.I)
TRIGGER = re.compile(r"\bCREATE\s+(?:TEMP\w*\s+)?TRIGGER\b", re.I)
REFERENCE_LIST = "src/app/reference_tables.txt"


def literals(tree):
    """SQL( only with a literal and only in store files; no SQL in other strings."""
    for f in tree.c_files():
        in_store = STORE_FILE.fullmatch(f.path) or is_test(f.path)
        tokens = f.tokens
        for i, t in enumerate(tokens):
            if t.text == "SQL" and i + 1 < len(tokens) and tokens[i + 1].text == "(":
                yield from one_literal(f, tokens, i, in_store)
            elif t.text == "struct" and [x.text for x in tokens[i + 1:i + 4]] == ["sql", ")", "{"]:
                yield Offence(f.path, t.line, "a struct sql is made by SQL(\"literal\") only")
            elif t.kind == "string" and not in_store and LOOKS_LIKE_SQL.match(unquote(t)):
                yield Offence(f.path, t.line, "SQL outside a *_store.c file")


def named_literals(f):
    """Names that this very file defines as string literals: the columns that several statements share."""
    text = f.text.replace("\\\n", " ")
    return {m.group(1) for m in re.finditer(r'^#define ([A-Z][A-Z0-9_]*)[ \t]+((?:"(?:[^"\\]|\\.)*"\s*)+)$', text, re.M)}


def one_literal(f, tokens, i, in_store):
    if not in_store:
        yield Offence(f.path, tokens[i].line, "SQL() outside a *_store.c file")
    named = named_literals(f)
    j = i + 2
    while j < len(tokens) and (tokens[j].kind == "string" or tokens[j].text in named):
        j += 1
    if j == i + 2 or tokens[j].text != ")":
        yield Offence(f.path, tokens[i].line, "SQL() takes a string literal and nothing else")


def reference_tables(tree):
    names = {}
    for n, line in enumerate(tree.files.get(REFERENCE_LIST, "").splitlines(), 1):
        line = line.strip()
        if line and not line.startswith("#"):
            name, _, why = line.partition(" ")
            names[name] = (n, why.strip())
    return names


def schema(tree):
    known = reference_tables(tree)
    for name, (n, why) in known.items():
        if not why:
            yield Offence(REFERENCE_LIST, n, f"{name} is listed without a reason")
    for path in tree.paths(r"src/.*\.sql"):
        text = re.sub(r"--[^\n]*|/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group(0)), tree.files[path], flags=re.S)
        yield from one_schema(path, text, set(known))


def one_schema(path, text, references):
    for m in TRIGGER.finditer(text):
        yield Offence(path, line_of(text, m.start()), "no triggers: what happens stands in a command")
    for m in UNIQUE_INDEX.finditer(text):
        if m.group(1).lower() not in references and m.group(2).lower() != "office_id":
            yield Offence(path, line_of(text, m.start()), f"unique index on {m.group(1)} does not start with office_id")
    for m in TABLE.finditer(text):
        name = m.group(1).lower()
        if name not in references:
            for part, at in parts(text, m.end()):
                yield from one_part(path, line_of(text, at), name, part, references)


def parts(text, at):
    """(text, place) of what stands between the commas of a table's brackets."""
    depth, start = 1, at
    for i in range(at, len(text)):
        c = text[i]
        depth += (c == "(") - (c == ")")
        if depth == 0 or (c == "," and depth == 1):
            part = text[start:i]
            yield part.strip(), start + len(part) - len(part.lstrip())
            start = i + 1
        if depth == 0:
            return


def one_part(path, line, table, part, references):
    key = re.match(r"(?:CONSTRAINT\s+\w+\s+)?(PRIMARY\s+KEY|UNIQUE|FOREIGN\s+KEY)\s*\(\s*(\w+)", part, re.I)
    target = re.search(r"\bREFERENCES\s+(\w+)", part, re.I)
    if target and target.group(1).lower() in references:
        return  # a reference table is on every node
    if key:
        if key.group(2).lower() != "office_id":
            yield Offence(path, line, f"{key.group(1).upper()} of {table} does not start with office_id")
        return
    column = re.search(r"\b(PRIMARY\s+KEY|UNIQUE|REFERENCES)\b", part, re.I)
    name = part.split(None, 1)[0].lower() if part else ""
    if column and not (name == "office_id" and column.group(1).upper() != "REFERENCES"):
        yield Offence(path, line, f"{column.group(1).upper()} of {table}.{name} does not start with office_id")
