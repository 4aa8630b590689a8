// SPDX-License-Identifier: AGPL-3.0-or-later
/* Small numbers: no hidden figure can be worked out from the sum and the others. Days and rates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "features/review/board.h"

enum { N = 12, THRESHOLD = 5, TRIES = 20000 };

static uint64_t next(uint64_t *s)
{
    *s = *s * 6364136223846793005u + 1442695040888963407u;
    return *s >> 33;
}

/* What is known of a hidden one: nought to what the hidden ones are together, when the sum is told. */
static void hidden_ones(void **state)
{
    uint64_t s = 1;
    (void)state;
    for (int t = 0; t < TRIES; t++) {
        int64_t v[N], together = 0, n = (int64_t)(next(&s) % N) + 1, hidden_n = 0;
        bool hidden[N];
        for (int64_t i = 0; i < n; i++)
            v[i] = next(&s) % 3 ? (int64_t)(next(&s) % 7) : (int64_t)(next(&s) % 60);
        bool total = board_hide(THRESHOLD, v, (size_t)n, hidden);
        for (int64_t i = 0; i < n; i++) {
            assert_true(hidden[i] || !v[i] || v[i] >= THRESHOLD);
            hidden_n += hidden[i];
            together += hidden[i] ? v[i] : 0;
        }
        if (hidden_n && !total) {
            assert_true(hidden_n >= 2);
            assert_true(together >= THRESHOLD);
        }
        if (!hidden_n)
            assert_false(total);
    }
}

static void days_and_rates(void **state)
{
    static struct board_figures f;
    (void)state;
    memset(&f, 0, sizeof f);
    assert_int_equal(board_days(&f, 50), -1);
    assert_int_equal(board_on_time(&f), -1);
    f.n[BOARD_SETTLED] = 4;
    f.days[1] = f.days[3] = f.days[7] = f.days[40] = 1;
    assert_int_equal(board_days(&f, 50), 3);
    assert_int_equal(board_days(&f, 90), 40);
    f.n[BOARD_ON_TIME] = 3;
    assert_int_equal(board_on_time(&f), 750);
    f.n[BOARD_OVERDUE] = 4; /* open ones that are overdue count as missed */
    assert_int_equal(board_on_time(&f), 375);
    f.n[BOARD_FORWARDED] = 100; /* forwarded ones as neither */
    assert_int_equal(board_on_time(&f), 375);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(hidden_ones), cmocka_unit_test(days_and_rates)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
