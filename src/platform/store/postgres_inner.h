// SPDX-License-Identifier: AGPL-3.0-or-later
/* What the files of the PostgreSQL driver share.
 *
 * Writing transactions, of all programs on the database, take turns: each
 * begins with one advisory lock. So a command sees what SQLite shows it, a
 * database that nobody else changes; many commands share a commit.
 *
 * Rows come one at a time from the server. When another statement is asked
 * while a cursor still has rows to come, these are taken into memory first. */
#ifndef PLATFORM_STORE_POSTGRES_INNER_H
#define PLATFORM_STORE_POSTGRES_INNER_H
#include <libpq-fe.h>

#include "platform/store/driver.h"

enum { PG_SETS = 128, PG_WAYS = 4, PG_PARAMS = 96, PG_TEXTS = 8, PG_NODE = 33 };

/* The types of a statement's parameters are those of its first values: a NULL's is left to the server. */
struct pg_types {
    uint64_t of[PG_PARAMS / 32]; /* two bits each: enum val's type */
};

struct pg_statement {
    const char *z; /* the literal; NULL: an empty place */
    struct pg_types types;
    uint32_t number, last_use;
    uint8_t values_n;
};

struct cursor {
    struct conn *c;
    PGresult *row;      /* the row that is read now, straight from the server; NULL: from memory */
    bool coming;        /* the server has more */
    bool fetched;       /* row is waiting for step */
    struct arena a;     /* rows in memory; the bytes of this row's blobs */
    struct str **rows;  /* rows_n of them, a str a column; p NULL: NULL */
    size_t rows_n, rows_room, at;
    struct arena_mark begun;
    int columns;
    Oid *types;
    struct err why;     /* how it ended, when it ended badly while rows were taken into memory */
    bool failed;
    struct cursor *spare; /* of the connection's list of those out of use */
};

struct conn {
    PGconn *pg;
    struct driver *driver;
    enum conn_use use;
    bool open;          /* in a transaction, as the store sees it */
    bool begin_due;     /* the server has not been told yet */
    bool in_savepoint;
    bool changed;       /* this transaction has changed something */
    bool lost;          /* the server went away in a transaction */
    uint32_t clock, numbers;
    struct cursor *streaming; /* its rows are still coming */
    struct cursor *spare;
    int64_t turn;             /* of this writer's transactions that changed something */
    const char *texts[PG_TEXTS], *texts_new[PG_TEXTS]; /* text indexes that are there; made in this transaction */
    struct strbuf load;       /* rows of load_row that were not sent yet */
    struct arena load_arena;
    size_t load_columns;
    char node[PG_NODE];       /* names a writer in store_nodes: hexadecimal */
    struct pg_statement statements[PG_SETS][PG_WAYS];
};

struct pg_driver {
    struct driver base;
    char *url;
    bool read_only;
    char node[PG_NODE]; /* of the store's writer: what it tells the others is no news here */
};

/* ---- connections: postgres_store.c ---- */

/* Says what the server refused; names of tables and columns, never values. Clears r, which may be NULL. */
bool pg_fail(struct conn *c, PGresult *r, struct err *e);
/* Simple statements of ours, no rows wanted. */
bool pg_script(struct conn *c, const char *z, struct err *e);
/* Before anything is sent: tells the server of a transaction that has begun; connects again where nothing was lost. */
bool pg_ready(struct conn *c, struct err *e);

/* One try at a connection that was lost, after a pause. */
bool pg_listen_again(struct driver *d, struct conn *c, int ms, struct err *e);

/* ---- statements: postgres_query_store.c ---- */

bool pg_query(struct driver *d, struct conn *c, struct sql sql, struct vals v, struct cursor **ret_cursor, struct err *e);
bool pg_step(struct driver *d, struct cursor *cur, bool *ret_row, struct err *e);
void pg_finish(struct driver *d, struct cursor *cur);
int64_t pg_column_int(struct cursor *cur, int column);
bool pg_column_null(struct cursor *cur, int column);
struct str pg_column_str(struct cursor *cur, int column);
bool pg_exec(struct driver *d, struct conn *c, struct sql sql, struct vals v, int64_t *ret_changed, struct err *e);
bool pg_attempt(struct driver *d, struct conn *c, struct sql sql, struct err *e);
/* The rest of the streaming cursor's rows into memory. */
void pg_quiesce(struct conn *c);
void pg_forget_statements(struct conn *c);
void pg_free_cursors(struct conn *c);

/* ---- texts, upkeep ---- */

bool pg_text_put(struct driver *d, struct conn *c, const char *index, int64_t id, struct str folded, struct err *e);
bool pg_text_drop(struct driver *d, struct conn *c, const char *index, int64_t id, struct str folded, struct err *e);
bool pg_text_find(struct driver *d, struct conn *c, const struct text_query *q, struct text_hit *hits, size_t *ret_n,
                  struct err *e);
/* Which text indexes are there: after the transaction; after one command of it was undone. */
void pg_texts_end(struct conn *c, bool committed);
void pg_texts_undo(struct conn *c);

bool pg_tables(struct driver *d, struct conn *c, struct arena *a, struct table_shape **ret, size_t *ret_n, struct err *e);
bool pg_load_begin(struct driver *d, struct conn *c, const struct table_shape *t, struct err *e);
bool pg_load_row(struct driver *d, struct conn *c, const struct val *v, struct err *e);
bool pg_load_end(struct driver *d, struct conn *c, struct err *e);

bool pg_check(struct driver *d, struct conn *c, struct strbuf *report, bool *ret_sound, struct err *e);
bool pg_backup(struct driver *d, struct conn *c, const char *path, struct err *e);
bool pg_scrub(struct driver *d, struct conn *c, enum scrubbed *ret, struct err *e);
bool pg_watch(struct driver *d, struct conn *c, int ms, bool *ret_changed, struct err *e);
#endif
