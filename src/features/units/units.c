// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/units/units.h"

#include <stdio.h>

#include "features/units/unit_pages.h"
#include "features/units/unit_rows.h"
#include "platform/assets/assets.h"

const struct migration_file units_migrations[] = {
    {"units/001", "src/features/units/001_units.sql"},
    {NULL, NULL},
};

const struct route units_routes[] = {
    {"GET", "/units", unit_list_get, 0, ROUTE_SHARED, NULL, "The provinces, and a search for every unit."},
    {"GET", "/units/:id", unit_page_get, 0, ROUTE_SHARED, NULL, "A unit: what it was formed from, its offices, its place."},
    {"GET", "/search", unit_search_get, 0, ROUTE_SHARED, NULL, "Finds units by name, with or without tones."},
    {"GET", "/api/units", unit_api_find, 0, ROUTE_API, NULL, "Units by name as JSON."},
    {"GET", "/api/units/:id", unit_api_get, 0, ROUTE_API, NULL, "A unit with its changes and offices as JSON."},
    {0},
};

/* ---- numbers ---- */

static int digits_of(struct str s, int64_t *ret)
{
    *ret = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return -1;
        *ret = *ret * 10 + (s.p[i] - '0');
    }
    return (int)s.n;
}

int64_t unit_no_of(struct str id)
{
    int64_t year, code;
    if (id.n < 8 || id.n > 10 || id.p[4] != ':' || digits_of(str_cut(id, 0, 4), &year) != 4 || year < 1000)
        return 0;
    int level = id.p[5] == 'P' ? 1 : id.p[5] == 'D' ? 3 : 2;
    static const int lengths[] = {0, 2, 5, 3};
    if (digits_of(str_cut(id, level == 2 ? 5 : 6, id.n), &code) != lengths[level])
        return 0;
    return year * 100000000 + level * 10000000 + code * 100;
}

const char *unit_level_of(int64_t unit_no)
{
    static const char *const words[] = {"", "province", "commune", "district"};
    return words[unit_no / 10000000 % 10 & 3];
}

/* ---- time ---- */

bool unit_valid(const struct unit *u, struct day on)
{
    if (day_is_none(on))
        return day_is_none(u->valid_to);
    return u->valid_from.n <= on.n && (day_is_none(u->valid_to) || u->valid_to.n >= on.n);
}

/* One step through time towards the day: the id of the only neighbour. */
static bool step_to(struct rd *rd, struct arena *a, const struct unit *u, struct day on, struct str *ret_id, struct err *e)
{
    struct unit_change *list;
    size_t n;
    bool later = u->valid_from.n <= on.n;
    if (!(later ? units_successors : units_predecessors)(rd, a, u->id, &list, &n, e))
        return false;
    if (n != 1)
        return FAIL(e, ERR_NOT_FOUND, "err.not_found", "%zu units follow or precede", n);
    *ret_id = later ? list[0].to_id : list[0].from_id;
    return true;
}

bool units_get_on(struct rd *rd, struct arena *a, struct str id, struct day on, struct unit *ret, struct err *e)
{
    struct unit u;
    for (int steps = 0; steps < 16; steps++) {
        if (!units_get(rd, a, id, &u, e))
            return false;
        if (unit_valid(&u, on)) {
            *ret = u;
            return true;
        }
        if (!step_to(rd, a, &u, on, &id, e))
            return false;
    }
    return FAIL(e, ERR_NOT_FOUND, "err.not_found", "the changes lead nowhere");
}

/* ---- import ---- */

bool units_import(struct store *s, struct units_import *in, struct err *e)
{
    const struct unit_file files[] = {{in->units_name, in->units_text}, {in->changes_name, in->changes_text}};
    struct unit_load load = {.files = files, .n = in->changes_text.n ? 2 : 1, .now = in->now, .progress = in->progress,
                             .progress_arg = in->progress_arg};
    if (!store_run(s, unit_load, &load, e))
        return false;
    in->ret_units = load.units;
    in->ret_changes = load.others;
    return true;
}

bool units_load_embedded(struct store *s, struct str pack, struct instant now, struct err *e)
{
    static const char *const tables[] = {"unit_kinds", "units", "unit_changes", "office_patterns", "offices", "boundaries"};
    struct unit_file files[sizeof tables / sizeof *tables];
    struct unit_load load = {.files = files, .now = now};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        char name[200];
        snprintf(name, sizeof name, "rules/" STR_FMT "/map/%s.csv", STR_ARG(pack), tables[i]);
        const struct asset *asset = asset_find(str_of(name));
        if (asset)
            files[load.n++] = (struct unit_file){str_of(asset->name), asset->bytes};
    }
    return load.n ? store_run(s, unit_load, &load, e)
                  : FAIL(e, ERR_NOT_FOUND, "err.not_found", "the program carries no map of \"" STR_FMT "\"", STR_ARG(pack));
}
