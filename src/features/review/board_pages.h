// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: the board's pages. */
#ifndef FEATURES_REVIEW_BOARD_PAGES_H
#define FEATURES_REVIEW_BOARD_PAGES_H
#include "features/review/board.h"
#include "platform/site/site.h"
#include "platform/ui/ui.h"
#include "platform/ui/ui_chart.h"

enum { BOARD_MEASURES = 16, BOARD_CLASSES = 4 };

struct board_cell {
    int64_t n;            /* -1: nothing is counted; hidden: not to be told */
    struct str percent;   /* instead of n when not empty */
    struct str href;      /* to the list behind it; may be empty */
    bool hidden;
};
struct board_line {
    struct str name, href;
    struct board_cell cells[BOARD_MEASURES];
};
struct board_shape {
    struct str name, path;
    int klass;            /* of the on-time rate: 0 best; BOARD_CLASSES: nothing counted */
    struct str percent;
    bool frame;
};
struct board_class {
    const char *msg;
    int klass;
};
struct board_page {
    struct ui_page page;
    struct str office_name, period_name, json_href, csv_href;
    struct day from, to, day;
    struct instant at;
    const struct ui_link *periods;
    size_t periods_n;
    const struct rule_board_row *const *measures; /* one a column */
    size_t measures_n;
    const struct board_line *lines;
    size_t lines_n;
    struct board_line total;
    const struct rule_board_row *sealed;          /* NULL: not shown */
    const struct board_cell *sealed_cells;        /* by line */
    struct board_cell sealed_total;
    struct ui_chart trend, ages;
    const struct board_shape *shapes;
    size_t shapes_n;
    struct str view_box;
    bool inner, exact;
    enum lang lang;
};
struct str board_text(const struct rule_name *name, enum lang lang);

handler_fn board_get_public, board_get_desk, board_json_public, board_csv_public;
#endif
