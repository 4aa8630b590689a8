// SPDX-License-Identifier: AGPL-3.0-or-later
/* Files that are part of the program: style, icons, rules, catalogues,
 * migrations; embedded at build by tools/embed.py. */
#ifndef PLATFORM_ASSETS_H
#define PLATFORM_ASSETS_H
#include "base/str.h"

struct asset {
    const char *name;      /* path in the repository: "web/dinh.css", "rules/vn/limits.csv" */
    struct str bytes;      /* plain */
    struct str gzip;       /* compressed; empty when that is no smaller */
    const char *hash;      /* first 16 hex digits of SHA-256: the ETag, and ?v= in links */
};
/* NULL when there is none of that name. Cost: a binary search. */
const struct asset *asset_find(struct str name);
/* All, sorted by name. */
const struct asset *asset_all(size_t *ret_n);
/* "/a/dinh.css?v=HASH" for "web/dinh.css": what templates link to. */
struct str asset_link(struct arena *a, const char *name);
#endif
