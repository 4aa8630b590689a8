// SPDX-License-Identifier: AGPL-3.0-or-later
/* Visits: registered, answered, results passed on; and what each changes of the
 * figures of other visits on the same matter. */
#include <string.h>

#include "features/reception/reception_rows.h"
#include "platform/i18n/i18n.h"

static const struct str procedure = {"reception", 9};

static bool record(const struct case_doing *d, const struct reception_visit *x, const struct act *part, struct err *e)
{
    struct act act = *part;
    act.office_id = x->office_id;
    act.at = d->now;
    act.actor_id = d->actor->user_id;
    act.actor = d->actor->name;
    act.subject = STR("visit");
    act.subject_id = x->visit_no;
    return act_record(d->tx, &act, e);
}

/* ---- limits ---- */

/* Begins the clock of a step today; a step without a limit runs without a day. */
static bool begin(const struct case_doing *d, struct reception_visit *x, const char *step, struct err *e)
{
    struct rule_due due;
    struct rule_clock_question q = {.procedure = procedure, .step = str_of(step), .start = d->world->today};
    x->step = str_of(step);
    x->step_start = q.start;
    if (!rulebook_due(d->world->rules, tx_arena(d->tx), &q, &due, e))
        return false;
    x->due = due.day;
    x->due_rule = due.rule;
    return true;
}

static void end_step(struct reception_visit *x)
{
    x->step = x->due_rule = STR("");
    x->step_start = x->due = DAY_NONE;
}

/* ---- one matter, several visits ---- */

static const char *field_for(const struct reception_visit *of, const struct reception_visit *other, bool later)
{
    if (str_is(of->kind, "leader"))
        return NULL;
    if (str_is(other->kind, "leader"))
        return later ? "led_later" : "led_earlier";
    if (str_is(other->kind, "delegate") && str_is(of->kind, "regular"))
        return later ? "deputed_later" : "deputed_earlier";
    return NULL;
}

static void add_fact(struct strbuf *b, const char *name, struct day day)
{
    char text[11];
    if (name && !day_is_none(day))
        strbuf_printf(b, " %s=%s", name, day_format(day, text));
}

/* What the nearest other visits say of this one. list: by day, this one among them. */
static void nearest(const struct reception_visits *list, size_t at, struct strbuf *b)
{
    const struct reception_visit *x = &list->v[at];
    static const char *const kinds[] = {"leader", "delegate"};
    for (size_t i = at; i > 0; i--) {
        if (str_eq(list->v[i - 1].kind, x->kind)) {
            add_fact(b, "previous", list->v[i - 1].day);
            break;
        }
    }
    for (size_t k = 0; k < 2; k++) {
        size_t before = at, after = at;
        while (before > 0 && !str_is(list->v[before - 1].kind, kinds[k]))
            before--;
        while (after + 1 < list->n && !str_is(list->v[after + 1].kind, kinds[k]))
            after++;
        if (before > 0)
            add_fact(b, field_for(x, &list->v[before - 1], false), list->v[before - 1].day);
        if (after + 1 < list->n)
            add_fact(b, field_for(x, &list->v[after + 1], true), list->v[after + 1].day);
    }
}

/* The new visit stands in the list; those beside it learn of it. */
static bool tell_others(const struct case_doing *d, const struct reception_visit *fresh, struct err *e)
{
    struct reception_visits list;
    struct strbuf b;
    if (!visit_rows_of_matter(tx_rd(d->tx), tx_arena(d->tx), fresh->office_id, fresh->matter, &list, e))
        return false;
    for (size_t i = 0; i < list.n; i++) {
        if (list.v[i].visit_no == fresh->visit_no)
            continue;
        strbuf_init(&b, tx_arena(d->tx), 400);
        nearest(&list, i, &b);
        struct act act = {.verb = STR("visit.again"), .facts = str_trim(strbuf_text(&b))};
        if (act.facts.n && !record(d, &list.v[i], &act, e))
            return false;
    }
    return true;
}

