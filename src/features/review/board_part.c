// SPDX-License-Identifier: AGPL-3.0-or-later
/* What of a board is shown to whom: rows, small numbers, and the same for machines. */
#include "base/csv.h"
#include "features/review/board.h"
#include "platform/i18n/i18n.h"

/* ---- small numbers ---- */

/* The smallest figure that is still to be seen: nought last, it hides least. */
static size_t next_to_hide(const int64_t *v, size_t n, const bool *hidden)
{
    size_t best = n;
    for (size_t i = 0; i < n; i++) {
        if (hidden[i])
            continue;
        if (best == n || (v[best] == 0 && v[i] > 0) || (v[i] > 0 && v[i] < v[best]))
            best = i;
    }
    return best;
}

bool board_hide(int64_t threshold, const int64_t *v, size_t n, bool *hidden)
{
    size_t hidden_n = 0;
    int64_t together = 0;
    for (size_t i = 0; i < n; i++) {
        hidden[i] = v[i] > 0 && v[i] < threshold;
        hidden_n += hidden[i];
        together += hidden[i] ? v[i] : 0;
    }
    if (!hidden_n)
        return false;
    /* who knows the sum knows what the hidden ones are together: two or more, and enough that each may be
     * anything from nought to at least the threshold */
    while (hidden_n < 2 || together < threshold) {
        size_t i = next_to_hide(v, n, hidden);
        if (i == n)
            return true;
        hidden[i] = true;
        hidden_n++;
        together += v[i];
    }
    return false;
}

/* ---- rows ---- */

static bool is_below(const int64_t *ids, size_t n, int64_t id)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (ids[mid] == id)
            return true;
        if (ids[mid] < id)
            low = mid + 1;
        else
            high = mid;
    }
    return false;
}

/* The periods of which sealed matters are published do not overlap: of others one could subtract. */
static bool publishes_sealed(const struct case_look *l, const struct board *b)
{
    const struct rule_board_row *row = rulebook_board(l->world->rules, "sealed");
    struct rule_period p;
    int y, m, d;
    day_parts(b->to, &y, &m, &d);
    return row && b->to.n < l->world->today.n &&
           rulebook_period(l->world->rules, l->arena, str_printf(l->arena, "%04d-" STR_FMT, y, STR_ARG(row->value)), &p) &&
           p.from.n == b->from.n && p.to.n == b->to.n;
}

/* Who may see small numbers: the roles of board.csv, and they must be held over the whole subtree. */
static bool sees_exact(const struct case_look *l, int64_t root)
{
    const struct rule_board_row *row = rulebook_board(l->world->rules, "sealed");
    for (size_t i = 0; row && i < l->viewer->grants_n; i++) {
        const struct grant *g = &l->viewer->grants[i];
        if (g->subtree && g->office_id == root && (g->roles & row->roles))
            return true;
    }
    return l->viewer->system;
}

/* Hidden over all offices, whichever of them are shown: what one list hides no shorter one tells. */
static void hide_small(const struct case_look *l, struct board_part *p, const int64_t *all, bool *hidden)
{
    const struct board *b = p->board;
    size_t n = 0;
    p->total_hidden = board_hide(rulebook_board_number(l->world->rules, "threshold", 5), all, b->rows_n, hidden);
    for (size_t i = 0; i < p->rows_n; i++) {
        p->hidden[i] = hidden[p->rows[i] - b->rows];
        n += p->hidden[i];
    }
    if (p->rows_n < b->rows_n)
        p->total_hidden |= n > 0;
}

bool board_part(const struct case_look *l, const struct board *b, int64_t root, bool inner, struct board_part *ret, struct err *e)
{
    const int64_t *below = NULL;
    size_t below_n = 0;
    struct board_part p = {.board = b, .rows = arena_array(l->arena, const struct board_row *, b->rows_n + 1),
                           .hidden = arena_array(l->arena, bool, b->rows_n + 1)};
    int64_t *sealed = arena_array(l->arena, int64_t, b->rows_n + 1);
    if (inner && !viewer_may(l->viewer, root, REVIEW_SEERS))
        return FAIL(e, ERR_DENIED, MSG("err.denied"), "figures of office %lld", (long long)root);
    if (root && !units_offices_below(l->rd, l->arena, root, &below, &below_n, e))
        return false;
    for (size_t i = 0; i < b->rows_n; i++) {
        sealed[i] = b->rows[i].sealed.n[BOARD_RECEIVED];
        bool may = !inner || viewer_may(l->viewer, b->rows[i].office_id, REVIEW_SEERS);
        if (!may || (root && !is_below(below, below_n, b->rows[i].office_id)))
            continue;
        p.rows[p.rows_n++] = &b->rows[i];
        board_add(&p.total, &b->rows[i].open);
        board_add(&p.sealed_total, &b->rows[i].sealed);
    }
    p.exact = inner && sees_exact(l, root);
    p.sealed_shown = p.exact || publishes_sealed(l, b);
    if (p.sealed_shown && !p.exact)
        hide_small(l, &p, sealed, arena_array(l->arena, bool, b->rows_n + 1));
    *ret = p;
    return true;
}

/* ---- for machines ---- */

