// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/test_denounce_bench.h"

#include <ftw.h>
#include <sys/stat.h>

#include "platform/assets/assets.h"
#include "platform/jobs/jobs.h"
#include "platform/store/test_database.h"

static const struct {
    int64_t office;
    uint32_t roles;
    const char *login;
} accounts[ACCOUNTS + 1] = {
    {0}, {OFFICE, ROLE_LEADER, "leader"}, {OFFICE, ROLE_LEADER, "accused"}, {OFFICE, ROLE_SETTLING, "officer"},
    {OFFICE, ROLE_RECEPTION | ROLE_SETTLING, "colleague"}, {SUPERIOR, ROLE_LEADER, "above"},
    {DEPARTMENT, ROLE_LEADER, "below"},
};

static void migrate(struct bench *b)
{
    struct err e;
    struct migration list[40];
    size_t n = 0;
    const struct migration_file *const tables[] = {jobs_migrations, acts_migrations, units_migrations, people_migrations, rules_migrations,
                                                   vault_migrations, cases_migrations};
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        for (const struct migration_file *m = tables[t]; m->name; m++) {
            const struct asset *a = asset_find(str_of(m->asset));
            assert_non_null(a);
            list[n++] = (struct migration){m->name, a->bytes.p, a->bytes.n};
        }
    }
    check(store_migrate(b->store, list, n, &e), &e);
}

static bool below(struct rd *rd, struct arena *a, int64_t office_id, const int64_t **ret, size_t *ret_n, struct err *e)
{
    return units_offices_below(rd, a, office_id, ret, ret_n, e);
}

static void add_accounts(struct bench *b)
{
    struct err e;
    struct viewer program = VIEWER_SYSTEM;
    struct people_doing d = {b->people, &b->arena, &program, {1700000000000}};
    struct person_new list[ACCOUNTS];
    for (int i = 0; i < ACCOUNTS; i++)
        list[i] = (struct person_new){.login = str_of(accounts[i + 1].login), .name = str_of(accounts[i + 1].login),
                                      .password = STR("a long password of a test"), .office_id = accounts[i + 1].office,
                                      .roles = accounts[i + 1].roles};
    check(people_add_all(&d, list, ACCOUNTS, b->accounts + 1, &e), &e);
}

static bool office_rows(struct tx *tx, void *arg, struct err *e)
{
    (void)arg;
    static const struct { int64_t id, parent; } rows[] = {{SUPERIOR, 0}, {OFFICE, SUPERIOR}, {DEPARTMENT, OFFICE}};
    bool good = store_exec(tx, SQL("INSERT INTO units (unit_no, id, level, kind, name, name_en, fold, sort_key, remote)"
                                   " VALUES (1, '2025:1', 'commune', 'x', 'x', '', 'x', 'x', 0)"), NO_VALS, NULL, e);
    for (size_t i = 0; good && i < 3; i++)
        good = store_exec(tx, SQL("INSERT INTO offices (office_id, unit_no, parent_office_id, kind, code, name, address, phone,"
                                  " email, hours, leader) VALUES ($1, 1, $2, 'committee', '1', 'x', '', '', '', '', '')"),
                          VALS(V(rows[i].id), V(rows[i].parent)), NULL, e);
    return good;
}

struct viewer account(const struct bench *b, int who)
{
    struct viewer v = {.user_id = b->accounts[who], .name = str_of(accounts[who].login), .grants_n = 1};
    v.grants[0] = (struct grant){.office_id = accounts[who].office, .roles = accounts[who].roles};
    return v;
}

/* ---- commands ---- */

static struct case_doing doing_of(struct tx *tx, struct call *c)
{
    return (struct case_doing){tx, &c->b->world, &c->viewer, instant_of(c->b->world.today, 9 * 60, 420)};
}

