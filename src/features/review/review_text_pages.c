// SPDX-License-Identifier: AGPL-3.0-or-later
/* The text of a review at the desk. A frozen review shows the text as it stood
 * when it was signed, with the figures that were signed. */
#include "features/review/review_text_pages.h"

#include "base/text.h"
#include "features/review/review_grid.h"
#include "platform/http/http_parse.h"
#include "platform/i18n/i18n.h"
#include "platform/odt/odt.h"
#include "review_text.html.h"

enum { SEEN_DIGITS = 16, ROWS_MIN = 3, ROWS_MAX = 14, LINE_CHARS = 90 };

struct reading {
    struct request *r;
    struct review_asked x;
    struct review_sheet sheet;     /* the frozen one; review_no 0: as it stands now */
    struct review_set figures;
    struct rule_period period;
    struct review_text text;
    struct str report;
};

static struct str field_of(const struct request *r, const char *name)
{
    struct str typed = request_form(r, name);
    return typed.n ? typed : request_query(r, name);
}

/* The report of ?report=, or the first that the period needs. */
static struct str report_of(const struct reading *d)
{
    struct str asked = field_of(d->r, "report"), texts = d->period.texts, first;
    if (!asked.n && str_split(&texts, ' ', &first))
        return first;
    return asked;
}

/* What was frozen and is not being corrected stays as it was signed. */
static bool find_sheet(struct reading *d, struct err *e)
{
    struct review_sheets list;
    if (request_query(d->r, "no").n) {
        if (!review_frozen_of(d->r, &d->x, &d->sheet, e))
            return false;
        d->x.order = (struct review_order){.office_id = d->sheet.office_id, .below = d->sheet.below, .from = d->sheet.from,
                                           .to = d->sheet.to, .period = d->sheet.period};
        return units_office(d->x.look.rd, d->r->arena, d->sheet.office_id, &d->x.office, e);
    }
    if (!review_asked_of(d->r, &d->x, e) || !review_versions(&d->x.look, &d->x.order, &list, e))
        return false;
    if (list.n && list.v[0].frozen)
        d->sheet = list.v[0];
    return true;
}

static bool read_text(struct reading *d, struct err *e)
{
    struct request *r = d->r;
    const struct site *site = site_of(r);
    if (!find_sheet(d, e))
        return false;
    if (!rulebook_period(site->rules, r->arena, d->x.order.period, &d->period))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), "no such period");
    d->report = report_of(d);
    const struct review_order *o = &d->x.order;
    struct review_question q = {.office_id = o->office_id, .subtree = o->below, .from = o->from, .to = o->to, .as_of = d->x.world.today,
                                .facts = site->facts};
    struct review_wording w = {.report = d->report, .lang = r->lang, .until = r->now,
                               .period = str_printf(r->arena, STR_FMT " %lld", STR_ARG(d->period.name.text[r->lang]),
                                                    (long long)d->period.year)};
    if (d->sheet.review_no) {
        if (!review_stored(&d->x.look, &d->sheet, &d->figures, e))
            return false;
        w.figures = &d->figures;
        w.until = d->sheet.frozen_at;
        q.as_of = d->sheet.as_of;
    }
    return review_text(&d->x.look, &q, &w, &d->text, e);
}

/* ---- the page ---- */

static struct str text_href(struct arena *a, const char *end, const struct review_order *o, int64_t no, struct str report)
{
    struct str base = review_sheet_href(a, str_printf(a, "text%s", end).p, o);
    return no ? str_printf(a, STR_FMT "&no=%lld&report=" STR_FMT, STR_ARG(base), (long long)no, STR_ARG(report))
              : str_printf(a, STR_FMT "&report=" STR_FMT, STR_ARG(base), STR_ARG(report));
}

/* To the matters behind a figure; nothing when it is no count of matters, or of several offices. */
static struct str figure_href(const struct reading *d, const struct text_run *run)
{
    if (!run->form || d->x.order.below || !run->form->columns[run->column - 1].about)
        return STR("");
    return str_printf(d->r->arena, "/desk/reviews/list?office=%lld&period=" STR_FMT "&form=%s&column=%lld",
                      (long long)d->x.order.office_id, STR_ARG(d->x.order.period),
                      percent_encode(d->r->arena, run->form->id, "").p, (long long)run->column);
}

static struct str seen_of(struct arena *a, struct str body)
{
    struct digest d = digest_of(body.p, body.n);
    return str_cut(digest_hex(a, &d), 0, SEEN_DIGITS);
}

