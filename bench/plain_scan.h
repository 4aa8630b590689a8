// SPDX-License-Identifier: AGPL-3.0-or-later
/* The yardstick: the columns of the statutory forms as plain C over flat
 * arrays. Its text is made by plain_scan.py. */
#ifndef BENCH_PLAIN_SCAN_H
#define BENCH_PLAIN_SCAN_H
#include "features/facts/facts.h"

struct plain_column {
    const char *form;
    int column;
};
extern const struct plain_column plain_columns[];
extern const size_t plain_columns_n;

struct plain {
    struct facts *facts;
    uint16_t from, to, as_of;
    const uint16_t *place; /* of each office of the facts among those asked for; UINT16_MAX: not asked for */
    int64_t *cells;        /* place, then column; zeroed by the caller */
};
void plain_scan(const struct plain *p);
#endif
