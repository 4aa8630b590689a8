// SPDX-License-Identifier: AGPL-3.0-or-later
/* Signing in: each try is counted before it is judged, so that many at once are
 * no way around the lock-out; the hash is computed outside the writer. */
#include <sodium.h>

#include "features/people/sign_in.h"
#include "platform/auth/totp.h"

static struct digest name_mac(const struct people_doing *d, struct str login)
{
    return key_mac(d->people->keys, KEY_ACCOUNTS, str_printf(d->arena, "login:" STR_FMT, STR_ARG(login)));
}

struct try_count {
    struct digest name;
    struct instant now;
    bool taken;
};

static bool count_try(struct tx *tx, void *arg, struct err *e)
{
    struct try_count *c = arg;
    struct tries t;
    if (!tries_get(tx_rd(tx), &c->name, &t, e))
        return false;
    c->taken = tries_step(&t, c->now);
    return !c->taken || tries_put(tx, &c->name, &t, e);
}

/* One try for this name; *ret_taken false while it is locked. */
static bool begin_try(const struct people_doing *d, struct str login, bool *ret_taken, struct err *e)
{
    struct try_count c = {name_mac(d, login), d->now, false};
    if (!store_run(d->people->store, count_try, &c, e))
        return false;
    *ret_taken = c.taken;
    return true;
}

static bool find_account(const struct people_doing *d, struct str login, struct account *ret, bool *ret_found, struct err *e)
{
    struct rd *rd;
    if (!store_read(d->people->store, d->arena, &rd, e))
        return false;
    bool good = account_find(rd, d->arena, login, ret, ret_found, e);
    store_read_end(rd);
    return good;
}

/* Everything that a right answer changes. */
struct opening {
    const struct people_doing *d;
    const struct account *who;
    struct session_row session;
    const struct digest *half; /* session of the first step, or NULL */
    struct digest name, code;
    int64_t counter; /* step of the telephone's code; 0: a recovery code, or none yet */
    bool by_code, refused;
};

static bool use_factor(struct tx *tx, struct opening *o, struct err *e)
{
    bool fresh = true;
    if (o->counter && !account_use_step(tx, o->who->account_id, o->counter, &fresh, e))
        return false;
    if (o->by_code && !account_use_code(tx, o->who->account_id, &o->code, o->d->now, &fresh, e))
        return false;
    o->refused = !fresh;
    return true;
}

static bool open_session(struct tx *tx, void *arg, struct err *e)
{
    struct opening *o = arg;
    if (!use_factor(tx, o, e))
        return false;
    if (o->refused)
        return true;
    if (o->half && !session_delete(tx, o->half, e))
        return false;
    if (!session_insert(tx, &o->session, e))
        return false;
    if (!o->session.stage)
        return true;
    return tries_drop(tx, &o->name, e) &&
           (!o->who->office_id || account_act(tx, o->d, o->who, "sign_in", STR(""), e));
}

static struct session_row new_session(const struct people_doing *d, const struct account *who, int stage, struct str *ret_cookie)
{
    struct session_row row = {.account_id = who->account_id, .stage = stage, .created = d->now};
    row.expires.ms = d->now.ms + (stage ? SESSION_IDLE_MS : SESSION_HALF_MS);
    *ret_cookie = session_new(d->arena, &row.hash);
    return row;
}

