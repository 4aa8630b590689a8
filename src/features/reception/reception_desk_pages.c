// SPDX-License-Identifier: AGPL-3.0-or-later
/* At the desk: the day, its queue, visits. */
#include "features/units/units.h"
#include "platform/i18n/i18n.h"
#include "platform/site/site.h"
#include "reception.html.h"

enum { READERS = RECEPTION_WORKERS | ROLE_SUPERVISOR };
static const struct str register_id = {"reception", 9};

const struct form_field visit_fields[] = {
    {.name = "day", .type = FORM_DAY, .required = true, .label = MSG("reception.day")},
    {.name = "day_no", .type = FORM_LINE, .max = 12, .label = MSG("reception.leaders")},
    {.name = "name", .type = FORM_LINE, .required = true, .max = 120, .label = MSG("case.name")},
    {.name = "id_number", .type = FORM_LINE, .max = 20, .label = MSG("case.id_number")},
    {.name = "address", .type = FORM_LINE, .max = 200, .label = MSG("case.address")},
    {.name = "phone", .type = FORM_PHONE, .label = MSG("case.phone")},
    {.name = "people", .type = FORM_INT, .required = true, .min = 1, .max = 10000, .label = MSG("reception.people")},
    {.name = "speakers", .type = FORM_TEXT, .max = 600, .label = MSG("reception.speakers")},
    {.name = "content", .type = FORM_TEXT, .required = true, .min = 3, .max = 5000, .label = MSG("reception.content")},
    {.name = "history", .type = FORM_TEXT, .max = 2000, .label = MSG("reception.history")},
    {.name = "request", .type = FORM_TEXT, .max = 2000, .label = MSG("reception.request")},
    {.name = "sender", .type = FORM_LINE, .max = 200, .label = MSG("reception.sender")},
    {.name = "case", .type = FORM_LINE, .max = 40, .label = MSG("reception.case")},
    {.name = "earlier", .type = FORM_LINE, .max = 12, .label = MSG("reception.earlier")},
    {.name = "ground", .type = FORM_LINE, .max = 40, .label = MSG("reception.ground")},
    {.name = NULL},
};

int64_t reception_office(const struct request *r)
{
    int64_t asked;
    if (str_int(request_query(r, "office"), &asked) && viewer_may(&r->viewer, asked, READERS))
        return asked;
    return viewer_office(&r->viewer, READERS);
}

static bool writes(const struct request *r, int64_t office_id)
{
    return viewer_may(&r->viewer, office_id, RECEPTION_WORKERS);
}

/* ---- the day ---- */

static bool read_desk(struct request *r, struct reception_desk_page *p, struct err *e)
{
    struct rd *rd;
    struct case_world w = reception_world(r);
    struct reception_query today = {.range = {p->office_id, w.today, w.today}}, due = {.range = {.office_id = p->office_id}, .due = true};
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = {rd, r->arena, &w, &r->viewer};
    bool good = reception_visits(&l, &today, &p->visits, e) && reception_visits(&l, &due, &p->due, e) &&
                reception_promises(&l, p->office_id, 0, &p->promises, e) &&
                reception_queue(rd, r->arena, p->office_id, w.today, &p->queue, e) &&
                reception_days(rd, r->arena, &today.range, &p->today, e);
    store_read_end(rd);
    return good;
}

static bool show_desk(struct request *r, struct reception_desk_page *p, struct response *out, struct err *e)
{
    p->office_id = reception_office(r);
    p->page.request = r;
    p->page.face = UI_DESK;
    p->page.title_msg = MSG("reception.title");
    p->page.nav = "/desk/reception";
    p->page.wide = true;
    p->day = reception_world(r).today;
    p->writes = writes(r, p->office_id);
    if (!read_desk(r, p, e))
        return false;
    struct html *h = ui_begin(r);
    reception_desk_show(h, p);
    response_html(out, h);
    return true;
}

bool desk_get(struct request *r, struct response *out, struct err *e)
{
    struct reception_desk_page p = {.desk = request_query(r, "desk")};
    str_int(request_query(r, "called"), &p.called);
    return show_desk(r, &p, out, e);
}

