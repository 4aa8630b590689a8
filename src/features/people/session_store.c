// SPDX-License-Identifier: AGPL-3.0-or-later
/* Sessions, and tries at signing in. */
#include <string.h>

#include "features/people/people_rows.h"

bool session_find(struct rd *rd, struct arena *a, const struct digest *hash, struct instant now,
                  struct session_found *ret, struct err *e)
{
    struct rows *r;
    struct viewer v = VIEWER_PUBLIC;
    struct instant seen = {0};
    if (!store_rows(rd, SQL("SELECT a.account_id, a.name, s.seen_at, g.office_id, g.roles, g.subtree FROM sessions s"
                            " JOIN accounts a ON a.account_id = s.account_id"
                            " LEFT JOIN grants g ON g.account_id = a.account_id"
                            " WHERE s.hash = $1 AND s.stage = 1 AND s.expires_at > $2 AND a.disabled = 0"
                            " ORDER BY g.office_id"),
                    VALS(val_blob(digest_str(hash)), V(now)), &r, e))
        return false;
    while (rows_next(r)) {
        if (!v.user_id) {
            v.user_id = rows_int(r, 0);
            v.name = rows_text(r, a, 1);
            seen = rows_instant(r, 2);
        }
        if (!rows_null(r, 3) && v.grants_n < PEOPLE_GRANTS)
            v.grants[v.grants_n++] = (struct grant){
                .office_id = rows_int(r, 3), .roles = (uint32_t)rows_int(r, 4), .subtree = rows_int(r, 5) != 0};
    }
    if (!rows_end(r, e))
        return false;
    *ret = (struct session_found){v, seen};
    return true;
}

bool session_half(struct rd *rd, const struct digest *hash, struct instant now, int64_t *ret_account_id, struct err *e)
{
    struct rows *r;
    if (!store_rows(rd, SQL("SELECT account_id FROM sessions WHERE hash = $1 AND stage = 0 AND expires_at > $2"),
                    VALS(val_blob(digest_str(hash)), V(now)), &r, e))
        return false;
    int64_t id = rows_next(r) ? rows_int(r, 0) : 0;
    if (!rows_end(r, e))
        return false;
    *ret_account_id = id;
    return true;
}

bool session_insert(struct tx *tx, const struct session_row *row, struct err *e)
{
    return store_exec(tx, SQL("INSERT INTO sessions (hash, account_id, stage, created_at, seen_at, expires_at)"
                              " VALUES ($1, $2, $3, $4, $4, $5)"),
                      VALS(val_blob(digest_str(&row->hash)), V(row->account_id), V(row->stage), V(row->created),
                           V(row->expires)), NULL, e);
}

bool session_delete(struct tx *tx, const struct digest *hash, struct err *e)
{
    return store_exec(tx, SQL("DELETE FROM sessions WHERE hash = $1"), VALS(val_blob(digest_str(hash))), NULL, e);
}

bool sessions_end(struct tx *tx, int64_t account_id, const struct digest *but, struct err *e)
{
    return store_exec(tx, SQL("DELETE FROM sessions WHERE account_id = $1 AND hash <> $2"),
                      VALS(V(account_id), val_blob(digest_str(but))), NULL, e);
}

/* The end slides with each use, but never past the session's life. */
static bool one_seen(struct tx *tx, const struct touched *t, struct err *e)
{
    return store_exec(tx, SQL("UPDATE sessions SET seen_at = $2, expires_at = CASE WHEN created_at + $4 < $2 + $3"
                              " THEN created_at + $4 ELSE $2 + $3 END"
                              " WHERE hash = $1 AND stage = 1 AND seen_at < $2 AND expires_at > $2"),
                      VALS(val_blob(digest_str(&t->hash)), V(t->seen), V((int64_t)SESSION_IDLE_MS),
                           V((int64_t)SESSION_LIFE_MS)), NULL, e);
}

bool sessions_seen(struct tx *tx, const struct touched *t, size_t n, struct err *e)
{
    for (size_t i = 0; i < n; i++)
        if (!one_seen(tx, &t[i], e))
            return false;
    return true;
}

bool sessions_sweep(struct tx *tx, struct instant now, struct err *e)
{
    int64_t day_ago = now.ms - SESSION_LIFE_MS;
    return store_exec(tx, SQL("DELETE FROM sessions WHERE expires_at <= $1"), VALS(V(now)), NULL, e) &&
           store_exec(tx, SQL("DELETE FROM sign_in_tries WHERE last_at < $1 AND until < $1"), VALS(V(day_ago)), NULL, e);
}

bool tries_get(struct rd *rd, const struct digest *name, struct tries *ret, struct err *e)
{
    struct rows *r;
    struct tries t = {0};
    if (!store_rows(rd, SQL("SELECT tries, last_at, until FROM sign_in_tries WHERE name_mac = $1"),
                    VALS(val_blob(digest_str(name))), &r, e))
        return false;
    if (rows_next(r))
        t = (struct tries){rows_int(r, 0), rows_instant(r, 1), rows_instant(r, 2)};
    if (!rows_end(r, e))
        return false;
    *ret = t;
    return true;
}

bool tries_put(struct tx *tx, const struct digest *name, const struct tries *t, struct err *e)
{
    return tries_drop(tx, name, e) &&
           store_exec(tx, SQL("INSERT INTO sign_in_tries (name_mac, tries, last_at, until) VALUES ($1, $2, $3, $4)"),
                      VALS(val_blob(digest_str(name)), V(t->n), V(t->last), V(t->until)), NULL, e);
}

bool tries_drop(struct tx *tx, const struct digest *name, struct err *e)
{
    return store_exec(tx, SQL("DELETE FROM sign_in_tries WHERE name_mac = $1"), VALS(val_blob(digest_str(name))), NULL, e);
}
