// SPDX-License-Identifier: AGPL-3.0-or-later
/* The way of a request: headers, route, body, handler, answer. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"
#include "platform/http/http_asset.h"
#include "platform/http/http_cache.h"
#include "platform/http/http_metrics.h"
#include "platform/http/http_rate.h"
#include "platform/http/http_serve.h"
#include "platform/log/log.h"

enum { POOL_MAX = 64, RATE_CHANGES = 0, RATE_STRICT = 1 };

/* ---- exchanges come from a pool, with their arena's block ---- */

static struct exchange *exchange_open(struct http_server *s)
{
    pthread_mutex_lock(&s->pool_mutex);
    struct exchange *x = s->pool;
    if (x) {
        s->pool = x->next;
        s->pool_n--;
    }
    pthread_mutex_unlock(&s->pool_mutex);
    if (!x) {
        x = calloc(1, sizeof *x);
        if (!x)
            die("out of memory (exchange)");
        arena_init(&x->arena);
    }
    x->next = NULL;
    x->server = s;
    return x;
}

static void exchange_close(struct exchange *x)
{
    struct http_server *s = x->server;
    if (x->awaited)
        atomic_fetch_sub(&s->awaited, 1);
    arena_reset(&x->arena);
    struct arena kept = x->arena;
    memset(x, 0, sizeof *x);
    x->arena = kept;
    pthread_mutex_lock(&s->pool_mutex);
    bool keep = s->pool_n < POOL_MAX;
    if (keep) {
        x->next = s->pool;
        s->pool = x;
        s->pool_n++;
    }
    pthread_mutex_unlock(&s->pool_mutex);
    if (!keep) {
        arena_done(&x->arena);
        free(x);
    }
}

void exchanges_free(struct http_server *s)
{
    while (s->pool) {
        struct exchange *x = s->pool;
        s->pool = x->next;
        arena_done(&x->arena);
        free(x);
    }
}

/* ---- answering ---- */

static bool reads(const struct request *r)
{
    return str_is(r->method, "GET") || str_is(r->method, "HEAD");
}

/* From here on a stopping server waits for the answer to go out. */
static void await(struct exchange *x)
{
    if (!x->awaited)
        atomic_fetch_add(&x->server->awaited, 1);
    x->awaited = true;
}

static enum MHD_Result queue(struct exchange *x)
{
    struct http_server *s = x->server;
    x->stage = STAGE_DONE;
    await(x);
    if (!x->answer) {
        x->status = 503;
        return MHD_queue_response(x->connection, 503, s->busy[x->r.lang]);
    }
    enum MHD_Result ok = MHD_queue_response(x->connection, (unsigned)x->status, x->answer);
    if (x->share && ok == MHD_YES)
        cache_put(s->cache, (struct cache_key){x->uri, x->variant}, x->generation, x->answer,
                  (struct cached){x->counter, x->answer_n});
    else
        MHD_destroy_response(x->answer);
    x->answer = NULL;
    return ok;
}

static void identify(struct exchange *x)
{
    if (x->entry && (x->entry->route->flags & ROUTE_API)) {
        x->header[H_COOKIE] = STR("");
        x->r.session_id = STR("");
        x->signed_in = false;
    }
    if (x->server->o.identify)
        x->server->o.identify(&x->r);
}

/* Before a handler is chosen: the error's page, and the connection ends when
 * a body was on its way. */
static enum MHD_Result refuse(struct exchange *x, int status, enum err_code code, const char *msg)
{
    struct err e;
    err_set(&e, code, msg, NULL);
    x->forced_status = status;
    identify(x);
    answer_error(x, &e);
    bool body = x->header[H_TRANSFER_ENCODING].n || (x->header[H_CONTENT_LENGTH].n && !str_is(x->header[H_CONTENT_LENGTH], "0"));
    if (body)
        body_linger(x);
    return queue(x);
}

static enum MHD_Result redirect(struct exchange *x, struct str raw_path)
{
    struct response p = {.status = 308};
    struct str query = str_cut(x->uri, raw_path.n, x->uri.n);
    p.location = str_printf(&x->arena, STR_FMT STR_FMT, STR_ARG(str_cut(raw_path, 0, raw_path.n - 1)), STR_ARG(query));
    answer_make(x, &p);
    return queue(x);
}

/* ---- may this be done? ---- */

static const char csrf_wrong[] = MSG("err.csrf");

static struct str after_scheme(struct str origin)
{
    size_t at;
    return str_find(origin, STR("://"), &at) ? str_cut(origin, at + 3, origin.n) : STR("");
}

