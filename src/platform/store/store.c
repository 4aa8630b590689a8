// SPDX-License-Identifier: AGPL-3.0-or-later
/* Opening, closing, schema, upkeep by hand. */
#include "platform/store/store.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "platform/store/store_inner.h"

enum { READERS_DEFAULT = 8 };

int64_t monotonic_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct timespec deadline_in(int64_t ms)
{
    int64_t us = monotonic_us() + ms * 1000;
    return (struct timespec){us / 1000000, us % 1000000 * 1000};
}

static void cond_init(pthread_cond_t *c)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(c, &attr);
    pthread_condattr_destroy(&attr);
}

static bool open_driver(const struct store_options *o, struct driver **ret_driver, struct err *e)
{
    static const char file[] = "sqlite:";
    struct str url = str_of(o->url);
    if (str_starts(url, STR("postgresql://")) || str_starts(url, STR("postgres://"))) {
        if (!postgres_driver_open(o->url, o, ret_driver, e))
            return false;
    } else if (!str_starts(url, STR("sqlite:"))) {
        return FAIL(e, ERR_STORE, "err.store.open", "a database's address begins with sqlite: or postgresql://");
    } else if (!sqlite_driver_open(o->url + sizeof file - 1, o, ret_driver, e)) {
        return false;
    }
    if (o->fail_at)
        *ret_driver = fault_driver_wrap(*ret_driver, o->fail_at);
    return true;
}

/* One now, so that what cannot be opened says so; the others when they are wanted. */
static bool open_readers(struct store *s, size_t n, struct err *e)
{
    for (s->slots_n = n, s->idle_n = 0; s->idle_n < n; s->idle_n++)
        s->idle[s->idle_n] = &s->slots[n - 1 - s->idle_n];
    return s->d->ops->connect(s->d, CONN_READ, &s->slots[0].c, e);
}

static bool base_schema(struct tx *tx, void *arg, struct err *e)
{
    static const char sql[] =
        "CREATE TABLE IF NOT EXISTS store_migrations (name TEXT NOT NULL PRIMARY KEY, place INTEGER NOT NULL);"
        "CREATE TABLE IF NOT EXISTS store_counters (office_id INTEGER NOT NULL, counter TEXT NOT NULL,"
        " n INTEGER NOT NULL, PRIMARY KEY (office_id, counter));";
    (void)arg;
    struct store *s = tx->rd.s;
    return s->d->ops->script(s->d, tx->rd.c, (struct str){sql, sizeof sql - 1}, e) || tx_failed(tx, e);
}

static bool start(struct store *s, const struct store_options *o, struct err *e)
{
    int n = o->readers > 0 ? o->readers : READERS_DEFAULT;
    if (!open_driver(o, &s->d, e))
        return false;
    if (!s->read_only && (!writer_start(s, e) || !store_run(s, base_schema, NULL, e)))
        return false;
    return open_readers(s, n < READERS_MAX ? (size_t)n : READERS_MAX, e) && upkeep_start(s, e);
}

bool store_open(const struct store_options *o, struct store **ret_store, struct err *e)
{
    struct store *s = calloc(1, sizeof *s);
    if (!s)
        die("out of memory");
    s->read_only = o->read_only;
    s->last = &s->first;
    atomic_init(&s->generation, 1);
    atomic_init(&s->log_due, LOG_PAGES);
    pthread_mutex_init(&s->pool_lock, NULL);
    pthread_mutex_init(&s->queue_lock, NULL);
    pthread_mutex_init(&s->upkeep_lock, NULL);
    pthread_mutex_init(&s->scrub_lock, NULL);
    sem_init(&s->scrub_done, 0, 0);
    cond_init(&s->pool_filled);
    cond_init(&s->queue_filled);
    cond_init(&s->upkeep_due);
    if (!start(s, o, e)) {
        e->code = ERR_STORE;
        e->msg = "err.store.open";
        store_close(s);
        return false;
    }
    *ret_store = s;
    return true;
}

static void close_readers(struct store *s)
{
    struct timespec deadline = deadline_in(5000);
    pthread_mutex_lock(&s->pool_lock);
    while (s->idle_n < s->slots_n)
        if (pthread_cond_timedwait(&s->pool_filled, &s->pool_lock, &deadline))
            die("store_close: %zu readers have not given their snapshot back", s->slots_n - s->idle_n);
    pthread_mutex_unlock(&s->pool_lock);
    pool_rest(s);
    for (size_t i = 0; i < s->slots_n; i++)
        if (s->slots[i].c)
            s->d->ops->disconnect(s->d, s->slots[i].c);
}

