// SPDX-License-Identifier: AGPL-3.0-or-later
/* What conditions look at, as keys; and which columns a key counts in. */
#include <string.h>

#include "features/review/review_scan_inner.h"
#include "platform/i18n/i18n.h"

enum { SLOTS_FIRST = 1024 };

/* ---- what is looked at ---- */

static size_t bits_of(const struct scan_code *c)
{
    size_t bits = 0;
    if (c->type != FACT_NUMBER)
        return c->type == FACT_WORD ? 8 : 2;
    while (((size_t)1 << bits) < 2 * c->marks_n + 1)
        bits++;
    return bits;
}

/* Room in the key; part after part. */
static bool take_bits(struct scan *s, unsigned bits, unsigned *ret_part, unsigned *ret_shift, struct err *e)
{
    if (!s->parts || s->bits + bits > 64) {
        if (s->parts == SCAN_PARTS)
            return FAIL(e, ERR_TOO_LARGE, MSG("err.review.form"), "conditions look at more facts than %d bits hold", 64 * SCAN_PARTS);
        s->parts++;
        s->bits = 0;
    }
    *ret_part = (unsigned)s->parts - 1;
    *ret_shift = s->bits;
    s->bits += bits;
    return true;
}

static void sort_marks(struct scan_code *c)
{
    for (size_t i = 1; i < c->marks_n; i++) {
        int64_t x = c->marks[i];
        size_t k = i;
        for (; k && c->marks[k - 1] > x; k--)
            c->marks[k] = c->marks[k - 1];
        c->marks[k] = x;
    }
}

/* Does a condition look at it; with which numbers is it compared? */
static bool look_at(struct scan *s, size_t field, bool *ret_used, struct scan_code *c, struct err *e)
{
    struct expr_numbers numbers = {c->marks, 0, SCAN_MARKS};
    *ret_used = false;
    for (size_t i = 0; i < s->vocabulary.n; i++) {
        for (size_t k = 0; s->vocabulary.field[i] == field && k < s->q.columns_n; k++) {
            *ret_used |= expr_uses(s->q.columns[k]->condition, i);
            if (c->type == FACT_NUMBER && !expr_numbers(s->q.columns[k]->condition, i, &numbers))
                return FAIL(e, ERR_TOO_LARGE, MSG("err.review.form"), "%s is compared with more than %d numbers",
                            s->q.about->fields[field].name, SCAN_MARKS);
        }
    }
    c->marks_n = numbers.n;
    sort_marks(c);
    c->bits = (unsigned)bits_of(c);
    return true;
}

static bool add_codes(struct scan *s, bool days, struct err *e)
{
    for (size_t field = 0; field < FACT_FIELDS && s->q.about->fields[field].name; field++) {
        struct scan_code *c = &s->codes[s->codes_n];
        bool used;
        *c = (struct scan_code){.field = field, .type = s->q.about->fields[field].type};
        if ((c->type == FACT_DAY) != days)
            continue;
        if (!look_at(s, field, &used, c, e) || (used && !take_bits(s, c->bits, &c->part, &c->shift, e)))
            return false;
        s->codes_n += used;
    }
    return true;
}

static void add_sum(struct scan *s, size_t field)
{
    for (size_t i = 0; i < s->sums_n; i++) {
        if (s->sums[i] == field)
            return;
    }
    s->sums[s->sums_n++] = field;
}

bool scan_look(struct scan *s, struct err *e)
{
    for (size_t c = 0; c < s->q.columns_n; c++) {
        s->matters |= s->q.columns[c]->matters;
        if (s->q.columns[c]->sum < FACT_FIELDS)
            add_sum(s, s->q.columns[c]->sum);
    }
    if (!add_codes(s, true, e))
        return false;
    s->days_n = s->codes_n;
    return add_codes(s, false, e) && take_bits(s, 1, &s->matters_part, &s->matters_shift, e);
}

/* ---- judging ---- */

static uint64_t code_in(const struct scan_code *c, const uint64_t *key)
{
    return key[c->part] >> c->shift & (((uint64_t)1 << c->bits) - 1);
}

/* A number that stands to all marks as the code says: on the k-th mark for 2k + 1, else beside it. */
static int64_t number_of(const struct scan_code *c, uint64_t code)
{
    if (!c->marks_n)
        return 0;
    if (code & 1)
        return c->marks[code / 2];
    return code / 2 < c->marks_n ? c->marks[code / 2] - 1 : c->marks[c->marks_n - 1] + 1;
}

