#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Message catalogues: locale/LANG.po (with the header) and locale/LANG/*.po, one file per feature.

    tools/messages.py                                check all; exit 1 and FILE:LINE lines when something is wrong
    tools/messages.py --unused                       ids that no source names
    tools/messages.py check --stamp F --depfile F --only FILE…   for the build: looks only at what it compiles
    tools/messages.py compile --lang LANG --out F.mo --depfile F

Checked: no id twice, the same ids in all languages, nothing left empty or fuzzy, the same {places}, the right number of
plural forms, and an entry for every MSG("…") and "err.…" in src/**/*.c, *.h and every {{t "…"}} in src/**/*.html, where
the places that {{t}} fills must be those of the message.
"""
import argparse
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import templates  # noqa: E402

LANGS = {"vi": 1, "fr": 2, "en": 2}  # plural forms; platform/i18n/i18n.c has the rules
ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
FORMATS = "i18n."  # how a language writes dates: each takes the places it needs
PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


@dataclass
class Entry:
    file: str
    line: int
    id: str = ""
    plural: bool = False
    forms: list = field(default_factory=list)
    fuzzy: bool = False

    def at(self):
        return f"{self.file}:{self.line}"

    def places(self):
        return {p for f in self.forms for p in PLACE.findall(f)}


class Problems(list):
    def add(self, where, message):
        self.append(f"{where}: error: {message}")


# ---- reading catalogues ----

def unquote(text, where, problems):
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        problems.add(where, f"not a quoted text: {text}")
        return ""
    return re.sub(r"\\(.)", lambda m: ESCAPES.get(m.group(1), m.group(0)), text[1:-1])


def read_po(path, name, problems):
    """Entries of a .po file, the header (id "") among them."""
    entries, entry, part, fuzzy = [], None, None, False
    for number, raw in enumerate(path.read_text("utf-8").splitlines(), 1):
        where, line = f"{name}:{number}", raw.strip()
        if not line or line.startswith("#"):
            fuzzy = fuzzy or line.startswith("#,") and "fuzzy" in line
            part = None if not line else part
            continue
        m = re.match(r"(msgid_plural|msgid|msgstr(?:\[\d+\])?)\s+(.*)$", line)
        if line.startswith('"') and entry and part:
            text = unquote(line, where, problems)
        elif m:
            part, text = m.group(1), unquote(m.group(2), where, problems)
            if part == "msgid":
                entry = Entry(name, number, fuzzy=fuzzy)
                fuzzy = False
                entries.append(entry)
            elif not entry:
                problems.add(where, f"{part} before any msgid")
                continue
            elif part.startswith("msgstr"):
                entry.forms.append("")
        else:
            problems.add(where, f"not understood: {line}")
            continue
        if part == "msgid":
            entry.id += text
        elif part == "msgid_plural":
            entry.plural = True
        else:
            entry.forms[-1] += text
    return entries


def catalogue_files(root, lang):
    return [root / "locale" / f"{lang}.po", *sorted((root / "locale" / lang).glob("*.po"))]


def read_catalogue(root, lang, problems):
    """{id: Entry} with the header under ""; a feature's file may have a header of its own, which is left aside."""
    found = {}
    for path in catalogue_files(root, lang):
        name = path.relative_to(root).as_posix()
        if not path.is_file():
            problems.add(f"{name}:1", "this catalogue is missing")
            continue
        for e in read_po(path, name, problems):
            if e.id == "":
                found.setdefault("", e)
            elif e.id in found:
                problems.add(e.at(), f"{e.id} is already in {found[e.id].at()}")
            else:
                found[e.id] = e
    return found


# ---- checks ----

def check_entry(e, lang, problems):
    if not ID.fullmatch(e.id):
        problems.add(e.at(), f'"{e.id}" is no id: words with dots, like case.state.settled')
    if e.fuzzy:
        problems.add(e.at(), f"{e.id} is marked fuzzy")
    wanted = LANGS[lang] if e.plural else 1
    if len(e.forms) != wanted:
        problems.add(e.at(), f"{e.id} has {len(e.forms)} forms, {lang} has {wanted}")
    if not all(f.strip() for f in e.forms):
        problems.add(e.at(), f"{e.id} is not translated")
    for f in e.forms:
        if re.search(r"[{}]", PLACE.sub("", f)):
            problems.add(e.at(), f"{e.id} has a brace that is no {{place}}")


def check_catalogues(catalogues, problems):
    """Every language against the others."""
    for lang, entries in catalogues.items():
        for e in entries.values():
            if e.id:
                check_entry(e, lang, problems)
    ids = {}
    for entries in catalogues.values():
        for e in entries.values():
            ids.setdefault(e.id, e)
    for i, first in ids.items():
        for lang, entries in catalogues.items():
            e = entries.get(i)
            if e is None:
                problems.add(first.at(), f"{i or 'the header'} is missing in {lang}")
            elif i and e.plural != first.plural:
                problems.add(e.at(), f"{i} is counted (msgid_plural) here but not in {first.at()}, or the other way")
            elif not i.startswith(FORMATS) and e.places() - {"n"} != first.places() - {"n"}:
                problems.add(e.at(), f"{i} has the places {sorted(e.places())}, "
                             f"{first.at()} has {sorted(first.places())}")


# ---- what the sources use ----

@dataclass
class Use:
    where: str
    id: str
    places: list = None  # given by {{t}}; None when not known


