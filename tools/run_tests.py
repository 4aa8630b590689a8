#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything that must pass, summed: the last line is `N passed, N failed[, N skipped]`.

    tools/run_tests.py [SUITE ...]     all suites, or the named ones; --list names them

A suite that printed no result has failed. Suites under tests/ are found by their run.py or run.mjs; such a
program ends with a line `N passed, N failed[, N skipped]`, or prints TAP, and exits non-zero on failure. It is told
where the program is by DINH_BIN and where the sources are by DINH_SOURCE.

FUZZ_SECONDS (3 each), ANALYZE_SECONDS (180 among all suites, no limit alone), JOBS (number of processors).
"""
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
JOBS = int(os.environ.get("JOBS") or os.cpu_count() or 1)
FUZZ_SECONDS = int(os.environ.get("FUZZ_SECONDS") or 3)
SUITE_LIMIT_S = 900

SUM = re.compile(r"^(?:\w+:? )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\.?\s*$", re.M)
TAP = re.compile(r"^\s*(not )?ok\b(?: (\d+))?(.*)$", re.M)
UNITTEST = re.compile(r"^Ran (\d+) tests? in", re.M)


class Result:
    """What one suite came to: counts, and a line for each failure and skip."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.failures, self.skips = [], []

    def ok(self, n=1):
        self.passed += n

    def fail(self, why, n=1):
        self.failed += n
        self.failures.append(why)

    def skip(self, why, n=1):
        self.skipped += n
        self.skips.append(why)

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.failures += other.failures
        self.skips += other.skips


def tail(text, lines=40):
    return "\n".join(text.strip().splitlines()[-lines:])


