// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/json.h"
#include "platform/auth/session.h"
#include "platform/http/http_exchange.h"
#include "platform/log/log.h"

/* ---- what handlers call ---- */

void response_header(struct response *p, const char *name, struct str value)
{
    if (p->headers_n == sizeof p->headers / sizeof p->headers[0])
        die("more than %zu headers in an answer (%s)", p->headers_n, name);
    p->headers[p->headers_n++] = (struct http_field){str_of(name), value};
}

void response_cookie(struct response *p, struct arena *a, const char *name, struct str value, int64_t max_age_s)
{
    struct str age = STR("");
    if (!value.n)
        age = STR("; Max-Age=0");
    else if (max_age_s > 0)
        age = str_printf(a, "; Max-Age=%lld", (long long)max_age_s);
    value = percent_encode(a, value, "!#$&'()*+/:<=>?@[]^`{|}");
    response_header(p, "Set-Cookie",
                    str_printf(a, "%s=" STR_FMT "; Path=/" STR_FMT "; HttpOnly; SameSite=Lax", name, STR_ARG(value), STR_ARG(age)));
}

void response_redirect(struct response *p, struct str path)
{
    /* Only to ourselves: "//host" and "/\host" are other places to a browser. */
    bool ours = path.n && path.p[0] == '/' && !(path.n > 1 && (path.p[1] == '/' || path.p[1] == '\\'));
    p->status = 303;
    p->location = ours ? path : STR("/");
}

void response_html(struct response *p, struct html *h)
{
    if (h->b->full)
        die("a page is larger than its ceiling of %zu bytes", h->b->ceiling);
    p->status = 200;
    p->content_type = STR("text/html; charset=utf-8");
    p->body = strbuf_text(h->b);
}

void response_json(struct response *p, struct strbuf *b)
{
    if (b->full)
        die("a JSON answer is larger than its ceiling of %zu bytes", b->ceiling);
    p->status = 200;
    p->content_type = STR("application/json");
    p->body = strbuf_text(b);
}

/* ---- the wire ---- */

