// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/store/store_copy.h"

#include <sodium.h>
#include <string.h>

#include "platform/store/store_inner.h"

enum { BATCH_ROWS = 20000, HASH = 16 };

/* The order of rows does not matter: their digests are added up. */
struct table_sum {
    int64_t rows;
    unsigned __int128 digests;
};

struct copying {
    const struct store_copy *c;
    struct conn *from, *to;
    struct arena a;
    struct table_shape *tables;
    size_t tables_n;
    struct store_copied done;
};

static const char marks_schema[] = "CREATE TABLE IF NOT EXISTS store_copied (what TEXT NOT NULL PRIMARY KEY, n INTEGER NOT NULL)";

/* ---- marks ---- */

bool store_copy_marked(struct rd *rd, const char *what, int64_t *ret_n, struct err *e)
{
    return store_one_int(rd, SQL("SELECT coalesce(max(n), 0) FROM store_copied WHERE what = $1"), VALS(V(what)), ret_n, e);
}

bool store_copy_mark(struct tx *tx, const char *what, int64_t n, struct err *e)
{
    return store_exec(tx, SQL("INSERT INTO store_copied (what, n) VALUES ($1, $2) ON CONFLICT (what) DO UPDATE SET n = excluded.n"),
                      VALS(V(what), V(n)), NULL, e);
}

static bool make_marks(struct tx *tx, void *arg, struct err *e)
{
    struct driver *d = tx_rd(tx)->s->d;
    (void)arg;
    return d->ops->script(d, tx_rd(tx)->c, (struct str){marks_schema, sizeof marks_schema - 1}, e) || tx_failed(tx, e);
}

static bool drop_marks(struct tx *tx, void *arg, struct err *e)
{
    struct driver *d = tx_rd(tx)->s->d;
    (void)arg;
    return d->ops->script(d, tx_rd(tx)->c, STR("DROP TABLE IF EXISTS store_copied"), e) || tx_failed(tx, e);
}

bool store_copy_end(struct store *to, struct err *e)
{
    return store_run(to, drop_marks, NULL, e);
}

static bool mark(struct copying *x, const char *what, int64_t n, struct err *e)
{
    struct driver *d = x->c->to->d;
    int64_t changed;
    return d->ops->exec(d, x->to, SQL("INSERT INTO store_copied (what, n) VALUES ($1, $2)"
                                      " ON CONFLICT (what) DO UPDATE SET n = excluded.n"), VALS(V(what), V(n)), &changed, e);
}

static bool marked(struct copying *x, const char *what, int64_t *ret_n, struct err *e)
{
    struct driver *d = x->c->to->d;
    struct cursor *cur;
    bool row = false;
    if (!d->ops->query(d, x->to, SQL("SELECT n FROM store_copied WHERE what = $1"), VALS(V(what)), &cur, e))
        return false;
    bool ok = d->ops->step(d, cur, &row, e);
    *ret_n = ok && row ? d->ops->column_int(cur, 0) : 0;
    d->ops->finish(d, cur);
    return ok;
}

/* ---- rows ---- */

static bool is_ours(const struct table_shape *t)
{
    return strcmp(t->name, "store_migrations") != 0 && strcmp(t->name, "store_copied") != 0 && strcmp(t->name, "store_nodes") != 0;
}

/* "SELECT a, b FROM t ORDER BY key": lives as long as the copy, so that the drivers may know it by its address. */
static struct sql words_of(struct arena *a, const struct table_shape *t)
{
    struct strbuf b;
    strbuf_init(&b, a, 1 << 16);
    strbuf_z(&b, "SELECT ");
    for (size_t i = 0; i < t->columns_n; i++)
        strbuf_printf(&b, "%s\"%s\"", i ? ", " : "", t->columns[i].name);
    strbuf_printf(&b, " FROM \"%s\"", t->name);
    for (size_t i = 0; i < t->key_n; i++)
        strbuf_printf(&b, "%s\"%s\"", i ? ", " : " ORDER BY ", t->key[i]);
    return (struct sql){strbuf_text(&b).p};
}

