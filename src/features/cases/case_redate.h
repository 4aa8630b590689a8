// SPDX-License-Identifier: AGPL-3.0-or-later
/* Re-dating: what another version of the rulebook changes of the clocks that
 * run. Finding is reading, and pure; writing goes in batches, so that others
 * write in between, and may be broken off: what is left is found again. */
#ifndef FEATURES_CASE_REDATE_H
#define FEATURES_CASE_REDATE_H
#include "features/cases/cases.h"

/* What steps that are alike come to: worked out once, however many there are. */
struct case_redate_alike {
    struct str procedure, step, pauses, rule_before;
    struct day start, before;    /* DAY_NONE: no due day */
    int64_t complexity, extensions;
    bool remote, duty;           /* a duty beside the main step */
    struct day after;
    struct str rule;             /* the limit that binds now; empty: the law sets none */
    struct str note, facts;      /* of the act */
    bool changes, stuck;         /* stuck: the rulebook cannot say (no such procedure, too many extensions) */
};
/* An open step (duty_no 0) or an open duty whose due day changes. */
struct case_redate_item {
    int64_t office_id, case_id, duty_no, version;
    struct str number;           /* of the first CASE_REDATE_LISTED alone */
    const struct case_redate_alike *what;
};
enum { CASE_REDATE_LISTED = 1000, CASE_REDATE_BATCH = 1000 };
struct case_redate_plan {
    struct case_redate_item *v;  /* by office and matter */
    size_t n;
    int64_t looked, stuck;       /* clocks that run; those left as they are because the rulebook cannot say */
};

/* What would change. Steps that are interrupted have no due day and are passed
 * over; what ended is not looked at. Without a viewer: the callers check.
 * Cost: one row of each open matter, about 1 µs. Lives in a. */
bool case_redate_plan(struct rd *rd, struct arena *a, const struct rulebook *rules, struct case_redate_plan *ret, struct err *e);

/* Plans and writes until nothing is left to change: due day and rule, and one
 * act "redate" each, in its office, on the rule that binds now. A matter that
 * somebody changes meanwhile is looked at again. Blocks; not from a command.
 * Only for administrators and the program. */
struct case_redate {
    const struct rulebook *rules;
    struct instant now;
    const struct viewer *actor;
    int64_t ret_looked, ret_changed, ret_stuck;
};
bool case_redate(struct store *s, struct case_redate *r, struct err *e);
#endif
