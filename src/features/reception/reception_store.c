// SPDX-License-Identifier: AGPL-3.0-or-later
/* Days and visits as rows. */
#include "base/text.h"
#include "features/reception/reception_rows.h"
#include "platform/i18n/i18n.h"

bool reception_may_write(const struct case_doing *d, int64_t office_id, struct err *e)
{
    return d->actor->system || viewer_may(d->actor, office_id, RECEPTION_WORKERS) || FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
}

bool reception_may_read(const struct case_look *l, int64_t office_id, struct err *e)
{
    return l->viewer->system || viewer_may(l->viewer, office_id, RECEPTION_WORKERS | ROLE_SUPERVISOR) ||
           FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
}

/* ---- days ---- */

#define DAY_COLUMNS "office_id, day_no, planned, day, posted, kind, state, received_by, leader, delegate, starts, ends, place," \
                    " content, reason, places, moved_to, version"

static struct reception_day read_day(struct rows *r, struct arena *a)
{
    return (struct reception_day){
        .office_id = rows_int(r, 0), .day_no = rows_int(r, 1), .planned = rows_day(r, 2), .day = rows_day(r, 3),
        .posted = rows_day(r, 4), .kind = rows_text(r, a, 5), .state = rows_text(r, a, 6), .by = rows_text(r, a, 7),
        .leader = rows_text(r, a, 8), .delegate = rows_text(r, a, 9), .starts = rows_text(r, a, 10), .ends = rows_text(r, a, 11),
        .place = rows_text(r, a, 12), .content = rows_text(r, a, 13), .reason = rows_text(r, a, 14), .places = rows_int(r, 15),
        .moved_to = rows_int(r, 16), .version = rows_int(r, 17)};
}

bool day_row_insert(struct tx *tx, const struct reception_day *x, struct err *e)
{
    return store_exec(tx, SQL("INSERT INTO reception_days (" DAY_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
                              " $12, $13, $14, $15, $16, $17, 1)"),
                      VALS(V(x->office_id), V(x->day_no), V(x->planned), V(x->day), V(x->posted), V(x->kind), V(x->state), V(x->by),
                           V(x->leader), V(x->delegate), V(x->starts), V(x->ends), V(x->place), V(x->content), V(x->reason),
                           V(x->places), V(x->moved_to)), NULL, e);
}

bool day_row_update(struct tx *tx, const struct reception_day *x, struct err *e)
{
    int64_t changed = 0;
    return store_exec(tx, SQL("UPDATE reception_days SET state = $3, received_by = $4, delegate = $5, reason = $6, moved_to = $7,"
                              " version = version + 1 WHERE office_id = $1 AND day_no = $2 AND version = $8"),
                      VALS(V(x->office_id), V(x->day_no), V(x->state), V(x->by), V(x->delegate), V(x->reason), V(x->moved_to),
                           V(x->version)), &changed, e) &&
           (changed == 1 || FAIL(e, ERR_CONFLICT, MSG("err.case.version"), NULL));
}

bool day_row(struct rd *rd, struct arena *a, int64_t office_id, int64_t day_no, struct reception_day *ret, struct err *e)
{
    struct rows *r;
    if (!store_rows(rd, SQL("SELECT " DAY_COLUMNS " FROM reception_days WHERE office_id = $1 AND day_no = $2"),
                    VALS(V(office_id), V(day_no)), &r, e))
        return false;
    bool found = rows_next(r);
    if (found)
        *ret = read_day(r, a);
    return rows_end(r, e) && (found || FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL)) &&
           store_one_int(rd, SQL("SELECT count(*) FROM reception_bookings WHERE office_id = $1 AND day_no = $2 AND state = 'booked'"),
                         VALS(V(office_id), V(day_no)), &ret->booked, e);
}

