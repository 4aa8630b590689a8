// SPDX-License-Identifier: AGPL-3.0-or-later
/* Full text in SQLite: indexes and what goes into them. */
#include "platform/store/sqlite_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KNOWN_ROOM = 1 << 16, MANY = 200 };

/* '@' stands for the index's name. */
static const char *const statements[TEXT_STATEMENTS] = {
    [TEXT_ADD_DOC] = "INSERT INTO fts_@_docs (id) VALUES (?1)",
    [TEXT_FIND_DOC] = "SELECT doc FROM fts_@_docs WHERE id = ?1",
    [TEXT_DROP_DOC] = "DELETE FROM fts_@_docs WHERE doc = ?1",
    [TEXT_ID] = "SELECT id FROM fts_@_docs WHERE doc = ?1",
    [TEXT_LAST] = "SELECT max(doc) FROM fts_@_docs",
    [TEXT_PUT] = "INSERT INTO fts_@ (rowid, body) VALUES (?1, ?2)",
    [TEXT_DELETE] = "INSERT INTO fts_@ (fts_@, rowid, body) VALUES ('delete', ?1, ?2)",
    [TEXT_MATCH] = "SELECT rowid, nearness(fts_@, ?2) FROM fts_@ WHERE fts_@ MATCH ?1 ORDER BY rowid DESC LIMIT ?3",
    [TEXT_PEND] = "INSERT INTO fts_@_pending (doc, body) VALUES (?1, ?2)",
    [TEXT_UNPEND] = "DELETE FROM fts_@_pending WHERE doc = ?1",
    [TEXT_PENDING] = "SELECT doc, body FROM fts_@_pending ORDER BY doc",
    [TEXT_CLEAR] = "DELETE FROM fts_@_pending",
    [TEXT_WEIGH] = "SELECT count(*) * 0x100000000 + coalesce(sum(length(body)), 0) FROM fts_@_pending",
    [TEXT_ELSEWHERE] = "SELECT count(*) FROM (SELECT rowid FROM fts_@ WHERE fts_@ MATCH ?1 AND rowid <> ?2 LIMIT 1)",
    [TEXT_DROP_WORD] = "DELETE FROM fts_@_words WHERE word = ?1",
    [TEXT_NEW_WORD] = "INSERT INTO fts_@_words (word, n) VALUES (?1, 0) ON CONFLICT DO NOTHING",
    [TEXT_COUNT_WORD] = "UPDATE fts_@_words SET n = n + ?2 WHERE word = ?1",
    [TEXT_HOW_MANY] = "SELECT n FROM fts_@_words WHERE word = ?1",
    [TEXT_USUAL] = "SELECT word, n FROM fts_@_words WHERE n > 0 AND word >= ?1 AND word < ?2 ORDER BY n DESC LIMIT ?3",
    [TEXT_RARE] = "SELECT word FROM fts_@_words WHERE word >= ?1 AND word < ?2 LIMIT ?3",
};

static const char schema[] =
    "CREATE VIRTUAL TABLE fts_@ USING fts5(body, content='', columnsize=0, tokenize=\"ascii tokenchars '#'\");"
    "CREATE TABLE fts_@_docs (doc INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE);"
    "CREATE TABLE fts_@_words (word TEXT NOT NULL PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX fts_@_usual ON fts_@_words (word, n) WHERE n > 0;"
    "INSERT INTO fts_@ (fts_@, rank) VALUES ('automerge', 8);"; /* with 4 a fifth more time goes into merging */

static char *with_name(const char *z, const char *name)
{
    size_t n = 1, name_n = strlen(name);
    for (const char *p = z; *p; p++)
        n += *p == '@' ? name_n : 1;
    char *out = malloc(n), *at = out;
    if (!out)
        die("out of memory");
    for (const char *p = z; *p; p++) {
        size_t part = *p == '@' ? name_n : 1;
        memcpy(at, *p == '@' ? name : p, part);
        at += part;
    }
    *at = 0;
    return out;
}

/* ---- words ---- */

static uint64_t hash_of(struct str s)
{
    uint64_t h = s.n * 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i < s.n; i += 8) {
        uint64_t part = 0;
        if (s.n - i >= 8)
            memcpy(&part, s.p + i, 8);
        else
            for (size_t k = i; k < s.n; k++)
                part = part << 8 | (unsigned char)s.p[k];
        h = (h ^ part) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    return h ? h : 1; /* 0 is an empty place */
}

