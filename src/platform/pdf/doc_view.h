// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the room: what the template of a document is given. */
#ifndef PLATFORM_DOC_VIEW_H
#define PLATFORM_DOC_VIEW_H
#include "platform/pdf/pdf.h"

struct doc_bit {
    struct str text;
    bool bold, italic, dots, line_break; /* line_break: after the text */
};
struct doc_cell {
    const struct doc_bit *v;
    size_t n;
};
struct doc_line {
    int n;
};
struct doc_part {
    enum doc_kind kind;
    struct doc_cell cells[DOC_CELLS];
    size_t n;
    bool opens, closes;          /* first and last of a table or a list */
    struct str qr_path;
    int64_t qr_size, qr_pixels;
    const struct doc_line *lines;
    size_t lines_n;
};
struct doc_sheet {
    const struct doc_part *v;
    size_t n;
    int level;                   /* of the title: 1 or 2 */
    struct str lang, watermark;
};
#endif
