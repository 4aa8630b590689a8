// SPDX-License-Identifier: AGPL-3.0-or-later
/* What the files of the SQLite driver share. */
#ifndef PLATFORM_STORE_SQLITE_INNER_H
#define PLATFORM_STORE_SQLITE_INNER_H
#include <sqlite3.h>

#include "platform/store/driver.h"

enum { STATEMENT_SETS = 64, STATEMENT_WAYS = 4, PARAMS_MAX = 96, SQLITE_BUSY_MS = 15000 };

struct cursor {
    const char *z;     /* the literal it was prepared from; NULL: an empty place */
    sqlite3_stmt *st;
    struct conn *c;
    bool used;         /* between query and finish */
    bool kept;         /* in the cache; otherwise finalized at finish */
    uint32_t last_use;
    uint8_t params_n;
    uint8_t values_n;  /* the highest $N */
    uint8_t value_of[PARAMS_MAX]; /* SQLite numbers $N by first appearance: parameter i holds value value_of[i] */
};

struct text_index; /* one full-text index as a connection knows it */
struct text_change;

/* What the commands of a transaction did to texts. It goes into the index
 * before the commit, or when a command searches: then it must be done again if
 * that command is rolled back, and so is kept until the commit. */
struct text_changes {
    struct text_change *v;
    size_t n, room;
    size_t done;                /* of them, in the index */
    size_t n_mark, done_mark;   /* as they were when the command began */
};

struct conn {
    sqlite3 *db;
    enum conn_use use;
    bool read_only;
    uint32_t clock;
    int log_pages; /* of the log after the last commit */
    int scrub_phase;      /* where sqlite_scrub goes on */
    int64_t scrub_pages;  /* free ones still to be overwritten */
    sqlite3_stmt *load;   /* of load_begin */
    struct text_index *texts;
    struct text_changes changes;
    struct cursor statements[STATEMENT_SETS][STATEMENT_WAYS];
};

/* Says what SQLite refused. The texts of SQLite name tables and columns, never
 * values; where they could, say_why is false. */
bool sqlite_fail(struct conn *c, int rc, bool say_why, struct err *e);

/* One statement, values borrowed, rows ignored. */
bool sqlite_run(struct conn *c, struct sql sql, struct vals v, struct err *e);
bool sqlite_script(struct conn *c, struct str sql, struct err *e);
/* As sqlite_script for text that the driver made itself. */
bool sqlite_script_z(struct conn *c, const char *z, struct err *e);

bool sqlite_tables(struct driver *d, struct conn *c, struct arena *a, struct table_shape **ret, size_t *ret_n, struct err *e);
bool sqlite_load_begin(struct driver *d, struct conn *c, const struct table_shape *t, struct err *e);
bool sqlite_load_row(struct driver *d, struct conn *c, const struct val *v, struct err *e);
bool sqlite_load_end(struct driver *d, struct conn *c, struct err *e);
/* Binds one value; a text's or blob's bytes live as `life` says. Gives SQLite's code. */
int sqlite_bind(sqlite3_stmt *st, int at, const struct val *v, sqlite3_destructor_type life);

bool sqlite_text_put(struct driver *d, struct conn *c, const char *index, int64_t id, struct str folded, struct err *e);
bool sqlite_text_drop(struct driver *d, struct conn *c, const char *index, int64_t id, struct str folded, struct err *e);
/* ---- sqlite_page.c ---- */

/* A database file whose pages are written without what rows once held. */
int sqlite_page_open(sqlite3_vfs *real, const char *name, sqlite3_file *file, int flags, int *ret_flags);
/* Zeroes what no row of a page uses; false when it is no b-tree page. */
bool sqlite_page_clean(void *page, int n, bool first);

/* On the writer's connection, between two transactions. */
bool sqlite_scrub(struct driver *d, struct conn *c, enum scrubbed *ret, struct err *e);

bool sqlite_text_find(struct driver *d, struct conn *c, const struct text_query *q, struct text_hit *hits,
                      size_t *ret_n, struct err *e);
bool sqlite_text_prepare(struct conn *c, struct err *e); /* once per connection */
void sqlite_text_mark(struct conn *c);                   /* a command begins */
bool sqlite_text_flush(struct conn *c, struct err *e);   /* before a commit, and before a search */
void sqlite_text_undo(struct conn *c);                   /* the command was rolled back */
void sqlite_text_forget(struct conn *c, bool committed); /* the transaction is over */
void sqlite_text_close(struct conn *c);

/* The file layer of the connection that writes (sqlite_log.c); once. */
#define SQLITE_LOG_VFS "dinh-log"
bool sqlite_log_register(void);

bool sqlite_check(struct driver *d, struct conn *c, struct strbuf *report, bool *ret_sound, struct err *e);
bool sqlite_backup(struct driver *d, struct conn *c, const char *path, struct err *e);
#endif
