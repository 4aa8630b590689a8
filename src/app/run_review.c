// SPDX-License-Identifier: AGPL-3.0-or-later
/* dinh review: statutory forms computed, checked, explained. */
#include <string.h>

#include "app/open.h"
#include "app/run.h"
#include "app/run_review.h"
#include "base/json.h"
#include "features/review/review.h"
#include "platform/i18n/i18n.h"

const char *review_given(const struct cli *c, const char *option)
{
    for (const struct cli_option *o = c->command->options; o->name; o++) {
        if (strcmp(o->name, option) == 0)
            return cli_value(c, option);
    }
    return NULL;
}

struct strbuf *review_out(struct cli *c)
{
    struct strbuf *b = arena_new(&c->arena, struct strbuf);
    strbuf_init(b, &c->arena, 256u << 20);
    return b;
}

/* "2025:22366" or an office number. */
bool review_office(struct cli *c, struct rd *rd, struct office *ret, struct err *e)
{
    int64_t n;
    struct office *list;
    size_t found;
    struct str unit = str_of(cli_value(c, "unit"));
    if (!unit.n)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--unit is needed");
    if (str_int(unit, &n))
        return units_office(rd, &c->arena, n, ret, e);
    if (!units_offices(rd, &c->arena, unit, &list, &found, e))
        return false;
    if (!found)
        return FAIL(e, ERR_NOT_FOUND, "err.not_found", "no such unit, or it has no office: " STR_FMT, STR_ARG(unit));
    *ret = list[0];
    return true;
}

/* Nothing of a range can be known before it begins. */
static bool as_of_fits(const struct cli *c, const struct review_question *q, struct err *e)
{
    return !review_given(c, "as-of") || q->as_of.n >= q->from.n ||
           FAIL(e, ERR_BAD_INPUT, "err.review.range", "--as-of lies before the range begins");
}

static bool range_of(struct cli *c, const struct rulebook *rules, struct review_question *q, struct err *e)
{
    struct rule_period p;
    q->as_of = DAY_NONE;
    const char *period = cli_value(c, "period");
    if (!cli_day(c, "from", &q->from, e) || !cli_day(c, "to", &q->to, e) ||
        (review_given(c, "as-of") && !cli_day(c, "as-of", &q->as_of, e)))
        return false;
    if (day_is_none(q->as_of))
        q->as_of = open_today(c);
    if (!period && day_is_none(q->from) && day_is_none(q->to))
        return FAIL(e, ERR_BAD_INPUT, "err.review.empty", "a period is needed: --period, or --from and --to");
    if (period && (!day_is_none(q->from) || !day_is_none(q->to)))
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "either --period or --from and --to");
    if (!period)
        return as_of_fits(c, q, e);
    if (!rulebook_period(rules, &c->arena, str_of(period), &p))
        return FAIL(e, ERR_BAD_INPUT, "err.review.range", "no such period: %s", period);
    q->from = p.from;
    q->to = p.to;
    return as_of_fits(c, q, e);
}

bool review_ask(struct cli *c, struct asking *x, struct err *e)
{
    struct rd *rd;
    x->program = VIEWER_SYSTEM;
    x->q = (struct review_question){.form = str_of(review_given(c, "form")), .subtree = review_given(c, "subtree") != NULL};
    if (!x->q.form.n)
        x->q.form = STR("02/XLD");
    else if (str_is(x->q.form, "all"))
        x->q.form = STR("");
    if (!open_facts(c, &x->o, e) || !store_read(c->store, &c->arena, &rd, e) || !review_office(c, rd, &x->office, e) ||
        !range_of(c, x->o.rules, &x->q, e))
        return false;
    x->q.office_id = x->office.office_id;
    x->q.facts = x->o.site.facts;
    x->look = (struct case_look){rd, &c->arena, &x->o.world, &x->program};
    return true;
}

static void print_review(struct strbuf *b, const struct review *x)
{
    strbuf_printf(b, STR_FMT "  " STR_FMT "\n", STR_ARG(x->form->id), STR_ARG(x->form->name.text[LANG_VI]));
    for (size_t i = 0; i < x->form->columns_n; i++) {
        const struct rule_column *col = &x->form->columns[i];
        strbuf_printf(b, "%3lld  %8lld  " STR_FMT "\n", (long long)col->number, (long long)x->total.cells[col->number],
                      STR_ARG(col->name.text[LANG_VI]));
    }
    for (size_t i = 0; i < x->form->checks_n; i++)
        strbuf_printf(b, "%-4s " STR_FMT "\n", x->holds[i] ? "ok" : "FAIL", STR_ARG(x->form->checks[i].text));
}