static bool turn_command(const struct case_doing *d, void *arg, struct err *e)
{
    return reception_turn(d, arg, e);
}

bool queue_post(struct request *r, struct response *out, struct err *e)
{
    struct reception_turn in = {.office_id = reception_office(r), .action = request_form(r, "action"), .desk = request_form(r, "desk")};
    struct reception_desk_page p = {.desk = in.desk};
    if (in.desk.n > 20)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.desk"), NULL);
    if (reception_run(r, turn_command, &in, e)) {
        /* the desk is a number or a letter: it may stand in an address */
        bool plain = in.desk.n <= 4;
        for (size_t i = 0; i < in.desk.n; i++)
            plain &= (in.desk.p[i] >= '0' && in.desk.p[i] <= '9') || (in.desk.p[i] >= 'A' && in.desk.p[i] <= 'Z');
        response_redirect(out, str_printf(r->arena, "/desk/reception?office=%lld&desk=" STR_FMT "&called=%lld",
                                          (long long)in.office_id, STR_ARG(plain ? in.desk : STR("")), (long long)in.ret_no));
        return true;
    }
    if (e->code == ERR_DENIED)
        return false;
    p.page.notice_msg = e->msg;
    p.page.notice_tone = UI_BAD;
    int status = err_http_status(e->code);
    bool shown = show_desk(r, &p, out, e);
    out->status = status;
    return shown;
}

/* ---- a new visit ---- */

static void offer_grounds(struct request *r, struct reception_visit_form *p)
{
    const struct rule_word **words;
    size_t n;
    rulebook_words(site_of(r)->rules, r->arena, "grounds", register_id, STR("refuse"), &words, &n);
    p->grounds.v = arena_array(r->arena, struct reception_choice, n + 1);
    for (size_t i = 0; i < n; i++) {
        /* grounds of all kinds do not turn anybody away */
        if (words[i]->kind.n)
            p->grounds.v[p->grounds.n++] = (struct reception_choice){words[i]->id, words[i]->name.text[r->lang],
                                                                     str_eq(words[i]->id, form_get(&p->form, "ground")->text)};
    }
}

static bool offer(struct request *r, struct reception_visit_form *p, struct err *e)
{
    struct rd *rd;
    struct case_world w = reception_world(r);
    struct reception_days days;
    struct reception_query same = {.range = {.office_id = reception_office(r)}, .name = form_get(&p->form, "name")->text};
    struct reception_range near = {same.range.office_id, day_add(w.today, -7), w.today};
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = {rd, r->arena, &w, &r->viewer};
    bool good = reception_days(rd, r->arena, &near, &days, e) && (!same.name.n || reception_visits(&l, &same, &p->earlier, e));
    store_read_end(rd);
    if (!good)
        return false;
    p->days.v = arena_array(r->arena, struct reception_choice, days.n + 1);
    for (size_t i = 0; i < days.n; i++) {
        const struct reception_day *x = &days.v[i];
        struct str id = str_printf(r->arena, "%lld", (long long)x->day_no);
        if (str_is(x->state, "posted") || str_is(x->state, "held"))
            p->days.v[p->days.n++] = (struct reception_choice){
                id, str_printf(r->arena, STR_FMT ", " STR_FMT, STR_ARG(i18n_day(r->arena, r->lang, x->day)), STR_ARG(x->leader)),
                str_eq(id, form_get(&p->form, "day_no")->text)};
    }
    offer_grounds(r, p);
    return true;
}

static bool show_form(struct request *r, struct reception_visit_form *p, struct response *out, struct err *e)
{
    p->page = (struct ui_page){.request = r, .face = UI_DESK, .title_msg = MSG("reception.visit.new"), .nav = "/desk/reception",
                               .form = &p->form, .notice_msg = p->page.notice_msg, .notice_tone = p->page.notice_tone};
    if (!offer(r, p, e))
        return false;
    struct html *h = ui_begin(r);
    reception_visit_new(h, p);
    response_html(out, h);
    return true;
}

bool visit_new_get(struct request *r, struct response *out, struct err *e)
{
    struct reception_visit_form p = {0};
    form_blank(&p.form, visit_fields);
    form_set(&p.form, "day", i18n_day(r->arena, LANG_VI, reception_world(r).today));
    form_set(&p.form, "people", STR("1"));
    return show_form(r, &p, out, e);
}

