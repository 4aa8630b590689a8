// SPDX-License-Identifier: AGPL-3.0-or-later
/* What no single row can show: dangling names, states out of reach, overlaps and
 * gaps in time. Runs only over tables that are right row by row. */
#include "features/rules/rule_rows.h"

static size_t state_of(const struct rulebook *b, struct str id)
{
    size_t i = 0;
    while (i < b->states_n && !str_eq(b->states[i].id, id))
        i++;
    return i;
}

/* ---- steps and states ---- */

static bool overlap(const struct rule_source *x, const struct rule_source *y)
{
    return x->from.n <= y->to.n && y->from.n <= x->to.n;
}

static bool has_limit(const struct rulebook *b, struct str procedure, struct str step)
{
    for (size_t i = 0; i < b->limits_n; i++) {
        if (str_eq(b->limits[i].procedure, procedure) && str_eq(b->limits[i].step, step))
            return true;
    }
    return false;
}

/* Has the step a limit (of class normal) on each day of a row that begins it?
 * Before the earliest the law knew none; after that there may be no gap. */
static bool limit_throughout(const struct rulebook *b, struct str procedure, struct str step, const struct rule_source *row,
                             struct day *ret_without)
{
    struct day d = {FOREVER};
    for (size_t i = 0; i < b->limits_n; i++) {
        const struct rule_limit *x = &b->limits[i];
        if (!x->class && str_eq(x->procedure, procedure) && str_eq(x->step, step) && x->source.from.n < d.n)
            d = x->source.from;
    }
    d = d.n < row->from.n ? row->from : d;
    for (bool found = true; found && d.n <= row->to.n;) {
        found = false;
        for (size_t i = 0; i < b->limits_n && !found; i++) {
            const struct rule_limit *x = &b->limits[i];
            if (x->class || !str_eq(x->procedure, procedure) || !str_eq(x->step, step) || !rule_holds(&x->source, d))
                continue;
            if (x->source.to.n >= row->to.n)
                return true;
            found = true;
            d = day_add(x->source.to, 1);
        }
    }
    *ret_without = d;
    return d.n > row->to.n;
}

static void check_limit_days(struct rule_loading *l, struct rule_place at, const char *column, struct str procedure,
                             struct str step, const struct rule_source *row)
{
    struct day without;
    char iso[11];
    if (!has_limit(l->book, procedure, step))
        loading_problem(l, at, column, "limits.csv has none for it in %.40s", str_z(l->arena, procedure));
    else if (!limit_throughout(l->book, procedure, step, row, &without))
        loading_problem(l, at, column, "limits.csv has none for it in %.40s that holds on %s", str_z(l->arena, procedure),
                        day_format(without, iso));
}

static bool has_words(struct rule_loading *l, const char *table, struct str kind, struct str action)
{
    const struct rule_word **words;
    size_t n;
    rulebook_words(l->book, l->arena, table, kind, action, &words, &n);
    return n > 0;
}

/* "duty=notify", "duty=press_answer:received": each needs a limit as a next step does. */
static void check_duties(struct rule_loading *l, struct rule_place at, const struct rule_step *s)
{
    struct str word, step, rest = s->effects;
    while (str_split(&rest, ' ', &word)) {
        if (!str_starts(word, STR("duty=")))
            continue;
        word = str_cut(word, 5, word.n);
        str_split(&word, ':', &step);
        check_limit_days(l, at, "effects", s->procedure, step, &s->source);
    }
}

/* Is the ground one of some action of the procedure? */
static bool ground_anywhere(const struct rulebook *b, struct str procedure, struct str ground)
{
    const struct rule_step *steps;
    size_t n;
    rulebook_steps(b, procedure, &steps, &n);
    for (size_t i = 0; i < n; i++) {
        if (rulebook_ground(b, procedure, steps[i].action, ground))
            return true;
    }
    return false;
}

/* "within=reopen", "time_bar=file:out_of_time": the limit must be there, and the ground among those of the procedure. */
static void check_times(struct rule_loading *l, struct rule_place at, const struct rule_step *s)
{
    struct str word, step, rest = s->needs;
    while (str_split(&rest, ' ', &word)) {
        if (str_starts(word, STR("within=")))
            check_limit_days(l, at, "needs", s->procedure, str_cut(word, 7, word.n), &s->source);
    }
    rest = s->effects;
    while (str_split(&rest, ' ', &word)) {
        if (!str_starts(word, STR("time_bar=")))
            continue;
        word = str_cut(word, 9, word.n);
        str_split(&word, ':', &step);
        check_limit_days(l, at, "effects", s->procedure, step, &s->source);
        if (!word.n || !ground_anywhere(l->book, s->procedure, word))
            loading_problem(l, at, "effects", "grounds.csv has no \"%.40s\" for this procedure", str_z(l->arena, word));
    }
}

