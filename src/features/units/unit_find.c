// SPDX-License-Identifier: AGPL-3.0-or-later
/* Search: a stretch of the names' index for what was typed, with and without the
 * word for the unit's kind, and again for each way to read the end of it as the
 * name of a unit above. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "features/units/unit_rows.h"

enum { SCAN = 300, SCAN_ANY = 1000, ABOVE_WORDS = 8, DEPTH = 3, LIMIT = 20, LIMIT_MAX = 1000, TEXT_CHARS = 200, WITHIN = 64 };

/* How a unit fits; smaller is better, in this order. */
struct hit {
    int64_t no;
    bool ended;   /* not valid today */
    int reading;  /* 0: all of it is the name; 1: its end is a unit above; 2: words in any order */
    int tier;     /* 0 name, 1 its first words, 2 its beginning, 3 its last words, 4, 5 as 1, 2 from a later word on */
    bool other_kind;
    int level;
    struct str key;
};

struct words {
    struct str w[UNIT_WORDS];
    size_t n;
};

/* Units whose children are looked for; n 0: everywhere. */
struct within {
    int64_t no[WITHIN];
    size_t n;
};

struct find {
    struct rd *rd;
    struct arena *a;
    const struct units_query *q;
    struct unit_kind_word *kinds;
    size_t kinds_n;
    struct hit *hits;
    size_t n, room;
};

/* ---- words ---- */

static struct words split(struct str folded)
{
    struct words w = {.n = 0};
    struct str part;
    while (folded.n && w.n < UNIT_WORDS && str_split(&folded, ' ', &part))
        w.w[w.n++] = part;
    return w;
}

/* The words lie one behind the other in the folded text. */
static struct str span(const struct words *w, size_t from, size_t to)
{
    return (struct str){w->w[from].p, (size_t)(w->w[to - 1].p + w->w[to - 1].n - w->w[from].p)};
}

static size_t words_of(struct str s)
{
    size_t n = 1;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == ' ';
    return n;
}

/* How many words in front say a kind, and which; never all of them. */
static size_t kind_in_front(const struct find *f, const struct words *w, size_t from, size_t to, struct str *ret_kind)
{
    for (size_t i = 0; i < f->kinds_n; i++) {
        size_t n = words_of(f->kinds[i].fold);
        if (from + n < to && str_eq(span(w, from, from + n), f->kinds[i].fold)) {
            *ret_kind = f->kinds[i].kind;
            return n;
        }
    }
    return 0;
}

/* ---- hits ---- */

static int tier_of(struct str key, struct str typed, bool later)
{
    int tier = key.n == typed.n ? 0 : key.p[typed.n] == ' ' ? 1 : 2;
    return later ? tier + 3 : tier;
}

static int level_rank(struct str level)
{
    return str_is(level, "province") ? 0 : str_is(level, "commune") ? 1 : 2;
}

static bool is_within(const struct within *in, int64_t parent_no)
{
    bool any = in->n == 0;
    for (size_t i = 0; i < in->n && !any; i++)
        any = in->no[i] == parent_no;
    return any;
}

static void add_hit(struct find *f, const struct unit_key *k, int reading, int tier, struct str kind)
{
    struct day today = f->q->today;
    bool valid = day_is_none(today) ? k->valid_to.n == INT32_MAX : k->valid_from.n <= today.n && k->valid_to.n >= today.n;
    if (f->n == f->room) {
        struct hit *more = arena_array(f->a, struct hit, f->room = f->room ? f->room * 2 : 64);
        if (f->n)
            memcpy(more, f->hits, f->n * sizeof *more);
        f->hits = more;
    }
    f->hits[f->n++] = (struct hit){.no = k->no, .ended = !valid && day_is_none(f->q->on), .reading = reading, .tier = tier,
                                   .other_kind = kind.n && !str_eq(kind, k->kind), .level = level_rank(k->level), .key = k->key};
}

