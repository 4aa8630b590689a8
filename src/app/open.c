// SPDX-License-Identifier: AGPL-3.0-or-later
#include "app/open.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/features.h"
#include "app/settings.h"
#include "features/facts/facts.h"
#include "features/review/board.h"
#include "features/units/units.h"
#include "platform/assets/assets.h"

enum { MIGRATIONS = 64 };

struct str open_path(struct cli *c, const char *name)
{
    return str_printf(&c->arena, "%s/%s", c->data, name);
}

struct day open_today(struct cli *c)
{
    struct config *config;
    struct err e;
    int zone = settings_load(c, &config, &e) ? (int)config_int(config, "office.zone_minutes") : 0;
    return instant_day(c->now, zone);
}

bool cli_store(struct cli *c, bool migrate, struct err *e)
{
    struct str path = open_path(c, "dinh.db");
    if (c->store)
        return true;
    if (!c->database && !migrate && access(path.p, F_OK) != 0)
        return FAIL(e, ERR_NOT_FOUND, "err.not_found", "%s: no data here; run `dinh --data %s init` first", c->data, c->data);
    struct store_options o = {.url = c->database ? c->database : str_printf(&c->arena, "sqlite:" STR_FMT, STR_ARG(path)).p};
    o.bulk = c->bulk;
    o.lean = c->lean;
    return store_open(&o, &c->store, e) && open_migrate(c->store, &c->arena, e);
}

bool open_is_used(struct cli *c, bool *ret, struct err *e)
{
    struct store *s;
    struct rd *rd;
    struct arena a;
    struct store_options o = {.url = c->database, .readers = 1};
    *ret = access(open_path(c, "dinh.db").p, F_OK) == 0;
    if (*ret || !c->database || strncmp(c->database, "sqlite:", 7) == 0)
        return true;
    if (!store_open(&o, &s, e))
        return false;
    arena_init(&a);
    bool good = open_migrate(s, &a, e) && store_read(s, &a, &rd, e) && store_used(rd, ret, e);
    arena_done(&a);
    store_close(s);
    return good;
}

bool open_migrate(struct store *s, struct arena *a, struct err *e)
{
    struct migration list[MIGRATIONS];
    size_t n = 0;
    (void)a;
    for (const struct migration_file *const *t = app_migrations; *t; t++) {
        for (const struct migration_file *m = *t; m->name; m++) {
            const struct asset *file = asset_find(str_of(m->asset));
            if (!file || n == MIGRATIONS)
                die("migration %s is not in the program", m->name);
            list[n++] = (struct migration){m->name, file->bytes.p, file->bytes.n};
        }
    }
    return store_migrate(s, list, n, e);
}

struct instant open_now(void *site)
{
    const struct site *s = site;
    struct instant now = instant_now();
    return s->simulated ? (struct instant){s->start.ms + now.ms - s->started.ms} : now;
}

static bool load_rules(struct cli *c, struct opened *o, struct str pack, struct err *e)
{
    struct arena scratch;
    struct rd *rd;
    arena_init(&scratch);
    bool good = store_read(c->store, &scratch, &rd, e) && rules_current(rd, &c->arena, pack, &o->rules, e);
    arena_done(&scratch);
    return good;
}

bool open_site(struct cli *c, struct opened *o, struct err *e)
{
    *o = (struct opened){0};
    if (!settings_load(c, &o->config, e) || !cli_store(c, false, e) || !keys_open(c->data, &o->keys, e))
        return false;
    int zone = (int)config_int(o->config, "office.zone_minutes");
    if (!load_rules(c, o, config_text(o->config, "rules.pack"), e) || !mailer_open(o->config, o->keys, &o->mailer, e)) {
        keys_close(o->keys);
        return false;
    }
    o->site = (struct site){
        .store = c->store,
        .keys = o->keys,
        .rules = o->rules,
        .mail = &o->mailer,
        .data_dir = c->data,
        .files_dir = open_path(c, "files").p,
        .zone_minutes = zone,
        .start = c->now,
        .started = instant_now(),
        .simulated = c->now_given,
        .movers = app_movers,
    };
    o->site.people = people_open(c->store, o->keys, units_offices_below);
    o->world = (struct case_world){.rules = o->rules, .mail = &o->mailer, .keys = o->keys, .files = o->site.files_dir, .zone_minutes = zone,
                                  .today = instant_day(c->now, zone), .movers = app_movers};
    return true;
}

bool open_facts(struct cli *c, struct opened *o, struct err *e)
{
    struct facts_options f = {open_path(c, "facts").p, fact_vocabulary, o->site.zone_minutes};
    o->site.boards = board_shelf_open(&c->arena);
    return facts_open(&f, &o->site.facts, e);
}

void open_close(struct opened *o)
{
    facts_close(o->site.facts);
    board_shelf_close(o->site.boards);
    people_close(o->site.people);
    keys_close(o->keys);
}
