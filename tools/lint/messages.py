# SPDX-License-Identifier: AGPL-3.0-or-later
"""The three catalogues hold the same ids, each once, each translated; every id that is used is there."""
import re

from .source import Offence, is_test, line_of, unquote

ENTRY = re.compile(r'^(msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+"', re.M)
STRING = re.compile(r'"((?:\\.|[^"\\])*)"')
USED = re.compile(r'\{\{\s*t\s+"([^"]+)"')


def entries(text):
    """(id, line, [translations], fuzzy) of a .po file."""
    out, flags = [], ""
    for m in ENTRY.finditer(text):
        word = m.group(1)
        rest = re.match(r'\s*("(?:\\.|[^"\\])*"\s*)+', text[m.end() - 1:])
        value = "".join(STRING.findall(rest.group(0))) if rest else ""
        if word == "msgid":
            before = text[:m.start()].rsplit("\n\n", 1)[-1]
            flags = "\n".join(line for line in before.splitlines() if line.startswith("#,"))
            out.append([value, line_of(text, m.start()), [], "fuzzy" in flags])
        elif word.startswith("msgstr") and out:
            out[-1][2].append(value)
    return [e for e in out if e[0]]


def language(path):
    """vi of locale/vi.po and of every locale/vi/NAME.po"""
    return re.fullmatch(r"locale/([\w-]+)(?:\.po|/.*)", path).group(1)


def catalogues(tree):
    ids = {}
    for path in tree.paths(r"locale/(?:.*/)?[\w-]+\.po"):
        seen = ids.setdefault(language(path), {})
        for msgid, line, values, fuzzy in entries(tree.files[path]):
            if msgid in seen:
                yield Offence(path, line, f"{msgid} stands twice (first in {seen[msgid]})")
            seen.setdefault(msgid, f"{path}:{line}")
            if fuzzy or not values or not all(v.strip() for v in values):
                yield Offence(path, line, f"{msgid} is not translated")
    every = {msgid: place for seen in ids.values() for msgid, place in seen.items()}
    for lang, seen in ids.items():
        for msgid in sorted(set(every) - set(seen)):
            yield Offence(every[msgid].rsplit(":", 1)[0], int(every[msgid].rsplit(":", 1)[1]),
                          f"{msgid} is missing in {lang}")
    if ids:
        yield from used(tree, every)


def used(tree, known):
    for f in tree.c_files(tests=False):
        for i, t in enumerate(f.tokens[:-2]):
            if t.text == "MSG" and f.tokens[i + 1].text == "(" and f.tokens[i + 2].kind == "string":
                msgid = unquote(f.tokens[i + 2])
                if msgid not in known:
                    yield Offence(f.path, t.line, f"no catalogue has {msgid}")
    for path in tree.paths(r"src/.*\.html"):
        for m in [] if is_test(path) else USED.finditer(tree.files[path]):
            if m.group(1) not in known:
                yield Offence(path, line_of(tree.files[path], m.start()), f"no catalogue has {m.group(1)}")
