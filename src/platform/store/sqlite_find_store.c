// SPDX-License-Identifier: AGPL-3.0-or-later
/* Full text in SQLite: finding. Candidates are taken newest first, a block of
 * documents at a time, until there are enough or time is up; then ranked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "platform/store/sqlite_text.h"

enum {
    CANDIDATES = TEXT_CANDIDATES,
    WORDS = TEXT_WORDS,
    COMPLETIONS = 32,
    USUAL = 24,          /* of them, usual words first */
    FEW = 12000,         /* so few documents, times words, bound the search by themselves */
    TIME_US = 8000,      /* of work; ten times as much of waiting (for the disk, for a turn) */
    EXPRESSION_MAX = (WORDS + COMPLETIONS) * (WORD_MAX + 8)
};

struct candidate {
    int64_t doc;
    double score;
};

struct search {
    struct conn *c;
    struct text_index *ix;
    struct text_words w;
    int64_t last, rarest; /* documents in all; estimate of those that hold the rarest word */
    char expression[EXPRESSION_MAX];
    size_t expression_n;
    struct candidate found[CANDIDATES];
    int found_n;
    int64_t until_us, latest_us; /* of the thread's own time; of the clock on the wall */
};

/* The time that this thread has worked: another's turn on a busy machine is not held against it. */
static int64_t worked_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static bool time_is_up(const struct search *s)
{
    return worked_us() > s->until_us || monotonic_us() > s->latest_us;
}

/* ---- ranking ---- */

/* nearness(index, words): from where the words stand in one document. Phrases
 * past the last word are completions of it. */
static void nearness(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *ctx, int args, sqlite3_value **arg)
{
    int n = 0, times[WORDS] = {0}, words = args ? sqlite3_value_int(arg[0]) : 1;
    int here_at = -2, before_at = -2;
    unsigned here = 0, before = 0, pairs = 0;
    if (api->xInstCount(fts, &n))
        n = 0;
    for (int i = 0; i < n && words > 0 && words <= WORDS; i++) {
        int phrase, column, at;
        if (api->xInst(fts, i, &phrase, &column, &at))
            break;
        int word = phrase < words ? phrase : words - 1;
        if (at != here_at) {
            before = here, before_at = here_at;
            here = 0, here_at = at;
        }
        times[word] += !(here >> word & 1); /* a completion may have been said twice */
        here |= 1u << word;
        if (before_at == at - 1)
            pairs |= before << 1 & here;
    }
    sqlite3_result_double(ctx, text_score(times, words < WORDS ? words : WORDS, pairs));
}

bool sqlite_text_prepare(struct conn *c, struct err *e)
{
    sqlite3_stmt *st;
    fts5_api *api = NULL;
    int rc = sqlite3_prepare_v2(c->db, "SELECT fts5(?1)", -1, &st, NULL);
    if (rc)
        return sqlite_fail(c, rc, true, e);
    sqlite3_bind_pointer(st, 1, &api, "fts5_api_ptr", NULL);
    sqlite3_step(st);
    sqlite3_finalize(st);
    if (!api || api->xCreateFunction(api, "nearness", NULL, nearness, NULL))
        return FAIL(e, ERR_STORE, "err.store.open", "this SQLite has no full text (FTS5)");
    return true;
}

static int by_score(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return x->doc < y->doc ? 1 : -1;
}

/* ---- the expression ---- */

static void say(struct search *s, const char *p, size_t n)
{
    if (s->expression_n + n >= sizeof s->expression)
        return; /* cannot be: the sizes are counted for the longest */
    memcpy(s->expression + s->expression_n, p, n);
    s->expression_n += n;
}

static void say_word(struct search *s, const char *before, struct str word)
{
    say(s, before, strlen(before));
    say(s, "\"", 1);
    say(s, word.p, word.n);
    say(s, "\"", 1);
}

