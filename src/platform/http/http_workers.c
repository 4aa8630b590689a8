// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/http/http_workers.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/err.h"

/* Handlers keep their data in the arena; formatting and SQLite need this much. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__)
enum { STACK = 2 * 1024 * 1024 };
#else
enum { STACK = 512 * 1024 };
#endif

struct job {
    void (*run)(void *);
    void *arg;
};

struct workers {
    pthread_mutex_t mutex;
    pthread_cond_t work;
    size_t max, queue_max;
    size_t first, waiting; /* a ring of jobs */
    size_t threads, idle;
    bool closing;
    pthread_t *thread;
    struct job jobs[];
};

struct workers *workers_open(size_t max, size_t queue)
{
    struct workers *w = calloc(1, sizeof *w + queue * sizeof w->jobs[0]);
    pthread_t *thread = calloc(max, sizeof *thread);
    if (!w || !thread)
        die("out of memory (workers)");
    w->max = max;
    w->queue_max = queue;
    w->thread = thread;
    pthread_mutex_init(&w->mutex, NULL);
    pthread_cond_init(&w->work, NULL);
    return w;
}

static void *work(void *arg)
{
    struct workers *w = arg;
    pthread_mutex_lock(&w->mutex);
    for (;;) {
        while (!w->waiting && !w->closing) {
            w->idle++;
            pthread_cond_wait(&w->work, &w->mutex);
            w->idle--;
        }
        if (!w->waiting)
            break;
        struct job job = w->jobs[w->first];
        w->first = (w->first + 1) % w->queue_max;
        w->waiting--;
        pthread_mutex_unlock(&w->mutex);
        job.run(job.arg);
        pthread_mutex_lock(&w->mutex);
    }
    pthread_mutex_unlock(&w->mutex);
    return NULL;
}

/* One more thread; with the mutex held. */
static bool hire(struct workers *w)
{
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK);
    bool ok = pthread_create(&w->thread[w->threads], &attr, work, w) == 0;
    pthread_attr_destroy(&attr);
    w->threads += ok;
    return ok;
}

bool workers_run(struct workers *w, void (*run)(void *), void *arg)
{
    pthread_mutex_lock(&w->mutex);
    bool ok = !w->closing && w->waiting < w->queue_max;
    if (ok && w->waiting >= w->idle && w->threads < w->max)
        ok = hire(w) || w->threads > 0;
    if (ok) {
        w->jobs[(w->first + w->waiting) % w->queue_max] = (struct job){run, arg};
        w->waiting++;
        pthread_cond_signal(&w->work);
    }
    pthread_mutex_unlock(&w->mutex);
    return ok;
}

void workers_close(struct workers *w)
{
    pthread_mutex_lock(&w->mutex);
    w->closing = true;
    pthread_cond_broadcast(&w->work);
    pthread_mutex_unlock(&w->mutex);
    for (size_t i = 0; i < w->threads; i++)
        pthread_join(w->thread[i], NULL);
    pthread_cond_destroy(&w->work);
    pthread_mutex_destroy(&w->mutex);
    free(w->thread);
    free(w);
}