def run(argv, env=None, cwd=ROOT, limit_s=SUITE_LIMIT_S):
    """(exit code, output); a program past its time is ended and has failed."""
    try:
        p = subprocess.run([str(a) for a in argv], cwd=cwd, env={**os.environ, **(env or {})}, timeout=limit_s,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return p.returncode, p.stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired as e:
        return 124, (e.stdout or b"").decode("utf-8", "replace") + f"\nstopped after {limit_s} s"
    except OSError as e:
        return 127, str(e)


def count_tap(name, text):
    r = Result()
    for bad, _, rest in TAP.findall(text):
        label = f"{name}: {rest.strip(' -')}"
        skip = re.search(r"#\s*skip\b\s*(.*)", rest, re.I)
        if skip:  # cmocka says `not ok N # SKIP why`
            r.skip(f"{label[:label.find('#')].strip()}: {skip.group(1) or 'no reason given'}")
        elif bad:
            r.fail(label)
        else:
            r.ok()
    return r


def count(name, code, text):
    """Reads a program's own sum, TAP, or unittest's last lines; silence is failure."""
    r = Result()
    sums, ran = SUM.findall(text), UNITTEST.findall(text)
    if sums:
        passed, failed, skipped = sums[-1]
        r.ok(int(passed))
        if int(failed):
            r.fail(f"{name}: {failed} failed\n{tail(text)}", int(failed))
        if int(skipped or 0):
            why = re.findall(r"^\s*skip(?:ped)?\b:? *(.*)$", text, re.M | re.I)
            r.skip(f"{name}: {'; '.join(why) or 'no reason given'}", int(skipped))
    elif ran:
        bad = sum(int(n) for n in re.findall(r"(?:failures|errors)=(\d+)", text))
        skipped = sum(int(n) for n in re.findall(r"skipped=(\d+)", text))
        r.ok(max(0, sum(map(int, ran)) - bad - skipped))
        if bad:
            r.fail(f"{name}:\n{tail(text)}", bad)
        if skipped:
            r.skip(f"{name}: see its output", skipped)
    else:
        r = count_tap(name, text)
        if r.failed:
            r.failures.append(tail(text))
    if code != 0 and not r.failed:
        r.fail(f"{name}: exit code {code}\n{tail(text)}")
    if r.passed + r.failed + r.skipped == 0:
        r.fail(f"{name}: printed no result\n{tail(text)}")
    return r


# ---- builds ----

CLANG = {"CC": "clang"}
BUILDS = {
    "build": ({}, ["--buildtype=release", "-Ddebug=true"]),
    "build-debug": ({}, ["--buildtype=debug"]),
    "build-asan": (CLANG, ["--buildtype=debugoptimized", "-Doptimization=1", "-Db_sanitize=address,undefined",
                           "-Db_lundef=false", "-Dfuzzers=true", "-Darena_malloc=true",
                           "-Dc_args=-fsanitize=fuzzer-no-link -fno-omit-frame-pointer"]),
    "build-tsan": (CLANG, ["--buildtype=debugoptimized", "-Doptimization=1", "-Db_sanitize=thread",
                           "-Db_lundef=false"]),
}


def build(name, targets=()):
    """None when it stands, else what went wrong."""
    env, options = BUILDS[name]
    if not (ROOT / name / "build.ninja").exists():
        code, text = run(["meson", "setup", name, *options], env)
        if code:
            return f"meson setup {name}:\n{tail(text, 12)}"
    code, text = run(["ninja", "-C", name, f"-j{JOBS}", "--quiet", *targets], env)
    return f"ninja -C {name}:\n{tail(text, 60)}" if code else None


def tests_of(name):
    code, text = run(["meson", "introspect", "--tests", name])
    return json.loads(text) if code == 0 else []


def unit(name, env=None, wrapper=None, slower=1):
    """Meson's unit tests in one build, counted by their TAP points."""
    r = Result()
    wrong = build(name)
    if wrong:
        r.fail(wrong)
        return r
    tests = tests_of(name)
    if not tests:
        r.fail(f"{name} has no unit tests")
        return r
    log = ROOT / name / "meson-logs" / "unit.json"
    log.unlink(missing_ok=True)
    argv = ["meson", "test", "-C", name, "--logbase", "unit", "--num-processes", JOBS, "-t", slower]
    if wrapper:
        argv += ["--wrapper", wrapper]
    code, text = run(argv, env)
    if not log.exists():
        r.fail(f"meson test -C {name}:\n{tail(text)}")
        return r
    for line in log.read_text("utf-8", "replace").splitlines():
        r.add(one_unit(name, json.loads(line)))
    if code and not r.failed and not r.skipped:
        r.fail(f"meson test -C {name}: exit code {code}\n{tail(text)}")
    return r


def one_unit(build_name, t):
    label = f"{build_name}/{t['name'].split(' / ')[-1]}"
    output = t.get("stdout", "") + "\n" + t.get("stderr", "")
    r = count_tap(label, t.get("stdout", ""))
    if t["result"] == "SKIP" and not r.skipped:
        r.skip(f"{label}: the whole program")
    elif t["result"] == "FAIL" and r.skipped and not r.failed and t.get("returncode") == 0:
        pass  # meson takes cmocka's way to say "skipped" for a failure
    elif t["result"] not in ("OK", "SKIP", "EXPECTEDFAIL"):
        if not r.failed:
            r.fail(f"{label}: {t['result']}")
        r.failures.append(tail(output, 60))
    elif r.passed + r.failed + r.skipped == 0:
        r.fail(f"{label}: printed no result")
    return r


# ---- suites ----

SAN = {
    "LSAN_OPTIONS": f"suppressions={ROOT}/tools/lsan.txt:print_suppressions=0",
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1:abort_on_error=0",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    "TSAN_OPTIONS": f"halt_on_error=1:second_deadlock_stack=1:suppressions={ROOT}/tools/tsan.txt",
}


def suite_lint():
    r = Result()
    for args in (["--self-test"], []):
        r.add(count("lint " + " ".join(args), *run([sys.executable, "tools/lint.py", *args])))
    return r


def suite_tools():
    """The build's own programs have tests beside them."""
    r = Result()
    for path in sorted(ROOT.glob("tools/test_*.py")) + sorted(ROOT.glob("bench/test_*.py")):
        r.add(count(path.name, *run([sys.executable, path])))
    return r


def suite_unit():
    return unit("build")


def suite_debug():
    return unit("build-debug")


def suite_asan():
    return unit("build-asan", SAN, slower=3)


def tsan_wrapper():
    """How a program under ThreadSanitizer starts here: as it is, or without address randomisation."""
    with tempfile.TemporaryDirectory() as d:
        source, program = Path(d, "t.c"), Path(d, "t")
        source.write_text("int main(void) { return 0; }\n")
        code, text = run(["clang", "-fsanitize=thread", source, "-o", program])
        if code:
            return None, "clang has no ThreadSanitizer here: " + tail(text, 3)
        for wrapper in ("", "setarch -R"):
            code, text = run([*wrapper.split(), program])
            if code == 0:
                return wrapper, None
        return None, "ThreadSanitizer does not start on this kernel: " + tail(text, 3)


def suite_tsan():
    wrapper, why = tsan_wrapper()
    if wrapper is None:
        r = Result()
        r.skip(f"tsan: {why}")
        return r
    return unit("build-tsan", SAN, wrapper or None, slower=4)


def fuzz_one(path):
    name = path.name[len("fuzz_"):]
    work = ROOT / "build-asan" / "corpus" / name
    work.mkdir(parents=True, exist_ok=True)
    seeds = ROOT / "tests" / "corpus" / name
    argv = [path, f"-max_total_time={FUZZ_SECONDS}", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1",
            "-verbosity=0", f"-artifact_prefix={work.parent}/{name}-", work]
    if seeds.is_dir():
        argv.append(seeds)
    r = Result()
    code, text = run(argv, SAN, limit_s=FUZZ_SECONDS + 120)
    if code:
        r.fail(f"fuzz {name}: exit code {code}\n{tail(text, 60)}")
    elif "stat::number_of_executed_units" not in text:
        r.fail(f"fuzz {name}: printed no result\n{tail(text)}")
    else:
        r.ok()
    return r


def suite_fuzz():
    r = Result()
    wrong = build("build-asan")
    if wrong:
        r.fail(wrong)
        return r
    programs = sorted(p for p in (ROOT / "build-asan").glob("fuzz_*") if p.is_file() and os.access(p, os.X_OK))
    if not programs:
        r.fail("there are no fuzzers")
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for one in pool.map(fuzz_one, programs):
            r.add(one)
    return r


def suite_analyze():
    wrong = build("build")
    if wrong:
        r = Result()
        r.fail(wrong)
        return r
    return count("analyze", *run([sys.executable, "tools/analyze.py"], limit_s=3600))


def outside(path):
    """A suite of tests/: tests/NAME/run.py or run.mjs."""
    def go():
        r = Result()
        wrong = build("build", ["dinh"])
        if wrong:
            r.fail(wrong)
            return r
        folder = path.parent
        if (folder / "package.json").exists() and not npm_fresh(folder):
            verb = "ci" if (folder / "package-lock.json").exists() else "install"
            code, text = run(["npm", verb, "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder)
            if code:
                r.fail(f"npm {verb} in {folder.name}:\n{tail(text)}")
                return r
        env = {"DINH_BIN": str(ROOT / "build" / "dinh"), "DINH_SOURCE": str(ROOT), "JOBS": str(JOBS)}
        argv = ["node", path] if path.suffix == ".mjs" else [sys.executable, path]
        return count(folder.name, *run(argv, env))
    return go


def npm_fresh(folder):
    there = folder / "node_modules" / ".package-lock.json"
    wanted = folder / "package-lock.json"
    return there.exists() and wanted.exists() and there.stat().st_mtime >= wanted.stat().st_mtime


def suites():
    """In order: what is quick to fail first."""
    table = {"lint": suite_lint, "tools": suite_tools, "unit": suite_unit, "debug": suite_debug}
    found = {p.parent.name: p for ext in ("py", "mjs") for p in sorted(ROOT.glob(f"tests/*/run.{ext}"))}
    for name in sorted(found, key=lambda n: (["flows", "mail", "browser", "crash"] + [n]).index(n)):
        table[name] = outside(found[name])
    table.update({"asan": suite_asan, "fuzz": suite_fuzz, "tsan": suite_tsan, "analyze": suite_analyze})
    if not list(ROOT.glob("tools/test_*.py")) + list(ROOT.glob("bench/test_*.py")):
        del table["tools"]
    return table


def lanes(argv, table):
    """What runs one after the other, and in each step what runs side by side. Named suites: one after the other.

    The first suites make the program; then what compiles more of it goes beside what mostly waits for a browser, a
    peer or a disk.
    """
    if argv:
        return [[[name]] for name in argv]
    first = [name for name in ("lint", "tools", "unit") if name in table]
    compiling = [name for name in ("debug", "asan", "fuzz", "tsan", "analyze") if name in table]
    waiting = [name for name in table if name not in first + compiling]
    return [[first], [part for part in (compiling, waiting) if part]]


def one_suite(name, suite):
    began = time.monotonic()
    r = suite()
    lines = [f"-- FAILED {each}" for each in r.failures] + [f"-- skipped {each}" for each in r.skips]
    lines.append(f"== {name}: {r.passed} passed, {r.failed} failed, {r.skipped} skipped"
                 f" in {time.monotonic() - began:.1f} s")
    print("\n".join(lines), flush=True)
    return r


def main(argv):
    table = suites()
    if "--list" in argv:
        print("\n".join(table))
        return 0
    unknown = [a for a in argv if a not in table]
    if unknown:
        print(f"no such suite: {', '.join(unknown)} (there are: {', '.join(table)})", file=sys.stderr)
        return 2
    total, started = Result(), time.monotonic()
    if not argv:
        os.environ.setdefault("ANALYZE_SECONDS", "180")
    for lane in lanes(argv, table):
        with concurrent.futures.ThreadPoolExecutor(len(lane)) as pool:
            for results in pool.map(lambda names: [one_suite(name, table[name]) for name in names], lane):
                for r in results:
                    total.add(r)
    print(f"all in {time.monotonic() - started:.0f} s")
    print(f"{total.passed} passed, {total.failed} failed" + (f", {total.skipped} skipped" if total.skipped else ""))
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    shutil.which("meson") or sys.exit("meson is not installed: make test installs it")
    sys.exit(main(sys.argv[1:]))