static bool how_many(struct search *s, struct str word, int64_t *ret_n, struct err *e)
{
    sqlite3_stmt *st = sqlite_text_statement(s->c, s->ix, TEXT_HOW_MANY, e);
    if (!st)
        return false;
    sqlite3_bind_text64(st, 1, word.p, word.n, SQLITE_STATIC, SQLITE_UTF8);
    int rc = sqlite3_step(st);
    *ret_n = rc == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
    sqlite3_reset(st);
    return rc == SQLITE_ROW || rc == SQLITE_DONE || sqlite_fail(s->c, rc, false, e);
}

/* Adds the words from one list that begin so; *n says how many are there. */
static bool complete_from(struct search *s, enum text_statement list, int limit, int *n, int64_t *held, struct err *e)
{
    struct str begin = s->w.v[s->w.n - 1];
    char end[WORD_MAX + 1];
    int rc;
    sqlite3_stmt *st = sqlite_text_statement(s->c, s->ix, list, e);
    if (!st)
        return false;
    memcpy(end, begin.p, begin.n);
    end[begin.n] = (char)0xff; /* above every byte of UTF-8 */
    sqlite3_bind_text64(st, 1, begin.p, begin.n, SQLITE_STATIC, SQLITE_UTF8);
    sqlite3_bind_text64(st, 2, end, begin.n + 1, SQLITE_STATIC, SQLITE_UTF8);
    sqlite3_bind_int(st, 3, limit);
    while ((rc = sqlite3_step(st)) == SQLITE_ROW && *n < limit) {
        struct str word = {(const char *)sqlite3_column_text(st, 0), (size_t)sqlite3_column_bytes(st, 0)};
        say_word(s, *n ? " OR " : "(", word);
        *held += list == TEXT_USUAL ? sqlite3_column_int64(st, 1) : 0;
        ++*n;
    }
    sqlite3_reset(st);
    return rc == SQLITE_ROW || rc == SQLITE_DONE || sqlite_fail(s->c, rc, false, e);
}

static bool say_completions(struct search *s, int64_t *held, struct err *e)
{
    int n = 0;
    if (!complete_from(s, TEXT_USUAL, USUAL, &n, held, e) || !complete_from(s, TEXT_RARE, COMPLETIONS, &n, held, e))
        return false;
    if (!n)
        say_word(s, "(", s->w.v[s->w.n - 1]);
    say(s, ")", 1);
    return true;
}

static bool say_all(struct search *s, struct err *e)
{
    s->rarest = INT64_MAX;
    for (int i = 0; i < s->w.n; i++) {
        int64_t held = 0;
        if (i)
            say(s, " AND ", 5);
        if (s->w.prefix && i == s->w.n - 1 && s->w.v[i].n < WORD_MAX) {
            if (!say_completions(s, &held, e))
                return false;
        } else {
            say_word(s, "", s->w.v[i]);
            if (!how_many(s, s->w.v[i], &held, e))
                return false;
        }
        if (held < s->rarest)
            s->rarest = held;
    }
    return true;
}

/* ---- candidates ---- */

/* Those of one block (block < 0: of all), newest first. */
static bool take_block(struct search *s, char level, int64_t block, struct err *e)
{
    char text[EXPRESSION_MAX + 40];
    int rc, n = block < 0 ? snprintf(text, sizeof text, "%.*s", (int)s->expression_n, s->expression)
                          : snprintf(text, sizeof text, "%.*s AND \"#%c%lld\"", (int)s->expression_n, s->expression,
                                     level, (long long)block);
    sqlite3_stmt *st = sqlite_text_statement(s->c, s->ix, TEXT_MATCH, e);
    if (!st)
        return false;
    sqlite3_bind_text64(st, 1, text, (sqlite3_uint64)n, SQLITE_STATIC, SQLITE_UTF8);
    sqlite3_bind_int(st, 2, s->w.n);
    sqlite3_bind_int(st, 3, CANDIDATES - s->found_n);
    while ((rc = sqlite3_step(st)) == SQLITE_ROW && s->found_n < CANDIDATES) {
        s->found[s->found_n++] = (struct candidate){sqlite3_column_int64(st, 0), sqlite3_column_double(st, 1)};
        if (time_is_up(s)) /* the newest is told however slow the machine is */
            break;
    }
    sqlite3_reset(st);
    return rc == SQLITE_ROW || rc == SQLITE_DONE || sqlite_fail(s->c, rc, false, e);
}