static int by_fit(const void *pa, const void *pb)
{
    const struct hit *a = pa, *b = pb;
    const int64_t difference[] = {a->ended - b->ended,           a->reading - b->reading, a->tier - b->tier,
                                  a->other_kind - b->other_kind, a->level - b->level,     str_cmp(a->key, b->key),
                                  b->no - a->no};
    for (size_t i = 0; i < sizeof difference / sizeof *difference; i++)
        if (difference[i])
            return difference[i] < 0 ? -1 : 1;
    return 0;
}

static int by_number(const void *pa, const void *pb)
{
    const struct hit *a = pa, *b = pb;
    return a->no != b->no ? (a->no < b->no ? -1 : 1) : by_fit(pa, pb);
}

/* Each unit once, by its best fit. */
static void settle(struct find *f)
{
    size_t n = 0;
    if (!f->n)
        return;
    qsort(f->hits, f->n, sizeof *f->hits, by_number);
    for (size_t i = 0; i < f->n; i++)
        if (!n || f->hits[n - 1].no != f->hits[i].no)
            f->hits[n++] = f->hits[i];
    f->n = n;
    qsort(f->hits, f->n, sizeof *f->hits, by_fit);
}

/* ---- reading what was typed ---- */

static bool scan_name(struct find *f, struct str key, struct str kind, const struct within *in, struct err *e)
{
    for (int k = 0; k < 4; k++) {
        struct unit_key_range range = {.key = key, .level = f->q->level, .on = f->q->on, .open = k < 2, .later = k & 1,
                                       .limit = in->n ? SCAN_ANY : SCAN};
        struct unit_key *keys;
        size_t n;
        if (!unit_keys(f->rd, f->a, &range, &keys, &n, e))
            return false;
        for (size_t i = 0; i < n; i++)
            if (is_within(in, keys[i].parent_no))
                add_hit(f, &keys[i], in->n != 0, tier_of(keys[i].key, key, keys[i].later), kind);
    }
    return true;
}

/* The words as a name, and without the kind that may stand in front. */
static bool read_name(struct find *f, const struct words *w, size_t to, const struct within *in, struct err *e)
{
    struct str kind = STR("");
    size_t n = kind_in_front(f, w, 0, to, &kind);
    return scan_name(f, span(w, 0, to), STR(""), in, e) && (!n || scan_name(f, span(w, n, to), kind, in, e));
}

static void add_within(struct within *set, int64_t no)
{
    if (set->n < WITHIN)
        set->no[set->n++] = no;
}

/* Provinces and districts of just this name, and the districts of those provinces. */
static bool add_named(struct find *f, struct str key, struct str kind, const struct within *in, struct within *ret,
                      struct err *e)
{
    for (int k = 0; k < 2; k++) {
        struct unit_key_range range = {.key = key, .on = DAY_NONE, .open = k == 0, .exact = true, .limit = WITHIN};
        struct unit_key *keys;
        int64_t *districts;
        size_t n, m;
        if (!unit_keys(f->rd, f->a, &range, &keys, &n, e))
            return false;
        for (size_t i = 0; i < n; i++) {
            if (str_is(keys[i].level, "commune") || !is_within(in, keys[i].parent_no) || (kind.n && !str_eq(kind, keys[i].kind)))
                continue;
            add_within(ret, keys[i].no);
            if (!unit_districts(f->rd, f->a, keys[i].no, &districts, &m, e))
                return false;
            for (size_t j = 0; j < m; j++)
                add_within(ret, districts[j]);
        }
    }
    return true;
}

/* Reads words at..to as the name of a unit above. */
static bool read_above(struct find *f, const struct words *w, const size_t range[2], const struct within *in,
                       struct within *ret, struct err *e)
{
    struct str kind = STR("");
    size_t n = kind_in_front(f, w, range[0], range[1], &kind);
    ret->n = 0;
    return add_named(f, span(w, range[0], range[1]), STR(""), in, ret, e) &&
           (!n || add_named(f, span(w, range[0] + n, range[1]), kind, in, ret, e));
}

