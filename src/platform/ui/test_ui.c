// SPDX-License-Identifier: AGPL-3.0-or-later
/* Every component in every language and face. With UI_PAGES=DIR the pages are
 * written there, to be looked at and given to the checkers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "platform/ui/ui_chart.h"
#include "platform/ui/ui_form.h"
#include "platform/ui/ui_page.h"
#include "ui.html.h"

#define T(z) {"" z "", sizeof(z) - 1}

static const char *const kinds[] = {"home", "submit", "track", NULL};
static const char *const many[] = {"done", "now", "next", "late", "stopped", "by", "done", "now", NULL};
static const struct form_field fields[] = {
    {"title", FORM_LINE, true, 0, 0, NULL, "ui.desk.search"},
    {"text", FORM_TEXT, true, 10, 4000, NULL, "ui.error.kept"},
    {"born", FORM_DAY, false, 0, 0, NULL, "ui.due.day"},
    {"email", FORM_EMAIL, false, 0, 0, NULL, "ui.nav.track"},
    {"kind", FORM_CHOICE, true, 0, 0, kinds, "ui.nav"},
    {"state", FORM_CHOICE, false, 0, 0, many, "ui.step"},
    {"agree", FORM_FLAG, true, 0, 0, NULL, "ui.keys.on"},
    {"secret", FORM_SECRET, false, 0, 0, NULL, "ui.sign_in"},
    {NULL, 0, 0, 0, 0, NULL, NULL},
};

struct sink {
    struct arena arena;
    struct request request;
    struct form form;
    struct ui_page page;
};

static void sink_init(struct sink *k, enum lang lang)
{
    arena_init(&k->arena);
    static const struct http_field query[] = {{T("q"), T("đất & nhà")}, {T("lang"), T("en")}};
    k->request = (struct request){.arena = &k->arena, .path = STR("/track"), .method = STR("GET"), .query = query,
                                  .query_n = 2, .lang = lang, .zone_minutes = 420, .csrf = STR("t0ken"),
                                  .request_id = STR("7c1e90"), .now = {1784000000000}};
    form_blank(&k->form, fields);
    k->page = (struct ui_page){.request = &k->request, .title_msg = MSG("ui.nav.track"), .nav = "/track"};
}

static void raw(struct html *h, const char *z)
{
    html_raw(h, z, strlen(z));
}

static struct str done(struct html *h)
{
    assert_false(h->b->full);
    return strbuf_text(h->b);
}

static void keep_page(const char *name, enum lang lang, struct str s)
{
    const char *dir = getenv("UI_PAGES");
    if (!dir)
        return;
    char path[512];
    snprintf(path, sizeof path, "%s/ui-%s-%s.html", dir, name, lang_tag(lang));
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(s.p, 1, s.n, f), s.n);
    fclose(f);
}

static size_t times(struct str s, const char *part)
{
    size_t n = 0, at;
    while (str_find(s, str_of(part), &at)) {
        n++;
        s = str_cut(s, at + 1, s.n);
    }
    return n;
}

static bool has(struct str s, const char *part)
{
    return times(s, part) > 0;
}

/* What must hold for any page: no message left as its id, no inline style or
 * script, one h1, each id once. */
static void check_page(struct str s, enum lang lang)
{
    char lang_attr[32];
    snprintf(lang_attr, sizeof lang_attr, "<html lang=\"%s\"", lang_tag(lang));
    assert_true(has(s, lang_attr));
    assert_false(has(s, ">ui."));
    assert_false(has(s, "\"ui."));
    assert_false(has(s, " style="));
    assert_false(has(s, "onclick"));
    assert_int_equal(times(s, "<h1"), 1);
    assert_int_equal(times(s, "<main"), 1);
    assert_true(has(s, "class=\"skip\" href=\"#main\""));
    struct str rest = s;
    size_t at;
    while (str_find(rest, STR(" id=\""), &at)) {
        rest = str_cut(rest, at + 5, rest.n);
        struct str id;
        struct str copy = rest;
        assert_true(str_split(&copy, '"', &id));
        char part[128];
        snprintf(part, sizeof part, " id=\"" STR_FMT "\"", STR_ARG(id));
        assert_int_equal(times(s, part), 1);
    }
}

