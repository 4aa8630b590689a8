// SPDX-License-Identifier: AGPL-3.0-or-later
/* What an action does to the facts of a matter. Pure: no SQL, no HTTP, no
 * clock. What it needs and what follows from it are words of the rulebook's
 * step; here is what each word means. */
#ifndef FEATURES_CASE_FLOW_H
#define FEATURES_CASE_FLOW_H
#include "base/err.h"
#include "features/cases/case_types.h"
#include "features/rules/rules.h"

/* Does the deed carry all that the step needs? Fails with ERR_BAD_INPUT and
 * the message of the first thing missing. Words: ground, note, text, decision,
 * subject, office, assignee, publication, link. */
bool case_flow_needs(const struct rulebook *rules, const struct rule_step *step, const struct case_facts *c,
                     const struct case_deed *deed, struct err *e);

/* Moves the facts: state, and each effect of the step. `today` is the office's
 * civil day. Words: handled, eligible, ineligible, own, other, outcome=WORD,
 * decided, closed, reopened. Does not touch the clock. */
void case_flow_apply(const struct rule_step *step, const struct case_deed *deed, struct day today, struct case_facts *c);

/* Is the word among the step's effects? */
bool case_flow_has(const struct rule_step *step, const char *effect);
/* The latest row of an action of the procedure, from whatever state; NULL when it has none. */
const struct rule_step *case_flow_elsewhere(const struct rulebook *rules, struct str procedure, struct str action);
#endif
