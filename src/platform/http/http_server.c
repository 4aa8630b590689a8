// SPDX-License-Identifier: AGPL-3.0-or-later
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/crypt.h"
#include "platform/http/http_asset.h"
#include "platform/http/http_cache.h"
#include "platform/http/http_metrics.h"
#include "platform/http/http_rate.h"
#include "platform/http/http_serve.h"
#include "platform/http/http_upload.h"
#include "platform/log/log.h"

enum { EVENT_STACK = 2 * 1024 * 1024, PER_ADDRESS = 256, CONNECTIONS_MAX = 16 * 1024, STOP_MS = 10 * 1000 };

/* "127.0.0.1:8080", "[::1]:8080" */
static bool bind_to(struct arena *a, const char *listen_on, int *ret_fd, struct err *e)
{
    const char *colon = strrchr(listen_on, ':');
    if (!colon)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.http.listen"), "%s is not ADDRESS:PORT", listen_on);
    struct str host = {listen_on, (size_t)(colon - listen_on)};
    if (host.n >= 2 && host.p[0] == '[')
        host = str_cut(host, 1, host.n - 2);
    struct addrinfo want = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV}, *got;
    if (getaddrinfo(host.n ? str_z(a, host) : NULL, colon + 1, &want, &got))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.http.listen"), "%s is not ADDRESS:PORT", listen_on);
    int one = 1, fd = socket(got->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
        if (bind(fd, got->ai_addr, got->ai_addrlen) || listen(fd, 1024)) {
            int why = errno;
            close(fd);
            errno = why;
            fd = -1;
        }
    }
    int why = errno;
    freeaddrinfo(got);
    if (fd < 0)
        return FAIL(e, ERR_IO, MSG("err.http.listen"), "%s: %s", listen_on, strerror(why));
    *ret_fd = fd;
    return true;
}

static int port_of(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in ip4;
        struct sockaddr_in6 ip6;
    } at = {.ip6 = {0}};
    socklen_t n = sizeof at;
    if (getsockname(fd, &at.any, &n))
        return 0;
    return ntohs(at.any.sa_family == AF_INET6 ? at.ip6.sin6_port : at.ip4.sin_port);
}

static bool is_loopback(const char *listen_on)
{
    return !strncmp(listen_on, "127.", 4) || !strncmp(listen_on, "[::1]", 5);
}

static unsigned connections_max(void)
{
    struct rlimit l;
    if (getrlimit(RLIMIT_NOFILE, &l))
        return 900;
    if (l.rlim_cur < l.rlim_max) {
        l.rlim_cur = l.rlim_max < CONNECTIONS_MAX + 512 ? l.rlim_max : CONNECTIONS_MAX + 512;
        setrlimit(RLIMIT_NOFILE, &l);
        getrlimit(RLIMIT_NOFILE, &l);
    }
    return l.rlim_cur > CONNECTIONS_MAX + 256 ? CONNECTIONS_MAX : l.rlim_cur > 512 ? (unsigned)l.rlim_cur - 256 : 256;
}

static void quiet(void *cls, const char *format, va_list ap)
{
    (void)cls, (void)format, (void)ap; /* what a client did wrong is counted, not told */
}

/* Escapes stay in: we decode what we need, once and strictly. */
static size_t keep_escapes(void *cls, struct MHD_Connection *connection, char *s)
{
    (void)cls, (void)connection;
    return strlen(s);
}

static struct MHD_Response *busy_response(struct arena *a, enum lang lang)
{
    struct str text = str_copy(a, i18n_text(lang, MSG("err.http.busy")));
    struct MHD_Response *m = MHD_create_response_from_buffer(text.n, (void *)(uintptr_t)text.p, MHD_RESPMEM_PERSISTENT);
    if (!m)
        die("out of memory (busy)");
    answer_headers(m);
    MHD_add_response_header(m, "Content-Type", "text/plain; charset=utf-8");
    MHD_add_response_header(m, "Content-Language", lang_tag(lang));
    MHD_add_response_header(m, "Retry-After", "5");
    MHD_add_response_header(m, "Cache-Control", "no-store");
    return m;
}

