// SPDX-License-Identifier: AGPL-3.0-or-later
/* Readers: the pool, snapshots, rows. */
#include <string.h>

#include "platform/store/store_inner.h"

/* How long a snapshot may serve while this program commits nothing: another
 * process (the command line) may have. */
enum { SNAPSHOT_US = 5000, POOL_WAIT_MS = 5000 };

struct rows {
    struct rd *rd;
    struct cursor *cur; /* NULL: failed */
    struct rows *next;
    struct rows **back; /* what points here in rd->used */
    struct err why;
};

/* ---- the pool ---- */

static struct slot *pool_take(struct store *s, struct err *e)
{
    struct timespec deadline = {0};
    struct slot *slot = NULL;
    pthread_mutex_lock(&s->pool_lock);
    while (!s->idle_n) {
        if (!deadline.tv_sec)
            deadline = deadline_in(POOL_WAIT_MS);
        if (pthread_cond_timedwait(&s->pool_filled, &s->pool_lock, &deadline))
            break;
    }
    if (s->idle_n)
        slot = s->idle[--s->idle_n];
    else
        err_set(e, ERR_BUSY, "err.busy", "no reader came free in %d ms", POOL_WAIT_MS);
    pthread_mutex_unlock(&s->pool_lock);
    return slot;
}

static void pool_give(struct store *s, struct slot *slot)
{
    pthread_mutex_lock(&s->pool_lock);
    s->idle[s->idle_n++] = slot;
    pthread_cond_signal(&s->pool_filled);
    pthread_mutex_unlock(&s->pool_lock);
}

static void slot_rest(struct store *s, struct slot *slot)
{
    if (slot->open)
        s->d->ops->rollback(s->d, slot->c);
    slot->open = false;
}

void pool_rest(struct store *s)
{
    pthread_mutex_lock(&s->pool_lock);
    for (size_t i = 0; i < s->idle_n; i++)
        slot_rest(s, s->idle[i]);
    pthread_mutex_unlock(&s->pool_lock);
}

static void read_end(void *rd)
{
    store_read_end(rd);
}

bool store_read(struct store *s, struct arena *a, struct rd **ret_rd, struct err *e)
{
    struct slot *slot = pool_take(s, e);
    if (!slot)
        return false;
    if (!slot->c && !s->d->ops->connect(s->d, CONN_READ, &slot->c, e)) {
        pool_give(s, slot);
        return false;
    }
    struct rd *rd = arena_new(a, struct rd);
    *rd = (struct rd){.s = s, .c = slot->c, .slot = slot, .a = a};
    if (slot->open && (slot->generation != store_generation(s) || monotonic_us() - slot->since_us > SNAPSHOT_US ||
                       !s->d->ops->live(s->d, slot->c)))
        slot_rest(s, slot);
    arena_defer(a, read_end, rd);
    *ret_rd = rd;
    return true;
}

void rd_finish_rows(struct rd *rd)
{
    for (struct rows *r = rd->used; r; r = r->next)
        if (r->cur)
            rd->s->d->ops->finish(rd->s->d, r->cur);
    rd->used = NULL;
}

void store_read_end(struct rd *rd)
{
    if (!rd->c)
        return;
    rd_finish_rows(rd);
    rd->c = NULL;
    pool_give(rd->s, rd->slot);
}

/* The generation is read before the snapshot: at worst the snapshot is newer
 * than it says, and is given up one use too early. */
static bool rd_begin(struct rd *rd, struct err *e)
{
    struct slot *slot = rd->slot;
    if (!rd->c)
        die("a snapshot is used after store_read_end");
    if (!slot || slot->open)
        return true;
    slot->generation = store_generation(rd->s);
    slot->since_us = monotonic_us();
    slot->open = rd->s->d->ops->begin(rd->s->d, rd->c, e);
    return slot->open;
}

/* ---- rows ---- */

