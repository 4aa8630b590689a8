// SPDX-License-Identifier: AGPL-3.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "features/people/sign_in.h"

static void logins(void **state)
{
    struct arena a;
    struct str got;
    static const char *const bad[] = {"", "ab", "1abc", "a b c", "lân", "a/b", ".abc", "abc\n\x01",
                                      "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddx"};
    (void)state;
    arena_init(&a);
    assert_true(login_of(&a, STR("  Lan.Nguyen-2_x "), &got));
    assert_true(str_is(got, "lan.nguyen-2_x"));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(login_of(&a, str_of(bad[i]), &got));
    arena_done(&a);
}

static void waits_grow(void **state)
{
    (void)state;
    assert_int_equal(tries_wait_ms(4), 0);
    assert_int_equal(tries_wait_ms(5), 30 * 1000);
    assert_int_equal(tries_wait_ms(6), 60 * 1000);
    assert_int_equal(tries_wait_ms(12), HOUR_MS);
    assert_int_equal(tries_wait_ms(1000000), HOUR_MS);
    for (int64_t n = 1; n < 100; n++)
        assert_true(tries_wait_ms(n) <= tries_wait_ms(n + 1));
}

static void five_tries_then_a_wait(void **state)
{
    struct tries t = {0};
    struct instant now = {1000000};
    (void)state;
    for (int i = 0; i < 5; i++)
        assert_true(tries_step(&t, now));
    assert_false(tries_step(&t, now));
    assert_false(tries_step(&t, (struct instant){now.ms + 29999}));
    assert_int_equal(t.n, 5);
    assert_true(tries_step(&t, (struct instant){now.ms + 30000}));
    assert_false(tries_step(&t, (struct instant){now.ms + 89999}));
    assert_true(tries_step(&t, (struct instant){now.ms + 25 * (int64_t)HOUR_MS}));
    assert_int_equal(t.n, 1);
}

static void next_stays_here(void **state)
{
    static const char *const bad[] = {"", "desk", "//evil.example", "/\\evil", "https://evil", "/a\\b", "/a b", "/\x01",
                                      "/xã"};
    (void)state;
    assert_true(str_is(safe_next(STR("/desk?x=1&y=%20")), "/desk?x=1&y=%20"));
    assert_true(str_is(safe_next(STR("/")), "/"));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(safe_next(str_of(bad[i])).n, 0);
}

static void only_administrators(void **state)
{
    struct viewer admin = {.user_id = 1, .grants = {{.office_id = 3, .roles = ROLE_ADMIN}}, .grants_n = 1};
    struct viewer leader = {.user_id = 1, .grants = {{.office_id = 3, .roles = ROLE_LEADER}}, .grants_n = 1};
    struct viewer program = VIEWER_SYSTEM;
    (void)state;
    assert_true(may_administer(&admin, 3));
    assert_false(may_administer(&admin, 4));
    assert_false(may_administer(&admin, 0));
    assert_false(may_administer(&leader, 3));
    assert_true(may_administer(&program, 0));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(logins),          cmocka_unit_test(waits_grow),          cmocka_unit_test(five_tries_then_a_wait),
        cmocka_unit_test(next_stays_here), cmocka_unit_test(only_administrators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
