// SPDX-License-Identifier: AGPL-3.0-or-later
/* The lists behind figures, and their hashes: the rows that count are put in
 * order once, for all columns. */
#include <string.h>

#include "features/review/review_scan_inner.h"

enum { ID_BITS = 32, DIGIT = 11, LINE = 48, LINES = 4096 };

void scan_hit_add(struct scan *s, size_t place, uint32_t id, size_t combination)
{
    if (s->hits_n == s->hits_room) {
        s->hits_room = s->hits_room ? s->hits_room * 2 : 4096;
        s->hits = scan_grown(s->arena, s->hits, s->hits_n * sizeof *s->hits, s->hits_room * sizeof *s->hits);
    }
    s->hits[s->hits_n++] = (struct scan_hit){(uint64_t)place << ID_BITS | id, (uint32_t)combination};
}

/* One digit of the key, in order; the order of the others stays. */
static void sort_digit(const struct scan_hit *from, struct scan_hit *to, size_t n, unsigned shift)
{
    size_t start[1 << DIGIT] = {0}, sum = 0;
    for (size_t i = 0; i < n; i++)
        start[from[i].key >> shift & ((1 << DIGIT) - 1)]++;
    for (size_t d = 0; d < 1 << DIGIT; d++) {
        size_t of = start[d];
        start[d] = sum;
        sum += of;
    }
    for (size_t i = 0; i < n; i++)
        to[start[from[i].key >> shift & ((1 << DIGIT) - 1)]++] = from[i];
}

void scan_hits_sort(struct scan *s)
{
    uint64_t all = 0;
    struct scan_hit *other;
    if (!s->hits_n)
        return;
    for (size_t i = 0; i < s->hits_n; i++)
        all |= s->hits[i].key;
    other = arena_array(s->arena, struct scan_hit, s->hits_n);
    for (unsigned shift = 0; shift < 64 && all >> shift; shift += DIGIT) {
        struct scan_hit *was = s->hits;
        if (!(all >> shift & ((1 << DIGIT) - 1)))
            continue;
        sort_digit(was, other, s->hits_n, shift);
        s->hits = other;
        other = was;
    }
}

static struct scan_key key_of(const struct scan *s, const struct scan_hit *h)
{
    return (struct scan_key){s->offices[h->key >> ID_BITS], (uint32_t)h->key};
}

void scan_list(struct scan *s, size_t column, struct scan_list *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < s->hits_n; i++)
        n += scan_is_in(&s->combinations[s->hits[i].combination], column);
    *ret = (struct scan_list){arena_array(s->arena, struct scan_key, n ? n : 1), 0};
    for (size_t i = 0; i < s->hits_n; i++) {
        if (scan_is_in(&s->combinations[s->hits[i].combination], column))
            ret->v[ret->n++] = key_of(s, &s->hits[i]);
    }
}

void scan_lists(struct scan *s, struct scan_list *ret)
{
    for (size_t k = 0; k < s->q.columns_n; k++)
        scan_list(s, k, &ret[k]);
}

/* ---- hashes ---- */

/* Columns with the same list have one hash. */
struct stream {
    struct digest_run run;
    char lines[LINES];
    size_t n;
};

static bool same_list(const struct scan *s, size_t x, size_t y)
{
    for (size_t c = 0; c < s->combinations_n; c++) {
        if (scan_is_in(&s->combinations[c], x) != scan_is_in(&s->combinations[c], y))
            return false;
    }
    return true;
}

/* For each column the first one that has the same list. */
static size_t *alike(const struct scan *s)
{
    size_t *first = arena_array(s->arena, size_t, s->q.columns_n + 1);
    for (size_t k = 0; k < s->q.columns_n; k++) {
        while (first[k] < k && (first[first[k]] != first[k] || !same_list(s, first[k], k)))
            first[k]++;
    }
    return first;
}

static void put_line(struct stream *t, const char *line, size_t n)
{
    if (t->n + n > LINES) {
        digest_run_add(&t->run, t->lines, t->n);
        t->n = 0;
    }
    memcpy(t->lines + t->n, line, n);
    t->n += n;
}

/* "OFFICE/NUMBER\n"; the office's part stays from row to row. */
struct line {
    char text[LINE];
    size_t office_n;
    uint64_t place;
};

static size_t put_number(char *to, uint64_t n)
{
    char digits[20];
    size_t k = 0, i = 0;
    do
        digits[k++] = (char)('0' + n % 10);
    while (n /= 10);
    while (k)
        to[i++] = digits[--k];
    return i;
}

static size_t line_of(const struct scan *s, const struct scan_hit *h, struct line *l)
{
    if (!l->office_n || l->place != h->key >> ID_BITS) {
        l->place = h->key >> ID_BITS;
        l->office_n = put_number(l->text, (uint64_t)s->offices[l->place]);
        l->text[l->office_n++] = '/';
    }
    size_t n = l->office_n + put_number(l->text + l->office_n, (uint32_t)h->key);
    l->text[n++] = '\n';
    return n;
}

/* The streams of each combination, as places in them. */
struct targets {
    uint16_t *n, *list; /* of each combination; columns_n places each */
};

static struct targets targets_of(const struct scan *s, const size_t *first)
{
    struct targets t = {arena_array(s->arena, uint16_t, s->combinations_n + 1),
                        arena_array(s->arena, uint16_t, s->combinations_n * s->q.columns_n + 1)};
    for (size_t c = 0; c < s->combinations_n; c++) {
        for (size_t k = 0; k < s->q.columns_n; k++) {
            if (first[k] == k && scan_is_in(&s->combinations[c], k))
                t.list[c * s->q.columns_n + t.n[c]++] = (uint16_t)k;
        }
    }
    return t;
}

static void put_hits(const struct scan *s, const struct targets *t, struct stream *streams)
{
    struct line line = {.office_n = 0};
    for (size_t i = 0; i < s->hits_n; i++) {
        size_t c = s->hits[i].combination, n = line_of(s, &s->hits[i], &line);
        for (size_t k = 0; k < t->n[c]; k++)
            put_line(&streams[t->list[c * s->q.columns_n + k]], line.text, n);
    }
}

void scan_hashes(struct scan *s, struct digest *ret)
{
    const size_t *first = alike(s);
    struct targets t = targets_of(s, first);
    struct stream *streams = arena_array(s->arena, struct stream, s->q.columns_n + 1);
    for (size_t k = 0; k < s->q.columns_n; k++) {
        if (first[k] == k)
            digest_run_begin(&streams[k].run);
    }
    put_hits(s, &t, streams);
    for (size_t k = 0; k < s->q.columns_n; k++) {
        if (first[k] != k) {
            ret[k] = ret[first[k]];
            continue;
        }
        digest_run_add(&streams[k].run, streams[k].lines, streams[k].n);
        ret[k] = digest_run_end(&streams[k].run);
    }
}