bool store_rows(struct rd *rd, struct sql sql, struct vals v, struct rows **ret_rows, struct err *e)
{
    struct cursor *cur;
    if (!rd_begin(rd, e) || !rd->s->d->ops->query(rd->s->d, rd->c, sql, v, &cur, e)) {
        if (rd->tx)
            tx_failed(rd->tx, e);
        return false;
    }
    struct rows *r = rd->spare;
    if (r)
        rd->spare = r->next;
    else
        r = arena_new(rd->a, struct rows);
    r->rd = rd;
    r->cur = cur;
    r->next = rd->used;
    r->back = &rd->used;
    if (r->next)
        r->next->back = &r->next;
    rd->used = r;
    *ret_rows = r;
    return true;
}

bool rows_next(struct rows *r)
{
    struct driver *d = r->rd->s->d;
    bool row = false;
    if (!r->cur || d->ops->step(d, r->cur, &row, &r->why))
        return row;
    d->ops->finish(d, r->cur);
    r->cur = NULL;
    return false;
}

bool rows_end(struct rows *r, struct err *e)
{
    struct rd *rd = r->rd;
    bool ok = r->cur != NULL;
    *r->back = r->next;
    if (r->next)
        r->next->back = r->back;
    if (ok)
        rd->s->d->ops->finish(rd->s->d, r->cur);
    else
        *e = r->why;
    r->cur = NULL;
    r->next = rd->spare;
    rd->spare = r;
    return ok || (rd->tx && tx_failed(rd->tx, e));
}

int64_t rows_int(struct rows *r, int column)
{
    return r->rd->s->d->ops->column_int(r->cur, column);
}

bool rows_null(struct rows *r, int column)
{
    return r->rd->s->d->ops->column_null(r->cur, column);
}

struct str rows_peek(struct rows *r, int column)
{
    return r->rd->s->d->ops->column_str(r->cur, column);
}

struct str rows_text(struct rows *r, struct arena *a, int column)
{
    return str_copy(a, rows_peek(r, column));
}

struct day rows_day(struct rows *r, int column)
{
    return rows_null(r, column) ? DAY_NONE : (struct day){(int32_t)rows_int(r, column)};
}

struct instant rows_instant(struct rows *r, int column)
{
    return (struct instant){rows_int(r, column)};
}

bool store_one_int(struct rd *rd, struct sql sql, struct vals v, int64_t *ret_n, struct err *e)
{
    struct rows *r = NULL;
    int64_t n = 0;
    if (!store_rows(rd, sql, v, &r, e))
        return false;
    bool found = rows_next(r);
    if (found)
        n = rows_int(r, 0);
    if (!rows_end(r, e))
        return false;
    if (!found)
        return FAIL(e, ERR_NOT_FOUND, "err.not_found", NULL);
    *ret_n = n;
    return true;
}

bool store_try(struct rd *rd, struct sql sql, struct err *e)
{
    return rd_begin(rd, e) && rd->s->d->ops->attempt(rd->s->d, rd->c, sql, e);
}

/* ---- full text ---- */

enum { HITS_MAX = 100 };

bool store_text_find(struct rd *rd, struct arena *a, const char *index, struct str folded_query, bool prefix,
                     size_t limit, struct text_hit **ret_hits, size_t *ret_n, struct err *e)
{
    struct text_query q = {index, folded_query, prefix, limit < HITS_MAX ? limit : HITS_MAX};
    struct text_hit *hits = arena_array(a, struct text_hit, q.limit + 1);
    size_t n = 0;
    if (!rd_begin(rd, e) || !rd->s->d->ops->text_find(rd->s->d, rd->c, &q, hits, &n, e))
        return rd->tx ? tx_failed(rd->tx, e) : false;
    *ret_hits = hits;
    *ret_n = n;
    return true;
}

bool store_answers(struct rd *rd, struct err *e)
{
    int64_t one;
    return store_one_int(rd, SQL("SELECT 1"), NO_VALS, &one, e);
}
