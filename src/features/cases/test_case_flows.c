// SPDX-License-Identifier: AGPL-3.0-or-later
/* Runs tests/flows/x.flow: what is done with matters, as text that a lawyer can
 * read. Each flow has a database of its own.
 *
 *   == name
 *   on DATE ACTION as ROLE key=value key="two words" : STATE due DATE
 *   on DATE ACTION as ROLE … : ! message.id
 *
 * The action "register" makes the flow's matter; ROLE is public, code (who
 * holds the tracking code), or a word of viewer.h; "due none" when no clock
 * runs. "STATE due DATE owes STEP DATE, STEP DATE" says the duties too. me=NUMBER acts
 * as another account of that role; look case=NUMBER goes on with another matter.
 * Every line also checks that acts and the chain are whole. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "features/cases/cases.h"
#include "features/vault/vault.h"
#include "features/units/units.h"
#include "platform/assets/assets.h"
#include "platform/store/test_database.h"

enum { OFFICE = 202522236601, SUPERIOR = 202510005601 };

struct flow_world {
    struct arena arena;
    char dir[64];
    struct store *store;
    struct keys *keys;
    struct rulebook *rules;
    struct case_world world;
};

struct line {
    struct day day;
    struct str action, role, expected;
    struct str keys[16], values[16];
    size_t n;
};

static struct str value_of(const struct line *l, const char *key)
{
    for (size_t i = 0; i < l->n; i++) {
        if (str_is(l->keys[i], key))
            return l->values[i];
    }
    return STR("");
}

/* key=value or key="two words" off the front. */
static void take_pair(struct str *rest, struct line *l)
{
    struct str key, value;
    str_split(rest, '=', &key);
    if (rest->n && rest->p[0] == '"') {
        *rest = str_cut(*rest, 1, rest->n);
        str_split(rest, '"', &value);
    } else {
        str_split(rest, ' ', &value);
    }
    l->keys[l->n] = str_trim(key);
    l->values[l->n++] = value;
    *rest = str_trim(*rest);
}

static void parse_line(struct str text, struct line *l)
{
    size_t at;
    struct str word, rest = text;
    *l = (struct line){0};
    assert_true(str_find(text, STR(" : "), &at));
    l->expected = str_trim(str_cut(text, at + 3, text.n));
    rest = str_trim(str_cut(text, 0, at));
    str_split(&rest, ' ', &word);
    str_split(&rest, ' ', &word);
    assert_true(day_parse(word, &l->day));
    str_split(&rest, ' ', &l->action);
    str_split(&rest, ' ', &word);
    str_split(&rest, ' ', &l->role);
    rest = str_trim(rest);
    while (rest.n)
        take_pair(&rest, l);
}

/* ---- the world of a flow ---- */

static void migrate(struct flow_world *w)
{
    struct err e;
    struct migration list[40];
    size_t n = 0;
    const struct migration_file *const tables[] = {acts_migrations, units_migrations, people_migrations, rules_migrations,
                                                   vault_migrations,
                                                   cases_migrations};
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        for (const struct migration_file *m = tables[t]; m->name; m++) {
            const struct asset *a = asset_find(str_of(m->asset));
            assert_non_null(a);
            list[n++] = (struct migration){m->name, a->bytes.p, a->bytes.n};
        }
    }
    if (!store_migrate(w->store, list, n, &e))
        fail_msg("%s", e.detail);
}

