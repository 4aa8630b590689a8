// SPDX-License-Identifier: AGPL-3.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "features/vault/vault.h"
#include "platform/assets/assets.h"
#include "platform/store/test_database.h"

enum { HERE = 7 };
static const char SECRET_TEXT[] = "Nguyễn Thị Bí Mật, 0912 345 678";

struct world {
    struct store *store;
    struct arena a;
    struct viewer actor;
    struct vault_doing d;
    char path[96];
};

static void open_world(struct world *w)
{
    char dir[] = "/tmp/dinh-vault-XXXXXX", url[256];
    struct err e = {0};
    const struct migration_file *files[] = {acts_migrations, acts_migrations + 1, acts_migrations + 2, vault_migrations};
    struct migration list[4];
    crypt_init();
    assert_non_null(mkdtemp(dir));
    snprintf(w->path, sizeof w->path, "%s/db", dir);
    test_database_to(url, sizeof url, dir, "db");
    for (size_t i = 0; i < 4; i++) {
        const struct asset *sql = asset_find(str_of(files[i]->asset));
        list[i] = (struct migration){files[i]->name, sql->bytes.p, sql->bytes.n};
    }
    assert_true(store_open(&(struct store_options){.url = url}, &w->store, &e));
    assert_true(store_migrate(w->store, list, 4, &e));
    arena_init(&w->a);
    w->actor = VIEWER_SYSTEM;
    w->d = (struct vault_doing){w->store, &w->a, &w->actor, {1000}};
}

static void close_world(struct world *w)
{
    arena_done(&w->a);
    store_close(w->store);
}

static struct str secret_of(struct arena *a, int64_t account)
{
    return str_printf(a, "một câu dài khó đoán %lld", (long long)account);
}

static int64_t add(struct world *w, int64_t account)
{
    struct vault_holder h = {.office_id = HERE, .account_id = account, .name = STR("Lan")};
    struct err e = {0};
    assert_true(vault_holder_add(&w->d, &h, secret_of(&w->a, account), &e));
    return h.holder_no;
}

static bool put(struct tx *tx, void *arg, struct err *e)
{
    return vault_put(tx, *(struct vault_place *)arg, STR("Nguyễn Thị Bí Mật, 0912 345 678"), e);
}

/* 0: opened; else the failure. */
static int try_open(struct world *w, int64_t case_id, int64_t first, int64_t second)
{
    struct vault_turn turns[2] = {{first, secret_of(&w->a, first)}, {second, secret_of(&w->a, second)}};
    struct err e = {0};
    struct rd *rd;
    struct str got;
    assert_true(store_read(w->store, &w->a, &rd, &e));
    bool good = vault_open(rd, &w->a, (struct vault_place){HERE, case_id}, turns, &got, &e);
    store_read_end(rd);
    if (good)
        assert_true(str_is(got, SECRET_TEXT));
    return good ? 0 : (int)e.code;
}

static void each_opens_alone(void **state)
{
    struct world w;
    struct err e = {0};
    struct vault_place at = {HERE, 5};
    (void)state;
    open_world(&w);
    assert_false(store_run(w.store, put, &at, &e)); /* nobody to seal it to */
    assert_int_equal(e.code, ERR_CONFLICT);
    add(&w, 11);
    assert_false(store_run(w.store, put, &at, &e)); /* an office keeps two */
    add(&w, 12);
    assert_true(store_run(w.store, put, &at, &e));
    assert_int_equal(try_open(&w, 5, 11, 0), 0);
    assert_int_equal(try_open(&w, 5, 12, 0), 0);
    assert_int_equal(try_open(&w, 5, 13, 0), ERR_DENIED);
    assert_int_equal(try_open(&w, 6, 11, 0), ERR_NOT_FOUND);
    close_world(&w);
}

static void two_open_together(void **state)
{
    struct world w;
    struct err e = {0};
    struct vault_place at = {HERE, 5};
    (void)state;
    open_world(&w);
    assert_false(vault_together(&w.d, HERE, true, &e));
    for (int64_t n = 11; n <= 13; n++)
        add(&w, n);
    assert_true(vault_together(&w.d, HERE, true, &e));
    assert_true(store_run(w.store, put, &at, &e));
    assert_int_equal(try_open(&w, 5, 11, 0), ERR_DENIED);
    assert_int_equal(try_open(&w, 5, 11, 11), ERR_DENIED); /* one is not two */
    assert_int_equal(try_open(&w, 5, 11, 99), ERR_DENIED);
    assert_int_equal(try_open(&w, 5, 11, 13), 0);
    assert_int_equal(try_open(&w, 5, 13, 12), 0);
    close_world(&w);
}

