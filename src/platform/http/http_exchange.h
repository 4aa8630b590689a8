// SPDX-License-Identifier: AGPL-3.0-or-later
/* One request and its answer on the way through the server. Private to
 * platform/http. */
#ifndef PLATFORM_HTTP_EXCHANGE_H
#define PLATFORM_HTTP_EXCHANGE_H
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "platform/http/http_parse.h"
#include "platform/http/http_route.h"
#include "platform/http/http_workers.h"

/* Limits that no route changes. */
enum {
    HTTP_URL_MAX = 4096,
    HTTP_HEADERS_MAX = 64,
    HTTP_QUERY_MAX = 64,       /* fields of a query */
    HTTP_CONNECTION_BYTES = 12 * 1024,
    HTTP_UPLOAD_MS = 10 * 60 * 1000, /* a body that takes longer is given up */
    HTTP_BODY_MS = 60 * 1000,
    HTTP_IDLE_S = 60,
    HTTP_QUEUE = 1024,
};

/* Headers that the server itself looks at; one pass over all fills them. */
enum header {
    H_HOST, H_COOKIE, H_ACCEPT_LANGUAGE, H_ACCEPT_ENCODING, H_IF_NONE_MATCH, H_CONTENT_TYPE, H_CONTENT_LENGTH,
    H_TRANSFER_ENCODING, H_ORIGIN, H_SEC_FETCH_SITE, H_X_FORWARDED_FOR, H_AUTHORIZATION, HEADERS_KNOWN
};

enum stage { STAGE_NEW, STAGE_READY, STAGE_BODY, STAGE_WORK, STAGE_DONE };

struct multipart_body;
struct exchange {
    struct request r; /* first: a request is its exchange */
    struct arena arena;
    struct http_server *server;
    struct MHD_Connection *connection;
    struct exchange *next; /* in the pool */
    struct str uri;        /* as sent, with query */
    struct str header[HEADERS_KNOWN];
    size_t headers_n;
    enum stage stage;
    bool headers_doubled, lang_asked, signed_in, gzip, share, counted, awaited, lingers;
    unsigned variant; /* language, and whether compressed: what kept pages differ in */
    struct str lang_cookie;
    const struct route_entry *entry;
    size_t counter;       /* which line of the metrics */
    uint64_t generation;  /* when the request began */
    int64_t started_us;
    /* body */
    bool form_body;
    size_t body_max, body_n;
    struct strbuf body;
    struct multipart_body *multipart;
    struct http_later later; /* the handler waits for something */
    /* answer */
    int forced_status;    /* 0: by the error's code */
    int retry_after;
    struct str allow;
    struct MHD_Response *answer;
    int status;
    size_t answer_n;
};

struct cache;
struct rates;
struct metrics;
struct assets_served;
struct http_server {
    struct http_options o;
    struct arena arena; /* lives as long as the server; not used by threads */
    struct router router;
    struct workers *workers;
    struct workers *finishers; /* as many as there are processors: what they run does not block */
    struct MHD_Daemon *daemon;
    int port;
    pthread_mutex_t pool_mutex;
    struct exchange *pool;
    size_t pool_n;
    atomic_size_t awaited; /* exchanges that a handler or an answer is under way for */
    atomic_size_t waiting; /* exchanges whose handler waits without a thread */
    atomic_size_t lingering;
    atomic_bool ending;   /* no new request is begun: its connection is closed */
    atomic_bool stopping;
    atomic_uint_fast64_t serial;
    uint64_t serial_key;
    struct cache *cache;
    struct rates *rates;
    struct metrics *metrics;
    struct assets_served *assets;
    struct MHD_Response *busy[LANGS]; /* ready when nothing else can be done */
    struct str incoming;              /* directory of uploads */
};

/* ---- http_request.c ---- */
/* Fills what can be known of headers and URL without the application. */
void exchange_read_headers(struct exchange *x);
bool exchange_read_url(struct exchange *x, struct err *e);
void exchange_read_lang(struct exchange *x);
void exchange_read_client(struct exchange *x);
struct str exchange_path(const struct exchange *x); /* raw, without query */

/* ---- http_body.c ---- */
/* Chooses how the body is taken; fails when the route takes none such. */
bool body_begin(struct exchange *x, struct err *e);
/* Bytes as they come; false: give the connection up. */
bool body_take(struct exchange *x, const char *p, size_t n);
/* All has come: fields and files go into the request. In a worker. */
void body_end(struct exchange *x);
/* Reads off, in a worker, what the client of a refused body still sends, so
 * that it sees the answer instead of a reset connection. */
void body_linger(struct exchange *x);
/* The answer has gone out to somebody who may still send. */
void body_said(struct exchange *x);

/* ---- http_response.c ---- */
/* The answer of x from *p: with every header that goes on any answer. */
void answer_make(struct exchange *x, const struct response *p);
/* The page (or JSON) for a failure. */
void answer_error(struct exchange *x, const struct err *e);
/* Headers that go on every answer, made by us or kept ready. */
void answer_headers(struct MHD_Response *m);

/* ---- http_clock.c: monotonic, for durations only ---- */
int64_t clock_us(void);
#endif
