// SPDX-License-Identifier: AGPL-3.0-or-later
/* The driver for PostgreSQL: connections and transactions. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "platform/store/postgres_inner.h"

/* How long a writer waits for its turn; how long anybody for a server that went away; between two tries. */
enum { WRITER_WAIT_MS = 15000, RECONNECT_MS = 8000, RESOLVE_MS = 20000, RETRY_MS = 50, READER_RECONNECT_MS = 3000 };

/* ---- failures ---- */

/* The server ended us, is starting, or has no connection left; we waited too long. */
static bool is_passing(const char *state)
{
    static const char *const passing[] = {"08", "40", "53300", "55P03", "57"};
    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
        if (strncmp(state, passing[i], strlen(passing[i])) == 0)
            return true;
    return false;
}

/* Values stand in the messages of class 22, and in details. */
static const char *safe_text(const PGresult *r, const char *state)
{
    const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    return strncmp(state, "22", 2) == 0 || !text ? "a value that the column cannot hold" : text;
}

bool pg_fail(struct conn *c, PGresult *r, struct err *e)
{
    bool gone = PQstatus(c->pg) != CONNECTION_OK;
    const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    c->lost |= gone;
    if (gone)
        err_set(e, ERR_BUSY, "err.busy", "postgresql: the connection is gone");
    else if (!state) /* the client's library itself */
        err_set(e, ERR_STORE, c->use == CONN_READ ? "err.store.read" : "err.store.write", "postgresql: %.150s",
                PQerrorMessage(c->pg));
    else if (strcmp(state, "23505") == 0 || strcmp(state, "23503") == 0)
        err_set(e, ERR_CONFLICT, "err.conflict", "%.150s", safe_text(r, state));
    else if (is_passing(state) || (c->use == CONN_WRITE && strcmp(state, "25006") == 0)) /* a server that only follows */
        err_set(e, ERR_BUSY, "err.busy", "postgresql %s: %.150s", state, safe_text(r, state));
    else
        err_set(e, ERR_STORE, c->use == CONN_READ ? "err.store.read" : "err.store.write", "postgresql %s: %.150s", state,
                safe_text(r, state));
    PQclear(r);
    return false;
}

bool pg_script(struct conn *c, const char *z, struct err *e)
{
    pg_quiesce(c);
    PGresult *r = PQexec(c->pg, z);
    ExecStatusType status = PQresultStatus(r);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
        return pg_fail(c, r, e);
    PQclear(r);
    return true;
}

