// SPDX-License-Identifier: AGPL-3.0-or-later
/* Between jobs.c and jobs_store.c. */
#ifndef PLATFORM_JOBS_INNER_H
#define PLATFORM_JOBS_INNER_H
#include "platform/jobs/jobs.h"

enum { JOBS_AT_ONCE = 16 };

/* Is anything due? One index look-up. */
bool jobs_any_due(struct rd *rd, struct instant now, bool *ret_any, struct err *e);
/* The jobs due, oldest first, at most JOBS_AT_ONCE. */
bool jobs_due(struct rd *rd, struct arena *a, struct instant now, struct job *ret, size_t *ret_n, struct err *e);
/* Takes a job: one more try, due again at `until`. False in *ret_ours when
 * another was quicker. */
bool job_lease(struct tx *tx, struct job *job, struct instant until, bool *ret_ours, struct err *e);
/* Puts it off without counting a try: a kind that this program does not know. */
bool job_put_off(struct tx *tx, const struct job *job, struct instant until, struct err *e);
/* due.ms 0: given up. */
bool job_failed(struct tx *tx, const struct job *job, struct instant now, struct instant due, struct str why,
                struct err *e);
#endif
