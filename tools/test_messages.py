#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The message checks: a sound tree passes, and each fault is found, at its file and line."""
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import messages  # noqa: E402

FORMS = {"vi": "nplurals=1; plural=0;", "fr": "nplurals=2; plural=(n > 1);", "en": "nplurals=2; plural=(n != 1);"}


def header(lang):
    return ('msgid ""\nmsgstr ""\n"Project-Id-Version: x\\n"\n"Report-Msgid-Bugs-To: \\n"\n'
            '"POT-Creation-Date: 2026-01-01 00:00+0000\\n"\n'
            f'"PO-Revision-Date: 2026-01-01 00:00+0000\\n"\n"Last-Translator: x\\n"\n'
            f'"Language-Team: x\\n"\n"Language: {lang}\\n"\n'
            '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
            f'"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: {FORMS[lang]}\\n"\n')


def catalogue(lang):
    second = "" if lang == "vi" else f'msgstr[1] "{{n}} {lang}s"\n'
    return (f'# a note\nmsgid "a.hello"\nmsgstr ""\n"Xin \\"chào\\" "\n"{{name}}"\n\n'
            f'msgid "a.count"\nmsgid_plural "a.count"\nmsgstr[0] "{{n}} {lang}"\n{second}'
            f'\nmsgid "err.a"\nmsgstr "đ"\n')


class Tree(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name)
        for lang in messages.LANGS:
            self.write(f"locale/{lang}.po", header(lang))
            self.write(f"locale/{lang}/a.po", catalogue(lang))
        self.write("src/x/a.c", '/* MSG("in.comment") */ // MSG("in.comment")\n'
                   'f("MSG(\\"in.string\\")", MSG("a.hello"));\n'
                   'return FAIL(e, ERR_IO, "err.a", "x");\n')
        self.write("src/x/a.html", '{{template f(int x)}}\n{{t "a.hello" name=x}}{{t "a.count" n=x}}{{end}}\n')
        self.write("src/x/test_a.c", 'MSG("only.in.a.test")')

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def change(self, name, old, new):
        text = (self.root / name).read_text("utf-8")
        self.assertIn(old, text)
        self.write(name, text.replace(old, new))

    def found(self):
        return messages.check(self.root)[0]

    def assert_found(self, *patterns):
        problems = self.found()
        for p in patterns:
            self.assertTrue(any(re.search(p, x) for x in problems), f"{p} in {problems}")

    def test_a_sound_tree(self):
        problems, n, unused = messages.check(self.root)
        self.assertEqual((problems, n, unused), ([], 3, []))

    def test_unused(self):
        self.write("src/x/a.html", '{{template f(int x)}}{{end}}\n')
        self.assertEqual(messages.check(self.root)[2], ["a.count"])

    def test_twice(self):
        self.write("locale/fr/b.po", 'msgid "a.hello"\nmsgstr "x"\n')
        self.assert_found(r"^locale/fr/b.po:1: error: a.hello is already in locale/fr/a.po:2$")

    def test_missing_in_a_language(self):
        self.change("locale/en/a.po", 'msgid "err.a"\nmsgstr "đ"\n', "")
        self.assert_found(r"err.a is missing in en", r"^src/x/a.c:3: error: no message err.a in en$")

    def test_a_missing_catalogue(self):
        (self.root / "locale/en.po").unlink()
        self.assert_found(r"locale/en.po:1: error: this catalogue is missing")

    def test_not_translated(self):
        self.change("locale/en/a.po", '"đ"', '" "')
        self.assert_found(r"locale/en/a.po:\d+: error: err.a is not translated")

    def test_fuzzy(self):
        self.change("locale/fr/a.po", 'msgid "err.a"', '#, fuzzy\nmsgid "err.a"')
        self.assert_found(r"err.a is marked fuzzy")

    def test_other_places(self):
        self.change("locale/fr/a.po", "{name}", "{nom}")
        self.assert_found(r"a.hello has the places \['nom'\]",
                          r"a.html:2: error: a.hello has a place \{nom\} that is not given")

    def test_a_broken_place(self):
        self.change("locale/fr/a.po", "{name}", "{name")
        self.assert_found(r"a brace that is no \{place\}")

    def test_forms(self):
        self.change("locale/fr/a.po", 'msgstr[1] "{n} frs"\n', "")
        self.assert_found(r"a.count has 1 forms, fr has 2")

    def test_counted_here_but_not_there(self):
        self.change("locale/vi/a.po", 'msgid_plural "a.count"\nmsgstr[0]', "msgstr")
        self.assert_found(r"a.count is counted")

    def test_no_id(self):
        self.change("locale/vi/a.po", '"err.a"', '"Hello there"')
        self.assert_found(r'"Hello there" is no id')

    def test_not_understood(self):
        self.change("locale/vi/a.po", "# a note", "a note")
        self.assert_found(r"locale/vi/a.po:1: error: not understood")

    def test_unknown_in_c(self):
        self.write("src/x/b.h", '\nMSG( "b.none")')
        self.assert_found(r"^src/x/b.h:2: error: no message b.none in vi, fr, en$")

    def test_unknown_in_a_template(self):
        self.write("src/x/b.html", '{{template f(int x)}}\n\n{{t x ? "b.one" : "a.hello"}}'
                   '{{call g(MSG("b.two"))}}{{end}}')
        self.assert_found(r"src/x/b.html:3: error: no message b.one", r"src/x/b.html:3: error: no message b.two")

    def test_places_of_a_template(self):
        self.write("src/x/b.html", '{{template f(int x)}}{{t "a.hello" naem=x}}{{t "a.count"}}{{end}}')
        self.assert_found(r"has a place \{name\} that is not given", r"has no place \{naem\}",
                          r"counted: n is not given")

    def test_the_build_looks_only_at_its_files(self):
        self.write("src/x/b.c", 'MSG("b.none")')
        self.assertEqual(messages.check(self.root, {self.root / "src/x/a.c"})[0], [])

    def test_compiles(self):
        self.write("locale/fr/b.po", header("fr") + '\nmsgid "b.x"\nmsgstr "bé"\n')  # a header of its own does no harm
        out = self.root / "fr.mo"
        self.assertEqual(messages.main(["compile", "--lang", "fr", "--root", str(self.root), "--out", str(out),
                                        "--depfile", str(self.root / "d")]), 0)
        text = subprocess.run(["msgunfmt", out], capture_output=True, text=True, check=True).stdout
        for part in ('msgid "b.x"\nmsgstr "bé"', 'msgstr[1] "{n} frs"', '"Xin \\"chào\\" {name}"'):
            self.assertIn(part, text)
        deps = (self.root / "d").read_text()
        self.assertTrue(deps.startswith(str(out) + ": "))
        for part in ("locale/fr.po", "locale/fr/b.po", "locale/fr "):
            self.assertIn(part, deps + " ")

    def test_the_program_fails(self):
        self.write("src/x/b.c", 'MSG("b.none")')
        p = subprocess.run([sys.executable, messages.__file__, "--root", self.root], capture_output=True, text=True)
        self.assertEqual(p.returncode, 1)
        self.assertIn("src/x/b.c:1: error: no message b.none", p.stderr)


if __name__ == "__main__":
    unittest.main()
