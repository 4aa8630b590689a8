// SPDX-License-Identifier: AGPL-3.0-or-later
/* Changing the law's tables: what would become of the open steps, and then the
 * change itself. The one way, for the command line and for the page. */
#ifndef FEATURES_AMEND_H
#define FEATURES_AMEND_H
#include "features/cases/cases.h"

extern const struct route amend_routes[];

struct amendment {
    int64_t version;             /* in force, that the change is made to */
    struct rule_file_list files; /* the pack as it would be */
    struct rulebook *book;
    struct rule_change *changes;
    size_t changes_n;
    struct case_redate_plan plan;
    struct strbuf problems;      /* as of rulebook_load */
};

/* What `with` over the pack in force would change; stores nothing. Tables that
 * are wrong: ERR_BAD_INPUT "err.rules.pack", each problem a line of problems.
 * Tables of another pack: ERR_CONFLICT. Lives in a. Cost: a loading, and
 * that of case_redate_plan. */
bool amend_plan(struct rd *rd, struct arena *a, struct str pack, struct rule_file_list with, struct amendment *ret, struct err *e);

/* Stores it as the next version, with an act, and gives the open steps their
 * new due days, each with an act. ERR_CONFLICT "err.amend.version" when another
 * version came into force since the plan. Blocks; not from a command. Only for
 * administrators and the program. */
bool amend_apply(struct store *s, const struct amendment *x, struct instant now, const struct viewer *actor, struct err *e);

/* ---- one row, as a form asks for it; each gives the whole table anew ---- */

/* A holiday; `instead` (or DAY_NONE) is the compensatory day. kind "holiday" or
 * "pending" takes the place of either on that day; "none" strikes it. */
struct amend_day {
    struct day day, instead;
    struct str kind, name, article, sureness;
};
bool amend_holiday(struct arena *a, struct rule_file_list files, const struct amend_day *in, struct rule_file *ret, struct err *e);

/* A working day off for a day of rest that is worked. */
struct amend_swap {
    struct day off, worked;
    struct str name, article, sureness;
};
bool amend_swapped(struct arena *a, struct rule_file_list files, const struct amend_swap *in, struct rule_file *ret, struct err *e);

/* From a day on, a limit has another length: its row ends the day before, and
 * one like it begins (id "OLD.20270101"). */
struct amend_limit {
    struct str id;
    int64_t value;
    struct day from;
    struct str article, version, sureness;
};
bool amend_limited(struct arena *a, struct rule_file_list files, const struct amend_limit *in, struct rule_file *ret, struct err *e);
#endif