/* "seal=denunciation": a sealed procedure, which has the state and the clock that the step leads to. */
static void check_seal(struct rule_loading *l, struct rule_place at, const struct rule_step *s)
{
    struct str word, rest = s->effects;
    while (str_split(&rest, ' ', &word)) {
        if (!str_starts(word, STR("seal=")))
            continue;
        const struct rule_procedure *to = rulebook_procedure(l->book, str_cut(word, 5, word.n));
        if (!to || !to->sealed || !str_eq(to->first_state, s->to) || !str_eq(to->first_step, s->next_step))
            loading_problem(l, at, "effects", "\"%.60s\" is not a sealed procedure that begins as this step ends",
                            str_z(l->arena, word));
    }
}

static void check_step(struct rule_loading *l, size_t i)
{
    const struct rulebook *b = l->book;
    const struct rule_step *s = &b->steps[i];
    const struct rule_procedure *p = rulebook_procedure(b, s->procedure);
    struct rule_place at = b->step_places[i];
    if (state_of(b, s->from) == b->states_n)
        loading_problem(l, at, "from", "no such state: \"%.40s\"", str_z(l->arena, s->from));
    if (state_of(b, s->to) == b->states_n)
        loading_problem(l, at, "to", "no such state: \"%.40s\"", str_z(l->arena, s->to));
    if (s->next_step.n)
        check_limit_days(l, at, "next_step", s->procedure, s->next_step, &s->source);
    check_duties(l, at, s);
    if (word_among(s->needs, STR("ground")) && !has_words(l, "grounds", p->id, s->action))
        loading_problem(l, at, "needs", "grounds.csv has none for this action");
    if (word_among(s->needs, STR("subject")) && !has_words(l, "subjects", p->kind, STR("")))
        loading_problem(l, at, "needs", "subjects.csv has none for this kind");
    if (word_among(s->needs, STR("decision")) && !has_words(l, "decisions", p->id, STR("")))
        loading_problem(l, at, "needs", "decisions.csv has none for this procedure");
    check_times(l, at, s);
    check_seal(l, at, s);
    if (word_among(s->effects, STR("appeal")) && !p->next_instance.n)
        loading_problem(l, at, "effects", "%.40s has no next instance", str_z(l->arena, p->id));
    for (size_t k = 0; k < i; k++) {
        if (str_eq(b->steps[k].procedure, s->procedure) && str_eq(b->steps[k].from, s->from) &&
            str_eq(b->steps[k].action, s->action) && overlap(&b->steps[k].source, &s->source))
            loading_problem(l, at, "action", "the same action leads twice from one state");
    }
}

/* Marks what can be reached from `first` along the steps; backwards: what leads to it. */
static void reach(const struct rulebook *b, struct str procedure, bool *reached, bool backwards)
{
    const struct rule_step *steps;
    size_t n;
    bool more = true;
    rulebook_steps(b, procedure, &steps, &n);
    while (more) {
        more = false;
        for (size_t i = 0; i < n; i++) {
            size_t from = state_of(b, backwards ? steps[i].to : steps[i].from);
            size_t to = state_of(b, backwards ? steps[i].from : steps[i].to);
            if (reached[from] && !reached[to])
                more = reached[to] = true;
        }
    }
}

static void check_procedure(struct rule_loading *l, size_t i, bool *used)
{
    const struct rulebook *b = l->book;
    const struct rule_procedure *p = &b->procedures[i];
    const struct rule_step *steps;
    size_t n, first = state_of(b, p->first_state);
    bool *forth = arena_array(l->arena, bool, b->states_n + 1), *back = arena_array(l->arena, bool, b->states_n + 1);
    if (first == b->states_n) {
        loading_problem(l, b->procedure_places[i], "first_state", "no such state");
        return;
    }
    forth[first] = true;
    reach(b, p->id, forth, false);
    for (size_t k = 0; k < b->states_n; k++)
        back[k] = b->states[k].final;
    reach(b, p->id, back, true);
    rulebook_steps(b, p->id, &steps, &n);
    for (size_t k = 0; k < n; k++) {
        size_t from = state_of(b, steps[k].from);
        if (!forth[from])
            loading_problem(l, b->step_places[steps - b->steps + (ptrdiff_t)k], "from", "%.40s never gets into state %.40s",
                            str_z(l->arena, p->id), str_z(l->arena, steps[k].from));
    }
    for (size_t k = 0; k < b->states_n; k++) {
        used[k] |= forth[k];
        if (forth[k] && !back[k])
            loading_problem(l, b->procedure_places[i], "id", "no way leads from state %.40s to an end",
                            str_z(l->arena, b->states[k].id));
    }
}

static void check_names(struct rule_loading *l, size_t i)
{
    const struct rulebook *b = l->book;
    const struct rule_procedure *p = &b->procedures[i];
    for (size_t k = 0; k < i; k++) {
        if (str_eq(b->procedures[k].id, p->id))
            loading_problem(l, b->procedure_places[i], "id", "this procedure stands twice");
    }
    if (p->next_instance.n && (!rulebook_procedure(b, p->next_instance) || str_eq(p->next_instance, p->id)))
        loading_problem(l, b->procedure_places[i], "next_instance", "no such procedure");
    if (p->first_step.n)
        check_limit_days(l, b->procedure_places[i], "first_step", p->id, p->first_step, &p->source);
}

