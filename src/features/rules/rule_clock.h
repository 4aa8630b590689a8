// SPDX-License-Identifier: AGPL-3.0-or-later
/* The legal clock: a pure function of a question and a rulebook. Include rules.h. */
#ifndef FEATURES_RULE_CLOCK_H
#define FEATURES_RULE_CLOCK_H
#include "base/json.h"
#include "features/rules/rules.h"

/* limits.csv. A class is "normal" or made of "remote", "complex", "specially_complex". */
enum { RULE_COMPLEX = 1, RULE_SPECIALLY_COMPLEX = 2, RULE_REMOTE = 4, RULE_CLASSES = 8 };
enum rule_unit { RULE_HOURS, RULE_DAYS, RULE_WORKING_DAYS, RULE_MONTHS };
struct rule_limit {
    struct str id, procedure, step;
    unsigned class;              /* RULE_… bits; 0 normal */
    int64_t value;
    enum rule_unit unit;
    int64_t extensions, extension_value; /* how often it may be prolonged, by how much each time */
    bool decree;                 /* a decree's limit; beside a law's both are computed */
    struct rule_name note;       /* may be empty */
    struct rule_source source;   /* chosen by the day the step starts */
};
void rulebook_limits(const struct rulebook *b, const struct rule_limit **ret, size_t *ret_n);
const char *rule_unit_word(enum rule_unit u); /* "H", "D", "WD", "M" */
struct str rules_length(const struct request *r, int64_t n, enum rule_unit unit); /* "10 working days", for people */

enum { RULE_OPEN = INT32_MAX };
struct rule_clock_question {
    struct str procedure, step;
    struct day start;            /* not counted itself */
    int64_t complexity;          /* 0, 1 complex, 2 specially complex */
    bool remote;
    int64_t extensions;
    const struct day (*suspended)[2]; /* first and last day of each pause; last RULE_OPEN: not over yet */
    size_t suspended_n;
};
struct rule_day {
    struct day day;
    bool counts;
    int64_t n;                   /* place of a counted day, else 0 */
    const char *why;             /* message id, never NULL: "rules.why.counted", … */
    struct str name;             /* of the holiday, in the pack's language; may be empty */
    struct str sureness;         /* of the calendar's row; empty when no row speaks of the day */
};
struct rule_due {
    struct day day;              /* DAY_NONE: no limit, or an open pause */
    struct day paused;           /* the day from which an open pause lets nobody say when it is due; else DAY_NONE */
    struct str rule, article, version, sureness; /* of the limit that binds */
    int64_t value;               /* with extensions */
    struct str unit;
    struct rule_day *days;       /* NULL from rulebook_due; else from the start day to the due day */
    size_t days_n;
    bool conflict;               /* law and decree differ: the stricter binds, also[] shows the other */
    struct str also_rule;
    struct day also_day;
    struct str also_article, also_version, also_sureness;
    struct str calendar;         /* the least sure calendar row that mattered: "P", "S", "M"; empty: none did */
    bool beyond;                 /* a working day was judged where the calendar ends: weekends alone are known there */
};

/* The due day alone; DAY_NONE and an empty rule when the law sets no limit for
 * the step on that date. Fails with ERR_BAD_INPUT "err.rules.clock.*" on a pause
 * that ends before it begins, on more extensions than the limit allows, or when
 * the day lies more than 20,000 days ahead. Pure. Cost: O(days). */
bool rulebook_due(const struct rulebook *b, struct arena *a, const struct rule_clock_question *q, struct rule_due *ret,
                  struct err *e);
/* The same with the explanation, day by day. */
bool rulebook_explain(const struct rulebook *b, struct arena *a, const struct rule_clock_question *q, struct rule_due *ret,
                      struct err *e);

/* The next working day, that day included. */
struct day rulebook_working_day(const struct rulebook *b, struct day d);
/* Working days in (from, to]: how many are left, or how many late. */
int64_t rulebook_working_days(const struct rulebook *b, struct day from, struct day to);
/* A name for the calendar's day (holiday, compensatory, worked…); empty when it has none. */
struct str rulebook_day_name(const struct rulebook *b, struct day d, enum lang lang);

/* "2026-07-10..2026-07-14", several with commas; "2026-07-10..": open. ERR_BAD_INPUT "err.rules.clock.pause". */
bool rule_pauses_parse(struct arena *a, struct str s, const struct day (**ret)[2], size_t *ret_n, struct err *e);

/* {"due", "rule": {id, article, version, sureness}, "also": […], "calendar", "days": [{date, counts, n, why}]} */
void rules_clock_json(struct json *j, const struct rule_due *d);
/* The same for a terminal, in a language. */
void rules_clock_text(struct strbuf *b, struct arena *a, enum lang lang, const struct rule_due *d);
#endif