static const char *const names[BOARD_COUNTS] = {
    [BOARD_RECEIVED] = "received", [BOARD_SETTLED] = "settled_in_all", [BOARD_FORWARDED] = "forwarded", [BOARD_ENDED] = "ended",
    [BOARD_OPEN] = "open", [BOARD_OVERDUE] = "overdue", [BOARD_ON_TIME] = "settled_on_time", [BOARD_REOPENED] = "reopened",
    [BOARD_RATED] = "rated", [BOARD_SATISFIED] = "satisfied", [BOARD_ANNOUNCED] = "days_announced", [BOARD_HELD] = "days_held",
};

static void put_known(struct json *j, const char *key, int64_t n, bool tenths)
{
    json_key(j, key);
    if (n < 0)
        json_null(j);
    else if (tenths)
        json_tenths(j, n);
    else
        json_int(j, n);
}

static void put_months(struct json *j, const char *key, const int64_t *v)
{
    json_key(j, key);
    json_array(j);
    for (size_t i = 0; i < BOARD_MONTHS; i++)
        json_int(j, v[i]);
    json_end(j);
}

static void put_figures(struct json *j, const struct board *b, const struct board_figures *f)
{
    for (size_t i = 0; i < BOARD_COUNTS; i++)
        json_kint(j, names[i], f->n[i]);
    put_known(j, "median_days", board_days(f, 50), false);
    put_known(j, "p90_days", board_days(f, 90), false);
    put_known(j, "on_time_percent", board_on_time(f), true);
    put_known(j, "satisfied_percent", board_satisfaction(f), true);
    json_key(j, "backlog");
    json_array(j);
    for (size_t i = 0; i <= b->ages_n; i++)
        json_int(j, f->ages[i]);
    json_end(j);
    put_months(j, "months_received", f->came);
    put_months(j, "months_settled", f->went);
}

/* -1: not to be told. */
static int64_t sealed_of(const struct board_part *p, size_t i)
{
    return p->hidden[i] ? -1 : p->rows[i]->sealed.n[BOARD_RECEIVED];
}

void board_json(struct json *j, struct arena *a, const struct board_part *p)
{
    (void)a;
    json_object(j);
    json_kday(j, "from", p->board->from);
    json_kday(j, "to", p->board->to);
    json_kday(j, "counted_to", p->board->day);
    json_key(j, "backlog_up_to_days");
    json_array(j);
    for (size_t i = 0; i < p->board->ages_n; i++)
        json_int(j, p->board->ages[i]);
    json_end(j);
    json_key(j, "units");
    json_array(j);
    for (size_t i = 0; i < p->rows_n; i++) {
        json_object(j);
        json_kint(j, "office", p->rows[i]->office_id);
        json_kstr(j, "unit", p->rows[i]->unit);
        json_kstr(j, "name", p->rows[i]->name);
        put_figures(j, p->board, &p->rows[i]->open);
        if (p->sealed_shown)
            put_known(j, "sealed_received", sealed_of(p, i), false);
        json_end(j);
    }
    json_end(j);
    json_key(j, "total");
    json_object(j);
    put_figures(j, p->board, &p->total);
    if (p->sealed_shown)
        put_known(j, "sealed_received", p->total_hidden ? -1 : p->sealed_total.n[BOARD_RECEIVED], false);
    json_end(j);
    json_end(j);
}

static void put_cell(struct strbuf *b, int64_t n, bool tenths)
{
    strbuf_char(b, ',');
    if (n >= 0 && tenths)
        strbuf_printf(b, "%lld.%lld", (long long)(n / 10), (long long)(n % 10));
    else if (n >= 0)
        strbuf_int(b, n);
}

static void put_line(struct strbuf *b, const struct board_part *p, const struct board_figures *f, int64_t sealed)
{
    for (size_t i = 0; i < BOARD_COUNTS; i++)
        put_cell(b, f->n[i], false);
    put_cell(b, board_days(f, 50), false);
    put_cell(b, board_days(f, 90), false);
    put_cell(b, board_on_time(f), true);
    put_cell(b, board_satisfaction(f), true);
    for (size_t i = 0; i <= p->board->ages_n; i++)
        put_cell(b, f->ages[i], false);
    if (p->sealed_shown)
        put_cell(b, sealed, false);
    strbuf_char(b, '\n');
}

void board_csv(struct strbuf *b, struct arena *a, const struct board_part *p)
{
    (void)a;
    strbuf_str(b, STR("unit,office"));
    for (size_t i = 0; i < BOARD_COUNTS; i++)
        strbuf_printf(b, ",%s", names[i]);
    strbuf_str(b, STR(",median_days,p90_days,on_time_percent,satisfied_percent"));
    for (size_t i = 0; i < p->board->ages_n; i++)
        strbuf_printf(b, ",open_to_%lld_days", (long long)p->board->ages[i]);
    strbuf_str(b, STR(",open_longer"));
    strbuf_str(b, p->sealed_shown ? STR(",sealed_received\n") : STR("\n"));
    for (size_t i = 0; i < p->rows_n; i++) {
        csv_put(b, p->rows[i]->unit, true);
        csv_put(b, p->rows[i]->name, false);
        put_line(b, p, &p->rows[i]->open, p->sealed_shown ? sealed_of(p, i) : -1);
    }
    strbuf_str(b, STR(",total"));
    put_line(b, p, &p->total, p->total_hidden ? -1 : p->sealed_total.n[BOARD_RECEIVED]);
}
