// SPDX-License-Identifier: AGPL-3.0-or-later
/* Accounts and signing in, on a database, with a clock that the test moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "features/people/sign_in.h"
#include "platform/assets/assets.h"
#include "platform/auth/totp.h"
#include "platform/store/test_database.h"

#define PASSWORD "một câu dài dễ nhớ"

struct bench {
    struct arena a;
    char dir[64], url[256];
    struct store *store;
    struct keys *keys;
    struct people *people;
    struct people_doing d; /* by the program */
    struct err e;
};

static const struct viewer program = VIEWER_SYSTEM;

static void check(bool good, const struct err *e)
{
    if (!good)
        fail_msg("%s %s", e->msg, e->detail);
}

/* Offices 10..12 are below 10. */
static bool below(struct rd *rd, struct arena *a, int64_t office_id, const int64_t **ret_ids, size_t *ret_n, struct err *e)
{
    int64_t *ids = arena_array(a, int64_t, 3);
    (void)rd;
    (void)e;
    ids[0] = office_id + 2;
    ids[1] = office_id;
    ids[2] = office_id + 1;
    *ret_ids = ids;
    *ret_n = 3;
    return true;
}

static int open_bench(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    const struct asset *acts = asset_find(STR("src/features/acts/001_acts.sql"));
    const struct asset *own = asset_find(STR("src/features/people/001_people.sql"));
    const struct asset *facts = asset_find(STR("src/features/acts/002_facts.sql"));
    const struct asset *gone = asset_find(STR("src/features/acts/003_forgotten.sql"));
    struct migration list[] = {{"acts/001", acts->bytes.p, acts->bytes.n}, {"acts/002", facts->bytes.p, facts->bytes.n},
                               {"acts/003", gone->bytes.p, gone->bytes.n},
                               {"people/001", own->bytes.p, own->bytes.n}};
    arena_init(&b->a);
    snprintf(b->dir, sizeof b->dir, "/tmp/dinh-people-XXXXXX");
    if (!mkdtemp(b->dir))
        return -1;
    test_database_to(b->url, sizeof b->url, b->dir, "db");
    struct store_options o = {.url = b->url};
    check(keys_create(b->dir, &b->e) && keys_open(b->dir, &b->keys, &b->e), &b->e);
    check(store_open(&o, &b->store, &b->e) && store_migrate(b->store, list, sizeof list / sizeof *list, &b->e), &b->e);
    b->people = people_open(b->store, b->keys, below);
    b->d = (struct people_doing){b->people, &b->a, &program, {1783326600000}};
    *state = b;
    return 0;
}

static int close_bench(void **state)
{
    static const char *const files[] = {"db", "db-wal", "db-shm", "keys/forms.key", "keys/identity.key", "keys/accounts.key",
                                        "keys/marks.key", "keys/mail.key"};
    struct bench *b = *state;
    char path[128];
    people_close(b->people);
    store_close(b->store);
    keys_close(b->keys);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", b->dir, files[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/keys", b->dir);
    rmdir(path);
    rmdir(b->dir);
    arena_done(&b->a);
    free(b);
    return 0;
}

static int64_t add(struct bench *b, const char *login, int64_t office_id, uint32_t roles)
{
    int64_t id = 0;
    struct person_new in = {str_of(login), STR("Nguyễn Thị Lan"), STR("Công chức"), STR(PASSWORD), office_id, roles, true};
    check(people_add(&b->d, &in, &id, &b->e), &b->e);
    return id;
}

static struct sign_in try_with(struct bench *b, const char *login, const char *password)
{
    struct sign_in got = {0};
    check(sign_in_password(&b->d, str_of(login), str_of(password), &got, &b->e), &b->e);
    return got;
}

static struct viewer viewer_of(struct bench *b, struct str cookie)
{
    struct rd *rd;
    struct digest hash;
    struct session_found got = {0};
    if (session_parse(cookie, &hash) != COOKIE_SESSION)
        return VIEWER_PUBLIC;
    check(store_read(b->store, &b->a, &rd, &b->e), &b->e);
    check(session_find(rd, &b->a, &hash, b->d.now, &got, &b->e), &b->e);
    store_read_end(rd);
    return got.viewer;
}

