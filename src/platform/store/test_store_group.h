// SPDX-License-Identifier: AGPL-3.0-or-later
/* Commands that make one group, in a known order: the writer is held while they queue. */
#ifndef TEST_STORE_GROUP_H
#define TEST_STORE_GROUP_H
#include "platform/store/store_inner.h"
#include "platform/store/test_store_base.h"

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t opened;
    bool entered, open;
};

static inline bool wait_at_gate(struct tx *tx, void *arg, struct err *e)
{
    struct gate *g = arg;
    (void)tx, (void)e;
    pthread_mutex_lock(&g->lock);
    g->entered = true;
    pthread_cond_broadcast(&g->opened);
    while (!g->open)
        pthread_cond_wait(&g->opened, &g->lock);
    pthread_mutex_unlock(&g->lock);
    return true;
}

static inline void *hold(void *arg)
{
    struct err e = {0};
    check(store_run(((void **)arg)[0], wait_at_gate, ((void **)arg)[1], &e), &e);
    return NULL;
}

/* Queues what the threads bring while the gate is shut, in their order. */
static inline int queued(struct store *s)
{
    pthread_mutex_lock(&s->queue_lock);
    int n = (int)s->queued;
    pthread_mutex_unlock(&s->queue_lock);
    return n;
}

static inline void run_as_group(struct base *b, void *(*fn)(void *), struct worker *w, int n)
{
    struct gate g = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, false};
    pthread_t holder;
    assert_int_equal(pthread_create(&holder, NULL, hold, (void *[]){b->s, &g}), 0);
    pthread_mutex_lock(&g.lock);
    while (!g.entered)
        pthread_cond_wait(&g.opened, &g.lock);
    pthread_mutex_unlock(&g.lock);
    for (int i = 0; i < n; i++) {
        w[i].b = b;
        w[i].id = i;
        assert_int_equal(pthread_create(&w[i].thread, NULL, fn, &w[i]), 0);
        while (queued(b->s) < i + 1) /* in this order, however busy the machine is */
            usleep(200);
    }
    pthread_mutex_lock(&g.lock);
    g.open = true;
    pthread_cond_broadcast(&g.opened);
    pthread_mutex_unlock(&g.lock);
    pthread_join(holder, NULL);
    for (int i = 0; i < n; i++)
        pthread_join(w[i].thread, NULL);
}
#endif