bool reception_days(struct rd *rd, struct arena *a, const struct reception_range *x, struct reception_days *ret, struct err *e)
{
    struct rows *r;
    struct reception_days list = {arena_array(a, struct reception_day, RECEPTION_LISTED), 0};
    if (!store_rows(rd, SQL("SELECT " DAY_COLUMNS ", (SELECT count(*) FROM reception_bookings b WHERE b.office_id = d.office_id"
                            " AND b.day_no = d.day_no AND b.state = 'booked') FROM reception_days d WHERE office_id = $1"
                            " AND day >= $2 AND day <= $3 ORDER BY day, day_no LIMIT $4"),
                    VALS(V(x->office_id), V(x->from), V(x->to), V((int64_t)RECEPTION_LISTED)), &r, e))
        return false;
    while (list.n < RECEPTION_LISTED && rows_next(r)) {
        list.v[list.n] = read_day(r, a);
        list.v[list.n++].booked = rows_int(r, 18);
    }
    *ret = list;
    return rows_end(r, e);
}

bool day_bookings_move(struct tx *tx, int64_t office_id, int64_t from, int64_t to, struct err *e)
{
    return store_exec(tx, SQL("UPDATE reception_bookings SET day_no = $3 WHERE office_id = $1 AND day_no = $2 AND state = 'booked'"),
                      VALS(V(office_id), V(from), V(to)), NULL, e);
}

bool day_bookings_absent(struct tx *tx, int64_t office_id, int64_t day_no, struct err *e)
{
    return store_exec(tx, SQL("UPDATE reception_bookings SET state = 'absent' WHERE office_id = $1 AND day_no = $2 AND state = 'booked'"),
                      VALS(V(office_id), V(day_no)), NULL, e);
}

/* ---- visits ---- */

#define VISIT_COLUMNS "office_id, visit_no, day_no, matter, case_id, people, created_by, version, day, answered, step_start, due," \
                      " number, kind, speakers, name, address, id_number, phone, content, history, request, sender, state, outcome," \
                      " ground, answer, step, due_rule"

static struct reception_visit read_visit(struct rows *r, struct arena *a)
{
    return (struct reception_visit){
        .office_id = rows_int(r, 0), .visit_no = rows_int(r, 1), .day_no = rows_int(r, 2), .matter = rows_int(r, 3),
        .case_id = rows_int(r, 4), .people = rows_int(r, 5), .created_by = rows_int(r, 6), .version = rows_int(r, 7),
        .day = rows_day(r, 8), .answered = rows_day(r, 9), .step_start = rows_day(r, 10), .due = rows_day(r, 11),
        .number = rows_text(r, a, 12), .kind = rows_text(r, a, 13), .speakers = rows_text(r, a, 14), .name = rows_text(r, a, 15),
        .address = rows_text(r, a, 16), .id_number = rows_text(r, a, 17), .phone = rows_text(r, a, 18),
        .content = rows_text(r, a, 19), .history = rows_text(r, a, 20), .request = rows_text(r, a, 21),
        .sender = rows_text(r, a, 22), .state = rows_text(r, a, 23), .outcome = rows_text(r, a, 24), .ground = rows_text(r, a, 25),
        .answer = rows_text(r, a, 26), .step = rows_text(r, a, 27), .due_rule = rows_text(r, a, 28)};
}

bool visit_row_insert(const struct case_doing *d, const struct reception_visit *x, struct err *e)
{
    return store_exec(d->tx, SQL("INSERT INTO reception_visits (" VISIT_COLUMNS ", name_fold, created_at) VALUES ($1, $2, $3, $4, $5,"
                                 " $6, $7, 1, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,"
                                 " $26, $27, $28, $29, $30)"),
                      VALS(V(x->office_id), V(x->visit_no), V(x->day_no), V(x->matter), V(x->case_id), V(x->people), V(x->created_by),
                           V(x->day), V(x->answered), V(x->step_start), V(x->due), V(x->number), V(x->kind), V(x->speakers),
                           V(x->name), V(x->address), V(x->id_number), V(x->phone), V(x->content), V(x->history), V(x->request),
                           V(x->sender), V(x->state), V(x->outcome), V(x->ground), V(x->answer), V(x->step), V(x->due_rule),
                           V(text_fold(tx_arena(d->tx), x->name)), V(d->now)), NULL, e);
}

