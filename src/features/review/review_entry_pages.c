// SPDX-License-Identifier: AGPL-3.0-or-later
/* The page on which an office enters what no record gives. */
#include "features/review/review_sheet_pages.h"

#include "platform/http/http_parse.h"
#include "platform/i18n/i18n.h"
#include "review_entry.html.h"

struct entering {
    struct request *r;
    struct case_world world;
    struct review_entry_page *p;
    struct review_entry base;
};

static struct str field_of(const struct request *r, const char *name)
{
    struct str typed = request_form(r, name);
    return typed.n ? typed : request_query(r, name);
}

static bool read_asked(struct entering *x, struct rule_period *period, struct err *e)
{
    struct request *r = x->r;
    const struct site *s = site_of(r);
    x->world = (struct case_world){.rules = s->rules, .keys = s->keys, .zone_minutes = s->zone_minutes,
                                   .today = instant_day(r->now, s->zone_minutes)};
    if (!str_int(field_of(r, "office"), &x->base.office_id))
        x->base.office_id = viewer_office(&r->viewer, REVIEW_SEERS);
    if (!rulebook_period(s->rules, r->arena, field_of(r, "period"), period))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.empty"), "no such period");
    x->p->form = rulebook_form(s->rules, field_of(r, "form"));
    if (!x->p->form)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.review.form"), "no such form");
    x->base.from = period->from;
    x->base.to = period->to;
    x->base.form = x->p->form->id;
    return true;
}

static void list_cells(struct entering *x, const struct review_entries *list)
{
    struct arena *a = x->r->arena;
    struct review_entry_cell *cells = arena_array(a, struct review_entry_cell, x->p->form->columns_n + 1);
    for (size_t i = 0; i < x->p->form->columns_n; i++) {
        const struct rule_column *c = &x->p->form->columns[i];
        if (c->about || !review_level_fits(c, x->base.office_id))
            continue;
        struct review_entry_cell *cell = &cells[x->p->cells_n++];
        *cell = (struct review_entry_cell){.column = c, .field = str_printf(a, "c%lld", (long long)c->number)};
        for (size_t k = 0; k < list->n; k++) {
            if (list->v[k].column == c->number && str_eq(list->v[k].form, x->base.form))
                cell->entry = &list->v[k];
        }
        cell->typed = cell->entry ? str_printf(a, "%lld", (long long)cell->entry->figure) : STR("");
    }
    x->p->cells = cells;
}

static bool look(struct entering *x, struct err *e)
{
    struct request *r = x->r;
    struct rd *rd;
    struct rule_period period;
    struct review_entries list;
    struct office office;
    if (!read_asked(x, &period, e) || !store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = {rd, r->arena, &x->world, &r->viewer};
    struct review_question q = {.office_id = x->base.office_id, .from = period.from, .to = period.to, .as_of = x->world.today};
    bool good = review_check_range(&l, &q, e) && units_office(rd, r->arena, x->base.office_id, &office, e) &&
                review_entries(&l, &q, &list, e);
    store_read_end(rd);
    if (!good)
        return false;
    struct review_entry_page *p = x->p;
    p->office_id = x->base.office_id;
    p->office_name = p->page.office = office.name;
    p->period = period.id;
    p->period_name = str_printf(r->arena, STR_FMT " %lld", STR_ARG(period.name.text[r->lang]), (long long)period.year);
    p->form_name = p->form->name.text[r->lang];
    p->from = period.from;
    p->to = period.to;
    p->works = viewer_may(&r->viewer, p->office_id, REVIEW_WORKERS);
    list_cells(x, &list);
    return true;
}

static void show(struct entering *x, struct response *out)
{
    struct html *h = ui_begin(x->r);
    review_entry_html(h, x->p);
    response_html(out, h);
}

static struct review_entry_page page_of(struct request *r)
{
    return (struct review_entry_page){.page = {.request = r, .face = UI_DESK, .title_msg = MSG("review.entry"), .nav = "/desk/reviews",
                                               .wide = true}};
}

bool review_entry_get(struct request *r, struct response *out, struct err *e)
{
    struct review_entry_page p = page_of(r);
    struct entering x = {.r = r, .p = &p};
    if (!look(&x, e))
        return false;
    show(&x, out);
    return true;
}

static bool enter_all(struct tx *tx, void *arg, struct err *e)
{
    struct entering *x = arg;
    struct case_doing d = {tx, &x->world, &x->r->viewer, x->r->now};
    for (size_t i = 0; i < x->p->cells_n; i++) {
        struct review_entry in = x->base;
        in.column = x->p->cells[i].column->number;
        if (!x->p->cells[i].typed.n)
            continue;
        str_int(x->p->cells[i].typed, &in.figure);
        if (!review_enter(&d, &in, e))
            return false;
    }
    return true;
}

/* What was typed; a cell that is no number in the limits says so. */
static bool read_cells(struct entering *x)
{
    bool good = true;
    struct review_entry_cell *cells = x->p->cells;
    for (size_t i = 0; i < x->p->cells_n; i++) {
        int64_t n = 0;
        cells[i].typed = str_trim(request_form(x->r, str_z(x->r->arena, cells[i].field)));
        cells[i].wrong = cells[i].typed.n && (!str_int(cells[i].typed, &n) || n < 0 || n > REVIEW_FIGURE_MAX);
        good &= !cells[i].wrong;
    }
    return good;
}

bool review_entry_post(struct request *r, struct response *out, struct err *e)
{
    struct review_entry_page p = page_of(r);
    struct entering x = {.r = r, .p = &p};
    if (!look(&x, e))
        return false;
    if (!read_cells(&x)) {
        p.page.notice_msg = MSG("err.review.figure");
        p.page.notice_tone = UI_BAD;
        show(&x, out);
        out->status = err_http_status(ERR_BAD_INPUT);
        return true;
    }
    if (!store_run(site_of(r)->store, enter_all, &x, e))
        return false;
    response_redirect(out, str_printf(r->arena, "/desk/reviews/entry?office=%lld&period=" STR_FMT "&form=%s", (long long)p.office_id,
                                      STR_ARG(p.period), percent_encode(r->arena, p.form->id, "").p));
    return true;
}
