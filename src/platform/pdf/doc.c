// SPDX-License-Identifier: AGPL-3.0-or-later
/* The block model: runs of a text, and the document as text. */
#include <string.h>

#include "platform/i18n/i18n.h"
#include "platform/pdf/pdf.h"

static const char *const kind_words[DOC_KINDS] = {"letterhead", "title", "about", "centre", "to", "paragraph", "heading", "item",
                                                  "lines", "headrow", "row", "sign", "close", "qr"};

struct doc_block *doc_add(struct doc *d, struct arena *a, enum doc_kind kind, struct str text)
{
    if (d->n >= DOC_BLOCKS_MAX)
        die("a document of more than %d blocks", DOC_BLOCKS_MAX);
    /* room doubles: at 8, 16, 32… blocks the list moves */
    if (d->n == 0 || (d->n >= 8 && (d->n & (d->n - 1)) == 0)) {
        struct doc_block *v = arena_array(a, struct doc_block, d->n ? 2 * d->n : 8);
        if (d->n)
            memcpy(v, d->v, d->n * sizeof *v);
        d->v = v;
    }
    d->v[d->n] = (struct doc_block){.kind = kind, .cells = {text}, .n = 1};
    return &d->v[d->n++];
}

bool doc_run_next(struct str *rest, struct doc_run *run)
{
    size_t n = 0;
    run->dots = false;
    while (rest->n && (*rest->p == *DOC_BOLD || *rest->p == *DOC_ITALIC)) {
        if (*rest->p == *DOC_BOLD)
            run->bold = !run->bold;
        else
            run->italic = !run->italic;
        *rest = str_cut(*rest, 1, rest->n);
    }
    if (!rest->n)
        return false;
    if (*rest->p == *DOC_DOTS) {
        run->dots = true;
        run->text = STR("");
        *rest = str_cut(*rest, 1, rest->n);
        return true;
    }
    while (n < rest->n && (rest->p[n] < 1 || rest->p[n] > 3))
        n++;
    run->text = str_cut(*rest, 0, n);
    *rest = str_cut(*rest, n, rest->n);
    return true;
}

struct str doc_plain(struct arena *a, struct str text)
{
    struct strbuf b;
    struct doc_run run = {0};
    strbuf_init(&b, a, text.n * 3 + 1);
    while (doc_run_next(&text, &run))
        strbuf_str(&b, run.dots ? STR("…") : run.text);
    return strbuf_text(&b);
}

/* ---- as text ---- */

/* Escaped: what would end a cell or a line, and the marks. */
static const char escapes[] = "\\\t\n\x01\x02\x03", escaped[] = "\\tnbid";

static void put_cell(struct strbuf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        const char *at = s.p[i] ? strchr(escapes, s.p[i]) : NULL;
        if (at) {
            strbuf_char(b, '\\');
            strbuf_char(b, escaped[at - escapes]);
        } else {
            strbuf_char(b, s.p[i]);
        }
    }
}

static void put_line(struct strbuf *b, const char *word, struct str value)
{
    strbuf_z(b, word);
    strbuf_char(b, '\t');
    put_cell(b, value);
    strbuf_char(b, '\n');
}

void doc_save(struct strbuf *b, const struct doc *d)
{
    strbuf_z(b, "document\t1\n");
    put_line(b, "title", d->title);
    put_line(b, "author", d->author);
    put_line(b, "subject", d->subject);
    put_line(b, "lang", d->lang);
    put_line(b, "watermark", d->watermark);
    strbuf_printf(b, "made\t%lld\nlandscape\t%d\n\n", (long long)d->made.ms, d->landscape);
    for (size_t i = 0; i < d->n; i++) {
        strbuf_z(b, kind_words[d->v[i].kind]);
        for (size_t k = 0; k < d->v[i].n; k++) {
            strbuf_char(b, '\t');
            put_cell(b, d->v[i].cells[k]);
        }
        strbuf_char(b, '\n');
    }
}

static bool read_cell(struct arena *a, struct str s, struct str *ret)
{
    size_t n = 0;
    if (!s.n || !memchr(s.p, '\\', s.n)) {
        *ret = s;
        return true;
    }
    char *out = arena_alloc_raw(a, s.n);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '\\') {
            out[n++] = s.p[i];
            continue;
        }
        const char *at = ++i < s.n && s.p[i] ? strchr(escaped, s.p[i]) : NULL;
        if (!at)
            return false;
        out[n++] = escapes[at - escaped];
    }
    *ret = (struct str){out, n};
    return true;
}

static bool read_head_line(struct arena *a, struct str word, struct str value, struct doc *d)
{
    int64_t n;
    struct str *const texts[] = {&d->title, &d->author, &d->subject, &d->lang, &d->watermark};
    static const char *const words[] = {"title", "author", "subject", "lang", "watermark"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_is(word, words[i]))
            return read_cell(a, value, texts[i]);
    }
    if (str_is(word, "made") && str_int(value, &n)) {
        d->made.ms = n;
        return true;
    }
    if (str_is(word, "landscape") && str_int(value, &n)) {
        d->landscape = n == 1;
        return true;
    }
    return str_is(word, "document") && str_is(value, "1");
}

static bool read_block(struct arena *a, struct str word, struct str rest, bool cells, struct doc *d)
{
    int kind = 0;
    struct str cell;
    while (kind < DOC_KINDS && !str_is(word, kind_words[kind]))
        kind++;
    if (kind == DOC_KINDS || d->n >= DOC_BLOCKS_MAX)
        return false;
    struct doc_block *b = doc_add(d, a, (enum doc_kind)kind, STR(""));
    for (b->n = 0; cells && str_split(&rest, '\t', &cell); b->n++) {
        if (b->n == DOC_CELLS || !read_cell(a, cell, &b->cells[b->n]))
            return false;
    }
    return true;
}

/* The next line without its newline; false at the end of the text. */
static bool next_line(struct str *rest, struct str *ret)
{
    const char *nl = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
    if (!nl)
        return false;
    *ret = str_cut(*rest, 0, (size_t)(nl - rest->p));
    *rest = str_cut(*rest, ret->n + 1, rest->n);
    return true;
}

bool doc_read(struct arena *a, struct str text, struct doc *ret, struct err *e)
{
    struct doc d = {0};
    struct str line, word;
    size_t number = 0;
    bool body = false;
    if (text.n > 2 * DOC_TEXT_MAX)
        return FAIL(e, ERR_TOO_LARGE, MSG("err.doc.long"), NULL);
    if (!str_starts(text, STR("document\t1\n")))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.doc.form"), "line 1: begins with \"document\" and 1");
    while (next_line(&text, &line)) {
        number++;
        if (!line.n) {
            body = true;
            continue;
        }
        const char *tab = memchr(line.p, '\t', line.n);
        word = str_cut(line, 0, tab ? (size_t)(tab - line.p) : line.n);
        struct str rest = str_cut(line, word.n + (tab != NULL), line.n);
        if (body ? !read_block(a, word, rest, tab != NULL, &d) : !read_head_line(a, word, rest, &d))
            return FAIL(e, ERR_BAD_INPUT, MSG("err.doc.form"), "line %zu: neither a known word nor its values", number);
    }
    if (text.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.doc.form"), "line %zu: cut off", number + 1);
    *ret = d;
    return true;
}