static const char *const on_every_answer[][2] = {
    {"Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
                                "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
                                "frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    /* not no-referrer: browsers would then send "Origin: null" with our own forms */
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
};

void answer_headers(struct MHD_Response *m)
{
    for (size_t i = 0; i < sizeof on_every_answer / sizeof on_every_answer[0]; i++)
        MHD_add_response_header(m, on_every_answer[i][0], on_every_answer[i][1]);
}

static void add_header(struct exchange *x, struct MHD_Response *m, const char *name, struct str value)
{
    /* refused (and left out) by the library when a line break is in it */
    if (MHD_add_response_header(m, name, str_z(&x->arena, value)) != MHD_YES)
        LOG(LOG_WARN, "http.header.refused", log_s("name", str_of(name)));
}

static struct str disposition(struct arena *a, struct str name)
{
    struct strbuf plain;
    strbuf_init(&plain, a, name.n + 1);
    for (size_t i = 0; i < name.n; i++)
        strbuf_char(&plain, (unsigned char)name.p[i] < 0x20 || strchr("\"\\%", name.p[i]) || (name.p[i] & 0x80) ? '_' : name.p[i]);
    return str_printf(a, "attachment; filename=\"" STR_FMT "\"; filename*=UTF-8''" STR_FMT, STR_ARG(strbuf_text(&plain)),
                      STR_ARG(percent_encode(a, name, "")));
}

static void add_cookie(struct exchange *x, struct MHD_Response *m, struct str value)
{
    if (x->server->o.secure_cookies)
        value = str_printf(&x->arena, STR_FMT "; Secure", STR_ARG(value));
    add_header(x, m, "Set-Cookie", value);
}

/* A page whose form holds the token of somebody who has no cookie yet. */
static bool needs_visitor_cookie(const struct exchange *x, const struct response *p)
{
    size_t at;
    struct digest unused;
    const struct request *r = &x->r;
    if (!r->csrf.n || !r->session_id.n || !p->body.n || !str_find(p->body, r->csrf, &at))
        return false;
    if (session_parse(request_cookie(r, SESSION_COOKIE), &unused) != COOKIE_NONE)
        return false;
    for (size_t i = 0; i < p->headers_n; i++)
        if (str_is(p->headers[i].name, "Set-Cookie") && str_starts(p->headers[i].value, STR(SESSION_COOKIE "=")))
            return false;
    return true;
}

static bool is_private(const struct exchange *x, const struct response *p)
{
    size_t at;
    /* what a form was answered with, a receipt above all, is for her alone */
    if (x->signed_in || x->r.viewer.track_case || str_is(x->r.method, "POST") || (x->r.csrf.n && str_find(p->body, x->r.csrf, &at)))
        return true;
    for (size_t i = 0; i < p->headers_n; i++)
        if (str_is(p->headers[i].name, "Set-Cookie"))
            return true;
    return false;
}

static void own_headers(struct exchange *x, struct MHD_Response *m, const struct response *p)
{
    bool cache_said = false;
    for (size_t i = 0; i < p->headers_n; i++) {
        cache_said |= str_is(p->headers[i].name, "Cache-Control");
        if (str_is(p->headers[i].name, "Set-Cookie"))
            add_cookie(x, m, p->headers[i].value);
        else
            add_header(x, m, str_z(&x->arena, p->headers[i].name), p->headers[i].value);
    }
    if (!cache_said)
        MHD_add_response_header(m, "Cache-Control", is_private(x, p) ? "no-store" : "no-cache");
    MHD_add_response_header(m, "Vary", "Cookie, Accept-Language, Accept-Encoding");
    if (x->lang_asked)
        add_cookie(x, m, str_printf(&x->arena, "lang=%s; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax", lang_tag(x->r.lang)));
    if (needs_visitor_cookie(x, p))
        add_cookie(x, m, str_printf(&x->arena, SESSION_COOKIE "=" STR_FMT "; Path=/; HttpOnly; SameSite=Lax", STR_ARG(x->r.session_id)));
}

/* Fast rather than small, in 64 KB of memory. */
static bool zip(struct arena *a, struct str plain, struct str *ret_zipped)
{
    z_stream z = {0};
    if (deflateInit2(&z, 1, Z_DEFLATED, 13 + 16, 6, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    size_t room = deflateBound(&z, plain.n);
    unsigned char *out = arena_alloc_raw(a, room);
    z.next_in = (unsigned char *)(uintptr_t)plain.p;
    z.avail_in = (unsigned)plain.n;
    z.next_out = out;
    z.avail_out = (unsigned)room;
    bool ok = deflate(&z, Z_FINISH) == Z_STREAM_END && z.total_out < plain.n;
    *ret_zipped = (struct str){(char *)out, z.total_out};
    deflateEnd(&z);
    return ok;
}

/* What is private is not compressed: its length would tell of its secrets. */
static struct MHD_Response *body_response(struct exchange *x, const struct response *p)
{
    struct str body = p->body;
    bool text = str_starts(p->content_type, STR("text/")) || str_starts(p->content_type, STR("application/json"));
    bool zipped = x->gzip && text && body.n > 1024 && !is_private(x, p) && zip(&x->arena, body, &body);
    x->answer_n = body.n;
    struct MHD_Response *m = MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)body.p,
                                                             x->share ? MHD_RESPMEM_MUST_COPY : MHD_RESPMEM_PERSISTENT);
    if (m && zipped)
        MHD_add_response_header(m, "Content-Encoding", "gzip");
    return m;
}

static struct MHD_Response *file_response(struct exchange *x, struct str path)
{
    struct stat st;
    int fd = open(str_z(&x->arena, path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode)) {
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    x->answer_n = (size_t)st.st_size;
    return MHD_create_response_from_fd64((uint64_t)st.st_size, fd);
}

void answer_make(struct exchange *x, const struct response *p)
{
    struct MHD_Response *m;
    x->status = p->status ? p->status : 200;
    if (p->file_path.n) {
        m = file_response(x, p->file_path);
        if (!m) {
            struct err e;
            err_set(&e, ERR_IO, MSG("err.http.file"), "a file that should be there is not");
            log_err("http.file", &e);
            answer_error(x, &e);
            return;
        }
    } else {
        m = body_response(x, p);
    }
    if (!m)
        die("out of memory (answer)");
    answer_headers(m);
    own_headers(x, m, p);
    if (p->content_type.n)
        add_header(x, m, "Content-Type", p->content_type);
    if (p->download_name.n)
        add_header(x, m, "Content-Disposition", disposition(&x->arena, p->download_name));
    if (p->location.n)
        add_header(x, m, "Location", percent_encode(&x->arena, p->location, "/?&=#%:+,;@!$'()*"));
    if (p->status == 503 && !x->retry_after) /* also of a form that is shown again with what was typed */
        x->retry_after = 5;
    if (x->retry_after)
        add_header(x, m, "Retry-After", str_printf(&x->arena, "%d", x->retry_after));
    if (x->allow.n)
        add_header(x, m, "Allow", x->allow);
    x->answer = m;
}

static void error_json(struct exchange *x, const struct err *e, struct response *p)
{
    struct strbuf b;
    struct json j;
    strbuf_init(&b, &x->arena, 4096);
    json_init(&j, &b);
    json_object(&j);
    json_key(&j, "error");
    json_object(&j);
    json_kstr(&j, "code", str_of(err_word(e->code)));
    json_kstr(&j, "id", str_of(e->msg));
    json_kstr(&j, "message", i18n_text(x->r.lang, e->msg));
    json_kstr(&j, "request", x->r.request_id);
    json_end(&j);
    json_end(&j);
    response_json(p, &b);
}

void answer_error(struct exchange *x, const struct err *e)
{
    struct response p = {0};
    bool api = (x->entry && (x->entry->route->flags & ROUTE_API)) || str_starts(x->r.path, STR("/api/"));
    if (api) {
        error_json(x, e, &p);
    } else if (x->server->o.error_page) {
        x->server->o.error_page(&x->r, e, &p);
    } else {
        p.content_type = STR("text/plain; charset=utf-8");
        p.body = i18n_text(x->r.lang, e->msg);
    }
    if (!p.location.n) /* unless the page sends the reader to sign in first */
        p.status = x->forced_status ? x->forced_status : err_http_status(e->code);
    p.file_path = STR("");
    answer_make(x, &p);
}
