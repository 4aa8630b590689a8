// SPDX-License-Identifier: AGPL-3.0-or-later
/* Rows of reviews, and the commands on them. */
#include <string.h>

#include "features/acts/acts.h"
#include "features/review/review_inner.h"
#include "features/review/review_text.h"
#include "features/review/review_work.h"
#include "platform/i18n/i18n.h"

enum { VERSIONS_MAX = 100, SOURCES_MAX = 4000 };

#define SHEET_COLUMNS "office_id, review_no, version, below, state, from_day, to_day, send_by, as_of, period, reason, preparer," \
                      " number, signer, prepared_at, frozen_at, digest, entries_upto"

static struct review_sheet sheet_of(struct rows *r, struct arena *a)
{
    struct review_sheet s = {.office_id = rows_int(r, 0), .review_no = rows_int(r, 1), .version = rows_int(r, 2),
        .below = rows_int(r, 3) != 0, .frozen = str_is(rows_peek(r, 4), "frozen"), .from = rows_day(r, 5), .to = rows_day(r, 6),
        .send_by = rows_day(r, 7), .as_of = rows_day(r, 8), .period = rows_text(r, a, 9), .reason = rows_text(r, a, 10),
        .preparer = rows_text(r, a, 11), .number = rows_text(r, a, 12), .signer = rows_text(r, a, 13),
        .prepared_at = rows_instant(r, 14), .frozen_at = rows_instant(r, 15), .entries_upto = rows_int(r, 17)};
    struct str digest = rows_peek(r, 16);
    if (digest.n == sizeof s.digest.b)
        memcpy(s.digest.b, digest.p, digest.n);
    return s;
}

/* ---- looks ---- */

static bool may_look(const struct case_look *l, int64_t office_id, struct err *e)
{
    return viewer_may(l->viewer, office_id, REVIEW_SEERS) || FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), "no such review");
}

static bool versions_of(struct rd *rd, struct arena *a, const struct review_order *x, struct review_sheets *ret, struct err *e)
{
    struct rows *r;
    *ret = (struct review_sheets){.v = arena_array(a, struct review_sheet, VERSIONS_MAX)};
    if (!store_rows(rd, SQL("SELECT " SHEET_COLUMNS " FROM review_sheets WHERE office_id = $1 AND below = $2 AND from_day = $3"
                            " AND to_day = $4 ORDER BY version DESC LIMIT 100"),
                    VALS(V(x->office_id), V((int64_t)x->below), V(x->from), V(x->to)), &r, e))
        return false;
    while (ret->n < VERSIONS_MAX && rows_next(r))
        ret->v[ret->n++] = sheet_of(r, a);
    return rows_end(r, e);
}

bool review_versions(const struct case_look *l, const struct review_order *range, struct review_sheets *ret, struct err *e)
{
    return may_look(l, range->office_id, e) && versions_of(l->rd, l->arena, range, ret, e);
}

static bool sheet_get(struct rd *rd, struct arena *a, int64_t office_id, int64_t review_no, struct review_sheet *ret, struct err *e)
{
    struct rows *r;
    bool found = false;
    if (!store_rows(rd, SQL("SELECT " SHEET_COLUMNS " FROM review_sheets WHERE office_id = $1 AND review_no = $2"),
                    VALS(V(office_id), V(review_no)), &r, e))
        return false;
    if (rows_next(r)) {
        *ret = sheet_of(r, a);
        found = true;
    }
    return rows_end(r, e) && (found || FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), "no such review"));
}

bool review_sheet(const struct case_look *l, int64_t office_id, int64_t review_no, struct review_sheet *ret, struct err *e)
{
    return may_look(l, office_id, e) && sheet_get(l->rd, l->arena, office_id, review_no, ret, e);
}

