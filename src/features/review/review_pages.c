// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/review/review_pages.h"

#include "platform/http/http_parse.h"
#include "review_pages.html.h"

/* The office whose figures the viewer opens: ?office=, or her first. */
static int64_t office_asked(const struct request *r)
{
    int64_t asked;
    if (str_int(request_query(r, "office"), &asked) && viewer_may(&r->viewer, asked, REVIEW_READERS))
        return asked;
    return viewer_office(&r->viewer, REVIEW_READERS);
}

static struct str href_of(struct request *r, const char *page, struct str period, const char *rest)
{
    return str_printf(r->arena, "/desk/reviews/%s?office=%lld&period=" STR_FMT "%s", page, (long long)office_asked(r),
                      STR_ARG(period), rest);
}

bool review_start_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct office office;
    int y, m, d;
    struct review_start p = {.page = {.request = r, .face = UI_DESK, .title_msg = MSG("review.title"), .nav = "/desk/reviews"}};
    if (!store_read(site_of(r)->store, r->arena, &rd, e) || !units_office(rd, r->arena, office_asked(r), &office, e))
        return false;
    day_parts(instant_day(r->now, r->zone_minutes), &y, &m, &d);
    struct review_period_row *rows = arena_array(r->arena, struct review_period_row, 64);
    for (int year = y; year > y - 2; year--) {
        struct rule_period *list;
        size_t n;
        rulebook_periods(site_of(r)->rules, r->arena, year, &list, &n);
        for (size_t i = 0; i < n && p.periods_n < 64; i++)
            rows[p.periods_n++] = (struct review_period_row){list[i], href_of(r, "form", list[i].id, ""),
                                                             href_of(r, "sheet", list[i].id, ""), list[i].name.text[r->lang]};
    }
    p.periods = rows;
    p.office_name = office.name;
    p.page.office = office.name;
    struct html *h = ui_begin(r);
    review_start_page(h, &p);
    response_html(out, h);
    return true;
}

/* ?period=2026-H1, or ?from= and ?to=. */
bool review_question_of(struct request *r, struct review_question *q, struct str *ret_period, struct err *e)
{
    struct rule_period period;
    *q = (struct review_question){.office_id = office_asked(r), .as_of = instant_day(r->now, r->zone_minutes),
                                    .facts = site_of(r)->facts, .hashes = true};
    q->form = request_query(r, "form").n ? request_query(r, "form") : STR("02/XLD");
    q->subtree = viewer_may(&r->viewer, q->office_id, REVIEW_READERS) && str_is(request_query(r, "subtree"), "1");
    if (rulebook_period(site_of(r)->rules, r->arena, request_query(r, "period"), &period)) {
        q->from = period.from;
        q->to = period.to;
        *ret_period = str_printf(r->arena, STR_FMT " %lld", STR_ARG(period.name.text[r->lang]), (long long)period.year);
        return true;
    }
    *ret_period = STR("");
    if (!day_parse(request_query(r, "from"), &q->from) || !day_parse(request_query(r, "to"), &q->to))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.range"), "no such period");
    return true;
}

/* Are offices below among what the viewer may read? */
static bool has_subtree(const struct viewer *v, int64_t office_id)
{
    for (size_t i = 0; i < v->grants_n; i++) {
        if (v->grants[i].subtree && (v->grants[i].roles & REVIEW_READERS) && v->grants[i].office_id == office_id)
            return true;
    }
    return false;
}

static struct review_column_row *list_columns(struct request *r, struct review_form_page *p, const struct review *x)
{
    struct review_column_row *cols = arena_array(r->arena, struct review_column_row, x->form->columns_n);
    for (size_t i = 0; i < x->form->columns_n; i++) {
        const struct rule_column *c = &x->form->columns[i];
        cols[i] = (struct review_column_row){
            .number = c->number,
            .total = x->total.cells[c->number],
            .name = c->name.text[r->lang],
            .href = href_of(r, "list", request_query(r, "period"),
                            str_printf(r->arena, "&form=%s&column=%lld", percent_encode(r->arena, x->form->id, "").p,
                                       (long long)c->number).p),
            .hash = str_cut(digest_hex(r->arena, &x->hashes[c->number]), 0, 16),
            .entered = !c->about,
            .condition = str_z(r->arena, c->condition_text),
        };
        if (!c->about && !p->subtree)
            p->entry_href = href_of(r, "entry", request_query(r, "period"),
                                    str_printf(r->arena, "&form=%s", percent_encode(r->arena, x->form->id, "").p).p);
        if (c->unit_name.text[r->lang].n)
            cols[i].name = str_printf(r->arena, STR_FMT " (" STR_FMT ")", STR_ARG(c->name.text[r->lang]),
                                      STR_ARG(c->unit_name.text[r->lang]));
        if (c->head.text[r->lang].n)
            cols[i].name = str_printf(r->arena, STR_FMT ": " STR_FMT, STR_ARG(c->head.text[r->lang]),
                                      STR_ARG(c->name.text[r->lang]));
    }
    p->columns = cols;
    p->columns_n = x->form->columns_n;
    return cols;
}

