// SPDX-License-Identifier: AGPL-3.0-or-later
/* What a decision obliges to, followed to zero. Part of cases.h.
 *
 * Actions of the rulebook with the effect "oblige" put an obligation down (its
 * ground says what, the deed's amount how much), those with "fulfil" book a part
 * of it as done; both need "amount". A step that needs "fulfilled" is refused
 * while something is owed. Each obligation's figures are recorded as acts. */
#ifndef FEATURES_CASE_ENFORCE_H
#define FEATURES_CASE_ENFORCE_H
#include "base/err.h"
#include "features/cases/case_types.h"

struct case_look;
struct case_doing;
struct rule_step;

struct case_obligation {
    int64_t item_id, case_id, amount, done;
    struct str what; /* ground of the rulebook */
    struct day since, finished;
};
struct case_obligation_list {
    struct case_obligation *v;
    size_t n;
};
/* Those of a matter, oldest first; in the look's arena. The caller may see the matter. */
bool case_obligations(const struct case_look *l, struct case_key key, struct case_obligation_list *ret, struct err *e);

/* Inside a command: does the deed fit what the step needs? */
bool case_enforce_check(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                        const struct case_deed *deed, struct err *e);
/* Writes what the step does; one act of the subject "enforcement". */
bool case_enforce_write(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                        const struct case_deed *deed, struct err *e);
#endif
