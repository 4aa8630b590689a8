// SPDX-License-Identifier: AGPL-3.0-or-later
/* dinh review text, review write. */
#include "app/run.h"
#include "app/run_review.h"
#include "base/text.h"
#include "features/review/review_text.h"
#include "platform/odt/odt.h"

static bool wording_of(struct cli *c, struct asking *x, struct review_wording *w, struct err *e)
{
    struct rule_period p;
    const char *lang = review_given(c, "lang");
    *w = (struct review_wording){.report = str_of(review_given(c, "report")), .until = c->now};
    if (!w->report.n)
        w->report = STR("petitions");
    if (lang && !lang_parse(str_of(lang), &w->lang))
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--lang is vi, fr or en, not %s", lang);
    if (cli_value(c, "period") && rulebook_period(x->o.rules, &c->arena, str_of(cli_value(c, "period")), &p))
        w->period = str_printf(&c->arena, STR_FMT " %lld", STR_ARG(p.name.text[w->lang]), (long long)p.year);
    return true;
}

static bool put_text(struct cli *c, struct asking *x, struct review_text *t, const struct review_wording *w, struct err *e)
{
    struct str format = str_of(cli_value(c, "format")), out;
    struct strbuf *b = review_out(c);
    struct json j;
    struct doc doc;
    struct html h = {.b = b, .arena = &c->arena, .lang = w->lang};
    const struct review_text_page page = {&x->office, w->lang, c->now};
    review_text_doc(&c->arena, x->o.rules, t, &page, &doc);
    if (str_is(format, "pdf") || str_is(format, "odt"))
        return (str_is(format, "pdf") ? pdf_write(&c->arena, &doc, &out, e) : odt_write(&c->arena, &doc, &out, e)) && cli_print(out, e);
    if (str_is(format, "html")) {
        strbuf_printf(b, "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>", lang_tag(w->lang));
        html_text_str(&h, doc.title);
        strbuf_z(b, "</title></head><body>\n");
        doc_html(&h, &doc, 1);
        strbuf_z(b, "</body></html>\n");
        return cli_print(strbuf_text(b), e);
    }
    if (!str_is(format, "json"))
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--format is html, pdf, odt or json");
    json_init(&j, b);
    review_text_json(&j, &c->arena, t, x->office.unit_id);
    strbuf_char(b, '\n');
    return cli_print(strbuf_text(b), e);
}

static bool text(struct cli *c, struct asking *x, struct err *e)
{
    struct review_wording w;
    struct review_text t;
    return review_ask(c, x, e) && wording_of(c, x, &w, e) && review_text(&x->look, &x->q, &w, &t, e) && put_text(c, x, &t, &w, e);
}

bool run_review_text(struct cli *c, struct err *e)
{
    struct asking *x = arena_new(&c->arena, struct asking);
    if (!open_site(c, &x->o, e))
        return false;
    bool good = text(c, x, e);
    open_close(&x->o);
    return good;
}

struct writing {
    struct cli *c;
    struct asking *x;
    struct review_writing in;
};

static bool write_command(struct tx *tx, void *arg, struct err *e)
{
    struct writing *w = arg;
    struct viewer who = {.system = true, .name = str_of(cli_value(w->c, "author"))};
    struct case_doing d = {tx, &w->x->o.world, &who, w->c->now};
    return review_write(&d, &w->in, e);
}

static bool write_text(struct cli *c, struct writing *w, struct str raw, struct err *e)
{
    if (!review_ask(c, w->x, e) || !text_accept(&c->arena, raw, REVIEW_BODY_CHARS, &w->in.body, e))
        return false;
    w->in.office_id = w->x->office.office_id;
    w->in.from = w->x->q.from;
    w->in.to = w->x->q.to;
    return store_run(c->store, write_command, w, e);
}

bool run_review_write(struct cli *c, struct err *e)
{
    struct writing w = {.c = c, .x = arena_new(&c->arena, struct asking)};
    struct str raw, report = str_of(cli_value(c, "report"));
    if (!cli_value(c, "section") || !cli_value(c, "author") || !cli_value(c, "text"))
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--section, --author and --text are needed");
    w.in = (struct review_writing){.report = report.n ? report : STR("petitions"), .section = str_of(cli_value(c, "section")),
                                   .reason = str_of(cli_value(c, "reason"))};
    if (!run_read_file(c, cli_value(c, "text"), &raw, e) || !open_site(c, &w.x->o, e))
        return false;
    bool good = write_text(c, &w, raw, e);
    open_close(&w.x->o);
    return good;
}