static void list_forms(struct request *r, struct review_form_page *p)
{
    const struct rule_form *forms;
    size_t n;
    rulebook_forms(site_of(r)->rules, &forms, &n);
    struct ui_link *links = arena_array(r->arena, struct ui_link, n * 2 + 1);
    p->forms = links;
    p->sections = links + n;
    for (size_t i = 0; i < n; i++) {
        struct ui_link *at = &links[forms[i].indicators ? n + p->sections_n++ : p->forms_n++];
        struct str rest = str_printf(r->arena, "&form=%s%s", percent_encode(r->arena, forms[i].id, "").p, p->subtree ? "&subtree=1" : "");
        *at = (struct ui_link){.text = forms[i].id, .current = str_eq(forms[i].id, p->form->id),
                               .href = href_of(r, "form", request_query(r, "period"), rest.p)};
    }
}

static void list_offices(struct request *r, struct review_form_page *p, const struct review *x)
{
    struct review_office *rows = arena_array(r->arena, struct review_office, x->rows_n + 1);
    for (size_t i = 0; i < x->rows_n; i++) {
        struct review_cell *cells = arena_array(r->arena, struct review_cell, x->form->columns_n);
        for (size_t k = 0; k < x->form->columns_n; k++)
            cells[k].n = x->rows[i].cells[x->form->columns[k].number];
        rows[i] = (struct review_office){x->rows[i].name, cells, x->form->columns_n};
    }
    p->offices = rows;
    p->offices_n = x->rows_n;
}

/* "−12,5 %" in the reader's way of writing. */
static struct str percent_of(struct request *r, const struct review_change *c)
{
    struct str s = review_change_percent(r->arena, c);
    size_t dot;
    if (!s.n || !str_find(s, STR("."), &dot))
        return STR("–");
    return str_printf(r->arena, "%s" STR_FMT "%s" STR_FMT " %%", c->permille > 0 ? "+" : "", STR_ARG(str_cut(s, 0, dot)),
                      r->lang == LANG_EN ? "." : ",", STR_ARG(str_cut(s, dot + 1, s.n)));
}

static void list_versus(struct request *r, struct review_form_page *p, enum review_versus v)
{
    static const char *const words[] = {"", "&compare=previous", "&compare=same"};
    static const char *const names[] = {MSG("review.alone"), MSG("review.previous"), MSG("review.same_period")};
    struct ui_link *links = arena_array(r->arena, struct ui_link, 3);
    for (int i = REVIEW_ALONE; i <= REVIEW_SAME; i++) {
        struct str rest = str_printf(r->arena, "&form=%s%s%s", percent_encode(r->arena, p->form->id, "").p,
                                     p->subtree ? "&subtree=1" : "", words[i]);
        links[i] = (struct ui_link){.msg = names[i], .current = i == (int)v,
                                    .href = href_of(r, "form", request_query(r, "period"), rest.p)};
    }
    p->versus = links;
    p->versus_n = 3;
}

/* A unit that was not there then has no figures to compare with: said, no error. */
static bool compare_columns(struct request *r, const struct case_look *l, const struct review_question *q, struct review_form_page *p,
                            struct review_column_row *cols, struct err *e)
{
    enum review_versus v;
    struct review_set was;
    if (!review_versus_parse(request_query(r, "compare"), &v))
        v = REVIEW_ALONE;
    list_versus(r, p, v);
    if (v == REVIEW_ALONE)
        return true;
    if (!review_compare(l, q, v, &was, e)) {
        p->versus_msg = e->msg;
        return e->code == ERR_BAD_INPUT;
    }
    p->compares = true;
    p->was_from = was.v[0].from;
    p->was_to = was.v[0].to;
    for (size_t i = 0; i < p->columns_n; i++) {
        cols[i].change = review_change(cols[i].total, was.v[0].total.cells[cols[i].number]);
        cols[i].percent = percent_of(r, &cols[i].change);
    }
    return true;
}

