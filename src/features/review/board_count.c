// SPDX-License-Identifier: AGPL-3.0-or-later
/* One pass over the facts of matters, in the order in which they became known. */
#include <string.h>

#include "features/review/board.h"
#include "features/review/review_scan.h"
#include "platform/i18n/i18n.h"

enum { NOWHERE = UINT16_MAX, LATER = UINT8_MAX };

/* What the words of a field mean here. */
enum { WORD_SETTLED = 1, WORD_FORWARDED = 2, WORD_SEALED = 4, WORD_LEFT_OUT = 8 };

struct counting {
    const struct case_look *look;
    struct board *board;
    struct fact_rows r;
    uint16_t from, day;
    uint16_t *place;          /* by the office's place in the facts: its row */
    size_t *first;            /* of each such office in late */
    uint8_t *late;            /* by office and number: a time limit was overrun */
    uint8_t *month;           /* by day: which of the twelve; LATER: none of them */
    uint8_t ending[FACT_WORDS + 1], intake[FACT_WORDS + 1], procedure[FACT_WORDS + 1];
};

static const uint16_t *days_of(const struct counting *k, enum case_figure f)
{
    return k->r.field[f];
}

static void learn_words(struct counting *k, struct facts *f)
{
    const struct rulebook *b = k->look->world->rules;
    for (unsigned w = 1; w <= FACT_WORDS; w++) {
        struct str ending = facts_word_text(f, "case", "ending", w), intake = facts_word_text(f, "case", "intake", w);
        const struct rule_procedure *p = rulebook_procedure(b, facts_word_text(f, "case", "procedure", w));
        k->ending[w] = rulebook_board_has(b, "with_result", ending) ? WORD_SETTLED : 0;
        k->ending[w] |= rulebook_board_has(b, "forwarded", ending) ? WORD_FORWARDED : 0;
        k->intake[w] = rulebook_board_has(b, "left_out", intake) ? WORD_LEFT_OUT : 0;
        k->procedure[w] = p && p->sealed ? WORD_SEALED : 0;
    }
}

static void learn_months(struct counting *k)
{
    int y, m, d, last;
    day_parts(facts_day_of(k->day), &y, &m, &d);
    last = y * 12 + m;
    k->month = arena_array(k->look->arena, uint8_t, UINT16_MAX + 1);
    memset(k->month, LATER, UINT16_MAX + 1);
    for (int i = 0; i <= k->day && i < BOARD_MONTHS * 31; i++) {
        day_parts(facts_day_of((uint16_t)(k->day - i)), &y, &m, &d);
        int back = last - (y * 12 + m);
        if (back < BOARD_MONTHS && k->day > i)
            k->month[k->day - i] = (uint8_t)(BOARD_MONTHS - 1 - back);
    }
}

/* Room to note of each matter whether it was late. */
static void lay_out(struct counting *k)
{
    size_t *most = arena_array(k->look->arena, size_t, k->r.offices_n + 1), all = 0;
    k->first = arena_array(k->look->arena, size_t, k->r.offices_n + 1);
    for (size_t i = 0; i < k->r.n; i++) {
        if (k->r.id[i] >= most[k->r.office[i]])
            most[k->r.office[i]] = k->r.id[i] + 1;
    }
    for (size_t o = 0; o < k->r.offices_n; o++) {
        k->first[o] = all;
        all += most[o];
    }
    k->late = arena_array(k->look->arena, uint8_t, all + 1);
}

static size_t age_of(const struct board *b, int days)
{
    size_t i = 0;
    while (i < b->ages_n && days > b->ages[i])
        i++;
    return i;
}

static void count_open(const struct counting *k, struct board_figures *f, size_t i)
{
    uint16_t due = days_of(k, CASE_DUE)[i];
    f->n[BOARD_OPEN]++;
    f->n[BOARD_OVERDUE] += due && due < k->day;
    f->ages[age_of(k->board, k->day - days_of(k, CASE_RECEIVED)[i])]++;
}

static void count_ended(const struct counting *k, struct board_figures *f, size_t i, bool late)
{
    uint16_t closed = days_of(k, CASE_CLOSED)[i], received = days_of(k, CASE_RECEIVED)[i];
    uint8_t what = k->ending[((const uint8_t *)k->r.field[CASE_ENDING])[i]];
    if ((what & WORD_SETTLED) && k->month[closed] != LATER)
        f->went[k->month[closed]]++;
    if (closed < k->from)
        return;
    if (!(what & WORD_SETTLED)) {
        f->n[what & WORD_FORWARDED ? BOARD_FORWARDED : BOARD_ENDED]++;
        return;
    }
    int took = closed > received ? closed - received : 0;
    f->n[BOARD_SETTLED]++;
    f->n[BOARD_ON_TIME] += !late;
    f->days[took < BOARD_DAYS ? took : BOARD_DAYS - 1]++;
}

