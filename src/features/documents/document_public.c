// SPDX-License-Identifier: AGPL-3.0-or-later
/* The register; checking a document by its code; her own documents, for who has the tracking code. */
#include "base/csv.h"
#include "base/text.h"
#include "documents.html.h"
#include "features/documents/document_pages.h"
#include "features/units/units.h"
#include "platform/i18n/i18n.h"

enum { WORKERS = ROLE_RECEPTION | ROLE_SETTLING | ROLE_LEADER, READERS = WORKERS | ROLE_SUPERVISOR, PAGE = 50, CSV_MAX = 5000 };

/* ---- the register ---- */

static int64_t office_of(const struct request *r)
{
    int64_t asked;
    if (str_int(request_query(r, "office"), &asked) && viewer_may(&r->viewer, asked, READERS))
        return asked;
    return viewer_office(&r->viewer, READERS);
}

static struct document_query query_of(const struct request *r)
{
    struct document_query q = {.office_id = office_of(r), .text = request_query(r, "q"), .limit = PAGE};
    q.drafts = str_is(request_query(r, "drafts"), "1");
    str_int(request_query(r, "year"), &q.year);
    return q;
}

/* Forms that belong to no procedure can be begun without a matter. */
static struct document_forms free_forms(struct request *r, int64_t office_id)
{
    const struct rule_print *all;
    size_t n;
    struct document_forms f = {0};
    rulebook_prints(site_of(r)->rules, &all, &n);
    struct document_choice *list = arena_array(r->arena, struct document_choice, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (!all[i].procedure.n && viewer_may(&r->viewer, office_id, all[i].roles & WORKERS))
            list[f.n++] = (struct document_choice){all[i].id, all[i].name.text[r->lang], all[i].source.article, false};
    }
    f.v = list;
    return f;
}

static void fill_pager(struct request *r, const struct document_query *q, int64_t page, struct document_register_page *p)
{
    struct strbuf b;
    struct html part = {.arena = r->arena};
    strbuf_init(&b, r->arena, 4000);
    part.b = &b;
    html_part_str(&part, q->text);
    p->pager = (struct ui_pager){str_printf(r->arena, "/desk/documents?office=%lld&drafts=%d&year=%lld&q=" STR_FMT "&page=",
                                            (long long)q->office_id, q->drafts, (long long)q->year, STR_ARG(strbuf_text(&b))),
                                 page, (q->ret_total + PAGE - 1) / PAGE, q->ret_total};
}

bool document_register_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct office office;
    struct document_list list;
    int64_t page = 1;
    struct document_query q = query_of(r);
    struct document_register_page p = {.page = {.request = r, .face = UI_DESK, .title_msg = MSG("document.register"),
                                                .nav = "/desk/documents", .wide = true}, .q = q.text};
    if (!str_int(request_query(r, "page"), &page) || page < 1 || page > 10000)
        page = 1;
    q.offset = (page - 1) * PAGE;
    if (!store_read(site_of(r)->store, r->arena, &rd, e) || !units_office(rd, r->arena, q.office_id, &office, e))
        return false;
    struct case_look l = document_look(r, rd);
    if (!document_register(&l, &q, &list, e))
        return false;
    struct document_row *rows = arena_array(r->arena, struct document_row, list.n + 1);
    for (size_t i = 0; i < list.n; i++)
        rows[i] = document_row_of(r, &list.v[i], "/desk/documents");
    p.rows = rows;
    p.rows_n = list.n;
    p.office_name = p.page.office = office.name;
    p.tabs[0] = (struct ui_link){.href = STR("/desk/documents"), .msg = MSG("document.issued"), .current = !q.drafts};
    p.tabs[1] = (struct ui_link){.href = STR("/desk/documents?drafts=1"), .msg = MSG("document.drafts"), .current = q.drafts};
    p.csv_href = str_printf(r->arena, "/desk/documents/register.csv?office=%lld&year=%lld", (long long)q.office_id, (long long)q.year);
    fill_pager(r, &q, page, &p);
    p.may_issue = viewer_may(&r->viewer, q.office_id, WORKERS);
    p.forms = free_forms(r, q.office_id);
    struct html *h = ui_begin(r);
    document_register_html(h, &p);
    response_html(out, h);
    return true;
}