/* ---- those that wait for the index ---- */

static bool take_pending(struct search *s, struct err *e)
{
    int rc;
    if (!sqlite_pending_exists(s->c, s->ix, e))
        return false;
    if (!s->ix->has_pending)
        return true;
    sqlite3_stmt *st = sqlite_text_statement(s->c, s->ix, TEXT_PENDING, e);
    if (!st)
        return false;
    while ((rc = sqlite3_step(st)) == SQLITE_ROW && s->found_n < CANDIDATES) { /* few, and bounded in bytes */
        struct str body = {(const char *)sqlite3_column_text(st, 1), (size_t)sqlite3_column_bytes(st, 1)};
        double score = text_rank(&s->w, body);
        if (score >= 0)
            s->found[s->found_n++] = (struct candidate){sqlite3_column_int64(st, 0), score};
    }
    sqlite3_reset(st);
    return rc == SQLITE_ROW || rc == SQLITE_DONE || sqlite_fail(s->c, rc, false, e);
}

static bool take_candidates(struct search *s, struct err *e)
{
    s->until_us = worked_us() + TIME_US;
    s->latest_us = monotonic_us() + 10 * TIME_US;
    if (!take_pending(s, e))
        return false;
    if (s->rarest * s->w.n <= FEW)
        return take_block(s, 0, -1, e);
    bool small = s->rarest >= s->last / 16;
    for (int64_t block = s->last >> (small ? SMALL_BLOCK : LARGE_BLOCK); block >= 0; block--) {
        if (!take_block(s, small ? 's' : 'l', block, e))
            return false;
        if (s->found_n >= CANDIDATES || time_is_up(s))
            break;
    }
    return true;
}

/* From document numbers to the caller's ids. */
static bool tell(struct search *s, struct text_hit *hits, size_t limit, size_t *ret_n, struct err *e)
{
    size_t n = 0;
    qsort(s->found, (size_t)s->found_n, sizeof *s->found, by_score);
    for (int i = 0; i < s->found_n && n < limit; i++) {
        sqlite3_stmt *st = sqlite_text_statement(s->c, s->ix, TEXT_ID, e);
        if (!st)
            return false;
        sqlite3_bind_int64(st, 1, s->found[i].doc);
        int rc = sqlite3_step(st);
        if (rc == SQLITE_ROW)
            hits[n++] = (struct text_hit){sqlite3_column_int64(st, 0), s->found[i].score};
        sqlite3_reset(st);
        if (rc != SQLITE_ROW && rc != SQLITE_DONE)
            return sqlite_fail(s->c, rc, false, e);
    }
    *ret_n = n;
    return true;
}

static bool last_document(struct search *s, struct err *e)
{
    sqlite3_stmt *st = sqlite_text_statement(s->c, s->ix, TEXT_LAST, e);
    if (!st)
        return false;
    int rc = sqlite3_step(st);
    s->last = rc == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
    sqlite3_reset(st);
    return rc == SQLITE_ROW || sqlite_fail(s->c, rc, false, e);
}

bool sqlite_text_find(struct driver *d, struct conn *c, const struct text_query *q, struct text_hit *hits,
                      size_t *ret_n, struct err *e)
{
    (void)d;
    struct search s = {.c = c, .w = text_words_of(q->words, q->prefix)};
    s.ix = sqlite_text_index(c, q->index, e);
    if (!s.ix || !sqlite_text_flush(c, e) || !sqlite_text_exists(c, s.ix, e))
        return false;
    if (!s.ix->exists || !s.w.n) {
        *ret_n = 0;
        return true;
    }
    return last_document(&s, e) && say_all(&s, e) && take_candidates(&s, e) && tell(&s, hits, q->limit, ret_n, e);
}
