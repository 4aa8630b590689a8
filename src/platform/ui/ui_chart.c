// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/ui/ui_chart.h"

#include "ui_chart.html.h"

enum { WIDTH = 640, LABEL = 200, ROW = 26, BAR = 18, VALUE = 72, TOP = 14, PLOT = 220, LEFT = 64, RIGHT = 20, GRID = 4 };

static size_t drawn(const struct ui_chart *c)
{
    return c->n < UI_CHART_POINTS ? c->n : UI_CHART_POINTS;
}

static int64_t largest(const struct ui_chart *c)
{
    int64_t max = 0;
    for (size_t s = 0; s < c->series_n; s++)
        for (size_t i = 0; i < drawn(c); i++)
            if (c->series[s].values[i] > max)
                max = c->series[s].values[i];
    return max;
}

/* A round number not below n of which a quarter is round too: 4, 8, 20, 40, 80, 200 … */
static int64_t round_up(int64_t n)
{
    static const int64_t steps[] = {4, 8, 12, 20};
    for (int64_t ten = 1; ten <= INT64_MAX / 200; ten *= 10)
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
            if (steps[i] * ten >= n)
                return steps[i] * ten;
    return n;
}

/* n of max as a length of room, without overflow for any figure. */
static int64_t scaled(int64_t n, int64_t max, int64_t room)
{
    if (n <= 0 || max <= 0)
        return 0;
    return (int64_t)((double)n / (double)max * (double)room + 0.5);
}

void ui_bar_chart(struct html *h, const struct ui_chart *c)
{
    size_t n = drawn(c), k = c->series_n;
    struct ui_mark *marks = arena_array(h->arena, struct ui_mark, n * k + 1);
    struct ui_mark *ticks = arena_array(h->arena, struct ui_mark, n + 1);
    int64_t max = largest(c), group = (int64_t)k * BAR + ROW - BAR;
    for (size_t i = 0; i < n; i++) {
        int64_t top = (int64_t)i * group;
        ticks[i] = (struct ui_mark){.y = top + (group - ROW + BAR) / 2 + 5, .label = c->labels[i]};
        for (size_t s = 0; s < k; s++) {
            int64_t value = c->series[s].values[i];
            marks[i * k + s] = (struct ui_mark){
                .x = LABEL, .y = top + (int64_t)s * BAR, .w = scaled(value, max, WIDTH - LABEL - VALUE), .h = BAR - 1,
                .value = i18n_number(h->arena, h->lang, value), .series = s};
        }
    }
    struct ui_plot plot = {.chart = c, .width = WIDTH, .height = (int64_t)n * group, .marks = marks, .marks_n = n * k,
                           .ticks = ticks, .ticks_n = n};
    ui_bar_plot(h, &plot);
}

static int64_t at_x(const struct ui_chart *c, size_t i)
{
    size_t n = drawn(c);
    return LEFT + (n > 1 ? (int64_t)(i * (WIDTH - LEFT - RIGHT) / (n - 1)) : (WIDTH - LEFT - RIGHT) / 2);
}

static size_t line_ticks(struct html *h, const struct ui_chart *c, int64_t max, struct ui_mark *ticks)
{
    size_t n = drawn(c), every = n > 6 ? (n + 5) / 6 : 1, out = 0;
    for (int64_t g = 0; g <= GRID; g++)
        ticks[out++] = (struct ui_mark){.x = LEFT, .w = WIDTH - LEFT - RIGHT, .y = TOP + PLOT - g * PLOT / GRID,
                                        .label = i18n_number(h->arena, h->lang, max / GRID * g)};
    for (size_t i = 0; i < n; i += every)
        ticks[out++] = (struct ui_mark){.x = at_x(c, i), .y = TOP + PLOT + 20, .label = c->labels[i]};
    return out;
}

void ui_line_chart(struct html *h, const struct ui_chart *c)
{
    size_t n = drawn(c), marks_n = 0;
    struct ui_mark *marks = arena_array(h->arena, struct ui_mark, n * c->series_n + 1);
    struct ui_mark *ticks = arena_array(h->arena, struct ui_mark, n + GRID + 1);
    int64_t max = round_up(largest(c));
    struct ui_plot plot = {.chart = c, .width = WIDTH, .height = TOP + PLOT + 30, .marks = marks, .ticks = ticks,
                           .ticks_n = line_ticks(h, c, max, ticks)};
    for (size_t s = 0; s < c->series_n; s++) {
        struct strbuf path;
        strbuf_init(&path, h->arena, 64 * 1024);
        for (size_t i = 0; i < n; i++) {
            struct ui_mark m = {.x = at_x(c, i), .y = TOP + PLOT - scaled(c->series[s].values[i], max, PLOT), .series = s};
            strbuf_printf(&path, "%c%lld %lld", i ? 'L' : 'M', (long long)m.x, (long long)m.y);
            if (n <= 31)
                marks[marks_n++] = m;
        }
        plot.lines[s] = strbuf_text(&path);
    }
    plot.marks_n = marks_n;
    ui_line_plot(h, &plot);
}
