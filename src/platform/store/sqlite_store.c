// SPDX-License-Identifier: AGPL-3.0-or-later
/* The driver for SQLite: WAL, a commit is on disk before it returns. */
#include <fcntl.h>
#include <libgen.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform/store/sqlite_inner.h"


struct sqlite_driver {
    struct driver base;
    char *path;
    bool read_only, bulk, lean;
};

bool sqlite_fail(struct conn *c, int rc, bool say_why, struct err *e)
{
    const char *why = say_why ? sqlite3_errmsg(c->db) : sqlite3_errstr(rc);
    switch (rc) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        return FAIL(e, ERR_CONFLICT, "err.conflict", "%s", why);
    default:
        break;
    }
    if ((rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED)
        return FAIL(e, ERR_BUSY, "err.busy", "%s", why);
    return FAIL(e, ERR_STORE, c->use == CONN_READ ? "err.store.read" : "err.store.write", "sqlite %d: %s", rc, why);
}

/* ---- statements ---- */

/* $N by number, whatever the order of appearance. */
static bool number_params(struct cursor *cur, struct err *e)
{
    int n = sqlite3_bind_parameter_count(cur->st);
    if (n > PARAMS_MAX)
        return FAIL(e, ERR_STORE, "err.store.sql", "more than %d parameters", PARAMS_MAX);
    cur->params_n = (uint8_t)n;
    cur->values_n = 0;
    for (int i = 0; i < n; i++) {
        const char *name = sqlite3_bind_parameter_name(cur->st, i + 1);
        int64_t number = 0;
        if (!name || *name != '$' || !str_int(str_of(name + 1), &number) || number < 1 || number > PARAMS_MAX)
            return FAIL(e, ERR_STORE, "err.store.sql", "parameters are $1 to $%d, not %.20s", PARAMS_MAX, name ? name : "?");
        cur->value_of[i] = (uint8_t)(number - 1);
        if (number > cur->values_n)
            cur->values_n = (uint8_t)number;
    }
    return true;
}

static bool prepare(struct cursor *cur, struct conn *c, struct sql sql, bool keep, struct err *e)
{
    const char *tail;
    int rc = sqlite3_prepare_v3(c->db, sql.z, -1, keep ? SQLITE_PREPARE_PERSISTENT : 0, &cur->st, &tail);
    if (rc)
        return sqlite_fail(c, rc, true, e);
    if (!cur->st || *tail)
        err_set(e, ERR_STORE, "err.store.sql", "not one statement");
    else if (number_params(cur, e)) {
        cur->z = sql.z;
        cur->c = c;
        cur->kept = keep;
        return true;
    }
    sqlite3_finalize(cur->st);
    cur->st = NULL;
    return false;
}

static struct cursor *set_of(struct conn *c, const char *z)
{
    uint64_t h = (uint64_t)(uintptr_t)z * 0x9e3779b97f4a7c15u;
    return c->statements[h >> 58];
}

/* The place in its set that was used longest ago; NULL when all are in use. */
static struct cursor *make_place(struct cursor *set)
{
    struct cursor *place = NULL;
    for (int i = 0; i < STATEMENT_WAYS; i++)
        if (!set[i].used && (!place || !set[i].z || (place->z && set[i].last_use < place->last_use)))
            place = &set[i];
    if (place && place->z) {
        sqlite3_finalize(place->st);
        *place = (struct cursor){0};
    }
    return place;
}

static struct cursor *statement(struct conn *c, struct sql sql, struct err *e)
{
    struct cursor *set = set_of(c, sql.z);
    struct cursor *cur = NULL;
    for (int i = 0; i < STATEMENT_WAYS && !cur; i++)
        if (set[i].z == sql.z && !set[i].used)
            cur = &set[i];
    if (!cur) {
        struct cursor *place = make_place(set);
        cur = place ? place : calloc(1, sizeof *cur);
        if (!cur)
            die("out of memory");
        if (!prepare(cur, c, sql, place != NULL, e)) {
            if (!place)
                free(cur);
            return NULL;
        }
    }
    cur->used = true;
    cur->last_use = ++c->clock;
    return cur;
}