/* The last that was known of a matter on the day. */
static void count_matter(const struct counting *k, struct board_figures *f, size_t i, bool late)
{
    uint16_t received = days_of(k, CASE_RECEIVED)[i], closed = days_of(k, CASE_CLOSED)[i], again = days_of(k, CASE_REOPENED)[i];
    if (!received || received > k->day || (k->intake[((const uint8_t *)k->r.field[CASE_INTAKE])[i]] & WORD_LEFT_OUT))
        return;
    f->n[BOARD_RECEIVED] += received >= k->from;
    if (k->month[received] != LATER)
        f->came[k->month[received]]++;
    f->n[BOARD_REOPENED] += again >= k->from && again <= k->day;
    if (closed && closed <= k->day)
        count_ended(k, f, i, late);
    else
        count_open(k, f, i);
}

static void count_rows(struct counting *k)
{
    const uint16_t *due = days_of(k, CASE_DUE), *from = k->r.from, *until = k->r.until, *office = k->r.office;
    const uint8_t *procedure = k->r.field[CASE_PROCEDURE];
    for (size_t i = 0; i < k->r.n; i++) {
        if (from[i] > k->day || k->place[office[i]] == NOWHERE)
            continue;
        uint8_t *late = &k->late[k->first[office[i]] + k->r.id[i]];
        uint16_t end = until[i] < k->day ? until[i] : k->day;
        *late |= (uint8_t)((due[i] != 0) & (end > due[i]));
        if (until[i] <= k->day)
            continue;
        struct board_row *row = &k->board->rows[k->place[office[i]]];
        count_matter(k, k->procedure[procedure[i]] & WORD_SEALED ? &row->sealed : &row->open, i, *late);
    }
}

/* ---- what else stands in a row ---- */

static bool name_rows(struct counting *k, struct err *e)
{
    const struct case_look *l = k->look;
    struct err none;
    k->place = arena_array(l->arena, uint16_t, k->r.offices_n + 1);
    k->board->rows = arena_array(l->arena, struct board_row, k->r.offices_n + 1);
    for (size_t i = 0; i < k->r.offices_n; i++) {
        struct office office;
        k->place[i] = NOWHERE;
        if (!units_office(l->rd, l->arena, k->r.offices[i], &office, &none)) {
            if (none.code != ERR_NOT_FOUND) {
                *e = none;
                return false;
            }
            continue; /* what the program itself records */
        }
        k->place[i] = (uint16_t)k->board->rows_n;
        k->board->rows[k->board->rows_n++] = (struct board_row){.office_id = office.office_id, .unit = office.unit_id,
                                                                .name = office.name};
    }
    return true;
}

static bool read_ages(const struct rulebook *b, struct board *ret)
{
    const struct rule_board_row *row = rulebook_board(b, "ages");
    struct str rest = row ? row->value : STR(""), word;
    while (ret->ages_n < BOARD_AGES - 1 && str_split(&rest, ' ', &word)) {
        if (str_int(word, &ret->ages[ret->ages_n]))
            ret->ages_n++;
    }
    return true;
}

/* Reception days, by the condition of the indicator that board.csv names. */
static bool count_indicator(const struct case_look *l, const struct board_question *q, struct board *b, const char *id,
                            enum board_count to, struct err *e)
{
    const struct rule_board_row *row = rulebook_board(l->world->rules, id);
    const struct rule_column *c = row ? rulebook_indicator(l->world->rules, row->value) : NULL;
    int64_t *offices = arena_array(l->arena, int64_t, b->rows_n + 1);
    struct scan *s;
    for (size_t i = 0; i < b->rows_n; i++)
        offices[i] = b->rows[i].office_id;
    const struct scan_question ask = {.about = c ? c->about : NULL, .columns = &c, .columns_n = 1, .from = b->from, .to = b->day,
                                      .as_of = b->day, .offices = offices, .offices_n = b->rows_n};
    if (!c || !c->about)
        return true;
    if (!scan_run(q->facts, l->arena, &ask, &s, e))
        return false;
    for (size_t i = 0; i < b->rows_n; i++)
        b->rows[i].open.n[to] = scan_cell(s, i, 0);
    return true;
}

