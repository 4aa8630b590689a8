// SPDX-License-Identifier: AGPL-3.0-or-later
/* The identity of a denouncer: to the holders, and back for them alone. */
#include "features/cases/case_vault.h"

#include "base/text.h"
#include "features/cases/case_rows.h"
#include "features/cases/case_seal.h"
#include "platform/i18n/i18n.h"

enum { OFFICIALS = ROLE_RECEPTION | ROLE_SETTLING | ROLE_LEADER };

static struct vault_place place_of(struct case_key k)
{
    return (struct vault_place){k.office_id, k.case_id};
}

static bool has_any(const struct case_identity *w)
{
    return w->name.n || w->address.n || w->phone.n || w->email.n || w->id_number.n || w->others.n || w->marked.n || w->files.n;
}

bool case_vault_put(struct tx *tx, struct case_key k, const struct case_text *t, struct case_text *ret, struct err *e)
{
    bool ready = false;
    *ret = *t;
    if (!has_any(&t->who))
        return true;
    if (!vault_ready(tx_rd(tx), k.office_id, &ready, e))
        return false;
    if (!ready)
        return true;
    struct str packed = case_pack_identity(tx_arena(tx), &t->who);
    if (!packed.n)
        return FAIL(e, ERR_TOO_LARGE, MSG("err.text.long"), NULL);
    ret->who = (struct case_identity){0};
    return vault_put(tx, place_of(k), packed, e);
}

/* ---- opening ---- */

/* An account that works in the office now. */
static bool works_there(const struct case_look *l, int64_t office_id, int64_t account_id, bool *ret, struct err *e)
{
    struct viewer program = VIEWER_SYSTEM;
    struct people_query q = {.viewer = &program, .office_id = office_id};
    struct person *all;
    size_t n;
    *ret = false;
    if (!people_list(l->rd, l->arena, &q, &all, &n, e))
        return false;
    for (size_t i = 0; i < n; i++)
        *ret |= all[i].account_id == account_id && !all[i].disabled;
    return true;
}

/* The second one works in the office too and is not kept out. Who has none is told what a wrong secret is told. */
static bool second_may(const struct case_look *l, const struct case_opening *in, struct err *e)
{
    bool works, barred;
    int64_t second = in->turns[1].account_id;
    if (!second)
        return true;
    if (!works_there(l, in->key.office_id, second, &works, e) ||
        !case_is_barred(l->rd, in->key, second, &barred, e))
        return false;
    return (works && !barred && second != in->turns[0].account_id) || FAIL(e, ERR_DENIED, MSG("err.vault.secret"), NULL);
}

static bool may_open(const struct vault_doing *d, const struct case_look *l, const struct case_opening *in, struct err *e)
{
    struct case_facts c;
    bool has;
    size_t chars = text_chars(str_trim(in->reason));
    if (!case_get(l, in->key, &c, e))
        return false;
    if (!d->actor->user_id || in->turns[0].account_id != d->actor->user_id || !viewer_may(d->actor, in->key.office_id, OFFICIALS))
        return FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
    if (chars < CASE_REASON_MIN || chars > CASE_REASON_MAX)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.vault.reason"), NULL);
    if (!vault_has(l->rd, place_of(in->key), &has, e))
        return false;
    return has ? second_may(l, in, e) : FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
}

static bool checked(const struct vault_doing *d, const struct case_world *w, const struct case_opening *in, struct err *e)
{
    struct rd *rd;
    if (!store_read(d->store, d->arena, &rd, e))
        return false;
    struct case_look l = {rd, d->arena, w, d->actor};
    bool good = may_open(d, &l, in, e);
    store_read_end(rd);
    return good;
}

static bool opened(const struct vault_doing *d, const struct case_opening *in, struct str *ret, struct err *e)
{
    struct rd *rd;
    if (!store_read(d->store, d->arena, &rd, e))
        return false;
    bool good = vault_open(rd, d->arena, place_of(in->key), in->turns, ret, e);
    store_read_end(rd);
    return good;
}

struct opening {
    const struct vault_doing *d;
    const struct case_opening *in;
};

static bool do_record(struct tx *tx, void *arg, struct err *e)
{
    struct opening *x = arg;
    struct act act = {.office_id = x->in->key.office_id, .at = x->d->now, .actor_id = x->d->actor->user_id,
                      .actor = x->d->actor->name, .subject = STR("case"), .subject_id = x->in->key.case_id,
                      .verb = STR("identity_open"), .note = str_trim(x->in->reason)};
    if (x->in->turns[1].account_id)
        act.basis = str_printf(tx_arena(tx), "with=%lld", (long long)x->in->turns[1].account_id);
    for (int i = 0; i < 2 && x->in->turns[i].account_id; i++) {
        if (!vault_tried(tx, x->in->key.office_id, x->in->turns[i].account_id, e))
            return false;
    }
    return act_record(tx, &act, e);
}

