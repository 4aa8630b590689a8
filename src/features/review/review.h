// SPDX-License-Identifier: AGPL-3.0-or-later
/* Reviews: the statutory forms of a period, counted from what acts recorded. Each
 * figure is a condition of the rulebook over facts, carries the
 * hash of the list of matters behind it, and opens to that list. */
#ifndef FEATURES_REVIEW_H
#define FEATURES_REVIEW_H
#include "base/json.h"
#include "features/cases/cases.h"
#include "features/rules/rules.h"
#include "features/units/units.h"

extern const struct route review_routes[];
/* Who may look at figures. */
enum { REVIEW_SEERS = ROLE_RECEPTION | ROLE_SETTLING | ROLE_LEADER | ROLE_SUPERVISOR | ROLE_STEERING };

enum { REVIEW_COLUMNS = 64 }; /* at most, of one form */

struct review_question {
    int64_t office_id;
    bool subtree;         /* with all offices below */
    struct day from, to;  /* both included */
    struct day as_of;     /* what happened after that day is left out */
    struct str form;      /* "02/XLD"; empty: all of them */
    int64_t entries_upto; /* figures that were entered: up to this number, whenever; 0: by the end of as_of */
    bool hashes;          /* of the lists behind the totals too: a second pass */
    struct facts *facts;  /* what is counted; brought up to date first */
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
    struct digest hashes[REVIEW_COLUMNS]; /* of the list behind the total: see review_hash */
    bool *holds;                    /* for each check of the form */
};
struct review_set {
    struct review *v;               /* in the order of forms.csv */
    size_t n;
};

/* Computes a form, or all of them. ERR_NOT_FOUND for an unknown form or office,
 * ERR_BAD_INPUT "err.review.range" for a range that runs backwards, "err.review.empty"
 * for none, "err.review.unit" when its unit was there on no day of it, ERR_DENIED
 * for a viewer without right to the office's figures. A figure is the same
 * whoever looks. Lives in the look's arena. Cost: one pass over the facts for
 * each kind of subject, some 10 ns a row. */
bool review_compute(const struct case_look *l, const struct review_question *q, struct review_set *ret, struct err *e);

/* Subjects behind a figure: ascending by office, then number. */
struct scan_key {
    int64_t office_id, id;
};
struct scan_list {
    struct scan_key *v;
    size_t n;
};
/* SHA-256 of the lines "OFFICE/NUMBER\n", ascending. */
struct digest review_hash(struct arena *a, const struct scan_list *list);

/* {"unit","from","to","as_of","forms":{"02/XLD":{rows,total,checks,hashes}}} */
void review_json(struct json *j, struct arena *a, struct str unit, const struct review_set *set);
void review_csv(struct strbuf *b, struct arena *a, enum lang lang, const struct review *r);

/* What stands behind one figure. */
enum { REVIEW_LIST = 1000 };
struct review_behind {
    const struct rule_form *form;
    const struct rule_column *column;
    int64_t figure;
    struct scan_list all;    /* of the column's subject */
    struct digest hash;      /* of all */
    struct case_list cases;  /* petitions that the viewer may know of: of a sealed one only its number; at most REVIEW_LIST */
};
bool review_list(const struct case_look *l, const struct review_question *q, int64_t column, struct review_behind *ret,
                 struct err *e);

/* The subjects that make a check of a form fail: those that one side counts and
 * the other does not. None when the sides count different kinds of subject, or
 * figures that were entered. */
struct review_causes {
    const struct fact_subject *about; /* NULL: none to be named */
    struct scan_list all;
    struct case_list cases;
};
bool review_causes(const struct case_look *l, const struct review_question *q, const struct rule_form *form,
                   const struct rule_check *check, struct review_causes *ret, struct err *e);
/* Where the figure is asked for: the column's own, or its form's. */
const struct rule_source *review_source(const struct review_behind *b);
/* {"form","column","name","article","of","condition":[…],"figure","hash","matters":[…]} */
void review_behind_json(struct json *j, struct arena *a, const struct review_behind *b, enum lang lang);

#include "features/review/review_compare.h" /* beside another period */
#include "features/review/review_entries.h" /* entered by the office */
#include "features/review/review_work.h"    /* prepared, explained, frozen */
#endif
