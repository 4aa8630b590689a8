// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/xlsx/xlsx.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/text.h"

#include "platform/i18n/i18n.h"

struct xlsx {
    struct arena *arena;
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *styles[XLSX_STYLES];
    bool failed, streams;
    size_t sheets;
};

/* ---- text ---- */

/* Length of the whole sequence at p, 0 when it is broken; *ret its code point. */
static size_t sequence(const unsigned char *p, size_t n, uint32_t *ret)
{
    size_t len = p[0] < 0x80 ? 1 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2 : p[0] >= 0xe0 && p[0] < 0xf0 ? 3 : p[0] >= 0xf0 && p[0] < 0xf5 ? 4 : 0;
    if (!len || len > n)
        return 0;
    *ret = len == 1 ? p[0] : p[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        *ret = *ret << 6 | (p[i] & 0x3f);
    }
    bool shortest = len < 3 || *ret >= (len == 3 ? 0x800u : 0x10000u);
    return shortest && *ret <= 0x10ffff ? len : 0;
}

static bool allowed(uint32_t c)
{
    return c == '\t' || c == '\n' || (c >= ' ' && c < 0xd800 && !(c >= 0x7f && c < 0xa0)) || (c >= 0xe000 && c != 0xfffe && c != 0xffff);
}

struct str xlsx_clean(struct arena *a, struct str s)
{
    char *out = arena_alloc_raw(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        uint32_t c = 0;
        size_t len = sequence((const unsigned char *)s.p + i, s.n - i, &c);
        if (len && allowed(c)) {
            memcpy(out + n, s.p + i, len);
            n += len;
        }
        i += len ? len : 1;
    }
    out[n] = 0;
    return (struct str){out, n};
}

static const char *cell_text(struct xlsx *x, struct str s)
{
    return str_z(x->arena, text_clip(xlsx_clean(x->arena, s), XLSX_TEXT_MAX));
}

/* ---- styles ---- */

static void make_style(struct xlsx *x, enum xlsx_style s)
{
    lxw_format *f = workbook_add_format(x->book);
    bool box = s >= XLSX_HEAD, figure = s == XLSX_FIGURE || s == XLSX_TOTAL_FIGURE;
    format_set_font_name(f, "Times New Roman");
    format_set_font_size(f, s == XLSX_TITLE ? 14 : 11);
    if (s == XLSX_BOLD || s == XLSX_TITLE || s == XLSX_HEAD || s >= XLSX_TOTAL)
        format_set_bold(f);
    if (s == XLSX_TITLE || s == XLSX_CENTRE || s == XLSX_HEAD)
        format_set_align(f, LXW_ALIGN_CENTER);
    if (s == XLSX_RIGHT || figure)
        format_set_align(f, LXW_ALIGN_RIGHT);
    format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    if (box) {
        format_set_border(f, LXW_BORDER_THIN);
        if (!figure)
            format_set_text_wrap(f);
    }
    if (figure)
        format_set_num_format(f, "#,##0");
    x->styles[s] = f;
}

/* ---- the workbook ---- */

static void drop_book(void *arg)
{
    struct xlsx *x = arg;
    if (x->book)
        lxw_workbook_free(x->book);
    x->book = NULL;
}

bool xlsx_open(struct arena *a, const struct xlsx_order *o, struct xlsx **ret, struct err *e)
{
    struct str tmp = str_of(o->tmp);
    struct xlsx *x = arena_new(a, struct xlsx);
    lxw_workbook_options options = {.constant_memory = o->streams, .tmpdir = tmp.n ? str_z(a, tmp) : NULL, .use_zip64 = o->streams};
    *x = (struct xlsx){.arena = a, .streams = o->streams, .book = workbook_new_opt(o->path, &options)};
    if (!x->book)
        return FAIL(e, ERR_IO, MSG("err.io"), "a workbook could not be begun");
    arena_defer(a, drop_book, x);
    lxw_doc_properties about = {.title = str_z(a, xlsx_clean(a, o->title)), .author = str_z(a, xlsx_clean(a, o->author)),
                                .created = (time_t)(o->made.ms / 1000)};
    workbook_set_properties(x->book, &about);
    for (int s = 0; s < XLSX_STYLES; s++)
        make_style(x, (enum xlsx_style)s);
    *ret = x;
    return true;
}

