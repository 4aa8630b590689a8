#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""clang-tidy, cppcheck and gcc -fanalyzer over every C file of the program (tests and generated files excepted).

    tools/analyze.py [FILE ...]

A file that passed is not looked at again until it, a header it includes, the settings or the tool change: what passed
is remembered under build/analyze/. Ends with `N passed, N failed`, one for each tool and file.
"""
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
CACHE = BUILD / "analyze"
JOBS = int(os.environ.get("JOBS") or os.cpu_count() or 1)
INCLUDE = re.compile(rb'^\s*#\s*include\s+"([^"]+)"', re.M)
DROP = re.compile(r"-(?:M[DQFT]\S*|o|c|Werror|g|O\d)$")


def output(argv):
    p = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=BUILD,
                       env={**os.environ, "GCC_COLORS": ""})
    return p.returncode, p.stdout.decode("utf-8", "replace")


def flags_of(command):
    """A compile command without what names its output or hides warnings."""
    kept, words, i = [], shlex.split(command)[1:], 0
    while i < len(words):
        if words[i] in ("-MF", "-MQ", "-MT", "-o"):
            i += 1
        elif not DROP.match(words[i]) and not words[i].endswith(".c"):
            kept.append(words[i])
        i += 1
    return kept


def closure(path, dirs, seen):
    """The file and every header of ours that it reaches."""
    if path in seen:
        return seen
    raw = path.read_bytes()
    seen[path] = raw
    for name in INCLUDE.findall(raw):
        for d in dirs:
            header = d / name.decode()
            if header.is_file():
                closure(header, dirs, seen)
                break
    return seen


def tools(version):
    return {
        "gcc -fanalyzer": (version["gcc"], lambda f, flags: [
            "gcc", *flags, "-O1", "-fanalyzer", "-Werror", "-c", "-o", "/dev/null", str(f)]),
        "clang-tidy": (version["clang-tidy"], lambda f, flags: [
            "clang-tidy", "--quiet", str(f), "--", *flags, "-O1", "-Wno-unknown-warning-option"]),
        "cppcheck": (version["cppcheck"], lambda f, flags: [
            "cppcheck", "--quiet", "--std=c11", "--enable=warning,performance,portability", "--inline-suppr",
            "--error-exitcode=1", f"--suppressions-list={ROOT}/tools/cppcheck.txt",
            "--library=posix,gnu", "-D_Noreturn=__attribute__((noreturn))",  # it knows that spelling only
            *[x for x in flags if x.startswith(("-I", "-D"))], "-U__SANITIZE_ADDRESS__", str(f)]),
    }


def one(job):
    tool, path, argv, key = job
    stamp = CACHE / key
    if stamp.exists():
        return tool, path, True, ""
    code, text = output(argv)
    if code == 0:
        stamp.touch()
    return tool, path, code == 0, text


def jobs(wanted):
    version = {name: output([name, "--version"])[1] for name in ("gcc", "clang-tidy", "cppcheck")}
    named = (".clang-tidy", "tools/cppcheck.txt", "tools/analyze.py")
    settings = b"".join((ROOT / n).read_bytes() for n in named)
    commands = json.loads((BUILD / "compile_commands.json").read_text())
    done = set()
    for entry in commands:
        path = (BUILD / entry["file"]).resolve()
        if path in done or not path.is_relative_to(ROOT / "src") or path.name.startswith(("test_", "fuzz_")):
            continue
        done.add(path)
        if wanted and path not in wanted:
            continue
        flags = flags_of(entry["command"])
        dirs = [path.parent] + [(BUILD / f[2:]).resolve() for f in flags if f.startswith("-I")]
        text = b"".join(raw for _, raw in sorted(closure(path, dirs, {}).items()))
        for tool, (v, argv) in tools(version).items():
            line = argv(path, flags)
            key = hashlib.sha256(repr((tool, v, line)).encode() + settings + text).hexdigest()[:32]
            yield tool, path, line, key


def main(argv):
    CACHE.mkdir(parents=True, exist_ok=True)
    passed = failed = 0
    todo = list(jobs({Path(a).resolve() for a in argv}))
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for tool, path, ok, text in pool.map(one, todo):
            passed, failed = passed + ok, failed + (not ok)
            if not ok:
                print(f"-- {tool} {path.relative_to(ROOT)}\n{text.strip()}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
