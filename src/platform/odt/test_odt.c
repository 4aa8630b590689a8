// SPDX-License-Identifier: AGPL-3.0-or-later
/* Hostile texts leave no byte that XML forbids; the same bytes twice; mimetype first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "platform/odt/odt.h"

static void test_bytes(void **state)
{
    static const char *const texts[] = {"Đơn <b>&\"'", "a\x08\x1b-b", "\xef\xbf\xbe", "\xed\xa0\x80", "\xe2\x80\xaeold",
                                        "=cmd|'x'", "]]>"};
    struct arena a;
    struct str one, two;
    struct err e;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct doc d = {.title = str_of(texts[i]), .lang = STR("vi"), .made = {1780000000000}};
        for (int kind = 0; kind < DOC_KINDS; kind++)
            doc_add(&d, &a, (enum doc_kind)kind, str_of(texts[i]));
        assert_true(odt_write(&a, &d, &one, &e));
        assert_true(odt_write(&a, &d, &two, &e));
        assert_true(str_eq(one, two));
        assert_memory_equal(one.p + 30, "mimetypeapplication/vnd.oasis.opendocument.text", 47);
        size_t at = 0, end = 0;
        assert_true(str_find(one, STR("<office:text>"), &at) && str_find(one, STR("</office:text>"), &end));
        for (size_t k = at; k < end; k++)
            assert_true((unsigned char)one.p[k] >= ' ');
    }
    arena_done(&a);
}

static void test_long(void **state)
{
    struct arena a;
    struct str out;
    struct err e;
    struct doc d = {.lang = STR("vi")};
    (void)state;
    arena_init(&a);
    char *p = arena_alloc(&a, DOC_TEXT_MAX + 2);
    memset(p, 'x', DOC_TEXT_MAX + 1);
    doc_add(&d, &a, DOC_PARAGRAPH, (struct str){p, DOC_TEXT_MAX + 1});
    assert_false(odt_write(&a, &d, &out, &e));
    assert_int_equal(e.code, ERR_TOO_LARGE);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_bytes), cmocka_unit_test(test_long)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
