// SPDX-License-Identifier: AGPL-3.0-or-later
#include "app/demo_plan.h"

#include <stdlib.h>
#include <string.h>

/* ---- dice ---- */

uint64_t demo_roll(struct demo_dice *d)
{
    uint64_t z = d->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

int64_t demo_between(struct demo_dice *d, int64_t low, int64_t high)
{
    return low + (int64_t)(demo_roll(d) % (uint64_t)(high - low + 1));
}

struct demo_dice demo_dice_for(uint64_t seed, uint64_t thing)
{
    struct demo_dice d = {seed ^ (thing * 0xd1342543de82ef95u)};
    demo_roll(&d);
    return d;
}

/* ---- the planner ---- */

struct planner {
    const struct demo_question *q;
    struct arena *arena;
    struct demo_dice dice;
    struct demo_plan plan;
    struct day today;       /* of the end */
    size_t dealt;
    int64_t weights;        /* of all offices that matters come to */
    int64_t *told;          /* how often each matter was chosen */
};

/* A moment: a day and a minute of it, in the offices' zone. */
struct moment {
    struct day day;
    int64_t minute;
};
enum { OPENS = 450, NOON = 690, AFTERNOON = 810, CLOSES = 1015 };

static struct instant instant_at(const struct planner *p, struct moment m)
{
    return instant_of(m.day, (int)m.minute, p->q->zone_minutes);
}

/* The same moment, or the next at which offices work. */
static struct moment at_work(struct planner *p, struct moment m)
{
    struct day open = rulebook_working_day(p->q->rules, m.day);
    if (open.n != m.day.n)
        return (struct moment){open, demo_between(&p->dice, OPENS, NOON - 30)};
    if (m.minute > CLOSES)
        return at_work(p, (struct moment){day_add(m.day, 1), demo_between(&p->dice, OPENS, NOON - 30)});
    if (m.minute < OPENS)
        m.minute = demo_between(&p->dice, OPENS, OPENS + 60);
    else if (m.minute > NOON && m.minute < AFTERNOON)
        m.minute = demo_between(&p->dice, AFTERNOON, AFTERNOON + 40);
    return m;
}

/* Some working days later; on the same day some minutes later. */
static struct moment later(struct planner *p, struct moment m, const struct demo_step *s)
{
    int64_t days = demo_between(&p->dice, s->from, s->to);
    bool person = s->by == ROLE_CITIZEN;
    if (!days) {
        m.minute += demo_between(&p->dice, 4, 50);
        return at_work(p, m);
    }
    for (; days > 0; days--)
        m.day = rulebook_working_day(p->q->rules, day_add(m.day, 1));
    m.minute = person ? demo_between(&p->dice, 7 * 60, 21 * 60) : demo_between(&p->dice, OPENS, CLOSES);
    return person ? m : at_work(p, m);
}

static struct demo_slot *add_slot(struct planner *p, const struct demo_slot *in, int *ret_at)
{
    struct demo_plan *x = &p->plan;
    if (x->slots_n == x->slots_room) {
        size_t room = x->slots_room ? x->slots_room * 2 : 256;
        struct demo_slot *more = arena_array(p->arena, struct demo_slot, room);
        if (x->slots_n)
            memcpy(more, x->slots, x->slots_n * sizeof *more);
        x->slots = more;
        x->slots_room = room;
    }
    x->slots[x->slots_n] = *in;
    *ret_at = (int)x->slots_n;
    return &x->slots[x->slots_n++];
}

static void add_event(struct planner *p, const struct demo_event *in)
{
    struct demo_plan *x = &p->plan;
    if (x->events_n == x->events_room) {
        size_t room = x->events_room ? x->events_room * 2 : 1024;
        struct demo_event *more = arena_array(p->arena, struct demo_event, room);
        if (x->events_n)
            memcpy(more, x->events, x->events_n * sizeof *more);
        x->events = more;
        x->events_room = room;
    }
    x->events[x->events_n] = *in;
    x->events[x->events_n].order = (int)x->events_n;
    x->events_n++;
}

/* ---- choosing ---- */

static bool has_word(struct str list, struct str word)
{
    struct str part;
    while (list.n && str_split(&list, ' ', &part)) {
        if (part.n && str_eq(part, word))
            return true;
    }
    return false;
}

static struct str one_of(struct demo_dice *d, struct str list)
{
    struct str part = {0}, rest = list;
    int64_t n = 0;
    while (rest.n && str_split(&rest, ' ', &part))
        n++;
    if (!n)
        return list;
    for (int64_t k = demo_between(d, 0, n - 1); k >= 0; k--)
        str_split(&list, ' ', &part);
    return part;
}

static bool any_word(struct str list, struct str wanted)
{
    struct str part;
    while (wanted.n && str_split(&wanted, ' ', &part)) {
        if (has_word(list, part))
            return true;
    }
    return false;
}

static bool suits(const struct demo_matter *m, const struct demo_slot *s, struct str tags)
{
    return str_eq(m->procedure, s->procedure) && (!m->tags.n || any_word(tags, m->tags)) &&
           (!s->petitioner.n || has_word(m->petitioners, s->petitioner));
}

/* Of those that suit, one that was told least often. */
static const struct demo_matter *choose_matter(struct planner *p, const struct demo_slot *s)
{
    const struct demo_tables *t = p->q->tables;
    const struct demo_area *area = p->q->offices[s->place].area;
    size_t from = (size_t)demo_between(&p->dice, 0, (int64_t)t->matters_n - 1), best = t->matters_n;
    for (size_t i = 0; i < t->matters_n; i++) {
        size_t at = (from + i) % t->matters_n;
        if (suits(&t->matters[at], s, area ? area->tags : STR("")) && (best == t->matters_n || p->told[at] < p->told[best]))
            best = at;
    }
    if (best == t->matters_n)
        return NULL;
    p->told[best]++;
    return &t->matters[best];
}

static int64_t weight_of(const struct planner *p, size_t office)
{
    const struct demo_office *o = &p->q->offices[office];
    int64_t base = o->commune ? 16000 + o->people : office == p->q->province ? 90000 : 0;
    return office == p->q->home ? base * 3 : base;
}

static int choose_office(struct planner *p)
{
    int64_t at = demo_between(&p->dice, 0, p->weights - 1);
    for (size_t i = 0; i < p->q->offices_n; i++) {
        at -= weight_of(p, i);
        if (at < 0)
            return (int)i;
    }
    return (int)p->q->home;
}

static bool publishes(const struct demo_course *c)
{
    for (size_t i = 0; i < c->steps_n; i++) {
        if (str_is(c->steps[i].action, "publish") && c->steps[i].chance == 100 && !c->then.n)
            return true;
    }
    return false;
}

/* The first of each course is the home office's; then results are published in each commune once. */
static int office_for(struct planner *p, const struct demo_course *c, int64_t k)
{
    if (!k)
        return (int)p->q->home;
    if (publishes(c) && p->dealt < p->q->communes_n)
        return (int)p->dealt++;
    return choose_office(p);
}

static struct moment begin_at(struct planner *p, const struct demo_course *c, struct str channel)
{
    struct moment m = {day_add(p->today, -(int)demo_between(&p->dice, c->newest, c->oldest)), 0};
    if (str_is(channel, "web")) {
        m.minute = demo_between(&p->dice, 6 * 60, 22 * 60);
        return m;
    }
    m.minute = demo_between(&p->dice, OPENS, CLOSES);
    m = at_work(p, m);
    while (m.day.n > p->today.n)
        m.day = day_add(m.day, -7); /* a weekday of rest near the end: a week earlier */
    return at_work(p, m);
}

static struct str channel_for(struct planner *p, struct str petitioner)
{
    int64_t n = demo_between(&p->dice, 1, 100);
    if (str_is(petitioner, "anonymous"))
        return n <= 60 ? STR("web") : STR("post");
    return n <= 45 ? STR("web") : n <= 80 ? STR("counter") : n <= 92 ? STR("post") : STR("reception");
}

static int64_t people_for(struct planner *p, struct str petitioner)
{
    if (str_is(petitioner, "anonymous"))
        return 0;
    if (!str_is(petitioner, "group"))
        return 1;
    return demo_between(&p->dice, 0, 2) ? demo_between(&p->dice, 5, 10) : demo_between(&p->dice, 11, 46);
}

/* ---- one matter: its steps in time, as far as the end ---- */

static const struct demo_course *course_of(const struct planner *p, struct str id)
{
    for (size_t i = 0; i < p->q->tables->courses_n; i++) {
        if (str_eq(p->q->tables->courses[i].id, id))
            return &p->q->tables->courses[i];
    }
    return NULL;
}

static bool run_course(struct planner *p, int at, struct moment m, struct err *e);

static int find_office(const struct planner *p, const struct demo_slot *s)
{
    const struct demo_office *o = p->q->offices;
    for (size_t i = 0; i < p->q->offices_n; i++) {
        if (!o[i].commune && o[i].office_id % 100 == s->matter->send_to && (int)i != s->office)
            return (int)i;
    }
    return (int)p->q->province != s->office ? (int)p->q->province : (int)p->q->home;
}

/* The matter that an action makes in another office. */
static bool make_other(struct planner *p, int at, struct moment m, bool appeal, int *ret, struct err *e)
{
    struct demo_slot made = p->plan.slots[at];
    const struct rule_procedure *old = rulebook_procedure(p->q->rules, made.procedure);
    made.course = course_of(p, one_of(&p->dice, made.course->then));
    if (!made.course)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "course " STR_FMT ": then names no course",
                    STR_ARG(p->plan.slots[at].course->id));
    made.procedure = appeal ? old->next_instance : made.procedure;
    made.office = appeal ? (int)p->q->province : find_office(p, &made);
    made.channel = appeal ? STR("web") : STR("forwarded");
    made.made_by = at;
    made.base = DEMO_NONE;
    made.received = m.day;
    made.at = instant_at(p, m);
    made.state = rulebook_procedure(p->q->rules, made.procedure)->first_state;
    add_slot(p, &made, ret);
    return run_course(p, *ret, m, e);
}

