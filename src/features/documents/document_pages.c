// SPDX-License-Identifier: AGPL-3.0-or-later
/* What the page files share; documents of a matter; a draft and its issue. */
#include "features/documents/document_pages.h"

#include "base/text.h"
#include "documents.html.h"
#include "features/units/units.h"
#include "platform/i18n/i18n.h"

enum { WORKERS = ROLE_RECEPTION | ROLE_SETTLING | ROLE_LEADER };

/* ---- shared ---- */

static struct case_world world_of(const struct request *r)
{
    const struct site *s = site_of(r);
    return (struct case_world){.rules = s->rules, .keys = s->keys, .mail = s->mail, .files = s->files_dir,
                               .zone_minutes = s->zone_minutes, .today = instant_day(r->now, s->zone_minutes)};
}

struct case_look document_look(const struct request *r, struct rd *rd)
{
    struct case_world *w = arena_new(r->arena, struct case_world);
    *w = world_of(r);
    return (struct case_look){rd, r->arena, w, &r->viewer};
}

const char *document_state_msg(struct str state)
{
    return str_is(state, "issued")     ? MSG("document.state.issued")
           : str_is(state, "revoked")  ? MSG("document.state.revoked")
           : str_is(state, "replaced") ? MSG("document.state.replaced")
                                       : MSG("document.state.draft");
}

enum ui_tone document_tone(struct str state)
{
    return str_is(state, "issued") ? UI_GOOD : str_is(state, "draft") ? UI_INFO : UI_BAD;
}

static struct str path_of(struct arena *a, const char *before, struct document_key k, const char *after)
{
    return str_printf(a, "%s/%lld/%lld%s", before, (long long)k.office_id, (long long)k.document_id, after);
}

static struct str case_path(struct arena *a, struct case_key k, const char *after)
{
    return str_printf(a, "/desk/cases/%lld/%lld%s", (long long)k.office_id, (long long)k.case_id, after);
}

struct document_row document_row_of(struct request *r, const struct document *d, const char *before)
{
    struct document_row row = {.d = *d, .number = document_number(r->arena, d), .href = path_of(r->arena, before, d->key, ""),
                               .pdf_href = path_of(r->arena, before, d->key, "/pdf"), .state_msg = document_state_msg(d->state),
                               .tone = document_tone(d->state)};
    const struct rule_print *p = rulebook_print(site_of(r)->rules, d->form);
    if (!d->key.document_id)
        row.href = STR("");
    if (p)
        row.d.name = p->name.text[r->lang];
    if (d->case_id)
        row.case_href = case_path(r->arena, (struct case_key){d->key.office_id, d->case_id}, "");
    return row;
}

bool document_key_of(const struct request *r, struct document_key *ret, struct err *e)
{
    return (str_int(r->params[0], &ret->office_id) && str_int(r->params[1], &ret->document_id)) ||
           FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
}

static bool case_of(const struct request *r, struct case_key *ret, struct err *e)
{
    return (str_int(r->params[0], &ret->office_id) && str_int(r->params[1], &ret->case_id) && ret->case_id > 0) ||
           FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
}

void document_send_pdf(struct request *r, const struct document *d, struct str pdf, struct response *out)
{
    struct strbuf name;
    struct str number = text_fold(r->arena, document_number(r->arena, d));
    strbuf_init(&name, r->arena, 200);
    for (size_t i = 0; i < number.n; i++)
        strbuf_char(&name, number.p[i] == ' ' ? '-' : number.p[i]);
    out->status = 200;
    out->content_type = STR("application/pdf");
    out->body = pdf;
    if (!name.n)
        strbuf_z(&name, "document");
    if (d->year)
        strbuf_printf(&name, "-%lld", (long long)d->year);
    strbuf_z(&name, ".pdf");
    out->download_name = strbuf_text(&name);
}

/* ---- documents of a matter ---- */

/* Was this form's action just done, or can it be done now? */
static bool fits_state(const struct rulebook *b, const struct rule_print *p, const struct case_facts *c)
{
    const struct rule_step *steps;
    size_t n;
    rulebook_steps(b, c->procedure, &steps, &n);
    for (size_t i = 0; i < n; i++) {
        if (p->action.n && str_eq(steps[i].action, p->action) && str_eq(steps[i].to, c->state))
            return true;
    }
    return false;
}

