// SPDX-License-Identifier: AGPL-3.0-or-later
/* Commands that look: units, routes, grants, version. */
#include <stdio.h>
#include <string.h>

#include "app/features.h"
#include "app/open.h"
#include "app/run.h"
#include "base/json.h"
#include "base/text.h"
#include "features/units/units.h"
#include "platform/i18n/i18n.h"

static struct strbuf *out_of(struct cli *c)
{
    struct strbuf *b = arena_new(&c->arena, struct strbuf);
    strbuf_init(b, &c->arena, 256u << 20);
    return b;
}

static bool print_line(struct strbuf *b, struct err *e)
{
    strbuf_char(b, '\n');
    return cli_print(strbuf_text(b), e);
}

/* ---- units ---- */

static bool find_query(struct cli *c, struct units_query *q, struct err *e)
{
    int64_t limit;
    *q = (struct units_query){.on = DAY_NONE};
    const char *level = cli_value(c, "level");
    if (!text_accept(&c->arena, str_of(c->argv[0]), 200, &q->text, e) || !cli_day(c, "on", &q->on, e) ||
        !cli_int(c, "limit", 20, &limit, e))
        return false;
    if (level && strcmp(level, "province") != 0 && strcmp(level, "commune") != 0 && strcmp(level, "district") != 0)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--level is province, district or commune, not %s", level);
    if (limit < 1 || limit > 1000)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--limit is 1 to 1000");
    q->level = str_of(level);
    q->limit = (size_t)limit;
    q->today = open_today(c);
    return true;
}

bool run_units_find(struct cli *c, struct err *e)
{
    struct units_query q;
    struct rd *rd;
    struct unit *units;
    size_t n;
    struct strbuf *b = out_of(c);
    if (!find_query(c, &q, e) || !cli_store(c, false, e) || !store_read(c->store, &c->arena, &rd, e))
        return false;
    if (c->json)
        return units_find_json(rd, &c->arena, &q, b, e) && print_line(b, e);
    if (!units_find(rd, &c->arena, &q, &units, &n, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        char from[11], to[11];
        strbuf_printf(b, "%-14.*s %-9.*s " STR_FMT "  %s..%s\n", STR_ARG(units[i].id), STR_ARG(units[i].level),
                      STR_ARG(units[i].name), day_format(units[i].valid_from, from), day_format(units[i].valid_to, to));
    }
    return cli_print(strbuf_text(b), e);
}

/* ---- routes and grants ---- */

static void put_roles(struct strbuf *b, uint32_t roles)
{
    bool first = true;
    if (!roles)
        strbuf_z(b, "everybody");
    for (int i = 0; i < ROLES_ALL; i++) {
        if (!(roles >> i & 1))
            continue;
        strbuf_printf(b, "%s%s", first ? "" : ",", role_word(1u << i));
        first = false;
    }
}

static void route_json(struct json *j, struct arena *a, const struct route *r)
{
    struct strbuf roles;
    strbuf_init(&roles, a, 400);
    put_roles(&roles, r->roles);
    json_object(j);
    json_kstr(j, "method", str_of(r->method));
    json_kstr(j, "path", str_of(r->path));
    json_kstr(j, "roles", strbuf_text(&roles));
    json_kstr(j, "about", str_of(r->about));
    json_end(j);
}

bool run_routes(struct cli *c, struct err *e)
{
    struct json j;
    struct strbuf *b = out_of(c);
    json_init(&j, b);
    if (c->json)
        json_array(&j);
    for (const struct route *const *t = app_routes; *t; t++) {
        for (const struct route *r = *t; r->method; r++) {
            if (c->json) {
                route_json(&j, &c->arena, r);
                continue;
            }
            strbuf_printf(b, "%-5s %-42s ", r->method, r->path);
            put_roles(b, r->roles);
            strbuf_printf(b, "  -- %s\n", r->about);
        }
    }
    if (c->json)
        json_end(&j);
    return print_line(b, e);
}

bool run_grants(struct cli *c, struct err *e)
{
    struct json j;
    struct strbuf *b = out_of(c);
    json_init(&j, b);
    if (c->json)
        json_object(&j);
    for (int i = 0; i < ROLES_ALL; i++) {
        if (c->json) {
            json_key(&j, role_word(1u << i));
            json_array(&j);
        } else {
            strbuf_printf(b, "%s\n", role_word(1u << i));
        }
        for (const struct route *const *t = app_routes; *t; t++) {
            for (const struct route *r = *t; r->method; r++) {
                if (!(r->roles >> i & 1))
                    continue;
                if (c->json)
                    json_str(&j, str_printf(&c->arena, "%s %s", r->method, r->path));
                else
                    strbuf_printf(b, "  %-5s %s\n", r->method, r->path);
            }
        }
        if (c->json)
            json_end(&j);
    }
    if (c->json)
        json_end(&j);
    return print_line(b, e);
}

bool run_version(struct cli *c, struct err *e)
{
    struct json j;
    struct strbuf *b = out_of(c);
    if (c->json) {
        json_init(&j, b);
        json_object(&j);
        json_kstr(&j, "dinh", STR(DINH_VERSION));
        json_kstr(&j, "sqlite", str_of(store_library()));
        json_kstr(&j, "libmicrohttpd", str_of(http_library()));
        json_kstr(&j, "libsodium", str_of(crypt_library()));
        json_end(&j);
    } else {
        strbuf_printf(b, "dinh %s (sqlite %s, libmicrohttpd %s, libsodium %s)", DINH_VERSION, store_library(),
                      http_library(), crypt_library());
    }
    return print_line(b, e);
}
