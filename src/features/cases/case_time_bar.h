// SPDX-License-Identifier: AGPL-3.0-or-later
/* Time bars. Part of cases.h.
 *
 * A step with the effect "time_bar=STEP:GROUND" puts down since when the person
 * knew of what she complains about and what kept her from it; the limit STEP
 * then says until when she was in time, days of obstacles not counted. GROUND
 * refuses a matter only when that day has passed. A step that needs
 * "within=STEP" is there only while the limit STEP runs from the decision. */
#ifndef FEATURES_CASE_TIME_BAR_H
#define FEATURES_CASE_TIME_BAR_H
#include "base/err.h"
#include "features/cases/case_types.h"

struct case_look;
struct case_doing;
struct rule_step;

enum { CASE_OBSTACLES = 5 };

struct case_obstacle {
    struct str obstacle; /* ground of the step */
    struct day since, until;
};
/* What the step's deed carries. */
struct case_time_bar_deed {
    struct day known;
    struct case_obstacle obstacles[CASE_OBSTACLES];
    size_t n;
};
struct case_time_bar {
    struct day known, until;  /* until: the last day in time */
    bool there, passed;       /* passed: the matter came after it */
    struct str pauses, rule, step;
    struct case_obstacle obstacles[CASE_OBSTACLES];
    size_t n;
};
/* there is false when none was put down. The caller may see the matter. */
bool case_time_bar(const struct case_look *l, const struct case_facts *c, struct case_time_bar *ret, struct err *e);

/* Inside a command: ERR_BAD_INPUT "err.case.known", "err.case.obstacle"; ERR_CONFLICT "err.case.in_time" for a
 * refusal on the ground while she was in time, "err.case.time_bar" while nothing was put down, "err.case.over" when a
 * step is no longer within its time. */
bool case_time_bar_check(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                         const struct case_deed *deed, struct err *e);
bool case_time_bar_write(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                         const struct case_deed *deed, struct err *e);
/* Is the step within its time today? True for a step that has none. */
bool case_is_within(const struct case_look *l, const struct case_facts *c, const struct rule_step *step);
#endif
