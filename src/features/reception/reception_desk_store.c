// SPDX-License-Identifier: AGPL-3.0-or-later
/* Bookings, tickets and promises as rows. */
#include "features/reception/reception_rows.h"
#include "platform/i18n/i18n.h"

/* ---- bookings ---- */

#define BOOKING_COLUMNS "office_id, booking_no, day_no, people, name, phone, content, state"

static struct reception_booking read_booking(struct rows *r, struct arena *a)
{
    return (struct reception_booking){rows_int(r, 0), rows_int(r, 1), rows_int(r, 2), rows_int(r, 3), rows_text(r, a, 4),
                                      rows_text(r, a, 5), rows_text(r, a, 6), rows_text(r, a, 7)};
}

bool booking_row_insert(struct tx *tx, const struct reception_book *x, struct instant now, struct err *e)
{
    const struct reception_booking *b = &x->booking;
    return store_exec(tx, SQL("INSERT INTO reception_bookings (" BOOKING_COLUMNS ", code_hash, created_at)"
                              " VALUES ($1, $2, $3, $4, $5, $6, $7, 'booked', $8, $9)"),
                      VALS(V(b->office_id), V(b->booking_no), V(b->day_no), V(b->people), V(b->name), V(b->phone), V(b->content),
                           val_blob((struct str){(const char *)x->code_hash.b, sizeof x->code_hash.b}), V(now)), NULL, e);
}

bool booking_row_state(struct tx *tx, int64_t office_id, int64_t booking_no, struct str state, struct err *e)
{
    return store_exec(tx, SQL("UPDATE reception_bookings SET state = $3 WHERE office_id = $1 AND booking_no = $2"),
                      VALS(V(office_id), V(booking_no), V(state)), NULL, e);
}

bool reception_booking_by_code(struct rd *rd, struct arena *a, const struct digest *code_hash, struct reception_booking *ret,
                               struct err *e)
{
    struct rows *r;
    if (!store_rows(rd, SQL("SELECT " BOOKING_COLUMNS " FROM reception_bookings WHERE code_hash = $1"),
                    VALS(val_blob((struct str){(const char *)code_hash->b, sizeof code_hash->b})), &r, e))
        return false;
    bool found = rows_next(r);
    if (found)
        *ret = read_booking(r, a);
    return rows_end(r, e) && (found || FAIL(e, ERR_NOT_FOUND, MSG("err.reception.code"), NULL));
}

bool reception_bookings(const struct case_look *l, int64_t office_id, int64_t day_no, struct reception_bookings *ret, struct err *e)
{
    struct rows *r;
    struct reception_bookings list = {arena_array(l->arena, struct reception_booking, RECEPTION_LISTED), 0};
    if (!reception_may_read(l, office_id, e) ||
        !store_rows(l->rd, SQL("SELECT " BOOKING_COLUMNS " FROM reception_bookings WHERE office_id = $1 AND day_no = $2"
                               " AND state <> 'cancelled' ORDER BY booking_no"), VALS(V(office_id), V(day_no)), &r, e))
        return false;
    while (list.n < RECEPTION_LISTED && rows_next(r))
        list.v[list.n++] = read_booking(r, l->arena);
    *ret = list;
    return rows_end(r, e);
}

/* ---- tickets ---- */

bool reception_queue(struct rd *rd, struct arena *a, int64_t office_id, struct day day, struct reception_queue *ret, struct err *e)
{
    struct rows *r;
    struct reception_queue q = {0};
    struct vals v = VALS(V(office_id), V(day));
    if (!store_one_int(rd, SQL("SELECT count(*) FROM reception_tickets WHERE office_id = $1 AND day = $2 AND state = 'waiting'"), v,
                       &q.waiting, e) ||
        !store_one_int(rd, SQL("SELECT coalesce(max(ticket_no), 0) FROM reception_tickets WHERE office_id = $1 AND day = $2"), v,
                       &q.last, e) ||
        !store_rows(rd, SQL("SELECT ticket_no, state, desk FROM reception_tickets WHERE office_id = $1 AND day = $2"
                            " AND state = 'called' ORDER BY called_at DESC, ticket_no DESC"), v, &r, e))
        return false;
    while (q.called_n < sizeof q.called / sizeof *q.called && rows_next(r))
        q.called[q.called_n++] = (struct reception_ticket){rows_int(r, 0), rows_text(r, a, 1), rows_text(r, a, 2)};
    *ret = q;
    return rows_end(r, e);
}

