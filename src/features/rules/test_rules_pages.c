// SPDX-License-Identifier: AGPL-3.0-or-later
/* The calculator and the list of rules, as pages. UI_PAGES=DIR keeps them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "features/rules/rules_procedures.h"

struct world {
    struct arena arena;
    struct site site;
};

static int set_up(void **state)
{
    static struct world w;
    struct rule_file *files;
    struct rulebook *book;
    struct strbuf problems;
    size_t n;
    struct err e;
    arena_init(&w.arena);
    i18n_init();
    rules_embedded(&w.arena, STR("vn"), &files, &n);
    strbuf_init(&problems, &w.arena, 1 << 16);
    if (!rulebook_load(&w.arena, files, n, &book, &problems, &e))
        return -1;
    w.site.rules = book;
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    arena_done(&((struct world *)*state)->arena);
    return 0;
}

static bool has(struct str s, const char *part)
{
    size_t at;
    return str_find(s, str_of(part), &at);
}

static void keep(const char *name, enum lang lang, struct str s)
{
    const char *dir = getenv("UI_PAGES");
    char path[300];
    if (!dir)
        return;
    snprintf(path, sizeof path, "%.200s/%s-%s.html", dir, name, lang_tag(lang));
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(s.p, 1, s.n, f), s.n);
    fclose(f);
}

static struct response get(struct world *w, enum lang lang, const struct http_field *query, size_t n, bool list)
{
    struct response p = {0};
    struct err e;
    struct request *r = arena_new(&w->arena, struct request);
    *r = (struct request){.arena = &w->arena, .app = &w->site, .path = list ? STR("/rules") : STR("/clock"),
                          .method = STR("GET"), .lang = lang, .zone_minutes = 420, .query = query, .query_n = n};
    assert_true(instant_parse(STR("2026-07-06T08:00:00+07:00"), &r->now));
    assert_true(list ? rules_get(r, &p, &e) : clock_get(r, &p, &e));
    return p;
}

#define Q(name, value) {STR(name), STR(value)}

static void the_calculator_shows_its_days(void **state)
{
    struct world *w = *state;
    const struct http_field query[] = {Q("what", "complaint.first/settle"), Q("start", "2026-07-06"), Q("remote", "1"),
                                       Q("complexity", "complex")};
    for (enum lang lang = 0; lang < LANGS; lang++) {
        struct response p = get(w, lang, query, 4, false);
        assert_int_equal(p.status, 200);
        assert_true(has(p.body, "<time datetime=\"2026-09-04\">"));
        assert_true(has(p.body, "value=\"complaint.first/settle\" selected"));
        assert_false(has(p.body, "rules.")); /* every message is there */
        assert_true(p.body.n < 60 * 1024);
        keep("clock", lang, p.body);
    }
}

static void law_and_decree_are_both_shown(void **state)
{
    const struct http_field query[] = {Q("what", "complaint.first/check"), Q("start", "29/6/2026")};
    struct response p = get(*state, LANG_EN, query, 2, false);
    assert_int_equal(p.status, 200);
    assert_true(has(p.body, "datetime=\"2026-07-09\""));
    assert_true(has(p.body, "124/2020"));
    assert_true(has(p.body, "notice warn"));
    keep("clock-conflict", LANG_EN, p.body);
}

static void an_unconfirmed_rule_says_so(void **state)
{
    const struct http_field query[] = {Q("what", "feedback/settle"), Q("start", "2026-07-06")};
    struct response p = get(*state, LANG_EN, query, 2, false);
    assert_true(has(p.body, "unconfirmed)"));
}

static void no_limit_is_an_answer(void **state)
{
    const struct http_field query[] = {Q("what", "denunciation/check"), Q("start", "2018-07-06")};
    struct response p = get(*state, LANG_EN, query, 2, false);
    assert_int_equal(p.status, 200);
    assert_true(has(p.body, "The law sets no time limit"));
}

