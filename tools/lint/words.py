# SPDX-License-Identifier: AGPL-3.0-or-later
"""Functions that are not called, memory that features do not manage, state that nobody owns."""
from .source import CLOSE, Offence, declared_function, is_test, match, top

BANNED = {
    **dict.fromkeys(("strcpy", "strcat", "strncpy", "strncat", "sprintf", "vsprintf", "stpcpy", "gets", "strtok",
                     "strtok_r", "scanf", "sscanf", "fscanf"), "use struct str and strbuf"),
    **dict.fromkeys(("atoi", "atol", "atoll", "atof"), "use str_int"),
    **dict.fromkeys(("system", "popen"), "no shell"),
    **dict.fromkeys(("alloca", "mktemp", "tmpnam", "tempnam"), "not safe"),
    **dict.fromkeys(("rand", "srand", "random", "srandom", "drand48"), "use the random numbers of base/crypt.h"),
    **dict.fromkeys(("gmtime", "localtime", "ctime", "asctime", "mktime", "setlocale"), "use base/day.h"),
}
CLOCKS = {"time", "gettimeofday", "clock_gettime", "day_today", "instant_now"}
ALLOCATORS = {"malloc", "calloc", "realloc", "reallocarray", "free", "strdup", "strndup", "asprintf", "vasprintf"}


def calls(f):
    """(token) of every name followed by `(`, but fields and members."""
    for i, t in enumerate(f.tokens[:-1]):
        if t.kind == "word" and f.tokens[i + 1].text == "(":
            before = f.tokens[i - 1].text if i else ""
            if before != "." and not (before == ">" and f.tokens[i - 2].text == "-"):
                yield t


def banned(tree):
    for f in tree.c_files():
        for t in calls(f):
            if t.text in BANNED and not (t.text == "sscanf" and is_test(f.path)):
                yield Offence(f.path, t.line, f"{t.text}(): {BANNED[t.text]}")
        for line, text in f.defines:
            for word in BANNED:
                if f" {word}(" in text:
                    yield Offence(f.path, line, f"{word}() in a macro: {BANNED[word]}")


def allocations(tree):
    for f in tree.c_files(tests=False):
        if f.path.startswith("src/features/"):
            for t in calls(f):
                if t.text in ALLOCATORS:
                    yield Offence(f.path, t.line, f"{t.text}(): a feature's memory lives in an arena")


def clocks(tree):
    """Time is a parameter: a rule or a page never asks what time it is."""
    for f in tree.c_files(tests=False):
        if f.path.startswith(("src/features/", "src/base/")):
            for t in calls(f):
                if t.text in CLOCKS and not defines(f, t):
                    yield Offence(f.path, t.line, f"{t.text}(): the time is a parameter")


def defines(f, token):
    return any(found and found[0] is token for found in (declared_function(head) for head, _ in f.items))


def globals_(tree):
    """Variables at file scope, and static ones in functions, that are not const through and through."""
    for f in tree.c_files(tests=False):
        for head, body in f.items:
            if body is None:
                yield from mutable(f, head)
            else:
                yield from static_locals(f, body)


def static_locals(f, body):
    for i, t in enumerate(body):
        if t.text == "static":
            end = i
            while end < len(body) and body[end].text != ";":
                end = match(body, end) + 1 if body[end].text in CLOSE else end + 1
            yield from mutable(f, body[i:end])


def mutable(f, head):
    words = [t.text for _, t in top(head)]
    if not words or words[0] in ("typedef", "_Static_assert", "static_assert", "__attribute__", "asm", "__asm__"):
        return
    if declared_function(head) or (words[0].endswith("_fn") and "*" not in words and "=" not in words):
        return  # `handler_fn page_get, page_post;` declares functions
    cut = words.index("=") if "=" in words else len(words)
    declarator = words[:cut]
    if is_type_only(declarator):
        return
    if any(t.text == "(" and [x.text for x in head[i + 1:i + 2]] == ["*"] for i, t in top(head)):
        const = any(a.text == "*" and b.text == "const" for a, b in zip(head, head[1:]))  # T (*const name)(…)
    else:
        stars = [i for i, w in enumerate(declarator) if w == "*"]
        const = "const" in (declarator[stars[-1]:] if stars else declarator)
    if not const or "_Thread_local" in declarator:
        name = next((w for w in reversed(declarator) if w.isidentifier()), "?")
        yield Offence(f.path, head[0].line, f"{name} is mutable state: pass it as an argument")


def is_type_only(words):
    """`struct x {…}`, `enum {…}`, `struct x` alone: declares no object."""
    w = [x for x in words if x not in ("extern", "const")]
    if w and w[0] in ("struct", "union", "enum"):
        rest = w[1:]
        if rest and rest[0].isidentifier():
            rest = rest[1:]
        if rest[:1] == ["{"]:
            rest = rest[1:]
        while rest[:1] == ["__attribute__"]:
            rest = rest[2:]
        return not rest
    return len(w) <= 1 or w[1:] == ["("]