static size_t power_of_two(size_t at_least)
{
    size_t n = 16;
    while (n < at_least)
        n *= 2;
    return n;
}

static void set_init(struct hash_set *set, size_t room)
{
    set->n = 0;
    set->room = room;
    set->v = calloc(room, sizeof *set->v);
    if (!set->v)
        die("out of memory");
}

static bool set_has(const struct hash_set *set, uint64_t h, size_t *ret_at)
{
    size_t at = (size_t)h & (set->room - 1);
    while (set->v[at] && set->v[at] != h)
        at = (at + 1) & (set->room - 1);
    *ret_at = at;
    return set->v[at] == h;
}

/* False when it was there. */
static bool set_add(struct hash_set *set, uint64_t h)
{
    size_t at;
    if (set_has(set, h, &at))
        return false;
    if (set->n < set->room / 4 * 3) {
        set->v[at] = h;
        set->n++;
    }
    return true;
}

/* ---- indexes ---- */

static bool is_name(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz_");
    return n && n <= NAME_MAX_ && !name[n];
}

struct text_index *sqlite_text_index(struct conn *c, const char *name, struct err *e)
{
    for (struct text_index *ix = c->texts; ix; ix = ix->next)
        if (strcmp(ix->name, name) == 0)
            return ix;
    if (!is_name(name)) {
        err_set(e, ERR_STORE, "err.store.sql", "not a name of a text index: %.40s", name);
        return NULL;
    }
    struct text_index *ix = calloc(1, sizeof *ix);
    if (!ix)
        die("out of memory");
    snprintf(ix->name, sizeof ix->name, "%s", name);
    ix->next = c->texts;
    c->texts = ix;
    return ix;
}

static bool table_exists(struct conn *c, const char *question, const char *name, bool *known, struct err *e)
{
    sqlite3_stmt *st;
    if (*known)
        return true;
    char *z = with_name(question, name);
    int rc = sqlite3_prepare_v2(c->db, z, -1, &st, NULL);
    free(z);
    if (!rc)
        rc = sqlite3_step(st);
    *known = rc == SQLITE_ROW;
    sqlite3_finalize(st);
    return *known || rc == SQLITE_DONE || sqlite_fail(c, rc, true, e);
}

bool sqlite_text_exists(struct conn *c, struct text_index *ix, struct err *e)
{
    return table_exists(c, "SELECT 1 FROM sqlite_schema WHERE name = 'fts_@_usual'", ix->name, &ix->exists, e);
}

bool sqlite_pending_exists(struct conn *c, struct text_index *ix, struct err *e)
{
    return table_exists(c, "SELECT 1 FROM sqlite_schema WHERE name = 'fts_@_pending'", ix->name, &ix->has_pending, e);
}

bool sqlite_pending_make(struct conn *c, struct text_index *ix, struct err *e)
{
    if (!sqlite_pending_exists(c, ix, e))
        return false;
    if (!ix->has_pending) {
        char *z = with_name("CREATE TABLE fts_@_pending (doc INTEGER PRIMARY KEY, body TEXT NOT NULL)", ix->name);
        ix->has_pending = sqlite_script_z(c, z, e);
        free(z);
    }
    return ix->has_pending;
}

sqlite3_stmt *sqlite_text_statement(struct conn *c, struct text_index *ix, enum text_statement which, struct err *e)
{
    if (ix->st[which]) {
        sqlite3_reset(ix->st[which]);
        return ix->st[which];
    }
    char *z = with_name(statements[which], ix->name);
    int rc = sqlite3_prepare_v3(c->db, z, -1, SQLITE_PREPARE_PERSISTENT, &ix->st[which], NULL);
    free(z);
    if (rc)
        sqlite_fail(c, rc, true, e);
    return ix->st[which];
}

static bool make_index(struct conn *c, struct text_index *ix, struct err *e)
{
    if (!sqlite_text_exists(c, ix, e))
        return false;
    if (!ix->exists) {
        char *z = with_name(schema, ix->name);
        ix->exists = sqlite_script_z(c, z, e);
        free(z);
    }
    if (ix->exists && !ix->known.v)
        set_init(&ix->known, KNOWN_ROOM);
    return ix->exists && sqlite_pending_make(c, ix, e);
}

bool sqlite_text_run(struct conn *c, sqlite3_stmt *st, int64_t *ret_n, bool *ret_row, struct err *e)
{
    int rc = sqlite3_step(st);
    if (rc == SQLITE_ROW && ret_n) {
        *ret_n = sqlite3_column_int64(st, 0);
        *ret_row = true;
    }
    sqlite3_reset(st);
    /* the message of a text statement could hold the text: only the code is told */
    return rc == SQLITE_ROW || rc == SQLITE_DONE || sqlite_fail(c, sqlite3_extended_errcode(c->db), false, e);
}

