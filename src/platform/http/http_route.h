// SPDX-License-Identifier: AGPL-3.0-or-later
/* Route tables, compiled into a tree of path segments. */
#ifndef PLATFORM_HTTP_ROUTE_H
#define PLATFORM_HTTP_ROUTE_H
#include "platform/http/http.h"

enum { ROUTE_PARAMS = 4 };

struct route_entry {
    const struct route *route;
    size_t number;            /* its place in all tables, from 0: for counters */
    struct route_entry *next; /* the same path, another method */
};
struct route_node;
struct router {
    struct arena *arena;
    struct route_node *root;
    size_t n; /* routes */
};

/* Aborts on a table that cannot be: two lines for one method and path, more
 * than ROUTE_PARAMS parts, no handler. Lives in the arena. */
void router_init(struct router *r, struct arena *a, const struct route *const *tables);

/* The lines of a raw (still escaped) path, and its :name parts, raw; a word
 * goes before a :name. NULL when there is none. *ret_slash: there is one
 * without the slash at the end. Cost: a binary search per segment. */
const struct route_entry *router_find(const struct router *r, struct str path, struct str params[ROUTE_PARAMS],
                                      bool *ret_slash);
/* Of the lines of one path, the one for a method (HEAD as GET), or NULL. */
const struct route_entry *route_for(const struct route_entry *list, struct str method);
/* "GET, HEAD, POST" */
struct str route_allow(const struct route_entry *list, struct arena *a);
#endif