static void staff_leaves_and_comes(void **state)
{
    struct world w;
    struct err e = {0};
    struct vault_place at = {HERE, 5};
    int64_t done = 0;
    (void)state;
    open_world(&w);
    int64_t first = add(&w, 11);
    add(&w, 12);
    assert_true(store_run(w.store, put, &at, &e));
    assert_false(vault_holder_remove(&w.d, HERE, first, &e));
    assert_string_equal(e.msg, "err.vault.two");
    add(&w, 13);
    assert_int_equal(try_open(&w, 5, 13, 0), ERR_DENIED); /* not before the other one brings it along */
    assert_true(vault_holder_remove(&w.d, HERE, first, &e));
    assert_int_equal(try_open(&w, 5, 11, 0), ERR_DENIED);
    struct vault_turn wrong[2] = {{13, secret_of(&w.a, 12)}}, turns[2] = {{12, secret_of(&w.a, 12)}};
    assert_false(vault_reseal(&w.d, HERE, wrong, &done, &e));
    assert_true(vault_reseal(&w.d, HERE, turns, &done, &e));
    assert_int_equal(done, 1);
    assert_int_equal(try_open(&w, 5, 13, 0), 0);
    assert_int_equal(try_open(&w, 5, 12, 0), 0);
    assert_int_equal(try_open(&w, 5, 11, 0), ERR_DENIED);
    close_world(&w);
}

static void only_an_administrator_names(void **state)
{
    struct world w;
    struct err e = {0};
    struct vault_holder h = {.office_id = HERE, .account_id = 11, .name = STR("Lan")};
    (void)state;
    open_world(&w);
    assert_false(vault_holder_add(&w.d, &h, STR("ngắn"), &e));
    assert_int_equal(e.code, ERR_BAD_INPUT);
    w.actor = (struct viewer){.user_id = 1, .grants = {{.office_id = HERE, .roles = ROLE_LEADER}}, .grants_n = 1};
    assert_false(vault_holder_add(&w.d, &h, secret_of(&w.a, 11), &e));
    assert_int_equal(e.code, ERR_DENIED);
    close_world(&w);
}

static bool holds(const char *path, const char *suffix, const char *word)
{
    char name[128], *bytes = malloc(1 << 22);
    snprintf(name, sizeof name, "%s%s", path, suffix);
    FILE *f = fopen(name, "rb");
    size_t n = f ? fread(bytes, 1, 1 << 22, f) : 0;
    bool found = n && memmem(bytes, n, word, strlen(word));
    if (f)
        fclose(f);
    free(bytes);
    return found;
}

/* The files say the holder's name, and nothing of what is sealed nor of a secret. */
static void files_say_nothing(void **state)
{
    static const char *const files[] = {"", "-wal", "-shm"};
    static const char *const words[] = {"Bí Mật", "Nguyễn", "0912 345", "khó đoán"};
    struct world w;
    struct err e = {0};
    struct vault_place at = {HERE, 5};
    (void)state;
    open_world(&w);
    add(&w, 11);
    add(&w, 12);
    assert_true(store_run(w.store, put, &at, &e));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        for (size_t k = 0; k < sizeof words / sizeof *words; k++)
            assert_false(holds(w.path, files[i], words[k]));
    assert_true(test_postgres() || holds(w.path, "", "Lan") || holds(w.path, "-wal", "Lan"));
    close_world(&w);
}

/* Every byte counts: a changed wrap, lock or text opens nothing. */
static void changed_bytes_open_nothing(void **state)
{
    struct arena a;
    struct err e = {0};
    struct vault_public pk[2];
    struct vault_private sk[2];
    struct str locked[2], got;
    uint8_t key[VAULT_KEY] = {1, 2, 3}, back[VAULT_KEY];
    (void)state;
    crypt_init();
    arena_init(&a);
    for (int i = 0; i < 2; i++) {
        assert_true(vault_pair_make(&a, STR("một câu dài khó đoán"), &pk[i], &locked[i], &e));
        assert_true(vault_unlock(locked[i], STR("một câu dài khó đoán"), &pk[i], &sk[i], &e));
    }
    assert_false(vault_unlock(locked[0], STR("một câu dài khó đoán"), &pk[1], &sk[0], &e));
    static const struct vault_public none;
    struct str wrap, sealed = vault_encrypt(&a, key, STR("a"), STR("tên"));
    assert_false(vault_wrap(&a, key, &none, NULL, &wrap));
    assert_true(vault_wrap(&a, key, &pk[0], &pk[1], &wrap));
    assert_true(vault_unwrap(wrap, &sk[0], &sk[1], back));
    assert_memory_equal(key, back, sizeof key);
    assert_false(vault_unwrap(wrap, &sk[1], &sk[0], back));
    assert_false(vault_decrypt(&a, key, STR("b"), sealed, &got));
    assert_true(vault_decrypt(&a, key, STR("a"), sealed, &got) && str_is(got, "tên"));
    for (size_t i = 0; i <= wrap.n; i++) {
        char *copy = arena_copy(&a, wrap.p, wrap.n);
        copy[i % wrap.n] ^= 1;
        assert_false(vault_unwrap((struct str){copy, wrap.n}, &sk[0], &sk[1], back));
        assert_false(i < wrap.n && vault_unwrap(str_cut(wrap, 0, i), &sk[0], &sk[1], back));
    }
    for (size_t i = 0; i < sealed.n; i++) {
        char *copy = arena_copy(&a, sealed.p, sealed.n);
        copy[i] ^= 0x80;
        assert_false(vault_decrypt(&a, key, STR("a"), (struct str){copy, sealed.n}, &got));
        assert_false(vault_decrypt(&a, key, STR("a"), str_cut(sealed, 0, i), &got));
    }
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_opens_alone), cmocka_unit_test(two_open_together), cmocka_unit_test(staff_leaves_and_comes),
        cmocka_unit_test(only_an_administrator_names), cmocka_unit_test(files_say_nothing),
        cmocka_unit_test(changed_bytes_open_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
