// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/http/http_rate.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

enum { LOCKS = 16, WRONG_ROOM = 512, WRONG_FREE = 4, WRONG_KIND = 255 };
#define SECOND_US INT64_C(1000000)

struct bucket {
    uint64_t key; /* 0: free */
    double tokens;
    int64_t at_us;
};

struct wrong {
    uint64_t key;
    int n;
    int64_t last_us, until_us;
};

struct rates {
    unsigned char secret[crypto_shorthash_KEYBYTES];
    pthread_mutex_t locks[LOCKS];
    struct bucket buckets[RATE_SETS][RATE_WAYS];
    pthread_mutex_t wrong_lock;
    struct wrong wrong[WRONG_ROOM];
};

struct rates *rates_open(void)
{
    struct rates *r = calloc(1, sizeof *r);
    if (!r)
        die("out of memory (rates)");
    randombytes_buf(r->secret, sizeof r->secret);
    for (int i = 0; i < LOCKS; i++)
        pthread_mutex_init(&r->locks[i], NULL);
    pthread_mutex_init(&r->wrong_lock, NULL);
    return r;
}

void rates_close(struct rates *r)
{
    for (int i = 0; i < LOCKS; i++)
        pthread_mutex_destroy(&r->locks[i]);
    pthread_mutex_destroy(&r->wrong_lock);
    free(r);
}

static uint64_t key_of(const struct rates *r, struct str address, int kind)
{
    unsigned char bytes[17] = {0};
    uint64_t key;
    char z[INET6_ADDRSTRLEN] = "";
    if (address.n < sizeof z)
        memcpy(z, address.p, address.n);
    if (inet_pton(AF_INET6, z, bytes) == 1)
        memset(bytes + 8, 0, 8);
    else if (inet_pton(AF_INET, z, bytes) != 1)
        memcpy(bytes, z, 16);
    bytes[16] = (unsigned char)kind;
    crypto_shorthash((unsigned char *)&key, bytes, sizeof bytes, r->secret);
    return key ? key : 1;
}

static struct bucket *bucket_of(struct bucket *set, uint64_t key, int per_minute, int64_t now_us)
{
    struct bucket *oldest = set;
    for (int i = 0; i < RATE_WAYS; i++) {
        if (set[i].key == key)
            return &set[i];
        if (!set[i].key || (oldest->key && set[i].at_us < oldest->at_us))
            oldest = &set[i];
    }
    *oldest = (struct bucket){key, per_minute, now_us};
    return oldest;
}

bool rate_take(struct rates *r, struct str address, int kind, int per_minute, int64_t now_us, int *ret_wait_s)
{
    uint64_t key = key_of(r, address, kind);
    size_t set = key % RATE_SETS;
    double per_us = per_minute / 60e6;
    pthread_mutex_lock(&r->locks[set % LOCKS]);
    struct bucket *b = bucket_of(r->buckets[set], key, per_minute, now_us);
    if (now_us > b->at_us) {
        b->tokens += (double)(now_us - b->at_us) * per_us;
        b->at_us = now_us;
    }
    if (b->tokens > per_minute)
        b->tokens = per_minute;
    bool ok = b->tokens >= 1;
    if (ok)
        b->tokens -= 1;
    else
        *ret_wait_s = 1 + (int)((1 - b->tokens) / per_us / 1e6);
    pthread_mutex_unlock(&r->locks[set % LOCKS]);
    return ok;
}

/* ---- guessing ---- */

/* The entry of the address; NULL when it has none and none is to be made. The one whose last try is longest ago
 * makes room. */
static struct wrong *wrong_of(struct rates *r, uint64_t key, bool make)
{
    struct wrong *oldest = r->wrong;
    for (int i = 0; i < WRONG_ROOM; i++) {
        if (r->wrong[i].key == key)
            return &r->wrong[i];
        if (r->wrong[i].last_us < oldest->last_us)
            oldest = &r->wrong[i];
    }
    if (make)
        *oldest = (struct wrong){.key = key};
    return make ? oldest : NULL;
}

void rate_wrong(struct rates *r, struct str address, int64_t now_us)
{
    pthread_mutex_lock(&r->wrong_lock);
    struct wrong *w = wrong_of(r, key_of(r, address, WRONG_KIND), true);
    if (now_us - w->last_us > 24 * 3600 * SECOND_US)
        w->n = 0;
    w->last_us = now_us;
    int over = ++w->n - WRONG_FREE;
    int64_t wait_s = over <= 0 ? 0 : over > 7 ? 3600 : INT64_C(30) << (over - 1);
    w->until_us = now_us + (wait_s < 3600 ? wait_s : 3600) * SECOND_US;
    pthread_mutex_unlock(&r->wrong_lock);
}

int rate_wrong_wait(struct rates *r, struct str address, int64_t now_us)
{
    pthread_mutex_lock(&r->wrong_lock);
    const struct wrong *w = wrong_of(r, key_of(r, address, WRONG_KIND), false);
    int64_t left = w && w->until_us > now_us ? w->until_us - now_us : 0;
    pthread_mutex_unlock(&r->wrong_lock);
    return (int)((left + SECOND_US - 1) / SECOND_US);
}
