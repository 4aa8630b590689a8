// SPDX-License-Identifier: AGPL-3.0-or-later
/* PostgreSQL: looking through a database, listening to the other programs on it. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/store/postgres_inner.h"

enum { PROBLEMS_MAX = 100 };

/* What was found. */
struct findings {
    const char *what; /* is looked at */
    struct strbuf *report;
    bool *sound;
};

/* ---- check ---- */

/* The rows of a question as lines; each is a problem. */
static bool list_problems(struct conn *c, const char *z, struct findings f, struct err *e)
{
    PGresult *r = PQexec(c->pg, z);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        return pg_fail(c, r, e);
    for (int i = 0; i < PQntuples(r) && i < PROBLEMS_MAX; i++) {
        strbuf_printf(f.report, "%s: %s\n", f.what, PQgetvalue(r, i, 0));
        *f.sound = false;
    }
    PQclear(r);
    return true;
}

/* Runs the words with each name that the question gives in the place of '@'; a failure is a problem of that name. */
static bool try_each(struct conn *c, const char *names, const char *words, struct findings f, struct err *e)
{
    char z[400];
    struct err why = {0};
    PGresult *r = PQexec(c->pg, names);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        return pg_fail(c, r, e);
    for (int i = 0; i < PQntuples(r); i++) {
        const char *at = strchr(words, '@');
        snprintf(z, sizeof z, "%.*s%s%s", (int)(at - words), words, PQgetvalue(r, i, 0), at + 1);
        if (pg_script(c, z, &why))
            continue;
        *f.sound = false;
        strbuf_printf(f.report, "%s: %s: %s\n", f.what, PQgetvalue(r, i, 0), why.detail);
        if (PQstatus(c->pg) != CONNECTION_OK)
            break;
    }
    PQclear(r);
    return PQstatus(c->pg) == CONNECTION_OK || FAIL(e, ERR_STORE, "err.store.read", "postgresql: the connection is gone");
}

/* The function of the extension amcheck, with its schema; "" where it is not there and not ours to install. */
static struct str index_checker(struct conn *c, struct arena *a)
{
    static const char where[] = "SELECT pronamespace::regnamespace::text FROM pg_proc WHERE proname = 'bt_index_check' LIMIT 1";
    struct err ignored;
    struct str name = {"", 0};
    for (int i = 0; i < 2 && !name.n; i++) {
        PGresult *r = PQexec(c->pg, where);
        if (PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r))
            name = str_printf(a, "SELECT %s.bt_index_check('@'::regclass, true)", PQgetvalue(r, 0, 0));
        PQclear(r);
        if (!name.n && !pg_script(c, "CREATE EXTENSION IF NOT EXISTS amcheck", &ignored))
            break;
    }
    return name;
}

/* Keys that were made are held by the server; what a damaged disk did to them shows when all is read. */
static bool check_indexes(struct conn *c, struct strbuf *report, bool *sound, struct err *e)
{
    struct arena a;
    arena_init(&a);
    struct str words = index_checker(c, &a);
    bool ok = !words.n || try_each(c, "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_am a ON a.oid = c.relam"
                                      " WHERE c.relkind = 'i' AND a.amname = 'btree' AND c.relpersistence = 'p'"
                                      " AND c.relnamespace = current_schema()::regnamespace", words.p,
                                      (struct findings){"index", report, sound}, e);
    arena_done(&a);
    return ok;
}

bool pg_check(struct driver *d, struct conn *c, struct strbuf *report, bool *ret_sound, struct err *e)
{
    bool sound = true;
    (void)d;
    if (!try_each(c, "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind = 'r'"
                     " AND c.relnamespace = current_schema()::regnamespace ORDER BY 1",
                  "SELECT count(hashtext(t::text)) FROM @ t", (struct findings){"table", report, &sound}, e) ||
        !list_problems(c, "SELECT conname || ' of ' || conrelid::regclass || ' is not held' FROM pg_constraint"
                          " WHERE NOT convalidated AND connamespace = current_schema()::regnamespace",
                       (struct findings){"keys", report, &sound}, e) ||
        !check_indexes(c, report, &sound, e))
        return false;
    *ret_sound = sound;
    return true;
}

/* ---- others ---- */

bool pg_watch(struct driver *d, struct conn *c, int ms, bool *ret_changed, struct err *e)
{
    struct pollfd at = {.fd = PQsocket(c->pg), .events = POLLIN};
    PGnotify *note;
    *ret_changed = true;
    if (PQstatus(c->pg) != CONNECTION_OK)
        return pg_listen_again(d, c, ms, e);
    poll(&at, 1, ms);
    if (!PQconsumeInput(c->pg))
        return pg_fail(c, NULL, e);
    *ret_changed = false;
    while ((note = PQnotifies(c->pg))) {
        *ret_changed |= strcmp(note->extra, ((struct pg_driver *)d)->node) != 0;
        PQfreemem(note);
    }
    return true;
}

/* Rows that were deleted leave their bytes in the table's file until it is
 * written anew. The server's own log is the operator's: docs/OPERATIONS.md. */
bool pg_scrub(struct driver *d, struct conn *c, enum scrubbed *ret, struct err *e)
{
    struct strbuf report;
    struct arena a;
    bool sound = true;
    (void)d;
    arena_init(&a);
    strbuf_init(&report, &a, 1 << 16);
    *ret = SCRUBBED_ALL;
    bool ok = try_each(c, "SELECT relid::regclass::text FROM pg_stat_user_tables WHERE schemaname = current_schema()"
                          " AND n_dead_tup > 0 ORDER BY 1", "VACUUM (FULL) @", (struct findings){"table", &report, &sound}, e) &&
              pg_script(c, "CHECKPOINT", e);
    if (ok && !sound)
        ok = FAIL(e, ERR_BUSY, "err.busy", "postgresql: %.150s", strbuf_text(&report).p);
    arena_done(&a);
    return ok;
}

bool pg_backup(struct driver *d, struct conn *c, const char *path, struct err *e)
{
    (void)d, (void)c;
    return FAIL(e, ERR_IO, "err.store.backup", "%.150s: not from PostgreSQL yet", path);
}
