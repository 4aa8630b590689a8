// SPDX-License-Identifier: AGPL-3.0-or-later
/* Reviews: the statutory forms of a period, computed from the register. Each
 * figure is a condition of the rulebook over the facts of matters, carries the
 * hash of the list of matters behind it, and opens to that list. */
#ifndef FEATURES_REVIEW_H
#define FEATURES_REVIEW_H
#include "base/json.h"
#include "features/cases/cases.h"
#include "features/rules/rules.h"
#include "features/units/units.h"

extern const struct route review_routes[];

enum { REVIEW_COLUMNS = 64 }; /* at most, of one form */

struct review_question {
    int64_t office_id;
    bool subtree;         /* with all offices below */
    struct day from, to;  /* both included */
    struct day as_of;     /* what happened after that day is left out */
    struct str form;      /* "02/XLD" */
};

struct review_row {
    int64_t office_id;
    struct str unit, name;          /* unit id; name of the office */
    int64_t cells[REVIEW_COLUMNS];  /* by column number, [0] unused */
};

struct review {
    const struct rule_form *form;
    struct day from, to, as_of;
    struct review_row *rows;        /* one an office, in the order of names */
    size_t rows_n;
    struct review_row total;
    struct digest hashes[REVIEW_COLUMNS]; /* SHA-256 of the sorted register numbers behind the total */
    bool *holds;                    /* for each check of the form */
};

/* Computes a form. ERR_NOT_FOUND for an unknown form or office, ERR_BAD_INPUT
 * "err.review.range" for a range that runs backwards, ERR_DENIED for a viewer
 * without right to the office's figures. Lives in a. Cost: reads each matter
 * of the offices that was open in the range once. */
bool review_compute(const struct case_look *l, const struct review_question *q, struct review *ret, struct err *e);

/* {"unit","from","to","as_of","forms":{"02/XLD":{rows,total,checks,hashes}}} */
void review_json(struct json *j, struct arena *a, struct str unit, const struct review *r);
void review_csv(struct strbuf *b, struct arena *a, enum lang lang, const struct review *r);

/* The matters behind one figure; of a sealed one only its number. */
bool review_list(const struct case_look *l, const struct review_question *q, int64_t column, struct case_list *ret,
                 struct err *e);
#endif
