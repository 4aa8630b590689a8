// SPDX-License-Identifier: AGPL-3.0-or-later
/* The work on a review: a period's sheet, who has sent, what is frozen. */
#include "features/review/review_sheet_pages.h"

#include "base/text.h"
#include "platform/i18n/i18n.h"
#include "review_sheet.html.h"

enum { GAPS_MAX = 100, NAMED = 10 };

static struct str field_of(const struct request *r, const char *name)
{
    struct str typed = request_form(r, name);
    return typed.n ? typed : request_query(r, name);
}

static bool read_range(struct request *r, struct review_asked *x, struct err *e)
{
    struct rule_period period;
    struct review_order *o = &x->order;
    o->send_by = DAY_NONE;
    o->below = str_is(field_of(r, "below"), "1");
    o->reason = request_form(r, "reason");
    if (!str_int(field_of(r, "office"), &o->office_id))
        o->office_id = viewer_office(&r->viewer, REVIEW_SEERS);
    if (!rulebook_period(site_of(r)->rules, r->arena, field_of(r, "period"), &period))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.empty"), "no such period");
    o->period = period.id;
    o->from = period.from;
    o->to = period.to;
    o->send_by = o->below ? period.forward_by : period.send_by;
    x->period_name = str_printf(r->arena, STR_FMT " %lld", STR_ARG(period.name.text[r->lang]), (long long)period.year);
    return true;
}

static struct case_world world_of(struct request *r)
{
    const struct site *s = site_of(r);
    return (struct case_world){.rules = s->rules, .keys = s->keys, .zone_minutes = s->zone_minutes,
                               .today = instant_day(r->now, s->zone_minutes)};
}

static bool begin(struct request *r, struct review_asked *x, struct err *e)
{
    struct rd *rd;
    x->world = world_of(r);
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    x->look = (struct case_look){rd, r->arena, &x->world, &r->viewer};
    return true;
}

bool review_asked_of(struct request *r, struct review_asked *x, struct err *e)
{
    return read_range(r, x, e) && begin(r, x, e) && units_office(x->look.rd, r->arena, x->order.office_id, &x->office, e);
}

struct str review_sheet_href(struct arena *a, const char *page, const struct review_order *o)
{
    return str_printf(a, "/desk/reviews/%s?office=%lld&period=" STR_FMT "%s", page, (long long)o->office_id, STR_ARG(o->period),
                      o->below ? "&below=1" : "");
}

/* ---- the sheet ---- */

static const struct review_remark *said(const struct review_remarks *list, struct str form, struct str rule)
{
    for (size_t i = 0; i < list->n; i++) {
        if (str_eq(list->v[i].form, form) && str_eq(list->v[i].rule, rule))
            return &list->v[i];
    }
    return NULL;
}

static bool add_gap(const struct review_asked *x, struct review_sheet_page *p, const struct review *v, size_t check, struct err *e)
{
    struct review_causes why;
    struct review_remarks list;
    const struct rule_check *c = &v->form->checks[check];
    const struct review_question q = {.office_id = x->order.office_id, .from = v->from, .to = v->to, .as_of = v->as_of,
                                      .facts = site_of(p->page.request)->facts};
    if (!review_remarks(&x->look, p->draft, &list, e))
        return false;
    const struct review_remark *old = said(&list, v->form->id, c->text);
    struct review_gap *g = &p->gaps[p->gaps_n];
    *g = (struct review_gap){.form = v->form->id, .rule = c->text, .text = old ? old->text : STR(""),
                             .field = str_printf(x->look.arena, "why%zu", p->gaps_n)};
    p->gaps_n++;
    if (x->order.below)
        return true;
    if (!review_causes(&x->look, &q, v->form, c, &why, e))
        return false;
    g->cases = why.cases.v;
    g->cases_n = why.cases.n < NAMED ? why.cases.n : NAMED;
    return true;
}

