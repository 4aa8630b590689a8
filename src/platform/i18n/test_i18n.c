// SPDX-License-Identifier: AGPL-3.0-or-later
/* Messages, languages, dates and numbers by table; damaged catalogues. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "platform/assets/assets.h"
#include "platform/i18n/i18n.h"

static int open_arena(void **state)
{
    static struct arena a;
    i18n_init();
    arena_init(&a);
    *state = &a;
    return 0;
}

static int close_arena(void **state)
{
    arena_done(*state);
    return 0;
}

static void finds_messages(void **state)
{
    (void)state;
    assert_string_equal(i18n_text(LANG_FR, "i18n.month.8").p, "août");
    assert_string_equal(i18n_text(LANG_VI, "i18n.weekday.7").p, "Chủ nhật");
    assert_string_equal(i18n_text(LANG_EN, "no.such").p, "no.such");
    assert_int_equal(i18n_text(LANG_EN, "").n, 0); /* not the catalogue's header */
    assert_int_equal(i18n_text(LANG_EN, NULL).n, 0);
    assert_string_equal(lang_name(LANG_VI), "Tiếng Việt");
    assert_string_equal(lang_tag(LANG_FR), "fr");
}

static struct str joined(struct arena *a, const char *message, struct msg_args args)
{
    struct strbuf b;
    struct str rest = str_of(message), literal;
    const struct msg_arg *arg;
    strbuf_init(&b, a, 1000);
    while (msg_next(&rest, args, &literal, &arg)) {
        strbuf_str(&b, literal);
        if (arg)
            strbuf_printf(&b, "<" STR_FMT ">", STR_ARG(arg->text));
    }
    return strbuf_text(&b);
}

static void fills_places(void **state)
{
    static const char *const cases[][2] = {
        {"a {x} b {y}", "a <1> b <2>"},
        {"{x}{y}{x}", "<1><2><1>"},
        {"{x}", "<1>"},
        {"{z} {x}", "{z} <1>"},
        {"{{x}}", "{<1>}"},
        {"{x", "{x"},
        {"x} {", "x} {"},
        {"", ""},
        {"plain", "plain"},
    };
    struct arena *a = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str got = joined(a, cases[i][0], ARGS(arg_str("x", STR("1")), arg_str("y", STR("2"))));
        assert_string_equal(got.p, cases[i][1]);
    }
    /* what an argument holds is never read as a place */
    assert_string_equal(i18n_format(a, LANG_EN, "i18n.bytes.kb", ARGS(arg_str("n", STR("{n}")))).p, "{n} kB");
    assert_string_equal(i18n_format(a, LANG_FR, "i18n.bytes.kb", ARGS(arg_int("n", 1234567))).p,
                        "1\u202f234\u202f567 ko");
}

/* A catalogue with one counted message, as msgfmt lays it out. */
static struct str counted(void)
{
    static const char bytes[] =
        "\xde\x12\x04\x95\0\0\0\0\1\0\0\0\x1c\0\0\0\x24\0\0\0\0\0\0\0\x2c\0\0\0"
        "\3\0\0\0\x2c\0\0\0" "\7\0\0\0\x30\0\0\0" "a\0a\0" "one\0two";
    return (struct str){bytes, sizeof bytes - 1 + 1};
}

static void reads_a_catalogue(void **state)
{
    struct mo *m;
    struct str text;
    assert_true(mo_open(*state, counted(), &m));
    assert_true(mo_find(m, STR("a"), &text));
    assert_int_equal(text.n, 7);
    assert_memory_equal(text.p, "one\0two", 7);
    assert_false(mo_find(m, STR("b"), &text));
    assert_false(mo_find(m, STR(""), &text));
}

/* Cut anywhere, or with any one byte changed: refused, or read within bounds. */
static void survives_damage(void **state)
{
    struct str whole = counted(), text;
    struct mo *m = NULL;
    for (size_t n = 0; n < whole.n; n++) {
        char *cut = malloc(n ? n : 1);
        assert_non_null(cut);
        memcpy(cut, whole.p, n);
        assert_false(mo_open(*state, (struct str){cut, n}, &m));
        free(cut);
    }
    for (size_t i = 0; i < whole.n; i++) {
        char *copy = malloc(whole.n);
        assert_non_null(copy);
        memcpy(copy, whole.p, whole.n);
        copy[i] = (char)~copy[i];
        if (mo_open(*state, (struct str){copy, whole.n}, &m) && mo_find(m, STR("a"), &text))
            assert_in_range((uintptr_t)text.p, (uintptr_t)copy, (uintptr_t)(copy + whole.n - text.n));
        free(copy);
    }
}

/* Real catalogues: every id that is in one is in all, and none is the id. */
static void catalogues_are_there(void **state)
{
    static const char *const names[] = {"locale/vi.mo", "locale/fr.mo", "locale/en.mo"};
    for (int l = 0; l < LANGS; l++) {
        const struct asset *file = asset_find(str_of(names[l]));
        struct mo *m;
        struct str header;
        size_t at;
        assert_non_null(file);
        assert_true(mo_open(*state, file->bytes, &m));
        assert_true(mo_find(m, STR(""), &header));
        assert_true(str_find(header, STR("charset=UTF-8"), &at));
    }
}

