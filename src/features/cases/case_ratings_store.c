// SPDX-License-Identifier: AGPL-3.0-or-later
/* What people thought of answers, added up by office. */
#include "features/cases/cases.h"

bool case_ratings(struct rd *rd, struct arena *a, const struct case_rated_range *range, struct case_ratings *ret, struct err *e)
{
    struct rows *r;
    int64_t offices;
    if (!store_one_int(rd, SQL("SELECT count(*) FROM (SELECT office_id FROM case_ratings GROUP BY office_id) o"), NO_VALS, &offices, e))
        return false;
    *ret = (struct case_ratings){.v = arena_array(a, struct case_rating_sum, offices ? (size_t)offices : 1)};
    if (!store_rows(rd, SQL("SELECT x.office_id, count(*), sum(CASE WHEN x.stars >= $3 THEN 1 ELSE 0 END) FROM case_ratings x"
                            " JOIN cases c ON c.office_id = x.office_id AND c.case_id = x.case_id"
                            " WHERE x.at >= $1 AND x.at < $2 AND c.sealed = 0 GROUP BY x.office_id ORDER BY x.office_id"),
                    VALS(V(range->from), V(range->until), V(range->satisfied_from)), &r, e))
        return false;
    while (ret->n < (size_t)offices && rows_next(r))
        ret->v[ret->n++] = (struct case_rating_sum){rows_int(r, 0), rows_int(r, 1), rows_int(r, 2)};
    return rows_end(r, e);
}
