// SPDX-License-Identifier: AGPL-3.0-or-later
/* What everybody may read: results as they were published. */
#include "base/text.h"
#include "case_track.html.h"
#include "features/cases/case_track.h"

static bool row_of(struct request *r, struct rd *rd, const struct case_publication *p, struct public_row *row, struct err *e)
{
    struct office office;
    const struct rule_procedure *kinds;
    size_t n;
    if (!units_office(rd, r->arena, p->key.office_id, &office, e))
        return false;
    *row = (struct public_row){
        .href = case_link_path(r->arena, "/published/", p->key, ""),
        .number = p->number,
        .title = p->title,
        .office = office.name,
        .published = p->published,
    };
    rulebook_procedures(site_of(r)->rules, &kinds, &n);
    for (size_t i = 0; i < n && !row->kind.n; i++) {
        if (str_eq(kinds[i].kind, p->kind))
            row->kind = kinds[i].name.text[r->lang];
    }
    return true;
}

static bool rows_of(struct request *r, struct rd *rd, const struct case_publication_list *list, struct public_list *p,
                    struct err *e)
{
    struct public_row *rows = arena_array(r->arena, struct public_row, list->n ? list->n : 1);
    for (size_t i = 0; i < list->n; i++) {
        if (!row_of(r, rd, &list->v[i], &rows[i], e))
            return false;
    }
    p->rows = rows;
    p->rows_n = list->n;
    return true;
}

static bool show_list(struct request *r, struct rd *rd, int64_t office_id, struct public_list *p, struct response *out,
                      struct err *e)
{
    struct case_publication_list list;
    bool found = p->q.n ? case_published_find(rd, r->arena, p->q, &list, e)
                        : case_published_list(rd, r->arena, office_id, &list, e);
    if (!found || !rows_of(r, rd, &list, p, e))
        return false;
    p->searched = p->q.n > 0;
    struct html *h = ui_begin(r);
    public_list_page(h, p);
    response_html(out, h);
    out->shared = true;
    return true;
}

bool public_list_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct public_list p = {.page = {.request = r, .title_msg = MSG("case.published.title"), .nav = "/published", .wide = true},
                            .q = text_clip(request_query(r, "q"), 200)};
    return store_read(site_of(r)->store, r->arena, &rd, e) && show_list(r, rd, 0, &p, out, e);
}

bool public_unit_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct office *offices;
    size_t n;
    struct public_list p = {.page = {.request = r, .title_msg = MSG("case.published.title"), .nav = "/published", .wide = true}};
    if (!store_read(site_of(r)->store, r->arena, &rd, e) || !units_offices(rd, r->arena, r->params[0], &offices, &n, e))
        return false;
    if (!n)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    p.office_name = offices[0].name;
    return show_list(r, rd, offices[0].office_id, &p, out, e);
}

/* One line a date that is public: handed in, decided, published. */
static void public_steps(struct request *r, struct public_page *p)
{
    struct ui_step *s = arena_array(r->arena, struct ui_step, 3);
    const struct case_publication *x = &p->publication;
    s[p->steps_n++] = (struct ui_step){.day = x->received, .title_msg = MSG("case.step.received"), .state = UI_STEP_DONE};
    if (!day_is_none(x->decided))
        s[p->steps_n++] = (struct ui_step){.day = x->decided, .title_msg = MSG("case.step.decided"), .state = UI_STEP_DONE};
    s[p->steps_n++] = (struct ui_step){.day = x->published, .title_msg = MSG("case.step.published"), .state = UI_STEP_DONE};
    p->steps = s;
}

bool public_page_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct office office;
    struct case_key key;
    struct public_row row;
    struct public_page p = {.page = {.request = r, .nav = "/published"}};
    if (!case_key_of(r, &key, e) || !store_read(site_of(r)->store, r->arena, &rd, e) ||
        !case_published(rd, r->arena, key, &p.publication, e) || !units_office(rd, r->arena, key.office_id, &office, e) ||
        !row_of(r, rd, &p.publication, &row, e))
        return false;
    p.page.title = p.publication.title;
    p.kind_name = row.kind;
    p.office_name = office.name;
    p.office_href = str_printf(r->arena, "/units/" STR_FMT, STR_ARG(office.unit_id));
    p.decision_name = case_decision_name(r, p.publication.kind, p.publication.decision);
    public_steps(r, &p);
    struct html *h = ui_begin(r);
    public_case_page(h, &p);
    response_html(out, h);
    out->shared = true;
    return true;
}
