// SPDX-License-Identifier: AGPL-3.0-or-later
/* Conditions over facts, as they stand in tables: `own & kind = complaint &
 * !(instance >= 2)`. Pure. The language is told in rules/README.md. */
#ifndef FEATURES_RULE_EXPR_H
#define FEATURES_RULE_EXPR_H
#include "base/err.h"
#include "base/str.h"

enum expr_type { EXPR_FLAG, EXPR_WORD, EXPR_NUMBER };

/* What a condition may name; the table ends with name NULL. */
struct expr_fact {
    const char *name;
    enum expr_type type;
};
/* A fact's value, in the order of the table. */
struct expr_value {
    int64_t n;       /* flags (0, 1) and numbers */
    struct str word; /* words */
};

struct expr;
/* Fails with ERR_BAD_INPUT "err.rules.expr" and detail "at N: reason", N
 * counted from 1. At most 200 terms, nested 30 deep. Borrows text's words. */
bool expr_compile(struct arena *a, struct str text, const struct expr_fact *facts, struct expr **ret, struct err *e);
/* Does it hold? Cost: one look at each term. NULL holds always. */
bool expr_holds(const struct expr *x, const struct expr_value *values);
/* Does it look at that fact? */
bool expr_uses(const struct expr *x, size_t fact);
/* The numbers that it compares that fact with, added to a list that holds each
 * once; false when there is no room for them. */
struct expr_numbers {
    int64_t *v;
    size_t n, room;
};
bool expr_numbers(const struct expr *x, size_t fact, struct expr_numbers *list);
/* Might it hold, when of the facts only some are known (known[fact])? */
bool expr_might(const struct expr *x, const struct expr_value *values, const bool *known);
/* Both. Either may be NULL. */
struct expr *expr_and(struct arena *a, struct expr *x, struct expr *y);
#endif
