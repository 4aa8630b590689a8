// SPDX-License-Identifier: AGPL-3.0-or-later
#include "app/demo_run.h"

#include <stdio.h>

#include "app/demo_text.h"

enum { BATCH = 100 };

struct batch {
    struct demo_year *year;
    size_t from, to;
};

/* One event as it is being done. */
struct turn {
    struct demo_year *year;
    const struct demo_event *event;
    const struct demo_slot *slot;
    const struct demo_step *step; /* NULL when it is registered */
    struct demo_dice dice;
    struct case_doing doing;
    struct viewer actor;
    struct arena *arena;
};

/* ---- who ---- */

static struct viewer officer(const struct demo_office *o, enum role role)
{
    int k = role == ROLE_RECEPTION ? 0 : role == ROLE_SETTLING ? 1 : 2;
    struct viewer v = {.user_id = o->account[k], .name = o->account_name[k], .grants_n = 1};
    if (!v.user_id)
        return VIEWER_SYSTEM;
    v.grants[0] = (struct grant){.office_id = o->office_id, .roles = role};
    return v;
}

static struct viewer actor_of(const struct turn *t)
{
    const struct demo_office *o = &t->year->question->offices[t->slot->office];
    struct case_key key = t->year->keys[t->event->slot];
    if (!t->step)
        return str_is(t->slot->channel, "web") ? VIEWER_PUBLIC : officer(o, ROLE_RECEPTION);
    if (t->step->by == ROLE_CITIZEN)
        return (struct viewer){.track_office = key.office_id, .track_case = key.case_id};
    return officer(o, t->step->by);
}

/* ---- what ---- */

static bool do_register(struct turn *t, struct err *e)
{
    const struct demo_slot *s = t->slot;
    const struct demo_office *o = &t->year->question->offices[s->office];
    struct str code = demo_code(t->arena, s);
    struct case_new in = {
        .office_id = o->office_id,
        .office_code = o->code,
        .procedure = s->procedure,
        .channel = s->channel,
        .petitioner = s->petitioner,
        .people = s->people,
        .remote = o->remote,
        .received = s->received,
        .text = demo_petition(t->arena, t->year->question, s),
        .code_hash = digest_of(code.p, code.n),
    };
    return case_register(&t->doing, &in, &t->year->keys[t->event->slot], e);
}

/* One of a,b,c; only those that the rulebook has for the action. */
static struct str one_word(struct turn *t, struct str list)
{
    struct str part = {0}, rest = list;
    int64_t n = 0;
    while (rest.n && str_split(&rest, ',', &part))
        n++;
    if (!n)
        return STR("");
    for (int64_t k = demo_between(&t->dice, 0, n - 1); k >= 0; k--)
        str_split(&list, ',', &part);
    return part;
}

static struct str phrase(struct turn *t, const char *list, struct str key)
{
    return demo_fill(t->arena, t->year->question, t->slot, demo_phrase(t->year->question->tables, list, key, &t->dice));
}

static bool needs(const struct rule_step *rule, const char *word)
{
    struct str part, rest = rule->needs;
    while (rest.n && str_split(&rest, ' ', &part)) {
        if (str_is(part, word))
            return true;
    }
    return false;
}

static void give_publication(struct turn *t, struct case_deed *d)
{
    const struct demo_question *q = t->year->question;
    const struct demo_matter *m = t->slot->matter;
    struct str answer = demo_answer(t->arena, q, t->slot, t->year->decisions[t->event->slot]);
    d->title = demo_fill(t->arena, q, t->slot, m->pub_title.n ? m->pub_title : m->title);
    d->body = demo_fill(t->arena, q, t->slot, m->pub_body);
    d->answer = m->pub_answer.n ? demo_fill(t->arena, q, t->slot, m->pub_answer) : answer;
}

