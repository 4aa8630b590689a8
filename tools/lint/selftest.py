# SPDX-License-Identifier: AGPL-3.0-or-later
"""Shows that each check can fail: small trees that it must refuse, with the words it must say, and a tree that
every check must accept."""
from .source import CFile, Tree

SPDX_C = "// SPDX-License-Identifier: AGPL-3.0-or-later\n"
SPDX_SH = "# SPDX-License-Identifier: AGPL-3.0-or-later\n"
PO = 'msgid "a.b"\nmsgstr "%s"\n\nmsgid "a.n"\nmsgid_plural "a.n"\nmsgstr[0] "x"\nmsgstr[1] "y"\n'

GOOD = {
    "meson.build": SPDX_SH,
    "src/platform/meson.build": SPDX_SH + "subdir('store')\nsubdir('http')\n",
    "src/features/meson.build": SPDX_SH + "subdir('units')\nsubdir('cases')\n",
    "src/base/str.h": SPDX_C + "#ifndef A\n#define A\nstruct str { const char *p; };\n"
                      "int str_cmp(int a, int b);\n#endif\n",
    "src/base/str.c": SPDX_C + '#include "base/str.h"\n#include <string.h>\n'
                      "static const int table[] = {1, 2};\nstatic const char *const names[] = {\"a\", \"b\"};\n"
                      "static int (*const verbs[])(int) = {0};\nenum { X = 1 };\nstruct fwd;\n"
                      "/* strcpy(a, b) in a comment; Điều too */\n"
                      "#if A\nint str_cmp(int a, int b)\n{\n#else\nint str_cmp(int a, int b)\n{\n#endif\n"
                      "    static const char *const words[] = {\n        \"if\",\n    };\n"
                      "    return a < b ? a : table[0];\n}\n",
    "src/platform/store/store.h": SPDX_C + "#define SQL(literal) ((struct sql){\"\" literal \"\"})\n",
    "src/platform/store/sqlite.c": SPDX_C + "#include <sqlite3.h>\n#include \"platform/store/store.h\"\n",
    "src/platform/http/http.c": SPDX_C + '#include "platform/store/store.h"\n#include "base/str.h"\n',
    "src/features/units/units.h": SPDX_C + "struct unit;\n",
    "src/features/cases/case_store.c": SPDX_C + '#include "features/units/units.h"\n'
                                       'void f(void)\n{\n    g(SQL("SELECT 1 "\n          "FROM t"), r.free(1),'
                                       ' p->time(2));\n}\n',
    "src/features/cases/case_pages.c": SPDX_C + '#include "case.html.h"\n'
                                       'void g(void)\n{\n    h(MSG("a.b"), "\\xef\\xbb\\xbf");\n}\n',
    "src/features/cases/case.html": '{{use "features/units/units.h"}}\n{{template x(const struct x *p)}}\n'
                                    "{{# a remark: Đơn }}<p title=\"{{t \"a.b\"}}\" class=\"big\">{{if p->n > 0}}"
                                    "{{t \"a.b\"}}{{end}} &nbsp;· Dinh <kbd>Enter</kbd></p>\n"
                                    "<input type=\"hidden\" value=\"yes\">{{end}}\n",
    "src/features/cases/001.sql": SPDX_C.replace("//", "--") +
                                  "CREATE TABLE matter (office_id INTEGER NOT NULL, id INTEGER NOT NULL,\n"
                                  "  unit_id INTEGER NOT NULL REFERENCES unit (id),\n"
                                  "  PRIMARY KEY (office_id, id), UNIQUE (office_id, number));\n"
                                  "CREATE TABLE unit (id INTEGER PRIMARY KEY, code TEXT UNIQUE);\n"
                                  "CREATE UNIQUE INDEX m ON matter (office_id, code);\n",
    "src/app/serve.c": SPDX_C + '#include "features/cases/case_pages.h"\n',
    "src/features/cases/case_pages.h": SPDX_C,
    "src/main.c": SPDX_C + '#include "base/str.h"\nint main(void)\n{\n    return 0;\n}\n',
    "rules/README.md": "A word that the program knows: `received`.\n",
    "rules/vn/procedures.csv": "id,kind\nquarrel.first,quarrel\n",
    "rules/vn/states.csv": "id\nreceived\n",
    "rules/vn/limits.csv": "id,step\nK1,listen\n",
    "src/features/cases/case_rules.c": SPDX_C + 'static const char *const s = "received";\n',
    "src/app/reference_tables.txt": "unit the same for all offices\n",
    "locale/vi.po": PO % "Đơn", "locale/fr.po": PO % "f", "locale/en.po": PO % "e",
    "src/base/test_x.c": SPDX_C + 'static int n;\nconst char *const s = "Đơn";\n',
    "src/features/cases/test_page.html": "{{template x(void)}}<p>as it is {{t \"no.such\"}}</p>{{end}}\n",
    "docs/ROUTES.md": "<!-- made by: dinh routes -->\nroutes\n",
}

