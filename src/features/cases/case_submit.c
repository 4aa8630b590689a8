// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_submit.h"

#include "base/text.h"
#include "case_submit.html.h"
#include "features/cases/case_code.h"
#include "features/people/people.h"
#include "features/vault/vault.h"

static const char *const petitioners[] = {"individual", "group", "organisation", "anonymous", NULL};

const struct form_field submit_fields[] = {
    {.name = "office", .type = FORM_INT, .required = true, .min = 1, .max = INT64_MAX, .label = MSG("case.office")},
    {.name = "kind", .type = FORM_LINE, .required = true, .max = 60, .label = MSG("case.kind")},
    {.name = "title", .type = FORM_LINE, .required = true, .min = 5, .max = CASE_TITLE_MAX, .label = MSG("case.title")},
    {.name = "body", .type = FORM_TEXT, .required = true, .min = 10, .max = CASE_BODY_MAX, .label = MSG("case.body")},
    {.name = "place", .type = FORM_LINE, .max = 200, .label = MSG("case.place")},
    {.name = "petitioner", .type = FORM_CHOICE, .required = true, .choices = petitioners, .label = MSG("case.petitioner")},
    {.name = "name", .type = FORM_LINE, .max = 120, .label = MSG("case.name")},
    {.name = "people", .type = FORM_INT, .min = 1, .max = 10000, .label = MSG("case.people")},
    {.name = "others", .type = FORM_TEXT, .max = 1000, .label = MSG("case.others")},
    {.name = "address", .type = FORM_LINE, .max = 200, .label = MSG("case.address")},
    {.name = "phone", .type = FORM_PHONE, .label = MSG("case.phone")},
    {.name = "email", .type = FORM_EMAIL, .label = MSG("case.email")},
    {.name = "marked", .type = FORM_TEXT, .max = 4000, .label = MSG("case.marked")},
    {.name = "token", .type = FORM_LINE, .max = 60, .label = MSG("case.token")},
    {.name = NULL},
};

/* ---- where, and what kind ---- */

static bool find_offices(struct request *r, struct rd *rd, struct submit_start *p, struct err *e)
{
    struct unit *units;
    size_t n;
    struct day today = instant_day(r->now, r->zone_minutes);
    struct units_query q = {.text = p->q, .on = today, .limit = 20};
    if (!units_find(rd, r->arena, &q, &units, &n, e))
        return false;
    struct submit_office *list = arena_array(r->arena, struct submit_office, n ? n : 1);
    for (size_t i = 0; i < n; i++) {
        struct office *offices;
        size_t offices_n;
        if (!units_offices(rd, r->arena, units[i].id, &offices, &offices_n, e))
            return false;
        if (!offices_n)
            continue;
        struct str id = str_printf(r->arena, "%lld", (long long)offices[0].office_id);
        list[p->offices_n++] = (struct submit_office){id, offices[0].name, units[i].path,
                                                      str_printf(r->arena, "/submit?office=" STR_FMT, STR_ARG(id))};
    }
    p->offices = list;
    return true;
}

static void list_kinds(struct request *r, struct submit_start *p)
{
    const struct rule_procedure *all;
    size_t n;
    rulebook_procedures(site_of(r)->rules, &all, &n);
    struct submit_kind *list = arena_array(r->arena, struct submit_kind, n ? n : 1);
    for (size_t i = 0; i < n; i++) {
        if (!all[i].by_person)
            continue;
        list[p->kinds_n++] = (struct submit_kind){
            .id = all[i].id,
            .name = all[i].name.text[r->lang],
            .about = all[i].about.text[r->lang],
            .href = str_printf(r->arena, "/submit/new?office=" STR_FMT "&kind=" STR_FMT, STR_ARG(p->office_id),
                               STR_ARG(all[i].id)),
            .anonymous = all[i].anonymous,
            .sealed = all[i].sealed,
        };
    }
    p->kinds = list;
}

/* The office a form names; ERR_NOT_FOUND when there is none. */
static bool office_of(struct request *r, struct rd *rd, struct str id, struct office *ret, struct err *e)
{
    int64_t n;
    if (!str_int(id, &n))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    return units_office(rd, r->arena, n, ret, e);
}