static void nap(int ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

/* ---- connecting ---- */

#define TURN_OF_SCHEMA "pg_advisory_xact_lock(hashtextextended('dinh:' || current_schema(), 0))"

/* Each schema has a channel of its own. */
#define CHANNEL "'dinh_' || current_schema()"

static bool listen_here(struct conn *c, struct err *e)
{
    char listen[120];
    PGresult *r = PQexec(c->pg, "SELECT quote_ident(" CHANNEL ")");
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        return pg_fail(c, r, e);
    snprintf(listen, sizeof listen, "LISTEN %s", PQgetvalue(r, 0, 0));
    PQclear(r);
    return pg_script(c, listen, e);
}

static bool settle_session(struct conn *c, struct err *e)
{
    char timeouts[160];
    int statement_ms = c->use == CONN_READ ? 30000 : 0;
    snprintf(timeouts, sizeof timeouts,
             "SET statement_timeout = %d; SET lock_timeout = %d; SET idle_in_transaction_session_timeout = %d", statement_ms,
             WRITER_WAIT_MS, c->use == CONN_UPKEEP ? 0 : 120000);
    /* Every question has its index; a plan made while a table was small must not read all of it once it is large. */
    return pg_script(c, "SET client_min_messages = error; SET standard_conforming_strings = on; SET bytea_output = hex;"
                        "SET TimeZone = 'UTC'; SET jit = off; SET enable_seqscan = off", e) &&
           pg_script(c, timeouts, e) &&
           (c->use != CONN_UPKEEP || listen_here(c, e));
}

static bool is_old(struct conn *c, struct err *e)
{
    enum { OLDEST = 140000 };
    return PQserverVersion(c->pg) < OLDEST && !FAIL(e, ERR_STORE, "err.store.open", "PostgreSQL 14 or newer is needed");
}

static bool connect_once(struct pg_driver *d, struct conn *c, struct err *e)
{
    /* In their order: the address says otherwise where it wants to, but for the writer's server. */
    const char *names[] = {"application_name", "connect_timeout", "tcp_user_timeout", "keepalives_idle", "client_encoding",
                           "target_session_attrs", "dbname", c->use == CONN_READ ? NULL : "target_session_attrs", NULL};
    const char *values[] = {"dinh", "5", "10000", "10", "UTF8", "read-write", d->url,
                            c->use == CONN_READ || d->read_only ? NULL : "read-write", NULL};
    if (c->pg)
        PQfinish(c->pg);
    pg_forget_statements(c);
    c->lost = c->in_savepoint = c->changed = false;
    c->streaming = NULL;
    pg_texts_end(c, false);
    memset(c->texts, 0, sizeof c->texts);
    c->pg = PQconnectdbParams(names, values, 1);
    if (PQstatus(c->pg) != CONNECTION_OK)
        return FAIL(e, ERR_BUSY, "err.busy", "postgresql: %.150s", PQerrorMessage(c->pg));
    return !is_old(c, e) && settle_session(c, e);
}

static bool connect_again(struct driver *d, struct conn *c, int patience_ms, struct err *e)
{
    int64_t until = monotonic_us() + (int64_t)patience_ms * 1000;
    while (!connect_once((struct pg_driver *)d, c, e)) {
        if (monotonic_us() > until || e->code != ERR_BUSY)
            return false;
        nap(RETRY_MS);
    }
    return true;
}

bool pg_listen_again(struct driver *d, struct conn *c, int ms, struct err *e)
{
    nap(ms);
    return connect_once((struct pg_driver *)d, c, e);
}

static void disconnect(struct driver *d, struct conn *c)
{
    (void)d;
    pg_texts_end(c, false);
    PQfinish(c->pg);
    pg_free_cursors(c);
    arena_done(&c->load_arena);
    free(c);
}

/* A row for each writer tells how far its commits came: what a lost answer to a commit is looked up in. */
static bool make_node(struct pg_driver *d, struct conn *c, struct err *e)
{
    unsigned char bytes[PG_NODE / 2];
    if (getentropy(bytes, sizeof bytes))
        die("no random numbers");
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(c->node + 2 * i, 3, "%02x", bytes[i]);
    if (!*d->node)
        memcpy(d->node, c->node, sizeof d->node);
    return pg_script(c, "BEGIN; SELECT " TURN_OF_SCHEMA ";"
                        "CREATE TABLE IF NOT EXISTS store_nodes (node TEXT NOT NULL PRIMARY KEY, turn BIGINT NOT NULL,"
                        " at TIMESTAMPTZ NOT NULL DEFAULT now());"
                        "DELETE FROM store_nodes WHERE at < now() - INTERVAL '30 days'; COMMIT", e);
}

static bool connect(struct driver *base, enum conn_use use, struct conn **ret_conn, struct err *e)
{
    struct pg_driver *d = (struct pg_driver *)base;
    struct conn *c = calloc(1, sizeof *c);
    if (!c)
        die("out of memory");
    c->use = use;
    arena_init(&c->load_arena);
    c->driver = base;
    if (connect_once(d, c, e) && (use != CONN_WRITE || make_node(d, c, e))) {
        *ret_conn = c;
        return true;
    }
    disconnect(base, c);
    return false;
}

/* ---- transactions ---- */

static const char *begin_words(const struct conn *c)
{
    return c->use == CONN_WRITE ? "BEGIN; SELECT " TURN_OF_SCHEMA : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
}

/* A connection that died between two transactions has lost nothing. */
static bool begin_now(struct driver *d, struct conn *c, struct err *e)
{
    int patience = c->use == CONN_WRITE ? RECONNECT_MS : READER_RECONNECT_MS;
    c->begin_due = false;
    if (PQstatus(c->pg) == CONNECTION_OK && pg_script(c, begin_words(c), e))
        return true;
    if (PQstatus(c->pg) == CONNECTION_OK) {
        struct err ignored;
        if (PQtransactionStatus(c->pg) != PQTRANS_IDLE)
            pg_script(c, "ROLLBACK", &ignored);
        return false;
    }
    return connect_again(d, c, patience, e) && pg_script(c, begin_words(c), e);
}

bool pg_ready(struct conn *c, struct err *e)
{
    if (c->lost)
        return FAIL(e, ERR_BUSY, "err.busy", "postgresql: the connection is gone");
    if (c->use == CONN_READ && PQtransactionStatus(c->pg) == PQTRANS_INERROR) { /* a failed question ends a snapshot */
        if (!pg_script(c, "ROLLBACK", e))
            return false;
        c->begin_due = true;
    }
    if (!c->begin_due)
        return true;
    c->open = begin_now(c->driver, c, e);
    return c->open;
}

static void rollback(struct driver *d, struct conn *c)
{
    struct err e;
    (void)d;
    if (c->open && !c->begin_due && PQstatus(c->pg) == CONNECTION_OK)
        pg_script(c, "ROLLBACK", &e);
    pg_texts_end(c, false);
    c->open = c->begin_due = c->in_savepoint = c->changed = c->lost = false;
}

static bool begin(struct driver *d, struct conn *c, struct err *e)
{
    if (c->open)
        rollback(d, c); /* what a failure left behind */
    c->changed = c->lost = c->in_savepoint = false;
    c->begin_due = c->use != CONN_WRITE; /* with the first question */
    c->open = c->begin_due || begin_now(d, c, e);
    return c->open;
}

/* The answer to a commit was lost. The old connection's transaction, if it still ends, holds the turn: behind it the
 * writer's row says whether it went through. */
static bool look_up(struct driver *d, struct conn *c, struct err *e)
{
    char ask[120];
    int64_t until = monotonic_us() + (int64_t)RESOLVE_MS * 1000;
    PGresult *r = NULL;
    snprintf(ask, sizeof ask, "SELECT coalesce(max(turn), 0) FROM store_nodes WHERE node = '%s'", c->node);
    do {
        if (connect_again(d, c, RESOLVE_MS, e) && begin_now(d, c, e)) {
            r = PQexec(c->pg, ask);
            if (PQresultStatus(r) == PGRES_TUPLES_OK)
                break;
            PQclear(r);
            r = NULL;
        }
        nap(RETRY_MS);
    } while (monotonic_us() < until);
    if (!r)
        return FAIL(e, ERR_UNCERTAIN, "err.store.uncertain", "postgresql: the answer to a commit was lost");
    bool there = strtoll(PQgetvalue(r, 0, 0), NULL, 10) >= c->turn;
    PQclear(r);
    pg_script(c, "ROLLBACK", e);
    return there || FAIL(e, ERR_BUSY, "err.busy", "postgresql: the connection was lost before the commit");
}

/* A COMMIT of a transaction that has failed says ROLLBACK. */
static bool commit_sent(struct conn *c, const char *words, struct err *e)
{
    pg_quiesce(c);
    PGresult *r = PQexec(c->pg, words);
    bool ok = PQresultStatus(r) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(r), "COMMIT") == 0;
    if (!ok && PQresultStatus(r) == PGRES_COMMAND_OK) {
        PQclear(r);
        return FAIL(e, ERR_STORE, "err.store.write", "postgresql: the transaction had failed");
    }
    if (!ok)
        return pg_fail(c, r, e);
    PQclear(r);
    return true;
}