static void read_row(struct driver *d, struct cursor *cur, const struct table_shape *t, struct val *v)
{
    for (size_t i = 0; i < t->columns_n; i++) {
        int column = (int)i;
        if (d->ops->column_null(cur, column))
            v[i] = val_null();
        else if (t->columns[i].type == VAL_INT)
            v[i] = val_int(d->ops->column_int(cur, column));
        else
            v[i] = (struct val){t->columns[i].type, 0, d->ops->column_str(cur, column)};
    }
}

static void add_row(struct table_sum *sum, const struct val *v, size_t n)
{
    crypto_generichash_state h;
    unsigned __int128 digest;
    crypto_generichash_init(&h, NULL, 0, HASH);
    for (size_t i = 0; i < n; i++) {
        int64_t head[2] = {(int64_t)v[i].type, v[i].type == VAL_INT ? v[i].i : (int64_t)v[i].s.n};
        crypto_generichash_update(&h, (const unsigned char *)head, sizeof head);
        if ((v[i].type == VAL_TEXT || v[i].type == VAL_BLOB) && v[i].s.n)
            crypto_generichash_update(&h, (const unsigned char *)v[i].s.p, v[i].s.n);
    }
    crypto_generichash_final(&h, (unsigned char *)&digest, HASH);
    sum->digests += digest;
    sum->rows++;
}

static bool end_batch(struct copying *x, const struct table_shape *t, int64_t n, struct err *e)
{
    struct driver *d = x->c->to->d;
    if (!d->ops->load_end(d, x->to, e) || !mark(x, t->name, n, e) || !d->ops->commit(d, x->to, e))
        return false;
    if (x->c->progress)
        x->c->progress(x->c->arg, t->name, n);
    return true;
}

/* From the row behind those that are there. */
static bool copy_rows(struct copying *x, const struct table_shape *t, struct cursor *cur, int64_t there, struct err *e)
{
    struct driver *from = x->c->from->d, *to = x->c->to->d;
    struct val *v = arena_array(&x->a, struct val, t->columns_n);
    bool row = true, ok = true, open = false;
    int64_t n = 0;
    while ((ok = from->ops->step(from, cur, &row, e)) && row) {
        if (n++ < there)
            continue;
        if (!open && !(ok = to->ops->begin(to, x->to, e) && to->ops->load_begin(to, x->to, t, e)))
            break;
        open = true;
        read_row(from, cur, t, v);
        if (!(ok = to->ops->load_row(to, x->to, v, e)))
            break;
        if (n % BATCH_ROWS == 0) {
            open = false;
            if (!(ok = end_batch(x, t, n, e)))
                break;
        }
    }
    return ok && (!open || end_batch(x, t, n, e));
}

static bool copy_table(struct copying *x, const struct table_shape *t, struct err *e)
{
    struct driver *from = x->c->from->d;
    struct cursor *cur;
    int64_t there = 0;
    if (!x->c->to->d->ops->begin(x->c->to->d, x->to, e) || !marked(x, t->name, &there, e) ||
        !x->c->to->d->ops->commit(x->c->to->d, x->to, e) ||
        !from->ops->query(from, x->from, words_of(&x->a, t), NO_VALS, &cur, e))
        return false;
    bool ok = copy_rows(x, t, cur, there, e);
    from->ops->finish(from, cur);
    return ok;
}

/* ---- comparing ---- */

static bool sum_table(struct copying *x, struct store *s, struct conn *c, const struct table_shape *t, struct table_sum *ret,
                      struct err *e)
{
    struct driver *d = s->d;
    struct cursor *cur;
    struct val *v = arena_array(&x->a, struct val, t->columns_n);
    struct table_shape whole = *t;
    bool row = true;
    whole.key_n = 0;
    *ret = (struct table_sum){0};
    if (!d->ops->query(d, c, words_of(&x->a, &whole), NO_VALS, &cur, e))
        return false;
    while (d->ops->step(d, cur, &row, e) && row) {
        read_row(d, cur, t, v);
        add_row(ret, v, t->columns_n);
    }
    d->ops->finish(d, cur);
    return !row; /* a failure leaves it set */
}

