// SPDX-License-Identifier: AGPL-3.0-or-later
/* Bookings, the queue, promises: commands. */
#include "features/reception/reception_rows.h"
#include "platform/i18n/i18n.h"

static bool record(const struct case_doing *d, int64_t office_id, const char *subject, int64_t id, const char *verb, struct err *e)
{
    struct act act = {.office_id = office_id, .at = d->now, .actor_id = d->actor->user_id, .actor = d->actor->name,
                      .subject = str_of(subject), .subject_id = id, .verb = str_of(verb)};
    return act_record(d->tx, &act, e);
}

bool reception_book(const struct case_doing *d, struct reception_book *in, struct err *e)
{
    struct reception_day day;
    struct reception_booking *b = &in->booking;
    if (!b->name.n || !b->content.n || b->people < 1)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.visit"), NULL);
    if (!day_row(tx_rd(d->tx), tx_arena(d->tx), b->office_id, b->day_no, &day, e))
        return false;
    if (!str_is(day.state, "posted") || day.day.n < d->world->today.n || day.booked >= day.places)
        return FAIL(e, ERR_CONFLICT, MSG("err.reception.full"), NULL);
    if (!store_next(d->tx, b->office_id, "reception_booking", &b->booking_no, e) || !booking_row_insert(d->tx, in, d->now, e) ||
        !record(d, b->office_id, "booking", b->booking_no, "book", e))
        return false;
    in->ret_no = b->booking_no;
    return true;
}

bool reception_unbook(const struct case_doing *d, const struct digest *code_hash, struct err *e)
{
    struct reception_booking b;
    if (!reception_booking_by_code(tx_rd(d->tx), tx_arena(d->tx), code_hash, &b, e))
        return false;
    if (!str_is(b.state, "booked"))
        return FAIL(e, ERR_CONFLICT, MSG("err.reception.state"), NULL);
    return booking_row_state(d->tx, b.office_id, b.booking_no, STR("cancelled"), e) &&
           record(d, b.office_id, "booking", b.booking_no, "unbook", e);
}

bool reception_turn(const struct case_doing *d, struct reception_turn *in, struct err *e)
{
    struct day day = d->world->today;
    char text[11];
    if (!reception_may_write(d, in->office_id, e))
        return false;
    in->ret_no = 0;
    if (str_is(in->action, "take")) {
        struct str counter = str_printf(tx_arena(d->tx), "reception_ticket_%s", day_format(day, text));
        return store_next(d->tx, in->office_id, counter.p, &in->ret_no, e) &&
               ticket_insert(d->tx, in->office_id, day, in->ret_no, e) &&
               record(d, in->office_id, "ticket", in->ret_no, "take", e);
    }
    if (!in->desk.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.desk"), NULL);
    if (str_is(in->action, "absent") || str_is(in->action, "done"))
        return tickets_of_desk_end(d->tx, in, day, in->action, e) &&
               record(d, in->office_id, "ticket", 0, str_is(in->action, "done") ? "done" : "absent", e);
    if (!str_is(in->action, "call"))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.action"), NULL);
    if (!tickets_of_desk_end(d->tx, in, day, STR("done"), e) ||
        !ticket_next(tx_rd(d->tx), in->office_id, day, &in->ret_no, e))
        return false;
    return !in->ret_no || (ticket_call(d->tx, in, day, d->now, e) && record(d, in->office_id, "ticket", in->ret_no, "call", e));
}

bool reception_promise(const struct case_doing *d, const struct reception_promise *in, struct err *e)
{
    struct reception_promise x = *in;
    struct reception_visit v;
    if (!reception_may_write(d, x.office_id, e) || !visit_row(tx_rd(d->tx), tx_arena(d->tx), x.office_id, x.visit_no, &v, e))
        return false;
    if (!x.text.n || day_is_none(x.due) || x.due.n < d->world->today.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.promise"), NULL);
    return store_next(d->tx, x.office_id, "reception_promise", &x.promise_no, e) && promise_row_insert(d->tx, &x, e) &&
           record(d, x.office_id, "promise", x.promise_no, "promise", e);
}

bool reception_keep(const struct case_doing *d, const struct reception_promise *in, struct err *e)
{
    struct reception_promise x = *in;
    x.kept = d->world->today;
    return reception_may_write(d, x.office_id, e) && promise_row_keep(d->tx, &x, e) &&
           record(d, x.office_id, "promise", x.promise_no, "keep", e);
}