bool visit_row_update(struct tx *tx, const struct reception_visit *x, struct err *e)
{
    int64_t changed = 0;
    return store_exec(tx, SQL("UPDATE reception_visits SET state = $3, outcome = $4, answer = $5, answered = $6, step = $7,"
                              " step_start = $8, due = $9, due_rule = $10, version = version + 1 WHERE office_id = $1"
                              " AND visit_no = $2 AND version = $11"),
                      VALS(V(x->office_id), V(x->visit_no), V(x->state), V(x->outcome), V(x->answer), V(x->answered), V(x->step),
                           V(x->step_start), V(x->due), V(x->due_rule), V(x->version)), &changed, e) &&
           (changed == 1 || FAIL(e, ERR_CONFLICT, MSG("err.case.version"), NULL));
}

bool visit_row(struct rd *rd, struct arena *a, int64_t office_id, int64_t visit_no, struct reception_visit *ret, struct err *e)
{
    struct rows *r;
    if (!store_rows(rd, SQL("SELECT " VISIT_COLUMNS " FROM reception_visits WHERE office_id = $1 AND visit_no = $2"),
                    VALS(V(office_id), V(visit_no)), &r, e))
        return false;
    bool found = rows_next(r);
    if (found)
        *ret = read_visit(r, a);
    return rows_end(r, e) && (found || FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL));
}

static bool read_visits(struct rows *r, struct arena *a, struct reception_visits *ret, struct err *e)
{
    struct reception_visits list = {arena_array(a, struct reception_visit, RECEPTION_LISTED), 0};
    while (list.n < RECEPTION_LISTED && rows_next(r))
        list.v[list.n++] = read_visit(r, a);
    *ret = list;
    return rows_end(r, e);
}

bool visit_rows_of_matter(struct rd *rd, struct arena *a, int64_t office_id, int64_t matter, struct reception_visits *ret, struct err *e)
{
    struct rows *r;
    return store_rows(rd, SQL("SELECT " VISIT_COLUMNS " FROM reception_visits WHERE office_id = $1 AND matter = $2"
                              " ORDER BY day, visit_no"), VALS(V(office_id), V(matter)), &r, e) &&
           read_visits(r, a, ret, e);
}

static bool asked_visits(const struct case_look *l, const struct reception_query *q, struct rows **r, struct err *e)
{
    const struct reception_range *x = &q->range;
    if (q->name.n)
        return store_rows(l->rd, SQL("SELECT " VISIT_COLUMNS " FROM reception_visits WHERE office_id = $1 AND name_fold = $2"
                                     " ORDER BY day DESC, visit_no DESC LIMIT $3"),
                          VALS(V(x->office_id), V(text_fold(l->arena, q->name)), V((int64_t)RECEPTION_LISTED)), r, e);
    if (q->due)
        return store_rows(l->rd, SQL("SELECT " VISIT_COLUMNS " FROM reception_visits WHERE office_id = $1 AND step IN ('answer',"
                                     " 'tell_sender', 'tell_person') ORDER BY due, visit_no LIMIT $2"),
                          VALS(V(x->office_id), V((int64_t)RECEPTION_LISTED)), r, e);
    return store_rows(l->rd, SQL("SELECT " VISIT_COLUMNS " FROM reception_visits WHERE office_id = $1 AND day >= $2 AND day <= $3"
                                 " ORDER BY day DESC, visit_no DESC LIMIT $4"),
                      VALS(V(x->office_id), V(x->from), V(x->to), V((int64_t)RECEPTION_LISTED)), r, e);
}

bool reception_visits(const struct case_look *l, const struct reception_query *q, struct reception_visits *ret, struct err *e)
{
    struct rows *r;
    return reception_may_read(l, q->range.office_id, e) && asked_visits(l, q, &r, e) && read_visits(r, l->arena, ret, e);
}

bool reception_visit(const struct case_look *l, int64_t office_id, int64_t visit_no, struct reception_visit *ret, struct err *e)
{
    return reception_may_read(l, office_id, e) && visit_row(l->rd, l->arena, office_id, visit_no, ret, e);
}