static int64_t rows_for(struct str text)
{
    int64_t n = ROWS_MIN + (int64_t)text.n / LINE_CHARS;
    return n < ROWS_MAX ? n : ROWS_MAX;
}

static void fill_row(const struct reading *d, const struct text_line *line, struct review_text_row *row)
{
    struct arena *a = d->r->arena;
    struct review_text_bit *bits = arena_array(a, struct review_text_bit, line->runs_n + 1);
    *row = (struct review_text_row){.line = line, .bits = bits, .bits_n = line->runs_n};
    for (size_t i = 0; i < line->runs_n; i++)
        bits[i] = (struct review_text_bit){line->runs[i].text, figure_href(d, &line->runs[i])};
    if (line->kind != REPORT_WRITE)
        return;
    row->wanted = text_line_text(a, line);
    row->field = str_printf(a, "w-" STR_FMT, STR_ARG(line->of->id));
    row->seen_field = str_printf(a, "seen-" STR_FMT, STR_ARG(line->of->id));
    row->seen = seen_of(a, line->body);
    row->typed = line->body;
    row->rows = rows_for(line->body);
}

static void add_tabs(const struct reading *d, struct review_text_desk *p)
{
    struct str texts = d->period.texts, one;
    p->tabs = arena_array(d->r->arena, struct ui_link, texts.n + 1);
    while (texts.n && str_split(&texts, ' ', &one))
        p->tabs[p->tabs_n++] = (struct ui_link){.text = review_text_name(d->r, one), .current = str_eq(one, d->report),
                                                .href = text_href(d->r->arena, "", &d->x.order, d->sheet.review_no, one)};
}

static void fill_page(struct reading *d, struct review_text_desk *p)
{
    struct arena *a = d->r->arena;
    const struct review_order *o = &d->x.order;
    p->office_name = p->page.office = d->x.office.name;
    p->order = *o;
    p->report = d->report;
    p->number = d->sheet.number;
    p->missing = d->text.missing;
    p->works = !d->sheet.review_no && viewer_may(&d->r->viewer, o->office_id, REVIEW_WORKERS);
    p->sheet_href = review_sheet_href(a, "sheet", o);
    p->pdf_href = text_href(a, ".pdf", o, d->sheet.review_no, d->report);
    p->odt_href = text_href(a, ".odt", o, d->sheet.review_no, d->report);
    add_tabs(d, p);
    p->rows = arena_array(a, struct review_text_row, d->text.n + 1);
    p->about = review_text_name(d->r, d->report);
    for (size_t i = 0; i < d->text.n; i++) {
        if (d->text.v[i].kind == REPORT_ABOUT)
            p->about = text_line_text(a, &d->text.v[i]);
        fill_row(d, &d->text.v[i], &p->rows[p->rows_n++]);
    }
}

static void show(struct request *r, const struct review_text_desk *p, struct response *out)
{
    struct html *h = ui_begin(r);
    review_text_html(h, p);
    response_html(out, h);
}

static struct review_text_desk page_of(struct request *r)
{
    return (struct review_text_desk){.page = {.request = r, .face = UI_DESK, .title_msg = MSG("review.text"), .nav = "/desk/reviews"}};
}

bool review_text_get(struct request *r, struct response *out, struct err *e)
{
    struct reading d = {.r = r};
    struct review_text_desk p = page_of(r);
    if (!read_text(&d, e))
        return false;
    fill_page(&d, &p);
    show(r, &p, out);
    return true;
}

/* ---- writing ---- */

struct writing {
    const struct reading *d;
    const struct review_text_desk *p;
};

/* What was changed here, and by nobody else since the page was made. */
static bool read_row(struct request *r, struct review_text_row *row)
{
    struct err e;
    struct str raw = request_form(r, str_z(r->arena, row->field)), seen = request_form(r, str_z(r->arena, row->seen_field));
    if (!text_accept(r->arena, raw, REVIEW_BODY_CHARS, &row->typed, &e)) {
        row->typed = raw;
        row->error_msg = e.msg;
        return false;
    }
    row->typed = str_trim(row->typed);
    row->rows = rows_for(row->typed);
    if (str_eq(row->seen, seen) || str_eq(row->typed, row->line->body))
        return true;
    if (str_eq(seen_of(r->arena, row->typed), seen)) {
        row->typed = row->line->body; /* not touched here: theirs stays */
        return true;
    }
    row->theirs = row->line->body;
    row->error_msg = MSG("err.review.text_changed");
    return false;
}

