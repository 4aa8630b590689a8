// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/assets/assets.h"

/* The table that tools/embed.py makes. */
extern const struct asset embedded_assets[];
extern const size_t embedded_assets_n;

const struct asset *asset_find(struct str name)
{
    size_t low = 0, high = embedded_assets_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(name, str_of(embedded_assets[middle].name));
        if (order == 0)
            return &embedded_assets[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct asset *asset_all(size_t *ret_n)
{
    *ret_n = embedded_assets_n;
    return embedded_assets;
}

struct str asset_link(struct arena *a, const char *name)
{
    struct str path = str_of(name);
    const struct asset *asset = asset_find(path);
    if (str_starts(path, STR("web/")))
        path = str_cut(path, 4, path.n);
    struct strbuf b;
    strbuf_init(&b, a, 4096);
    strbuf_z(&b, "/a/");
    strbuf_str(&b, path);
    if (asset) {
        strbuf_z(&b, "?v=");
        strbuf_z(&b, asset->hash);
    }
    return strbuf_text(&b);
}
