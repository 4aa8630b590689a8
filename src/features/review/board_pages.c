// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/review/board_pages.h"

#include <string.h>

#include "board.html.h"
#include "platform/i18n/i18n.h"

struct asked {
    struct case_world world;
    struct case_look look;
    struct rule_period period;
    const struct board *board;
    struct board_part part;
    int64_t root;
};

/* ?period=, ?office=; of the office's own and those below when she asks from the desk. */
static bool ask(struct request *r, bool inner, struct asked *x, struct err *e)
{
    struct rd *rd;
    const struct site *s = site_of(r);
    x->world = (struct case_world){.rules = s->rules, .keys = s->keys, .zone_minutes = s->zone_minutes,
                                   .today = instant_day(r->now, s->zone_minutes)};
    if (!board_period(s->rules, r->arena, request_query(r, "period"), x->world.today, &x->period))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), "no such period");
    if (!str_int(request_query(r, "office"), &x->root) || x->root < 0)
        x->root = inner ? viewer_office(&r->viewer, REVIEW_SEERS) : 0;
    if (!store_read(s->store, r->arena, &rd, e))
        return false;
    x->look = (struct case_look){rd, r->arena, &x->world, &r->viewer};
    const struct board_question q = {s->facts, s->store, x->period.from, x->period.to, r->now};
    return board_get(s->boards, &x->look, &q, &x->board, e) && board_part(&x->look, x->board, x->root, inner, &x->part, e);
}

struct str board_text(const struct rule_name *name, enum lang lang)
{
    return name->text[lang];
}

/* ---- cells ---- */

static struct str percent_text(struct request *r, int64_t tenths)
{
    return str_printf(r->arena, "%lld%s%lld %%", (long long)(tenths / 10), r->lang == LANG_EN ? "." : ",", (long long)(tenths % 10));
}

static struct board_cell rate(struct request *r, int64_t tenths)
{
    return (struct board_cell){.n = tenths, .percent = tenths < 0 ? STR("") : percent_text(r, tenths)};
}

static struct board_cell cell_of(struct request *r, const struct board_figures *f, struct str id)
{
    static const struct {
        const char *id;
        enum board_count count;
    } counts[] = {{"received", BOARD_RECEIVED}, {"with_result", BOARD_SETTLED}, {"forwarded", BOARD_FORWARDED}, {"ended", BOARD_ENDED},
                  {"open", BOARD_OPEN}, {"overdue", BOARD_OVERDUE}, {"reopened", BOARD_REOPENED}, {"announced", BOARD_ANNOUNCED},
                  {"held", BOARD_HELD}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        if (str_is(id, counts[i].id))
            return (struct board_cell){.n = f->n[counts[i].count]};
    }
    if (str_is(id, "on_time"))
        return rate(r, board_on_time(f));
    if (str_is(id, "satisfaction"))
        return rate(r, board_satisfaction(f));
    return (struct board_cell){.n = board_days(f, str_is(id, "median") ? 50 : 90)};
}

static void list_measures(struct request *r, struct board_page *p)
{
    static const char *const ids[] = {"received", "with_result", "forwarded", "ended", "open", "overdue", "on_time", "median", "p90",
                                      "satisfaction", "reopened", "announced", "held"};
    const struct rule_board_row **list = arena_array(r->arena, const struct rule_board_row *, BOARD_MEASURES);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        const struct rule_board_row *row = rulebook_board(site_of(r)->rules, ids[i]);
        if (row)
            list[p->measures_n++] = row;
    }
    p->measures = list;
}

static struct board_line line_of(struct request *r, const struct board_page *p, const struct board_figures *f)
{
    struct board_line line = {.name = STR("")};
    for (size_t i = 0; i < p->measures_n; i++)
        line.cells[i] = cell_of(r, f, p->measures[i]->id);
    return line;
}

/* From the desk, to the office's queue. */
static void link_lists(struct request *r, const struct board_page *p, int64_t office_id, struct board_line *line)
{
    if (!viewer_may(&r->viewer, office_id, ROLE_RECEPTION | ROLE_SETTLING | ROLE_LEADER | ROLE_SUPERVISOR))
        return;
    for (size_t i = 0; i < p->measures_n; i++) {
        bool late = str_is(p->measures[i]->id, "overdue");
        if (line->cells[i].n > 0 && (late || str_is(p->measures[i]->id, "open")))
            line->cells[i].href = str_printf(r->arena, "/desk?office=%lld&view=%s", (long long)office_id, late ? "late" : "open");
    }
}

