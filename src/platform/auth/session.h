// SPDX-License-Identifier: AGPL-3.0-or-later
/* What a browser holds, and the form tokens bound to it.
 *
 * The cookie is 64 hexadecimal digits for somebody signed in (32 random bytes;
 * the database keeps only their SHA-256), or 32 digits for a visitor without a
 * session, whose forms need protection too. */
#ifndef PLATFORM_AUTH_SESSION_H
#define PLATFORM_AUTH_SESSION_H
#include "platform/auth/keys.h"

#define SESSION_COOKIE "dinh_session"

enum cookie_kind { COOKIE_NONE, COOKIE_VISITOR, COOKIE_SESSION };

/* A new cookie value and the digest to store for it. */
struct str session_new(struct arena *a, struct digest *ret_stored);
struct str visitor_new(struct arena *a);

/* What a cookie value is; *ret_stored is set for COOKIE_SESSION only. Takes
 * any bytes. */
enum cookie_kind session_parse(struct str cookie, struct digest *ret_stored);

/* The form token that goes with a cookie value; empty for an empty value. */
struct str csrf_token(const struct keys *k, struct arena *a, struct str cookie);
/* Constant time; false for an empty or damaged cookie or token. */
bool csrf_token_holds(const struct keys *k, struct str cookie, struct str token);

/* A small text for a cookie that only we can write and read, good until
 * `until` (at most some 200 bytes; kind keeps uses apart). Hexadecimal. */
struct str cookie_seal(const struct keys *k, struct arena *a, const char *kind, struct str text, int64_t until_ms);
bool cookie_unseal(const struct keys *k, struct arena *a, const char *kind, struct str cookie, int64_t now_ms,
                   struct str *ret_text);
#endif
