#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""clang-tidy, cppcheck and gcc -fanalyzer over every C file of the program (tests and generated files excepted).

    tools/analyze.py [FILE ...]

A file that passed is not looked at again until it, a header it includes, the settings or the tool change: what passed
is remembered under build/analyze/. Ends with `N passed, N failed`, one for each tool and file.

ANALYZE_SECONDS: start nothing new after this time (what is left is told as skipped); no limit without it.
"""
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
CACHE = BUILD / "analyze"
LIMIT_S = float(os.environ.get("ANALYZE_SECONDS") or "inf")
STARTED = time.monotonic()
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
            "gcc", *flags, "-O1", "-fanalyzer", "-Werror",
            "-Wno-analyzer-malloc-leak",  # gcc 12 loses what is handed over as a member; LeakSanitizer sees leaks
            "-c", "-o", "/dev/null", str(f)]),
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
        return tool, path, "passed", ""
    if time.monotonic() - STARTED > LIMIT_S:
        return tool, path, "skipped", ""
    code, text = output(argv)
    if code == 0:
        stamp.touch()
    return tool, path, "failed" if code else "passed", text


def jobs(wanted):
    version = {name: output([name, "--version"])[1] for name in ("gcc", "clang-tidy", "cppcheck")}
    named = (".clang-tidy", "tools/cppcheck.txt", "tools/analyze.py")
    settings = b"".join((ROOT / n).read_bytes() for n in named)
    commands = json.loads((BUILD / "compile_commands.json").read_text())
    done = set()
    for entry in commands:
        path = (BUILD / entry["file"]).resolve()
        if path in done or not path.is_relative_to(ROOT / "src") or path.name.startswith(("test_", "fuzz_", "bench_")):
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
    count = {"passed": 0, "failed": 0, "skipped": 0}
    tool_order = ["clang-tidy", "cppcheck", "gcc -fanalyzer"]
    todo = sorted(jobs({Path(a).resolve() for a in argv}), key=lambda job: tool_order.index(job[0]))
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for tool, path, outcome, text in pool.map(one, todo):
            count[outcome] += 1
            if outcome == "failed":
                print(f"-- {tool} {path.relative_to(ROOT)}\n{text.strip()}", flush=True)
    if count["skipped"]:
        print(f"skipped: no time left after {LIMIT_S:g} s; `make analyze` does the rest")
    print(f"{count['passed']} passed, {count['failed']} failed"
          + (f", {count['skipped']} skipped" if count["skipped"] else ""))
    return 1 if count["failed"] or not count["passed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
