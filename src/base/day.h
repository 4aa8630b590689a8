// SPDX-License-Identifier: AGPL-3.0-or-later
/* Time: a civil day, an instant and a span are different types, so that none
 * is taken for another. The clock is a parameter everywhere above. */
#ifndef BASE_DAY_H
#define BASE_DAY_H
#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct day {
    int32_t n; /* days since 1970-01-01 in the proleptic Gregorian calendar */
};
struct instant {
    int64_t ms; /* milliseconds since 1970-01-01T00:00:00Z */
};
struct span {
    int64_t ms;
};

/* No day at all: sorts before every day. Stored as NULL. */
#define DAY_NONE ((struct day){INT32_MIN})

static inline bool day_is_none(struct day d) { return d.n == INT32_MIN; }
static inline struct day day_add(struct day d, int days) { return (struct day){d.n + days}; }
static inline int day_diff(struct day later, struct day earlier) { return later.n - earlier.n; }

/* A date of the calendar, years 1..9999; false for 30 February and the like. */
bool day_of(int year, int month, int dom, struct day *ret_day);
void day_parts(struct day d, int *ret_year, int *ret_month, int *ret_dom);
int day_weekday(struct day d); /* 1 Monday … 7 Sunday */
struct day day_add_months(struct day d, int months); /* clipped to the month's last day */

/* "2026-07-06", whole text. */
bool day_parse(struct str s, struct day *ret_day);
/* Into out, 11 bytes with NUL. DAY_NONE gives "". */
char *day_format(struct day d, char out[11]);

/* The civil day of an instant in a zone `offset_minutes` east of Greenwich
 * (Việt Nam: 420, all year; comes from configuration). */
struct day instant_day(struct instant t, int offset_minutes);
int instant_minute_of_day(struct instant t, int offset_minutes);
struct instant instant_of(struct day d, int minute_of_day, int offset_minutes);

/* "2026-07-06T08:30:00Z", "…+07:00", or a day alone (its noon UTC). */
bool instant_parse(struct str s, struct instant *ret_t);
/* RFC 3339 in UTC with seconds, 21 bytes with NUL. */
char *instant_format(struct instant t, char out[21]);

/* The system's clock; only app/ calls this, all else takes it as a parameter. */
struct instant instant_now(void);
#endif
