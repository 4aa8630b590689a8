// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/auth/password.h"

#include <errno.h>
#include <semaphore.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/crypt.h"
#include "base/text.h"
#include "platform/i18n/i18n.h"

enum { PASSES = 2, MEMORY = 19 * 1024 * 1024, WAIT_S = 10 };

struct passwords {
    sem_t turn;
    char nobody[crypto_pwhash_STRBYTES]; /* checked when there is no such account */
};

static bool hash_into(char out[crypto_pwhash_STRBYTES], struct str plain)
{
    return crypto_pwhash_str_alg(out, plain.p ? plain.p : "", plain.n, PASSES, MEMORY, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

struct passwords *passwords_open(int at_once)
{
    struct passwords *p = calloc(1, sizeof *p);
    uint8_t random[32];
    if (at_once <= 0)
        at_once = (int)sysconf(_SC_NPROCESSORS_ONLN);
    if (!p || sem_init(&p->turn, 0, at_once > 0 ? (unsigned)at_once : 1) != 0)
        die("no memory for passwords");
    crypt_random(random, sizeof random);
    if (!hash_into(p->nobody, (struct str){(char *)random, sizeof random}))
        die("no memory for a password's hash");
    return p;
}

void passwords_close(struct passwords *p)
{
    if (!p)
        return;
    sem_destroy(&p->turn);
    free(p);
}

static bool take_turn(struct passwords *p, struct err *e)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WAIT_S;
    while (sem_timedwait(&p->turn, &until) != 0)
        if (errno != EINTR)
            return FAIL(e, ERR_BUSY, "err.busy", "too many sign-ins at once");
    return true;
}

static bool one_character(struct str s)
{
    struct str first = text_clip(s, 1);
    for (size_t at = 0; at < s.n; at += first.n)
        if (!str_eq(str_cut(s, at, first.n), first))
            return false;
    return true;
}

const char *password_wrong(struct arena *a, struct str plain, struct str login)
{
    size_t chars = text_chars(plain), at;
    if (chars < PASSWORD_MIN)
        return MSG("err.password.short");
    if (chars > PASSWORD_MAX)
        return MSG("err.password.long");
    struct str folded = text_fold(a, plain), name = text_fold(a, login);
    if (one_character(plain) || (name.n >= 4 && folded.n <= name.n + 6 && str_find(folded, name, &at)))
        return MSG("err.password.weak");
    return NULL;
}

bool password_hash(struct passwords *p, struct arena *a, struct str plain, struct str *ret_hash, struct err *e)
{
    char out[crypto_pwhash_STRBYTES];
    if (!take_turn(p, e))
        return false;
    bool good = hash_into(out, plain);
    sem_post(&p->turn);
    if (!good)
        return FAIL(e, ERR_BUSY, "err.busy", "no memory for a password's hash");
    *ret_hash = str_copy(a, str_of(out));
    return true;
}

bool password_check(struct passwords *p, struct str plain, struct str stored, bool *ret_right, struct err *e)
{
    char against[crypto_pwhash_STRBYTES] = {0};
    bool known = stored.n > 0 && stored.n < sizeof against;
    memcpy(against, known ? stored.p : p->nobody, known ? stored.n : sizeof against);
    if (!take_turn(p, e))
        return false;
    bool right = crypto_pwhash_str_verify(against, plain.p ? plain.p : "", plain.n) == 0;
    sem_post(&p->turn);
    *ret_right = right && known;
    return true;
}

bool password_digest(struct passwords *p, struct str plain, const uint8_t salt[16], struct digest *ret, struct err *e)
{
    _Static_assert(crypto_pwhash_SALTBYTES == 16, "the salt of argon2id");
    if (!take_turn(p, e))
        return false;
    bool good = crypto_pwhash(ret->b, sizeof ret->b, plain.p ? plain.p : "", plain.n, salt, PASSES, MEMORY,
                              crypto_pwhash_ALG_ARGON2ID13) == 0;
    sem_post(&p->turn);
    return good || FAIL(e, ERR_BUSY, "err.busy", "no memory for a digest");
}

bool password_stale(struct str stored)
{
    char text[crypto_pwhash_STRBYTES] = {0};
    if (stored.n >= sizeof text)
        return true;
    memcpy(text, stored.p, stored.n);
    return crypto_pwhash_str_needs_rehash(text, PASSES, MEMORY) != 0;
}
