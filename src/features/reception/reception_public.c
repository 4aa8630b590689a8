// SPDX-License-Identifier: AGPL-3.0-or-later
/* For people: the calendar, booking with a code, the waiting room's screen. */
#include "features/units/units.h"
#include "platform/i18n/i18n.h"
#include "platform/site/site.h"
#include "reception.html.h"

enum { AHEAD = 92, REFRESH_S = 10 };

const struct form_field book_fields[] = {
    {.name = "name", .type = FORM_LINE, .required = true, .max = 120, .label = MSG("case.name")},
    {.name = "phone", .type = FORM_PHONE, .label = MSG("case.phone")},
    {.name = "people", .type = FORM_INT, .required = true, .min = 1, .max = 100, .label = MSG("reception.people")},
    {.name = "content", .type = FORM_TEXT, .required = true, .min = 3, .max = 1000, .label = MSG("reception.content")},
    {.name = NULL},
};

struct case_world reception_world(struct request *r)
{
    const struct site *s = site_of(r);
    return (struct case_world){.rules = s->rules, .keys = s->keys, .mail = s->mail, .files = s->files_dir,
                               .zone_minutes = s->zone_minutes, .today = instant_day(r->now, r->zone_minutes)};
}

struct running {
    struct request *r;
    struct case_world world;
    bool (*fn)(const struct case_doing *, void *, struct err *);
    void *arg;
};

static bool run_it(struct tx *tx, void *arg, struct err *e)
{
    struct running *x = arg;
    struct case_doing d = {tx, &x->world, &x->r->viewer, x->r->now};
    return x->fn(&d, x->arg, e);
}

bool reception_run(struct request *r, bool (*fn)(const struct case_doing *, void *, struct err *), void *arg, struct err *e)
{
    struct running x = {r, reception_world(r), fn, arg};
    return store_run(site_of(r)->store, run_it, &x, e);
}

/* ---- words ---- */

struct word_msg {
    const char *word, *msg;
};

static const char *msg_of(const struct word_msg *table, struct str word)
{
    while (table->word && !str_is(word, table->word))
        table++;
    return table->msg;
}

const char *reception_state_msg(struct str state)
{
    static const struct word_msg table[] = {
        {"posted", MSG("reception.state.posted")}, {"held", MSG("reception.state.held")}, {"nobody", MSG("reception.state.nobody")},
        {"cancelled", MSG("reception.state.cancelled")}, {"moved", MSG("reception.state.moved")},
        {"booked", MSG("reception.state.booked")}, {"came", MSG("reception.state.came")}, {"absent", MSG("reception.state.absent")},
        {"open", MSG("reception.state.open")}, {"answered", MSG("reception.state.answered")},
        {"closed", MSG("reception.state.closed")}, {NULL, MSG("reception.state.turned_away")},
    };
    return msg_of(table, state);
}

const char *reception_kind_msg(struct str kind)
{
    static const struct word_msg table[] = {
        {"leader", MSG("reception.kind.leader")}, {"delegate", MSG("reception.kind.delegate")},
        {"periodic", MSG("reception.kind.periodic")}, {"urgent", MSG("reception.kind.urgent")},
        {NULL, MSG("reception.kind.regular")},
    };
    return msg_of(table, kind);
}

struct str reception_day_href(struct html *h, const char *begin, const struct reception_day *x)
{
    bool book = str_starts(str_of(begin), STR("/reception"));
    return book ? str_printf(h->arena, "%s%lld/%lld", begin, (long long)x->office_id, (long long)x->day_no)
                : str_printf(h->arena, "%s%lld?office=%lld", begin, (long long)x->day_no, (long long)x->office_id);
}

struct str reception_visit_href(struct html *h, const struct reception_visit *x)
{
    return str_printf(h->arena, "/desk/reception/visits/%lld?office=%lld", (long long)x->visit_no, (long long)x->office_id);
}

/* ---- the calendar ---- */

bool calendar_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct office office;
    int64_t id;
    struct case_world w = reception_world(r);
    struct reception_calendar p = {.page = {.request = r, .title_msg = MSG("reception.calendar"), .nav = "/reception", .wide = true},
                                   .today = w.today};
    if (!str_int(request_query(r, "office"), &id))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    struct reception_range range = {id, w.today, day_add(w.today, AHEAD)};
    if (!store_read(site_of(r)->store, r->arena, &rd, e) || !units_office(rd, r->arena, id, &office, e) ||
        !reception_days(rd, r->arena, &range, &p.days, e))
        return false;
    store_read_end(rd);
    p.office = office.name;
    p.office_id = id;
    p.rule = reception_tally(w.rules, &range, &p.days).rule;
    struct html *h = ui_begin(r);
    reception_calendar_page(h, &p);
    response_html(out, h);
    return true;
}

/* ---- booking ---- */