static void give_office(struct turn *t, struct case_deed *d)
{
    const struct demo_plan *plan = t->year->plan;
    if (t->event->makes == DEMO_NONE)
        return;
    const struct demo_slot *made = &plan->slots[t->event->makes];
    const struct demo_office *o = &t->year->question->offices[made->office];
    struct str code = demo_code(t->arena, made);
    d->to_office = o->office_id;
    d->to_office_code = o->code;
    d->to_remote = o->remote;
    d->code_hash = digest_of(code.p, code.n);
}

/* The decision of a draft is chosen once and stays until the next draft. */
static struct str decision_of(struct turn *t)
{
    struct str *kept = &t->year->decisions[t->event->slot];
    if (t->step->with.n)
        *kept = one_word(t, t->step->with);
    else if (!kept->n)
        *kept = t->slot->matter->decision;
    return *kept;
}

static void give_text(struct turn *t, const struct rule_step *rule, struct case_deed *d)
{
    if (needs(rule, "decision"))
        d->decision = decision_of(t);
    if (needs(rule, "ground"))
        d->ground = one_word(t, t->step->with);
    if (needs(rule, "procedure"))
        d->procedure = one_word(t, t->step->with);
    if (needs(rule, "note"))
        d->note = phrase(t, t->step->action.p ? str_z(t->arena, t->step->action) : "", d->ground);
    if (needs(rule, "text") && needs(rule, "decision"))
        d->text = demo_answer(t->arena, t->year->question, t->slot, d->decision);
    else if (needs(rule, "text"))
        d->text = phrase(t, str_z(t->arena, t->step->action), t->slot->procedure);
}

static void give_denounce(struct turn *t, const struct rule_step *rule, struct denounce_deed *more)
{
    const struct demo_office *o = &t->year->question->offices[t->slot->office];
    if (needs(rule, "accused"))
        more->name = phrase(t, "accused", STR(""));
    if (!needs(rule, "team"))
        return;
    more->members[more->members_n++] = o->account[1];
    more->members[more->members_n++] = o->account[0];
}

/* How much: of the ground's own kind; of an obligation, what is left of it (or, with "half", a half). */
static bool give_amount(struct turn *t, const struct rule_step *rule, struct case_deed *d, struct err *e)
{
    struct viewer program = VIEWER_SYSTEM;
    struct case_look l = {tx_rd(t->doing.tx), t->arena, &t->year->world, &program};
    struct case_obligation_list list;
    if (!needs(rule, "amount"))
        return true;
    if (!needs(rule, "item"))
        return str_int(phrase(t, "amount", d->ground), &d->amount) ||
               FAIL(e, ERR_BAD_INPUT, "err.cli", "phrases.csv has no amount for " STR_FMT, STR_ARG(d->ground));
    if (!case_obligations(&l, t->year->keys[t->event->slot], &list, e))
        return false;
    for (size_t i = 0; i < list.n && !d->item; i++) {
        int64_t left = list.v[i].amount - list.v[i].done;
        if (left > 0) {
            d->item = list.v[i].item_id;
            d->amount = str_is(t->step->with, "half") && left > 1 ? left / 2 : left;
        }
    }
    return true;
}

/* She learnt of the decision half a year before or earlier. */
static void give_time_bar(struct turn *t, const struct rule_step *rule, struct case_time_bar_deed *bar, struct case_deed *d)
{
    size_t at;
    if (!str_find(rule->effects, STR("time_bar="), &at))
        return;
    bar->known = day_add(t->year->world.today, -180 - (int)(demo_roll(&t->dice) % 120));
    d->time_bar = bar;
}

