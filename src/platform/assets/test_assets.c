// SPDX-License-Identifier: AGPL-3.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#define ZLIB_CONST
#include <zlib.h>

#include "base/crypt.h"
#include "platform/assets/assets.h"

static void finds_each_by_name(void **state)
{
    size_t n;
    const struct asset *all = asset_all(&n);
    (void)state;
    assert_in_range(n, 3, 100000);
    for (size_t i = 0; i < n; i++) {
        assert_ptr_equal(asset_find(str_of(all[i].name)), &all[i]);
        if (i)
            assert_true(str_cmp(str_of(all[i - 1].name), str_of(all[i].name)) < 0);
    }
    assert_null(asset_find(STR("")));
    assert_null(asset_find(STR("locale/vi.m")));
    assert_null(asset_find(STR("locale/vi.mo2")));
    assert_null(asset_find(STR("zzz")));
}

static void holds_the_files_bytes(void **state)
{
    size_t n;
    const struct asset *all = asset_all(&n);
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < n; i++) {
        struct digest d = digest_of(all[i].bytes.p, all[i].bytes.n);
        assert_int_equal(strlen(all[i].hash), 16);
        assert_memory_equal(digest_hex(&a, &d).p, all[i].hash, 16);
        assert_int_equal(all[i].bytes.p[all[i].bytes.n], 0);
    }
    arena_done(&a);
}

static void unpacks_to_the_same(void **state)
{
    size_t n;
    const struct asset *all = asset_all(&n);
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < n; i++) {
        if (!all[i].gzip.n)
            continue;
        z_stream z = {.next_in = (const Bytef *)all[i].gzip.p, .avail_in = (uInt)all[i].gzip.n};
        char *plain = arena_alloc(&a, all[i].bytes.n + 1);
        z.next_out = (Bytef *)plain;
        z.avail_out = (uInt)all[i].bytes.n + 1;
        assert_true(all[i].gzip.n < all[i].bytes.n);
        assert_int_equal(inflateInit2(&z, 31), Z_OK);
        assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
        assert_int_equal(z.total_out, all[i].bytes.n);
        assert_memory_equal(plain, all[i].bytes.p, all[i].bytes.n);
        inflateEnd(&z);
    }
    arena_done(&a);
}

static void links_with_the_hash(void **state)
{
    struct arena a;
    const struct asset *vi = asset_find(STR("locale/vi.mo"));
    (void)state;
    arena_init(&a);
    assert_non_null(vi);
    assert_string_equal(asset_link(&a, "locale/vi.mo").p, str_printf(&a, "/a/locale/vi.mo?v=%s", vi->hash).p);
    assert_string_equal(asset_link(&a, "web/none.css").p, "/a/none.css");
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_each_by_name), cmocka_unit_test(holds_the_files_bytes),
        cmocka_unit_test(unpacks_to_the_same), cmocka_unit_test(links_with_the_hash),
    };
    crypt_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
