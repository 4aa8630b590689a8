# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files, and just enough of C to measure it: tokens, functions, file-scope declarations, includes."""
import functools
import re
import subprocess
from collections import namedtuple
from pathlib import Path

Offence = namedtuple("Offence", "path line what")
Token = namedtuple("Token", "kind text line")  # kind: word, string, char, number, mark
Function = namedtuple("Function", "name line lines params body")
Include = namedtuple("Include", "line path system")

TOKEN = re.compile(
    r"(?P<skip>\s+|//[^\n]*|/\*.*?\*/)"
    r'|(?P<string>(?:u8|[LuU])?"(?:\\.|[^"\\\n])*")'
    r"|(?P<char>'(?:\\.|[^'\\\n])*')"
    r"|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)"
    r"|(?P<mark>\.\.\.|.)", re.S)
DIRECTIVE = re.compile(r"^[ \t]*#[ \t]*(\w*)((?:[^\n\\]|\\.|\\\n)*)", re.M | re.S)
INCLUDE = re.compile(r'^\s*([<"])([^>"]+)[>"]')
CLOSE = {"(": ")", "[": "]", "{": "}"}


def without_comments(text):
    """The same text, same lines, with comments blanked."""
    def blank(m):
        s = m.group(0)
        return s if s[0] in "\"'" else re.sub(r"[^\n]", " ", s)
    return re.sub(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", blank, text, flags=re.S)


class CFile:
    """A C file: `tokens` of all of it but directives; `active` the same without the #else branches, whose braces
    would be counted twice."""

    def __init__(self, path, text):
        self.path, self.text = path, text
        code = without_comments(text)
        self.includes, self.defines = [], []
        spans, dead, stack = [], [], []
        for m in DIRECTIVE.finditer(code):
            line = code.count("\n", 0, m.start()) + 1
            word, rest = m.group(1), m.group(2)
            spans.append((m.start(), m.end()))
            if word == "include":
                found = INCLUDE.match(rest)
                if found:
                    self.includes.append(Include(line, found.group(2), found.group(1) == "<"))
            elif word == "define":
                self.defines.append((line, rest))
            elif word in ("if", "ifdef", "ifndef"):
                stack.append(None)
            elif word in ("else", "elif") and stack and stack[-1] is None:
                stack[-1] = m.start()
            elif word == "endif" and stack:
                start = stack.pop()
                if start is not None:
                    dead.append((start, m.end()))
        self.tokens = list(scan(blanked(code, spans)))
        self.active = list(scan(blanked(code, spans + dead))) if dead else self.tokens

    @functools.cached_property
    def items(self):
        """File-scope items: (tokens of the head, tokens of the body or None), in order."""
        return list(split_items(self.active))

    @functools.cached_property
    def functions(self):
        return [f for f in (as_function(head, body) for head, body in self.items) if f]


def blanked(text, spans):
    for start, end in spans:
        text = text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
    return text


def scan(text):
    line = 1
    for m in TOKEN.finditer(text):
        if m.lastgroup != "skip":
            yield Token(m.lastgroup, m.group(0), line)
        line += m.group(0).count("\n")


def match(tokens, i):
    """Index of the bracket that closes tokens[i]."""
    depth, open_mark = 0, tokens[i].text
    for j in range(i, len(tokens)):
        if tokens[j].text == open_mark:
            depth += 1
        elif tokens[j].text == CLOSE[open_mark]:
            depth -= 1
            if depth == 0:
                return j
    return len(tokens) - 1


def split_items(tokens):
    """Cuts file scope at `;` and behind function bodies; other braces stay in the head."""
    head, i = [], 0
    while i < len(tokens):
        t = tokens[i]
        if t.kind == "mark" and t.text == ";":
            if head:
                yield head, None
            head = []
        elif t.kind == "mark" and t.text == "{":
            end = match(tokens, i)
            if is_function_head(head):
                yield head, tokens[i:end + 1]
                head = []
            else:
                head += tokens[i:end + 1]
            i = end
        elif t.kind == "mark" and t.text in "([":
            end = match(tokens, i)
            head += tokens[i:end + 1]
            i = end
        else:
            head.append(t)
        i += 1
    if head:
        yield head, None


def top(tokens):
    """(index, token) of those outside every bracket; the brackets themselves included."""
    i = 0
    while i < len(tokens):
        yield i, tokens[i]
        if tokens[i].kind == "mark" and tokens[i].text in CLOSE:
            i = match(tokens, i)
        i += 1


def declared_function(head):
    """(name token, index of its parameter list) of a function's head or prototype; None when it is no function."""
    if any(t.text == "=" for _, t in top(head)) or any(t.text == "typedef" for t in head[:1]):
        return None
    for i, t in top(head):
        if t.text == "(" and i and head[i - 1].kind == "word" and not head[i - 1].text.startswith("__"):
            # `T (*name)(…)` is a variable, `T name(…)` a function
            if i + 1 < len(head) and head[i + 1].text == "*":
                return None
            return head[i - 1], i
    return None


def is_function_head(head):
    return declared_function(head) is not None and not any(
        t.text in ("struct", "union", "enum") and i + 2 >= len(head) for i, t in top(head))


def parameters(head, at):
    inner = head[at + 1:match(head, at)]
    if not inner or [t.text for t in inner] == ["void"]:
        return 0
    commas = sum(1 for _, t in top(inner) if t.text == ",")
    return commas + 1 - (inner[-1].text == "...")


def as_function(head, body):
    found = declared_function(head) if body else None
    if not found:
        return None
    name, at = found
    lines = body[-1].line - head[0].line + 1 - table_lines(body)
    return Function(name.text, name.line, lines, parameters(head, at), body)


def table_lines(body):
    """Lines of the `static const … = { … };` tables inside a body: data, not code."""
    n = 0
    for i, t in enumerate(body):
        if t.text == "static" and any(u.text == "const" for u in body[i:i + 3]):
            end = i
            while end < len(body) and body[end].text != ";":
                end = match(body, end) + 1 if body[end].text in CLOSE else end + 1
            n += body[min(end, len(body) - 1)].line - t.line + (body[min(end, len(body) - 1)].line > t.line)
    return n


def unquote(token):
    s = token.text
    return s[s.index('"') + 1:-1]


class Tree:
    """The files of the repository: path -> text. Made from a dict in tests, from git otherwise."""

    def __init__(self, files, root=None):
        self.files, self.root = files, root

    @classmethod
    def of_repository(cls, root):
        names = subprocess.run(["git", "-C", str(root), "ls-files", "-z", "--cached", "--others",
                                "--exclude-standard"], check=True, stdout=subprocess.PIPE).stdout
        files = {}
        for name in sorted(set(names.decode().split("\0")) - {""}):
            path = Path(root, name)
            if path.is_file() and not path.is_symlink():
                raw = path.read_bytes()
                if b"\0" not in raw[:4096] and len(raw) < 16 << 20:
                    files[name] = raw.decode("utf-8", "replace")
        return cls(files, root)

    def paths(self, pattern):
        """Paths that match a regular expression whole."""
        return [p for p in self.files if re.fullmatch(pattern, p)]

    @functools.cache
    def c(self, path):
        return CFile(path, self.files[path])

    def c_files(self, tests=True):
        return [self.c(p) for p in self.paths(r"src/.*\.[ch]") if tests or not is_test(p)]


def is_test(path):
    name = path.rsplit("/", 1)[-1]
    return name.startswith(("test_", "fuzz_", "bench_")) or path.startswith("tests/")


def line_of(text, at):
    return text.count("\n", 0, at) + 1
