// SPDX-License-Identifier: AGPL-3.0-or-later
/* Commands that look: units, review, routes, grants, version. */
#include <stdio.h>
#include <string.h>

#include "app/features.h"
#include "app/open.h"
#include "app/run.h"
#include "base/json.h"
#include "base/text.h"
#include "features/review/review.h"
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

/* ---- review ---- */

/* "2025:22366" or an office number. */
static bool office_of(struct cli *c, struct rd *rd, struct office *ret, struct err *e)
{
    int64_t n;
    struct office *list;
    size_t found;
    struct str unit = str_of(cli_value(c, "unit"));
    if (!unit.n)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--unit is needed");
    if (str_int(unit, &n))
        return units_office(rd, &c->arena, n, ret, e);
    if (!units_offices(rd, &c->arena, unit, &list, &found, e))
        return false;
    if (!found)
        return FAIL(e, ERR_NOT_FOUND, "err.not_found", "no such unit, or it has no office: " STR_FMT, STR_ARG(unit));
    *ret = list[0];
    return true;
}

static bool range_of(struct cli *c, const struct rulebook *rules, struct review_question *q, struct err *e)
{
    struct rule_period p;
    const char *period = cli_value(c, "period");
    if (!cli_day(c, "from", &q->from, e) || !cli_day(c, "to", &q->to, e) || !cli_day(c, "as-of", &q->as_of, e))
        return false;
    if (day_is_none(q->as_of))
        q->as_of = open_today(c);
    if (!period)
        return true;
    if (!rulebook_period(rules, &c->arena, str_of(period), &p))
        return FAIL(e, ERR_BAD_INPUT, "err.review.range", "no such period: %s", period);
    q->from = p.from;
    q->to = p.to;
    return true;
}

static bool compute(struct cli *c, struct opened *o, struct review_set *set, struct office *office, struct err *e)
{
    struct rd *rd;
    struct viewer program = VIEWER_SYSTEM;
    struct review_question q = {.form = str_of(cli_value(c, "form")), .subtree = cli_flag(c, "subtree"), .hashes = c->json};
    if (!q.form.n)
        q.form = STR("02/XLD");
    else if (str_is(q.form, "all"))
        q.form = STR("");
    if (!open_facts(c, o, e) || !store_read(c->store, &c->arena, &rd, e) || !office_of(c, rd, office, e) ||
        !range_of(c, o->rules, &q, e))
        return false;
    q.office_id = office->office_id;
    q.facts = o->site.facts;
    struct case_look l = {rd, &c->arena, &o->world, &program};
    return review_compute(&l, &q, set, e);
}

static void print_review(struct strbuf *b, const struct review *x)
{
    strbuf_printf(b, STR_FMT "  " STR_FMT "\n", STR_ARG(x->form->id), STR_ARG(x->form->name.text[LANG_VI]));
    for (size_t i = 0; i < x->form->columns_n; i++) {
        const struct rule_column *col = &x->form->columns[i];
        strbuf_printf(b, "%3lld  %8lld  " STR_FMT "\n", (long long)col->number, (long long)x->total.cells[col->number],
                      STR_ARG(col->name.text[LANG_VI]));
    }
    for (size_t i = 0; i < x->form->checks_n; i++)
        strbuf_printf(b, "%-4s " STR_FMT "\n", x->holds[i] ? "ok" : "FAIL", STR_ARG(x->form->checks[i].text));
}

static void print_set(struct cli *c, struct strbuf *b, const struct review_set *set, const char *format)
{
    for (size_t i = 0; i < set->n; i++) {
        if (strcmp(format, "csv") == 0)
            review_csv(b, &c->arena, LANG_VI, &set->v[i]);
        else
            print_review(b, &set->v[i]);
    }
}

bool run_review_compute(struct cli *c, struct err *e)
{
    struct opened o;
    struct review_set set;
    struct office office;
    struct json j;
    struct strbuf *b = out_of(c);
    const char *format = cli_value(c, "format") ? cli_value(c, "format") : "text";
    c->json = strcmp(format, "json") == 0;
    if (!c->json && strcmp(format, "text") != 0 && strcmp(format, "csv") != 0)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--format is text, json or csv, not %s", format);
    if (!open_site(c, &o, e))
        return false;
    bool good = compute(c, &o, &set, &office, e);
    json_init(&j, b);
    if (good && c->json) {
        review_json(&j, &c->arena, office.unit_id, &set);
        strbuf_char(b, '\n');
    } else if (good) {
        print_set(c, b, &set, format);
    }
    good = good && cli_print(strbuf_text(b), e);
    open_close(&o);
    return good;
}

bool run_review_check(struct cli *c, struct err *e)
{
    struct opened o;
    struct review_set set = {0};
    struct office office;
    struct strbuf *b = out_of(c);
    size_t failed = 0;
    if (!open_site(c, &o, e))
        return false;
    bool good = compute(c, &o, &set, &office, e);
    for (size_t k = 0; good && k < set.n; k++) {
        for (size_t i = 0; i < set.v[k].form->checks_n; i++) {
            failed += !set.v[k].holds[i];
            strbuf_printf(b, "%s " STR_FMT " " STR_FMT "\n", set.v[k].holds[i] ? "ok  " : "FAIL", STR_ARG(set.v[k].form->id),
                          STR_ARG(set.v[k].form->checks[i].text));
        }
    }
    good = good && cli_print(strbuf_text(b), e);
    open_close(&o);
    if (good && failed)
        return FAIL(e, ERR_CONFLICT, "err.conflict", "%zu checks do not hold", failed);
    return good;
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
