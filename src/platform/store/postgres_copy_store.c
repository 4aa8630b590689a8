// SPDX-License-Identifier: AGPL-3.0-or-later
/* PostgreSQL: which tables there are, and many rows into one (COPY). */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "platform/store/postgres_inner.h"

enum { COLUMNS_MAX = 64, SEND_BYTES = 1 << 16, ROW_BYTES = 256 << 20 };

static int type_of(const char *name)
{
    return strcmp(name, "bigint") == 0 ? VAL_INT : strcmp(name, "bytea") == 0 ? VAL_BLOB : VAL_TEXT;
}

/* A row for each column: table, column, type, place in the primary key or 0. */
static const char shape_words[] =
    "SELECT c.relname, a.attname, format_type(a.atttypid, NULL), coalesce(array_position(k.conkey, a.attnum), 0)"
    " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
    " LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'"
    " WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND c.relname NOT LIKE 'fts!_%' ESCAPE '!'"
    " ORDER BY c.oid, a.attnum";

static void add_column(struct arena *a, struct table_shape *t, PGresult *r, int row)
{
    struct table_column *column = &t->columns[t->columns_n++];
    int64_t key = strtoll(PQgetvalue(r, row, 3), NULL, 10);
    column->name = str_copy(a, str_of(PQgetvalue(r, row, 1))).p;
    column->type = type_of(PQgetvalue(r, row, 2));
    if (key > 0 && key <= COLUMNS_MAX) {
        t->key[key - 1] = column->name;
        t->key_n++;
    }
}

bool pg_tables(struct driver *d, struct conn *c, struct arena *a, struct table_shape **ret, size_t *ret_n, struct err *e)
{
    (void)d;
    if (!pg_ready(c, e))
        return false;
    PGresult *r = PQexec(c->pg, shape_words);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        return pg_fail(c, r, e);
    struct table_shape *list = arena_array(a, struct table_shape, (size_t)PQntuples(r) + 1), *t = NULL;
    size_t n = 0;
    for (int i = 0; i < PQntuples(r); i++) {
        if (!t || strcmp(t->name, PQgetvalue(r, i, 0)) != 0) {
            t = &list[n++];
            t->name = str_copy(a, str_of(PQgetvalue(r, i, 0))).p;
            t->columns = arena_array(a, struct table_column, COLUMNS_MAX);
            t->key = arena_array(a, const char *, COLUMNS_MAX);
        }
        if (t->columns_n < COLUMNS_MAX)
            add_column(a, t, r, i);
    }
    PQclear(r);
    *ret = list;
    *ret_n = n;
    return true;
}

/* ---- COPY ---- */

bool pg_load_begin(struct driver *d, struct conn *c, const struct table_shape *t, struct err *e)
{
    struct strbuf b;
    (void)d;
    if (!pg_ready(c, e))
        return false;
    pg_quiesce(c);
    arena_reset(&c->load_arena);
    strbuf_init(&c->load, &c->load_arena, ROW_BYTES);
    strbuf_init(&b, &c->load_arena, 1 << 16);
    strbuf_printf(&b, "COPY \"%s\" (", t->name);
    for (size_t i = 0; i < t->columns_n; i++)
        strbuf_printf(&b, "%s\"%s\"", i ? ", " : "", t->columns[i].name);
    strbuf_z(&b, ") FROM STDIN");
    c->load_columns = t->columns_n;
    PGresult *r = PQexec(c->pg, strbuf_text(&b).p);
    if (PQresultStatus(r) != PGRES_COPY_IN)
        return pg_fail(c, r, e);
    PQclear(r);
    return true;
}

static void say_text(struct strbuf *b, struct str s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        const char *as = s.p[i] == '\\' ? "\\\\" : s.p[i] == '\n' ? "\\n" : s.p[i] == '\r' ? "\\r" : s.p[i] == '\t' ? "\\t" : NULL;
        if (!as)
            continue;
        strbuf_add(b, s.p + from, i - from);
        strbuf_z(b, as);
        from = i + 1;
    }
    strbuf_add(b, s.p + from, s.n - from);
}

static void say_bytes(struct strbuf *b, struct str s)
{
    static const char digits[] = "0123456789abcdef";
    strbuf_z(b, "\\\\x");
    char *at = strbuf_room(b, 2 * s.n);
    if (!at)
        return;
    for (size_t i = 0; i < s.n; i++) {
        at[2 * i] = digits[(unsigned char)s.p[i] >> 4];
        at[2 * i + 1] = digits[s.p[i] & 15];
    }
    b->n += 2 * s.n;
}

static bool send_rows(struct conn *c, struct err *e)
{
    if (c->load.full)
        return FAIL(e, ERR_TOO_LARGE, "err.store.write", "a row of more than %d MB", ROW_BYTES >> 20);
    if (PQputCopyData(c->pg, c->load.p, (int)c->load.n) != 1)
        return pg_fail(c, NULL, e);
    c->load.n = 0;
    return true;
}

bool pg_load_row(struct driver *d, struct conn *c, const struct val *v, struct err *e)
{
    struct strbuf *b = &c->load;
    (void)d;
    for (size_t i = 0; i < c->load_columns; i++) {
        if (i)
            strbuf_char(b, '\t');
        if (v[i].type == VAL_INT)
            strbuf_int(b, v[i].i);
        else if (v[i].type == VAL_TEXT)
            say_text(b, v[i].s);
        else if (v[i].type == VAL_BLOB)
            say_bytes(b, v[i].s);
        else
            strbuf_z(b, "\\N");
    }
    strbuf_char(b, '\n');
    return b->n < SEND_BYTES || send_rows(c, e);
}

bool pg_load_end(struct driver *d, struct conn *c, struct err *e)
{
    (void)d;
    if (!send_rows(c, e))
        return false;
    PGresult *r = PQputCopyEnd(c->pg, NULL) == 1 ? PQgetResult(c->pg) : NULL;
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        return pg_fail(c, r, e);
    PQclear(r);
    while ((r = PQgetResult(c->pg)))
        PQclear(r);
    c->changed = true;
    return true;
}