static const struct ui_step steps[] = {
    {{1783900000000}, {0}, MSG("ui.step.done"), {0}, T("Nguyễn Thị Ánh — Tiếp nhận\nQuầy số 2"), UI_STEP_DONE},
    {{1783986400000}, {0}, MSG("ui.step.now"), {0}, {0}, UI_STEP_NOW},
    {{0}, {20660}, MSG("ui.step.late"), {0}, {0}, UI_STEP_LATE},
    {{0}, {20670}, MSG("ui.step.next"), {0}, {0}, UI_STEP_NEXT},
};

static void parts(struct html *h)
{
    static const struct ui_deadline dues[] = {
        {UI_CLOCK_RUNS, 12, 30, 18, {20665}, T("Điều 28"), T("/clock")},
        {UI_CLOCK_LATE, 34, 30, 4, {20645}, {0}, {0}}, {UI_CLOCK_PAUSED, 8, 30, 22, {INT32_MIN}, {0}, {0}},
        {UI_CLOCK_KEPT, 21, 30, 9, {20665}, {0}, {0}}, {UI_CLOCK_MISSED, 33, 30, 3, {20645}, {0}, {0}},
    };
    for (size_t i = 0; i < sizeof dues / sizeof *dues; i++)
        ui_deadline(h, &dues[i]);
    ui_timeline(h, steps, 4);
    struct ui_day days[20];
    for (int i = 0, n = 0; i < 20; i++) {
        bool off = day_weekday((struct day){20653 + i}) > 5;
        days[i] = (struct ui_day){{20653 + i}, off ? 0 : ++n, off ? STR("Thứ Bảy, Chủ nhật") : STR(""), i == 18};
    }
    ui_days(h, days, 20);
    static const struct ui_row rows[] = {
        {MSG("ui.nav.units"), {0}, T("Phường Phan Rang"), NULL, T("/submit")},
        {MSG("ui.error.kept"), {0}, T("Dòng một\ndòng hai\n\nĐoạn hai"), NULL, T("/submit")},
        {MSG("ui.nav.track"), {0}, {0}, NULL, {0}},
    };
    ui_summary_list(h, rows, 3);
    static const enum ui_tone tones[] = {UI_PLAIN, UI_INFO, UI_GOOD, UI_WARN, UI_BAD};
    raw(h, "<p>");
    for (size_t i = 0; i < 5; i++)
        ui_tag(h, ui_step_msg((enum ui_step_state)i), tones[i]), raw(h, " ");
    raw(h, "</p>");
    for (size_t i = 1; i < 5; i++)
        ui_notice(h, tones[i], MSG("ui.error.kept.how"));
    static const struct ui_figure figures[] = {
        {MSG("ui.step.done"), 12480, false, T("/published")}, {MSG("ui.step.now"), 318, false, {0}},
        {MSG("ui.due.kept"), 97, true, {0}},
    };
    ui_figures(h, figures, 3);
    ui_empty(h, "inbox", MSG("ui.none"), MSG("ui.foot.law"), &(struct ui_link){.href = STR("/units"), .msg = MSG("ui.nav.units")});
    ui_details_open(h, MSG("ui.due.why"));
    ui_progress(h, 2, 4);
    ui_details_close(h);
    ui_qr(h, STR("https://dinh.example/track/ABCD-EFGH-JKLM"), MSG("ui.copy"));
}

static void charts(struct html *h)
{
    static const struct str units[] = {T("Phường Phan Rang"), T("Phường Đô Vinh"), T("Xã Ninh Phước")};
    static struct str months[12];
    static char names[12][4];
    static int64_t in[12], out[12];
    static const int64_t one[] = {120, 84, 0}, two[] = {111, 60, 0};
    for (int i = 0; i < 12; i++) {
        snprintf(names[i], 4, "%d", i + 1);
        months[i] = str_of(names[i]);
        in[i] = 40 + (i * 37) % 29;
        out[i] = 35 + (i * 23) % 31;
    }
    struct ui_chart bars = {.title_msg = MSG("ui.nav.units"), .id = STR("c-bars"), .axis_msg = MSG("ui.nav.units"),
                            .labels = units, .n = 3,
                            .series = {{MSG("ui.step.done"), one}, {MSG("ui.due.kept"), two}}, .series_n = 2};
    ui_bar_chart(h, &bars);
    struct ui_chart lines = {.title_msg = MSG("ui.nav.reviews"), .id = STR("c-lines"), .axis_msg = MSG("ui.nav.clock"),
                             .labels = months, .n = 12, .series = {{MSG("ui.step.now"), in}, {MSG("ui.step.done"), out}},
                             .series_n = 2};
    ui_line_chart(h, &lines);
}

