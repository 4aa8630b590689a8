// SPDX-License-Identifier: AGPL-3.0-or-later
/* The queue on a database, with a clock that the test moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/assets/assets.h"
#include "platform/jobs/jobs.h"
#include "platform/store/test_database.h"

struct bench {
    struct arena a;
    char dir[64], path[96], url[256];
    struct store *store;
    struct jobs *q;
    struct instant now;
    struct err e;
    atomic_int runs;
    int ticks;
    enum err_code fails; /* what the handler answers */
    bool ends_itself;
};

static void check(bool good, const struct err *e)
{
    if (!good)
        fail_msg("%s %s", e->msg, e->detail);
}

static bool end_it(struct tx *tx, void *arg, struct err *e)
{
    return job_finish(tx, arg, e);
}

static bool handler(const struct job_run *r, const struct job *job, struct err *e)
{
    struct bench *b = r->with;
    struct job mine = *job;
    atomic_fetch_add(&b->runs, 1);
    if (!str_is(job->text, "7"))
        return FAIL(e, ERR_BAD_INPUT, "err.busy", "text");
    if (b->ends_itself)
        return store_run(r->store, end_it, &mine, e);
    return b->fails == ERR_NONE || FAIL(e, b->fails, "err.busy", NULL);
}

static bool tick(void *with, struct instant now, struct err *e)
{
    struct bench *b = with;
    (void)now;
    (void)e;
    b->ticks++;
    return true;
}

static const struct job_kind kinds[] = {
    {"test.once", handler, 3, 60, "A test."},
    {NULL, NULL, 0, 0, NULL},
};

static struct instant bench_now(void *app)
{
    return ((struct bench *)app)->now;
}

static int open_bench(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    const struct asset *sql = asset_find(STR("src/platform/jobs/001_jobs.sql"));
    struct migration m = {"jobs/001", sql->bytes.p, sql->bytes.n};
    arena_init(&b->a);
    snprintf(b->dir, sizeof b->dir, "/tmp/dinh-jobs-XXXXXX");
    if (!mkdtemp(b->dir))
        return -1;
    snprintf(b->path, sizeof b->path, "%s/db", b->dir);
    test_database_to(b->url, sizeof b->url, b->dir, "db");
    b->now.ms = 1700000000000;
    struct store_options o = {.url = b->url};
    check(store_open(&o, &b->store, &b->e), &b->e);
    check(store_migrate(b->store, &m, 1, &b->e), &b->e);
    struct job_kinds *lists = arena_array(&b->a, struct job_kinds, 2);
    struct job_tick *ticks = arena_array(&b->a, struct job_tick, 2);
    lists[0] = (struct job_kinds){kinds, b};
    ticks[0] = (struct job_tick){"test.tick", 60, tick, b};
    b->q = jobs_open(&(struct jobs_options){b->store, lists, ticks, bench_now, b});
    *state = b;
    return 0;
}

static int close_bench(void **state)
{
    struct bench *b = *state;
    static const char *const ends[] = {"", "-wal", "-shm"};
    char path[128];
    jobs_close(b->q);
    store_close(b->store);
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s%s", b->path, ends[i]);
        unlink(path);
    }
    rmdir(b->dir);
    arena_done(&b->a);
    free(b);
    return 0;
}

struct adding {
    struct job_new job;
    struct instant now;
};

static bool do_add(struct tx *tx, void *arg, struct err *e)
{
    struct adding *a = arg;
    return job_add(tx, &a->job, a->now, e);
}

static void add(struct bench *b, const char *kind, const char *once, const char *text, int64_t later_ms)
{
    struct adding a = {{4, kind, str_of(once), str_of(text), {b->now.ms + later_ms}}, b->now};
    check(store_run(b->store, do_add, &a, &b->e), &b->e);
}

/* Moves the clock on and runs what is due. */
static size_t run_after(struct bench *b, int64_t ms)
{
    size_t ran = 99;
    b->now.ms += ms;
    check(jobs_run_due(b->q, b->now, &ran, &b->e), &b->e);
    return ran;
}

static struct jobs_state count(struct bench *b)
{
    struct rd *rd;
    struct jobs_state s = {0};
    check(store_read(b->store, &b->a, &rd, &b->e), &b->e);
    check(jobs_count(rd, &s, &b->e), &b->e);
    store_read_end(rd);
    return s;
}

static void a_job_runs_once_when_due(void **state)
{
    struct bench *b = *state;
    add(b, "test.once", "", "7", 5000);
    assert_int_equal(run_after(b, 4999), 0);
    assert_int_equal(run_after(b, 1), 1);
    assert_int_equal(run_after(b, 1000000), 0);
    assert_int_equal(b->runs, 1);
    assert_int_equal(count(b).waiting + count(b).given_up, 0);
}