bool submit_start_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct office office;
    struct submit_office chosen;
    struct submit_start p = {.page = {.request = r, .title_msg = MSG("case.submit.title"), .nav = "/submit"},
                             .q = request_query(r, "q"), .office_id = request_query(r, "office")};
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    if (p.office_id.n) {
        if (!office_of(r, rd, p.office_id, &office, e))
            return false;
        chosen = (struct submit_office){p.office_id, office.name, office.address, STR("")};
        p.office = &chosen;
        list_kinds(r, &p);
    } else if (p.q.n) {
        p.searched = true;
        if (!find_offices(r, rd, &p, e))
            return false;
    }
    struct html *h = ui_begin(r);
    submit_start_page(h, &p);
    response_html(out, h);
    return true;
}

/* ---- the form ---- */

static bool open_form(struct request *r, struct rd *rd, struct submit_form *p, struct err *e)
{
    struct office office;
    const struct rule_procedure *kind = rulebook_procedure(site_of(r)->rules, form_get(&p->form, "kind")->text);
    p->page = (struct ui_page){.request = r, .title_msg = MSG("case.submit.form"), .nav = "/submit", .form = &p->form};
    if (!kind || !kind->by_person)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), "kind");
    if (!office_of(r, rd, form_get(&p->form, "office")->text, &office, e))
        return false;
    p->office_name = office.name;
    p->kind_name = kind->name.text[r->lang];
    p->kind_about = kind->about.text[r->lang];
    p->anonymous = kind->anonymous;
    p->sealed = kind->sealed;
    bool ready = true;
    if (p->sealed && !vault_ready(rd, office.office_id, &ready, e))
        return false;
    p->unready = !ready;
    return true;
}

bool submit_form_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct submit_form p = {0};
    form_blank(&p.form, submit_fields);
    form_set(&p.form, "office", request_query(r, "office"));
    form_set(&p.form, "kind", request_query(r, "kind"));
    form_set(&p.form, "petitioner", STR("individual"));
    form_set(&p.form, "token", case_token_of(r, STR("")));
    if (!store_read(site_of(r)->store, r->arena, &rd, e) || !open_form(r, rd, &p, e))
        return false;
    struct html *h = ui_begin(r);
    submit_form_page(h, &p);
    response_html(out, h);
    people_form_cookie(r, out);
    return true;
}

/* What the kind of petitioner asks for, beyond the table. */
static void check_petitioner(struct submit_form *p)
{
    struct str who = form_get(&p->form, "petitioner")->text;
    bool anonymous = str_is(who, "anonymous");
    if (anonymous && !p->anonymous)
        form_error(&p->form, "petitioner", MSG("err.case.anonymous"));
    if (!anonymous && !form_get(&p->form, "name")->text.n)
        form_error(&p->form, "name", MSG("err.case.name"));
    if (!anonymous && !form_get(&p->form, "address")->text.n && !form_get(&p->form, "phone")->text.n &&
        !form_get(&p->form, "email")->text.n)
        form_error(&p->form, "address", MSG("err.case.contact"));
    if (str_is(who, "group") && form_get(&p->form, "people")->n < 2)
        form_error(&p->form, "people", MSG("err.case.people"));
}

/* Reads the form and the files that came now or wait from before. */
static bool read_submission(struct request *r, struct submit_form *p, struct err *e)
{
    struct rd *rd;
    struct case_file *files = arena_array(r->arena, struct case_file, CASE_FILES_MAX);
    form_read(&p->form, submit_fields, r, false);
    if (!store_read(site_of(r)->store, r->arena, &rd, e) || !open_form(r, rd, p, e))
        return false;
    store_read_end(rd);
    check_petitioner(p);
    p->files = files;
    if (!str_is(request_form(r, "drop_files"), "1"))
        p->files_n = case_files_read(r, request_form(r, "staged"), files, &p->files_error);
    case_files_take(r, p->sealed, &files, &p->files_n, &p->files_error);
    if (p->files_error)
        form_whole_error(&p->form, p->files_error);
    p->staged = case_files_sign(r, files, p->files_n);
    return true;
}

static struct ui_row row_of(const char *msg, struct str text)
{
    return (struct ui_row){.msg = msg, .text = text};
}

static void list_answers(struct request *r, struct submit_form *p)
{
    struct ui_row *rows = arena_array(r->arena, struct ui_row, 16);
    rows[p->rows_n++] = row_of(MSG("case.office"), p->office_name);
    rows[p->rows_n++] = row_of(MSG("case.kind"), p->kind_name);
    for (const struct form_field *f = submit_fields + 2; f->name; f++) {
        const struct form_value *v = form_get(&p->form, f->name);
        if (!v->text.n || str_is(str_of(f->name), "token"))
            continue;
        rows[p->rows_n] = row_of(f->label, v->text);
        if (f->type == FORM_CHOICE)
            rows[p->rows_n].text_msg = case_petitioner_msg(v->text);
        p->rows_n++;
    }
    p->rows = rows;
}

