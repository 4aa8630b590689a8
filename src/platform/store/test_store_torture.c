// SPDX-License-Identifier: AGPL-3.0-or-later
/* What fails: every driver call in turn, the disk, the process. After each:
 * nothing half saved, nothing acknowledged lost, and the next try works. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/store/store.h"
#include "platform/store/store_start.h"

struct place {
    char dir[64], path[96], copy[96], url[256];
};

static const char schema[] =
    "CREATE TABLE notes (office_id INTEGER NOT NULL, note_id INTEGER NOT NULL, text TEXT NOT NULL,"
    " PRIMARY KEY (office_id, note_id));"
    "CREATE TABLE marks (office_id INTEGER NOT NULL, note_id INTEGER NOT NULL, PRIMARY KEY (office_id, note_id),"
    " FOREIGN KEY (office_id, note_id) REFERENCES notes);";
static const struct migration migrations[] = {{"test/001", schema, sizeof schema - 1}};

static void check(bool ok, const struct err *e)
{
    if (!ok)
        fail_msg("%s %s: %s", err_word(e->code), e->msg, e->detail);
}

static void make_place(struct place *p)
{
    memcpy(p->dir, "/tmp/dinh-store-XXXXXX", 23);
    assert_non_null(mkdtemp(p->dir));
    snprintf(p->path, sizeof p->path, "%s/db", p->dir);
    snprintf(p->copy, sizeof p->copy, "%s/copy", p->dir);
    snprintf(p->url, sizeof p->url, "sqlite:%s", p->path);
}

static void clear_place(const struct place *p)
{
    static const char *const files[] = {"db", "db-wal", "db-shm", "copy"};
    char name[128];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(name, sizeof name, "%s/%s", p->dir, files[i]);
        unlink(name);
    }
    rmdir(p->dir);
}

static int64_t count(struct store *s, struct sql sql, int64_t office_id)
{
    struct err e = {0};
    struct arena a;
    struct rd *rd;
    int64_t n = -1;
    arena_init(&a);
    check(store_read(s, &a, &rd, &e), &e);
    if (!store_one_int(rd, sql, VALS(V(office_id)), &n, &e)) /* the call that is made to fail may be this */
        check(store_one_int(rd, sql, VALS(V(office_id)), &n, &e), &e);
    arena_done(&a);
    return n;
}

#define NOTES SQL("SELECT count(*) FROM notes WHERE office_id = $1")
#define MARKS SQL("SELECT count(*) FROM marks WHERE office_id = $1")

/* A note, its mark and its words: all or none. */
struct filing {
    int64_t office_id, note_id;
};

static bool file_note(struct tx *tx, void *arg, struct err *e)
{
    struct filing *f = arg;
    int64_t n;
    if (!store_next(tx, f->office_id, "note", &n, e) ||
        !store_exec(tx, SQL("INSERT INTO notes (office_id, note_id, text) VALUES ($1, $2, 'dat dai nha cua')"),
                    VALS(V(f->office_id), V(n)), NULL, e) ||
        !store_exec(tx, SQL("INSERT INTO marks (office_id, note_id) VALUES ($1, $2)"), VALS(V(f->office_id), V(n)), NULL,
                    e) ||
        !store_text_put(tx, "notes", f->office_id << 32 | n, STR("dat dai nha cua"), e))
        return false;
    f->note_id = n;
    return true;
}

static bool drop_words(struct tx *tx, void *arg, struct err *e)
{
    (void)arg;
    return store_text_drop(tx, "notes", 1LL << 32 | 1, STR("dat dai nha cua"), e);
}

static bool find_words(struct store *s, size_t *ret_n, struct err *e)
{
    struct arena a;
    struct rd *rd;
    struct text_hit *hits;
    arena_init(&a);
    bool ok = store_read(s, &a, &rd, e) && store_text_find(rd, &a, "notes", STR("dat da"), true, 20, &hits, ret_n, e);
    arena_done(&a);
    return ok;
}

