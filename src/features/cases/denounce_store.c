// SPDX-License-Identifier: AGPL-3.0-or-later
/* The accused, and who is kept out of a matter. */
#include <string.h>

#include "features/cases/case_access.h"
#include "features/cases/case_seal.h"
#include "features/cases/denounce_rows.h"
#include "features/units/units.h"
#include "platform/i18n/i18n.h"

enum { ACCUSED = 20, BARS = 60, LINKED = 16, CHAIN = 6 };

/* ---- who is kept out ---- */

bool case_is_barred(struct rd *rd, struct case_key key, int64_t account_id, bool *ret, struct err *e)
{
    int64_t n = 0;
    if (account_id && !store_one_int(rd, SQL("SELECT count(*) FROM case_barred WHERE office_id = $1 AND case_id = $2"
                                             " AND account_id = $3"),
                                     VALS(V(key.office_id), V(key.case_id), V(account_id)), &n, e))
        return false;
    *ret = n > 0;
    return true;
}

int64_t denounce_viewer(const struct viewer *v)
{
    return v->system ? 0 : v->user_id;
}

bool denounce_is_member(struct rd *rd, struct case_key key, int64_t account_id, bool *ret, struct err *e)
{
    int64_t n = 0;
    if (!store_one_int(rd, SQL("SELECT count(*) FROM case_team WHERE office_id = $1 AND case_id = $2 AND account_id = $3"
                               " AND until IS NULL"), VALS(V(key.office_id), V(key.case_id), V(account_id)), &n, e))
        return false;
    *ret = n > 0;
    return true;
}

/* A leader of the office above, when the matter is overdue below. */
static bool stands_above(const struct case_look *l, const struct case_facts *c, bool *ret, struct err *e)
{
    struct office office;
    struct err none;
    *ret = false;
    if (!viewer_has(l->viewer, ROLE_LEADER) || day_is_none(c->due) || !day_is_none(c->closed) || c->due.n >= l->world->today.n)
        return true;
    if (!units_office(l->rd, l->arena, c->key.office_id, &office, &none)) {
        if (none.code == ERR_NOT_FOUND)
            return true;
        *e = none;
        return false;
    }
    *ret = office.parent_office_id && viewer_may(l->viewer, office.parent_office_id, ROLE_LEADER);
    return true;
}

bool denounce_view(const struct case_look *l, struct case_facts *c, struct err *e)
{
    int64_t account = denounce_viewer(l->viewer);
    c->barred = c->on_team = c->above = false;
    if (!c->sealed || !account)
        return true;
    return case_is_barred(l->rd, c->key, account, &c->barred, e) &&
           denounce_is_member(l->rd, c->key, account, &c->on_team, e) && stands_above(l, c, &c->above, e);
}

bool denounce_admits(const struct case_look *l, const struct case_facts *c, struct err *e)
{
    bool barred = false;
    if (c->sealed && !case_is_barred(l->rd, c->key, denounce_viewer(l->viewer), &barred, e))
        return false;
    return (!barred && !c->barred) || FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
}

bool case_bars(const struct case_look *l, const struct case_facts *c, struct case_bar_list *ret, struct err *e)
{
    struct rows *r;
    size_t n = 0;
    struct case_bar *list = arena_array(l->arena, struct case_bar, BARS);
    if (!denounce_admits(l, c, e))
        return false;
    if (!case_may_see(l->viewer, c))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    if (!store_rows(l->rd, SQL("SELECT account_id, by_account, why, at FROM case_barred WHERE office_id = $1 AND case_id = $2"
                               " ORDER BY at, account_id LIMIT 60"), VALS(V(c->key.office_id), V(c->key.case_id)), &r, e))
        return false;
    while (n < BARS && rows_next(r))
        list[n++] = (struct case_bar){rows_int(r, 0), rows_int(r, 1), rows_text(r, l->arena, 2), rows_instant(r, 3)};
    if (!rows_end(r, e))
        return false;
    *ret = (struct case_bar_list){list, n};
    return true;
}

/* ---- the same matter in other registers, and beside it in its own ---- */

