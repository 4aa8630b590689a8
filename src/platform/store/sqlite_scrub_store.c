// SPDX-License-Identifier: AGPL-3.0-or-later
/* SQLite: nothing of a deleted row stays in the files. Pages that are still
 * used are written without it (sqlite_page.c); here are the other three places:
 * segments of the text indexes, free pages, and the log. */
#include <stdio.h>
#include <string.h>

#include "platform/store/sqlite_text.h"

enum { SCRUB_START, SCRUB_TEXTS, SCRUB_FILL, SCRUB_EMPTY, SCRUB_LOG };
enum { MERGE_PAGES = 250, FILL_PAGES = 128, NAMES = 16 };

static bool one_int(struct conn *c, const char *z, int64_t *ret, struct err *e)
{
    sqlite3_stmt *st;
    *ret = 0;
    int rc = sqlite3_prepare_v2(c->db, z, -1, &st, NULL);
    if (!rc)
        rc = sqlite3_step(st);
    if (rc == SQLITE_ROW)
        *ret = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return rc == SQLITE_ROW || rc == SQLITE_DONE || sqlite_fail(c, rc, true, e);
}

static bool run_made(struct conn *c, char *z, struct err *e)
{
    if (!z)
        die("out of memory");
    bool ok = sqlite_script_z(c, z, e);
    sqlite3_free(z);
    return ok;
}

/* ---- text indexes ---- */

struct names {
    char v[NAMES][NAME_MAX_ + 1];
    int n;
};

static bool list_indexes(struct conn *c, struct names *ret, struct err *e)
{
    sqlite3_stmt *st;
    int rc = sqlite3_prepare_v2(c->db, "SELECT substr(name, 5, length(name) - 9) FROM sqlite_schema"
                                       " WHERE name GLOB 'fts_*_docs' ORDER BY name", -1, &st, NULL);
    ret->n = 0;
    while (!rc && ret->n < NAMES && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        snprintf(ret->v[ret->n++], sizeof ret->v[0], "%s", (const char *)sqlite3_column_text(st, 0));
        rc = 0;
    }
    sqlite3_finalize(st);
    return rc == SQLITE_DONE || !rc || sqlite_fail(c, rc, true, e);
}

/* One step of writing all segments into one, where what was deleted and its deletion meet and vanish. */
static bool merge_one(struct conn *c, const char *name, bool first, bool *ret_more, struct err *e)
{
    struct text_index *ix = sqlite_text_index(c, name, e);
    if (!ix || !sqlite_pending_make(c, ix, e) || (first && !sqlite_pending_move(c, ix, true, e)))
        return false;
    int before = sqlite3_total_changes(c->db);
    bool ok = run_made(c, sqlite3_mprintf("INSERT INTO \"fts_%w\" (\"fts_%w\", rank) VALUES ('merge', %d)", name, name,
                                          first ? -MERGE_PAGES : MERGE_PAGES), e);
    *ret_more |= sqlite3_total_changes(c->db) - before >= 2;
    return ok;
}

static bool merge_all(struct conn *c, bool first, bool *ret_more, struct err *e)
{
    struct names names;
    bool ok = list_indexes(c, &names, e);
    for (int i = 0; ok && i < names.n; i++)
        ok = merge_one(c, names.v[i], first, ret_more, e);
    return ok;
}

/* ---- free pages ---- */

/* They are taken into use, full of zeros, and given back. */
static bool fill(struct conn *c, bool *ret_more, struct err *e)
{
    int64_t free_pages, page;
    if (!one_int(c, "PRAGMA freelist_count", &free_pages, e) || !one_int(c, "PRAGMA page_size", &page, e))
        return false;
    int64_t n = free_pages < FILL_PAGES ? free_pages : FILL_PAGES;
    if (!n || c->scrub_pages <= 0)
        return true;
    c->scrub_pages -= n;
    *ret_more = true;
    return run_made(c, sqlite3_mprintf("INSERT INTO scrubbed (zeros) VALUES (zeroblob(%lld))", (long long)n * page), e);
}

static bool empty(struct conn *c, bool *ret_more, struct err *e)
{
    int before = sqlite3_total_changes(c->db);
    if (!sqlite_script_z(c, "DELETE FROM scrubbed WHERE n = (SELECT min(n) FROM scrubbed)", e))
        return false;
    *ret_more = sqlite3_total_changes(c->db) != before;
    return true;
}

static bool start(struct conn *c, struct err *e)
{
    return sqlite_script_z(c, "CREATE TABLE IF NOT EXISTS scrubbed (n INTEGER PRIMARY KEY, zeros BLOB NOT NULL)", e);
}

/* ---- the log ---- */

/* All of it into its place, then cut off; SCRUBBED_WAITS while somebody reads what stands in it. */
static bool cut_log(struct conn *c, enum scrubbed *ret, struct err *e)
{
    sqlite3_busy_timeout(c->db, 0);
    int rc = sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(c->db, SQLITE_BUSY_MS);
    bool waits = rc == SQLITE_BUSY || rc == SQLITE_LOCKED;
    *ret = waits ? SCRUBBED_WAITS : SCRUBBED_ALL;
    if (!waits)
        c->scrub_phase = SCRUB_START;
    return !rc || waits || sqlite_fail(c, rc, true, e);
}

/* ---- a slice ---- */

static bool in_transaction(struct conn *c, bool *ret_more, struct err *e)
{
    switch (c->scrub_phase) {
    case SCRUB_START: *ret_more = true; return start(c, e) && merge_all(c, true, ret_more, e);
    case SCRUB_TEXTS: return merge_all(c, false, ret_more, e);
    case SCRUB_FILL: return fill(c, ret_more, e);
    default: return empty(c, ret_more, e);
    }
}

/* A phase that says there is more comes again; else the next. */
static bool next_phase(struct conn *c, bool again, struct err *e)
{
    if (c->scrub_phase == SCRUB_START || !again)
        c->scrub_phase++;
    return c->scrub_phase != SCRUB_FILL || again || one_int(c, "PRAGMA freelist_count", &c->scrub_pages, e);
}

bool sqlite_scrub(struct driver *d, struct conn *c, enum scrubbed *ret, struct err *e)
{
    bool again = false;
    if (c->scrub_phase == SCRUB_LOG)
        return cut_log(c, ret, e);
    *ret = SCRUBBED_PART;
    if (!d->ops->begin(d, c, e))
        return false;
    if (!in_transaction(c, &again, e)) {
        d->ops->rollback(d, c);
        c->scrub_phase = SCRUB_START;
        return false;
    }
    return d->ops->commit(d, c, e) && next_phase(c, again, e);
}
