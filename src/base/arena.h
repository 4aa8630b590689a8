// SPDX-License-Identifier: AGPL-3.0-or-later
/* Memory: one arena per request, passed as an argument; all of it goes at once.
 *
 * Not for use by two threads at a time. Under AddressSanitizer the space
 * between objects is poisoned; with -DARENA_MALLOC every object is a malloc of
 * its own, so that the tools see each overrun. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H
#include <stddef.h>

struct arena_block;
struct arena_deferred;
struct arena {
    struct arena_block *block;
    struct arena_deferred *deferred;
    char *at, *end;
    size_t used; /* bytes handed out since init or reset */
};

/* An arena with no memory yet: costs nothing until the first allocation. */
void arena_init(struct arena *a);

/* Runs the deferred functions (last first), then frees all memory. */
void arena_done(struct arena *a);

/* As arena_done, but keeps one block for the next use. */
void arena_reset(struct arena *a);

/* n zeroed bytes, aligned to 16; lives in the arena. Never NULL: aborts when
 * the system has no memory. Cost: a pointer bump. */
void *arena_alloc(struct arena *a, size_t n);

/* n bytes that are not zeroed. */
void *arena_alloc_raw(struct arena *a, size_t n);

/* A copy of n bytes, with a NUL behind them. */
char *arena_copy(struct arena *a, const void *p, size_t n);

/* A place to go back to, so that a loop over many rows needs the memory of one. */
struct arena_mark {
    struct arena_block *block;
    char *at;
    size_t used;
};
struct arena_mark arena_mark(const struct arena *a);
/* Frees all that was allocated since; nothing may have been deferred since. */
void arena_rewind(struct arena *a, struct arena_mark m);

/* Runs the deferred functions now; the memory stays. */
void arena_settle(struct arena *a);

/* fn(arg) runs at the next settle, done or reset. */
void arena_defer(struct arena *a, void (*fn)(void *), void *arg);

#define arena_new(a, T) ((T *)arena_alloc((a), sizeof(T)))
#define arena_array(a, T, n) ((T *)arena_alloc_many((a), sizeof(T), (n)))

/* n objects of `size` bytes, zeroed; aborts on overflow. */
void *arena_alloc_many(struct arena *a, size_t size, size_t n);
#endif
