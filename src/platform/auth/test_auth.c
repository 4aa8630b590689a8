// SPDX-License-Identifier: AGPL-3.0-or-later
/* Second factor against the RFCs' vectors, passwords, cookies, viewers. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "platform/auth/password.h"
#include "platform/auth/session.h"
#include "platform/auth/totp.h"
#include "platform/auth/viewer.h"

static struct arena *arena_of(void **state)
{
    return *state;
}

static int open_arena(void **state)
{
    static struct arena a;
    arena_init(&a);
    *state = &a;
    return 0;
}

static int close_arena(void **state)
{
    arena_done(*state);
    return 0;
}

static const uint8_t rfc_secret[] = "12345678901234567890";

/* RFC 4226, appendix D. */
static void hotp_vectors(void **state)
{
    static const uint32_t codes[] = {755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489};
    (void)state;
    for (int i = 0; i < 10; i++)
        assert_int_equal(totp_code(rfc_secret, TOTP_SECRET, i), codes[i]);
}

/* RFC 6238, appendix B, SHA-1: the last six of its eight digits. */
static void totp_vectors(void **state)
{
    static const struct {
        int64_t s;
        const char *code;
    } v[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
             {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
    (void)state;
    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        int64_t counter = -1;
        assert_true(totp_check(rfc_secret, str_of(v[i].code), (struct instant){v[i].s * 1000}, 0, &counter));
        assert_int_equal(counter, v[i].s / 30);
    }
}

static void totp_takes_a_step_each_way_and_no_code_twice(void **state)
{
    struct instant t = {1111111109000};
    struct str code = STR("081 804");
    int64_t counter;
    (void)state;
    assert_true(totp_check(rfc_secret, code, (struct instant){t.ms + 30000}, 0, &counter));
    assert_true(totp_check(rfc_secret, code, (struct instant){t.ms - 30000}, 0, &counter));
    assert_int_equal(counter, 1111111109 / 30);
    assert_false(totp_check(rfc_secret, code, (struct instant){t.ms + 60000}, 0, &counter));
    assert_false(totp_check(rfc_secret, code, (struct instant){t.ms - 60000}, 0, &counter));
    assert_false(totp_check(rfc_secret, code, t, counter, &counter));
    assert_false(totp_check(rfc_secret, STR("08180"), t, 0, &counter));
    assert_false(totp_check(rfc_secret, STR("0818044"), t, 0, &counter));
    assert_false(totp_check(rfc_secret, STR("08180x"), t, 0, &counter));
    assert_false(totp_check(rfc_secret, STR(""), t, 0, &counter));
}

/* RFC 4648, 10, and the link that authenticators read. */
static void base32_and_link(void **state)
{
    struct arena *a = arena_of(state);
    assert_true(str_is(totp_base32(a, (const uint8_t *)"fooba", 5), "MZXW6YTB"));
    assert_true(str_is(totp_base32(a, (const uint8_t *)"foob", 4), "MZXW6YQ"));
    assert_true(str_is(totp_base32(a, rfc_secret, 20), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
    assert_true(str_is(totp_uri(a, STR("Dinh xã"), STR("a:b&c"), rfc_secret),
                       "otpauth://totp/Dinh%20x%C3%A3:a%3Ab%26c?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                       "&issuer=Dinh%20x%C3%A3"));
}

static void passwords_hold(void **state)
{
    struct arena *a = arena_of(state);
    struct passwords *p = passwords_open(1);
    struct str hash, again;
    struct err e = {0};
    bool right = false;
    assert_true(password_hash(p, a, STR("đường làng 12"), &hash, &e));
    assert_true(password_hash(p, a, STR("đường làng 12"), &again, &e));
    assert_true(str_starts(hash, STR("$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_false(str_eq(hash, again));
    assert_true(password_check(p, STR("đường làng 12"), hash, &right, &e) && right);
    assert_true(password_check(p, STR("đường làng 13"), hash, &right, &e) && !right);
    assert_true(password_check(p, STR(""), hash, &right, &e) && !right);
    assert_true(password_check(p, STR("x"), STR(""), &right, &e) && !right);
    assert_true(password_check(p, STR("x"), STR("$argon2id$nonsense"), &right, &e) && !right);
    assert_false(password_stale(hash));
    assert_true(password_stale(STR("$argon2id$v=19$m=8192,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                                   "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")));
    passwords_close(p);
}

static void passwords_worth_having(void **state)
{
    struct arena *a = arena_of(state);
    assert_null(password_wrong(a, STR("một câu dài dễ nhớ"), STR("lan")));
    assert_string_equal(password_wrong(a, STR("chín ký t"), STR("lan")), "err.password.short");
    assert_string_equal(password_wrong(a, STR("ăăăăăăăăăăăă"), STR("lan")), "err.password.weak");
    assert_string_equal(password_wrong(a, STR("Nguyen.Lan1"), STR("nguyen.lan")), "err.password.weak");
    char many[PASSWORD_MAX + 1];
    memset(many, 'a', sizeof many);
    many[0] = 'b';
    assert_string_equal(password_wrong(a, (struct str){many, sizeof many}, STR("lan")), "err.password.long");
}

struct storm {
    struct passwords *p;
    struct str hash;
};

static void *storm_check(void *arg)
{
    struct storm *s = arg;
    struct err e;
    bool right = false;
    return password_check(s->p, STR("mật khẩu dài"), s->hash, &right, &e) && right ? s : NULL;
}

static void passwords_take_turns(void **state)
{
    struct storm s = {passwords_open(2), {0}};
    pthread_t threads[8];
    struct err e;
    assert_true(password_hash(s.p, arena_of(state), STR("mật khẩu dài"), &s.hash, &e));
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, storm_check, &s), 0);
    for (int i = 0; i < 8; i++) {
        void *got = NULL;
        pthread_join(threads[i], &got);
        assert_non_null(got);
    }
    passwords_close(s.p);
}

static void roles_have_words(void **state)
{
    (void)state;
    for (int i = 0; i < ROLES_ALL; i++) {
        enum role r;
        assert_true(role_parse(str_of(role_word((enum role)(1 << i))), &r));
        assert_int_equal(r, 1 << i);
    }
    enum role none;
    assert_false(role_parse(STR("king"), &none));
    assert_false(role_parse(STR(""), &none));
}

static void viewers_may(void **state)
{
    static const int64_t below[] = {3, 5, 8, 13};
    struct viewer v = {.user_id = 1,
                       .grants = {{.office_id = 2, .roles = ROLE_RECEPTION},
                                  {.office_id = 3, .roles = ROLE_LEADER | ROLE_SETTLING, .subtree = true, .below = below,
                                   .below_n = 4}},
                       .grants_n = 2};
    struct viewer nobody = VIEWER_PUBLIC, program = VIEWER_SYSTEM;
    (void)state;
    assert_true(viewer_may(&v, 2, ROLE_RECEPTION | ROLE_ADMIN));
    assert_false(viewer_may(&v, 2, ROLE_LEADER));
    for (int i = 0; i < 4; i++)
        assert_true(viewer_may(&v, below[i], ROLE_LEADER));
    for (int64_t id = 0; id < 20; id++)
        assert_int_equal(viewer_may(&v, id, ROLE_SETTLING), id == 3 || id == 5 || id == 8 || id == 13);
    assert_int_equal(viewer_office(&v, ROLE_SETTLING), 3);
    assert_int_equal(viewer_office(&v, ROLE_ADMIN), 0);
    assert_true(viewer_has(&v, ROLE_LEADER) && !viewer_has(&v, ROLE_ADMIN));
    assert_false(viewer_may(&nobody, 2, ~0u) || viewer_has(&nobody, ~0u));
    assert_true(viewer_may(&program, 99, ROLE_ADMIN));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(hotp_vectors),
        cmocka_unit_test(totp_vectors),
        cmocka_unit_test(totp_takes_a_step_each_way_and_no_code_twice),
        cmocka_unit_test_setup_teardown(base32_and_link, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(passwords_hold, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(passwords_worth_having, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(passwords_take_turns, open_arena, close_arena),
        cmocka_unit_test(roles_have_words),
        cmocka_unit_test(viewers_may),
    };
    crypt_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
