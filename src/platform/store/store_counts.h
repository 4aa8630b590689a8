// SPDX-License-Identifier: AGPL-3.0-or-later
/* What a database file holds, in numbers: backups record it and compare. */
#ifndef PLATFORM_STORE_COUNTS_H
#define PLATFORM_STORE_COUNTS_H
#include "base/err.h"
#include "base/str.h"

/* "TABLE ROWS\n" for every table of an SQLite file that nobody writes to, by
 * name. Applies no migration. Reads an index or all rows of each table.
 * ERR_STORE "err.store.open" when it cannot be read. */
bool store_file_counts(const char *path, struct strbuf *out, struct err *e);
#endif
