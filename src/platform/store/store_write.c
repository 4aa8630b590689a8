// SPDX-License-Identifier: AGPL-3.0-or-later
/* The one writer: a queue of commands, run in groups, one commit a group.
 *
 * While a commit waits for the disk the queue fills; the next group takes all
 * of it. So the groups grow with the load, and nobody waits for a timer. */
#include <string.h>

#include "platform/store/store_inner.h"

bool tx_failed(struct tx *tx, const struct err *e)
{
    if (!tx->failed)
        tx->why = *e;
    tx->failed = true;
    return false;
}

struct rd *tx_rd(struct tx *tx)
{
    return &tx->rd;
}

void tx_rewind(struct tx *tx, struct arena_mark m)
{
    if (tx->rd.used)
        die("tx_rewind while rows are open");
    tx->rd.spare = NULL;
    arena_rewind(&tx->a, m);
}

struct arena *tx_arena(struct tx *tx)
{
    return &tx->a;
}

bool store_exec(struct tx *tx, struct sql sql, struct vals v, int64_t *ret_changed, struct err *e)
{
    struct driver *d = tx->rd.s->d;
    int64_t changed = 0;
    if (!d->ops->exec(d, tx->rd.c, sql, v, &changed, e)) {
        tx_failed(tx, e);
        *e = tx->why; /* what follows a failure only says that there was one */
        return false;
    }
    tx->changed |= changed > 0;
    if (ret_changed)
        *ret_changed = changed;
    return true;
}

bool store_text_put(struct tx *tx, const char *index, int64_t id, struct str folded, struct err *e)
{
    struct driver *d = tx->rd.s->d;
    tx->changed = true;
    return d->ops->text_put(d, tx->rd.c, index, id, folded, e) || tx_failed(tx, e);
}

bool store_text_drop(struct tx *tx, const char *index, int64_t id, struct str folded_before, struct err *e)
{
    struct driver *d = tx->rd.s->d;
    tx->changed = true;
    return d->ops->text_drop(d, tx->rd.c, index, id, folded_before, e) || tx_failed(tx, e);
}

/* ---- one command ---- */

static bool call(struct tx *tx, struct store_job *job, struct err *e)
{
    bool ok = job->call.fn(tx, job->call.arg, e);
    rd_finish_rows(&tx->rd);
    if (ok && tx->failed) {
        *e = tx->why;
        return false;
    }
    if (!ok && !e->msg)
        err_set(e, ERR_STORE, "err.store.write", "a command failed without a reason");
    return ok;
}

/* Between savepoint and release. Its changes count in tx->changed. */
static bool run_bare(struct store *s, struct store_job *job, struct err *why)
{
    struct tx *tx = &s->tx;
    tx->failed = false;
    bool ok = call(tx, job, why);
    arena_reset(&tx->a);
    tx->rd.spare = NULL;
    return ok;
}

/* In its savepoint. False: the whole transaction is gone, *e says why. */
static bool run_job(struct store *s, struct store_job *job, struct err *e)
{
    struct driver *d = s->d;
    struct tx *tx = &s->tx;
    struct err why = {0};
    if (!d->ops->savepoint(d, tx->rd.c, e))
        return false;
    job->ok = run_bare(s, job, &why) && d->ops->release(d, tx->rd.c, &why);
    if (job->ok)
        return true;
    job->e = why;
    if (d->ops->live(d, tx->rd.c))
        return d->ops->rollback_to(d, tx->rd.c, e);
    *e = why;
    return false;
}

/* ---- a group ---- */

static void fail_jobs(struct store_job *from, const struct store_job *to, const struct err *e)
{
    for (struct store_job *j = from; j != to; j = j->next) {
        if (!j->ok && j->e.msg)
            continue; /* it had failed by itself, and knows why */
        j->ok = false;
        j->e = *e;
    }
}

/* What a group's members are told when their common transaction went down. */
static void lost(struct err *e)
{
    if (e->code == ERR_BUSY || e->code == ERR_UNCERTAIN)
        return;
    e->code = ERR_STORE;
    e->msg = "err.store.write";
}

static void note_commit(struct store *s, bool done, const struct err *e)
{
    if (s->tx.changed && (done || e->code == ERR_UNCERTAIN))
        atomic_fetch_add_explicit(&s->generation, 1, memory_order_release);
}

/* A group of one: the transaction is its savepoint. */
static void run_alone(struct store *s, struct store_job *job)
{
    struct driver *d = s->d;
    struct conn *c = s->tx.rd.c;
    struct err e = {0};
    s->tx.changed = false;
    if (!d->ops->begin(d, c, &e)) {
        lost(&e);
        job->e = e;
        return;
    }
    job->ok = run_bare(s, job, &job->e);
    if (!job->ok) {
        d->ops->rollback(d, c);
        return;
    }
    job->ok = d->ops->commit(d, c, &e);
    note_commit(s, job->ok, &e);
    if (job->ok)
        return;
    if (e.code != ERR_CONFLICT) /* a reference that the database looks at only now */
        lost(&e);
    job->e = e;
}

