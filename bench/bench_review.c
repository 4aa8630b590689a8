// SPDX-License-Identifier: AGPL-3.0-or-later
/* What the reviews of a province cost, beside the same columns as plain C over
 * the same arrays (plain_scan.h), in one run.
 *   bench_review DATA UNIT FROM TO   DATA: made by bench_world
 * Prints a line of figures in ms: the columns opened and brought up to date; the
 * forms of all communes the first time, then the median of the plain scan, of the
 * forms and of the forms with the hash of each list; one that was frozen (the
 * communes' and the province's are frozen here when they are not yet). Fails
 * when a cell is not what the plain scan says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/open.h"
#include "base/crypt.h"
#include "plain_scan.h"
#include "features/review/review.h"
#include "platform/i18n/i18n.h"

enum { RUNS = 15 };

struct bench {
    struct cli c;
    struct opened o;
    struct viewer program;
    struct review_question q;
    const int64_t *offices;
    size_t offices_n;
    struct plain plain;
};

static double ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void must(bool good, const struct err *e)
{
    if (good)
        return;
    fprintf(stderr, "bench_review: %s %s\n", e->msg ? e->msg : "", e->detail);
    exit(1);
}

/* ---- the two ways ---- */

/* One look as a page has it: an arena and a snapshot of its own. */
static double compute(struct bench *b, struct arena *a, bool hashes, struct review_set *ret)
{
    struct err e;
    struct rd *rd;
    struct review_question q = b->q;
    double t = ms();
    q.hashes = hashes;
    must(store_read(b->c.store, a, &rd, &e), &e);
    struct case_look l = {rd, a, &b->o.world, &b->program};
    must(review_compute(&l, &q, ret, &e), &e);
    store_read_end(rd);
    return ms() - t;
}

static double plain(struct bench *b)
{
    double t = ms();
    memset(b->plain.cells, 0, b->offices_n * plain_columns_n * sizeof *b->plain.cells);
    plain_scan(&b->plain);
    return ms() - t;
}

static int by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

static void prepare_plain(struct bench *b)
{
    struct fact_rows r;
    uint16_t *place;
    if (!facts_rows(b->o.site.facts, "case", &r))
        exit(1);
    place = arena_array(&b->c.arena, uint16_t, r.offices_n);
    for (size_t i = 0; i < r.offices_n; i++) {
        const int64_t *at = bsearch(&r.offices[i], b->offices, b->offices_n, sizeof *b->offices, by_number);
        place[i] = at ? (uint16_t)(at - b->offices) : UINT16_MAX;
    }
    facts_done(b->o.site.facts);
    b->plain = (struct plain){.facts = b->o.site.facts, .from = facts_day(b->q.from), .to = facts_day(b->q.to),
                              .as_of = facts_day(b->q.as_of), .place = place,
                              .cells = arena_array(&b->c.arena, int64_t, b->offices_n * plain_columns_n)};
}

static const struct rule_column *column_of(const struct review_set *set, size_t k, const struct review **ret)
{
    for (size_t i = 0; i < set->n; i++) {
        if (str_is(set->v[i].form->id, plain_columns[k].form)) {
            *ret = &set->v[i];
            return &set->v[i].form->columns[plain_columns[k].column - 1];
        }
    }
    return NULL;
}

static void compare(const struct bench *b, const struct review_set *set)
{
    for (size_t k = 0; k < plain_columns_n; k++) {
        const struct review *r = NULL;
        const struct rule_column *col = column_of(set, k, &r);
        int64_t sum = 0;
        for (size_t i = 0; i < b->offices_n; i++) {
            int64_t n = b->plain.cells[i * plain_columns_n + k];
            sum += col && col->unit > 1 ? (n + col->unit / 2) / col->unit : n;
        }
        if (!r || r->total.cells[plain_columns[k].column] != sum) {
            fprintf(stderr, "bench_review: %s column %d: %lld, the plain scan says %lld\n", plain_columns[k].form, plain_columns[k].column,
                    r ? (long long)r->total.cells[plain_columns[k].column] : -1, (long long)sum);
            exit(1);
        }
    }
}

static int by_size(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static double median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, by_size);
    return v[n / 2];
}

static void measure(struct bench *b, struct arena *a)
{
    double plains[RUNS], computes[RUNS], hashed[RUNS];
    struct review_set set;
    printf(" first %.1f", compute(b, a, false, &set));
    prepare_plain(b);
    for (int i = 0; i < RUNS; i++) {
        plains[i] = plain(b);
        arena_reset(a);
        computes[i] = compute(b, a, false, &set);
        if (!i)
            compare(b, &set);
        arena_reset(a);
        hashed[i] = compute(b, a, true, &set);
    }
    printf(" plain %.1f forms %.1f hashes %.1f", median(plains, RUNS), median(computes, RUNS), median(hashed, RUNS));
}

/* ---- frozen ---- */

struct freezing {
    struct bench *b;
    struct review_order order;
    struct review_made made;
};