C_TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|\'(?:\\.|[^\'\\])*\'|'
                     r'MSG\(\s*"([^"]*)"|("err\.[a-z0-9_.]+")|"(?:\\.|[^"\\])*"', re.S)


def c_uses(text, name):
    for m in C_TOKEN.finditer(text):
        found = m.group(1) or (m.group(2) or "").strip('"')
        if found:
            yield Use(f"{name}:{text.count(chr(10), 0, m.start()) + 1}", found)


def html_uses(text, name):
    try:
        compiled = templates.compile_text(text, name)
    except templates.TemplateError:
        return  # its own step of the build says so
    for ids, places, line in compiled.messages:
        for i in ids:
            yield Use(f"{name}:{line}", i, places)
    no_comments = re.sub(r"\{\{#.*?\}\}", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)
    for m in re.finditer(r'MSG\("([^"]*)"\)', no_comments):
        yield Use(f"{name}:{no_comments.count(chr(10), 0, m.start()) + 1}", m.group(1))


def source_files(root, only=()):
    for path in sorted((root / "src").rglob("*")):
        if only and path.suffix != ".h" and path not in only:
            continue
        if path.suffix in (".c", ".h", ".html") and not re.match(r"(test|fuzz|bench)_", path.name):
            yield path


def uses(root, only=()):
    for path in source_files(root, only):
        name = path.relative_to(root).as_posix()
        text = path.read_text("utf-8", "replace")
        yield from (html_uses if path.suffix == ".html" else c_uses)(text, name)


def check_uses(found, catalogues, problems):
    for u in found:
        lacking = [lang for lang, entries in catalogues.items() if u.id not in entries]
        if lacking:
            problems.add(u.where, f"no message {u.id} in {', '.join(lacking)}")
            continue
        if u.places is None:
            continue
        e = next(iter(catalogues.values()))[u.id]
        given, wanted = set(u.places), set().union(*(c[u.id].places() for c in catalogues.values()))
        for p in sorted(wanted - given):
            problems.add(u.where, f"{u.id} has a place {{{p}}} that is not given ({e.at()})")
        for p in sorted(given - wanted - ({"n"} if e.plural else set())):
            problems.add(u.where, f"{u.id} has no place {{{p}}} ({e.at()})")
        if e.plural and "n" not in given:
            problems.add(u.where, f"{u.id} is counted: n is not given ({e.at()})")


def check(root, only=()):
    problems = Problems()
    catalogues = {lang: read_catalogue(root, lang, problems) for lang in LANGS}
    check_catalogues(catalogues, problems)
    found = list(uses(root, only))
    check_uses(found, catalogues, problems)
    used = {u.id for u in found}
    ids = {i for i in catalogues["vi"] if i}
    return problems, len(ids), sorted(ids - used)


# ---- for the build ----

def folders(path):
    """A folder's own time changes when a file comes or goes."""
    return [path, *(p for p in sorted(path.rglob("*")) if p.is_dir() and "__pycache__" not in p.name)]


def write_depfile(path, target, files):
    def escape(p):
        return str(p).replace(" ", "\\ ")
    Path(path).write_text(f"{escape(target)}: {' '.join(escape(f) for f in files)}\n", "utf-8")


def po_quote(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def po_text(entries):
    out = []
    for e in sorted(entries.values(), key=lambda e: e.id):
        out.append(f"#: {e.at()}")
        out.append(f"msgid {po_quote(e.id)}")
        if e.plural:
            out.append(f"msgid_plural {po_quote(e.id)}")
            out += [f"msgstr[{i}] {po_quote(f)}" for i, f in enumerate(e.forms)]
        else:
            out.append(f"msgstr {po_quote(e.forms[0] if e.forms else '')}")
        out.append("")
    return "\n".join(out)


def compile_catalogue(root, lang, out):
    problems = Problems()
    entries = read_catalogue(root, lang, problems)
    if problems:
        return problems
    p = subprocess.run(["msgfmt", "-c", "--endianness=little", "-o", str(out), "-"], input=po_text(entries).encode(),
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if p.returncode:
        problems.add(f"locale/{lang}.po:1", "msgfmt: " + p.stdout.decode("utf-8", "replace").strip())
    return problems


def main(argv):
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("command", nargs="?", default="check", choices=["check", "compile"])
    ap.add_argument("--lang", choices=list(LANGS))
    ap.add_argument("--only", nargs="*", default=[], metavar="FILE")
    ap.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    ap.add_argument("--out", type=Path)
    ap.add_argument("--stamp", type=Path)
    ap.add_argument("--depfile")
    ap.add_argument("--unused", action="store_true")
    o = ap.parse_args(argv)
    root = o.root.resolve()
    unused = []
    if o.command == "compile":
        lang = o.lang
        problems = compile_catalogue(root, lang, o.out)
        files, target = [*catalogue_files(root, lang), *folders(root / "locale")], o.out
    else:
        only = {Path(f).resolve() for f in o.only}
        problems, n, unused = check(root, only)
        files = [f for lang in LANGS for f in catalogue_files(root, lang)] + list(source_files(root, only))
        files, target = files + folders(root / "locale"), o.stamp
    if o.depfile:
        write_depfile(o.depfile, target, [f for f in files if f.exists()])
    if problems:
        print("\n".join(problems), file=sys.stderr)
        return 1
    if o.unused:
        print("\n".join(unused))
    elif o.stamp:
        o.stamp.write_text("")
    elif o.command == "check":
        print(f"{n} messages in {len(LANGS)} languages")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
