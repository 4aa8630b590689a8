// SPDX-License-Identifier: AGPL-3.0-or-later
/* The pass over columns against judging each row by itself: random petitions,
 * random conditions of the real forms, random periods and offices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "features/acts/acts.h"
#include "features/review/review_scan.h"
#include "platform/assets/assets.h"
#include "platform/store/test_database.h"

enum { OFFICES = 4, IDS = 60, ACTS = 2000, DAYS = 400, DAY_FIRST = 20400 };

struct bench {
    struct arena a;
    char dir[64];
    struct store *store;
    struct facts *facts;
    struct rulebook *rules;
    uint64_t seed;
    bool known[OFFICES][IDS];
};

static void check(bool good, const struct err *e)
{
    if (!good)
        fail_msg("%s %s", e->msg, e->detail);
}

static unsigned chance(struct bench *b, unsigned n)
{
    b->seed = b->seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(b->seed >> 33) % n;
}

static void open_store(struct bench *b)
{
    struct err e;
    struct migration list[8];
    size_t n = 0;
    for (const struct migration_file *m = acts_migrations; m->name; m++) {
        const struct asset *sql = asset_find(str_of(m->asset));
        list[n++] = (struct migration){m->name, sql->bytes.p, sql->bytes.n};
    }
    snprintf(b->dir, sizeof b->dir, "/tmp/dinh-scan-XXXXXX");
    assert_non_null(mkdtemp(b->dir));
    struct store_options so = {.url = test_database(&b->a, b->dir, "db")};
    check(store_open(&so, &b->store, &e) && store_migrate(b->store, list, n, &e), &e);
}

static int open_bench(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    struct err e;
    struct rule_file *files;
    struct strbuf problems;
    size_t n;
    const char *seed = getenv("SCAN_SEED");
    arena_init(&b->a);
    b->seed = seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
    print_message("SCAN_SEED=%llu\n", (unsigned long long)b->seed);
    open_store(b);
    struct facts_options o = {NULL, fact_vocabulary, 420};
    check(facts_open(&o, &b->facts, &e), &e);
    strbuf_init(&problems, &b->a, 1 << 16);
    rules_embedded(&b->a, STR("vn"), &files, &n);
    check(rulebook_load(&b->a, files, n, &b->rules, &problems, &e), &e);
    *state = b;
    return 0;
}

static int close_bench(void **state)
{
    static const char *const files[] = {"db", "db-wal", "db-shm", ""};
    struct bench *b = *state;
    char path[128];
    facts_close(b->facts);
    store_close(b->store);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", b->dir, files[i]);
        remove(path);
    }
    arena_done(&b->a);
    free(b);
    return 0;
}

static bool do_acts(struct tx *tx, void *arg, struct err *e);

/* Any value that a fact may have. */
static void put_fact(struct bench *b, struct strbuf *out, size_t field)
{
    static const char *const words[] = {"complaint", "denunciation", "land", "policy", "accepted", "forwarded", "withdrawn", "right",
                                        "wrong", "upheld", ""};
    const struct fact_field *f = &fact_case.fields[field];
    char iso[11];
    strbuf_printf(out, "%s%s=", out->n ? " " : "", f->name);
    switch (f->type) {
    case FACT_WORD: strbuf_z(out, words[chance(b, sizeof words / sizeof *words)]); break;
    case FACT_YES: strbuf_z(out, chance(b, 3) ? "yes" : "no"); break;
    case FACT_NUMBER: strbuf_printf(out, "%u", field == CASE_MATTER ? chance(b, IDS) : chance(b, 4)); break;
    case FACT_DAY:
        if (chance(b, 4))
            strbuf_z(out, day_format((struct day){DAY_FIRST + (int)chance(b, DAYS)}, iso));
    }
}

static bool do_acts(struct tx *tx, void *arg, struct err *e)
{
    struct bench *b = arg;
    for (int day = 0, n = 0; n < ACTS; n++, day += chance(b, 5) == 0) {
        struct strbuf facts;
        unsigned office = chance(b, OFFICES), id = chance(b, IDS);
        strbuf_init(&facts, tx_arena(tx), 2000);
        for (size_t k = 0; k < CASE_FIGURES; k++) {
            if (!b->known[office][id] || chance(b, 4) == 0)
                put_fact(b, &facts, k);
        }
        b->known[office][id] = true;
        struct act act = {.office_id = office, .at = {((int64_t)(DAY_FIRST + day) * 24 + 3) * 3600 * 1000}, .subject = STR("case"),
                          .subject_id = id, .verb = STR("do"), .facts = strbuf_text(&facts)};
        if (!act_record(tx, &act, e))
            return false;
    }
    return true;
}

/* ---- each row by itself ---- */

