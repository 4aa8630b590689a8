// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/http/http_rate.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

enum { LOCKS = 16 };

struct bucket {
    uint64_t key; /* 0: free */
    double tokens;
    int64_t at_us;
};

struct rates {
    unsigned char secret[crypto_shorthash_KEYBYTES];
    pthread_mutex_t locks[LOCKS];
    struct bucket buckets[RATE_SETS][RATE_WAYS];
};

struct rates *rates_open(void)
{
    struct rates *r = calloc(1, sizeof *r);
    if (!r)
        die("out of memory (rates)");
    randombytes_buf(r->secret, sizeof r->secret);
    for (int i = 0; i < LOCKS; i++)
        pthread_mutex_init(&r->locks[i], NULL);
    return r;
}

void rates_close(struct rates *r)
{
    for (int i = 0; i < LOCKS; i++)
        pthread_mutex_destroy(&r->locks[i]);
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