/* A form of another site was sent to us: browsers say so. */
static bool is_foreign(const struct exchange *x)
{
    struct str site = x->header[H_SEC_FETCH_SITE], origin = x->header[H_ORIGIN];
    if (site.n)
        return !str_is(site, "same-origin") && !str_is(site, "none");
    return origin.n && !(x->header[H_HOST].n && str_eq(after_scheme(origin), x->header[H_HOST]));
}

static bool may_run(struct exchange *x, struct err *e)
{
    const struct route *route = x->entry->route;
    const struct http_options *o = &x->server->o;
    if (route->roles && !viewer_has(&x->r.viewer, route->roles))
        return FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
    if (reads(&x->r) || (route->flags & ROUTE_API))
        return true;
    if (is_foreign(x) || (o->csrf_holds && !o->csrf_holds(&x->r, request_form(&x->r, "csrf"))))
        return FAIL(e, ERR_DENIED, csrf_wrong, NULL);
    return true;
}

static bool rate_holds(struct exchange *x)
{
    struct http_server *s = x->server;
    bool strict = x->entry->route->flags & ROUTE_STRICT_RATE;
    int rate = s->o.rate_per_minute;
    if (rate < 0 || (reads(&x->r) && !strict))
        return true;
    if (strict)
        return rate_take(s->rates, x->r.client, RATE_STRICT, rate < 60 ? 10 : rate / 6, x->started_us, &x->retry_after);
    return rate_take(s->rates, x->r.client, RATE_CHANGES, rate, x->started_us, &x->retry_after);
}

/* ---- the handler ---- */

static bool may_share(const struct exchange *x, const struct response *p)
{
    size_t at;
    bool right = p->shared && (x->entry->route->flags & ROUTE_SHARED) && p->status == 200 && !p->file_path.n &&
                 !x->signed_in && !x->lang_asked && x->server->o.generation && reads(&x->r);
    for (size_t i = 0; right && i < p->headers_n; i++)
        right = !str_is(p->headers[i].name, "Set-Cookie");
    /* a form's token is somebody's own */
    return right && !(x->r.csrf.n && str_find(p->body, x->r.csrf, &at));
}

/* The handler has said all: the answer is made, and what the handler holds
 * (a reader's snapshot, uploads) is given back, however slowly the client reads. */
static void conclude(struct exchange *x, bool ok, const struct response *p, struct err *e)
{
    const char *path = x->entry->route->path;
    if (!ok && e->code == ERR_NONE)
        err_set(e, ERR_IO, MSG("err.io"), "%s failed without a reason", path);
    if (!ok && e->code >= ERR_UNCERTAIN)
        log_err(path, e);
    if (ok) {
        x->share = may_share(x, p);
        answer_make(x, p);
    } else {
        answer_error(x, e);
    }
    arena_settle(&x->arena);
}

static void run(struct exchange *x)
{
    struct response p = {0};
    struct err e = {0};
    const struct route *route = x->entry->route;
    identify(x);
    bool ok = may_run(x, &e);
    /* what broke the body may have been why its token is not there */
    if (x->r.form_broken && (ok ? !route->input : e.msg == csrf_wrong)) {
        e = x->r.form_error;
        ok = false;
    }
    ok = ok && route->handler(&x->r, &p, &e);
    x->later = ok && !reads(&x->r) ? p.later : (struct http_later){0};
    if (!x->later.then)
        conclude(x, ok, &p, &e);
}

/* ---- a handler that waits ---- */

static void go_on(void *arg)
{
    struct exchange *x = arg;
    struct response p = {0};
    struct err e = {0};
    bool ok = x->later.then(&x->r, x->later.arg, &p, &e);
    conclude(x, ok, &p, &e);
    MHD_resume_connection(x->connection);
}

/* In any thread: the wait is over. */
static void waited(void *arg)
{
    struct exchange *x = arg;
    struct http_server *s = x->server;
    if (!workers_run(s->finishers, go_on, x))
        MHD_resume_connection(x->connection); /* comes back without an answer: busy */
    atomic_fetch_sub(&s->waiting, 1);
}

bool request_in_worker(const struct request *r, void (*fn)(void *), void *arg)
{
    return workers_run(r->server->workers, fn, arg);
}

void request_wrong(const struct request *r)
{
    rate_wrong(r->server->rates, r->client, clock_us());
}

int request_wrong_wait(const struct request *r)
{
    const struct http_server *s = r->server;
    return s->o.rate_per_minute < 0 ? 0 : rate_wrong_wait(s->rates, r->client, clock_us());
}

