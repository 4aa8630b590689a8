// SPDX-License-Identifier: AGPL-3.0-or-later
/* Which range is compared with which; differences and percentages beside nought. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "features/review/review.h"

static struct day date(const char *s)
{
    struct day d;
    assert_true(day_parse(str_of(s), &d));
    return d;
}

static void ranges(void **state)
{
    static const struct {
        const char *from, *to, *previous[2], *same[2];
    } rows[] = {
        {"2025-12-15", "2026-06-14", {"2025-06-15", "2025-12-14"}, {"2024-12-15", "2025-06-14"}},
        {"2026-03-15", "2026-06-14", {"2025-12-15", "2026-03-14"}, {"2025-03-15", "2025-06-14"}},
        {"2025-12-15", "2026-12-14", {"2024-12-15", "2025-12-14"}, {"2024-12-15", "2025-12-14"}},
        {"2025-08-01", "2026-07-31", {"2024-08-01", "2025-07-31"}, {"2024-08-01", "2025-07-31"}},
        {"2026-01-01", "2026-01-31", {"2025-12-01", "2025-12-31"}, {"2025-01-01", "2025-01-31"}},
        {"2026-01-10", "2026-01-19", {"2025-12-31", "2026-01-09"}, {"2025-01-10", "2025-01-19"}},
        {"2026-05-05", "2026-05-05", {"2026-05-04", "2026-05-04"}, {"2025-05-05", "2025-05-05"}},
        {"2025-02-01", "2025-02-28", {"2025-01-01", "2025-01-31"}, {"2024-02-01", "2024-02-29"}},
        {"2024-02-01", "2024-02-29", {"2024-01-01", "2024-01-31"}, {"2023-02-01", "2023-02-28"}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct day range[2] = {date(rows[i].from), date(rows[i].to)};
        struct day got[2];
        review_versus_range(REVIEW_PREVIOUS, range, got);
        assert_int_equal(got[0].n, date(rows[i].previous[0]).n);
        assert_int_equal(got[1].n, date(rows[i].previous[1]).n);
        review_versus_range(REVIEW_SAME, range, got);
        assert_int_equal(got[0].n, date(rows[i].same[0]).n);
        assert_int_equal(got[1].n, date(rows[i].same[1]).n);
    }
}

static void percentages(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    static const struct {
        int64_t now, was;
        const char *percent;
    } rows[] = {{7, 8, "-12.5"}, {8, 8, "0.0"}, {0, 0, "0.0"}, {3, 0, ""}, {0, 4, "-100.0"}, {1, 3, "-66.7"}, {5, 3, "66.7"},
                {2000, 1, "199900.0"}, {9999, 10000, "0.0"}, {1000, 1001, "-0.1"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct review_change c = review_change(rows[i].now, rows[i].was);
        assert_int_equal(c.difference, rows[i].now - rows[i].was);
        assert_string_equal(str_z(&a, review_change_percent(&a, &c)), rows[i].percent);
    }
    arena_done(&a);
}

static void words(void **state)
{
    enum review_versus v;
    (void)state;
    assert_true(review_versus_parse(STR("previous"), &v) && v == REVIEW_PREVIOUS);
    assert_true(review_versus_parse(STR("same"), &v) && v == REVIEW_SAME);
    assert_true(review_versus_parse(STR(""), &v) && v == REVIEW_ALONE);
    assert_false(review_versus_parse(STR("last"), &v));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(ranges), cmocka_unit_test(percentages), cmocka_unit_test(words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
