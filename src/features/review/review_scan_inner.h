// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the counting: how a row becomes a key, what is kept of the pass.
 *
 * A key holds a code of each fact that a condition looks at: a word as it is
 * numbered, a day by where it lies to the period, a number by where it lies to
 * the numbers it is compared with. So there are few keys, whatever the records. */
#ifndef FEATURES_REVIEW_SCAN_INNER_H
#define FEATURES_REVIEW_SCAN_INNER_H
#include "features/review/review_scan.h"

enum { SCAN_WORDS = SCAN_COLUMNS / 64, SCAN_PARTS = 4, SCAN_MARKS = 31, SCAN_EARLY = 8, SCAN_NOWHERE = UINT16_MAX };

/* What a condition may ask of a day; one after the period is to it as none. */
enum { DAY_LATER, DAY_WITHIN, DAY_EARLIER };

struct scan_code {
    size_t field;
    enum fact_type type;
    unsigned part, shift, bits;      /* where it stands in a key */
    int64_t marks[SCAN_MARKS];       /* ascending: what conditions compare a number with */
    size_t marks_n;
};

/* Rows that agree in everything that a condition looks at. */
struct combination {
    uint64_t key[SCAN_PARTS];
    uint64_t hash;
    uint64_t in[SCAN_WORDS];         /* the columns it counts in */
    bool any;
};

struct scan_slot {
    uint64_t hash;                   /* a key of one part has one hash of its own */
    uint32_t combination;            /* plus 1; 0: free */
};

/* A row that counts in some column. */
struct scan_hit {
    uint64_t key;                    /* place of the office, then number */
    uint32_t combination;
};

struct scan {
    struct scan_question q;
    struct arena *arena;
    struct facts *facts;
    struct rule_vocabulary vocabulary;
    uint16_t from, to, as_of;
    struct scan_code codes[FACT_FIELDS];
    size_t codes_n, days_n, parts;   /* the first days_n are days: read before all else */
    unsigned bits;                   /* taken of the last part */
    bool matters;                    /* a bit more: a petition that repeats an earlier one */
    unsigned matters_part, matters_shift;
    size_t sums[FACT_FIELDS], sums_n; /* fields that columns add up */
    uint8_t *day_codes;              /* by the day as columns hold it */
    uint8_t *early;                  /* by the codes of the first days: 0 not judged, 1 nothing can count, 2 may */
    const uint16_t *place;           /* of each office of the facts among those that have any; SCAN_NOWHERE: not asked for */
    int64_t *offices;                /* by place */
    size_t places_n;
    uint16_t *place_asked;           /* of each office of the question */
    struct combination *combinations;
    size_t combinations_n, combinations_room;
    struct scan_slot *slots;         /* by hash */
    size_t slots_n;
    int64_t *counts;                 /* combination; number of rows and each sum; place */
    int64_t *cells;                  /* column; place */
    struct scan_hit *hits;           /* when lists are asked for: ascending by key */
    size_t hits_n, hits_room;
};

static inline bool scan_is_in(const struct combination *c, size_t column)
{
    return c->in[column / 64] >> (column % 64) & 1;
}

/* What conditions look at becomes codes; sums and numbers are noted. */
bool scan_look(struct scan *s, struct err *e);
/* Which columns a new combination counts in. */
void scan_judge(const struct scan *s, struct combination *c);
/* Can a row count anywhere whose days have these codes? */
bool scan_may_count(const struct scan *s, uint64_t days);
/* The place of a key, judged when it is new. */
size_t scan_combination(struct scan *s, const uint64_t key[SCAN_PARTS]);

void *scan_grown(struct arena *a, const void *old, size_t bytes, size_t room);
void scan_hit_add(struct scan *s, size_t place, uint32_t id, size_t combination);
void scan_hits_sort(struct scan *s);
#endif