bool document_csv_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct document_list list;
    struct strbuf b;
    struct document_query q = query_of(r);
    q.drafts = false;
    q.limit = CSV_MAX;
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = document_look(r, rd);
    if (!document_register(&l, &q, &list, e))
        return false;
    strbuf_init(&b, r->arena, 8 << 20);
    strbuf_z(&b, "number,day,kind,subject,signer,state,ended,code,sha256\r\n");
    for (size_t i = 0; i < list.n; i++) {
        const struct document *d = &list.v[i];
        char day[11], ended[11];
        const struct str cells[] = {document_number(r->arena, d), str_of(day_format(d->day, day)), d->name, d->subject, d->signer_name,
                                    d->state, str_of(day_format(d->ended, ended)), d->code, digest_hex(r->arena, &d->paper_hash)};
        for (size_t k = 0; k < sizeof cells / sizeof *cells; k++)
            csv_put(&b, cells[k], k == 0);
        strbuf_z(&b, "\r\n");
    }
    out->status = 200;
    out->content_type = STR("text/csv; charset=utf-8");
    out->download_name = STR("documents.csv");
    out->body = strbuf_text(&b);
    return true;
}

/* ---- checking ---- */

const struct form_field document_verify_fields[] = {
    {.name = "code", .type = FORM_LINE, .required = true, .max = 40, .label = MSG("document.code")},
    {.name = "hash", .type = FORM_LINE, .max = 100, .label = MSG("document.hash")},
    {.name = NULL},
};

/* Of a sealed matter the kind of document is not told either. */
static void fill_verify(struct request *r, struct document_verify_page *p)
{
    const struct document *d = &p->d;
    const struct rule_print *form = rulebook_print(site_of(r)->rules, d->form);
    p->found = true;
    p->number = document_number(r->arena, d);
    p->code = str_printf(r->arena, "%.4s-%.4s-%.4s", d->code.p, d->code.p + 4, d->code.p + 8);
    p->hash = digest_hex(r->arena, &d->paper_hash);
    p->kind = form ? form->name.text[r->lang] : d->name;
    if (d->sealed)
        p->kind = STR("");
    p->state_msg = document_state_msg(d->state);
    p->tone = document_tone(d->state);
    p->about_msg = str_is(d->state, "issued")     ? MSG("document.verify.issued")
                   : str_is(d->state, "revoked")  ? MSG("document.verify.revoked")
                                                  : MSG("document.verify.replaced");
}

static bool load_verify(struct request *r, struct str typed, struct document_verify_page *p, struct err *e)
{
    struct rd *rd;
    struct str code;
    struct office office;
    struct document other;
    if (!code_accept(r->arena, typed, DOCUMENT_CODE, &code))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    if (!store_read(site_of(r)->store, r->arena, &rd, e) || !document_by_code(rd, r->arena, code, &p->d, e) ||
        !units_office(rd, r->arena, p->d.key.office_id, &office, e))
        return false;
    p->office_name = office.name;
    fill_verify(r, p);
    const struct viewer program = VIEWER_SYSTEM;
    struct case_look l = document_look(r, rd);
    l.viewer = &program;
    if (p->d.replaced_by && document_get(&l, (struct document_key){p->d.key.office_id, p->d.replaced_by}, &other, e)) {
        p->other_number = document_number(r->arena, &other);
        p->other_href = str_printf(r->arena, "/verify/" STR_FMT, STR_ARG(other.code));
    }
    store_read_end(rd);
    return true;
}

static bool show_verify(struct request *r, struct document_verify_page *p, int status, struct response *out)
{
    p->page.request = r;
    p->page.title_msg = MSG("document.verify");
    p->page.form = &p->form;
    struct html *h = ui_begin(r);
    document_verify_html(h, p);
    response_html(out, h);
    out->status = status;
    return true;
}

bool document_verify_get(struct request *r, struct response *out, struct err *e)
{
    struct document_verify_page p = {0};
    struct str code;
    (void)e;
    form_blank(&p.form, document_verify_fields);
    if (code_accept(r->arena, request_query(r, "code"), DOCUMENT_CODE, &code)) {
        response_redirect(out, str_printf(r->arena, "/verify/" STR_FMT, STR_ARG(code)));
        return true;
    }
    return show_verify(r, &p, 200, out);
}

