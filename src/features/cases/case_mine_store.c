// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_mine.h"

bool case_owner_add(struct tx *tx, struct case_key key, int64_t account_id, struct err *e)
{
    return store_exec(tx, SQL("INSERT INTO case_owners (office_id, case_id, account_id) VALUES ($1, $2, $3)"),
                      VALS(V(key.office_id), V(key.case_id), V(account_id)), NULL, e);
}

bool case_owned(struct rd *rd, struct arena *a, int64_t account_id, struct case_list *ret, struct err *e)
{
    struct rows *r;
    struct case_facts *list = arena_array(a, struct case_facts, CASE_MINE_MAX);
    size_t n = 0;
    if (!store_rows(rd, SQL("SELECT c.office_id, c.case_id FROM case_owners o"
                            " JOIN cases c ON c.office_id = o.office_id AND c.case_id = o.case_id"
                            " WHERE o.account_id = $1 ORDER BY c.created_at DESC, c.case_id DESC LIMIT 200"),
                    VALS(V(account_id)), &r, e))
        return false;
    while (n < CASE_MINE_MAX && rows_next(r))
        list[n++].key = (struct case_key){rows_int(r, 0), rows_int(r, 1)};
    if (!rows_end(r, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!case_load(rd, a, list[i].key, &list[i], e))
            return false;
    }
    *ret = (struct case_list){.v = list, .n = n};
    return true;
}

bool case_is_owned(struct rd *rd, struct case_key key, int64_t account_id, bool *ret, struct err *e)
{
    int64_t n;
    if (!store_one_int(rd, SQL("SELECT count(*) FROM case_owners WHERE office_id = $1 AND case_id = $2 AND account_id = $3"),
                       VALS(V(key.office_id), V(key.case_id), V(account_id)), &n, e))
        return false;
    *ret = n > 0;
    return true;
}
