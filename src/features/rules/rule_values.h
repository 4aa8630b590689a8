// SPDX-License-Identifier: AGPL-3.0-or-later
/* Numbers of the law that are no time limits (reception.csv): how many days a
 * leader receives people, how long before it is announced, what makes a crowd,
 * how many may speak for it. Include rules.h. */
#ifndef FEATURES_RULE_VALUES_H
#define FEATURES_RULE_VALUES_H
#include "features/rules/rules.h"

enum value_unit { VALUE_WORKING_DAYS, VALUE_PER_WEEK, VALUE_PER_MONTH, VALUE_PEOPLE };
struct rule_value {
    struct str id, what, level; /* level: "commune", "province", "agency"; empty: every office */
    int64_t least;              /* from so many on (people); 0: always */
    int64_t value;
    enum value_unit unit;
    struct rule_source source;
};
/* The row for a level and a number that holds on a day; of several the one with
 * the highest least. NULL: the law says nothing. */
struct rule_asked {
    const char *what, *level; /* level NULL: none */
    int64_t number;
};
const struct rule_value *rulebook_value(const struct rulebook *b, const struct rule_asked *asked, struct day on);
#endif