/* One step: false when it lies after the end, or is refused. */
static bool take_step(struct planner *p, int at, int n, struct moment m, struct err *e)
{
    struct demo_slot *s = &p->plan.slots[at];
    const struct demo_step *step = &s->course->steps[n];
    struct demo_event event = {.at = instant_at(p, m), .slot = at, .step = n, .makes = DEMO_NONE};
    if (str_is(step->action, "rate")) {
        add_event(p, &event);
        return true;
    }
    const struct rule_step *rule = rulebook_step(p->q->rules, s->procedure, s->state, step->action, m.day);
    if (!rule)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "course " STR_FMT ": no " STR_FMT " of " STR_FMT " in " STR_FMT,
                    STR_ARG(s->course->id), STR_ARG(step->action), STR_ARG(s->procedure), STR_ARG(s->state));
    if (!str_is(rule->to, "*"))
        s->state = rule->to;
    bool forward = has_word(rule->effects, STR("forward")), appeal = has_word(rule->effects, STR("appeal"));
    if ((forward || appeal) && !make_other(p, at, m, appeal, &event.makes, e))
        return false;
    add_event(p, &event);
    return true;
}

static bool run_course(struct planner *p, int at, struct moment m, struct err *e)
{
    const struct demo_course *c = p->plan.slots[at].course;
    for (size_t i = 0; i < c->steps_n; i++) {
        if (demo_between(&p->dice, 1, 100) > c->steps[i].chance)
            continue;
        m = later(p, m, &c->steps[i]);
        if (instant_at(p, m).ms > p->q->end.ms)
            return true;
        if (!take_step(p, at, (int)i, m, e))
            return false;
    }
    return true;
}