int sqlite_bind(sqlite3_stmt *st, int at, const struct val *v, sqlite3_destructor_type life)
{
    switch (v->type) {
    case VAL_INT:
        return sqlite3_bind_int64(st, at, v->i);
    case VAL_TEXT: /* a NULL pointer would be NULL, not the empty text */
        return sqlite3_bind_text64(st, at, v->s.p ? v->s.p : "", v->s.n, life, SQLITE_UTF8);
    case VAL_BLOB:
        return sqlite3_bind_blob64(st, at, v->s.p ? v->s.p : "", v->s.n, life);
    case VAL_NULL:
        break;
    }
    return sqlite3_bind_null(st, at);
}

static bool bind_all(struct cursor *cur, struct vals v, sqlite3_destructor_type life, struct err *e)
{
    if (v.n != cur->values_n)
        return FAIL(e, ERR_STORE, "err.store.sql", "%zu values for $1 to $%d: %.120s", v.n, cur->values_n, cur->z);
    for (int i = 0; i < cur->params_n; i++) {
        int rc = sqlite_bind(cur->st, i + 1, &v.v[cur->value_of[i]], life);
        if (rc)
            return sqlite_fail(cur->c, rc, true, e);
    }
    return true;
}

static void finish(struct driver *d, struct cursor *cur)
{
    (void)d;
    cur->used = false;
    if (!cur->kept) {
        sqlite3_finalize(cur->st);
        free(cur);
        return;
    }
    sqlite3_reset(cur->st);
    sqlite3_clear_bindings(cur->st);
}

static bool query(struct driver *d, struct conn *c, struct sql sql, struct vals v, struct cursor **ret_cursor,
                  struct err *e)
{
    struct cursor *cur = statement(c, sql, e);
    if (!cur)
        return false;
    if (!bind_all(cur, v, SQLITE_TRANSIENT, e)) {
        finish(d, cur);
        return false;
    }
    *ret_cursor = cur;
    return true;
}

static bool step(struct driver *d, struct cursor *cur, bool *ret_row, struct err *e)
{
    (void)d;
    int rc = sqlite3_step(cur->st);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return sqlite_fail(cur->c, rc, true, e);
    *ret_row = rc == SQLITE_ROW;
    return true;
}

static int64_t column_int(struct cursor *cur, int column)
{
    return sqlite3_column_int64(cur->st, column);
}

static bool column_null(struct cursor *cur, int column)
{
    return sqlite3_column_type(cur->st, column) == SQLITE_NULL;
}

static struct str column_str(struct cursor *cur, int column)
{
    const char *p = sqlite3_column_type(cur->st, column) == SQLITE_BLOB
                        ? sqlite3_column_blob(cur->st, column)
                        : (const char *)sqlite3_column_text(cur->st, column);
    return (struct str){p ? p : "", (size_t)sqlite3_column_bytes(cur->st, column)};
}

static bool exec(struct driver *d, struct conn *c, struct sql sql, struct vals v, int64_t *ret_changed, struct err *e)
{
    struct cursor *cur = statement(c, sql, e);
    if (!cur)
        return false;
    bool ok = bind_all(cur, v, SQLITE_STATIC, e);
    bool row = ok;
    sqlite3_int64 before = sqlite3_total_changes64(c->db);
    while (ok && row)
        ok = step(d, cur, &row, e);
    if (ok)
        *ret_changed = sqlite3_total_changes64(c->db) == before ? 0 : sqlite3_changes64(c->db);
    finish(d, cur);
    return ok;
}

bool sqlite_run(struct conn *c, struct sql sql, struct vals v, struct err *e)
{
    int64_t changed;
    return exec(NULL, c, sql, v, &changed, e);
}

static bool attempt(struct driver *d, struct conn *c, struct sql sql, struct err *e)
{
    struct cursor *cur = statement(c, sql, e);
    if (cur)
        finish(d, cur);
    return cur != NULL;
}

bool sqlite_script(struct conn *c, struct str sql, struct err *e)
{
    const char *at = sql.p, *end = sql.p + sql.n;
    while (at < end) {
        sqlite3_stmt *st;
        int rc = sqlite3_prepare_v2(c->db, at, (int)(end - at), &st, &at);
        if (rc)
            return sqlite_fail(c, rc, true, e);
        while (st && (rc = sqlite3_step(st)) == SQLITE_ROW)
            ;
        if (st && rc != SQLITE_DONE) {
            sqlite_fail(c, rc, true, e);
            sqlite3_finalize(st);
            return false;
        }
        sqlite3_finalize(st);
    }
    return true;
}

