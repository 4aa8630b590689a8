// SPDX-License-Identifier: AGPL-3.0-or-later
/* PostgreSQL: statements and their rows. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/store/postgres_inner.h"

/* Of the server's own catalogue: they never change. */
enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25 };

/* ---- parameters ---- */

struct params {
    Oid types[PG_PARAMS];
    const char *values[PG_PARAMS];
    int lengths[PG_PARAMS], formats[PG_PARAMS];
    char numbers[PG_PARAMS][24];
};

static void type_set(struct pg_types *t, size_t i, unsigned type)
{
    t->of[i / 32] |= (uint64_t)type << i % 32 * 2;
}

static void one_param(struct params *p, size_t i, const struct val *v)
{
    p->values[i] = NULL;
    p->types[i] = 0;
    p->lengths[i] = p->formats[i] = 0;
    switch (v->type) {
    case VAL_INT:
        p->types[i] = OID_INT8;
        snprintf(p->numbers[i], sizeof p->numbers[i], "%" PRId64, v->i);
        p->values[i] = p->numbers[i];
        break;
    case VAL_TEXT: /* binary as well: it need not end in NUL */
    case VAL_BLOB:
        p->types[i] = v->type == VAL_TEXT ? OID_TEXT : OID_BYTEA;
        p->values[i] = v->s.p ? v->s.p : "";
        p->lengths[i] = (int)v->s.n;
        p->formats[i] = 1;
        break;
    case VAL_NULL:
        break;
    }
}

/* The highest $N outside of quotes. */
static bool count_params(const char *z, uint8_t *ret_n, struct err *e)
{
    bool quoted = false;
    long highest = 0;
    for (const char *p = z; *p; p++) {
        quoted ^= *p == '\'';
        if (*p != '$' || quoted)
            continue;
        long n = strtol(p + 1, NULL, 10);
        if (n < 1 || n > PG_PARAMS)
            return FAIL(e, ERR_STORE, "err.store.sql", "parameters are $1 to $%d", PG_PARAMS);
        highest = n > highest ? n : highest;
    }
    *ret_n = (uint8_t)highest;
    return true;
}

/* ---- prepared statements ---- */

void pg_forget_statements(struct conn *c)
{
    memset(c->statements, 0, sizeof c->statements);
    c->numbers = 0;
}

static void name_of(uint32_t number, char name[16])
{
    snprintf(name, 16, "s%" PRIu32, number);
}

static bool prepare(struct conn *c, const char *z, const Oid *types, struct pg_statement *place, struct err *e)
{
    char name[16], drop[40];
    if (place->z) {
        snprintf(drop, sizeof drop, "DEALLOCATE s%" PRIu32, place->number);
        if (!pg_script(c, drop, e))
            return false;
        place->z = NULL;
    }
    place->number = ++c->numbers;
    if (!count_params(z, &place->values_n, e))
        return false;
    name_of(place->number, name);
    PGresult *r = PQprepare(c->pg, name, z, types ? place->values_n : 0, types);
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        return pg_fail(c, r, e);
    PQclear(r);
    place->z = z;
    return true;
}

static struct pg_statement *statement(struct conn *c, struct sql sql, const struct pg_types *types, const Oid *oids,
                                      struct err *e)
{
    uint64_t h = (uint64_t)(uintptr_t)sql.z * 0x9e3779b97f4a7c15u;
    struct pg_statement *set = c->statements[h >> 57], *place = set;
    for (int i = 0; i < PG_WAYS; i++) {
        if (set[i].z == sql.z && memcmp(&set[i].types, types, sizeof *types) == 0) {
            set[i].last_use = ++c->clock;
            return &set[i];
        }
        if (place->z && (!set[i].z || set[i].last_use < place->last_use))
            place = &set[i];
    }
    if (!prepare(c, sql.z, oids, place, e))
        return NULL;
    place->types = *types;
    place->last_use = ++c->clock;
    return place;
}

