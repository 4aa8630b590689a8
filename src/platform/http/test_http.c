// SPDX-License-Identifier: AGPL-3.0-or-later
/* A real server on a port of its own, spoken to in raw bytes. */
#include <assert.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/assets/assets.h"
#include "platform/http/test_http_world.h"
#include "platform/log/log.h"

/* ---- the application under it ---- */

static struct world *world_of(const struct request *r)
{
    return r->app;
}

static bool text(struct request *r, struct response *p, struct str s)
{
    (void)r;
    p->status = 200;
    p->content_type = STR("text/plain; charset=utf-8");
    p->body = s;
    return true;
}

static bool get_hello(struct request *r, struct response *p, struct err *e)
{
    (void)e;
    return text(r, p, str_printf(r->arena, "hello [" STR_FMT "] lang=%s client=" STR_FMT, STR_ARG(request_query(r, "q")), lang_tag(r->lang),
                                 STR_ARG(r->client)));
}

static bool get_unit(struct request *r, struct response *p, struct err *e)
{
    (void)e;
    return text(r, p, str_printf(r->arena, "unit " STR_FMT " " STR_FMT, STR_ARG(r->params[0]), STR_ARG(r->params[1])));
}

static bool get_new(struct request *r, struct response *p, struct err *e)
{
    (void)e;
    return text(r, p, STR("the word new"));
}

static bool get_shared(struct request *r, struct response *p, struct err *e)
{
    (void)e;
    unsigned long n = atomic_fetch_add(&world_of(r)->shared_runs, 1);
    p->shared = true;
    struct strbuf b;
    strbuf_init(&b, r->arena, 8192);
    for (int i = 0; i < 300; i++)
        strbuf_printf(&b, "line %d ", i);
    strbuf_printf(&b, "run %lu", n);
    text(r, p, strbuf_text(&b));
    return true;
}

/* A page with a form: the token in it makes it somebody's own. */
static bool get_form(struct request *r, struct response *p, struct err *e)
{
    (void)e;
    p->shared = true;
    return text(r, p, str_printf(r->arena, "form " STR_FMT, STR_ARG(r->csrf)));
}

static bool get_fail(struct request *r, struct response *p, struct err *e)
{
    (void)r, (void)p;
    return FAIL(e, ERR_CONFLICT, "err.conflict", NULL);
}

static bool get_desk(struct request *r, struct response *p, struct err *e)
{
    (void)e;
    return text(r, p, STR("desk"));
}

static bool post_echo(struct request *r, struct response *p, struct err *e)
{
    (void)e;
    struct strbuf b;
    strbuf_init(&b, r->arena, 1 << 20);
    for (size_t i = 0; i < r->form_n; i++)
        strbuf_printf(&b, STR_FMT "=" STR_FMT ";", STR_ARG(r->form[i].name), STR_ARG(r->form[i].value));
    for (size_t i = 0; i < r->files_n; i++) {
        struct stat st;
        assert(!stat(r->files[i].path.p, &st) && st.st_size == r->files[i].bytes);
        strbuf_printf(&b, "file " STR_FMT " " STR_FMT " %lld " STR_FMT ";", STR_ARG(r->files[i].field), STR_ARG(r->files[i].file_name),
                      (long long)r->files[i].bytes, STR_ARG(r->files[i].sha256));
    }
    return text(r, p, strbuf_text(&b));
}

static bool post_slow(struct request *r, struct response *p, struct err *e)
{
    (void)e;
    usleep(100 * 1000);
    return text(r, p, STR("slow"));
}

static bool post_json(struct request *r, struct response *p, struct err *e)
{
    (void)e;
    return text(r, p, str_printf(r->arena, "json %zu", r->body.n));
}

static void given_back(void *runs)
{
    atomic_fetch_add((atomic_ulong *)runs, 1);
}

/* More than a socket holds. */
static bool get_large(struct request *r, struct response *p, struct err *e)
{
    (void)e;
    size_t n = 16 << 20;
    arena_defer(r->arena, given_back, &world_of(r)->given_back);
    return text(r, p, (struct str){memset(arena_alloc_raw(r->arena, n), 'x', n), n});
}

