// SPDX-License-Identifier: AGPL-3.0-or-later
/* Columns against a plain model: random acts, looked at as of random days, with
 * reopening, a damaged directory and a second process in between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "features/acts/acts.h"
#include "features/facts/facts.h"
#include "platform/assets/assets.h"
#include "platform/store/test_database.h"

enum { OFFICES = 3, IDS = 40, ACTS = 3000, DAY_FIRST = 20000 };

static const struct fact_field thing_fields[] = {
    {"colour", FACT_WORD}, {"due", FACT_DAY}, {"sum", FACT_NUMBER}, {NULL, FACT_WORD},
};
static const struct fact_subject thing = {"thing", thing_fields};
static const struct fact_subject *const subjects[] = {&thing, NULL};
static const char *const colours[] = {"", "red", "green", "blue"};

struct bench {
    struct arena a;
    char dir[64], facts_dir[96];
    struct store *store;
    struct facts *facts;
    uint64_t seed;
};

static void check(bool good, const struct err *e)
{
    if (!good)
        fail_msg("%s %s", e->msg, e->detail);
}

static void reopen(struct bench *b)
{
    struct err e;
    struct facts_options o = {b->facts_dir, subjects, 420};
    facts_close(b->facts);
    b->facts = NULL;
    check(facts_open(&o, &b->facts, &e), &e);
}

static int open_bench(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    const struct asset *one = asset_find(STR("src/features/acts/001_acts.sql"));
    const struct asset *two = asset_find(STR("src/features/acts/002_facts.sql"));
    struct migration list[] = {{"acts/001", one->bytes.p, one->bytes.n}, {"acts/002", two->bytes.p, two->bytes.n}};
    struct err e;
    const char *seed = getenv("FACTS_SEED");
    arena_init(&b->a);
    b->seed = seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
    print_message("FACTS_SEED=%llu\n", (unsigned long long)b->seed);
    snprintf(b->dir, sizeof b->dir, "/tmp/dinh-facts-XXXXXX");
    if (!mkdtemp(b->dir))
        return -1;
    snprintf(b->facts_dir, sizeof b->facts_dir, "%s/facts", b->dir);
    struct store_options so = {.url = test_database(&b->a, b->dir, "db")};
    check(store_open(&so, &b->store, &e) && store_migrate(b->store, list, 2, &e), &e);
    reopen(b);
    *state = b;
    return 0;
}

static int close_bench(void **state)
{
    static const char *const files[] = {"facts/lock", "facts/marks", "facts/thing.office", "facts/thing.id", "facts/thing.from",
                                        "facts/thing.until", "facts/thing.colour", "facts/thing.due", "facts/thing.sum", "facts",
                                        "db", "db-wal", "db-shm", ""};
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

static unsigned chance(struct bench *b, unsigned n)
{
    b->seed = b->seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(b->seed >> 33) % n;
}

/* ---- the model: each thing's state at the end of each day ---- */

struct state {
    bool there;
    const char *colour;
    int due;
    int64_t sum;
};

struct deed {
    struct bench *b;
    struct act act;
};

static bool do_act(struct tx *tx, void *arg, struct err *e)
{
    struct deed *d = arg;
    return act_record(tx, &d->act, e);
}

static void put(struct bench *b, int64_t office, int64_t id, int day, const char *facts)
{
    struct err e;
    struct deed d = {b, {.office_id = office, .at = {((int64_t)day * 24 + 5) * 3600 * 1000}, .subject = STR("thing"),
                         .subject_id = id, .verb = STR("do"), .facts = str_of(facts)}};
    check(store_run(b->store, do_act, &d, &e), &e);
}

static void catch_up(struct bench *b, struct facts *f)
{
    struct rd *rd;
    struct err e;
    check(store_read(b->store, &b->a, &rd, &e), &e);
    check(facts_catch_up(f, rd, &e), &e);
    store_read_end(rd);
}

/* What the columns say of everything as of a day. */
static void states_of(struct facts *f, int day, struct state (*all)[IDS])
{
    struct fact_rows r;
    uint16_t at = facts_day((struct day){day});
    memset(all, 0, sizeof *all * OFFICES);
    assert_true(facts_rows(f, "thing", &r));
    for (size_t i = 0; i < r.n; i++) {
        if (r.from[i] > at || at >= r.until[i])
            continue;
        struct state *s = &all[r.offices[r.office[i]]][r.id[i]];
        assert_false(s->there); /* one row only */
        struct str word = facts_word_text(f, "thing", "colour", ((const uint8_t *)r.field[0])[i]);
        *s = (struct state){true, "", facts_day_of(((const uint16_t *)r.field[1])[i]).n, ((const int64_t *)r.field[2])[i]};
        for (size_t k = 0; k < 4; k++) {
            if (str_is(word, colours[k]))
                s->colour = colours[k];
        }
    }
    facts_done(f);
}

