// SPDX-License-Identifier: AGPL-3.0-or-later
/* Sealing to the holders of an office, opening with their secrets, sealing anew. */
#include "features/vault/vault_rows.h"
#include "platform/i18n/i18n.h"

enum { PLAIN_MAX = 1 << 20 };

static struct str place_text(struct arena *a, struct vault_place at)
{
    return str_printf(a, "vault/%lld/%lld", (long long)at.office_id, (long long)at.case_id);
}

static bool wrap_one(struct tx *tx, struct vault_place at, const uint8_t *key, const struct vault_holder *first,
                     const struct vault_holder *second, struct err *e)
{
    struct str wrap;
    if (!vault_wrap(tx_arena(tx), key, &first->key, second ? &second->key : NULL, &wrap))
        return FAIL(e, ERR_STORE, MSG("err.store.damaged"), "a holder's public key");
    return vault_wrap_put(tx, at, first->holder_no, second ? second->holder_no : 0, wrap, e);
}

static bool wrap_all(struct tx *tx, struct vault_place at, const uint8_t *key, const struct vault_holders *all, struct err *e)
{
    for (size_t i = 0; i < all->n; i++) {
        if (!all->together && !wrap_one(tx, at, key, &all->v[i], NULL, e))
            return false;
        for (size_t k = i + 1; all->together && k < all->n; k++) {
            if (!wrap_one(tx, at, key, &all->v[i], &all->v[k], e))
                return false;
        }
    }
    return true;
}

bool vault_put(struct tx *tx, struct vault_place at, struct str plain, struct err *e)
{
    struct arena *a = tx_arena(tx);
    struct vault_holders all;
    uint8_t key[VAULT_KEY];
    if (plain.n > PLAIN_MAX)
        return FAIL(e, ERR_TOO_LARGE, MSG("err.text.long"), NULL);
    if (!vault_holders(tx_rd(tx), a, at.office_id, &all, e))
        return false;
    if (all.n < VAULT_HOLDERS_MIN)
        return FAIL(e, ERR_CONFLICT, MSG("err.vault.none"), NULL);
    crypt_random(key, sizeof key);
    bool good = vault_part_put(tx, at, vault_encrypt(a, key, place_text(a, at), plain), e) && wrap_all(tx, at, key, &all, e);
    vault_forget(key, sizeof key);
    return good;
}

/* ---- opening ---- */

struct opener {
    struct vault_private keys[2]; /* by holder number */
    int64_t numbers[2];           /* the second 0 when alone */
};

static const struct vault_holder *holder_of(const struct vault_holders *all, int64_t account_id)
{
    for (size_t i = 0; i < all->n; i++) {
        if (account_id && all->v[i].account_id == account_id)
            return &all->v[i];
    }
    return NULL;
}

/* Who is no holder costs as much time as a wrong secret, and says the same. */
static bool unlock(const struct vault_holders *all, const struct vault_turn *turn, int64_t *ret_no, struct vault_private *ret,
                   struct err *e)
{
    static const struct vault_public nobody;
    const struct vault_holder *h = holder_of(all, turn->account_id);
    if (!vault_unlock(h ? h->locked : STR(""), turn->secret, h ? &h->key : &nobody, ret, e))
        return false;
    *ret_no = h ? h->holder_no : 0; /* nobody's empty lock opens to no secret */
    return true;
}

static bool opener_make(struct rd *rd, struct arena *a, int64_t office_id, const struct vault_turn turns[2],
                        struct opener *ret, struct err *e)
{
    struct vault_holders all;
    struct opener o = {0};
    if (!vault_holders(rd, a, office_id, &all, e) || !unlock(&all, &turns[0], &o.numbers[0], &o.keys[0], e))
        return false;
    if (turns[1].account_id && !unlock(&all, &turns[1], &o.numbers[1], &o.keys[1], e)) {
        vault_forget(&o, sizeof o);
        return false;
    }
    if (o.numbers[1] && o.numbers[1] < o.numbers[0]) {
        struct opener turned = {{o.keys[1], o.keys[0]}, {o.numbers[1], o.numbers[0]}};
        o = turned;
        vault_forget(&turned, sizeof turned);
    }
    *ret = o;
    vault_forget(&o, sizeof o);
    return true;
}