/* What the law's clock says of a matter handed in today. */
static void foresee(struct request *r, struct submit_form *p)
{
    struct err hidden;
    struct rule_due due;
    const struct rule_procedure *kind = rulebook_procedure(site_of(r)->rules, form_get(&p->form, "kind")->text);
    struct rule_clock_question q = {.procedure = kind->id, .step = kind->first_step,
                                    .start = instant_day(r->now, r->zone_minutes)};
    p->due = DAY_NONE;
    if (!rulebook_due(site_of(r)->rules, r->arena, &q, &due, &hidden))
        return;
    p->due = due.day;
    p->due_rule = due.article;
}

/* The uploads did not reach the disk, or only a part of the body came: nothing
 * is kept of them, and the form is shown again with all that was typed. */
static bool show_not_saved(struct request *r, struct submit_form *p, struct response *out)
{
    p->page.notice_msg = MSG("case.submit.not_saved");
    p->page.notice_tone = UI_BAD;
    p->files_n = 0;
    p->staged = STR("");
    struct html *h = ui_begin(r);
    submit_form_page(h, p);
    response_html(out, h);
    out->status = 503;
    return true;
}

static bool is_our_fault(const struct err *e)
{
    return e->code == ERR_IO || e->code == ERR_STORE || e->code == ERR_BUSY;
}

bool submit_check_post(struct request *r, struct response *out, struct err *e)
{
    struct submit_form p = {0};
    if (!read_submission(r, &p, e))
        return is_our_fault(e) && p.office_name.n ? show_not_saved(r, &p, out) : false;
    if (r->form_broken && is_our_fault(&r->form_error))
        return show_not_saved(r, &p, out);
    bool good = !p.form.errors && !str_is(request_form(r, "go"), "edit");
    struct html *h = ui_begin(r);
    if (good) {
        list_answers(r, &p);
        foresee(r, &p);
        p.page.title_msg = MSG("case.submit.check");
        submit_check_page(h, &p);
    } else {
        submit_form_page(h, &p);
    }
    response_html(out, h);
    bool asked = str_is(request_form(r, "go"), "edit");
    out->status = good || asked ? 200 : r->form_broken ? err_http_status(r->form_error.code) : 422;
    return true;
}

/* ---- sending ---- */

static bool new_of(struct request *r, const struct submit_form *p, struct str token, struct case_new *in, struct err *e)
{
    const struct form *f = &p->form;
    struct rd *rd;
    struct office office;
    bool anonymous = str_is(form_get(f, "petitioner")->text, "anonymous");
    if (!store_read(site_of(r)->store, r->arena, &rd, e) || !office_of(r, rd, form_get(f, "office")->text, &office, e))
        return false;
    store_read_end(rd);
    *in = (struct case_new){
        .office_id = office.office_id,
        .office_code = office.code,
        .remote = office.remote,
        .procedure = form_get(f, "kind")->text,
        .channel = STR("web"),
        .petitioner = form_get(f, "petitioner")->text,
        .people = anonymous ? 0 : form_get(f, "people")->n > 1 ? form_get(f, "people")->n : 1,
        .received = instant_day(r->now, r->zone_minutes),
        .text = {.title = form_get(f, "title")->text, .body = form_get(f, "body")->text, .place = form_get(f, "place")->text},
        .token = token,
        .owner = viewer_has(&r->viewer, ROLE_CITIZEN) ? r->viewer.user_id : 0,
        .files = p->files,
        .files_n = p->files_n,
    };
    if (!anonymous)
        in->text.who = (struct case_identity){.name = form_get(f, "name")->text, .address = form_get(f, "address")->text,
                                              .phone = form_get(f, "phone")->text, .email = form_get(f, "email")->text,
                                              .others = form_get(f, "others")->text};
    if (p->sealed)
        in->text.who.marked = form_get(f, "marked")->text;
    return true;
}

