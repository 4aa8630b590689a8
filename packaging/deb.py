#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""A Debian package of a program that is built:  deb.py DINH OUT.deb [VERSION]

Nothing in it depends on when, where or by whom it was made: times are SOURCE_DATE_EPOCH (else the last commit's), debug
information is taken out, files belong to root, in the order of their names.
"""
import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
DOCS = ("OPERATIONS.md", "SECURITY.md", "RELIABILITY.md", "formats.md", "glossary.md")
# not found by looking at the program's libraries
MORE = ["adduser", "fonts-liberation", "ca-certificates"]


def sh(*argv, **kw):
    return subprocess.run([str(a) for a in argv], check=True, text=True, capture_output=True, **kw).stdout


def epoch():
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return int(given or sh("git", "-C", ROOT, "log", "-1", "--format=%ct"))


def depends(work, program):
    """What dpkg-shlibdeps says of the libraries."""
    (work / "debian").mkdir()
    (work / "debian" / "control").write_text("Source: dinh\n\nPackage: dinh\nArchitecture: any\n")
    out = sh("dpkg-shlibdeps", "-O", program, cwd=work)
    return re.sub(r"^shlibs:Depends=", "", out.strip())


def put(to, content, mode=0o644):
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(content)
    to.chmod(mode)


def packed(path):
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def fill(tree, program, work):
    put(tree / "usr/bin/dinh", program.read_bytes(), 0o755)
    sh("strip", "--strip-all", tree / "usr/bin/dinh")
    put(tree / "lib/systemd/system/dinh.service", (HERE / "dinh.service").read_bytes())
    put(tree / "etc/init.d/dinh", (HERE / "debian/dinh.init").read_bytes(), 0o755)
    sh(sys.executable, HERE / "man.py", program, work / "man")
    put(tree / "usr/share/man/man1/dinh.1.gz", packed(work / "man/dinh.1"))
    put(tree / "usr/share/man/man5/dinh.conf.5.gz", packed(work / "man/dinh.conf.5"))
    for name in DOCS:
        if (ROOT / "docs" / name).exists():
            put(tree / "usr/share/doc/dinh" / name, (ROOT / "docs" / name).read_bytes())
    put(tree / "usr/share/doc/dinh/copyright", b"Dinh, under the GNU Affero General Public License, version 3 or later.\n\n" +
        (ROOT / "LICENSE").read_bytes())


def control(tree, program, version, work):
    size = sum(p.stat().st_size for p in tree.rglob("*") if p.is_file()) // 1024
    debian = tree / "DEBIAN"
    put(debian / "control", f"""Package: dinh
Version: {version}
Architecture: {sh("dpkg", "--print-architecture").strip()}
Maintainer: The Dinh developers <dinh@localhost>
Installed-Size: {size}
Depends: {depends(work, program)}, {", ".join(MORE)}
Section: web
Priority: optional
Description: grassroots democracy in the open
 Petitions, complaints, denunciations, the reception of citizens and reviews of a local authority: a server with pages for
 people and officials, and a command line for its operator.
""".encode())
    put(debian / "conffiles", b"/etc/init.d/dinh\n")
    for name in ("postinst", "prerm", "postrm"):
        put(debian / name, (HERE / "debian" / name).read_bytes(), 0o755)
    sums = [f"{sh('md5sum', p).split()[0]}  {p.relative_to(tree)}\n" for p in sorted(tree.rglob("*"))
            if p.is_file() and debian not in p.parents]
    put(debian / "md5sums", "".join(sums).encode())


def main(program, out, version=None):
    program, out, when = Path(program).resolve(), Path(out).resolve(), epoch()
    os.umask(0o022)
    os.environ["SOURCE_DATE_EPOCH"] = str(when)
    version = version or re.search(r"version: '([^']+)'", (ROOT / "meson.build").read_text()).group(1)
    with tempfile.TemporaryDirectory() as d:
        work, tree = Path(d), Path(d) / "tree"
        fill(tree, program, work)
        control(tree, tree / "usr/bin/dinh", version, work)
        for p in [tree, *tree.rglob("*")]:
            if p.is_dir():
                p.chmod(0o755)
            os.utime(p, (when, when))
        made = work / "dinh.deb"
        sh("dpkg-deb", "--root-owner-group", "-Zxz", "--build", tree, made)
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, out)
    print(out)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:])