static bool facts_of(const struct case_doing *d, const struct reception_visit *x, struct str *ret, struct err *e)
{
    struct reception_visits list;
    struct strbuf b;
    char day[11], due[11];
    size_t at = 0;
    if (!visit_rows_of_matter(tx_rd(d->tx), tx_arena(d->tx), x->office_id, x->matter, &list, e))
        return false;
    while (at + 1 < list.n && list.v[at].visit_no != x->visit_no)
        at++;
    strbuf_init(&b, tx_arena(d->tx), 600);
    strbuf_printf(&b, "kind=" STR_FMT " day=%s people=%lld", STR_ARG(x->kind), day_format(x->day, day), (long long)x->people);
    if (!day_is_none(x->due))
        strbuf_printf(&b, " due=%s", day_format(x->due, due));
    if (list.n)
        nearest(&list, at, &b);
    *ret = strbuf_text(&b);
    return true;
}

/* ---- registering ---- */

static size_t lines_of(struct str s)
{
    struct str line;
    size_t n = 0;
    while (str_split(&s, '\n', &line))
        n += str_trim(line).n > 0;
    return n;
}

static bool check_visit(const struct case_doing *d, const struct reception_visit *x, struct err *e)
{
    struct rule_asked crowd = {"crowd", NULL, 0}, speak = {"representatives", NULL, x->people};
    const struct rule_value *from = rulebook_value(d->world->rules, &crowd, x->day);
    const struct rule_value *most = rulebook_value(d->world->rules, &speak, x->day);
    size_t speakers = lines_of(x->speakers);
    if (!str_is(x->kind, "regular") && !str_is(x->kind, "leader") && !str_is(x->kind, "delegate"))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.kind"), NULL);
    if (!x->name.n || !x->content.n || x->people < 1)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.visit"), NULL);
    if (x->day.n > d->world->today.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.future"), NULL);
    if (x->ground.n && !rulebook_ground(d->world->rules, procedure, STR("refuse"), x->ground))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.ground"), NULL);
    if (from && most && x->people >= from->value && !x->ground.n && (speakers < 1 || (int64_t)speakers > most->value))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.speakers"), "%lld to speak for %lld people: " STR_FMT,
                    (long long)most->value, (long long)x->people, STR_ARG(most->source.article));
    return true;
}

/* The leader's day of the visit says who received. */
static bool take_day(const struct case_doing *d, struct reception_visit *x, struct err *e)
{
    struct reception_day day;
    if (!x->day_no)
        return true;
    if (!day_row(tx_rd(d->tx), tx_arena(d->tx), x->office_id, x->day_no, &day, e))
        return false;
    x->kind = day.by;
    return day.day.n == x->day.n || FAIL(e, ERR_BAD_INPUT, MSG("err.reception.day"), NULL);
}

static bool take_matter(const struct case_doing *d, const struct reception_new *in, struct reception_visit *x, struct err *e)
{
    struct reception_visit earlier;
    x->matter = x->visit_no;
    if (!in->earlier)
        return true;
    if (!visit_row(tx_rd(d->tx), tx_arena(d->tx), x->office_id, in->earlier, &earlier, e))
        return false;
    x->matter = earlier.matter;
    if (!x->case_id)
        x->case_id = earlier.case_id;
    return true;
}

/* The register of visits is open to the office: it may not tie a name to what is sealed. */
static bool check_case(const struct case_doing *d, const struct reception_visit *x, struct err *e)
{
    struct case_facts c;
    struct viewer program = VIEWER_SYSTEM;
    struct case_look l = {tx_rd(d->tx), tx_arena(d->tx), d->world, &program};
    if (!x->case_id)
        return true;
    return case_get(&l, (struct case_key){x->office_id, x->case_id}, &c, e) &&
           (!c.sealed || FAIL(e, ERR_BAD_INPUT, MSG("err.reception.sealed"), NULL));
}

