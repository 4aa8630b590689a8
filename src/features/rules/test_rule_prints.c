// SPDX-License-Identifier: AGPL-3.0-or-later
/* Printed forms: the packs' own load; what is wrong is told by file and line;
 * nothing that tells who denounced stands in a form for others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "features/rules/rule_rows.h"

enum { FILES = 100 };

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

static struct str read_all(struct arena *a, const char *path)
{
    struct strbuf b;
    size_t n;
    FILE *f = fopen(path, "rb");
    if (!f)
        return (struct str){0};
    strbuf_init(&b, a, 1 << 20);
    do {
        n = fread(strbuf_room(&b, 4096), 1, 4096, f);
        b.n += n;
    } while (n);
    fclose(f);
    return strbuf_text(&b);
}

static size_t example(struct arena *a, struct rule_file *files)
{
    static const char *const names[] = {"pack.csv", "procedures.csv", "states.csv", "steps.csv", "limits.csv", "grounds.csv",
                                        "subjects.csv", "decisions.csv", "holidays.csv", "print_forms.csv",
                                        "print_signers.csv", "print_words.csv", "forms/tea_note.txt", "forms/judgement.txt"};
    const char *source = getenv("DINH_SOURCE");
    size_t n = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str text = read_all(a, str_printf(a, "%s/rules/example/%s", source ? source : ".", names[i]).p);
        assert_true(text.n > 0);
        files[n++] = (struct rule_file){str_of(names[i]), text};
    }
    return n;
}

static struct rulebook *load(struct arena *a, const struct rule_file *files, size_t n)
{
    struct rulebook *b;
    struct strbuf problems;
    struct err e;
    strbuf_init(&problems, a, 1 << 16);
    if (!rulebook_load(a, files, n, &b, &problems, &e))
        fail_msg("%s", strbuf_text(&problems).p);
    return b;
}

static struct rulebook *vn(struct arena *a)
{
    struct rule_file *files;
    size_t n;
    rules_embedded(a, STR("vn"), &files, &n);
    return load(a, files, n);
}

static void each_deed_has_its_form(void **state)
{
    static const struct {
        const char *procedure, *action;
    } wanted[] = {{"complaint.first", "accept"}, {"complaint.second", "accept"}, {"complaint.first", "refuse"},
                  {"complaint.first", "guide"}, {"recommendation", "forward"}, {"complaint.first", "assign"},
                  {"complaint.first", "approve"}, {"complaint.second", "approve"}, {"complaint.first", "stop"},
                  {"denunciation", "accept"}, {"denunciation", "refuse"}, {"denunciation", "approve"}, {"denunciation", "stop"},
                  {"denunciation.further", "forward"}, {"feedback", "approve"}};
    struct rulebook *b = vn(*state);
    assert_true(b->print.forms_n >= 30);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        size_t found = 0;
        for (size_t k = 0; k < b->print.forms_n; k++)
            found += str_is(b->print.forms[k].action, wanted[i].action) &&
                     rule_print_fits(b, &b->print.forms[k], str_of(wanted[i].procedure));
        assert_true(found > 0);
    }
    for (size_t k = 0; k < b->print.forms_n; k++) {
        for (enum lang lang = 0; lang < LANGS; lang++)
            assert_true(b->print.forms[k].name.text[lang].n > 0);
        assert_true(b->print.forms[k].roles && b->print.forms[k].lines_n > 3);
    }
}

/* Held apart from the loader's own check. */
static void the_denouncer_stands_in_no_form_for_others(void **state)
{
    struct rulebook *b = vn(*state);
    size_t looked = 0;
    for (size_t k = 0; k < b->print.forms_n; k++) {
        const struct rule_print *p = &b->print.forms[k];
        if (!rule_print_fits(b, p, STR("denunciation")) || str_is(p->reader, "person") || str_is(p->reader, "office"))
            continue;
        looked++;
        for (size_t i = 0; i < p->lines_n; i++) {
            for (size_t j = 0; j < p->lines[i].pieces_n; j++) {
                int place = p->lines[i].pieces[j].place;
                assert_false(place >= PLACE_NAME && place <= PLACE_OTHERS);
                assert_false(place >= PLACE_TITLE && place <= PLACE_ANSWER);
            }
        }
    }
    assert_true(looked >= 4);
}

static void the_law_of_tea_prints_too(void **state)
{
    struct rule_file files[FILES];
    struct rulebook *b = load(*state, files, example(*state, files));
    const struct rule_print *p = rulebook_print(b, STR("tea_note"));
    assert_non_null(p);
    assert_int_equal(p->asks_n, 1);
    assert_true(str_is(p->asks[0].label.text[LANG_FR], "Lumps of sugar"));
    assert_int_equal(p->lines[2].kind, PRINT_IF);
    assert_int_equal(p->lines[2].jump, 5);
    assert_int_equal(p->lines[4].kind, PRINT_ELSE);
    assert_int_equal(p->lines[4].jump, 7);
    assert_true(str_is(rulebook_word(b, "motto"), "Warm - Wet - Sweet"));
    assert_int_equal(rulebook_word(b, "nothing").n, 0);
}

