// SPDX-License-Identifier: AGPL-3.0-or-later
/* The legal clock. What a limit is, which days are off and what happens to a
 * last day off all come from the tables; here is only the counting. */
#include <string.h>

#include "features/rules/rule_rows.h"

enum { DAYS_AHEAD_MAX = 20000, PAUSES_MAX = 100 };

struct count {
    const struct rulebook *book;
    const struct rule_clock_question *q;
    const struct rule_limit *limit;
    struct arena *arena;         /* of the rows; NULL: none wanted */
    struct rule_due *due;
    size_t days_room;
};

/* ---- which limit ---- */

static const struct rule_limit *limit_of_class(const struct rulebook *b, const struct rule_clock_question *q, bool decree,
                                               unsigned class)
{
    for (size_t i = 0; i < b->limits_n; i++) {
        const struct rule_limit *x = &b->limits[i];
        if (x->class == class && x->decree == decree && rule_holds(&x->source, q->start) &&
            str_eq(x->step, q->step) && str_eq(x->procedure, q->procedure))
            return x;
    }
    return NULL;
}

/* The limit of the class asked for; where the law has none of its own for it,
 * that of the next milder class: less complex first, then not remote. */
static const struct rule_limit *limit_of(const struct rulebook *b, const struct rule_clock_question *q, bool decree)
{
    unsigned complexity = q->complexity < 0 ? 0 : q->complexity > 2 ? 2 : (unsigned)q->complexity;
    for (int remote = q->remote; remote >= 0; remote--) {
        for (int c = (int)complexity; c >= (remote ? 1 : 0); c--) {
            const struct rule_limit *x = limit_of_class(b, q, decree, (unsigned)c | (remote ? RULE_REMOTE : 0));
            if (x)
                return x;
        }
        const struct rule_limit *x = remote ? limit_of_class(b, q, decree, RULE_REMOTE) : NULL;
        if (x)
            return x;
    }
    return NULL;
}

/* ---- counting ---- */

static bool is_paused(const struct rule_clock_question *q, struct day d)
{
    for (size_t i = 0; i < q->suspended_n; i++) {
        if (q->suspended[i][0].n <= d.n && d.n <= q->suspended[i][1].n)
            return true;
    }
    return false;
}

/* Paused on a day by a pause whose end nobody knows yet. */
static bool is_open(const struct rule_clock_question *q, struct day d)
{
    for (size_t i = 0; i < q->suspended_n; i++) {
        if (q->suspended[i][0].n <= d.n && q->suspended[i][1].n == RULE_OPEN)
            return true;
    }
    return false;
}

static bool less_sure(struct str a, struct str b)
{
    static const char order[] = "PSQM";
    return !b.n || (a.n && strchr(order, a.p[0]) > strchr(order, b.p[0]));
}

/* The calendar was asked about a day: how sure was its answer? */
static void note_calendar(struct count *c, struct day d)
{
    const struct rulebook *b = c->book;
    const struct rule_holiday *h = book_holiday(b, d);
    if (h && less_sure(h->sureness, c->due->calendar))
        c->due->calendar = h->sureness;
    if (!b->rest[day_weekday(d)] && (d.n < b->calendar_from.n || d.n > b->calendar_to.n))
        c->due->beyond = true;
}

static void add_row(struct count *c, struct day d, int64_t n, const char *why)
{
    struct rule_due *due = c->due;
    const struct rule_holiday *h = book_holiday(c->book, d);
    if (!c->arena)
        return;
    if (due->days_n == c->days_room) {
        size_t room = c->days_room ? c->days_room * 2 : 64;
        struct rule_day *more = arena_array(c->arena, struct rule_day, room);
        if (due->days_n)
            memcpy(more, due->days, due->days_n * sizeof *more);
        due->days = more;
        c->days_room = room;
    }
    due->days[due->days_n++] = (struct rule_day){
        .day = d, .counts = n > 0, .n = n, .why = why,
        .name = h ? h->name.text[c->book->lang] : STR(""),
        .sureness = h ? h->sureness : STR(""),
    };
}

