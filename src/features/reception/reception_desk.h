// SPDX-License-Identifier: AGPL-3.0-or-later
/* Part of reception.h: bookings, the queue of a day, promises. */
#ifndef FEATURES_RECEPTION_DESK_H
#define FEATURES_RECEPTION_DESK_H
#include "features/reception/reception.h"

/* ---- bookings: by anybody, changed by who holds the code ---- */

struct reception_booking {
    int64_t office_id, booking_no, day_no, people;
    struct str name, phone, content, state; /* "booked", "cancelled", "came", "absent" */
};
/* ERR_CONFLICT "err.reception.full" when all places are taken or the day is over. */
struct reception_book {
    struct reception_booking booking;
    struct digest code_hash;
    int64_t ret_no;
};
bool reception_book(const struct case_doing *d, struct reception_book *in, struct err *e);
bool reception_booking_by_code(struct rd *rd, struct arena *a, const struct digest *code_hash, struct reception_booking *ret,
                               struct err *e);
/* Gives the place back. */
bool reception_unbook(const struct case_doing *d, const struct digest *code_hash, struct err *e);
struct reception_bookings {
    struct reception_booking *v;
    size_t n;
};
bool reception_bookings(const struct case_look *l, int64_t office_id, int64_t day_no, struct reception_bookings *ret, struct err *e);

/* ---- the queue of today ---- */

struct reception_ticket {
    int64_t ticket_no;
    struct str state, desk; /* "waiting", "called", "done", "absent" */
};
struct reception_queue {
    struct reception_ticket called[8]; /* the last first */
    size_t called_n;
    int64_t waiting, last;             /* how many wait; the highest number given out */
};
/* No names: everybody in the room sees it. */
bool reception_queue(struct rd *rd, struct arena *a, int64_t office_id, struct day day, struct reception_queue *ret, struct err *e);
/* take: a new number; call: the next waiting to a desk (whoever was called there is done); absent: who was called did not come. */
struct reception_turn {
    int64_t office_id;
    struct str action, desk;
    int64_t ret_no; /* taken or called; 0 when nobody waits */
};
bool reception_turn(const struct case_doing *d, struct reception_turn *in, struct err *e);

/* ---- promises ---- */

struct reception_promise {
    int64_t office_id, promise_no, visit_no;
    struct str text, note;
    struct day due, kept; /* DAY_NONE: not yet */
};
bool reception_promise(const struct case_doing *d, const struct reception_promise *in, struct err *e);
bool reception_keep(const struct case_doing *d, const struct reception_promise *in, struct err *e); /* promise_no, note */
struct reception_promises {
    struct reception_promise *v;
    size_t n;
};
/* Those not kept, by due day; of one visit all when visit_no is not 0. */
bool reception_promises(const struct case_look *l, int64_t office_id, int64_t visit_no, struct reception_promises *ret, struct err *e);
#endif