bool sqlite_script_z(struct conn *c, const char *z, struct err *e)
{
    return sqlite_script(c, str_of(z), e);
}

/* A script may not end the transaction that it runs in. */
static int no_transactions(void *arg, int action, const char *a, const char *b, const char *schema, const char *trigger)
{
    (void)arg, (void)a, (void)b, (void)schema, (void)trigger;
    return action == SQLITE_TRANSACTION || action == SQLITE_SAVEPOINT ? SQLITE_DENY : SQLITE_OK;
}

static bool script(struct driver *d, struct conn *c, struct str sql, struct err *e)
{
    (void)d;
    sqlite3_set_authorizer(c->db, no_transactions, NULL);
    bool ok = sqlite_script(c, sql, e);
    sqlite3_set_authorizer(c->db, NULL, NULL);
    return ok;
}

/* ---- transactions ---- */

static void rollback(struct driver *d, struct conn *c)
{
    struct err e;
    (void)d;
    if (!sqlite3_get_autocommit(c->db))
        sqlite_run(c, SQL("ROLLBACK"), NO_VALS, &e);
    /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): it takes the cursor that sqlite_run freed for the connection */
    if (c->use != CONN_READ && c->use != CONN_COPY)
        sqlite_text_forget(c, false);
}

static bool begin(struct driver *d, struct conn *c, struct err *e)
{
    if (!sqlite3_get_autocommit(c->db))
        rollback(d, c); /* what a failure left behind */
    return c->use == CONN_READ || c->use == CONN_COPY ? sqlite_run(c, SQL("BEGIN"), NO_VALS, e)
                               : sqlite_run(c, SQL("BEGIN IMMEDIATE"), NO_VALS, e);
}

static bool commit(struct driver *d, struct conn *c, struct err *e)
{
    if (sqlite_text_flush(c, e) && sqlite_run(c, SQL("COMMIT"), NO_VALS, e)) {
        sqlite_text_forget(c, true);
        return true;
    }
    rollback(d, c);
    return false;
}

static bool live(struct driver *d, struct conn *c)
{
    (void)d;
    return !sqlite3_get_autocommit(c->db);
}

static bool savepoint(struct driver *d, struct conn *c, struct err *e)
{
    (void)d;
    sqlite_text_mark(c);
    return sqlite_run(c, SQL("SAVEPOINT command"), NO_VALS, e);
}

static bool release(struct driver *d, struct conn *c, struct err *e)
{
    int open_keys = 0, high;
    (void)d;
    sqlite3_db_status(c->db, SQLITE_DBSTATUS_DEFERRED_FKS, &open_keys, &high, 0);
    if (open_keys)
        return FAIL(e, ERR_CONFLICT, "err.conflict", "a deferred foreign key is broken");
    return sqlite_run(c, SQL("RELEASE command"), NO_VALS, e);
}

static bool rollback_to(struct driver *d, struct conn *c, struct err *e)
{
    (void)d;
    sqlite_text_undo(c);
    return sqlite_run(c, SQL("ROLLBACK TO command"), NO_VALS, e) && sqlite_run(c, SQL("RELEASE command"), NO_VALS, e);
}

/* ---- connections ---- */

static int note_log_pages(void *arg, sqlite3 *db, const char *schema, int pages)
{
    (void)db;
    (void)schema;
    ((struct conn *)arg)->log_pages = pages;
    return SQLITE_OK;
}

static bool set_up(struct conn *c, const struct sqlite_driver *d, struct err *e)
{
    sqlite3_extended_result_codes(c->db, 1);
    sqlite3_busy_timeout(c->db, SQLITE_BUSY_MS);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (c->use == CONN_WRITE && !sqlite_script_z(c, "PRAGMA journal_mode = WAL", e))
        return false;
    if (!sqlite_script_z(c, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0;"
                            "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF", e))
        return false;
    sqlite3_wal_hook(c->db, note_log_pages, c);
    /* Readers map the file: half the time of a search, and memory that all of
     * them share. What is mapped is only ever written through the log. */
    if ((c->use == CONN_READ || c->use == CONN_COPY) && !sqlite_script_z(c, "PRAGMA query_only = ON; PRAGMA cache_size = -1000", e))
        return false;
    if ((c->use == CONN_READ || c->use == CONN_COPY) && !d->lean && !sqlite_script_z(c, "PRAGMA mmap_size = 1073741824", e))
        return false;
    if (c->use == CONN_WRITE && !sqlite_script_z(c, d->bulk ? "PRAGMA cache_size = -256000" : "PRAGMA cache_size = -8000", e))
        return false;
    return sqlite_text_prepare(c, e);
}

