// SPDX-License-Identifier: AGPL-3.0-or-later
/* Key files, sealed texts, cookies and form tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/auth/keys.h"
#include "platform/auth/session.h"

struct bench {
    struct arena a;
    char dir[64], path[128];
    struct keys *keys;
};

static int open_bench(void **state)
{
    static struct bench b;
    struct err e = {0};
    memset(&b, 0, sizeof b);
    arena_init(&b.a);
    snprintf(b.dir, sizeof b.dir, "/tmp/dinh-keys-XXXXXX");
    if (!mkdtemp(b.dir) || !keys_create(b.dir, &e) || !keys_open(b.dir, &b.keys, &e)) {
        fprintf(stderr, "%s\n", e.detail);
        return -1;
    }
    *state = &b;
    return 0;
}

static const char *file_of(struct bench *b, const char *name)
{
    snprintf(b->path, sizeof b->path, "%s/keys/%s", b->dir, name);
    return b->path;
}

static int close_bench(void **state)
{
    static const char *const names[] = {"forms.key", "identity.key", "accounts.key", "marks.key", "mail.key"};
    struct bench *b = *state;
    keys_close(b->keys);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(file_of(b, names[i]));
    rmdir(file_of(b, ""));
    rmdir(b->dir);
    arena_done(&b->a);
    return 0;
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void files_are_private_and_kept(void **state)
{
    struct bench *b = *state;
    struct stat st;
    struct err e;
    struct keys *again;
    assert_int_equal(stat(file_of(b, "identity.key"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(keys_create(b->dir, &e));
    assert_true(keys_open(b->dir, &again, &e));
    for (int use = 0; use < KEY_USES; use++) {
        assert_memory_equal(key_bytes(again, (enum key_use)use), key_bytes(b->keys, (enum key_use)use), 32);
        for (int other = 0; other < use; other++)
            assert_memory_not_equal(key_bytes(again, (enum key_use)use), key_bytes(again, (enum key_use)other), 32);
    }
    keys_close(again);
}

static void damaged_files_are_refused(void **state)
{
    struct bench *b = *state;
    struct keys *k = NULL;
    struct err e = {0};
    assert_int_equal(chmod(file_of(b, "marks.key"), 0640), 0);
    assert_false(keys_open(b->dir, &k, &e));
    assert_int_equal(e.code, ERR_IO);
    assert_non_null(strstr(e.detail, "marks.key: others may read it"));
    chmod(b->path, 0600);
    assert_true(keys_open(b->dir, &k, &e));
    keys_close(k);
    k = NULL;
    write_file(b->path, "0123");
    assert_false(keys_open(b->dir, &k, &e));
    assert_non_null(strstr(e.detail, "not a key"));
    unlink(b->path);
    assert_false(keys_open(b->dir, &k, &e));
    assert_null(k);
}

/* What a killed init leaves of a key is not a key. */
static void half_a_key_is_made_anew(void **state)
{
    struct bench *b = *state;
    struct err e;
    struct keys *again;
    unlink(file_of(b, "marks.key"));
    write_file(file_of(b, "marks.key.part"), "0123");
    assert_int_equal(chmod(b->path, 0600), 0);
    assert_false(keys_open(b->dir, &again, &e));
    assert_true(keys_create(b->dir, &e));
    assert_int_not_equal(access(file_of(b, "marks.key.part"), F_OK), 0);
    assert_true(keys_open(b->dir, &again, &e));
    keys_close(again);
}

static void sealed_texts_open_only_where_they_stand(void **state)
{
    struct bench *b = *state;
    struct str plain = STR("Nguyễn Thị Lan"), got;
    struct str sealed = key_seal(b->keys, KEY_IDENTITY, &b->a, STR("case/1/2"), plain);
    struct str twice = key_seal(b->keys, KEY_IDENTITY, &b->a, STR("case/1/2"), plain);
    size_t at;
    assert_int_equal(sealed.n, plain.n + 45);
    assert_false(str_eq(sealed, twice));
    assert_false(str_find(sealed, STR("Lan"), &at));
    assert_true(key_unseal(b->keys, KEY_IDENTITY, &b->a, STR("case/1/2"), sealed, &got));
    assert_true(str_eq(got, plain));
    assert_false(key_unseal(b->keys, KEY_IDENTITY, &b->a, STR("case/1/3"), sealed, &got));
    assert_false(key_unseal(b->keys, KEY_MAIL, &b->a, STR("case/1/2"), sealed, &got));
    for (size_t i = 0; i < sealed.n; i++) {
        char *bad = arena_copy(&b->a, sealed.p, sealed.n);
        bad[i] = (char)(bad[i] ^ 1);
        assert_false(key_unseal(b->keys, KEY_IDENTITY, &b->a, STR("case/1/2"), (struct str){bad, sealed.n}, &got));
        assert_false(key_unseal(b->keys, KEY_IDENTITY, &b->a, STR("case/1/2"), str_cut(sealed, 0, i), &got));
    }
    sealed = key_seal(b->keys, KEY_IDENTITY, &b->a, STR(""), STR(""));
    assert_true(key_unseal(b->keys, KEY_IDENTITY, &b->a, STR(""), sealed, &got));
    assert_int_equal(got.n, 0);
}

static void cookies_and_tokens(void **state)
{
    struct bench *b = *state;
    struct digest stored, parsed;
    struct str session = session_new(&b->a, &stored), visitor = visitor_new(&b->a);
    assert_int_equal(session_parse(session, &parsed), COOKIE_SESSION);
    assert_true(digest_eq(&stored, &parsed));
    assert_int_equal(session_parse(visitor, &parsed), COOKIE_VISITOR);
    assert_int_equal(session_parse(STR(""), &parsed), COOKIE_NONE);
    assert_int_equal(session_parse(str_cut(session, 0, 63), &parsed), COOKIE_NONE);
    struct str token = csrf_token(b->keys, &b->a, session);
    assert_int_equal(token.n, 64);
    assert_true(csrf_token_holds(b->keys, session, token));
    assert_false(csrf_token_holds(b->keys, visitor, token));
    assert_true(csrf_token_holds(b->keys, visitor, csrf_token(b->keys, &b->a, visitor)));
    assert_false(csrf_token_holds(b->keys, session, STR("")));
    assert_false(csrf_token_holds(b->keys, STR(""), STR("")));
    assert_int_equal(csrf_token(b->keys, &b->a, STR("")).n, 0);
}

static void sealed_cookies_end(void **state)
{
    struct bench *b = *state;
    struct str got, cookie = cookie_seal(b->keys, &b->a, "track", STR("12:34"), 1000);
    assert_true(cookie_unseal(b->keys, &b->a, "track", cookie, 999, &got));
    assert_true(str_is(got, "12:34"));
    assert_false(cookie_unseal(b->keys, &b->a, "track", cookie, 1000, &got));
    assert_false(cookie_unseal(b->keys, &b->a, "other", cookie, 1, &got));
    assert_false(cookie_unseal(b->keys, &b->a, "track", str_cut(cookie, 2, 4000), 1, &got));
    assert_false(cookie_unseal(b->keys, &b->a, "track", STR("zz"), 1, &got));
    assert_false(cookie_unseal(b->keys, &b->a, "track", STR(""), 1, &got));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_are_private_and_kept, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(damaged_files_are_refused, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(half_a_key_is_made_anew, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(sealed_texts_open_only_where_they_stand, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(cookies_and_tokens, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(sealed_cookies_end, open_bench, close_bench),
    };
    crypt_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
