// SPDX-License-Identifier: AGPL-3.0-or-later
/* What the files of the store share; nobody else includes it. */
#ifndef PLATFORM_STORE_INNER_H
#define PLATFORM_STORE_INNER_H
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "platform/store/driver.h"

enum { READERS_MAX = 64, QUEUE_MAX = 4096, GROUP_MAX = 512 };
/* With so many waiting, who would wait longer than this is told at once to come again: before memory grows. */
enum { QUEUE_SMALL = 64, WAIT_MAX_US = 6000000 };

/* Upkeep keeps the log at about this many pages (16 MB). */
enum { LOG_PAGES = 12000 };

/* A reader's connection. Its snapshot stays open between two uses while
 * nothing was committed: opening one costs more than a small query. */
struct slot {
    struct conn *c;      /* NULL: not opened yet */
    bool open;
    uint64_t generation;
    int64_t since_us;
};

struct rd {
    struct store *s;
    struct conn *c;      /* NULL after store_read_end */
    struct slot *slot;   /* NULL: the view of a transaction */
    struct tx *tx;       /* NULL: a reader */
    struct arena *a;
    struct rows *used;   /* not ended yet */
    struct rows *spare;  /* ended, for the next query */
};

struct tx {
    struct rd rd;
    struct arena a;
    bool changed;   /* the group changed something */
    bool failed;    /* this command failed at a statement: *why */
    struct err why;
};

struct store_job {
    struct store_call call;
    struct err e;
    bool ok;
    struct store_job *next;
};

struct store {
    struct driver *d;
    bool read_only;
    atomic_uint_fast64_t generation;

    pthread_mutex_t pool_lock;
    pthread_cond_t pool_filled;
    struct slot slots[READERS_MAX];
    struct slot *idle[READERS_MAX]; /* last in, first out: few are opened, few stay warm */
    size_t slots_n, idle_n;

    pthread_mutex_t queue_lock;
    pthread_cond_t queue_filled;
    struct store_job *first, **last;
    size_t queued;
    atomic_int_fast64_t group_since_us; /* the writer is at a group since then; 0: it waits for one */
    atomic_int_fast64_t group_us;       /* how long the last one took */
    bool closing;
    pthread_t writer;
    bool writer_runs;
    struct tx tx;

    pthread_mutex_t upkeep_lock;
    pthread_cond_t upkeep_due;
    bool upkeep_stop;
    pthread_t upkeep;
    bool upkeep_runs;
    pthread_mutex_t scrub_lock;    /* one at a time */
    sem_t scrub_done;
    atomic_bool scrub_now;         /* the writer is asked for a slice */
    bool scrub_ok;                 /* how it went */
    enum scrubbed scrubbed;
    struct err scrub_err;
    atomic_bool settle_now;        /* the writer is asked to put the rest of the log in its place */
    atomic_int_fast64_t log_due;   /* pages of the log at which upkeep is called; grows while a long reader
                                      keeps the log from beginning anew */
};

/* A lock's deadline so many milliseconds from now, on the monotonic clock. */
struct timespec deadline_in(int64_t ms);

bool writer_start(struct store *s, struct err *e);
void writer_stop(struct store *s); /* runs what is queued first */
bool upkeep_start(struct store *s, struct err *e);
void upkeep_stop(struct store *s);

/* Ends the snapshots that no reader holds. */
void pool_rest(struct store *s);
void rd_finish_rows(struct rd *rd);

/* Remembers why the command of this transaction cannot be stored. Gives false. */
bool tx_failed(struct tx *tx, const struct err *e);
#endif
