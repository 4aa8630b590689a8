// SPDX-License-Identifier: AGPL-3.0-or-later
/* The store: the only door to the database; nothing above it may know which.
 *
 * Readers see one snapshot and cannot write, by type. A change is a command: a
 * function of (transaction, argument) queued to the one writer, each in a
 * savepoint, many per commit; store_run answers only after its commit is
 * durable. SQL is a literal in one dialect subset: $1… parameters, INTEGER,
 * TEXT, BLOB, no triggers, no database's own functions but those listed in
 * docs/ARCHITECTURE.md. */
#ifndef PLATFORM_STORE_H
#define PLATFORM_STORE_H
#include "base/day.h"
#include "base/err.h"
#include "base/str.h"

struct store;
struct rd; /* a reader's snapshot; for one thread */
struct tx; /* the writer's transaction; only inside a command */
struct rows;

/* A statement. SQL() does not compile with a variable. */
struct sql {
    const char *z;
};
#define SQL(literal) ((struct sql){"" literal ""})

/* A value to bind. */
struct val {
    enum { VAL_NULL, VAL_INT, VAL_TEXT, VAL_BLOB } type;
    int64_t i;
    struct str s;
};
static inline struct val val_null(void) { return (struct val){VAL_NULL, 0, {0}}; }
static inline struct val val_int(int64_t i) { return (struct val){VAL_INT, i, {0}}; }
static inline struct val val_str(struct str s) { return (struct val){VAL_TEXT, 0, s}; }
static inline struct val val_z(const char *z) { return val_str(str_of(z)); }
static inline struct val val_blob(struct str s) { return (struct val){VAL_BLOB, 0, s}; }
static inline struct val val_day(struct day d) { return day_is_none(d) ? val_null() : val_int(d.n); }
static inline struct val val_instant(struct instant t) { return val_int(t.ms); }
#define V(x) _Generic((x), struct str: val_str, char *: val_z, const char *: val_z, \
    struct day: val_day, struct instant: val_instant, default: val_int)(x)

struct vals {
    const struct val *v;
    size_t n;
};
#define VALS(...) ((struct vals){(const struct val[]){__VA_ARGS__}, \
    sizeof((const struct val[]){__VA_ARGS__}) / sizeof(struct val)})
#define NO_VALS ((struct vals){NULL, 0})

/* ---- life ---- */

struct store_options {
    const char *url;      /* "sqlite:PATH", "postgresql://…" as libpq takes it */
    int readers;          /* connections kept open for readers; 0 = 8 */
    int64_t fail_at;      /* tests: the n-th driver call fails (fake driver); 0 = never */
    bool read_only;
    bool lean, bulk;      /* reads much once: readers map nothing; writes much: 256 MB of cache for the writer, not 8 */
};

/* Fails with ERR_STORE "err.store.open". Gives; close with store_close, which
 * waits for queued commands. */
bool store_open(const struct store_options *o, struct store **ret_store, struct err *e);
void store_close(struct store *s);

/* ---- reading ---- */

/* A snapshot from the pool, given back when the arena ends. Cost: no query
 * until the first read. ERR_BUSY when the pool stays empty for 5 s. */
bool store_read(struct store *s, struct arena *a, struct rd **ret_rd, struct err *e);

/* Gives it back earlier. The rd must not be used after. */
void store_read_end(struct rd *rd);

/* Rows of a SELECT. Statements are prepared once per connection (by the
 * literal's address). The rows live until rows_end. */
bool store_rows(struct rd *rd, struct sql sql, struct vals v, struct rows **ret_rows, struct err *e);

/* Moves to the next row; false at the end and on failure: rows_end tells. */
bool rows_next(struct rows *r);
/* Ends the reading; false when it had failed on the way. Must be called once. */
bool rows_end(struct rows *r, struct err *e);

int64_t rows_int(struct rows *r, int column);
bool rows_null(struct rows *r, int column);
struct str rows_text(struct rows *r, struct arena *a, int column); /* copied into a */
struct str rows_peek(struct rows *r, int column);                  /* borrows until rows_next */
struct day rows_day(struct rows *r, int column);
struct instant rows_instant(struct rows *r, int column);

/* One integer of one row; *ret_n untouched and false with ERR_NOT_FOUND "err.not_found" when no row. */
bool store_one_int(struct rd *rd, struct sql sql, struct vals v, int64_t *ret_n, struct err *e);

/* ---- writing ---- */

typedef bool command_fn(struct tx *tx, void *arg, struct err *e);

/* Runs the command in the writer's thread and waits until its commit is on
 * disk. On false nothing of it is stored: the command's own *e, or ERR_STORE
 * "err.store.write" (full disk, read-only database), or ERR_BUSY when the
 * queue is full (limit 4096) or the store closes. Blocks: never call it from
 * a command, nor from a thread that serves many connections. A command in
 * which a store_exec failed is not stored, even if it goes on and says true. */
bool store_run(struct store *s, command_fn *fn, void *arg, struct err *e);

/* The transaction's own view, for reading inside a command. */
struct rd *tx_rd(struct tx *tx);
/* An arena that lives as long as the command. */
struct arena *tx_arena(struct tx *tx);
/* Frees what was allocated there since the mark, for a loop over many rows: none read since may be open. */
void tx_rewind(struct tx *tx, struct arena_mark m);

/* INSERT, UPDATE, DELETE. A broken UNIQUE or FOREIGN KEY fails with
 * ERR_CONFLICT "err.conflict". ret_changed (rows touched) may be NULL. */
bool store_exec(struct tx *tx, struct sql sql, struct vals v, int64_t *ret_changed, struct err *e);

/* The next number of a named counter in an office's register, from 1, without
 * gaps among committed commands. */
bool store_next(struct tx *tx, int64_t office_id, const char *counter, int64_t *ret_n, struct err *e);

/* Has anybody drawn a number: does it hold more than `init` puts there? */
bool store_used(struct rd *rd, bool *ret, struct err *e);
/* Grows by one at each commit that changed anything: a cached page made at
 * one generation is stale at the next. Any thread; no query. */
uint64_t store_generation(const struct store *s);

/* ---- schema, upkeep ---- */

struct migration {
    const char *name;   /* "cases/001_first": recorded, never reused, order of the list */
    const char *sql;    /* statements of the dialect; */
    size_t n;
};
/* Applies, each in its own transaction, those not yet recorded; refuses a
 * database that knows a migration that we do not ("err.store.newer"). */
bool store_migrate(struct store *s, const struct migration *list, size_t n, struct err *e);

/* Integrity of pages, keys and indexes; problems as lines into report. Reads
 * everything; writers wait while the text indexes are looked through. */
bool store_check(struct store *s, struct strbuf *report, bool *ret_sound, struct err *e);

/* A consistent copy into a new file, on disk when it returns, while others
 * write. ERR_IO "err.store.backup" when the file is there or cannot be written. */
bool store_backup(struct store *s, const char *path, struct err *e);

/* Does the database answer at all? */
bool store_answers(struct rd *rd, struct err *e);
const char *store_library(void); /* version of the library underneath */

/* Prepares every statement of a list against the schema: a test's tool. */
bool store_try(struct rd *rd, struct sql sql, struct err *e);

#include "platform/store/store_start.h" /* commands without waiting */
#include "platform/store/store_text.h"  /* full text */
#endif