static bool write_all(struct tx *tx, void *arg, struct err *e)
{
    const struct writing *w = arg;
    const struct reading *d = w->d;
    struct case_doing doing = {tx, &d->x.world, &d->r->viewer, d->r->now};
    for (size_t i = 0; i < w->p->rows_n; i++) {
        const struct review_text_row *row = &w->p->rows[i];
        struct review_writing in = {d->x.order.office_id, d->x.order.from, d->x.order.to, d->report, row->line->of->id, row->typed,
                                    STR("")};
        if (row->line->kind == REPORT_WRITE && !review_write(&doing, &in, e))
            return false;
    }
    return true;
}

bool review_text_post(struct request *r, struct response *out, struct err *e)
{
    struct reading d = {.r = r};
    struct review_text_desk p = page_of(r);
    bool good = true;
    if (!read_text(&d, e))
        return false;
    if (d.sheet.review_no)
        return FAIL(e, ERR_CONFLICT, MSG("err.review.frozen"), "no draft");
    fill_page(&d, &p);
    for (size_t i = 0; i < p.rows_n; i++)
        good &= p.rows[i].line->kind != REPORT_WRITE || read_row(r, &p.rows[i]);
    store_read_end(d.x.look.rd);
    if (!good) {
        p.page.notice_msg = MSG("err.review.text_not_saved");
        p.page.notice_tone = UI_BAD;
        show(r, &p, out);
        out->status = err_http_status(ERR_BAD_INPUT);
        return true;
    }
    struct writing w = {&d, &p};
    if (!store_run(site_of(r)->store, write_all, &w, e))
        return false;
    response_redirect(out, text_href(r->arena, "", &d.x.order, 0, d.report));
    return true;
}

/* ---- to take along ---- */

typedef bool writer_fn(struct arena *a, const struct doc *d, struct str *ret, struct err *e);

static bool send_text(struct request *r, struct response *out, writer_fn *write, const char *end, struct err *e)
{
    struct reading d = {.r = r};
    struct doc doc;
    if (!read_text(&d, e))
        return false;
    const struct review_text_page paper = {&d.x.office, r->lang, r->now};
    review_text_doc(r->arena, site_of(r)->rules, &d.text, &paper, &doc);
    if (!write(r->arena, &doc, &out->body, e))
        return false;
    out->download_name = str_printf(r->arena, STR_FMT "-" STR_FMT ".%s", STR_ARG(d.report), STR_ARG(d.x.order.period), end);
    return true;
}

bool review_text_pdf(struct request *r, struct response *out, struct err *e)
{
    out->content_type = STR("application/pdf");
    return send_text(r, out, pdf_write, "pdf", e);
}

bool review_text_odt(struct request *r, struct response *out, struct err *e)
{
    out->content_type = STR("application/vnd.oasis.opendocument.text");
    return send_text(r, out, odt_write, "odt", e);
}

/* ---- links to it ---- */

struct str review_text_name(struct request *r, struct str report)
{
    const struct rule_report_line *v;
    size_t n;
    rulebook_report(site_of(r)->rules, &v, &n);
    for (size_t i = 0; i < n; i++) {
        if (v[i].kind == REPORT_ABOUT && str_eq(v[i].report, report)) {
            struct str name = v[i].text.text[r->lang];
            const struct review_fill none = {"period", STR("")};
            name = str_trim(review_filled(r->arena, name, &none, 1));
            return name.n && name.p[name.n - 1] == ',' ? str_cut(name, 0, name.n - 1) : name;
        }
    }
    return report;
}

bool review_text_links(struct request *r, struct review_asked *x, const struct review_sheet *s, const struct review_text_link **ret,
                       size_t *ret_n, struct err *e)
{
    struct rule_period period;
    struct review_order o = x->order;
    struct str texts, one;
    *ret_n = 0;
    if (s)
        o = (struct review_order){.office_id = s->office_id, .below = s->below, .from = s->from, .to = s->to, .period = s->period};
    if (!rulebook_period(site_of(r)->rules, r->arena, o.period, &period))
        return true;
    texts = period.texts;
    struct review_text_link *v = arena_array(r->arena, struct review_text_link, texts.n + 1);
    while (texts.n && str_split(&texts, ' ', &one)) {
        v[*ret_n] = (struct review_text_link){review_text_name(r, one), text_href(r->arena, "", &o, s ? s->review_no : 0, one), 0};
        if (!s && !review_texts_missing(&x->look, o.office_id, &period, one, &v[*ret_n].missing, e))
            return false;
        ++*ret_n;
    }
    *ret = v;
    return true;
}