static struct person person_of(struct bench *b, const char *login)
{
    struct rd *rd;
    struct person *list, found = {0};
    size_t n;
    check(store_read(b->store, &b->a, &rd, &b->e), &b->e);
    check(people_list(rd, &b->a, &(struct people_query){.viewer = &program}, &list, &n, &b->e), &b->e);
    store_read_end(rd);
    for (size_t i = 0; i < n; i++)
        if (str_is(list[i].login, login))
            found = list[i];
    return found;
}

static void the_right_password_opens_a_session(void **state)
{
    struct bench *b = *state;
    int64_t id = add(b, "lan", 10, ROLE_RECEPTION | ROLE_SETTLING);
    struct sign_in got = try_with(b, " LAN ", PASSWORD);
    assert_int_equal(got.step, SIGN_IN_DONE);
    assert_true(got.official);
    struct viewer v = viewer_of(b, got.cookie);
    assert_int_equal(v.user_id, id);
    assert_true(str_is(v.name, "Nguyễn Thị Lan"));
    assert_int_equal(v.grants_n, 1);
    assert_int_equal(v.grants[0].office_id, 10);
    assert_int_equal(v.grants[0].roles, ROLE_RECEPTION | ROLE_SETTLING);
    assert_true(v.grants[0].subtree);
    check(sign_out(&b->d, got.cookie, &b->e), &b->e);
    assert_int_equal(viewer_of(b, got.cookie).user_id, 0);
}

static void wrong_and_unknown_look_alike(void **state)
{
    struct bench *b = *state;
    static const char *const names[] = {"lan", "nobody", "no such name!", ""};
    add(b, "lan", 10, ROLE_RECEPTION);
    for (int n = 0; n < 4; n++) {
        for (int i = 0; i < 5; i++)
            assert_int_equal(try_with(b, names[n], "sai mật khẩu rồi").step, SIGN_IN_WRONG);
        assert_int_equal(try_with(b, names[n], "sai mật khẩu rồi").step, SIGN_IN_WAIT);
    }
    /* Even the right one waits, and then opens and clears the count. */
    assert_int_equal(try_with(b, "lan", PASSWORD).step, SIGN_IN_WAIT);
    b->d.now.ms += 30000;
    assert_int_equal(try_with(b, "lan", PASSWORD).step, SIGN_IN_DONE);
    for (int i = 0; i < 4; i++)
        assert_int_equal(try_with(b, "lan", "sai mật khẩu rồi").step, SIGN_IN_WRONG);
    assert_int_equal(try_with(b, "lan", PASSWORD).step, SIGN_IN_DONE);
}

static const char *code_now(struct bench *b, const uint8_t *secret)
{
    return str_printf(&b->a, "%06u", totp_code(secret, TOTP_SECRET, totp_counter(b->d.now))).p;
}

static bool factor_of(struct bench *b, const char *login, uint8_t *ret_secret)
{
    struct rd *rd;
    struct account who;
    bool found = false;
    check(store_read(b->store, &b->a, &rd, &b->e), &b->e);
    check(account_find(rd, &b->a, str_of(login), &who, &found, &b->e), &b->e);
    store_read_end(rd);
    return found && factor_open(b->people, &b->a, &who, ret_secret);
}

static void the_second_factor_is_asked_and_no_code_works_twice(void **state)
{
    struct bench *b = *state;
    struct people_factor f;
    struct sign_in got;
    uint8_t secret[TOTP_SECRET];
    add(b, "lan", 10, ROLE_LEADER);
    check(people_set_factor(&b->d, STR("lan"), &f, &b->e), &b->e);
    assert_true(factor_of(b, "lan", secret));
    assert_true(person_of(b, "lan").second_factor);
    struct sign_in first = try_with(b, "lan", PASSWORD);
    assert_int_equal(first.step, SIGN_IN_CODE);
    assert_int_equal(viewer_of(b, first.cookie).user_id, 0);
    check(sign_in_code(&b->d, first.cookie, STR("000000"), &got, &b->e), &b->e);
    assert_int_equal(got.step, SIGN_IN_WRONG);
    struct str code = str_of(code_now(b, secret));
    check(sign_in_code(&b->d, first.cookie, code, &got, &b->e), &b->e);
    assert_int_equal(got.step, SIGN_IN_DONE);
    assert_false(str_eq(got.cookie, first.cookie));
    assert_int_equal(viewer_of(b, got.cookie).grants_n, 1);
    /* The first step's session is spent; the code too. */
    assert_false(sign_in_code(&b->d, first.cookie, code, &got, &b->e));
    assert_int_equal(b->e.code, ERR_DENIED);
    first = try_with(b, "lan", PASSWORD);
    check(sign_in_code(&b->d, first.cookie, code, &got, &b->e), &b->e);
    assert_int_equal(got.step, SIGN_IN_WRONG);
    /* Nor does the first step last. */
    b->d.now.ms += 5 * 60 * 1000;
    assert_false(sign_in_code(&b->d, first.cookie, str_of(code_now(b, secret)), &got, &b->e));
}