bool register_command(struct tx *tx, void *arg, struct err *e)
{
    struct call *c = arg;
    struct case_doing d = doing_of(tx, c);
    struct case_new in = {.office_id = OFFICE, .office_code = STR("22366"), .procedure = STR("denunciation"),
                          .channel = STR("web"), .petitioner = STR("individual"), .people = 1, .received = c->b->world.today,
                          .text = {.title = STR("Title"), .body = str_of(c->body),
                                   .who = {.name = str_of(c->name ? c->name : "An"), .phone = STR("0901 234 567"),
                                           .address = STR("Hamlet Three, Xa Phan Ri")}},
                          .code_hash = digest_of("code", 4)};
    return case_register(&d, &in, &c->made, e);
}

bool deed_command(struct tx *tx, void *arg, struct err *e)
{
    struct call *c = arg;
    struct case_doing d = doing_of(tx, c);
    return case_do(&d, c->key, &c->deed, &c->made, e);
}

bool rate_command(struct tx *tx, void *arg, struct err *e)
{
    struct call *c = arg;
    struct case_doing d = doing_of(tx, c);
    return case_rate(&d, c->key, 3, STR(""), e);
}

bool run_deed(struct bench *b, int who, const struct case_deed *deed, struct err *e)
{
    struct call c = {.b = b, .viewer = account(b, who), .key = b->key, .deed = *deed};
    return store_run(b->store, deed_command, &c, e);
}

const char bench_text[] = "The head of the office took the money that was meant for the road of our village last spring";

struct case_key make_one(struct bench *b)
{
    struct err e;
    struct call c = {.b = b, .viewer = VIEWER_PUBLIC, .body = bench_text};
    check(store_run(b->store, register_command, &c, &e), &e);
    return c.made;
}

void accuse(struct bench *b, int who, int64_t office, bool head)
{
    struct err e;
    struct denounce_deed more = {.name = STR("Nguyen Van X"), .position = STR("clerk"), .workplace = STR("here"),
                                 .account_id = who ? b->accounts[who] : 0, .office_id = office, .head = head};
    struct case_deed deed = {.action = STR("name_accused"), .denounce = &more};
    check(run_deed(b, COLLEAGUE, &deed, &e), &e);
}

int open_bench(void **state)
{
    struct err e;
    struct rule_file *files;
    size_t n;
    struct strbuf problems;
    struct bench *b = calloc(1, sizeof *b);
    arena_init(&b->arena);
    /* in memory where there is such a place: these tests are about many commands, not about disks */
    snprintf(b->dir, sizeof b->dir, "%s/dinh-denounce-XXXXXX", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
    assert_non_null(mkdtemp(b->dir));
    struct store_options o = {.url = test_database(&b->arena, b->dir, "dinh.db")};
    strbuf_init(&problems, &b->arena, 1 << 20);
    rules_embedded(&b->arena, STR("vn"), &files, &n);
    check(store_open(&o, &b->store, &e) && keys_create(b->dir, &e) && keys_open(b->dir, &b->keys, &e), &e);
    if (!rulebook_load(&b->arena, files, n, &b->rules, &problems, &e))
        fail_msg("%s", strbuf_text(&problems).p);
    migrate(b);
    b->people = people_open(b->store, b->keys, below);
    check(store_run(b->store, office_rows, NULL, &e), &e);
    add_accounts(b);
    assert_true(day_parse(STR("2026-07-06"), &b->world.today));
    b->world = (struct case_world){.rules = b->rules, .keys = b->keys, .files = b->dir, .zone_minutes = 420,
                                   .today = b->world.today};
    b->key = make_one(b);
    struct call protect = {.b = b, .viewer = {.track_office = OFFICE, .track_case = b->key.case_id}, .key = b->key,
                           .deed = {.action = STR("protect"), .text = STR("They threaten me.")}};
    check(store_run(b->store, deed_command, &protect, &e), &e);
    b->protection = (struct case_key){OFFICE, b->key.case_id + 1};
    *state = b;
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

int close_bench(void **state)
{
    struct bench *b = *state;
    people_close(b->people);
    store_close(b->store);
    keys_close(b->keys);
    nftw(b->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    arena_done(&b->arena);
    free(b);
    return 0;
}