F = "src/features/cases/case_rules.c"
C = "src/base/x.c"
H = "src/features/cases/case.html"
S = "src/features/cases/002.sql"


def body(lines):
    return "int f(void)\n{\n" + "    g();\n" * lines + "}\n"


# check, what is wrong, files that replace or join the good tree, words the offence must hold
BAD = [
    ("layers", "base includes platform", {C: '#include "platform/store/store.h"\n'}, "base may not include platform"),
    ("layers", "a feature includes app", {F: '#include "app/serve.h"\n', "src/app/serve.h": ""}, "may not include app"),
    ("layers", "another feature's inside", {F: '#include "features/units/unit_store.h"\n',
                                            "src/features/units/unit_store.h": ""}, "only its public header"),
    ("layers", "a feature above", {"src/features/units/units.h": '#include "features/cases/cases.h"\n',
                                   "src/features/cases/cases.h": ""}, "cases stands above units"),
    ("layers", "a room above", {"src/platform/store/store.h": '#include "platform/http/http.h"\n',
                                "src/platform/http/http.h": ""}, "http stands above store"),
    ("layers", "a circle", {"src/platform/store/store.h": '#include "platform/http/http.h"\n',
                            "src/platform/http/http.h": ""}, "circle between"),
    ("layers", "a folder without a place", {"src/features/new/new.c": ""}, "no subdir line"),
    ("layers", "a template looks up", {"src/platform/http/e.html": '{{use "features/units/units.h"}}'},
     "platform may not include features"),
    ("layers", "another feature's template", {"src/features/units/u.html": "", F: '#include "u.html.h"\n'},
     "only its public header"),
    ("layers", "main knows a feature", {"src/main.c": '#include "features/units/units.h"\n'}, "main.c knows"),
    ("layers", "a file that is not there", {F: '#include "base/none.h"\n'}, "is not a file"),
    ("layers", "a library in the wrong room", {"src/platform/http/x.c": "#include <sqlite3.h>\n"},
     "belongs to platform/store"),
    ("budgets", "a long function", {F: body(80)}, "f has 83 lines"),
    ("budgets", "a long file", {F: "\n" * 701}, "701 lines"),
    ("budgets", "a long header", {"src/features/cases/c.h": "\n" * 121}, "121 lines"),
    ("budgets", "too many parameters", {F: "int f(int a, int b, int c, int d, int (*e)(int, int), int g, int h);\n"},
     "7 parameters"),
    ("budgets", "a slow median", {f"src/base/x{i}.c": body(20) for i in range(40)}, "median function"),
    ("budgets", "a fat tail", {**{f"src/base/x{i}.c": body(1) for i in range(40)},
                               **{f"src/base/y{i}.c": body(60) for i in range(5)}}, "one function in twenty"),
    ("banned", "strcpy", {C: "int f(void)\n{\n    strcpy(a, b);\n}\n"}, "strcpy()"),
    ("banned", "system in an #else", {C: "#if A\n#else\nint f(void)\n{\n    system(a);\n}\n#endif\n"}, "system()"),
    ("banned", "in a macro", {C: "#define COPY(a, b) strcat(a, b)\n"}, "strcat() in a macro"),
    ("allocations", "free in a feature", {F: "int f(void)\n{\n    free(a);\n}\n"}, "free()"),
    ("clocks", "time in a feature", {F: "int f(void)\n{\n    return time(0);\n}\n"}, "time()"),
    ("globals", "a counter", {C: "static int n;\n"}, "n is mutable"),
    ("globals", "a pointer that moves", {C: "static const char *p = \"a\";\n"}, "p is mutable"),
    ("globals", "a structure with a value", {C: "struct a { int x; } b = {1};\n"}, "b is mutable"),
    ("globals", "a pointer to a function", {C: "int (*verb)(int) = f;\n"}, "mutable"),
    ("globals", "a static local", {C: "int f(void)\n{\n    static int calls = 0;\n    return calls++;\n}\n"},
     "calls is mutable"),
    ("globals", "one for each thread", {C: "static _Thread_local int depth;\n"}, "depth is mutable"),
    ("sql", "a variable", {"src/features/cases/case_store.c": "void f(void)\n{\n    g(SQL(text));\n}\n"},
     "a string literal and nothing else"),
    ("sql", "a literal and a variable", {"src/features/cases/case_store.c": 'int x = SQL("SELECT" W);\n'},
     "a string literal and nothing else"),
    ("sql", "outside a store", {F: 'int x = SQL("SELECT 1");\n'}, "outside a *_store.c"),
    ("sql", "as a plain string", {F: 'const char *const q = "SELECT a FROM b";\n'}, "SQL outside"),
    ("sql", "by hand", {"src/features/cases/case_store.c": "int x = (struct sql){q};\n"}, "is made by SQL"),
    ("schema", "a trigger", {S: "CREATE TRIGGER t AFTER INSERT ON m BEGIN SELECT 1; END;\n"}, "no triggers"),
    ("schema", "a primary key of its own", {S: "CREATE TABLE a (id INTEGER PRIMARY KEY);\n"}, "PRIMARY KEY of a.id"),
    ("schema", "a primary key in another order", {S: "CREATE TABLE a (id INT, PRIMARY KEY (id, office_id));\n"},
     "PRIMARY KEY of a does not start"),
    ("schema", "unique by itself", {S: "CREATE TABLE a (office_id INT, x TEXT UNIQUE);\n"}, "UNIQUE of a.x"),
    ("schema", "a foreign key", {S: "CREATE TABLE a (x INT, FOREIGN KEY (x) REFERENCES matter (id));\n"},
     "FOREIGN KEY of a"),
    ("schema", "a unique index", {S: "CREATE UNIQUE INDEX i ON matter (code);\n"}, "unique index on matter"),
    ("schema", "a list without reasons", {"src/app/reference_tables.txt": "unit\n"}, "without a reason"),
    ("text", "Vietnamese in C", {F: 'const char *const s = "Đơn";\n'}, "text for people in C"),
    ("text", "in escapes", {F: 'const char *const s = "\\xc4\\x90";\n'}, "text for people in C"),
    ("templates", "a word", {H: "<p>Hello</p>"}, "Hello"),
    ("templates", "a word behind a condition", {H: "<p>{{if p->n > 0}}yes{{end}}</p>"}, "yes"),
    ("templates", "a Vietnamese word", {H: "<p>{{t \"Đơn\"}}</p>"}, "beyond ASCII"),
    ("templates", "an attribute", {H: '<img src="/a.png" alt="a picture">'}, 'alt="a picture"'),
    ("templates", "a button", {H: '<input type="submit" value="Send">'}, 'value="Send"'),
    ("law", "an article", {F: 'const char *const s = "Article 12";\n'}, "law in C"),
    ("law", "a decree", {F: 'const char *const s = "124/2020/ND-CP";\n'}, "law in C"),
    ("pack", "a procedure", {F: 'const char *const s = "quarrel.first";\n'}, "procedures.id of rules/vn"),
    ("pack", "a step", {F: 'const char *const s = "listen";\n'}, "limits.step of rules/vn"),
    ("messages", "twice", {"locale/vi.po": PO % "x" + '\nmsgid "a.b"\nmsgstr "y"\n'}, "stands twice"),
    ("messages", "missing in one", {"locale/fr.po": 'msgid "a.b"\nmsgstr "y"\n'}, "a.n is missing in fr"),
    ("messages", "twice over two files", {"locale/vi/cases.po": 'msgid "a.b"\nmsgstr "y"\n'}, "stands twice"),
    ("messages", "empty", {"locale/en.po": PO % ""}, "not translated"),
    ("messages", "fuzzy", {"locale/en.po": "#, fuzzy\n" + PO % "x"}, "not translated"),
    ("messages", "used in C", {F: 'const char *const s = MSG("a.c");\n'}, "no catalogue has a.c"),
    ("messages", "used in a template", {H: '{{t "a.d" n=p->n}}'}, "no catalogue has a.d"),
    ("spdx", "no licence line", {C: "int f(void);\n"}, "no line"),
    ("machine", "a path", {"docs/x.md": "see /" + "work/main\n"}, "one machine"),
    ("machine", "a registry", {"x/package-lock.json": '"resolved": "https://' + 'registry.example.org/a"\n'},
     "one machine"),
    ("space", "a long line", {C: "/" * 141 + "\n"}, "141 columns"),
    ("space", "a tab", {C: "\tint x;\n"}, "a tab"),
    ("space", "a blank at the end", {C: "int x; \n"}, "white space"),
    ("fresh", "a stale file", {"docs/ROUTES.md": "<!-- made by: dinh routes -->\nold\n"}, "stale"),
]


