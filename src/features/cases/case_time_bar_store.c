// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_time_bar.h"

#include "features/cases/case_flow.h"
#include "features/cases/cases.h"
#include "platform/i18n/i18n.h"

/* The value of "NAME=value" among words; empty when it is not there. */
static struct str value_of(struct str words, const char *name)
{
    struct str word, key;
    while (str_split(&words, ' ', &word)) {
        if (str_split(&word, '=', &key) && str_is(key, name))
            return word;
    }
    return STR("");
}

/* "STEP:GROUND" of the procedure's step that puts a time bar down. */
static bool bar_of(const struct rulebook *rules, struct str procedure, struct str *ret_step, struct str *ret_ground)
{
    const struct rule_step *steps;
    size_t n;
    rulebook_steps(rules, procedure, &steps, &n);
    for (size_t i = 0; i < n; i++) {
        struct str value = value_of(steps[i].effects, "time_bar");
        if (value.n) {
            str_split(&value, ':', ret_step);
            *ret_ground = value;
            return true;
        }
    }
    return false;
}

/* ---- looking ---- */

static bool read_obstacles(const struct case_look *l, struct case_key k, struct case_time_bar *t, struct err *e)
{
    struct rows *r;
    if (!store_rows(l->rd, SQL("SELECT obstacle, since, until FROM case_obstacles WHERE office_id = $1 AND case_id = $2"
                               " ORDER BY obstacle_no LIMIT 5"), VALS(V(k.office_id), V(k.case_id)), &r, e))
        return false;
    while (t->n < CASE_OBSTACLES && rows_next(r))
        t->obstacles[t->n++] = (struct case_obstacle){rows_text(r, l->arena, 0), rows_day(r, 1), rows_day(r, 2)};
    return rows_end(r, e);
}

bool case_time_bar(const struct case_look *l, const struct case_facts *c, struct case_time_bar *ret, struct err *e)
{
    struct rows *r;
    struct str ground;
    struct case_time_bar t = {0};
    if (!bar_of(l->world->rules, c->procedure, &t.step, &ground)) {
        *ret = t;
        return true;
    }
    if (!store_rows(l->rd, SQL("SELECT known, until, pauses, rule FROM case_time_bars WHERE office_id = $1 AND case_id = $2"),
                    VALS(V(c->key.office_id), V(c->key.case_id)), &r, e))
        return false;
    if (rows_next(r)) {
        t.there = true;
        t.known = rows_day(r, 0);
        t.until = rows_day(r, 1);
        t.pauses = rows_text(r, l->arena, 2);
        t.rule = rows_text(r, l->arena, 3);
        t.passed = c->received.n > t.until.n;
    }
    if (!rows_end(r, e) || (t.there && !read_obstacles(l, c->key, &t, e)))
        return false;
    *ret = t;
    return true;
}

bool case_is_within(const struct case_look *l, const struct case_facts *c, const struct rule_step *step)
{
    struct rule_due due;
    struct err e;
    struct str limit = value_of(step->needs, "within");
    struct day from = !day_is_none(c->decided) ? c->decided : c->closed;
    if (!limit.n || day_is_none(from))
        return true;
    struct rule_clock_question q = {.procedure = c->procedure, .step = limit, .start = from, .remote = c->remote};
    return !rulebook_due(l->world->rules, l->arena, &q, &due, &e) || day_is_none(due.day) || l->world->today.n <= due.day.n;
}

/* ---- in a command ---- */

