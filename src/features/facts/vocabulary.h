// SPDX-License-Identifier: AGPL-3.0-or-later
/* Include facts.h. The vocabulary of figures: what is kept of each kind of subject, by name.
 * Acts carry these names, conditions of statutory forms use them: one list, so
 * that a form's condition and a record's fact cannot drift apart. New facts are
 * added at the end; columns on disk are then made anew by themselves. */
#ifndef FEATURES_FACTS_VOCABULARY_H
#define FEATURES_FACTS_VOCABULARY_H
#include "features/facts/facts.h"

/* A petition: subject "case". */
enum case_figure {
    CASE_KIND, CASE_PROCEDURE, CASE_INSTANCE, CASE_CHANNEL, CASE_PETITIONER, CASE_PEOPLE, CASE_RECEIVED, CASE_STATE,
    CASE_SUBJECT,
    CASE_HANDLED,    /* the day on which its kind, its conditions and its competence were judged */
    CASE_INTAKE,     /* what became of it at intake: accepted, refused, guided, forwarded, … */
    CASE_TAKEN,      /* … and the day */
    CASE_ELIGIBLE, CASE_OWN, CASE_DECISION, CASE_DECIDED,
    CASE_CLOSED,     /* the day after which nothing is owed … */
    CASE_ENDING,     /* … and the state it ended in */
    CASE_STEP, CASE_DUE,
    CASE_MATTER,     /* of the earlier one that it repeats; itself when none */
    CASE_COMPLEXITY,
    CASE_REOPENED,   /* the last time */
    CASE_ENFORCED,   /* the day on which nothing was left to enforce */
    CASE_FIGURES
};
extern const struct fact_subject fact_case;

/* What a decision obliges to: subject "enforcement". */
enum obligation_figure {
    DUTY_KIND, DUTY_INSTANCE, DUTY_WHAT, DUTY_DECIDED,
    DUTY_AMOUNT, DUTY_DONE,  /* dong, square metres, people, …: as its ground says */
    DUTY_FINISHED,
    DUTY_FIGURES
};
extern const struct fact_subject fact_enforcement;

/* One time that somebody was received: subject "visit". What it takes to count
 * each matter of a period once, under the highest who received it: the days of
 * the nearest other visits on the same matter. */
enum visit_figure {
    VISIT_KIND,              /* regular, leader, delegate */
    VISIT_DAY, VISIT_PEOPLE,
    VISIT_PREVIOUS,          /* the one before of the same kind */
    VISIT_LED_BEFORE, VISIT_LED_AFTER, VISIT_DEPUTED_BEFORE, VISIT_DEPUTED_AFTER,
    VISIT_OUTCOME, VISIT_ANSWERED, VISIT_DUE,
    VISIT_FIGURES
};
extern const struct fact_subject fact_visit;

/* A day on which a leader receives: subject "reception_day". */
enum reception_day_figure { RECEPTION_KIND, RECEPTION_BY, RECEPTION_DAY, RECEPTION_POSTED, RECEPTION_STATE, RECEPTION_FIGURES };
extern const struct fact_subject fact_reception_day;

/* All of them, ended by NULL. */
extern const struct fact_subject *const fact_vocabulary[];
const struct fact_subject *fact_subject_named(struct str name); /* NULL when none */
#endif
