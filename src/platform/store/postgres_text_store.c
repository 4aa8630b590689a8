// SPDX-License-Identifier: AGPL-3.0-or-later
/* Full text in PostgreSQL. An index NAME is one table fts_NAME: the folded
 * text of each document, numbered as they were put, with its words under GIN.
 * The newest documents that hold every word are ranked here, by the same
 * measure as in SQLite. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/store/postgres_inner.h"
#include "platform/store/text_rank.h"

enum { VALUES_MAX = 3, NAME_MAX_ = 32, LEXEME_MAX = 2000, STATEMENT_MAX = 600, TEXT_BYTES = 16 << 20 };

/* ---- which are there ---- */

static bool listed(const char *const *list, const char *name)
{
    for (int i = 0; i < PG_TEXTS; i++)
        if (list[i] && strcmp(list[i], name) == 0)
            return true;
    return false;
}

static void enlist(const char **list, const char *name)
{
    for (int i = 0; i < PG_TEXTS; i++)
        if (!list[i]) {
            list[i] = name;
            return;
        }
}

void pg_texts_end(struct conn *c, bool committed)
{
    for (int i = 0; i < PG_TEXTS; i++)
        if (committed && c->texts_new[i] && !listed(c->texts, c->texts_new[i]))
            enlist(c->texts, c->texts_new[i]);
    memset(c->texts_new, 0, sizeof c->texts_new);
}

void pg_texts_undo(struct conn *c)
{
    memset(c->texts_new, 0, sizeof c->texts_new);
}

static bool is_name(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz_");
    return n && !name[n] && n <= NAME_MAX_;
}

/* '~' stands for the index's name. */
static void with_name(char *out, size_t room, const char *words, const char *name)
{
    size_t n = 0;
    for (const char *p = words; *p && n + NAME_MAX_ + 1 < room; p++)
        n += *p == '~' ? (size_t)snprintf(out + n, room - n, "%s", name) : (size_t)snprintf(out + n, room - n, "%c", *p);
}

/* The second may hold anything, and is sent as it is. */
static PGresult *ask(struct conn *c, const char *words, const char *name, const struct str *values, int n)
{
    char z[STATEMENT_MAX];
    const char *p[VALUES_MAX];
    int lengths[VALUES_MAX], formats[VALUES_MAX];
    for (int i = 0; i < n; i++) {
        p[i] = values[i].p ? values[i].p : "";
        lengths[i] = (int)values[i].n;
        formats[i] = i == 1;
    }
    with_name(z, sizeof z, words, name);
    return PQexecParams(c->pg, z, n, NULL, p, lengths, formats, 0);
}

static bool exists(struct conn *c, const char *name, bool *ret, struct err *e)
{
    pg_quiesce(c);
    if (!is_name(name))
        return FAIL(e, ERR_STORE, "err.store.sql", "no name of a text index");
    if (!pg_ready(c, e))
        return false;
    *ret = listed(c->texts, name) || listed(c->texts_new, name);
    if (*ret)
        return true;
    PGresult *r = ask(c, "SELECT 1 WHERE to_regclass('fts_~') IS NOT NULL", name, NULL, 0);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        return pg_fail(c, r, e);
    *ret = PQntuples(r) == 1;
    PQclear(r);
    if (*ret)
        enlist(c->texts_new, name);
    return true;
}

static bool make(struct conn *c, const char *name, struct err *e)
{
    char z[STATEMENT_MAX];
    bool there = false;
    if (!exists(c, name, &there, e))
        return false;
    if (there)
        return true;
    with_name(z, sizeof z,
              "CREATE TABLE fts_~ (id BIGINT NOT NULL PRIMARY KEY, doc BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY,"
              " body TEXT COLLATE \"C\" NOT NULL, words TSVECTOR NOT NULL);"
              "CREATE INDEX fts_~_newest ON fts_~ (doc); CREATE INDEX fts_~_words ON fts_~ USING GIN (words)", name);
    if (!pg_script(c, z, e))
        return false;
    enlist(c->texts_new, name);
    return true;
}

/* ---- putting ---- */

static void say_lexeme(struct strbuf *b, struct str word)
{
    strbuf_char(b, '\'');
    strbuf_str(b, word); /* letters and digits: nothing to escape */
    strbuf_char(b, '\'');
}

