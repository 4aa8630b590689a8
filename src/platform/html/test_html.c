// SPDX-License-Identifier: AGPL-3.0-or-later
/* Escapers by table and against a slow twin; a compiled template, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "test_page.html.h"

struct fixture {
    struct arena arena;
    struct strbuf b;
    struct html h;
};

static int open_page(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    i18n_init();
    arena_init(&f->arena);
    strbuf_init(&f->b, &f->arena, 1 << 20);
    f->h = (struct html){.b = &f->b, .arena = &f->arena, .lang = LANG_FR, .zone_minutes = 420, .csrf = STR("a\"b")};
    *state = f;
    return 0;
}

static int close_page(void **state)
{
    struct fixture *f = *state;
    arena_done(&f->arena);
    free(f);
    return 0;
}

static void assert_wrote(struct fixture *f, const char *want)
{
    assert_string_equal(strbuf_text(&f->b).p, want);
    f->b.n = 0;
}

static void escapes_for_the_place(void **state)
{
    struct fixture *f = *state;
    html_text(&f->h, "<b>&\"'</b>");
    assert_wrote(f, "&lt;b&gt;&amp;\"'&lt;/b&gt;");
    html_attr(&f->h, STR("<b>&\"'</b>"));
    assert_wrote(f, "&lt;b&gt;&amp;&#34;&#39;&lt;/b&gt;");
    html_text(&f->h, (const char *)NULL);
    assert_wrote(f, "");
    html_text(&f->h, INT64_MIN);
    assert_wrote(f, "-9223372036854775808");
    html_attr(&f->h, 0);
    assert_wrote(f, "0");
    html_text(&f->h, (struct markup){STR("<hr>")});
    assert_wrote(f, "<hr>");
}

/* One byte after the other, as one would write it without thinking of speed. */
static struct str slow_escape(struct arena *a, struct str s, bool attr)
{
    struct strbuf b;
    strbuf_init(&b, a, 1 << 20);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '&')
            strbuf_z(&b, "&amp;");
        else if (c == '<')
            strbuf_z(&b, "&lt;");
        else if (c == '>')
            strbuf_z(&b, "&gt;");
        else if (attr && c == '"')
            strbuf_z(&b, "&#34;");
        else if (attr && c == '\'')
            strbuf_z(&b, "&#39;");
        else
            strbuf_char(&b, c);
    }
    return strbuf_text(&b);
}

/* Every byte value at every offset of a block, for every length near one. */
static void agrees_with_a_slow_escaper(void **state)
{
    struct fixture *f = *state;
    char text[40];
    for (int c = 0; c < 256; c++) {
        for (size_t n = 1; n <= sizeof text; n += 3) {
            for (size_t at = 0; at < n; at++) {
                memset(text, 'x', n);
                text[at] = (char)c;
                struct str s = {text, n};
                html_text(&f->h, s);
                assert_true(str_eq(strbuf_text(&f->b), slow_escape(&f->arena, s, false)));
                f->b.n = 0;
                html_attr(&f->h, s);
                assert_true(str_eq(strbuf_text(&f->b), slow_escape(&f->arena, s, true)));
                f->b.n = 0;
            }
        }
        arena_reset(&f->arena);
        strbuf_init(&f->b, &f->arena, 1 << 20);
    }
}

