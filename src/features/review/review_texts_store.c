// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/acts/acts.h"
#include "features/review/review_text.h"
#include "platform/i18n/i18n.h"

bool review_texts_read(const struct case_look *l, const struct review_question *q, struct instant until, struct review_text *t,
                       struct err *e)
{
    struct rows *r;
    if (!store_rows(l->rd, SQL("SELECT section, body, author, written_at FROM review_texts WHERE office_id = $1 AND from_day = $2"
                               " AND to_day = $3 AND report = $4 AND written_at <= $5 ORDER BY text_no"),
                    VALS(V(q->office_id), V(q->from), V(q->to), V(t->report), V(until)), &r, e))
        return false;
    while (rows_next(r)) {
        struct str section = rows_text(r, l->arena, 0);
        for (size_t i = 0; i < t->n; i++) {
            struct text_line *x = &t->v[i];
            if (x->kind != REPORT_WRITE || !str_eq(x->of->id, section))
                continue;
            x->body = rows_text(r, l->arena, 1);
            x->author = rows_text(r, l->arena, 2);
            x->at = rows_instant(r, 3);
            x->times++;
        }
    }
    return rows_end(r, e);
}

static bool check_writing(const struct case_doing *d, const struct review_writing *in, struct err *e)
{
    int64_t frozen = 0;
    if (!viewer_may(d->actor, in->office_id, REVIEW_WORKERS))
        return FAIL(e, ERR_DENIED, MSG("err.denied"), "the text of office %lld", (long long)in->office_id);
    if (day_is_none(in->from) || day_is_none(in->to) || in->from.n > in->to.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.range"), "the range runs backwards");
    if (!rulebook_report_write(d->world->rules, in->report, in->section))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), "no such section: " STR_FMT, STR_ARG(in->section));
    if (!store_one_int(tx_rd(d->tx), SQL("SELECT count(*) FROM review_sheets WHERE office_id = $1 AND from_day = $2 AND to_day = $3"
                                         " AND state = 'frozen' AND NOT EXISTS (SELECT 1 FROM review_sheets d WHERE d.office_id = $1"
                                         " AND d.from_day = $2 AND d.to_day = $3 AND d.state = 'draft')"),
                       VALS(V(in->office_id), V(in->from), V(in->to)), &frozen, e))
        return false;
    if (frozen && !in->reason.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.reason"), "a review of that range has been frozen");
    return true;
}

static bool last_body(const struct case_doing *d, const struct review_writing *in, struct str *ret, struct err *e)
{
    struct rows *r;
    *ret = STR("");
    if (!store_rows(tx_rd(d->tx), SQL("SELECT body FROM review_texts WHERE office_id = $1 AND from_day = $2 AND to_day = $3"
                                      " AND report = $4 AND section = $5 ORDER BY text_no DESC LIMIT 1"),
                    VALS(V(in->office_id), V(in->from), V(in->to), V(in->report), V(in->section)), &r, e))
        return false;
    if (rows_next(r))
        *ret = rows_text(r, tx_arena(d->tx), 0);
    return rows_end(r, e);
}

bool review_write(const struct case_doing *d, const struct review_writing *in, struct err *e)
{
    struct str had;
    int64_t no;
    if (!viewer_may(d->actor, in->office_id, REVIEW_WORKERS))
        return FAIL(e, ERR_DENIED, MSG("err.denied"), "the text of office %lld", (long long)in->office_id);
    if (!last_body(d, in, &had, e))
        return false;
    if (str_eq(had, in->body))
        return true;
    if (!check_writing(d, in, e))
        return false;
    if (!store_next(d->tx, in->office_id, "review_text", &no, e) ||
        !store_exec(d->tx, SQL("INSERT INTO review_texts (office_id, text_no, from_day, to_day, report, section, body, reason, author,"
                               " account_id, written_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"),
                    VALS(V(in->office_id), V(no), V(in->from), V(in->to), V(in->report), V(in->section), V(in->body), V(in->reason),
                         V(d->actor->name), V(d->actor->user_id), V(d->now)), NULL, e))
        return false;
    struct act act = {.office_id = in->office_id, .at = d->now, .actor_id = d->actor->user_id, .actor = d->actor->name,
                      .subject = STR("review_text"), .subject_id = no, .verb = STR("write"), .content = digest_of(in->body.p, in->body.n),
                      .note = str_printf(tx_arena(d->tx), STR_FMT "." STR_FMT "%s" STR_FMT, STR_ARG(in->report), STR_ARG(in->section),
                                         in->reason.n ? ": " : "", STR_ARG(in->reason))};
    return act_record(d->tx, &act, e);
}

/* done[i]: the last body of that line is not empty. */
static void note_written(const struct rule_report_line *v, size_t n, struct str report, struct str section, bool *done, bool written)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(v[i].report, report) && str_eq(v[i].id, section))
            done[i] = written;
    }
}

bool review_texts_missing(const struct case_look *l, int64_t office_id, const struct rule_period *p, struct str report, size_t *ret_n,
                          struct err *e)
{
    const struct rule_report_line *lines;
    struct rows *r;
    size_t n;
    rulebook_report(l->world->rules, &lines, &n);
    bool *done = arena_array(l->arena, bool, n + 1);
    *ret_n = 0;
    if (!store_rows(l->rd, SQL("SELECT report, section, CASE WHEN body = '' THEN 0 ELSE 1 END FROM review_texts"
                               " WHERE office_id = $1 AND from_day = $2 AND to_day = $3 ORDER BY text_no"),
                    VALS(V(office_id), V(p->from), V(p->to)), &r, e))
        return false;
    while (rows_next(r))
        note_written(lines, n, rows_text(r, l->arena, 0), rows_text(r, l->arena, 1), done, rows_int(r, 2) != 0);
    for (size_t i = 0; i < n; i++) {
        bool asked = report.n ? str_eq(report, lines[i].report) : rulebook_period_needs(p, lines[i].report);
        *ret_n += lines[i].kind == REPORT_WRITE && asked && !done[i];
    }
    return rows_end(r, e);
}
