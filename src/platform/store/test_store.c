// SPDX-License-Identifier: AGPL-3.0-or-later
/* The contract of store.h, on a database of its own for each test. */
#include <semaphore.h>
#include <sys/stat.h>

#include "platform/store/store_start.h"
#include "platform/store/test_store_group.h"

/* ---- commands ---- */

struct note {
    int64_t office_id, note_id;
    const char *text;
    int repeat; /* add it so many times: the second breaks the key */
    int64_t changed;
};

static bool add_note(struct tx *tx, void *arg, struct err *e)
{
    struct note *n = arg;
    for (int i = 0; i < 1 + n->repeat; i++)
        if (!store_exec(tx, SQL("INSERT INTO notes (note_id, office_id, text) VALUES ($2, $1, $3)"),
                        VALS(V(n->office_id), V(n->note_id), V(n->text)), &n->changed, e))
            return false;
    return true;
}

static int64_t count_notes(struct base *b)
{
    struct err e = {0};
    struct arena a;
    struct rd *rd;
    int64_t n = -1;
    arena_init(&a);
    check(store_read(b->s, &a, &rd, &e), &e);
    check(store_one_int(rd, SQL("SELECT count(*) FROM notes"), NO_VALS, &n, &e), &e);
    arena_done(&a);
    return n;
}

static void a_committed_row_is_read_back(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    struct rd *rd;
    struct rows *r;
    struct note n = {1, 7, "Đình làng", 0, 0};
    uint64_t before = store_generation(b->s);
    check(store_run(b->s, add_note, &n, &e), &e);
    assert_int_equal(n.changed, 1);
    assert_int_equal(store_generation(b->s), before + 1);
    check(store_read(b->s, &b->a, &rd, &e), &e);
    check(store_rows(rd, SQL("SELECT office_id, note_id, text, bytes FROM notes"), NO_VALS, &r, &e), &e);
    assert_true(rows_next(r));
    assert_int_equal(rows_int(r, 0), 1);
    assert_int_equal(rows_int(r, 1), 7);
    assert_true(str_is(rows_text(r, &b->a, 2), "Đình làng"));
    assert_true(str_is(rows_peek(r, 2), "Đình làng"));
    assert_true(rows_null(r, 3));
    assert_int_equal(rows_text(r, &b->a, 3).n, 0);
    assert_true(day_is_none(rows_day(r, 3)));
    assert_false(rows_next(r));
    check(rows_end(r, &e), &e);
}

static void parameters_are_bound_by_number(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    struct rd *rd;
    int64_t n = 0;
    check(store_read(b->s, &b->a, &rd, &e), &e);
    check(store_one_int(rd, SQL("SELECT $2 * 1000 + $3 * 10 + $1 + $2 * 0"), VALS(V(1), V(2), V(3)), &n, &e), &e);
    assert_int_equal(n, 2031);
    assert_false(store_one_int(rd, SQL("SELECT $2 + $1"), VALS(V(1)), &n, &e));
    assert_int_equal(e.code, ERR_STORE);
    assert_false(store_one_int(rd, SQL("SELECT ?"), VALS(V(1)), &n, &e));
    assert_false(store_one_int(rd, SQL("SELECT 1; SELECT 2"), NO_VALS, &n, &e));
    assert_int_equal(n, 2031);
    check(store_one_int(rd, SQL("SELECT length($1)"), VALS(val_str((struct str){0})), &n, &e), &e);
    assert_int_equal(n, 0);
    check(store_one_int(rd, SQL("SELECT coalesce($1, 3)"), VALS(V(DAY_NONE)), &n, &e), &e);
    assert_int_equal(n, 3);
}

