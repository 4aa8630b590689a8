// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/http/test_http_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static void identify(struct request *r)
{
    r->csrf = STR(TOKEN);
    if (!r->session_id.n)
        r->session_id = STR("0123456789abcdef0123456789abcdef");
}

static bool csrf_holds(const struct request *r, struct str token)
{
    (void)r;
    return str_is(token, TOKEN);
}

static uint64_t generation(void *app)
{
    return atomic_load(&((struct world *)app)->generation);
}

static struct instant now(void *app)
{
    (void)app;
    return (struct instant){1783300000000};
}

void world_start(struct world *w)
{
    struct err e;
    snprintf(w->dir, sizeof w->dir, "/tmp/dinh-http-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    if (!w->options.listen)
        w->options.listen = "127.0.0.1:0";
    w->options.data_dir = w->dir;
    w->options.threads = 2;
    w->options.app = w;
    w->options.identify = identify;
    w->options.csrf_holds = csrf_holds;
    w->options.generation = generation;
    w->options.now = now;
    arena_init(&w->arena);
    if (!http_start(&w->options, &w->server, &e))
        fail_msg("%s %s", e.msg, e.detail);
}

size_t world_files(const struct world *w)
{
    char path[96];
    size_t n = 0;
    snprintf(path, sizeof path, "%s/incoming", w->dir);
    DIR *d = opendir(path);
    assert_non_null(d);
    for (struct dirent *line; (line = readdir(d));)
        n += line->d_name[0] != '.';
    closedir(d);
    return n;
}

void world_stop(struct world *w)
{
    char path[96];
    http_stop(w->server);
    assert_int_equal(world_files(w), 0);
    snprintf(path, sizeof path, "%s/incoming", w->dir);
    rmdir(path);
    rmdir(w->dir);
    arena_done(&w->arena);
}

/* ---- the client ---- */

int dial(const struct world *w)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(w->server)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

void say(int fd, struct str s)
{
    while (s.n) {
        ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        s = str_cut(s, (size_t)n, s.n);
    }
}

struct str hear(struct world *w, int fd)
{
    struct strbuf b;
    strbuf_init(&b, &w->arena, 4 << 20);
    for (;;) {
        struct pollfd p = {fd, POLLIN, 0};
        char *room = strbuf_room(&b, 65536);
        if (!room || poll(&p, 1, 5000) <= 0)
            break;
        ssize_t n = recv(fd, room, 65536, 0);
        if (n <= 0)
            break;
        b.n += (size_t)n;
    }
    close(fd);
    return strbuf_text(&b);
}

struct str ask(struct world *w, struct str request)
{
    int fd = dial(w);
    say(fd, request);
    return hear(w, fd);
}

struct str get(struct world *w, const char *path, const char *headers)
{
    return ask(w, str_printf(&w->arena, "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n", path, headers));
}

struct str post_raw(struct world *w, const char *path, const char *headers, struct str body)
{
    struct strbuf b;
    strbuf_init(&b, &w->arena, 64 << 20);
    strbuf_printf(&b, "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%sContent-Length: %zu\r\n\r\n", path, headers, body.n);
    strbuf_str(&b, body);
    return ask(w, strbuf_text(&b));
}

struct str post(struct world *w, const char *path, struct str body)
{
    return post_raw(w, path, FORM, body);
}

bool has(struct str s, const char *part)
{
    size_t at;
    return str_find(s, str_of(part), &at);
}

void check_status(struct str answer, int status, const char *file, int line)
{
    char want[16];
    snprintf(want, sizeof want, "HTTP/1.1 %d", status);
    if (!str_starts(answer, str_of(want))) {
        print_error("wanted %d, got: " STR_FMT "\n", status, STR_ARG(str_cut(answer, 0, 900)));
        _fail(file, line);
    }
}
void check_has(struct str answer, const char *part, const char *file, int line)
{
    if (!has(answer, part)) {
        print_error("no \"%s\" in: " STR_FMT "\n", part, STR_ARG(str_cut(answer, 0, 1500)));
        _fail(file, line);
    }
}