static struct str vector_of(struct arena *a, struct str folded)
{
    struct strbuf b;
    struct str word;
    strbuf_init(&b, a, TEXT_BYTES);
    while (text_next_word(&folded, &word)) {
        strbuf_char(&b, ' ');
        say_lexeme(&b, str_cut(word, 0, LEXEME_MAX));
    }
    return strbuf_text(&b);
}

static bool done(struct conn *c, PGresult *r, struct err *e)
{
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        return pg_fail(c, r, e);
    PQclear(r);
    c->changed = true;
    return true;
}

bool pg_text_put(struct driver *d, struct conn *c, const char *index, int64_t id, struct str folded, struct err *e)
{
    char number[24];
    struct arena a;
    (void)d;
    if (!make(c, index, e))
        return false;
    arena_init(&a);
    struct str words = vector_of(&a, folded);
    snprintf(number, sizeof number, "%" PRId64, id);
    const struct str values[] = {str_of(number), folded, words};
    bool ok = done(c, ask(c, "INSERT INTO fts_~ (id, body, words) VALUES ($1::bigint, $2::text, $3::tsvector)", index, values, 3), e);
    arena_done(&a);
    return ok;
}

bool pg_text_drop(struct driver *d, struct conn *c, const char *index, int64_t id, struct str folded, struct err *e)
{
    char number[24];
    bool there = true;
    (void)d, (void)folded;
    if (!exists(c, index, &there, e))
        return false;
    if (!there)
        return true;
    snprintf(number, sizeof number, "%" PRId64, id);
    const struct str value = str_of(number);
    return done(c, ask(c, "DELETE FROM fts_~ WHERE id = $1::bigint", index, &value, 1), e);
}

/* ---- finding ---- */

struct ranked {
    int64_t id;
    double score;
    int place; /* the newest is 0 */
};

static int by_score(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return x->place - y->place;
}

static struct str query_of(struct arena *a, const struct text_words *w)
{
    struct strbuf b;
    strbuf_init(&b, a, 4096);
    for (int i = 0; i < w->n; i++) {
        strbuf_z(&b, i ? " & " : "");
        say_lexeme(&b, w->v[i]);
        strbuf_z(&b, w->prefix && i == w->n - 1 ? ":*" : "");
    }
    return strbuf_text(&b);
}

static void rank_all(PGresult *r, const struct text_words *w, const struct text_query *q, struct text_hit *hits, size_t *ret_n)
{
    struct ranked found[TEXT_CANDIDATES];
    size_t n = 0;
    for (int i = 0; i < PQntuples(r) && i < TEXT_CANDIDATES; i++) {
        struct str body = {PQgetvalue(r, i, 1), (size_t)PQgetlength(r, i, 1)};
        double score = text_rank(w, body);
        if (score >= 0)
            found[n++] = (struct ranked){strtoll(PQgetvalue(r, i, 0), NULL, 10), score, i};
    }
    qsort(found, n, sizeof *found, by_score);
    *ret_n = n < q->limit ? n : q->limit;
    for (size_t i = 0; i < *ret_n; i++)
        hits[i] = (struct text_hit){found[i].id, found[i].score};
}

static bool find(struct conn *c, const struct text_query *q, const struct text_words *w, struct text_hit *hits, size_t *ret_n,
                 struct err *e)
{
    struct arena a;
    arena_init(&a);
    struct str words = query_of(&a, w);
    PGresult *r = ask(c, "SELECT id, body FROM fts_~ WHERE words @@ $1::tsquery ORDER BY doc DESC LIMIT 400", q->index, &words, 1);
    bool ok = PQresultStatus(r) == PGRES_TUPLES_OK;
    if (ok)
        rank_all(r, w, q, hits, ret_n);
    else
        pg_fail(c, r, e);
    if (ok)
        PQclear(r);
    arena_done(&a);
    return ok;
}

bool pg_text_find(struct driver *d, struct conn *c, const struct text_query *q, struct text_hit *hits, size_t *ret_n,
                  struct err *e)
{
    struct text_words w = text_words_of(q->words, q->prefix);
    bool there = false;
    (void)d;
    if (!exists(c, q->index, &there, e))
        return false;
    *ret_n = 0;
    return !there || !w.n || find(c, q, &w, hits, ret_n, e);
}