static void one_int_says_when_there_is_no_row(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    struct rd *rd;
    int64_t n = 5;
    check(store_read(b->s, &b->a, &rd, &e), &e);
    assert_false(store_one_int(rd, SQL("SELECT note_id FROM notes"), NO_VALS, &n, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    assert_string_equal(e.msg, "err.not_found");
    assert_int_equal(n, 5);
}

static void a_reader_cannot_write(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    struct rd *rd;
    struct rows *r;
    check(store_read(b->s, &b->a, &rd, &e), &e);
    if (store_rows(rd, SQL("INSERT INTO notes (office_id, note_id) VALUES (1, 1)"), NO_VALS, &r, &e)) { /* it may say so here */
        assert_false(rows_next(r));
        assert_false(rows_end(r, &e));
    }
    assert_int_equal(e.code, ERR_STORE);
    assert_int_equal(count_notes(b), 0);
}

static void a_statement_may_be_open_twice(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    struct rd *rd;
    struct rows *r[10];
    for (int i = 0; i < 3; i++) {
        struct note n = {1, i, "x", 0, 0};
        check(store_run(b->s, add_note, &n, &e), &e);
    }
    check(store_read(b->s, &b->a, &rd, &e), &e);
    for (int i = 0; i < 10; i++) {
        check(store_rows(rd, SQL("SELECT note_id FROM notes ORDER BY note_id"), NO_VALS, &r[i], &e), &e);
        assert_true(rows_next(r[i]));
        assert_int_equal(rows_int(r[i], 0), 0);
    }
    assert_true(rows_next(r[0]));
    assert_int_equal(rows_int(r[0], 0), 1);
    for (int i = 0; i < 9; i++)
        check(rows_end(r[i], &e), &e); /* the last is left open: the snapshot's end ends it */
}

static void a_snapshot_does_not_move(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    struct rd *rd;
    int64_t n = -1;
    struct note note = {1, 1, "x", 0, 0};
    check(store_read(b->s, &b->a, &rd, &e), &e);
    check(store_one_int(rd, SQL("SELECT count(*) FROM notes"), NO_VALS, &n, &e), &e);
    check(store_run(b->s, add_note, &note, &e), &e);
    check(store_one_int(rd, SQL("SELECT count(*) FROM notes"), NO_VALS, &n, &e), &e);
    assert_int_equal(n, 0);
    store_read_end(rd);
    assert_int_equal(count_notes(b), 1);
}

static void a_broken_key_is_a_conflict(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    struct note twice = {1, 1, "x", 1, 0};
    assert_false(store_run(b->s, add_note, &twice, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    assert_string_equal(e.msg, "err.conflict");
    assert_int_equal(count_notes(b), 0);
}

static bool add_mark(struct tx *tx, void *arg, struct err *e)
{
    return store_exec(tx, SQL("INSERT INTO marks (office_id, note_id, mark) VALUES (1, 99, $1)"), VALS(V(*(int *)arg)),
                      NULL, e);
}

static bool add_strict_mark(struct tx *tx, void *arg, struct err *e)
{
    (void)arg;
    return store_exec(tx, SQL("INSERT INTO strict_marks (office_id, note_id) VALUES (1, 99)"), NO_VALS, NULL, e);
}

static void broken_references_and_checks(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    int mark = 1;
    assert_false(store_run(b->s, add_strict_mark, NULL, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    assert_false(store_run(b->s, add_mark, &mark, &e)); /* deferred: found before the group's commit */
    assert_int_equal(e.code, ERR_CONFLICT);
    mark = 0;
    assert_false(store_run(b->s, add_mark, &mark, &e));
    assert_int_equal(e.code, ERR_STORE);
}

static bool goes_on_after_a_failure(struct tx *tx, void *arg, struct err *e)
{
    struct note one = {1, 1, "x", 1, 0}, two = {1, 2, "y", 0, 0};
    (void)arg;
    add_note(tx, &one, e);
    return add_note(tx, &two, e);
}

static void a_command_that_goes_on_after_a_failure_is_not_stored(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    assert_false(store_run(b->s, goes_on_after_a_failure, NULL, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    assert_int_equal(count_notes(b), 0);
}

static bool take_number(struct tx *tx, void *arg, struct err *e)
{
    return store_next(tx, 4, "case", arg, e);
}

static bool take_number_and_fail(struct tx *tx, void *arg, struct err *e)
{
    return store_next(tx, 4, "case", arg, e) && FAIL(e, ERR_DENIED, "err.test", NULL);
}

static void counters_have_no_gaps(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    int64_t n;
    check(store_run(b->s, take_number, &n, &e), &e);
    assert_int_equal(n, 1);
    assert_false(store_run(b->s, take_number_and_fail, &n, &e));
    assert_int_equal(e.code, ERR_DENIED);
    assert_string_equal(e.msg, "err.test");
    check(store_run(b->s, take_number, &n, &e), &e);
    assert_int_equal(n, 2);
}

/* ---- many threads ---- */

static void *work(void *arg)
{
    struct worker *w = arg;
    for (int i = 0; i < EACH; i++) {
        struct err e = {0};
        struct arena a;
        struct rd *rd;
        int64_t n = 0;
        struct note note = {w->id, i, "một việc", i % 3 == 2, 0};
        bool ok = store_run(w->b->s, add_note, &note, &e);
        w->stored += ok;
        w->refused += !ok && e.code == ERR_CONFLICT;
        arena_init(&a);
        if (!store_read(w->b->s, &a, &rd, &e) ||
            !store_one_int(rd, SQL("SELECT count(*) FROM notes WHERE office_id = $1"), VALS(V(w->id)), &n, &e) ||
            n != w->stored) /* what was acknowledged is seen at once */
            w->refused = -1000;
        arena_done(&a);
    }
    return NULL;
}

static void threads_store_what_they_are_told(void **state)
{
    struct worker w[THREADS] = {0};
    int64_t stored = 0;
    for (int i = 0; i < THREADS; i++) {
        w[i].b = *state;
        w[i].id = i + 1;
        assert_int_equal(pthread_create(&w[i].thread, NULL, work, &w[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(w[i].thread, NULL);
        assert_int_equal(w[i].stored, EACH / 3 * 2);
        assert_int_equal(w[i].refused, EACH / 3);
        stored += w[i].stored;
    }
    assert_int_equal(count_notes(*state), stored);
}

static void *add_one(void *arg)
{
    struct worker *w = arg;
    struct err e = {0};
    struct note note = {w->id, 1, "x", w->id == 3, 0};
    w->stored = store_run(w->b->s, add_note, &note, &e);
    return NULL;
}

static void a_group_shares_one_commit_and_a_failure_is_alone(void **state)
{
    struct base *b = *state;
    struct worker w[THREADS] = {0};
    uint64_t before = store_generation(b->s);
    run_as_group(b, add_one, w, THREADS);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(w[i].stored, i != 3);
    assert_int_equal(count_notes(b), THREADS - 1);
    assert_true(store_generation(b->s) - before <= 2); /* one, unless a thread came late */
}

/* ---- schema and upkeep ---- */

static void post(void *done)
{
    sem_post(done);
}

static bool refuse(struct tx *tx, void *arg, struct err *e)
{
    (void)tx, (void)arg;
    return FAIL(e, ERR_BAD_INPUT, "err.input", "nothing was changed");
}

/* All are queued behind the gate, so they make one group; one of them breaks a
 * key after it has written, one refuses at once. */
static void a_group_without_savepoints_loses_only_who_failed(void **state)
{
    enum { JOBS = 8, BREAKS = 3, REFUSES = 5 };
    struct base *b = *state;
    struct err e = {0};
    sem_t done;
    struct gate g = {.lock = PTHREAD_MUTEX_INITIALIZER, .opened = PTHREAD_COND_INITIALIZER};
    struct note n[JOBS];
    struct store_job *jobs[JOBS];
    sem_init(&done, 0, 0);
    struct store_call closed = {wait_at_gate, &g, post, &done, false};
    store_start(b->s, store_job_new(&b->a, &closed));
    pthread_mutex_lock(&g.lock);
    while (!g.entered)
        pthread_cond_wait(&g.opened, &g.lock);
    pthread_mutex_unlock(&g.lock);
    for (int i = 0; i < JOBS; i++) {
        n[i] = (struct note){1, i + 1, "a", i == BREAKS, 0};
        struct store_call call = {i == REFUSES ? refuse : add_note, &n[i], post, &done, true};
        jobs[i] = store_job_new(&b->a, &call);
        store_start(b->s, jobs[i]);
    }
    pthread_mutex_lock(&g.lock);
    g.open = true;
    pthread_cond_broadcast(&g.opened);
    pthread_mutex_unlock(&g.lock);
    for (int i = 0; i < 1 + JOBS; i++)
        while (sem_wait(&done))
            ;
    for (int i = 0; i < JOBS; i++)
        assert_int_equal(store_result(jobs[i], &e), i != BREAKS && i != REFUSES);
    assert_int_equal(count_notes(b), JOBS - 2);
    assert_false(store_result(jobs[BREAKS], &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    assert_false(store_result(jobs[REFUSES], &e));
    assert_int_equal(e.code, ERR_BAD_INPUT);
}

static void migrations_run_once_and_newer_is_refused(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    static const char twice[] = "CREATE TABLE more (x INTEGER); CREATE TABLE notes (y INTEGER)";
    static const char ending[] = "CREATE TABLE more (x INTEGER); COMMIT", once[] = "CREATE TABLE more (x INTEGER)";
    const struct migration bad = {"test/002", twice, sizeof twice - 1};
    const struct migration ends = {"test/002", ending, sizeof ending - 1};
    const struct migration good = {"test/002", once, sizeof once - 1};
    struct migration list[2] = {first_migration[0], bad};
    check(store_migrate(b->s, first_migration, 1, &e), &e);
    assert_false(store_migrate(b->s, list, 2, &e));
    assert_int_equal(e.code, ERR_STORE);
    list[1] = ends;
    assert_false(store_migrate(b->s, list, 2, &e));
    list[1] = good;
    check(store_migrate(b->s, list, 2, &e), &e);
    reopen(b, false);
    check(store_migrate(b->s, list, 2, &e), &e);
    assert_false(store_migrate(b->s, first_migration, 1, &e));
    assert_string_equal(e.msg, "err.store.newer");
}

static void a_sound_database_passes_and_a_broken_one_does_not(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    struct strbuf report;
    bool sound = false;
    struct note n = {1, 1, "x", 0, 0};
    struct text t = {1, "dat dai", 0, 0};
    check(store_run(b->s, add_note, &n, &e), &e);
    check(store_run(b->s, change_text, &t, &e), &e);
    strbuf_init(&report, &b->a, 10000);
    check(store_check(b->s, &report, &sound, &e), &e);
    assert_true(sound);
    assert_int_equal(report.n, 0);
    if (test_postgres())
        return; /* its files are not ours to break: tests/postgres does */
    store_close(b->s);
    b->s = NULL;
    FILE *f = fopen(b->path, "r+");
    assert_non_null(f);
    for (long at = 4096; at < 1 << 16; at += 4096) { /* into every page but the first */
        fseek(f, at, SEEK_SET);
        fwrite("broken broken broken", 1, 20, f);
    }
    fclose(f);
    struct store_options o = {.url = b->url};
    if (!store_open(&o, &b->s, &e))
        return; /* broken beyond opening is an answer too */
    sound = true;
    if (store_check(b->s, &report, &sound, &e)) {
        assert_false(sound);
        assert_true(report.n > 0);
    }
}

static void a_backup_is_a_whole_database(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    struct store *copy;
    struct arena a;
    struct rd *rd;
    struct stat st;
    char path[128], url[256];
    int64_t found = 0;
    struct note n = {1, 1, "x", 0, 0};
    if (test_postgres())
        skip();
    check(store_run(b->s, add_note, &n, &e), &e);
    snprintf(path, sizeof path, "%s/copy", b->dir);
    snprintf(url, sizeof url, "sqlite:%s", path);
    check(store_backup(b->s, path, &e), &e);
    assert_false(store_backup(b->s, path, &e));
    assert_int_equal(e.code, ERR_IO);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    check(store_open(&(struct store_options){.url = url, .readers = 1}, &copy, &e), &e);
    arena_init(&a);
    check(store_read(copy, &a, &rd, &e), &e);
    check(store_one_int(rd, SQL("SELECT count(*) FROM notes"), NO_VALS, &found, &e), &e);
    assert_int_equal(found, 1);
    arena_done(&a);
    store_close(copy);
}

static void reading_only_writes_nothing(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    struct note n = {1, 1, "x", 0, 0};
    check(store_run(b->s, add_note, &n, &e), &e);
    reopen(b, true);
    assert_int_equal(count_notes(b), 1);
    n.note_id = 2;
    assert_false(store_run(b->s, add_note, &n, &e));
    assert_int_equal(e.code, ERR_STORE);
    assert_string_equal(e.msg, "err.store.write");
}

static void what_cannot_be_opened_says_so(void **state)
{
    struct err e = {0};
    struct store *s = NULL;
    (void)state;
    assert_false(store_open(&(struct store_options){.url = "sqlite:/nowhere/at/all"}, &s, &e));
    assert_string_equal(e.msg, "err.store.open");
    assert_int_equal(e.code, ERR_STORE);
    assert_false(store_open(&(struct store_options){.url = "mysql:x"}, &s, &e));
    assert_false(store_open(&(struct store_options){.url = "sqlite:/nowhere", .read_only = true}, &s, &e));
    assert_null(s);
}

static void try_tells_a_statement_that_does_not_fit(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    struct rd *rd;
    check(store_read(b->s, &b->a, &rd, &e), &e);
    check(store_try(rd, SQL("SELECT text FROM notes WHERE office_id = $1"), &e), &e);
    assert_false(store_try(rd, SQL("SELECT nothing FROM notes"), &e));
    assert_int_equal(e.code, ERR_STORE);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_committed_row_is_read_back), T(parameters_are_bound_by_number), T(one_int_says_when_there_is_no_row),
        T(a_reader_cannot_write), T(a_statement_may_be_open_twice), T(a_snapshot_does_not_move),
        T(a_broken_key_is_a_conflict), T(broken_references_and_checks),
        T(a_command_that_goes_on_after_a_failure_is_not_stored), T(counters_have_no_gaps),
        T(threads_store_what_they_are_told), T(a_group_shares_one_commit_and_a_failure_is_alone),
        T(a_group_without_savepoints_loses_only_who_failed), T(migrations_run_once_and_newer_is_refused),
        T(a_sound_database_passes_and_a_broken_one_does_not),
        T(a_backup_is_a_whole_database), T(reading_only_writes_nothing), T(what_cannot_be_opened_says_so),
        T(try_tells_a_statement_that_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