bool review_content(const struct case_look *l, const struct review_sheet *s, struct str *ret_json, struct err *e)
{
    struct rows *r;
    struct str json = STR("");
    if (!may_look(l, s->office_id, e) ||
        !store_rows(l->rd, SQL("SELECT content FROM review_sheets WHERE office_id = $1 AND review_no = $2"),
                    VALS(V(s->office_id), V(s->review_no)), &r, e))
        return false;
    if (rows_next(r))
        json = rows_text(r, l->arena, 0);
    if (!rows_end(r, e))
        return false;
    *ret_json = json;
    return true;
}

static bool remarks_of(struct rd *rd, struct arena *a, int64_t office_id, int64_t review_no, struct review_remarks *ret,
                       struct err *e)
{
    struct rows *r;
    *ret = (struct review_remarks){.v = arena_array(a, struct review_remark, VERSIONS_MAX)};
    if (!store_rows(rd, SQL("SELECT form, rule, remark, author FROM review_remarks WHERE office_id = $1 AND review_no = $2"
                            " ORDER BY form, rule"), VALS(V(office_id), V(review_no)), &r, e))
        return false;
    while (ret->n < VERSIONS_MAX && rows_next(r))
        ret->v[ret->n++] = (struct review_remark){rows_text(r, a, 0), rows_text(r, a, 1), rows_text(r, a, 2), rows_text(r, a, 3)};
    return rows_end(r, e);
}

bool review_remarks(const struct case_look *l, const struct review_sheet *s, struct review_remarks *ret, struct err *e)
{
    return may_look(l, s->office_id, e) && remarks_of(l->rd, l->arena, s->office_id, s->review_no, ret, e);
}

bool review_read_cells(const struct case_look *l, const struct review_sheet *s, const struct review_set *set,
                       struct review_row **rows, struct err *e)
{
    struct rows *r;
    if (!store_rows(l->rd, SQL("SELECT form, col, figure FROM review_cells WHERE office_id = $1 AND review_no = $2"),
                    VALS(V(s->office_id), V(s->review_no)), &r, e))
        return false;
    while (rows_next(r)) {
        int64_t col = rows_int(r, 1);
        for (size_t i = 0; i < set->n; i++) {
            if (str_eq(set->v[i].form->id, rows_peek(r, 0)) && col > 0 && col < REVIEW_COLUMNS)
                rows[i]->cells[col] = rows_int(r, 2);
        }
    }
    return rows_end(r, e);
}

bool review_sources_of(const struct case_look *l, const struct review_sheet *s, struct review_sheets *ret, struct err *e)
{
    struct rows *r;
    *ret = (struct review_sheets){.v = arena_array(l->arena, struct review_sheet, SOURCES_MAX)};
    if (!store_rows(l->rd, SQL("SELECT source_office, source_no FROM review_sources WHERE office_id = $1 AND review_no = $2"
                               " ORDER BY source_office"), VALS(V(s->office_id), V(s->review_no)), &r, e))
        return false;
    while (ret->n < SOURCES_MAX && rows_next(r))
        ret->v[ret->n++] = (struct review_sheet){.office_id = rows_int(r, 0), .review_no = rows_int(r, 1)};
    if (!rows_end(r, e))
        return false;
    for (size_t i = 0; i < ret->n; i++) {
        if (!sheet_get(l->rd, l->arena, ret->v[i].office_id, ret->v[i].review_no, &ret->v[i], e))
            return false;
    }
    return true;
}

static bool newest_frozen(const struct case_look *l, const struct review_order *range, struct review_sheet *ret, struct err *e)
{
    struct review_sheets list;
    *ret = (struct review_sheet){.review_no = 0};
    if (!versions_of(l->rd, l->arena, range, &list, e))
        return false;
    for (size_t i = 0; i < list.n && !ret->review_no; i++) {
        if (list.v[i].frozen)
            *ret = list.v[i];
    }
    return true;
}

static bool is_late(const struct case_look *l, const struct review_order *range, const struct review_sheet *s)
{
    struct day sent = s->review_no ? instant_day(s->frozen_at, l->world->zone_minutes) : l->world->today;
    return !day_is_none(range->send_by) && sent.n > range->send_by.n;
}

