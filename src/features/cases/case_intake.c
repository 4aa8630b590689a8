// SPDX-License-Identifier: AGPL-3.0-or-later
/* The counter: a paper petition registered by keyboard, with what looks like
 * it shown before it is saved; and attachments handed out. */
#include "case_desk.html.h"
#include "features/cases/case_access.h"
#include "features/cases/case_code.h"
#include "features/cases/case_desk.h"
#include "platform/http/upload_sniff.h"

static const char *const petitioners[] = {"individual", "group", "organisation", "anonymous", NULL};
static const char *const channels[] = {"counter", "post", "reception", NULL};

enum { SUBJECTS = 200 };

static const struct form_field intake_fields[] = {
    {.name = "kind", .type = FORM_LINE, .required = true, .max = 60, .label = MSG("case.kind")},
    {.name = "channel", .type = FORM_CHOICE, .required = true, .choices = channels, .label = MSG("case.channel")},
    {.name = "received", .type = FORM_DAY, .required = true, .label = MSG("case.received")},
    {.name = "petitioner", .type = FORM_CHOICE, .required = true, .choices = petitioners, .label = MSG("case.petitioner")},
    {.name = "name", .type = FORM_LINE, .max = 120, .label = MSG("case.name")},
    {.name = "id_number", .type = FORM_LINE, .max = 20, .label = MSG("case.id_number")},
    {.name = "address", .type = FORM_LINE, .max = 200, .label = MSG("case.address")},
    {.name = "phone", .type = FORM_PHONE, .label = MSG("case.phone")},
    {.name = "people", .type = FORM_INT, .min = 1, .max = 10000, .label = MSG("case.people")},
    {.name = "others", .type = FORM_TEXT, .max = 1000, .label = MSG("case.others")},
    {.name = "title", .type = FORM_LINE, .required = true, .min = 3, .max = CASE_TITLE_MAX, .label = MSG("case.title")},
    {.name = "body", .type = FORM_TEXT, .required = true, .min = 3, .max = CASE_BODY_MAX, .label = MSG("case.body")},
    {.name = "subject", .type = FORM_LINE, .max = 80, .label = MSG("case.subject")},
    {.name = "token", .type = FORM_LINE, .max = 60, .label = MSG("case.token")},
    {.name = NULL},
};

static bool has_choice(const struct desk_choice *list, size_t n, struct str id)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(list[i].id, id))
            return true;
    }
    return false;
}

/* The subjects of the kind; of every kind while none is chosen, each once. */
static void list_subjects(struct request *r, struct desk_intake *p)
{
    const struct rule_procedure *all, *chosen = rulebook_procedure(site_of(r)->rules, form_get(&p->form, "kind")->text);
    const struct rule_word **words;
    size_t n, words_n;
    rulebook_procedures(site_of(r)->rules, &all, &n);
    struct desk_choice *list = arena_array(r->arena, struct desk_choice, SUBJECTS);
    for (size_t i = 0; i < n; i++) {
        if (chosen && !str_eq(chosen->kind, all[i].kind))
            continue;
        rulebook_words(site_of(r)->rules, r->arena, "subjects", all[i].kind, STR(""), &words, &words_n);
        for (size_t k = 0; k < words_n && p->subjects_n < SUBJECTS; k++) {
            if (!has_choice(list, p->subjects_n, words[k]->id))
                list[p->subjects_n++] = (struct desk_choice){words[k]->id, words[k]->name.text[r->lang]};
        }
    }
    p->subjects = list;
}

/* Some kind of it people can begin; what only stands beside another matter is not taken in at the counter. */
static bool is_taken_in(const struct rule_procedure *all, size_t n, const struct rule_procedure *p)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(all[i].kind, p->kind) && all[i].by_person)
            return true;
    }
    return false;
}