/* Accounts: 100 + role and 200 + role in the office, 316 leads the office above. */
static bool people_rows(struct tx *tx, void *arg, struct err *e)
{
    (void)arg;
    static const struct { int64_t account, office, roles; } rows[] = {
        {104, OFFICE, ROLE_RECEPTION}, {108, OFFICE, ROLE_SETTLING}, {116, OFFICE, ROLE_LEADER}, {204, OFFICE, ROLE_RECEPTION},
        {208, OFFICE, ROLE_SETTLING}, {216, OFFICE, ROLE_LEADER}, {316, SUPERIOR, ROLE_LEADER},
    };
    bool good = store_exec(tx, SQL("INSERT INTO units (unit_no, id, level, kind, name, name_en, fold, sort_key, remote)"
                                   " VALUES (1, '2025:1', 'commune', 'x', 'x', '', 'x', 'x', 0)"), NO_VALS, NULL, e) &&
                store_exec(tx, SQL("INSERT INTO offices (office_id, unit_no, parent_office_id, kind, code, name, address, phone,"
                                   " email, hours, leader) VALUES ($1, 1, 0, 'committee', '56', 'x', '', '', '', '', ''),"
                                   " ($2, 1, $1, 'committee', '22366', 'x', '', '', '', '', '')"),
                           VALS(V(SUPERIOR), V(OFFICE)), NULL, e);
    for (size_t i = 0; good && i < sizeof rows / sizeof *rows; i++)
        good = store_exec(tx, SQL("INSERT INTO accounts (account_id, login, name, title, office_id, password, totp_counter,"
                                  " disabled, created_at, password_at) VALUES ($1, $3, 'x', '', $2, 'x', 0, 0, 0, 0)"),
                          VALS(V(rows[i].account), V(rows[i].office), V(str_printf(tx_arena(tx), "a%lld", (long long)rows[i].account))),
                          NULL, e) &&
               store_exec(tx, SQL("INSERT INTO grants (account_id, office_id, roles, subtree) VALUES ($1, $2, $3, 0)"),
                          VALS(V(rows[i].account), V(rows[i].office), V(rows[i].roles)), NULL, e);
    return good;
}

