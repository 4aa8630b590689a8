// SPDX-License-Identifier: AGPL-3.0-or-later
/* HTTP: a table of routes, a request, an answer. On libmicrohttpd.
 *
 * GET handlers run in the event threads and must not block; every other
 * method runs in a pool of blocking workers (the connection is suspended
 * meanwhile), so that a handler is a straight line that may wait for the
 * store's commit. Each request has one arena; nothing in a handler is freed. */
#ifndef PLATFORM_HTTP_H
#define PLATFORM_HTTP_H
#include "base/err.h"
#include "platform/auth/viewer.h"
#include "platform/html/html.h"
#include "platform/http/http_later.h"
#include "platform/store/store.h"

enum {
    HTTP_BODY_SMALL = 256 * 1024, /* escaped Vietnamese takes up to 9 bytes a letter */
    HTTP_FIELDS_MAX = 200,
    HTTP_FILES_MAX = 5,
    HTTP_FILE_BYTES = 10 * 1024 * 1024,
    HTTP_BODY_UPLOADS = HTTP_FILES_MAX * HTTP_FILE_BYTES + 1024 * 1024,
};

/* A field of a query or a body, decoded; NFC has been made, NUL refused. */
struct http_field {
    struct str name, value;
};
/* An uploaded file: already on disk (fsynced) in DIR/incoming, removed at the
 * end of the request unless the handler has linked it elsewhere. */
struct http_file {
    struct str field, file_name; /* as sent, cleaned of paths and controls */
    struct str path;
    int64_t bytes;
    struct str sha256;           /* hex */
};

struct http_server;
struct request {
    struct arena *arena;    /* what is deferred in it is run as soon as the answer is made */
    struct http_server *server;
    void *app;              /* what http_options.app was: the application's context */
    struct str method, path;
    struct str params[4];   /* :name parts of the route's path, in order */
    const struct http_field *query;
    size_t query_n;
    const struct http_field *form;
    size_t form_n;
    const struct http_file *files;
    size_t files_n;
    /* The body could not be taken whole: form_error says why (of the field
     * form_error_field, or "" ), form holds what could be read. Only handlers
     * of routes with an input table are run then; form_read gives false. */
    bool form_broken;
    struct err form_error;
    struct str form_error_field;
    struct str body;        /* of other types (JSON) on ROUTE_API: raw bytes */
    struct instant now;     /* the request's clock */
    enum lang lang;
    struct viewer viewer;
    struct str session_id;  /* raw cookie value; "" when none */
    struct str csrf;        /* token for forms, set by identify; "" when it makes none */
    int zone_minutes;       /* the reader's zone, set by identify */
    struct str client;      /* address, for limits only: never logged whole */
    struct str request_id;
    const struct route *route;
};

struct str request_query(const struct request *r, const char *name); /* "" when absent */
struct str request_form(const struct request *r, const char *name);
struct str request_cookie(const struct request *r, const char *name);
struct str request_header(const struct request *r, const char *name);

/* A tracking code was wrong: the address's next tries wait. Seconds that it must wait now; 0: none. */
void request_wrong(const struct request *r);
int request_wrong_wait(const struct request *r);
struct response {
    int status;
    struct str content_type;
    struct str body;
    struct str file_path;      /* served from disk instead of body when set */
    struct str download_name;  /* Content-Disposition: attachment */
    struct str location;       /* 303 */
    struct http_field headers[16];
    size_t headers_n;
    /* A page that is the same for everybody of one language until the next
     * commit: kept and answered without running the handler. */
    bool shared;
    struct http_later later;
};
void response_header(struct response *p, const char *name, struct str value);
/* max_age_s 0: until the browser ends; an empty value: forget it. */
void response_cookie(struct response *p, struct arena *a, const char *name, struct str value, int64_t max_age_s);
/* 303; a path of ours, anything else becomes "/". */
void response_redirect(struct response *p, struct str path);
void response_html(struct response *p, struct html *h);   /* 200, text/html */
void response_json(struct response *p, struct strbuf *b); /* 200, application/json */

/* A handler fills *p, or fails: then the server makes the error page of *e
 * (HTML through http_options.error_page, or JSON under /api/). */
typedef bool handler_fn(struct request *r, struct response *p, struct err *e);

enum route_flag {
    ROUTE_UPLOADS = 1,  /* multipart with files, body up to 5 * 10 MB + fields */
    ROUTE_API = 2,      /* errors as JSON; no CSRF (no cookie is read) */
    ROUTE_SHARED = 4,   /* may answer from the shared page cache when nobody is signed in */
    ROUTE_STRICT_RATE = 8, /* sign-in, tracking code: few tries per address and minute */
    ROUTE_LATER = 16,   /* the handler of a form without files never blocks: it runs in the event thread, and what
                           it must wait for it gives to response.later */
};

/* A line of a feature's route table, from which site map, permission matrix
 * and OpenAPI are printed. roles 0 = everybody. */
struct route {
    const char *method;   /* "GET", "POST" */
    const char *path;     /* "/units/:id"; the whole path, no wildcard but :name */
    handler_fn *handler;
    uint32_t roles;       /* the viewer must have one of these somewhere */
    unsigned flags;
    const struct form_field *input; /* typed input table, or NULL */
    const char *about;    /* one English sentence */
};

struct http_options {
    const char *listen;        /* "127.0.0.1:8080" */
    const char *data_dir;
    int threads;               /* event threads; 0 = cores */
    int workers;               /* blocking workers; 0 = 64 */
    int queue;                 /* requests that may wait for one; 0 = 1024 */
    int rate_per_minute;       /* per address, state-changing requests; 0 = 120; < 0 no limit, no waiting after guesses;
                                * a sixth of it for ROUTE_STRICT_RATE */
    bool secure_cookies;       /* behind TLS */
    const char *trusted_proxy; /* address whose X-Forwarded-For is believed, or NULL */
    const struct route *const *tables; /* NULL-ended; each table ends with method NULL */
    void *app;
    /* Fills r->viewer and r->lang's cookie value from the session cookie; may not fail. */
    void (*identify)(struct request *r);
    /* Is the form's CSRF token right for this session? */
    bool (*csrf_holds)(const struct request *r, struct str token);
    /* Writes the error page in the reader's language. */
    void (*error_page)(struct request *r, const struct err *e, struct response *p);
    uint64_t (*generation)(void *app); /* for shared pages; may be NULL */
    struct instant (*now)(void *app);
};

bool http_start(const struct http_options *o, struct http_server **ret_server, struct err *e);
int http_port(const struct http_server *s); /* the port in fact bound (listen with port 0) */
/* Ends listening, lets running requests finish (10 s), frees. */
void http_stop(struct http_server *s);

/* Version of the library underneath. */
const char *http_library(void);

/* Prometheus text of request counts, durations and sizes into b. */
void http_metrics(struct http_server *s, struct strbuf *b);
#endif
