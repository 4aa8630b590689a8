// SPDX-License-Identifier: AGPL-3.0-or-later
/* Tables as text into the store: each row is read, checked by itself and put;
 * when all are in, what one row says of another is checked. */
#include <string.h>

#include "base/csv.h"
#include "base/text.h"
#include "features/acts/acts.h"
#include "features/units/unit_rows.h"

enum { NAME_CHARS = 200, PATH_BYTES = 20000, SEQ_MAX = 99, STEP = 512 };

/* Keys of the rows of one file, to find the same twice. */
struct seen {
    int64_t (*slots)[3];
    size_t n, room; /* room: a power of two; a free slot has 0 in front */
};

struct load {
    struct tx *tx;
    struct unit_load *in;
    struct csv csv;
    struct arena row; /* of one row */
    struct seen seen;
    int64_t done, total, line_done;
    bool units_changed;
};

typedef bool row_fn(struct load *l, struct err *e);

static bool wrong(struct load *l, const char *column, const char *reason, struct err *e)
{
    return csv_fail(&l->csv, column, "err.units.row", reason, e);
}

/* ---- the same twice ---- */

static size_t slot_of(const struct seen *s, const int64_t key[3])
{
    uint64_t h = 0x9e3779b97f4a7c15u;
    for (int i = 0; i < 3; i++)
        h = (h ^ (uint64_t)key[i]) * 0xff51afd7ed558ccdu, h ^= h >> 32;
    size_t i = (size_t)h & (s->room - 1);
    while (s->slots[i][0] && memcmp(s->slots[i], key, sizeof s->slots[i]) != 0)
        i = (i + 1) & (s->room - 1);
    return i;
}

static void seen_grow(struct seen *s, struct arena *a)
{
    struct seen more = {arena_alloc_many(a, sizeof *more.slots, s->room ? s->room * 2 : 1024), s->n, s->room ? s->room * 2 : 1024};
    for (size_t i = 0; i < s->room; i++)
        if (s->slots[i][0])
            memcpy(more.slots[slot_of(&more, s->slots[i])], s->slots[i], sizeof *more.slots);
    *s = more;
}

/* Fails when the file has had this key; a is not 0. */
static bool first_time(struct load *l, const char *column, int64_t a, int64_t b, int64_t c, struct err *e)
{
    const int64_t key[3] = {a, b, c};
    struct seen *s = &l->seen;
    if (s->n * 2 >= s->room)
        seen_grow(s, tx_arena(l->tx));
    size_t i = slot_of(s, key);
    if (s->slots[i][0])
        return wrong(l, column, "stands in the file twice", e);
    memcpy(s->slots[i], key, sizeof key);
    s->n++;
    return true;
}

/* ---- fields ---- */

/* The column of either name: the first is ours, the second the statistics office's. */
static const char *either(struct load *l, const char *ours, const char *theirs)
{
    return csv_column(&l->csv, ours) < 0 && csv_column(&l->csv, theirs) >= 0 ? theirs : ours;
}

static struct str single_spaces(struct arena *a, struct str s)
{
    struct strbuf b;
    strbuf_init(&b, a, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] > ' ')
            strbuf_char(&b, s.p[i]);
        else if (b.n && i + 1 < s.n && (unsigned char)s.p[i + 1] > ' ')
            strbuf_char(&b, ' ');
    return strbuf_text(&b);
}

static bool text_field(struct load *l, const char *column, bool needed, struct str *ret, struct err *e)
{
    struct err why;
    struct str text;
    if (!text_accept(&l->row, csv_get(&l->csv, column), NAME_CHARS, &text, &why))
        return wrong(l, column, why.code == ERR_TOO_LARGE ? "is too long" : "is not clean UTF-8 text", e);
    *ret = single_spaces(&l->row, text);
    return ret->n || !needed || wrong(l, column, "is empty", e);
}

