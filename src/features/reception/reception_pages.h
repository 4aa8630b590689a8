// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: pages. */
#ifndef FEATURES_RECEPTION_PAGES_H
#define FEATURES_RECEPTION_PAGES_H
#include "features/reception/reception.h"
#include "platform/ui/ui.h"

extern const struct form_field book_fields[], visit_fields[], day_fields[];
handler_fn calendar_get, book_get, book_post, booking_get, booking_post, wait_get;
handler_fn desk_get, queue_post, visit_new_get, visit_new_post, visit_get, visit_post, days_get, days_post, day_get, day_post;

struct reception_choice {
    struct str id, name;
    bool chosen;
};
struct reception_choices {
    struct reception_choice *v;
    size_t n;
};

/* ---- for people ---- */

struct reception_calendar {
    struct ui_page page;
    struct str office;
    int64_t office_id;
    const struct rule_value *rule; /* how often the law asks; NULL nothing */
    struct reception_days days;
    struct day today;
};
struct reception_book_page {
    struct ui_page page;
    struct form form;
    struct str office, path, code; /* code: given once, after booking */
    struct reception_day day;
};
struct reception_booking_page {
    struct ui_page page;
    struct str office, code;
    struct reception_day day;
    struct reception_booking booking;
    bool found;
};
struct reception_wait_page {
    struct ui_page page;
    struct str office;
    struct reception_queue queue;
};

/* ---- at the desk ---- */

struct reception_desk_page {
    struct ui_page page;
    struct str desk; /* where this officer sits, kept in the form */
    struct reception_queue queue;
    struct reception_visits visits, due;
    struct reception_promises promises;
    struct reception_days today;
    struct day day;
    int64_t office_id, called;
    bool writes;
};
struct reception_visit_form {
    struct ui_page page;
    struct form form;
    struct reception_choices days, grounds;
    struct reception_visits earlier; /* of the same name */
};
struct reception_visit_page {
    struct ui_page page;
    struct str path, outcome, ground, clock_href;
    struct reception_visit visit;
    struct reception_choices outcomes;
    struct reception_promises promises;
    struct day today;
    bool writes;
};
struct reception_days_page {
    struct ui_page page;
    struct form form;
    struct reception_days days;
    struct reception_tally tally;
    struct reception_range range;
    bool writes;
};
struct reception_day_page {
    struct ui_page page;
    struct str path;
    struct reception_day day;
    struct reception_bookings bookings;
    struct day today;
    bool writes;
};

const char *reception_state_msg(struct str state); /* of days and bookings */
const char *reception_kind_msg(struct str kind);
struct str reception_day_href(struct html *h, const char *begin, const struct reception_day *x);
struct str reception_visit_href(struct html *h, const struct reception_visit *x);

/* What handlers share. */
void reception_blame(struct form *f, const struct err *e); /* the field that a refusal is about, or the form as a whole */
struct case_world reception_world(struct request *r);
int64_t reception_office(const struct request *r);
bool reception_run(struct request *r, bool (*fn)(const struct case_doing *, void *, struct err *), void *arg, struct err *e);
#endif