static void list_lines(struct request *r, const struct asked *x, struct board_page *p)
{
    struct board_line *lines = arena_array(r->arena, struct board_line, x->part.rows_n + 1);
    struct board_cell *sealed = arena_array(r->arena, struct board_cell, x->part.rows_n + 1);
    for (size_t i = 0; i < x->part.rows_n; i++) {
        const struct board_row *row = x->part.rows[i];
        lines[i] = line_of(r, p, &row->open);
        lines[i].name = row->name;
        if (p->inner)
            link_lists(r, p, row->office_id, &lines[i]);
        if (row->unit.n)
            lines[i].href = str_printf(r->arena, "/units/" STR_FMT, STR_ARG(row->unit));
        sealed[i] = (struct board_cell){.n = row->sealed.n[BOARD_RECEIVED], .hidden = x->part.hidden[i]};
    }
    p->lines = lines;
    p->lines_n = x->part.rows_n;
    p->total = line_of(r, p, &x->part.total);
    p->exact = x->part.exact;
    if (!x->part.sealed_shown)
        return;
    p->sealed = rulebook_board(site_of(r)->rules, "sealed");
    p->sealed_cells = sealed;
    p->sealed_total = (struct board_cell){.n = x->part.sealed_total.n[BOARD_RECEIVED], .hidden = x->part.total_hidden};
}

/* ---- pictures ---- */

static void draw_trend(struct request *r, const struct asked *x, struct board_page *p)
{
    struct str *labels = arena_array(r->arena, struct str, BOARD_MONTHS);
    int y, m, d;
    day_parts(x->board->day, &y, &m, &d);
    for (int i = 0; i < BOARD_MONTHS; i++) {
        int month = y * 12 + m - 1 - (BOARD_MONTHS - 1 - i);
        labels[i] = str_printf(r->arena, "%02d/%04d", month % 12 + 1, month / 12);
    }
    p->trend = (struct ui_chart){.title_msg = MSG("board.trend"), .id = STR("trend"), .axis_msg = MSG("board.month"), .labels = labels,
                                 .n = BOARD_MONTHS, .series_n = 2,
                                 .series = {{MSG("board.came"), x->part.total.came}, {MSG("board.went"), x->part.total.went}}};
}

static void draw_ages(struct request *r, const struct asked *x, struct board_page *p)
{
    const struct board *b = x->board;
    struct str *labels = arena_array(r->arena, struct str, b->ages_n + 1);
    for (size_t i = 0; i < b->ages_n; i++)
        labels[i] = str_printf(r->arena, "%lld–%lld", (long long)(i ? b->ages[i - 1] + 1 : 0), (long long)b->ages[i]);
    labels[b->ages_n] = str_printf(r->arena, "> %lld", (long long)(b->ages_n ? b->ages[b->ages_n - 1] : 0));
    p->ages = (struct ui_chart){.title_msg = MSG("board.ages"), .id = STR("ages"), .axis_msg = MSG("board.age_days"), .labels = labels,
                                .n = b->ages_n + 1, .series = {{MSG("board.open"), x->part.total.ages}}, .series_n = 1};
}

/* Best first: nine of ten, three of four, half. */
static int class_of(int64_t tenths)
{
    return tenths < 0 ? BOARD_CLASSES : tenths >= 900 ? 0 : tenths >= 750 ? 1 : tenths >= 500 ? 2 : 3;
}

static const struct board_row *row_of_unit(const struct board_part *p, struct str unit)
{
    const struct board_row *found = NULL;
    for (size_t i = 0; i < p->rows_n; i++) {
        if (str_eq(p->rows[i]->unit, unit) && (!found || p->rows[i]->open.n[BOARD_RECEIVED] > found->open.n[BOARD_RECEIVED]))
            found = p->rows[i];
    }
    return found;
}

/* The picture that the first unit with one stands in. */
static bool draw_map(struct request *r, const struct asked *x, struct board_page *p, struct err *e)
{
    struct unit_map map = {0};
    for (size_t i = 0; i < x->part.rows_n && i < 20 && !map.n; i++) {
        if (x->part.rows[i]->unit.n && !units_map(x->look.rd, r->arena, x->part.rows[i]->unit, &map, e))
            return false;
    }
    struct board_shape *list = arena_array(r->arena, struct board_shape, map.n + 1);
    for (size_t i = 0; i < map.n; i++) {
        const struct board_row *row = row_of_unit(&x->part, map.shapes[i].id);
        int64_t tenths = row ? board_on_time(&row->open) : -1;
        list[i] = (struct board_shape){map.shapes[i].name, map.shapes[i].path, class_of(tenths),
                                       tenths < 0 ? STR("–") : percent_text(r, tenths), map.shapes[i].frame};
    }
    p->shapes = list;
    p->shapes_n = x->part.rows_n > 1 ? map.n : 0;
    p->view_box = str_printf(r->arena, "0 0 %lld %lld", (long long)map.width, (long long)map.height);
    return true;
}

