// SPDX-License-Identifier: AGPL-3.0-or-later
/* Marks of a running limit: only the reckoning; who is told what is the table's. */
#include "features/rules/rule_rows.h"

void load_warnings(struct rule_loading *l)
{
    static const char *const columns[] = {"id", "when", "value", "every", "tells", NULL};
    static const char *const whens[] = {"percent", "left", "late", NULL};
    static const char *const tells[] = {"officer", "leader", "above", "chain"};
    struct rule_table t;
    struct rulebook *b = l->book;
    if (!table_open(&t, l, "warnings.csv", false, columns))
        return;
    while (table_next(&t)) {
        struct rule_warning w = {.id = table_id(&t, "id"), .when = (enum rule_when)table_choice(&t, "when", whens),
                                 .value = table_int(&t, "value", 0, 1000), .name = table_name(&t, "name", true)};
        struct str words = table_text(&t, "tells"), word;
        if (table_text(&t, "every").n)
            w.every = table_int(&t, "every", 1, 1000);
        if (w.every && w.when != RULE_LATE)
            table_problem(&t, "every", "only days late come again");
        if ((w.when == RULE_PERCENT && (w.value < 1 || w.value > 100)) || (w.when == RULE_LATE && w.value < 1))
            table_problem(&t, "value", "1 to 100 per cent; at least 1 day late");
        while (str_split(&words, ' ', &word)) {
            unsigned bit = 0;
            for (unsigned i = 0; i < sizeof tells / sizeof *tells; i++)
                bit |= str_is(word, tells[i]) ? 1u << i : 0;
            if (!bit)
                table_problem(&t, "tells", "officer, leader, above, chain");
            w.tells |= bit;
        }
        if (!w.tells)
            table_problem(&t, "tells", "nobody is told");
        LIST_ADD(l->arena, b->warnings, b->warnings_n) = w;
    }
    table_close(&t, l);
}

void rulebook_warnings(const struct rulebook *b, const struct rule_warning **ret, size_t *ret_n)
{
    *ret = b->warnings;
    *ret_n = b->warnings_n;
}

const struct rule_warning *rulebook_warning(const struct rulebook *b, struct str id)
{
    for (size_t i = 0; i < b->warnings_n; i++) {
        if (str_eq(b->warnings[i].id, id))
            return &b->warnings[i];
    }
    return NULL;
}

/* ---- marks ---- */

static struct day working_days_before(const struct rulebook *b, struct day due, int64_t n)
{
    struct day d = due;
    while (n > 0) {
        n -= book_works(b, d);
        d = day_add(d, -1);
    }
    while (!book_works(b, d)) /* told on a working day, so that so many are left indeed */
        d = day_add(d, -1);
    return d;
}

/* The mark's first day after another one; DAY_NONE when it has none. */
static struct day mark_after(const struct rulebook *b, const struct rule_warning *w, const struct rule_running *x, struct day after)
{
    int64_t all = day_diff(x->due, x->start);
    struct day d;
    if (w->when == RULE_PERCENT)
        d = day_add(x->start, (int)((all * w->value + 99) / 100));
    else if (w->when == RULE_LEFT)
        d = working_days_before(b, x->due, w->value);
    else
        d = day_add(x->due, (int)w->value);
    if (d.n <= after.n && w->every)
        d = day_add(d, (int)((day_diff(after, d) / w->every + 1) * w->every));
    return d.n > after.n && d.n > x->start.n ? d : DAY_NONE;
}

struct day rulebook_next_warning(const struct rulebook *b, const struct rule_running *x)
{
    struct day first = DAY_NONE;
    for (size_t i = 0; i < b->warnings_n; i++) {
        struct day d = mark_after(b, &b->warnings[i], x, x->upto);
        if (!day_is_none(d) && (day_is_none(first) || d.n < first.n))
            first = d;
    }
    return first;
}

const struct rule_warning *rulebook_warning_on(const struct rulebook *b, const struct rule_running *x, struct day on)
{
    const struct rule_warning *found = NULL;
    struct day latest = DAY_NONE;
    for (size_t i = 0; i < b->warnings_n; i++) {
        const struct rule_warning *w = &b->warnings[i];
        struct day d = mark_after(b, w, x, x->upto);
        if (!day_is_none(d) && w->every && d.n <= on.n) /* the last time it came round */
            d = day_add(d, (int)(day_diff(on, d) / w->every * w->every));
        if (!day_is_none(d) && d.n <= on.n && d.n >= latest.n) {
            found = w;
            latest = d;
        }
    }
    return found;
}

/* ---- hours ---- */

static bool minutes_of(struct str s, int *ret)
{
    int64_t h, m;
    if (s.n != 5 || s.p[2] != ':' || !str_int(str_cut(s, 0, 2), &h) || !str_int(str_cut(s, 3, 2), &m))
        return false;
    *ret = (int)(h * 60 + m);
    return true;
}

static bool within(struct str hours, int weekday, int minute)
{
    struct str part;
    bool day = false;
    int from, to;
    while (str_split(&hours, ' ', &part)) {
        if (part.n == 3 && part.p[1] == '-')
            day = part.p[0] - '0' <= weekday && weekday <= part.p[2] - '0';
        else if (part.n == 1)
            day = part.p[0] - '0' == weekday;
        else if (day && part.n == 11 && minutes_of(str_cut(part, 0, 5), &from) && minutes_of(str_cut(part, 6, 5), &to) &&
                 from <= minute && minute < to)
            return true;
    }
    return false;
}

bool rulebook_at_work(const struct rulebook *b, struct str hours, struct day on, int minute)
{
    int weekday = day_weekday(on);
    if (!book_works(b, on))
        return false;
    return within(hours.n ? hours : b->work_hours, b->rest[weekday] ? 1 : weekday, minute);
}
