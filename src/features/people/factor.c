// SPDX-License-Identifier: AGPL-3.0-or-later
/* The second factor's secret and recovery codes. */
#include <sodium.h>
#include <string.h>

#include "features/people/sign_in.h"
#include "platform/auth/totp.h"

enum { RECOVERY_SYMBOLS = 10 };

static struct str place(struct arena *a, int64_t account_id)
{
    return str_printf(a, "account/%lld/totp", (long long)account_id);
}

struct str factor_seal(const struct people *p, struct arena *a, int64_t account_id, const uint8_t *secret)
{
    return key_seal(p->keys, KEY_ACCOUNTS, a, place(a, account_id), (struct str){(const char *)secret, TOTP_SECRET});
}

bool factor_open(const struct people *p, struct arena *a, const struct account *who, uint8_t *ret_secret)
{
    struct str plain;
    if (!key_unseal(p->keys, KEY_ACCOUNTS, a, place(a, who->account_id), who->totp_secret, &plain) || plain.n != TOTP_SECRET)
        return false;
    memcpy(ret_secret, plain.p, TOTP_SECRET);
    return true;
}

struct digest factor_code_mac(const struct people *p, struct arena *a, int64_t account_id, struct str code)
{
    return key_mac(p->keys, KEY_ACCOUNTS, str_printf(a, "recovery:%lld:" STR_FMT, (long long)account_id, STR_ARG(code)));
}

struct str factor_uri(struct arena *a, struct str login, const uint8_t *secret)
{
    return totp_uri(a, STR("Dinh"), login, secret);
}

void factor_codes(const struct people *p, struct arena *a, int64_t account_id, struct str codes[PEOPLE_RECOVERY],
                  struct digest macs[PEOPLE_RECOVERY])
{
    for (int i = 0; i < PEOPLE_RECOVERY; i++) {
        struct str code = code_random(a, RECOVERY_SYMBOLS);
        macs[i] = factor_code_mac(p, a, account_id, code);
        codes[i] = str_printf(a, "%.5s-%.5s", code.p, code.p + 5);
    }
}
