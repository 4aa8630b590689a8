#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Puts files inside the program:  tools/embed.py --root SRC --build BUILD OUT.bin OUT.S OUT.c INPUT…

All bytes go into OUT.bin, which OUT.S includes; OUT.c is the table of them, sorted by name, for
platform/assets. A name is the path under SRC, or else under BUILD. A NUL stands behind each file.
What the web is given is there gzipped too, when that is smaller. The same inputs give the same bytes.
"""
import argparse
import hashlib
import sys
import zlib
from pathlib import Path

PACKED = {".css", ".js", ".mjs", ".svg", ".html", ".json", ".geojson", ".webmanifest", ".txt", ".xml", ".csv", ".wasm"}
ALIGN = 16


def gzip(data):
    """RFC 1952 with no time and no name."""
    z = zlib.compressobj(9, zlib.DEFLATED, 31, 9)
    packed = bytearray(z.compress(data) + z.flush())
    packed[4:8] = bytes(4)
    packed[9] = 255  # no particular system
    return bytes(packed)


def name_of(path, root, build):
    path = path.resolve()
    # The build folder is often inside the source folder, so it is asked first.
    for base in (build.resolve(), root.resolve()):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    raise SystemExit(f"embed.py: {path} is neither under {root} nor under {build}")


def c_name(name):
    if any(c in name for c in '"\\\n') or not name.isascii():
        raise SystemExit(f"embed.py: a name that does not fit into a C string: {name!r}")
    return f'"{name}"'


def table(files):
    """(blob, rows of the C table) of {name: bytes}."""
    blob, rows = bytearray(), []

    def add(data):
        blob.extend(bytes(-len(blob) % ALIGN))
        at = len(blob)
        blob.extend(data + b"\0")
        return f"{{embedded_bytes + {at}, {len(data)}}}"

    for name in sorted(files, key=lambda n: n.encode()):
        data = files[name]
        plain, packed = add(data), '{"", 0}'
        if Path(name).suffix in PACKED:
            small = gzip(data)
            if len(small) < len(data):
                packed = add(small)
        rows.append(f'    {{{c_name(name)}, {plain}, {packed}, "{hashlib.sha256(data).hexdigest()[:16]}"}},')
    return bytes(blob), rows


ASSEMBLY = """/* Made by tools/embed.py. */
    .section .rodata
    .balign 16
    .global embedded_bytes
    .type embedded_bytes, %object
embedded_bytes:
    .incbin "{path}"
    .size embedded_bytes, . - embedded_bytes
    .section .note.GNU-stack, "", %progbits
"""

SOURCE = """/* Made by tools/embed.py. */
#include "platform/assets/assets.h"
extern const char embedded_bytes[];
extern const struct asset embedded_assets[];
extern const size_t embedded_assets_n;
const struct asset embedded_assets[] = {{
{rows}
}};
const size_t embedded_assets_n = {n};
"""


def main(argv):
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--root", type=Path, required=True)
    ap.add_argument("--build", type=Path, required=True)
    ap.add_argument("out_bin", type=Path)
    ap.add_argument("out_s", type=Path)
    ap.add_argument("out_c", type=Path)
    ap.add_argument("inputs", type=Path, nargs="+")
    o = ap.parse_args(argv)
    files = {}
    for path in o.inputs:
        name = name_of(path, o.root, o.build)
        if name in files:
            raise SystemExit(f"embed.py: {name} is given twice")
        files[name] = path.read_bytes()
    blob, rows = table(files)
    o.out_bin.write_bytes(blob)
    o.out_s.write_text(ASSEMBLY.format(path=o.out_bin.resolve().as_posix()))
    o.out_c.write_text(SOURCE.format(rows="\n".join(rows), n=len(files)))


if __name__ == "__main__":
    main(sys.argv[1:])
