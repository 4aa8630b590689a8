// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/http/http_exchange.h"
#include "platform/http/http_upload.h"

enum { LINGER_BYTES = 64 * 1024 * 1024, LINGER_MS = 10 * 1000, LINGER_AT_ONCE = 4 };

bool body_begin(struct exchange *x, struct err *e)
{
    unsigned flags = x->entry->route->flags;
    struct str type = header_word(x->header[H_CONTENT_TYPE]), boundary;
    int64_t length = 0;
    bool chunked = x->header[H_TRANSFER_ENCODING].n > 0;
    if (x->header[H_CONTENT_LENGTH].n && !str_int(x->header[H_CONTENT_LENGTH], &length))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.http.request"), "Content-Length");
    x->body_max = HTTP_BODY_SMALL;
    x->form_body = str_same_word(type, "application/x-www-form-urlencoded");
    bool empty = !chunked && !length;
    if (str_same_word(type, "multipart/form-data") && header_param(&x->arena, x->header[H_CONTENT_TYPE], "boundary", &boundary)) {
        x->multipart = multipart_body_open(x, boundary, flags & ROUTE_UPLOADS);
        if (flags & ROUTE_UPLOADS)
            x->body_max = HTTP_BODY_UPLOADS;
    } else if (!x->form_body && !empty && !(flags & ROUTE_API)) {
        x->forced_status = 415;
        return FAIL(e, ERR_BAD_INPUT, MSG("err.http.body_type"), NULL);
    }
    if (length < 0 || (size_t)length > x->body_max)
        return FAIL(e, ERR_TOO_LARGE, MSG("err.http.body_large"), "%lld bytes", (long long)length);
    strbuf_init(&x->body, &x->arena, x->body_max);
    if (length && !x->multipart && length <= 64 * 1024)
        strbuf_room(&x->body, (size_t)length);
    return true;
}

bool body_take(struct exchange *x, const char *p, size_t n)
{
    x->body_n += n;
    if (x->body_n > x->body_max)
        return false;
    if (clock_us() - x->started_us > (x->multipart ? HTTP_UPLOAD_MS : HTTP_BODY_MS) * INT64_C(1000))
        return false;
    if (x->multipart)
        multipart_body_take(x->multipart, (struct str){p, n});
    else
        strbuf_add(&x->body, p, n);
    return true;
}

void body_end(struct exchange *x)
{
    struct request *r = &x->r;
    struct http_fields own, *f = &own;
    fields_init(&own, HTTP_FIELDS_MAX);
    if (x->multipart)
        f = multipart_body_end(x->multipart, r);
    else if (x->form_body)
        fields_urlencoded(&own, &x->arena, strbuf_text(&x->body));
    else
        r->body = strbuf_text(&x->body);
    r->form = f->v;
    r->form_n = f->n;
    r->form_broken = f->broken;
    r->form_error = f->error;
    r->form_error_field = f->error_field;
}

/* ---- the rest of a refused body ---- */

struct drain {
    struct http_server *server;
    int fd;
};

static void linger_run(void *arg)
{
    struct drain *l = arg;
    int64_t until = clock_us() + LINGER_MS * INT64_C(1000);
    size_t n = 0;
    char waste[16 * 1024];
    while (n < LINGER_BYTES && clock_us() < until) {
        struct pollfd p = {.fd = l->fd, .events = POLLIN};
        if (poll(&p, 1, 500) < 0 || atomic_load(&l->server->stopping))
            break;
        ssize_t got = p.revents ? recv(l->fd, waste, sizeof waste, MSG_DONTWAIT) : 1;
        if (got <= 0)
            break;
        n += p.revents ? (size_t)got : 0;
    }
    close(l->fd);
    atomic_fetch_sub(&l->server->lingering, 1);
    free(l);
}

void body_linger(struct exchange *x)
{
    struct http_server *s = x->server;
    const union MHD_ConnectionInfo *c = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (!c || atomic_fetch_add(&s->lingering, 1) >= LINGER_AT_ONCE) {
        if (c)
            atomic_fetch_sub(&s->lingering, 1);
        return;
    }
    struct drain *l = malloc(sizeof *l);
    if (!l)
        die("out of memory (linger)");
    *l = (struct drain){s, fcntl(c->connect_fd, F_DUPFD_CLOEXEC, 0)};
    x->lingers = l->fd >= 0 && workers_run(s->workers, linger_run, l);
    if (!x->lingers) {
        if (l->fd >= 0)
            close(l->fd);
        atomic_fetch_sub(&s->lingering, 1);
        free(l);
    }
}

void body_said(struct exchange *x)
{
    const union MHD_ConnectionInfo *c = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (c)
        shutdown(c->connect_fd, SHUT_WR); /* the copy of the socket would keep the client waiting for more */
}
