// SPDX-License-Identifier: AGPL-3.0-or-later
/* Who holds the keys of an office: naming, ending, two together. */
#include "base/text.h"
#include "features/vault/vault_rows.h"
#include "platform/auth/password.h"
#include "platform/i18n/i18n.h"

const struct migration_file vault_migrations[] = {
    {"vault/001", "src/features/vault/001_vault.sql"},
    {"vault/002", "src/features/vault/002_tries.sql"},
    {NULL, NULL},
};

struct change {
    const struct vault_doing *d;
    struct vault_holder *holder;
    int64_t office_id, holder_no;
    bool together, left;
};

static bool may(const struct vault_doing *d, int64_t office_id, struct err *e)
{
    return d->actor->system || viewer_may(d->actor, office_id, ROLE_ADMIN) ||
           FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
}

static bool record(struct tx *tx, const struct vault_doing *d, int64_t office_id, struct str verb, int64_t holder_no,
                   struct err *e)
{
    struct act act = {.office_id = office_id, .at = d->now, .actor_id = d->actor->user_id, .actor = d->actor->name,
                      .subject = STR("holder"), .subject_id = holder_no, .verb = verb};
    return act_record(tx, &act, e);
}

static bool do_add(struct tx *tx, void *arg, struct err *e)
{
    struct change *c = arg;
    struct vault_holder *h = c->holder;
    struct vault_holders all;
    if (!vault_holders(tx_rd(tx), tx_arena(tx), h->office_id, &all, e))
        return false;
    for (size_t i = 0; i < all.n; i++) {
        if (all.v[i].account_id == h->account_id)
            return FAIL(e, ERR_CONFLICT, MSG("err.vault.already"), NULL);
    }
    if (all.n == VAULT_HOLDERS_MAX)
        return FAIL(e, ERR_CONFLICT, MSG("err.vault.many"), NULL);
    return store_next(tx, h->office_id, "vault_holder", &h->holder_no, e) && vault_row_add(tx, h, e) &&
           record(tx, c->d, h->office_id, STR("holder_add"), h->holder_no, e);
}

bool vault_holder_add(const struct vault_doing *d, struct vault_holder *in, struct str secret, struct err *e)
{
    struct change c = {.d = d, .holder = in};
    if (!may(d, in->office_id, e))
        return false;
    if (text_chars(secret) < VAULT_SECRET_MIN || password_wrong(d->arena, secret, in->name))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.vault.weak"), NULL);
    in->added = d->now;
    return vault_pair_make(d->arena, secret, &in->key, &in->locked, e) && store_run(d->store, do_add, &c, e);
}

static bool do_remove(struct tx *tx, void *arg, struct err *e)
{
    struct change *c = arg;
    struct vault_holders all;
    if (!vault_holders(tx_rd(tx), tx_arena(tx), c->office_id, &all, e))
        return false;
    if (all.n <= VAULT_HOLDERS_MIN && !c->left)
        return FAIL(e, ERR_CONFLICT, MSG("err.vault.two"), NULL);
    return vault_row_end(tx, c->office_id, c->holder_no, c->d->now, e) &&
           record(tx, c->d, c->office_id, c->left ? STR("holder_left") : STR("holder_remove"), c->holder_no, e);
}

bool vault_holder_remove(const struct vault_doing *d, int64_t office_id, int64_t holder_no, struct err *e)
{
    struct change c = {.d = d, .office_id = office_id, .holder_no = holder_no};
    return may(d, office_id, e) && store_run(d->store, do_remove, &c, e);
}

bool vault_holder_left(const struct vault_doing *d, int64_t office_id, int64_t holder_no, struct err *e)
{
    struct change c = {.d = d, .office_id = office_id, .holder_no = holder_no, .left = true};
    return may(d, office_id, e) && store_run(d->store, do_remove, &c, e);
}

static bool do_together(struct tx *tx, void *arg, struct err *e)
{
    struct change *c = arg;
    struct vault_holders all;
    if (!vault_holders(tx_rd(tx), tx_arena(tx), c->office_id, &all, e))
        return false;
    if (all.n < VAULT_HOLDERS_MIN)
        return FAIL(e, ERR_CONFLICT, MSG("err.vault.two"), NULL);
    return vault_row_together(tx, c->office_id, c->together, e) &&
           record(tx, c->d, c->office_id, c->together ? STR("holders_together") : STR("holders_alone"), 0, e);
}

bool vault_together(const struct vault_doing *d, int64_t office_id, bool together, struct err *e)
{
    struct change c = {.d = d, .office_id = office_id, .together = together};
    return may(d, office_id, e) && store_run(d->store, do_together, &c, e);
}