static void list_kinds(struct request *r, struct desk_intake *p)
{
    const struct rule_procedure *all;
    size_t n;
    rulebook_procedures(site_of(r)->rules, &all, &n);
    struct desk_choice *kinds = arena_array(r->arena, struct desk_choice, n ? n : 1);
    for (size_t i = 0; i < n; i++) {
        if (is_taken_in(all, n, &all[i]))
            kinds[p->kinds_n++] = (struct desk_choice){all[i].id, all[i].name.text[r->lang]};
    }
    p->kinds = kinds;
    list_subjects(r, p);
}

static bool show_intake(struct request *r, struct desk_intake *p, struct response *out, struct err *e)
{
    struct rd *rd;
    struct office office;
    p->page.request = r;
    p->page.face = UI_DESK;
    p->page.title_msg = MSG("desk.intake");
    p->page.nav = "/desk/intake";
    p->page.form = &p->form;
    p->page.wide = true;
    if (!store_read(site_of(r)->store, r->arena, &rd, e) || !units_office(rd, r->arena, desk_office(r), &office, e))
        return false;
    p->office_name = office.name;
    p->page.office = office.name;
    list_kinds(r, p);
    p->staged = case_files_sign(r, p->files, p->files_n);
    struct html *h = ui_begin(r);
    desk_intake_page(h, p);
    response_html(out, h);
    return true;
}

bool desk_intake_get(struct request *r, struct response *out, struct err *e)
{
    struct desk_intake p = {0};
    form_blank(&p.form, intake_fields);
    form_set(&p.form, "channel", STR("counter"));
    form_set(&p.form, "petitioner", STR("individual"));
    /* digits with strokes: what every language here reads back */
    form_set(&p.form, "received", i18n_day(r->arena, LANG_VI, instant_day(r->now, r->zone_minutes)));
    form_set(&p.form, "token", case_token_of(r, STR("")));
    return show_intake(r, &p, out, e);
}

static void check_intake(struct request *r, struct desk_intake *p)
{
    const struct rule_procedure *kind = rulebook_procedure(site_of(r)->rules, form_get(&p->form, "kind")->text);
    bool anonymous = str_is(form_get(&p->form, "petitioner")->text, "anonymous");
    struct str subject = form_get(&p->form, "subject")->text;
    if (!kind)
        form_error(&p->form, "kind", MSG("err.case.kind"));
    if (kind && subject.n && !rulebook_subject(site_of(r)->rules, kind->kind, subject))
        form_error(&p->form, "subject", MSG("err.case.subject"));
    if (kind && anonymous && !kind->anonymous)
        form_error(&p->form, "petitioner", MSG("err.case.anonymous"));
    if (!anonymous && !form_get(&p->form, "name")->text.n)
        form_error(&p->form, "name", MSG("err.case.name"));
    if (!form_get(&p->form, "received")->error &&
        form_get(&p->form, "received")->day.n > instant_day(r->now, r->zone_minutes).n)
        form_error(&p->form, "received", MSG("err.case.future"));
}

static struct case_new new_of(const struct desk_intake *p, const struct office *office)
{
    const struct form *f = &p->form;
    bool anonymous = str_is(form_get(f, "petitioner")->text, "anonymous");
    struct case_new in = {
        .office_id = office->office_id,
        .office_code = office->code,
        .remote = office->remote,
        .procedure = form_get(f, "kind")->text,
        .channel = form_get(f, "channel")->text,
        .subject = form_get(f, "subject")->text,
        .petitioner = form_get(f, "petitioner")->text,
        .people = anonymous ? 0 : form_get(f, "people")->n > 1 ? form_get(f, "people")->n : 1,
        .received = form_get(f, "received")->day,
        .text = {.title = form_get(f, "title")->text, .body = form_get(f, "body")->text},
        .files = p->files,
        .files_n = p->files_n,
    };
    if (!anonymous)
        in.text.who = (struct case_identity){.name = form_get(f, "name")->text, .address = form_get(f, "address")->text,
                                             .phone = form_get(f, "phone")->text, .id_number = form_get(f, "id_number")->text,
                                             .others = form_get(f, "others")->text};
    return in;
}

