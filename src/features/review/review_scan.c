// SPDX-License-Identifier: AGPL-3.0-or-later
/* The pass: blocks of rows, column by column. */
#include <stdlib.h>
#include <string.h>

#include "features/review/review_scan_inner.h"
#include "platform/i18n/i18n.h"

enum { BLOCK = 4096 };

/* A block of rows on their way into keys. */
struct block {
    size_t first, n;           /* of the table; rows that are left */
    uint32_t row[BLOCK];       /* of the table */
    uint64_t key[SCAN_PARTS][BLOCK];
    uint32_t combination[BLOCK];
};

/* Loops over a block go on without branches: what is not kept is written over. */

/* ---- which rows ---- */

/* Those that were what the records said on the day. */
static void select_standing(const struct scan *s, const struct fact_rows *r, struct block *b, size_t n)
{
    const uint16_t *from = r->from + b->first, *until = r->until + b->first, as_of = s->as_of;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        b->row[kept] = (uint32_t)(b->first + i);
        kept += (size_t)((from[i] <= as_of) & (as_of < until[i]));
    }
    b->n = kept;
}

static void keep_asked(const struct scan *s, const struct fact_rows *r, struct block *b)
{
    size_t kept = 0;
    for (size_t j = 0; j < b->n; j++) {
        b->row[kept] = b->row[j];
        kept += s->place[r->office[b->row[j]]] != SCAN_NOWHERE;
    }
    b->n = kept;
}

static size_t early_n(const struct scan *s)
{
    return s->days_n < SCAN_EARLY ? s->days_n : SCAN_EARLY;
}

/* Most matters of earlier years count nowhere, whatever they were about: their days tell. */
static void keep_possible(struct scan *s, const struct fact_rows *r, struct block *b)
{
    const uint16_t *days[SCAN_EARLY];
    size_t kept = 0, n = early_n(s);
    for (size_t k = 0; k < n; k++)
        days[k] = r->field[s->codes[k].field];
    for (size_t j = 0; j < b->n; j++) {
        uint32_t row = b->row[j], key = 0;
        for (size_t k = 0; k < n; k++)
            key |= (uint32_t)s->day_codes[days[k][row]] << (2 * k);
        if (!s->early[key])
            s->early[key] = scan_may_count(s, key) ? 2 : 1;
        b->row[kept] = row;
        b->key[0][kept] = key;
        kept += s->early[key] == 2;
    }
    b->n = kept;
}

/* ---- their keys ---- */

static void put_days(const struct scan *s, const struct scan_code *c, const uint16_t *days, struct block *b)
{
    uint64_t *key = b->key[c->part];
    for (size_t j = 0; j < b->n; j++)
        key[j] |= (uint64_t)s->day_codes[days[b->row[j]]] << c->shift;
}

static void put_bytes(const struct scan_code *c, const uint8_t *values, struct block *b)
{
    uint64_t *key = b->key[c->part];
    for (size_t j = 0; j < b->n; j++)
        key[j] |= (uint64_t)values[b->row[j]] << c->shift;
}

static void put_numbers(const struct scan_code *c, const int64_t *values, struct block *b)
{
    uint64_t *key = b->key[c->part];
    for (size_t j = 0; j < b->n; j++) {
        int64_t n = values[b->row[j]];
        uint64_t code = 0;
        for (size_t k = 0; k < c->marks_n; k++)
            code += (uint64_t)((n >= c->marks[k]) + (n > c->marks[k]));
        key[j] |= code << c->shift;
    }
}

static void put_matters(const struct scan *s, const struct fact_rows *r, struct block *b)
{
    const int64_t *matter = r->field[CASE_MATTER];
    for (size_t j = 0; j < b->n; j++)
        b->key[s->matters_part][j] |= (uint64_t)(matter[b->row[j]] != r->id[b->row[j]]) << s->matters_shift;
}

static void put_code(const struct scan *s, const struct fact_rows *r, const struct scan_code *c, struct block *b)
{
    if (c->type == FACT_DAY)
        put_days(s, c, r->field[c->field], b);
    else if (c->type == FACT_NUMBER)
        put_numbers(c, r->field[c->field], b);
    else
        put_bytes(c, r->field[c->field], b);
}

static void make_keys(const struct scan *s, const struct fact_rows *r, struct block *b)
{
    for (size_t p = 1; p < s->parts; p++)
        memset(b->key[p], 0, b->n * sizeof b->key[p][0]);
    for (size_t k = early_n(s); k < s->codes_n; k++)
        put_code(s, r, &s->codes[k], b);
    if (s->matters)
        put_matters(s, r, b);
}

/* ---- their counts ---- */

static void find_combinations(struct scan *s, struct block *b)
{
    size_t kept = 0;
    for (size_t j = 0; j < b->n; j++) {
        uint64_t key[SCAN_PARTS];
        for (size_t p = 0; p < s->parts; p++)
            key[p] = b->key[p][j];
        size_t c = scan_combination(s, key);
        b->row[kept] = b->row[j];
        b->combination[kept] = (uint32_t)c;
        kept += s->combinations[c].any;
    }
    b->n = kept;
}