/* Some stand under a wrap for one, some for two: whichever these holders have. */
static bool find_key(struct rd *rd, struct arena *a, struct vault_place at, const struct opener *o, uint8_t key[VAULT_KEY],
                     struct err *e)
{
    struct str wrap;
    if (o->numbers[1] && vault_wrap_get(rd, a, at, o->numbers, &wrap, e))
        return vault_unwrap(wrap, &o->keys[0], &o->keys[1], key) ||
               FAIL(e, ERR_STORE, MSG("err.store.damaged"), "a wrap of two holders");
    for (int i = 0; i < 2 && o->numbers[i]; i++) {
        if (vault_wrap_get(rd, a, at, (int64_t[2]){o->numbers[i], 0}, &wrap, e))
            return vault_unwrap(wrap, &o->keys[i], NULL, key) ||
                   FAIL(e, ERR_STORE, MSG("err.store.damaged"), "a holder's wrap");
        if (e->code != ERR_NOT_FOUND)
            return false;
    }
    return FAIL(e, ERR_DENIED, MSG("err.vault.two_needed"), NULL);
}

static bool open_with(struct rd *rd, struct arena *a, struct vault_place at, const struct opener *o, struct str *ret,
                      struct err *e)
{
    struct str sealed;
    uint8_t key[VAULT_KEY];
    if (!vault_part_get(rd, a, at, &sealed, e) || !find_key(rd, a, at, o, key, e))
        return false;
    bool good = vault_decrypt(a, key, place_text(a, at), sealed, ret);
    vault_forget(key, sizeof key);
    return good || FAIL(e, ERR_STORE, MSG("err.store.damaged"), "a sealed identity does not open");
}

bool vault_open(struct rd *rd, struct arena *a, struct vault_place at, const struct vault_turn turns[2], struct str *ret,
                struct err *e)
{
    struct opener o;
    if (!opener_make(rd, a, at.office_id, turns, &o, e))
        return false;
    bool good = open_with(rd, a, at, &o, ret, e);
    vault_forget(&o, sizeof o);
    return good;
}

/* ---- sealing anew ---- */

struct anew {
    const struct vault_doing *d;
    const struct opener *o;
    struct vault_place at;
    int64_t done;
};

static bool do_anew(struct tx *tx, void *arg, struct err *e)
{
    struct anew *x = arg;
    struct str plain;
    if (!open_with(tx_rd(tx), tx_arena(tx), x->at, x->o, &plain, e))
        return false;
    bool good = vault_put(tx, x->at, plain, e);
    vault_forget((void *)(uintptr_t)plain.p, plain.n);
    return good;
}

static bool do_record(struct tx *tx, void *arg, struct err *e)
{
    struct anew *x = arg;
    struct act act = {.office_id = x->at.office_id, .at = x->d->now, .actor_id = x->d->actor->user_id,
                      .actor = x->d->actor->name, .subject = STR("holder"), .verb = STR("holders_reseal"),
                      .note = str_printf(tx_arena(tx), "%lld", (long long)x->done)};
    return act_record(tx, &act, e);
}

static bool next_matter(const struct vault_doing *d, struct vault_place *at, struct err *e)
{
    struct rd *rd;
    if (!store_read(d->store, d->arena, &rd, e))
        return false;
    bool good = vault_part_next(rd, at->office_id, at->case_id, &at->case_id, e);
    store_read_end(rd);
    return good;
}

static bool opener_now(const struct vault_doing *d, int64_t office_id, const struct vault_turn turns[2], struct opener *ret,
                       struct err *e)
{
    struct rd *rd;
    if (!store_read(d->store, d->arena, &rd, e))
        return false;
    bool good = opener_make(rd, d->arena, office_id, turns, ret, e);
    store_read_end(rd);
    return good;
}

bool vault_reseal(const struct vault_doing *d, int64_t office_id, const struct vault_turn turns[2], int64_t *ret_done,
                  struct err *e)
{
    struct opener o;
    struct anew x = {.d = d, .o = &o, .at = {office_id, 0}};
    if (!d->actor->system && !viewer_may(d->actor, office_id, ROLE_ADMIN) && d->actor->user_id != turns[0].account_id)
        return FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
    if (!opener_now(d, office_id, turns, &o, e))
        return false;
    bool good = next_matter(d, &x.at, e);
    while (good && x.at.case_id) {
        good = store_run(d->store, do_anew, &x, e);
        x.done += good;
        good = good && next_matter(d, &x.at, e);
    }
    good = good && store_run(d->store, do_record, &x, e);
    vault_forget(&o, sizeof o);
    if (good)
        *ret_done = x.done;
    return good;
}