bool ticket_insert(struct tx *tx, int64_t office_id, struct day day, int64_t no, struct err *e)
{
    return store_exec(tx, SQL("INSERT INTO reception_tickets (office_id, day, ticket_no, state, desk, called_at)"
                              " VALUES ($1, $2, $3, 'waiting', '', NULL)"), VALS(V(office_id), V(day), V(no)), NULL, e);
}

bool ticket_next(struct rd *rd, int64_t office_id, struct day day, int64_t *ret_no, struct err *e)
{
    return store_one_int(rd, SQL("SELECT coalesce(min(ticket_no), 0) FROM reception_tickets WHERE office_id = $1 AND day = $2"
                                 " AND state = 'waiting'"), VALS(V(office_id), V(day)), ret_no, e);
}

bool tickets_of_desk_end(struct tx *tx, const struct reception_turn *in, struct day day, struct str state, struct err *e)
{
    return store_exec(tx, SQL("UPDATE reception_tickets SET state = $4 WHERE office_id = $1 AND day = $2 AND desk = $3"
                              " AND state = 'called'"), VALS(V(in->office_id), V(day), V(in->desk), V(state)), NULL, e);
}

bool ticket_call(struct tx *tx, const struct reception_turn *in, struct day day, struct instant now, struct err *e)
{
    return store_exec(tx, SQL("UPDATE reception_tickets SET state = 'called', desk = $4, called_at = $5 WHERE office_id = $1"
                              " AND day = $2 AND ticket_no = $3"),
                      VALS(V(in->office_id), V(day), V(in->ret_no), V(in->desk), V(now)), NULL, e);
}

/* ---- promises ---- */

bool promise_row_insert(struct tx *tx, const struct reception_promise *x, struct err *e)
{
    return store_exec(tx, SQL("INSERT INTO reception_promises (office_id, promise_no, visit_no, text, due, kept, note)"
                              " VALUES ($1, $2, $3, $4, $5, NULL, '')"),
                      VALS(V(x->office_id), V(x->promise_no), V(x->visit_no), V(x->text), V(x->due)), NULL, e);
}

bool promise_row_keep(struct tx *tx, const struct reception_promise *x, struct err *e)
{
    int64_t changed = 0;
    return store_exec(tx, SQL("UPDATE reception_promises SET kept = $3, note = $4 WHERE office_id = $1 AND promise_no = $2"
                              " AND kept IS NULL"), VALS(V(x->office_id), V(x->promise_no), V(x->kept), V(x->note)), &changed, e) &&
           (changed == 1 || FAIL(e, ERR_CONFLICT, MSG("err.case.version"), NULL));
}

bool reception_promises(const struct case_look *l, int64_t office_id, int64_t visit_no, struct reception_promises *ret, struct err *e)
{
    struct rows *r;
    struct reception_promises list = {arena_array(l->arena, struct reception_promise, RECEPTION_LISTED), 0};
    bool good = reception_may_read(l, office_id, e) &&
                (visit_no ? store_rows(l->rd, SQL("SELECT promise_no, visit_no, text, due, kept, note FROM reception_promises"
                                                  " WHERE office_id = $1 AND visit_no = $2 ORDER BY promise_no"),
                                       VALS(V(office_id), V(visit_no)), &r, e)
                          : store_rows(l->rd, SQL("SELECT promise_no, visit_no, text, due, kept, note FROM reception_promises"
                                                  " WHERE office_id = $1 AND kept IS NULL ORDER BY due LIMIT 200"),
                                       VALS(V(office_id)), &r, e));
    if (!good)
        return false;
    while (list.n < RECEPTION_LISTED && rows_next(r))
        list.v[list.n++] = (struct reception_promise){.office_id = office_id, .promise_no = rows_int(r, 0), .visit_no = rows_int(r, 1),
                                                      .text = rows_text(r, l->arena, 2), .due = rows_day(r, 3),
                                                      .kept = rows_day(r, 4), .note = rows_text(r, l->arena, 5)};
    *ret = list;
    return rows_end(r, e);
}