static void list_forms(struct request *r, const struct case_facts *c, struct document_case_page *p)
{
    const struct rule_print *all;
    size_t n;
    const struct rulebook *b = site_of(r)->rules;
    rulebook_prints(b, &all, &n);
    struct document_choice *now = arena_array(r->arena, struct document_choice, n + 1);
    struct document_choice *others = arena_array(r->arena, struct document_choice, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct document_choice x = {all[i].id, all[i].name.text[r->lang], all[i].source.article, false};
        if (!rule_print_fits(b, &all[i], c->procedure) || !rule_holds(&all[i].source, instant_day(r->now, r->zone_minutes)) ||
            !viewer_may(&r->viewer, c->key.office_id, all[i].roles & WORKERS))
            continue;
        if (fits_state(b, &all[i], c))
            now[p->now.n++] = x;
        else
            others[p->others.n++] = x;
    }
    p->now.v = now;
    p->others.v = others;
}

bool document_case_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct case_key key;
    struct case_facts c;
    struct document_list list;
    struct document_case_page p = {.page = {.request = r, .face = UI_DESK, .title_msg = MSG("document.of_case"), .nav = "/desk"}};
    if (!case_of(r, &key, e) || !store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = document_look(r, rd);
    if (!case_get(&l, key, &c, e) || !document_of_case(&l, key, &list, e))
        return false;
    struct document_row *rows = arena_array(r->arena, struct document_row, list.n + 1);
    for (size_t i = 0; i < list.n; i++)
        rows[i] = document_row_of(r, &list.v[i], "/desk/documents");
    p.rows = rows;
    p.rows_n = list.n;
    p.number = c.number;
    p.case_path = case_path(r->arena, key, "");
    p.path = case_path(r->arena, key, "/documents");
    p.may_issue = viewer_may(&r->viewer, key.office_id, WORKERS);
    if (p.may_issue)
        list_forms(r, &c, &p);
    struct html *h = ui_begin(r);
    document_case_html(h, &p);
    response_html(out, h);
    return true;
}

/* ---- commands from a request ---- */

struct call {
    const struct request *request;
    struct case_world world;
    struct document_key key;
    struct document_draft draft;
    struct str action, reason;
};

static bool run_command(struct tx *tx, void *arg, struct err *e)
{
    struct call *c = arg;
    struct case_doing d = {tx, &c->world, &c->request->viewer, c->request->now};
    if (str_is(c->action, "drop"))
        return document_drop(&d, c->key, e);
    if (str_is(c->action, "revoke"))
        return document_revoke(&d, c->key, c->reason, e);
    if (!document_save(&d, &c->draft, &c->key.document_id, e))
        return false;
    c->key.office_id = c->draft.office_id;
    return !str_is(c->action, "issue") || document_issue(&d, c->key, 0, site_of(c->request)->base_url, e);
}

static bool run(struct request *r, struct call *c, struct err *e)
{
    c->request = r;
    c->world = world_of(r);
    return store_run(site_of(r)->store, run_command, c, e);
}

/* The first capacity of a form, and the name of the office's head for it. */
static bool first_signer(struct request *r, struct call *c, struct err *e)
{
    struct rd *rd;
    struct office o;
    struct str word, signers;
    const struct rule_print *p = rulebook_print(site_of(r)->rules, c->draft.form);
    if (!p || !store_read(site_of(r)->store, r->arena, &rd, e))
        return p != NULL || FAIL(e, ERR_BAD_INPUT, MSG("err.document.form"), NULL);
    bool good = units_office(rd, r->arena, c->draft.office_id, &o, e);
    store_read_end(rd);
    if (!good)
        return false;
    signers = p->signers;
    if (signers.n && str_split(&signers, ' ', &word))
        c->draft.signer = word;
    c->draft.signer_name = o.leader;
    if (!o.leader.n && viewer_may(&r->viewer, c->draft.office_id, ROLE_LEADER))
        c->draft.signer_name = r->viewer.name;
    return true;
}

static bool begin_draft(struct request *r, struct call *c, struct response *out, struct err *e)
{
    c->draft.form = request_form(r, "form");
    if (!viewer_may(&r->viewer, c->draft.office_id, WORKERS))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    if (!first_signer(r, c, e) || !run(r, c, e))
        return false;
    response_redirect(out, path_of(r->arena, "/desk/documents", c->key, ""));
    return true;
}

bool document_case_post(struct request *r, struct response *out, struct err *e)
{
    struct case_key key;
    struct call c = {.action = STR("save")};
    if (!case_of(r, &key, e))
        return false;
    c.draft.office_id = key.office_id;
    c.draft.case_id = key.case_id;
    return begin_draft(r, &c, out, e);
}

bool document_register_post(struct request *r, struct response *out, struct err *e)
{
    struct call c = {.action = STR("save")};
    c.draft.office_id = viewer_office(&r->viewer, WORKERS);
    return begin_draft(r, &c, out, e);
}

