// SPDX-License-Identifier: AGPL-3.0-or-later
/* What each word of a denunciation's steps means. */
#include "features/cases/case_flow.h"
#include "features/cases/denounce_rows.h"
#include "platform/i18n/i18n.h"

static bool has_need(const struct rule_step *step, const char *word)
{
    struct str part, rest = step->needs;
    while (str_split(&rest, ' ', &part)) {
        if (str_is(part, word))
            return true;
    }
    return false;
}

static const struct denounce_deed none;

static const struct denounce_deed *more_of(const struct case_deed *deed)
{
    return deed->denounce ? deed->denounce : &none;
}

static struct case_look look_of(const struct case_doing *d)
{
    return (struct case_look){tx_rd(d->tx), tx_arena(d->tx), d->world, d->actor};
}

/* Nobody who is kept out is given the matter. */
static bool check_account(const struct case_doing *d, const struct case_facts *c, int64_t account_id, struct err *e)
{
    bool barred = false;
    if (!c->sealed || account_id < 1)
        return true;
    if (!case_is_barred(tx_rd(d->tx), c->key, account_id, &barred, e))
        return false;
    return !barred || FAIL(e, ERR_BAD_INPUT, MSG("err.denounce.barred"), NULL);
}

static bool check_impartial(const struct case_doing *d, const struct case_facts *c, struct err *e)
{
    bool conflict = false;
    struct viewer program = VIEWER_SYSTEM;
    struct case_look l = look_of(d);
    l.viewer = &program;
    if (!case_office_in_conflict(&l, c, &conflict, e))
        return false;
    return !conflict || FAIL(e, ERR_CONFLICT, MSG("err.denounce.own_office"), NULL);
}

bool denounce_check(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                    const struct case_deed *deed, struct err *e)
{
    const struct denounce_deed *more = more_of(deed);
    if (!check_account(d, c, deed->assignee, e))
        return false;
    if (has_need(step, "accused") && !more->name.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.denounce.accused"), NULL);
    if (has_need(step, "account") && more->account_id < 1)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.denounce.account"), NULL);
    return !has_need(step, "impartial") || check_impartial(d, c, e);
}

bool denounce_write(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                    const struct case_deed *deed, struct err *e)
{
    const struct denounce_deed *more = more_of(deed);
    if (case_flow_has(step, "accused") && !denounce_accuse(d, c, more, e))
        return false;
    if (case_flow_has(step, "bar") && !denounce_bar(d, c->key, more->account_id, deed->ground, e))
        return false;
    if (case_flow_has(step, "declare") && d->actor->user_id && !denounce_bar(d, c->key, d->actor->user_id, deed->ground, e))
        return false;
    return !case_flow_has(step, "unbar") || denounce_unbar(d, c->key, more->account_id, e);
}