static bool check_bar(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                      const struct case_time_bar_deed *in, struct err *e)
{
    if (!in || day_is_none(in->known) || in->known.n > c->received.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.case.known"), NULL);
    for (size_t i = 0; i < in->n; i++) {
        const struct case_obstacle *x = &in->obstacles[i];
        if (day_is_none(x->since) || day_is_none(x->until) || x->until.n < x->since.n ||
            !rulebook_ground(d->world->rules, c->procedure, step->action, x->obstacle))
            return FAIL(e, ERR_BAD_INPUT, MSG("err.case.obstacle"), NULL);
    }
    return true;
}

/* Nobody is told that she came too late while by what is known she did not. */
static bool check_refusal(const struct case_doing *d, const struct case_facts *c, const struct case_deed *deed, struct err *e)
{
    struct str step, ground;
    struct case_time_bar t;
    struct case_look l = {tx_rd(d->tx), tx_arena(d->tx), d->world, d->actor};
    if (!deed->ground.n || !bar_of(d->world->rules, c->procedure, &step, &ground) || !str_eq(ground, deed->ground))
        return true;
    if (!case_time_bar(&l, c, &t, e))
        return false;
    if (!t.there)
        return FAIL(e, ERR_CONFLICT, MSG("err.case.time_bar"), NULL);
    return t.passed || FAIL(e, ERR_CONFLICT, MSG("err.case.in_time"), NULL);
}

bool case_time_bar_check(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                         const struct case_deed *deed, struct err *e)
{
    struct case_look l = {tx_rd(d->tx), tx_arena(d->tx), d->world, d->actor};
    if (value_of(step->effects, "time_bar").n && !check_bar(d, c, step, deed->time_bar, e))
        return false;
    if (!case_is_within(&l, c, step))
        return FAIL(e, ERR_CONFLICT, MSG("err.case.over"), STR_FMT, STR_ARG(step->basis));
    return check_refusal(d, c, deed, e);
}

static struct str pauses_of(struct arena *a, const struct case_time_bar_deed *in)
{
    struct strbuf b;
    char from[11], to[11];
    strbuf_init(&b, a, 200);
    for (size_t i = 0; i < in->n; i++)
        strbuf_printf(&b, "%s%s..%s", i ? "," : "", day_format(in->obstacles[i].since, from), day_format(in->obstacles[i].until, to));
    return strbuf_text(&b);
}

static bool write_obstacles(const struct case_doing *d, struct case_key k, const struct case_time_bar_deed *in, struct err *e)
{
    const struct vals key = VALS(V(k.office_id), V(k.case_id));
    bool good = store_exec(d->tx, SQL("DELETE FROM case_obstacles WHERE office_id = $1 AND case_id = $2"), key, NULL, e) &&
                store_exec(d->tx, SQL("DELETE FROM case_time_bars WHERE office_id = $1 AND case_id = $2"), key, NULL, e);
    for (size_t i = 0; good && i < in->n; i++)
        good = store_exec(d->tx, SQL("INSERT INTO case_obstacles (office_id, case_id, obstacle_no, obstacle, since, until)"
                                     " VALUES ($1, $2, $3, $4, $5, $6)"),
                          VALS(V(k.office_id), V(k.case_id), V((int64_t)i + 1), V(in->obstacles[i].obstacle),
                               V(in->obstacles[i].since), V(in->obstacles[i].until)), NULL, e);
    return good;
}

bool case_time_bar_write(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                         const struct case_deed *deed, struct err *e)
{
    struct rule_due due;
    struct arena *a = tx_arena(d->tx);
    struct str ground = value_of(step->effects, "time_bar"), limit;
    if (!str_split(&ground, ':', &limit) || !limit.n)
        return true;
    const struct case_time_bar_deed *in = deed->time_bar;
    struct rule_clock_question q = {.procedure = c->procedure, .step = limit, .start = in->known, .remote = c->remote};
    struct str pauses = pauses_of(a, in);
    if ((pauses.n && !rule_pauses_parse(a, pauses, &q.suspended, &q.suspended_n, e)) ||
        !rulebook_due(d->world->rules, a, &q, &due, e))
        return false;
    return write_obstacles(d, c->key, in, e) &&
           store_exec(d->tx, SQL("INSERT INTO case_time_bars (office_id, case_id, known, pauses, until, rule, by_account)"
                                 " VALUES ($1, $2, $3, $4, $5, $6, $7)"),
                      VALS(V(c->key.office_id), V(c->key.case_id), V(in->known), V(pauses), V(due.day), V(due.rule),
                           V(d->actor->user_id)), NULL, e);
}