static void begin_waiting(struct exchange *x)
{
    atomic_fetch_add(&x->server->waiting, 1);
    x->later.begin(&x->r, x->later.arg, waited, x); /* x may be gone when it returns */
}

static void work(void *arg)
{
    struct exchange *x = arg;
    body_end(x);
    run(x);
    if (x->later.then)
        begin_waiting(x);
    else
        MHD_resume_connection(x->connection);
}

static enum MHD_Result run_here(struct exchange *x)
{
    body_end(x);
    run(x);
    if (!x->later.then)
        return queue(x);
    x->stage = STAGE_WORK;
    MHD_suspend_connection(x->connection);
    begin_waiting(x);
    return MHD_YES;
}

static enum MHD_Result hand_over(struct exchange *x)
{
    /* counted first and looked second: either this sees the end, or the end waits for this */
    await(x);
    if (atomic_load(&x->server->ending))
        return MHD_NO;
    if ((x->entry->route->flags & ROUTE_LATER) && !x->multipart)
        return run_here(x);
    x->stage = STAGE_WORK;
    MHD_suspend_connection(x->connection);
    if (!workers_run(x->server->workers, work, x))
        MHD_resume_connection(x->connection); /* comes back without an answer: busy */
    return MHD_YES;
}

/* ---- the beginning ---- */

static void prepare(struct exchange *x)
{
    struct http_server *s = x->server;
    struct request *r = &x->r;
    static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
    uint64_t id = s->serial_key + atomic_fetch_add_explicit(&s->serial, 1, memory_order_relaxed) * UINT64_C(0x9e3779b97f4a7c15);
    char *text = arena_alloc(&x->arena, 11);
    for (int i = 0; i < 10; i++, id >>= 5)
        text[i] = digits[id & 31];
    r->arena = &x->arena;
    r->server = s;
    r->app = s->o.app;
    r->request_id = (struct str){text, 10};
    r->now = s->o.now ? s->o.now(s->o.app) : (struct instant){0};
    r->path = STR("/");
    x->started_us = clock_us();
    x->counter = s->router.n + METRIC_REFUSED;
    exchange_read_client(x);
}

/* What two readers of one request could understand in two ways. */
static bool is_ambiguous(const struct exchange *x)
{
    struct str te = x->header[H_TRANSFER_ENCODING];
    return x->headers_doubled || (te.n && (x->header[H_CONTENT_LENGTH].n || !str_same_word(te, "chunked")));
}

static bool read_params(struct exchange *x, struct str raw[ROUTE_PARAMS], struct err *e)
{
    for (int i = 0; i < ROUTE_PARAMS; i++) {
        struct str text;
        if (!raw[i].n)
            continue;
        if (!percent_decode(&x->arena, raw[i], false, &text) ||
            !text_accept(&x->arena, text, HTTP_URL_MAX, &x->r.params[i], e))
            return false;
    }
    return true;
}

static enum MHD_Result serve_route(struct exchange *x)
{
    struct err e = {0};
    struct http_server *s = x->server;
    struct str raw[ROUTE_PARAMS] = {{0}}, path = exchange_path(x);
    bool slash;
    const struct route_entry *list = router_find(&s->router, path, raw, &slash);
    x->counter = s->router.n + METRIC_NONE;
    if (!list)
        return refuse(x, 404, ERR_NOT_FOUND, MSG("err.not_found"));
    if (slash && reads(&x->r))
        return redirect(x, path);
    x->entry = route_for(list, x->r.method);
    if (!x->entry) {
        x->allow = route_allow(list, &x->arena);
        return refuse(x, 405, ERR_BAD_INPUT, MSG("err.http.method"));
    }
    x->r.route = x->entry->route;
    x->counter = x->entry->number;
    if (!read_params(x, raw, &e))
        return refuse(x, 404, ERR_NOT_FOUND, MSG("err.not_found"));
    if (!rate_holds(x))
        return refuse(x, 429, ERR_BUSY, MSG("err.rate"));
    if (reads(&x->r)) {
        run(x);
        return queue(x);
    }
    if (!body_begin(x, &e))
        return refuse(x, x->forced_status, e.code, e.msg);
    x->stage = STAGE_BODY;
    return MHD_YES;
}

static bool answer_kept(struct exchange *x)
{
    struct http_server *s = x->server;
    struct cached what;
    if (!s->o.generation || x->signed_in)
        return false;
    x->generation = s->o.generation(s->o.app);
    if (x->lang_asked || !cache_answer(s->cache, (struct cache_key){x->uri, x->variant}, x->generation, x->connection, &what))
        return false;
    x->stage = STAGE_DONE;
    metrics_count(s->metrics, what.line, 200, -1, what.bytes);
    x->counted = true;
    return true;
}