/* Runs jobs until the end or until the transaction is lost; gives the first
 * that was not run. */
static struct store_job *run_part(struct store *s, struct store_job *first)
{
    struct driver *d = s->d;
    struct conn *c = s->tx.rd.c;
    struct err e = {0};
    struct store_job *j = first;
    s->tx.changed = false;
    if (!d->ops->begin(d, c, &e)) {
        lost(&e);
        fail_jobs(first, NULL, &e);
        return NULL;
    }
    bool ok = true;
    for (; ok && j; j = j->next)
        ok = run_job(s, j, &e);
    if (!ok)
        d->ops->rollback(d, c);
    else {
        ok = d->ops->commit(d, c, &e);
        note_commit(s, ok, &e);
        if (ok)
            return NULL;
    }
    lost(&e);
    fail_jobs(first, j, &e);
    return j;
}

/* A group whose commands may all be run again goes without savepoints: false
 * when one of them failed after it had changed something, or the commit did,
 * and nothing of the group is in the database. */
static bool run_light(struct store *s, struct store_job *first)
{
    struct driver *d = s->d;
    struct conn *c = s->tx.rd.c;
    struct err e = {0};
    bool ok = d->ops->begin(d, c, &e), changed = false;
    if (!ok)
        return false;
    for (struct store_job *j = first; ok && j; j = j->next) {
        s->tx.changed = false;
        j->e = (struct err){0};
        j->ok = run_bare(s, j, &j->e);
        ok = j->ok || (!s->tx.changed && d->ops->live(d, c));
        changed |= s->tx.changed;
    }
    bool done = ok && d->ops->commit(d, c, &e);
    if (changed && (done || e.code == ERR_UNCERTAIN))
        atomic_fetch_add_explicit(&s->generation, 1, memory_order_release);
    if (ok && !done && e.code == ERR_UNCERTAIN) { /* once more could be twice */
        fail_jobs(first, NULL, &e);
        done = true;
    }
    if (done)
        return true;
    if (!ok)
        d->ops->rollback(d, c);
    for (struct store_job *j = first; j; j = j->next) {
        j->ok = false;
        j->e = (struct err){0};
    }
    return false;
}

static bool all_again(const struct store_job *j)
{
    while (j && j->call.again)
        j = j->next;
    return !j;
}

static void answer(struct store_job *j)
{
    while (j) {
        struct store_job *next = j->next; /* the job is the caller's, and gone once it is told */
        j->call.done(j->call.done_arg);
        j = next;
    }
}

static void scrub_slice(struct store *s)
{
    s->scrub_ok = s->d->ops->scrub(s->d, s->tx.rd.c, &s->scrubbed, &s->scrub_err);
    sem_post(&s->scrub_done);
}

static void call_upkeep(struct store *s)
{
    struct driver *d = s->d;
    struct err e;
    if (atomic_exchange(&s->scrub_now, false))
        scrub_slice(s);
    int64_t pages = d->ops->backlog(d, s->tx.rd.c);
    if (atomic_exchange(&s->settle_now, false))
        d->ops->settle(d, s->tx.rd.c, &pages, &e);
    else if (pages < LOG_PAGES)
        atomic_store(&s->log_due, LOG_PAGES); /* it has begun anew */
    else if (pages >= atomic_load(&s->log_due) && pthread_mutex_trylock(&s->upkeep_lock) == 0) {
        pthread_cond_signal(&s->upkeep_due);
        pthread_mutex_unlock(&s->upkeep_lock);
    }
}

/* ---- the queue ---- */

/* Waits for work; NULL when the store closes and nothing is left. */
static struct store_job *take_group(struct store *s)
{
    pthread_mutex_lock(&s->queue_lock);
    while (!s->first && !s->closing)
        pthread_cond_wait(&s->queue_filled, &s->queue_lock);
    struct store_job *group = s->first, **end = &s->first;
    for (int n = 0; *end && n < GROUP_MAX; n++, s->queued--)
        end = &(*end)->next;
    s->first = *end;
    *end = NULL;
    if (!s->first)
        s->last = &s->first;
    pthread_mutex_unlock(&s->queue_lock);
    return group;
}

static void *write_loop(void *arg)
{
    struct store *s = arg;
    struct store_job *group;
    while ((group = take_group(s))) {
        atomic_store(&s->group_since_us, monotonic_us());
        if (!group->next)
            run_alone(s, group);
        else
            for (struct store_job *rest = all_again(group) && run_light(s, group) ? NULL : group; rest;)
                rest = run_part(s, rest);
        atomic_store(&s->group_us, monotonic_us() - atomic_exchange(&s->group_since_us, 0));
        answer(group);
        call_upkeep(s);
    }
    return NULL;
}

