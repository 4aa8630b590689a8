// SPDX-License-Identifier: AGPL-3.0-or-later
/* What is done to accounts: by an administrator, or by their owners. */
#include <sodium.h>
#include <string.h>

#include "base/text.h"
#include "features/people/sign_in.h"
#include "platform/auth/totp.h"

enum { PERSON_NAME_MAX = 120 };

/* Everything a command here may need; each uses its part. */
struct change {
    const struct people_doing *d;
    struct account who;
    struct grant grant;
    bool disabled;
    const uint8_t *secret; /* NULL: no factor from now on */
    int64_t counter;
    struct digest codes[PEOPLE_RECOVERY], keep; /* keep: session that stays */
    const char *verb;
};

bool account_act(struct tx *tx, const struct people_doing *d, const struct account *who, const char *verb, struct str note,
                 struct err *e)
{
    struct act act = {
        .office_id = who->office_id,
        .at = d->now,
        .actor_id = d->actor->user_id ? d->actor->user_id : strcmp(verb, "sign_in") ? 0 : who->account_id,
        .actor = d->actor->user_id ? d->actor->name : strcmp(verb, "sign_in") ? STR("") : who->name,
        .subject = STR("account"),
        .subject_id = who->account_id,
        .verb = str_of(verb),
        .basis = STR(""),
        .note = note,
        .content = digest_of("", 0),
    };
    return act_record(tx, &act, e);
}

static struct str grant_note(struct arena *a, const struct grant *g)
{
    struct strbuf b;
    strbuf_init(&b, a, 400);
    strbuf_printf(&b, "office %lld%s:", (long long)g->office_id, g->subtree ? " and below" : "");
    for (int i = 0; i < ROLES_ALL; i++)
        if (g->roles & 1u << i)
            strbuf_printf(&b, " %s", role_word((enum role)(1 << i)));
    return strbuf_text(&b);
}

/* The account as it stands, if the actor may change it (or it is her own). */
static bool may_change(struct tx *tx, struct change *c, struct str login, struct err *e)
{
    bool found = false;
    const struct viewer *actor = c->d->actor;
    if (!account_find(tx_rd(tx), tx_arena(tx), login, &c->who, &found, e))
        return false;
    if (!found)
        return FAIL(e, ERR_NOT_FOUND, "err.people.none", NULL);
    if (!may_administer(actor, c->who.office_id) && actor->user_id != c->who.account_id)
        return FAIL(e, ERR_DENIED, "err.denied", "accounts of office %lld", (long long)c->who.office_id);
    return true;
}

/* ---- adding ---- */

static bool do_add(struct tx *tx, void *arg, struct err *e)
{
    struct change *c = arg;
    return account_insert(tx, &c->who, c->d->now, &c->who.account_id, e) &&
           account_put_grant(tx, c->who.account_id, &c->grant, e) &&
           account_act(tx, c->d, &c->who, "add", grant_note(tx_arena(tx), &c->grant), e);
}

/* What is wrong with a new account; the change without its password's hash. */
static bool check_new(const struct people_doing *d, const struct person_new *in, struct change *ret, struct err *e)
{
    struct change c = {.d = d, .who = {.office_id = in->office_id, .title = str_trim(in->title)}};
    c.grant = (struct grant){.office_id = in->office_id, .roles = in->roles, .subtree = in->subtree};
    c.who.name = str_trim(in->name);
    if (!may_administer(d->actor, in->office_id) && !(in->office_id == 0 && in->roles == ROLE_CITIZEN))
        return FAIL(e, ERR_DENIED, "err.denied", "accounts of office %lld", (long long)in->office_id);
    if (!login_of(d->arena, in->login, &c.who.login))
        return FAIL(e, ERR_BAD_INPUT, "err.login.form", NULL);
    if (!c.who.name.n || text_chars(c.who.name) > PERSON_NAME_MAX || text_chars(c.who.title) > PERSON_NAME_MAX)
        return FAIL(e, ERR_BAD_INPUT, "err.people.name", NULL);
    const char *wrong = password_wrong(d->arena, in->password, c.who.login);
    if (wrong)
        return FAIL(e, ERR_BAD_INPUT, wrong, NULL);
    *ret = c;
    return true;
}