static struct str exchange(struct arena *a, struct str text, const char *from, const char *to)
{
    size_t at;
    if (!str_find(text, str_of(from), &at))
        fail_msg("the example has no \"%s\"", from);
    return str_printf(a, STR_FMT "%s" STR_FMT, STR_ARG(str_cut(text, 0, at)), to,
                      STR_ARG(str_cut(text, at + strlen(from), text.n)));
}

static void wrong_forms_are_told_by_file_and_line(void **state)
{
    static const struct {
        const char *file, *from, *to, *problem;
    } cases[] = {
        {"print_forms.csv", "tea_note.txt", "other.txt", "print_forms.csv:2: template: the pack has no forms/other.txt"},
        {"print_forms.csv", "pourer", "nobody", "print_forms.csv:2: signers: print_signers.csv has no \"nobody\""},
        {"print_forms.csv", "person", "all", "print_forms.csv:2: reader: no such word"},
        {"print_forms.csv", "grumble,pour", "mumble,pour", "print_forms.csv:2: procedure: neither a kind nor a procedure"},
        {"print_forms.csv", "grumble,pour", "grumble,drink", "print_forms.csv:2: action: no step has this action"},
        {"print_words.csv", "motto", "mottto", "print_words.csv:23: key: the layout needs \"motto\""},
        {"print_signers.csv", "leader", "boss", "print_signers.csv:2: roles: no such role"},
        {"forms/tea_note.txt", "{person.name}", "{person.nose}", "forms/tea_note.txt:4: no such place: {person.nose}"},
        {"forms/tea_note.txt", "{person.name}", "{person.name", "forms/tea_note.txt:4: { without }"},
        {"forms/tea_note.txt", "{person.name}", "person.name}", "forms/tea_note.txt:4: } without {"},
        {"forms/tea_note.txt", "@about", "@abut", "forms/tea_note.txt:4: no such word: @abut"},
        {"forms/tea_note.txt", "@about Tea", "@about **Tea", "forms/tea_note.txt:4: ** is not closed"},
        {"forms/tea_note.txt", "@title NOTE", "@title", "forms/tea_note.txt:3: this line needs a text"},
        {"forms/tea_note.txt", "sugar 1", "sugar 99", "forms/tea_note.txt:5: @ask NAME LINES"},
        {"forms/tea_note.txt", "@end\n", "", "an @if without its @end"},
        {"forms/tea_note.txt", "@if sugar\n", "", "forms/tea_note.txt:7: @else without @if"},
        {"forms/tea_note.txt", "@if sugar", "@if salt", "forms/tea_note.txt:6: no such place: {salt}"},
        {"forms/tea_note.txt", "@close", "", "neither @close nor @sign"},
    };
    struct arena *a = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rule_file files[FILES];
        struct rulebook *b;
        struct strbuf problems;
        struct err e;
        size_t at, n = example(a, files);
        for (size_t k = 0; k < n; k++) {
            if (str_is(files[k].name, cases[i].file))
                files[k].text = exchange(a, files[k].text, cases[i].from, cases[i].to);
        }
        strbuf_init(&problems, a, 1 << 16);
        assert_false(rulebook_load(a, files, n, &b, &problems, &e));
        if (!str_find(strbuf_text(&problems), str_of(cases[i].problem), &at))
            fail_msg("\"%s\" is not among\n%s", cases[i].problem, strbuf_text(&problems).p);
    }
}

static void a_sealed_procedure_keeps_its_forms_silent(void **state)
{
    struct arena *a = *state;
    struct rule_file files[FILES];
    struct rulebook *b;
    struct strbuf problems;
    struct err e;
    size_t at, n = example(a, files);
    for (size_t k = 0; k < n; k++) {
        if (str_is(files[k].name, "procedures.csv"))
            files[k].text = exchange(a, files[k].text, "listen,no,yes", "listen,yes,yes");
        if (str_is(files[k].name, "print_forms.csv"))
            files[k].text = exchange(a, files[k].text, "person", "accused");
    }
    strbuf_init(&problems, a, 1 << 16);
    assert_false(rulebook_load(a, files, n, &b, &problems, &e));
    assert_true(str_find(strbuf_text(&problems), STR("forms/tea_note.txt:4: {person.name} may not stand"), &at));
    assert_true(str_find(strbuf_text(&problems), STR("forms/tea_note.txt:7: {case.title} may not stand"), &at));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_deed_has_its_form, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(the_denouncer_stands_in_no_form_for_others, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(the_law_of_tea_prints_too, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(wrong_forms_are_told_by_file_and_line, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_sealed_procedure_keeps_its_forms_silent, open_arena, close_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
