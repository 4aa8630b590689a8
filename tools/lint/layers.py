# SPDX-License-Identifier: AGPL-3.0-or-later
"""Arrows run down only: base < platform < features < app, and inside platform and features in the order of the
subdir lines of their meson.build, lowest first."""
import re

from .source import Offence, is_test

FLOORS = ["base", "platform", "features", "app"]
# A foreign library stands behind one room: nothing else may know that it is there.
ROOM_OF = {
    "sqlite3.h": ["platform/store"], "libpq-fe.h": ["platform/store"], "microhttpd.h": ["platform/http"],
    "curl/curl.h": ["platform/mail"], "libconfig.h": ["platform/config"], "jansson.h": ["base", "platform", "features"],
    "utf8proc.h": ["base"],
}
USE = re.compile(r'\{\{\s*use\s+"([^"]+)"')


def room(path):
    """('features', 'cases') of src/features/cases/case_rules.c; the second part is '' on base, app and src/ itself."""
    parts = path.split("/")
    if parts[0] == "src":
        parts = parts[1:]
    floor = parts[0] if len(parts) > 1 else ""
    return floor, parts[1] if floor in ("platform", "features") and len(parts) > 2 else ""


def order(tree, floor):
    text = tree.files.get(f"src/{floor}/meson.build", "")
    return re.findall(r"^\s*subdir\('([^']+)'\)", text, re.M)


def includes(tree):
    """(path, line, what it includes) of C files and templates; X.html.h stands for its template."""
    templates = {p.rsplit("/", 1)[-1] + ".h": p for p in tree.paths(r"src/.*\.html")}
    for f in tree.c_files():
        for i in f.includes:
            if not i.system:
                yield f.path, i.line, templates.get(i.path, "src/" + i.path), i.path
    for path in templates.values():
        for n, line in enumerate(tree.files[path].splitlines(), 1):
            for m in USE.finditer(line):
                yield path, n, templates.get(m.group(1), "src/" + m.group(1)), m.group(1)


def check(tree):
    orders = {floor: order(tree, floor) for floor in ("platform", "features")}
    for floor, names in orders.items():
        seen = {room(p)[1] for p in tree.paths(rf"src/{floor}/.*\.[ch]")} - {""}
        for name in sorted(seen - set(names)):
            yield Offence(f"src/{floor}/meson.build", 1, f"the folder {name} has no subdir line: its place is unknown")
    for path, line, target, written in includes(tree):
        if target not in tree.files:
            if "/" in written or not written.endswith(".html.h"):
                yield Offence(path, line, f'"{written}" is not a file below src/ (include as "base/str.h")')
            continue
        why = upward(tree, orders, path, target)
        if why:
            yield Offence(path, line, f'"{written}": {why}')
    yield from libraries(tree)
    yield from circles(tree)


def upward(tree, orders, path, target):
    (floor, name), (to_floor, to_name) = room(path), room(target)
    if floor == "":
        return None if to_floor in ("base", "app") else "main.c knows base and app only"
    if to_floor not in FLOORS:
        return "stands on no floor"
    if FLOORS.index(to_floor) > FLOORS.index(floor):
        return f"{floor} may not include {to_floor}"
    if to_floor == floor == "app":
        return None
    if to_floor == floor and floor in orders and name != to_name:
        names = orders[floor]
        if name in names and to_name in names and names.index(to_name) > names.index(name):
            return f"{to_name} stands above {name} in src/{floor}/meson.build"
    public = target.endswith(f"/{to_name}/{to_name}.h")
    if to_floor == "features" and floor == "features" and name != to_name and not public:
        return f"of another feature only its public header {to_name}.h may be included"
    return None


def libraries(tree):
    for f in tree.c_files():
        place = f.path[len("src/"):]
        for i in f.includes:
            rooms = ROOM_OF.get(i.path)
            if rooms and not any(place.startswith(r + "/") for r in rooms) and not is_test(f.path):
                yield Offence(f.path, i.line, f"<{i.path}> belongs to {' '.join(rooms)} alone")


def circles(tree):
    """Folders that reach each other, found without the order of subdir lines."""
    arrows = {}
    for path, _, target, _ in includes(tree):
        if target in tree.files and room(path) != room(target):
            arrows.setdefault(room(path), {})[room(target)] = path
    for start in sorted(arrows):
        seen, todo = set(), list(arrows[start])
        while todo:
            at = todo.pop()
            if at not in seen:
                seen.add(at)
                todo += arrows.get(at, {})
        back = sorted(at for at in seen if at > start and start in reach(arrows, at))
        for at in back if start in seen else []:
            yield Offence(next(iter(arrows[start].values())), 1,
                          f"circle between {'/'.join(filter(None, start))} and {'/'.join(filter(None, at))}")


def reach(arrows, start):
    seen, todo = set(), list(arrows.get(start, {}))
    while todo:
        at = todo.pop()
        if at not in seen:
            seen.add(at)
            todo += arrows.get(at, {})
    return seen