/* Has the law of the day all the steps? */
static bool holds_on(const struct planner *p, const struct demo_slot *s, struct day on)
{
    struct str state = rulebook_procedure(p->q->rules, s->procedure)->first_state;
    for (size_t i = 0; i < s->course->steps_n; i++) {
        if (str_is(s->course->steps[i].action, "rate"))
            continue;
        const struct rule_step *rule = rulebook_step(p->q->rules, s->procedure, state, s->course->steps[i].action, on);
        if (!rule)
            return false;
        if (!str_is(rule->to, "*"))
            state = rule->to;
    }
    return true;
}

static bool begin(struct planner *p, struct demo_slot *s, struct moment m, struct err *e)
{
    int at;
    const struct rule_procedure *procedure = rulebook_procedure(p->q->rules, s->procedure);
    if (!procedure)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "course " STR_FMT ": no procedure " STR_FMT, STR_ARG(s->course->id),
                    STR_ARG(s->procedure));
    if (!holds_on(p, s, m.day) && s->course->instead.n)
        s->course = course_of(p, s->course->instead);
    if (!s->course || !s->matter)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "no matter or no course for " STR_FMT, STR_ARG(s->procedure));
    s->state = procedure->first_state;
    s->received = m.day;
    s->at = instant_at(p, m);
    if (s->at.ms > p->q->end.ms)
        s->at = p->q->end;
    add_slot(p, s, &at);
    struct demo_event event = {.at = s->at, .slot = at, .step = DEMO_REGISTER, .makes = DEMO_NONE};
    add_event(p, &event);
    return run_course(p, at, m, e);
}

static struct demo_slot new_slot(struct planner *p, const struct demo_course *c)
{
    uint64_t seed = demo_roll(&p->dice);
    return (struct demo_slot){.course = c, .procedure = one_of(&p->dice, c->procedures), .petitioner = c->petitioner,
                              .made_by = DEMO_NONE, .base = DEMO_NONE, .seed = seed, .story = seed};
}