static bool take_ratings(const struct case_look *l, struct board *b, struct err *e)
{
    struct case_ratings list;
    const struct case_rated_range range = {instant_of(b->from, 0, l->world->zone_minutes),
                                           instant_of(day_add(b->day, 1), 0, l->world->zone_minutes),
                                           rulebook_board_number(l->world->rules, "satisfaction", 4)};
    if (!case_ratings(l->rd, l->arena, &range, &list, e))
        return false;
    for (size_t i = 0; i < list.n; i++) {
        for (size_t k = 0; k < b->rows_n; k++) {
            if (b->rows[k].office_id != list.v[i].office_id)
                continue;
            b->rows[k].open.n[BOARD_RATED] = list.v[i].ratings;
            b->rows[k].open.n[BOARD_SATISFIED] = list.v[i].satisfied;
        }
    }
    return true;
}

static void sort_rows(struct board *b)
{
    for (size_t i = 1; i < b->rows_n; i++) {
        struct board_row x = b->rows[i];
        size_t k = i;
        for (; k && b->rows[k - 1].office_id > x.office_id; k--)
            b->rows[k] = b->rows[k - 1];
        b->rows[k] = x;
    }
}

bool board_count(const struct case_look *l, const struct board_question *q, struct board *ret, struct err *e)
{
    struct board b = {.from = q->from, .to = q->to, .at = q->now, .generation = store_generation(q->store)};
    struct counting k = {.look = l, .board = &b};
    b.day = q->to.n < l->world->today.n ? q->to : l->world->today;
    if (day_is_none(q->from) || day_is_none(q->to))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.empty"), "a period is needed");
    if (q->from.n > q->to.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.range"), "the range runs backwards");
    k.from = facts_day(q->from);
    k.day = facts_day(b.day);
    read_ages(l->world->rules, &b);
    if (!facts_catch_up(q->facts, l->rd, e))
        return false;
    learn_words(&k, q->facts);
    learn_months(&k);
    if (!facts_rows(q->facts, "case", &k.r))
        return FAIL(e, ERR_STORE, MSG("err.store.damaged"), "no facts of matters");
    bool good = name_rows(&k, e);
    if (good) {
        lay_out(&k);
        count_rows(&k);
    }
    facts_done(q->facts);
    if (!good)
        return false;
    sort_rows(&b);
    *ret = b;
    return count_indicator(l, q, ret, "announced", BOARD_ANNOUNCED, e) && count_indicator(l, q, ret, "held", BOARD_HELD, e) &&
           take_ratings(l, ret, e);
}

/* ---- figures of figures ---- */

void board_add(struct board_figures *sum, const struct board_figures *x)
{
    for (size_t i = 0; i < BOARD_COUNTS; i++)
        sum->n[i] += x->n[i];
    for (size_t i = 0; i < BOARD_AGES; i++)
        sum->ages[i] += x->ages[i];
    for (size_t i = 0; i < BOARD_MONTHS; i++) {
        sum->came[i] += x->came[i];
        sum->went[i] += x->went[i];
    }
    for (size_t i = 0; i < BOARD_DAYS; i++)
        sum->days[i] += x->days[i];
}

int64_t board_days(const struct board_figures *f, int percent)
{
    int64_t rank = (f->n[BOARD_SETTLED] * percent + 99) / 100, seen = 0;
    for (int64_t i = 0; f->n[BOARD_SETTLED] && i < BOARD_DAYS; i++) {
        seen += f->days[i];
        if (seen >= rank)
            return i;
    }
    return -1;
}

static int64_t permille(int64_t part, int64_t all)
{
    return all ? (part * 1000 + all / 2) / all : -1;
}

int64_t board_on_time(const struct board_figures *f)
{
    return permille(f->n[BOARD_ON_TIME], f->n[BOARD_SETTLED] + f->n[BOARD_OVERDUE]);
}

int64_t board_satisfaction(const struct board_figures *f)
{
    return permille(f->n[BOARD_SATISFIED], f->n[BOARD_RATED]);
}

bool board_period(const struct rulebook *b, struct arena *a, struct str id, struct day today, struct rule_period *ret)
{
    const struct rule_board_row *row = rulebook_board(b, "default_period");
    int y, m, d;
    if (id.n)
        return rulebook_period(b, a, id, ret);
    day_parts(today, &y, &m, &d);
    /* a period of next year may have begun: 15 December */
    for (int year = y + 1; row && year >= y - 1; year--) {
        if (rulebook_period(b, a, str_printf(a, "%04d-" STR_FMT, year, STR_ARG(row->value)), ret) && ret->from.n <= today.n &&
            today.n <= ret->to.n)
            return true;
    }
    return false;
}