bool review_form_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct office office;
    struct review_question q;
    struct review_set set;
    struct review_form_page p = {.page = {.request = r, .face = UI_DESK, .title_msg = MSG("review.form"), .nav = "/desk/reviews",
                                          .wide = true}};
    if (!review_question_of(r, &q, &p.period_name, e) || !store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_world world = {.rules = site_of(r)->rules};
    struct case_look l = {rd, r->arena, &world, &r->viewer};
    if (!units_office(rd, r->arena, q.office_id, &office, e) || !review_compute(&l, &q, &set, e))
        return false;
    const struct review *x = &set.v[0];
    p.office_name = office.name;
    p.page.office = office.name;
    p.form = x->form;
    p.form_name = x->form->name.text[r->lang];
    p.from = q.from;
    p.to = q.to;
    p.as_of = q.as_of;
    p.holds = x->holds;
    p.subtree = q.subtree;
    if (!q.subtree && has_subtree(&r->viewer, q.office_id))
        p.subtree_href = href_of(r, "form", request_query(r, "period"), "&subtree=1");
    if (!compare_columns(r, &l, &q, &p, list_columns(r, &p, x), e))
        return false;
    list_offices(r, &p, x);
    list_forms(r, &p);
    const char *same = str_printf(r->arena, "&form=%s%s", percent_encode(r->arena, x->form->id, "").p, q.subtree ? "&subtree=1" : "").p;
    p.csv_href = href_of(r, "form.csv", request_query(r, "period"), same);
    p.xlsx_href = href_of(r, "form.xlsx", request_query(r, "period"), same);
    p.pdf_href = href_of(r, "form.pdf", request_query(r, "period"), same);
    struct html *h = ui_begin(r);
    review_form_html(h, &p);
    response_html(out, h);
    return true;
}

bool review_form_csv(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct review_question q;
    struct review_set set;
    struct str period;
    struct strbuf b;
    if (!review_question_of(r, &q, &period, e) || !store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_world world = {.rules = site_of(r)->rules};
    struct case_look l = {rd, r->arena, &world, &r->viewer};
    q.hashes = false;
    if (!review_compute(&l, &q, &set, e))
        return false;
    strbuf_init(&b, r->arena, 16 << 20);
    review_csv(&b, r->arena, r->lang, &set.v[0]);
    out->content_type = STR("text/csv; charset=utf-8");
    out->download_name = STR("review.csv");
    out->body = strbuf_text(&b);
    return true;
}

struct str review_case_href(struct html *h, const struct case_facts *c)
{
    return str_printf(h->arena, "/desk/cases/%lld/%lld", (long long)c->key.office_id, (long long)c->key.case_id);
}

/* The condition, and those of the columns that it stands within. */
static void list_conditions(struct request *r, struct review_list_page *p)
{
    const struct review_behind *x = p->behind;
    struct review_condition *list = arena_array(r->arena, struct review_condition, x->form->columns_n);
    for (int64_t n = x->column->number; n; n = x->form->columns[n - 1].within) {
        const struct rule_column *c = &x->form->columns[n - 1];
        list[p->conditions_n++] = (struct review_condition){n, c->name.text[r->lang], c->condition_text};
    }
    p->conditions = list;
}

bool review_list_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct review_question q;
    struct review_behind x;
    struct str period;
    int64_t column;
    struct review_list_page p = {.page = {.request = r, .face = UI_DESK, .title_msg = MSG("review.list"), .nav = "/desk/reviews",
                                          .wide = true}};
    if (!str_int(request_query(r, "column"), &column))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    if (!review_question_of(r, &q, &period, e) || !store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_world world = {.rules = site_of(r)->rules};
    struct case_look l = {rd, r->arena, &world, &r->viewer};
    if (!review_list(&l, &q, column, &x, e))
        return false;
    p.behind = &x;
    p.column_name = x.column->name.text[r->lang];
    p.hash = digest_hex(r->arena, &x.hash);
    p.back = href_of(r, "form", request_query(r, "period"), "");
    p.rows = x.cases.v;
    p.rows_n = x.cases.n;
    list_conditions(r, &p);
    p.from = q.from;
    p.to = q.to;
    struct html *h = ui_begin(r);
    review_list_html(h, &p);
    response_html(out, h);
    return true;
}