bool review_senders(const struct case_look *l, const struct review_order *range, struct review_senders *ret, struct err *e)
{
    const int64_t *offices;
    size_t n;
    if (!may_look(l, range->office_id, e) || !units_offices_below(l->rd, l->arena, range->office_id, &offices, &n, e))
        return false;
    *ret = (struct review_senders){.v = arena_array(l->arena, struct review_sender, n ? n : 1)};
    for (size_t i = 0; i < n; i++) {
        struct office o;
        struct review_order one = *range;
        struct review_sender s = {.office_id = offices[i]};
        one.office_id = offices[i];
        one.below = false;
        if (offices[i] == range->office_id)
            continue;
        if (!units_office(l->rd, l->arena, offices[i], &o, e) || !newest_frozen(l, &one, &s.sheet, e))
            return false;
        s.name = o.name;
        s.late = is_late(l, range, &s.sheet);
        if (!s.sheet.review_no && !rulebook_owes(l->world->rules, l->arena, (const struct day[2]){range->from, range->to}, o.kind))
            continue;
        ret->sent += s.sheet.review_no != 0;
        ret->late += s.late;
        ret->v[ret->n++] = s;
    }
    return true;
}

/* ---- commands ---- */

static bool act(const struct case_doing *d, int64_t office_id, int64_t review_no, const char *verb, struct str note, struct err *e)
{
    struct act a = {.office_id = office_id, .at = d->now, .actor_id = d->actor->user_id, .actor = d->actor->name,
                    .subject = STR("review"), .subject_id = review_no, .verb = str_of(verb), .note = note};
    return act_record(d->tx, &a, e);
}

static bool may_work(const struct case_doing *d, int64_t office_id, uint32_t roles, struct err *e)
{
    return viewer_may(d->actor, office_id, roles) || FAIL(e, ERR_DENIED, MSG("err.denied"), "reviews of office %lld", (long long)office_id);
}

static bool insert_sheet(const struct case_doing *d, const struct review_order *in, const int64_t numbers[2], struct err *e)
{
    return store_exec(d->tx, SQL("INSERT INTO review_sheets (office_id, review_no, below, from_day, to_day, version, period, send_by,"
                                 " state, reason, preparer, prepared_at, as_of, number, signer, frozen_at, digest, content)"
                                 " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'draft', $9, $10, $11, NULL, '', '', NULL, NULL, '')"),
                      VALS(V(in->office_id), V(numbers[0]), V((int64_t)in->below), V(in->from), V(in->to), V(numbers[1]), V(in->period),
                           V(in->send_by), V(in->reason), V(d->actor->name), V(d->now)), NULL, e);
}

