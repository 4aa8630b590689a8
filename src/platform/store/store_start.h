// SPDX-License-Identifier: AGPL-3.0-or-later
/* Part of store.h: a command that nobody stands waiting for, and work in slices. */
#ifndef PLATFORM_STORE_START_H
#define PLATFORM_STORE_START_H
#include "platform/store/store.h"

/* store_run for a thread that has other work meanwhile: returns at once; when
 * the commit is on disk, or the command failed, the writer's thread calls
 * done(done_arg), which may not wait. Then store_result says how it went, as
 * store_run would. The job lives in the arena, until then at least.
 *
 * again: the command may be called a second time after a rollback, because it
 * changes nothing but the database and its own result. A group of such commands
 * only does without a savepoint for each. */
struct store_call {
    command_fn *fn;
    void *arg;
    void (*done)(void *);
    void *done_arg;
    bool again;
};
struct store_job;
struct store_job *store_job_new(struct arena *a, const struct store_call *call);
void store_start(struct store *s, struct store_job *job);
bool store_result(const struct store_job *job, struct err *e);

/* Overwrites what deleted and changed rows left behind: in pages that are free, in text indexes, in the log. In
 * slices, between which others write; ERR_BUSY when somebody reads an old state for longer than 2 s (ask again).
 * Cost: the text indexes are written anew; about 1 s each 100 MB. Not to be called from a command. */
bool store_scrub(struct store *s, struct err *e);
#endif
