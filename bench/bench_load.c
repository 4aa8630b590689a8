// SPDX-License-Identifier: AGPL-3.0-or-later
/* A load of intakes that costs the machine little: one thread, bodies made
 * before the clock starts, and only the form's token and office written anew.
 *   bench_load PORT CONNECTIONS SECONDS COOKIE CSRF OFFICE...
 * Prints: requests a second, p50 ms, p99 ms, answers other than 200, own CPU
 * in microseconds a request. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BODY = 2000, POOL = 512, ROOM = 8192, SAMPLES = 1 << 20, TOKEN = 24, OFFICE = 12 };

struct load {
    int epoll, offices_n;
    char **offices;
    char *requests[POOL];
    size_t length[POOL], token_at[POOL], office_at[POOL];
    uint64_t serial, done, bad;
    float *ms;
    double until;
};

struct client {
    int fd;
    double since;
    size_t got, wanted; /* of the answer; wanted 0: its head is not here yet */
    char head[ROOM];
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void stop(const char *why)
{
    fprintf(stderr, "bench_load: %s\n", why);
    exit(1);
}

/* The same words as bench_intake.c: 333 of 4,096. */
static void make_request(struct load *l, int i, const char *cookie, const char *csrf, unsigned *seed)
{
    char words[BODY + 8], body[BODY + 1024];
    for (int at = 0; at < BODY; at += 6) {
        *seed = *seed * 1664525u + 1013904223u;
        snprintf(words + at, 7, "w%04u+", *seed >> 19 & 4095);
    }
    words[BODY - 1] = 0;
    int n = snprintf(body, sizeof body,
                     "csrf=%s&kind=recommendation&petitioner=individual&name=A+Name&address=an+address&phone=0900000000"
                     "&title=a+title+of+some+words&office=%0*d&token=%0*d&body=%s", csrf, OFFICE, 0, TOKEN, 0, words);
    l->requests[i] = malloc(ROOM);
    if (!l->requests[i])
        stop("out of memory");
    int all = snprintf(l->requests[i], ROOM, "POST /submit/send HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: %s\r\n"
                       "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", cookie, n, body);
    l->length[i] = (size_t)all;
    l->token_at[i] = (size_t)(strstr(l->requests[i], "&token=") + 7 - l->requests[i]);
    l->office_at[i] = (size_t)(strstr(l->requests[i], "&office=") + 8 - l->requests[i]);
}

static void ask(struct load *l, struct client *c)
{
    static const char symbols[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    int i = (int)(l->serial % POOL);
    uint64_t h = l->serial++ * 0x9e3779b97f4a7c15u, more = h ^ (uint64_t)getpid() << 20;
    for (int k = 0; k < TOKEN; k++, h = k == 12 ? more : h / 32)
        l->requests[i][l->token_at[i] + (size_t)k] = symbols[h & 31];
    memcpy(l->requests[i] + l->office_at[i], l->offices[l->serial % (uint64_t)l->offices_n], OFFICE);
    c->since = now();
    c->got = c->wanted = 0;
    if (send(c->fd, l->requests[i], l->length[i], MSG_NOSIGNAL) != (ssize_t)l->length[i])
        stop("a request was not taken whole");
}

static void head_done(struct load *l, struct client *c)
{
    c->head[c->got] = 0;
    char *end = strstr(c->head, "\r\n\r\n"), *length = strcasestr(c->head, "\r\nContent-Length: ");
    if (!end || !length || length > end)
        return;
    c->wanted = (size_t)(end + 4 - c->head) + (size_t)strtol(length + 18, NULL, 10);
    if (strncmp(c->head, "HTTP/1.1 200", 12) != 0 && !l->bad++)
        fprintf(stderr, "%.300s\n", c->head);
}

/* Takes what came; true when the answer is whole. */
static int take(struct load *l, struct client *c)
{
    char rest[65536];
    int keep = !c->wanted && c->got < ROOM - 1;
    ssize_t n = keep ? recv(c->fd, c->head + c->got, ROOM - 1 - c->got, MSG_DONTWAIT)
                     : recv(c->fd, rest, sizeof rest, MSG_DONTWAIT);
    if (n == 0)
        stop("the server closed a connection");
    if (n < 0)
        return 0;
    c->got += (size_t)n;
    if (!c->wanted)
        head_done(l, c);
    return c->wanted && c->got >= c->wanted;
}

static void open_client(struct load *l, struct client *c, int port)
{
    int one = 1;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event ev = {.events = EPOLLIN, .data = {.ptr = c}};
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to) || epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &ev))
        stop("no connection");
}

static void run(struct load *l, struct client *clients, int n)
{
    struct epoll_event ev[64];
    for (int i = 0; i < n; i++)
        ask(l, &clients[i]);
    for (double t = now(); t < l->until; t = now()) {
        int ready = epoll_wait(l->epoll, ev, 64, 100);
        for (int i = 0; i < ready; i++) {
            struct client *c = ev[i].data.ptr;
            if (!take(l, c))
                continue;
            l->ms[l->done++ % SAMPLES] = (float)((now() - c->since) * 1000);
            ask(l, c);
        }
    }
}

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    struct load l = {.epoll = epoll_create1(0), .offices = argv + 6, .offices_n = argc - 6};
    unsigned seed = 11;
    if (argc < 7) {
        fputs("usage: bench_load PORT CONNECTIONS SECONDS COOKIE CSRF OFFICE...\n", stderr);
        return 2;
    }
    int n = (int)strtol(argv[2], NULL, 10);
    struct client *clients = calloc((size_t)n, sizeof *clients);
    l.ms = malloc(SAMPLES * sizeof *l.ms);
    if (!clients || !l.ms)
        stop("out of memory");
    for (int i = 0; i < POOL; i++)
        make_request(&l, i, argv[4], argv[5], &seed);
    for (int i = 0; i < n; i++)
        open_client(&l, &clients[i], (int)strtol(argv[1], NULL, 10));
    double from = now();
    l.until = from + strtod(argv[3], NULL);
    run(&l, clients, n);
    double seconds = now() - from;
    struct rusage own;
    getrusage(RUSAGE_SELF, &own);
    size_t samples = l.done < SAMPLES ? (size_t)l.done : SAMPLES;
    qsort(l.ms, samples, sizeof *l.ms, by_value);
    double us = (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec) * 1e6 + (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec);
    printf("%.0f %.2f %.2f %llu %.1f\n", (double)l.done / seconds, samples ? (double)l.ms[samples / 2] : 0,
           samples ? (double)l.ms[samples * 99 / 100] : 0, (unsigned long long)l.bad, l.done ? us / (double)l.done : 0);
    return 0;
}
