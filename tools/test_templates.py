#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The template compiler: what it writes, and that each error is found, at its line."""
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import templates  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
CC = os.environ.get("CC", "cc").split()


def page(inside, params="const struct x *p"):
    return f"{{{{template t({params})}}}}\n{inside}\n{{{{end}}}}\n"


def body(inside, **options):
    """The C of a template's inside, without directives."""
    c = templates.compile_text(page(inside), "t.html", **options)
    text = "".join(line for line in c.body if not line.startswith("#line"))
    return text[text.index("{") + 1:-1]


class Output(unittest.TestCase):
    def check(self, inside, want):
        self.assertEqual(body(inside), want)

    def test_contexts(self):
        self.check("<b>{{x}}</b>", 'R("<b>")html_text(h, x);R("</b>")')
        self.check('<b title="{{x}}">', 'R("<b title=\\"")html_attr(h, x);R("\\">")')
        self.check("<b title='{{x}}'>", 'R("<b title=\'")html_attr(h, x);R("\'>")')
        self.check('<a href="{{x}}">', 'R("<a href=\\"")html_url(h, x);R("\\">")')
        self.check('<a HREF="{{x}}">', 'R("<a HREF=\\"")html_url(h, x);R("\\">")')
        self.check('<a href="/u/{{x}}/{{y}}">', 'R("<a href=\\"/u/")html_part(h, x);R("/")html_part(h, y);R("\\">")')
        self.check("<textarea>{{x}}</textarea>", 'R("<textarea>")html_text(h, x);R("</textarea>")')
        self.check("<title>{{x}} <b></title><i>{{y}}",
                   'R("<title>")html_text(h, x);R(" <b></title><i>")html_text(h, y);')

    def test_words(self):
        self.check("{{num p->n}}", "html_num(h, p->n);")
        self.check('<b title="{{longday p->d}}">', 'R("<b title=\\"")html_longday(h, p->d);R("\\">")')
        self.check("{{csrf}}", "html_csrf(h);")
        self.check("{{paragraphs p->t}}", "html_paragraphs(h, p->t);")
        self.check('{{call f(&p->x, "}}")}}', 'f(h, &p->x, "}}");')
        self.check("{{call f()}}", "f(h);")
        self.check('<link href="{{asset "web/x.css"}}">', 'R("<link href=\\"")html_asset(h, "web/x.css");R("\\">")')
        self.check("{{# it's \"a\" note }}x", 'R("x")')

    def test_messages(self):
        self.check('{{t "a.b"}}', 'html_msg_text(h, "a.b", NO_ARGS);')
        self.check('<b title="{{t "a.b"}}">', 'R("<b title=\\"")html_msg_attr(h, "a.b", NO_ARGS);R("\\">")')
        self.check('{{t "a.b" n=p->a == 1 s=f(p, x = 2)}}', 'html_msg_text(h, "a.b", ARGS(html_arg(h, "n", p->a == 1), '
                   'html_arg(h, "s", f(p, x = 2))));')
        self.check("{{t p->msg}}", "html_msg_text(h, p->msg, NO_ARGS);")
        c = templates.compile_text(page('{{t p->x ? "a.b" : "c.d"}}\n{{t "e.f" n=1}}'), "t.html")
        self.assertEqual(c.messages, [(["a.b", "c.d"], None, 2), (["e.f"], ["n"], 3)])

    def test_flow(self):
        self.check("{{if a > 1}}x{{elif b}}y{{else}}z{{end}}",
                   'if (a > 1) {R("x")} else if (b) {R("y")} else {R("z")}')
        self.check('<b{{if a}} class="x"{{end}}>', 'R("<b")if (a) {R(" class=\\"x\\"")}R(">")')
        self.check('<b class="a{{if b}} c{{end}}">', 'R("<b class=\\"a")if (b) {R(" c")}R("\\">")')
        self.check("{{each s in p->v of p->n}}{{s->x}}{{s_i}}{{end}}",
                   "for (size_t s_i = 0; s_i < (size_t)(p->n); s_i++) { "
                   "const __typeof__(*(p->v)) *s = &(p->v)[s_i];html_text(h, s->x);html_text(h, s_i);}")
        self.check('<a href="{{if a}}{{a}}{{else}}/{{end}}">',
                   'R("<a href=\\"")if (a) {html_url(h, a);} else {R("/")}R("\\">")')

    def test_space(self):
        self.check("<p>\n  a\n  b  c\n</p>\n\n<p>d</p>", 'R("<p>a\\nb  c</p><p>d</p>")')
        self.check("<i>a</i>\n  <i>b</i>", 'R("<i>a</i>\\n<i>b</i>")')
        self.check("<i>a</i> <i>b</i>", 'R("<i>a</i> <i>b</i>")')
        self.check("<pre>\n  a\n\n b</pre>\n<p>", 'R("<pre>\\n  a\\n\\n b</pre><p>")')
        self.check("<p\n   class='a'\n>", "R(\"<p class='a'>\")")
        self.check("a\n{{if x}}\nb\n{{end}}\nc", 'R("a")if (x) {R("\\nb")}R("\\nc")')
        self.check("<ul>\n  {{each s in v of n}}\n  <li>\n  {{end}}\n</ul>",
                   'R("<ul>")for (size_t s_i = 0; s_i < (size_t)(n); s_i++) { '
                   'const __typeof__(*(v)) *s = &(v)[s_i];R("<li>")}R("</ul>")')
        self.check("{{x}}\n{{y}}", 'html_text(h, x);R("\\n")html_text(h, y);')
        self.check("<!-- secret -->a", 'R("a")')
        self.check("<textarea>\n{{if x}}\n a\n{{end}}</textarea>",
                   'R("<textarea>\\n")if (x) {R("\\n a\\n")}R("</textarea>")')

    def test_strings_are_c(self):
        self.check('a"b\\c??/d\te', 'R("a\\"b\\\\c\\?\\?/d\\011e")')

    def test_files(self):
        c = templates.compile_text('{{use "a/b.h"}}\n{{template f(void)}}x{{end}}\n'
                                   '{{template g(int a, int b)}}{{a}}{{end}}', "d/t.html")
        header = c.header("G_H")
        self.assertIn('#include "a/b.h"\n', header)
        self.assertIn('#line 2 "d/t.html"\nvoid f(struct html *h);\n', header)
        self.assertIn("void g(struct html *h, int a, int b);\n", header)


