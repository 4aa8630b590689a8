// SPDX-License-Identifier: AGPL-3.0-or-later
/* Who may see what of a matter. Pure: no query. Used by the store alone, so
 * that no page can forget it. */
#ifndef FEATURES_CASE_ACCESS_H
#define FEATURES_CASE_ACCESS_H
#include "features/cases/case_types.h"
#include "platform/auth/viewer.h"

/* The register of an office: its case workers and supervisors. */
bool case_may_read_register(const struct viewer *v, int64_t office_id);

/* Only what she registered herself for others: hamlet heads. 0: no such bound. */
int64_t case_own_only(const struct viewer *v, int64_t office_id);

/* The matter itself: case workers of its office, the person who holds its
 * tracking code, who registered it for another. A sealed one: its holders and
 * supervisors only. */
bool case_may_see(const struct viewer *v, const struct case_facts *c);

/* Who handed it in. A sealed one: the leader, who it is assigned to, who
 * registered it, and the person herself; nobody else, not even a supervisor. */
bool case_may_see_identity(const struct viewer *v, const struct case_facts *c);
#endif