struct wait {
    void (*done)(void *);
    void *done_arg;
};

static void *wait_elsewhere(void *arg)
{
    struct wait w = *(struct wait *)arg;
    usleep(30 * 1000);
    w.done(w.done_arg);
    return NULL;
}

static void begin_wait(struct request *r, void *arg, void (*done)(void *), void *done_arg)
{
    pthread_t t;
    struct wait *w = arena_new(r->arena, struct wait);
    *w = (struct wait){done, done_arg};
    if (str_is(request_form(r, "wait"), "0"))
        done(done_arg);
    else if (!pthread_create(&t, NULL, wait_elsewhere, w))
        pthread_detach(t);
    (void)arg;
}

static bool after_wait(struct request *r, void *arg, struct response *p, struct err *e)
{
    if (str_is(request_form(r, "fail"), "1"))
        return FAIL(e, ERR_CONFLICT, "err.conflict", NULL);
    return text(r, p, str_printf(r->arena, "%s after the wait", (const char *)arg));
}

static bool post_later(struct request *r, struct response *p, struct err *e)
{
    (void)e;
    if (str_is(request_form(r, "now"), "1"))
        return text(r, p, STR("at once"));
    p->later = (struct http_later){begin_wait, after_wait, arena_copy(r->arena, "told", 4)};
    return true;
}

static const struct route routes[] = {
    {"GET", "/", get_hello, 0, 0, NULL, ""},
    {"GET", "/hello", get_hello, 0, 0, NULL, ""},
    {"GET", "/units/:id", get_unit, 0, 0, NULL, ""},
    {"GET", "/units/new", get_new, 0, 0, NULL, ""},
    {"GET", "/units/:id/cases/:case", get_unit, 0, 0, NULL, ""},
    {"GET", "/shared", get_shared, 0, ROUTE_SHARED, NULL, ""},
    {"GET", "/form", get_form, 0, ROUTE_SHARED, NULL, ""},
    {"GET", "/fail", get_fail, 0, 0, NULL, ""},
    {"GET", "/large", get_large, 0, 0, NULL, ""},
    {"POST", "/later", post_later, 0, ROUTE_LATER, NULL, ""},
    {"POST", "/worker/later", post_later, 0, 0, NULL, ""},
    {"GET", "/api/fail", get_fail, 0, ROUTE_API, NULL, ""},
    {"GET", "/desk", get_desk, ROLE_LEADER, 0, NULL, ""},
    {"POST", "/echo", post_echo, 0, 0, NULL, ""},
    {"POST", "/upload", post_echo, 0, ROUTE_UPLOADS, NULL, ""},
    {"POST", "/slow", post_slow, 0, 0, NULL, ""},
    {"POST", "/sign-in", post_echo, 0, ROUTE_STRICT_RATE, NULL, ""},
    {"POST", "/api/json", post_json, 0, ROUTE_API, NULL, ""},
    {.method = NULL},
};
static const struct route *const tables[] = {routes, NULL};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->options.rate_per_minute = -1;
    w->options.tables = tables;
    world_start(w);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    world_stop(*state);
    free(*state);
    return 0;
}

/* ---- reading ---- */

static void routes_are_found(void **state)
{
    struct world *w = *state;
    struct str a = get(w, "/hello?q=a%20b+c", "");
    assert_status(a, 200);
    assert_has(a, "hello [a b c] lang=vi");
    assert_has(a, "Content-Security-Policy: default-src 'none'");
    assert_has(a, "X-Content-Type-Options: nosniff");
    assert_has(get(w, "/units/12", ""), "unit 12 ");
    assert_has(get(w, "/units/new", ""), "the word new");
    assert_has(get(w, "/units/new/cases/7", ""), "unit new 7");
    assert_has(get(w, "/units/%C4%91/cases/a%2Fb", ""), "unit \xc4\x91 a/b");
    assert_status(get(w, "/nothing", ""), 404);
    assert_status(get(w, "/units//", ""), 404);
    assert_status(get(w, "/units/%ff", ""), 400);
    a = get(w, "/units/12/?q=1", "");
    assert_status(a, 308);
    assert_has(a, "Location: /units/12?q=1\r\n");
    assert_status(get(w, "//evil.example/", ""), 404);
}