/* ---- a draft, or what was issued ---- */

static void list_signers(struct request *r, const struct rule_print *form, struct document_edit_page *p)
{
    struct str word, words = form->signers;
    struct document_choice *list = arena_array(r->arena, struct document_choice, words.n + 1);
    while (words.n && str_split(&words, ' ', &word)) {
        const struct rule_signer *s = rulebook_signer(site_of(r)->rules, word);
        if (s)
            list[p->signers_n++] = (struct document_choice){s->id, s->name.text[r->lang], {0}, str_eq(word, p->d.signer)};
    }
    p->signers = list;
}

/* What the officer types: what she typed before, else what it begins with. */
static bool list_asks(const struct case_look *l, struct request *r, const struct rule_print *form, struct document_edit_page *p,
                      struct err *e)
{
    struct document_fields fields;
    struct document_ask *list = arena_array(r->arena, struct document_ask, form->asks_n + 1);
    struct str begin[64] = {{0}};
    if (!document_fields_of(l, &p->d, &fields, e) || !document_beginnings(l, &p->d, form, begin, e))
        return false;
    for (size_t i = 0; i < form->asks_n; i++) {
        struct str typed = document_field(&fields, form->asks[i].name);
        list[i] = (struct document_ask){form->asks[i].name, str_printf(r->arena, "a-" STR_FMT, STR_ARG(form->asks[i].name)),
                                        form->asks[i].label.text[r->lang], typed.p ? typed : begin[i], form->asks[i].rows};
    }
    p->asks = list;
    p->asks_n = form->asks_n;
    return true;
}

static bool fill_other(const struct case_look *l, struct document_edit_page *p, struct err *e)
{
    struct document other;
    if (!p->d.replaced_by)
        return true;
    if (!document_get(l, (struct document_key){p->d.key.office_id, p->d.replaced_by}, &other, e))
        return e->code == ERR_NOT_FOUND;
    p->other_number = document_number(l->arena, &other);
    p->other_href = path_of(l->arena, "/desk/documents", other.key, "");
    return true;
}

static bool fill_page(const struct case_look *l, struct request *r, struct document_edit_page *p, struct err *e)
{
    const struct rule_print *form = rulebook_print(site_of(r)->rules, p->d.form);
    p->draft = str_is(p->d.state, "draft");
    p->path = path_of(r->arena, "/desk/documents", p->d.key, "");
    p->back = STR("/desk/documents");
    if (p->d.case_id)
        p->back = case_path(r->arena, (struct case_key){p->d.key.office_id, p->d.case_id}, "/documents");
    p->number = document_number(r->arena, &p->d);
    p->state_msg = document_state_msg(p->d.state);
    p->tone = document_tone(p->d.state);
    p->signer_name = p->d.signer_name;
    p->hash = digest_hex(r->arena, &p->d.paper_hash);
    p->verify = str_printf(r->arena, "/verify/" STR_FMT, STR_ARG(p->d.code));
    p->may_end = viewer_may(&r->viewer, p->d.key.office_id, ROLE_LEADER) && str_is(p->d.state, "issued");
    if (form) {
        p->d.name = form->name.text[r->lang];
        p->may_issue = viewer_may(&r->viewer, p->d.key.office_id, form->roles & WORKERS);
        list_signers(r, form, p);
    }
    if (form && p->draft && !list_asks(l, r, form, p, e))
        return false;
    return fill_other(l, p, e) && document_read(l, &p->d, site_of(r)->base_url, &p->doc, e);
}

static bool show_edit(struct request *r, struct document_key key, const char *error, struct response *out, struct err *e)
{
    struct rd *rd;
    struct document_edit_page p = {.page = {.request = r, .face = UI_DESK, .nav = "/desk/documents", .wide = true}, .error = error};
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = document_look(r, rd);
    if (!document_get(&l, key, &p.d, e) || !fill_page(&l, r, &p, e))
        return false;
    p.page.title = p.d.name;
    struct html *h = ui_begin(r);
    document_edit_html(h, &p);
    response_html(out, h);
    return true;
}

bool document_edit_get(struct request *r, struct response *out, struct err *e)
{
    struct document_key key;
    return document_key_of(r, &key, e) && show_edit(r, key, NULL, out, e);
}

static bool read_fields(struct request *r, const struct rule_print *form, struct document_fields *f, struct err *e)
{
    for (size_t i = 0; form && i < form->asks_n; i++) {
        struct str s, name = str_printf(r->arena, "a-" STR_FMT, STR_ARG(form->asks[i].name));
        if (!text_accept(r->arena, request_form(r, name.p), DOCUMENT_FIELD_MAX, &s, e))
            return false;
        document_field_set(f, form->asks[i].name, s.p ? str_trim(s) : STR(""));
    }
    return true;
}