static bool id_field(struct load *l, const char *column, bool needed, int64_t *ret, struct err *e)
{
    struct str text = csv_get(&l->csv, column);
    *ret = unit_no_of(text);
    if (*ret || (!text.n && !needed))
        return true;
    return wrong(l, column, "is not YEAR:CODE (P and 2 digits, D and 3, or 5 digits)", e);
}

static bool day_field(struct load *l, const char *column, struct day *ret, struct err *e)
{
    struct str text = csv_get(&l->csv, column);
    *ret = DAY_NONE;
    return !text.n || day_parse(text, ret) || wrong(l, column, "is not a date YYYY-MM-DD", e);
}

/* Empty is 0. */
static bool int_field(struct load *l, const char *column, int64_t min, int64_t max, int64_t *ret, struct err *e)
{
    struct str text = csv_get(&l->csv, column);
    *ret = 0;
    if (!text.n && min <= 0)
        return true;
    return (str_int(text, ret) && *ret >= min && *ret <= max) || wrong(l, column, "is not a number in its range", e);
}

/* Only bytes of `allowed`. */
static bool plain_field(struct load *l, const char *column, const char *allowed, size_t max, struct str *ret, struct err *e)
{
    *ret = csv_get(&l->csv, column);
    if (ret->n > max)
        return wrong(l, column, "is too long", e);
    for (size_t i = 0; i < ret->n; i++)
        if (!ret->p[i] || !strchr(allowed, ret->p[i]))
            return wrong(l, column, "holds a character that cannot stand there", e);
    return true;
}

static bool level_field(struct load *l, struct str *ret, struct err *e)
{
    *ret = csv_get(&l->csv, "level");
    return str_is(*ret, "province") || str_is(*ret, "district") || str_is(*ret, "commune") ||
           wrong(l, "level", "is not province, district or commune", e);
}

/* ---- units.csv ---- */

static bool unit_names(struct load *l, struct unit_row *w, struct err *e)
{
    struct str folded_kind;
    if (!text_field(l, "kind", true, &w->kind, e) || !text_field(l, "name", true, &w->name, e) ||
        !text_field(l, "name_en", false, &w->name_en, e))
        return false;
    w->fold = text_fold(&l->row, w->name);
    folded_kind = text_fold(&l->row, w->kind);
    if (w->fold.n > folded_kind.n && str_starts(w->fold, folded_kind) && w->fold.p[folded_kind.n] == ' ')
        w->fold = str_cut(w->fold, folded_kind.n + 1, w->fold.n);
    w->sort_key = text_sort_key(&l->row, w->name);
    return w->fold.n || wrong(l, "name", "has neither letter nor digit", e);
}

/* What a file without these columns leaves as it is. */
static bool unit_rest(struct load *l, struct unit_row *w, struct err *e)
{
    struct unit_mark old = {0};
    bool found;
    if (!int_field(l, "remote", 0, 1, &w->remote, e) || !int_field(l, "area_ha", 0, 100000000, &w->area_ha, e) ||
        !int_field(l, "population", 0, 1000000000, &w->people, e) ||
        !unit_find_mark(tx_rd(l->tx), &l->row, w->no, &found, &old, e))
        return false;
    if (csv_column(&l->csv, "remote") < 0)
        w->remote = old.remote;
    if (csv_column(&l->csv, "area_ha") < 0)
        w->area_ha = old.area_ha;
    if (csv_column(&l->csv, "population") < 0)
        w->people = old.people;
    if (csv_column(&l->csv, "name_en") < 0)
        w->name_en = old.name_en;
    return true;
}

static bool unit_code_fits(struct load *l, struct str id, struct err *e)
{
    struct str code = csv_get(&l->csv, "gso_code"), own = str_cut(id, 5, id.n);
    if (own.p[0] == 'P' || own.p[0] == 'D')
        own = str_cut(own, 1, own.n);
    return !code.n || str_eq(code, own) || wrong(l, "gso_code", "is not the code of the id", e);
}