static void table(struct html *h)
{
    ui_table_open(h, MSG("ui.nav.queue"));
    raw(h, "<thead><tr><th scope=\"col\">Số</th><th scope=\"col\">Nội dung</th><th scope=\"col\">Trạng thái</th></tr></thead><tbody>");
    for (int i = 0; i < 12; i++) {
        raw(h, "<tr><td data-label=\"Số\"><a class=\"go\" href=\"/desk\">KN-2026-00118</a></td>"
               "<td data-label=\"Nội dung\">Đề nghị xem xét mức bồi thường thửa đất số 214</td><td data-label=\"Trạng thái\">");
        ui_tag(h, i % 3 ? MSG("ui.step.now") : MSG("ui.step.late"), i % 3 ? UI_INFO : UI_BAD);
        raw(h, "</td></tr>");
    }
    raw(h, "</tbody>");
    ui_table_close(h);
    ui_pager(h, &(struct ui_pager){STR("/desk?page="), 2, 9, 170});
}

static void form(struct html *h, const struct form *f)
{
    raw(h, "<form method=\"post\" action=\"/submit\">");
    for (size_t i = 0; fields[i].name; i++)
        ui_field(h, f, fields[i].name);
    ui_file(h, &(struct ui_files){"files", MSG("ui.nav.published"), MSG("ui.day.hint"), NULL, true});
    ui_button(h, MSG("ui.nav.submit"));
    ui_button_as(h, MSG("ui.change"), "do", "back", true);
    raw(h, "</form>");
}

static void each_page(enum lang lang, enum ui_face face)
{
    struct sink k;
    sink_init(&k, lang);
    static const struct ui_link crumbs[] = {{T("/units"), MSG("ui.nav.units"), {0}, 0, false},
                                            {T("/units/1"), NULL, T("Phan Rang"), 0, false}};
    form_set(&k.form, "title", STR("\"><script>alert(1)</script>"));
    form_error(&k.form, "title", MSG("ui.error.400"));
    form_error(&k.form, "kind", MSG("ui.none"));
    form_error(&k.form, "agree", MSG("ui.none"));
    k.page.face = face;
    k.page.form = &k.form;
    k.page.crumbs = crumbs;
    k.page.crumbs_n = 2;
    if (face == UI_DESK) {
        k.request.viewer.user_id = 7;
        k.request.viewer.name = STR("Lê Thị Hồng <Ngọc>");
        k.page.office = STR("Phường Phan Rang");
        k.page.nav = "/desk";
    }
    struct html *h = ui_begin(&k.request);
    ui_page_open(h, &k.page);
    raw(h, "<h1>Ẩm ướt, Ồn ào: Ữ Ậ Ỗ</h1><p class=\"lead\">Đề nghị nêu rõ sự việc.</p>");
    static const struct ui_link tabs[] = {{T("/a"), MSG("ui.step.now"), {0}, 12, true}, {T("/b"), MSG("ui.step.late"), {0}, 3, false}};
    ui_tabs(h, MSG("ui.nav.queue"), tabs, 2);
    table(h);
    form(h, &k.form);
    raw(h, "<h2>Thành phần</h2>");
    parts(h);
    charts(h);
    ui_page_close(h, &k.page);
    struct str s = done(h);
    keep_page(face == UI_DESK ? "desk" : "portal", lang, s);
    check_page(s, lang);
    assert_false(has(s, "<script>alert"));
    assert_false(has(s, "<Ngọc>"));
    assert_int_equal(times(s, "aria-invalid=\"true\""), 2); /* radios say it by their group */
    assert_true(has(s, "<a href=\"#f-title\">"));
    assert_true(has(s, "aria-describedby=\"f-title-error\""));
    assert_true(has(s, "lang=fr&amp;q=%C4%91%E1%BA%A5t%20%26%20nh%C3%A0\""));
    arena_done(&k.arena);
}

