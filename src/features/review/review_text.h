// SPDX-License-Identifier: AGPL-3.0-or-later
/* The text of a review: sentences of report.csv with the figures and how they
 * changed, and what a person must write. Written sections are only added to;
 * the last one counts. */
#ifndef FEATURES_REVIEW_TEXT_H
#define FEATURES_REVIEW_TEXT_H
#include "features/review/review.h"
#include "features/rules/rules.h"
#include "platform/pdf/pdf.h"

enum { REVIEW_BODY_CHARS = 20000 };

/* A run of words, or a figure (form not NULL). */
struct text_run {
    struct str text;
    const struct rule_form *form;
    int64_t column;
};
struct text_line {
    const struct rule_report_line *of;
    enum report_kind kind;
    struct text_run *runs;      /* of REPORT_WRITE: what is to be written */
    size_t runs_n;
    struct str body, author;    /* what was written; body empty: nothing yet */
    struct instant at;
    int64_t times;              /* how often */
};
struct review_text {
    struct str report;
    struct text_line *v;
    size_t n, missing;          /* missing: sections that must still be written */
    struct review_set set;      /* the figures; the first form gives the range */
};

/* Which text, in which language; what was written after `until` is left out. */
struct review_wording {
    struct str report;          /* "petitions", "democracy" */
    struct str period;          /* "6 tháng đầu năm 2026" */
    const struct review_set *figures; /* those of a frozen review; NULL: computed */
    enum lang lang;
    struct instant until;
};
/* Fails as review_compute does; ERR_NOT_FOUND for a report that report.csv has not. Computes the
 * range, the one before and the same a year earlier: a unit that was not there then has no comparison. */
bool review_text(const struct case_look *l, const struct review_question *q, const struct review_wording *w, struct review_text *ret,
                 struct err *e);

struct review_writing {
    int64_t office_id;
    struct day from, to;
    struct str report, section, body, reason;
};
/* ERR_DENIED; ERR_NOT_FOUND for a section that nobody writes; ERR_BAD_INPUT "err.review.reason" when the
 * newest review of that range is frozen and no reason is given. The same text again adds nothing. */
bool review_write(const struct case_doing *d, const struct review_writing *in, struct err *e);

/* As it is printed; with "draft" across it while something is missing. */
struct review_text_page {
    const struct office *office;
    enum lang lang;
    struct instant made;
};
void review_text_doc(struct arena *a, const struct rulebook *b, const struct review_text *t, const struct review_text_page *p,
                     struct doc *ret);
/* {"unit","report","from","to","missing","lines":[{"id","kind","text","figures":[{"form","column"}],"author","at"}]} */
void review_text_json(struct json *j, struct arena *a, const struct review_text *t, struct str unit);
/* All runs of a line. */
struct str text_line_text(struct arena *a, const struct text_line *x);

/* How many sections are still to be written: of one report, or (report empty) of all that the period needs. */
bool review_texts_missing(const struct case_look *l, int64_t office_id, const struct rule_period *p, struct str report, size_t *ret_n,
                          struct err *e);

/* Inside the feature: fills body, author, at and times of the lines that are written. */
bool review_texts_read(const struct case_look *l, const struct review_question *q, struct instant until, struct review_text *t,
                       struct err *e);
#endif
