// SPDX-License-Identifier: AGPL-3.0-or-later
/* Part of http.h. */
#ifndef PLATFORM_HTTP_LATER_H
#define PLATFORM_HTTP_LATER_H
#include "base/err.h"

struct request;
/* A handler (not of GET) that must wait for the disk need not hold a thread
 * meanwhile: it fills response.later and returns. The server calls begin, which
 * calls done(done_arg) from any thread when the wait is over (it may be over
 * before begin returns), and then `then` in a worker, which goes on as the
 * handler would. */
struct response;
struct http_later {
    void (*begin)(struct request *r, void *arg, void (*done)(void *), void *done_arg);
    bool (*then)(struct request *r, void *arg, struct response *p, struct err *e); /* NULL: nothing to wait for */
    void *arg;
};

/* For a begin that must compute long or block: runs it in a worker, which may
 * wait; false when all are busy and none will be soon. */
bool request_in_worker(const struct request *r, void (*fn)(void *), void *arg);
#endif
