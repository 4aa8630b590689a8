// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/jobs/jobs_inner.h"

const struct migration_file jobs_migrations[] = {
    {"jobs/001", "src/platform/jobs/001_jobs.sql"},
    {NULL, NULL},
};

static bool waits_already(struct tx *tx, const struct job_new *in, bool *ret_waits, struct err *e)
{
    int64_t n = 0;
    if (!store_one_int(tx_rd(tx), SQL("SELECT count(*) FROM jobs WHERE office_id = $1 AND kind = $2 AND once = $3"
                                      " AND due_at IS NOT NULL"),
                       VALS(V(in->office_id), V(in->kind), V(in->once)), &n, e))
        return false;
    *ret_waits = n > 0;
    return true;
}

bool job_add(struct tx *tx, const struct job_new *in, struct instant now, struct err *e)
{
    int64_t id;
    bool waits = false;
    if (in->once.n && !waits_already(tx, in, &waits, e))
        return false;
    if (waits)
        return true;
    /* One that was given up makes room: the new one says the same. */
    if (in->once.n && !store_exec(tx, SQL("DELETE FROM jobs WHERE office_id = $1 AND kind = $2 AND once = $3"),
                                  VALS(V(in->office_id), V(in->kind), V(in->once)), NULL, e))
        return false;
    return store_next(tx, in->office_id, "job", &id, e) &&
           store_exec(tx, SQL("INSERT INTO jobs (office_id, job_id, kind, once, text, due_at, tries, created_at, failed_at, why)"
                              " VALUES ($1, $2, $3, $4, $5, $6, 0, $7, NULL, '')"),
                      VALS(V(in->office_id), V(id), V(in->kind), in->once.n ? V(in->once) : val_null(), V(in->text),
                           V(in->due), V(now)), NULL, e);
}

bool job_finish(struct tx *tx, const struct job *job, struct err *e)
{
    int64_t gone = 0;
    if (!store_exec(tx, SQL("DELETE FROM jobs WHERE office_id = $1 AND job_id = $2 AND tries = $3"),
                    VALS(V(job->office_id), V(job->job_id), V(job->tries)), &gone, e))
        return false;
    return gone == 1 || FAIL(e, ERR_CONFLICT, "err.jobs.lease", "job %lld", (long long)job->job_id);
}

bool jobs_any_due(struct rd *rd, struct instant now, bool *ret_any, struct err *e)
{
    struct rows *r;
    if (!store_rows(rd, SQL("SELECT job_id FROM jobs WHERE due_at <= $1 LIMIT 1"), VALS(V(now)), &r, e))
        return false;
    bool any = rows_next(r);
    if (!rows_end(r, e))
        return false;
    *ret_any = any;
    return true;
}

bool jobs_due(struct rd *rd, struct arena *a, struct instant now, struct job *ret, size_t *ret_n, struct err *e)
{
    struct rows *r;
    size_t n = 0;
    if (!store_rows(rd, SQL("SELECT office_id, job_id, tries, kind, text FROM jobs WHERE due_at <= $1"
                            " ORDER BY due_at, office_id, job_id LIMIT 16"), VALS(V(now)), &r, e))
        return false;
    while (n < JOBS_AT_ONCE && rows_next(r))
        ret[n++] = (struct job){rows_int(r, 0), rows_int(r, 1), rows_int(r, 2), rows_text(r, a, 3), rows_text(r, a, 4)};
    if (!rows_end(r, e))
        return false;
    *ret_n = n;
    return true;
}

bool job_lease(struct tx *tx, struct job *job, struct instant until, bool *ret_ours, struct err *e)
{
    int64_t changed = 0;
    if (!store_exec(tx, SQL("UPDATE jobs SET tries = tries + 1, due_at = $4 WHERE office_id = $1 AND job_id = $2"
                            " AND tries = $3 AND due_at IS NOT NULL"),
                    VALS(V(job->office_id), V(job->job_id), V(job->tries), V(until)), &changed, e))
        return false;
    *ret_ours = changed == 1;
    return true;
}

bool job_put_off(struct tx *tx, const struct job *job, struct instant until, struct err *e)
{
    return store_exec(tx, SQL("UPDATE jobs SET due_at = $4 WHERE office_id = $1 AND job_id = $2 AND tries = $3"),
                      VALS(V(job->office_id), V(job->job_id), V(job->tries), V(until)), NULL, e);
}

bool job_failed(struct tx *tx, const struct job *job, struct instant now, struct instant due, struct str why, struct err *e)
{
    return store_exec(tx, SQL("UPDATE jobs SET due_at = $4, failed_at = $5, why = $6 WHERE office_id = $1 AND job_id = $2"
                              " AND tries = $3"),
                      VALS(V(job->office_id), V(job->job_id), V(job->tries), due.ms ? V(due) : val_null(), V(now), V(why)),
                      NULL, e);
}

bool jobs_count(struct rd *rd, struct jobs_state *ret, struct err *e)
{
    struct rows *r;
    struct jobs_state s = {0};
    if (!store_rows(rd, SQL("SELECT count(due_at), count(*), min(due_at) FROM jobs"), NO_VALS, &r, e))
        return false;
    if (rows_next(r)) {
        s.waiting = rows_int(r, 0);
        s.given_up = rows_int(r, 1) - s.waiting;
        s.oldest.ms = rows_null(r, 2) ? 0 : rows_int(r, 2);
    }
    if (!rows_end(r, e))
        return false;
    *ret = s;
    return true;
}

bool jobs_retry(struct tx *tx, struct instant now, int64_t *ret_n, struct err *e)
{
    return store_exec(tx, SQL("UPDATE jobs SET due_at = $1, tries = 0 WHERE due_at IS NULL"), VALS(V(now)), ret_n, e);
}