static bool list_notes(struct store *s, int64_t *ret_n, struct err *e)
{
    struct arena a;
    struct rd *rd;
    struct rows *r;
    int64_t n = 0;
    arena_init(&a);
    bool ok = store_read(s, &a, &rd, e) && store_rows(rd, SQL("SELECT note_id FROM notes"), NO_VALS, &r, e);
    if (ok) {
        while (rows_next(r))
            n++;
        ok = rows_end(r, e);
    }
    arena_done(&a);
    if (ok)
        *ret_n = n;
    return ok;
}

/* Tries a step again when it failed: it must succeed then, as only one call
 * fails; *failures counts. */
#define TWICE(call, untouched) \
    do { \
        e = (struct err){0}; \
        if (!(call)) { \
            assert_int_equal(e.code, ERR_STORE); \
            assert_non_null(e.msg); \
            assert_true(untouched); \
            ++*failures; \
            check((call), &e); \
        } \
    } while (0)

/* ---- two in one group, each in its savepoint ---- */

static bool hold_writer(struct tx *tx, void *arg, struct err *e)
{
    (void)tx, (void)e;
    while (sem_wait(arg))
        ;
    return true;
}

static void count_down(void *done)
{
    sem_post(done);
}

/* Both queue while the writer is held. *ok of each, and of what held it. */
static void file_both(struct store *s, struct filing *f, bool *ok, struct err *why)
{
    struct arena a;
    struct store_job *jobs[3];
    sem_t gate, done;
    struct err ignored;
    arena_init(&a);
    sem_init(&gate, 0, 0);
    sem_init(&done, 0, 0);
    for (int i = 0; i < 3; i++) {
        struct store_call call = {.fn = i ? file_note : hold_writer, .arg = i ? (void *)&f[i - 1] : (void *)&gate,
                                  .done = count_down, .done_arg = &done};
        jobs[i] = store_job_new(&a, &call);
        store_start(s, jobs[i]);
    }
    sem_post(&gate);
    for (int i = 0; i < 3; i++)
        while (sem_wait(&done))
            ;
    for (int i = 0; i < 2; i++)
        ok[i] = store_result(jobs[i + 1], why);
    ok[2] = store_result(jobs[0], &ignored);
    sem_destroy(&gate);
    sem_destroy(&done);
    arena_done(&a);
}

/* What failed is in the database not at all, and goes in the second time. */
static void a_pair(struct store *s, int *failures)
{
    struct filing f[2] = {{.office_id = 2}, {.office_id = 3}};
    bool ok[3], once = false;
    struct err e = {0};
    file_both(s, f, ok, &e);
    for (int i = 0; i < 2; i++) {
        int64_t there = ok[i];
        assert_int_equal(count(s, NOTES, 2 + i), there);
        assert_int_equal(count(s, MARKS, 2 + i), there);
        if (ok[i])
            continue;
        once = true;
        check(store_run(s, file_note, &f[i], &e), &e);
        assert_int_equal(count(s, NOTES, 2 + i), 1);
    }
    *failures += once || !ok[2];
}

static void one_flow(const struct place *p, int64_t fail_at, int *failures)
{
    struct store_options o = {.url = p->url, .readers = 1, .fail_at = fail_at};
    struct store *s = NULL;
    struct filing f = {.office_id = 1};
    int64_t n = -1;
    size_t hits = 77;
    struct err e = {0};
    if (!store_open(&o, &s, &e)) {
        assert_null(s);
        assert_string_equal(e.msg, "err.store.open");
        ++*failures;
        o.fail_at = 0;
        check(store_open(&o, &s, &e), &e);
    }
    TWICE(store_migrate(s, migrations, 1, &e), true);
    TWICE(store_run(s, file_note, &f, &e), count(s, NOTES, 1) == 0 && count(s, MARKS, 1) == 0);
    assert_int_equal(f.note_id, 1);
    TWICE(list_notes(s, &n, &e), n == -1);
    assert_int_equal(n, 1);
    TWICE(find_words(s, &hits, &e), hits == 77);
    assert_int_equal(hits, 1);
    TWICE(store_run(s, drop_words, NULL, &e), true);
    TWICE(find_words(s, &hits, &e), hits == 1);
    assert_int_equal(hits, 0);
    a_pair(s, failures);
    TWICE(store_backup(s, p->copy, &e), access(p->copy, F_OK) != 0);
    assert_int_equal(access(p->copy, F_OK), 0);
    assert_int_equal(count(s, NOTES, 1), 1);
    assert_int_equal(count(s, MARKS, 1), 1);
    assert_int_equal(count(s, SQL("SELECT n FROM store_counters WHERE office_id = $1"), 1), 1);
    store_close(s);
}

