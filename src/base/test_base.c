// SPDX-License-Identifier: AGPL-3.0-or-later
/* Arena, text buffers, days, Unicode, codes, JSON, CSV: tables of cases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/csv.h"
#include "base/day.h"
#include "base/json.h"
#include "base/qr.h"
#include "base/text.h"

static struct arena *arena_of(void **state)
{
    return *state;
}

static int open_arena(void **state)
{
    static struct arena a;
    arena_init(&a);
    *state = &a;
    return 0;
}

static int close_arena(void **state)
{
    arena_done(*state);
    return 0;
}

static void add_one(void *n)
{
    ++*(int *)n;
}

static void arena_runs_deferred_and_aligns(void **state)
{
    struct arena *a = arena_of(state);
    int runs = 0;
    arena_defer(a, add_one, &runs);
    for (size_t n = 0; n < 5000; n += 37) {
        char *p = arena_alloc(a, n);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xa5, n);
    }
    arena_reset(a);
    assert_int_equal(runs, 1);
    assert_int_equal(a->used, 0);
    arena_reset(a);
    assert_int_equal(runs, 1);
}

static void arena_rewinds(void **state)
{
    struct arena *a = arena_of(state);
    char *kept = arena_copy(a, "kept", 4);
    struct arena_mark m = arena_mark(a);
    size_t used = a->used;
    for (int i = 0; i < 1000; i++) {
        memset(arena_alloc(a, 5000), 1, 5000);
        arena_rewind(a, m);
    }
    assert_int_equal(a->used, used);
    assert_string_equal(kept, "kept");
    arena_reset(a);
    m = arena_mark(a);
    arena_alloc(a, 100000);
    arena_rewind(a, m);
    assert_int_equal(a->used, 0);
}

static void strbuf_stops_at_its_ceiling(void **state)
{
    struct strbuf b;
    strbuf_init(&b, arena_of(state), 10);
    strbuf_z(&b, "12345");
    strbuf_printf(&b, "%d", 6789);
    assert_false(b.full);
    strbuf_z(&b, "ab");
    assert_true(b.full);
    assert_true(str_is(strbuf_text(&b), "123456789"));
}

static void str_int_takes_whole_numbers_only(void **state)
{
    (void)state;
    static const struct { const char *text; bool good; int64_t n; } cases[] = {
        {"0", true, 0}, {"-12", true, -12}, {"9223372036854775807", true, INT64_MAX}, {"9223372036854775808", false, 0},
        {"", false, 0}, {"-", false, 0}, {" 1", false, 0}, {"1x", false, 0}, {"+1", false, 0}, {"99999999999999999999", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t n = 77;
        assert_int_equal(str_int(str_of(cases[i].text), &n), cases[i].good);
        assert_int_equal(n, cases[i].good ? cases[i].n : 77);
    }
}

static void str_split_iterates(void **state)
{
    (void)state;
    struct str rest = STR("a,,b,"), part;
    const char *expected[] = {"a", "", "b", ""};
    size_t n = 0;
    while (str_split(&rest, ',', &part)) {
        assert_true(n < 4);
        assert_true(str_is(part, expected[n++]));
    }
    assert_int_equal(n, 4);
}

static void days_round_trip_over_the_calendar(void **state)
{
    (void)state;
    struct day d;
    assert_true(day_of(1970, 1, 1, &d));
    assert_int_equal(d.n, 0);
    assert_int_equal(day_weekday(d), 4);
    assert_true(day_of(1, 1, 1, &d));
    int weekday = day_weekday(d);
    for (struct day last = {2932896}; d.n <= last.n; d.n++) {
        int y, m, k;
        struct day again;
        day_parts(d, &y, &m, &k);
        assert_true(day_of(y, m, k, &again));
        assert_int_equal(again.n, d.n);
        assert_int_equal(day_weekday(d), weekday);
        weekday = weekday % 7 + 1;
    }
}

static void days_are_read_strictly(void **state)
{
    (void)state;
    static const char *const wrong[] = {"2026-02-30", "2025-02-29", "2026-13-01", "2026-1-01", "26-01-01", "0000-01-01",
                                        "2026-01-01 ", "2026/01/01", "", "2026-00-10", "-026-01-01", "2026--1-01"};
    struct day d = {5};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(day_parse(str_of(wrong[i]), &d));
    assert_int_equal(d.n, 5);
    assert_true(day_parse(STR("2024-02-29"), &d));
    char text[11];
    assert_string_equal(day_format(day_add_months(d, 12), text), "2025-02-28");
    assert_string_equal(day_format(day_add_months(d, -1), text), "2024-01-29");
    assert_string_equal(day_format(DAY_NONE, text), "");
}

static void instants_know_their_zone(void **state)
{
    (void)state;
    struct instant t, u;
    char text[21], date[11];
    assert_true(instant_parse(STR("2026-07-06T00:30:00+07:00"), &t));
    assert_true(instant_parse(STR("2026-07-05T17:30:00Z"), &u));
    assert_int_equal(t.ms, u.ms);
    assert_string_equal(instant_format(t, text), "2026-07-05T17:30:00Z");
    assert_string_equal(day_format(instant_day(t, 420), date), "2026-07-06");
    assert_string_equal(day_format(instant_day(t, 0), date), "2026-07-05");
    assert_int_equal(instant_minute_of_day(t, 420), 30);
    assert_false(instant_parse(STR("2026-07-05T25:30:00Z"), &u));
    assert_false(instant_parse(STR("2026-07-05T17:30:00"), &u));
    assert_true(instant_parse(STR("1969-12-31T23:59:59Z"), &u));
    assert_string_equal(instant_format(u, text), "1969-12-31T23:59:59Z");
}

static void text_border_refuses_what_is_no_text(void **state)
{
    static const struct { const char *bytes; size_t n; const char *msg; } cases[] = {
        {"ok", 2, NULL}, {"a\0b", 3, "err.text.control"}, {"\xff", 1, "err.text.utf8"}, {"\xc0\x80", 2, "err.text.utf8"},
        {"\xed\xa0\x80", 3, "err.text.utf8"}, {"\xf4\x90\x80\x80", 4, "err.text.utf8"}, {"x\x1by", 3, "err.text.control"},
        {"\xe2\x80\xae", 3, "err.text.control"}, {"12345678901", 11, "err.text.long"}, {"\xc3", 1, "err.text.utf8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str out = STR("before");
        struct err e = {0};
        bool good = text_accept(arena_of(state), (struct str){cases[i].bytes, cases[i].n}, 10, &out, &e);
        assert_int_equal(good, cases[i].msg == NULL);
        if (cases[i].msg)
            assert_string_equal(e.msg, cases[i].msg);
        assert_true(good || str_is(out, "before"));
    }
}

static void text_border_composes(void **state)
{
    struct str out;
    struct err e;
    assert_true(text_accept(arena_of(state), STR("Phu\xcc\x9bo\xcc\x9b\xcc\x80ng\r\nx\ry"), 50, &out, &e));
    assert_true(str_is(out, "Ph\xc6\xb0\xe1\xbb\x9dng\nx\ny"));
}

/* The short way for common letters gives what the long way gives: a letter
 * outside of them sends the whole text the long way. */
