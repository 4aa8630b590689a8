// SPDX-License-Identifier: AGPL-3.0-or-later
/* Rows into the tables: what is there already stays untouched. */
#include "features/units/unit_rows.h"

static struct val or_null(int64_t n)
{
    return n ? val_int(n) : val_null();
}

/* ---- units and their keys ---- */

/* Ends the reading of at most one row, which is all a look-up by key gives. */
static bool ended(struct rows *r, bool found, bool same, enum unit_put *ret, struct err *e)
{
    *ret = !found ? UNIT_ADDED : same ? UNIT_SAME : UNIT_CHANGED;
    return rows_end(r, e);
}

static bool same_day(struct day a, struct day b)
{
    return a.n == b.n;
}

static bool compare_unit(struct rd *rd, const struct unit_row *w, enum unit_put *ret, struct err *e)
{
    struct rows *r;
    if (!store_rows(rd, SQL("SELECT level, kind, name, name_en, parent_no, valid_from, valid_to, remote, area_ha, population"
                            " FROM units WHERE unit_no = $1"), VALS(V(w->no)), &r, e))
        return false;
    bool found = rows_next(r);
    bool same = found && str_eq(rows_peek(r, 0), w->level) && str_eq(rows_peek(r, 1), w->kind) &&
                str_eq(rows_peek(r, 2), w->name) && str_eq(rows_peek(r, 3), w->name_en) && rows_int(r, 4) == w->parent_no &&
                same_day(rows_day(r, 5), w->valid_from) && same_day(rows_day(r, 6), w->valid_to) &&
                rows_int(r, 7) == w->remote && rows_int(r, 8) == w->area_ha && rows_int(r, 9) == w->people;
    return ended(r, found, same, ret, e);
}