static bool compare(struct copying *x, struct err *e)
{
    struct driver *d = x->c->to->d;
    struct table_sum a, b;
    if (!d->ops->begin(d, x->to, e))
        return false;
    for (size_t i = 0; i < x->tables_n; i++) {
        const struct table_shape *t = &x->tables[i];
        if (!is_ours(t))
            continue;
        if (!sum_table(x, x->c->from, x->from, t, &a, e) || !sum_table(x, x->c->to, x->to, t, &b, e))
            return false;
        if (a.rows != b.rows || a.digests != b.digests)
            return FAIL(e, ERR_STORE, "err.store.copy.differs", "%s: %lld rows, copied %lld", t->name, (long long)a.rows,
                        (long long)b.rows);
        x->done.tables++;
        x->done.rows += a.rows;
    }
    d->ops->rollback(d, x->to);
    return true;
}

/* ---- the whole ---- */

static bool holds_rows(struct copying *x, const struct table_shape *t, bool *ret, struct err *e)
{
    struct driver *d = x->c->to->d;
    struct cursor *cur;
    struct sql words = {str_printf(&x->a, "SELECT 1 FROM \"%s\" LIMIT 1", t->name).p};
    if (!d->ops->query(d, x->to, words, NO_VALS, &cur, e))
        return false;
    bool ok = d->ops->step(d, cur, ret, e);
    d->ops->finish(d, cur);
    return ok;
}

/* Either empty, or begun by a copy: every table with rows has a mark. */
static bool may_fill(struct copying *x, struct err *e)
{
    struct driver *d = x->c->to->d;
    bool ok = d->ops->begin(d, x->to, e);
    for (size_t i = 0; ok && i < x->tables_n; i++) {
        int64_t there = 0;
        bool rows = false;
        if (!is_ours(&x->tables[i]))
            continue;
        ok = holds_rows(x, &x->tables[i], &rows, e) && marked(x, x->tables[i].name, &there, e);
        if (ok && rows && !there)
            ok = FAIL(e, ERR_CONFLICT, "err.store.copy.full", "%s has rows", x->tables[i].name);
    }
    d->ops->rollback(d, x->to);
    return ok;
}

static bool copy_all(struct copying *x, struct err *e)
{
    struct driver *from = x->c->from->d;
    if (!from->ops->tables(from, x->from, &x->a, &x->tables, &x->tables_n, e) || !may_fill(x, e))
        return false;
    for (size_t i = 0; i < x->tables_n; i++)
        if (is_ours(&x->tables[i]) && !copy_table(x, &x->tables[i], e))
            return false;
    return compare(x, e);
}

bool store_copy_tables(const struct store_copy *c, struct store_copied *ret, struct err *e)
{
    struct copying x = {.c = c};
    struct driver *from = c->from->d, *to = c->to->d;
    if (!store_run(c->to, make_marks, NULL, e) || !from->ops->connect(from, CONN_COPY, &x.from, e))
        return false;
    arena_init(&x.a);
    bool ok = to->ops->connect(to, CONN_WRITE, &x.to, e) && from->ops->begin(from, x.from, e) && copy_all(&x, e);
    if (x.to) {
        to->ops->rollback(to, x.to);
        to->ops->disconnect(to, x.to);
    }
    from->ops->rollback(from, x.from);
    from->ops->disconnect(from, x.from);
    arena_done(&x.a);
    if (ok)
        *ret = x.done;
    return ok;
}

bool store_table_names(struct store *s, struct arena *a, struct str **ret, size_t *ret_n, struct err *e)
{
    struct conn *c;
    struct table_shape *tables;
    if (!s->d->ops->connect(s->d, CONN_COPY, &c, e))
        return false;
    bool ok = s->d->ops->tables(s->d, c, a, &tables, ret_n, e);
    s->d->ops->disconnect(s->d, c);
    *ret = arena_array(a, struct str, *ret_n + 1);
    for (size_t i = 0; ok && i < *ret_n; i++)
        (*ret)[i] = str_of(tables[i].name);
    return ok;
}