static void open_world(struct flow_world *w, const char *pack)
{
    struct err e;
    struct rule_file *files;
    size_t n;
    struct strbuf problems;
    arena_init(&w->arena);
    snprintf(w->dir, sizeof w->dir, "/tmp/dinh-flow-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    struct store_options o = {.url = test_database(&w->arena, w->dir, "dinh.db")};
    strbuf_init(&problems, &w->arena, 1 << 20);
    rules_embedded(&w->arena, str_of(pack), &files, &n);
    if (!store_open(&o, &w->store, &e) || !keys_create(w->dir, &e) || !keys_open(w->dir, &w->keys, &e))
        fail_msg("%s", e.detail);
    if (!rulebook_load(&w->arena, files, n, &w->rules, &problems, &e))
        fail_msg("%s", strbuf_text(&problems).p);
    migrate(w);
    if (!store_run(w->store, people_rows, NULL, &e))
        fail_msg("%s %s", e.msg, e.detail);
    w->world = (struct case_world){.rules = w->rules, .keys = w->keys, .files = w->dir, .zone_minutes = 420};
}

static void close_world(struct flow_world *w)
{
    store_close(w->store);
    keys_close(w->keys);
    arena_done(&w->arena);
}

/* ---- doing a line ---- */

struct doing {
    struct flow_world *world;
    const struct line *line;
    struct viewer viewer;
    struct case_key key, made;
};

static struct viewer viewer_of(const struct line *l, struct case_key key)
{
    struct viewer v = {0};
    enum role role;
    if (str_is(l->role, "system"))
        return VIEWER_SYSTEM;
    if (str_is(l->role, "code")) {
        v.track_office = key.office_id;
        v.track_case = key.case_id;
    } else if (role_parse(l->role, &role)) {
        int64_t office = OFFICE;
        str_int(value_of(l, "at"), &office);
        v.user_id = 100 + (int64_t)role;
        str_int(value_of(l, "me"), &v.user_id);
        v.name = l->role;
        v.grants[0] = (struct grant){.office_id = office, .roles = role};
        v.grants_n = 1;
    }
    return v;
}

static bool do_register(const struct case_doing *d, struct doing *x, struct err *e)
{
    const struct line *l = x->line;
    struct str who = value_of(l, "petitioner");
    int64_t people = 1;
    str_int(value_of(l, "people"), &people);
    struct case_new in = {
        .office_id = OFFICE,
        .office_code = STR("22366"),
        .procedure = value_of(l, "kind"),
        .channel = value_of(l, "channel").n ? value_of(l, "channel") : STR("web"),
        .petitioner = who.n ? who : STR("individual"),
        .people = people,
        .remote = str_is(value_of(l, "remote"), "yes"),
        .received = x->line->day,
        .text = {.title = STR("Title of the matter"), .body = STR("What happened, where and when."), .who.name = value_of(l, "name")},
        .code_hash = digest_of("code", 4),
        .token = value_of(l, "token"),
    };
    return case_register(d, &in, &x->made, e);
}

/* "illness:2026-05-01..2026-05-04,disaster:…" */
static void read_bar(struct str known, struct str obstacles, struct case_time_bar_deed *ret)
{
    struct str part, kind, from;
    assert_true(day_parse(known, &ret->known));
    while (obstacles.n && str_split(&obstacles, ',', &part)) {
        struct case_obstacle *x = &ret->obstacles[ret->n++];
        assert_true(str_split(&part, ':', &kind) && str_split(&part, '.', &from));
        x->obstacle = kind;
        assert_true(day_parse(from, &x->since) && day_parse(str_cut(part, 1, part.n), &x->until));
    }
}

static bool do_deed(const struct case_doing *d, struct doing *x, struct err *e)
{
    const struct line *l = x->line;
    struct case_deed deed = {
        .action = l->action, .ground = value_of(l, "ground"), .note = value_of(l, "note"), .text = value_of(l, "text"),
        .decision = value_of(l, "decision"), .subject = value_of(l, "subject"),
        .procedure = value_of(l, "procedure"), .title = value_of(l, "title"), .body = value_of(l, "body"), .answer = value_of(l, "answer"),
        .code_hash = digest_of("code", 4),
    };
    struct denounce_deed more = {.name = value_of(l, "accused"), .head = str_is(value_of(l, "head"), "yes")};
    str_int(value_of(l, "account"), &more.account_id);
    more.office_id = str_is(value_of(l, "of"), "here") ? OFFICE : 0;
    struct str part, members = value_of(l, "members"), criteria = value_of(l, "criteria");
    while (members.n && str_split(&members, ',', &part))
        str_int(part, &more.members[more.members_n++]);
    while (criteria.n && str_split(&criteria, ',', &part))
        more.criteria[more.criteria_n++] = part;
    deed.denounce = &more;
    struct case_time_bar_deed bar = {.known = DAY_NONE};
    if (value_of(l, "known").n) {
        read_bar(value_of(l, "known"), value_of(l, "obstacles"), &bar);
        deed.time_bar = &bar;
    }
    str_int(value_of(l, "version"), &deed.version);
    str_int(value_of(l, "assignee"), &deed.assignee);
    str_int(value_of(l, "item"), &deed.item);
    str_int(value_of(l, "amount"), &deed.amount);
    str_int(value_of(l, "link"), &deed.link.case_id);
    deed.link.office_id = deed.link.case_id ? OFFICE : 0;
    if (str_is(value_of(l, "office"), "superior")) {
        deed.to_office = SUPERIOR;
        deed.to_office_code = STR("56");
    }
    return case_do(d, x->key, &deed, &x->made, e);
}

static bool line_command(struct tx *tx, void *arg, struct err *e)
{
    struct doing *x = arg;
    struct case_doing d = {tx, &x->world->world, &x->viewer, instant_of(x->line->day, 9 * 60, 420)};
    x->world->world.today = x->line->day;
    return str_is(x->line->action, "register") ? do_register(&d, x, e) : do_deed(&d, x, e);
}

/* " owes notify 2026-07-14, act 2026-07-20": the duties that are not done. */
static struct str duties_of(const struct case_look *l, const struct case_facts *c)
{
    struct err e;
    struct strbuf b;
    struct case_duty_list list;
    char due[11];
    strbuf_init(&b, l->arena, 1000);
    if (!case_duties(l, c, &list, &e))
        fail_msg("%s %s", e.msg, e.detail);
    for (size_t i = 0; i < list.n; i++) {
        if (day_is_none(list.v[i].done))
            strbuf_printf(&b, "%s" STR_FMT " %s", b.n ? ", " : " owes ", STR_ARG(list.v[i].step),
                          day_is_none(list.v[i].due) ? "none" : day_format(list.v[i].due, due));
    }
    return strbuf_text(&b);
}

/* "STATE due DATE" of the matter as it is now. */
static struct str state_of(struct flow_world *w, struct case_key key)
{
    struct rd *rd;
    struct err e;
    struct case_facts c;
    struct viewer program = VIEWER_SYSTEM;
    struct arena *a = &w->arena;
    char due[11];
    if (!store_read(w->store, a, &rd, &e))
        fail_msg("%s %s", e.msg, e.detail);
    struct case_look l = {rd, a, &w->world, &program};
    if (!case_get(&l, key, &c, &e))
        fail_msg("%s %s", e.msg, e.detail);
    struct strbuf report;
    int64_t acts;
    bool sound;
    struct str owed = duties_of(&l, &c);
    strbuf_init(&report, a, 4096);
    assert_true(acts_check(rd, &report, &acts, &sound, &e));
    assert_true(sound);
    store_read_end(rd);
    return str_printf(a, STR_FMT " due %s" STR_FMT, STR_ARG(c.state), day_is_none(c.due) ? "none" : day_format(c.due, due),
                      STR_ARG(owed));
}

static void run_line(struct flow_world *w, struct str text, struct case_key *key, const char *where)
{
    struct line l;
    struct err e = {0};
    parse_line(text, &l);
    if (str_is(l.action, "look")) {
        *key = (struct case_key){OFFICE, 0};
        assert_true(str_int(value_of(&l, "case"), &key->case_id));
        w->world.today = l.day;
        if (!str_starts(state_of(w, *key), l.expected))
            fail_msg("%s: %.*s\n  got: %.*s", where, STR_ARG(text), STR_ARG(state_of(w, *key)));
        return;
    }
    struct doing x = {.world = w, .line = &l, .key = *key, .viewer = viewer_of(&l, *key)};
    bool done = store_run(w->store, line_command, &x, &e);
    struct str got = done ? (struct str){0} : str_printf(&w->arena, "! %s", e.msg);
    if (done) {
        if (str_is(l.action, "register") || str_is(value_of(&l, "follow"), "yes"))
            *key = x.made;
        got = state_of(w, *key);
    }
    if (!str_eq(got, l.expected) && !(done && str_starts(got, l.expected)))
        fail_msg("%s: %.*s\n  got: %.*s (%s)", where, STR_ARG(text), STR_ARG(got), e.detail);
}

static void run_file(const char *path)
{
    struct flow_world w = {0};
    struct case_key key = {0};
    char line[4096], name[2048] = "";
    bool open = false;
    char pack[32] = "vn";
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        struct str text = str_trim(str_of(line));
        if (!text.n || text.p[0] == '#')
            continue;
        if (str_starts(text, STR("pack "))) {
            snprintf(pack, sizeof pack, "%.*s", STR_ARG(str_cut(text, 5, text.n)));
            continue;
        }
        if (str_starts(text, STR("== "))) {
            if (open)
                close_world(&w);
            open_world(&w, pack);
            open = true;
            snprintf(name, sizeof name, "%s: %.*s", path, STR_ARG(text));
            continue;
        }
        run_line(&w, text, &key, name);
    }
    fclose(f);
    if (open)
        close_world(&w);
}

static void flows_end_as_written(void **state)
{
    (void)state;
    char dir[512], path[1024];
    int n = 0;
    const char *source = getenv("DINH_SOURCE");
    snprintf(dir, sizeof dir, "%s/tests/flows", source ? source : ".");
    DIR *d = opendir(dir);
    assert_non_null(d);
    for (struct dirent *x; (x = readdir(d));) {
        if (!str_ends(str_of(x->d_name), STR(".flow")))
            continue;
        snprintf(path, sizeof path, "%s/%s", dir, x->d_name);
        run_file(path);
        n++;
    }
    closedir(d);
    assert_true(n > 0);
}

int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {cmocka_unit_test(flows_end_as_written)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
