// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_move.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "features/cases/case_move_rows.h"
#include "features/cases/case_talk.h"
#include "platform/i18n/i18n.h"
#include "platform/site/site.h"

struct str case_move_to(const struct rule_step *step)
{
    struct str word, rest = step->effects;
    while (str_split(&rest, ' ', &word)) {
        if (str_starts(word, STR("seal=")))
            return str_cut(word, 5, word.n);
    }
    return STR("");
}

bool case_move_apply(const struct rulebook *rules, const struct rule_step *step, struct case_facts *c, struct err *e)
{
    struct str to = case_move_to(step);
    if (!to.n)
        return true;
    const struct rule_procedure *p = rulebook_procedure(rules, to);
    if (!p || !p->sealed)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.case.kind"), "no sealed procedure of that name");
    c->procedure = p->id;
    c->kind = p->kind;
    c->instance = p->instance;
    c->sealed = true;
    c->text_id = 0;
    c->title = c->subject = c->outcome = c->ground = c->decision = c->pauses = STR("");
    c->handled = c->decided = c->closed = DAY_NONE;
    c->eligible = c->own = -1;
    c->assigned_to = c->complexity = c->extensions = 0;
    c->matter_of = c->key.case_id;
    return true;
}

/* Of the matters beside it, sealed with it, each in its own register. */
static bool record_beside(const struct case_doing *d, const struct case_facts *c, struct err *e)
{
    struct act act = {.office_id = c->key.office_id, .at = d->now, .subject = STR("case"), .subject_id = c->key.case_id,
                      .verb = STR("sealed_along")};
    return act_record(d->tx, &act, e);
}

static bool seal_beside(const struct case_doing *d, const struct case_facts *before, struct err *e)
{
    struct case_key keys[CASE_MOVED_MAX];
    size_t n;
    if (!case_move_beside(tx_rd(d->tx), before->key, keys, &n, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct case_facts c;
        if (!case_load(tx_rd(d->tx), tx_arena(d->tx), keys[i], &c, e))
            return false;
        if (!c.sealed && (!case_move_rows(d, &c, e) || !record_beside(d, &c, e)))
            return false;
    }
    return true;
}

bool case_move_write(const struct case_doing *d, const struct rule_step *step, const struct case_facts *before,
                     const struct case_facts *c, struct err *e)
{
    if (!case_move_to(step).n)
        return true;
    struct job_new job = {.kind = case_jobs[0].name, .once = STR("scrub"), .due = d->now};
    return case_move_rows(d, before, e) && case_move_head(d, c, e) && seal_beside(d, before, e) && job_add(d->tx, &job, d->now, e);
}

/* ---- after the command ---- */

struct dropping {
    struct case_key at; /* office */
    struct str stored;
};

static bool do_drop(struct tx *tx, void *arg, struct err *e)
{
    struct dropping *x = arg;
    return case_leftover_done(tx, x->at.office_id, x->stored, e);
}

static bool next_leftover(const struct job_run *r, struct dropping *x, bool *ret_used, struct err *e)
{
    struct rd *rd;
    if (!store_read(r->store, r->arena, &rd, e))
        return false;
    bool good = case_leftover_next(rd, r->arena, &x->at.office_id, &x->stored, ret_used, e);
    store_read_end(rd);
    return good;
}

static bool remove_file(const struct job_run *r, struct str stored, struct err *e)
{
    const struct site *site = r->with;
    struct str path = str_printf(r->arena, "%s/" STR_FMT "/" STR_FMT, site->files_dir, STR_ARG(str_cut(stored, 0, 2)), STR_ARG(stored));
    return unlink(path.p) == 0 || errno == ENOENT || FAIL(e, ERR_IO, MSG("err.io"), "an attachment is not removed: %m");
}

static bool scrub(const struct job_run *r, const struct job *job, struct err *e)
{
    struct dropping x = {0};
    bool used;
    (void)job;
    for (;;) {
        if (!next_leftover(r, &x, &used, e))
            return false;
        if (!x.stored.n)
            return store_scrub(r->store, e);
        /* a part of a split matter may hold it still */
        if ((!used && !remove_file(r, x.stored, e)) || !store_run(r->store, do_drop, &x, e))
            return false;
    }
}

const struct job_kind case_jobs[] = {
    {"cases.scrub", scrub, 0, 0, "Removes what a matter that was sealed later has left in files and free pages."},
    {NULL, NULL, 0, 0, NULL},
};
