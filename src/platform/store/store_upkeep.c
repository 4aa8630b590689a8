// SPDX-License-Identifier: AGPL-3.0-or-later
/* A thread that puts what was committed into its place, so that no writer has
 * to, and ends the snapshots that nobody uses, which would be in its way. */
#include "platform/store/store_inner.h"

enum { TICK_MS = 1000, WATCH_MS = 200, PASSES = 5, LITTLE = 1000 };

static bool wait_tick(struct store *s)
{
    struct timespec deadline = deadline_in(TICK_MS);
    pthread_mutex_lock(&s->upkeep_lock);
    if (!s->upkeep_stop)
        pthread_cond_timedwait(&s->upkeep_due, &s->upkeep_lock, &deadline);
    bool go_on = !s->upkeep_stop;
    pthread_mutex_unlock(&s->upkeep_lock);
    return go_on;
}

/* The log begins anew only at a moment when all of it is in its place, which
 * under load never comes by itself: each pass leaves what was written
 * meanwhile. When little is left the writer is asked to pause for the rest. */
static void settle_log(struct store *s, struct conn *c)
{
    struct err e;
    int64_t pages = 0, before = 0;
    for (int pass = 0; pass < PASSES; pass++, before = pages)
        if (!s->d->ops->settle(s->d, c, &pages, &e) || pages - before < LITTLE)
            break;
    atomic_store(&s->log_due, pages + LOG_PAGES);
    if (pages >= LOG_PAGES)
        atomic_store(&s->settle_now, true);
}

/* Where other programs may write, they are listened to; what cannot be heard may have happened. */
static void watch_others(struct store *s, struct conn *c)
{
    struct err e;
    bool changed = true;
    if (!s->d->ops->watch(s->d, c, WATCH_MS, &changed, &e) || changed)
        atomic_fetch_add_explicit(&s->generation, 1, memory_order_release);
}

static bool stopping(struct store *s)
{
    pthread_mutex_lock(&s->upkeep_lock);
    bool stop = s->upkeep_stop;
    pthread_mutex_unlock(&s->upkeep_lock);
    return stop;
}

static void *upkeep_loop(void *arg)
{
    struct store *s = arg;
    struct conn *c = NULL;
    struct err e;
    bool listens = s->d->ops->watch != NULL;
    for (int64_t rested_us = 0; listens && c ? !stopping(s) : wait_tick(s);) {
        if (monotonic_us() - rested_us > (int64_t)TICK_MS * 1000) {
            pool_rest(s);
            rested_us = monotonic_us();
        }
        if ((s->read_only && !listens) || (!c && !s->d->ops->connect(s->d, CONN_UPKEEP, &c, &e)))
            continue;
        if (listens)
            watch_others(s, c);
        else
            settle_log(s, c);
    }
    if (c)
        s->d->ops->disconnect(s->d, c);
    return NULL;
}

bool upkeep_start(struct store *s, struct err *e)
{
    s->upkeep_runs = pthread_create(&s->upkeep, NULL, upkeep_loop, s) == 0;
    return s->upkeep_runs || FAIL(e, ERR_STORE, "err.store.open", "no thread for upkeep");
}

void upkeep_stop(struct store *s)
{
    if (!s->upkeep_runs)
        return;
    pthread_mutex_lock(&s->upkeep_lock);
    s->upkeep_stop = true;
    pthread_cond_signal(&s->upkeep_due);
    pthread_mutex_unlock(&s->upkeep_lock);
    pthread_join(s->upkeep, NULL);
}