bool people_add(const struct people_doing *d, const struct person_new *in, int64_t *ret_account_id, struct err *e)
{
    struct change c;
    if (!check_new(d, in, &c, e) || !password_hash(d->people->passwords, d->arena, in->password, &c.who.password, e) ||
        !store_run(d->people->store, do_add, &c, e))
        return false;
    *ret_account_id = c.who.account_id;
    return true;
}

struct changes {
    struct change *v;
    size_t n;
};

static bool do_add_all(struct tx *tx, void *arg, struct err *e)
{
    struct changes *all = arg;
    for (size_t i = 0; i < all->n; i++) {
        if (!do_add(tx, &all->v[i], e))
            return false;
    }
    return true;
}

bool people_add_all(const struct people_doing *d, const struct person_new *list, size_t n, int64_t *ret_ids, struct err *e)
{
    struct changes all = {arena_array(d->arena, struct change, n ? n : 1), n};
    for (size_t i = 0; i < n; i++) {
        if (!check_new(d, &list[i], &all.v[i], e))
            return false;
        if (i && str_eq(list[i].password, list[i - 1].password))
            all.v[i].who.password = all.v[i - 1].who.password;
        else if (!password_hash(d->people->passwords, d->arena, list[i].password, &all.v[i].who.password, e))
            return false;
    }
    if (!store_run(d->people->store, do_add_all, &all, e))
        return false;
    for (size_t i = 0; i < n; i++)
        ret_ids[i] = all.v[i].who.account_id;
    return true;
}

/* ---- changing: the login stands in who.login, the rest is read in the command ---- */

static bool do_grant(struct tx *tx, void *arg, struct err *e)
{
    struct change *c = arg;
    if (!may_change(tx, c, c->who.login, e))
        return false;
    /* Nobody gives roles to herself, nor in an office where she is no administrator. */
    if (!may_administer(c->d->actor, c->grant.office_id) || c->d->actor->user_id == c->who.account_id)
        return FAIL(e, ERR_DENIED, "err.denied", "grants in office %lld", (long long)c->grant.office_id);
    return account_put_grant(tx, c->who.account_id, &c->grant, e) &&
           account_act(tx, c->d, &c->who, "grant", grant_note(tx_arena(tx), &c->grant), e);
}

bool people_grant(const struct people_doing *d, struct str login, const struct grant *g, struct err *e)
{
    struct change c = {.d = d, .who = {.login = login}, .grant = *g};
    if (g->roles & ~(uint32_t)((1 << ROLES_ALL) - 1))
        return FAIL(e, ERR_BAD_INPUT, "err.people.role", NULL);
    return store_run(d->people->store, do_grant, &c, e);
}

static bool do_disable(struct tx *tx, void *arg, struct err *e)
{
    struct change *c = arg;
    if (!may_change(tx, c, c->who.login, e))
        return false;
    if (!may_administer(c->d->actor, c->who.office_id))
        return FAIL(e, ERR_DENIED, "err.denied", NULL);
    return account_put_disabled(tx, c->who.account_id, c->disabled, e) &&
           sessions_end(tx, c->who.account_id, &c->keep, e) &&
           account_act(tx, c->d, &c->who, c->disabled ? "disable" : "enable", STR(""), e);
}

bool people_disable(const struct people_doing *d, struct str login, bool disabled, struct err *e)
{
    struct change c = {.d = d, .who = {.login = login}, .disabled = disabled};
    return store_run(d->people->store, do_disable, &c, e);
}

struct new_password {
    struct change c;
    struct str hash;
    struct digest name;
};