static bool do_deed(struct turn *t, const struct rule_step *rule, struct err *e)
{
    const struct demo_office *o = &t->year->question->offices[t->slot->office];
    struct case_key made;
    struct denounce_deed more = {0};
    struct case_time_bar_deed bar = {.known = DAY_NONE};
    struct case_deed d = {.action = t->step->action, .denounce = &more};
    give_denounce(t, rule, &more);
    give_text(t, rule, &d);
    give_office(t, &d);
    give_time_bar(t, rule, &bar, &d);
    if (!give_amount(t, rule, &d, e))
        return false;
    if (needs(rule, "subject"))
        d.subject = t->slot->matter->subject;
    if (needs(rule, "assignee"))
        d.assignee = o->account[1];
    if (needs(rule, "publication"))
        give_publication(t, &d);
    if (needs(rule, "link"))
        d.link = t->year->keys[t->slot->base];
    if (!case_do(&t->doing, t->year->keys[t->event->slot], &d, &made, e))
        return false;
    if (t->event->makes != DEMO_NONE)
        t->year->keys[t->event->makes] = made;
    return true;
}

static bool do_rate(struct turn *t, struct err *e)
{
    int64_t stars = 5;
    struct str word = one_word(t, t->step->with);
    str_int(word, &stars);
    struct str remark = demo_between(&t->dice, 0, 2) ? phrase(t, "rate", word) : STR("");
    return case_rate(&t->doing, t->year->keys[t->event->slot], (int)stars, remark, e);
}

static bool take_turn(struct turn *t, struct err *e)
{
    struct case_facts c;
    struct viewer program = VIEWER_SYSTEM;
    struct case_look l = {tx_rd(t->doing.tx), t->arena, &t->year->world, &program};
    if (!t->step)
        return do_register(t, e);
    if (str_is(t->step->action, "rate"))
        return do_rate(t, e);
    if (!case_get(&l, t->year->keys[t->event->slot], &c, e))
        return false;
    const struct rule_step *rule = rulebook_step(t->year->world.rules, c.procedure, c.state, t->step->action,
                                                 t->year->world.today);
    if (!rule)
        return FAIL(e, ERR_CONFLICT, "err.case.state", "no such action in state " STR_FMT, STR_ARG(c.state));
    return do_deed(t, rule, e);
}

/* ---- batches ---- */

static bool run_event(struct tx *tx, struct demo_year *y, const struct demo_event *event, struct err *e)
{
    const struct demo_slot *slot = &y->plan->slots[event->slot];
    struct turn t = {.year = y, .event = event, .slot = slot, .arena = tx_arena(tx)};
    t.step = event->step == DEMO_REGISTER ? NULL : &slot->course->steps[event->step];
    t.dice = demo_dice_for(slot->seed, 100 + (uint64_t)(event->step + 1));
    t.actor = actor_of(&t);
    y->world.today = instant_day(event->at, y->world.zone_minutes);
    t.doing = (struct case_doing){tx, &y->world, &t.actor, event->at};
    if (take_turn(&t, e))
        return true;
    char why[sizeof e->detail];
    snprintf(why, sizeof why, "%s", e->detail);
    return FAIL(e, e->code, e->msg, "course " STR_FMT ", " STR_FMT ": %s %.100s", STR_ARG(slot->course->id),
                STR_ARG(t.step ? t.step->action : STR("register")), e->msg, why);
}

static bool run_batch(struct tx *tx, void *arg, struct err *e)
{
    struct batch *b = arg;
    for (size_t i = b->from; i < b->to; i++) {
        if (!run_event(tx, b->year, &b->year->plan->events[i], e))
            return false;
    }
    return true;
}

bool demo_run(struct cli *c, struct demo_year *y, struct err *e)
{
    struct cli_bar bar;
    size_t n = y->plan->events_n;
    y->keys = arena_array(&c->arena, struct case_key, y->plan->slots_n ? y->plan->slots_n : 1);
    y->decisions = arena_array(&c->arena, struct str, y->plan->slots_n ? y->plan->slots_n : 1);
    cli_bar_open(&bar, c, "a year of matters", (int64_t)n);
    for (size_t at = 0; at < n; at += BATCH) {
        struct batch b = {y, at, at + BATCH < n ? at + BATCH : n};
        if (!store_run(c->store, run_batch, &b, e))
            return false;
        cli_bar_step(&bar, (int64_t)b.to);
    }
    cli_bar_close(&bar);
    return true;
}