static void methods_are_checked(void **state)
{
    struct world *w = *state;
    struct str a = post(w, "/hello", STR(CSRF));
    assert_status(a, 405);
    assert_has(a, "Allow: GET, HEAD\r\n");
    assert_status(get(w, "/echo", ""), 405);
    a = ask(w, STR("HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    assert_status(a, 200);
    assert_false(has(a, "hello ["));
    assert_status(get(w, "/desk", ""), 403);
}

static void languages_are_chosen(void **state)
{
    struct world *w = *state;
    assert_has(get(w, "/hello", "Accept-Language: fr-CA,en;q=0.5\r\n"), "lang=fr");
    assert_has(get(w, "/hello", "Cookie: a=b; lang=en\r\nAccept-Language: fr\r\n"), "lang=en");
    struct str a = get(w, "/hello?lang=fr", "Cookie: lang=en\r\n");
    assert_has(a, "lang=fr");
    assert_has(a, "Set-Cookie: lang=fr; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax");
    assert_has(get(w, "/hello?lang=xx", ""), "lang=vi");
}

static void failures_are_pages(void **state)
{
    struct world *w = *state;
    assert_status(get(w, "/fail", ""), 409);
    struct str a = get(w, "/api/fail", "");
    assert_status(a, 409);
    assert_has(a, "Content-Type: application/json");
    assert_has(a, "\"code\":\"conflict\"");
}

/* ---- writing ---- */

static void forms_are_read(void **state)
{
    struct world *w = *state;
    struct str a = post(w, "/echo", STR(CSRF "&a=1+2&b=%C4%91&c&a=3&d=x%0D%0Ay&e=a%CC%81"));
    assert_status(a, 200);
    assert_has(a, ";a=1 2;b=\xc4\x91;c=;a=3;d=x\ny;e=\xc3\xa1;");
    a = ask(w, STR("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" FORM "Transfer-Encoding: chunked\r\n\r\n"
                   "5\r\ncsrf=\r\n20\r\n" TOKEN "\r\n4\r\n&a=1\r\n0\r\n\r\n"));
    assert_status(a, 200);
    assert_has(a, "a=1;");
}

static void tokens_are_asked_for(void **state)
{
    struct world *w = *state;
    struct str a = post(w, "/echo", STR("a=1"));
    assert_status(a, 403);
    assert_status(post(w, "/echo", STR("a=1&csrf=wrong")), 403);
    assert_status(post_raw(w, "/echo", FORM "Origin: http://evil.example\r\n", STR(CSRF)), 403);
    assert_status(post_raw(w, "/echo", FORM "Origin: null\r\n", STR(CSRF)), 403);
    assert_status(post_raw(w, "/echo", FORM "Origin: https://x\r\n", STR(CSRF)), 200);
    assert_status(post_raw(w, "/echo", FORM "Sec-Fetch-Site: cross-site\r\n", STR(CSRF)), 403);
    assert_status(post_raw(w, "/echo", FORM "Sec-Fetch-Site: same-origin\r\n", STR(CSRF)), 200);
    assert_status(post_raw(w, "/api/json", "Content-Type: application/json\r\n", STR("{\"a\":1}")), 200);
}

static void bad_queries_are_refused(void **state)
{
    struct world *w = *state;
    assert_status(get(w, "/hello?q=%ff", ""), 400);
    assert_status(get(w, "/hello?q=%00", ""), 400);
    assert_status(get(w, "/hel%00lo", ""), 400);
}

static void limits_hold(void **state)
{
    struct world *w = *state;
    struct strbuf b;
    strbuf_init(&b, &w->arena, 64 << 20);
    strbuf_z(&b, CSRF);
    for (int i = 0; i < HTTP_FIELDS_MAX + 5; i++)
        strbuf_printf(&b, "&f%d=1", i);
    assert_status(post(w, "/echo", strbuf_text(&b)), 413);
    /* the same when the token stands behind what is too many */
    assert_status(post(w, "/echo", str_cut(strbuf_text(&b), sizeof(CSRF), b.n)), 413);
    while (b.n <= HTTP_BODY_SMALL)
        strbuf_z(&b, "&long=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    assert_status(post(w, "/echo", strbuf_text(&b)), 413);
    char *path = arena_alloc(&w->arena, 8000);
    memset(path, 'a', 5000);
    path[0] = '/';
    assert_status(get(w, path, ""), 414);
    strbuf_init(&b, &w->arena, 1 << 20);
    for (int i = 0; i < 70; i++)
        strbuf_printf(&b, "X-H%d: 1\r\n", i);
    assert_status(get(w, "/hello", strbuf_text(&b).p), 431);
    assert_status(post_raw(w, "/echo", "Content-Type: text/xml\r\n", STR("<a/>")), 415);
}

static void oversized_bodies_are_answered_early(void **state)
{
    struct world *w = *state;
    /* 8 MB are sent before the client looks for an answer */
    struct str body = {arena_alloc(&w->arena, 8 << 20), 8 << 20};
    struct str a = post(w, "/echo", body);
    assert_status(a, 413);
    assert_has(a, "Connection: close");
    /* announced only: the answer comes without a byte of it */
    int fd = dial(w);
    say(fd, STR("POST /echo HTTP/1.1\r\nHost: x\r\n" FORM "Content-Length: 99999999999\r\n\r\n"));
    struct pollfd p = {fd, POLLIN, 0};
    assert_int_equal(poll(&p, 1, 3000), 1);
    assert_status(hear(w, fd), 413);
    /* not announced */
    struct strbuf b;
    strbuf_init(&b, &w->arena, 16 << 20);
    strbuf_z(&b, "POST /echo HTTP/1.1\r\nHost: x\r\n" FORM "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 20; i++) {
        strbuf_z(&b, "8000\r\n");
        memset(strbuf_room(&b, 0x8000), 'a', 0x8000);
        b.n += 0x8000;
        strbuf_z(&b, "\r\n");
    }
    strbuf_z(&b, "0\r\n\r\n");
    assert_status(ask(w, strbuf_text(&b)), 413);
}

static void ambiguity_is_refused(void **state)
{
    struct world *w = *state;
    assert_status(ask(w, STR("POST /echo HTTP/1.1\r\nHost: x\r\n" FORM
                             "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")), 400);
    assert_status(ask(w, STR("POST /echo HTTP/1.1\r\nHost: x\r\n" FORM "Content-Length: 5\r\nContent-Length: 6\r\n\r\na=1234")), 400);
    assert_status(ask(w, STR("GET /hello HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n")), 400);
    assert_status(ask(w, STR("GET /hello HTTP/1.1\r\nConnection: close\r\n\r\n")), 400);
    struct str a = ask(w, STR("\x16\x03\x01\r\n\r\n"));
    assert_true(a.n == 0 || !str_starts(a, STR("HTTP/1.1 200")));
}

static void pipelines_are_served(void **state)
{
    struct world *w = *state;
    struct str a = ask(w, STR("GET /hello?q=one HTTP/1.1\r\nHost: x\r\n\r\n"
                              "POST /echo HTTP/1.1\r\nHost: x\r\n" FORM "Content-Length: 41\r\n\r\n" CSRF "&a=5"
                              "GET /hello?q=two HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    assert_has(a, "[one]");
    assert_has(a, "a=5;");
    assert_has(a, "[two]");
}

static void slow_clients_are_served(void **state)
{
    struct world *w = *state;
    int fd = dial(w);
    struct str request = STR("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" FORM "Content-Length: 41\r\n\r\n" CSRF "&a=5");
    for (size_t i = 0; i < request.n; i++) {
        say(fd, str_cut(request, i, 1));
        usleep(500);
    }
    assert_has(hear(w, fd), "a=5;");
    /* and one who goes away in the middle leaves nothing behind */
    fd = dial(w);
    say(fd, str_cut(request, 0, request.n - 3));
    close(fd);
    fd = dial(w);
    say(fd, STR("POST /slow HTTP/1.1\r\nHost: x\r\n" FORM "Content-Length: 37\r\n\r\n" CSRF));
    close(fd);
}

/* ---- uploads ---- */

#define FILE_PART "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n"

static void uploads_are_kept_until_the_end(void **state)
{
    struct world *w = *state;
    struct str a = post_raw(w, "/upload", PARTS, STR(CSRF_PART
        "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"C:\\\\dir\\\\../b\xc3\xa1o c\xc3\xa1o.pdf\"\r\n"
        "Content-Type: application/pdf\r\n\r\nabc\r\n"
        "--XX\r\nContent-Disposition: form-data; name=\"none\"; filename=\"\"\r\n\r\n\r\n"
        "--XX\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\nx\r\ny\r\n--XX--\r\n"));
    assert_status(a, 200);
    assert_has(a, "t=x\ny;");
    assert_has(a, "file f b\xc3\xa1o c\xc3\xa1o.pdf 3 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad;");
    usleep(50 * 1000);
    assert_int_equal(world_files(w), 0);
}

static void bad_uploads_are_refused(void **state)
{
    struct world *w = *state;
    assert_status(post_raw(w, "/upload", PARTS, STR(CSRF_PART FILE_PART "abc")), 422);
    assert_status(post_raw(w, "/upload", PARTS, STR(CSRF_PART "--XX\r\nbroken\r\n\r\nabc\r\n--XX--")), 422);
    assert_status(post_raw(w, "/echo", PARTS, STR(CSRF_PART FILE_PART "abc\r\n--XX--")), 422);
    assert_status(post_raw(w, "/echo", PARTS, STR(CSRF_PART "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--XX--")), 200);
    struct strbuf b;
    strbuf_init(&b, &w->arena, 64 << 20);
    strbuf_z(&b, CSRF_PART);
    for (int i = 0; i <= HTTP_FILES_MAX; i++)
        strbuf_printf(&b, "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a%d\"\r\n\r\nabc\r\n", i);
    strbuf_z(&b, "--XX--\r\n");
    assert_status(post_raw(w, "/upload", PARTS, strbuf_text(&b)), 413);
    strbuf_init(&b, &w->arena, 64 << 20);
    strbuf_z(&b, CSRF_PART FILE_PART);
    memset(strbuf_room(&b, HTTP_FILE_BYTES + 1), 'a', HTTP_FILE_BYTES + 1);
    b.n += HTTP_FILE_BYTES + 1;
    strbuf_z(&b, "\r\n--XX--\r\n");
    assert_status(post_raw(w, "/upload", PARTS, strbuf_text(&b)), 413);
    usleep(50 * 1000);
    assert_int_equal(world_files(w), 0);
}

/* ---- what is kept ready ---- */

static void shared_pages_are_kept(void **state)
{
    struct world *w = *state;
    assert_has(get(w, "/shared", ""), "run 0");
    assert_has(get(w, "/shared", ""), "run 0");
    assert_has(get(w, "/shared", "Cookie: dinh_session=0123456789abcdef0123456789abcdef\r\n"), "run 0");
    assert_has(get(w, "/shared", "Accept-Language: fr\r\n"), "run 1");
    assert_has(get(w, "/shared?x=1", ""), "run 2");
    atomic_fetch_add(&w->generation, 1);
    assert_has(get(w, "/shared", ""), "run 3");
    struct str a = get(w, "/shared", "Accept-Encoding: gzip\r\n");
    assert_has(a, "Content-Encoding: gzip");
    assert_int_equal(atomic_load(&w->shared_runs), 5);
    get(w, "/shared", "Accept-Encoding: gzip\r\n");
    assert_int_equal(atomic_load(&w->shared_runs), 5);
    assert_has(get(w, "/shared", "Cookie: dinh_session=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n"), "run 5");
}

static void own_pages_are_not_shared(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < 2; i++) {
        struct str a = get(w, "/form", "");
        assert_has(a, "Set-Cookie: dinh_session=0123456789abcdef0123456789abcdef; Path=/; HttpOnly; SameSite=Lax");
        assert_has(a, "Cache-Control: no-store");
    }
    assert_false(has(get(w, "/form", "Cookie: dinh_session=0123456789abcdef0123456789abcdef\r\n"), "Set-Cookie"));
    assert_false(has(get(w, "/hello", ""), "Set-Cookie"));
}

static void assets_are_served(void **state)
{
    struct world *w = *state;
    size_t n;
    const struct asset *all = asset_all(&n), *a = NULL;
    for (size_t i = 0; i < n; i++)
        if (str_starts(str_of(all[i].name), STR("web/")))
            a = &all[i];
    assert_status(get(w, "/a/nothing.css", ""), 404);
    if (!a)
        return;
    struct str path = str_printf(&w->arena, "/a/%s", a->name + 4);
    struct str plain = get(w, path.p, "");
    assert_status(plain, 200);
    assert_true(str_ends(plain, a->bytes));
    assert_has(plain, "must-revalidate");
    assert_has(get(w, str_printf(&w->arena, STR_FMT "?v=%s", STR_ARG(path), a->hash).p, ""), "immutable");
    struct str same = get(w, path.p, str_printf(&w->arena, "If-None-Match: \"%s\"\r\n", a->hash).p);
    assert_status(same, 304);
}

static void rates_are_limited(void **state)
{
    (void)state;
    struct world *w = calloc(1, sizeof *w);
    w->options.rate_per_minute = 60;
    w->options.trusted_proxy = "127.0.0.1";
    w->options.tables = tables;
    world_start(w);
    struct str a = STR("");
    for (int i = 0; i < 11; i++)
        a = post(w, "/sign-in", STR(CSRF));
    assert_status(a, 429);
    assert_has(a, "Retry-After: ");
    assert_status(post(w, "/echo", STR(CSRF)), 200);
    assert_status(post_raw(w, "/sign-in", FORM "X-Forwarded-For: 1.2.3.4, 203.0.113.9\r\n", STR(CSRF)), 200);
    for (int i = 0; i < 11; i++)
        a = post_raw(w, "/sign-in", str_printf(&w->arena, FORM "X-Forwarded-For: 2001:db8:0:1::%x\r\n", i + 1).p, STR(CSRF));
    assert_status(a, 429);
    assert_has(get(w, "/hello", "X-Forwarded-For: 203.0.113.9\r\n"), "client=203.0.113.9");
    world_stop(w);
    free(w);
}

static void a_full_queue_says_so(void **state)
{
    (void)state;
    struct world *w = calloc(1, sizeof *w);
    enum { MANY = 40 };
    int fd[MANY], busy = 0, done = 0;
    w->options.rate_per_minute = -1;
    w->options.workers = 1;
    w->options.queue = 8;
    w->options.tables = tables;
    world_start(w);
    for (int i = 0; i < MANY; i++) {
        fd[i] = dial(w);
        say(fd[i], STR("POST /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" FORM "Content-Length: 37\r\n\r\n" CSRF));
    }
    for (int i = 0; i < MANY; i++) {
        struct str a = hear(w, fd[i]);
        busy += str_starts(a, STR("HTTP/1.1 503")) && has(a, "Retry-After: 5");
        done += str_starts(a, STR("HTTP/1.1 200"));
    }
    assert_int_equal(busy + done, MANY);
    assert_true(busy > 0 && done >= 8);
    world_stop(w);
    free(w);
}

static void *stop(void *arg)
{
    world_stop(arg);
    return NULL;
}

static void stopping_waits_for_answers(void **state)
{
    (void)state;
    struct world *w = calloc(1, sizeof *w);
    pthread_t t;
    w->options.rate_per_minute = -1;
    w->options.tables = tables;
    world_start(w);
    int idle = dial(w), fd = dial(w);
    say(fd, STR("POST /slow HTTP/1.1\r\nHost: x\r\n" FORM "Content-Length: 37\r\n\r\n" CSRF));
    usleep(30 * 1000);
    assert_int_equal(pthread_create(&t, NULL, stop, w), 0);
    struct world ear = {0};
    arena_init(&ear.arena);
    assert_status(hear(&ear, fd), 200);
    pthread_join(t, NULL);
    close(idle);
    arena_done(&ear.arena);
    free(w);
}

static void handlers_may_wait(void **state)
{
    struct world *w = *state;
    static const char *const paths[] = {"/later", "/worker/later"};
    for (int i = 0; i < 2; i++) {
        assert_has(post(w, paths[i], STR(CSRF "&now=1")), "at once");
        assert_has(post(w, paths[i], STR(CSRF "&wait=0")), "told after the wait");
        assert_has(post(w, paths[i], STR(CSRF)), "told after the wait");
        assert_status(post(w, paths[i], STR(CSRF "&fail=1")), 409);
        assert_status(post(w, paths[i], STR("csrf=wrong")), 403);
    }
    /* more of them than there are threads */
    enum { AT_ONCE = 100 };
    int fd[AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++) {
        fd[i] = dial(w);
        say(fd[i], STR("POST /later HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" FORM "Content-Length: 37\r\n\r\n" CSRF));
    }
    for (int i = 0; i < AT_ONCE; i++)
        assert_has(hear(w, fd[i]), "told after the wait");
}

static void what_handlers_hold_is_given_back_early(void **state)
{
    struct world *w = *state;
    int fd = dial(w);
    say(fd, STR("GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    for (int i = 0; i < 200 && !atomic_load(&w->given_back); i++)
        usleep(10 * 1000);
    assert_int_equal(atomic_load(&w->given_back), 1);
    close(fd);
}

static void metrics_count(void **state)
{
    struct world *w = *state;
    struct strbuf b;
    get(w, "/hello", "");
    usleep(20 * 1000);
    strbuf_init(&b, &w->arena, 1 << 16);
    http_metrics(w->server, &b);
    assert_has(strbuf_text(&b), "dinh_http_requests_total{method=\"GET\",route=\"/hello\",status=\"2xx\"}");
    assert_has(strbuf_text(&b), "dinh_http_request_seconds_bucket{le=\"+Inf\"}");
}

static void starting_can_fail(void **state)
{
    struct world *w = *state;
    struct http_options o = w->options;
    struct http_server *s;
    struct err e;
    char taken[32];
    snprintf(taken, sizeof taken, "127.0.0.1:%d", http_port(w->server));
    o.listen = taken;
    assert_false(http_start(&o, &s, &e));
    assert_int_equal(e.code, ERR_IO);
    o.listen = "nonsense";
    assert_false(http_start(&o, &s, &e));
    assert_int_equal(e.code, ERR_BAD_INPUT);
    o.listen = "127.0.0.1:0";
    o.data_dir = "/nonexistent/dir";
    assert_false(http_start(&o, &s, &e));
}

int main(void)
{
    i18n_init();
    log_level_set(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routes_are_found),
        cmocka_unit_test(methods_are_checked),
        cmocka_unit_test(languages_are_chosen),
        cmocka_unit_test(failures_are_pages),
        cmocka_unit_test(forms_are_read),
        cmocka_unit_test(tokens_are_asked_for),
        cmocka_unit_test(bad_queries_are_refused),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(oversized_bodies_are_answered_early),
        cmocka_unit_test(ambiguity_is_refused),
        cmocka_unit_test(pipelines_are_served),
        cmocka_unit_test(slow_clients_are_served),
        cmocka_unit_test(uploads_are_kept_until_the_end),
        cmocka_unit_test(bad_uploads_are_refused),
        cmocka_unit_test(shared_pages_are_kept),
        cmocka_unit_test(own_pages_are_not_shared),
        cmocka_unit_test(assets_are_served),
        cmocka_unit_test(rates_are_limited),
        cmocka_unit_test(a_full_queue_says_so),
        cmocka_unit_test(stopping_waits_for_answers),
        cmocka_unit_test(handlers_may_wait),
        cmocka_unit_test(what_handlers_hold_is_given_back_early),
        cmocka_unit_test(metrics_count),
        cmocka_unit_test(starting_can_fail),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