static bool unit_place_fits(struct load *l, const struct unit_row *w, const char *parent, struct err *e)
{
    if (!str_is(w->level, unit_level_of(w->no)))
        return wrong(l, "level", "is not the level of the id", e);
    if (str_is(w->level, "province") != !w->parent_no)
        return wrong(l, parent, w->parent_no ? "a province has none" : "is empty", e);
    if (!day_is_none(w->valid_to) && w->valid_to.n < w->valid_from.n)
        return wrong(l, "valid_to", "is before valid_from", e);
    return true;
}

static void count(struct load *l, enum unit_put done)
{
    l->in->others += done != UNIT_SAME;
}

static bool row_unit(struct load *l, struct err *e)
{
    struct unit_row w = {.id = csv_get(&l->csv, "id")};
    enum unit_put done, kind;
    const char *parent = either(l, "parent", "parent_id");
    if (!id_field(l, "id", true, &w.no, e) || !first_time(l, "id", w.no, 0, 0, e) || !unit_code_fits(l, w.id, e) ||
        !level_field(l, &w.level, e) || !id_field(l, parent, false, &w.parent_no, e) ||
        !day_field(l, "valid_from", &w.valid_from, e) || !day_field(l, "valid_to", &w.valid_to, e) ||
        !unit_place_fits(l, &w, parent, e) || !unit_names(l, &w, e) || !unit_rest(l, &w, e))
        return false;
    if (!unit_put(l->tx, &w, &done, e) || !unit_put_kind(l->tx, text_fold(&l->row, w.kind), w.kind, w.kind, &kind, e))
        return false;
    l->in->units += done != UNIT_SAME;
    l->units_changed |= done != UNIT_SAME;
    return true;
}

static bool check_unit(struct load *l, struct err *e)
{
    struct unit_mark own, above;
    bool found;
    const char *column = either(l, "parent", "parent_id");
    struct str parent = csv_get(&l->csv, column);
    if (!parent.n)
        return true;
    if (!unit_find_mark(tx_rd(l->tx), &l->row, unit_no_of(csv_get(&l->csv, "id")), &found, &own, e) ||
        !unit_find_mark(tx_rd(l->tx), &l->row, unit_no_of(parent), &found, &above, e))
        return false;
    if (!found)
        return wrong(l, column, "names a unit that does not exist", e);
    if (str_is(above.level, "commune") || (str_is(own.level, "district") && !str_is(above.level, "province")))
        return wrong(l, column, "is not of a higher level", e);
    bool apart = (!day_is_none(above.valid_to) && above.valid_to.n < own.valid_from.n) ||
                 (!day_is_none(own.valid_to) && own.valid_to.n < above.valid_from.n);
    return !apart || wrong(l, column, "is at no time valid together with the unit", e);
}

/* ---- unit_changes.csv ---- */

static bool change_part(struct load *l, int64_t *ret, struct err *e)
{
    struct str share = csv_get(&l->csv, "share");
    if (csv_column(&l->csv, "share") < 0)
        return int_field(l, "part", 0, 1, ret, e);
    *ret = str_is(share, "part");
    return *ret || str_is(share, "whole") || wrong(l, "share", "is neither whole nor part", e);
}

static bool row_change(struct load *l, struct err *e)
{
    struct change_row w;
    enum unit_put done;
    const char *from = either(l, "from", "from_id"), *to = either(l, "to", "to_id"), *day = either(l, "day", "date");
    if (!id_field(l, from, true, &w.from, e) || !id_field(l, to, true, &w.to, e) || !day_field(l, day, &w.day, e) ||
        !change_part(l, &w.part, e))
        return false;
    if (day_is_none(w.day))
        return wrong(l, day, "is empty", e);
    if (w.from == w.to)
        return wrong(l, to, "is the same unit", e);
    if (!first_time(l, from, w.from, w.to, w.day.n, e) || !unit_put_change(l->tx, &w, &done, e))
        return false;
    count(l, done);
    return true;
}