static bool number_it(const struct case_doing *d, const struct reception_new *in, struct reception_visit *x, struct err *e)
{
    int y, m, k;
    int64_t n;
    day_parts(x->day, &y, &m, &k);
    if (!store_next(d->tx, x->office_id, "reception_visit", &x->visit_no, e) ||
        !store_next(d->tx, x->office_id, str_printf(tx_arena(d->tx), "reception_visit_%d", y).p, &n, e))
        return false;
    x->number = str_printf(tx_arena(d->tx), STR_FMT "-TCD-%04d-%05lld", STR_ARG(in->office_code), y, (long long)n);
    return true;
}

bool reception_register(const struct case_doing *d, const struct reception_new *in, int64_t *ret_no, struct err *e)
{
    struct reception_visit x = in->visit;
    struct act act = {.verb = x.ground.n ? STR("turn_away") : STR("visit"), .basis = x.ground, .open = true,
                      .content = digest_of(x.content.p, x.content.n)};
    if (!reception_may_write(d, x.office_id, e) || !take_day(d, &x, e) || !check_visit(d, &x, e) || !check_case(d, &x, e) ||
        !number_it(d, in, &x, e) ||
        !take_matter(d, in, &x, e))
        return false;
    x.created_by = d->actor->user_id;
    x.answered = DAY_NONE;
    end_step(&x);
    x.state = x.ground.n ? STR("turned_away") : STR("open");
    if (!x.ground.n && !begin(d, &x, "answer", e))
        return false;
    if (!visit_row_insert(d, &x, e) || (!x.ground.n && !facts_of(d, &x, &act.facts, e)) || !record(d, &x, &act, e) ||
        (!x.ground.n && !tell_others(d, &x, e)))
        return false;
    *ret_no = x.visit_no;
    return true;
}

/* ---- what follows ---- */

static bool answer(const struct case_doing *d, struct reception_visit *x, const struct reception_deed *in, struct act *act, struct err *e)
{
    char day[11];
    if (!str_is(x->step, "answer"))
        return FAIL(e, ERR_CONFLICT, MSG("err.reception.state"), NULL);
    if (!rulebook_decision(d->world->rules, procedure, in->outcome) || !in->text.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.outcome"), NULL);
    act->facts = str_printf(tx_arena(d->tx), "outcome=" STR_FMT " answered=%s", STR_ARG(in->outcome), day_format(d->world->today, day));
    act->content = digest_of(in->text.p, in->text.n);
    x->outcome = in->outcome;
    x->answer = in->text;
    x->answered = d->world->today;
    x->state = STR("answered");
    end_step(x);
    if (x->sender.n)
        return begin(d, x, "tell_sender", e);
    if (str_is(in->outcome, "forwarded"))
        x->step = STR("await_result");
    else
        x->state = STR("closed");
    return true;
}

bool reception_do(const struct case_doing *d, const struct reception_deed *in, struct err *e)
{
    struct reception_visit x;
    struct act act = {.verb = in->action, .open = true};
    if (!reception_may_write(d, in->office_id, e) || !visit_row(tx_rd(d->tx), tx_arena(d->tx), in->office_id, in->visit_no, &x, e))
        return false;
    if (in->version && in->version != x.version)
        return FAIL(e, ERR_CONFLICT, MSG("err.case.version"), NULL);
    act.basis = x.due_rule;
    if (str_is(in->action, "answer")) {
        if (!answer(d, &x, in, &act, e))
            return false;
    } else if (str_is(in->action, "result") && str_is(x.step, "await_result")) {
        if (!begin(d, &x, "tell_person", e))
            return false;
    } else if (str_is(in->action, "told") && (str_is(x.step, "tell_sender") || str_is(x.step, "tell_person"))) {
        bool waits = str_is(x.step, "tell_sender") && str_is(x.outcome, "forwarded");
        end_step(&x);
        if (waits)
            x.step = STR("await_result");
        else
            x.state = STR("closed");
    } else {
        return FAIL(e, ERR_CONFLICT, MSG("err.reception.state"), NULL);
    }
    return visit_row_update(d->tx, &x, e) && record(d, &x, &act, e);
}