static bool find_gaps(const struct review_asked *x, struct review_sheet_page *p, const struct review_made *made, struct err *e)
{
    p->gaps = arena_array(x->look.arena, struct review_gap, GAPS_MAX);
    p->sources_n = made->sources.n;
    for (size_t i = 0; i < made->set.n; i++) {
        const struct review *v = &made->set.v[i];
        p->checks_n += v->form->checks_n;
        for (size_t k = 0; k < v->form->checks_n && p->gaps_n < GAPS_MAX; k++) {
            if (!v->holds[k] && !add_gap(x, p, v, k, e))
                return false;
        }
    }
    return true;
}

static struct day known_on(const struct review_asked *x)
{
    return day_add(x->world.today, -1);
}

static void list_versions(const struct review_asked *x, struct review_sheet_page *p, const struct review_sheets *list)
{
    struct arena *a = x->look.arena;
    struct review_version_row *rows = arena_array(a, struct review_version_row, list->n ? list->n : 1);
    for (size_t i = 0; i < list->n; i++) {
        const struct review_sheet *s = &list->v[i];
        if (!s->frozen) {
            p->draft = s;
            continue;
        }
        rows[p->versions_n++] = (struct review_version_row){*s,
            str_printf(a, "/desk/reviews/frozen?office=%lld&no=%lld", (long long)s->office_id, (long long)s->review_no),
            str_cut(digest_hex(a, &s->digest), 0, 16)};
    }
    p->versions = rows;
}

static bool fill_sheet(struct request *r, struct review_asked *x, struct review_sheet_page *p, struct err *e)
{
    struct review_sheets list;
    struct review_made made;
    const int64_t *below;
    size_t below_n;
    p->office_name = p->page.office = x->office.name;
    p->period_name = x->period_name;
    p->order = x->order;
    p->as_of = known_on(x);
    p->ripe = p->as_of.n >= x->order.to.n;
    p->works = viewer_may(&r->viewer, x->order.office_id, REVIEW_WORKERS);
    p->leads = viewer_may(&r->viewer, x->order.office_id, ROLE_LEADER);
    p->form_href = review_sheet_href(r->arena, "form", &x->order);
    p->below_href = review_sheet_href(r->arena, "sent", &x->order);
    if (!review_versions(&x->look, &x->order, &list, e) ||
        !units_offices_below(x->look.rd, r->arena, x->order.office_id, &below, &below_n, e))
        return false;
    p->above = below_n > 1;
    list_versions(x, p, &list);
    if (!review_text_links(r, x, NULL, &p->texts, &p->texts_n, e))
        return false;
    for (size_t i = 0; i < p->texts_n; i++)
        p->unwritten += p->texts[i].missing;
    return !p->draft || (review_make(&x->look, site_of(r)->facts, p->draft, p->as_of, &made, e) && find_gaps(x, p, &made, e));
}

static bool show_sheet(struct request *r, struct review_sheet_page *p, struct response *out, struct err *e)
{
    struct review_asked x = {.period_name = STR("")};
    p->page.request = r;
    p->page.face = UI_DESK;
    p->page.title_msg = MSG("review.sheet");
    p->page.nav = "/desk/reviews";
    p->page.wide = true;
    if (!review_asked_of(r, &x, e) || !fill_sheet(r, &x, p, e))
        return false;
    struct html *h = ui_begin(r);
    review_sheet_html(h, p);
    response_html(out, h);
    return true;
}

bool review_sheet_get(struct request *r, struct response *out, struct err *e)
{
    struct review_sheet_page p = {.page = {.request = r}};
    return show_sheet(r, &p, out, e);
}

/* ---- what is done ---- */

struct doing {
    struct request *r;
    const struct review_asked *asked;
    struct review_sheet_page *p;
    const struct review_made *made;
    bool prepare, freeze;
};

static bool say_all(const struct case_doing *d, const struct doing *x, struct err *e)
{
    for (size_t i = 0; i < x->p->gaps_n; i++) {
        const struct review_gap *g = &x->p->gaps[i];
        struct review_saying s = {x->asked->order.office_id, x->p->draft->review_no, g->form, g->rule, g->text};
        if (!review_say(d, &s, e))
            return false;
    }
    return true;
}