/* 31 characters, none of []:*?/\ and none twice. */
static const char *sheet_name(struct xlsx *x, struct str name)
{
    char *z = str_z(x->arena, text_clip(xlsx_clean(x->arena, name), 24));
    for (char *p = z; *p; p++) {
        if (strchr("[]:*?/\\'\t\n", *p))
            *p = '-';
    }
    if (!*z || workbook_validate_sheet_name(x->book, z) != LXW_NO_ERROR)
        z = str_z(x->arena, str_printf(x->arena, "%s %zu", *z ? z : "Sheet", x->sheets + 1));
    return z;
}

void xlsx_sheet(struct xlsx *x, const struct xlsx_page *p)
{
    x->sheet = workbook_add_worksheet(x->book, sheet_name(x, p->name));
    x->sheets++;
    if (!x->sheet) {
        x->failed = true;
        return;
    }
    worksheet_set_landscape(x->sheet);
    worksheet_set_paper(x->sheet, p->a3 ? 8 : 9);
    worksheet_fit_to_pages(x->sheet, 1, 0);
    worksheet_set_margins(x->sheet, 0.6, 0.4, 0.6, 0.6);
    worksheet_set_footer(x->sheet, "&C&P/&N");
    if (p->repeat_to >= p->repeat_from && p->repeat_to)
        x->failed |= worksheet_repeat_rows(x->sheet, (lxw_row_t)p->repeat_from, (lxw_row_t)p->repeat_to) != LXW_NO_ERROR;
}

void xlsx_width(struct xlsx *x, size_t column, size_t n, double letters)
{
    if (x->sheet && n)
        x->failed |= worksheet_set_column(x->sheet, (lxw_col_t)column, (lxw_col_t)(column + n - 1), letters, NULL) != LXW_NO_ERROR;
}

void xlsx_text(struct xlsx *x, const struct xlsx_box *at, struct str text, enum xlsx_style s)
{
    struct arena_mark before = arena_mark(x->arena);
    const char *z = cell_text(x, text);
    lxw_row_t row = (lxw_row_t)at->row;
    lxw_col_t column = (lxw_col_t)at->column;
    if (!x->sheet)
        return;
    lxw_error bad = at->rows * at->columns > 1
                        ? worksheet_merge_range(x->sheet, row, column, (lxw_row_t)(row + at->rows - 1),
                                                (lxw_col_t)(column + at->columns - 1), z, x->styles[s])
                    : *z ? worksheet_write_string(x->sheet, row, column, z, x->styles[s])
                         : worksheet_write_blank(x->sheet, row, column, x->styles[s]);
    x->failed |= bad != LXW_NO_ERROR;
    arena_rewind(x->arena, before);
}

void xlsx_number(struct xlsx *x, size_t row, size_t column, int64_t n, enum xlsx_style s)
{
    if (x->sheet)
        x->failed |= worksheet_write_number(x->sheet, (lxw_row_t)row, (lxw_col_t)column, (double)n, x->styles[s]) != LXW_NO_ERROR;
}

bool xlsx_close(struct xlsx *x, struct err *e)
{
    lxw_error bad = workbook_close(x->book);
    x->book = NULL;
    if (bad != LXW_NO_ERROR || x->failed)
        return FAIL(e, ERR_IO, MSG("err.io"), "the workbook could not be written (%d)", (int)bad);
    return true;
}

/* ---- where it is written ---- */

bool xlsx_place(struct arena *a, const char *dir, const char **ret_path, struct err *e)
{
    char *path = str_z(a, str_printf(a, "%s/out-XXXXXX", dir));
    int fd = mkstemp(path);
    if (fd < 0)
        return FAIL(e, ERR_IO, MSG("err.io"), "%s: %s", path, strerror(errno));
    close(fd);
    *ret_path = path;
    return true;
}

static bool read_whole(struct arena *a, FILE *f, struct str *ret)
{
    struct strbuf b;
    char piece[65536];
    size_t n;
    strbuf_init(&b, a, 64u << 20);
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        strbuf_add(&b, piece, n);
    *ret = strbuf_text(&b);
    return !ferror(f) && !b.full;
}

bool xlsx_take(struct arena *a, const char *path, struct str *ret, struct err *e)
{
    FILE *f = fopen(path, "rb");
    bool good = f && read_whole(a, f, ret);
    if (f)
        fclose(f);
    unlink(path);
    return good || FAIL(e, ERR_IO, MSG("err.io"), "%s could not be read again", path);
}
