// SPDX-License-Identifier: AGPL-3.0-or-later
/* The calendar: holidays, compensatory days, worked days of rest. */
#include <stdlib.h>

#include "features/rules/rule_rows.h"

static int by_day(const void *a, const void *b)
{
    const struct rule_holiday *x = a, *y = b;
    return x->day.n != y->day.n ? (x->day.n < y->day.n ? -1 : 1) : (x->line > y->line) - (x->line < y->line);
}

static void span_of(struct rulebook *b)
{
    int y, m, d;
    b->calendar_from = b->calendar_to = DAY_NONE;
    if (!b->holidays_n)
        return;
    day_parts(b->holidays[0].day, &y, &m, &d);
    day_of(y, 1, 1, &b->calendar_from);
    day_parts(b->holidays[b->holidays_n - 1].day, &y, &m, &d);
    day_of(y, 12, 31, &b->calendar_to);
}

void load_holidays(struct rule_loading *l)
{
    static const char *const columns[] = {"date", "kind", "pair", "sureness", "article", NULL};
    static const char *const kinds[] = {"holiday", "compensatory", "swapped_off", "worked", "pending", NULL};
    struct rule_table t;
    struct rulebook *b = l->book;
    if (!table_open(&t, l, "holidays.csv", true, columns))
        return;
    while (table_next(&t)) {
        struct rule_holiday h = {
            .day = table_day(&t, "date", DAY_NONE),
            .pair = table_day(&t, "pair", DAY_NONE),
            .kind = (enum holiday_kind)table_choice(&t, "kind", kinds),
            .name = table_name(&t, "name", true),
            .sureness = table_text(&t, "sureness"),
            .line = t.csv.line,
        };
        if (day_is_none(h.day))
            table_problem(&t, "date", "empty");
        if (h.sureness.n != 1 || !word_among(STR("P S Q M"), h.sureness))
            table_problem(&t, "sureness", "one of P S Q M");
        LIST_ADD(l->arena, b->holidays, b->holidays_n) = h;
    }
    table_close(&t, l);
    if (b->holidays_n)
        qsort(b->holidays, b->holidays_n, sizeof *b->holidays, by_day);
    if (!t.problems_n)
        span_of(b);
}

const struct rule_holiday *book_holiday(const struct rulebook *b, struct day d)
{
    size_t from = 0, to = b->holidays_n;
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        if (b->holidays[mid].day.n == d.n)
            return &b->holidays[mid];
        if (b->holidays[mid].day.n < d.n)
            from = mid + 1;
        else
            to = mid;
    }
    return NULL;
}

bool book_works(const struct rulebook *b, struct day d)
{
    const struct rule_holiday *h = book_holiday(b, d);
    if (h && h->kind == HOLIDAY_WORKED)
        return true;
    return !b->rest[day_weekday(d)] && (!h || h->kind == HOLIDAY_PENDING);
}

struct day rulebook_working_day(const struct rulebook *b, struct day d)
{
    /* a pack has at least one working weekday and finitely many holidays */
    while (!book_works(b, d))
        d = day_add(d, 1);
    return d;
}

int64_t rulebook_working_days(const struct rulebook *b, struct day from, struct day to)
{
    int64_t n = 0;
    for (struct day d = day_add(from, 1); d.n <= to.n; d = day_add(d, 1))
        n += book_works(b, d);
    return n;
}

struct str rulebook_day_name(const struct rulebook *b, struct day d, enum lang lang)
{
    const struct rule_holiday *h = book_holiday(b, d);
    return h ? h->name.text[lang] : STR("");
}