static void a_recovery_code_works_once(void **state)
{
    struct bench *b = *state;
    struct people_factor f;
    struct sign_in got;
    add(b, "lan", 10, ROLE_LEADER);
    check(people_set_factor(&b->d, STR("lan"), &f, &b->e), &b->e);
    assert_true(str_starts(f.uri, STR("otpauth://totp/Dinh:lan?secret=")));
    for (int i = 0; i < 2; i++) {
        struct sign_in first = try_with(b, "lan", PASSWORD);
        check(sign_in_code(&b->d, first.cookie, f.codes[3], &got, &b->e), &b->e);
        assert_int_equal(got.step, i ? SIGN_IN_WRONG : SIGN_IN_DONE);
    }
    check(people_drop_factor(&b->d, STR("lan"), &b->e), &b->e);
    assert_int_equal(try_with(b, "lan", PASSWORD).step, SIGN_IN_DONE);
}

static void codes_are_counted_as_tries(void **state)
{
    struct bench *b = *state;
    struct people_factor f;
    struct sign_in got = {0};
    add(b, "lan", 10, ROLE_LEADER);
    check(people_set_factor(&b->d, STR("lan"), &f, &b->e), &b->e);
    struct sign_in first = try_with(b, "lan", PASSWORD);
    for (int i = 0; i < 5; i++)
        check(sign_in_code(&b->d, first.cookie, STR("000000"), &got, &b->e), &b->e);
    assert_int_equal(got.step, SIGN_IN_WAIT);
}

static void sessions_slide_and_end(void **state)
{
    struct bench *b = *state;
    add(b, "lan", 10, ROLE_LEADER);
    struct sign_in got = try_with(b, "lan", PASSWORD);
    struct instant start = b->d.now;
    b->d.now.ms = start.ms + 8 * (int64_t)HOUR_MS - 1;
    assert_int_not_equal(viewer_of(b, got.cookie).user_id, 0);
    b->d.now.ms++;
    assert_int_equal(viewer_of(b, got.cookie).user_id, 0);
    /* Used at seven hours: good until fifteen; used every hour: until twenty-four. */
    b->d.now.ms = start.ms + 7 * (int64_t)HOUR_MS;
    for (int hour = 7; hour < 24; hour++) {
        struct digest hash;
        b->d.now.ms = start.ms + hour * (int64_t)HOUR_MS;
        assert_int_not_equal(viewer_of(b, got.cookie).user_id, 0);
        session_parse(got.cookie, &hash);
        b->people->touched[0] = (struct touched){hash, b->d.now};
        b->people->touched_n = 1;
        check(people_upkeep(b->people, b->d.now, &b->e), &b->e);
        assert_int_equal(b->people->touched_n, 0);
    }
    b->d.now.ms = start.ms + 24 * (int64_t)HOUR_MS;
    assert_int_equal(viewer_of(b, got.cookie).user_id, 0);
}

static void disabling_ends_everything(void **state)
{
    struct bench *b = *state;
    add(b, "lan", 10, ROLE_LEADER);
    struct sign_in got = try_with(b, "lan", PASSWORD);
    check(people_disable(&b->d, STR("lan"), true, &b->e), &b->e);
    assert_int_equal(viewer_of(b, got.cookie).user_id, 0);
    assert_int_equal(try_with(b, "lan", PASSWORD).step, SIGN_IN_WRONG);
    check(people_disable(&b->d, STR("lan"), false, &b->e), &b->e);
    assert_int_equal(try_with(b, "lan", PASSWORD).step, SIGN_IN_DONE);
}

