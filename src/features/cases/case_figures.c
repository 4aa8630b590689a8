// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_figures.h"

struct writing {
    struct strbuf b;
    bool all; /* also what is as before */
};

static void put(struct writing *w, enum case_figure f)
{
    strbuf_printf(&w->b, "%s%s=", w->b.n ? " " : "", fact_case.fields[f].name);
}

static void put_word(struct writing *w, enum case_figure f, struct str before, struct str after)
{
    if (w->all ? !after.n : str_eq(before, after))
        return;
    put(w, f);
    strbuf_str(&w->b, after);
}

static void put_day(struct writing *w, enum case_figure f, struct day before, struct day after)
{
    char iso[11];
    if (w->all ? day_is_none(after) : before.n == after.n)
        return;
    put(w, f);
    if (!day_is_none(after))
        strbuf_z(&w->b, day_format(after, iso));
}

static void put_number(struct writing *w, enum case_figure f, int64_t before, int64_t after)
{
    if (w->all ? !after : before == after)
        return;
    put(w, f);
    strbuf_printf(&w->b, "%lld", (long long)after);
}

static struct str yes_no(int64_t n)
{
    return n < 0 ? STR("") : n ? STR("yes") : STR("no");
}

/* What never changes but by registering or by moving to another procedure. */
static void put_head(struct writing *w, const struct case_facts *x, const struct case_facts *y)
{
    put_word(w, CASE_KIND, x->kind, y->kind);
    put_word(w, CASE_PROCEDURE, x->procedure, y->procedure);
    put_number(w, CASE_INSTANCE, x->instance, y->instance);
    put_word(w, CASE_CHANNEL, x->channel, y->channel);
    put_word(w, CASE_PETITIONER, x->petitioner, y->petitioner);
    put_number(w, CASE_PEOPLE, x->people, y->people);
    put_day(w, CASE_RECEIVED, x->received, y->received);
    put_number(w, CASE_MATTER, x->matter_of, y->matter_of);
    put_number(w, CASE_COMPLEXITY, x->complexity, y->complexity);
}

struct str case_fact_changes(struct arena *a, const struct case_facts *before, const struct case_facts *y, struct day today)
{
    static const struct case_facts nothing = {.received = {INT32_MIN}, .handled = {INT32_MIN}, .decided = {INT32_MIN},
                                              .closed = {INT32_MIN}, .enforced = {INT32_MIN},
                                              .due = {INT32_MIN}, .eligible = -1, .own = -1};
    const struct case_facts *x = before ? before : &nothing;
    struct writing w = {.all = !before};
    strbuf_init(&w.b, a, 1000);
    put_head(&w, x, y);
    put_word(&w, CASE_STATE, x->state, y->state);
    put_word(&w, CASE_SUBJECT, x->subject, y->subject);
    put_day(&w, CASE_HANDLED, x->handled, y->handled);
    if (!x->outcome.n && y->outcome.n) { /* what comes later is its ending */
        put_word(&w, CASE_INTAKE, STR(""), y->outcome);
        put_day(&w, CASE_TAKEN, DAY_NONE, today);
    }
    if (x->outcome.n && !y->outcome.n) { /* another procedure: its intake is still to come */
        put_word(&w, CASE_INTAKE, x->outcome, STR(""));
        put_day(&w, CASE_TAKEN, today, DAY_NONE);
    }
    put_word(&w, CASE_ELIGIBLE, yes_no(x->eligible), yes_no(y->eligible));
    put_word(&w, CASE_OWN, yes_no(x->own), yes_no(y->own));
    put_word(&w, CASE_DECISION, x->decision, y->decision);
    put_day(&w, CASE_DECIDED, x->decided, y->decided);
    put_day(&w, CASE_CLOSED, x->closed, y->closed);
    put_day(&w, CASE_ENFORCED, x->enforced, y->enforced);
    if (x->closed.n != y->closed.n)
        put_word(&w, CASE_ENDING, STR("-"), day_is_none(y->closed) ? STR("") : y->state);
    if (!day_is_none(x->closed) && day_is_none(y->closed))
        put_day(&w, CASE_REOPENED, DAY_NONE, today);
    put_word(&w, CASE_STEP, x->step, y->step);
    put_day(&w, CASE_DUE, x->due, y->due);
    return strbuf_text(&w.b);
}
