// SPDX-License-Identifier: AGPL-3.0-or-later
#include "app/demo_holders.h"

#include "features/vault/vault.h"

static const struct {
    int account;
    const char *secret;
} holders[] = {{2, "kim-chi-bien-xanh-2026"}, {1, "song-dinh-mua-lu-2026"}};

enum { HOLDERS = sizeof holders / sizeof *holders };

static bool has_both(const struct demo_office *o)
{
    return o->account[holders[0].account] && o->account[holders[1].account];
}

bool demo_holders(struct cli *c, const struct demo_office *o, struct instant at, struct err *e)
{
    struct viewer program = VIEWER_SYSTEM;
    struct vault_doing d = {c->store, &c->arena, &program, at};
    for (int i = 0; has_both(o) && i < HOLDERS; i++) {
        struct vault_holder h = {.office_id = o->office_id, .account_id = o->account[holders[i].account],
                                 .name = o->account_name[holders[i].account]};
        if (!vault_holder_add(&d, &h, str_of(holders[i].secret), e))
            return false;
    }
    return true;
}

void demo_holders_guide(struct strbuf *b, const struct demo_office *o)
{
    for (int i = 0; has_both(o) && i < HOLDERS; i++)
        strbuf_printf(b, "  %-24s " STR_FMT ", " STR_FMT "\n", holders[i].secret, STR_ARG(o->account_name[holders[i].account]),
                      STR_ARG(o->name));
}
