// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/review/review_scan.h"

#include <stdlib.h>
#include <string.h>

#include "platform/i18n/i18n.h"

enum { WORDS = SCAN_COLUMNS / 64, NOWHERE = UINT16_MAX, SLOTS_FIRST = 1024 };

/* Rows that agree in everything that a condition looks at. */
struct combination {
    int64_t key[SCAN_KEY];
    uint64_t hash;
    uint64_t in[WORDS]; /* the columns it counts in */
    bool any;
};

struct scan {
    struct scan_question q;
    struct arena *arena;
    struct rule_vocabulary vocabulary;
    uint16_t from, to, as_of;
    size_t used[SCAN_KEY], used_n; /* fields that conditions look at */
    bool matters;                  /* the last of the key: a petition that repeats an earlier one */
    size_t sums[SCAN_KEY], sums_n; /* fields that columns add up */
    struct combination *combinations;
    size_t combinations_n, combinations_room;
    uint32_t *slots; /* combination plus 1, by hash */
    size_t slots_n;
    int64_t *counts; /* combination, office, then number of rows and each sum */
};

static size_t per_office(const struct scan *s)
{
    return 1 + s->sums_n;
}

static size_t per_combination(const struct scan *s)
{
    return s->q.offices_n * per_office(s);
}

/* ---- what is looked at ---- */

static size_t place_of(const size_t *list, size_t n, size_t x)
{
    size_t i = 0;
    while (i < n && list[i] != x)
        i++;
    return i;
}

static bool add_once(size_t *list, size_t *n, size_t x, struct err *e)
{
    if (place_of(list, *n, x) < *n)
        return true;
    if (*n + 1 == SCAN_KEY)
        return FAIL(e, ERR_TOO_LARGE, MSG("err.review.form"), "conditions look at more than %d facts", SCAN_KEY - 1);
    list[(*n)++] = x;
    return true;
}

static bool look_at(struct scan *s, struct err *e)
{
    for (size_t c = 0; c < s->q.columns_n; c++) {
        const struct rule_column *col = s->q.columns[c];
        s->matters |= col->matters;
        if (col->sum < FACT_FIELDS && !add_once(s->sums, &s->sums_n, col->sum, e))
            return false;
        for (size_t i = 0; i < s->vocabulary.n; i++) {
            if (expr_uses(col->condition, i) && !add_once(s->used, &s->used_n, s->vocabulary.field[i], e))
                return false;
        }
    }
    return true;
}

/* ---- a row's key ---- */

/* A day by what conditions may ask of it: bit 0 in the period, bit 1 by its end, bit 2 before it. */
static int64_t day_code(const struct scan *s, uint16_t d)
{
    return !d ? 0 : (d >= s->from && d <= s->to) | (int64_t)(d <= s->to) << 1 | (int64_t)(d < s->from) << 2;
}

static int64_t number_at(const struct fact_rows *r, enum fact_type type, size_t field, size_t i)
{
    switch (type) {
    case FACT_NUMBER: return ((const int64_t *)r->field[field])[i];
    case FACT_DAY: return ((const uint16_t *)r->field[field])[i];
    default: return ((const uint8_t *)r->field[field])[i];
    }
}

static void key_of(const struct scan *s, const struct fact_rows *r, size_t i, int64_t key[SCAN_KEY])
{
    for (size_t k = 0; k < s->used_n; k++) {
        enum fact_type type = s->q.about->fields[s->used[k]].type;
        int64_t n = number_at(r, type, s->used[k], i);
        key[k] = type == FACT_DAY ? day_code(s, (uint16_t)n) : n;
    }
    key[s->used_n] = s->matters && ((const int64_t *)r->field[CASE_MATTER])[i] != r->id[i];
}

static uint64_t hash_of(const int64_t *key, size_t n)
{
    uint64_t h = 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i < n; i++) {
        h = (h ^ (uint64_t)key[i]) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    return h;
}

/* ---- combinations ---- */

