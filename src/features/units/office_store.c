// SPDX-License-Identifier: AGPL-3.0-or-later
/* Looking offices up. */
#include <stdlib.h>
#include <string.h>

#include "features/units/unit_rows.h"

enum { BELOW_MAX = 100000 };

/* A line of office_lines. */
static struct office read_office(struct rows *r, struct arena *a)
{
    return (struct office){
        .office_id = rows_int(r, 0),
        .parent_office_id = rows_int(r, 1),
        .unit_id = rows_text(r, a, 2),
        .kind = rows_text(r, a, 3),
        .code = rows_text(r, a, 4),
        .name = rows_text(r, a, 5),
        .address = rows_text(r, a, 6),
        .phone = rows_text(r, a, 7),
        .email = rows_text(r, a, 8),
        .leader = rows_text(r, a, 9),
        .hours = rows_text(r, a, 10),
        .remote = rows_int(r, 11) != 0,
    };
}

static bool read_offices(struct rows *r, struct arena *a, struct office **ret, size_t *ret_n, struct err *e)
{
    struct office *list = NULL;
    size_t n = 0, room = 0;
    for (; rows_next(r); n++) {
        if (n == room) {
            struct office *more = arena_array(a, struct office, room = room ? room * 2 : 16);
            if (n)
                memcpy(more, list, n * sizeof *list);
            list = more;
        }
        list[n] = read_office(r, a);
    }
    if (!rows_end(r, e))
        return false;
    *ret = list;
    *ret_n = n;
    return true;
}

bool units_office(struct rd *rd, struct arena *a, int64_t office_id, struct office *ret, struct err *e)
{
    struct rows *r;
    struct office *list;
    size_t n;
    if (!store_rows(rd, SQL("SELECT * FROM office_lines WHERE office_id = $1"), VALS(V(office_id)), &r, e) ||
        !read_offices(r, a, &list, &n, e))
        return false;
    if (!n)
        return FAIL(e, ERR_NOT_FOUND, "err.not_found", "no office %lld", (long long)office_id);
    *ret = list[0];
    return true;
}

bool units_offices(struct rd *rd, struct arena *a, struct str unit_id, struct office **ret, size_t *ret_n, struct err *e)
{
    struct rows *r;
    return store_rows(rd, SQL("SELECT * FROM office_lines WHERE unit_no = $1 AND valid_to IS NULL ORDER BY office_id"),
                      VALS(V(unit_no_of(unit_id))), &r, e) &&
           read_offices(r, a, ret, ret_n, e);
}

/* The unit above and its offices, the unit's own, the committees beside: ranked 1, 2, 3. */
bool units_offices_near(struct rd *rd, struct arena *a, int64_t office_id, struct office **ret, size_t *ret_n, struct err *e)
{
    struct rows *r;
    int64_t unit_no = office_id / 100 * 100, parent = 0;
    struct str fold;
    if (!unit_fold_of(rd, a, unit_no, &fold, &parent, e))
        return false;
    return store_rows(rd, SQL("SELECT * FROM office_lines WHERE office_id <> $1 AND valid_to IS NULL AND (unit_no = $2 OR unit_no = $3"
                              " OR (parent_no = $3 AND kind = 'committee'))"
                              " ORDER BY CASE unit_no WHEN $3 THEN 1 WHEN $2 THEN 2 ELSE 3 END, sort_key, office_id"),
                      VALS(V(office_id), V(unit_no), V(parent ? parent : -1)), &r, e) &&
           read_offices(r, a, ret, ret_n, e);
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

bool units_offices_below(struct rd *rd, struct arena *a, int64_t office_id, const int64_t **ret_ids, size_t *ret_n,
                         struct err *e)
{
    struct rows *r;
    int64_t *ids = arena_array(a, int64_t, 16);
    size_t n = 1, room = 16;
    ids[0] = office_id;
    /* UNION, not UNION ALL: a circle in the data ends. */
    if (!store_rows(rd, SQL("WITH RECURSIVE below (id) AS (SELECT office_id FROM offices WHERE parent_office_id = $1"
                            " UNION SELECT o.office_id FROM offices o JOIN below b ON o.parent_office_id = b.id)"
                            " SELECT id FROM below WHERE id <> $1 LIMIT $2"),
                    VALS(V(office_id), V(BELOW_MAX)), &r, e))
        return false;
    while (rows_next(r)) {
        if (n == room) {
            int64_t *more = arena_array(a, int64_t, room * 2);
            memcpy(more, ids, n * sizeof *ids);
            ids = more;
            room *= 2;
        }
        ids[n++] = rows_int(r, 0);
    }
    if (!rows_end(r, e))
        return false;
    qsort(ids, n, sizeof *ids, by_number);
    *ret_ids = ids;
    *ret_n = n;
    return true;
}
