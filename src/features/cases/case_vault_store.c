// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_vault.h"

bool case_sealed_next(struct rd *rd, int64_t office_id, int64_t after, int64_t *ret, struct err *e)
{
    return store_one_int(rd, SQL("SELECT coalesce(min(case_id), 0) FROM cases WHERE office_id = $1 AND case_id > $2"
                                 " AND sealed = 1"), VALS(V(office_id), V(after)), ret, e);
}

bool case_sealed_replace(struct tx *tx, struct case_key k, struct str sealed, struct err *e)
{
    return store_exec(tx, SQL("UPDATE case_texts SET sealed = $3 WHERE office_id = $1 AND case_id = $2"),
                      VALS(V(k.office_id), V(k.case_id), val_blob(sealed)), NULL, e);
}