static void judge(struct scan *s, struct facts *f, struct combination *c)
{
    const struct rule_vocabulary *v = &s->vocabulary;
    struct expr_value values[FACT_FIELDS * 3] = {0};
    for (size_t i = 0; i < v->n; i++) {
        size_t at = place_of(s->used, s->used_n, v->field[i]);
        const struct fact_field *field = &s->q.about->fields[v->field[i]];
        if (at == s->used_n)
            continue;
        int64_t n = c->key[at];
        if (field->type == FACT_WORD)
            values[i].word = facts_word_text(f, s->q.about->subject, field->name, (unsigned)n);
        else if (field->type == FACT_DAY)
            values[i].n = n >> (v->aspect[i] - FACT_IN) & 1;
        else
            values[i].n = field->type == FACT_YES ? n == 1 : n;
    }
    for (size_t k = 0; k < s->q.columns_n; k++) {
        if (expr_holds(s->q.columns[k]->condition, values) && !(s->q.columns[k]->matters && c->key[s->used_n])) {
            c->in[k / 64] |= (uint64_t)1 << (k % 64);
            c->any = true;
        }
    }
}

static void *grown(struct arena *a, const void *old, size_t bytes, size_t room)
{
    void *p = arena_alloc(a, room);
    if (bytes)
        memcpy(p, old, bytes);
    return p;
}

static void grow_combinations(struct scan *s)
{
    size_t room = s->combinations_room ? s->combinations_room * 2 : 64;
    size_t n = s->combinations_n;
    s->combinations = grown(s->arena, s->combinations, n * sizeof *s->combinations, room * sizeof *s->combinations);
    s->counts = grown(s->arena, s->counts, n * per_combination(s) * sizeof *s->counts,
                      room * per_combination(s) * sizeof *s->counts);
    s->combinations_room = room;
}

static void rehash(struct scan *s)
{
    s->slots_n = s->slots_n ? s->slots_n * 4 : SLOTS_FIRST;
    s->slots = arena_array(s->arena, uint32_t, s->slots_n);
    for (size_t i = 0; i < s->combinations_n; i++) {
        size_t at = s->combinations[i].hash & (s->slots_n - 1);
        while (s->slots[at])
            at = (at + 1) & (s->slots_n - 1);
        s->slots[at] = (uint32_t)i + 1;
    }
}

/* The combination of a key, judged when it is new. */
static size_t combination_of(struct scan *s, struct facts *f, const int64_t *key)
{
    size_t n = s->used_n + 1;
    uint64_t h = hash_of(key, n);
    if (s->combinations_n * 2 >= s->slots_n)
        rehash(s);
    size_t at = h & (s->slots_n - 1);
    for (; s->slots[at]; at = (at + 1) & (s->slots_n - 1)) {
        const struct combination *c = &s->combinations[s->slots[at] - 1];
        if (c->hash == h && memcmp(c->key, key, n * sizeof *key) == 0)
            return s->slots[at] - 1;
    }
    if (s->combinations_n == s->combinations_room)
        grow_combinations(s);
    struct combination *c = &s->combinations[s->combinations_n];
    memset(c, 0, sizeof *c);
    memcpy(c->key, key, n * sizeof *key);
    c->hash = h;
    judge(s, f, c);
    s->slots[at] = (uint32_t)++s->combinations_n;
    return s->combinations_n - 1;
}

/* ---- the pass ---- */

static int by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

/* For each office that the facts know: its place in the question, or NOWHERE. */
static uint16_t *places(const struct scan *s, const struct fact_rows *r)
{
    uint16_t *place = arena_alloc(s->arena, (r->offices_n + 1) * sizeof *place);
    for (size_t i = 0; i < r->offices_n; i++) {
        const int64_t *at = bsearch(&r->offices[i], s->q.offices, s->q.offices_n, sizeof *s->q.offices, by_number);
        place[i] = at ? (uint16_t)(at - s->q.offices) : NOWHERE;
    }
    return place;
}

static bool stands(const struct scan *s, const struct fact_rows *r, size_t i)
{
    return r->from[i] <= s->as_of && s->as_of < r->until[i];
}

static void count_rows(struct scan *s, struct facts *f, const struct fact_rows *r)
{
    int64_t key[SCAN_KEY];
    const uint16_t *place = places(s, r);
    for (size_t i = 0; i < r->n; i++) {
        if (!stands(s, r, i) || place[r->office[i]] == NOWHERE)
            continue;
        key_of(s, r, i, key);
        size_t c = combination_of(s, f, key);
        if (!s->combinations[c].any)
            continue;
        int64_t *to = &s->counts[c * per_combination(s) + place[r->office[i]] * per_office(s)];
        to[0]++;
        for (size_t k = 0; k < s->sums_n; k++)
            to[1 + k] += number_at(r, FACT_NUMBER, s->sums[k], i);
    }
}

