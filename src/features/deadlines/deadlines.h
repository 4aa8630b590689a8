// SPDX-License-Identifier: AGPL-3.0-or-later
/* Deadlines: officials are told before and after a due day, at the marks of the
 * rulebook (warnings.csv), each mark once for each clock; every warning is an
 * act on the matter and a notice on the desk of who is told. Nobody is told on
 * a day off or outside working hours. */
#ifndef FEATURES_DEADLINES_H
#define FEATURES_DEADLINES_H
#include "features/cases/cases.h"

extern const struct migration_file deadlines_migrations[];
extern const struct route deadlines_routes[]; /* GET, POST /desk/notices */

/* One clock at a mark. */
struct deadline_warning {
    struct case_key key;
    struct str number, step, mark;
    struct day due;
    int64_t told; /* how many people */
};
struct deadline_sweep {
    struct store *store;
    const struct case_world *world; /* today: the offices' day of `now` */
    struct instant now;
    struct arena *arena;            /* of the list */
    bool preview;                   /* says what would be told, stores nothing */
    struct deadline_warning *ret;   /* what was told, at most DEADLINES_LISTED */
    size_t ret_n;
    int64_t ret_told, ret_closed;   /* clocks told of; put off because their office is closed now */
};
enum { DEADLINES_LISTED = 1000 };
/* Follows the acts since the last time, then tells what is due to be told. Bears
 * being run by two processes, and again after a crash. Cost: one look-up an
 * office, a row for each matter touched since, a row for each mark reached. */
bool deadlines_run(struct deadline_sweep *s, struct err *e);

/* A notice of who looks, newest first; those already seen are not listed. */
struct deadline_notice {
    int64_t office_id, no;
    struct case_key key;
    struct str number, office, mark, procedure, step;
    struct day start, due, day;
    bool may_open;                  /* may she see the matter itself */
};
struct deadline_notices {
    struct deadline_notice *v;
    size_t n;
};
bool deadlines_notices(const struct case_look *l, struct deadline_notices *ret, struct err *e);
/* A command: marks her own notice as seen; no 0: all of hers. */
struct deadline_seen {
    const struct viewer *actor;
    struct instant now;
    int64_t office_id, no;
};
bool deadlines_see(struct tx *tx, void *seen, struct err *e);
#endif
