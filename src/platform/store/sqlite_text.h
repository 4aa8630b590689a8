// SPDX-License-Identifier: AGPL-3.0-or-later
/* Full text in SQLite: what its two files share.
 *
 * An index NAME is four tables. fts_NAME: an FTS5 index without the texts.
 * fts_NAME_docs: from the caller's id to a document number that grows with
 * each put, so that the newest come first and numbers are dense.
 * fts_NAME_words: every word once, with an estimate of how many documents hold
 * it (one document in SAMPLE is counted), for completing a word's beginning
 * and for choosing how wide a stretch of documents to look through at a time.
 *
 * fts_NAME_pending: documents that are not in the FTS5 index yet. Each commit
 * writes a segment of that index, whose cost grows little with the number of
 * its documents; so they wait, as safe as any row, until there are many. A
 * search looks through them one by one.
 *
 * Each document also holds two words that no text can: the numbers of the
 * small and of the large block of documents it stands in. Asking for a block
 * as well keeps FTS5 from running through a million documents for two usual
 * words that never meet: it stops at the block's end. */
#ifndef PLATFORM_STORE_SQLITE_TEXT_H
#define PLATFORM_STORE_SQLITE_TEXT_H
#include "platform/store/sqlite_inner.h"
#include "platform/store/text_rank.h"

enum { SMALL_BLOCK = 13, LARGE_BLOCK = 16, SAMPLE = 64, NAME_MAX_ = 32, WORD_MAX = TEXT_WORD_MAX };

enum text_statement {
    TEXT_ADD_DOC, TEXT_FIND_DOC, TEXT_DROP_DOC, TEXT_ID, TEXT_LAST,
    TEXT_PUT, TEXT_DELETE, TEXT_MATCH,
    TEXT_PEND, TEXT_UNPEND, TEXT_PENDING, TEXT_CLEAR, TEXT_WEIGH,
    TEXT_ELSEWHERE, TEXT_DROP_WORD, TEXT_NEW_WORD, TEXT_COUNT_WORD, TEXT_HOW_MANY, TEXT_USUAL, TEXT_RARE,
    TEXT_STATEMENTS
};

/* A set of 64-bit hashes; when it is full it forgets nothing and takes no more. */
struct hash_set {
    uint64_t *v;
    size_t n, room; /* room: a power of two */
};

struct text_index {
    char name[NAME_MAX_ + 1];
    struct text_index *next;
    bool exists;
    bool has_pending;      /* the table is there */
    bool weighed;          /* the two below are known */
    int64_t pending_n, pending_bytes;
    struct hash_set known; /* words that stand in fts_NAME_words */
    sqlite3_stmt *st[TEXT_STATEMENTS];
};

struct text_change {
    struct text_index *index;
    int64_t doc;
    const char *text; /* of a change that waits: owned; the blocks' words in front */
    size_t n;
    bool drop;
};

/* NULL with *e when the name is none. */
struct text_index *sqlite_text_index(struct conn *c, const char *name, struct err *e);
/* Looks whether its tables are there. */
bool sqlite_text_exists(struct conn *c, struct text_index *ix, struct err *e);
/* Prepared once per connection; reset before use. NULL with *e. */
sqlite3_stmt *sqlite_text_statement(struct conn *c, struct text_index *ix, enum text_statement which, struct err *e);

/* A change into the FTS5 index and the list of words. */
bool sqlite_text_apply(struct conn *c, const struct text_change *ch, struct err *e);
/* Runs a statement that gives no rows, or at most one number. */
bool sqlite_text_run(struct conn *c, sqlite3_stmt *st, int64_t *ret_n, bool *ret_row, struct err *e);

/* ---- sqlite_pending_store.c ---- */

/* Makes the table, where an index was made without it. */
bool sqlite_pending_make(struct conn *c, struct text_index *ix, struct err *e);
/* A change among those that wait: a put is added, a drop takes its put back or,
 * when that is in the index already, is applied. */
bool sqlite_pending_add(struct conn *c, const struct text_change *ch, struct err *e);
/* Moves them into the index: all, or (unless now) none while they are few. */
bool sqlite_pending_move(struct conn *c, struct text_index *ix, bool now, struct err *e);
/* A reader: is the table there? */
bool sqlite_pending_exists(struct conn *c, struct text_index *ix, struct err *e);
#endif
