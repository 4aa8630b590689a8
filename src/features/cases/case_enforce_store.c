// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_enforce.h"

#include "features/cases/case_flow.h"
#include "features/cases/cases.h"
#include "platform/i18n/i18n.h"

enum { ITEMS_MAX = 200 };
#define AMOUNT_MAX INT64_C(1000000000000000)

static bool read_all(struct rd *rd, struct arena *a, struct case_key key, struct case_obligation_list *ret, struct err *e)
{
    struct rows *r;
    struct case_obligation *list = arena_array(a, struct case_obligation, ITEMS_MAX);
    size_t n = 0;
    if (!store_rows(rd, SQL("SELECT item_id, case_id, what, amount, done, since, finished FROM case_enforcements"
                            " WHERE office_id = $1 AND case_id = $2 ORDER BY item_id LIMIT 200"),
                    VALS(V(key.office_id), V(key.case_id)), &r, e))
        return false;
    while (n < ITEMS_MAX && rows_next(r))
        list[n++] = (struct case_obligation){.item_id = rows_int(r, 0), .case_id = rows_int(r, 1), .what = rows_text(r, a, 2),
                                             .amount = rows_int(r, 3), .done = rows_int(r, 4), .since = rows_day(r, 5),
                                             .finished = rows_day(r, 6)};
    *ret = (struct case_obligation_list){list, n};
    return rows_end(r, e);
}

bool case_obligations(const struct case_look *l, struct case_key key, struct case_obligation_list *ret, struct err *e)
{
    return read_all(l->rd, l->arena, key, ret, e);
}

static bool needs(const struct rule_step *step, const char *word)
{
    struct str one, rest = step->needs;
    while (str_split(&rest, ' ', &one)) {
        if (str_is(one, word))
            return true;
    }
    return false;
}

static const struct case_obligation *one_of(const struct case_obligation_list *list, int64_t item_id)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->v[i].item_id == item_id)
            return &list->v[i];
    }
    return NULL;
}

static bool is_owed(const struct case_obligation_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        if (day_is_none(list->v[i].finished))
            return true;
    }
    return false;
}

/* Only what is still owed can be done. */
static bool check_part(const struct case_obligation *item, int64_t amount, struct err *e)
{
    if (!item)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.enforce.item"), NULL);
    return item->done + amount <= item->amount || FAIL(e, ERR_BAD_INPUT, MSG("err.enforce.more"), NULL);
}

bool case_enforce_check(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                        const struct case_deed *deed, struct err *e)
{
    struct case_obligation_list list;
    bool fulfils = case_flow_has(step, "fulfil");
    if (needs(step, "amount") && (deed->amount < 1 || deed->amount > AMOUNT_MAX))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.enforce.amount"), NULL);
    if (!fulfils && !needs(step, "fulfilled"))
        return true;
    if (!read_all(tx_rd(d->tx), tx_arena(d->tx), c->key, &list, e))
        return false;
    if (fulfils)
        return check_part(one_of(&list, deed->item), deed->amount, e);
    return !is_owed(&list) || FAIL(e, ERR_CONFLICT, MSG("err.enforce.owed"), NULL);
}

/* ---- writing ---- */

/* What figures know of an obligation from now on. */
static struct str figures(struct arena *a, const struct case_facts *c, const struct case_obligation *x, bool new)
{
    struct strbuf b;
    char iso[11];
    strbuf_init(&b, a, 500);
    if (new)
        strbuf_printf(&b, "kind=" STR_FMT " instance=%lld what=" STR_FMT " decided=%s amount=%lld ", STR_ARG(c->kind),
                      (long long)c->instance, STR_ARG(x->what), day_is_none(c->decided) ? "" : day_format(c->decided, iso),
                      (long long)x->amount);
    strbuf_printf(&b, "done=%lld", (long long)x->done);
    if (!day_is_none(x->finished))
        strbuf_printf(&b, " finished=%s", day_format(x->finished, iso));
    return strbuf_text(&b);
}

static bool record(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                   const struct case_obligation *x, bool new, struct err *e)
{
    struct act act = {.office_id = c->key.office_id, .at = d->now, .actor_id = d->actor->user_id, .actor = d->actor->name,
                      .subject = STR("enforcement"), .subject_id = x->item_id, .verb = step->action, .basis = step->basis,
                      .content = digest_of("", 0), .facts = figures(tx_arena(d->tx), c, x, new)};
    return act_record(d->tx, &act, e);
}

static bool put_down(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                     const struct case_deed *deed, struct err *e)
{
    struct case_obligation x = {.case_id = c->key.case_id, .what = deed->ground, .amount = deed->amount,
                                .since = d->world->today, .finished = DAY_NONE};
    return store_next(d->tx, c->key.office_id, "enforcement", &x.item_id, e) &&
           store_exec(d->tx, SQL("INSERT INTO case_enforcements (office_id, item_id, case_id, what, amount, done, since, finished)"
                                 " VALUES ($1, $2, $3, $4, $5, 0, $6, NULL)"),
                      VALS(V(c->key.office_id), V(x.item_id), V(x.case_id), V(x.what), V(x.amount), V(x.since)), NULL, e) &&
           record(d, c, step, &x, true, e);
}

static bool book(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                 const struct case_deed *deed, struct err *e)
{
    struct case_obligation_list list;
    if (!read_all(tx_rd(d->tx), tx_arena(d->tx), c->key, &list, e))
        return false;
    const struct case_obligation *found = one_of(&list, deed->item);
    if (!check_part(found, deed->amount, e))
        return false;
    struct case_obligation x = *found;
    x.done += deed->amount;
    x.finished = x.done == x.amount ? d->world->today : DAY_NONE;
    return store_exec(d->tx, SQL("UPDATE case_enforcements SET done = $3, finished = $4 WHERE office_id = $1 AND item_id = $2"),
                      VALS(V(c->key.office_id), V(x.item_id), V(x.done), V(x.finished)), NULL, e) &&
           record(d, c, step, &x, false, e);
}

bool case_enforce_write(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                        const struct case_deed *deed, struct err *e)
{
    if (case_flow_has(step, "oblige"))
        return put_down(d, c, step, deed, e);
    return !case_flow_has(step, "fulfil") || book(d, c, step, deed, e);
}
