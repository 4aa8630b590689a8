// SPDX-License-Identifier: AGPL-3.0-or-later
/* Full text in SQLite: documents that wait to go into the index together. */
#include "platform/store/sqlite_text.h"

/* So much a search looks through in a millisecond. */
enum { PENDING_MAX = 256, PENDING_BYTES = 640 * 1024 };

static bool weigh(struct conn *c, struct text_index *ix, struct err *e)
{
    int64_t both = 0;
    bool row;
    if (ix->weighed)
        return true;
    sqlite3_stmt *st = sqlite_text_statement(c, ix, TEXT_WEIGH, e);
    if (!st || !sqlite_text_run(c, st, &both, &row, e))
        return false;
    ix->pending_n = both >> 32;
    ix->pending_bytes = both & 0xffffffff;
    ix->weighed = true;
    return true;
}

static bool take_back(struct conn *c, const struct text_change *ch, struct err *e)
{
    struct text_index *ix = ch->index;
    sqlite3_stmt *st = sqlite_text_statement(c, ix, TEXT_UNPEND, e);
    if (!st || sqlite3_bind_int64(st, 1, ch->doc) || !sqlite_text_run(c, st, NULL, NULL, e))
        return false;
    if (!sqlite3_changes(c->db))
        return sqlite_text_apply(c, ch, e);
    ix->pending_n--;
    return true;
}

bool sqlite_pending_add(struct conn *c, const struct text_change *ch, struct err *e)
{
    struct text_index *ix = ch->index;
    if (!sqlite_pending_make(c, ix, e) || !weigh(c, ix, e))
        return false;
    if (ch->drop)
        return take_back(c, ch, e);
    sqlite3_stmt *st = sqlite_text_statement(c, ix, TEXT_PEND, e);
    if (!st || sqlite3_bind_int64(st, 1, ch->doc) ||
        sqlite3_bind_text64(st, 2, ch->text, ch->n, SQLITE_STATIC, SQLITE_UTF8) || !sqlite_text_run(c, st, NULL, NULL, e))
        return false;
    ix->pending_n++;
    ix->pending_bytes += (int64_t)ch->n;
    return true;
}

static bool apply_all(struct conn *c, struct text_index *ix, struct err *e)
{
    int rc;
    bool ok = true;
    sqlite3_stmt *st = sqlite_text_statement(c, ix, TEXT_PENDING, e);
    if (!st)
        return false;
    while (ok && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        struct text_change ch = {.index = ix, .doc = sqlite3_column_int64(st, 0)};
        struct str body = {(const char *)sqlite3_column_text(st, 1), (size_t)sqlite3_column_bytes(st, 1)};
        ch.text = body.p;
        ch.n = body.n;
        ok = sqlite_text_apply(c, &ch, e);
    }
    sqlite3_reset(st);
    return ok && (rc == SQLITE_DONE || sqlite_fail(c, rc, false, e));
}

bool sqlite_pending_move(struct conn *c, struct text_index *ix, bool now, struct err *e)
{
    if (!weigh(c, ix, e))
        return false;
    if (!ix->pending_n || (!now && ix->pending_n < PENDING_MAX && ix->pending_bytes < PENDING_BYTES))
        return true;
    sqlite3_stmt *st = sqlite_text_statement(c, ix, TEXT_CLEAR, e);
    if (!st || !apply_all(c, ix, e) || !sqlite_text_run(c, st, NULL, NULL, e))
        return false;
    ix->pending_n = ix->pending_bytes = 0;
    return true;
}
