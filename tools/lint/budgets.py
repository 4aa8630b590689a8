# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sizes: lines of functions, files and headers, numbers of parameters."""
import statistics

from .source import Offence, declared_function, is_test, parameters

FUNCTION_MEDIAN, FUNCTION_P95, FUNCTION_MAX = 15, 45, 70
FILE_MAX, HEADER_MAX, PARAMS_MAX = 700, 120, 6
CONTRACT_MAX = 155  # a header of platform: the contract of a whole room


def check(tree):
    lengths = []
    for f in tree.c_files():
        n = f.text.count("\n")
        limit = FILE_MAX
        if f.path.endswith(".h"):
            limit = CONTRACT_MAX if f.path.startswith("src/platform/") else HEADER_MAX
        if n > limit:
            yield Offence(f.path, n, f"{n} lines (at most {limit})")
        for fn in f.functions:
            if not is_test(f.path):
                lengths.append((fn.lines, f.path, fn.line, fn.name))
            if fn.lines > FUNCTION_MAX:
                yield Offence(f.path, fn.line, f"{fn.name} has {fn.lines} lines (at most {FUNCTION_MAX})")
        for head, _ in f.items:
            found = declared_function(head)
            if found and parameters(head, found[1]) > PARAMS_MAX:
                yield Offence(f.path, found[0].line,
                              f"{found[0].text} has {parameters(head, found[1])} parameters (at most {PARAMS_MAX})")
    for path in tree.paths(r"(tools|tests|bench)/.*\.(py|mjs|js)|src/.*\.html|web/.*\.(css|js)"):
        n = tree.files[path].count("\n")
        if n > FILE_MAX:
            yield Offence(path, n, f"{n} lines (at most {FILE_MAX})")
    yield from spread(lengths)


def spread(lengths):
    if len(lengths) < 20:
        return
    lengths = sorted(lengths)
    median = statistics.median(n for n, *_ in lengths)
    if median > FUNCTION_MEDIAN:
        yield Offence("src", 0, f"the median function has {median:g} lines (at most {FUNCTION_MEDIAN})")
    n, path, line, name = lengths[int(len(lengths) * 0.95)]
    if n > FUNCTION_P95:
        yield Offence(path, line, f"one function in twenty is longer than {FUNCTION_P95} lines: {name} has {n}")


def figures(tree):
    """For the report: functions, median, 95th percentile, longest."""
    lengths = sorted(fn.lines for f in tree.c_files(tests=False) for fn in f.functions)
    if not lengths:
        return "no functions"
    return (f"{len(lengths)} functions, median {statistics.median(lengths):g}, "
            f"95th percentile {lengths[int(len(lengths) * 0.95)]}, longest {lengths[-1]}")
