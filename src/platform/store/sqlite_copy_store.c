// SPDX-License-Identifier: AGPL-3.0-or-later
/* SQLite: which tables there are, and many rows into one. */
#include <string.h>

#include "platform/store/sqlite_inner.h"

enum { TABLES_MAX = 256, COLUMNS_MAX = 64 };

static int type_of(const char *declared)
{
    return !declared ? VAL_TEXT : strcmp(declared, "INTEGER") == 0 ? VAL_INT : strcmp(declared, "BLOB") == 0 ? VAL_BLOB : VAL_TEXT;
}

static bool read_columns(struct conn *c, struct arena *a, struct table_shape *t, struct err *e)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(c->db, "SELECT name, type, pk FROM pragma_table_info(?1) ORDER BY cid", -1, &st, NULL);
    t->columns = arena_array(a, struct table_column, COLUMNS_MAX);
    t->key = arena_array(a, const char *, COLUMNS_MAX);
    if (!rc)
        sqlite3_bind_text(st, 1, t->name, -1, SQLITE_STATIC);
    while (!rc && (rc = sqlite3_step(st)) == SQLITE_ROW && t->columns_n < COLUMNS_MAX) {
        struct table_column *column = &t->columns[t->columns_n++];
        int key = sqlite3_column_int(st, 2);
        column->name = str_copy(a, str_of((const char *)sqlite3_column_text(st, 0))).p;
        column->type = type_of((const char *)sqlite3_column_text(st, 1));
        if (key > 0 && key <= COLUMNS_MAX) {
            t->key[key - 1] = column->name;
            t->key_n++;
        }
        rc = SQLITE_OK;
    }
    bool ok = rc == SQLITE_DONE || sqlite_fail(c, rc, true, e);
    sqlite3_finalize(st);
    return ok;
}

bool sqlite_tables(struct driver *d, struct conn *c, struct arena *a, struct table_shape **ret, size_t *ret_n, struct err *e)
{
    static const char z[] = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
                            " AND name NOT LIKE 'fts!_%' ESCAPE '!' AND name <> 'scrubbed' ORDER BY rowid";
    struct table_shape *list = arena_array(a, struct table_shape, TABLES_MAX);
    sqlite3_stmt *st = NULL;
    size_t n = 0;
    (void)d;
    int rc = sqlite3_prepare_v2(c->db, z, -1, &st, NULL);
    while (!rc && (rc = sqlite3_step(st)) == SQLITE_ROW && n < TABLES_MAX) {
        list[n++].name = str_copy(a, str_of((const char *)sqlite3_column_text(st, 0))).p;
        rc = SQLITE_OK;
    }
    bool ok = rc == SQLITE_DONE || sqlite_fail(c, rc, true, e);
    sqlite3_finalize(st);
    for (size_t i = 0; ok && i < n; i++)
        ok = read_columns(c, a, &list[i], e);
    *ret = list;
    *ret_n = n;
    return ok;
}

bool sqlite_load_begin(struct driver *d, struct conn *c, const struct table_shape *t, struct err *e)
{
    struct arena a;
    struct strbuf b;
    (void)d;
    sqlite3_finalize(c->load);
    c->load = NULL;
    arena_init(&a);
    strbuf_init(&b, &a, 1 << 16);
    strbuf_printf(&b, "INSERT INTO \"%s\" (", t->name);
    for (size_t i = 0; i < t->columns_n; i++)
        strbuf_printf(&b, "%s\"%s\"", i ? ", " : "", t->columns[i].name);
    strbuf_z(&b, ") VALUES (");
    for (size_t i = 0; i < t->columns_n; i++)
        strbuf_printf(&b, "%s?%zu", i ? ", " : "", i + 1);
    strbuf_z(&b, ")");
    int rc = sqlite3_prepare_v2(c->db, strbuf_text(&b).p, -1, &c->load, NULL);
    arena_done(&a);
    return !rc || sqlite_fail(c, rc, true, e);
}

bool sqlite_load_row(struct driver *d, struct conn *c, const struct val *v, struct err *e)
{
    int n = sqlite3_bind_parameter_count(c->load), rc = SQLITE_OK;
    (void)d;
    for (int i = 0; i < n && !rc; i++)
        rc = sqlite_bind(c->load, i + 1, &v[i], SQLITE_STATIC);
    if (!rc)
        rc = sqlite3_step(c->load);
    bool ok = rc == SQLITE_DONE || sqlite_fail(c, rc, true, e);
    sqlite3_reset(c->load);
    return ok;
}

bool sqlite_load_end(struct driver *d, struct conn *c, struct err *e)
{
    (void)d, (void)e;
    sqlite3_finalize(c->load);
    c->load = NULL;
    return true;
}
