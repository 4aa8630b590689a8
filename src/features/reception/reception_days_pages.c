// SPDX-License-Identifier: AGPL-3.0-or-later
/* At the desk: the days on which the leader receives. */
#include "platform/i18n/i18n.h"
#include "platform/site/site.h"
#include "reception.html.h"

enum { BEHIND = 92, AHEAD = 92 };
static const char *const kinds[] = {"periodic", "urgent", NULL};

const struct form_field day_fields[] = {
    {.name = "day", .type = FORM_DAY, .required = true, .label = MSG("reception.day")},
    {.name = "kind", .type = FORM_CHOICE, .required = true, .choices = kinds, .label = MSG("reception.kind")},
    {.name = "leader", .type = FORM_LINE, .required = true, .max = 120, .label = MSG("reception.leader")},
    {.name = "delegate", .type = FORM_LINE, .max = 120, .label = MSG("reception.delegate")},
    {.name = "starts", .type = FORM_LINE, .required = true, .max = 5, .label = MSG("reception.starts")},
    {.name = "ends", .type = FORM_LINE, .required = true, .max = 5, .label = MSG("reception.ends")},
    {.name = "place", .type = FORM_LINE, .required = true, .max = 200, .label = MSG("reception.place")},
    {.name = "content", .type = FORM_TEXT, .max = 1000, .label = MSG("reception.day.content")},
    {.name = "places", .type = FORM_INT, .required = true, .min = 1, .max = 200, .label = MSG("reception.places")},
    {.name = "reason", .type = FORM_LINE, .max = 300, .label = MSG("reception.reason")},
    {.name = NULL},
};

static bool show_days(struct request *r, struct reception_days_page *p, struct response *out, struct err *e)
{
    struct rd *rd;
    struct case_world w = reception_world(r);
    p->range = (struct reception_range){reception_office(r), day_add(w.today, -BEHIND), day_add(w.today, AHEAD)};
    p->page = (struct ui_page){.request = r, .face = UI_DESK, .title_msg = MSG("reception.days"), .nav = "/desk/reception",
                               .form = &p->form, .wide = true};
    p->writes = viewer_may(&r->viewer, p->range.office_id, RECEPTION_WORKERS);
    if (!store_read(site_of(r)->store, r->arena, &rd, e) || !reception_days(rd, r->arena, &p->range, &p->days, e))
        return false;
    store_read_end(rd);
    struct reception_range past = {p->range.office_id, p->range.from, day_add(w.today, -1)};
    struct reception_days held = {p->days.v, 0};
    while (held.n < p->days.n && p->days.v[held.n].day.n <= past.to.n)
        held.n++;
    p->tally = reception_tally(w.rules, &past, &held);
    p->range.to = past.to;
    struct html *h = ui_begin(r);
    reception_days_show(h, p);
    response_html(out, h);
    return true;
}

bool days_get(struct request *r, struct response *out, struct err *e)
{
    struct reception_days_page p = {0};
    form_blank(&p.form, day_fields);
    form_set(&p.form, "kind", STR("periodic"));
    form_set(&p.form, "starts", STR("07:30"));
    form_set(&p.form, "ends", STR("11:30"));
    form_set(&p.form, "places", STR("12"));
    return show_days(r, &p, out, e);
}

struct posting {
    struct reception_day day;
    int64_t no;
};

static bool post_command(const struct case_doing *d, void *arg, struct err *e)
{
    struct posting *x = arg;
    return reception_post(d, &x->day, &x->no, e);
}

bool days_post(struct request *r, struct response *out, struct err *e)
{
    struct reception_days_page p = {0};
    struct form *f = &p.form;
    bool good = form_read(f, day_fields, r, false);
    struct posting x = {.day = {
        .office_id = reception_office(r), .places = form_get(f, "places")->n, .planned = form_get(f, "day")->day,
        .kind = form_get(f, "kind")->text, .leader = form_get(f, "leader")->text, .delegate = form_get(f, "delegate")->text,
        .starts = form_get(f, "starts")->text, .ends = form_get(f, "ends")->text, .place = form_get(f, "place")->text,
        .content = form_get(f, "content")->text, .reason = form_get(f, "reason")->text}};
    if (good && reception_run(r, post_command, &x, e)) {
        response_redirect(out, str_printf(r->arena, "/desk/reception/days/%lld?office=%lld", (long long)x.no, (long long)x.day.office_id));
        return true;
    }
    if (good) {
        if (e->code == ERR_DENIED)
            return false;
        reception_blame(f, e);
    }
    bool shown = show_days(r, &p, out, e);
    out->status = 422;
    return shown;
}

/* ---- one day ---- */

static bool show_day(struct request *r, struct reception_day_page *p, struct response *out, struct err *e)
{
    struct rd *rd;
    struct case_world w = reception_world(r);
    int64_t office = reception_office(r), no;
    struct reception_days days;
    size_t i = 0;
    if (!str_int(r->params[0], &no) || !viewer_may(&r->viewer, office, RECEPTION_WORKERS | ROLE_SUPERVISOR))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = {rd, r->arena, &w, &r->viewer};
    bool good = reception_days(rd, r->arena, &(struct reception_range){office, day_add(w.today, -400), day_add(w.today, 400)}, &days, e) &&
                reception_bookings(&l, office, no, &p->bookings, e);
    store_read_end(rd);
    while (good && i < days.n && days.v[i].day_no != no)
        i++;
    if (!good)
        return false;
    if (i == days.n)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    p->day = days.v[i];
    p->page.request = r;
    p->page.face = UI_DESK;
    p->page.title_msg = MSG("reception.day.one");
    p->page.nav = "/desk/reception";
    p->today = w.today;
    p->writes = viewer_may(&r->viewer, office, RECEPTION_WORKERS);
    p->path = str_printf(r->arena, "/desk/reception/days/%lld?office=%lld", (long long)no, (long long)office);
    struct html *h = ui_begin(r);
    reception_day_show(h, p);
    response_html(out, h);
    return true;
}

bool day_get(struct request *r, struct response *out, struct err *e)
{
    struct reception_day_page p = {0};
    return show_day(r, &p, out, e);
}

static bool change_command(const struct case_doing *d, void *arg, struct err *e)
{
    return reception_change(d, arg, e);
}

bool day_post(struct request *r, struct response *out, struct err *e)
{
    static const struct form_field fields[] = {{.name = "to", .type = FORM_DAY, .label = MSG("reception.day")}, {.name = NULL}};
    struct reception_day_page p = {0};
    struct form f;
    struct reception_change in = {.office_id = reception_office(r), .action = request_form(r, "action"), .who = request_form(r, "who"),
                                  .reason = request_form(r, "reason"), .to = DAY_NONE};
    if (!str_int(r->params[0], &in.day_no))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    if (in.who.n > 400 || in.reason.n > 1200)
        return FAIL(e, ERR_TOO_LARGE, MSG("form.err.large"), NULL);
    str_int(request_form(r, "version"), &in.version);
    if (request_form(r, "to").n && form_read(&f, fields, r, false))
        in.to = form_get(&f, "to")->day;
    if (reception_run(r, change_command, &in, e)) {
        response_redirect(out, str_printf(r->arena, "/desk/reception/days/%lld?office=%lld", (long long)in.day_no,
                                          (long long)in.office_id));
        return true;
    }
    if (e->code == ERR_DENIED || e->code == ERR_NOT_FOUND)
        return false;
    p.page.notice_msg = e->msg;
    p.page.notice_tone = UI_BAD;
    int status = err_http_status(e->code);
    bool shown = show_day(r, &p, out, e);
    out->status = status;
    return shown;
}
