# SPDX-License-Identifier: AGPL-3.0-or-later
"""The yardstick of reviews: the statutory forms as one would write them by hand
in C, a loop over flat arrays with nested conditions. Made from the table of
columns, so that it counts the same.

usage: plain_scan.py FORM_COLUMNS.CSV VOCABULARY.C OUT.C"""
import csv
import re
import sys


def vocabulary(path):
    """subject: {fact: (place, type)}"""
    text, subjects, arrays = open(path, encoding="utf-8").read(), {}, {}
    for name, body in re.findall(r"struct fact_field (\w+)\[\] = \{(.*?)\n\};", text, re.S):
        rows = re.findall(r'\{"(\w+)", (FACT_\w+)\}', body)
        arrays[name] = {fact: (place, kind) for place, (fact, kind) in enumerate(rows)}
    for subject, name in re.findall(r'struct fact_subject \w+ = \{"(\w+)", (\w+)\}', text):
        subjects[subject] = arrays[name]
    return subjects


class Writer:
    def __init__(self, subject, facts):
        self.subject, self.facts, self.words = subject, facts, {}

    def field(self, fact):
        return f"f_{fact}[i]"

    def word(self, fact, word):
        name = f"w_{fact}_{word}"
        self.words[name] = (fact, word)
        return name

    def term(self, tokens):
        """NAME, NAME op VALUE; the tokens are used up from the front."""
        name = tokens.pop(0)
        if tokens and tokens[0] in ("=", "!=", ">=", "<=", ">", "<"):
            op, value = tokens.pop(0), tokens.pop(0)
            op = "==" if op == "=" else op
            if self.facts[name][1] == "FACT_WORD":
                return f"{self.field(name)} {op} {self.word(name, value)}"
            return f"{self.field(name)} {op} {value}"
        if name in self.facts:
            return f"{self.field(name)} == 1"
        fact, aspect = name.rsplit("_", 1)
        x = self.field(fact)
        return {"in": f"({x} >= p->from && {x} <= p->to)", "by": f"({x} && {x} <= p->to)",
                "before": f"({x} && {x} < p->from)"}[aspect]

    def condition(self, text):
        tokens, out = re.findall(r"\w+|!=|>=|<=|[=<>!&|()]", text), []
        while tokens:
            if tokens[0] in ("&", "|"):
                out.append(f" {tokens[0] * 2} ")
                tokens.pop(0)
            elif tokens[0] in "!()":
                out.append(tokens.pop(0))
            else:
                # '!' binds to the whole term
                bare = out and out[-1] == "!"
                term = self.term(tokens)
                out.append(f"({term})" if bare else term)
        return "".join(out) or "true"


def body(w, columns, of, depth):
    lines = []
    for c in columns:
        if c["within"] != of:
            continue
        text = "(" + w.condition(c["condition"]) + ")"
        if c["counts"] == "matters":
            text += f" && {w.field('matter')} == r->id[i]"
        counts = c["counts"].split("/")[0]
        add = f"{w.field(counts)}" if counts in w.facts else "1"
        pad = "    " * depth
        lines += [f"{pad}if ({text}) {{", f"{pad}    to[{c['place']}] += {add};"]
        lines += body(w, [x for x in columns if x["form"] == c["form"]], c["column"], depth + 1)
        lines.append(pad + "}")
    return lines


TYPES = {"FACT_NUMBER": "int64_t", "FACT_DAY": "uint16_t", "FACT_WORD": "uint8_t", "FACT_YES": "uint8_t"}


def function(subject, facts, columns):
    w = Writer(subject, facts)
    lines = []
    for form in dict.fromkeys(c["form"] for c in columns):
        lines += body(w, [c for c in columns if c["form"] == form], "", 2)
    text = "\n".join(lines)
    out = [f"static void count_{subject}(const struct plain *p, const struct fact_rows *r)", "{"]
    for fact, (place, kind) in facts.items():
        if f"f_{fact}[" in text:
            out.append(f"    const {TYPES[kind]} *f_{fact} = r->field[{place}];")
    for name, (fact, word) in w.words.items():
        out.append(f'    const unsigned {name} = facts_word(p->facts, "{subject}", "{fact}", STR("{word}"));')
    out += ["    for (size_t i = 0; i < r->n; i++) {",
            "        if (r->from[i] > p->as_of || p->as_of >= r->until[i] || p->place[r->office[i]] == UINT16_MAX)",
            "            continue;",
            "        int64_t *to = p->cells + p->place[r->office[i]] * (size_t)PLAIN_COLUMNS;", text, "    }", "}", ""]
    return "\n".join(out)


def main():
    table, vocabulary_c, out = sys.argv[1:4]
    subjects = vocabulary(vocabulary_c)
    columns = []
    with open(table, encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            row["of"] = row["of"] or ("" if row["counts"] == "entered" else "case")
            columns.append(row)
    columns = [c for c in columns if c["of"] in subjects]
    for place, c in enumerate(columns):
        c["place"] = place
    with open(out, "w", encoding="utf-8") as f:
        f.write('#include "plain_scan.h"\n\n')
        f.write(f"enum {{ PLAIN_COLUMNS = {len(columns)} }};\n\nconst size_t plain_columns_n = PLAIN_COLUMNS;\n")
        f.write("const struct plain_column plain_columns[] = {\n")
        f.writelines(f'    {{"{c["form"]}", {c["column"]}}},\n' for c in columns)
        f.write("};\n\n")
        for subject, facts in subjects.items():
            f.write(function(subject, facts, [c for c in columns if c["of"] == subject]))
        f.write("\nvoid plain_scan(const struct plain *p)\n{\n    struct fact_rows r;\n")
        for subject in subjects:
            f.write(f'    if (facts_rows(p->facts, "{subject}", &r)) {{\n        count_{subject}(p, &r);\n'
                    "        facts_done(p->facts);\n    }\n")
        f.write("}\n")


if __name__ == "__main__":
    main()
