// SPDX-License-Identifier: AGPL-3.0-or-later
/* How often an address may come: token buckets in a table of fixed size. An
 * IPv6 network of 64 bits counts as one address. */
#ifndef PLATFORM_HTTP_RATE_H
#define PLATFORM_HTTP_RATE_H
#include "base/str.h"

enum { RATE_SETS = 1024, RATE_WAYS = 4 };

struct rates;
/* Gives; when the table is full, who has been quiet longest is forgotten. */
struct rates *rates_open(void);
void rates_close(struct rates *r);
/* Takes one of per_minute tokens of (address, kind); the bucket starts full.
 * false: none is left, *ret_wait_s says when one will be. Any thread. */
bool rate_take(struct rates *r, struct str address, int kind, int per_minute, int64_t now_us, int *ret_wait_s);

/* Guessing: the fifth wrong try from an address makes it wait 30 s, each
 * further one twice as long, at most an hour; a day after the last it is
 * forgotten. Addresses are kept as keyed hashes, in memory only. */
void rate_wrong(struct rates *r, struct str address, int64_t now_us);
/* Seconds that the address must wait before its next try; 0: none. */
int rate_wrong_wait(struct rates *r, struct str address, int64_t now_us);
#endif