/* Makes the connection free for a statement, prepares it, sets its values. */
static struct pg_statement *bind(struct conn *c, struct sql sql, struct vals v, struct params *p, struct err *e)
{
    struct pg_types types = {0};
    uint8_t wanted = 0;
    if (!count_params(sql.z, &wanted, e))
        return NULL;
    if (v.n != wanted) {
        err_set(e, ERR_STORE, "err.store.sql", "%zu values for $1 to $%d: %.120s", v.n, wanted, sql.z);
        return NULL;
    }
    for (size_t i = 0; i < v.n; i++) {
        one_param(p, i, &v.v[i]);
        type_set(&types, i, v.v[i].type);
    }
    pg_quiesce(c);
    return pg_ready(c, e) ? statement(c, sql, &types, p->types, e) : NULL;
}

bool pg_attempt(struct driver *d, struct conn *c, struct sql sql, struct err *e)
{
    struct pg_statement once = {0};
    char drop[40];
    (void)d;
    pg_quiesce(c);
    if (!pg_ready(c, e) || !prepare(c, sql.z, NULL, &once, e))
        return false;
    snprintf(drop, sizeof drop, "DEALLOCATE s%" PRIu32, once.number);
    return pg_script(c, drop, e);
}

bool pg_exec(struct driver *d, struct conn *c, struct sql sql, struct vals v, int64_t *ret_changed, struct err *e)
{
    struct params p;
    char name[16];
    (void)d;
    struct pg_statement *st = bind(c, sql, v, &p, e);
    if (!st)
        return false;
    name_of(st->number, name);
    PGresult *r = PQexecPrepared(c->pg, name, st->values_n, p.values, p.lengths, p.formats, 0);
    ExecStatusType status = PQresultStatus(r);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return pg_fail(c, r, e);
    const char *tuples = PQcmdTuples(r);
    *ret_changed = status == PGRES_COMMAND_OK && *tuples ? strtoll(tuples, NULL, 10) : 0;
    c->changed |= *ret_changed > 0;
    PQclear(r);
    return true;
}

/* ---- rows ---- */

static struct cursor *cursor_new(struct conn *c)
{
    struct cursor *cur = c->spare;
    if (cur)
        c->spare = cur->spare;
    else if (!(cur = calloc(1, sizeof *cur)))
        die("out of memory");
    else
        arena_init(&cur->a);
    cur->c = c;
    cur->spare = NULL;
    return cur;
}

void pg_free_cursors(struct conn *c)
{
    while (c->spare) {
        struct cursor *cur = c->spare;
        c->spare = cur->spare;
        arena_done(&cur->a);
        free(cur->rows);
        free(cur);
    }
}

static void drop_row(struct cursor *cur)
{
    PQclear(cur->row);
    cur->row = NULL;
}

/* The next from the server into cur->row; false at the end, and on failure (cur->failed). */
static bool fetch(struct cursor *cur)
{
    struct conn *c = cur->c;
    PGresult *r = PQgetResult(c->pg);
    if (r && PQresultStatus(r) == PGRES_SINGLE_TUPLE) {
        cur->row = r;
        return true;
    }
    cur->coming = false;
    c->streaming = NULL;
    if (!r || PQresultStatus(r) != PGRES_TUPLES_OK) {
        cur->failed = true;
        pg_fail(c, r, &cur->why);
    } else {
        PQclear(r);
    }
    while ((r = PQgetResult(c->pg)))
        PQclear(r);
    return false;
}

static void note_columns(struct cursor *cur)
{
    if (cur->types || !cur->row)
        return;
    cur->columns = PQnfields(cur->row);
    cur->types = arena_array(&cur->a, Oid, (size_t)cur->columns + 1);
    for (int i = 0; i < cur->columns; i++)
        cur->types[i] = PQftype(cur->row, i);
    cur->begun = arena_mark(&cur->a);
}

static void keep_row(struct cursor *cur)
{
    if (cur->rows_n == cur->rows_room) {
        cur->rows_room = cur->rows_room ? cur->rows_room * 2 : 16;
        cur->rows = realloc(cur->rows, cur->rows_room * sizeof(struct str *));
        if (!cur->rows)
            die("out of memory");
    }
    struct str *row = arena_array(&cur->a, struct str, (size_t)cur->columns + 1);
    for (int i = 0; i < cur->columns; i++) {
        size_t n = (size_t)PQgetlength(cur->row, 0, i);
        if (!PQgetisnull(cur->row, 0, i))
            row[i] = (struct str){arena_copy(&cur->a, PQgetvalue(cur->row, 0, i), n), n};
    }
    cur->rows[cur->rows_n++] = row;
}