/* Looks for the same matter, unless the officer has seen the list. */
static bool find_likes(struct request *r, struct desk_intake *p, const struct case_new *in, struct err *e)
{
    struct rd *rd;
    struct case_likenesses likes;
    if (str_is(request_form(r, "seen"), "1"))
        return true;
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = case_look_of(r, rd);
    if (!case_duplicates(&l, in, &likes, e))
        return false;
    store_read_end(rd);
    p->likes = likes.v;
    p->likes_n = likes.n;
    return true;
}

static bool is_sealed(const struct request *r, const struct desk_intake *p)
{
    const struct rule_procedure *kind = rulebook_procedure(site_of(r)->rules, form_get(&p->form, "kind")->text);
    return kind && kind->sealed;
}

static void read_intake(struct request *r, struct desk_intake *p)
{
    struct case_file *files = arena_array(r->arena, struct case_file, CASE_FILES_MAX);
    form_read(&p->form, intake_fields, r, false);
    check_intake(r, p);
    p->files_n = case_files_read(r, request_form(r, "staged"), files, &p->files_error);
    p->files = files;
    case_files_take(r, is_sealed(r, p), &files, &p->files_n, &p->files_error);
    if (p->files_error)
        form_whole_error(&p->form, p->files_error);
}

bool desk_intake_post(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct office office;
    struct case_key key;
    struct desk_intake p = {0};
    int status = 422;
    read_intake(r, &p);
    if (!store_read(site_of(r)->store, r->arena, &rd, e) ||
        !units_office(rd, r->arena, desk_office(r), &office, e))
        return false;
    store_read_end(rd);
    struct str token = case_token_of(r, form_get(&p.form, "token")->text), code = case_code_of(r, token, is_sealed(r, &p));
    struct case_new in = new_of(&p, &office);
    in.token = token;
    if (!case_code_digest(r, code, &in.code_hash, e))
        return false;
    bool good = !p.form.errors;
    if (good && !find_likes(r, &p, &in, e))
        return false;
    if (good && !p.likes_n && case_files_place(r, p.files, p.files_n, e) && case_run_register(r, &in, &key, e))
        return case_show_receipt(r, key, code, UI_DESK, out, e);
    if (good && !p.likes_n) {
        if (e->code == ERR_DENIED)
            return false;
        status = err_http_status(e->code);
        p.page.notice_msg = e->code == ERR_BAD_INPUT ? e->msg : MSG("case.submit.not_saved");
        p.page.notice_tone = UI_BAD;
    }
    if (!show_intake(r, &p, out, e))
        return false;
    out->status = p.likes_n ? 200 : status;
    return true;
}

/* ---- attachments ---- */

bool desk_file_answer(const struct request *r, const struct case_facts *c, const struct case_file *f, struct response *out)
{
    enum upload_kind kind;
    out->status = 200;
    out->content_type = upload_parse(f->kind, &kind) ? str_of(upload_type(kind)) : STR("application/octet-stream");
    out->download_name = f->name.n ? f->name : str_printf(r->arena, STR_FMT "-%lld." STR_FMT, STR_ARG(c->number),
                                                          (long long)f->file_no, STR_ARG(f->kind));
    return true;
}

bool desk_file_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct case_key key;
    struct case_facts c;
    struct case_file_list files;
    int64_t no;
    if (!case_key_of(r, &key, e) || !store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = case_look_of(r, rd);
    if (!case_get(&l, key, &c, e) || !case_files(&l, &c, &files, e))
        return false;
    if (!str_int(r->params[2], &no) || no < 1 || (size_t)no > files.n)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    /* a scan can show who wrote: it is for the holders of the identity */
    if (c.sealed && !case_may_see_identity(&r->viewer, &c))
        return FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
    struct case_file *f = &files.v[no - 1];
    struct case_text text;
    if (f->own && (!case_get_text(&l, &c, &text, e) || !case_file_key(text.who, f)))
        return FAIL(e, ERR_DENIED, MSG("err.file.holders"), NULL);
    return case_file_load(r, f, &out->body, e) && desk_file_answer(r, &c, f, out);
}