static void lets_only_links_be_links(void **state)
{
    static const struct {
        const char *given, *want;
    } cases[] = {
        {"/a/b?c=d&e='f'", "/a/b?c=d&amp;e=&#39;f&#39;"},
        {"/", "/"},
        {"#top", "#top"},
        {"?page=2", "?page=2"},
        {"https://example.vn/x", "https://example.vn/x"},
        {"HTTP://example.vn", "HTTP://example.vn"},
        {"mailto:a@example.vn", "mailto:a@example.vn"},
        {"tel:+84123", "tel:+84123"},
        {"/a b\"<>{}", "/a%20b%22%3C%3E%7B%7D"},
        {"/đ", "/%C4%91"},
        {"/a%20b", "/a%20b"},
        {"javascript:alert(1)", "#"},
        {" javascript:alert(1)", "#"},
        {"java\nscript:alert(1)", "#"},
        {"JaVaScRiPt:alert(1)", "#"},
        {"data:text/html,x", "#"},
        {"//evil.example", "#"},
        {"/\\evil.example", "#"},
        {"/\t/evil.example", "#"},
        {"\\\\evil.example", "#"},
        {"evil", "#"},
        {"", "#"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        html_url(&f->h, cases[i].given);
        assert_wrote(f, cases[i].want);
    }
    html_part(&f->h, STR("a/b c&d?e=\xC4\x91.~"));
    assert_wrote(f, "a%2Fb%20c%26d%3Fe%3D%C4%91.~");
}

static void writes_paragraphs(void **state)
{
    struct fixture *f = *state;
    html_paragraphs(&f->h, STR("\n\none <\n  two\n \n\n\nthree\n"));
    assert_wrote(f, "<p>one &lt;<br>two</p><p>three</p>");
    html_paragraphs(&f->h, STR(" \n "));
    assert_wrote(f, "");
    html_paragraphs(&f->h, (struct str){NULL, 0});
    assert_wrote(f, "");
}

static void escapes_messages_and_arguments(void **state)
{
    struct fixture *f = *state;
    html_msg_attr(&f->h, "i18n.bytes.kb", ARGS(html_arg(&f->h, "n", "<\">")));
    assert_wrote(f, "&lt;&#34;&gt; ko");
    html_msg_text(&f->h, "i18n.bytes.kb", ARGS(html_arg(&f->h, "n", 1234)));
    assert_wrote(f, "1\u202f234 ko");
    html_msg_text(&f->h, "no.such<id>", NO_ARGS);
    assert_wrote(f, "no.such&lt;id&gt;");
    struct day d = {0};
    html_msg_text(&f->h, "i18n.bytes.kb", ARGS(html_arg(&f->h, "n", d)));
    assert_wrote(f, "01/01/1970 ko");
}

static void links_assets(void **state)
{
    struct fixture *f = *state;
    html_asset(&f->h, "web/no \"such.css");
    assert_wrote(f, "/a/no &#34;such.css");
}

static struct test_page sample(const struct test_step *steps, size_t n)
{
    struct test_page p = {
        .title = STR("A & \"B\""), .text = STR("x<y\n\nz"), .link = STR("javascript:x"), .word = "w", .count = 1234,
        .msg = "i18n.lang.name", .part = {STR("<u>p</u>")}, .steps = steps, .steps_n = n,
    };
    struct str at = STR("2026-07-06T08:30:00Z"), due = STR("2026-07-01");
    assert_true(instant_parse(at, &p.at));
    assert_true(day_parse(due, &p.due));
    return p;
}

static const char page_head[] =
    "<article title=\"A &amp; &#34;B&#34;\"><h1>A &amp; \"B\"</h1>"
    "<p>1234 1\u202f234 w\n<i><u>p</u></i></p>"
    "<a href=\"#\">w ko</a>\n"
    "<a href=\"/find?q=A%20%26%20%22B%22&amp;n=1234\" title=\"A &amp; &#34;B&#34; ko\">Français</a>";
static const char page_tail[] =
    "<pre>\n  as  it\n    is \n  !\n  </pre>"
    "<textarea name=\"t\">x&lt;y\n\nz</textarea>\n<p>x&lt;y</p><p>z</p>"
    "<form><input type=\"hidden\" name=\"csrf\" value=\"a&#34;b\"></form>"
    "<time datetime=\"2026-07-06T08:30:00Z\">06/07/2026 à 15 h 30</time> mercredi 1er juillet 2026</article>";

static void assert_page(struct fixture *f, const char *middle)
{
    char *want = str_z(&f->arena, str_printf(&f->arena, "%s%s%s", page_head, middle, page_tail));
    assert_wrote(f, want);
}

static void renders_a_template(void **state)
{
    struct fixture *f = *state;
    const struct test_step steps[] = {{STR("one<"), {0}, true}, {STR("two"), {31}, false}};
    struct test_page p = sample(steps, 2);
    test_page(&f->h, &p);
    assert_page(f, "<ol>\n<li class=\"done\" value=\"1\"><b>one&lt;</b>\n"
                   "<time datetime=\"1970-01-01\">01/01/1970</time></li>"
                   "\n<li value=\"2\"><b>two</b>\n<time datetime=\"1970-02-01\">01/02/1970</time></li></ol>");
    p.steps_n = 1;
    test_page(&f->h, &p);
    assert_page(f, "<p>one</p>");
    p.steps_n = 0;
    test_page(&f->h, &p);
    assert_page(f, "<p>none</p>");
}

static void renders_a_part(void **state)
{
    struct fixture *f = *state;
    struct strbuf b;
    struct html part = html_part_of(&f->h, &b, 4096);
    test_step(&part, &(struct test_step){.title = STR("<")}, 1);
    html_text(&f->h, html_markup(&part));
    assert_wrote(f, "<li value=\"2\"><b>&lt;</b>\n<time datetime=\"1970-01-01\">01/01/1970</time></li>");
}

static void stops_at_the_ceiling(void **state)
{
    struct fixture *f = *state;
    struct strbuf b;
    struct html part = html_part_of(&f->h, &b, 7);
    html_text(&part, "1234<6789");
    assert_true(b.full);
    assert_string_equal(strbuf_text(&b).p, "1234");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, open_page, close_page)
    const struct CMUnitTest tests[] = {
        T(escapes_for_the_place), T(agrees_with_a_slow_escaper), T(lets_only_links_be_links), T(writes_paragraphs),
        T(escapes_messages_and_arguments), T(links_assets), T(renders_a_template), T(renders_a_part),
        T(stops_at_the_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
