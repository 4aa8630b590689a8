// SPDX-License-Identifier: AGPL-3.0-or-later
/* Accounts, grants and recovery codes: rows to structs and back. */
#include <string.h>

#include "features/people/people_rows.h"

static void read_account(struct rows *r, struct arena *a, struct account *ret)
{
    *ret = (struct account){
        .account_id = rows_int(r, 0),
        .office_id = rows_int(r, 1),
        .login = rows_text(r, a, 2),
        .name = rows_text(r, a, 3),
        .title = rows_text(r, a, 4),
        .password = rows_text(r, a, 5),
        .totp_secret = rows_null(r, 6) ? (struct str){0} : rows_text(r, a, 6),
        .totp_counter = rows_int(r, 7),
        .disabled = rows_int(r, 8) != 0,
    };
}

bool account_find(struct rd *rd, struct arena *a, struct str login, struct account *ret, bool *ret_found, struct err *e)
{
    struct rows *r;
    if (!store_rows(rd, SQL("SELECT account_id, office_id, login, name, title, password, totp_secret, totp_counter,"
                            " disabled FROM accounts WHERE login = $1"), VALS(V(login)), &r, e))
        return false;
    bool found = rows_next(r);
    struct account got = {0};
    if (found)
        read_account(r, a, &got);
    if (!rows_end(r, e))
        return false;
    *ret = got;
    *ret_found = found;
    return true;
}

bool account_of(struct rd *rd, struct arena *a, int64_t account_id, struct account *ret, struct err *e)
{
    struct rows *r;
    if (!store_rows(rd, SQL("SELECT account_id, office_id, login, name, title, password, totp_secret, totp_counter,"
                            " disabled FROM accounts WHERE account_id = $1"), VALS(V(account_id)), &r, e))
        return false;
    struct account got = {0};
    bool found = rows_next(r);
    if (found)
        read_account(r, a, &got);
    if (!rows_end(r, e))
        return false;
    if (!found)
        return FAIL(e, ERR_NOT_FOUND, "err.people.none", "account %lld", (long long)account_id);
    *ret = got;
    return true;
}

bool account_insert(struct tx *tx, const struct account *in, struct instant now, int64_t *ret_account_id, struct err *e)
{
    int64_t id, taken = 0;
    if (!store_one_int(tx_rd(tx), SQL("SELECT count(*) FROM accounts WHERE login = $1"), VALS(V(in->login)), &taken, e))
        return false;
    if (taken)
        return FAIL(e, ERR_CONFLICT, "err.login.taken", NULL);
    if (!store_next(tx, 0, "account", &id, e) ||
        !store_exec(tx, SQL("INSERT INTO accounts (account_id, login, name, title, office_id, password, totp_secret,"
                            " totp_counter, disabled, created_at, password_at)"
                            " VALUES ($1, $2, $3, $4, $5, $6, NULL, 0, 0, $7, $7)"),
                    VALS(V(id), V(in->login), V(in->name), V(in->title), V(in->office_id), V(in->password), V(now)), NULL, e))
        return false;
    *ret_account_id = id;
    return true;
}

bool account_put_grant(struct tx *tx, int64_t account_id, const struct grant *g, struct err *e)
{
    int64_t offices = 0;
    if (!store_exec(tx, SQL("DELETE FROM grants WHERE account_id = $1 AND office_id = $2"),
                    VALS(V(account_id), V(g->office_id)), NULL, e))
        return false;
    if (!g->roles)
        return true;
    if (!store_one_int(tx_rd(tx), SQL("SELECT count(*) FROM grants WHERE account_id = $1"), VALS(V(account_id)), &offices, e))
        return false;
    if (offices >= PEOPLE_GRANTS)
        return FAIL(e, ERR_TOO_LARGE, "err.people.grants", "at most %d offices", PEOPLE_GRANTS);
    return store_exec(tx, SQL("INSERT INTO grants (account_id, office_id, roles, subtree) VALUES ($1, $2, $3, $4)"),
                      VALS(V(account_id), V(g->office_id), V((int64_t)g->roles), V((int)g->subtree)), NULL, e);
}

bool account_put_disabled(struct tx *tx, int64_t account_id, bool disabled, struct err *e)
{
    return store_exec(tx, SQL("UPDATE accounts SET disabled = $2 WHERE account_id = $1"),
                      VALS(V(account_id), V((int)disabled)), NULL, e);
}

bool account_put_password(struct tx *tx, int64_t account_id, struct str hash, struct instant now, struct err *e)
{
    return store_exec(tx, SQL("UPDATE accounts SET password = $2, password_at = $3 WHERE account_id = $1"),
                      VALS(V(account_id), V(hash), V(now)), NULL, e);
}

bool account_put_factor(struct tx *tx, int64_t account_id, struct str sealed, const struct digest *codes, size_t n,
                        struct err *e)
{
    if (!store_exec(tx, SQL("UPDATE accounts SET totp_secret = $2 WHERE account_id = $1"),
                    VALS(V(account_id), sealed.n ? val_blob(sealed) : val_null()), NULL, e) ||
        !store_exec(tx, SQL("DELETE FROM recovery_codes WHERE account_id = $1"), VALS(V(account_id)), NULL, e))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!store_exec(tx, SQL("INSERT INTO recovery_codes (account_id, code_mac, used_at) VALUES ($1, $2, NULL)"),
                        VALS(V(account_id), val_blob(digest_str(&codes[i]))), NULL, e))
            return false;
    return true;
}