ERRORS = [
    # inside of the template, line, what is said
    ("<p class={{x}}>", 2, "not in quotes|unquoted"),
    ("<p class=a>", 2, "not in quotes"),
    ("<p\nclass={{x}}>", 3, "unquoted"),
    ("<script>var a = {{x}};</script>", 2, "inside <script>"),
    ("<script>\n\nvar a = '{{x}}';</script>", 4, "inside <script>"),
    ("<style>{{x}}</style>", 2, "inside <style>"),
    ("<STYLE>{{x}}</STYLE>", 2, "inside <style>"),
    ("<!-- {{x}} -->", 2, "inside a comment"),
    ("<!doctype {{x}}>", 2, "declaration"),
    ("<{{x}}>", 2, "begins no tag|tag's name"),
    ("<h{{x}}>", 2, "inside a tag"),
    ("<p {{x}}>", 2, "inside a tag"),
    ("<p data-{{x}}='a'>", 2, "inside an attribute's name"),
    ("<p onclick='f({{x}})'>", 2, '"onclick"'),
    ("<p ONCLICK='f({{t \"a.b\"}})'>", 2, '"onclick"'),
    ("<p style='width:{{x}}%'>", 2, '"style"'),
    ("<img srcset='{{x}}'>", 2, '"srcset"'),
    ("<iframe srcdoc='{{x}}'>", 2, '"srcdoc"'),
    ("<a href='javascript:f({{x}})'>", 2, "script or data link"),
    ("<a href='{{if x}}/a{{end}}{{y}}'>", 2, "may or may not have begun"),
    ("<a href='{{t \"a.b\"}}'>", 2, "{{t}} inside"),
    ("<a href='/x{{asset \"web/a\"}}'>", 2, "whole link"),
    ("<p title='{{call f()}}'>", 2, "{{call}} inside"),
    ("<p {{csrf}}>", 2, "{{csrf}} inside"),
    ("<title>{{paragraphs x}}</title>", 2, "{{paragraphs}} inside"),
    ("<p{{if x}}>{{end}}", 2, "end in different places"),
    ("{{if x}}<p title='{{else}}<p>{{end}}'>", 2, "end in different places"),
    ("{{if x}}<p {{end}}>", 2, "end in different places"),
    ("{{each s in v of n}}<p title='{{end}}'>", 2, "end"),
    ("<p{{if x}}class='a'{{end}}>", 2, "space is needed"),
    ("<p a='b'c='d'>", 2, "space is needed"),
    ("<p \"a\">", 2, "out of place"),
    ("a < b", 2, "&lt;"),
    ("{{foo bar}}", 2, "unknown statement {{foo}}"),
    ("{{foo \"bar\"}}", 2, "unknown statement {{foo}}"),
    ("a\n{{}}", 3, "empty"),
    ("a\n{{x", 3, "{{ without }}"),
    ("{{x \"a}}", 2, "past the end|without"),
    ("{{f(x}}", 2, "unmatched"),
    ("{{f(x); g()}}", 2, "unmatched"),
    ("{{else}}", 2, "without {{if}}"),
    ("{{if x}}{{else}}{{elif y}}{{end}}", 2, "after {{else}}"),
    ("{{if x}}{{else}}{{else}}{{end}}", 2, "after {{else}}"),
    ("{{if x}}{{else y}}{{end}}", 2, "takes nothing"),
    ("{{if}}{{end}}", 2, "needs a condition"),
    ("{{if (x}}{{end}}", 2, "needs a condition"),
    ("\n{{if x}}", 1, "{{template}} has no {{end}}"),
    ("{{each s of n}}{{end}}", 2, "name in array of count"),
    ("{{each h in v of n}}{{end}}", 2, "is taken"),
    ("{{each s in v of n}}{{each s in v of n}}{{end}}{{end}}", 2, "is taken"),
    ("{{end}}{{end}}", 2, "without"),
    ("{{end x}}", 2, "takes nothing"),
    ("{{use \"a.h\"}}", 2, "inside of {{template}}"),
    ("{{template u(void)}}", 2, "inside of that of line 1"),
    ("<p", 3, "ends inside"),
    ("<p title='", 3, "ends inside"),
    ("<script>", 3, "ends inside"),
    ("{{t}}", 2, "needs a message"),
    ("{{t \"a.b\" n= m=1}}", 2, "no value"),
    ("{{t \"a.b\" n=1 n=2}}", 2, "given twice"),
    ("{{num}}", 2, "needs an expression"),
    ("{{csrf x}}", 2, "takes nothing"),
    ("{{call f}}", 2, "name(arguments)"),
    ("{{asset web/x.css}}", 2, 'asset "web/file"'),
]


