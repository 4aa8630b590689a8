// SPDX-License-Identifier: AGPL-3.0-or-later
/* dinh holders …: who may open what identifies denouncers. Secrets come from
 * the standard input, never from the command line. */
#include <stdio.h>
#include <string.h>

#include "app/open.h"
#include "app/run.h"
#include "base/json.h"
#include "features/cases/case_vault.h"

enum { LINE = 1024 };

static bool office_of(struct cli *c, int64_t *ret, struct err *e)
{
    if (!cli_int(c, "office", 0, ret, e))
        return false;
    return *ret > 0 || FAIL(e, ERR_BAD_INPUT, "err.cli", "--office is needed");
}

/* The next line of the standard input; the buffer is wiped. */
static bool secret_line(struct cli *c, struct str *ret, struct err *e)
{
    char line[LINE];
    if (!fgets(line, sizeof line, stdin))
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "no secret on the standard input");
    line[strcspn(line, "\r\n")] = 0;
    *ret = str_copy(&c->arena, str_of(line));
    vault_forget(line, sizeof line);
    return true;
}

/* An account that works in the office and may sign in. */
static bool account_of(struct cli *c, int64_t office, const char *login, struct person *ret, struct err *e)
{
    struct viewer program = VIEWER_SYSTEM;
    struct people_query q = {.viewer = &program, .office_id = office};
    struct person *all;
    struct rd *rd;
    size_t n = 0;
    if (!store_read(c->store, &c->arena, &rd, e))
        return false;
    bool good = people_list(rd, &c->arena, &q, &all, &n, e);
    store_read_end(rd);
    for (size_t i = 0; good && i < n; i++) {
        if (str_is(all[i].login, login) && !all[i].disabled) {
            *ret = all[i];
            return true;
        }
    }
    return good && FAIL(e, ERR_NOT_FOUND, "err.cli", "no account %s in office %lld", login, (long long)office);
}

static bool holders_of(struct cli *c, int64_t office, struct vault_holders *ret, struct err *e)
{
    struct rd *rd;
    if (!store_read(c->store, &c->arena, &rd, e))
        return false;
    bool good = vault_holders(rd, &c->arena, office, ret, e);
    store_read_end(rd);
    return good;
}

/* What each command does, between the opening and the closing of the data directory. */
struct place {
    const struct vault_doing *d;
    const struct case_world *world;
    int64_t office;
};
typedef bool holders_fn(struct cli *c, const struct place *p, struct err *e);

static bool with_site(struct cli *c, holders_fn *fn, struct err *e)
{
    struct opened o;
    struct viewer program = VIEWER_SYSTEM;
    int64_t office;
    if (!office_of(c, &office, e) || !open_site(c, &o, e))
        return false;
    struct vault_doing d = {c->store, &c->arena, &program, c->now};
    bool good = fn(c, &(struct place){&d, &o.world, office}, e);
    open_close(&o);
    return good;
}

static bool list(struct cli *c, const struct place *p, struct err *e)
{
    struct vault_holders all;
    struct strbuf b;
    struct json j;
    if (!holders_of(c, p->office, &all, e))
        return false;
    strbuf_init(&b, &c->arena, 1 << 16);
    json_init(&j, &b);
    json_object(&j);
    json_kbool(&j, "together", all.together);
    json_key(&j, "holders");
    json_array(&j);
    for (size_t i = 0; i < all.n; i++) {
        json_object(&j);
        json_kint(&j, "holder", all.v[i].holder_no);
        json_kint(&j, "account", all.v[i].account_id);
        json_kstr(&j, "name", all.v[i].name);
        json_kstr(&j, "public_key", hex_of(&c->arena, all.v[i].key.b, VAULT_KEY));
        json_end(&j);
        if (!c->json && !cli_print(str_printf(&c->arena, "%lld\t" STR_FMT "\n", (long long)all.v[i].holder_no,
                                              STR_ARG(all.v[i].name)), e))
            return false;
    }
    json_end(&j);
    json_end(&j);
    strbuf_char(&b, '\n');
    if (c->json)
        return cli_print(strbuf_text(&b), e);
    return cli_print(all.together ? STR("two open together\n") : STR("each opens alone\n"), e) &&
           (all.n >= VAULT_HOLDERS_MIN || cli_print(STR("fewer than two holders: nothing can be sealed to them\n"), e));
}

