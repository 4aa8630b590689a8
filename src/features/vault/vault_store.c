// SPDX-License-Identifier: AGPL-3.0-or-later
#include <string.h>

#include "features/vault/vault_rows.h"
#include "platform/i18n/i18n.h"

static bool one_blob(struct rows *r, struct arena *a, struct str *ret, struct err *e)
{
    struct str s = {0};
    bool found = rows_next(r);
    if (found)
        s = rows_text(r, a, 0);
    if (!rows_end(r, e))
        return false;
    if (!found)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    *ret = s;
    return true;
}

static bool read_together(struct rd *rd, int64_t office_id, bool *ret, struct err *e)
{
    struct rows *r;
    bool together = false;
    if (!store_rows(rd, SQL("SELECT together FROM vault_offices WHERE office_id = $1"), VALS(V(office_id)), &r, e))
        return false;
    if (rows_next(r))
        together = rows_int(r, 0) != 0;
    *ret = together;
    return rows_end(r, e);
}

bool vault_holders(struct rd *rd, struct arena *a, int64_t office_id, struct vault_holders *ret, struct err *e)
{
    struct vault_holders all = {0};
    struct rows *r;
    if (!read_together(rd, office_id, &all.together, e) ||
        !store_rows(rd, SQL("SELECT holder_no, account_id, name, public_key, locked, added FROM vault_holders"
                            " WHERE office_id = $1 AND removed IS NULL ORDER BY holder_no"), VALS(V(office_id)), &r, e))
        return false;
    while (all.n < VAULT_HOLDERS_MAX && rows_next(r)) {
        struct vault_holder *h = &all.v[all.n];
        struct str key = rows_peek(r, 3);
        if (key.n != VAULT_KEY)
            continue; /* damaged: nothing is sealed to it */
        *h = (struct vault_holder){.office_id = office_id, .holder_no = rows_int(r, 0), .account_id = rows_int(r, 1)};
        memcpy(h->key.b, key.p, VAULT_KEY);
        h->name = rows_text(r, a, 2);
        h->locked = rows_text(r, a, 4);
        h->added = rows_instant(r, 5);
        all.n++;
    }
    if (!rows_end(r, e))
        return false;
    *ret = all;
    return true;
}

bool vault_office_next(struct rd *rd, int64_t after, int64_t *ret, struct err *e)
{
    /* few rows: a holder or two an office */
    return store_one_int(rd, SQL("SELECT coalesce(min(office_id), 0) FROM vault_holders WHERE office_id > $1 AND removed IS NULL"),
                         VALS(V(after)), ret, e);
}

bool vault_ready(struct rd *rd, int64_t office_id, bool *ret, struct err *e)
{
    int64_t n;
    if (!store_one_int(rd, SQL("SELECT count(*) FROM vault_holders WHERE office_id = $1 AND removed IS NULL"),
                       VALS(V(office_id)), &n, e))
        return false;
    *ret = n >= VAULT_HOLDERS_MIN;
    return true;
}

bool vault_has(struct rd *rd, struct vault_place at, bool *ret, struct err *e)
{
    int64_t n;
    if (!store_one_int(rd, SQL("SELECT count(*) FROM vault_parts WHERE office_id = $1 AND case_id = $2"),
                       VALS(V(at.office_id), V(at.case_id)), &n, e))
        return false;
    *ret = n > 0;
    return true;
}

bool vault_tries_get(struct rd *rd, int64_t office_id, int64_t account_id, struct vault_tries *ret, struct err *e)
{
    struct rows *r;
    struct vault_tries t = {0};
    if (!store_rows(rd, SQL("SELECT tries, last, until FROM vault_tries WHERE office_id = $1 AND account_id = $2"),
                    VALS(V(office_id), V(account_id)), &r, e))
        return false;
    if (rows_next(r))
        t = (struct vault_tries){rows_int(r, 0), rows_instant(r, 1), rows_instant(r, 2)};
    *ret = t;
    return rows_end(r, e);
}

bool vault_tries_put(struct tx *tx, int64_t office_id, int64_t account_id, const struct vault_tries *t, struct err *e)
{
    return store_exec(tx, SQL("INSERT INTO vault_tries (office_id, account_id, tries, last, until) VALUES ($1, $2, $3, $4, $5)"
                              " ON CONFLICT (office_id, account_id) DO UPDATE SET tries = $3, last = $4, until = $5"),
                      VALS(V(office_id), V(account_id), V(t->n), V(t->last), V(t->until)), NULL, e);
}

