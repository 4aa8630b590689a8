// SPDX-License-Identifier: AGPL-3.0-or-later
/* A driver for tests: the n-th call that can fail fails, once, and does not
 * reach the database. A flow run with n = 1, 2, 3 … meets every failure. */
#include <stdatomic.h>
#include <stdlib.h>

#include "platform/store/driver.h"

struct fault_driver {
    struct driver base;
    struct driver_ops ops;
    struct driver *inner;
    int64_t fail_at;
    atomic_int_fast64_t calls;
};

static struct driver *inner_of(struct driver *d)
{
    return ((struct fault_driver *)d)->inner;
}

static bool fails(struct driver *d, struct err *e)
{
    struct fault_driver *f = (struct fault_driver *)d;
    int64_t n = atomic_fetch_add(&f->calls, 1) + 1;
    if (n != f->fail_at)
        return false;
    err_set(e, ERR_STORE, "err.store.write", "made to fail at call %lld", (long long)n);
    return true;
}

/* A call that can fail, passed on. */
#define PASS(name, ...) (!fails(d, e) && inner_of(d)->ops->name(inner_of(d), __VA_ARGS__))

static void close_driver(struct driver *d)
{
    inner_of(d)->ops->close(inner_of(d));
    free(d);
}

static bool connect(struct driver *d, enum conn_use use, struct conn **ret_conn, struct err *e)
{
    if (use == CONN_UPKEEP) /* by its own clock: would make n mean another call each time */
        return inner_of(d)->ops->connect(inner_of(d), use, ret_conn, e);
    return PASS(connect, use, ret_conn, e);
}

static void disconnect(struct driver *d, struct conn *c)
{
    inner_of(d)->ops->disconnect(inner_of(d), c);
}

static bool begin(struct driver *d, struct conn *c, struct err *e)
{
    return PASS(begin, c, e);
}

static bool commit(struct driver *d, struct conn *c, struct err *e)
{
    if (PASS(commit, c, e))
        return true;
    inner_of(d)->ops->rollback(inner_of(d), c);
    return false;
}

static void rollback(struct driver *d, struct conn *c)
{
    inner_of(d)->ops->rollback(inner_of(d), c);
}

static bool live(struct driver *d, struct conn *c)
{
    return inner_of(d)->ops->live(inner_of(d), c);
}

static bool savepoint(struct driver *d, struct conn *c, struct err *e)
{
    return PASS(savepoint, c, e);
}

static bool release(struct driver *d, struct conn *c, struct err *e)
{
    return PASS(release, c, e);
}

static bool rollback_to(struct driver *d, struct conn *c, struct err *e)
{
    return PASS(rollback_to, c, e);
}

static bool query(struct driver *d, struct conn *c, struct sql sql, struct vals v, struct cursor **ret_cursor,
                  struct err *e)
{
    return PASS(query, c, sql, v, ret_cursor, e);
}

static bool step(struct driver *d, struct cursor *cur, bool *ret_row, struct err *e)
{
    return PASS(step, cur, ret_row, e);
}

static void finish(struct driver *d, struct cursor *cur)
{
    inner_of(d)->ops->finish(inner_of(d), cur);
}

static bool exec(struct driver *d, struct conn *c, struct sql sql, struct vals v, int64_t *ret_changed, struct err *e)
{
    return PASS(exec, c, sql, v, ret_changed, e);
}

static bool script(struct driver *d, struct conn *c, struct str sql, struct err *e)
{
    return PASS(script, c, sql, e);
}

static bool attempt(struct driver *d, struct conn *c, struct sql sql, struct err *e)
{
    return PASS(attempt, c, sql, e);
}

static bool text_put(struct driver *d, struct conn *c, const char *index, int64_t id, struct str folded, struct err *e)
{
    return PASS(text_put, c, index, id, folded, e);
}

static bool text_drop(struct driver *d, struct conn *c, const char *index, int64_t id, struct str folded, struct err *e)
{
    return PASS(text_drop, c, index, id, folded, e);
}

static bool text_find(struct driver *d, struct conn *c, const struct text_query *q, struct text_hit *hits,
                      size_t *ret_n, struct err *e)
{
    return PASS(text_find, c, q, hits, ret_n, e);
}

static bool check(struct driver *d, struct conn *c, struct strbuf *report, bool *ret_sound, struct err *e)
{
    return PASS(check, c, report, ret_sound, e);
}

static bool backup(struct driver *d, struct conn *c, const char *path, struct err *e)
{
    return PASS(backup, c, path, e);
}

static int64_t backlog(struct driver *d, struct conn *c)
{
    return inner_of(d)->ops->backlog(inner_of(d), c);
}

/* Never fails, for the same reason. */
static bool settle(struct driver *d, struct conn *c, int64_t *ret_pages, struct err *e)
{
    return inner_of(d)->ops->settle(inner_of(d), c, ret_pages, e);
}

static bool scrub(struct driver *d, struct conn *c, enum scrubbed *ret, struct err *e)
{
    return PASS(scrub, c, ret, e);
}

static bool tables(struct driver *d, struct conn *c, struct arena *a, struct table_shape **ret, size_t *ret_n, struct err *e)
{
    return PASS(tables, c, a, ret, ret_n, e);
}

static bool load_begin(struct driver *d, struct conn *c, const struct table_shape *t, struct err *e)
{
    return PASS(load_begin, c, t, e);
}

static bool load_row(struct driver *d, struct conn *c, const struct val *v, struct err *e)
{
    return PASS(load_row, c, v, e);
}

static bool load_end(struct driver *d, struct conn *c, struct err *e)
{
    return PASS(load_end, c, e);
}

static bool watch(struct driver *d, struct conn *c, int ms, bool *ret_changed, struct err *e)
{
    return inner_of(d)->ops->watch(inner_of(d), c, ms, ret_changed, e);
}

static const struct driver_ops fault_ops = {
    .close = close_driver, .connect = connect, .disconnect = disconnect,
    .begin = begin, .commit = commit, .rollback = rollback, .live = live,
    .savepoint = savepoint, .release = release, .rollback_to = rollback_to,
    .query = query, .step = step, .finish = finish,
    .exec = exec, .script = script, .attempt = attempt,
    .text_put = text_put, .text_drop = text_drop, .text_find = text_find,
    .check = check, .backup = backup, .backlog = backlog, .settle = settle, .scrub = scrub,
    .tables = tables, .load_begin = load_begin, .load_row = load_row, .load_end = load_end,
};

struct driver *fault_driver_wrap(struct driver *inner, int64_t fail_at)
{
    struct fault_driver *f = calloc(1, sizeof *f);
    if (!f)
        die("out of memory");
    f->ops = fault_ops;
    f->ops.column_int = inner->ops->column_int; /* cannot fail: straight through */
    f->ops.column_null = inner->ops->column_null;
    f->ops.column_str = inner->ops->column_str;
    f->ops.watch = inner->ops->watch ? watch : NULL;
    f->base.ops = &f->ops;
    f->inner = inner;
    f->fail_at = fail_at;
    return &f->base;
}
