// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/http/http_route.h"

#include <string.h>

struct route_node {
    struct str word;           /* the segment; unused in the :name child */
    struct route_node **words; /* sorted */
    size_t words_n;
    struct route_node *any; /* the :name child */
    struct route_entry *entries;
};

/* Where a word is among the children, or where it would stand. */
static size_t place_of(const struct route_node *n, struct str word, bool *ret_found)
{
    size_t low = 0, high = n->words_n;
    while (low < high) {
        size_t at = low + (high - low) / 2;
        int order = str_cmp(n->words[at]->word, word);
        if (order == 0) {
            *ret_found = true;
            return at;
        }
        if (order < 0)
            low = at + 1;
        else
            high = at;
    }
    *ret_found = false;
    return low;
}

static struct route_node *child(struct router *r, struct route_node *n, struct str word)
{
    if (word.n && word.p[0] == ':') {
        if (!n->any)
            n->any = arena_new(r->arena, struct route_node);
        return n->any;
    }
    bool found;
    size_t at = place_of(n, word, &found);
    if (found)
        return n->words[at];
    struct route_node **words = arena_array(r->arena, struct route_node *, n->words_n + 1);
    struct route_node *made = arena_new(r->arena, struct route_node);
    made->word = word;
    if (n->words_n) {
        memcpy(words, n->words, at * sizeof *words); /* NOLINT(bugprone-sizeof-expression): an array of pointers */
        memcpy(words + at + 1, n->words + at,
               (n->words_n - at) * sizeof *words); /* NOLINT(bugprone-sizeof-expression) */
    }
    words[at] = made;
    n->words = words;
    n->words_n++;
    return made;
}

static void add(struct router *r, const struct route *route)
{
    if (!route->path || route->path[0] != '/' || !route->handler)
        die("route %s %s: no path or handler", route->method, route->path ? route->path : "");
    struct route_node *n = r->root;
    struct str rest = str_of(route->path + 1), word;
    size_t params = 0;
    while (rest.n && str_split(&rest, '/', &word)) {
        params += word.n && word.p[0] == ':';
        n = child(r, n, word);
    }
    if (params > ROUTE_PARAMS)
        die("route %s: more than %d parts", route->path, ROUTE_PARAMS);
    for (struct route_entry *e = n->entries; e; e = e->next)
        if (!strcmp(e->route->method, route->method))
            die("route %s %s stands twice", route->method, route->path);
    struct route_entry *e = arena_new(r->arena, struct route_entry);
    *e = (struct route_entry){route, r->n++, n->entries};
    n->entries = e;
}

void router_init(struct router *r, struct arena *a, const struct route *const *tables)
{
    *r = (struct router){.arena = a, .root = arena_new(a, struct route_node)};
    for (; tables && *tables; tables++)
        for (const struct route *line = *tables; line->method; line++)
            add(r, line);
}

/* Depth is that of the tables, so the recursion is bounded by them. */
static const struct route_node *descend(const struct route_node *n, struct str rest, struct str *params, size_t params_n)
{
    if (!rest.n)
        return n->entries ? n : NULL;
    struct str word;
    str_split(&rest, '/', &word);
    if (!word.n)
        return NULL;
    if (rest.p && !rest.n)
        return NULL; /* a slash at the end */
    bool found;
    size_t at = place_of(n, word, &found);
    const struct route_node *hit = found ? descend(n->words[at], rest, params, params_n) : NULL;
    if (hit || !n->any || params_n >= ROUTE_PARAMS)
        return hit;
    params[params_n] = word;
    return descend(n->any, rest, params, params_n + 1);
}

const struct route_entry *router_find(const struct router *r, struct str path, struct str params[ROUTE_PARAMS],
                                      bool *ret_slash)
{
    *ret_slash = false;
    if (!path.n || path.p[0] != '/')
        return NULL;
    struct str rest = str_cut(path, 1, path.n);
    const struct route_node *hit = descend(r->root, rest, params, 0);
    if (!hit && rest.n > 1 && rest.p[rest.n - 1] == '/') {
        hit = descend(r->root, str_cut(rest, 0, rest.n - 1), params, 0);
        *ret_slash = hit != NULL;
    }
    return hit ? hit->entries : NULL;
}

const struct route_entry *route_for(const struct route_entry *list, struct str method)
{
    if (str_is(method, "HEAD"))
        method = STR("GET");
    for (; list; list = list->next)
        if (str_is(method, list->route->method))
            return list;
    return NULL;
}

struct str route_allow(const struct route_entry *list, struct arena *a)
{
    struct strbuf b;
    strbuf_init(&b, a, 200);
    for (; list; list = list->next) {
        strbuf_printf(&b, "%s%s", b.n ? ", " : "", list->route->method);
        if (!strcmp(list->route->method, "GET"))
            strbuf_z(&b, ", HEAD");
    }
    return strbuf_text(&b);
}