/* Every way to part the words into a name and a unit above it, and that again. */
static bool read_parts(struct find *f, const struct words *w, size_t to, const struct within *in, int depth, struct err *e)
{
    for (size_t at = to > ABOVE_WORDS ? to - ABOVE_WORDS : 1; at < to; at++) {
        struct within above;
        if (!read_above(f, w, (const size_t[]){at, to}, in, &above, e))
            return false;
        if (!above.n)
            continue;
        if (!read_name(f, w, at, &above, e) || (depth < DEPTH && !read_parts(f, w, at, &above, depth + 1, e)))
            return false;
    }
    return true;
}

/* Is each word the beginning of a word of the name? */
static bool holds_all(const struct words *w, struct str fold)
{
    struct words name = split(fold);
    bool all = true;
    for (size_t i = 0; i < w->n && all; i++) {
        bool any = false;
        for (size_t k = 0; k < name.n && !any; k++)
            any = str_starts(name.w[k], w->w[i]);
        all = any;
    }
    return all;
}

/* Words in any order: the longest one leads to the candidates. */
static bool read_any_order(struct find *f, const struct words *w, struct err *e)
{
    size_t longest = 0;
    for (size_t i = 1; i < w->n; i++)
        if (w->w[i].n > w->w[longest].n)
            longest = i;
    for (int k = 0; k < 4; k++) {
        struct unit_key_range range = {.key = w->w[longest], .level = f->q->level, .on = f->q->on, .open = k < 2,
                                       .later = k & 1, .limit = SCAN_ANY};
        struct unit_key *keys;
        size_t n;
        if (!unit_keys(f->rd, f->a, &range, &keys, &n, e))
            return false;
        for (size_t i = 0; i < n; i++) {
            struct str fold;
            int64_t parent;
            if (!unit_fold_of(f->rd, f->a, keys[i].no, &fold, &parent, e))
                return false;
            if (holds_all(w, fold))
                add_hit(f, &keys[i], 2, 0, STR(""));
        }
    }
    return true;
}

static bool read_query(struct find *f, struct err *e)
{
    const struct within everywhere = {.n = 0};
    struct words w = split(text_fold(f->a, text_clip(f->q->text, TEXT_CHARS)));
    if (!w.n)
        return true;
    if (!unit_kind_words(f->rd, f->a, &f->kinds, &f->kinds_n, e) || !read_name(f, &w, w.n, &everywhere, e) ||
        !read_parts(f, &w, w.n, &everywhere, 1, e))
        return false;
    return f->n || w.n < 2 || read_any_order(f, &w, e);
}

bool units_find(struct rd *rd, struct arena *a, const struct units_query *q, struct unit **ret, size_t *ret_n, struct err *e)
{
    struct find f = {.rd = rd, .a = a, .q = q};
    size_t limit = q->limit == 0 ? LIMIT : q->limit < LIMIT_MAX ? q->limit : LIMIT_MAX;
    if (!read_query(&f, e))
        return false;
    settle(&f);
    if (limit > f.n)
        limit = f.n;
    struct unit *list = arena_array(a, struct unit, limit + 1);
    for (size_t i = 0; i < limit; i++)
        if (!unit_by_no(rd, a, f.hits[i].no, &list[i], e))
            return false;
    *ret = list;
    *ret_n = limit;
    return true;
}

bool units_find_json(struct rd *rd, struct arena *a, const struct units_query *q, struct strbuf *b, struct err *e)
{
    struct unit *list;
    size_t n;
    struct json j;
    if (!units_find(rd, a, q, &list, &n, e))
        return false;
    json_init(&j, b);
    json_array(&j);
    for (size_t i = 0; i < n; i++) {
        json_object(&j);
        json_kstr(&j, "id", list[i].id);
        json_kstr(&j, "name", list[i].name);
        json_kstr(&j, "level", list[i].level);
        json_kstr(&j, "kind", list[i].kind);
        json_kday(&j, "valid_from", list[i].valid_from);
        json_kday(&j, "valid_to", list[i].valid_to);
        json_end(&j);
    }
    json_end(&j);
    return true;
}
