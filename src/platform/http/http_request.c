// SPDX-License-Identifier: AGPL-3.0-or-later
#include <arpa/inet.h>
#include <string.h>

#include "base/text.h"
#include "platform/auth/session.h"
#include "platform/http/http_exchange.h"

static const struct {
    const char *name;
    size_t n;
} known[HEADERS_KNOWN] = {
#define NAMED(word) {word, sizeof(word) - 1}
    [H_HOST] = NAMED("host"), [H_COOKIE] = NAMED("cookie"), [H_ACCEPT_LANGUAGE] = NAMED("accept-language"),
    [H_ACCEPT_ENCODING] = NAMED("accept-encoding"), [H_IF_NONE_MATCH] = NAMED("if-none-match"),
    [H_CONTENT_TYPE] = NAMED("content-type"), [H_CONTENT_LENGTH] = NAMED("content-length"),
    [H_TRANSFER_ENCODING] = NAMED("transfer-encoding"), [H_ORIGIN] = NAMED("origin"),
    [H_SEC_FETCH_SITE] = NAMED("sec-fetch-site"), [H_X_FORWARDED_FOR] = NAMED("x-forwarded-for"),
    [H_AUTHORIZATION] = NAMED("authorization"),
#undef NAMED
};

static enum MHD_Result take_header(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_n, const char *value,
                                   size_t value_n)
{
    (void)kind;
    struct exchange *x = cls;
    x->headers_n++;
    for (int i = 0; i < HEADERS_KNOWN; i++) {
        if (known[i].n != key_n || (key[0] | 32) != known[i].name[0] || !str_same_word((struct str){key, key_n}, known[i].name))
            continue;
        x->headers_doubled |= x->header[i].p && (i == H_HOST || i == H_CONTENT_LENGTH || i == H_TRANSFER_ENCODING);
        if (!x->header[i].p || i == H_X_FORWARDED_FOR)
            x->header[i] = (struct str){value ? value : "", value_n};
        break;
    }
    return MHD_YES;
}

void exchange_read_headers(struct exchange *x)
{
    MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, take_header, x);
    struct str cookies = x->header[H_COOKIE];
    if (cookies.n) {
        cookie_find(cookies, SESSION_COOKIE, &x->r.session_id);
        cookie_find(cookies, "lang", &x->lang_cookie);
        struct digest unused;
        x->signed_in = x->r.session_id.n && session_parse(x->r.session_id, &unused) == COOKIE_SESSION;
    }
}

struct str exchange_path(const struct exchange *x)
{
    const char *mark = memchr(x->uri.p, '?', x->uri.n);
    return mark ? (struct str){x->uri.p, (size_t)(mark - x->uri.p)} : x->uri;
}

bool exchange_read_url(struct exchange *x, struct err *e)
{
    struct request *r = &x->r;
    struct str raw = exchange_path(x), path;
    if (!percent_decode(r->arena, raw, false, &path))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.http.escape"), NULL);
    if (!text_accept(r->arena, path, HTTP_URL_MAX, &r->path, e)) {
        r->path = STR("/");
        e->msg = MSG("err.http.utf8");
        return false;
    }
    if (raw.n == x->uri.n)
        return true;
    struct http_fields f;
    fields_init(&f, HTTP_QUERY_MAX);
    fields_urlencoded(&f, r->arena, str_cut(x->uri, raw.n + 1, x->uri.n));
    r->query = f.v;
    r->query_n = f.n;
    if (f.broken)
        *e = f.error;
    return !f.broken;
}

/* The language asked for in the URL, found before the query is read as fields. */
static bool lang_in(struct str uri, enum lang *ret_lang)
{
    struct str part, value;
    const char *mark = memchr(uri.p, '?', uri.n);
    if (!mark)
        return false;
    struct str query = str_cut(uri, (size_t)(mark - uri.p) + 1, uri.n);
    while (str_split(&query, '&', &part))
        if (str_starts(part, STR("lang="))) {
            value = str_cut(part, 5, part.n);
            return lang_parse(value, ret_lang);
        }
    return false;
}

void exchange_read_lang(struct exchange *x)
{
    enum lang *lang = &x->r.lang;
    x->lang_asked = lang_in(x->uri, lang);
    if (x->lang_asked || (x->lang_cookie.n && lang_parse(x->lang_cookie, lang)))
        return;
    *lang = x->header[H_ACCEPT_LANGUAGE].n ? lang_accept(x->header[H_ACCEPT_LANGUAGE]) : LANG_VI;
}

static struct str address_text(struct exchange *x, const struct sockaddr *sa)
{
    char text[INET6_ADDRSTRLEN] = "";
    if (sa->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)sa)->sin_addr, text, sizeof text);
    else if (sa->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, text, sizeof text);
    struct str s = str_of(text);
    if (str_starts(s, STR("::ffff:")))
        s = str_cut(s, 7, s.n);
    return str_copy(&x->arena, s);
}

void exchange_read_client(struct exchange *x)
{
    const union MHD_ConnectionInfo *c = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    x->r.client = c && c->client_addr ? address_text(x, c->client_addr) : STR("");
    struct str list = x->header[H_X_FORWARDED_FOR], last;
    if (!x->server->o.trusted_proxy || !list.n || !str_is(x->r.client, x->server->o.trusted_proxy))
        return;
    while (str_split(&list, ',', &last)) /* the last one was written by the proxy itself */
        ;
    last = str_trim(last);
    unsigned char bytes[16];
    char *z = str_z(&x->arena, last);
    if (inet_pton(AF_INET, z, bytes) == 1 || inet_pton(AF_INET6, z, bytes) == 1)
        x->r.client = last;
}

static struct str field_of(const struct http_field *v, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(v[i].name, name))
            return v[i].value;
    return STR("");
}

struct str request_query(const struct request *r, const char *name)
{
    return field_of(r->query, r->query_n, name);
}

struct str request_form(const struct request *r, const char *name)
{
    return field_of(r->form, r->form_n, name);
}

/* NULL for a request that a test made by hand. */
static const struct exchange *exchange_of(const struct request *r)
{
    return r->server ? (const struct exchange *)(const void *)r : NULL;
}

struct str request_cookie(const struct request *r, const char *name)
{
    const struct exchange *x = exchange_of(r);
    struct str value = STR("");
    if (x)
        cookie_find(x->header[H_COOKIE], name, &value);
    return value;
}

struct str request_header(const struct request *r, const char *name)
{
    const struct exchange *x = exchange_of(r);
    const char *value = NULL;
    size_t n = 0;
    if (x)
        MHD_lookup_connection_value_n(x->connection, MHD_HEADER_KIND, name, strlen(name), &value, &n);
    return value ? (struct str){value, n} : STR("");
}