static bool plan_fresh(struct planner *p, const struct demo_course *c, int64_t k, struct err *e)
{
    struct demo_slot s = new_slot(p, c);
    s.office = s.place = office_for(p, c, k);
    while (!p->q->offices[s.place].commune)
        s.place = (int)demo_between(&p->dice, 0, (int64_t)p->q->communes_n - 1);
    s.matter = choose_matter(p, &s);
    if (s.matter && !s.petitioner.n)
        s.petitioner = one_of(&p->dice, s.matter->petitioners);
    s.channel = channel_for(p, s.petitioner);
    s.people = people_for(p, s.petitioner);
    return begin(p, &s, begin_at(p, c, s.channel), e);
}

/* A second petition on a matter that the office has in hand. */
static int choose_base(struct planner *p, const struct demo_slot *s, int64_t k)
{
    size_t n = p->plan.slots_n, from = (size_t)demo_between(&p->dice, 0, (int64_t)n - 1);
    for (size_t i = 0; i < n; i++) {
        const struct demo_slot *x = &p->plan.slots[(from + i) % n];
        bool here = k || x->office == (int)p->q->home;
        if (here && x->made_by == DEMO_NONE && !x->course->joins && str_eq(x->procedure, s->procedure) &&
            str_is(x->petitioner, "individual") && p->today.n - x->received.n > 25)
            return (int)((from + i) % n);
    }
    return DEMO_NONE;
}

static bool plan_joined(struct planner *p, const struct demo_course *c, int64_t k, struct err *e)
{
    struct demo_slot s = new_slot(p, c);
    int base = choose_base(p, &s, k);
    if (base == DEMO_NONE)
        base = choose_base(p, &s, k + 1);
    if (base == DEMO_NONE)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "course " STR_FMT ": nothing to join", STR_ARG(c->id));
    const struct demo_slot *x = &p->plan.slots[base];
    const struct demo_step wait = {.from = 1, .to = 6};
    s.base = base;
    s.office = x->office;
    s.place = x->place;
    s.matter = x->matter;
    s.story = x->story;
    s.petitioner = STR("individual");
    s.channel = STR("counter");
    s.people = 1;
    return begin(p, &s, later(p, (struct moment){x->received, OPENS}, &wait), e);
}

/* ---- all ---- */

/* How many of each course: at least one of each, in all as many as asked for. */
static int64_t *deal_shares(struct planner *p)
{
    const struct demo_tables *t = p->q->tables;
    int64_t *n = arena_array(p->arena, int64_t, t->courses_n), shares = 0, sum = 0;
    for (size_t i = 0; i < t->courses_n; i++)
        shares += t->courses[i].share;
    for (size_t i = 0; i < t->courses_n; i++) {
        n[i] = t->courses[i].share * p->q->cases / (shares ? shares : 1);
        n[i] += !n[i] && t->courses[i].share;
        sum += n[i];
    }
    for (; sum != p->q->cases; sum += sum < p->q->cases ? 1 : -1) {
        size_t most = 0;
        for (size_t i = 1; i < t->courses_n; i++)
            most = n[i] > n[most] ? i : most;
        n[most] += sum < p->q->cases ? 1 : -1;
    }
    return n;
}

static bool plan_courses(struct planner *p, const int64_t *counts, bool joins, struct err *e)
{
    for (size_t i = 0; i < p->q->tables->courses_n; i++) {
        const struct demo_course *c = &p->q->tables->courses[i];
        for (int64_t k = 0; c->joins == joins && k < counts[i]; k++) {
            if (!(joins ? plan_joined : plan_fresh)(p, c, k, e))
                return false;
        }
    }
    return true;
}

static int by_time(const void *x, const void *y)
{
    const struct demo_event *a = x, *b = y;
    if (a->at.ms != b->at.ms)
        return a->at.ms < b->at.ms ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

bool demo_plan_make(struct arena *a, const struct demo_question *q, struct demo_plan *ret, struct err *e)
{
    struct planner p = {.q = q, .arena = a, .dice = demo_dice_for(q->seed, 1), .today = instant_day(q->end, q->zone_minutes)};
    for (size_t i = 0; i < q->offices_n; i++)
        p.weights += weight_of(&p, i);
    if (!q->tables->courses_n || !q->tables->matters_n || !q->communes_n)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "no courses, no matters or no communes");
    p.told = arena_array(a, int64_t, q->tables->matters_n);
    const int64_t *counts = deal_shares(&p);
    /* what joins another matter needs the other planned */
    if (!plan_courses(&p, counts, false, e) || !plan_courses(&p, counts, true, e))
        return false;
    if (p.plan.events_n)
        qsort(p.plan.events, p.plan.events_n, sizeof *p.plan.events, by_time);
    *ret = p.plan;
    return true;
}
