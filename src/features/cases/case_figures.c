// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_figures.h"

static const struct fact_field fields[] = {
    [CASE_KIND] = {"kind", FACT_WORD},
    [CASE_PROCEDURE] = {"procedure", FACT_WORD},
    [CASE_INSTANCE] = {"instance", FACT_NUMBER},
    [CASE_CHANNEL] = {"channel", FACT_WORD},
    [CASE_PETITIONER] = {"petitioner", FACT_WORD},
    [CASE_PEOPLE] = {"people", FACT_NUMBER},
    [CASE_RECEIVED] = {"received", FACT_DAY},
    [CASE_STATE] = {"state", FACT_WORD},
    [CASE_SUBJECT] = {"subject", FACT_WORD},
    [CASE_HANDLED] = {"handled", FACT_DAY},    /* the day intake was dealt with … */
    [CASE_INTAKE] = {"intake", FACT_WORD},     /* … and how: accepted, refused, guided, forwarded, … */
    [CASE_ELIGIBLE] = {"eligible", FACT_WORD}, /* yes, no; empty: not yet looked at */
    [CASE_OWN] = {"own", FACT_WORD},
    [CASE_DECISION] = {"decision", FACT_WORD},
    [CASE_DECIDED] = {"decided", FACT_DAY},
    [CASE_CLOSED] = {"closed", FACT_DAY},      /* the day after which nothing is owed … */
    [CASE_ENDING] = {"ending", FACT_WORD},     /* … and the state it ended in */
    [CASE_STEP] = {"step", FACT_WORD},
    [CASE_DUE] = {"due", FACT_DAY},
    [CASE_MATTER] = {"matter", FACT_NUMBER},   /* of the earlier one that it repeats; itself when none */
    [CASE_COMPLEXITY] = {"complexity", FACT_NUMBER},
    [CASE_REOPENED] = {"reopened", FACT_DAY},  /* the last time */
    [CASE_FIGURES] = {NULL, FACT_WORD},
};
const struct fact_subject case_fact_subject = {"case", fields};

struct writing {
    struct strbuf b;
    bool all; /* also what is as before */
};

static void put(struct writing *w, enum case_figure f)
{
    strbuf_printf(&w->b, "%s%s=", w->b.n ? " " : "", fields[f].name);
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
                                              .closed = {INT32_MIN}, .due = {INT32_MIN}, .eligible = -1, .own = -1};
    const struct case_facts *x = before ? before : &nothing;
    struct writing w = {.all = !before};
    strbuf_init(&w.b, a, 1000);
    put_head(&w, x, y);
    put_word(&w, CASE_STATE, x->state, y->state);
    put_word(&w, CASE_SUBJECT, x->subject, y->subject);
    put_day(&w, CASE_HANDLED, x->handled, y->handled);
    if (x->handled.n != y->handled.n)
        put_word(&w, CASE_INTAKE, STR("-"), day_is_none(y->handled) ? STR("") : y->outcome);
    put_word(&w, CASE_ELIGIBLE, yes_no(x->eligible), yes_no(y->eligible));
    put_word(&w, CASE_OWN, yes_no(x->own), yes_no(y->own));
    put_word(&w, CASE_DECISION, x->decision, y->decision);
    put_day(&w, CASE_DECIDED, x->decided, y->decided);
    put_day(&w, CASE_CLOSED, x->closed, y->closed);
    if (x->closed.n != y->closed.n)
        put_word(&w, CASE_ENDING, STR("-"), day_is_none(y->closed) ? STR("") : y->state);
    if (!day_is_none(x->closed) && day_is_none(y->closed))
        put_day(&w, CASE_REOPENED, DAY_NONE, today);
    put_word(&w, CASE_STEP, x->step, y->step);
    put_day(&w, CASE_DUE, x->due, y->due);
    return strbuf_text(&w.b);
}