static enum MHD_Result begin(struct exchange *x, const char *method)
{
    struct err e = {0};
    struct request *r = &x->r;
    exchange_read_headers(x);
    exchange_read_lang(x);
    x->r.method = str_of(method);
    x->gzip = x->header[H_ACCEPT_ENCODING].n && accepts_gzip(x->header[H_ACCEPT_ENCODING]);
    x->variant = (unsigned)r->lang * 2 + x->gzip;
    if (reads(r) && !x->headers_doubled && answer_kept(x))
        return MHD_YES;
    r->method = str_copy(&x->arena, reads(r) ? STR("GET") : r->method);
    prepare(x);
    if (x->uri.n > HTTP_URL_MAX)
        return refuse(x, 414, ERR_TOO_LARGE, MSG("err.http.url_long"));
    if (x->headers_n > HTTP_HEADERS_MAX)
        return refuse(x, 431, ERR_TOO_LARGE, MSG("err.http.headers_many"));
    if (is_ambiguous(x))
        return refuse(x, 400, ERR_BAD_INPUT, MSG("err.http.request"));
    if (!exchange_read_url(x, &e))
        return refuse(x, 400, e.code, e.msg);
    if (reads(r) && str_starts(r->path, STR("/a/"))) {
        x->counter = x->server->router.n + METRIC_ASSET;
        if (assets_answer(x->server->assets, x)) {
            x->stage = STAGE_DONE;
            return MHD_YES;
        }
    }
    return serve_route(x);
}

/* A body of unknown length grew past its limit: the library takes no answer
 * now, so the short one goes out by hand. */
static enum MHD_Result give_up(struct exchange *x)
{
    static const char large[] = "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    static const char slow[] = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    const union MHD_ConnectionInfo *c = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    bool too_large = x->body_n > x->body_max;
    x->status = too_large ? 413 : 408;
    if (c && send(c->connect_fd, too_large ? large : slow, (too_large ? sizeof large : sizeof slow) - 1, MSG_NOSIGNAL | MSG_DONTWAIT) > 0)
        body_linger(x);
    return MHD_NO;
}

/* ---- called by the library ---- */

void *serve_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
    struct exchange *x = exchange_open(cls);
    x->connection = connection;
    x->uri = str_copy(&x->arena, str_of(uri));
    return x;
}

enum MHD_Result serve_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *bytes, size_t *n, void **context)
{
    (void)cls, (void)url, (void)version, (void)connection;
    struct exchange *x = *context;
    switch (x->stage) {
    case STAGE_NEW:
        if (atomic_load_explicit(&x->server->ending, memory_order_relaxed))
            return MHD_NO;
        /* An answer at the first call would end the connection: right for a refused body only. */
        if (strcmp(method, "GET") && strcmp(method, "HEAD"))
            return begin(x, method);
        x->stage = STAGE_READY;
        return MHD_YES;
    case STAGE_READY:
        if (!*n)
            return begin(x, method);
        x->body_n += *n; /* a body that means nothing */
        *n = 0;
        return x->body_n <= HTTP_BODY_SMALL ? MHD_YES : MHD_NO;
    case STAGE_BODY:
        if (!*n)
            return hand_over(x);
        if (!body_take(x, bytes, *n))
            return give_up(x);
        *n = 0;
        return MHD_YES;
    case STAGE_WORK: return queue(x);
    default: return MHD_YES;
    }
}

void serve_completed(void *cls, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode how)
{
    (void)cls, (void)connection, (void)how;
    struct exchange *x = *context;
    if (!x)
        return;
    *context = NULL;
    if (!x->counted) {
        int64_t us = x->started_us ? clock_us() - x->started_us : 0;
        size_t line = x->started_us ? x->counter : x->server->router.n + METRIC_REFUSED;
        metrics_count(x->server->metrics, line, x->status ? x->status : 400, us, x->answer_n);
        LOG(reads(&x->r) ? LOG_DEBUG : LOG_INFO, "http.request", log_s("method", x->r.method),
            log_s("route", str_of(x->entry ? x->entry->route->path : "none")), log_n("status", x->status), log_n("us", us),
            log_n("bytes", (int64_t)x->answer_n), log_s("id", x->r.request_id));
    }
    if (x->answer)
        MHD_destroy_response(x->answer);
    if (x->lingers)
        body_said(x);
    exchange_close(x);
}
