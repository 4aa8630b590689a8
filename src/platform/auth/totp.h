// SPDX-License-Identifier: AGPL-3.0-or-later
/* The second factor: codes of six digits that change every 30 s (RFC 6238 with
 * SHA-1, as telephones' authenticators have it). */
#ifndef PLATFORM_AUTH_TOTP_H
#define PLATFORM_AUTH_TOTP_H
#include "base/day.h"
#include "base/str.h"

enum { TOTP_SECRET = 20, TOTP_DIGITS = 6, TOTP_STEP_S = 30 };

/* HOTP (RFC 4226, 5.3) of a counter: 0..999999. */
uint32_t totp_code(const uint8_t *secret, size_t secret_n, int64_t counter);
int64_t totp_counter(struct instant now);

/* Is `typed` (spaces left out) the code of now, of the step before or of the
 * step after, and newer than last_counter, the last one that was accepted?
 * Gives the counter to keep as last. Compares in constant time. */
bool totp_check(const uint8_t secret[TOTP_SECRET], struct str typed, struct instant now, int64_t last_counter,
                int64_t *ret_counter);

/* The secret in base 32 (RFC 4648, no padding), for typing into a telephone. */
struct str totp_base32(struct arena *a, const uint8_t *secret, size_t n);

/* "otpauth://totp/ISSUER:ACCOUNT?secret=…&issuer=ISSUER", for a QR code. */
struct str totp_uri(struct arena *a, struct str issuer, struct str account, const uint8_t secret[TOTP_SECRET]);
#endif