static void text_short_way_is_nfc(void **state)
{
    struct arena *a = arena_of(state);
    struct err e;
    for (unsigned c = 0xa0; c < 0x2100; c++) {
        char two[] = {(char)(0xc0 | c >> 6), (char)(0x80 | (c & 63)), 0};
        char three[] = {(char)(0xe0 | c >> 12), (char)(0x80 | (c >> 6 & 63)), (char)(0x80 | (c & 63)), 0};
        const char *z = c < 0x800 ? two : three;
        struct str near = str_printf(a, "a%s\xe1\xba\xbf%sx", z, z), got, far;
        if (!text_accept(a, near, 20, &got, &e))
            continue;
        assert_true(text_accept(a, str_printf(a, STR_FMT "\xe4\xb8\x80", STR_ARG(near)), 20, &far, &e));
        assert_true(str_eq(got, str_cut(far, 0, far.n - 3)));
    }
}

static size_t put_point(char *p, unsigned c)
{
    if (c < 0x80)
        return *p = (char)c, 1;
    if (c < 0x800)
        return p[0] = (char)(0xc0 | c >> 6), p[1] = (char)(0x80 | (c & 0x3f)), 2;
    return p[0] = (char)(0xe0 | c >> 12), p[1] = (char)(0x80 | (c >> 6 & 0x3f)), p[2] = (char)(0x80 | (c & 0x3f)), 3;
}

