// SPDX-License-Identifier: AGPL-3.0-or-later
/* Looking units and offices up. */
#include <string.h>

#include "features/units/unit_rows.h"

/* One more element for an array of *n in the arena. */
static void *grow(struct arena *a, void *list, size_t n, size_t size)
{
    if (n & (n - 1) || n == 1)
        return list;
    char *more = arena_alloc_many(a, size, n ? n * 2 : 2);
    if (n)
        memcpy(more, list, n * size);
    return more;
}

static struct str joined(struct arena *a, struct str above, struct str top)
{
    if (!top.n)
        return above;
    return str_printf(a, STR_FMT ", " STR_FMT, STR_ARG(above), STR_ARG(top));
}

/* A line of unit_lines. */
static struct unit read_unit(struct rows *r, struct arena *a)
{
    struct unit u = {
        .id = rows_text(r, a, 1),
        .level = rows_text(r, a, 2),
        .kind = rows_text(r, a, 3),
        .name = rows_text(r, a, 4),
        .name_en = rows_text(r, a, 5),
        .valid_from = rows_day(r, 6),
        .valid_to = rows_day(r, 7),
        .remote = rows_int(r, 8) != 0,
        .area_ha = rows_int(r, 9),
        .people = rows_int(r, 10),
        .parent_id = rows_null(r, 14) ? STR("") : rows_text(r, a, 14),
        .path = rows_null(r, 15) ? STR("") : joined(a, rows_text(r, a, 15), rows_text(r, a, 16)),
    };
    u.code = str_cut(u.id, 5, u.id.n);
    if (u.code.n && (u.code.p[0] == 'P' || u.code.p[0] == 'D'))
        u.code = str_cut(u.code, 1, u.code.n);
    return u;
}

static bool read_units(struct rows *r, struct arena *a, struct unit **ret, size_t *ret_n, struct err *e)
{
    struct unit *list = NULL;
    size_t n = 0;
    while (rows_next(r)) {
        list = grow(a, list, n, sizeof *list);
        list[n++] = read_unit(r, a);
    }
    if (!rows_end(r, e))
        return false;
    *ret = list;
    *ret_n = n;
    return true;
}

static bool only_unit(struct rows *r, struct arena *a, struct unit *ret, struct err *e)
{
    struct unit *list;
    size_t n;
    if (!read_units(r, a, &list, &n, e))
        return false;
    if (!n)
        return FAIL(e, ERR_NOT_FOUND, "err.not_found", "no such unit");
    *ret = list[0];
    return true;
}

bool units_get(struct rd *rd, struct arena *a, struct str id, struct unit *ret, struct err *e)
{
    struct rows *r;
    return store_rows(rd, SQL("SELECT * FROM unit_lines WHERE id = $1"), VALS(V(id)), &r, e) && only_unit(r, a, ret, e);
}

bool unit_by_no(struct rd *rd, struct arena *a, int64_t no, struct unit *ret, struct err *e)
{
    struct rows *r;
    return store_rows(rd, SQL("SELECT * FROM unit_lines WHERE unit_no = $1"), VALS(V(no)), &r, e) &&
           only_unit(r, a, ret, e);
}

bool unit_fold_of(struct rd *rd, struct arena *a, int64_t no, struct str *ret_fold, int64_t *ret_parent, struct err *e)
{
    struct rows *r;
    if (!store_rows(rd, SQL("SELECT fold, parent_no FROM units WHERE unit_no = $1"), VALS(V(no)), &r, e))
        return false;
    *ret_fold = STR("");
    *ret_parent = 0;
    if (rows_next(r)) {
        *ret_fold = rows_text(r, a, 0);
        *ret_parent = rows_int(r, 1);
    }
    return rows_end(r, e);
}

bool units_above(struct rd *rd, struct arena *a, struct str id, struct unit **ret, size_t *ret_n, struct err *e)
{
    enum { DEPTH = 4 };
    struct unit *list = arena_array(a, struct unit, DEPTH), at;
    size_t n = 0;
    if (!units_get(rd, a, id, &at, e))
        return false;
    while (at.parent_id.n && n < DEPTH) {
        if (!units_get(rd, a, at.parent_id, &at, e))
            return false;
        list[n++] = at;
    }
    *ret = list;
    *ret_n = n;
    return true;
}

