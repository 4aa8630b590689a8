// SPDX-License-Identifier: AGPL-3.0-or-later
/* All rows of one database into another of the same schema: between SQLite and PostgreSQL, either way.
 *
 * The source is read in one snapshot while others write to it; what is copied is the database of that moment. Each batch
 * is one commit of the target, with a mark of how far it came: an interrupted copy goes on where it was. Then both sides are
 * read and compared, table by table. Full-text indexes are no tables: who fills them does so again. */
#ifndef PLATFORM_STORE_COPY_H
#define PLATFORM_STORE_COPY_H
#include "platform/store/store.h"

struct store_copied {
    int64_t tables, rows;
};

struct store_copy {
    struct store *from, *to; /* both migrated by this program; nobody else writes to `to` */
    void (*progress)(void *arg, const char *table, int64_t rows); /* after each batch; may be NULL */
    void *arg;
};

/* ERR_CONFLICT "err.store.copy.full" when the target holds rows that no copy put there; ERR_STORE "err.store.copy.differs"
 * when the comparison finds a table that is not the same (the source changed between two tries, or a disk lies): detail
 * names it. Cost: reads the source twice and the target once, in constant memory. */
bool store_copy_tables(const struct store_copy *c, struct store_copied *ret, struct err *e);

/* For what is filled in behind the tables: how far it came (0: not begun), in the same commit. */
bool store_copy_marked(struct rd *rd, const char *what, int64_t *ret_n, struct err *e);
bool store_copy_mark(struct tx *tx, const char *what, int64_t n, struct err *e);

/* Names of all tables, in the order they were made (what a table refers to comes before it); not those of text indexes. */
bool store_table_names(struct store *s, struct arena *a, struct str **ret, size_t *ret_n, struct err *e);

/* The target is whole: the marks go. */
bool store_copy_end(struct store *to, struct err *e);
#endif