bool vault_tried(struct tx *tx, int64_t office_id, int64_t account_id, struct err *e)
{
    return store_exec(tx, SQL("DELETE FROM vault_tries WHERE office_id = $1 AND account_id = $2"),
                      VALS(V(office_id), V(account_id)), NULL, e);
}

bool vault_row_add(struct tx *tx, const struct vault_holder *h, struct err *e)
{
    return store_exec(tx, SQL("INSERT INTO vault_holders (office_id, holder_no, account_id, name, public_key, locked, added)"
                              " VALUES ($1, $2, $3, $4, $5, $6, $7)"),
                      VALS(V(h->office_id), V(h->holder_no), V(h->account_id), V(h->name),
                           val_blob((struct str){(const char *)h->key.b, VAULT_KEY}), val_blob(h->locked), V(h->added)),
                      NULL, e);
}

bool vault_row_end(struct tx *tx, int64_t office_id, int64_t holder_no, struct instant now, struct err *e)
{
    int64_t ended;
    if (!store_exec(tx, SQL("UPDATE vault_holders SET removed = $3, locked = $4"
                            " WHERE office_id = $1 AND holder_no = $2 AND removed IS NULL"),
                    VALS(V(office_id), V(holder_no), V(now), val_blob(STR(""))), &ended, e))
        return false;
    if (!ended)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    return store_exec(tx, SQL("DELETE FROM vault_wraps WHERE office_id = $1 AND (holder_no = $2 OR second_no = $2)"),
                      VALS(V(office_id), V(holder_no)), NULL, e);
}

bool vault_row_together(struct tx *tx, int64_t office_id, bool together, struct err *e)
{
    return store_exec(tx, SQL("INSERT INTO vault_offices (office_id, together) VALUES ($1, $2)"
                              " ON CONFLICT (office_id) DO UPDATE SET together = $2"),
                      VALS(V(office_id), V((int)together)), NULL, e);
}

bool vault_part_put(struct tx *tx, struct vault_place at, struct str sealed, struct err *e)
{
    return store_exec(tx, SQL("DELETE FROM vault_wraps WHERE office_id = $1 AND case_id = $2"),
                      VALS(V(at.office_id), V(at.case_id)), NULL, e) &&
           store_exec(tx, SQL("INSERT INTO vault_parts (office_id, case_id, sealed) VALUES ($1, $2, $3)"
                              " ON CONFLICT (office_id, case_id) DO UPDATE SET sealed = $3"),
                      VALS(V(at.office_id), V(at.case_id), val_blob(sealed)), NULL, e);
}

bool vault_part_get(struct rd *rd, struct arena *a, struct vault_place at, struct str *ret, struct err *e)
{
    struct rows *r;
    return store_rows(rd, SQL("SELECT sealed FROM vault_parts WHERE office_id = $1 AND case_id = $2"),
                      VALS(V(at.office_id), V(at.case_id)), &r, e) &&
           one_blob(r, a, ret, e);
}

bool vault_wrap_put(struct tx *tx, struct vault_place at, int64_t first, int64_t second, struct str wrap, struct err *e)
{
    return store_exec(tx, SQL("INSERT INTO vault_wraps (office_id, case_id, holder_no, second_no, wrap)"
                              " VALUES ($1, $2, $3, $4, $5)"),
                      VALS(V(at.office_id), V(at.case_id), V(first), V(second), val_blob(wrap)), NULL, e);
}

bool vault_wrap_get(struct rd *rd, struct arena *a, struct vault_place at, const int64_t pair[2], struct str *ret, struct err *e)
{
    struct rows *r;
    return store_rows(rd, SQL("SELECT wrap FROM vault_wraps WHERE office_id = $1 AND case_id = $2 AND holder_no = $3"
                              " AND second_no = $4"),
                      VALS(V(at.office_id), V(at.case_id), V(pair[0]), V(pair[1])), &r, e) &&
           one_blob(r, a, ret, e);
}

bool vault_part_next(struct rd *rd, int64_t office_id, int64_t after, int64_t *ret, struct err *e)
{
    return store_one_int(rd, SQL("SELECT coalesce(min(case_id), 0) FROM vault_parts WHERE office_id = $1 AND case_id > $2"),
                         VALS(V(office_id), V(after)), ret, e);
}
