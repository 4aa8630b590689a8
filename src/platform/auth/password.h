// SPDX-License-Identifier: AGPL-3.0-or-later
/* Passwords: argon2id (RFC 9106) with 19 MiB and 2 passes, about 30 ms; at most as
 * many at once as there are processors, so that a storm of sign-ins takes no
 * more memory than that. Texts are in NFC. */
#ifndef PLATFORM_AUTH_PASSWORD_H
#define PLATFORM_AUTH_PASSWORD_H
#include "base/crypt.h"
#include "base/err.h"
#include "base/str.h"

enum { PASSWORD_MIN = 10, PASSWORD_MAX = 200 }; /* characters */

struct passwords;

/* at_once 0: the number of processors. Gives; end with passwords_close when
 * nobody is in a function below. Cost: one hash. */
struct passwords *passwords_open(int at_once);
void passwords_close(struct passwords *p);

/* May it be chosen? NULL, or the message id of what is wrong: too short or
 * long, one character repeated, or the account's own name. */
const char *password_wrong(struct arena *a, struct str plain, struct str login);

/* Text to store, with its parameters. Waits for its turn; ERR_BUSY
 * "err.busy" after 10 s. */
bool password_hash(struct passwords *p, struct arena *a, struct str plain, struct str *ret_hash, struct err *e);

/* Is `plain` the password of the stored text? An empty stored text (no such
 * account) takes the same time and gives false. ERR_BUSY as above. */
bool password_check(struct passwords *p, struct str plain, struct str stored, bool *ret_right, struct err *e);

/* A digest that finds a short secret again (a receipt of digits) and gives it
 * back only to who tries them all, at a hash each. The same salt gives the same. */
bool password_digest(struct passwords *p, struct str plain, const uint8_t salt[16], struct digest *ret, struct err *e);

/* Was it stored with parameters that are no longer ours? Then hash it again. */
bool password_stale(struct str stored);
#endif