bool review_prepare(const struct case_doing *d, const struct review_order *in, int64_t *ret_no, struct err *e)
{
    struct review_sheets had;
    int64_t numbers[2];
    if (!may_work(d, in->office_id, REVIEW_WORKERS, e))
        return false;
    if (day_is_none(in->from) || day_is_none(in->to) || in->from.n > in->to.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.range"), "the range runs backwards");
    if (in->reason.n > REVIEW_TEXT_MAX)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.text"), "a reason of more than %d bytes", REVIEW_TEXT_MAX);
    if (!versions_of(tx_rd(d->tx), tx_arena(d->tx), in, &had, e))
        return false;
    if (had.n && !had.v[0].frozen) {
        *ret_no = had.v[0].review_no;
        return true;
    }
    if (had.n && !str_trim(in->reason).n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.reason"), "a correction needs a reason");
    if (!store_next(d->tx, in->office_id, "review_sheet", &numbers[0], e))
        return false;
    numbers[1] = had.n ? had.v[0].version + 1 : 1;
    if (!insert_sheet(d, in, numbers, e) || !act(d, in->office_id, numbers[0], had.n ? "correct" : "prepare", in->reason, e))
        return false;
    *ret_no = numbers[0];
    return true;
}

static bool draft_get(const struct case_doing *d, int64_t office_id, int64_t review_no, struct review_sheet *ret, struct err *e)
{
    if (!sheet_get(tx_rd(d->tx), tx_arena(d->tx), office_id, review_no, ret, e))
        return false;
    return !ret->frozen || FAIL(e, ERR_CONFLICT, MSG("err.review.frozen"), "review %lld is frozen", (long long)review_no);
}

static const struct review_remark *remark_on(const struct review_remarks *list, struct str form, struct str rule)
{
    for (size_t i = 0; i < list->n; i++) {
        if (str_eq(list->v[i].form, form) && str_eq(list->v[i].rule, rule))
            return &list->v[i];
    }
    return NULL;
}

bool review_say(const struct case_doing *d, const struct review_saying *in, struct err *e)
{
    struct review_sheet s;
    struct review_remarks had;
    struct str text = str_trim(in->text);
    struct vals key = VALS(V(in->office_id), V(in->review_no), V(in->form), V(in->rule));
    if (!may_work(d, in->office_id, REVIEW_WORKERS, e) || !draft_get(d, in->office_id, in->review_no, &s, e) ||
        !remarks_of(tx_rd(d->tx), tx_arena(d->tx), in->office_id, in->review_no, &had, e))
        return false;
    const struct review_remark *old = remark_on(&had, in->form, in->rule);
    if (text.n > REVIEW_TEXT_MAX)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.text"), "a remark of more than %d bytes", REVIEW_TEXT_MAX);
    if (old ? str_eq(old->text, text) : !text.n)
        return true;
    if (old && !store_exec(d->tx, SQL("DELETE FROM review_remarks WHERE office_id = $1 AND review_no = $2 AND form = $3 AND rule = $4"),
                           key, NULL, e))
        return false;
    if (text.n && !store_exec(d->tx, SQL("INSERT INTO review_remarks (office_id, review_no, form, rule, remark, author, written_at)"
                                         " VALUES ($1, $2, $3, $4, $5, $6, $7)"),
                              VALS(V(in->office_id), V(in->review_no), V(in->form), V(in->rule), V(text), V(d->actor->name), V(d->now)),
                              NULL, e))
        return false;
    return act(d, in->office_id, in->review_no, "explain", str_printf(tx_arena(d->tx), STR_FMT " " STR_FMT, STR_ARG(in->form),
                                                                      STR_ARG(in->rule)), e);
}

/* ---- freezing ---- */

static bool all_explained(const struct case_doing *d, const struct review_freezing *in, struct err *e)
{
    struct review_remarks said;
    if (!remarks_of(tx_rd(d->tx), tx_arena(d->tx), in->office_id, in->review_no, &said, e))
        return false;
    for (size_t i = 0; i < in->made->set.n; i++) {
        const struct review *x = &in->made->set.v[i];
        for (size_t k = 0; k < x->form->checks_n; k++) {
            if (!x->holds[k] && !remark_on(&said, x->form->id, x->form->checks[k].text))
                return FAIL(e, ERR_BAD_INPUT, MSG("err.review.unexplained"), STR_FMT " " STR_FMT " does not hold, and nobody says why",
                            STR_ARG(x->form->id), STR_ARG(x->form->checks[k].text));
        }
    }
    return true;
}

static bool keep_cells(const struct case_doing *d, const struct review_freezing *in, struct err *e)
{
    for (size_t i = 0; i < in->made->set.n; i++) {
        const struct review *x = &in->made->set.v[i];
        for (size_t k = 0; k < x->form->columns_n; k++) {
            int64_t col = x->form->columns[k].number;
            if (!store_exec(d->tx, SQL("INSERT INTO review_cells (office_id, review_no, form, col, figure) VALUES ($1, $2, $3, $4, $5)"),
                            VALS(V(in->office_id), V(in->review_no), V(x->form->id), V(col), V(x->total.cells[col])), NULL, e))
                return false;
        }
    }
    for (size_t i = 0; i < in->made->sources.n; i++) {
        const struct review_sheet *s = &in->made->sources.v[i];
        if (!store_exec(d->tx, SQL("INSERT INTO review_sources (office_id, review_no, source_office, source_no) VALUES ($1, $2, $3, $4)"),
                        VALS(V(in->office_id), V(in->review_no), V(s->office_id), V(s->review_no)), NULL, e))
            return false;
    }
    return true;
}

/* "22759-2026-R0003": code of the office, year of the range's end, a series of its own. */
static bool number_of(const struct case_doing *d, const struct review_sheet *s, struct str *ret, struct err *e)
{
    struct office o;
    int64_t n;
    int y, m, k;
    day_parts(s->to, &y, &m, &k);
    if (!units_office(tx_rd(d->tx), tx_arena(d->tx), s->office_id, &o, e) ||
        !store_next(d->tx, s->office_id, str_printf(tx_arena(d->tx), "review-%d", y).p, &n, e))
        return false;
    *ret = str_printf(tx_arena(d->tx), STR_FMT "-%d-R%04lld", STR_ARG(o.code), y, (long long)n);
    return true;
}

/* A person signs what is whole; the operator's command signs figures, and the paper says what is missing. */
static bool is_written(const struct case_doing *d, const struct review_sheet *s, struct err *e)
{
    struct rule_period p;
    size_t missing;
    struct case_look l = {tx_rd(d->tx), tx_arena(d->tx), d->world, d->actor};
    if (d->actor->system || !rulebook_period(d->world->rules, l.arena, s->period, &p))
        return true;
    if (!review_texts_missing(&l, s->office_id, &p, STR(""), &missing, e))
        return false;
    return !missing || FAIL(e, ERR_BAD_INPUT, MSG("err.review.unwritten"), "%zu sections are to be written", missing);
}

static bool is_ripe(const struct case_doing *d, const struct review_freezing *in, const struct review_sheet *s, struct err *e)
{
    struct day as_of = in->made->as_of;
    const struct review_set *set = &in->made->set;
    if (as_of.n < s->to.n || as_of.n >= d->world->today.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.early"), "the range, or the day it is known on, has not ended");
    return (set->n && set->v[0].from.n == s->from.n && set->v[0].to.n == s->to.n && set->v[0].as_of.n == as_of.n) ||
           FAIL(e, ERR_CONFLICT, MSG("err.conflict"), "computed for another range");
}

bool review_freeze(const struct case_doing *d, const struct review_freezing *in, struct err *e)
{
    struct review_sheet s;
    struct str number;
    struct digest digest = digest_of(in->made->bytes.p, in->made->bytes.n);
    struct str signer = in->signer.n && d->actor->system ? in->signer : d->actor->name;
    if (!may_work(d, in->office_id, ROLE_LEADER, e) || !draft_get(d, in->office_id, in->review_no, &s, e) ||
        !is_ripe(d, in, &s, e) || !all_explained(d, in, e) || !is_written(d, &s, e) || !number_of(d, &s, &number, e) ||
        !keep_cells(d, in, e))
        return false;
    if (!store_exec(d->tx, SQL("UPDATE review_sheets SET state = 'frozen', as_of = $3, number = $4, signer = $5, frozen_at = $6,"
                               " digest = $7, content = $8, entries_upto = $9 WHERE office_id = $1 AND review_no = $2"),
                    VALS(V(in->office_id), V(in->review_no), V(in->made->as_of), V(number), V(signer), V(d->now),
                         val_blob((struct str){(const char *)digest.b, sizeof digest.b}), V(in->made->bytes),
                         V(in->made->entries_upto)), NULL, e))
        return false;
    struct act a = {.office_id = in->office_id, .at = d->now, .actor_id = d->actor->user_id, .actor = signer, .subject = STR("review"),
                    .subject_id = in->review_no, .verb = STR("freeze"), .note = number, .content = digest};
    return act_record(d->tx, &a, e);
}
