#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Embedding: the table, the packing, the same bytes each time."""
import gzip
import hashlib
import re
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import embed  # noqa: E402


class Embed(unittest.TestCase):
    def test_packs_without_time_or_name(self):
        data = b"abc" * 1000
        packed = embed.gzip(data)
        self.assertEqual(packed[4:8], bytes(4))
        self.assertEqual(gzip.decompress(packed), data)
        self.assertEqual(packed, embed.gzip(data))

    def test_table(self):
        files = {"web/b.css": b"x" * 500, "web/a.png": b"y" * 500, "web/c.js": b"z"}
        blob, rows = embed.table(files)
        self.assertEqual([re.search(r'"(.*?)"', r).group(1) for r in rows], sorted(files))
        for row, name in zip(rows, sorted(files)):
            parts = [(int(at), int(n)) for at, n in re.findall(r"embedded_bytes \+ (\d+), (\d+)", row)]
            at, n = parts[0]
            self.assertEqual((blob[at:at + n], blob[at + n], at % embed.ALIGN), (files[name], 0, 0))
            self.assertIn(hashlib.sha256(files[name]).hexdigest()[:16], row)
            if name == "web/b.css":
                at, n = parts[1]
                self.assertEqual(gzip.decompress(blob[at:at + n]), files[name])
            else:
                self.assertEqual(len(parts), 1, "packed only when it is text and smaller")

    def test_names(self):
        root = Path("/a")
        self.assertEqual(embed.name_of(Path("/a/web/x.css"), root, root / "build"), "web/x.css")
        self.assertEqual(embed.name_of(Path("/a/build/locale/vi.mo"), root, root / "build"), "locale/vi.mo")
        with self.assertRaises(SystemExit):
            embed.name_of(Path("/b/x"), root, root / "build")
        with self.assertRaises(SystemExit):
            embed.c_name('a"b')

    def test_writes_the_same_and_refuses_doubles(self):
        with tempfile.TemporaryDirectory() as d:
            d = Path(d)
            (d / "x.txt").write_text("x" * 100)
            args = ["--root", str(d), "--build", str(d / "build"), *(str(d / n) for n in ("o.bin", "o.S", "o.c"))]
            embed.main([*args, str(d / "x.txt")])
            first = [(d / n).read_bytes() for n in ("o.bin", "o.S", "o.c")]
            embed.main([*args, str(d / "x.txt")])
            self.assertEqual(first, [(d / n).read_bytes() for n in ("o.bin", "o.S", "o.c")])
            self.assertIn(f'.incbin "{(d / "o.bin").resolve()}"', first[1].decode())
            with self.assertRaises(SystemExit):
                embed.main([*args, str(d / "x.txt"), str(d / "x.txt")])


if __name__ == "__main__":
    unittest.main()