static void a_failing_job_waits_longer_each_time_then_is_given_up(void **state)
{
    struct bench *b = *state;
    b->fails = ERR_IO;
    add(b, "test.once", "", "7", 0);
    assert_int_equal(run_after(b, 0), 1);
    assert_int_equal(run_after(b, 29999), 0);
    assert_int_equal(run_after(b, 1), 1);
    assert_int_equal(run_after(b, 59999), 0);
    assert_int_equal(run_after(b, 1), 1);
    assert_int_equal(count(b).given_up, 1);
    assert_int_equal(run_after(b, 1000000000), 0);
    assert_int_equal(b->runs, 3);
}

static bool do_retry(struct tx *tx, void *arg, struct err *e)
{
    struct bench *b = arg;
    int64_t n = 0;
    return jobs_retry(tx, b->now, &n, e) && (n == 1 || FAIL(e, ERR_CONFLICT, "err.conflict", "%lld", (long long)n));
}

static void what_time_does_not_heal_is_given_up_at_once(void **state)
{
    struct bench *b = *state;
    b->fails = ERR_NOT_FOUND;
    add(b, "test.once", "", "7", 0);
    assert_int_equal(run_after(b, 0), 1);
    assert_int_equal(count(b).given_up, 1);
    b->fails = ERR_NONE;
    check(store_run(b->store, do_retry, b, &b->e), &b->e);
    assert_int_equal(run_after(b, 0), 1);
    assert_int_equal(count(b).given_up + count(b).waiting, 0);
}

static void once_is_enough(void **state)
{
    struct bench *b = *state;
    add(b, "test.once", "case/5", "7", 0);
    add(b, "test.once", "case/5", "7", 0);
    add(b, "test.once", "case/6", "7", 0);
    assert_int_equal(run_after(b, 0), 2);
    add(b, "test.once", "case/5", "7", 0);
    assert_int_equal(run_after(b, 0), 1);
}

static void a_handler_may_end_its_job_with_its_effect(void **state)
{
    struct bench *b = *state;
    b->ends_itself = true;
    add(b, "test.once", "", "7", 0);
    assert_int_equal(run_after(b, 0), 1);
    assert_int_equal(count(b).waiting, 0);
    /* The lease is another's: nothing may be ended. */
    struct job stale = {.office_id = 4, .job_id = 2, .tries = 1};
    add(b, "test.once", "", "7", 0);
    assert_false(store_run(b->store, end_it, &stale, &b->e));
    assert_int_equal(b->e.code, ERR_CONFLICT);
    assert_int_equal(count(b).waiting, 1);
}

static void an_unknown_kind_is_left_for_a_newer_program(void **state)
{
    struct bench *b = *state;
    add(b, "test.later", "", "7", 0);
    assert_int_equal(run_after(b, 0), 0);
    assert_int_equal(count(b).waiting, 1);
    assert_int_equal(count(b).oldest.ms, b->now.ms + 3600 * 1000);
}

static bool lose(struct tx *tx, void *arg, struct err *e)
{
    struct bench *b = arg;
    return store_exec(tx, SQL("UPDATE jobs SET tries = tries + 1, due_at = $1"), VALS(V((int64_t)(b->now.ms + 60000))), NULL, e);
}

static void a_lost_lease_ends_and_a_job_that_kills_is_given_up(void **state)
{
    struct bench *b = *state;
    add(b, "test.once", "", "7", 0);
    for (int i = 0; i < 3; i++) {
        check(store_run(b->store, lose, b, &b->e), &b->e);
        assert_int_equal(i < 2 ? run_after(b, 59999) : 0, 0);
    }
    assert_int_equal(run_after(b, 60001), 0);
    assert_int_equal(b->runs, 0);
    assert_int_equal(count(b).given_up, 1);
}

static void ticks_keep_time(void **state)
{
    struct bench *b = *state;
    run_after(b, 0);
    run_after(b, 59999);
    assert_int_equal(b->ticks, 1);
    run_after(b, 1);
    assert_int_equal(b->ticks, 2);
    run_after(b, -100000); /* a clock that was set back */
    assert_int_equal(b->ticks, 3);
}

static void the_thread_finds_work(void **state)
{
    struct bench *b = *state;
    add(b, "test.once", "", "7", 0);
    jobs_start(b->q);
    for (int i = 0; i < 500 && atomic_load(&b->runs) == 0; i++)
        usleep(10000);
    assert_int_equal(atomic_load(&b->runs), 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_job_runs_once_when_due, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(a_failing_job_waits_longer_each_time_then_is_given_up, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(what_time_does_not_heal_is_given_up_at_once, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(once_is_enough, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(a_handler_may_end_its_job_with_its_effect, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(an_unknown_kind_is_left_for_a_newer_program, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(a_lost_lease_ends_and_a_job_that_kills_is_given_up, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(ticks_keep_time, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(the_thread_finds_work, open_bench, close_bench),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