static const char *why_off(const struct count *c, struct day d)
{
    const struct rule_holiday *h = book_holiday(c->book, d);
    if (!h || h->kind == HOLIDAY_PENDING)
        return MSG("rules.why.weekend");
    if (h->kind == HOLIDAY_COMPENSATORY)
        return MSG("rules.why.compensatory");
    return h->kind == HOLIDAY_SWAPPED ? MSG("rules.why.swapped") : MSG("rules.why.holiday");
}

static const char *why_counted(const struct count *c, struct day d, bool working_days)
{
    const struct rulebook *b = c->book;
    const struct rule_holiday *h = book_holiday(b, d);
    if (!working_days)
        return MSG("rules.why.counted");
    if (h && h->kind == HOLIDAY_WORKED)
        return MSG("rules.why.worked");
    if (h && h->kind == HOLIDAY_PENDING)
        return MSG("rules.why.pending");
    return d.n < b->calendar_from.n || d.n > b->calendar_to.n ? MSG("rules.why.beyond") : MSG("rules.why.working");
}

/* How many days of which sort the limit has. Months become the days from the
 * start to the same day of the month; hours, whole days. */
static int64_t length_of(const struct count *c)
{
    int64_t value = c->limit->value + c->q->extensions * c->limit->extension_value;
    c->due->value = value;
    if (c->limit->unit == RULE_HOURS)
        return (value + 23) / 24;
    if (c->limit->unit == RULE_MONTHS)
        return day_diff(day_add_months(c->q->start, (int)value), c->q->start);
    return value;
}

/* Nobody can say when it ends: the pause goes on. */
static struct day stand_still(struct count *c, struct day d)
{
    add_row(c, d, 0, MSG("rules.why.open"));
    c->due->paused = d;
    return DAY_NONE;
}

/* The last day is off: the limit ends on the next working day that is not paused. */
static struct day roll_on(struct count *c, struct day d)
{
    const char *why = NULL;
    for (int ahead = 0; ahead < DAYS_AHEAD_MAX; ahead++) {
        bool paused = is_paused(c->q, d);
        if (paused && is_open(c->q, d))
            return stand_still(c, d);
        if (ahead) /* the first is the last counted day, whose row stands already */
            note_calendar(c, d);
        if (!paused && book_works(c->book, d)) {
            if (ahead)
                add_row(c, d, 0, MSG("rules.why.rolled"));
            return d;
        }
        why = paused ? MSG("rules.why.suspended") : why_off(c, d);
        if (ahead)
            add_row(c, d, 0, why);
        d = day_add(d, 1);
    }
    return d;
}

static bool count_days(struct count *c, struct err *e)
{
    bool working = c->limit->unit == RULE_WORKING_DAYS;
    int64_t n = 0, length = length_of(c);
    struct day d = c->q->start;
    add_row(c, d, 0, MSG("rules.why.start"));
    if (!c->arena && !working && !c->q->suspended_n && length <= DAYS_AHEAD_MAX) { /* every day counts: no need to walk */
        d = day_add(d, (int)length);
        n = length;
    }
    while (n < length) {
        d = day_add(d, 1);
        if (day_diff(d, c->q->start) > DAYS_AHEAD_MAX)
            return FAIL(e, ERR_BAD_INPUT, MSG("err.rules.clock.far"), "more than %d days ahead", DAYS_AHEAD_MAX);
        if (is_open(c->q, d)) {
            c->due->day = stand_still(c, d);
            return true;
        }
        if (is_paused(c->q, d)) {
            add_row(c, d, 0, MSG("rules.why.suspended"));
            continue;
        }
        if (working)
            note_calendar(c, d);
        if (working && !book_works(c->book, d))
            add_row(c, d, 0, why_off(c, d));
        else
            add_row(c, d, ++n, why_counted(c, d, working));
    }
    if (c->book->roll && c->limit->unit != RULE_HOURS) {
        note_calendar(c, d);
        d = roll_on(c, d);
    }
    c->due->day = d;
    return true;
}

/* ---- the answer ---- */

static bool check_question(const struct rule_clock_question *q, struct err *e)
{
    int y, m, d;
    if (day_is_none(q->start))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.rules.clock.start"), "a start day is needed");
    day_parts(q->start, &y, &m, &d);
    if (y < 1900 || y > 9000)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.rules.clock.start"), "years 1900 to 9000");
    if (q->suspended_n > PAUSES_MAX)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.rules.clock.pause"), "at most %d pauses", PAUSES_MAX);
    for (size_t i = 0; i < q->suspended_n; i++) {
        if (day_is_none(q->suspended[i][0]) || q->suspended[i][1].n < q->suspended[i][0].n)
            return FAIL(e, ERR_BAD_INPUT, MSG("err.rules.clock.pause"), "a pause ends before it begins");
    }
    return true;
}