static void a_new_password_ends_sessions_and_lock_out(void **state)
{
    struct bench *b = *state;
    add(b, "lan", 10, ROLE_LEADER);
    struct sign_in got = try_with(b, "lan", PASSWORD);
    for (int i = 0; i < 6; i++)
        try_with(b, "lan", "x");
    assert_false(people_set_password(&b->d, STR("lan"), STR("ngắn"), &b->e));
    assert_string_equal(b->e.msg, "err.password.short");
    check(people_set_password(&b->d, STR("lan"), STR("một câu khác hẳn"), &b->e), &b->e);
    assert_int_equal(viewer_of(b, got.cookie).user_id, 0);
    assert_int_equal(try_with(b, "lan", PASSWORD).step, SIGN_IN_WRONG);
    assert_int_equal(try_with(b, "lan", "một câu khác hẳn").step, SIGN_IN_DONE);
}

static void grants_change(void **state)
{
    struct bench *b = *state;
    add(b, "lan", 10, ROLE_LEADER);
    for (int64_t office = 20; office < 20 + PEOPLE_GRANTS - 1; office++)
        check(people_grant(&b->d, STR("lan"), &(struct grant){.office_id = office, .roles = ROLE_HAMLET}, &b->e), &b->e);
    assert_false(people_grant(&b->d, STR("lan"), &(struct grant){.office_id = 99, .roles = ROLE_HAMLET}, &b->e));
    assert_string_equal(b->e.msg, "err.people.grants");
    check(people_grant(&b->d, STR("lan"), &(struct grant){.office_id = 20, .roles = 0}, &b->e), &b->e);
    check(people_grant(&b->d, STR("lan"), &(struct grant){.office_id = 10, .roles = ROLE_SUPERVISOR}, &b->e), &b->e);
    struct person p = person_of(b, "lan");
    assert_int_equal(p.grants_n, PEOPLE_GRANTS - 1);
    assert_int_equal(p.grants[0].roles, ROLE_SUPERVISOR);
    assert_false(p.grants[0].subtree);
}

static void only_administrators_of_the_office_may(void **state)
{
    struct bench *b = *state;
    int64_t id;
    int64_t admin_id = add(b, "quan.tri", 10, ROLE_ADMIN);
    add(b, "lan", 10, ROLE_RECEPTION);
    add(b, "xa.kia", 50, ROLE_RECEPTION);
    struct viewer admin = {.user_id = admin_id, .name = STR("Q"), .grants = {{.office_id = 10, .roles = ROLE_ADMIN}}, .grants_n = 1};
    struct viewer lan = {.user_id = admin_id + 1, .grants = {{.office_id = 10, .roles = ROLE_RECEPTION}}, .grants_n = 1};
    struct people_doing by_admin = b->d, by_lan = b->d;
    by_admin.actor = &admin;
    by_lan.actor = &lan;
    struct grant leader = {.office_id = 10, .roles = ROLE_LEADER}, far = {.office_id = 50, .roles = ROLE_LEADER};
    struct person_new in = {STR("moi"), STR("Mới"), STR(""), STR(PASSWORD), 10, ROLE_HAMLET, false};
    check(people_add(&by_admin, &in, &id, &b->e), &b->e);
    check(people_grant(&by_admin, STR("lan"), &leader, &b->e), &b->e);
    assert_false(people_grant(&by_admin, STR("lan"), &far, &b->e));
    assert_false(people_grant(&by_admin, STR("quan.tri"), &leader, &b->e)); /* herself */
    assert_false(people_disable(&by_admin, STR("xa.kia"), true, &b->e));
    assert_false(people_set_password(&by_admin, STR("xa.kia"), STR("chiếm lấy tài khoản"), &b->e));
    assert_false(people_disable(&by_lan, STR("moi"), true, &b->e));
    assert_int_equal(b->e.code, ERR_DENIED);
    in.login = STR("khac");
    assert_false(people_add(&by_lan, &in, &id, &b->e));
    in.login = STR("moi");
    assert_false(people_add(&b->d, &in, &id, &b->e));
    assert_string_equal(b->e.msg, "err.login.taken");
    assert_false(people_disable(&b->d, STR("nobody"), true, &b->e));
    assert_int_equal(b->e.code, ERR_NOT_FOUND);
}