static void compare(struct facts *f, struct state (*history)[OFFICES][IDS], int day)
{
    struct state all[OFFICES][IDS];
    states_of(f, DAY_FIRST + day, all);
    for (int o = 0; o < OFFICES; o++) {
        for (int i = 0; i < IDS; i++) {
            const struct state *x = &all[o][i], *y = &history[day][o][i];
            assert_int_equal(x->there, y->there);
            if (!x->there)
                continue;
            assert_string_equal(x->colour, y->colour);
            assert_int_equal(x->due, y->due);
            assert_int_equal(x->sum, y->sum);
        }
    }
}

/* One random act, in the database and in the model. */
static void random_act(struct bench *b, struct state (*now)[IDS], int day)
{
    int o = (int)chance(b, OFFICES), i = (int)chance(b, IDS);
    struct state *s = &now[o][i];
    char text[100], iso[11];
    if (!s->there)
        *s = (struct state){true, "", DAY_NONE.n, 0};
    switch (chance(b, 3)) {
    case 0:
        s->colour = colours[chance(b, 4)];
        snprintf(text, sizeof text, "colour=%s", s->colour);
        break;
    case 1:
        s->due = DAY_FIRST + (int)chance(b, 1000);
        snprintf(text, sizeof text, "due=%s colour=red", day_format((struct day){s->due}, iso));
        s->colour = "red";
        break;
    default:
        s->sum += chance(b, 5);
        s->due = DAY_NONE.n;
        snprintf(text, sizeof text, "sum=%lld due=", (long long)s->sum);
    }
    put(b, o, i, DAY_FIRST + day, text);
}

static void as_the_model_says(void **state)
{
    enum { DAYS = 60 };
    struct bench *b = *state;
    struct err e;
    static struct state history[DAYS][OFFICES][IDS];
    struct state now[OFFICES][IDS] = {0};
    struct strbuf report;
    memset(history, 0, sizeof history);
    for (int day = 0; day < DAYS; day++) {
        for (int k = 0; k < ACTS / DAYS; k++)
            random_act(b, now, day);
        memcpy(history[day], now, sizeof now);
        if (chance(b, 3) == 0)
            catch_up(b, b->facts);
        if (chance(b, 10) == 0)
            reopen(b);
    }
    catch_up(b, b->facts);
    for (int day = 0; day < DAYS; day++)
        compare(b->facts, history, day);
    /* from nothing, and by a second process that finds the directory kept */
    struct facts_options memory = {NULL, subjects, 420}, second = {b->facts_dir, subjects, 420};
    struct facts *f = NULL, *g = NULL;
    check(facts_open(&memory, &f, &e) && facts_open(&second, &g, &e), &e);
    catch_up(b, f);
    catch_up(b, g);
    strbuf_init(&report, &b->a, 1 << 16);
    assert_true(facts_same(b->facts, f, &report));
    compare(g, history, DAYS - 1);
    put(b, 1, 1, DAY_FIRST + DAYS, "sum=77");
    catch_up(b, f);
    assert_false(facts_same(b->facts, f, &report));
    facts_close(f);
    facts_close(g);
}

static void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void a_damaged_directory_is_made_anew(void **state)
{
    static const char *const bad[] = {"", "shape x\nend\n", "rows thing 99999999\nend\n", "office 1\nend\n", "word 9 9 x\nend\n"};
    struct bench *b = *state;
    struct fact_rows r;
    put(b, 1, 7, DAY_FIRST, "colour=red sum=5");
    catch_up(b, b->facts);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        facts_close(b->facts);
        b->facts = NULL;
        write_text(str_printf(&b->a, "%s/marks", b->facts_dir).p, bad[i]);
        reopen(b);
        catch_up(b, b->facts);
        assert_true(facts_rows(b->facts, "thing", &r));
        assert_int_equal(r.n, 1);
        assert_int_equal(((const int64_t *)r.field[2])[0], 5);
        facts_done(b->facts);
    }
}

/* A directory that is not there yet: what is closed on the way to it is no file of somebody else. */
static void opening_closes_nothing_of_others(void **state)
{
    struct bench *b = *state;
    int before = dup(0);
    struct stat was, is;
    facts_close(b->facts);
    b->facts = NULL;
    unlink(str_printf(&b->a, "%s/marks", b->facts_dir).p);
    assert_int_equal(dup2(before, 0), 0);
    reopen(b);
    assert_int_equal(fstat(before, &was), 0);
    assert_int_equal(fstat(0, &is), 0);
    assert_true(was.st_dev == is.st_dev && was.st_ino == is.st_ino);
    close(before);
}

static void an_unknown_fact_is_an_error(void **state)
{
    struct bench *b = *state;
    struct rd *rd;
    struct err e;
    put(b, 1, 7, DAY_FIRST, "weight=5");
    check(store_read(b->store, &b->a, &rd, &e), &e);
    assert_false(facts_catch_up(b->facts, rd, &e));
    assert_int_equal(e.code, ERR_STORE);
    store_read_end(rd);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(as_the_model_says, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(a_damaged_directory_is_made_anew, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(opening_closes_nothing_of_others, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(an_unknown_fact_is_an_error, open_bench, close_bench),
    };
    crypt_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
