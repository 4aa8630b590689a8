// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/review/review_compare.h"

#include "base/csv.h"

bool review_versus_parse(struct str word, enum review_versus *ret)
{
    static const char *const words[] = {"", "previous", "same"};
    for (int i = REVIEW_ALONE; i <= REVIEW_SAME; i++) {
        if (str_is(word, words[i])) {
            *ret = (enum review_versus)i;
            return true;
        }
    }
    return false;
}

/* Months from one day to another of the same number in its month; 0: no whole months. */
static int whole_months(struct day from, struct day end)
{
    int y[2], m[2], d[2];
    day_parts(from, &y[0], &m[0], &d[0]);
    day_parts(end, &y[1], &m[1], &d[1]);
    return d[0] == d[1] ? (y[1] - y[0]) * 12 + m[1] - m[0] : 0;
}

void review_versus_range(enum review_versus v, const struct day range[2], struct day ret_range[2])
{
    struct day end = day_add(range[1], 1);
    int months = v == REVIEW_SAME ? 12 : whole_months(range[0], end);
    if (v == REVIEW_SAME) {
        /* by the day after the last: a range to the end of February keeps its end in a leap year */
        ret_range[0] = day_add_months(range[0], -months);
        ret_range[1] = day_add(day_add_months(end, -months), -1);
        return;
    }
    ret_range[0] = months ? day_add_months(range[0], -months) : day_add(range[0], -day_diff(end, range[0]));
    ret_range[1] = day_add(range[0], -1);
}

bool review_compare(const struct case_look *l, const struct review_question *q, enum review_versus v, struct review_set *ret,
                    struct err *e)
{
    struct review_question other = *q;
    struct day range[2];
    review_versus_range(v, (const struct day[2]){q->from, q->to}, range);
    other.from = range[0];
    other.to = range[1];
    other.hashes = false;
    return review_compute(l, &other, ret, e);
}

struct review_change review_change(int64_t now, int64_t was)
{
    struct review_change c = {.now = now, .was = was, .difference = now - was, .has_percent = was != 0 || now == 0};
    int64_t size = was < 0 ? -was : was, n = c.difference * 1000;
    if (size)
        c.permille = n < 0 ? -((-n + size / 2) / size) : (n + size / 2) / size;
    return c;
}

struct str review_change_percent(struct arena *a, const struct review_change *c)
{
    int64_t size = c->permille < 0 ? -c->permille : c->permille;
    if (!c->has_percent)
        return STR("");
    return str_printf(a, "%s%lld.%lld", c->permille < 0 ? "-" : "", (long long)(size / 10), (long long)(size % 10));
}

static void put_change(struct json *j, struct arena *a, int64_t column, const struct review_change *c)
{
    json_key(j, str_printf(a, "%lld", (long long)column).p);
    json_object(j);
    json_kint(j, "now", c->now);
    json_kint(j, "was", c->was);
    json_kint(j, "difference", c->difference);
    json_key(j, "percent");
    if (c->has_percent)
        json_tenths(j, c->permille);
    else
        json_null(j);
    json_end(j);
}

void review_compare_json(struct json *j, struct arena *a, const struct review_beside *x)
{
    const struct review_set *now = x->now, *was = x->was;
    json_key(j, "compare");
    json_object(j);
    json_kstr(j, "with", x->with == REVIEW_SAME ? STR("same") : STR("previous"));
    json_kday(j, "from", was->v[0].from);
    json_kday(j, "to", was->v[0].to);
    json_key(j, "forms");
    json_object(j);
    for (size_t i = 0; i < now->n; i++) {
        const struct rule_form *form = now->v[i].form;
        json_key(j, str_z(a, form->id));
        json_object(j);
        for (size_t k = 0; k < form->columns_n; k++) {
            int64_t n = form->columns[k].number;
            struct review_change c = review_change(now->v[i].total.cells[n], was->v[i].total.cells[n]);
            put_change(j, a, n, &c);
        }
        json_end(j);
    }
    json_end(j);
    json_end(j);
}

static void put_line(struct strbuf *b, struct arena *a, enum lang lang, const struct rule_form *form, const struct rule_column *col,
                     const struct review_change *c)
{
    csv_put(b, form->id, true);
    csv_put(b, str_printf(a, "%lld", (long long)col->number), false);
    csv_put(b, col->name.text[lang], false);
    /* numbers of ours: no guard against formulas before a minus */
    strbuf_printf(b, ",%lld,%lld,%lld," STR_FMT "\n", (long long)c->now, (long long)c->was, (long long)c->difference,
                  STR_ARG(review_change_percent(a, c)));
}

void review_compare_csv(struct strbuf *b, struct arena *a, enum lang lang, const struct review_beside *x)
{
    const struct review_set *now = x->now, *was = x->was;
    strbuf_str(b, STR("form,column,name,now,was,difference,percent\n"));
    for (size_t i = 0; i < now->n; i++) {
        const struct rule_form *form = now->v[i].form;
        for (size_t k = 0; k < form->columns_n; k++) {
            int64_t n = form->columns[k].number;
            struct review_change c = review_change(now->v[i].total.cells[n], was->v[i].total.cells[n]);
            put_line(b, a, lang, form, &form->columns[k], &c);
        }
    }
}