bool sign_in_password(const struct people_doing *d, struct str typed, struct str password, struct sign_in *ret, struct err *e)
{
    struct str login = {0};
    struct account who = {0};
    bool taken = false, known = false, right = false;
    bool possible = login_of(d->arena, typed, &login);
    if (!begin_try(d, possible ? login : typed, &taken, e))
        return false;
    *ret = (struct sign_in){.step = SIGN_IN_WAIT};
    if (!taken)
        return true;
    if (possible && !find_account(d, login, &who, &known, e))
        return false;
    if (!password_check(d->people->passwords, password, known ? who.password : (struct str){0}, &right, e))
        return false;
    ret->step = SIGN_IN_WRONG;
    if (!right || who.disabled)
        return true;
    int stage = who.totp_secret.n ? 0 : 1;
    struct opening o = {.d = d, .who = &who, .name = name_mac(d, login)};
    o.session = new_session(d, &who, stage, &ret->cookie);
    ret->official = who.office_id != 0;
    ret->step = stage ? SIGN_IN_DONE : SIGN_IN_CODE;
    return store_run(d->people->store, open_session, &o, e);
}

/* The account that waits for its second factor; *ret_found false when that
 * took too long. */
static bool half_account(const struct people_doing *d, const struct digest *hash, struct account *ret, bool *ret_found,
                         struct err *e)
{
    struct rd *rd;
    int64_t id = 0;
    if (!store_read(d->people->store, d->arena, &rd, e))
        return false;
    bool good = session_half(rd, hash, d->now, &id, e) && (!id || account_of(rd, d->arena, id, ret, e));
    store_read_end(rd);
    *ret_found = good && id && !ret->disabled && ret->totp_secret.n;
    return good;
}

/* Is it the telephone's code, or can it be a recovery code? */
static bool judge_code(const struct people_doing *d, const struct account *who, struct str typed, struct opening *o)
{
    uint8_t secret[TOTP_SECRET];
    struct str code;
    if (!factor_open(d->people, d->arena, who, secret))
        return false;
    bool right = totp_check(secret, typed, d->now, who->totp_counter, &o->counter);
    sodium_memzero(secret, sizeof secret);
    if (right)
        return true;
    if (!code_accept(d->arena, typed, 10, &code))
        return false;
    o->by_code = true;
    o->code = factor_code_mac(d->people, d->arena, who->account_id, code);
    return true;
}

bool sign_in_code(const struct people_doing *d, struct str cookie, struct str code, struct sign_in *ret, struct err *e)
{
    struct digest half;
    struct account who = {0};
    struct opening o = {.d = d, .who = &who, .half = &half};
    bool found = false, taken = false;
    *ret = (struct sign_in){.step = SIGN_IN_WRONG};
    if (session_parse(cookie, &half) != COOKIE_SESSION)
        return FAIL(e, ERR_DENIED, "err.sign_in.again", NULL);
    if (!half_account(d, &half, &who, &found, e))
        return false;
    if (!found)
        return FAIL(e, ERR_DENIED, "err.sign_in.again", NULL);
    if (!begin_try(d, who.login, &taken, e))
        return false;
    if (!taken)
        ret->step = SIGN_IN_WAIT;
    if (!taken || !judge_code(d, &who, code, &o))
        return true;
    o.name = name_mac(d, who.login);
    o.session = new_session(d, &who, 1, &ret->cookie);
    if (!store_run(d->people->store, open_session, &o, e))
        return false;
    ret->official = who.office_id != 0;
    ret->step = o.refused ? SIGN_IN_WRONG : SIGN_IN_DONE;
    return true;
}

static bool end_session(struct tx *tx, void *arg, struct err *e)
{
    return session_delete(tx, arg, e);
}

bool sign_out(const struct people_doing *d, struct str cookie, struct err *e)
{
    struct digest hash;
    if (session_parse(cookie, &hash) != COOKIE_SESSION)
        return true;
    return store_run(d->people->store, end_session, &hash, e);
}

bool own_confirm(const struct people_doing *d, const struct account *who, struct str password, const char **ret_msg,
                 struct err *e)
{
    bool taken = false, right = false;
    if (!begin_try(d, who->login, &taken, e))
        return false;
    if (taken && !password_check(d->people->passwords, password, who->password, &right, e))
        return false;
    *ret_msg = right ? NULL : taken ? MSG("err.password.wrong") : MSG("err.sign_in.wait");
    return true;
}