struct linked {
    struct case_key keys[LINKED];
    size_t n;
};

static void add_linked(struct linked *x, struct case_key k)
{
    for (size_t i = 0; i < x->n; i++) {
        if (x->keys[i].case_id == k.case_id && x->keys[i].office_id == k.office_id)
            return;
    }
    if (x->n < LINKED)
        x->keys[x->n++] = k;
}

static bool add_around(struct rd *rd, struct linked *x, struct case_key k, struct err *e)
{
    struct rows *r;
    if (!store_rows(rd, SQL("SELECT to_office, to_case FROM case_links WHERE office_id = $1 AND case_id = $2"
                            " UNION ALL SELECT office_id, case_id FROM case_links WHERE office_id = $1 AND to_office = $1"
                            " AND to_case = $2"), VALS(V(k.office_id), V(k.case_id)), &r, e))
        return false;
    while (rows_next(r))
        add_linked(x, (struct case_key){rows_int(r, 0), rows_int(r, 1)});
    return rows_end(r, e);
}

static bool linked_of(struct rd *rd, struct case_key key, struct linked *ret, struct err *e)
{
    *ret = (struct linked){{key}, 1};
    for (size_t i = 0; i < ret->n; i++) {
        if (!add_around(rd, ret, ret->keys[i], e))
            return false;
    }
    return true;
}

static bool bar_one(const struct case_doing *d, struct case_key k, int64_t account_id, struct str why, struct err *e)
{
    return store_exec(d->tx, SQL("INSERT INTO case_barred (office_id, case_id, account_id, why, by_account, at)"
                                 " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (office_id, case_id, account_id) DO NOTHING"),
                      VALS(V(k.office_id), V(k.case_id), V(account_id), V(why), V(d->actor->user_id), V(d->now)), NULL, e) &&
           /* what she had in hand is given to somebody else */
           store_exec(d->tx, SQL("UPDATE cases SET assigned_to = 0 WHERE office_id = $1 AND case_id = $2 AND assigned_to = $3"),
                      VALS(V(k.office_id), V(k.case_id), V(account_id)), NULL, e) &&
           store_exec(d->tx, SQL("UPDATE case_team SET until = $4 WHERE office_id = $1 AND case_id = $2 AND account_id = $3"
                                 " AND until IS NULL"),
                      VALS(V(k.office_id), V(k.case_id), V(account_id), V(d->world->today)), NULL, e);
}

bool denounce_bar(const struct case_doing *d, struct case_key key, int64_t account_id, struct str why, struct err *e)
{
    struct linked all;
    if (!linked_of(tx_rd(d->tx), key, &all, e))
        return false;
    for (size_t i = 0; i < all.n; i++) {
        if (!bar_one(d, all.keys[i], account_id, why, e))
            return false;
    }
    return true;
}

bool denounce_unbar(const struct case_doing *d, struct case_key key, int64_t account_id, struct err *e)
{
    struct linked all;
    if (!linked_of(tx_rd(d->tx), key, &all, e))
        return false;
    for (size_t i = 0; i < all.n; i++) {
        if (!store_exec(d->tx, SQL("DELETE FROM case_barred WHERE office_id = $1 AND case_id = $2 AND account_id = $3"),
                        VALS(V(all.keys[i].office_id), V(all.keys[i].case_id), V(account_id)), NULL, e))
            return false;
    }
    return true;
}

/* ---- the accused ---- */

static struct str join_accused(struct arena *a, const struct denounce_deed *in)
{
    return str_printf(a, STR_FMT "\n" STR_FMT "\n" STR_FMT, STR_ARG(in->name), STR_ARG(in->position), STR_ARG(in->workplace));
}

