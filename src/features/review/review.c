// SPDX-License-Identifier: AGPL-3.0-or-later
/* The computation, and the index of the folder. No SQL: it reads the register
 * through features/cases. */
#include "features/review/review.h"

#include <stdlib.h>
#include <string.h>

#include "features/review/review_pages.h"

const struct route review_routes[] = {
    {"GET", "/desk/reviews", review_start_get, REVIEW_READERS, 0, NULL, "periods, to choose one"},
    {"GET", "/desk/reviews/form", review_form_get, REVIEW_READERS, 0, NULL, "a statutory form filled from the records"},
    {"GET", "/desk/reviews/list", review_list_get, REVIEW_READERS, 0, NULL, "the matters behind a figure"},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

static bool on_or_before(struct day d, struct day limit)
{
    return !day_is_none(d) && d.n <= limit.n;
}

/* The facts of a matter as they stood at the end of the range. */
static void facts_of(const struct case_facts *c, const struct review_question *q, struct expr_value v[RULE_FACTS])
{
    bool handled = on_or_before(c->handled, q->to) && on_or_before(c->handled, q->as_of);
    bool decided = on_or_before(c->decided, q->to) && on_or_before(c->decided, q->as_of) && c->decided.n >= q->from.n;
    memset(v, 0, sizeof *v * RULE_FACTS);
    v[FACT_REGISTERED].n = c->received.n >= q->from.n && c->received.n <= q->to.n;
    v[FACT_CARRIED].n = c->received.n < q->from.n && !(on_or_before(c->handled, day_add(q->from, -1)));
    v[FACT_HANDLED].n = handled;
    v[FACT_ELIGIBLE].n = handled && c->eligible == 1;
    v[FACT_OWN].n = handled && c->own == 1;
    v[FACT_DECIDED].n = decided;
    v[FACT_DUPLICATE].n = c->matter_of != c->key.case_id;
    v[FACT_KIND].word = c->kind;
    v[FACT_INSTANCE].n = c->instance;
    v[FACT_SUBJECT].word = c->subject;
    v[FACT_OUTCOME].word = handled ? c->outcome : STR("");
    v[FACT_DECISION].word = decided ? c->decision : STR("");
    v[FACT_PEOPLE].n = c->people;
}

/* Offices of a question: the one, or all below it that have a register. */
static bool offices_of(struct rd *rd, struct arena *a, const struct review_question *q, const int64_t **ret, size_t *ret_n,
                       struct err *e)
{
    if (q->subtree)
        return units_offices_below(rd, a, q->office_id, ret, ret_n, e);
    int64_t *one = arena_new(a, int64_t);
    *one = q->office_id;
    *ret = one;
    *ret_n = 1;
    return true;
}

static bool check_question(const struct rulebook *rules, const struct review_question *q, const struct rule_form **ret_form,
                           struct err *e)
{
    const struct rule_form *form = rulebook_form(rules, q->form);
    if (!form)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.review.form"), "no form " STR_FMT, STR_ARG(q->form));
    if (day_is_none(q->from) || day_is_none(q->to) || q->from.n > q->to.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.range"), "the range runs backwards");
    if (day_diff(q->to, q->from) > 366 * 30)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.range"), "more than thirty years");
    *ret_form = form;
    return true;
}

/* The numbers behind each column of the total, gathered while counting. */
struct gathered {
    struct arena *arena;
    struct str *numbers[REVIEW_COLUMNS];
    size_t n[REVIEW_COLUMNS], room[REVIEW_COLUMNS];
};

static void gather(struct gathered *g, int64_t column, struct str number)
{
    if (g->n[column] == g->room[column]) {
        size_t room = g->room[column] ? g->room[column] * 2 : 32;
        struct str *more = arena_array(g->arena, struct str, room);
        if (g->n[column])
            memcpy(more, g->numbers[column], g->n[column] * sizeof *more);
        g->numbers[column] = more;
        g->room[column] = room;
    }
    g->numbers[column][g->n[column]++] = number;
}

static bool counts(const struct rule_column *col, const struct expr_value *v)
{
    return expr_holds(col->condition, v) && !(col->matters && v[FACT_DUPLICATE].n);
}

static void count_case(const struct rule_form *form, const struct review_question *q, const struct case_facts *c,
                       struct review_row *row, struct gathered *g)
{
    struct expr_value v[RULE_FACTS];
    facts_of(c, q, v);
    if (c->received.n > q->as_of.n)
        return;
    for (size_t i = 0; i < form->columns_n; i++) {
        const struct rule_column *col = &form->columns[i];
        if (!counts(col, v))
            continue;
        row->cells[col->number]++;
        gather(g, col->number, c->number);
    }
}

static int by_text(const void *x, const void *y)
{
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static void hash_columns(struct gathered *g, struct review *r)
{
    for (size_t i = 0; i < r->form->columns_n; i++) {
        int64_t k = r->form->columns[i].number;
        struct strbuf b;
        strbuf_init(&b, g->arena, g->n[k] * 64 + 64);
        if (g->n[k])
            qsort(g->numbers[k], g->n[k], sizeof(struct str), by_text);
        for (size_t x = 0; x < g->n[k]; x++) {
            strbuf_str(&b, g->numbers[k][x]);
            strbuf_char(&b, '\n');
        }
        struct str list = strbuf_text(&b);
        r->hashes[k] = digest_of(list.p, list.n);
    }
}

static void add_up(struct review *r, struct arena *a)
{
    for (size_t i = 0; i < r->rows_n; i++) {
        for (int k = 1; k < REVIEW_COLUMNS; k++)
            r->total.cells[k] += r->rows[i].cells[k];
    }
    r->holds = arena_array(a, bool, r->form->checks_n ? r->form->checks_n : 1);
    for (size_t i = 0; i < r->form->checks_n; i++)
        r->holds[i] = rule_check_holds(&r->form->checks[i], r->total.cells);
}

/* What is being counted: one form over one question. */
struct counting {
    const struct case_look *look;
    const struct review_question *question;
    const struct rule_form *form;
    struct gathered gathered;
};

static bool count_office(struct counting *k, struct review_row *row, struct err *e)
{
    struct office office;
    struct case_list list;
    const struct case_range range = {row->office_id, k->question->from, k->question->to};
    if (!units_office(k->look->rd, k->look->arena, row->office_id, &office, e) || !case_facts_between(k->look, &range, &list, e))
        return false;
    row->unit = office.unit_id;
    row->name = office.name;
    for (size_t i = 0; i < list.n; i++)
        count_case(k->form, k->question, &list.v[i], row, &k->gathered);
    return true;
}

static bool is_empty(const struct review_row *row)
{
    for (int k = 1; k < REVIEW_COLUMNS; k++) {
        if (row->cells[k])
            return false;
    }
    return true;
}

bool review_compute(const struct case_look *l, const struct review_question *q, struct review *ret, struct err *e)
{
    struct review r = {.from = q->from, .to = q->to, .as_of = q->as_of};
    const int64_t *offices;
    size_t n;
    if (!check_question(l->world->rules, q, &r.form, e) || !offices_of(l->rd, l->arena, q, &offices, &n, e))
        return false;
    struct counting k = {.look = l, .question = q, .form = r.form, .gathered.arena = l->arena};
    r.rows = arena_array(l->arena, struct review_row, n ? n : 1);
    r.total.office_id = q->office_id;
    for (size_t i = 0; i < n; i++) {
        struct review_row *row = &r.rows[r.rows_n];
        *row = (struct review_row){.office_id = offices[i]};
        if (!count_office(&k, row, e))
            return false;
        /* offices without a register (councils, the Front) would fill the table with noughts */
        r.rows_n += !is_empty(row) || offices[i] == q->office_id;
    }
    add_up(&r, l->arena);
    hash_columns(&k.gathered, &r);
    *ret = r;
    return true;
}

bool review_list(const struct case_look *l, const struct review_question *q, int64_t column, struct case_list *ret,
                 struct err *e)
{
    const struct rule_form *form;
    struct case_list all, kept = {0};
    struct expr_value values[RULE_FACTS];
    const struct case_range range = {q->office_id, q->from, q->to};
    if (!check_question(l->world->rules, q, &form, e))
        return false;
    if (column < 1 || (size_t)column > form->columns_n)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.review.form"), "no column %lld", (long long)column);
    if (!case_facts_between(l, &range, &all, e))
        return false;
    kept.v = arena_array(l->arena, struct case_facts, all.n ? all.n : 1);
    for (size_t i = 0; i < all.n; i++) {
        facts_of(&all.v[i], q, values);
        if (all.v[i].received.n <= q->as_of.n && counts(&form->columns[column - 1], values))
            kept.v[kept.n++] = all.v[i];
    }
    *ret = kept;
    return true;
}