static bool check_change(struct load *l, struct err *e)
{
    struct unit_mark old, new;
    struct day day;
    bool found_old, found_new;
    const char *from = either(l, "from", "from_id"), *to = either(l, "to", "to_id");
    if (!unit_find_mark(tx_rd(l->tx), &l->row, unit_no_of(csv_get(&l->csv, from)), &found_old, &old, e) ||
        !unit_find_mark(tx_rd(l->tx), &l->row, unit_no_of(csv_get(&l->csv, to)), &found_new, &new, e) ||
        !day_field(l, either(l, "day", "date"), &day, e))
        return false;
    if (!found_old)
        return wrong(l, from, "names a unit that does not exist", e);
    if (!found_new)
        return wrong(l, to, "names a unit that does not exist", e);
    if (old.valid_to.n != day.n - 1)
        return wrong(l, from, "does not end on the day before", e);
    bool stands = new.valid_from.n <= day.n && (day_is_none(new.valid_to) || new.valid_to.n >= day.n);
    return stands || wrong(l, to, "is not valid on that day", e);
}

/* ---- the other tables ---- */

static bool row_kind(struct load *l, struct err *e)
{
    struct str word = {0}, kind = {0}, fold;
    enum unit_put done;
    if (!text_field(l, "word", true, &word, e) || !text_field(l, "kind", true, &kind, e))
        return false;
    fold = text_fold(&l->row, word);
    if (!fold.n)
        return wrong(l, "word", "has neither letter nor digit", e);
    if (!unit_put_kind(l->tx, fold, word, kind, &done, e))
        return false;
    count(l, done);
    return true;
}

static bool row_boundary(struct load *l, struct err *e)
{
    struct boundary_row w;
    enum unit_put done;
    if (!id_field(l, "unit", true, &w.unit, e) || !id_field(l, "frame", true, &w.frame, e) ||
        !int_field(l, "width", 1, 10000, &w.width, e) || !int_field(l, "height", 1, 10000, &w.height, e) ||
        !plain_field(l, "path", "0123456789 -,.MmLlHhVvZz", PATH_BYTES, &w.path, e))
        return false;
    if (!w.path.n || w.path.p[0] != 'M')
        return wrong(l, "path", "does not begin with M", e);
    if (!first_time(l, "unit", w.unit, 0, 0, e) || !unit_put_boundary(l->tx, &w, &done, e))
        return false;
    count(l, done);
    return true;
}

/* "1": of the same unit; "^1": of the unit above. */
static bool parent_field(struct load *l, int64_t *ret_above, int64_t *ret_seq, struct err *e)
{
    struct str text = csv_get(&l->csv, "parent");
    *ret_above = str_starts(text, STR("^"));
    *ret_seq = 0;
    if (*ret_above)
        text = str_cut(text, 1, text.n);
    else if (!text.n)
        return true;
    return (str_int(text, ret_seq) && *ret_seq >= 1 && *ret_seq <= SEQ_MAX) ||
           wrong(l, "parent", "is not a number of an office, or ^ and one", e);
}

static bool hours_field(struct load *l, struct str *ret, struct err *e)
{
    return plain_field(l, "hours", "0123456789 -:,;", 100, ret, e);
}

static bool row_pattern(struct load *l, struct err *e)
{
    struct pattern_row w;
    enum unit_put done;
    size_t at;
    if (!level_field(l, &w.level, e) || !text_field(l, "kinds", false, &w.kinds, e) ||
        !int_field(l, "seq", 1, SEQ_MAX, &w.seq, e) || !parent_field(l, &w.above, &w.parent_seq, e) ||
        !plain_field(l, "kind", "abcdefghijklmnopqrstuvwxyz_", 20, &w.kind, e) || !text_field(l, "name", true, &w.name, e) ||
        !hours_field(l, &w.hours, e))
        return false;
    if (!w.kind.n)
        return wrong(l, "kind", "is empty", e);
    if (!str_find(w.name, STR("{unit}"), &at))
        return wrong(l, "name", "has no {unit}", e);
    if (!unit_put_pattern(l->tx, &w, &done, e))
        return false;
    count(l, done);
    l->units_changed |= done != UNIT_SAME;
    return true;
}