static bool unknown_code(struct request *r, struct document_verify_page *p, struct response *out, struct err *e)
{
    if (e->code != ERR_NOT_FOUND)
        return false;
    form_error(&p->form, "code", MSG("err.document.code"));
    return show_verify(r, p, 404, out);
}

bool document_verify_code_get(struct request *r, struct response *out, struct err *e)
{
    struct document_verify_page p = {0};
    form_blank(&p.form, document_verify_fields);
    form_set(&p.form, "code", text_clip(r->params[0], 40));
    if (!load_verify(r, r->params[0], &p, e))
        return unknown_code(r, &p, out, e);
    return show_verify(r, &p, 200, out);
}

bool document_verify_post(struct request *r, struct response *out, struct err *e)
{
    struct document_verify_page p = {0};
    struct digest given;
    if (!form_read(&p.form, document_verify_fields, r, false))
        return show_verify(r, &p, 422, out);
    if (!load_verify(r, form_get(&p.form, "code")->text, &p, e))
        return unknown_code(r, &p, out, e);
    struct str hash = form_get(&p.form, "hash")->text;
    bool file = r->files_n > 0 && r->files[0].bytes > 0;
    if (file)
        hash = r->files[0].sha256;
    if (hash.n && !hex_parse(hash, given.b, sizeof given.b)) {
        form_error(&p.form, "hash", MSG("err.document.hash"));
        return show_verify(r, &p, 422, out);
    }
    if (hash.n)
        p.match = digest_eq(&given, &p.d.paper_hash) ? MATCH_YES : MATCH_NO;
    return show_verify(r, &p, 200, out);
}

/* ---- with the tracking code ---- */

bool document_track_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct document_list list;
    struct document_track_page p = {.page = {.request = r, .title_msg = MSG("document.yours"), .nav = "/track"}};
    struct case_key key = {r->viewer.track_office, r->viewer.track_case};
    if (!key.case_id)
        return FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = document_look(r, rd);
    if (!document_of_case(&l, key, &list, e))
        return false;
    struct document_row *rows = arena_array(r->arena, struct document_row, list.n + 1);
    for (size_t i = 0; i < list.n; i++)
        rows[i] = document_row_of(r, &list.v[i], "/track/documents");
    p.rows = rows;
    p.rows_n = list.n;
    struct html *h = ui_begin(r);
    document_track_html(h, &p);
    response_html(out, h);
    return true;
}

/* A viewer with the tracking code and nothing else: an official's own rights do not count here. */
static bool her_document(struct request *r, struct case_look *l, struct document *d, struct err *e)
{
    struct rd *rd;
    struct document_key key;
    struct viewer *v = arena_new(r->arena, struct viewer);
    *v = (struct viewer){.track_office = r->viewer.track_office, .track_case = r->viewer.track_case};
    if (!v->track_case)
        return FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
    if (!document_key_of(r, &key, e) || !store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    *l = document_look(r, rd);
    l->viewer = v;
    return document_get(l, key, d, e);
}

bool document_track_sheet_get(struct request *r, struct response *out, struct err *e)
{
    struct case_look l;
    struct document d;
    struct document_sheet_page p = {.page = {.request = r, .face = UI_PAPER}};
    if (!her_document(r, &l, &d, e) || !document_read(&l, &d, site_of(r)->base_url, &p.doc, e))
        return false;
    p.page.title = d.name;
    p.pdf_href = str_printf(r->arena, "/track/documents/%lld/%lld/pdf", (long long)d.key.office_id, (long long)d.key.document_id);
    struct html *h = ui_begin(r);
    document_sheet_html(h, &p);
    response_html(out, h);
    return true;
}

bool document_track_pdf_get(struct request *r, struct response *out, struct err *e)
{
    struct case_look l;
    struct document d;
    struct str pdf;
    if (!her_document(r, &l, &d, e) || !document_pdf(&l, &d, &pdf, e))
        return false;
    document_send_pdf(r, &d, pdf, out);
    return true;
}
