// SPDX-License-Identifier: AGPL-3.0-or-later
/* Counters of requests, without locks: threads add to slots of their own. */
#ifndef PLATFORM_HTTP_METRICS_H
#define PLATFORM_HTTP_METRICS_H
#include "platform/http/http_route.h"

struct metrics;
/* For `routes` lines and the three below. */
struct metrics *metrics_open(size_t routes);
void metrics_close(struct metrics *m);
/* Lines that are no route's, counted behind the routes. */
enum { METRIC_NONE, METRIC_ASSET, METRIC_REFUSED, METRIC_OTHERS };
/* us < 0: not measured (answers that were kept ready). */
void metrics_count(struct metrics *m, size_t line, int status, int64_t us, size_t bytes);
void metrics_write(struct metrics *m, const struct route *const *tables, struct strbuf *b);
#endif