static bool office_words(struct load *l, struct office_row *w, struct err *e)
{
    size_t at;
    if (!plain_field(l, "kind", "abcdefghijklmnopqrstuvwxyz_", 20, &w->kind, e) || !text_field(l, "name", false, &w->name, e) ||
        !text_field(l, "address", false, &w->address, e) || !text_field(l, "phone", false, &w->phone, e) ||
        !text_field(l, "email", false, &w->email, e) || !text_field(l, "leader", false, &w->leader, e) ||
        !hours_field(l, &w->hours, e))
        return false;
    return !w->email.n || str_find(w->email, STR("@"), &at) || wrong(l, "email", "has no @", e);
}

static bool row_office(struct load *l, struct err *e)
{
    struct office_row w = {0};
    struct unit_mark unit;
    enum unit_put done;
    bool found, known;
    int64_t seq, above, parent_seq;
    struct str id = csv_get(&l->csv, "unit");
    if (!id_field(l, "unit", true, &w.unit, e) || !int_field(l, "seq", 1, SEQ_MAX, &seq, e) ||
        !parent_field(l, &above, &parent_seq, e) || !office_words(l, &w, e) ||
        !first_time(l, "unit", w.unit, seq, 0, e) || !unit_find_mark(tx_rd(l->tx), &l->row, w.unit, &found, &unit, e))
        return false;
    if (!found)
        return wrong(l, "unit", "names a unit that does not exist", e);
    id = str_cut(id, w.unit / 10000000 % 10 == 2 ? 5 : 6, id.n);
    w.id = w.unit + seq;
    w.code = seq == 1 ? id : str_printf(&l->row, STR_FMT ".%02lld", STR_ARG(id), (long long)seq);
    if (parent_seq)
        w.parent = (above ? unit.parent_no : w.unit) + parent_seq;
    if (!unit_put_office(l->tx, &w, &known, &done, e))
        return false;
    count(l, done);
    return known || wrong(l, "seq", "is no known office, and kind and name are not given", e);
}

/* ---- files ---- */

enum { COLUMNS = 12 };
/* A table: columns that it must have, columns that it may have; | parts two names of one. */
struct table {
    const char *needs[COLUMNS], *may[COLUMNS];
    row_fn *row, *check;
    bool after; /* once the offices of the patterns are there */
};
static const struct table tables[] = {
    {{"id", "level", "kind", "name", "parent|parent_id", "valid_from", "valid_to"},
     {"gso_code", "name_en", "remote", "area_ha", "population"}, row_unit, check_unit, false},
    {{"day|date", "from|from_id", "to|to_id", "part|share"}, {0}, row_change, check_change, false},
    {{"word", "kind"}, {0}, row_kind, NULL, false},
    {{"unit", "frame", "width", "height", "path"}, {0}, row_boundary, NULL, false},
    {{"level", "kinds", "seq", "parent", "kind", "name", "hours"}, {0}, row_pattern, NULL, false},
    {{"unit", "seq"}, {"parent", "kind", "name", "address", "phone", "email", "hours", "leader"}, row_office, NULL, true},
};

/* Which of the |-parted names is a column; -1 none. */
static int named(const struct csv *c, const char *names)
{
    struct str rest = str_of(names), one;
    int column = -1;
    while (column < 0 && str_split(&rest, '|', &one))
        for (size_t i = 0; i < c->columns && column < 0; i++)
            if (str_eq(c->names[i], one))
                column = (int)i;
    return column;
}

static bool fits(const struct csv *c, const struct table *t)
{
    bool good = true;
    for (size_t i = 0; i < COLUMNS && t->needs[i]; i++)
        good &= named(c, t->needs[i]) >= 0;
    return good;
}