static void check_steps(struct rule_loading *l)
{
    struct rulebook *b = l->book;
    size_t before = l->problems_n;
    bool *used = arena_array(l->arena, bool, b->states_n + 1);
    for (size_t i = 0; i < b->steps_n; i++)
        check_step(l, i);
    for (size_t i = 0; i < b->procedures_n; i++)
        check_names(l, i);
    if (l->problems_n > before)
        return;
    for (size_t i = 0; i < b->procedures_n; i++)
        check_procedure(l, i, used);
    for (size_t i = 0; i < b->states_n; i++) {
        if (!used[i])
            loading_problem(l, (struct rule_place){STR("states.csv"), i + 2}, "id", "no procedure gets into state %.40s",
                            str_z(l->arena, b->states[i].id));
    }
}

/* ---- limits ---- */

static bool same_limit(const struct rule_limit *x, const struct rule_limit *y)
{
    return str_eq(x->procedure, y->procedure) && str_eq(x->step, y->step) && x->class == y->class && x->decree == y->decree;
}

/* A law's limit that ends must be followed by another on the next day; a
 * decree's may end, as the law's stays. */
static void check_time(struct rule_loading *l, size_t i)
{
    const struct rulebook *b = l->book;
    const struct rule_limit *x = &b->limits[i];
    bool followed = x->source.to.n == FOREVER, later = false;
    for (size_t k = 0; k < b->limits_n; k++) {
        const struct rule_limit *y = &b->limits[k];
        if (k == i || !same_limit(x, y))
            continue;
        if (k < i && x->source.from.n <= y->source.to.n && y->source.from.n <= x->source.to.n)
            loading_problem(l, b->limit_places[i], "valid_from", "holds at the same time as line %zu", b->limit_places[k].line);
        followed |= y->source.from.n - 1 == x->source.to.n;
        later |= y->source.from.n > x->source.to.n;
    }
    if (!followed && later)
        loading_problem(l, b->limit_places[i], "valid_to", "a gap: the next such limit does not begin on the day after");
}

static bool has_class(const struct rulebook *b, const struct rule_limit *like, unsigned class)
{
    struct rule_limit want = *like;
    want.class = class;
    for (size_t i = 0; i < b->limits_n; i++) {
        if (same_limit(&b->limits[i], &want))
            return true;
    }
    return false;
}

static void check_limits(struct rule_loading *l)
{
    const struct rulebook *b = l->book;
    for (size_t i = 0; i < b->limits_n; i++) {
        const struct rule_limit *x = &b->limits[i];
        check_time(l, i);
        if (!has_class(b, x, 0))
            loading_problem(l, b->limit_places[i], "class", "there is no such limit of class normal");
        if (x->class == RULE_COMPLEX && has_class(b, x, RULE_REMOTE) && !has_class(b, x, RULE_REMOTE | RULE_COMPLEX))
            loading_problem(l, b->limit_places[i], "class", "complex and remote exist, but not remote_complex");
    }
}

/* ---- the calendar ---- */

static void check_pair(struct rule_loading *l, const struct rule_holiday *h)
{
    const struct rule_holiday *other = book_holiday(l->book, h->pair);
    struct rule_place at = {STR("holidays.csv"), h->line};
    bool works = h->kind == HOLIDAY_WORKED, swapped = h->kind == HOLIDAY_SWAPPED;
    if (works != l->book->rest[day_weekday(h->day)] && (works || swapped))
        loading_problem(l, at, "date", works ? "worked, but it is no day of rest" : "swapped, but it is a day of rest");
    if ((works || swapped) && (!other || other->pair.n != h->day.n || other->kind != (works ? HOLIDAY_SWAPPED : HOLIDAY_WORKED)))
        loading_problem(l, at, "pair", "the day it is exchanged for does not name it");
    if (h->kind == HOLIDAY_COMPENSATORY && (!other || other->kind != HOLIDAY_OFF || !l->book->rest[day_weekday(other->day)]))
        loading_problem(l, at, "pair", "not a holiday that falls on a day of rest");
}

static void check_calendar(struct rule_loading *l)
{
    const struct rulebook *b = l->book;
    int last = 0, y, m, d;
    for (size_t i = 0; i < b->holidays_n; i++) {
        const struct rule_holiday *h = &b->holidays[i];
        struct rule_place at = {STR("holidays.csv"), h->line};
        day_parts(h->day, &y, &m, &d);
        if (i && b->holidays[i - 1].day.n == h->day.n)
            loading_problem(l, at, "date", "this day stands twice");
        if (last && y > last + 1)
            loading_problem(l, at, "date", "a gap: no day of the year %d", last + 1);
        last = y;
        check_pair(l, h);
    }
}

void check_book(struct rule_loading *l)
{
    check_steps(l);
    check_limits(l);
    check_calendar(l);
}
