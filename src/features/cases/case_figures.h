// SPDX-License-Identifier: AGPL-3.0-or-later
/* What figures are made of: the facts of a matter that its acts carry. */
#ifndef FEATURES_CASE_FIGURES_H
#define FEATURES_CASE_FIGURES_H
#include "features/cases/case_types.h"
#include "features/facts/facts.h"

/* What an act that led from `before` (NULL: registering) to `after` changes:
 * "state=settling handled=2026-07-10 intake=accepted". Lives in a. */
struct str case_fact_changes(struct arena *a, const struct case_facts *before, const struct case_facts *after,
                             struct day today);
#endif