/* The row that is read now stays where it is. */
void pg_quiesce(struct conn *c)
{
    struct cursor *cur = c->streaming;
    if (!cur)
        return;
    PGresult *now = cur->fetched ? NULL : cur->row;
    if (cur->fetched) {
        keep_row(cur);
        drop_row(cur);
        cur->fetched = false;
    }
    while (fetch(cur)) {
        keep_row(cur);
        drop_row(cur);
    }
    cur->row = now;
}

bool pg_query(struct driver *d, struct conn *c, struct sql sql, struct vals v, struct cursor **ret_cursor, struct err *e)
{
    struct params p;
    char name[16];
    (void)d;
    struct pg_statement *st = bind(c, sql, v, &p, e);
    if (!st)
        return false;
    name_of(st->number, name);
    if (!PQsendQueryPrepared(c->pg, name, st->values_n, p.values, p.lengths, p.formats, 0) || !PQsetSingleRowMode(c->pg))
        return pg_fail(c, NULL, e);
    struct cursor *cur = cursor_new(c);
    c->streaming = cur;
    cur->coming = true;
    cur->fetched = fetch(cur);
    if (cur->failed) {
        *e = cur->why;
        pg_finish(d, cur);
        return false;
    }
    note_columns(cur);
    *ret_cursor = cur;
    return true;
}

bool pg_step(struct driver *d, struct cursor *cur, bool *ret_row, struct err *e)
{
    (void)d;
    *ret_row = true;
    if (cur->fetched) {
        cur->fetched = false;
        return true;
    }
    drop_row(cur);
    if (cur->types && !cur->rows_n)
        arena_rewind(&cur->a, cur->begun); /* the last row's blobs */
    if (cur->coming && fetch(cur))
        return true;
    if (cur->at < cur->rows_n) {
        cur->at++;
        return true;
    }
    if (cur->failed) {
        *e = cur->why;
        return false;
    }
    cur->at = cur->rows_n + 1;
    *ret_row = false;
    return true;
}

void pg_finish(struct driver *d, struct cursor *cur)
{
    struct conn *c = cur->c;
    (void)d;
    drop_row(cur);
    while (cur->coming && fetch(cur))
        drop_row(cur);
    arena_reset(&cur->a);
    cur->rows_n = cur->at = 0;
    cur->columns = 0;
    cur->types = NULL;
    cur->failed = cur->fetched = false;
    cur->spare = c->spare;
    c->spare = cur;
}

/* p NULL: NULL, or no such column. */
static struct str value(const struct cursor *cur, int column)
{
    if (column >= cur->columns)
        return (struct str){NULL, 0};
    if (cur->row)
        return PQgetisnull(cur->row, 0, column)
                   ? (struct str){NULL, 0}
                   : (struct str){PQgetvalue(cur->row, 0, column), (size_t)PQgetlength(cur->row, 0, column)};
    return cur->at && cur->at <= cur->rows_n ? cur->rows[cur->at - 1][column] : (struct str){NULL, 0};
}

bool pg_column_null(struct cursor *cur, int column)
{
    return !value(cur, column).p;
}

int64_t pg_column_int(struct cursor *cur, int column)
{
    struct str s = value(cur, column);
    if (!s.p)
        return 0;
    return cur->types[column] == OID_BOOL ? *s.p == 't' : strtoll(s.p, NULL, 10);
}

static int nibble(char c)
{
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

struct str pg_column_str(struct cursor *cur, int column)
{
    struct str s = value(cur, column);
    if (!s.p)
        return (struct str){"", 0};
    if (cur->types[column] != OID_BYTEA || s.n < 2)
        return s;
    size_t n = s.n / 2 - 1; /* behind \x */
    char *bytes = arena_alloc_raw(&cur->a, n + 1);
    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)(nibble(s.p[2 + 2 * i]) << 4 | nibble(s.p[3 + 2 * i]));
    return (struct str){bytes, n};
}
