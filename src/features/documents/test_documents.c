// SPDX-License-Identifier: AGPL-3.0-or-later
/* A form and facts make a document; what was typed comes first, what is missing is dotted. Fields kept and read again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "features/documents/document_inner.h"

static int open_arena(void **state)
{
    *state = calloc(1, sizeof(struct arena));
    arena_init(*state);
    return 0;
}
static int close_arena(void **state)
{
    arena_done(*state);
    free(*state);
    return 0;
}

static struct rulebook *vn(struct arena *a)
{
    struct rule_file *files;
    size_t n;
    struct rulebook *b;
    struct strbuf problems;
    struct err e;
    strbuf_init(&problems, a, 1 << 16);
    rules_embedded(a, STR("vn"), &files, &n);
    if (!rulebook_load(a, files, n, &b, &problems, &e))
        fail_msg("%s", strbuf_text(&problems).p);
    return b;
}

static struct print_facts facts(void)
{
    struct print_facts f = {.office = {.office_id = 202522275901, .kind = STR("committee"),
                                       .name = STR("Ủy ban nhân dân phường Phan Rang")},
                            .place = STR("Phan Rang")};
    f.values[PLACE_OFFICE].text = f.office.name;
    f.values[PLACE_NAME].text = STR("Nguyễn Văn Thử");
    f.values[PLACE_TITLE].text = STR("Thu hồi đất");
    f.values[PLACE_PROCEDURE] = (struct print_value){STR("Khiếu nại lần đầu"), STR("complaint.first")};
    return f;
}

/* All that stands in it, a line each cell. */
static struct str words(struct arena *a, const struct doc *d)
{
    struct strbuf b;
    strbuf_init(&b, a, 1 << 20);
    for (size_t i = 0; i < d->n; i++) {
        for (size_t k = 0; k < d->v[i].n; k++) {
            strbuf_str(&b, doc_plain(a, d->v[i].cells[k]));
            strbuf_char(&b, '\n');
        }
    }
    return strbuf_text(&b);
}

static bool holds(struct str s, const char *part)
{
    size_t at;
    return str_find(s, str_of(part), &at);
}

static struct doc make(struct arena *a, const char *form, const struct document_fields *fields, int64_t number)
{
    struct doc d;
    struct day day;
    const struct rulebook *b = vn(a);
    struct print_facts f = facts();
    const struct rule_print *p = rulebook_print(b, str_of(form));
    assert_non_null(p);
    assert_true(day_of(2026, 2, 6, &day));
    struct print_paper paper = {.form = p, .signer = rulebook_signer(b, STR("deputy")), .signer_name = STR("Trần Thị Bích"),
                                .symbol = document_symbol(a, b, p, &f.office), .fields = fields, .number = number, .day = day,
                                .code = number ? STR("ABCDEFGHJKMN") : STR(""), .site = STR("https://example.vn")};
    document_make(a, b, &f, &paper, &d);
    return d;
}

static void facts_and_what_is_missing(void **state)
{
    struct arena *a = *state;
    const struct document_fields none = {0};
    struct doc d = make(a, "complaint_accept", &none, 0);
    struct str s = words(a, &d);
    assert_true(holds(s, "ỦY BAN NHÂN DÂN\nPHƯỜNG PHAN RANG"));
    assert_true(holds(s, "Số:        /TB-UBND"));
    assert_true(holds(s, "Phan Rang, ngày 06 tháng 02 năm 2026")); /* noughts before small numbers */
    assert_true(holds(s, "Kính gửi: Nguyễn Văn Thử"));
    assert_true(holds(s, "Địa chỉ: …"));
    assert_true(holds(s, "lần đầu") && !holds(s, "lần hai"));
    assert_true(holds(s, "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"));
    assert_true(str_is(d.watermark, "DỰ THẢO"));
    assert_false(holds(s, "verify"));
}

static void what_was_typed_comes_first(void **state)
{
    struct arena *a = *state;
    struct document_fields f = {0};
    document_field_set(&f, STR("more"), STR("Một dòng.\nHai dòng \x01 đậm."));
    document_field_set(&f, STR("person.name"), STR("Lê Thị Khác"));
    struct doc d = make(a, "complaint_accept", &f, 7);
    struct str s = words(a, &d);
    assert_true(holds(s, "\nMột dòng.\nHai dòng  đậm.\n")); /* two paragraphs; no marks of others */
    assert_true(holds(s, "Kính gửi: Lê Thị Khác"));
    assert_false(holds(s, "Nguyễn Văn Thử"));
    assert_true(holds(s, "Số: 07/TB-UBND"));
    assert_true(holds(s, "https://example.vn/verify/ABCDEFGHJKMN"));
    assert_true(holds(s, "ABCD-EFGH-JKMN"));
    assert_int_equal(d.watermark.n, 0);
}

static void articles_count_and_lists_have_an_item_a_line(void **state)
{
    struct arena *a = *state;
    struct document_fields f = {0};
    document_field_set(&f, STR("members"), STR("Ông A, Tổ trưởng\nBà B, thành viên"));
    struct doc d = make(a, "complaint_verify", &f, 1);
    struct str s = words(a, &d);
    size_t items = 0;
    for (size_t i = 0; i < d.n; i++)
        items += d.v[i].kind == DOC_ITEM;
    assert_int_equal(items, 2);
    assert_true(holds(s, "Điều 1. ") && holds(s, "Điều 3. ") && !holds(s, "Điều 4. "));
}

static void a_letter_and_unnumbered_minutes(void **state)
{
    struct arena *a = *state;
    const struct document_fields none = {0};
    struct doc d = make(a, "answer_letter", &none, 3);
    assert_true(holds(words(a, &d), "Số: 03/UBND"));
    assert_true(holds(d.v[0].cells[3], "V/v trả lời"));
    d = make(a, "working_minutes", &none, 0);
    assert_int_equal(d.v[0].cells[2].n, 0);
}

static void fields_are_read_again_and_damage_is_seen(void **state)
{
    struct arena *a = *state;
    struct document_fields f = {0}, again;
    document_field_set(&f, STR("a"), STR("1:2"));
    document_field_set(&f, STR("b"), STR(""));
    document_field_set(&f, STR("a"), STR("3\n:4"));
    assert_true(document_fields_parse(document_fields_text(a, &f), &again));
    assert_int_equal(again.n, 2);
    assert_true(str_is(document_field(&again, STR("a")), "3\n:4"));
    assert_null(document_field(&again, STR("c")).p);
    static const char *const bad[] = {"1:", "1:a", "9:a1:b", "x:a1:b", "-1:a1:b", "1:a99999999999999999999:b"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(document_fields_parse(str_of(bad[i]), &again));
    struct document_fields many = {0};
    for (int i = 0; i < DOCUMENT_FIELDS + 5; i++)
        document_field_set(&many, str_printf(a, "n%d", i), STR("x"));
    assert_int_equal(many.n, DOCUMENT_FIELDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(facts_and_what_is_missing, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(what_was_typed_comes_first, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(articles_count_and_lists_have_an_item_a_line, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_letter_and_unnumbered_minutes, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(fields_are_read_again_and_damage_is_seen, open_arena, close_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
