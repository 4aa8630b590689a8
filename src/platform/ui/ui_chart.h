// SPDX-License-Identifier: AGPL-3.0-or-later
/* Charts: SVG made here, with the numbers as a table behind each. */
#ifndef PLATFORM_UI_CHART_H
#define PLATFORM_UI_CHART_H
#include "platform/ui/ui.h"

enum { UI_SERIES = 4, UI_CHART_POINTS = 400 };
struct ui_series {
    const char *msg;          /* its name */
    const int64_t *values;    /* points of them; negative counts as 0 */
};
struct ui_chart {
    const char *title_msg;
    struct str id;            /* unique on the page */
    const char *axis_msg;     /* heading of the labels' column: "Month", "Unit" */
    const struct str *labels;
    size_t n;                 /* points; more than UI_CHART_POINTS are left out of the picture, not the table */
    struct ui_series series[UI_SERIES];
    size_t series_n;
};
/* Bars lie, longest readable: for names. */
void ui_bar_chart(struct html *h, const struct ui_chart *c);
/* Lines run: for time. Series differ by dash and mark, not by colour alone. */
void ui_line_chart(struct html *h, const struct ui_chart *c);

/* What the charts' templates are given. */
struct ui_mark {
    int64_t x, y, w, h;
    struct str label, value;
    size_t series;
};
struct ui_plot {
    const struct ui_chart *chart;
    int64_t width, height;
    const struct ui_mark *marks, *ticks;
    size_t marks_n, ticks_n;
    struct str lines[UI_SERIES]; /* path data */
};
#endif