static bool commit(struct driver *d, struct conn *c, struct err *e)
{
    char words[300] = "COMMIT";
    bool good = true;
    if (c->lost)
        good = FAIL(e, ERR_BUSY, "err.busy", "postgresql: the connection is gone");
    else if (!c->begin_due) {
        if (c->changed)
            snprintf(words, sizeof words, "INSERT INTO store_nodes (node, turn) VALUES ('%s', %lld) ON CONFLICT (node)"
                     " DO UPDATE SET turn = excluded.turn, at = now(); SELECT pg_notify(" CHANNEL ", '%s'); COMMIT",
                     c->node, (long long)++c->turn, c->node);
        good = commit_sent(c, words, e);
        if (!good && c->lost && c->changed) {
            c->open = false;
            good = look_up(d, c, e);
        }
    }
    pg_texts_end(c, good);
    if (!good)
        rollback(d, c);
    c->open = c->begin_due = c->changed = c->in_savepoint = false;
    return good;
}

static bool live(struct driver *d, struct conn *c)
{
    (void)d;
    if (!c->open || c->lost)
        return false;
    if (c->begin_due)
        return true;
    PGTransactionStatusType status = PQtransactionStatus(c->pg);
    return status == PQTRANS_INTRANS || status == PQTRANS_ACTIVE || (status == PQTRANS_INERROR && c->in_savepoint);
}

static bool savepoint(struct driver *d, struct conn *c, struct err *e)
{
    (void)d;
    c->in_savepoint = !c->lost && pg_script(c, "SAVEPOINT command", e);
    return c->in_savepoint || !c->lost || FAIL(e, ERR_BUSY, "err.busy", "postgresql: the connection is gone");
}