bool scan_run(struct facts *f, struct arena *a, const struct scan_question *q, struct scan **ret, struct err *e)
{
    struct fact_rows r;
    struct scan *s = arena_new(a, struct scan);
    *s = (struct scan){.q = *q, .arena = a, .from = facts_day(q->from), .to = facts_day(q->to), .as_of = facts_day(q->as_of)};
    rule_vocabulary(a, q->about, &s->vocabulary);
    if (q->columns_n > SCAN_COLUMNS || q->offices_n >= NOWHERE)
        return FAIL(e, ERR_TOO_LARGE, MSG("err.review.form"), "more than %d columns or %d offices", SCAN_COLUMNS, NOWHERE);
    if (!look_at(s, e))
        return false;
    rehash(s);
    if (facts_rows(f, q->about->subject, &r)) {
        count_rows(s, f, &r);
        facts_done(f);
    }
    *ret = s;
    return true;
}

static bool is_in(const struct combination *c, size_t column)
{
    return c->in[column / 64] >> (column % 64) & 1;
}

int64_t scan_cell(const struct scan *s, size_t office, size_t column)
{
    const struct rule_column *col = s->q.columns[column];
    size_t at = col->sum < FACT_FIELDS ? 1 + place_of(s->sums, s->sums_n, col->sum) : 0;
    int64_t n = 0;
    for (size_t c = 0; c < s->combinations_n; c++) {
        if (is_in(&s->combinations[c], column))
            n += s->counts[c * per_combination(s) + office * per_office(s) + at];
    }
    return col->unit > 1 ? (n + col->unit / 2) / col->unit : n;
}

/* ---- lists ---- */

static int by_key(const void *x, const void *y)
{
    const struct scan_key *a = x, *b = y;
    if (a->office_id != b->office_id)
        return a->office_id < b->office_id ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

static void gather(struct arena *a, struct scan_list *list, struct scan_key key)
{
    bool full = list->n >= 64 ? !(list->n & (list->n - 1)) : list->n == 0;
    if (full)
        list->v = grown(a, list->v, list->n * sizeof key, (list->n ? list->n * 2 : 64) * sizeof key);
    list->v[list->n++] = key;
}

/* Like the count, with each row put down in the lists of its columns. only: SCAN_COLUMNS for all. */
static void gather_rows(struct scan *s, struct facts *f, const struct fact_rows *r, size_t only, struct scan_list *lists)
{
    int64_t key[SCAN_KEY];
    const uint16_t *place = places(s, r);
    for (size_t i = 0; i < r->n; i++) {
        if (!stands(s, r, i) || place[r->office[i]] == NOWHERE)
            continue;
        key_of(s, r, i, key);
        const struct combination *c = &s->combinations[combination_of(s, f, key)];
        for (size_t k = 0; c->any && k < s->q.columns_n; k++) {
            if (is_in(c, k) && (only == SCAN_COLUMNS || only == k))
                gather(s->arena, &lists[only == SCAN_COLUMNS ? k : 0],
                       (struct scan_key){r->offices[r->office[i]], r->id[i]});
        }
    }
}

static bool lists_of(struct facts *f, const struct scan *s, size_t only, struct scan_list *lists, struct err *e)
{
    struct fact_rows r;
    struct scan *again;
    size_t n = only == SCAN_COLUMNS ? s->q.columns_n : 1;
    memset(lists, 0, n * sizeof *lists);
    if (!scan_run(f, s->arena, &s->q, &again, e))
        return false;
    if (facts_rows(f, s->q.about->subject, &r)) {
        gather_rows(again, f, &r, only, lists);
        facts_done(f);
    }
    for (size_t k = 0; k < n; k++) {
        if (lists[k].n)
            qsort(lists[k].v, lists[k].n, sizeof *lists[k].v, by_key);
    }
    return true;
}

bool scan_list(struct facts *f, const struct scan *s, size_t column, struct scan_list *ret, struct err *e)
{
    return lists_of(f, s, column, ret, e);
}

bool scan_lists(struct facts *f, const struct scan *s, struct scan_list *ret, struct err *e)
{
    return lists_of(f, s, SCAN_COLUMNS, ret, e);
}