void store_close(struct store *s)
{
    upkeep_stop(s);
    close_readers(s);
    writer_stop(s);
    if (s->d)
        s->d->ops->close(s->d);
    pthread_mutex_destroy(&s->pool_lock);
    pthread_mutex_destroy(&s->queue_lock);
    pthread_mutex_destroy(&s->upkeep_lock);
    pthread_mutex_destroy(&s->scrub_lock);
    sem_destroy(&s->scrub_done);
    pthread_cond_destroy(&s->pool_filled);
    pthread_cond_destroy(&s->queue_filled);
    pthread_cond_destroy(&s->upkeep_due);
    free(s);
}

uint64_t store_generation(const struct store *s)
{
    return atomic_load_explicit(&s->generation, memory_order_acquire);
}

/* ---- schema ---- */

struct plan {
    const struct migration *list;
    size_t n;
    size_t at; /* the one to apply */
};

static bool is_listed(const struct plan *p, struct str name)
{
    for (size_t i = 0; i < p->n; i++)
        if (str_is(name, p->list[i].name))
            return true;
    return false;
}

/* The database may not know more than the program does. */
static bool refuse_newer(struct tx *tx, void *arg, struct err *e)
{
    struct rows *r;
    bool newer = false;
    char name[80] = "";
    if (!store_rows(tx_rd(tx), SQL("SELECT name FROM store_migrations ORDER BY place"), NO_VALS, &r, e))
        return false;
    while (!newer && rows_next(r)) {
        struct str s = rows_peek(r, 0);
        newer = !is_listed(arg, s);
        memcpy(name, s.p, s.n < sizeof name ? s.n : sizeof name - 1);
    }
    if (!rows_end(r, e))
        return false;
    return !newer || FAIL(e, ERR_STORE, "err.store.newer", "the database holds %s, which this program does not know", name);
}

static bool apply_one(struct tx *tx, void *arg, struct err *e)
{
    const struct plan *p = arg;
    const struct migration *m = &p->list[p->at];
    struct store *s = tx->rd.s;
    int64_t found;
    if (!store_one_int(tx_rd(tx), SQL("SELECT count(*) FROM store_migrations WHERE name = $1"), VALS(V(m->name)),
                       &found, e))
        return false;
    if (found)
        return true;
    if (!s->d->ops->script(s->d, tx->rd.c, (struct str){m->sql, m->n}, e)) {
        char why[sizeof e->detail];
        memcpy(why, e->detail, sizeof why);
        err_set(e, ERR_STORE, e->msg, "%s: %.150s", m->name, why);
        return tx_failed(tx, e);
    }
    tx->changed = true;
    return store_exec(tx, SQL("INSERT INTO store_migrations (name, place)"
                              " SELECT $1, coalesce(max(place), 0) + 1 FROM store_migrations"),
                      VALS(V(m->name)), NULL, e);
}

bool store_migrate(struct store *s, const struct migration *list, size_t n, struct err *e)
{
    struct plan p = {list, n, 0};
    if (!store_run(s, refuse_newer, &p, e))
        return false;
    for (; p.at < n; p.at++)
        if (!store_run(s, apply_one, &p, e))
            return false;
    return true;
}

bool store_next(struct tx *tx, int64_t office_id, const char *counter, int64_t *ret_n, struct err *e)
{
    return store_exec(tx, SQL("INSERT INTO store_counters (office_id, counter, n) VALUES ($1, $2, 1)"
                              " ON CONFLICT (office_id, counter) DO UPDATE SET n = store_counters.n + 1"),
                      VALS(V(office_id), V(counter)), NULL, e) &&
           store_one_int(tx_rd(tx), SQL("SELECT n FROM store_counters WHERE office_id = $1 AND counter = $2"),
                         VALS(V(office_id), V(counter)), ret_n, e);
}

bool store_used(struct rd *rd, bool *ret, struct err *e)
{
    int64_t n = 0;
    bool good = store_one_int(rd, SQL("SELECT count(*) FROM store_counters"), NO_VALS, &n, e);
    *ret = n > 0;
    return good;
}

/* ---- upkeep by hand: on a connection of its own, so that nobody waits ---- */

bool store_check(struct store *s, struct strbuf *report, bool *ret_sound, struct err *e)
{
    struct conn *c;
    if (!s->d->ops->connect(s->d, CONN_UPKEEP, &c, e))
        return false;
    bool ok = s->d->ops->check(s->d, c, report, ret_sound, e);
    s->d->ops->disconnect(s->d, c);
    return ok;
}

bool store_backup(struct store *s, const char *path, struct err *e)
{
    struct conn *c;
    if (!s->d->ops->connect(s->d, CONN_UPKEEP, &c, e))
        return false;
    bool ok = s->d->ops->backup(s->d, c, path, e);
    s->d->ops->disconnect(s->d, c);
    return ok;
}
