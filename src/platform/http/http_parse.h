// SPDX-License-Identifier: AGPL-3.0-or-later
/* The small grammars of HTTP: escapes, form bodies, cookies, lists with
 * weights. Pure; every function takes any bytes. */
#ifndef PLATFORM_HTTP_PARSE_H
#define PLATFORM_HTTP_PARSE_H
#include "platform/http/http.h"

enum { FIELD_NAME_MAX = 64 };

/* Fields as they are read. The first thing that is wrong is noted, reading
 * goes on, so that what was typed can be given back. */
struct http_fields {
    struct http_field *v;
    size_t n, cap, max;
    bool broken;
    struct err error;       /* of the first that is wrong */
    struct str error_field; /* its name; "" when it has none */
};

void fields_init(struct http_fields *f, size_t max);
/* Takes raw bytes through the border (UTF-8, NFC, no controls). A value that
 * does not pass is kept without what is wrong in it, and noted. */
void fields_add(struct http_fields *f, struct arena *a, struct str name, struct str value);
/* Notes a failure, unless one is noted already. */
void fields_break(struct http_fields *f, enum err_code code, const char *msg, struct str field);
/* application/x-www-form-urlencoded: a query or a body. */
void fields_urlencoded(struct http_fields *f, struct arena *a, struct str raw);

/* %XX and, with plus, '+' as a space; false on a '%' without two digits. */
bool percent_decode(struct arena *a, struct str raw, bool plus, struct str *ret_text);
/* All but letters, digits and -._~ (and the bytes of `also`) as %XX. */
struct str percent_encode(struct arena *a, struct str s, const char *also);
/* What can be shown of bytes that are not text. */
struct str text_salvage(struct arena *a, struct str raw);

/* Value of a cookie in a Cookie header. Borrows. */
bool cookie_find(struct str header, const char *name, struct str *ret_value);
/* Does an Accept-Encoding header allow gzip? */
bool accepts_gzip(struct str header);
/* Does an If-None-Match header name this tag (given without quotes)? */
bool etag_listed(struct str header, struct str tag);
/* A parameter of a header value: boundary of `multipart/form-data;
 * boundary="x"`. Quoted values are unquoted. */
bool header_param(struct arena *a, struct str header, const char *name, struct str *ret_value);
/* The value before the first ';', trimmed. Borrows. */
struct str header_word(struct str header);
/* ASCII letters of either case are the same. */
bool str_same_word(struct str s, const char *z);
/* A name for a file that was sent: no paths, no controls, at most 100
 * characters, its extension kept; "file" when nothing is left. */
struct str file_name_clean(struct arena *a, struct str raw);
#endif
