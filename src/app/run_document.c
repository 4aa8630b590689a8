// SPDX-License-Identifier: AGPL-3.0-or-later
/* Commands on documents: print a form for a matter; check a code. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "app/open.h"
#include "app/run.h"
#include "base/json.h"
#include "features/documents/documents.h"
#include "features/units/units.h"
#include "platform/assets/assets.h"
#include "platform/i18n/i18n.h"

static bool write_file(const char *path, struct str s, struct err *e)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return FAIL(e, ERR_IO, "err.cli", "cannot make %s (an existing file is not overwritten)", path);
    bool good = true;
    while (good && s.n) {
        ssize_t n = write(fd, s.p, s.n);
        good = n > 0;
        s = str_cut(s, good ? (size_t)n : 0, s.n);
    }
    good = close(fd) == 0 && good;
    return good || FAIL(e, ERR_IO, "err.cli", "cannot write %s", path);
}

static struct str page_of(struct cli *c, const struct doc *d)
{
    struct strbuf *b = arena_new(&c->arena, struct strbuf);
    strbuf_init(b, &c->arena, 16 << 20);
    const struct asset *css = asset_find(STR("web/dinh.css"));
    struct html h = {.b = b, .arena = &c->arena, .lang = LANG_VI};
    strbuf_z(b, "<!doctype html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\"><title>");
    html_text_str(&h, d->title);
    strbuf_z(b, "</title><style>\n");
    if (css)
        strbuf_str(b, css->bytes);
    strbuf_z(b, "</style></head><body class=\"paper\">\n");
    doc_html(&h, d, 1);
    strbuf_z(b, "</body></html>\n");
    return strbuf_text(b);
}

static bool render(struct cli *c, struct opened *o, struct err *e)
{
    struct rd *rd;
    struct case_key key;
    struct doc doc;
    struct str out;
    const struct viewer program = VIEWER_SYSTEM;
    const char *path = cli_value(c, "out");
    struct document_draft in = {.form = str_of(cli_value(c, "form"))};
    if (!in.form.n || !cli_value(c, "case") || !path)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--form, --case and --out are needed");
    bool html = str_ends(str_of(path), STR(".html"));
    if (!html && !str_ends(str_of(path), STR(".pdf")))
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--out ends in .pdf or .html");
    if (!store_read(c->store, &c->arena, &rd, e))
        return false;
    struct case_look l = {rd, &c->arena, &o->world, &program};
    if (!case_by_number(&l, str_of(cli_value(c, "case")), &key, e) || !document_print(&l, key, &in, &doc, e))
        return false;
    out = page_of(c, &doc);
    return (html || pdf_write(&c->arena, &doc, &out, e)) && write_file(path, out, e);
}

bool run_document_render(struct cli *c, struct err *e)
{
    struct opened o;
    if (!open_site(c, &o, e))
        return false;
    i18n_init();
    bool good = render(c, &o, e);
    open_close(&o);
    return good;
}

static bool print_found(struct cli *c, const struct document *d, const struct office *office, struct err *e)
{
    struct json j;
    struct strbuf b;
    char day[11];
    struct str number = document_number(&c->arena, d), hash = digest_hex(&c->arena, &d->paper_hash);
    strbuf_init(&b, &c->arena, 8000);
    if (!c->json) {
        strbuf_printf(&b, STR_FMT "  " STR_FMT "  %s  " STR_FMT "\nsha256 " STR_FMT "\n", STR_ARG(d->state), STR_ARG(number),
                      day_format(d->day, day), STR_ARG(office->name), STR_ARG(hash));
        return cli_print(strbuf_text(&b), e);
    }
    json_init(&j, &b);
    json_object(&j);
    json_kstr(&j, "state", d->state);
    json_kstr(&j, "number", number);
    json_kday(&j, "day", d->day);
    json_kday(&j, "ended", d->ended);
    json_kstr(&j, "office", office->name);
    json_kstr(&j, "kind", d->sealed ? STR("") : d->name);
    json_kstr(&j, "sha256", hash);
    json_end(&j);
    strbuf_char(&b, '\n');
    return cli_print(strbuf_text(&b), e);
}

bool run_document_verify(struct cli *c, struct err *e)
{
    struct rd *rd;
    struct str code;
    struct document d;
    struct office office;
    if (!cli_store(c, false, e) || !store_read(c->store, &c->arena, &rd, e))
        return false;
    if (!code_accept(&c->arena, str_of(c->argv[0]), DOCUMENT_CODE, &code))
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "a code has %d letters and digits", DOCUMENT_CODE);
    if (!document_by_code(rd, &c->arena, code, &d, e))
        return e->code != ERR_NOT_FOUND ? false : FAIL(e, ERR_NOT_FOUND, "err.not_found", "no document has this code");
    return units_office(rd, &c->arena, d.key.office_id, &office, e) && print_found(c, &d, &office, e);
}
