// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/http/http_asset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/assets/assets.h"

enum { COPIES = 4, ZIPPED = 1, PINNED = 2, ETAG = 16 };

struct served {
    const struct asset *asset;
    struct MHD_Response *full[COPIES];
    struct MHD_Response *same; /* 304 */
};

struct assets_served {
    size_t n;
    struct served v[];
};

static const struct {
    const char *end, *type;
} types[] = {
    {".css", "text/css; charset=utf-8"},   {".js", "text/javascript; charset=utf-8"}, {".svg", "image/svg+xml"},
    {".png", "image/png"},                 {".ico", "image/x-icon"},                  {".webp", "image/webp"},
    {".woff2", "font/woff2"},              {".json", "application/json"},             {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"}, {".wasm", "application/wasm"},
};

const char *asset_type(struct str name)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (str_ends(name, str_of(types[i].end)))
            return types[i].type;
    return "application/octet-stream";
}

static struct MHD_Response *make(const struct asset *a, struct str bytes, const char *cache)
{
    char tag[ETAG + 8];
    snprintf(tag, sizeof tag, "\"%.*s\"", ETAG, a->hash);
    struct MHD_Response *m = MHD_create_response_from_buffer(bytes.n, (void *)(uintptr_t)bytes.p, MHD_RESPMEM_PERSISTENT);
    if (!m)
        die("out of memory (assets)");
    answer_headers(m);
    MHD_add_response_header(m, "ETag", tag);
    MHD_add_response_header(m, "Cache-Control", cache);
    MHD_add_response_header(m, "Vary", "Accept-Encoding");
    return m;
}

static void serve(struct served *s, const struct asset *a)
{
    *s = (struct served){.asset = a};
    for (int i = 0; i < COPIES; i++) {
        bool zipped = (i & ZIPPED) && a->gzip.n;
        s->full[i] = make(a, zipped ? a->gzip : a->bytes,
                          i & PINNED ? "public, max-age=31536000, immutable" : "public, max-age=0, must-revalidate");
        MHD_add_response_header(s->full[i], "Content-Type", asset_type(str_of(a->name)));
        if (zipped)
            MHD_add_response_header(s->full[i], "Content-Encoding", "gzip");
    }
    s->same = make(a, STR(""), "public, max-age=0, must-revalidate");
}

struct assets_served *assets_open(void)
{
    size_t n;
    const struct asset *all = asset_all(&n);
    struct assets_served *a = calloc(1, sizeof *a + n * sizeof a->v[0]);
    if (!a)
        die("out of memory (assets)");
    for (size_t i = 0; i < n; i++)
        if (str_starts(str_of(all[i].name), STR("web/")))
            serve(&a->v[a->n++], &all[i]);
    return a;
}

void assets_close(struct assets_served *a)
{
    for (size_t i = 0; i < a->n; i++) {
        for (int k = 0; k < COPIES; k++)
            MHD_destroy_response(a->v[i].full[k]);
        MHD_destroy_response(a->v[i].same);
    }
    free(a);
}

bool assets_answer(const struct assets_served *a, struct exchange *x)
{
    struct str name = str_cut(exchange_path(x), 3, x->uri.n);
    for (size_t i = 0; i < a->n; i++) {
        const struct served *s = &a->v[i];
        if (!str_is(name, s->asset->name + 4))
            continue;
        if (etag_listed(x->header[H_IF_NONE_MATCH], str_of(s->asset->hash))) {
            x->status = 304;
            MHD_queue_response(x->connection, 304, s->same);
            return true;
        }
        bool pinned = str_ends(x->uri, str_printf(&x->arena, "?v=%s", s->asset->hash));
        bool zipped = accepts_gzip(x->header[H_ACCEPT_ENCODING]);
        x->status = 200;
        x->answer_n = zipped && s->asset->gzip.n ? s->asset->gzip.n : s->asset->bytes.n;
        MHD_queue_response(x->connection, 200, s->full[(pinned ? PINNED : 0) | (zipped ? ZIPPED : 0)]);
        return true;
    }
    return false;
}