static bool run_int(struct conn *c, struct text_index *ix, enum text_statement which, int64_t n, struct err *e)
{
    sqlite3_stmt *st = sqlite_text_statement(c, ix, which, e);
    return st && sqlite3_bind_int64(st, 1, n) == SQLITE_OK && sqlite_text_run(c, st, NULL, NULL, e);
}

/* ---- changes wait for the commit: FTS5 writes a segment at every savepoint ---- */

static void add_change(struct conn *c, struct text_index *ix, int64_t doc, struct str folded, bool drop)
{
    struct text_changes *ch = &c->changes;
    if (ch->n == ch->room) {
        ch->room = ch->room ? ch->room * 2 : 64;
        ch->v = reallocarray(ch->v, ch->room, sizeof *ch->v);
    }
    char *text = malloc(folded.n + 64);
    if (!ch->v || !text)
        die("out of memory");
    size_t n = (size_t)snprintf(text, 64, "#s%lld #l%lld ", (long long)(doc >> SMALL_BLOCK),
                                (long long)(doc >> LARGE_BLOCK));
    if (folded.n)
        memcpy(text + n, folded.p, folded.n);
    for (char *p = text + n, *end = p + folded.n; (p = memchr(p, '#', (size_t)(end - p)));)
        *p = ' '; /* only ours begin so */
    n += folded.n;
    ch->v[ch->n++] = (struct text_change){ix, doc, text, n, drop};
}

static void cut_changes(struct text_changes *ch, size_t n)
{
    while (ch->n > n)
        free((char *)(uintptr_t)ch->v[--ch->n].text);
}

/* What this connection knew of the indexes may have been undone. */
static void unlearn(struct conn *c, bool words_too)
{
    for (struct text_index *ix = c->texts; ix; ix = ix->next) {
        ix->exists = ix->has_pending = ix->weighed = false;
        if (words_too && ix->known.n) {
            memset(ix->known.v, 0, ix->known.room * sizeof *ix->known.v);
            ix->known.n = 0;
        }
    }
}

void sqlite_text_mark(struct conn *c)
{
    c->changes.n_mark = c->changes.n;
    c->changes.done_mark = c->changes.done;
}

void sqlite_text_undo(struct conn *c)
{
    struct text_changes *ch = &c->changes;
    unlearn(c, ch->done != ch->done_mark);
    cut_changes(ch, ch->n_mark);
    ch->done = ch->done_mark;
}

void sqlite_text_forget(struct conn *c, bool committed)
{
    struct text_changes *ch = &c->changes;
    if (!committed)
        unlearn(c, true);
    cut_changes(ch, 0);
    ch->done = ch->n_mark = ch->done_mark = 0;
}

bool sqlite_text_put(struct driver *d, struct conn *c, const char *index, int64_t id, struct str folded, struct err *e)
{
    (void)d;
    struct text_index *ix = sqlite_text_index(c, index, e);
    if (!ix || !make_index(c, ix, e) || !run_int(c, ix, TEXT_ADD_DOC, id, e))
        return false;
    add_change(c, ix, sqlite3_last_insert_rowid(c->db), folded, false);
    return true;
}

