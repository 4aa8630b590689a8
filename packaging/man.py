#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Manual pages from what the program says of itself:  man.py DINH OUT_DIR  writes dinh.1 and dinh.conf.5."""
import datetime
import json
import os
import re
import subprocess
import sys
from pathlib import Path


def ask(program, *args):
    return subprocess.run([program, "--data", "/nonexistent", *args], capture_output=True, text=True, check=True).stdout


def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...").replace("→", "->")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.M)


def options(block):
    """Lines `  --name VALUE   about` as tagged paragraphs."""
    out = []
    for line in block.splitlines():
        m = re.match(r"  (--\S+(?: \S+)?)\s{2,}(.*)$|  (--\S+(?: \S+)?) (.*)$", line)
        if m:
            name, about = (m.group(1), m.group(2)) if m.group(1) else (m.group(3), m.group(4))
            out.append(f".TP\n.B {roff(name)}\n{roff(about)}")
    return "\n".join(out)


def command(program, name):
    usage, about, *rest = ask(program, *name.split(), "--help").split("\n\n")
    own = next((b for b in rest if b.startswith("options:")), "")
    text = f".SS {roff(usage.removeprefix('usage: ').strip())}\n{roff(about.strip()[0].upper() + about.strip()[1:])}.\n"
    return text + (options(own) + "\n" if own else "")


def names(program):
    """The commands; a long name has one space before what it does."""
    block = ask(program, "--help").split("\n\n")[2]
    return [line[2:21].strip() for line in block.splitlines()]


def head(title, section, stamp, version):
    return f'.\\" made by packaging/man.py from the program itself\n.TH {title} {section} "{stamp}" "dinh {version}"\n'


def page(program, stamp, version):
    globals_ = next(b for b in ask(program, "--help").split("\n\n") if b.startswith("global options:"))
    codes = re.search(r"exit codes: (.*)", ask(program, "--help")).group(1)
    return head("DINH", 1, stamp, version) + f""".SH NAME
dinh \\- grassroots democracy in the open: petitions, complaints, denunciations, reception, reviews
.SH SYNOPSIS
.B dinh
[\\-\\-data DIR] [\\-\\-database URL] [\\-\\-now INSTANT] COMMAND ...
.SH DESCRIPTION
One program and one data directory run a local authority's register of what people hand in.
.B dinh init
makes the directory,
.B dinh serve
answers people and officials.
.SH OPTIONS
{options(globals_)}
.SH COMMANDS
{''.join(command(program, n) for n in names(program))}.SH EXIT STATUS
{roff(codes)}
.SH ENVIRONMENT
.TP
.B DINH_DATA
the data directory, when \\-\\-data is not given
.TP
.B DINH_\\fIGROUP\\fB_\\fINAME\\fR
a setting of
.BR dinh.conf (5)
.SH FILES
.TP
.I DIR/dinh.db, DIR/files, DIR/keys, DIR/dinh.conf
database, attachments, keys (kept apart from backups), settings
.SH SEE ALSO
.BR dinh.conf (5),
/usr/share/doc/dinh/OPERATIONS.md
"""


def settings(program, stamp, version):
    rows = json.loads(ask(program, "config", "--format", "json"))
    items = "\n".join(f".TP\n.B {roff(r['name'])}\n{roff(r['about'])} (default: {roff(json.dumps(r['value'], ensure_ascii=False))})"
                      for r in rows)
    return head("DINH.CONF", 5, stamp, version) + f""".SH NAME
dinh.conf \\- settings of dinh
.SH DESCRIPTION
A file in the data directory, in the syntax of libconfig; the dots of the names are groups:
.PP
.nf
serve: {{ listen = "127.0.0.1:8080"; behind_tls = true; }};
.fi
.PP
A name that does not exist is refused. The environment goes before the file, the command line before both.
.B dinh config
prints each value and where it came from.
.SH SETTINGS
{items}
.SH SEE ALSO
.BR dinh (1)
"""


def main(program, out):
    version = json.loads(ask(program, "version", "--format", "json"))["dinh"]
    day = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH") or 0), datetime.timezone.utc)
    stamp = day.strftime("%Y-%m-%d")
    Path(out).mkdir(parents=True, exist_ok=True)
    Path(out, "dinh.1").write_text(page(program, stamp, version), "utf-8")
    Path(out, "dinh.conf.5").write_text(settings(program, stamp, version), "utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