static bool prepare_or_say(struct tx *tx, void *arg, struct err *e)
{
    const struct doing *x = arg;
    int64_t no;
    struct case_doing d = {tx, &x->asked->world, &x->r->viewer, x->r->now};
    return x->prepare ? review_prepare(&d, &x->asked->order, &no, e) : say_all(&d, x, e);
}

static bool freeze_it(struct tx *tx, void *arg, struct err *e)
{
    const struct doing *x = arg;
    struct case_doing d = {tx, &x->asked->world, &x->r->viewer, x->r->now};
    struct review_freezing f = {x->asked->order.office_id, x->p->draft->review_no, x->made, STR("")};
    return review_freeze(&d, &f, e);
}

/* What was typed beside each check that fails. */
static bool read_texts(struct request *r, struct review_sheet_page *p, struct err *e)
{
    for (size_t i = 0; i < p->gaps_n; i++) {
        if (!text_accept(r->arena, request_form(r, str_z(r->arena, p->gaps[i].field)), REVIEW_TEXT_CHARS, &p->gaps[i].text, e))
            return false;
    }
    return true;
}

static bool work(struct request *r, struct review_asked *x, struct err *e)
{
    struct review_sheet_page p = {.page = {.request = r}};
    struct review_made made;
    struct str what = request_form(r, "do");
    struct doing d = {.r = r, .asked = x, .p = &p, .made = &made, .prepare = str_is(what, "prepare"), .freeze = str_is(what, "freeze")};
    struct store *store = site_of(r)->store;
    if (!text_accept(r->arena, x->order.reason, REVIEW_TEXT_CHARS, &x->order.reason, e))
        return false;
    if (d.prepare)
        return store_run(store, prepare_or_say, &d, e);
    if (!fill_sheet(r, x, &p, e))
        return false;
    if (!p.draft)
        return FAIL(e, ERR_CONFLICT, MSG("err.review.frozen"), "no draft");
    if (!read_texts(r, &p, e) || !store_run(store, prepare_or_say, &d, e))
        return false;
    if (!d.freeze)
        return true;
    return review_make(&x->look, site_of(r)->facts, p.draft, p.as_of, &made, e) && store_run(store, freeze_it, &d, e);
}

bool review_sheet_post(struct request *r, struct response *out, struct err *e)
{
    struct review_asked x = {.period_name = STR("")};
    struct review_sheet_page p = {.reason = request_form(r, "reason")};
    if (!review_asked_of(r, &x, e))
        return false;
    if (work(r, &x, e)) {
        response_redirect(out, review_sheet_href(r->arena, "sheet", &x.order));
        return true;
    }
    if (e->code != ERR_BAD_INPUT && e->code != ERR_CONFLICT)
        return false;
    int status = err_http_status(e->code);
    store_read_end(x.look.rd);
    p.page.notice_msg = e->msg;
    p.page.notice_tone = UI_BAD;
    bool shown = show_sheet(r, &p, out, e);
    out->status = status;
    return shown;
}

/* ---- who has sent ---- */

bool review_senders_get(struct request *r, struct response *out, struct err *e)
{
    struct review_asked x = {.period_name = STR("")};
    struct review_senders_page p = {.page = {.request = r, .face = UI_DESK, .title_msg = MSG("review.sent"), .nav = "/desk/reviews",
                                             .wide = true}};
    struct rule_period period;
    if (!review_asked_of(r, &x, e))
        return false;
    if (rulebook_period(site_of(r)->rules, r->arena, x.order.period, &period))
        x.order.send_by = period.send_by;
    if (!review_senders(&x.look, &x.order, &p.list, e))
        return false;
    struct str *hrefs = arena_array(r->arena, struct str, p.list.n ? p.list.n : 1);
    for (size_t i = 0; i < p.list.n; i++) {
        const struct review_sheet *s = &p.list.v[i].sheet;
        hrefs[i] = viewer_may(&r->viewer, s->office_id, REVIEW_SEERS) && s->review_no
                       ? str_printf(r->arena, "/desk/reviews/frozen?office=%lld&no=%lld", (long long)s->office_id, (long long)s->review_no)
                       : STR("");
    }
    p.hrefs = hrefs;
    p.office_name = p.page.office = x.office.name;
    p.period_name = x.period_name;
    p.order = x.order;
    x.order.below = true;
    p.sheet_href = review_sheet_href(r->arena, "sheet", &x.order);
    struct html *h = ui_begin(r);
    review_senders_html(h, &p);
    response_html(out, h);
    return true;
}