static bool insert_accused(const struct case_doing *d, struct case_key k, const struct denounce_deed *in, struct err *e)
{
    int64_t n = 0;
    struct str sealed, all = join_accused(tx_arena(d->tx), in);
    if (!store_one_int(tx_rd(d->tx), SQL("SELECT count(*) FROM case_accused WHERE office_id = $1 AND case_id = $2"),
                       VALS(V(k.office_id), V(k.case_id)), &n, e))
        return false;
    if (n >= ACCUSED)
        return FAIL(e, ERR_TOO_LARGE, MSG("err.denounce.accused.many"), NULL);
    if (!case_seal_string(tx_arena(d->tx), d->world->keys, k, all, &sealed, e))
        return false;
    return store_exec(d->tx, SQL("INSERT INTO case_accused (office_id, case_id, accused_no, account_id, of_office, head,"
                                 " by_account, at, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
                      VALS(V(k.office_id), V(k.case_id), V(n + 1), V(in->account_id), V(in->office_id), V((int)in->head),
                           V(d->actor->user_id), V(d->now), val_blob(sealed)), NULL, e);
}

bool denounce_heads(struct rd *rd, struct arena *a, int64_t office_id, struct person **ret, size_t *ret_n, struct err *e)
{
    struct viewer program = VIEWER_SYSTEM;
    struct people_query q = {.viewer = &program, .office_id = office_id, .roles = ROLE_LEADER};
    return people_list(rd, a, &q, ret, ret_n, e);
}

static bool bar_heads(const struct case_doing *d, struct case_key key, int64_t office_id, struct err *e)
{
    struct person *heads;
    size_t n;
    if (!denounce_heads(tx_rd(d->tx), tx_arena(d->tx), office_id, &heads, &n, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!denounce_bar(d, key, heads[i].account_id, STR("superior"), e))
            return false;
    }
    return true;
}

/* The superiors in line: who heads the accused's office and those above it, up
 * to the office that settles. The head of that one is the one whom the law
 * makes competent. */
static bool bar_superiors(const struct case_doing *d, struct case_key key, int64_t office_id, struct err *e)
{
    int64_t at = office_id;
    for (int hop = 0; hop < CHAIN && at && at != key.office_id; hop++) {
        struct office office;
        struct err none;
        if (!bar_heads(d, key, at, e))
            return false;
        if (!units_office(tx_rd(d->tx), tx_arena(d->tx), at, &office, &none)) {
            if (none.code == ERR_NOT_FOUND)
                return true;
            *e = none;
            return false;
        }
        at = office.parent_office_id;
    }
    return true;
}

bool denounce_accuse(const struct case_doing *d, const struct case_facts *c, const struct denounce_deed *in, struct err *e)
{
    if (!insert_accused(d, c->key, in, e) || !bar_superiors(d, c->key, in->office_id, e))
        return false;
    return !in->account_id || denounce_bar(d, c->key, in->account_id, STR("accused"), e);
}

/* Its names are sealed anew, for the register it comes to; who is a superior depends on that register. */
static bool copy_accused(const struct case_doing *d, struct case_key from, const struct case_facts *to, struct err *e)
{
    struct case_accused_list list;
    struct viewer program = VIEWER_SYSTEM;
    struct case_facts c = {.key = from, .sealed = true};
    struct case_look l = {tx_rd(d->tx), tx_arena(d->tx), d->world, &program};
    if (!case_accused_of(&l, &c, &list, e))
        return false;
    for (size_t i = 0; i < list.n; i++) {
        struct denounce_deed x = {.name = list.v[i].name, .position = list.v[i].position, .workplace = list.v[i].workplace,
                                  .office_id = list.v[i].office_id, .account_id = list.v[i].account_id, .head = list.v[i].head};
        if (!insert_accused(d, to->key, &x, e) || !bar_superiors(d, to->key, x.office_id, e))
            return false;
    }
    return true;
}

bool denounce_copy(const struct case_doing *d, struct case_key from, struct case_key to, struct err *e)
{
    struct case_facts c = {.key = to, .sealed = true};
    return store_exec(d->tx, SQL("INSERT INTO case_barred (office_id, case_id, account_id, why, by_account, at)"
                                 " SELECT $3, $4, account_id, why, by_account, at FROM case_barred"
                                 " WHERE office_id = $1 AND case_id = $2"),
                      VALS(V(from.office_id), V(from.case_id), V(to.office_id), V(to.case_id)), NULL, e) &&
           copy_accused(d, from, &c, e);
}

static bool read_accused(struct rows *r, const struct case_look *l, const struct case_facts *c, struct case_accused *x,
                         struct err *e)
{
    struct str all;
    *x = (struct case_accused){.no = rows_int(r, 0), .account_id = rows_int(r, 1), .office_id = rows_int(r, 2),
                               .head = rows_int(r, 3) != 0};
    if (!case_unseal_string(l->arena, l->world->keys, c->key, rows_text(r, l->arena, 4), &all, e))
        return false;
    return str_split(&all, '\n', &x->name) && str_split(&all, '\n', &x->position) && (x->workplace = all, true);
}

bool case_accused_of(const struct case_look *l, const struct case_facts *c, struct case_accused_list *ret, struct err *e)
{
    struct rows *r;
    struct err end;
    size_t n = 0;
    bool good = true;
    struct case_accused *list = arena_array(l->arena, struct case_accused, ACCUSED);
    if (!denounce_admits(l, c, e))
        return false;
    if (!case_may_see(l->viewer, c))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    if (!store_rows(l->rd, SQL("SELECT accused_no, account_id, of_office, head, sealed FROM case_accused"
                               " WHERE office_id = $1 AND case_id = $2 ORDER BY accused_no"),
                    VALS(V(c->key.office_id), V(c->key.case_id)), &r, e))
        return false;
    while (good && n < ACCUSED && rows_next(r)) {
        good = read_accused(r, l, c, &list[n], e);
        n += good;
    }
    if (!rows_end(r, good ? e : &end) || !good)
        return false;
    *ret = (struct case_accused_list){list, n};
    return true;
}

/* ---- who is left ---- */

bool case_office_in_conflict(const struct case_look *l, const struct case_facts *c, bool *ret, struct err *e)
{
    struct person *heads;
    size_t n, out = 0;
    int64_t headed = 0;
    if (!denounce_admits(l, c, e) ||
        !store_one_int(l->rd, SQL("SELECT count(*) FROM case_accused WHERE office_id = $1 AND case_id = $2 AND head = 1"
                                  " AND of_office = $1"), VALS(V(c->key.office_id), V(c->key.case_id)), &headed, e) ||
        !denounce_heads(l->rd, l->arena, c->key.office_id, &heads, &n, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        bool barred = false;
        if (!case_is_barred(l->rd, c->key, heads[i].account_id, &barred, e))
            return false;
        out += barred || heads[i].disabled;
    }
    *ret = headed > 0 || (n && out == n);
    return true;
}

bool case_assignable(const struct case_look *l, const struct case_facts *c, struct person **ret, size_t *ret_n, struct err *e)
{
    struct viewer program = VIEWER_SYSTEM;
    struct person *all;
    size_t n, kept = 0;
    struct people_query q = {.viewer = &program, .office_id = c->key.office_id,
                             .roles = ROLE_RECEPTION | ROLE_SETTLING | ROLE_LEADER};
    if (!denounce_admits(l, c, e) || !people_list(l->rd, l->arena, &q, &all, &n, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        bool barred = false;
        if (c->sealed && !case_is_barred(l->rd, c->key, all[i].account_id, &barred, e))
            return false;
        if (!barred && !all[i].disabled)
            all[kept++] = all[i];
    }
    *ret = all;
    *ret_n = kept;
    return true;
}

bool denounce_overdue(struct rd *rd, int64_t office_id, struct day today, struct case_key ret[20], size_t *ret_n, struct err *e)
{
    struct rows *r;
    *ret_n = 0;
    if (!store_rows(rd, SQL("SELECT case_id FROM cases WHERE office_id = $1 AND closed IS NULL AND due < $2 AND sealed = 1"
                            " ORDER BY due LIMIT 20"), VALS(V(office_id), V(today)), &r, e))
        return false;
    while (*ret_n < 20 && rows_next(r))
        ret[(*ret_n)++] = (struct case_key){office_id, rows_int(r, 0)};
    return rows_end(r, e);
}
