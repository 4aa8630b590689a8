#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The program that counts the tests, tested: what it must not take for success."""
import unittest

import run_tests as rt


def three(r):
    return r.passed, r.failed, r.skipped


class Count(unittest.TestCase):
    def test_own_sum(self):
        self.assertEqual(three(rt.count("x", 0, "1 passed, 0 failed\nfoo\n7 passed, 0 failed\n")), (7, 0, 0))
        self.assertEqual(three(rt.count("x", 1, "7 passed, 2 failed, 1 skipped\n")), (7, 2, 1))

    def test_reason_of_a_skip(self):
        r = rt.count("x", 0, "skipped: no browser here\n7 passed, 0 failed, 1 skipped\n")
        self.assertIn("no browser here", r.skips[0])

    def test_silence_fails(self):
        self.assertEqual(three(rt.count("x", 0, "")), (0, 1, 0))
        self.assertEqual(three(rt.count("x", 0, "all is well\n")), (0, 1, 0))
        self.assertEqual(three(rt.count("x", 0, "0 passed, 0 failed\n")), (0, 1, 0))

    def test_exit_code_fails(self):
        self.assertEqual(three(rt.count("x", 1, "7 passed, 0 failed\n")), (7, 1, 0))
        self.assertEqual(three(rt.count("x", -11, "ok 1 - a\n")), (1, 1, 0))

    def test_tap(self):
        r = rt.count("x", 1, "1..3\nok 1 - a\nnot ok 2 - b\nok 3 - c # SKIP no peer\nokay\n")
        self.assertEqual(three(r), (1, 1, 1))
        self.assertEqual(r.skips, ["x: c: no peer"])

    def test_skip_as_cmocka_says_it(self):
        self.assertEqual(three(rt.count("x", 0, "ok 1 - a\nnot ok 2 - b # SKIP no data\n")), (1, 0, 1))

    def test_every_suite_runs_once(self):
        table = rt.suites()
        names = [name for step in rt.lanes([], table) for lane in step for name in lane]
        self.assertEqual(sorted(names), sorted(table))

    def test_unittest(self):
        self.assertEqual(three(rt.count("x", 0, "Ran 5 tests in 0.1s\n\nOK (skipped=1)\n")), (4, 0, 1))
        self.assertEqual(three(rt.count("x", 1, "Ran 5 tests in 0.1s\n\nFAILED (failures=1, errors=2)\n")), (2, 3, 0))


class Unit(unittest.TestCase):
    @staticmethod
    def one(result, stdout):
        return three(rt.one_unit("build", {"name": "dinh / base", "result": result, "stdout": stdout}))

    def test_good(self):
        self.assertEqual(self.one("OK", "1..2\nok 1 - a\nok 2 - b\n"), (2, 0, 0))

    def test_crash_after_good_points(self):
        self.assertEqual(self.one("FAIL", "1..2\nok 1 - a\n"), (1, 1, 0))
        self.assertEqual(self.one("ERROR", "1..2\nok 1 - a\n"), (1, 1, 0))
        self.assertEqual(self.one("TIMEOUT", ""), (0, 1, 0))

    def test_silence(self):
        self.assertEqual(self.one("OK", ""), (0, 1, 0))


if __name__ == "__main__":
    unittest.main()