static void count_block(struct scan *s, const struct fact_rows *r, const struct block *b)
{
    const size_t each = s->places_n * (1 + s->sums_n);
    for (size_t j = 0; j < b->n; j++) {
        size_t row = b->row[j], place = s->place[r->office[row]];
        int64_t *to = &s->counts[b->combination[j] * each + place];
        to[0]++;
        for (size_t k = 0; k < s->sums_n; k++)
            to[(1 + k) * s->places_n] += ((const int64_t *)r->field[s->sums[k]])[row];
    }
    for (size_t j = 0; s->q.lists && j < b->n; j++)
        scan_hit_add(s, s->place[r->office[b->row[j]]], r->id[b->row[j]], b->combination[j]);
}

static void count_rows(struct scan *s, const struct fact_rows *r)
{
    struct block *b = arena_alloc_raw(s->arena, sizeof *b);
    for (b->first = 0; b->first < r->n; b->first += BLOCK) {
        select_standing(s, r, b, r->n - b->first < BLOCK ? r->n - b->first : BLOCK);
        keep_asked(s, r, b);
        keep_possible(s, r, b);
        make_keys(s, r, b);
        find_combinations(s, b);
        count_block(s, r, b);
    }
}

/* Figures: each combination into the columns that it counts in. */
static void add_up(struct scan *s)
{
    s->cells = arena_array(s->arena, int64_t, s->q.columns_n * s->places_n + 1);
    for (size_t c = 0; c < s->combinations_n; c++) {
        const struct combination *x = &s->combinations[c];
        for (size_t k = 0; x->any && k < s->q.columns_n; k++) {
            size_t stat = 0;
            if (!scan_is_in(x, k))
                continue;
            while (s->q.columns[k]->sum < FACT_FIELDS && s->sums[stat++] != s->q.columns[k]->sum)
                ;
            const int64_t *from = &s->counts[(c * (1 + s->sums_n) + stat) * s->places_n];
            int64_t *to = &s->cells[k * s->places_n];
            for (size_t i = 0; i < s->places_n; i++)
                to[i] += from[i];
        }
    }
}

/* ---- offices ---- */

/* Offices that were asked for and have facts get places, in the question's order. */
static void place_offices(struct scan *s, const struct fact_rows *r)
{
    uint16_t *place = arena_array(s->arena, uint16_t, r->offices_n + 1);
    s->place_asked = arena_array(s->arena, uint16_t, s->q.offices_n + 1);
    s->offices = arena_array(s->arena, int64_t, s->q.offices_n + 1);
    memset(place, 0xff, r->offices_n * sizeof *place);
    for (size_t k = 0; k < s->q.offices_n; k++) {
        size_t i = 0;
        while (i < r->offices_n && r->offices[i] != s->q.offices[k])
            i++;
        s->place_asked[k] = i < r->offices_n ? (uint16_t)s->places_n : SCAN_NOWHERE;
        if (i == r->offices_n)
            continue;
        place[i] = (uint16_t)s->places_n;
        s->offices[s->places_n++] = s->q.offices[k];
    }
    s->place = place;
}

static void code_days(struct scan *s)
{
    s->day_codes = arena_array(s->arena, uint8_t, UINT16_MAX + 1);
    for (unsigned d = 1; d <= s->to; d++)
        s->day_codes[d] = d < s->from ? DAY_EARLIER : DAY_WITHIN;
}

bool scan_run(struct facts *f, struct arena *a, const struct scan_question *q, struct scan **ret, struct err *e)
{
    struct fact_rows r;
    struct scan *s = arena_new(a, struct scan);
    *s = (struct scan){.q = *q, .arena = a, .facts = f, .from = facts_day(q->from), .to = facts_day(q->to),
                       .as_of = facts_day(q->as_of)};
    rule_vocabulary(a, q->about, &s->vocabulary);
    if (q->columns_n > SCAN_COLUMNS || q->offices_n >= SCAN_NOWHERE)
        return FAIL(e, ERR_TOO_LARGE, MSG("err.review.form"), "more than %d columns or %d offices", SCAN_COLUMNS, SCAN_NOWHERE);
    if (!scan_look(s, e))
        return false;
    s->early = arena_array(a, uint8_t, (size_t)1 << (2 * SCAN_EARLY));
    code_days(s);
    if (facts_rows(f, q->about->subject, &r)) {
        place_offices(s, &r);
        if (s->places_n)
            count_rows(s, &r);
        facts_done(f);
        add_up(s);
        scan_hits_sort(s);
    }
    *ret = s;
    return true;
}

int64_t scan_cell(const struct scan *s, size_t office, size_t column)
{
    const struct rule_column *col = s->q.columns[column];
    size_t place = s->place_asked ? s->place_asked[office] : SCAN_NOWHERE;
    int64_t n = place == SCAN_NOWHERE ? 0 : s->cells[column * s->places_n + place];
    return col->unit > 1 ? (n + col->unit / 2) / col->unit : n;
}

bool scan_office_counts(const struct scan *s, size_t office)
{
    for (size_t c = 0; c < s->q.columns_n; c++) {
        if (scan_cell(s, office, c))
            return true;
    }
    return false;
}