static struct expr_value value_of(const struct scan *s, const struct scan_code *c, enum fact_aspect aspect, uint64_t code)
{
    const char *name = s->q.about->fields[c->field].name;
    switch (c->type) {
    case FACT_WORD: return (struct expr_value){.word = facts_word_text(s->facts, s->q.about->subject, name, (unsigned)code)};
    case FACT_YES: return (struct expr_value){.n = code == 1};
    case FACT_NUMBER: return (struct expr_value){.n = number_of(c, code)};
    case FACT_DAY: break;
    }
    return (struct expr_value){.n = aspect == FACT_IN       ? code == DAY_WITHIN
                                    : aspect == FACT_BEFORE ? code == DAY_EARLIER
                                                            : code != DAY_LATER};
}

/* The values of the facts that the first codes_n codes tell. */
static void read_key(const struct scan *s, const uint64_t *key, size_t codes_n, struct expr_value *values, bool *known)
{
    for (size_t i = 0; i < s->vocabulary.n; i++) {
        for (size_t k = 0; k < codes_n; k++) {
            if (s->codes[k].field != s->vocabulary.field[i])
                continue;
            values[i] = value_of(s, &s->codes[k], s->vocabulary.aspect[i], code_in(&s->codes[k], key));
            known[i] = true;
        }
    }
}

void scan_judge(const struct scan *s, struct combination *c)
{
    struct expr_value values[FACT_FIELDS * 3] = {0};
    bool known[FACT_FIELDS * 3] = {false}, repeats = s->matters && (c->key[s->matters_part] >> s->matters_shift & 1);
    read_key(s, c->key, s->codes_n, values, known);
    for (size_t k = 0; k < s->q.columns_n; k++) {
        if (expr_holds(s->q.columns[k]->condition, values) && !(s->q.columns[k]->matters && repeats)) {
            c->in[k / 64] |= (uint64_t)1 << (k % 64);
            c->any = true;
        }
    }
}

bool scan_may_count(const struct scan *s, uint64_t days)
{
    struct expr_value values[FACT_FIELDS * 3] = {0};
    bool known[FACT_FIELDS * 3] = {false};
    read_key(s, &days, s->days_n < SCAN_EARLY ? s->days_n : SCAN_EARLY, values, known);
    for (size_t k = 0; k < s->q.columns_n; k++) {
        if (expr_might(s->q.columns[k]->condition, values, known))
            return true;
    }
    return false;
}

/* ---- combinations ---- */

void *scan_grown(struct arena *a, const void *old, size_t bytes, size_t room)
{
    void *p = arena_alloc(a, room);
    if (bytes)
        memcpy(p, old, bytes);
    return p;
}

static void grow(struct scan *s)
{
    size_t room = s->combinations_room ? s->combinations_room * 4 : 256, n = s->combinations_n;
    size_t each = s->places_n * (1 + s->sums_n) * sizeof *s->counts;
    s->combinations = scan_grown(s->arena, s->combinations, n * sizeof *s->combinations, room * sizeof *s->combinations);
    s->counts = scan_grown(s->arena, s->counts, n * each, room * each);
    s->combinations_room = room;
}

static void rehash(struct scan *s)
{
    s->slots_n = s->slots_n ? s->slots_n * 4 : SLOTS_FIRST;
    s->slots = arena_array(s->arena, struct scan_slot, s->slots_n);
    for (size_t i = 0; i < s->combinations_n; i++) {
        size_t at = s->combinations[i].hash & (s->slots_n - 1);
        while (s->slots[at].combination)
            at = (at + 1) & (s->slots_n - 1);
        s->slots[at] = (struct scan_slot){s->combinations[i].hash, (uint32_t)i + 1};
    }
}

/* Each step can be undone: two keys of one part never share a hash. */
static uint64_t hash_of(const uint64_t *key, size_t n)
{
    uint64_t h = 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i < n; i++) {
        h = (h ^ key[i]) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    return h;
}

static size_t combination_add(struct scan *s, const uint64_t *key, uint64_t hash, size_t slot)
{
    if (s->combinations_n == s->combinations_room)
        grow(s);
    struct combination *c = &s->combinations[s->combinations_n];
    *c = (struct combination){.hash = hash};
    memcpy(c->key, key, s->parts * sizeof *key);
    scan_judge(s, c);
    s->slots[slot] = (struct scan_slot){hash, (uint32_t)++s->combinations_n};
    return s->combinations_n - 1;
}

size_t scan_combination(struct scan *s, const uint64_t key[SCAN_PARTS])
{
    uint64_t h = hash_of(key, s->parts);
    if (s->combinations_n * 2 >= s->slots_n)
        rehash(s);
    size_t at = h & (s->slots_n - 1);
    for (; s->slots[at].combination; at = (at + 1) & (s->slots_n - 1)) {
        size_t c = s->slots[at].combination - 1;
        if (s->slots[at].hash == h && (s->parts == 1 || memcmp(s->combinations[c].key, key, s->parts * sizeof *key) == 0))
            return c;
    }
    return combination_add(s, key, h, at);
}