static bool open_booking(struct request *r, struct reception_book_page *p, struct err *e)
{
    struct rd *rd;
    struct office office;
    int64_t id, no;
    if (!str_int(r->params[0], &id) || !str_int(r->params[1], &no))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    struct reception_range range = {id, reception_world(r).today, day_add(reception_world(r).today, AHEAD)};
    struct reception_days days;
    if (!store_read(site_of(r)->store, r->arena, &rd, e) || !units_office(rd, r->arena, id, &office, e) ||
        !reception_days(rd, r->arena, &range, &days, e))
        return false;
    store_read_end(rd);
    size_t i = 0;
    while (i < days.n && days.v[i].day_no != no)
        i++;
    if (i == days.n)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    p->page = (struct ui_page){.request = r, .title_msg = MSG("reception.book"), .nav = "/reception", .form = &p->form};
    p->day = days.v[i];
    p->office = office.name;
    p->path = str_printf(r->arena, "/reception/book/%lld/%lld", (long long)id, (long long)no);
    return true;
}

static bool show_booking(struct request *r, struct reception_book_page *p, struct response *out)
{
    struct html *h = ui_begin(r);
    reception_book_show(h, p);
    response_html(out, h);
    return true;
}

bool book_get(struct request *r, struct response *out, struct err *e)
{
    struct reception_book_page p = {0};
    form_blank(&p.form, book_fields);
    form_set(&p.form, "people", STR("1"));
    return open_booking(r, &p, e) && show_booking(r, &p, out);
}

static bool book_command(const struct case_doing *d, void *arg, struct err *e)
{
    return reception_book(d, arg, e);
}

bool book_post(struct request *r, struct response *out, struct err *e)
{
    struct reception_book_page p = {0};
    struct str code = code_random(r->arena, RECEPTION_CODE);
    bool good = form_read(&p.form, book_fields, r, false);
    if (!open_booking(r, &p, e))
        return false;
    struct reception_book in = {.booking = {.office_id = p.day.office_id, .day_no = p.day.day_no, .people = form_get(&p.form, "people")->n,
                                            .name = form_get(&p.form, "name")->text, .phone = form_get(&p.form, "phone")->text,
                                            .content = form_get(&p.form, "content")->text},
                                .code_hash = digest_of(code.p, code.n)};
    if (good && reception_run(r, book_command, &in, e))
        p.code = code;
    else if (good)
        form_whole_error(&p.form, e->msg);
    show_booking(r, &p, out);
    out->status = p.code.n ? 200 : good ? err_http_status(e->code) : 422;
    return true;
}

static bool show_place(struct request *r, struct reception_booking_page *p, struct response *out)
{
    p->page.request = r;
    p->page.title_msg = MSG("reception.booking");
    p->page.nav = "/reception";
    struct html *h = ui_begin(r);
    reception_booking_show(h, p);
    response_html(out, h);
    return true;
}

bool booking_get(struct request *r, struct response *out, struct err *e)
{
    struct reception_booking_page p = {0};
    (void)e;
    return show_place(r, &p, out);
}

static bool unbook_command(const struct case_doing *d, void *arg, struct err *e)
{
    return reception_unbook(d, arg, e);
}

static bool find_place(struct request *r, struct reception_booking_page *p, const struct digest *hash, struct err *e)
{
    struct rd *rd;
    struct office office;
    struct reception_days days;
    bool good = store_read(site_of(r)->store, r->arena, &rd, e) && reception_booking_by_code(rd, r->arena, hash, &p->booking, e) &&
                units_office(rd, r->arena, p->booking.office_id, &office, e) &&
                reception_days(rd, r->arena, &(struct reception_range){p->booking.office_id, {0}, {INT32_MAX}}, &days, e);
    if (!good)
        return false;
    store_read_end(rd);
    for (size_t i = 0; i < days.n; i++) {
        if (days.v[i].day_no == p->booking.day_no)
            p->day = days.v[i];
    }
    p->office = office.name;
    p->found = true;
    return true;
}

bool booking_post(struct request *r, struct response *out, struct err *e)
{
    struct reception_booking_page p = {.code = request_form(r, "code")};
    struct str code;
    struct err why = {.code = ERR_NOT_FOUND, .msg = MSG("err.reception.code")};
    bool good = code_accept(r->arena, p.code, RECEPTION_CODE, &code);
    struct digest hash = good ? digest_of(code.p, code.n) : (struct digest){0};
    if (good && str_is(request_form(r, "action"), "cancel"))
        good = reception_run(r, unbook_command, &hash, &why);
    good = good && find_place(r, &p, &hash, &why);
    if (!good) {
        p.page.notice_msg = why.msg;
        p.page.notice_tone = UI_BAD;
    }
    (void)e;
    show_place(r, &p, out);
    out->status = good ? 200 : err_http_status(why.code);
    return true;
}

/* ---- the waiting room ---- */

bool wait_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct office office;
    int64_t id;
    struct reception_wait_page p = {.page = {.request = r, .title_msg = MSG("reception.wait"), .nav = "/reception", .wide = true}};
    if (!str_int(r->params[0], &id))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    if (!store_read(site_of(r)->store, r->arena, &rd, e) || !units_office(rd, r->arena, id, &office, e) ||
        !reception_queue(rd, r->arena, id, reception_world(r).today, &p.queue, e))
        return false;
    store_read_end(rd);
    p.office = office.name;
    struct html *h = ui_begin(r);
    reception_wait_show(h, &p);
    response_html(out, h);
    response_header(out, "Refresh", str_printf(r->arena, "%d", REFRESH_S));
    return true;
}
