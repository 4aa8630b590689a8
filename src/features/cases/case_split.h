// SPDX-License-Identifier: AGPL-3.0-or-later
/* A petition that holds several matters. An action with the effect "split_part"
 * registers one of them in the same office, with a procedure, text and clock of
 * its own and the day on which the petition came; one that needs "has_parts" may
 * end the mixed one once there are two. Part of the feature. */
#ifndef FEATURES_CASE_SPLIT_H
#define FEATURES_CASE_SPLIT_H
#include "features/cases/cases.h"

/* ERR_BAD_INPUT "err.case.split.procedure" (none, a second instance, or one whose
 * matters are sealed: those are taken in behind the seal), ERR_CONFLICT
 * "err.case.split.parts". */
bool case_split_check(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                      const struct case_deed *deed, struct err *e);
/* Registers the part and links it: split_to, split_from. */
bool case_split_write(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                      const struct case_deed *deed, struct err *e);

/* May a part become a matter of the procedure? */
bool case_split_into(const struct rule_procedure *p);
#endif
