// SPDX-License-Identifier: AGPL-3.0-or-later
/* Pure: names of accounts, lock-out, who administers. */
#include "features/people/sign_in.h"

enum { LOGIN_MIN = 3, LOGIN_MAX = 40, TRIES_FREE = 5, WAIT_FIRST_MS = 30 * 1000, WAIT_MOST_MS = HOUR_MS };
enum { TRIES_FORGOTTEN_MS = 24 * HOUR_MS, NEXT_MAX = 500 };

static bool login_char(char c, bool first)
{
    if (c >= 'a' && c <= 'z')
        return true;
    return !first && ((c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_');
}

bool login_of(struct arena *a, struct str typed, struct str *ret_login)
{
    struct str s = str_trim(typed);
    if (s.n < LOGIN_MIN || s.n > LOGIN_MAX)
        return false;
    char *out = arena_copy(a, s.p, s.n);
    for (size_t i = 0; i < s.n; i++) {
        if (out[i] >= 'A' && out[i] <= 'Z')
            out[i] = (char)(out[i] - 'A' + 'a');
        if (!login_char(out[i], i == 0))
            return false;
    }
    *ret_login = (struct str){out, s.n};
    return true;
}

int64_t tries_wait_ms(int64_t n)
{
    if (n < TRIES_FREE)
        return 0;
    if (n - TRIES_FREE > 20)
        return WAIT_MOST_MS;
    int64_t wait = (int64_t)WAIT_FIRST_MS << (n - TRIES_FREE);
    return wait < WAIT_MOST_MS ? wait : WAIT_MOST_MS;
}

bool tries_step(struct tries *t, struct instant now)
{
    if (t->until.ms > now.ms)
        return false;
    if (t->n && now.ms - t->last.ms > TRIES_FORGOTTEN_MS)
        t->n = 0;
    t->n++;
    t->last = now;
    int64_t wait = tries_wait_ms(t->n);
    t->until.ms = wait ? now.ms + wait : 0;
    return true;
}

bool may_administer(const struct viewer *actor, int64_t office_id)
{
    return actor->system || (office_id && viewer_may(actor, office_id, ROLE_ADMIN));
}

struct str safe_next(struct str typed)
{
    if (typed.n < 1 || typed.n > NEXT_MAX || typed.p[0] != '/')
        return STR("");
    if (typed.n > 1 && (typed.p[1] == '/' || typed.p[1] == '\\'))
        return STR("");
    for (size_t i = 0; i < typed.n; i++)
        if ((unsigned char)typed.p[i] <= ' ' || typed.p[i] == '\\' || (unsigned char)typed.p[i] >= 0x7f)
            return STR("");
    return typed;
}
