// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_export.h"
#include "platform/i18n/i18n.h"

enum { FIRST_DAY = -1000000, LAST_DAY = 10000000 };

static void read_row(struct rows *r, struct arena *a, struct case_export_row *x)
{
    x->case_id = rows_int(r, 0);
    x->number = rows_text(r, a, 1);
    x->title = rows_text(r, a, 2);
    x->procedure = rows_text(r, a, 3);
    x->subject = rows_text(r, a, 4);
    x->channel = rows_text(r, a, 5);
    x->state = rows_text(r, a, 6);
    x->decision = rows_text(r, a, 7);
    x->received = rows_day(r, 8);
    x->due = rows_day(r, 9);
    x->decided = rows_day(r, 10);
    x->closed = rows_day(r, 11);
}

static bool may(const struct case_look *l, const struct case_export *x, struct err *e)
{
    return viewer_may(l->viewer, x->office_id, ROLE_LEADER | ROLE_SUPERVISOR) || FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
}

static int64_t first_of(const struct case_export *x)
{
    return day_is_none(x->from) ? FIRST_DAY : x->from.n;
}

static int64_t last_of(const struct case_export *x)
{
    return day_is_none(x->to) ? LAST_DAY : x->to.n;
}

bool case_export_count(const struct case_look *l, const struct case_export *x, int64_t *ret_n, struct err *e)
{
    return may(l, x, e) &&
           store_one_int(l->rd, SQL("SELECT COUNT(*) FROM cases WHERE office_id = $1 AND received >= $2 AND received <= $3"),
                         VALS(V(x->office_id), V(first_of(x)), V(last_of(x))), ret_n, e);
}

bool case_export_next(const struct case_look *l, struct case_export *x, struct err *e)
{
    struct rows *r;
    x->n = 0;
    if (!may(l, x, e))
        return false;
    if (!store_rows(l->rd, SQL("SELECT c.case_id, c.number, CASE WHEN c.sealed = 0 THEN t.title ELSE '' END, c.procedure, c.subject,"
                               " c.channel, c.state, c.decision, c.received, c.due, c.decided, c.closed"
                               " FROM cases c JOIN case_texts t ON t.office_id = c.office_id AND t.case_id = c.case_id"
                               " WHERE c.office_id = $1 AND c.case_id > $2 AND c.received >= $3 AND c.received <= $4"
                               " ORDER BY c.case_id LIMIT $5"),
                    VALS(V(x->office_id), V(x->after), V(first_of(x)), V(last_of(x)), V((int64_t)CASE_EXPORT_BATCH)), &r, e))
        return false;
    while (rows_next(r)) {
        struct case_export_row *row = &x->v[x->n++];
        row->office_id = x->office_id;
        read_row(r, l->arena, row);
        x->after = row->case_id;
    }
    return rows_end(r, e);
}
