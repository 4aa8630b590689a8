#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compiles a page template to C:  tools/templates.py [--root DIR] IN.html OUT.c OUT.h

The language is in docs/TEMPLATES.md. Literals are read by the tokenizer of template_html.py, so that each expression is
escaped for the place where it stands, and one that stands where nothing is safe does not build. With --root, the files
that {{asset}} names must exist under it.
"""
import argparse
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
from template_html import (CLOSED_ATTRIBUTES, URL_ATTRIBUTES, Html, Place, TemplateError, boundary, join,  # noqa: E402
                           name_of)

CONTROL = {"use", "template", "if", "elif", "else", "each", "end", "#"}
WORDS = CONTROL | {"t", "call", "csrf", "num", "paragraphs", "longday", "asset"}


@dataclass
class Text:
    text: str
    line: int


@dataclass
class Statement:
    word: str  # "" for an expression
    rest: str
    line: int


@dataclass
class Block:
    word: str
    line: int
    start: Place
    ends: list = field(default_factory=list)
    otherwise: bool = False
    block: bool = False  # was a block's tag the last thing before it?
    name: str = ""       # of what {{each}} steps through


# ---- reading ----

def statement_end(source, at, line):
    """Index of the }} that ends the statement whose inside begins at `at`; quotes hide braces."""
    if source[at:at + 1] == "#":
        end = source.find("}}", at)
    else:
        end, quote = at, ""
        while end < len(source):
            c = source[end]
            if c == "\n" and quote:
                raise TemplateError(line, "a string goes past the end of its line")
            if quote:
                if c == "\\":
                    end += 1
                elif c == quote:
                    quote = ""
            elif c in "\"'":
                quote = c
            elif source.startswith("}}", end):
                break
            elif source.startswith("{{", end):
                end = len(source)
            end += 1
        if end >= len(source):
            end = -1
    if end < 0:
        raise TemplateError(line, "{{ without }}")
    return end


def parse_statement(inside, line):
    if inside.startswith("#"):
        return Statement("#", inside[1:], line)
    text = " ".join(inside.split("\n")).strip()
    if not text:
        raise TemplateError(line, "empty statement {{}}")
    m = re.match(r"([a-z_]\w*)(?=\s|$)\s*(.*)$", text, re.S)
    word, rest = (m.group(1), m.group(2)) if m else ("", text)
    # `n + 1` is an expression, `foo bar` is a word that nobody knows
    if word in WORDS:
        return Statement(word, rest, line)
    if word and word != "sizeof" and re.match(r"[\w\"']", rest):
        raise TemplateError(line, f"unknown statement {{{{{word}}}}}")
    return Statement("", text, line)


def read(source):
    """The file as Text and Statement pieces."""
    pieces, at, line = [], 0, 1
    while at < len(source):
        start = source.find("{{", at)
        if start < 0:
            start = len(source)
        if start > at:
            pieces.append(Text(source[at:start], line))
            line += source.count("\n", at, start)
        if start == len(source):
            break
        end = statement_end(source, start + 2, line)
        pieces.append(parse_statement(source[start + 2:end], line))
        line += source.count("\n", start, end)
        at = end + 2
    return pieces


def stand_alone(pieces):
    """A control statement alone on its line takes the line with it: its indent and the newline before."""
    keep = 0
    for i, p in enumerate(pieces):
        if isinstance(p, Text):
            keep += len(re.findall(r"<(?:pre|textarea)\b", p.text, re.I))
            keep -= len(re.findall(r"</(?:pre|textarea)\b", p.text, re.I))
            continue
        if keep > 0 or p.word not in CONTROL:
            continue
        before = pieces[i - 1] if i else Text("\n", 0)
        after = pieces[i + 1] if i + 1 < len(pieces) else Text("\n", 0)
        if not (isinstance(before, Text) and isinstance(after, Text)):
            continue
        head = re.search(r"\n[ \t]*$" if i > 1 else r"(^|\n)[ \t]*$", before.text)
        if head and re.match(r"[ \t]*\n", after.text):
            before.text = before.text[:head.start()]
            after.text = after.text.lstrip(" \t")
    return pieces


# ---- C ----

def split_args(rest, line):
    """`head name=expr name=expr` → head, [(name, expr)]."""
    depth, quote, cuts, i = 0, "", [], 0
    while i < len(rest):
        c = rest[i]
        if quote:
            if c == "\\":
                i += 1
            elif c == quote:
                quote = ""
        elif c in "\"'":
            quote = c
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        elif c.isspace() and depth == 0:
            m = re.match(r"\s+([a-zA-Z_]\w*)=(?!=)", rest[i:])
            if m:
                cuts.append((i, i + m.end(), m.group(1)))
                i += m.end() - 1
        i += 1
    if depth or quote:
        raise TemplateError(line, "brackets or quotes are not closed")
    head = rest[:cuts[0][0]] if cuts else rest
    args = []
    for k, (_, start, name) in enumerate(cuts):
        end = cuts[k + 1][0] if k + 1 < len(cuts) else len(rest)
        expr = rest[start:end].strip()
        if not expr:
            raise TemplateError(line, f"{name}= has no value")
        args.append((name, expr))
    return head.strip(), args


def balanced(text):
    depth, quote, i = 0, "", 0
    while i < len(text):
        c = text[i]
        if quote:
            if c == "\\":
                i += 1
            elif c == quote:
                quote = ""
        elif c in "\"'":
            quote = c
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
            if depth < 0:
                return False
        i += 1
    return depth == 0 and not quote


def c_string(text):
    out = []
    for c in text:
        if c in "\"\\":
            out.append("\\" + c)
        elif c == "\n":
            out.append("\\n")
        elif c == "?":
            out.append("\\?")  # no trigraphs
        elif ord(c) < 32:
            out.append(f"\\{ord(c):03o}")
        else:
            out.append(c)
    return '"' + "".join(out) + '"'


class Compiler:
    def __init__(self, name, root=None):
        self.name = name  # as it shall stand in #line
        self.root = root
        self.uses, self.protos, self.body = [], [], []
        self.blocks = []
        self.html = Html()
        self.pending = ""
        self.line_now = 0
        self.messages = []  # (ids, places or None, line)

    def fail(self, line, message):
        raise TemplateError(line, message)

    # output

    def emit(self, code, line=0):
        """All that comes from one line of the template is one line of C: a directive holds for one line."""
        if self.pending:
            text, self.pending = self.pending, ""
            self.put(f"R({c_string(text)})")
        if line and line != self.line_now:
            self.body += [f"#line {line} {c_string(self.name)}", ""]
            self.line_now = line
        self.put(code)

    def put(self, code):
        if self.body:
            self.body[-1] += code
        else:
            self.body.append(code)

    # places

    def where(self):
        return boundary(self.html.place)

    def enter(self, place):
        self.html.place = place

    def context(self, s):
        """Which family of functions writes an expression here: text, attr, url, part."""
        p = self.where()
        what = "an expression" if not s.word else f"{{{{{s.word}}}}}"
        if p.state in ("text", "rcdata"):
            return "text"
        if p.state == "equals":
            self.fail(s.line, f'{what} in the unquoted value of "{p.attr}": write quotes')
        if p.state != "value":
            self.fail(s.line, f"{what} inside {name_of(self.html.place)}")
        if p.attr.startswith("on") or p.attr in CLOSED_ATTRIBUTES:
            self.fail(s.line, f'{what} in the attribute "{p.attr}"')
        if p.attr not in URL_ATTRIBUTES:
            return "attr"
        if p.filled == "maybe":
            self.fail(s.line, f'{what} where the link in "{p.attr}" may or may not have begun: '
                      'give it as one expression')
        return "url" if p.filled == "no" else "part"

    def wrote(self):
        """Something not known was written here."""
        h = self.html
        if h.place.state == "value":
            h.to("value", attr=h.place.attr, quote=h.place.quote, filled="yes")
        h.block = False

    def branch(self, s, b):
        """The end of one way through a block."""
        b.ends.append(self.where())
        for end in b.ends[1:]:
            if join(b.ends[0], end) is None:
                self.fail(s.line, f"the ways through {{{{{b.word}}}}} of line {b.line} end in different places: "
                          f"{name_of(b.ends[0])} and {name_of(end)}")

    # statements

    def text(self, t, last):
        if not self.blocks:
            if t.text.strip():
                self.fail(t.line, "text outside of {{template}}")
            return
        self.pending += self.html.feed(t.text, t.line, last)

    def st_use(self, s):
        if self.blocks:
            self.fail(s.line, "{{use}} inside of {{template}}")
        if not re.fullmatch(r'"[\w./-]+"', s.rest):
            self.fail(s.line, 'write {{use "path/of/header.h"}}')
        self.uses.append(s.rest)

    def st_template(self, s):
        if self.blocks:
            self.fail(s.line, f"{{{{template}}}} inside of that of line {self.blocks[0].line}: {{{{end}}}} is missing")
        m = re.fullmatch(r"([a-zA-Z_]\w*)\s*\((.*)\)", s.rest, re.S)
        if not m:
            self.fail(s.line, "write {{template name(const struct type *p)}}")
        params = m.group(2).strip()
        params = "" if params in ("", "void") else ", " + params
        proto = f"void {m.group(1)}(struct html *h{params})"
        self.protos.append((proto, s.line))
        self.emit(proto, s.line)
        self.emit("{")
        self.html = Html()
        self.blocks.append(Block("template", s.line, Place()))

    def st_if(self, s):
        self.condition(s)
        self.emit(f"if ({s.rest}) {{", s.line)
        self.enter(self.where())
        self.blocks.append(Block("if", s.line, self.html.place, block=self.html.block))

    def condition(self, s):
        if not s.rest or not balanced(s.rest):
            self.fail(s.line, f"{{{{{s.word}}}}} needs a condition")

    def innermost_if(self, s):
        b = self.blocks[-1] if self.blocks else None
        if not b or b.word != "if":
            self.fail(s.line, f"{{{{{s.word}}}}} without {{{{if}}}}")
        if b.otherwise:
            self.fail(s.line, f"{{{{{s.word}}}}} after {{{{else}}}}")
        return b

    def st_elif(self, s):
        b = self.innermost_if(s)
        self.condition(s)
        self.branch(s, b)
        self.emit(f"}} else if ({s.rest}) {{", s.line)
        self.enter(b.start)
        self.html.block = b.block

    def st_else(self, s):
        b = self.innermost_if(s)
        if s.rest:
            self.fail(s.line, "{{else}} takes nothing; use {{elif}}")
        self.branch(s, b)
        b.otherwise = True
        self.emit("} else {")
        self.enter(b.start)
        self.html.block = b.block

    def st_each(self, s):
        m = re.fullmatch(r"([a-zA-Z_]\w*)\s+in\s+(.+?)\s+of\s+(.+)", s.rest, re.S)
        if not m or not balanced(m.group(2)) or not balanced(m.group(3)):
            self.fail(s.line, "write {{each name in array of count}}")
        name, array, count = m.groups()
        if name == "h" or any(b.word == "each" and b.name == name for b in self.blocks):
            self.fail(s.line, f'the name "{name}" is taken')
        p = self.where()
        if p.state in ("gap", "glue"):
            p = Place("glue", p.tag, p.closing, keep=p.keep)
        elif p.state == "value" and p.filled == "no":
            p = Place("value", p.tag, p.closing, p.attr, p.quote, "maybe", p.keep)
        self.enter(p)
        self.emit(f"for (size_t {name}_i = 0; {name}_i < (size_t)({count}); {name}_i++) {{ "
                  f"const __typeof__(*({array})) *{name} = &({array})[{name}_i];", s.line)
        self.html.block = False
        self.blocks.append(Block("each", s.line, p, name=name))

    def st_end(self, s):
        if not self.blocks:
            self.fail(s.line, "{{end}} without {{template}}, {{if}} or {{each}}")
        if s.rest:
            self.fail(s.line, "{{end}} takes nothing")
        b = self.blocks.pop()
        if b.word == "template":
            if self.where() != Place():
                self.fail(s.line, f"the template of line {b.line} ends inside {name_of(self.where())}")
            self.emit("}")
            return
        if b.word == "each" or not b.otherwise:
            b.ends.append(b.start)
        self.branch(s, b)
        place = b.ends[0]
        for end in b.ends[1:]:
            place = join(place, end)
        if b.word == "each" and place != b.start:
            self.fail(s.line, f"{{{{each}}}} of line {b.line} ends in another place than it began: "
                      f"{name_of(place)} and {name_of(b.start)}")
        self.enter(place)
        self.html.block = False
        self.emit("}")

    def expression(self, s):
        if not balanced(s.rest) or ";" in re.sub(r'"(\\.|[^"])*"|\'(\\.|[^\'])*\'', "", s.rest):
            self.fail(s.line, "an expression with unmatched brackets, quotes or a ;")
        context = self.context(s)
        self.emit(f"html_{context}(h, {s.rest});", s.line)
        self.wrote()

    def plain(self, s, function, contexts=("text", "attr")):
        context = self.context(s)
        if context not in contexts:
            self.fail(s.line, f"{{{{{s.word}}}}} inside {name_of(self.where())}")
        if not s.rest or not balanced(s.rest):
            self.fail(s.line, f"{{{{{s.word}}}}} needs an expression")
        self.emit(f"{function}(h, {s.rest});", s.line)
        self.wrote()

    def st_num(self, s):
        self.plain(s, "html_num")

    def st_longday(self, s):
        self.plain(s, "html_longday")

    def element(self, s):
        """Whole elements fit between tags only."""
        if self.where().state != "text":
            self.fail(s.line, f"{{{{{s.word}}}}} inside {name_of(self.html.place)}")

    def st_paragraphs(self, s):
        self.element(s)
        self.plain(s, "html_paragraphs")

    def st_csrf(self, s):
        self.element(s)
        if s.rest:
            self.fail(s.line, "{{csrf}} takes nothing")
        self.emit("html_csrf(h);", s.line)
        self.wrote()

    def st_call(self, s):
        self.element(s)
        m = re.fullmatch(r"([a-zA-Z_]\w*)\s*\((.*)\)", s.rest, re.S)
        if not m or not balanced(s.rest):
            self.fail(s.line, "write {{call name(arguments)}}")
        args = m.group(2).strip()
        self.emit(f"{m.group(1)}(h{', ' + args if args else ''});", s.line)
        self.wrote()

    def st_asset(self, s):
        m = re.fullmatch(r'"([\w./-]+)"', s.rest)
        if not m:
            self.fail(s.line, 'write {{asset "web/file"}}')
        if self.root and not (Path(self.root) / m.group(1)).is_file():
            self.fail(s.line, f"there is no file {m.group(1)}")
        if self.context(s) == "part":
            self.fail(s.line, "{{asset}} is a whole link")
        self.emit(f"html_asset(h, {s.rest});", s.line)
        self.wrote()

    def st_t(self, s):
        context = self.context(s)
        if context not in ("text", "attr"):
            self.fail(s.line, f"{{{{t}}}} inside {name_of(self.where())}")
        head, args = split_args(s.rest, s.line)
        if not head:
            self.fail(s.line, '{{t}} needs a message: {{t "id"}}')
        names = [name for name, _ in args]
        if len(set(names)) != len(names):
            self.fail(s.line, "a place is given twice")
        literal = re.fullmatch(r'"[^"\\]*"', head)
        self.messages.append((re.findall(r'"([^"\\]*)"', head), names if literal else None, s.line))
        given = f"ARGS({', '.join(f'html_arg(h, {c_string(n)}, {e})' for n, e in args)})" if args else "NO_ARGS"
        self.emit(f"html_msg_{context}(h, {head}, {given});", s.line)
        self.wrote()

    def statement(self, s):
        if s.word == "#":
            return
        if not self.blocks and s.word not in ("use", "template", "end"):
            self.fail(s.line, f"{{{{{s.word or s.rest}}}}} outside of {{{{template}}}}")
        if s.word == "":
            self.expression(s)
        else:
            getattr(self, "st_" + s.word)(s)

    def compile(self, source):
        pieces = [p for p in stand_alone(read(source)) if not isinstance(p, Statement) or p.word != "#"]
        line = 1
        for i, p in enumerate(pieces):
            line = p.line
            if isinstance(p, Statement):
                self.statement(p)
                continue
            following = pieces[i + 1] if i + 1 < len(pieces) else None
            last = isinstance(following, Statement) and following.word == "end" and len(self.blocks) == 1
            self.text(p, last)
        if self.blocks:
            b = self.blocks[-1]
            self.fail(b.line, f"{{{{{b.word}}}}} has no {{{{end}}}}")
        if not self.protos:
            self.fail(line, "there is no {{template}}")

    # files

    def header(self, guard):
        out = [f"/* Made by tools/templates.py from {Path(self.name).name}. */", f"#ifndef {guard}", f"#define {guard}",
               '#include "platform/html/html.h"']
        out += [f"#include {u}" for u in self.uses]
        for proto, line in self.protos:
            out += [f"#line {line} {c_string(self.name)}", proto + ";"]
        return "\n".join(out + ["#endif", ""])

    def source(self, header):
        out = [f"/* Made by tools/templates.py from {Path(self.name).name}. */", f'#include "{header}"',
               '#pragma GCC diagnostic ignored "-Wunused-parameter"',
               '#pragma GCC diagnostic ignored "-Wunused-variable"',
               "#define R(s) html_raw(h, s, sizeof s - 1);"]
        return "\n".join(out + self.body + [""])


def compile_text(source, name, root=None):
    c = Compiler(name, root)
    c.compile(source.replace("\r\n", "\n"))
    return c


def main(argv):
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--root", help="where {{asset}} files are looked for")
    ap.add_argument("input")
    ap.add_argument("out_c")
    ap.add_argument("out_h")
    o = ap.parse_args(argv)
    try:
        c = compile_text(Path(o.input).read_text("utf-8"), o.input, o.root)
    except TemplateError as e:
        print(f"{o.input}:{e.line}: error: {e.message}", file=sys.stderr)
        return 1
    except UnicodeDecodeError as e:
        print(f"{o.input}:1: error: not UTF-8: {e.reason}", file=sys.stderr)
        return 1
    guard = "TEMPLATE_" + re.sub(r"\W", "_", Path(o.input).stem).upper() + "_H"
    Path(o.out_h).write_text(c.header(guard), "utf-8")
    Path(o.out_c).write_text(c.source(Path(o.out_h).name), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
