// SPDX-License-Identifier: AGPL-3.0-or-later
/* Texts that do harm elsewhere, merged cells, the same bytes twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/xlsx/xlsx.h"

static struct str written(struct arena *a, struct str text, bool streams)
{
    struct xlsx *x;
    struct xlsx_order o = {.tmp = "/tmp", .streams = streams, .title = text, .made = {1780000000000}};
    struct str bytes;
    struct err e;
    assert_true(xlsx_place(a, "/tmp", &o.path, &e));
    assert_true(xlsx_open(a, &o, &x, &e));
    xlsx_sheet(x, &(struct xlsx_page){.name = text, .repeat_from = 1, .repeat_to = 2});
    xlsx_text(x, &(struct xlsx_box){0, 0, 1, 1}, text, XLSX_CELL);
    xlsx_text(x, &(struct xlsx_box){1, 0, 1, 3}, text, XLSX_HEAD);
    xlsx_number(x, 3, 0, 1234567890123, XLSX_FIGURE);
    xlsx_sheet(x, &(struct xlsx_page){.name = text});
    if (!xlsx_close(x, &e))
        fail_msg("%s", e.detail);
    assert_true(xlsx_take(a, o.path, &bytes, &e));
    assert_int_equal(access(o.path, F_OK), -1);
    return bytes;
}

static void test_hostile(void **state)
{
    static const char *const texts[] = {"=cmd|' /C calc'!A0", "a\x01\x08\x1b", "\xef\xbf\xbe\xef\xbf\xbf", "\xed\xa0\x80",
                                        "\xe2\x80\xae-abc",
                                        "]]><x>&\"'", "[]:*?/\\", "", "'", "\xc3", "+1", "@x", "http://x.y"};
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        for (int streams = 0; streams < 2; streams++) {
            struct str one = written(&a, str_of(texts[i]), streams), two = written(&a, str_of(texts[i]), streams);
            assert_true(one.n > 1000 && memcmp(one.p, "PK", 2) == 0);
            assert_true(str_eq(one, two));
        }
    }
    char *longest = malloc(200000);
    assert_non_null(longest);
    memset(longest, 'x', 200000);
    assert_true(written(&a, (struct str){longest, 200000}, false).n > 1000);
    free(longest);
    arena_done(&a);
}

static void test_clean(void **state)
{
    static const struct {
        const char *raw, *clean;
    } cases[] = {{"Đơn thư", "Đơn thư"}, {"a\x01" "b\tc\nd", "ab\tc\nd"}, {"\xef\xbf\xbfx\xef\xbf\xbe", "x"}, {"\xed\xa0\x80y", "y"},
                 {"\xc0\xafz", "z"},
                 {"\xf4\x90\x80\x80q", "q"}, {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
                 {"\xe2\x80\xae", "\xe2\x80\xae"}, {"e\xcc", "e"}};
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(xlsx_clean(&a, str_of(cases[i].raw)).p, cases[i].clean);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_hostile), cmocka_unit_test(test_clean)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