/* What was handed in, by its number. */
static bool find_case(struct request *r, struct rd *rd, struct form *f, struct reception_new *in)
{
    struct case_world w = reception_world(r);
    struct case_look l = {rd, r->arena, &w, &r->viewer};
    struct case_key key;
    struct err hidden;
    if (!form_get(f, "case")->text.n)
        return true;
    if (case_by_number(&l, form_get(f, "case")->text, &key, &hidden) && key.office_id == in->visit.office_id) {
        in->visit.case_id = key.case_id;
        return true;
    }
    form_error(f, "case", MSG("err.reception.case"));
    return false;
}

static bool new_of(struct request *r, struct form *f, struct reception_new *in, struct err *e)
{
    struct rd *rd;
    struct office office;
    *in = (struct reception_new){.visit = {
        .office_id = reception_office(r), .people = form_get(f, "people")->n, .day = form_get(f, "day")->day, .kind = STR("regular"),
        .speakers = form_get(f, "speakers")->text, .name = form_get(f, "name")->text, .address = form_get(f, "address")->text,
        .id_number = form_get(f, "id_number")->text, .phone = form_get(f, "phone")->text, .content = form_get(f, "content")->text,
        .history = form_get(f, "history")->text, .request = form_get(f, "request")->text, .sender = form_get(f, "sender")->text,
        .ground = form_get(f, "ground")->text}};
    str_int(form_get(f, "day_no")->text, &in->visit.day_no);
    str_int(form_get(f, "earlier")->text, &in->earlier);
    if (!store_read(site_of(r)->store, r->arena, &rd, e) || !units_office(rd, r->arena, in->visit.office_id, &office, e))
        return false;
    find_case(r, rd, f, in);
    store_read_end(rd);
    in->office_code = office.code;
    return true;
}

struct registering {
    struct reception_new in;
    int64_t no;
};

static bool register_command(const struct case_doing *d, void *arg, struct err *e)
{
    struct registering *x = arg;
    return reception_register(d, &x->in, &x->no, e);
}

void reception_blame(struct form *f, const struct err *e)
{
    static const char *const fields[][2] = {
        {"err.reception.speakers", "speakers"}, {"err.reception.future", "day"},   {"err.reception.day", "day_no"},
        {"err.reception.ground", "ground"},     {"err.reception.sealed", "case"},  {"err.reception.notice", "reason"},
        {"err.reception.past", "day"},          {"err.reception.hours", "starts"}, {"err.reception.who", "leader"}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (str_is(str_of(e->msg), fields[i][0])) {
            form_error(f, fields[i][1], e->msg);
            return;
        }
    }
    form_whole_error(f, e->msg);
}

bool visit_new_post(struct request *r, struct response *out, struct err *e)
{
    struct reception_visit_form p = {0};
    struct registering x = {0};
    form_read(&p.form, visit_fields, r, false);
    if (!new_of(r, &p.form, &x.in, e))
        return false;
    if (!p.form.errors && reception_run(r, register_command, &x, e)) {
        response_redirect(out, str_printf(r->arena, "/desk/reception/visits/%lld?office=%lld", (long long)x.no,
                                          (long long)x.in.visit.office_id));
        return true;
    }
    if (!p.form.errors) {
        if (e->code == ERR_DENIED)
            return false;
        reception_blame(&p.form, e);
    }
    bool shown = show_form(r, &p, out, e);
    out->status = 422;
    return shown;
}

/* ---- a visit ---- */

static void offer_outcomes(struct request *r, struct reception_visit_page *p)
{
    const struct rule_word **words;
    size_t n;
    rulebook_words(site_of(r)->rules, r->arena, "decisions", register_id, STR(""), &words, &n);
    p->outcomes.v = arena_array(r->arena, struct reception_choice, n + 1);
    for (size_t i = 0; i < n; i++)
        p->outcomes.v[p->outcomes.n++] = (struct reception_choice){words[i]->id, words[i]->name.text[r->lang], false};
    const struct rule_word *outcome = rulebook_decision(site_of(r)->rules, register_id, p->visit.outcome);
    const struct rule_word *ground = rulebook_ground(site_of(r)->rules, register_id, STR("refuse"), p->visit.ground);
    p->outcome = outcome ? outcome->name.text[r->lang] : p->visit.outcome;
    p->ground = ground ? ground->name.text[r->lang] : p->visit.ground;
}