static struct MHD_Daemon *daemon_start(struct http_server *s, int fd)
{
    /* A proxy brings everybody's requests from one address. */
    unsigned per_address = s->o.trusted_proxy || is_loopback(s->o.listen) ? 0 : PER_ADDRESS;
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_LISTEN_SOCKET, fd, NULL},
        {MHD_OPTION_THREAD_POOL_SIZE, s->o.threads, NULL},
        {MHD_OPTION_THREAD_STACK_SIZE, EVENT_STACK, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, HTTP_CONNECTION_BYTES, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, connections_max(), NULL},
        {MHD_OPTION_PER_IP_CONNECTION_LIMIT, per_address, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, HTTP_IDLE_S, NULL},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
        {MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)quiet, NULL},
        {MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)keep_escapes, NULL},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)serve_uri, s},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)serve_completed, s},
        {MHD_OPTION_END, 0, NULL},
    };
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO | MHD_USE_ERROR_LOG, 0,
                            NULL, NULL, serve_request, s, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

static void server_free(struct http_server *s)
{
    exchanges_free(s);
    assets_close(s->assets);
    cache_close(s->cache);
    rates_close(s->rates);
    metrics_close(s->metrics);
    for (int i = 0; i < LANGS; i++)
        MHD_destroy_response(s->busy[i]);
    pthread_mutex_destroy(&s->pool_mutex);
    arena_done(&s->arena);
    free(s);
}

static struct http_server *server_new(const struct http_options *o)
{
    struct http_server *s = calloc(1, sizeof *s);
    if (!s)
        die("out of memory (server)");
    s->o = *o;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (!s->o.threads)
        s->o.threads = cores < 2 ? 2 : cores > 64 ? 64 : (int)cores; /* a pool of one is no pool */
    if (!s->o.workers)
        s->o.workers = 64;
    if (!s->o.rate_per_minute)
        s->o.rate_per_minute = 120;
    arena_init(&s->arena);
    crypt_init();
    crypt_random(&s->serial_key, sizeof s->serial_key);
    pthread_mutex_init(&s->pool_mutex, NULL);
    router_init(&s->router, &s->arena, o->tables);
    s->metrics = metrics_open(s->router.n);
    s->rates = rates_open();
    s->cache = cache_open(CACHE_BYTES);
    s->assets = assets_open();
    for (int i = 0; i < LANGS; i++)
        s->busy[i] = busy_response(&s->arena, (enum lang)i);
    return s;
}

bool http_start(const struct http_options *o, struct http_server **ret_server, struct err *e)
{
    int fd;
    struct http_server *s = server_new(o);
    if (!uploads_prepare(&s->arena, s->o.data_dir, &s->incoming, e) || !bind_to(&s->arena, s->o.listen, &fd, e)) {
        server_free(s);
        return false;
    }
    s->port = port_of(fd);
    s->workers = workers_open((size_t)s->o.workers, s->o.queue ? (size_t)s->o.queue : HTTP_QUEUE);
    s->finishers = workers_open((size_t)s->o.threads, CONNECTIONS_MAX);
    s->daemon = daemon_start(s, fd);
    if (!s->daemon) {
        close(fd);
        workers_close(s->workers);
        workers_close(s->finishers);
        server_free(s);
        return FAIL(e, ERR_IO, MSG("err.http.listen"), "the server's threads did not start");
    }
    *ret_server = s;
    return true;
}

int http_port(const struct http_server *s)
{
    return s->port;
}

void http_stop(struct http_server *s)
{
    /* not MHD_quiesce_daemon: with a pool on epoll it and a busy thread can both take
     * the listening socket out of the set, which the library answers with abort() */
    atomic_store(&s->ending, true);
    int64_t until = clock_us() + STOP_MS * INT64_C(1000);
    while (atomic_load(&s->awaited) && clock_us() < until)
        usleep(10 * 1000);
    while (atomic_load(&s->waiting))
        usleep(10 * 1000); /* what has been asked of the disk is answered, however long it takes */
    atomic_store(&s->stopping, true);
    workers_close(s->workers);
    workers_close(s->finishers);
    MHD_stop_daemon(s->daemon);
    server_free(s);
}

void http_metrics(struct http_server *s, struct strbuf *b)
{
    metrics_write(s->metrics, s->o.tables, b);
}

const char *http_library(void)
{
    return MHD_get_version();
}