/* ---- the page ---- */

static struct str href_of(struct request *r, const struct asked *x, const char *page, struct str period)
{
    return x->root ? str_printf(r->arena, "%s?period=" STR_FMT "&office=%lld", page, STR_ARG(period), (long long)x->root)
                   : str_printf(r->arena, "%s?period=" STR_FMT, page, STR_ARG(period));
}

/* Those that have begun, of this year and the last; newest year first. */
static void list_periods(struct request *r, const struct asked *x, struct board_page *p)
{
    struct ui_link *links = arena_array(r->arena, struct ui_link, 64);
    int y, m, d;
    day_parts(x->world.today, &y, &m, &d);
    for (int year = y + 1; year >= y - 1; year--) {
        struct rule_period *list;
        size_t n;
        rulebook_periods(site_of(r)->rules, r->arena, year, &list, &n);
        for (size_t i = 0; i < n && p->periods_n < 64; i++) {
            if (list[i].from.n > x->world.today.n)
                continue;
            links[p->periods_n++] = (struct ui_link){.text = list[i].id, .current = str_eq(list[i].id, x->period.id),
                                                     .href = href_of(r, x, p->inner ? "/desk/board" : "/board", list[i].id)};
        }
    }
    p->periods = links;
}

static bool show(struct request *r, struct board_page *p, struct response *out, struct err *e)
{
    struct asked x = {.root = 0};
    struct office office;
    if (!ask(r, p->inner, &x, e) || (x.root && !units_office(x.look.rd, r->arena, x.root, &office, e)))
        return false;
    p->office_name = x.root ? office.name : STR("");
    p->page.office = p->office_name;
    p->period_name = str_printf(r->arena, STR_FMT " %lld", STR_ARG(x.period.name.text[r->lang]), (long long)x.period.year);
    p->from = x.board->from;
    p->to = x.board->to;
    p->day = x.board->day;
    p->at = x.board->at;
    p->lang = r->lang;
    if (!p->inner) {
        p->json_href = href_of(r, &x, "/board.json", x.period.id);
        p->csv_href = href_of(r, &x, "/board.csv", x.period.id);
    }
    list_periods(r, &x, p);
    list_measures(r, p);
    list_lines(r, &x, p);
    draw_trend(r, &x, p);
    draw_ages(r, &x, p);
    if (!draw_map(r, &x, p, e))
        return false;
    struct html *h = ui_begin(r);
    board_html(h, p);
    response_html(out, h);
    return true;
}

bool board_get_public(struct request *r, struct response *out, struct err *e)
{
    struct board_page p = {.page = {.request = r, .title_msg = MSG("board.title"), .nav = "/board", .wide = true}};
    out->shared = true;
    return show(r, &p, out, e);
}

bool board_get_desk(struct request *r, struct response *out, struct err *e)
{
    struct board_page p = {.page = {.request = r, .face = UI_DESK, .title_msg = MSG("board.title"), .nav = "/desk/board", .wide = true},
                           .inner = true};
    return show(r, &p, out, e);
}

static bool show_bytes(struct request *r, bool csv, struct response *out, struct err *e)
{
    struct asked x = {.root = 0};
    struct strbuf b;
    struct json j;
    if (!ask(r, false, &x, e))
        return false;
    strbuf_init(&b, r->arena, 16 << 20);
    json_init(&j, &b);
    if (csv)
        board_csv(&b, r->arena, &x.part);
    else
        board_json(&j, r->arena, &x.part);
    out->content_type = csv ? STR("text/csv; charset=utf-8") : STR("application/json");
    if (csv)
        out->download_name = str_printf(r->arena, "board-" STR_FMT ".csv", STR_ARG(x.period.id));
    out->body = strbuf_text(&b);
    out->shared = true;
    return true;
}

bool board_json_public(struct request *r, struct response *out, struct err *e)
{
    return show_bytes(r, false, out, e);
}

bool board_csv_public(struct request *r, struct response *out, struct err *e)
{
    return show_bytes(r, true, out, e);
}