static void print_set(struct cli *c, struct strbuf *b, const struct review_set *set, const char *format)
{
    for (size_t i = 0; i < set->n; i++) {
        if (strcmp(format, "csv") == 0)
            review_csv(b, &c->arena, LANG_VI, &set->v[i]);
        else
            print_review(b, &set->v[i]);
    }
}

static bool versus_of(const struct cli *c, enum review_versus *ret, struct err *e)
{
    const char *word = cli_value(c, "compare");
    return review_versus_parse(str_of(word), ret) ||
           FAIL(e, ERR_BAD_INPUT, "err.cli", "--compare is previous or same, not %s", word);
}

static void print_beside(struct strbuf *b, struct arena *a, const struct review_beside *x)
{
    for (size_t i = 0; i < x->now->n; i++) {
        const struct rule_form *form = x->now->v[i].form;
        strbuf_printf(b, STR_FMT "  " STR_FMT "\n", STR_ARG(form->id), STR_ARG(form->name.text[LANG_VI]));
        for (size_t k = 0; k < form->columns_n; k++) {
            int64_t n = form->columns[k].number;
            struct review_change ch = review_change(x->now->v[i].total.cells[n], x->was->v[i].total.cells[n]);
            strbuf_printf(b, "%3lld  %8lld  %8lld  %+8lld  %7.*s%s  " STR_FMT "\n", (long long)n, (long long)ch.now, (long long)ch.was,
                          (long long)ch.difference, STR_ARG(review_change_percent(a, &ch)), ch.has_percent ? "%" : " ",
                          STR_ARG(form->columns[k].name.text[LANG_VI]));
        }
    }
}

static bool compute_beside(struct cli *c, struct asking *x, struct strbuf *b, const struct review_set *set, struct err *e)
{
    struct review_set was;
    struct review_beside beside = {.now = set, .was = &was};
    struct json j;
    if (!versus_of(c, &beside.with, e) || !review_compare(&x->look, &x->q, beside.with, &was, e))
        return false;
    json_init(&j, b);
    if (c->json)
        review_compared_json(&j, &c->arena, x->office.unit_id, &beside);
    else if (strcmp(cli_value(c, "format") ? cli_value(c, "format") : "", "csv") == 0)
        review_compare_csv(b, &c->arena, LANG_VI, &beside);
    else
        print_beside(b, &c->arena, &beside);
    return true;
}

static bool compute(struct cli *c, struct asking *x, struct strbuf *b, const char *format, struct err *e)
{
    struct review_set set;
    struct json j;
    if (!review_ask(c, x, e))
        return false;
    x->q.hashes = c->json;
    if (!review_compute(&x->look, &x->q, &set, e))
        return false;
    if (str_is(str_of(format), "xlsx") || str_is(str_of(format), "pdf"))
        return review_put(c, x, &set, format, e);
    json_init(&j, b);
    if (cli_value(c, "compare")) {
        if (!compute_beside(c, x, b, &set, e))
            return false;
    } else if (c->json)
        review_json(&j, &c->arena, x->office.unit_id, &set);
    else
        print_set(c, b, &set, format);
    if (c->json)
        strbuf_char(b, '\n');
    return cli_print(strbuf_text(b), e);
}

bool run_review_compute(struct cli *c, struct err *e)
{
    struct asking *x = arena_new(&c->arena, struct asking);
    struct strbuf *b = review_out(c);
    const char *format = cli_value(c, "format") ? cli_value(c, "format") : "text";
    c->json = strcmp(format, "json") == 0;
    struct str kinds = STR("text json csv xlsx pdf"), kind;
    bool known = false;
    while (str_split(&kinds, ' ', &kind))
        known |= str_is(kind, format);
    if (!known)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--format is text, json, csv, xlsx or pdf, not %s", format);
    if (!open_site(c, &x->o, e))
        return false;
    bool good = compute(c, x, b, format, e);
    open_close(&x->o);
    return good;
}

/* ---- check ---- */