static void disconnect(struct driver *d, struct conn *c)
{
    sqlite3_finalize(c->load);
    rollback(d, c);
    sqlite_text_close(c);
    for (int i = 0; i < STATEMENT_SETS; i++)
        for (int j = 0; j < STATEMENT_WAYS; j++)
            sqlite3_finalize(c->statements[i][j].st);
    sqlite3_close(c->db);
    free(c);
}

static bool connect(struct driver *base, enum conn_use use, struct conn **ret_conn, struct err *e)
{
    struct sqlite_driver *d = (struct sqlite_driver *)base;
    struct conn *c = calloc(1, sizeof *c);
    if (!c)
        die("out of memory");
    c->use = use;
    c->read_only = d->read_only;
    int rc = sqlite3_open_v2(d->path, &c->db, (d->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                             SQLITE_OPEN_NOMUTEX, use == CONN_READ || use == CONN_COPY ? NULL : SQLITE_LOG_VFS);
    if (rc ? sqlite_fail(c, rc, true, e) : set_up(c, d, e)) {
        *ret_conn = c;
        return true;
    }
    disconnect(base, c);
    return false;
}

static int64_t backlog(struct driver *d, struct conn *c)
{
    (void)d;
    return c->log_pages;
}

static bool settle(struct driver *d, struct conn *c, int64_t *ret_pages, struct err *e)
{
    int pages = 0;
    (void)d;
    int rc = sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, NULL);
    if (rc && rc != SQLITE_BUSY)
        return sqlite_fail(c, rc, true, e);
    *ret_pages = pages;
    return true;
}

/* ---- the driver ---- */

static void close_driver(struct driver *base)
{
    struct sqlite_driver *d = (struct sqlite_driver *)base;
    free(d->path);
    free(d);
}

static const struct driver_ops sqlite_ops = {
    .close = close_driver, .connect = connect, .disconnect = disconnect,
    .begin = begin, .commit = commit, .rollback = rollback, .live = live,
    .savepoint = savepoint, .release = release, .rollback_to = rollback_to,
    .query = query, .step = step, .finish = finish,
    .column_int = column_int, .column_null = column_null, .column_str = column_str,
    .exec = exec, .script = script, .attempt = attempt,
    .text_put = sqlite_text_put, .text_drop = sqlite_text_drop, .text_find = sqlite_text_find,
    .check = sqlite_check, .backup = sqlite_backup, .backlog = backlog, .settle = settle, .scrub = sqlite_scrub,
    .tables = sqlite_tables, .load_begin = sqlite_load_begin, .load_row = sqlite_load_row, .load_end = sqlite_load_end,
};

/* The file is made before SQLite opens it: readable to its owner only (the log
 * beside it takes the same mode), and its name on disk. */
static bool make_file(const char *path, struct err *e)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return access(path, R_OK | W_OK) == 0 || FAIL(e, ERR_STORE, "err.store.open", "%s: %m", path);
    close(fd);
    char *copy = strdup(path);
    fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    free(copy);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return ok || FAIL(e, ERR_STORE, "err.store.open", "%s: %m", path);
}

/* Counting every allocation would take one lock for all threads. */
static void configure_once(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_initialize();
    if (!sqlite_log_register())
        die("out of memory");
}

bool sqlite_driver_open(const char *path, const struct store_options *o, struct driver **ret_driver, struct err *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, configure_once);
    if (!o->read_only && !make_file(path, e))
        return false;
    struct sqlite_driver *d = calloc(1, sizeof *d);
    char *copy = strdup(path);
    if (!d || !copy)
        die("out of memory");
    *d = (struct sqlite_driver){{&sqlite_ops}, copy, o->read_only, o->bulk, o->lean};
    *ret_driver = &d->base;
    /* cppcheck-suppress memleak; the driver holds it */
    return true;
}