static void values_of(struct bench *b, const struct rule_vocabulary *v, const struct fact_rows *r, size_t i,
                      const struct scan_question *q, struct expr_value *values)
{
    for (size_t k = 0; k < v->n; k++) {
        size_t field = v->field[k];
        struct day d;
        values[k] = (struct expr_value){0};
        switch (fact_case.fields[field].type) {
        case FACT_WORD:
            values[k].word = facts_word_text(b->facts, "case", fact_case.fields[field].name, ((const uint8_t *)r->field[field])[i]);
            break;
        case FACT_YES: values[k].n = ((const uint8_t *)r->field[field])[i] == 1; break;
        case FACT_NUMBER: values[k].n = ((const int64_t *)r->field[field])[i]; break;
        case FACT_DAY:
            d = facts_day_of(((const uint16_t *)r->field[field])[i]);
            values[k].n = !day_is_none(d) && (v->aspect[k] == FACT_BEFORE ? d.n < q->from.n
                                              : v->aspect[k] == FACT_BY   ? d.n <= q->to.n
                                                                          : d.n >= q->from.n && d.n <= q->to.n);
        }
    }
}

static int64_t plainly(struct bench *b, const struct scan_question *q, size_t column, int64_t office)
{
    struct rule_vocabulary v;
    struct fact_rows r;
    struct expr_value values[FACT_FIELDS * 3];
    const struct rule_column *col = q->columns[column];
    int64_t n = 0;
    rule_vocabulary(&b->a, &fact_case, &v);
    assert_true(facts_rows(b->facts, "case", &r));
    for (size_t i = 0; i < r.n; i++) {
        if (r.offices[r.office[i]] != office || facts_day_of(r.from[i]).n > q->as_of.n ||
            (r.until[i] != FACT_FOREVER && facts_day_of(r.until[i]).n <= q->as_of.n))
            continue;
        values_of(b, &v, &r, i, q, values);
        bool repeats = ((const int64_t *)r.field[CASE_MATTER])[i] != r.id[i];
        if (expr_holds(col->condition, values) && !(col->matters && repeats))
            n += col->sum < FACT_FIELDS ? ((const int64_t *)r.field[col->sum])[i] : 1;
    }
    facts_done(b->facts);
    return n;
}

static size_t columns_of(struct bench *b, const struct rule_column **columns)
{
    static struct rule_column people;
    const struct rule_form *forms;
    size_t n, k = 0;
    rulebook_forms(b->rules, &forms, &n);
    for (size_t i = 0; i < n; i++) {
        for (size_t c = 0; c < forms[i].columns_n; c++) {
            if (forms[i].columns[c].about == &fact_case)
                columns[k++] = &forms[i].columns[c];
        }
    }
    people = *columns[0];
    people.sum = CASE_PEOPLE;
    columns[k++] = &people;
    return k;
}

static void one_question(struct bench *b, const struct scan_question *q)
{
    struct scan *s;
    struct err e;
    struct scan_list lists[SCAN_COLUMNS], one;
    struct digest hashes[SCAN_COLUMNS];
    check(scan_run(b->facts, &b->a, q, &s, &e), &e);
    scan_lists(s, lists);
    scan_hashes(s, hashes);
    for (size_t c = 0; c < q->columns_n; c++) {
        int64_t all = 0;
        for (size_t o = 0; o < q->offices_n; o++) {
            int64_t figure = scan_cell(s, o, c);
            assert_int_equal(figure, plainly(b, q, c, q->offices[o]));
            all += figure;
        }
        if (q->columns[c]->sum == FACT_FIELDS)
            assert_int_equal(lists[c].n, all);
        struct digest hash = review_hash(&b->a, &lists[c]);
        assert_true(digest_eq(&hash, &hashes[c]));
        for (size_t i = 1; i < lists[c].n; i++)
            assert_true(lists[c].v[i - 1].office_id < lists[c].v[i].office_id || lists[c].v[i - 1].id < lists[c].v[i].id);
    }
    scan_list(s, 0, &one);
    assert_int_equal(one.n, lists[0].n);
}

static void as_each_row_by_itself(void **state)
{
    struct bench *b = *state;
    const struct rule_column *columns[SCAN_COLUMNS];
    struct rd *rd = NULL;
    struct err e;
    const int64_t offices[] = {0, 1, 3};
    size_t n = columns_of(b, columns);
    check(store_run(b->store, do_acts, b, &e) && store_read(b->store, &b->a, &rd, &e), &e);
    check(facts_catch_up(b->facts, rd, &e), &e);
    store_read_end(rd);
    for (int round = 0; round < 12; round++) {
        int from = DAY_FIRST + (int)chance(b, DAYS), to = from + (int)chance(b, DAYS / 2);
        const struct scan_question q = {&fact_case, columns, n, {from}, {to}, {DAY_FIRST + (int)chance(b, DAYS + 50)}, offices,
                                        1 + chance(b, 3), true};
        one_question(b, &q);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(as_each_row_by_itself, open_bench, close_bench)};
    crypt_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
