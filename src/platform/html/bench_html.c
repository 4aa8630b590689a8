// SPDX-License-Identifier: AGPL-3.0-or-later
/* How long the escaper and a page of about 14 kB take; the best of several rounds. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "test_page.html.h"

enum { ROUNDS = 15, STEPS = 88 };

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

struct work {
    struct html h;
    struct str text;
    struct test_page page;
    const char *only; /* how the name of what is measured begins; NULL: all */
};

static void escape_text(struct work *w)
{
    html_text(&w->h, w->text);
}

static void escape_attr(struct work *w)
{
    html_attr(&w->h, w->text);
}

static void render(struct work *w)
{
    test_page(&w->h, &w->page);
}

static void look_up(struct work *w)
{
    (void)i18n_text(w->h.lang, "i18n.weekday.3");
}

/* Runs the work in an arena that is reset each time, as a request does. */
static void measure(const char *name, void (*run)(struct work *), struct work *w, int times)
{
    if (w->only && strncmp(name, w->only, strlen(w->only)) != 0)
        return;
    double best = 1e18;
    size_t bytes = 0;
    struct arena a;
    struct strbuf b;
    arena_init(&a);
    w->h = (struct html){.b = &b, .arena = &a, .lang = LANG_VI, .zone_minutes = 420, .csrf = STR("token")};
    for (int round = 0; round < ROUNDS; round++) {
        double from = now_ns();
        for (int i = 0; i < times; i++) {
            arena_reset(&a);
            strbuf_init(&b, &a, 1 << 20);
            run(w);
        }
        double each = (now_ns() - from) / times;
        best = each < best ? each : best;
        bytes = b.n;
    }
    printf("%-28s %10.1f ns %8zu bytes\n", name, best, bytes);
    arena_done(&a);
}

int main(int argc, char **argv)
{
    static char plain[4096], mixed[4096];
    static struct test_step steps[STEPS];
    i18n_init();
    for (size_t i = 0; i < sizeof plain; i++) {
        plain[i] = "đơn kiến nghị về đất đai "[i % 30];
        mixed[i] = i % 40 == 7 ? '&' : plain[i];
    }
    for (int i = 0; i < STEPS; i++)
        steps[i] = (struct test_step){STR("Thụ lý đơn & phân công người xác minh nội dung"), {20000 + i}, i % 2};
    struct work w = {.page = {.title = STR("Đơn kiến nghị"), .text = {mixed, 700}, .link = STR("/x"), .word = "w",
                              .msg = "i18n.lang.name", .count = 12, .steps = steps, .steps_n = STEPS}};
    w.only = argc > 1 ? argv[1] : NULL;
    w.text = (struct str){plain, sizeof plain};
    measure("text, 4 KiB, nothing to do", escape_text, &w, 20000);
    measure("attr, 4 KiB, nothing to do", escape_attr, &w, 20000);
    w.text = (struct str){mixed, sizeof mixed};
    measure("text, 4 KiB, 100 entities", escape_text, &w, 20000);
    w.text = STR("Nguyễn Thị Hoa");
    measure("text, 18 bytes", escape_text, &w, 200000);
    measure("message look-up", look_up, &w, 200000);
    measure("page", render, &w, 2000);
    return 0;
}