static void lists_show_what_one_may_know(void **state)
{
    struct bench *b = *state;
    struct rd *rd;
    struct person *list;
    size_t n;
    add(b, "anh", 10, ROLE_RECEPTION);
    add(b, "binh", 10, ROLE_SETTLING);
    add(b, "chi", 50, ROLE_SETTLING);
    struct viewer leader = {.user_id = 1, .grants = {{.office_id = 10, .roles = ROLE_LEADER}}, .grants_n = 1};
    struct viewer nobody = VIEWER_PUBLIC;
    static const struct {
        int64_t office;
        uint32_t roles;
        size_t n[3]; /* program, leader of 10, nobody */
    } v[] = {{0, 0, {3, 2, 0}}, {10, 0, {2, 2, 0}}, {10, ROLE_SETTLING, {1, 1, 0}}, {50, 0, {1, 0, 0}}, {0, ROLE_SETTLING, {2, 1, 0}}};
    const struct viewer *who[] = {&program, &leader, &nobody};
    check(store_read(b->store, &b->a, &rd, &b->e), &b->e);
    for (size_t i = 0; i < sizeof v / sizeof *v; i++)
        for (int w = 0; w < 3; w++) {
            struct people_query q = {who[w], v[i].office, v[i].roles};
            check(people_list(rd, &b->a, &q, &list, &n, &b->e), &b->e);
            assert_int_equal(n, v[i].n[w]);
        }
    store_read_end(rd);
}

static void everything_is_an_act_and_no_secret_is_stored(void **state)
{
    struct bench *b = *state;
    struct rd *rd;
    struct people_factor f;
    size_t at;
    static const char *const verbs[] = {"add", "factor", "disable", "enable", "password", "sign_in"};
    int64_t id = add(b, "lan", 10, ROLE_LEADER);
    check(people_set_factor(&b->d, STR("lan"), &f, &b->e), &b->e);
    check(people_disable(&b->d, STR("lan"), true, &b->e) && people_disable(&b->d, STR("lan"), false, &b->e), &b->e);
    check(people_set_password(&b->d, STR("lan"), STR("một câu khác hẳn"), &b->e), &b->e);
    struct sign_in first = try_with(b, "lan", "một câu khác hẳn"), got;
    check(sign_in_code(&b->d, first.cookie, f.codes[0], &got, &b->e), &b->e);
    check(store_read(b->store, &b->a, &rd, &b->e), &b->e);
    const struct act_query q = {10, "account", id, false};
    struct act_list acts;
    check(act_list(rd, &b->a, &q, &acts, &b->e), &b->e);
    store_read_end(rd);
    assert_int_equal(acts.n, 6);
    for (size_t i = 0; i < acts.n; i++)
        assert_true(str_is(acts.v[i].verb, verbs[i]));
    assert_true(str_is(acts.v[0].note, "office 10 and below: leader"));
    char path[128];
    if (test_postgres())
        return;
    snprintf(path, sizeof path, "%s/copy", b->dir);
    check(store_backup(b->store, path, &b->e), &b->e);
    FILE *file = fopen(path, "rb");
    char *bytes = arena_alloc(&b->a, 1 << 20);
    size_t size = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    unlink(path);
    struct str all = {bytes, size};
    uint8_t secret[TOTP_SECRET], token[32];
    assert_true(factor_of(b, "lan", secret) && hex_parse(got.cookie, token, 32));
    assert_true(str_find(all, STR("$argon2id$"), &at));
    assert_false(str_find(all, (struct str){(char *)secret, sizeof secret}, &at));
    assert_false(str_find(all, (struct str){(char *)token, sizeof token}, &at));
    assert_false(str_find(all, f.codes[1], &at));
    assert_false(str_find(all, STR("một câu khác"), &at));
}

#define ON_BENCH(test) cmocka_unit_test_setup_teardown(test, open_bench, close_bench)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        ON_BENCH(the_right_password_opens_a_session),
        ON_BENCH(wrong_and_unknown_look_alike),
        ON_BENCH(the_second_factor_is_asked_and_no_code_works_twice),
        ON_BENCH(a_recovery_code_works_once),
        ON_BENCH(codes_are_counted_as_tries),
        ON_BENCH(sessions_slide_and_end),
        ON_BENCH(disabling_ends_everything),
        ON_BENCH(a_new_password_ends_sessions_and_lock_out),
        ON_BENCH(grants_change),
        ON_BENCH(only_administrators_of_the_office_may),
        ON_BENCH(lists_show_what_one_may_know),
        ON_BENCH(everything_is_an_act_and_no_secret_is_stored),
    };
    crypt_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
