// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#define REDZONE 16
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define REDZONE 0
#endif

struct arena_block {
    struct arena_block *next;
    size_t size;
    _Alignas(16) char bytes[];
};

struct arena_deferred {
    struct arena_deferred *next;
    void (*fn)(void *);
    void *arg;
};

enum { BLOCK = 16 * 1024, KEEP_AT_MOST = 256 * 1024 };

void arena_init(struct arena *a)
{
    *a = (struct arena){0};
}

void arena_settle(struct arena *a)
{
    while (a->deferred) {
        struct arena_deferred *d = a->deferred;
        a->deferred = d->next;
        d->fn(d->arg);
    }
}

static void free_blocks(struct arena_block *b)
{
    while (b) {
        struct arena_block *next = b->next;
        UNPOISON(b->bytes, b->size);
        free(b);
        b = next;
    }
}

void arena_done(struct arena *a)
{
    arena_settle(a);
    free_blocks(a->block);
    arena_init(a);
}

void arena_reset(struct arena *a)
{
    arena_settle(a);
    struct arena_block *keep = a->block;
    if (!keep || keep->size > KEEP_AT_MOST) {
        arena_done(a);
        return;
    }
    free_blocks(keep->next);
    keep->next = NULL;
    POISON(keep->bytes, keep->size);
    *a = (struct arena){.block = keep, .at = keep->bytes, .end = keep->bytes + keep->size};
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){a->block, a->at, a->used};
}

void arena_rewind(struct arena *a, struct arena_mark m)
{
    while (a->block != m.block) {
        struct arena_block *b = a->block;
        a->block = b->next;
        UNPOISON(b->bytes, b->size);
        free(b);
    }
    a->at = m.at;
    a->end = m.block ? m.block->bytes + m.block->size : NULL;
    a->used = m.used;
    if (m.block)
        POISON(a->at, (size_t)(a->end - a->at));
}

static void grow(struct arena *a, size_t n)
{
    size_t size = a->block ? a->block->size * 2 : BLOCK;
    if (size > 1024 * 1024)
        size = 1024 * 1024;
#ifdef ARENA_MALLOC
    size = n;
#endif
    if (size < n)
        size = n;
    struct arena_block *b = malloc(sizeof *b + size);
    if (!b)
        die("out of memory (%zu bytes)", size);
    b->next = a->block;
    b->size = size;
    POISON(b->bytes, size);
    a->block = b;
    a->at = b->bytes;
    a->end = b->bytes + size;
}

void *arena_alloc_raw(struct arena *a, size_t n)
{
    if (n > SIZE_MAX / 2)
        die("arena: %zu bytes asked", n);
    size_t room = ((n ? n : 1) + 15) / 16 * 16 + REDZONE;
    if ((size_t)(a->end - a->at) < room)
        grow(a, room);
    char *p = a->at;
    a->at += room;
    a->used += room;
    UNPOISON(p, n);
    return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
    return memset(arena_alloc_raw(a, n), 0, n);
}

void *arena_alloc_many(struct arena *a, size_t size, size_t n)
{
    if (size && n > SIZE_MAX / 2 / size)
        die("arena: %zu objects of %zu bytes asked", n, size);
    return arena_alloc(a, size * n);
}

char *arena_copy(struct arena *a, const void *p, size_t n)
{
    char *copy = arena_alloc_raw(a, n + 1);
    if (n)
        memcpy(copy, p, n);
    copy[n] = 0;
    return copy;
}

void arena_defer(struct arena *a, void (*fn)(void *), void *arg)
{
    struct arena_deferred *d = arena_new(a, struct arena_deferred);
    *d = (struct arena_deferred){a->deferred, fn, arg};
    a->deferred = d;
}
