// SPDX-License-Identifier: AGPL-3.0-or-later
/* Moving a whole database: what `copy`, `backup` and `restore` share. */
#ifndef APP_COPY_H
#define APP_COPY_H
#include "app/cli.h"
#include "platform/store/store.h"

struct copied {
    int64_t tables, rows, texts;
};

/* Rows, compared, and the text indexes. `to` is migrated here; empty, or the rest of an interrupted copy. */
bool copy_database(struct cli *c, struct store *from, struct store *to, struct copied *ret, struct err *e);
#endif
