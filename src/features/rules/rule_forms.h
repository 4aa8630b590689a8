// SPDX-License-Identifier: AGPL-3.0-or-later
/* Reporting: periods, and forms whose columns are conditions over the facts of
 * a case. Include rules.h. */
#ifndef FEATURES_RULE_FORMS_H
#define FEATURES_RULE_FORMS_H
#include "features/rules/rule_expr.h"
#include "features/rules/rules.h"

/* The facts of a petition that conditions may name, in the order of their values. */
enum rule_fact {
    FACT_REGISTERED,  /* flag registered_in_period: received from the first to the last day of the period */
    FACT_CARRIED,     /* flag carried_over: received before it and not handled before it */
    FACT_HANDLED,     /* flag handled: classified and dealt with by the last day of the period */
    FACT_ELIGIBLE,    /* flag eligible: fulfils the conditions for being handled */
    FACT_OWN,         /* flag own: within the office's competence */
    FACT_DECIDED,     /* flag decided: an answer was signed in the period */
    FACT_DUPLICATE,   /* flag duplicate: joined to a matter that is counted elsewhere */
    FACT_KIND,        /* word kind */
    FACT_INSTANCE,    /* number instance */
    FACT_SUBJECT,     /* word subject: of subjects.csv, empty until classified */
    FACT_OUTCOME,     /* word outcome: accepted, refused, guided, forwarded, filed, … of steps.csv */
    FACT_DECISION,    /* word decision */
    FACT_PEOPLE,      /* number people */
    RULE_FACTS
};
extern const struct expr_fact rule_facts[RULE_FACTS + 1];

/* form_columns.csv */
struct rule_column {
    int64_t number;              /* from 1 */
    bool matters;                /* counts distinct matters rather than petitions */
    struct expr *condition;      /* with all that it stands within */
    struct str condition_text;   /* as in the table, without what it stands within */
    int64_t within;              /* the column whose condition it narrows; 0 none */
    struct rule_name head;       /* headings above it, highest first, parted by " / "; may be empty */
    struct rule_name name;
};
/* form_checks.csv: "3=4+23", "2<=1": what the figures of a form must fulfil. */
struct rule_check {
    struct str text;
    int64_t left;
    char op;                     /* '=', '<' for <=, '>' for >= */
    int64_t right[12];
    size_t right_n;
};
/* forms.csv */
struct rule_form {
    struct str id;               /* "02/XLD" */
    struct rule_name name;
    struct rule_source source;
    struct rule_column *columns;
    size_t columns_n;
    struct rule_check *checks;
    size_t checks_n;
};
const struct rule_form *rulebook_form(const struct rulebook *b, struct str id); /* NULL when none */
void rulebook_forms(const struct rulebook *b, const struct rule_form **ret, size_t *ret_n);
/* figures[number] for each column, [0] unused. Does the check hold? */
bool rule_check_holds(const struct rule_check *c, const int64_t *figures);

/* periods.csv: a kind of period, and one of a year. */
struct rule_period {
    struct str id;               /* "2026-H1" */
    struct day from, to;         /* both included */
    struct day send_by, forward_by; /* the office's report, the province's; DAY_NONE when not set */
    struct rule_name name;       /* "6 tháng đầu năm", without the year */
    int64_t year;
    struct rule_source source;
};
/* "2026-H1"; false when the rulebook has no such period. */
bool rulebook_period(const struct rulebook *b, struct arena *a, struct str id, struct rule_period *ret);
/* Those of a year, in the table's order. Lives in a. */
void rulebook_periods(const struct rulebook *b, struct arena *a, int64_t year, struct rule_period **ret, size_t *ret_n);
#endif