/* The quick way and the whole algorithm, which the ligature at the end asks for. */
static void check_fold(struct arena *a, const char *p, size_t n)
{
    struct str quick = text_fold(a, (struct str){p, n});
    struct str whole = text_fold(a, str_printf(a, "%.*s \xef\xac\x81", (int)n, p));
    assert_string_equal(str_printf(a, STR_FMT "%sfi", STR_ARG(quick), quick.n ? " " : "").p, whole.p);
}

static void folding_quickly_folds_the_same(void **state)
{
    struct arena *a = arena_of(state);
    unsigned seed = 5;
    for (unsigned c = ' '; c < 0x2100; c++) {
        char text[8] = "x";
        size_t n = 1 + put_point(text + 1, c);
        text[n] = 'Y';
        if (c < 0x7f || (c >= 0xa0 && c < 0x300) || c >= 0x1e00)
            check_fold(a, text, n + 1);
    }
    for (int i = 0; i < 5000; i++) {
        static const unsigned from[] = {' ', 'A', 0xa0, 0x1ea0, 0x2010}, many[] = {16, 58, 0x1b0, 0x60, 0x2b};
        char text[64];
        size_t n = 0;
        while (n < 40) {
            seed = seed * 1664525u + 1013904223u;
            unsigned block = (seed >> 8) % 5;
            n += put_point(text + n, from[block] + (seed >> 16) % many[block]);
        }
        check_fold(a, text, n);
    }
}