/* The draft that the form of a page describes; a correction is a new one with the same fields. */
static bool draft_of(struct request *r, struct document_key key, struct call *c, struct err *e)
{
    struct rd *rd;
    struct document d;
    struct document_fields before;
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = document_look(r, rd);
    if (!document_get(&l, key, &d, e) || !document_fields_of(&l, &d, &before, e))
        return false;
    store_read_end(rd);
    c->draft = (struct document_draft){.office_id = key.office_id, .case_id = d.case_id, .document_id = key.document_id, .form = d.form,
                                       .signer = d.signer, .signer_name = d.signer_name, .fields = before};
    if (str_is(c->action, "correct")) {
        c->draft.document_id = 0;
        c->draft.replaces = key.document_id;
        return true;
    }
    c->draft.signer = request_form(r, "signer");
    str_int(request_form(r, "version"), &c->draft.version);
    return text_accept(r->arena, str_trim(request_form(r, "signer_name")), 120, &c->draft.signer_name, e) &&
           read_fields(r, rulebook_print(site_of(r)->rules, d.form), &c->draft.fields, e);
}

static bool send_draft_pdf(struct request *r, struct document_key key, struct response *out, struct err *e)
{
    struct rd *rd;
    struct document d;
    struct doc doc;
    struct str pdf;
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = document_look(r, rd);
    if (!document_get(&l, key, &d, e) || !document_read(&l, &d, site_of(r)->base_url, &doc, e))
        return false;
    store_read_end(rd);
    if (!pdf_write(r->arena, &doc, &pdf, e))
        return false;
    document_send_pdf(r, &d, pdf, out);
    return true;
}

/* A wrong field gives the page back; what was typed is in the draft, when it could be saved. */
static bool answer_wrong(struct request *r, struct document_key key, struct response *out, struct err *e)
{
    struct err again = *e;
    if (again.code != ERR_BAD_INPUT && again.code != ERR_CONFLICT)
        return false;
    if (!show_edit(r, key, again.msg, out, e))
        return false;
    out->status = err_http_status(again.code);
    return true;
}

bool document_edit_post(struct request *r, struct response *out, struct err *e)
{
    struct document_key key;
    struct call c = {.action = request_form(r, "action")};
    if (!document_key_of(r, &key, e))
        return false;
    c.key = key;
    bool ends = str_is(c.action, "drop") || str_is(c.action, "revoke");
    if (ends && !text_accept(r->arena, str_trim(request_form(r, "reason")), 1000, &c.reason, e))
        return answer_wrong(r, key, out, e);
    if (!ends && !draft_of(r, key, &c, e))
        return answer_wrong(r, key, out, e);
    if (str_is(c.action, "issue")) {
        /* saved on its own first: what was typed stays when it cannot be issued */
        struct call save = c;
        save.action = STR("save");
        if (!run(r, &save, e))
            return answer_wrong(r, key, out, e);
        c.draft.version = 0;
    }
    if (!run(r, &c, e))
        return answer_wrong(r, key, out, e);
    if (str_is(c.action, "pdf"))
        return send_draft_pdf(r, key, out, e);
    response_redirect(out, str_is(c.action, "drop") ? STR("/desk/documents?drafts=1")
                                                    : path_of(r->arena, "/desk/documents", c.key, ""));
    return true;
}

/* ---- on paper ---- */

bool document_sheet_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct document d;
    struct document_key key;
    struct document_sheet_page p = {.page = {.request = r, .face = UI_PAPER}};
    if (!document_key_of(r, &key, e) || !store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = document_look(r, rd);
    if (!document_get(&l, key, &d, e) || !document_read(&l, &d, site_of(r)->base_url, &p.doc, e))
        return false;
    p.page.title = d.name;
    if (!str_is(d.state, "draft"))
        p.pdf_href = path_of(r->arena, "/desk/documents", key, "/pdf");
    struct html *h = ui_begin(r);
    document_sheet_html(h, &p);
    response_html(out, h);
    return true;
}

bool document_pdf_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct document d;
    struct document_key key;
    struct str pdf;
    if (!document_key_of(r, &key, e) || !store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = document_look(r, rd);
    if (!document_get(&l, key, &d, e) || !document_pdf(&l, &d, &pdf, e))
        return false;
    document_send_pdf(r, &d, pdf, out);
    return true;
}
