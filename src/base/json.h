// SPDX-License-Identifier: AGPL-3.0-or-later
/* Writes JSON into a strbuf: commas and escapes are its business. Keys are
 * literals of ours; values are escaped. Nesting at most 32. */
#ifndef BASE_JSON_H
#define BASE_JSON_H
#include "base/day.h"
#include "base/str.h"

struct json {
    struct strbuf *b;
    uint32_t first;  /* bit d: nothing written yet at depth d */
    uint32_t arrays; /* bit d: depth d is an array */
    int depth;
    bool after_key;
};

void json_init(struct json *j, struct strbuf *b);
void json_object(struct json *j); /* "{" */
void json_array(struct json *j);  /* "[" */
void json_end(struct json *j);    /* closes the innermost; needs no kind */
void json_key(struct json *j, const char *key);
void json_str(struct json *j, struct str value);
void json_int(struct json *j, int64_t value);
void json_tenths(struct json *j, int64_t value); /* -125: -12.5 */
void json_bool(struct json *j, bool value);
void json_null(struct json *j);
void json_day(struct json *j, struct day value);        /* "2026-07-06", or null for none */
void json_instant(struct json *j, struct instant value);

/* Key and value at once. */
void json_kstr(struct json *j, const char *key, struct str value);
void json_kint(struct json *j, const char *key, int64_t value);
void json_kbool(struct json *j, const char *key, bool value);
void json_kday(struct json *j, const char *key, struct day value);
#endif
