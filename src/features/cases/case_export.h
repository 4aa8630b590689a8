// SPDX-License-Identifier: AGPL-3.0-or-later
/* The register as a long list, read in batches so that memory stays the same
 * whatever its length. No names of people, no contents; of sealed matters no title. */
#ifndef FEATURES_CASE_EXPORT_H
#define FEATURES_CASE_EXPORT_H
#include "features/cases/cases.h"

enum { CASE_EXPORT_BATCH = 500 };

struct case_export_row {
    int64_t office_id, case_id;
    struct str number, title, procedure, subject, channel, state, decision;
    struct day received, due, decided, closed; /* DAY_NONE when there is none */
};
struct case_export {
    int64_t office_id, after;  /* after: the last matter of the batch before; 0 at first */
    struct day from, to;       /* received between them, both included; DAY_NONE: open */
    struct case_export_row *v; /* room for CASE_EXPORT_BATCH */
    size_t n;
};
/* The next batch into x->v, in the order of registering; n 0 at the end. The texts are in the look's
 * arena. ERR_NOT_FOUND when the viewer may not look into the office. One query. */
bool case_export_next(const struct case_look *l, struct case_export *x, struct err *e);
/* How many there are between the days, in an office; the viewer as above. One query. */
bool case_export_count(const struct case_look *l, const struct case_export *x, int64_t *ret_n, struct err *e);
#endif
