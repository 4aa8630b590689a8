// SPDX-License-Identifier: AGPL-3.0-or-later
/* A server for measuring: `bench_http PORT SECONDS DIR`. /kept is answered
 * from the shared pages, /made is written anew each time; both are 6 KB. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "platform/http/http.h"

static bool page(struct request *r, struct response *p, bool shared)
{
    struct strbuf *b = arena_new(r->arena, struct strbuf);
    struct html *h = arena_new(r->arena, struct html);
    strbuf_init(b, r->arena, 64 * 1024);
    *h = (struct html){.b = b, .arena = r->arena, .lang = r->lang};
    static const char frame[2800] = "<!doctype html>";
    html_raw(h, frame, sizeof frame);
    for (int i = 0; i < 12; i++) {
        html_raw(h, "<li class=\"step\"><time>", 23);
        html_text_instant(h, (struct instant){1783300000000 + i});
        html_raw(h, "</time><p>", 10);
        html_text_str(h, STR("A step of the matter & what was said <of it>, at some length, as officials do. And more of "
                             "it: the reasons, the articles, what the person may do next, and by which day it must be done."));
        html_raw(h, "</p></li>\n", 10);
    }
    response_html(p, h);
    p->shared = shared;
    return true;
}

static bool get_kept(struct request *r, struct response *p, struct err *e)
{
    (void)e;
    return page(r, p, true);
}

static bool get_made(struct request *r, struct response *p, struct err *e)
{
    (void)e;
    return page(r, p, false);
}

static bool post_form(struct request *r, struct response *p, struct err *e)
{
    (void)e;
    p->status = 200;
    p->content_type = STR("text/plain");
    p->body = request_form(r, "text");
    return true;
}

static uint64_t generation(void *app)
{
    (void)app;
    return 1;
}

static const struct route routes[] = {
    {"GET", "/kept", get_kept, 0, ROUTE_SHARED, NULL, ""},
    {"GET", "/made", get_made, 0, 0, NULL, ""},
    {"POST", "/form", post_form, 0, 0, NULL, ""},
    {.method = NULL},
};

int main(int argc, char **argv)
{
    static const struct route *const tables[] = {routes, NULL};
    struct http_options o = {.data_dir = argc > 3 ? argv[3] : ".", .tables = tables, .rate_per_minute = -1, .generation = generation};
    struct http_server *s;
    struct err e;
    struct arena a;
    arena_init(&a);
    i18n_init();
    o.listen = str_printf(&a, "127.0.0.1:%s", argc > 1 ? argv[1] : "0").p;
    if (!http_start(&o, &s, &e))
        die("%s %s", e.msg, e.detail);
    printf("port %d\n", http_port(s));
    fflush(stdout);
    sleep(argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 10);
    http_stop(s);
    arena_done(&a);
    return 0;
}