def offences(checks, name, files):
    tree = Tree(files)
    if name == "fresh":
        return list(checks[name][0](tree, run=lambda args: " ".join(args)))
    return list(checks[name][0](tree))


def point(ok, label, detail=""):
    print(f"{'ok' if ok else 'not ok'} - {label}{'' if ok else ': ' + detail}")
    return ok


def run(checks, allowances):
    results = []
    for name in checks:
        got = offences(checks, name, GOOD)
        results.append(point(not got, f"{name} accepts what is right", str(got)))
        results.append(point(any(b[0] == name for b in BAD), f"{name} has a case that it refuses"))
    for name, label, files, words in BAD:
        got = [o.what for o in offences(checks, name, {**GOOD, **files})]
        results.append(point(any(words in what for what in got), f"{name} refuses {label}", f"{words!r} not in {got}"))
    results += measures() + allowing(allowances)
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


def measures():
    """The measuring itself: lengths by hand against lengths found."""
    f = CFile("x.c", GOOD["src/base/str.c"])
    g = CFile("x.c", "__attribute__((noreturn)) static void\nlong_name(const char *s, ...)\n{\n    if (s) {\n    }\n}\n"
                     "struct a b(void) { return (struct a){'}'}; } /* } */\n")
    return [
        point([(x.name, x.lines, x.params) for x in f.functions] == [("str_cmp", 8, 2)], "length without its table",
              str(f.functions)),
        point([(x.name, x.lines, x.params) for x in g.functions] == [("long_name", 6, 1), ("b", 1, 0)],
              "attributes, variadic, braces in literals", str([x[:4] for x in g.functions])),
    ]


def allowing(allowances):
    from .source import Offence
    o = Offence("src/base/x.c", 1, "n is mutable state")
    a = allowances('globals src/base/x.c "n is" why\nglobals src/base/y.c "" why\nglobals src/base/z.c ""\n')
    return [
        point(a.allow("globals", o), "an allowance allows"),
        point(not a.allow("banned", o), "an allowance is for one check"),
        point(any("allows nothing" in i.what and "y.c" in i.what for i in a.idle(["globals"])), "an idle one is told"),
        point(any("wants" in i.what for i in a.idle(["globals"])), "one without a reason is refused"),
    ]