bool units_children(struct rd *rd, struct arena *a, struct str id, struct day on, struct unit **ret, size_t *ret_n,
                    struct err *e)
{
    struct rows *r;
    struct val from = day_is_none(on) ? val_int(INT32_MAX) : val_int(on.n);
    struct val to = day_is_none(on) ? val_int(INT32_MIN) : val_int(on.n);
    bool sent = id.n ? store_rows(rd, SQL("SELECT * FROM unit_lines WHERE parent_no = $1 AND coalesce(valid_from, $2) <= $2"
                                          " AND coalesce(valid_to, $3) >= $3 ORDER BY sort_key, unit_no"),
                                  VALS(V(unit_no_of(id)), from, to), &r, e)
                     : store_rows(rd, SQL("SELECT * FROM unit_lines WHERE level = 'province' AND coalesce(valid_from, $1) <= $1"
                                          " AND coalesce(valid_to, $2) >= $2 ORDER BY sort_key, unit_no"),
                                  VALS(from, to), &r, e);
    return sent && read_units(r, a, ret, ret_n, e);
}

/* ---- who became whom ---- */

static bool read_changes(struct rows *r, struct arena *a, struct unit_change **ret, size_t *ret_n, struct err *e)
{
    struct unit_change *list = NULL;
    size_t n = 0;
    while (rows_next(r)) {
        list = grow(a, list, n, sizeof *list);
        list[n++] = (struct unit_change){
            .from_id = rows_text(r, a, 0),
            .from_name = rows_text(r, a, 1),
            .from_path = rows_null(r, 2) ? STR("") : joined(a, rows_text(r, a, 2), rows_text(r, a, 3)),
            .to_id = rows_text(r, a, 4),
            .to_name = rows_text(r, a, 5),
            .to_path = rows_null(r, 6) ? STR("") : joined(a, rows_text(r, a, 6), rows_text(r, a, 7)),
            .date = rows_day(r, 8),
            .part = rows_int(r, 9) != 0,
        };
    }
    if (!rows_end(r, e))
        return false;
    *ret = list;
    *ret_n = n;
    return true;
}

bool units_successors(struct rd *rd, struct arena *a, struct str id, struct unit_change **ret, size_t *ret_n, struct err *e)
{
    struct rows *r;
    return store_rows(rd, SQL("SELECT f.id, f.name, f.parent_name, f.grand_name, t.id, t.name, t.parent_name, t.grand_name,"
                              " c.day, c.part FROM unit_changes c JOIN unit_lines f ON f.unit_no = c.from_no"
                              " JOIN unit_lines t ON t.unit_no = c.to_no WHERE c.from_no = $1 ORDER BY c.day, t.sort_key, t.id"),
                      VALS(V(unit_no_of(id))), &r, e) &&
           read_changes(r, a, ret, ret_n, e);
}

bool units_predecessors(struct rd *rd, struct arena *a, struct str id, struct unit_change **ret, size_t *ret_n,
                        struct err *e)
{
    struct rows *r;
    return store_rows(rd, SQL("SELECT f.id, f.name, f.parent_name, f.grand_name, t.id, t.name, t.parent_name, t.grand_name,"
                              " c.day, c.part FROM unit_changes c JOIN unit_lines f ON f.unit_no = c.from_no"
                              " JOIN unit_lines t ON t.unit_no = c.to_no WHERE c.to_no = $1 ORDER BY c.day, f.sort_key, f.id"),
                      VALS(V(unit_no_of(id))), &r, e) &&
           read_changes(r, a, ret, ret_n, e);
}

/* ---- keys of the search ---- */

static bool open_keys(struct rd *rd, struct arena *a, const struct unit_key_range *g, struct rows **ret, struct err *e)
{
    /* Behind every key that begins so: the last code point there is. */
    struct str end = g->exact ? g->key : str_printf(a, STR_FMT "\xf4\x8f\xbf\xbf", STR_ARG(g->key));
    bool any = day_is_none(g->on);
    return store_rows(rd, SQL("SELECT key, unit_no, level, kind, parent_no, valid_from, valid_to FROM unit_keys"
                              " WHERE open = $1 AND later = $8 AND key >= $2 AND key <= $3 AND valid_from <= $4"
                              " AND valid_to >= $5 AND ($6 = '' OR level = $6) ORDER BY open, later, key LIMIT $7"),
                      VALS(V((int)g->open), V(g->key), V(end), V(any ? INT32_MAX : g->on.n), V(any ? INT32_MIN : g->on.n),
                           V(g->level), V(g->limit), V((int)g->later)),
                      ret, e);
}

