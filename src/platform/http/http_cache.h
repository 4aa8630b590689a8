// SPDX-License-Identifier: AGPL-3.0-or-later
/* Pages that are the same for everybody until the next commit, kept as ready
 * answers. Bounded in bytes; any thread. */
#ifndef PLATFORM_HTTP_CACHE_H
#define PLATFORM_HTTP_CACHE_H
#include <microhttpd.h>

#include "base/str.h"

enum { CACHE_BYTES = 8 * 1024 * 1024 };

struct cache_key {
    struct str uri; /* with query */
    unsigned variant; /* language, and whether compressed */
};
struct cached {
    size_t line, bytes; /* for the metrics */
};

struct cache;
struct cache *cache_open(size_t bytes_max);
void cache_close(struct cache *c);
/* Queues the kept answer on the connection when there is one of this
 * generation. Cost: one hash, one short lock. */
bool cache_answer(struct cache *c, struct cache_key key, uint64_t generation, struct MHD_Connection *to, struct cached *ret_what);
/* Keeps an answer (its own reference of it). what.bytes must be its size. */
void cache_put(struct cache *c, struct cache_key key, uint64_t generation, struct MHD_Response *answer, struct cached what);
#endif
