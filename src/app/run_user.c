// SPDX-License-Identifier: AGPL-3.0-or-later
/* dinh user …: accounts from the command line. */
#include <stdio.h>
#include <string.h>

#include "app/open.h"
#include "app/run.h"
#include "base/json.h"
#include "base/text.h"
#include "features/units/units.h"

/* "reception,settling" into bits. */
static bool roles_of(struct str words, uint32_t *ret_roles, struct err *e)
{
    struct str word;
    uint32_t roles = 0;
    while (words.n && str_split(&words, ',', &word)) {
        enum role role;
        if (!role_parse(word, &role))
            return FAIL(e, ERR_BAD_INPUT, "err.cli", "--role: no role " STR_FMT, STR_ARG(word));
        roles |= role;
    }
    *ret_roles = roles;
    return true;
}

/* The first line of the standard input, when --password-stdin; else a random
 * one, which is printed. */
static bool password_of(struct cli *c, struct str *ret, bool *ret_made, struct err *e)
{
    char line[256];
    *ret_made = !cli_flag(c, "password-stdin");
    if (*ret_made) {
        *ret = code_random(&c->arena, 16);
        return true;
    }
    if (!fgets(line, sizeof line, stdin))
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "no password on the standard input");
    line[strcspn(line, "\r\n")] = 0;
    *ret = str_copy(&c->arena, str_of(line));
    return true;
}

static struct people_doing doing_of(struct cli *c, struct opened *o, const struct viewer *actor)
{
    return (struct people_doing){o->site.people, &c->arena, actor, c->now};
}

static bool say_password(struct cli *c, struct str password, bool made, struct err *e)
{
    if (!made)
        return true;
    if (c->json)
        return cli_print(str_printf(&c->arena, "{\"password\":\"" STR_FMT "\"}\n", STR_ARG(password)), e);
    return cli_print(str_printf(&c->arena, "password: " STR_FMT "\n", STR_ARG(password)), e);
}

/* Roles stand in an office that exists; only a citizen's and the program's administrator's need none. */
static bool check_office(struct cli *c, uint32_t roles, int64_t office_id, struct err *e)
{
    struct rd *rd;
    struct office office;
    if (!office_id)
        return !(roles & ~(uint32_t)(ROLE_CITIZEN | ROLE_ADMIN)) || FAIL(e, ERR_BAD_INPUT, "err.cli", "--office is needed for these roles");
    if (!store_read(c->store, &c->arena, &rd, e))
        return false;
    bool found = units_office(rd, &c->arena, office_id, &office, e);
    store_read_end(rd);
    return found || FAIL(e, ERR_BAD_INPUT, "err.cli", "--office: no office %lld", (long long)office_id);
}

bool run_user_add(struct cli *c, struct err *e)
{
    struct opened o;
    struct viewer program = VIEWER_SYSTEM;
    struct person_new in = {.login = str_of(c->argv[0]), .name = str_of(cli_value(c, "name")),
                            .title = str_of(cli_value(c, "title")), .subtree = cli_flag(c, "subtree")};
    int64_t id;
    bool made;
    if (!in.name.n)
        in.name = in.login;
    if (!roles_of(str_of(cli_value(c, "role")), &in.roles, e) || !cli_int(c, "office", 0, &in.office_id, e) ||
        !password_of(c, &in.password, &made, e) || !open_site(c, &o, e))
        return false;
    struct people_doing d = doing_of(c, &o, &program);
    bool good = check_office(c, in.roles, in.office_id, e) && people_add(&d, &in, &id, e) && say_password(c, in.password, made, e);
    open_close(&o);
    return good;
}

static void put_person(struct json *j, const struct person *p)
{
    json_object(j);
    json_kstr(j, "login", p->login);
    json_kstr(j, "name", p->name);
    json_kbool(j, "disabled", p->disabled);
    json_kbool(j, "second_factor", p->second_factor);
    json_key(j, "grants");
    json_array(j);
    for (size_t i = 0; i < p->grants_n; i++) {
        json_object(j);
        json_kint(j, "office", p->grants[i].office_id);
        json_kbool(j, "subtree", p->grants[i].subtree);
        json_key(j, "roles");
        json_array(j);
        for (int k = 0; k < ROLES_ALL; k++) {
            if (p->grants[i].roles >> k & 1)
                json_str(j, str_of(role_word(1u << k)));
        }
        json_end(j);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}

bool run_user_list(struct cli *c, struct err *e)
{
    struct rd *rd;
    struct person *list;
    size_t n;
    struct viewer program = VIEWER_SYSTEM;
    struct people_query q = {.viewer = &program};
    struct strbuf b;
    struct json j;
    strbuf_init(&b, &c->arena, 64u << 20);
    json_init(&j, &b);
    if (!cli_store(c, false, e) || !store_read(c->store, &c->arena, &rd, e) || !people_list(rd, &c->arena, &q, &list, &n, e))
        return false;
    if (c->json)
        json_array(&j);
    for (size_t i = 0; i < n; i++) {
        if (c->json)
            put_person(&j, &list[i]);
        else
            strbuf_printf(&b, "%-24.*s " STR_FMT "%s\n", STR_ARG(list[i].login), STR_ARG(list[i].name),
                          list[i].disabled ? " (disabled)" : "");
    }
    if (c->json) {
        json_end(&j);
        strbuf_char(&b, '\n');
    }
    return cli_print(strbuf_text(&b), e);
}

/* Opens the site, does one thing to the account that is named, closes. */
static bool change_one(struct cli *c, bool (*change)(const struct people_doing *d, struct str login, struct err *e), struct err *e)
{
    struct opened o;
    struct viewer program = VIEWER_SYSTEM;
    if (!open_site(c, &o, e))
        return false;
    struct people_doing d = doing_of(c, &o, &program);
    bool good = change(&d, str_of(c->argv[0]), e);
    open_close(&o);
    return good;
}

static bool disable(const struct people_doing *d, struct str login, struct err *e)
{
    return people_disable(d, login, true, e);
}

static bool enable(const struct people_doing *d, struct str login, struct err *e)
{
    return people_disable(d, login, false, e);
}

bool run_user_disable(struct cli *c, struct err *e)
{
    return change_one(c, disable, e);
}

bool run_user_enable(struct cli *c, struct err *e)
{
    return change_one(c, enable, e);
}

bool run_user_factor_off(struct cli *c, struct err *e)
{
    return change_one(c, people_drop_factor, e);
}

bool run_user_passwd(struct cli *c, struct err *e)
{
    struct opened o;
    struct viewer program = VIEWER_SYSTEM;
    struct str password;
    bool made;
    if (!password_of(c, &password, &made, e) || !open_site(c, &o, e))
        return false;
    struct people_doing d = doing_of(c, &o, &program);
    bool good = people_set_password(&d, str_of(c->argv[0]), password, e) && say_password(c, password, made, e);
    open_close(&o);
    return good;
}

bool run_user_grant(struct cli *c, struct err *e)
{
    struct opened o;
    struct viewer program = VIEWER_SYSTEM;
    struct grant g = {.subtree = cli_flag(c, "subtree")};
    if (!roles_of(str_of(cli_value(c, "role")), &g.roles, e) || !cli_int(c, "office", 0, &g.office_id, e))
        return false;
    if (!g.office_id)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--office is needed");
    if (!open_site(c, &o, e))
        return false;
    struct people_doing d = doing_of(c, &o, &program);
    bool good = check_office(c, g.roles, g.office_id, e) && people_grant(&d, str_of(c->argv[0]), &g, e);
    open_close(&o);
    return good;
}
