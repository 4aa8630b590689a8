// SPDX-License-Identifier: AGPL-3.0-or-later
/* A real server on a port of its own and a client that speaks raw bytes: for
 * the tests of platform/http and platform/form. */
#ifndef TEST_HTTP_WORLD_H
#define TEST_HTTP_WORLD_H
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "platform/http/http.h"

#define TOKEN "c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define PARTS "Content-Type: multipart/form-data; boundary=XX\r\n"
#define CSRF "csrf=" TOKEN
#define CSRF_PART "--XX\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" TOKEN "\r\n"


struct world {
    struct http_server *server;
    struct arena arena;
    char dir[64];
    atomic_ulong generation, shared_runs, given_back;
    struct http_options options;
};

/* options.tables and what differs from the defaults are the caller's. */
void world_start(struct world *w);
void world_stop(struct world *w);
size_t world_files(const struct world *w); /* left in DIR/incoming */

int dial(const struct world *w);
void say(int fd, struct str s);
/* All until the server closes (or nothing more comes for five seconds). */
struct str hear(struct world *w, int fd);
struct str ask(struct world *w, struct str request);
struct str get(struct world *w, const char *path, const char *headers);
struct str post_raw(struct world *w, const char *path, const char *headers, struct str body);
struct str post(struct world *w, const char *path, struct str body);

bool has(struct str s, const char *part);
void check_status(struct str answer, int status, const char *file, int line);
void check_has(struct str answer, const char *part, const char *file, int line);
#define assert_status(answer, status) check_status((answer), (status), __FILE__, __LINE__)
#define assert_has(answer, part) check_has((answer), (part), __FILE__, __LINE__)
#endif
