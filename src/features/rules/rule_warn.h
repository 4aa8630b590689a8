// SPDX-License-Identifier: AGPL-3.0-or-later
/* Warnings before and after a due day (warnings.csv), and the hours in which an
 * office may be told anything. Include rules.h. */
#ifndef FEATURES_RULE_WARN_H
#define FEATURES_RULE_WARN_H
#include "features/rules/rules.h"

enum rule_when { RULE_PERCENT, RULE_LEFT, RULE_LATE };
enum { RULE_TELL_OFFICER = 1, RULE_TELL_LEADER = 2, RULE_TELL_ABOVE = 4, RULE_TELL_CHAIN = 8 };
struct rule_warning {
    struct str id;
    enum rule_when when;
    int64_t value;     /* per cent of the time; working days left; days late */
    int64_t every;     /* days late: again so often; 0: once */
    unsigned tells;    /* RULE_TELL_… */
    struct rule_name name;
};
void rulebook_warnings(const struct rulebook *b, const struct rule_warning **ret, size_t *ret_n);
const struct rule_warning *rulebook_warning(const struct rulebook *b, struct str id); /* NULL when none */

/* A running limit, and the last day whose marks have been dealt with. */
struct rule_running {
    struct day start, due, upto;
};
/* The first day after upto with a mark; DAY_NONE when there is none. Pure. */
struct day rulebook_next_warning(const struct rulebook *b, const struct rule_running *x);
/* The latest mark after upto and up to a day; NULL when there is none: of several that went by, only that one is told. */
const struct rule_warning *rulebook_warning_on(const struct rulebook *b, const struct rule_running *x, struct day on);

/* Is it a working day and within hours ("1-5 07:30-11:30 13:30-17:00"; empty: the pack's own)? A worked day of
 * rest has the hours of a Monday. */
bool rulebook_at_work(const struct rulebook *b, struct str hours, struct day on, int minute);
#endif