/* What was sealed with the server's key before the office had its holders. */
static bool seal_old(const struct place *p, bool json, struct err *e)
{
    int64_t done;
    struct vault_holders all;
    struct rd *rd;
    if (!store_read(p->d->store, p->d->arena, &rd, e))
        return false;
    bool good = vault_holders(rd, p->d->arena, p->office, &all, e);
    store_read_end(rd);
    if (!good || all.n < VAULT_HOLDERS_MIN)
        return good;
    return case_vault_old(p->d, p->world, p->office, &done, e) &&
           (!done || json || cli_print(str_printf(p->d->arena, "sealed to the holders: %lld\n", (long long)done), e));
}

static bool add(struct cli *c, const struct place *p, struct err *e)
{
    struct person who;
    struct str secret;
    if (!account_of(c, p->office, c->argv[0], &who, e) || !secret_line(c, &secret, e))
        return false;
    struct vault_holder h = {.office_id = p->office, .account_id = who.account_id, .name = who.name};
    return vault_holder_add(p->d, &h, secret, e) && seal_old(p, c->json, e);
}

/* A holder whose account was disabled or moved is still found, by the account. */
static bool holder_by_login(struct cli *c, int64_t office, const char *login, int64_t *ret_holder, int64_t *ret_account,
                            struct err *e)
{
    struct viewer program = VIEWER_SYSTEM;
    struct people_query q = {.viewer = &program};
    struct vault_holders all;
    struct person *people;
    struct rd *rd;
    size_t n = 0;
    if (!holders_of(c, office, &all, e) || !store_read(c->store, &c->arena, &rd, e))
        return false;
    bool good = people_list(rd, &c->arena, &q, &people, &n, e);
    store_read_end(rd);
    for (size_t i = 0; good && i < n; i++) {
        for (size_t k = 0; str_is(people[i].login, login) && k < all.n; k++) {
            if (all.v[k].account_id != people[i].account_id)
                continue;
            *ret_holder = all.v[k].holder_no;
            *ret_account = all.v[k].account_id;
            return true;
        }
    }
    return good && FAIL(e, ERR_NOT_FOUND, "err.cli", "%s is no holder of office %lld", login, (long long)office);
}

static bool end_one(struct cli *c, const struct place *p, struct err *e)
{
    int64_t holder, account;
    return holder_by_login(c, p->office, c->argv[0], &holder, &account, e) && vault_holder_remove(p->d, p->office, holder, e);
}

static bool together(struct cli *c, const struct place *p, struct err *e)
{
    bool on = strcmp(c->argv[0], "on") == 0;
    if (!on && strcmp(c->argv[0], "off") != 0)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "on or off, not %s", c->argv[0]);
    return vault_together(p->d, p->office, on, e);
}

static bool reseal(struct cli *c, const struct place *p, struct err *e)
{
    struct vault_turn turns[2] = {{0}};
    int64_t holder, done;
    for (int i = 0; i < c->argc; i++) {
        if (!holder_by_login(c, p->office, c->argv[i], &holder, &turns[i].account_id, e) ||
            !secret_line(c, &turns[i].secret, e))
            return false;
    }
    if (!vault_reseal(p->d, p->office, turns, &done, e) || !seal_old(p, c->json, e))
        return false;
    return cli_print(str_printf(&c->arena, c->json ? "{\"resealed\":%lld}\n" : "resealed: %lld\n", (long long)done), e);
}

bool run_holders_list(struct cli *c, struct err *e)
{
    return with_site(c, list, e);
}

bool run_holders_add(struct cli *c, struct err *e)
{
    return with_site(c, add, e);
}

bool run_holders_remove(struct cli *c, struct err *e)
{
    return with_site(c, end_one, e);
}

bool run_holders_together(struct cli *c, struct err *e)
{
    return with_site(c, together, e);
}

bool run_holders_reseal(struct cli *c, struct err *e)
{
    return with_site(c, reseal, e);
}