static bool answer(struct count *c, struct rule_due *ret, struct err *e)
{
    *ret = (struct rule_due){.day = DAY_NONE, .also_day = DAY_NONE, .paused = DAY_NONE};
    c->due = ret;
    c->days_room = 0;
    if (c->q->extensions < 0 || c->q->extensions > c->limit->extensions)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.rules.clock.extensions"), "%lld of at most %lld extensions",
                    (long long)c->q->extensions, (long long)c->limit->extensions);
    ret->rule = c->limit->id;
    ret->article = c->limit->source.article;
    ret->version = c->limit->source.version;
    ret->sureness = c->limit->source.sureness;
    ret->unit = str_of(rule_unit_word(c->limit->unit));
    return count_days(c, e);
}

static void add_other(struct rule_due *due, const struct rule_due *other)
{
    due->conflict = true;
    due->also_rule = other->rule;
    due->also_day = other->day;
    due->also_article = other->article;
    due->also_version = other->version;
    due->also_sureness = other->sureness;
}

/* For comparing: a day that nobody can say yet is later than all others. */
static int32_t known_by(const struct rule_due *d)
{
    return day_is_none(d->day) ? INT32_MAX : d->day.n;
}

static bool ask(const struct rulebook *b, struct arena *a, const struct rule_clock_question *q, struct rule_due *ret,
                struct err *e)
{
    struct rule_due law, decree;
    const struct rule_limit *first, *second;
    if (!check_question(q, e))
        return false;
    first = limit_of(b, q, false);
    second = limit_of(b, q, true);
    if (!first) {
        first = second;
        second = NULL;
    }
    if (!first) {
        *ret = (struct rule_due){.day = DAY_NONE, .also_day = DAY_NONE, .paused = DAY_NONE};
        return true;
    }
    struct count c = {.book = b, .q = q, .limit = first, .arena = a};
    if (!answer(&c, &law, e))
        return false;
    c.limit = second;
    if (second && !answer(&c, &decree, e))
        return false;
    bool stricter = second && known_by(&decree) < known_by(&law);
    if (second && decree.day.n != law.day.n)
        add_other(stricter ? &decree : &law, stricter ? &law : &decree);
    *ret = stricter ? decree : law;
    return true;
}

bool rulebook_due(const struct rulebook *b, struct arena *a, const struct rule_clock_question *q, struct rule_due *ret,
                  struct err *e)
{
    (void)a;
    return ask(b, NULL, q, ret, e);
}

bool rulebook_explain(const struct rulebook *b, struct arena *a, const struct rule_clock_question *q, struct rule_due *ret,
                      struct err *e)
{
    return ask(b, a, q, ret, e);
}

static bool parse_pause(struct str s, struct day pause[2])
{
    if (s.n < 12 || !str_eq(str_cut(s, 10, 2), STR("..")) || !day_parse(str_cut(s, 0, 10), &pause[0]))
        return false;
    pause[1].n = RULE_OPEN;
    return s.n == 12 || (s.n == 22 && day_parse(str_cut(s, 12, 10), &pause[1]) && pause[1].n >= pause[0].n);
}

bool rule_pauses_parse(struct arena *a, struct str s, const struct day (**ret)[2], size_t *ret_n, struct err *e)
{
    struct day(*list)[2] = arena_alloc_many(a, sizeof *list, PAUSES_MAX);
    struct str part;
    size_t n = 0;
    while (str_split(&s, ',', &part)) {
        struct day *pause = list[n];
        part = str_trim(part);
        if (!part.n)
            continue;
        if (n + 1 == PAUSES_MAX || !parse_pause(part, pause))
            return FAIL(e, ERR_BAD_INPUT, MSG("err.rules.clock.pause"), "a pause is FIRST..LAST, two dates: " STR_FMT,
                        STR_ARG(str_cut(part, 0, 40)));
        n++;
    }
    *ret = (const struct day(*)[2])list;
    *ret_n = n;
    return true;
}
