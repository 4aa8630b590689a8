// SPDX-License-Identifier: AGPL-3.0-or-later
/* SQLite: looking through a database, and copying it. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform/store/sqlite_inner.h"

enum { PROBLEMS_MAX = 100 };

/* Runs a check whose rows are problems. Column `column` tells. */
static bool list_problems(struct conn *c, const char *check, const char *what, struct strbuf *report, bool *sound,
                          struct err *e)
{
    sqlite3_stmt *st;
    int rc = sqlite3_prepare_v2(c->db, check, -1, &st, NULL);
    if (rc)
        return sqlite_fail(c, rc, true, e);
    for (int n = 0; (rc = sqlite3_step(st)) == SQLITE_ROW && n < PROBLEMS_MAX; n++) {
        const char *text = (const char *)sqlite3_column_text(st, 0);
        if (text && strcmp(text, "ok") == 0)
            continue;
        *sound = false;
        strbuf_printf(report, "%s: %s\n", what, text ? text : "?");
    }
    sqlite3_finalize(st);
    if (rc == SQLITE_ROW || rc == SQLITE_DONE)
        return true;
    *sound = false;
    strbuf_printf(report, "%s: %s\n", what, sqlite3_errstr(rc));
    return (rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB || sqlite_fail(c, rc, true, e);
}

static bool check_one_text(struct conn *c, const char *table, struct strbuf *report, bool *sound, struct err *e)
{
    char *z = sqlite3_mprintf("INSERT INTO \"%w\"(\"%w\") VALUES ('integrity-check')", table, table);
    if (!z)
        die("out of memory");
    int rc = sqlite3_exec(c->db, z, NULL, NULL, NULL);
    sqlite3_free(z);
    if (!rc)
        return true;
    if ((rc & 0xff) != SQLITE_CORRUPT)
        return sqlite_fail(c, rc, true, e);
    *sound = false;
    strbuf_printf(report, "text index: %s is damaged\n", table);
    return true;
}

static bool check_texts(struct conn *c, struct strbuf *report, bool *sound, struct err *e)
{
    sqlite3_stmt *st;
    int rc = sqlite3_prepare_v2(c->db, "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'", -1,
                                &st, NULL);
    bool ok = rc == 0 || sqlite_fail(c, rc, true, e);
    while (ok && sqlite3_step(st) == SQLITE_ROW)
        ok = check_one_text(c, (const char *)sqlite3_column_text(st, 0), report, sound, e);
    sqlite3_finalize(st);
    return ok;
}

/* Of a damaged file: which tables (with their indexes) are not as they should be. */
static void list_affected(struct conn *c, struct strbuf *report)
{
    sqlite3_stmt *names = NULL, *one = NULL;
    int rc = sqlite3_prepare_v2(c->db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name", -1,
                                &names, NULL);
    while (!rc && (rc = sqlite3_step(names)) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(names, 0);
        char *z = sqlite3_mprintf("PRAGMA integrity_check(%Q)", table);
        if (!z)
            die("out of memory");
        bool good = sqlite3_prepare_v2(c->db, z, -1, &one, NULL) == 0 && sqlite3_step(one) == SQLITE_ROW &&
                    strcmp((const char *)sqlite3_column_text(one, 0), "ok") == 0;
        sqlite3_finalize(one);
        one = NULL;
        sqlite3_free(z);
        if (!good)
            strbuf_printf(report, "affected: %s\n", table);
        rc = 0;
    }
    sqlite3_finalize(names);
    if (rc != SQLITE_DONE)
        strbuf_z(report, "affected: everything, the list of tables cannot be read\n");
}

bool sqlite_check(struct driver *d, struct conn *c, struct strbuf *report, bool *ret_sound, struct err *e)
{
    bool sound = true;
    (void)d;
    if (!list_problems(c, "PRAGMA integrity_check", "pages", report, &sound, e) ||
        !list_problems(c, "SELECT 'row ' || coalesce(rowid, '?') || ' of ' || \"table\" || ' refers to ' || parent"
                          " FROM pragma_foreign_key_check", "keys", report, &sound, e))
        return false;
    if (!sound)
        list_affected(c, report);
    if (sound && !c->read_only && !check_texts(c, report, &sound, e))
        return false;
    *ret_sound = sound;
    return true;
}

/* ---- backup ---- */

static bool sync_path(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return ok;
}

/* In one step: a stepwise copy begins anew whenever somebody writes. */
static int copy_pages(sqlite3 *from, const char *path)
{
    sqlite3 *to = NULL;
    int rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, SQLITE_LOG_VFS);
    if (!rc)
        rc = sqlite3_exec(to, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", NULL, NULL, NULL);
    sqlite3_backup *b = rc ? NULL : sqlite3_backup_init(to, "main", from, "main");
    if (b) {
        rc = sqlite3_backup_step(b, -1);
        int end = sqlite3_backup_finish(b);
        rc = rc == SQLITE_DONE ? end : rc;
    } else if (!rc)
        rc = sqlite3_errcode(to);
    int closed = sqlite3_close(to);
    return rc ? rc : closed;
}

bool sqlite_backup(struct driver *d, struct conn *c, const char *path, struct err *e)
{
    (void)d;
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return FAIL(e, ERR_IO, "err.store.backup", "%.150s: %s", path, strerror(errno));
    close(fd);
    int rc = copy_pages(c->db, path);
    char *copy = strdup(path);
    bool ok = rc == 0 && copy && sync_path(path, O_RDWR) && sync_path(dirname(copy), O_RDONLY | O_DIRECTORY);
    free(copy);
    if (ok)
        return true;
    unlink(path);
    return FAIL(e, ERR_IO, "err.store.backup", "%.150s: %s", path, rc ? sqlite3_errstr(rc) : strerror(errno));
}

const char *store_library(void)
{
    return sqlite3_libversion();
}