static bool freeze(struct tx *tx, void *arg, struct err *e)
{
    struct freezing *f = arg;
    int64_t no;
    struct case_doing d = {tx, &f->b->o.world, &f->b->program, f->b->c.now};
    if (!review_prepare(&d, &f->order, &no, e))
        return false;
    for (size_t i = 0; i < f->made.set.n; i++) {
        const struct review *x = &f->made.set.v[i];
        for (size_t k = 0; k < x->form->checks_n; k++) {
            struct review_saying s = {f->order.office_id, no, x->form->id, x->form->checks[k].text, STR("a bench")};
            if (!x->holds[k] && !review_say(&d, &s, e))
                return false;
        }
    }
    struct review_freezing in = {f->order.office_id, no, &f->made, STR("a bench")};
    return review_freeze(&d, &in, e);
}

static bool newest(struct bench *b, struct arena *a, const struct review_order *order, struct review_sheet *ret)
{
    struct err e;
    struct rd *rd;
    struct review_sheets list;
    must(store_read(b->c.store, a, &rd, &e), &e);
    struct case_look l = {rd, a, &b->o.world, &b->program};
    must(review_versions(&l, order, &list, &e), &e);
    store_read_end(rd);
    if (list.n)
        *ret = list.v[0];
    return list.n && list.v[0].frozen;
}

static void freeze_one(struct bench *b, struct arena *a, int64_t office_id, bool below)
{
    struct err e;
    struct rd *rd;
    struct freezing f = {.b = b, .order = {.office_id = office_id, .below = below, .from = b->q.from, .to = b->q.to, .send_by = DAY_NONE}};
    struct review_sheet s = {.office_id = office_id, .below = below, .from = b->q.from, .to = b->q.to}, had;
    if (!newest(b, a, &f.order, &had)) {
        must(store_read(b->c.store, a, &rd, &e), &e);
        struct case_look l = {rd, a, &b->o.world, &b->program};
        must(review_make(&l, b->o.site.facts, &s, day_add(b->q.as_of, -1), &f.made, &e), &e);
        store_read_end(rd);
        must(store_run(b->c.store, freeze, &f, &e), &e);
    }
    arena_reset(a);
}

static void measure_frozen(struct bench *b, struct arena *a)
{
    struct err e;
    double times[RUNS];
    for (size_t i = 0; i < b->offices_n; i++) {
        if (b->offices[i] / 10000000 % 10 == 2 && b->offices[i] % 100 == 1)
            freeze_one(b, a, b->offices[i], false);
    }
    freeze_one(b, a, b->q.office_id, true);
    struct review_order order = {.office_id = b->q.office_id, .below = true, .from = b->q.from, .to = b->q.to};
    for (int i = 0; i < RUNS; i++) {
        struct rd *rd;
        struct review_sheet s;
        struct review_set set;
        struct str json;
        double t = ms();
        if (!newest(b, a, &order, &s))
            exit(1);
        must(store_read(b->c.store, a, &rd, &e), &e);
        struct case_look l = {rd, a, &b->o.world, &b->program};
        must(review_stored(&l, &s, &set, &e) && review_content(&l, &s, &json, &e), &e);
        store_read_end(rd);
        times[i] = ms() - t;
        arena_reset(a);
    }
    printf(" frozen %.2f\n", median(times, RUNS));
}

int main(int argc, char **argv)
{
    static const struct cli_option no_options[] = {{NULL, NULL, NULL}};
    static const struct cli_command bare = {.name = "bench", .options = no_options};
    static struct bench b;
    struct err e;
    struct rd *rd;
    struct arena a;
    if (argc < 5) {
        fputs("bench_review DATA OFFICE FROM TO\n", stderr);
        return 2;
    }
    b = (struct bench){.c = {.data = argv[1], .now = instant_now(), .command = &bare}, .program = VIEWER_SYSTEM};
    arena_init(&b.c.arena);
    arena_init(&a);
    crypt_init();
    i18n_init();
    must(open_site(&b.c, &b.o, &e), &e);
    b.q = (struct review_question){.subtree = true, .as_of = b.o.world.today};
    if (!str_int(str_of(argv[2]), &b.q.office_id) || !day_parse(str_of(argv[3]), &b.q.from) || !day_parse(str_of(argv[4]), &b.q.to))
        return 2;
    double t = ms();
    must(open_facts(&b.c, &b.o, &e), &e);
    b.q.facts = b.o.site.facts;
    printf("open %.1f", ms() - t);
    t = ms();
    must(store_read(b.c.store, &a, &rd, &e) && facts_catch_up(b.q.facts, rd, &e) &&
         units_offices_below(rd, &b.c.arena, b.q.office_id, &b.offices, &b.offices_n, &e), &e);
    store_read_end(rd);
    printf(" catch_up %.1f", ms() - t);
    measure(&b, &a);
    measure_frozen(&b, &a);
    arena_done(&a);
    open_close(&b.o);
    store_close(b.c.store);
    arena_done(&b.c.arena);
    return 0;
}