static bool insert_unit(struct tx *tx, const struct unit_row *w, struct err *e)
{
    return store_exec(tx, SQL("INSERT INTO units (unit_no, id, level, kind, name, name_en, fold, sort_key, parent_no, valid_from,"
                              " valid_to, remote, area_ha, population)"
                              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"),
                      VALS(V(w->no), V(w->id), V(w->level), V(w->kind), V(w->name), V(w->name_en), V(w->fold),
                           val_blob(w->sort_key), or_null(w->parent_no), V(w->valid_from), V(w->valid_to), V(w->remote),
                           or_null(w->area_ha), or_null(w->people)),
                      NULL, e);
}

static bool update_unit(struct tx *tx, const struct unit_row *w, struct err *e)
{
    return store_exec(tx, SQL("UPDATE units SET level = $2, kind = $3, name = $4, name_en = $5, fold = $6, sort_key = $7,"
                              " parent_no = $8, valid_from = $9, valid_to = $10, remote = $11, area_ha = $12, population = $13"
                              " WHERE unit_no = $1"),
                      VALS(V(w->no), V(w->level), V(w->kind), V(w->name), V(w->name_en), V(w->fold), val_blob(w->sort_key),
                           or_null(w->parent_no), V(w->valid_from), V(w->valid_to), V(w->remote), or_null(w->area_ha),
                           or_null(w->people)),
                      NULL, e) &&
           store_exec(tx, SQL("DELETE FROM unit_keys WHERE unit_no = $1"), VALS(V(w->no)), NULL, e);
}

/* The folded name from each of its words on. */
static bool insert_keys(struct tx *tx, const struct unit_row *w, struct err *e)
{
    struct str key = w->fold;
    int32_t from = w->valid_from.n, to = day_is_none(w->valid_to) ? INT32_MAX : w->valid_to.n;
    for (int place = 0; key.n && place < UNIT_WORDS; place++) {
        size_t at;
        if (!store_exec(tx, SQL("INSERT INTO unit_keys (open, later, key, unit_no, level, kind, parent_no, valid_from, valid_to)"
                                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
                        VALS(V((int)day_is_none(w->valid_to)), V((int)(place > 0)), V(key), V(w->no), V(w->level), V(w->kind),
                             V(w->parent_no), V(from), V(to)), NULL, e))
            return false;
        key = str_find(key, STR(" "), &at) ? str_cut(key, at + 1, key.n) : STR("");
    }
    return true;
}

bool unit_put(struct tx *tx, const struct unit_row *w, enum unit_put *ret, struct err *e)
{
    if (!compare_unit(tx_rd(tx), w, ret, e))
        return false;
    if (*ret == UNIT_SAME)
        return true;
    return (*ret == UNIT_ADDED ? insert_unit(tx, w, e) : update_unit(tx, w, e)) && insert_keys(tx, w, e);
}

bool unit_find_mark(struct rd *rd, struct arena *a, int64_t no, bool *ret_found, struct unit_mark *ret, struct err *e)
{
    struct rows *r;
    if (!store_rows(rd, SQL("SELECT parent_no, remote, area_ha, population, valid_from, valid_to, name_en, level FROM units"
                            " WHERE unit_no = $1"), VALS(V(no)), &r, e))
        return false;
    *ret_found = rows_next(r);
    if (*ret_found)
        *ret = (struct unit_mark){rows_int(r, 0), rows_int(r, 1), rows_int(r, 2), rows_int(r, 3), rows_day(r, 4),
                                  rows_day(r, 5), rows_text(r, a, 6), rows_text(r, a, 7)};
    return rows_end(r, e);
}

bool unit_put_kind(struct tx *tx, struct str fold, struct str word, struct str kind, enum unit_put *ret, struct err *e)
{
    struct rows *r;
    if (!store_rows(tx_rd(tx), SQL("SELECT word, kind FROM unit_kinds WHERE fold = $1"), VALS(V(fold)), &r, e))
        return false;
    bool found = rows_next(r);
    if (!ended(r, found, found && str_eq(rows_peek(r, 0), word) && str_eq(rows_peek(r, 1), kind), ret, e))
        return false;
    return *ret == UNIT_SAME ||
           store_exec(tx, SQL("INSERT INTO unit_kinds (fold, word, kind) VALUES ($1, $2, $3)"
                              " ON CONFLICT (fold) DO UPDATE SET word = excluded.word, kind = excluded.kind"),
                      VALS(V(fold), V(word), V(kind)), NULL, e);
}

/* ---- changes, boundaries ---- */

bool unit_put_change(struct tx *tx, const struct change_row *w, enum unit_put *ret, struct err *e)
{
    struct rows *r;
    if (!store_rows(tx_rd(tx), SQL("SELECT part FROM unit_changes WHERE from_no = $1 AND to_no = $2 AND day = $3"),
                    VALS(V(w->from), V(w->to), V(w->day)), &r, e))
        return false;
    bool found = rows_next(r);
    if (!ended(r, found, found && rows_int(r, 0) == w->part, ret, e))
        return false;
    return *ret == UNIT_SAME ||
           store_exec(tx, SQL("INSERT INTO unit_changes (from_no, to_no, day, part) VALUES ($1, $2, $3, $4)"
                              " ON CONFLICT (from_no, to_no, day) DO UPDATE SET part = excluded.part"),
                      VALS(V(w->from), V(w->to), V(w->day), V(w->part)), NULL, e);
}

bool unit_put_boundary(struct tx *tx, const struct boundary_row *w, enum unit_put *ret, struct err *e)
{
    struct rows *r;
    if (!store_rows(tx_rd(tx), SQL("SELECT frame_no, width, height, path FROM unit_boundaries WHERE unit_no = $1"),
                    VALS(V(w->unit)), &r, e))
        return false;
    bool found = rows_next(r);
    bool same = found && rows_int(r, 0) == w->frame && rows_int(r, 1) == w->width && rows_int(r, 2) == w->height &&
                str_eq(rows_peek(r, 3), w->path);
    if (!ended(r, found, same, ret, e))
        return false;
    return *ret == UNIT_SAME ||
           store_exec(tx, SQL("INSERT INTO unit_boundaries (unit_no, frame_no, width, height, path) VALUES ($1, $2, $3, $4, $5)"
                              " ON CONFLICT (unit_no) DO UPDATE SET frame_no = excluded.frame_no, width = excluded.width,"
                              " height = excluded.height, path = excluded.path"),
                      VALS(V(w->unit), V(w->frame), V(w->width), V(w->height), V(w->path)), NULL, e);
}

/* ---- offices ---- */

bool unit_put_pattern(struct tx *tx, const struct pattern_row *w, enum unit_put *ret, struct err *e)
{
    struct rows *r;
    if (!store_rows(tx_rd(tx), SQL("SELECT above, parent_seq, kind, name, hours FROM office_patterns"
                                   " WHERE level = $1 AND seq = $2 AND kinds = $3"),
                    VALS(V(w->level), V(w->seq), V(w->kinds)), &r, e))
        return false;
    bool found = rows_next(r);
    bool same = found && rows_int(r, 0) == w->above && rows_int(r, 1) == w->parent_seq && str_eq(rows_peek(r, 2), w->kind) &&
                str_eq(rows_peek(r, 3), w->name) && str_eq(rows_peek(r, 4), w->hours);
    if (!ended(r, found, same, ret, e))
        return false;
    return *ret == UNIT_SAME ||
           store_exec(tx, SQL("INSERT INTO office_patterns (level, kinds, seq, above, parent_seq, kind, name, hours)"
                              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (level, seq, kinds) DO UPDATE SET"
                              " above = excluded.above, parent_seq = excluded.parent_seq, kind = excluded.kind,"
                              " name = excluded.name, hours = excluded.hours"),
                      VALS(V(w->level), V(w->kinds), V(w->seq), V(w->above), V(w->parent_seq), V(w->kind), V(w->name),
                           V(w->hours)), NULL, e);
}

static bool insert_office(struct tx *tx, const struct office_row *w, int64_t *ret_n, struct err *e)
{
    return store_exec(tx, SQL("INSERT INTO offices (office_id, unit_no, parent_office_id, kind, code, name, address, phone, email,"
                              " hours, leader) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
                              " ON CONFLICT (office_id) DO NOTHING"),
                      VALS(V(w->id), V(w->unit), V(w->parent), V(w->kind), V(w->code), V(w->name), V(w->address),
                           V(w->phone), V(w->email), V(w->hours), V(w->leader)), ret_n, e);
}

static bool keeps(struct rows *r, int column, struct str text)
{
    return !text.n || str_eq(rows_peek(r, column), text);
}

bool unit_put_office(struct tx *tx, const struct office_row *w, bool *ret_known, enum unit_put *ret, struct err *e)
{
    struct rows *r;
    int64_t n;
    if (!store_rows(tx_rd(tx), SQL("SELECT parent_office_id, kind, name, address, phone, email, hours, leader FROM offices"
                                   " WHERE office_id = $1"), VALS(V(w->id)), &r, e))
        return false;
    bool found = rows_next(r);
    bool same = found && (!w->parent || rows_int(r, 0) == w->parent) && keeps(r, 1, w->kind) && keeps(r, 2, w->name) &&
                keeps(r, 3, w->address) && keeps(r, 4, w->phone) && keeps(r, 5, w->email) && keeps(r, 6, w->hours) &&
                keeps(r, 7, w->leader);
    if (!ended(r, found, same, ret, e))
        return false;
    *ret_known = found || (w->name.n && w->kind.n);
    if (same || !*ret_known)
        return true;
    if (!found)
        return insert_office(tx, w, &n, e);
    return store_exec(tx, SQL("UPDATE offices SET parent_office_id = coalesce(nullif($2, 0), parent_office_id),"
                              " kind = coalesce(nullif($3, ''), kind), name = coalesce(nullif($4, ''), name),"
                              " address = coalesce(nullif($5, ''), address), phone = coalesce(nullif($6, ''), phone),"
                              " email = coalesce(nullif($7, ''), email), hours = coalesce(nullif($8, ''), hours),"
                              " leader = coalesce(nullif($9, ''), leader) WHERE office_id = $1"),
                      VALS(V(w->id), V(w->parent), V(w->kind), V(w->name), V(w->address), V(w->phone), V(w->email),
                           V(w->hours), V(w->leader)), NULL, e);
}

/* a|b holds b. */
static bool holds(struct str list, struct str word)
{
    struct str part;
    bool any = list.n == 0;
    while (!any && str_split(&list, '|', &part))
        any = str_eq(part, word);
    return any;
}

static struct str filled(struct arena *a, struct str pattern, struct str kind, struct str name)
{
    size_t at;
    if (!str_find(pattern, STR("{unit}"), &at))
        return pattern;
    struct str bare = str_trim(str_cut(name, kind.n, name.n)), rest = str_cut(pattern, at + 6, pattern.n);
    return str_printf(a, STR_FMT STR_FMT " " STR_FMT STR_FMT, STR_ARG(str_cut(pattern, 0, at)), STR_ARG(kind), STR_ARG(bare),
                      STR_ARG(rest));
}

struct open_unit {
    int64_t no, parent;
    struct str id, kind, name;
};

static bool make_office(struct tx *tx, struct arena *a, const struct pattern_row *p, const struct open_unit *u,
                        int64_t *made, struct err *e)
{
    int64_t n, above = p->above ? u->parent : u->no;
    struct str code = str_cut(u->id, str_starts(str_cut(u->id, 5, 1), STR("P")) ? 6 : 5, u->id.n);
    if (p->seq != 1)
        code = str_printf(a, STR_FMT ".%02lld", STR_ARG(code), (long long)p->seq);
    struct office_row row = {.id = u->no + p->seq, .unit = u->no, .parent = p->parent_seq && above ? above + p->parent_seq : 0,
                             .kind = p->kind, .code = code, .name = filled(a, p->name, u->kind, u->name), .hours = p->hours};
    if (!insert_office(tx, &row, &n, e))
        return false;
    *made += n;
    return true;
}

static bool make_for_pattern(struct tx *tx, const struct pattern_row *p, int64_t *made, struct err *e)
{
    struct rows *r;
    struct arena a;
    bool good = true;
    if (!store_rows(tx_rd(tx), SQL("SELECT u.unit_no, u.parent_no, u.id, u.kind, u.name FROM units u WHERE u.level = $1"
                                   " AND u.valid_to IS NULL AND NOT EXISTS"
                                   " (SELECT 1 FROM offices o WHERE o.office_id = u.unit_no + $2)"),
                    VALS(V(p->level), V(p->seq)), &r, e))
        return false;
    arena_init(&a);
    while (good && rows_next(r)) {
        struct open_unit u = {rows_int(r, 0), rows_int(r, 1), rows_text(r, &a, 2), rows_text(r, &a, 3), rows_text(r, &a, 4)};
        good = !holds(p->kinds, u.kind) || make_office(tx, &a, p, &u, made, e);
        arena_reset(&a);
    }
    arena_done(&a);
    return rows_end(r, good ? e : &(struct err){0}) && good;
}

bool unit_make_offices(struct tx *tx, int64_t *ret_made, struct err *e)
{
    struct rows *r;
    struct arena *a = tx_arena(tx);
    struct pattern_row list[256];
    size_t n = 0;
    if (!store_rows(tx_rd(tx), SQL("SELECT level, kinds, seq, above, parent_seq, kind, name, hours FROM office_patterns"
                                   " ORDER BY level, seq, kinds LIMIT 256"), NO_VALS, &r, e))
        return false;
    for (; n < 256 && rows_next(r); n++)
        list[n] = (struct pattern_row){.level = rows_text(r, a, 0), .kinds = rows_text(r, a, 1), .seq = rows_int(r, 2),
                                       .above = rows_int(r, 3), .parent_seq = rows_int(r, 4), .kind = rows_text(r, a, 5),
                                       .name = rows_text(r, a, 6), .hours = rows_text(r, a, 7)};
    if (!rows_end(r, e))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!make_for_pattern(tx, &list[i], ret_made, e))
            return false;
    return true;
}
