// SPDX-License-Identifier: AGPL-3.0-or-later
/* A document as its template takes it. */
#include "platform/pdf/doc_view.h"

#include <string.h>

#include "base/qr.h"
#include "doc.html.h"

/* Runs, cut at line breaks. */
static struct doc_cell cell_of(struct arena *a, struct str text)
{
    struct doc_run run = {0};
    size_t most = 1, n = 0;
    for (size_t i = 0; i < text.n; i++)
        most += text.p[i] == '\n' || (text.p[i] >= 1 && text.p[i] <= 3) ? 2 : 0;
    struct doc_bit *bits = arena_array(a, struct doc_bit, most);
    while (doc_run_next(&text, &run)) {
        struct str rest = run.text, part;
        if (run.dots) {
            bits[n++] = (struct doc_bit){.dots = true};
            continue;
        }
        while (str_split(&rest, '\n', &part))
            bits[n++] = (struct doc_bit){part, run.bold, run.italic, false, rest.p != NULL};
    }
    return (struct doc_cell){bits, n};
}

static void qr_part(struct arena *a, struct str text, struct doc_part *to)
{
    struct qr code;
    if (!qr_make(a, text, &code))
        return;
    to->qr_path = qr_path(a, &code);
    to->qr_size = code.side + 2 * QR_QUIET;
}

static bool same_group(const struct doc *d, size_t i, size_t k)
{
    enum doc_kind x = d->v[i].kind, y = d->v[k].kind;
    return x == DOC_ITEM ? y == DOC_ITEM : y == DOC_ROW && (x == DOC_ROW || x == DOC_HEAD_ROW);
}

static void part_of(struct arena *a, const struct doc *d, size_t i, struct doc_part *p)
{
    const struct doc_block *b = &d->v[i];
    int64_t lines;
    *p = (struct doc_part){.kind = b->kind, .n = b->n};
    bool grouped = b->kind == DOC_ITEM || b->kind == DOC_ROW || b->kind == DOC_HEAD_ROW;
    p->opens = grouped && (i == 0 || b->kind == DOC_HEAD_ROW || !same_group(d, i - 1, i));
    p->closes = grouped && (i + 1 == d->n || !same_group(d, i, i + 1));
    if (b->kind == DOC_QR)
        qr_part(a, b->cells[0], p);
    if (b->kind == DOC_LINES && str_int(b->cells[0], &lines) && lines > 0) {
        p->lines_n = lines > 60 ? 60 : (size_t)lines;
        p->lines = arena_array(a, struct doc_line, p->lines_n);
    }
    for (size_t k = 0; k < b->n; k++)
        p->cells[k] = cell_of(a, b->cells[k]);
}

void doc_html(struct html *h, const struct doc *d, int level)
{
    struct doc_part *parts = arena_array(h->arena, struct doc_part, d->n ? d->n : 1);
    for (size_t i = 0; i < d->n; i++)
        part_of(h->arena, d, i, &parts[i]);
    doc_sheet(h, &(struct doc_sheet){parts, d->n, level, d->lang.n ? d->lang : STR("vi"), d->watermark});
}
