// SPDX-License-Identifier: AGPL-3.0-or-later
/* What a database must be able to do for the store: inside platform/store
 * only. Everything that differs between databases stands behind this table;
 * queueing, pools, snapshots and migrations stand above it, once.
 *
 * A connection serves one thread at a time. Functions that can fail say so in
 * *e with an answer ready for the caller of the store. */
#ifndef PLATFORM_STORE_DRIVER_H
#define PLATFORM_STORE_DRIVER_H
#include "platform/store/store.h"
#include "platform/store/store_text.h"

struct conn;   /* a connection; each driver knows its own */
struct cursor; /* a statement that gives rows */

/* COPY: a reader whose questions may last. */
enum conn_use { CONN_READ, CONN_WRITE, CONN_UPKEEP, CONN_COPY };

enum scrubbed { SCRUBBED_ALL, SCRUBBED_PART, SCRUBBED_WAITS };

struct driver {
    const struct driver_ops *ops;
};

struct text_query {
    const char *index;
    struct str words; /* folded, single spaces */
    bool prefix;
    size_t limit;
};

/* A table as it stands in the database; not those of text indexes. */
struct table_shape {
    const char *name;
    struct table_column {
        const char *name;
        int type; /* VAL_INT, VAL_TEXT, VAL_BLOB */
    } *columns;
    size_t columns_n;
    const char **key; /* the primary key's columns, in its order */
    size_t key_n;
};

struct driver_ops {
    void (*close)(struct driver *d); /* no connection is left */
    bool (*connect)(struct driver *d, enum conn_use use, struct conn **ret_conn, struct err *e);
    void (*disconnect)(struct driver *d, struct conn *c);

    /* A transaction; on a reader a snapshot, taken no later than its first row. */
    bool (*begin)(struct driver *d, struct conn *c, struct err *e);
    bool (*commit)(struct driver *d, struct conn *c, struct err *e); /* on false it is rolled back, or ERR_UNCERTAIN */
    void (*rollback)(struct driver *d, struct conn *c);
    /* False when the transaction cannot go on: the database gave it up, or a statement failed outside a savepoint
     * where the database then wants a rollback. */
    bool (*live)(struct driver *d, struct conn *c);

    /* One command inside it. release checks what the database put off to the
     * commit, so that one command cannot spoil the others' commit. */
    bool (*savepoint)(struct driver *d, struct conn *c, struct err *e);
    bool (*release)(struct driver *d, struct conn *c, struct err *e);
    bool (*rollback_to)(struct driver *d, struct conn *c, struct err *e);

    bool (*query)(struct driver *d, struct conn *c, struct sql sql, struct vals v, struct cursor **ret_cursor,
                  struct err *e); /* copies the values */
    bool (*step)(struct driver *d, struct cursor *cur, bool *ret_row, struct err *e);
    void (*finish)(struct driver *d, struct cursor *cur);
    int64_t (*column_int)(struct cursor *cur, int column);
    bool (*column_null)(struct cursor *cur, int column);
    struct str (*column_str)(struct cursor *cur, int column);

    bool (*exec)(struct driver *d, struct conn *c, struct sql sql, struct vals v, int64_t *ret_changed, struct err *e);
    bool (*script)(struct driver *d, struct conn *c, struct str sql, struct err *e);
    bool (*attempt)(struct driver *d, struct conn *c, struct sql sql, struct err *e); /* prepares, runs nothing */

    bool (*text_put)(struct driver *d, struct conn *c, const char *index, int64_t id, struct str folded, struct err *e);
    bool (*text_drop)(struct driver *d, struct conn *c, const char *index, int64_t id, struct str folded, struct err *e);
    bool (*text_find)(struct driver *d, struct conn *c, const struct text_query *q, struct text_hit *hits,
                      size_t *ret_n, struct err *e); /* hits: room for q->limit */

    /* On a connection for upkeep. */
    bool (*check)(struct driver *d, struct conn *c, struct strbuf *report, bool *ret_sound, struct err *e);
    bool (*backup)(struct driver *d, struct conn *c, const char *path, struct err *e);

    /* Pages of the log after the writer's last commit; and putting what the log
     * holds in its place, which waits for nobody. Gives the log's pages. */
    int64_t (*backlog)(struct driver *d, struct conn *c);
    bool (*settle)(struct driver *d, struct conn *c, int64_t *ret_pages, struct err *e);

    /* On the writer's connection, between two transactions: a slice (some 20 ms) of overwriting what deleted rows left
     * behind in the files. Waits: a reader of an old state must end first. */
    bool (*scrub)(struct driver *d, struct conn *c, enum scrubbed *ret, struct err *e);

    /* All tables, in the order they were made: what a table refers to comes before it. */
    bool (*tables)(struct driver *d, struct conn *c, struct arena *a, struct table_shape **ret, size_t *ret_n, struct err *e);
    /* Many rows into one table, in a transaction: a value for each column. Between begin and end nothing else is asked. */
    bool (*load_begin)(struct driver *d, struct conn *c, const struct table_shape *t, struct err *e);
    bool (*load_row)(struct driver *d, struct conn *c, const struct val *v, struct err *e);
    bool (*load_end)(struct driver *d, struct conn *c, struct err *e);

    /* On a connection for upkeep: waits so long for a commit of another program. NULL: the database tells of none. */
    bool (*watch)(struct driver *d, struct conn *c, int ms, bool *ret_changed, struct err *e);
};

int64_t monotonic_us(void);

/* Fails with ERR_STORE "err.store.open". */
struct store_options;
bool sqlite_driver_open(const char *path, const struct store_options *o, struct driver **ret_driver, struct err *e);
bool postgres_driver_open(const char *url, const struct store_options *o, struct driver **ret_driver, struct err *e);

/* Takes `inner`; of the calls that can fail, the n-th (from 1) does, once and
 * before it reaches the database; n is counted over all threads. */
struct driver *fault_driver_wrap(struct driver *inner, int64_t fail_at);
#endif