bool unit_keys(struct rd *rd, struct arena *a, const struct unit_key_range *range, struct unit_key **ret, size_t *ret_n,
               struct err *e)
{
    struct rows *r;
    struct unit_key *list = NULL;
    size_t n = 0;
    if (!open_keys(rd, a, range, &r, e))
        return false;
    while (rows_next(r)) {
        list = grow(a, list, n, sizeof *list);
        list[n++] = (struct unit_key){
            .key = rows_text(r, a, 0),
            .no = rows_int(r, 1),
            .level = rows_text(r, a, 2),
            .kind = rows_text(r, a, 3),
            .parent_no = rows_int(r, 4),
            .valid_from = rows_day(r, 5),
            .valid_to = rows_day(r, 6),
            .later = range->later,
        };
    }
    if (!rows_end(r, e))
        return false;
    *ret = list;
    *ret_n = n;
    return true;
}

bool unit_kind_words(struct rd *rd, struct arena *a, struct unit_kind_word **ret, size_t *ret_n, struct err *e)
{
    struct rows *r;
    struct unit_kind_word *list = NULL;
    size_t n = 0;
    if (!store_rows(rd, SQL("SELECT fold, kind FROM unit_kinds ORDER BY length(fold) DESC, fold"), NO_VALS, &r, e))
        return false;
    while (rows_next(r)) {
        list = grow(a, list, n, sizeof *list);
        list[n++] = (struct unit_kind_word){rows_text(r, a, 0), rows_text(r, a, 1)};
    }
    if (!rows_end(r, e))
        return false;
    *ret = list;
    *ret_n = n;
    return true;
}

bool unit_districts(struct rd *rd, struct arena *a, int64_t parent_no, int64_t **ret, size_t *ret_n, struct err *e)
{
    struct rows *r;
    int64_t *list = NULL;
    size_t n = 0;
    if (!store_rows(rd, SQL("SELECT unit_no FROM units WHERE parent_no = $1 AND level = 'district'"), VALS(V(parent_no)), &r, e))
        return false;
    while (rows_next(r)) {
        list = grow(a, list, n, sizeof *list);
        list[n++] = rows_int(r, 0);
    }
    if (!rows_end(r, e))
        return false;
    *ret = list;
    *ret_n = n;
    return true;
}

/* ---- the picture ---- */

bool units_map(struct rd *rd, struct arena *a, struct str id, struct unit_map *ret, struct err *e)
{
    return unit_map_of(rd, a, unit_no_of(id), ret, e);
}

bool unit_map_of(struct rd *rd, struct arena *a, int64_t no, struct unit_map *ret, struct err *e)
{
    struct rows *r;
    struct unit_shape *list = NULL;
    struct unit_map map = {0};
    if (!store_rows(rd, SQL("SELECT u.id, u.name, b.path, b.unit_no, b.frame_no, b.width, b.height FROM unit_boundaries b"
                            " JOIN units u ON u.unit_no = b.unit_no WHERE b.frame_no ="
                            " (SELECT frame_no FROM unit_boundaries WHERE unit_no = $1) ORDER BY u.sort_key, u.unit_no"),
                    VALS(V(no)), &r, e))
        return false;
    for (; rows_next(r); map.n++) {
        list = grow(a, list, map.n, sizeof *list);
        list[map.n] = (struct unit_shape){rows_text(r, a, 0), rows_text(r, a, 1), rows_text(r, a, 2),
                                          rows_int(r, 3) == no, rows_int(r, 3) == rows_int(r, 4)};
        map.width = rows_int(r, 5);
        map.height = rows_int(r, 6);
    }
    if (!rows_end(r, e))
        return false;
    map.shapes = list;
    *ret = map;
    return true;
}
