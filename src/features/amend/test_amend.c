// SPDX-License-Identifier: AGPL-3.0-or-later
/* Rows put into tables, and what the whole pack says of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "features/amend/amend.h"

static struct day on(const char *z)
{
    struct day d;
    assert_true(day_parse(str_of(z), &d));
    return d;
}

struct tables {
    struct arena a;
    struct rule_file_list files;
};

static void open_tables(struct tables *t)
{
    arena_init(&t->a);
    rules_embedded(&t->a, STR("example"), &t->files.v, &t->files.n);
    assert_true(t->files.n > 5);
}

/* Loads the pack with one table changed; the problems, empty when it is sound. */
static struct str loads(struct tables *t, struct rule_file file, struct rulebook **ret)
{
    struct strbuf problems;
    struct err e;
    struct rule_file_list all = rule_files_over(&t->a, t->files, (struct rule_file_list){&file, 1});
    strbuf_init(&problems, &t->a, 1 << 16);
    bool sound = rulebook_load(&t->a, all.v, all.n, ret, &problems, &e);
    assert_int_equal(sound, strbuf_text(&problems).n == 0);
    return strbuf_text(&problems);
}

static const char *due(struct tables *t, const struct rulebook *b, const char *start, char got[11])
{
    struct rule_due x;
    struct err e;
    struct rule_clock_question q = {.procedure = STR("quarrel"), .step = STR("listen"), .start = on(start)};
    assert_true(rulebook_due(b, &t->a, &q, &x, &e));
    return day_format(x.day, got);
}

static void a_holiday_moves_a_due_day(void **state)
{
    (void)state;
    struct tables t;
    struct rule_file file;
    struct rulebook *b;
    struct err e;
    char got[11];
    struct amend_day in = {on("2023-03-07"), DAY_NONE, STR("holiday"), STR("Spoon \"Day\", the first"), STR("Bylaw 20"), STR("P")};
    open_tables(&t);
    assert_true(amend_holiday(&t.a, t.files, &in, &file, &e));
    assert_int_equal(loads(&t, file, &b).n, 0);
    assert_string_equal(due(&t, b, "2023-03-02", got), "2023-03-09"); /* was the 8th */
    /* again the same day: the row is replaced, not doubled */
    t.files = rule_files_over(&t.a, t.files, (struct rule_file_list){&file, 1});
    in.kind = STR("pending");
    assert_true(amend_holiday(&t.a, t.files, &in, &file, &e));
    assert_int_equal(loads(&t, file, &b).n, 0);
    assert_string_equal(due(&t, b, "2023-03-02", got), "2023-03-08");
    in.kind = STR("none");
    assert_true(amend_holiday(&t.a, t.files, &in, &file, &e));
    in.day = on("2023-03-09");
    assert_false(amend_holiday(&t.a, t.files, &in, &file, &e));
    assert_string_equal(e.msg, "err.amend.no_day");
    in.day = on("2023-03-15");
    assert_false(amend_holiday(&t.a, t.files, &in, &file, &e));
    assert_string_equal(e.msg, "err.amend.taken");
    arena_done(&t.a);
}

static void an_exchange_must_be_one(void **state)
{
    (void)state;
    struct tables t;
    struct rule_file file;
    struct rulebook *b;
    struct err e;
    size_t at;
    struct amend_swap in = {on("2023-03-07"), on("2023-03-17"), STR("Fair"), STR("Bylaw 20"), STR("P")};
    open_tables(&t);
    assert_true(amend_swapped(&t.a, t.files, &in, &file, &e));
    assert_int_equal(loads(&t, file, &b).n, 0);
    in.worked = on("2023-03-16"); /* no day of rest */
    assert_true(amend_swapped(&t.a, t.files, &in, &file, &e));
    assert_true(str_find(loads(&t, file, &b), STR("worked, but it is no day of rest"), &at));
    in.off = on("2023-03-06");
    assert_false(amend_swapped(&t.a, t.files, &in, &file, &e));
    arena_done(&t.a);
}

static void a_limit_has_a_new_version_from_a_day_on(void **state)
{
    (void)state;
    struct tables t;
    struct rule_file file;
    struct rulebook *b;
    struct err e;
    char got[11];
    struct amend_limit in = {STR("Q1"), 2, on("2023-03-05"), STR("Bylaw 21"), STR("2"), STR("S")};
    open_tables(&t);
    assert_true(amend_limited(&t.a, t.files, &in, &file, &e));
    assert_int_equal(loads(&t, file, &b).n, 0);
    assert_string_equal(due(&t, b, "2023-03-02", got), "2023-03-08"); /* begun before: as it was */
    assert_string_equal(due(&t, b, "2023-03-05", got), "2023-03-08"); /* 6th is a holiday; was the 11th */
    in.from = on("2019-01-01");
    assert_false(amend_limited(&t.a, t.files, &in, &file, &e));
    assert_string_equal(e.msg, "err.amend.from");
    in.id = STR("G1"); /* ended in 2022 */
    in.from = on("2023-03-05");
    assert_false(amend_limited(&t.a, t.files, &in, &file, &e));
    in.id = STR("none");
    assert_false(amend_limited(&t.a, t.files, &in, &file, &e));
    assert_string_equal(e.msg, "err.amend.limit");
    arena_done(&t.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_holiday_moves_a_due_day),
        cmocka_unit_test(an_exchange_must_be_one),
        cmocka_unit_test(a_limit_has_a_new_version_from_a_day_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
