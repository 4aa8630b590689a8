// SPDX-License-Identifier: AGPL-3.0-or-later
/* Work for later: added in the transaction of the command that wants it, done
 * by a thread of the server. A job is leased, run, and deleted; when it fails
 * it waits (30 s, doubling, at most 6 h) and after its kind's number of tries,
 * or a failure that time does not heal, it is given up and kept for the
 * operator. A process that dies leaves a lease that ends: then it is run again,
 * so a handler must bear being run twice (or use job_finish). */
#ifndef PLATFORM_JOBS_H
#define PLATFORM_JOBS_H
#include "platform/store/migrations.h"
#include "platform/store/store.h"

extern const struct migration_file jobs_migrations[];

/* ---- adding ---- */

struct job_new {
    int64_t office_id;
    const char *kind;
    struct str once;    /* not empty: a job of this kind and word that waits already is enough */
    struct str text;    /* for the handler: ids, never personal text */
    struct instant due; /* not before */
};
bool job_add(struct tx *tx, const struct job_new *in, struct instant now, struct err *e);

/* ---- handling ---- */

struct job {
    int64_t office_id, job_id, tries;
    struct str kind, text;
};
struct job_run {
    void *with;          /* of the kinds' list */
    struct store *store;
    struct arena *arena; /* of this run */
    struct instant now;
};

/* ERR_BAD_INPUT, ERR_NOT_FOUND, ERR_DENIED and ERR_TOO_LARGE give the job up at
 * once; other failures let it wait. */
typedef bool job_fn(const struct job_run *r, const struct job *job, struct err *e);

/* A table ends with name NULL. */
struct job_kind {
    const char *name;  /* "mail.send" */
    job_fn *run;
    int tries;         /* 0: 10 */
    int lease_s;       /* longer than any run; 0: 300 */
    const char *about; /* one English sentence */
};

/* Ends the job in the handler's own transaction, so that effect and end are
 * one. ERR_CONFLICT "err.jobs.lease" when the lease ended meanwhile and another
 * has it: then nothing of the transaction may stand. */
bool job_finish(struct tx *tx, const struct job *job, struct err *e);

/* ---- running ---- */

struct job_kinds {
    const struct job_kind *table;
    void *with;
};
/* Work by the clock rather than by the row; at the start, then every so often. */
struct job_tick {
    const char *name;
    int every_s;
    bool (*run)(void *with, struct instant now, struct err *e);
    void *with;
};
enum { JOB_TICKS = 16 };
struct jobs_options {
    struct store *store;
    const struct job_kinds *kinds;  /* ends with table NULL */
    const struct job_tick *ticks;   /* ends with name NULL; at most JOB_TICKS; may be NULL */
    struct instant (*now)(void *app);
    void *app;
};
struct jobs;

/* Borrows what the options point to. Gives; end with jobs_close. */
struct jobs *jobs_open(const struct jobs_options *o);
/* Starts the thread: looks for work each second. */
void jobs_start(struct jobs *q);
/* Waits for the job in work. */
void jobs_close(struct jobs *q);

/* Runs ticks and jobs that are due, in this thread, at most 16: what the
 * thread does each second. *ret_ran: jobs run, whatever came of them. */
bool jobs_run_due(struct jobs *q, struct instant now, size_t *ret_ran, struct err *e);

/* ---- asking ---- */

struct jobs_state {
    int64_t waiting, given_up;
    struct instant oldest; /* due; ms 0: none waits */
};
bool jobs_count(struct rd *rd, struct jobs_state *ret, struct err *e);

/* Lets the jobs that were given up be tried again. */
bool jobs_retry(struct tx *tx, struct instant now, int64_t *ret_n, struct err *e);

/* How long to wait after the n-th failure. */
int64_t job_wait_ms(int64_t tries);
#endif
