// SPDX-License-Identifier: AGPL-3.0-or-later
/* Reporting: periods, and forms whose columns are conditions over the facts of
 * a case. Include rules.h. */
#ifndef FEATURES_RULE_FORMS_H
#define FEATURES_RULE_FORMS_H
#include "features/facts/facts.h"
#include "features/rules/rule_expr.h"
#include "features/rules/rules.h"

/* What conditions over a subject may name: its facts of features/facts, in
 * order; a day NAME as three flags: NAME_in (the period), NAME_by (its last
 * day), NAME_before (its first day). aspect 0 when it is the fact itself. */
enum fact_aspect { FACT_ITSELF, FACT_IN, FACT_BY, FACT_BEFORE };
struct rule_vocabulary {
    const struct fact_subject *about;
    struct expr_fact *facts; /* ended by name NULL; place by place with what follows */
    size_t *field;           /* of the subject */
    enum fact_aspect *aspect;
    size_t n;
};
void rule_vocabulary(struct arena *a, const struct fact_subject *about, struct rule_vocabulary *ret);

/* form_columns.csv */
struct rule_column {
    int64_t number;              /* from 1 */
    const struct fact_subject *about; /* what is counted; NULL: a figure that the office enters */
    bool matters;                /* counts distinct matters rather than petitions */
    size_t sum;                  /* adds up this field of the subject; FACT_FIELDS: counts */
    int64_t unit;                /* the figure is in so many of the field's: 1000000 for millions; 1 */
    struct expr *condition;      /* with all that it stands within */
    struct str condition_text;   /* as in the table, without what it stands within */
    int64_t within;              /* the column whose condition it narrows; 0 none */
    struct rule_name head;       /* headings above it, highest first, parted by " / "; may be empty */
    struct rule_name name;
    struct str id, levels;       /* of an indicator; levels: words "commune", "province", …; empty: all */
    struct rule_name unit_name;  /* of an indicator: what it is in; may be empty */
    struct rule_source source;   /* of an indicator; of a form's column the form's */
};
/* form_checks.csv: "3=4+23", "2<=1", "1=02/XLD.6": what the figures of a form
 * must fulfil, by themselves or beside another form's. */
struct rule_check {
    struct str text;
    int64_t left;
    char op;                     /* '=', '<' for <=, '>' for >= */
    struct str other;            /* the form that the right side is of; empty: the same */
    int64_t right[12];
    size_t right_n;
};
/* forms.csv; or a section of indicators.csv, which is a form of its own */
struct rule_form {
    struct str id;               /* "02/XLD" */
    struct rule_name name;
    bool indicators;             /* of the grassroots-democracy review, no statutory form */
    struct rule_source source;
    struct rule_column *columns;
    size_t columns_n;
    struct rule_check *checks;
    size_t checks_n;
};
const struct rule_form *rulebook_form(const struct rulebook *b, struct str id); /* NULL when none */
void rulebook_forms(const struct rulebook *b, const struct rule_form **ret, size_t *ret_n);
/* figures[number] for each column, [0] unused; other: of the form that it names. Does the check hold? */
bool rule_check_holds(const struct rule_check *c, const int64_t *figures, const int64_t *other);

/* periods.csv: a kind of period, and one of a year. */
struct rule_period {
    struct str id;               /* "2026-H1" */
    struct day from, to;         /* both included */
    struct day send_by, forward_by; /* the office's report, the province's; DAY_NONE when not set */
    struct str owed_by;          /* kinds of office that owe a review of it; empty: none does */
    struct str texts;            /* reports of report.csv that it needs, parted by blanks */
    struct rule_name name;       /* "6 tháng đầu năm", without the year */
    int64_t year;
    struct rule_source source;
};
/* Is a report of report.csv needed for it? */
bool rulebook_period_needs(const struct rule_period *p, struct str report);
/* "2026-H1"; false when the rulebook has no such period. */
bool rulebook_period(const struct rulebook *b, struct arena *a, struct str id, struct rule_period *ret);
/* Does a kind of office owe a review of a range? Not when it is no period of the rulebook. */
bool rulebook_owes(const struct rulebook *b, struct arena *a, const struct day range[2], struct str kind);
/* Those of a year, in the table's order. Lives in a. */
void rulebook_periods(const struct rulebook *b, struct arena *a, int64_t year, struct rule_period **ret, size_t *ret_n);
#endif
