// SPDX-License-Identifier: AGPL-3.0-or-later
/* What the store's tests stand on: a database each, commands, groups. */
#ifndef PLATFORM_STORE_TEST_BASE_H
#define PLATFORM_STORE_TEST_BASE_H
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/store/store.h"
#include "platform/store/test_database.h"

struct base {
    char dir[64], path[96], url[256];
    struct store *s;
    struct arena a;
};

static const char schema[] =
    "CREATE TABLE notes (office_id INTEGER NOT NULL, note_id INTEGER NOT NULL, text TEXT, bytes BLOB,"
    " PRIMARY KEY (office_id, note_id));\n"
    "CREATE TABLE marks (office_id INTEGER NOT NULL, note_id INTEGER NOT NULL, mark INTEGER NOT NULL CHECK (mark > 0),"
    " PRIMARY KEY (office_id, note_id, mark),"
    " FOREIGN KEY (office_id, note_id) REFERENCES notes DEFERRABLE INITIALLY DEFERRED);\n"
    "CREATE TABLE strict_marks (office_id INTEGER NOT NULL, note_id INTEGER NOT NULL,"
    " PRIMARY KEY (office_id, note_id), FOREIGN KEY (office_id, note_id) REFERENCES notes);";
static const struct migration first_migration[] = {{"test/001", schema, sizeof schema - 1}};

static inline void check(bool ok, const struct err *e)
{
    if (!ok)
        fail_msg("%s %s: %s", err_word(e->code), e->msg, e->detail);
}

static inline void reopen(struct base *b, bool read_only)
{
    struct err e = {0};
    struct store_options o = {.url = b->url, .read_only = read_only, .readers = 4};
    if (b->s)
        store_close(b->s);
    b->s = NULL;
    check(store_open(&o, &b->s, &e), &e);
}

static inline int set_up(void **state)
{
    struct err e = {0};
    struct base *b = calloc(1, sizeof *b);
    memcpy(b->dir, "/tmp/dinh-store-XXXXXX", 23);
    if (!mkdtemp(b->dir))
        return -1;
    snprintf(b->path, sizeof b->path, "%s/db", b->dir);
    test_database_to(b->url, sizeof b->url, b->dir, "db");
    arena_init(&b->a);
    *state = b;
    reopen(b, false);
    check(store_migrate(b->s, first_migration, 1, &e), &e);
    return 0;
}

static inline int tear_down(void **state)
{
    struct base *b = *state;
    char command[128];
    arena_done(&b->a);
    if (b->s)
        store_close(b->s);
    static const char *const files[] = {"db", "db-wal", "db-shm", "copy"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(command, sizeof command, "%s/%s", b->dir, files[i]);
        unlink(command);
    }
    rmdir(b->dir);
    free(b);
    return 0;
}

enum { THREADS = 16, EACH = 120 };

struct worker {
    pthread_t thread;
    struct base *b;
    int id, stored, refused;
};

struct text {
    int64_t id;
    const char *text;
    bool drop, fail;
};

static inline bool change_text(struct tx *tx, void *arg, struct err *e)
{
    struct text *t = arg;
    bool ok = t->drop ? store_text_drop(tx, "cases", t->id, str_of(t->text), e)
                      : store_text_put(tx, "cases", t->id, str_of(t->text), e);
    return ok && (!t->fail || FAIL(e, ERR_DENIED, "err.test", NULL));
}
#endif