static bool bind_word(sqlite3_stmt *st, struct str word)
{
    return st && sqlite3_bind_text64(st, 1, word.p, word.n, SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK;
}

/* A word that stands in no other document is forgotten with this one. */
static bool forget_word(struct conn *c, struct text_index *ix, int64_t doc, struct str word, struct err *e)
{
    char quoted[WORD_MAX + 3];
    int64_t others = 1;
    bool row;
    if (word.n > WORD_MAX)
        return true;
    size_t n = (size_t)snprintf(quoted, sizeof quoted, "\"%.*s\"", (int)word.n, word.p);
    sqlite3_stmt *st = sqlite_text_statement(c, ix, TEXT_ELSEWHERE, e);
    if (!bind_word(st, (struct str){quoted, n}) || sqlite3_bind_int64(st, 2, doc) || !sqlite_text_run(c, st, &others, &row, e))
        return false;
    if (others)
        return true;
    st = sqlite_text_statement(c, ix, TEXT_DROP_WORD, e);
    return bind_word(st, word) && sqlite_text_run(c, st, NULL, NULL, e);
}

static bool forget_words(struct conn *c, struct text_index *ix, int64_t doc, struct str folded, struct err *e)
{
    struct str rest = folded, word;
    struct hash_set seen = {0};
    bool ok = true;
    set_init(&seen, power_of_two(folded.n + 1));
    while (ok && text_next_word(&rest, &word))
        ok = !set_add(&seen, hash_of(word)) || forget_word(c, ix, doc, word, e);
    free(seen.v);
    unlearn(c, true); /* what waits to go in brings its words back */
    return ok;
}

bool sqlite_text_drop(struct driver *d, struct conn *c, const char *index, int64_t id, struct str folded, struct err *e)
{
    (void)d;
    int64_t doc;
    bool found = false;
    struct text_index *ix = sqlite_text_index(c, index, e);
    if (!ix || !make_index(c, ix, e))
        return false;
    sqlite3_stmt *st = sqlite_text_statement(c, ix, TEXT_FIND_DOC, e);
    if (!st || sqlite3_bind_int64(st, 1, id) || !sqlite_text_run(c, st, &doc, &found, e))
        return false;
    if (!found)
        return true;
    if (!run_int(c, ix, TEXT_DROP_DOC, doc, e) || !forget_words(c, ix, doc, folded, e))
        return false;
    add_change(c, ix, doc, folded, true);
    return true;
}

static bool run_word(struct conn *c, struct text_index *ix, enum text_statement which, struct str word, struct err *e)
{
    sqlite3_stmt *st = sqlite_text_statement(c, ix, which, e);
    if (!st || sqlite3_bind_text64(st, 1, word.p, word.n, SQLITE_STATIC, SQLITE_UTF8))
        return false;
    if (which == TEXT_COUNT_WORD)
        sqlite3_bind_int64(st, 2, SAMPLE);
    return sqlite_text_run(c, st, NULL, NULL, e);
}

static bool learn_words(struct conn *c, const struct text_change *ch, struct err *e)
{
    struct str rest = {ch->text, ch->n}, word;
    struct hash_set seen = {0};
    bool ok = true, sampled = ch->doc % SAMPLE == 0;
    if (sampled)
        set_init(&seen, power_of_two(ch->n));
    while (ok && text_next_word(&rest, &word)) {
        if (word.n > WORD_MAX || word.p[-(word.p > ch->text)] == '#')
            continue;
        uint64_t h = hash_of(word);
        if (set_add(&ch->index->known, h))
            ok = run_word(c, ch->index, TEXT_NEW_WORD, word, e);
        if (ok && sampled && set_add(&seen, h))
            ok = run_word(c, ch->index, TEXT_COUNT_WORD, word, e);
    }
    free(seen.v);
    return ok;
}

bool sqlite_text_apply(struct conn *c, const struct text_change *ch, struct err *e)
{
    if (!make_index(c, ch->index, e))
        return false;
    sqlite3_stmt *st = sqlite_text_statement(c, ch->index, ch->drop ? TEXT_DELETE : TEXT_PUT, e);
    if (!st || sqlite3_bind_int64(st, 1, ch->doc) ||
        sqlite3_bind_text64(st, 2, ch->text, ch->n, SQLITE_STATIC, SQLITE_UTF8) || !sqlite_text_run(c, st, NULL, NULL, e))
        return false;
    return ch->drop || learn_words(c, ch, e);
}

bool sqlite_text_flush(struct conn *c, struct err *e)
{
    struct text_changes *ch = &c->changes;
    bool many = ch->n - ch->done >= MANY, any = ch->done < ch->n;
    for (struct text_index *ix = c->texts; many && ix; ix = ix->next)
        if (ix->has_pending && !sqlite_pending_move(c, ix, true, e))
            return false;
    for (; ch->done < ch->n; ch->done++)
        if (!(many ? sqlite_text_apply : sqlite_pending_add)(c, &ch->v[ch->done], e))
            return false;
    for (struct text_index *ix = c->texts; any && ix; ix = ix->next)
        if (ix->has_pending && !sqlite_pending_move(c, ix, false, e))
            return false;
    return true;
}

void sqlite_text_close(struct conn *c)
{
    for (struct text_index *ix = c->texts, *next; ix; ix = next) {
        next = ix->next;
        for (int i = 0; i < TEXT_STATEMENTS; i++)
            sqlite3_finalize(ix->st[i]);
        free(ix->known.v);
        free(ix);
    }
    c->texts = NULL;
    free(c->changes.v);
}