static void every_call_may_fail(void **state)
{
    enum { UNSEEN = 20 }; /* so many calls in a row may belong to a count that was asked again */
    int failures, n, seen = 0;
    (void)state;
    for (int last = n = 1; n - last < UNSEEN && n < 1000; n++) {
        struct place p;
        failures = 0;
        make_place(&p);
        one_flow(&p, n, &failures);
        clear_place(&p);
        assert_true(failures <= 1);
        seen += failures;
        last = failures ? n : last;
    }
    assert_true(seen > 50 && n < 1000);
}

/* ---- kill -9 ---- */

enum { KILLS = 60, CHILD_THREADS = 8, OFFICES = CHILD_THREADS };

struct filer {
    struct store *s;
    int64_t office_id;
    int out;
};

static void *file_for_ever(void *arg)
{
    struct filer *me = arg;
    for (;;) {
        struct err e = {0};
        struct filing f = {.office_id = me->office_id};
        if (!store_run(me->s, file_note, &f, &e))
            continue;
        int64_t told[2] = {f.office_id, f.note_id};
        if (write(me->out, told, sizeof told) != sizeof told)
            return NULL;
    }
}

static void child(const struct place *p, int out)
{
    struct err e = {0};
    struct store *s;
    pthread_t t;
    static struct filer filers[CHILD_THREADS];
    if (!store_open(&(struct store_options){.url = p->url, .readers = 1}, &s, &e))
        _exit(1);
    for (int i = 0; i < CHILD_THREADS; i++) {
        filers[i] = (struct filer){s, i + 1, out};
        pthread_create(&t, NULL, file_for_ever, &filers[i]);
    }
    for (;;)
        pause();
}

/* Runs a child, kills it, and notes the highest number that it acknowledged
 * for each office. */
static void one_life(const struct place *p, unsigned us, int64_t last[OFFICES + 1])
{
    int ends[2];
    int64_t told[2];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(ends[0]);
        child(p, ends[1]);
    }
    close(ends[1]);
    ssize_t n = read(ends[0], told, sizeof told); /* it has begun */
    usleep(us);
    kill(pid, SIGKILL);
    for (; n == sizeof told; n = read(ends[0], told, sizeof told))
        if (told[1] > last[told[0]])
            last[told[0]] = told[1];
    close(ends[0]);
    waitpid(pid, NULL, 0);
}

static void is_whole(struct store *s, bool deep)
{
    struct err e = {0};
    struct arena a;
    struct strbuf report;
    bool sound = false;
    int64_t texts = 0, notes = 0;
    arena_init(&a);
    strbuf_init(&report, &a, 10000);
    for (int64_t office = 1; office <= OFFICES; office++)
        notes += count(s, SQL("SELECT count(*) FROM notes WHERE office_id = $1"), office);
    texts = count(s, SQL("SELECT count(*) FROM fts_notes_docs WHERE id > $1"), 0);
    assert_int_equal(texts, notes);
    if (deep) {
        check(store_check(s, &report, &sound, &e), &e);
        assert_true(sound);
    }
    arena_done(&a);
}