static bool show_visit(struct request *r, struct reception_visit_page *p, struct response *out, struct err *e)
{
    struct rd *rd;
    struct case_world w = reception_world(r);
    int64_t office = reception_office(r), no;
    char start[11];
    if (!str_int(r->params[0], &no))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = {rd, r->arena, &w, &r->viewer};
    bool good = reception_visit(&l, office, no, &p->visit, e) && reception_promises(&l, office, no, &p->promises, e);
    store_read_end(rd);
    if (!good)
        return false;
    p->page.request = r;
    p->page.face = UI_DESK;
    p->page.title = p->visit.number;
    p->page.nav = "/desk/reception";
    p->today = w.today;
    p->writes = writes(r, office);
    p->path = str_printf(r->arena, "/desk/reception/visits/%lld?office=%lld", (long long)no, (long long)office);
    if (!day_is_none(p->visit.due))
        p->clock_href = str_printf(r->arena, "/clock?what=reception/" STR_FMT "&start=%s", STR_ARG(p->visit.step),
                                   day_format(p->visit.step_start, start));
    offer_outcomes(r, p);
    struct html *h = ui_begin(r);
    reception_visit_show(h, p);
    response_html(out, h);
    return true;
}

bool visit_get(struct request *r, struct response *out, struct err *e)
{
    struct reception_visit_page p = {0};
    return show_visit(r, &p, out, e);
}

static bool deed_command(const struct case_doing *d, void *arg, struct err *e)
{
    return reception_do(d, arg, e);
}
static bool promise_command(const struct case_doing *d, void *arg, struct err *e)
{
    return reception_promise(d, arg, e);
}
static bool keep_command(const struct case_doing *d, void *arg, struct err *e)
{
    return reception_keep(d, arg, e);
}

static bool act_on_visit(struct request *r, int64_t no, struct err *e)
{
    struct str action = request_form(r, "action"), text = request_form(r, "text");
    struct reception_promise promise = {.office_id = reception_office(r), .visit_no = no, .text = text, .note = text, .due = DAY_NONE};
    struct reception_deed deed = {.office_id = promise.office_id, .visit_no = no, .action = action, .text = text,
                                  .outcome = request_form(r, "outcome")};
    static const struct form_field due[] = {{.name = "due", .type = FORM_DAY, .label = MSG("case.due")}, {.name = NULL}};
    struct form f;
    if (text.n > 8000)
        return FAIL(e, ERR_TOO_LARGE, MSG("form.err.large"), NULL);
    if (str_is(action, "promise")) {
        form_read(&f, due, r, false);
        promise.due = form_get(&f, "due")->error ? DAY_NONE : form_get(&f, "due")->day;
        return reception_run(r, promise_command, &promise, e);
    }
    if (str_is(action, "keep"))
        return (str_int(request_form(r, "promise"), &promise.promise_no) || FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL)) &&
               reception_run(r, keep_command, &promise, e);
    str_int(request_form(r, "version"), &deed.version);
    return reception_run(r, deed_command, &deed, e);
}

bool visit_post(struct request *r, struct response *out, struct err *e)
{
    struct reception_visit_page p = {0};
    int64_t no;
    if (!str_int(r->params[0], &no))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    if (act_on_visit(r, no, e)) {
        response_redirect(out, str_printf(r->arena, "/desk/reception/visits/%lld?office=%lld", (long long)no,
                                          (long long)reception_office(r)));
        return true;
    }
    if (e->code == ERR_DENIED || e->code == ERR_NOT_FOUND)
        return false;
    p.page.notice_msg = e->msg;
    p.page.notice_tone = UI_BAD;
    int status = err_http_status(e->code);
    bool shown = show_visit(r, &p, out, e);
    out->status = status;
    return shown;
}
