// SPDX-License-Identifier: AGPL-3.0-or-later
/* Full text: what is put is found, best first, and nothing else. */
#include "platform/store/test_store_group.h"

/* The ids found, as text: "3 1". */
static const char *find(struct base *b, const char *query, bool prefix)
{
    struct err e = {0};
    struct rd *rd;
    struct text_hit *hits;
    size_t n;
    struct strbuf out;
    strbuf_init(&out, &b->a, 1000);
    check(store_read(b->s, &b->a, &rd, &e), &e);
    check(store_text_find(rd, &b->a, "cases", str_of(query), prefix, 20, &hits, &n, &e), &e);
    store_read_end(rd);
    for (size_t i = 0; i < n; i++)
        strbuf_printf(&out, i ? " %lld" : "%lld", (long long)hits[i].id);
    return strbuf_text(&out).p;
}

static void texts_are_found_ranked_and_dropped(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    struct text t[] = {
        {1LL << 40, "khieu nai ve dat dai o thon", 0, 0}, {2, "dai hoi o dat mui", 0, 0}, {3, "dat dai dat dai", 0, 0},
        {4, "nuoc sach", 0, 0}, {5, "1234 пётр", 0, 0}};
    assert_string_equal(find(b, "dat", false), "");
    for (size_t i = 0; i < sizeof t / sizeof *t; i++)
        check(store_run(b->s, change_text, &t[i], &e), &e);
    assert_string_equal(find(b, "dat dai", false), "3 1099511627776 2");
    assert_string_equal(find(b, "nuoc", false), "4");
    assert_string_equal(find(b, "nuo", false), "");
    assert_string_equal(find(b, "nuo", true), "4");
    assert_string_equal(find(b, "dat kh", true), "1099511627776");
    assert_string_equal(find(b, "zz", true), "");
    assert_string_equal(find(b, "12", true), "5");
    assert_string_equal(find(b, "пётр", false), "5");
    assert_string_equal(find(b, "", true), "");
    assert_string_equal(find(b, "\" OR * NEAR( AND", true), "");
    assert_string_equal(find(b, "#s0", true), "");
    t[2].drop = true;
    check(store_run(b->s, change_text, &t[2], &e), &e);
    check(store_run(b->s, change_text, &t[2], &e), &e); /* twice is no failure */
    assert_string_equal(find(b, "dat dai", false), "1099511627776 2");
    t[2].drop = false;
    check(store_run(b->s, change_text, &t[2], &e), &e);
    assert_false(store_run(b->s, change_text, &t[2], &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    assert_string_equal(find(b, "dat dai", false), "3 1099511627776 2");
}

static void a_text_of_a_failed_command_is_not_found(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    struct text bad = {1, "dat dai", 0, true}, good = {2, "dat nuoc", 0, 0};
    assert_false(store_run(b->s, change_text, &bad, &e));
    assert_int_equal(e.code, ERR_DENIED);
    check(store_run(b->s, change_text, &good, &e), &e);
    bad.id = 3;
    assert_false(store_run(b->s, change_text, &bad, &e));
    assert_string_equal(find(b, "dat", false), "2");
    good = (struct text){3, "dat dai", 0, 0};
    check(store_run(b->s, change_text, &good, &e), &e);
    assert_string_equal(find(b, "da", true), "3 2");
}

enum { MANY = 20000 };

static bool put_many(struct tx *tx, void *arg, struct err *e)
{
    (void)arg;
    for (int64_t i = 1; i <= MANY; i++) {
        struct str s = i == 100 || i == 9000 || i == 19000 ? STR("le chan") : i % 2 ? STR("le") : STR("chan");
        if (!store_text_put(tx, "cases", i, s, e))
            return false;
    }
    return true;
}

/* Two words in half of the texts each, which meet three times: looked through
 * block by block, newest first. A slow machine may run out of time after the
 * newest that it finds, never before it. */
static void usual_words_that_rarely_meet_are_found_newest_first(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    check(store_run(b->s, put_many, NULL, &e), &e);
    const char *found = find(b, "chan le", false);
    assert_true(strncmp(found, "19000", 5) == 0);
    assert_true(strncmp("19000 9000 100", found, strlen(found)) == 0);
    found = find(b, "chan", false);
    assert_true(strncmp(found, "20000", 5) == 0);
    size_t n = strlen(found);
    assert_true(strncmp(found, "20000 19998 19996", n < 17 ? n : 17) == 0);
}

/* Looks for what the group has put so far, and fails when told. */
static bool put_and_look(struct tx *tx, void *arg, struct err *e)
{
    struct worker *w = arg;
    struct text_hit *hits;
    size_t n;
    if (!store_text_put(tx, "cases", w->id + 1, STR("dat dai"), e) ||
        !store_text_find(tx_rd(tx), tx_arena(tx), "cases", STR("dai"), false, 20, &hits, &n, e))
        return false;
    w->stored = (int)n;
    return w->id % 3 != 1 || FAIL(e, ERR_DENIED, "err.test", NULL);
}

static void *look_in_group(void *arg)
{
    struct worker *w = arg;
    struct err e = {0};
    w->refused = !store_run(w->b->s, put_and_look, w, &e);
    return NULL;
}

static void a_command_that_searched_and_failed_takes_no_others_text_along(void **state)
{
    struct worker w[6] = {0};
    run_as_group(*state, look_in_group, w, 6);
    static const int seen[] = {1, 2, 2, 3, 4, 4};
    for (int i = 0; i < 6; i++) {
        assert_int_equal(w[i].refused, i % 3 == 1);
        assert_int_equal(w[i].stored, seen[i]);
    }
    assert_string_equal(find(*state, "dai", false), "6 4 3 1");
    assert_string_equal(find(*state, "da", true), "6 4 3 1");
    struct base *b = *state;
    struct err e = {0};
    struct strbuf report;
    bool sound = false;
    strbuf_init(&report, &b->a, 10000);
    check(store_check(b->s, &report, &sound, &e), &e);
    if (!sound)
        fail_msg(STR_FMT, STR_ARG(strbuf_text(&report)));
}

/* Texts put one by one wait beside the index until there are many: what is
 * found is the same before, while and after they move. */
static void texts_that_wait_are_found(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    char text[64], wanted[16];
    for (int i = 1; i <= 600; i++) {
        snprintf(text, sizeof text, "don so%d ve %s", i, i % 100 ? "dat dai" : "dai ngay dat");
        struct text t = {i, text, false, false};
        check(store_run(b->s, change_text, &t, &e), &e);
        if (i % 7 && i % 256 > 2)
            continue;
        snprintf(text, sizeof text, "so%d", i);
        snprintf(wanted, sizeof wanted, "%d", i);
        assert_string_equal(find(b, text, false), wanted);
        assert_string_equal(find(b, "so1 don", false), "1");
        assert_string_equal(find(b, "so2 d", true), i > 1 ? "2" : "");
        assert_string_equal(find(b, "so 3", false), "");
    }
    assert_string_equal(find(b, "ngay dat", false), "600 500 400 300 200 100");
    struct text early = {100, "don so100 ve dai ngay dat", true, false}, late = {600, "don so600 ve dai ngay dat", true, false};
    struct text undone = {500, "don so500 ve dai ngay dat", true, true};
    check(store_run(b->s, change_text, &early, &e), &e);
    check(store_run(b->s, change_text, &late, &e), &e);
    assert_false(store_run(b->s, change_text, &undone, &e));
    assert_string_equal(find(b, "ngay dat", false), "500 400 300 200");
    reopen(b, false);
    assert_string_equal(find(b, "ngay dat", false), "500 400 300 200");
    late.drop = false;
    check(store_run(b->s, change_text, &late, &e), &e);
    assert_string_equal(find(b, "ngay d", true), "600 500 400 300 200");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(texts_are_found_ranked_and_dropped),
        T(a_text_of_a_failed_command_is_not_found),
        T(texts_that_wait_are_found),
        T(usual_words_that_rarely_meet_are_found_newest_first),
        T(a_command_that_searched_and_failed_takes_no_others_text_along),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