/* ---- a frozen one ---- */

bool review_frozen_of(struct request *r, struct review_asked *x, struct review_sheet *ret, struct err *e)
{
    int64_t office_id, no;
    if (!str_int(request_query(r, "office"), &office_id) || !str_int(request_query(r, "no"), &no))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    if (!begin(r, x, e) || !review_sheet(&x->look, office_id, no, ret, e))
        return false;
    return ret->frozen || FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), "a draft");
}

struct str review_column_name(struct html *h, const struct rule_column *c)
{
    enum lang lang = h->lang;
    if (!c->head.text[lang].n)
        return c->name.text[lang];
    return str_printf(h->arena, STR_FMT ": " STR_FMT, STR_ARG(c->head.text[lang]), STR_ARG(c->name.text[lang]));
}

static void list_forms(struct request *r, struct review_frozen_page *p, const struct review_set *set)
{
    struct review_stored_form *forms = arena_array(r->arena, struct review_stored_form, set->n ? set->n : 1);
    for (size_t i = 0; i < set->n; i++)
        forms[i] = (struct review_stored_form){set->v[i].form, set->v[i].form->name.text[r->lang], set->v[i].total.cells,
                                               set->v[i].holds};
    p->forms = forms;
    p->forms_n = set->n;
}

bool review_frozen_get(struct request *r, struct response *out, struct err *e)
{
    struct review_asked x = {.period_name = STR("")};
    struct review_set set;
    struct review_frozen_page p = {.page = {.request = r, .face = UI_DESK, .title_msg = MSG("review.frozen"), .nav = "/desk/reviews",
                                            .wide = true}};
    if (!review_frozen_of(r, &x, &p.sheet, e) || !review_stored(&x.look, &p.sheet, &set, e) ||
        !review_remarks(&x.look, &p.sheet, &p.remarks, e) || !units_office(x.look.rd, r->arena, p.sheet.office_id, &x.office, e))
        return false;
    p.asked = str_is(request_query(r, "again"), "1");
    if (p.asked && !review_again(&x.look, site_of(r)->facts, &p.sheet, &p.same, e))
        return false;
    if (!review_text_links(r, &x, &p.sheet, &p.texts, &p.texts_n, e))
        return false;
    p.office_name = p.page.office = x.office.name;
    p.hash = digest_hex(r->arena, &p.sheet.digest);
    p.json_href = str_printf(r->arena, "/desk/reviews/frozen.json?office=%lld&no=%lld", (long long)p.sheet.office_id,
                             (long long)p.sheet.review_no);
    p.again_href = str_printf(r->arena, "/desk/reviews/frozen?office=%lld&no=%lld&again=1", (long long)p.sheet.office_id,
                              (long long)p.sheet.review_no);
    list_forms(r, &p, &set);
    struct html *h = ui_begin(r);
    review_frozen_html(h, &p);
    response_html(out, h);
    return true;
}

bool review_frozen_json(struct request *r, struct response *out, struct err *e)
{
    struct review_asked x = {.period_name = STR("")};
    struct review_sheet s;
    if (!review_frozen_of(r, &x, &s, e) || !review_content(&x.look, &s, &out->body, e))
        return false;
    out->content_type = STR("application/json");
    out->download_name = str_printf(r->arena, STR_FMT ".json", STR_ARG(s.number));
    return true;
}