static void folding_forgets_marks_case_and_form(void **state)
{
    static const struct { const char *from, *to; } cases[] = {
        {"Phan Rang", "phan rang"}, {"Đông Hải", "dong hai"}, {"ĐÔNG  HẢI!", "dong hai"},
        {"Đo\xcc\x82ng Ha\xcc\x89i", "dong hai"}, {"Phường Bảo An – 2", "phuong bao an 2"},
        {"œuvre Straße", "oeuvre strasse"}, {"", ""}, {"...", ""}, {"\xff\xfe", ""}, {"ﬁn", "fin"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str out = text_fold(arena_of(state), str_of(cases[i].from));
        assert_string_equal(str_z(arena_of(state), out), cases[i].to);
    }
}

static void sort_key_orders_as_the_dictionary(void **state)
{
    static const char *const sorted[] = {"a", "A", "à", "ả", "ã", "á", "ạ", "ai", "ă", "ằ", "ắ", "â", "ấ", "b", "da", "đa",
                                         "e", "ê", "o", "ô", "ơ", "u", "ư", "ứng", "y"};
    for (size_t i = 1; i < sizeof sorted / sizeof *sorted; i++) {
        struct str x = text_sort_key(arena_of(state), str_of(sorted[i - 1]));
        struct str y = text_sort_key(arena_of(state), str_of(sorted[i]));
        if (str_cmp(x, y) >= 0)
            fail_msg("%s does not sort before %s", sorted[i - 1], sorted[i]);
    }
}

static void codes_forgive_how_they_are_typed(void **state)
{
    struct str code = code_random(arena_of(state), 20), again;
    assert_int_equal(code.n, 20);
    assert_true(code_accept(arena_of(state), code, 20, &again));
    assert_true(str_eq(code, again));
    assert_true(code_accept(arena_of(state), STR("ab-cd ol1I"), 8, &again));
    assert_true(str_is(again, "ABCD0111"));
    assert_false(code_accept(arena_of(state), STR("abcd0111x"), 8, &again));
    assert_false(code_accept(arena_of(state), STR("abcd011"), 8, &again));
    assert_false(code_accept(arena_of(state), STR("abcd011u"), 8, &again));
}

static void digests_are_sha256(void **state)
{
    struct digest d = digest_of("abc", 3), e = digest_of("abd", 3);
    assert_true(str_is(digest_hex(arena_of(state), &d), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    assert_false(digest_eq(&d, &e));
    struct digest_run run;
    digest_run_begin(&run);
    digest_run_add(&run, "a", 1);
    digest_run_add(&run, "", 0);
    digest_run_add(&run, "bc", 2);
    e = digest_run_end(&run);
    assert_true(digest_eq(&d, &e));
    unsigned char back[2];
    assert_true(hex_parse(STR("0aFF"), back, 2));
    assert_int_equal(back[1], 255);
    assert_false(hex_parse(STR("0aF"), back, 2));
    assert_false(hex_parse(STR("0aFG"), back, 2));
}

static void json_writes_what_parsers_take(void **state)
{
    struct strbuf b;
    struct json j;
    strbuf_init(&b, arena_of(state), 1000);
    json_init(&j, &b);
    json_object(&j);
    json_kstr(&j, "a", STR("x\"\\\n\x01</script>"));
    json_key(&j, "b");
    json_array(&j);
    json_int(&j, -5);
    json_bool(&j, true);
    json_null(&j);
    json_object(&j);
    json_end(&j);
    json_array(&j);
    json_end(&j);
    json_end(&j);
    json_kday(&j, "d", DAY_NONE);
    json_end(&j);
    assert_string_equal(strbuf_text(&b).p,
                        "{\"a\":\"x\\\"\\\\\\n\\u0001\\u003c/script>\",\"b\":[-5,true,null,{},[]],\"d\":null}");
}

static void csv_reads_rows_by_name(void **state)
{
    struct csv c;
    struct err e;
    bool row = false;
    assert_true(csv_open(&c, arena_of(state), STR("f.csv"), STR("\xef\xbb\xbf" "a,b\r\n1,\"x,\"\"y\"\"\nz\"\n\n2,\n"), &e));
    assert_true(csv_next(&c, &row, &e) && row);
    assert_true(str_is(csv_get(&c, "a"), "1"));
    assert_true(str_is(csv_get(&c, "b"), "x,\"y\"\nz"));
    assert_true(csv_next(&c, &row, &e) && row);
    assert_int_equal(c.line, 5);
    assert_true(str_is(csv_get(&c, "a"), "2"));
    assert_true(str_is(csv_get(&c, "missing"), ""));
    assert_true(csv_next(&c, &row, &e));
    assert_false(row);
}

static void csv_says_where_it_is_wrong(void **state)
{
    static const struct { const char *text, *detail; } cases[] = {
        {"a,b\n1\n", "f.csv:2: too few fields"}, {"a,b\n1,2,3\n", "f.csv:2: too many fields"},
        {"a,b\n1,\"x\n", "f.csv:2: a quoted field is not closed"},
        {"a\nx\"y\n", "f.csv:2: a quote stands inside a field that does not begin with one"},
        {"a\n\"x\"y\n", "f.csv:2: text follows a closing quote"}, {"a,a\n", "f.csv:1: two columns have one name"},
        {"", "f.csv:1: the file is empty"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct csv c;
        struct err e = {0};
        bool row = true;
        bool good = csv_open(&c, arena_of(state), STR("f.csv"), str_of(cases[i].text), &e);
        while (good && row)
            good = csv_next(&c, &row, &e);
        assert_false(good);
        assert_string_equal(e.detail, cases[i].detail);
    }
}

static void csv_written_is_read_again_and_starts_no_formula(void **state)
{
    struct strbuf b;
    strbuf_init(&b, arena_of(state), 1000);
    csv_put(&b, STR("=1+1"), true);
    csv_put(&b, STR("a\"b,c"), false);
    csv_put(&b, STR("-5"), false);
    csv_put(&b, STR("plain"), false);
    assert_string_equal(strbuf_text(&b).p, "'=1+1,\"a\"\"b,c\",'-5,plain");
}

/* The three corners every reader looks for, and an end to what fits. */
static void qr_codes_have_their_corners_and_a_limit(void **state)
{
    struct arena *a = arena_of(state);
    struct qr code;
    struct qr_run run;
    char dark[100][100] = {0};
    int x = 0, y = 0;
    static char much[700];
    memset(much, 'a', sizeof much);
    assert_true(qr_make(a, STR("https://dinh.example/track#ABCD-EFGH-JKLM-NPQR"), &code));
    assert_int_equal(code.side, 33);
    while (qr_next(&code, &x, &y, &run))
        memset(&dark[run.y][run.x], 1, (size_t)run.n);
    const int corners[3][2] = {{0, 0}, {0, 26}, {26, 0}};
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 49; k++) {
            int dx = k % 7 - 3, dy = k / 7 - 3, far = abs(dx) > abs(dy) ? abs(dx) : abs(dy);
            assert_int_equal(dark[corners[i][1] + k / 7][corners[i][0] + k % 7], far != 2);
        }
    assert_true(str_starts(qr_path(a, &code), STR("M4 4h7v1h-7z")));
    assert_true(qr_make(a, (struct str){much, 666}, &code));
    assert_false(qr_make(a, (struct str){much, 667}, &code));
    assert_false(qr_make(a, STR(""), &code));
}

static void a_series_of_qr_codes_gives_what_the_encoder_does(void **state)
{
    struct arena *a = arena_of(state);
    const struct qr_series *series;
    struct qr one, other;
    unsigned char end[24];
    assert_true(qr_series_make(a, STR("https://dinh.khanhhoa.gov.vn/track#"), sizeof end, &series));
    for (int i = 0; i < 50; i++) {
        crypt_random(end, sizeof end);
        struct str tail = {(const char *)end, sizeof end};
        assert_true(qr_series_code(series, a, tail, &one));
        char *whole = arena_alloc(a, 35 + sizeof end);
        memcpy(whole, "https://dinh.khanhhoa.gov.vn/track#", 35);
        memcpy(whole + 35, end, sizeof end);
        assert_true(qr_make(a, (struct str){whole, 35 + sizeof end}, &other));
        assert_int_equal(one.side, other.side);
        assert_memory_equal(one.data, other.data, (size_t)(one.side * one.side + 7) / 8 + 1);
    }
    assert_false(qr_series_code(series, a, STR("short"), &one));
    assert_false(qr_series_make(a, STR("x"), 700, &series));
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_arena, close_arena)
int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {
        T(arena_runs_deferred_and_aligns), T(arena_rewinds), T(strbuf_stops_at_its_ceiling), T(str_int_takes_whole_numbers_only),
        T(str_split_iterates), T(days_round_trip_over_the_calendar), T(days_are_read_strictly), T(instants_know_their_zone),
        T(text_border_refuses_what_is_no_text), T(text_border_composes), T(text_short_way_is_nfc),
        T(folding_forgets_marks_case_and_form),
        T(folding_quickly_folds_the_same),
        T(sort_key_orders_as_the_dictionary), T(codes_forgive_how_they_are_typed), T(digests_are_sha256),
        T(json_writes_what_parsers_take), T(csv_reads_rows_by_name), T(csv_says_where_it_is_wrong),
        T(csv_written_is_read_again_and_starts_no_formula), T(qr_codes_have_their_corners_and_a_limit),
        T(a_series_of_qr_codes_gives_what_the_encoder_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