/* A column that the table does not know is a slip of the pen: refused. */
static bool all_known(struct load *l, const struct table *t, struct err *e)
{
    bool known[CSV_COLUMNS] = {false};
    const char *const *lists[] = {t->needs, t->may};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < COLUMNS && lists[k][i]; i++) {
            int at = named(&l->csv, lists[k][i]);
            if (at >= 0)
                known[at] = true;
        }
    for (size_t i = 0; i < l->csv.columns; i++)
        if (!known[i])
            return wrong(l, str_z(&l->row, str_cut(l->csv.names[i], 0, 40)), "is no column of this table", e);
    return true;
}

static bool open_file(struct load *l, const struct unit_file *f, const struct table **ret_table, struct err *e)
{
    const struct table *t = tables, *end = tables + sizeof tables / sizeof *tables;
    l->seen = (struct seen){0};
    l->line_done = 0;
    if (!csv_open(&l->csv, tx_arena(l->tx), f->name, f->text, e))
        return false;
    while (t < end && !fits(&l->csv, t))
        t++;
    if (t == end)
        return wrong(l, NULL, "the columns are not those of a table of units", e);
    *ret_table = t;
    return all_known(l, t, e);
}

static void step(struct load *l, const struct unit_file *f, bool at_end)
{
    int64_t read = (int64_t)(f->text.n - l->csv.rest.n);
    if (!l->in->progress || (!at_end && l->csv.line % STEP))
        return;
    l->done += read - l->line_done;
    l->line_done = read;
    l->in->progress(l->in->progress_arg, l->done, l->total);
}

static bool run_file(struct load *l, const struct unit_file *f, row_fn *row, struct err *e)
{
    bool more;
    for (;;) {
        if (!csv_next(&l->csv, &more, e))
            return false;
        step(l, f, !more);
        if (!more)
            return true;
        if (!row(l, e))
            return false;
        arena_reset(&l->row);
    }
}

/* stage 0: what offices are made from; 1: offices; 2: what rows say of each other. */
static bool run_stage(struct load *l, int stage, struct err *e)
{
    for (size_t i = 0; i < l->in->n; i++) {
        const struct table *t = NULL;
        if (!open_file(l, &l->in->files[i], &t, e))
            return false;
        row_fn *row = !t ? NULL : stage == 2 ? t->check : t->after == (stage == 1) ? t->row : NULL;
        if (row && !run_file(l, &l->in->files[i], row, e))
            return false;
    }
    return true;
}

static bool record(struct load *l, struct err *e)
{
    struct strbuf all, names;
    strbuf_init(&all, tx_arena(l->tx), SIZE_MAX / 2);
    strbuf_init(&names, tx_arena(l->tx), 1000);
    for (size_t i = 0; i < l->in->n; i++) {
        strbuf_str(&all, l->in->files[i].text);
        strbuf_printf(&names, "%s" STR_FMT, i ? " " : "", STR_ARG(l->in->files[i].name));
    }
    struct act act = {.at = l->in->now, .subject = STR("units"), .verb = STR("import"), .note = strbuf_text(&names),
                      .content = digest_of(all.p, all.n)};
    return act_record(l->tx, &act, e);
}

static bool run_all(struct load *l, struct err *e)
{
    int64_t made = 0;
    if (!run_stage(l, 0, e) || (l->units_changed && !unit_make_offices(l->tx, &made, e)) || !run_stage(l, 1, e) ||
        !run_stage(l, 2, e))
        return false;
    l->in->others += made;
    return l->in->units + l->in->others == 0 || record(l, e);
}

bool unit_load(struct tx *tx, void *unit_load_, struct err *e)
{
    struct load l = {.tx = tx, .in = unit_load_};
    l.in->units = l.in->others = 0;
    for (size_t i = 0; i < l.in->n; i++) /* read once, checked once */
        l.total += 2 * (int64_t)l.in->files[i].text.n;
    arena_init(&l.row);
    bool good = run_all(&l, e);
    arena_done(&l.row);
    return good;
}
