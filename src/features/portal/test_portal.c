// SPDX-License-Identifier: AGPL-3.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "features/portal/portal.h"

enum { PAGE_MAX = 14 * 1024 }; /* leaves room for style, script and icons under 60 KB */

static bool has(struct str s, const char *part)
{
    size_t at;
    return str_find(s, str_of(part), &at);
}

static void keep_page(struct str path, enum lang lang, struct str s)
{
    const char *dir = getenv("UI_PAGES");
    if (!dir)
        return;
    char file[512];
    snprintf(file, sizeof file, "%s/portal-%s-%s.html", dir,
             path.n > 1 ? path.p + 1 : "home", lang_tag(lang));
    for (char *c = file + strlen(dir) + 1; *c; c++)
        if (*c == '/')
            *c = '-';
    FILE *f = fopen(file, "wb");
    assert_non_null(f);
    fwrite(s.p, 1, s.n, f);
    fclose(f);
}

static struct str get(struct arena *a, const struct route *route, enum lang lang)
{
    struct request r = {.arena = a, .path = str_of(route->path), .method = STR("GET"), .lang = lang, .zone_minutes = 420};
    struct response p = {0};
    struct err e;
    assert_true(route->handler(&r, &p, &e));
    assert_int_equal(p.status, 200);
    assert_true(p.shared);
    keep_page(r.path, lang, p.body);
    return p.body;
}

static void check_table(const struct route *table)
{
    for (; table->method; table++)
        for (int lang = 0; lang < LANGS; lang++) {
            struct arena a;
            arena_init(&a);
            struct str s = get(&a, table, (enum lang)lang);
            assert_true(s.n < PAGE_MAX);
            assert_true(has(s, "<h1"));
            assert_false(has(s, "portal."));
            assert_false(has(s, "name=\"csrf\"")); /* the page is shared by everybody */
            arena_done(&a);
        }
}

static void test_pages(void **state)
{
    (void)state;
    check_table(portal_home_routes);
    check_table(portal_routes);
}

static void test_slots(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a);
    struct request r = {.arena = &a, .path = STR("/"), .method = STR("GET"), .lang = LANG_EN};
    const struct portal_result results[] = {{STR("/published/1"), STR("Road <north> mended"), STR("Phan Rang"), {20600}}};
    const struct ui_figure figures[] = {{MSG("ui.step.done"), 1234, false, STR("/published")}};
    struct response p = {0};
    portal_home(&r, &(struct portal_slots){results, 1, figures, 1, STR("2026")}, &p);
    assert_true(has(p.body, "Road &lt;north&gt; mended"));
    assert_true(has(p.body, "1,234"));
    assert_true(has(p.body, "/published/1"));
    arena_done(&a);
}

int main(void)
{
    i18n_init();
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pages), cmocka_unit_test(test_slots)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