static bool release(struct driver *d, struct conn *c, struct err *e)
{
    (void)d;
    if (!pg_script(c, "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED; RELEASE SAVEPOINT command", e))
        return false;
    c->in_savepoint = false;
    return true;
}

static bool rollback_to(struct driver *d, struct conn *c, struct err *e)
{
    (void)d;
    pg_texts_undo(c);
    if (!pg_script(c, "ROLLBACK TO SAVEPOINT command; RELEASE SAVEPOINT command", e))
        return false;
    c->in_savepoint = false;
    return true;
}

/* ---- migrations ---- */

/* The dialect's types in PostgreSQL's words. Text is compared byte by byte, as in SQLite. */
static void say_word(struct strbuf *out, struct str word)
{
    if (str_is(word, "INTEGER"))
        strbuf_z(out, "BIGINT");
    else if (str_is(word, "BLOB"))
        strbuf_z(out, "BYTEA");
    else if (str_is(word, "TEXT"))
        strbuf_z(out, "TEXT COLLATE \"C\"");
    else
        strbuf_str(out, word);
}

static bool ends_transaction(struct str word)
{
    static const char *const words[] = {"BEGIN", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "START"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (word.n == strlen(words[i]) && strncasecmp(word.p, words[i], word.n) == 0)
            return true;
    return false;
}

static size_t skip(struct str sql, size_t at)
{
    if (sql.p[at] == '-' && at + 1 < sql.n && sql.p[at + 1] == '-') {
        while (at < sql.n && sql.p[at] != '\n')
            at++;
        return at;
    }
    if (sql.p[at] == '\'')
        for (at++; at < sql.n && sql.p[at] != '\'';)
            at++;
    return at < sql.n ? at + 1 : at;
}

static bool translate(struct str sql, struct strbuf *out, struct err *e)
{
    bool first = true; /* of a statement */
    for (size_t at = 0; at < sql.n;) {
        size_t from = at;
        while (at < sql.n && (isalnum((unsigned char)sql.p[at]) || sql.p[at] == '_'))
            at++;
        if (at > from) {
            struct str word = {sql.p + from, at - from};
            if (first && ends_transaction(word))
                return FAIL(e, ERR_STORE, "err.store.write", "a script may not end its transaction");
            first = false;
            say_word(out, word);
            continue;
        }
        at = skip(sql, at);
        first |= sql.p[from] == ';';
        strbuf_add(out, sql.p + from, at - from);
    }
    return true;
}

static bool script(struct driver *d, struct conn *c, struct str sql, struct err *e)
{
    struct arena a;
    struct strbuf out;
    (void)d;
    arena_init(&a);
    strbuf_init(&out, &a, 4 << 20);
    c->changed = true;
    bool ok = translate(sql, &out, e) && pg_ready(c, e) && pg_script(c, strbuf_text(&out).p, e);
    arena_done(&a);
    return ok;
}

/* ---- the driver ---- */

static int64_t backlog(struct driver *d, struct conn *c)
{
    (void)d, (void)c;
    return 0;
}

static bool settle(struct driver *d, struct conn *c, int64_t *ret_pages, struct err *e)
{
    (void)d, (void)c, (void)e;
    *ret_pages = 0;
    return true;
}

static void close_driver(struct driver *base)
{
    struct pg_driver *d = (struct pg_driver *)base;
    free(d->url);
    free(d);
}

static const struct driver_ops postgres_ops = {
    .close = close_driver, .connect = connect, .disconnect = disconnect,
    .begin = begin, .commit = commit, .rollback = rollback, .live = live,
    .savepoint = savepoint, .release = release, .rollback_to = rollback_to,
    .query = pg_query, .step = pg_step, .finish = pg_finish,
    .column_int = pg_column_int, .column_null = pg_column_null, .column_str = pg_column_str,
    .exec = pg_exec, .script = script, .attempt = pg_attempt,
    .text_put = pg_text_put, .text_drop = pg_text_drop, .text_find = pg_text_find,
    .check = pg_check, .backup = pg_backup, .backlog = backlog, .settle = settle, .scrub = pg_scrub, .watch = pg_watch,
    .tables = pg_tables, .load_begin = pg_load_begin, .load_row = pg_load_row, .load_end = pg_load_end,
};

bool postgres_driver_open(const char *url, const struct store_options *o, struct driver **ret_driver, struct err *e)
{
    struct pg_driver *d = calloc(1, sizeof *d);
    (void)e;
    if (!d || !(d->url = strdup(url)))
        die("out of memory");
    d->base.ops = &postgres_ops;
    d->read_only = o->read_only;
    *ret_driver = &d->base;
    return true;
}
