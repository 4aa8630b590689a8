// SPDX-License-Identifier: AGPL-3.0-or-later
/* The visits at which a matter was handed in that then moved to the sealed
 * side: the register keeps that somebody came and when, not who and why. */
#include "features/reception/reception_rows.h"

static bool visits_of(struct rd *rd, struct case_key key, int64_t no[RECEPTION_MOVED_MAX], size_t *ret_n, struct err *e)
{
    struct rows *r;
    *ret_n = 0;
    if (!store_rows(rd, SQL("SELECT visit_no FROM reception_visits WHERE office_id = $1 AND case_id = $2 ORDER BY visit_no"),
                    VALS(V(key.office_id), V(key.case_id)), &r, e))
        return false;
    while (*ret_n < RECEPTION_MOVED_MAX && rows_next(r))
        no[(*ret_n)++] = rows_int(r, 0);
    return rows_end(r, e);
}

bool reception_move(const struct case_doing *d, struct case_key key, struct err *e)
{
    int64_t no[RECEPTION_MOVED_MAX];
    size_t n;
    if (!visits_of(tx_rd(d->tx), key, no, &n, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct vals visit = VALS(V(key.office_id), V(no[i]));
        struct act act = {.office_id = key.office_id, .at = d->now, .subject = STR("visit"), .subject_id = no[i]};
        if (!store_exec(d->tx, SQL("UPDATE reception_visits SET case_id = 0, name = '', name_fold = '', address = '', id_number = '',"
                                   " phone = '', speakers = '', content = '', history = '', request = '', answer = '',"
                                   " version = version + 1 WHERE office_id = $1 AND visit_no = $2"), visit, NULL, e) ||
            !store_exec(d->tx, SQL("UPDATE reception_promises SET text = '', note = '' WHERE office_id = $1 AND visit_no = $2"), visit,
                        NULL, e) ||
            !act_forget_notes(d->tx, &act, e))
            return false;
        act.verb = STR("sealed_along");
        if (!act_record(d->tx, &act, e))
            return false;
    }
    return true;
}