/* How long the last of the queue waits, when groups take as long as the last one did, or as this one does already. */
static bool waits_too_long(struct store *s)
{
    if (s->queued < QUEUE_SMALL)
        return false;
    int64_t since = atomic_load(&s->group_since_us), group_us = atomic_load(&s->group_us), now = monotonic_us();
    if (since && now - since > group_us)
        group_us = now - since;
    return group_us * (1 + s->queued / GROUP_MAX) > WAIT_MAX_US;
}

static bool enqueue(struct store *s, struct store_job *job)
{
    pthread_mutex_lock(&s->queue_lock);
    bool room = !s->closing && s->queued < QUEUE_MAX && !waits_too_long(s);
    if (room) {
        *s->last = job;
        s->last = &job->next;
        if (s->queued++ == 0)
            pthread_cond_signal(&s->queue_filled);
    }
    pthread_mutex_unlock(&s->queue_lock);
    return room;
}

void store_start(struct store *s, struct store_job *job)
{
    if (pthread_equal(pthread_self(), s->writer))
        die("store_run inside a command waits for itself");
    if (s->read_only)
        err_set(&job->e, ERR_STORE, "err.store.write", "the store was opened for reading only");
    else if (enqueue(s, job))
        return;
    else
        err_set(&job->e, ERR_BUSY, "err.busy", "the writer's queue is full, too slow, or closed");
    job->call.done(job->call.done_arg);
}

struct store_job *store_job_new(struct arena *a, const struct store_call *call)
{
    struct store_job *job = arena_new(a, struct store_job);
    job->call = *call;
    return job;
}

bool store_result(const struct store_job *job, struct err *e)
{
    if (!job->ok)
        *e = job->e;
    return job->ok;
}

static void wake(void *done)
{
    sem_post(done);
}

bool store_run(struct store *s, command_fn *fn, void *arg, struct err *e)
{
    sem_t done;
    struct store_job job = {.call = {.fn = fn, .arg = arg, .done = wake, .done_arg = &done}};
    sem_init(&done, 0, 0);
    store_start(s, &job);
    while (sem_wait(&done))
        ; /* a signal came: go on waiting */
    sem_destroy(&done);
    return store_result(&job, e);
}

static bool nothing(struct tx *tx, void *arg, struct err *e)
{
    (void)tx, (void)arg, (void)e;
    return true;
}

enum { SCRUB_WAIT_MS = 50, SCRUB_WAITS = 40 };

/* A slice after each empty command: the queue keeps its turns. */
static bool ask_slice(struct store *s, struct err *e)
{
    atomic_store(&s->scrub_now, true);
    if (!store_run(s, nothing, NULL, e)) {
        if (!atomic_exchange(&s->scrub_now, false))
            sem_wait(&s->scrub_done);
        return false;
    }
    while (sem_wait(&s->scrub_done))
        ; /* a signal came: go on waiting */
    if (!s->scrub_ok)
        *e = s->scrub_err;
    return s->scrub_ok;
}

bool store_scrub(struct store *s, struct err *e)
{
    static const struct timespec nap = {0, SCRUB_WAIT_MS * 1000000L};
    bool ok = true;
    int waits = 0;
    pthread_mutex_lock(&s->scrub_lock);
    for (s->scrubbed = SCRUBBED_PART; ok && s->scrubbed != SCRUBBED_ALL && waits < SCRUB_WAITS;) {
        pool_rest(s);
        ok = ask_slice(s, e);
        if (ok && s->scrubbed == SCRUBBED_WAITS) {
            nanosleep(&nap, NULL);
            waits++;
        }
    }
    if (ok && s->scrubbed != SCRUBBED_ALL)
        ok = FAIL(e, ERR_BUSY, "err.busy", "somebody reads an old state of the database");
    pthread_mutex_unlock(&s->scrub_lock);
    return ok;
}

bool writer_start(struct store *s, struct err *e)
{
    struct tx *tx = &s->tx;
    if (!s->d->ops->connect(s->d, CONN_WRITE, &tx->rd.c, e))
        return false;
    arena_init(&tx->a);
    tx->rd.s = s;
    tx->rd.tx = tx;
    tx->rd.a = &tx->a;
    s->writer_runs = pthread_create(&s->writer, NULL, write_loop, s) == 0;
    return s->writer_runs || FAIL(e, ERR_STORE, "err.store.open", "no thread for the writer");
}

void writer_stop(struct store *s)
{
    struct tx *tx = &s->tx;
    pthread_mutex_lock(&s->queue_lock);
    s->closing = true;
    pthread_cond_signal(&s->queue_filled);
    pthread_mutex_unlock(&s->queue_lock);
    if (s->writer_runs)
        pthread_join(s->writer, NULL);
    if (!tx->rd.c)
        return;
    s->d->ops->disconnect(s->d, tx->rd.c);
    arena_done(&tx->a);
}
