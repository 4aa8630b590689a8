// SPDX-License-Identifier: AGPL-3.0-or-later
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "platform/jobs/jobs_inner.h"
#include "platform/log/log.h"

enum { TRIES = 10, LEASE_S = 300, WAIT_FIRST_MS = 30 * 1000, WAIT_MOST_MS = 6 * 3600 * 1000, UNKNOWN_MS = 3600 * 1000 };

struct jobs {
    struct jobs_options o;
    struct instant ticked[JOB_TICKS];
    bool has_ticked[JOB_TICKS];
    pthread_t thread;
    bool started;
    pthread_mutex_t lock; /* of stop */
    pthread_cond_t wake;
    bool stop;
};

int64_t job_wait_ms(int64_t tries)
{
    int64_t wait = WAIT_FIRST_MS;
    for (int64_t i = 1; i < tries && wait < WAIT_MOST_MS; i++)
        wait *= 2;
    return wait < WAIT_MOST_MS ? wait : WAIT_MOST_MS;
}

static bool hopeless(enum err_code code)
{
    return code == ERR_BAD_INPUT || code == ERR_NOT_FOUND || code == ERR_DENIED || code == ERR_TOO_LARGE;
}

static const struct job_kind *kind_of(const struct jobs *q, struct str name, void **ret_with)
{
    for (const struct job_kinds *k = q->o.kinds; k->table; k++)
        for (const struct job_kind *kind = k->table; kind->name; kind++)
            if (str_is(name, kind->name)) {
                *ret_with = k->with;
                return kind;
            }
    return NULL;
}

/* ---- commands ---- */

struct step {
    struct job *job;
    const struct job_kind *kind;
    struct instant now, due;
    struct str why;
    bool ours;
};

static bool do_lease(struct tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;
    s->ours = false;
    if (!s->kind)
        return job_put_off(tx, s->job, s->due, e);
    return job_lease(tx, s->job, s->due, &s->ours, e);
}

static bool do_fail(struct tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;
    return job_failed(tx, s->job, s->now, s->due, s->why, e);
}

static bool do_end(struct tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;
    struct err late;
    /* The handler may have ended it itself. */
    if (!job_finish(tx, s->job, &late) && late.code != ERR_CONFLICT) {
        *e = late;
        return false;
    }
    return true;
}

/* ---- one job ---- */

static int64_t most_tries(const struct job_kind *kind)
{
    return kind->tries ? kind->tries : TRIES;
}

static struct instant due_after(const struct job_kind *kind, const struct job *job, struct instant now, enum err_code code)
{
    if (hopeless(code) || job->tries >= most_tries(kind))
        return (struct instant){0};
    return (struct instant){now.ms + job_wait_ms(job->tries)};
}

static bool settle(struct jobs *q, struct step *s, const struct err *failure, struct arena *a, struct err *e)
{
    if (!failure)
        return store_run(q->o.store, do_end, s, e);
    s->due = due_after(s->kind, s->job, s->now, failure->code);
    s->why = str_printf(a, "%s %s", err_word(failure->code), failure->msg ? failure->msg : "");
    LOG(s->due.ms ? LOG_WARN : LOG_ERROR, s->due.ms ? "job.failed" : "job.given_up", log_s("kind", s->job->kind),
        log_n("office", s->job->office_id), log_n("job", s->job->job_id), log_n("tries", s->job->tries),
        log_s("why", s->why));
    return store_run(q->o.store, do_fail, s, e);
}

static bool run_one(struct jobs *q, struct job *job, struct instant now, size_t *ran, struct err *e)
{
    struct arena a;
    struct err failure = {0};
    struct job_run run = {.store = q->o.store, .arena = &a, .now = now};
    struct step s = {.job = job, .kind = kind_of(q, job->kind, &run.with), .now = now};
    if (s.kind && job->tries >= most_tries(s.kind)) { /* it took the process with it each time */
        s.why = STR("lost");
        return store_run(q->o.store, do_fail, &s, e);
    }
    s.due.ms = now.ms + (s.kind ? (s.kind->lease_s ? s.kind->lease_s : LEASE_S) * (int64_t)1000 : UNKNOWN_MS);
    if (!store_run(q->o.store, do_lease, &s, e))
        return false;
    if (!s.ours)
        return true;
    job->tries++;
    arena_init(&a);
    bool done = s.kind->run(&run, job, &failure);
    bool good = settle(q, &s, done ? NULL : &failure, &a, e);
    arena_done(&a);
    ++*ran;
    return good;
}

/* ---- rounds ---- */

static void run_ticks(struct jobs *q, struct instant now)
{
    for (int i = 0; q->o.ticks && i < JOB_TICKS && q->o.ticks[i].name; i++) {
        const struct job_tick *t = &q->o.ticks[i];
        struct err e;
        if (q->has_ticked[i] && now.ms >= q->ticked[i].ms && now.ms - q->ticked[i].ms < t->every_s * (int64_t)1000)
            continue;
        q->has_ticked[i] = true;
        q->ticked[i] = now;
        if (!t->run(t->with, now, &e))
            log_err(t->name, &e);
    }
}

static bool find_due(struct jobs *q, struct arena *a, struct instant now, struct job *ret, size_t *ret_n, struct err *e)
{
    struct rd *rd;
    bool any = false;
    if (!store_read(q->o.store, a, &rd, e))
        return false;
    bool good = jobs_any_due(rd, now, &any, e) && (!any || jobs_due(rd, a, now, ret, ret_n, e));
    store_read_end(rd);
    return good;
}

bool jobs_run_due(struct jobs *q, struct instant now, size_t *ret_ran, struct err *e)
{
    struct arena a;
    struct job due[JOBS_AT_ONCE];
    size_t n = 0, ran = 0;
    run_ticks(q, now);
    arena_init(&a);
    bool good = find_due(q, &a, now, due, &n, e);
    for (size_t i = 0; good && i < n; i++)
        good = run_one(q, &due[i], now, &ran, e);
    arena_done(&a);
    *ret_ran = ran;
    return good;
}

struct jobs *jobs_open(const struct jobs_options *o)
{
    struct jobs *q = calloc(1, sizeof *q);
    if (!q)
        die("no memory for jobs");
    q->o = *o;
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->wake, NULL);
    return q;
}

/* True when it is time to end; waits a second otherwise, unless there is more to do. */
static bool rest(struct jobs *q, bool more)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 1;
    pthread_mutex_lock(&q->lock);
    if (!q->stop && !more)
        pthread_cond_timedwait(&q->wake, &q->lock, &until);
    bool stop = q->stop;
    pthread_mutex_unlock(&q->lock);
    return stop;
}

static void *work(void *arg)
{
    struct jobs *q = arg;
    size_t ran = 0;
    while (!rest(q, ran == JOBS_AT_ONCE)) {
        struct err e;
        if (!jobs_run_due(q, q->o.now(q->o.app), &ran, &e)) {
            log_err("jobs", &e);
            ran = 0; /* a store that refuses is given a second */
        }
    }
    return NULL;
}

void jobs_start(struct jobs *q)
{
    if (pthread_create(&q->thread, NULL, work, q) != 0)
        die("no thread for jobs");
    q->started = true;
}

void jobs_close(struct jobs *q)
{
    if (!q)
        return;
    pthread_mutex_lock(&q->lock);
    q->stop = true;
    pthread_cond_signal(&q->wake);
    pthread_mutex_unlock(&q->lock);
    if (q->started)
        pthread_join(q->thread, NULL);
    pthread_cond_destroy(&q->wake);
    pthread_mutex_destroy(&q->lock);
    free(q);
}
