// SPDX-License-Identifier: AGPL-3.0-or-later
/* How many rows each table of a database file has. */
#include <sqlite3.h>

#include "platform/store/store_counts.h"

static bool refuse(sqlite3 *db, const char *path, struct err *e)
{
    return FAIL(e, ERR_STORE, "err.store.open", "%.100s: %.80s", path, sqlite3_errmsg(db));
}

static bool count_one(sqlite3 *db, const char *table, struct strbuf *out)
{
    sqlite3_stmt *st = NULL;
    char *z = sqlite3_mprintf("SELECT count(*) FROM \"%w\"", table);
    if (!z)
        die("out of memory");
    bool ok = sqlite3_prepare_v2(db, z, -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW;
    if (ok)
        strbuf_printf(out, "%s %lld\n", table, (long long)sqlite3_column_int64(st, 0));
    sqlite3_finalize(st);
    sqlite3_free(z);
    return ok;
}

bool store_file_counts(const char *path, struct strbuf *out, struct err *e)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    if (!rc)
        rc = sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
                                    " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name", -1, &st, NULL);
    while (!rc && (rc = sqlite3_step(st)) == SQLITE_ROW)
        rc = count_one(db, (const char *)sqlite3_column_text(st, 0), out) ? SQLITE_OK : SQLITE_ERROR;
    bool ok = rc == SQLITE_DONE || refuse(db, path, e);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return ok;
}
