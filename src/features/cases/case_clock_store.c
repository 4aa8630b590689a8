// SPDX-License-Identifier: AGPL-3.0-or-later
/* The open step's clock as facts, and duties as rows. */
#include "features/cases/case_access.h"
#include "features/cases/denounce_rows.h"
#include "platform/i18n/i18n.h"

enum { DUTIES = 60 };

/* The pauses that have ended. */
static struct str closed_pauses(struct str pauses)
{
    size_t at = pauses.n;
    if (!str_ends(pauses, STR("..")))
        return pauses;
    while (at && pauses.p[at - 1] != ',')
        at--;
    return str_cut(pauses, 0, at ? at - 1 : 0);
}

bool case_clock_paused(const struct case_facts *c)
{
    return str_ends(c->pauses, STR(".."));
}

bool case_clock_question(struct arena *a, const struct case_facts *c, struct rule_clock_question *ret, struct err *e)
{
    struct str closed = closed_pauses(c->pauses);
    struct rule_clock_question q = {.procedure = c->procedure, .step = c->step, .start = c->step_start,
                                    .complexity = c->complexity, .remote = c->remote, .extensions = c->extensions};
    if (closed.n && !rule_pauses_parse(a, closed, &q.suspended, &q.suspended_n, e))
        return FAIL(e, ERR_STORE, MSG("err.store.damaged"), "the pauses of a step");
    *ret = q;
    return true;
}

bool case_clock_again(const struct case_doing *d, struct case_facts *c, struct err *e)
{
    struct rule_due due;
    struct rule_clock_question q;
    if (!c->step.n || case_clock_paused(c))
        return true;
    if (!case_clock_question(tx_arena(d->tx), c, &q, e) || !rulebook_due(d->world->rules, tx_arena(d->tx), &q, &due, e))
        return false;
    c->due = due.day;
    c->due_rule = due.rule;
    return true;
}

bool case_clock_start(const struct case_doing *d, struct case_facts *c, struct str step, struct day start, struct err *e)
{
    c->step = step;
    c->step_start = step.n ? start : DAY_NONE;
    c->due = DAY_NONE;
    c->due_rule = STR("");
    c->extensions = 0;
    c->pauses = STR("");
    return case_clock_again(d, c, e);
}

bool case_clock_extend(const struct case_doing *d, struct case_facts *c, struct err *e)
{
    c->extensions++;
    return case_clock_again(d, c, e);
}

bool case_clock_suspend(const struct case_doing *d, struct case_facts *c, struct err *e)
{
    char day[11];
    (void)e;
    if (!c->step.n || case_clock_paused(c))
        return true;
    c->pauses = str_printf(tx_arena(d->tx), STR_FMT "%s%s..", STR_ARG(c->pauses), c->pauses.n ? "," : "",
                           day_format(d->world->today, day));
    c->due = DAY_NONE;
    return true;
}

bool case_clock_resume(const struct case_doing *d, struct case_facts *c, struct err *e)
{
    char day[11];
    struct day began, last = day_add(d->world->today, -1);
    struct str closed = closed_pauses(c->pauses);
    if (!case_clock_paused(c))
        return true;
    if (!day_parse(str_cut(c->pauses, c->pauses.n - 12, 10), &began))
        return FAIL(e, ERR_STORE, MSG("err.store.damaged"), "the open pause of a step");
    /* taken up on the day it was interrupted: nothing was lost */
    c->pauses = last.n < began.n ? closed
                                 : str_printf(tx_arena(d->tx), STR_FMT "%s", STR_ARG(c->pauses), day_format(last, day));
    return case_clock_again(d, c, e);
}

/* ---- duties ---- */

bool case_duty_begin(const struct case_doing *d, const struct case_facts *c, struct str step, struct day start, struct err *e)
{
    int64_t n = 0;
    struct rule_due due;
    struct rule_clock_question q = {.procedure = c->procedure, .step = step, .start = start, .complexity = c->complexity,
                                    .remote = c->remote};
    if (!rulebook_due(d->world->rules, tx_arena(d->tx), &q, &due, e) ||
        !store_one_int(tx_rd(d->tx), SQL("SELECT count(*) FROM case_duties WHERE office_id = $1 AND case_id = $2"),
                       VALS(V(c->key.office_id), V(c->key.case_id)), &n, e))
        return false;
    return store_exec(d->tx, SQL("INSERT INTO case_duties (office_id, case_id, duty_no, step, start, due, due_rule, extensions,"
                                 " pauses, done) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, '', NULL)"),
                      VALS(V(c->key.office_id), V(c->key.case_id), V(n + 1), V(step), V(start), V(due.day), V(due.rule)), NULL, e);
}

bool case_duty_done(const struct case_doing *d, const struct case_facts *c, struct str step, struct err *e)
{
    return store_exec(d->tx, SQL("UPDATE case_duties SET done = $4 WHERE office_id = $1 AND case_id = $2 AND step = $3"
                                 " AND done IS NULL"),
                      VALS(V(c->key.office_id), V(c->key.case_id), V(step), V(d->world->today)), NULL, e);
}

bool case_duty_owed(struct rd *rd, struct case_key key, struct str step, bool *ret, struct err *e)
{
    int64_t n = 0;
    if (!store_one_int(rd, SQL("SELECT count(*) FROM case_duties WHERE office_id = $1 AND case_id = $2 AND step = $3"
                               " AND done IS NULL"), VALS(V(key.office_id), V(key.case_id), V(step)), &n, e))
        return false;
    *ret = n > 0;
    return true;
}

bool case_duties(const struct case_look *l, const struct case_facts *c, struct case_duty_list *ret, struct err *e)
{
    struct rows *r;
    size_t n = 0;
    struct case_duty *list = arena_array(l->arena, struct case_duty, DUTIES);
    if (!denounce_admits(l, c, e))
        return false;
    if (!case_may_see(l->viewer, c))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    if (!store_rows(l->rd, SQL("SELECT duty_no, extensions, step, due_rule, start, due, done FROM case_duties"
                               " WHERE office_id = $1 AND case_id = $2 ORDER BY duty_no LIMIT 60"),
                    VALS(V(c->key.office_id), V(c->key.case_id)), &r, e))
        return false;
    while (n < DUTIES && rows_next(r))
        list[n++] = (struct case_duty){rows_int(r, 0), rows_int(r, 1), rows_text(r, l->arena, 2), rows_text(r, l->arena, 3),
                                       rows_day(r, 4), rows_day(r, 5), rows_day(r, 6)};
    if (!rows_end(r, e))
        return false;
    *ret = (struct case_duty_list){list, n};
    return true;
}