bool account_use_step(struct tx *tx, int64_t account_id, int64_t counter, bool *ret_fresh, struct err *e)
{
    int64_t changed = 0;
    if (!store_exec(tx, SQL("UPDATE accounts SET totp_counter = $2 WHERE account_id = $1 AND totp_counter < $2"),
                    VALS(V(account_id), V(counter)), &changed, e))
        return false;
    *ret_fresh = changed == 1;
    return true;
}

bool account_use_code(struct tx *tx, int64_t account_id, const struct digest *code, struct instant now, bool *ret_fresh,
                      struct err *e)
{
    int64_t changed = 0;
    if (!store_exec(tx, SQL("UPDATE recovery_codes SET used_at = $3 WHERE account_id = $1 AND code_mac = $2"
                            " AND used_at IS NULL"),
                    VALS(V(account_id), val_blob(digest_str(code)), V(now)), &changed, e))
        return false;
    *ret_fresh = changed == 1;
    return true;
}

static bool may_see(const struct viewer *v, const struct person *p)
{
    if (v->system)
        return true;
    for (size_t i = 0; i < p->grants_n; i++)
        if (p->grants[i].office_id && viewer_may(v, p->grants[i].office_id, (uint32_t)~ROLE_CITIZEN))
            return true;
    return false;
}

static bool wanted(const struct people_query *q, const struct person *p)
{
    bool fits = !q->office_id && !q->roles;
    for (size_t i = 0; i < p->grants_n; i++) {
        const struct grant *g = &p->grants[i];
        fits |= (!q->office_id || g->office_id == q->office_id) && (!q->roles || g->roles & q->roles);
    }
    return fits && may_see(q->viewer, p);
}

static void read_person(struct rows *r, struct arena *a, struct person *ret)
{
    *ret = (struct person){
        .account_id = rows_int(r, 0),
        .office_id = rows_int(r, 1),
        .login = rows_text(r, a, 2),
        .name = rows_text(r, a, 3),
        .title = rows_text(r, a, 4),
        .disabled = rows_int(r, 5) != 0,
        .second_factor = rows_int(r, 6) != 0,
        .created = rows_instant(r, 7),
    };
}

static void add_grant(struct rows *r, struct person *p)
{
    if (!rows_null(r, 8) && p->grants_n < PEOPLE_GRANTS)
        p->grants[p->grants_n++] = (struct grant){
            .office_id = rows_int(r, 8), .roles = (uint32_t)rows_int(r, 9), .subtree = rows_int(r, 10) != 0};
}

/* Room for one more at the end of a list that grows. */
static struct person *one_more(struct arena *a, struct person **list, size_t n, size_t *room)
{
    if (n == *room) {
        *room = *room ? *room * 2 : 16;
        struct person *more = arena_array(a, struct person, *room);
        if (n)
            memcpy(more, *list, n * sizeof **list);
        *list = more;
    }
    return &(*list)[n];
}

bool people_list(struct rd *rd, struct arena *a, const struct people_query *q, struct person **ret, size_t *ret_n,
                 struct err *e)
{
    struct rows *r;
    struct person *list = NULL;
    size_t n = 0, room = 0;
    if (!store_rows(rd, SQL("SELECT a.account_id, a.office_id, a.login, a.name, a.title, a.disabled,"
                            " CASE WHEN a.totp_secret IS NULL THEN 0 ELSE 1 END, a.created_at, g.office_id, g.roles, g.subtree"
                            " FROM accounts a LEFT JOIN grants g ON g.account_id = a.account_id"
                            " WHERE $1 = 0 OR a.account_id IN (SELECT account_id FROM grants WHERE office_id = $1)"
                            " ORDER BY a.login, g.office_id"), VALS(V(q->office_id)), &r, e))
        return false;
    /* One row for each grant; a person is judged when the next one begins. */
    while (rows_next(r)) {
        if (n && list[n - 1].account_id != rows_int(r, 0) && !wanted(q, &list[n - 1]))
            n--;
        if (!n || list[n - 1].account_id != rows_int(r, 0)) {
            read_person(r, a, one_more(a, &list, n, &room));
            n++;
        }
        add_grant(r, &list[n - 1]);
    }
    if (n && !wanted(q, &list[n - 1]))
        n--;
    if (!rows_end(r, e))
        return false;
    *ret = list;
    *ret_n = n;
    return true;
}

bool people_runs_all(struct rd *rd, const struct viewer *v, bool *ret, struct err *e)
{
    struct rows *r;
    *ret = v->system || viewer_has(v, ROLE_ADMIN);
    if (v->system)
        return true;
    if (!store_rows(rd, SQL("SELECT DISTINCT office_id FROM grants WHERE office_id > 0"), NO_VALS, &r, e))
        return false;
    while (rows_next(r))
        *ret = *ret && viewer_may(v, rows_int(r, 0), ROLE_ADMIN);
    return rows_end(r, e);
}