bool case_show_receipt(struct request *r, struct case_key key, struct str code, enum ui_face face, struct response *out,
                       struct err *e)
{
    struct rd *rd;
    struct case_facts c;
    struct office office;
    struct viewer program = VIEWER_SYSTEM;
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = {rd, r->arena, NULL, &program};
    if (!case_get(&l, key, &c, e) || !units_office(rd, r->arena, key.office_id, &office, e))
        return false;
    struct submit_receipt x = {
        .page = {.request = r, .face = face, .title_msg = MSG("case.receipt.title"), .nav = face == UI_DESK ? "/desk/intake" : "/submit"},
        .panel = {MSG("case.receipt.done"), MSG("case.receipt.number"), c.number, NULL},
        .code = case_code_grouped(r->arena, code),
        .case_href = face == UI_DESK ? case_link_path(r->arena, "/desk/cases/", key, "") : STR(""),
    };
    const struct rule_procedure *kind = rulebook_procedure(site_of(r)->rules, c.procedure);
    struct ui_row rows[] = {
        {.msg = MSG("case.office"), .text = office.name},
        {.msg = MSG("case.kind"), .text = kind->name.text[r->lang]},
        {.msg = MSG("case.received"), .text = i18n_day(r->arena, r->lang, c.received)},
        {.msg = MSG("case.due.first"), .text = i18n_day(r->arena, r->lang, c.due)},
    };
    x.rows = rows;
    x.rows_n = day_is_none(c.due) ? 3 : 4;
    const struct site *site = site_of(r);
    if (case_code_is_receipt(code) || !site->receipts || !qr_series_code(site->receipts, r->arena, code, &x.qr))
        qr_make(r->arena, str_printf(r->arena, STR_FMT CASE_TRACK_LINK STR_FMT, STR_ARG(site->base_url), STR_ARG(code)), &x.qr);
    struct html *h = ui_begin(r);
    submit_receipt_page(h, &x);
    response_html(out, h);
    return true;
}

struct submit_send {
    struct submit_form p;
    struct str code;
    struct case_sending sending;
    struct request *request; /* of a sealed kind: its receipt takes long to digest */
    struct case_key key;
    bool good;
    struct err e;
    void (*done)(void *);
    void *done_arg;
};

/* Not saved: the same page again with everything that was typed. */
static void show_unsent(struct request *r, struct submit_form *p, const struct err *e, struct response *out)
{
    p->page.notice_msg = e->code == ERR_BAD_INPUT ? e->msg : MSG("case.submit.not_saved");
    p->page.notice_tone = UI_BAD;
    list_answers(r, p);
    foresee(r, p);
    struct html *h = ui_begin(r);
    submit_check_page(h, p);
    response_html(out, h);
    out->status = err_http_status(e->code);
}

static void send_sealed(void *arg)
{
    struct submit_send *s = arg;
    struct case_new *in = &s->sending.in;
    s->good = case_code_digest(s->request, s->code, &in->code_hash, &s->e) && case_run_register(s->request, in, &s->key, &s->e);
    s->done(s->done_arg);
}

static void send_begin(struct request *r, void *arg, void (*done)(void *), void *done_arg)
{
    struct submit_send *s = arg;
    if (!s->p.sealed) {
        s->sending.in.code_hash = digest_of(s->code.p, s->code.n);
        case_register_begin(r, &s->sending, done, done_arg);
        return;
    }
    s->request = r;
    s->done = done;
    s->done_arg = done_arg;
    if (request_in_worker(r, send_sealed, s))
        return;
    err_set(&s->e, ERR_BUSY, MSG("err.busy"), NULL);
    done(done_arg);
}

static bool sent(const struct submit_send *s, struct case_key *ret, struct err *e)
{
    if (!s->p.sealed)
        return case_register_end(&s->sending, ret, e);
    *ret = s->key;
    if (!s->good)
        *e = s->e;
    return s->good;
}

static bool send_then(struct request *r, void *arg, struct response *out, struct err *e)
{
    struct submit_send *s = arg;
    struct case_key key;
    if (sent(s, &key, e))
        return case_show_receipt(r, key, s->code, UI_PORTAL, out, e);
    if (e->code == ERR_DENIED || e->code == ERR_NOT_FOUND)
        return false;
    show_unsent(r, &s->p, e, out);
    return true;
}

bool submit_send_post(struct request *r, struct response *out, struct err *e)
{
    struct submit_send *s = arena_new(r->arena, struct submit_send);
    struct submit_form *p = &s->p;
    if (!read_submission(r, p, e))
        return false;
    if (p->form.errors) {
        struct html *h = ui_begin(r);
        submit_form_page(h, p);
        response_html(out, h);
        out->status = 422;
        return true;
    }
    struct str token = case_token_of(r, form_get(&p->form, "token")->text);
    s->code = case_code_of(r, token, p->sealed);
    if (!new_of(r, p, token, &s->sending.in, e))
        return false;
    if (!case_files_place(r, p->files, p->files_n, e)) {
        show_unsent(r, p, e, out);
        return true;
    }
    out->later = (struct http_later){send_begin, send_then, s};
    return true;
}
