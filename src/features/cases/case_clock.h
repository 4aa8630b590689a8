// SPDX-License-Identifier: AGPL-3.0-or-later
/* The clocks of a matter: of its open step, and of the duties beside it. Part
 * of cases.h. */
#ifndef FEATURES_CASE_CLOCK_H
#define FEATURES_CASE_CLOCK_H
#include "features/cases/case_types.h"
#include "features/rules/rules.h"

struct case_look;
struct case_doing;

/* What to ask the rulebook for the open step's due day: class, extensions and
 * closed pauses as they are; the strings are the matter's. ERR_STORE when the
 * pauses cannot be read. */
bool case_clock_question(struct arena *a, const struct case_facts *c, struct rule_clock_question *ret, struct err *e);

/* Is the open step interrupted, so that no due day can be said? */
bool case_clock_paused(const struct case_facts *c);

/* ---- inside a command: facts in, facts out; the caller stores them ---- */

/* Begins a step on a day, without extensions and pauses. An empty step: no clock. */
bool case_clock_start(const struct case_doing *d, struct case_facts *c, struct str step, struct day start, struct err *e);
/* Works the due day out again: after a change of class, extension or pause. */
bool case_clock_again(const struct case_doing *d, struct case_facts *c, struct err *e);
/* One extension more. ERR_BAD_INPUT "err.rules.clock.*" when the limit allows no more. */
bool case_clock_extend(const struct case_doing *d, struct case_facts *c, struct err *e);
/* Interrupts it from today on; takes it up again, today counting. */
bool case_clock_suspend(const struct case_doing *d, struct case_facts *c, struct err *e);
bool case_clock_resume(const struct case_doing *d, struct case_facts *c, struct err *e);

/* ---- duties ---- */

struct case_duty {
    int64_t no, extensions;
    struct str step, rule;
    struct day start, due, done; /* DAY_NONE: no limit; still owed */
};
struct case_duty_list {
    struct case_duty *v;
    size_t n;
};
/* All duties of a matter that the viewer may see, oldest first. */
bool case_duties(const struct case_look *l, const struct case_facts *c, struct case_duty_list *ret, struct err *e);
bool case_duty_begin(const struct case_doing *d, const struct case_facts *c, struct str step, struct day start, struct err *e);
/* Ends the open duties of that step. */
bool case_duty_done(const struct case_doing *d, const struct case_facts *c, struct str step, struct err *e);
/* Is one of that step still owed? */
bool case_duty_owed(struct rd *rd, struct case_key key, struct str step, bool *ret, struct err *e);
#endif