static void wrong_questions_keep_what_was_typed(void **state)
{
    static const struct {
        struct http_field query[4];
        const char *id;
    } cases[] = {
        {{Q("what", "complaint.first/brew"), Q("start", "2026-07-06")}, "id=\"f-what-error\""},
        {{Q("what", "complaint.first/settle"), Q("start", "2026-02-30")}, "id=\"f-start-error\""},
        {{Q("what", "complaint.first/settle"), Q("start", "2026-07-06"), Q("extend", "1")}, "id=\"f-extend-error\""},
        {{Q("what", "complaint.first/settle"), Q("start", "2026-07-06"), Q("suspend", "soon")}, "id=\"f-suspend-error\""},
        {{Q("what", "<script>"), Q("start", "2026-07-06")}, "id=\"f-what-error\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n = cases[i].query[2].name.n ? 3 : 2;
        struct response p = get(*state, LANG_EN, cases[i].query, n, false);
        assert_int_equal(p.status, 422);
        assert_true(has(p.body, cases[i].id));
        assert_false(has(p.body, "<script>"));
        size_t at;
        assert_true(str_find(p.body, STR("id=\"errors-h\""), &at)); /* said once, by the frame */
        assert_false(has(str_cut(p.body, at + 1, p.body.n), "id=\"errors-h\""));
        assert_true(i == 1 ? has(p.body, "2026-02-30") : has(p.body, "2026-07-06"));
    }
    keep("clock-wrong", LANG_EN, get(*state, LANG_EN, cases[2].query, 3, false).body);
}

static void the_empty_calculator_begins_today(void **state)
{
    struct response p = get(*state, LANG_VI, NULL, 0, false);
    assert_int_equal(p.status, 200);
    assert_true(has(p.body, "value=\"06/07/2026\""));
    assert_false(has(p.body, "aria-invalid"));
}

static void the_list_marks_what_is_unconfirmed(void **state)
{
    for (enum lang lang = 0; lang < LANGS; lang++) {
        struct response p = get(*state, lang, NULL, 0, true);
        assert_int_equal(p.status, 200);
        assert_true(p.shared);
        assert_true(has(p.body, "K04.remote_complex"));
        assert_true(has(p.body, "tag warn"));
        assert_true(has(p.body, "datetime=\"2026-08-31\""));
        assert_false(has(p.body, "rules.list"));
        keep("rules", lang, p.body);
    }
}

static void a_procedure_says_who_may_what_and_on_which_ground(void **state)
{
    struct world *w = *state;
    const struct rule_procedure *all;
    size_t n;
    struct err e;
    rulebook_procedures(w->site.rules, &all, &n);
    for (size_t i = 0; i < n; i++) {
        for (enum lang lang = 0; lang < LANGS; lang++) {
            struct response p = {0};
            struct request *r = arena_new(&w->arena, struct request);
            *r = (struct request){.arena = &w->arena, .app = &w->site, .path = STR("/rules/x"), .method = STR("GET"), .lang = lang,
                                  .zone_minutes = 420, .params = {all[i].id}};
            assert_true(instant_parse(STR("2026-07-06T08:00:00+07:00"), &r->now));
            assert_true(procedure_get(r, &p, &e));
            assert_false(has(p.body, "rules."));
            assert_true(has(p.body, "<tbody><tr>"));
            if (str_is(all[i].id, "feedback"))
                assert_true(has(p.body, i18n_text(lang, MSG("rules.unconfirmed")).p)); /* the office's own standards */
            r->params[0] = STR("nothing");
            assert_false(procedure_get(r, &p, &e));
            assert_int_equal(e.code, ERR_NOT_FOUND);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_procedure_says_who_may_what_and_on_which_ground),
        cmocka_unit_test(the_calculator_shows_its_days),
        cmocka_unit_test(law_and_decree_are_both_shown),
        cmocka_unit_test(an_unconfirmed_rule_says_so),
        cmocka_unit_test(no_limit_is_an_answer),
        cmocka_unit_test(wrong_questions_keep_what_was_typed),
        cmocka_unit_test(the_empty_calculator_begins_today),
        cmocka_unit_test(the_list_marks_what_is_unconfirmed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