bool case_open_identity(const struct vault_doing *d, const struct case_world *w, const struct case_opening *in,
                        struct case_identity *ret, struct err *e)
{
    struct str packed;
    struct opening x = {d, in};
    if (!checked(d, w, in, e))
        return false;
    for (int i = 0; i < 2 && in->turns[i].account_id; i++) {
        if (!vault_try(d, in->key.office_id, in->turns[i].account_id, e))
            return false;
    }
    return opened(d, in, &packed, e) && store_run(d->store, do_record, &x, e) && case_unpack_identity(packed, ret, e);
}

/* ---- what was sealed before ---- */

struct moving {
    const struct vault_doing *d;
    const struct case_world *w;
    struct case_key key;
    bool moved;
};

static bool do_move(struct tx *tx, void *arg, struct err *e)
{
    struct moving *x = arg;
    struct case_facts c;
    struct case_text t, rest;
    struct str sealed;
    struct arena *a = tx_arena(tx);
    struct viewer program = VIEWER_SYSTEM;
    struct case_look l = {tx_rd(tx), a, x->w, &program};
    x->moved = false;
    if (!case_load(l.rd, a, x->key, &c, e) || !case_load_text(&l, &c, &t, e))
        return false;
    if (!has_any(&t.who))
        return true;
    if (!case_vault_put(tx, x->key, &t, &rest, e) || !case_seal_text(a, x->w->keys, x->key, &rest, &sealed, e) ||
        !case_sealed_replace(tx, x->key, sealed, e))
        return false;
    x->moved = !has_any(&rest.who);
    struct act act = {.office_id = x->key.office_id, .at = x->d->now, .actor_id = x->d->actor->user_id,
                      .actor = x->d->actor->name, .subject = STR("case"), .subject_id = x->key.case_id,
                      .verb = STR("identity_vault")};
    return !x->moved || act_record(tx, &act, e);
}

static bool next_sealed(const struct vault_doing *d, struct case_key *key, struct err *e)
{
    struct rd *rd;
    if (!store_read(d->store, d->arena, &rd, e))
        return false;
    bool good = case_sealed_next(rd, key->office_id, key->case_id, &key->case_id, e);
    store_read_end(rd);
    return good;
}

bool case_vault_old(const struct vault_doing *d, const struct case_world *w, int64_t office_id, int64_t *ret_done, struct err *e)
{
    struct moving x = {.d = d, .w = w, .key = {office_id, 0}};
    int64_t done = 0;
    if (!d->actor->system && !viewer_may(d->actor, office_id, ROLE_ADMIN))
        return FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
    bool good = next_sealed(d, &x.key, e);
    while (good && x.key.case_id) {
        good = store_run(d->store, do_move, &x, e);
        done += good && x.moved;
        good = good && next_sealed(d, &x.key, e);
    }
    if (good)
        *ret_done = done;
    return good;
}

/* ---- who left ---- */

/* The holders of one office who are to lose their keys. */
static bool gone_of(const struct vault_doing *d, int64_t after, int64_t *ret_office, struct vault_holders *ret, struct err *e)
{
    struct rd *rd;
    struct vault_holders all = {0};
    *ret = (struct vault_holders){0};
    *ret_office = 0;
    if (!store_read(d->store, d->arena, &rd, e))
        return false;
    bool good = vault_office_next(rd, after, ret_office, e) && (!*ret_office || vault_holders(rd, d->arena, *ret_office, &all, e));
    for (size_t i = 0; good && *ret_office && i < all.n; i++) {
        bool works;
        struct case_look l = {.rd = rd, .arena = d->arena};
        good = works_there(&l, *ret_office, all.v[i].account_id, &works, e);
        if (good && !works)
            ret->v[ret->n++] = all.v[i];
    }
    store_read_end(rd);
    return good;
}

bool case_holders_sweep(const struct vault_doing *d, int64_t *ret_ended, struct err *e)
{
    struct vault_holders gone;
    int64_t office = 0, ended = 0;
    do {
        if (!gone_of(d, office, &office, &gone, e))
            return false;
        for (size_t i = 0; office && i < gone.n; i++, ended++) {
            if (!vault_holder_left(d, office, gone.v[i].holder_no, e))
                return false;
        }
    } while (office);
    *ret_ended = ended;
    return true;
}