static void test_pages(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANGS; lang++) {
        each_page((enum lang)lang, UI_PORTAL);
        each_page((enum lang)lang, UI_DESK);
    }
}

static void test_paper(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANGS; lang++) {
        struct sink k;
        sink_init(&k, (enum lang)lang);
        k.page.face = UI_PAPER;
        struct html *h = ui_begin(&k.request);
        ui_page_open(h, &k.page);
        ui_print_head(h, &(struct ui_paper){STR("Tỉnh Khánh Hòa"), STR("Ủy ban nhân dân phường Phan Rang"), STR("12/TB-UBND"),
                                            STR("Phan Rang"), {20660}, MSG("ui.nav.published"), STR("Đợt 1")});
        ui_timeline(h, steps, 4);
        ui_page_close(h, &k.page);
        struct str s = done(h);
        keep_page("paper", (enum lang)lang, s);
        check_page(s, (enum lang)lang);
        assert_false(has(s, "<nav"));
        arena_done(&k.arena);
    }
}

static void test_done(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANGS; lang++) {
        struct sink k;
        sink_init(&k, (enum lang)lang);
        struct html *h = ui_begin(&k.request);
        ui_page_open(h, &k.page);
        ui_panel(h, &(struct ui_panel){MSG("ui.step.done"), MSG("ui.paper.number"), STR("PA-2026-00042"), MSG("ui.error.kept.how")});
        ui_deadline(h, &(struct ui_deadline){.state = UI_CLOCK_RUNS, .used = 0, .total = 10, .left = 10, .due = {20660}});
        ui_page_close(h, &k.page);
        struct str s = done(h);
        keep_page("done", (enum lang)lang, s);
        check_page(s, (enum lang)lang);
        arena_done(&k.arena);
    }
}

static void test_error(void **state)
{
    (void)state;
    static const struct http_field typed[] = {{T("csrf"), T("secret-token-secret-token-secret-token-secret")},
        {T("text"), T("Con đường trước nhà tôi ngập nước <mỗi khi> mưa to.")}};
    for (int lang = 0; lang < LANGS; lang++) {
        struct sink k;
        sink_init(&k, (enum lang)lang);
        k.request.method = STR("POST");
        k.request.form = typed;
        k.request.form_n = 2;
        struct err e;
        err_set(&e, ERR_STORE, MSG("ui.error.503"), NULL);
        struct response p = {0};
        ui_error_answer(&k.request, &e, &p);
        assert_int_equal(p.status, err_http_status(ERR_STORE));
        keep_page("error", (enum lang)lang, p.body);
        check_page(p.body, (enum lang)lang);
        assert_true(has(p.body, "&lt;mỗi khi"));
        assert_false(has(p.body, "secret-token"));
        arena_done(&k.arena);
    }
}

static void test_ring(void **state)
{
    (void)state;
    assert_int_equal(ui_ring_share(&(struct ui_deadline){.used = 0, .total = 30}), 0);
    assert_int_equal(ui_ring_share(&(struct ui_deadline){.used = -3, .total = 30}), 0);
    assert_int_equal(ui_ring_share(&(struct ui_deadline){.used = 15, .total = 30}), 50);
    assert_int_equal(ui_ring_share(&(struct ui_deadline){.used = 40, .total = 30}), 100);
    assert_int_equal(ui_ring_share(&(struct ui_deadline){.used = 0, .total = 0}), 100);
}

static void test_values_are_kept(void **state)
{
    (void)state;
    struct sink k;
    sink_init(&k, LANG_EN);
    form_set(&k.form, "born", STR("31/2/2026"));
    form_set(&k.form, "secret", STR("hunter2"));
    struct html *h = ui_begin(&k.request);
    ui_field(h, &k.form, "born");
    ui_field(h, &k.form, "secret");
    ui_field(h, &k.form, "kind");
    struct str s = done(h);
    assert_true(has(s, "value=\"31/2/2026\""));
    assert_false(has(s, "hunter2"));
    assert_false(has(s, " checked"));
    arena_done(&k.arena);
}

int main(void)
{
    i18n_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages), cmocka_unit_test(test_paper), cmocka_unit_test(test_done),
        cmocka_unit_test(test_error), cmocka_unit_test(test_ring),  cmocka_unit_test(test_values_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
