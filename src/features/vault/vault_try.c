// SPDX-License-Identifier: AGPL-3.0-or-later
/* How often a holder's secret may be tried: three times freely, then slower and
 * slower, after ten not for a day. */
#include "features/vault/vault_rows.h"
#include "platform/i18n/i18n.h"

enum { TRIES_FREE = 3, TRIES_MOST = 10, WAIT_FIRST_MS = 30 * 1000, LOCKED_MS = 24 * 3600 * 1000 };

int64_t vault_try_wait_ms(int64_t n)
{
    if (n < TRIES_FREE)
        return 0;
    return n < TRIES_MOST ? (int64_t)WAIT_FIRST_MS << (n - TRIES_FREE) : LOCKED_MS;
}

struct attempt {
    const struct vault_doing *d;
    int64_t office_id, account_id;
};

static bool do_try(struct tx *tx, void *arg, struct err *e)
{
    struct attempt *x = arg;
    struct vault_tries t;
    if (!vault_tries_get(tx_rd(tx), x->office_id, x->account_id, &t, e))
        return false;
    if (t.until.ms > x->d->now.ms)
        return FAIL(e, ERR_DENIED, MSG("err.vault.wait"), NULL);
    if (x->d->now.ms - t.last.ms > LOCKED_MS)
        t.n = 0;
    t.n++;
    t.last = x->d->now;
    t.until.ms = x->d->now.ms + vault_try_wait_ms(t.n);
    struct act act = {.office_id = x->office_id, .at = x->d->now, .actor_id = x->d->actor->user_id, .actor = x->d->actor->name,
                      .subject = STR("holder"), .verb = STR("holder_locked")};
    return vault_tries_put(tx, x->office_id, x->account_id, &t, e) && (t.n != TRIES_MOST || act_record(tx, &act, e));
}

bool vault_try(const struct vault_doing *d, int64_t office_id, int64_t account_id, struct err *e)
{
    struct attempt x = {d, office_id, account_id};
    return store_run(d->store, do_try, &x, e);
}
