// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: rows, without rights. */
#ifndef FEATURES_RECEPTION_ROWS_H
#define FEATURES_RECEPTION_ROWS_H
#include "features/reception/reception.h"

bool reception_may_write(const struct case_doing *d, int64_t office_id, struct err *e);
bool reception_may_read(const struct case_look *l, int64_t office_id, struct err *e);

bool day_row_insert(struct tx *tx, const struct reception_day *x, struct err *e);
bool day_row_update(struct tx *tx, const struct reception_day *x, struct err *e); /* of x->version; ERR_CONFLICT when another was quicker */
bool day_row(struct rd *rd, struct arena *a, int64_t office_id, int64_t day_no, struct reception_day *ret, struct err *e);
bool day_bookings_absent(struct tx *tx, int64_t office_id, int64_t day_no, struct err *e);
bool day_bookings_move(struct tx *tx, int64_t office_id, int64_t from, int64_t to, struct err *e);

bool visit_row_insert(const struct case_doing *d, const struct reception_visit *x, struct err *e);
bool visit_row_update(struct tx *tx, const struct reception_visit *x, struct err *e);
bool visit_row(struct rd *rd, struct arena *a, int64_t office_id, int64_t visit_no, struct reception_visit *ret, struct err *e);
/* All visits on a matter, by day. */
bool visit_rows_of_matter(struct rd *rd, struct arena *a, int64_t office_id, int64_t matter, struct reception_visits *ret, struct err *e);

bool booking_row_insert(struct tx *tx, const struct reception_book *x, struct instant now, struct err *e);
bool booking_row_state(struct tx *tx, int64_t office_id, int64_t booking_no, struct str state, struct err *e);

bool ticket_insert(struct tx *tx, int64_t office_id, struct day day, int64_t no, struct err *e);
bool ticket_next(struct rd *rd, int64_t office_id, struct day day, int64_t *ret_no, struct err *e); /* 0: nobody waits */
bool tickets_of_desk_end(struct tx *tx, const struct reception_turn *in, struct day day, struct str state, struct err *e);
bool ticket_call(struct tx *tx, const struct reception_turn *in, struct day day, struct instant now, struct err *e);

bool promise_row_insert(struct tx *tx, const struct reception_promise *x, struct err *e);
bool promise_row_keep(struct tx *tx, const struct reception_promise *x, struct err *e);
#endif