static bool do_password(struct tx *tx, void *arg, struct err *e)
{
    struct new_password *n = arg;
    struct change *c = &n->c;
    return may_change(tx, c, c->who.login, e) &&
           account_put_password(tx, c->who.account_id, n->hash, c->d->now, e) &&
           sessions_end(tx, c->who.account_id, &c->keep, e) && tries_drop(tx, &n->name, e) &&
           account_act(tx, c->d, &c->who, "password", STR(""), e);
}

static bool put_password(const struct people_doing *d, struct str login, struct str password, const struct digest *keep,
                         struct err *e)
{
    struct new_password n = {.c = {.d = d, .who = {.login = login}}};
    if (keep)
        n.c.keep = *keep;
    const char *wrong = password_wrong(d->arena, password, login);
    if (wrong)
        return FAIL(e, ERR_BAD_INPUT, wrong, NULL);
    n.name = key_mac(d->people->keys, KEY_ACCOUNTS, str_printf(d->arena, "login:" STR_FMT, STR_ARG(login)));
    return password_hash(d->people->passwords, d->arena, password, &n.hash, e) &&
           store_run(d->people->store, do_password, &n, e);
}

bool people_set_password(const struct people_doing *d, struct str login, struct str password, struct err *e)
{
    return put_password(d, login, password, NULL, e);
}

bool own_password(const struct people_doing *d, const struct account *who, struct str fresh, struct str cookie, struct err *e)
{
    struct digest keep = {{0}};
    session_parse(cookie, &keep);
    return put_password(d, who->login, fresh, &keep, e);
}

/* ---- the second factor ---- */

static bool do_factor(struct tx *tx, void *arg, struct err *e)
{
    struct change *c = arg;
    bool fresh = true;
    struct str sealed = {0};
    if (!may_change(tx, c, c->who.login, e))
        return false;
    if (c->secret)
        sealed = factor_seal(c->d->people, tx_arena(tx), c->who.account_id, c->secret);
    if (!account_put_factor(tx, c->who.account_id, sealed, c->codes, c->secret ? PEOPLE_RECOVERY : 0, e))
        return false;
    if (c->counter && !account_use_step(tx, c->who.account_id, c->counter, &fresh, e))
        return false;
    return account_act(tx, c->d, &c->who, c->verb, STR(""), e);
}

static bool account_named(const struct people_doing *d, struct str login, struct account *ret, struct err *e)
{
    struct rd *rd;
    bool found = false;
    if (!store_read(d->people->store, d->arena, &rd, e))
        return false;
    bool good = account_find(rd, d->arena, login, ret, &found, e);
    store_read_end(rd);
    return good && (found || FAIL(e, ERR_NOT_FOUND, "err.people.none", NULL));
}

bool own_factor(const struct people_doing *d, const struct account *who, const uint8_t *secret, int64_t counter,
                struct str codes[PEOPLE_RECOVERY], struct err *e)
{
    struct change c = {.d = d, .who = *who, .secret = secret, .counter = counter, .verb = "factor"};
    factor_codes(d->people, d->arena, who->account_id, codes, c.codes);
    return store_run(d->people->store, do_factor, &c, e);
}

bool own_drop_factor(const struct people_doing *d, const struct account *who, struct err *e)
{
    struct change c = {.d = d, .who = *who, .verb = "factor_off"};
    return store_run(d->people->store, do_factor, &c, e);
}

bool people_set_factor(const struct people_doing *d, struct str login, struct people_factor *ret_factor, struct err *e)
{
    struct account who;
    struct people_factor f;
    uint8_t secret[TOTP_SECRET];
    if (!account_named(d, login, &who, e))
        return false;
    crypt_random(secret, sizeof secret);
    f.uri = factor_uri(d->arena, who.login, secret);
    bool good = own_factor(d, &who, secret, 0, f.codes, e);
    sodium_memzero(secret, sizeof secret);
    if (good)
        *ret_factor = f;
    return good;
}

bool people_drop_factor(const struct people_doing *d, struct str login, struct err *e)
{
    struct account who;
    return account_named(d, login, &who, e) && own_drop_factor(d, &who, e);
}