static void a_killed_process_loses_nothing_acknowledged(void **state)
{
    struct place p;
    struct store *s;
    struct err e = {0};
    struct store_options o = {.readers = 1};
    int64_t last[OFFICES + 1] = {0}, all = 0;
    (void)state;
    make_place(&p);
    o.url = p.url;
    check(store_open(&o, &s, &e) && store_migrate(s, migrations, 1, &e), &e);
    store_close(s);
    for (unsigned round = 0; round < KILLS; round++) {
        one_life(&p, round * 7919 % 23000, last);
        check(store_open(&o, &s, &e), &e);
        for (int64_t office = 1; office <= OFFICES; office++) {
            int64_t n = count(s, SQL("SELECT count(*) FROM notes JOIN marks USING (office_id, note_id)"
                                     " WHERE office_id = $1"), office);
            assert_true(n >= last[office]); /* numbers have no gaps */
            if (n)
                assert_int_equal(count(s, SQL("SELECT n FROM store_counters WHERE office_id = $1"), office), n);
            all += round == KILLS - 1 ? n : 0;
        }
        is_whole(s, round % 10 == 9);
        store_close(s);
    }
    assert_true(all > KILLS);
    clear_place(&p);
}

/* ---- a full disk ---- */

static atomic_bool disk_fills; /* and is emptied again: by the count of writes, whatever else the machine does */
static atomic_int disk_writes;

static ssize_t full_pwrite(int fd, const void *p, size_t n, off_t at)
{
    enum { THROUGH = 9, REFUSED = 4 };
    if (atomic_load(&disk_fills) && atomic_fetch_add(&disk_writes, 1) % (THROUGH + REFUSED) >= THROUGH) {
        errno = ENOSPC;
        return -1;
    }
    return pwrite(fd, p, n, at);
}

struct writer {
    pthread_t thread;
    struct store *s;
    int64_t office_id;
    int64_t stored, refused, wrong;
};

static void *file_many(void *arg)
{
    struct writer *w = arg;
    for (int i = 0; i < 60; i++) {
        struct err e = {0};
        struct filing f = {.office_id = w->office_id};
        bool ok = store_run(w->s, file_note, &f, &e);
        w->stored += ok;
        w->refused += !ok;
        if (ok ? f.note_id != w->stored : e.code != ERR_STORE || strcmp(e.msg, "err.store.write") != 0)
            w->wrong++;
    }
    return NULL;
}

static void hook_writes(bool on)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    sqlite3_syscall_ptr f = on ? (sqlite3_syscall_ptr)full_pwrite : NULL;
    vfs->xSetSystemCall(vfs, "pwrite", f);
    vfs->xSetSystemCall(vfs, "pwrite64", f);
}

static void a_full_disk_refuses_and_recovers(void **state)
{
    struct place p;
    struct store *s;
    struct err e = {0};
    struct writer w[OFFICES] = {0};
    int64_t refused = 0, stored = 0;
    (void)state;
    make_place(&p);
    hook_writes(true);
    check(store_open(&(struct store_options){.url = p.url, .readers = 2}, &s, &e), &e);
    check(store_migrate(s, migrations, 1, &e), &e);
    atomic_store(&disk_fills, true);
    for (int i = 0; i < OFFICES; i++) {
        w[i].s = s;
        w[i].office_id = i + 1;
        pthread_create(&w[i].thread, NULL, file_many, &w[i]);
    }
    for (int i = 0; i < OFFICES; i++)
        pthread_join(w[i].thread, NULL);
    atomic_store(&disk_fills, false);
    for (int i = 0; i < OFFICES; i++) {
        assert_int_equal(w[i].wrong, 0);
        assert_int_equal(count(s, SQL("SELECT count(*) FROM notes WHERE office_id = $1"), i + 1), w[i].stored);
        refused += w[i].refused;
        stored += w[i].stored;
    }
    assert_true(refused > 0);
    assert_true(stored > 0);
    struct filing f = {.office_id = 1};
    check(store_run(s, file_note, &f, &e), &e);
    is_whole(s, true);
    store_close(s);
    check(store_open(&(struct store_options){.url = p.url, .readers = 2}, &s, &e), &e);
    assert_int_equal(count(s, SQL("SELECT count(*) FROM notes WHERE office_id > $1"), 0), stored + 1);
    is_whole(s, true);
    store_close(s);
    hook_writes(false);
    clear_place(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_may_fail),
        cmocka_unit_test(a_killed_process_loses_nothing_acknowledged),
        cmocka_unit_test(a_full_disk_refuses_and_recovers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
