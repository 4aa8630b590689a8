// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/http/http_cache.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

enum { SHARDS = 16, CHAINS = 256, OVERHEAD = 2048 };

struct kept {
    struct kept *next;            /* in the chain */
    struct kept *younger;         /* in the order of coming */
    uint64_t hash, generation;
    struct MHD_Response *answer;
    struct cached what;
    unsigned variant;
    size_t uri_n;
    char uri[];
};

struct shard {
    _Alignas(64) pthread_mutex_t mutex;
    struct kept *chains[CHAINS];
    struct kept *oldest, *youngest;
    size_t bytes;
};

struct cache {
    unsigned char secret[crypto_shorthash_KEYBYTES];
    size_t shard_max;
    struct shard shards[SHARDS];
};

struct cache *cache_open(size_t bytes_max)
{
    struct cache *c = aligned_alloc(64, sizeof *c);
    if (!c)
        die("out of memory (cache)");
    memset(c, 0, sizeof *c);
    randombytes_buf(c->secret, sizeof c->secret);
    c->shard_max = bytes_max / SHARDS;
    for (int i = 0; i < SHARDS; i++)
        pthread_mutex_init(&c->shards[i].mutex, NULL);
    return c;
}

static size_t weight(const struct kept *k)
{
    return sizeof *k + k->uri_n + k->what.bytes + OVERHEAD;
}

/* Forgets the oldest; with the lock held. */
static void drop_oldest(struct shard *s)
{
    struct kept *k = s->oldest;
    if (!k)
        return;
    struct kept **at = &s->chains[k->hash / SHARDS % CHAINS];
    while (*at != k)
        at = &(*at)->next;
    *at = k->next;
    s->oldest = k->younger;
    if (!s->oldest)
        s->youngest = NULL;
    s->bytes -= weight(k);
    MHD_destroy_response(k->answer);
    free(k);
}

void cache_close(struct cache *c)
{
    for (int i = 0; i < SHARDS; i++) {
        while (c->shards[i].oldest)
            drop_oldest(&c->shards[i]);
        pthread_mutex_destroy(&c->shards[i].mutex);
    }
    free(c);
}

static uint64_t hash_of(const struct cache *c, struct cache_key key)
{
    uint64_t h;
    crypto_shorthash((unsigned char *)&h, (const unsigned char *)key.uri.p, key.uri.n, c->secret);
    return h + key.variant * UINT64_C(0x9e3779b97f4a7c15);
}

static struct kept *find(struct shard *s, struct cache_key key, uint64_t hash)
{
    struct kept *k = s->chains[hash / SHARDS % CHAINS];
    while (k && !(k->hash == hash && k->variant == key.variant && k->uri_n == key.uri.n && !memcmp(k->uri, key.uri.p, k->uri_n)))
        k = k->next;
    return k;
}

bool cache_answer(struct cache *c, struct cache_key key, uint64_t generation, struct MHD_Connection *to, struct cached *ret_what)
{
    uint64_t hash = hash_of(c, key);
    struct shard *s = &c->shards[hash % SHARDS];
    pthread_mutex_lock(&s->mutex);
    struct kept *k = find(s, key, hash);
    bool ok = k && k->generation == generation && MHD_queue_response(to, MHD_HTTP_OK, k->answer) == MHD_YES;
    if (ok)
        *ret_what = k->what;
    pthread_mutex_unlock(&s->mutex);
    return ok;
}

void cache_put(struct cache *c, struct cache_key key, uint64_t generation, struct MHD_Response *answer, struct cached what)
{
    uint64_t hash = hash_of(c, key);
    struct shard *s = &c->shards[hash % SHARDS];
    pthread_mutex_lock(&s->mutex);
    struct kept *k = find(s, key, hash);
    if (k) {
        MHD_destroy_response(k->answer);
        s->bytes -= weight(k);
    } else {
        k = calloc(1, sizeof *k + key.uri.n);
        if (!k)
            die("out of memory (cache)");
        struct kept **chain = &s->chains[hash / SHARDS % CHAINS];
        *k = (struct kept){.next = *chain, .hash = hash, .variant = key.variant, .uri_n = key.uri.n};
        memcpy(k->uri, key.uri.p, key.uri.n);
        *chain = k;
        *(s->youngest ? &s->youngest->younger : &s->oldest) = k;
        s->youngest = k;
    }
    k->generation = generation;
    k->answer = answer;
    k->what = what;
    s->bytes += weight(k);
    while (s->bytes > c->shard_max)
        drop_oldest(s);
    pthread_mutex_unlock(&s->mutex);
}
