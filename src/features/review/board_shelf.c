// SPDX-License-Identifier: AGPL-3.0-or-later
/* Boards kept ready: a page reads one, a tick in the background counts those anew that changed. */
#include <pthread.h>

#include "features/review/board.h"

enum { SHELF_ROOM = 12, SHELF_OLD_MS = 10 * 60 * 1000 };

/* A board with its memory: lives until the last who looks at it is done. */
struct kept {
    struct arena arena;
    struct board board;
    int refs;
    struct board_shelf *shelf;
};
struct place {
    struct kept *kept;
    struct instant asked;
};
struct board_shelf {
    pthread_mutex_t lock;
    struct place places[SHELF_ROOM];
};

struct board_shelf *board_shelf_open(struct arena *a)
{
    struct board_shelf *s = arena_new(a, struct board_shelf);
    *s = (struct board_shelf){.places = {{NULL, {0}}}};
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

/* Under the lock. */
static void drop(struct kept *k)
{
    if (k && --k->refs == 0) {
        struct arena a = k->arena;
        arena_done(&a);
    }
}

void board_shelf_close(struct board_shelf *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < SHELF_ROOM; i++)
        drop(s->places[i].kept);
    pthread_mutex_destroy(&s->lock);
}

static void release(void *kept)
{
    struct board_shelf *s = ((struct kept *)kept)->shelf;
    pthread_mutex_lock(&s->lock);
    drop(kept);
    pthread_mutex_unlock(&s->lock);
}

static bool same_range(const struct kept *k, const struct board_question *q)
{
    return k && k->board.from.n == q->from.n && k->board.to.n == q->to.n;
}

/* As on the day of the look, and not long ago, or nothing was written since. */
static bool is_fresh(const struct kept *k, const struct case_look *l, const struct board_question *q)
{
    struct day day = q->to.n < l->world->today.n ? q->to : l->world->today;
    int64_t age = q->now.ms - k->board.at.ms;
    return k->board.day.n == day.n && (k->board.generation == store_generation(q->store) || (age >= 0 && age < SHELF_OLD_MS));
}

static struct kept *take(struct board_shelf *s, const struct case_look *l, const struct board_question *q)
{
    struct kept *found = NULL;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < SHELF_ROOM && !found; i++) {
        struct place *p = &s->places[i];
        if (!same_range(p->kept, q) || !is_fresh(p->kept, l, q))
            continue;
        found = p->kept;
        found->refs++;
        p->asked = q->now;
    }
    pthread_mutex_unlock(&s->lock);
    return found;
}

/* In the place of the same range, else of that asked for the longest ago. */
static void put(struct board_shelf *s, struct kept *k, const struct board_question *q, bool asked)
{
    size_t at = 0;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < SHELF_ROOM; i++) {
        if (same_range(s->places[i].kept, q)) {
            at = i;
            break;
        }
        if (s->places[i].asked.ms < s->places[at].asked.ms)
            at = i;
    }
    drop(s->places[at].kept);
    s->places[at].kept = k;
    if (asked)
        s->places[at].asked = q->now;
    pthread_mutex_unlock(&s->lock);
}

/* refs: of the shelf alone. */
static bool count(struct board_shelf *s, const struct case_look *l, const struct board_question *q, struct kept **ret, struct err *e)
{
    struct arena a;
    arena_init(&a);
    struct kept *k = arena_new(&a, struct kept);
    k->shelf = s;
    k->refs = 1;
    const struct case_look own = {l->rd, &a, l->world, l->viewer};
    if (!board_count(&own, q, &k->board, e)) {
        arena_done(&a);
        return false;
    }
    k->arena = a;
    *ret = k;
    return true;
}

bool board_get(struct board_shelf *s, const struct case_look *l, const struct board_question *q, const struct board **ret,
               struct err *e)
{
    struct kept *k = take(s, l, q);
    if (!k) {
        if (!count(s, l, q, &k, e))
            return false;
        k->refs++; /* nobody else knows of it yet */
        put(s, k, q, true);
    }
    arena_defer(l->arena, release, k);
    *ret = &k->board;
    return true;
}

/* What is to be counted anew: ranges. */
static size_t stale(struct board_shelf *s, const struct board_question *q, struct day today, struct day (*ret)[2])
{
    size_t n = 0;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < SHELF_ROOM; i++) {
        const struct kept *k = s->places[i].kept;
        if (!k || q->now.ms - s->places[i].asked.ms >= SHELF_OLD_MS)
            continue;
        struct day day = k->board.to.n < today.n ? k->board.to : today;
        if (k->board.generation == store_generation(q->store) && k->board.day.n == day.n)
            continue;
        ret[n][0] = k->board.from;
        ret[n++][1] = k->board.to;
    }
    pthread_mutex_unlock(&s->lock);
    return n;
}

bool board_refresh(struct board_shelf *s, const struct case_look *l, const struct board_question *q, struct err *e)
{
    struct day ranges[SHELF_ROOM][2];
    size_t n = stale(s, q, l->world->today, ranges);
    struct board_question one = *q;
    for (size_t i = 0; i < n; i++) {
        struct kept *k;
        one.from = ranges[i][0];
        one.to = ranges[i][1];
        if (!count(s, l, &one, &k, e))
            return false;
        put(s, k, &one, false);
    }
    one = *q;
    struct kept *k = day_is_none(q->from) ? NULL : take(s, l, &one);
    if (k) {
        release(k);
        return true;
    }
    if (day_is_none(q->from) || !count(s, l, &one, &k, e))
        return day_is_none(q->from);
    put(s, k, &one, true);
    return true;
}