/* Who makes it fail: numbers of matters, or of what else is counted. */
static bool print_causes(const struct asking *x, struct strbuf *b, const struct review *r, size_t check, struct err *e)
{
    struct review_causes why;
    if (!review_causes(&x->look, &x->q, r->form, &r->form->checks[check], &why, e))
        return false;
    for (size_t i = 0; i < why.cases.n; i++)
        strbuf_printf(b, "       case " STR_FMT "\n", STR_ARG(why.cases.v[i].number));
    for (size_t i = 0; why.about && why.about != &fact_case && i < why.all.n; i++)
        strbuf_printf(b, "       %s %lld/%lld\n", why.about->subject, (long long)why.all.v[i].office_id, (long long)why.all.v[i].id);
    return true;
}

static bool check_forms(struct cli *c, struct asking *x, struct strbuf *b, size_t *failed, struct err *e)
{
    struct review_set set;
    if (!review_ask(c, x, e) || !review_compute(&x->look, &x->q, &set, e))
        return false;
    for (size_t k = 0; k < set.n; k++) {
        for (size_t i = 0; i < set.v[k].form->checks_n; i++) {
            bool holds = set.v[k].holds[i];
            *failed += !holds;
            strbuf_printf(b, "%s " STR_FMT " " STR_FMT "\n", holds ? "ok  " : "FAIL", STR_ARG(set.v[k].form->id),
                          STR_ARG(set.v[k].form->checks[i].text));
            if (!holds && !print_causes(x, b, &set.v[k], i, e))
                return false;
        }
    }
    return cli_print(strbuf_text(b), e);
}

bool run_review_check(struct cli *c, struct err *e)
{
    struct asking *x = arena_new(&c->arena, struct asking);
    size_t failed = 0;
    if (!open_site(c, &x->o, e))
        return false;
    bool good = check_forms(c, x, review_out(c), &failed, e);
    open_close(&x->o);
    if (good && failed)
        return FAIL(e, ERR_CONFLICT, "err.conflict", "%zu checks do not hold", failed);
    return good;
}

/* ---- explain ---- */

static void print_behind(struct cli *c, struct strbuf *b, const struct review_behind *x)
{
    strbuf_printf(b, STR_FMT " column %lld: " STR_FMT "\n", STR_ARG(x->form->id), (long long)x->column->number,
                  STR_ARG(x->column->name.text[LANG_VI]));
    strbuf_printf(b, "article: " STR_FMT "\ncounts: %s\n", STR_ARG(review_source(x)->article),
                  x->column->about ? x->column->about->subject : "entered by the office");
    for (int64_t n = x->column->number; n; n = x->form->columns[n - 1].within)
        strbuf_printf(b, "%s column %lld: " STR_FMT "\n", n == x->column->number ? "where" : "  and", (long long)n,
                      STR_ARG(x->form->columns[n - 1].condition_text));
    strbuf_printf(b, "figure: %lld\nlist: %zu\nhash: " STR_FMT "\n", (long long)x->figure, x->all.n,
                  STR_ARG(digest_hex(&c->arena, &x->hash)));
    for (size_t i = 0; i < x->cases.n; i++)
        strbuf_printf(b, STR_FMT "\n", STR_ARG(x->cases.v[i].number));
    for (size_t i = 0; x->column->about != &fact_case && i < x->all.n; i++)
        strbuf_printf(b, "%lld/%lld\n", (long long)x->all.v[i].office_id, (long long)x->all.v[i].id);
}

static bool explain(struct cli *c, struct asking *x, int64_t column, struct err *e)
{
    struct review_behind behind;
    struct strbuf *b = review_out(c);
    struct json j;
    if (!review_ask(c, x, e) || !review_list(&x->look, &x->q, column, &behind, e))
        return false;
    json_init(&j, b);
    if (!c->json)
        print_behind(c, b, &behind);
    else
        review_behind_json(&j, &c->arena, &behind, LANG_VI);
    if (c->json)
        strbuf_char(b, '\n');
    return cli_print(strbuf_text(b), e);
}

bool run_review_explain(struct cli *c, struct err *e)
{
    struct asking *x = arena_new(&c->arena, struct asking);
    int64_t column;
    if (!cli_int(c, "column", 0, &column, e))
        return false;
    if (!cli_value(c, "form") || column < 1)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--form and --column are needed");
    if (!open_site(c, &x->o, e))
        return false;
    bool good = explain(c, x, column, e);
    open_close(&x->o);
    return good;
}