static void writes_days(void **state)
{
    static const struct {
        const char *iso, *vi, *fr, *en;
    } cases[] = {
        {"2026-07-06", "Thứ Hai, ngày 06 tháng 7 năm 2026", "lundi 6 juillet 2026", "Monday 6 July 2026"},
        {"2026-02-01", "Chủ nhật, ngày 01 tháng 02 năm 2026", "dimanche 1er février 2026", "Sunday 1 February 2026"},
        {"2024-12-31", "Thứ Ba, ngày 31 tháng 12 năm 2024", "mardi 31 décembre 2024", "Tuesday 31 December 2024"},
    };
    struct arena *a = *state;
    struct day d;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(day_parse(str_of(cases[i].iso), &d));
        assert_string_equal(i18n_day_long(a, LANG_VI, d).p, cases[i].vi);
        assert_string_equal(i18n_day_long(a, LANG_FR, d).p, cases[i].fr);
        assert_string_equal(i18n_day_long(a, LANG_EN, d).p, cases[i].en);
    }
    assert_true(day_parse(STR("2026-07-06"), &d));
    assert_string_equal(i18n_day(a, LANG_VI, d).p, "06/07/2026");
    assert_int_equal(i18n_day(a, LANG_VI, DAY_NONE).n, 0);
    struct instant t;
    assert_true(instant_parse(STR("2026-07-05T18:05:00Z"), &t));
    assert_string_equal(i18n_instant(a, LANG_VI, t, 420).p, "01:05 ngày 06/07/2026");
    assert_string_equal(i18n_instant(a, LANG_EN, t, 0).p, "05/07/2026, 18:05");
}

static void writes_numbers(void **state)
{
    struct arena *a = *state;
    assert_string_equal(i18n_number(a, LANG_VI, 1234567).p, "1.234.567");
    assert_string_equal(i18n_number(a, LANG_EN, 1000).p, "1,000");
    assert_string_equal(i18n_number(a, LANG_EN, 999).p, "999");
    assert_string_equal(i18n_number(a, LANG_EN, 0).p, "0");
    assert_string_equal(i18n_number(a, LANG_FR, -1000).p, "\u22121\u202f000");
    assert_string_equal(i18n_number(a, LANG_EN, INT64_MIN).p, "\u22129,223,372,036,854,775,808");
    assert_string_equal(i18n_bytes(a, LANG_VI, 0).p, "0 byte");
    assert_string_equal(i18n_bytes(a, LANG_FR, 999).p, "999 o");
    assert_string_equal(i18n_bytes(a, LANG_VI, 2412345).p, "2,4 MB");
    assert_string_equal(i18n_bytes(a, LANG_EN, 2412345).p, "2.4 MB");
    assert_string_equal(i18n_bytes(a, LANG_FR, 10485760).p, "10,5 Mo");
    assert_string_equal(i18n_bytes(a, LANG_EN, 99960).p, "100 kB");
    assert_string_equal(i18n_bytes(a, LANG_EN, 999499).p, "999 kB");
    assert_string_equal(i18n_bytes(a, LANG_EN, 104448000).p, "104 MB");
    assert_string_equal(i18n_bytes(a, LANG_EN, 999999).p, "1 MB");
    assert_string_equal(i18n_bytes(a, LANG_EN, INT64_MAX).p, "9,223,372,037 GB");
}

static void chooses_a_language(void **state)
{
    static const struct {
        const char *header;
        enum lang want;
    } cases[] = {
        {"", LANG_VI}, {"de", LANG_VI}, {"*", LANG_VI}, {"fr", LANG_FR}, {"FR-ca", LANG_FR}, {"en_GB", LANG_EN},
        {"de, en;q=0.5, fr;q=0.9", LANG_FR}, {"en;q=0.8,vi;q=0.8", LANG_EN}, {"fr;q=0,en;q=0.1", LANG_EN},
        {"fr;q=0", LANG_VI}, {"fr;q=2", LANG_VI}, {"fr;q=x,en ; q=0.3", LANG_EN}, {"english", LANG_VI},
        {";;,,=", LANG_VI},
        {"fr;level=1;q=0.2,en;q=0.3", LANG_EN}, {"fr;q=0.3333", LANG_VI},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(lang_accept(str_of(cases[i].header)), cases[i].want);
    enum lang lang = LANG_VI;
    assert_true(lang_parse(STR("fr-CA"), &lang));
    assert_int_equal(lang, LANG_FR);
    assert_false(lang_parse(STR("f"), &lang));
    assert_false(lang_parse(STR("fra"), &lang));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, open_arena, close_arena)
    const struct CMUnitTest tests[] = {
        T(finds_messages), T(fills_places), T(reads_a_catalogue), T(survives_damage), T(catalogues_are_there),
        T(writes_days), T(writes_numbers), T(chooses_a_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