class Errors(unittest.TestCase):
    def test_each_is_found_at_its_line(self):
        for inside, line, said in ERRORS:
            with self.subTest(inside), self.assertRaises(templates.TemplateError) as e:
                templates.compile_text(page(inside), "t.html")
            self.assertRegex(e.exception.message, said.replace("{{", r"\{\{").replace("}}", r"\}\}")
                             .replace("(", r"\(").replace(")", r"\)"), inside)
            self.assertEqual(e.exception.line, line, inside)

    def test_outside(self):
        for text, said in [("x", "text outside"), ("{{x}}", "outside"), ("{{if x}}", "outside"),
                           ("", "no {{template}}"),
                           ("{{use a.h}}", "path/of/header"), ("{{template x}}{{end}}", "template name"),
                           ("{{end}}", "without")]:
            with self.subTest(text), self.assertRaises(templates.TemplateError) as e:
                templates.compile_text(text, "t.html")
            self.assertIn(said, e.exception.message)

    def test_a_missing_asset(self):
        with self.assertRaises(templates.TemplateError):
            body('<link href="{{asset "web/none.css"}}">', root=ROOT)

    def test_the_program_says_file_and_line(self):
        with tempfile.TemporaryDirectory() as d:
            source = Path(d) / "t.html"
            source.write_text(page("\n<p class={{x}}>"))
            p = subprocess.run([sys.executable, ROOT / "tools/templates.py", source, f"{d}/o.c", f"{d}/o.h"],
                               capture_output=True, text=True)
            self.assertEqual(p.returncode, 1)
            self.assertTrue(p.stderr.startswith(f"{source}:3: error: "), p.stderr)
            self.assertFalse((Path(d) / "o.c").exists())


class Compiler(unittest.TestCase):
    """The C compiler's own errors point into the template."""

    def compile(self, inside):
        with tempfile.TemporaryDirectory() as d:
            (Path(d) / "x.h").write_text('#include "base/str.h"\n'
                                         'struct x { struct str title; const char *z; double d; int n; };\n')
            (Path(d) / "t.html").write_text('{{use "x.h"}}\n' + page(inside))
            subprocess.run([sys.executable, ROOT / "tools/templates.py", "t.html", "t.html.c", "t.html.h"], cwd=d,
                           check=True)
            return subprocess.run([*CC, "-std=gnu17", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I", d,
                                   "-I", str(ROOT / "src"), "t.html.c"], cwd=d, capture_output=True, text=True,
                                  env={**os.environ, "LC_ALL": "C"})

    def test_what_is_right_compiles(self):
        p = self.compile('<a href="{{p->title}}" title="{{p->z}}">{{p->n}} {{p->n + 1}}</a>\n'
                         '{{each c in p->z of 3}}{{*c}}{{end}}{{t "a.b" n=p->n s=p->z t=p->title}}')
        self.assertEqual(p.returncode, 0, p.stderr)

    def test_misspelt_fields_and_wrong_types(self):
        for inside in ("{{p->titel}}", "{{if p->titel.n}}{{end}}", '<a href="{{p->n}}">', "{{p}}",
                       '{{t "a.b" n=p->titel}}', "{{t p->n}}", "{{call nothing(p)}}",
                       "{{p->d}}", '<b title="{{p->d}}">'):
            with self.subTest(inside):
                p = self.compile("a\n\n" + inside + "\n")
                self.assertNotEqual(p.returncode, 0, inside)
                self.assertRegex(p.stderr, re.compile(r"^t\.html:5:", re.M), p.stderr)


if __name__ == "__main__":
    unittest.main()
