// SPDX-License-Identifier: AGPL-3.0-or-later
/* What figures are made of: the facts of a matter that its acts carry. */
#ifndef FEATURES_CASE_FIGURES_H
#define FEATURES_CASE_FIGURES_H
#include "features/cases/case_types.h"
#include "features/facts/facts.h"

/* Columns of the subject "case", in this order. */
enum case_figure {
    CASE_KIND, CASE_PROCEDURE, CASE_INSTANCE, CASE_CHANNEL, CASE_PETITIONER, CASE_PEOPLE, CASE_RECEIVED, CASE_STATE,
    CASE_SUBJECT, CASE_HANDLED, CASE_INTAKE, CASE_ELIGIBLE, CASE_OWN, CASE_DECISION, CASE_DECIDED, CASE_CLOSED,
    CASE_ENDING, CASE_STEP, CASE_DUE, CASE_MATTER, CASE_COMPLEXITY, CASE_REOPENED, CASE_FIGURES
};
extern const struct fact_subject case_fact_subject;

/* What an act that led from `before` (NULL: registering) to `after` changes:
 * "state=settling handled=2026-07-10 intake=accepted". Lives in a. */
struct str case_fact_changes(struct arena *a, const struct case_facts *before, const struct case_facts *after,
                             struct day today);
#endif
