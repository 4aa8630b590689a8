// SPDX-License-Identifier: AGPL-3.0-or-later
/* Reads CSV as RFC 4180 has it (quoted fields, doubled quotes, LF or CR LF,
 * an optional byte order mark), by column name. */
#ifndef BASE_CSV_H
#define BASE_CSV_H
#include "base/err.h"
#include "base/str.h"

enum { CSV_COLUMNS = 64, CSV_FIELD_MAX = 1 << 20 };

struct csv {
    struct str file; /* name for messages */
    struct str rest;
    struct arena *arena; /* fields of a row live here until the next arena reset */
    size_t line;         /* of the row last read, from 1 */
    size_t next_line;    /* where reading goes on */
    size_t columns;
    struct str names[CSV_COLUMNS];
    struct str fields[CSV_COLUMNS];
};

/* Reads the header row. Fails with ERR_BAD_INPUT "err.csv.*", detail
 * "FILE:LINE: COLUMN: reason". Borrows text for the reader's life. */
bool csv_open(struct csv *c, struct arena *a, struct str file, struct str text, struct err *e);

/* The next row: *ret_row false at the end. Blank lines are passed over; a row
 * with more or fewer fields than the header fails. */
bool csv_next(struct csv *c, bool *ret_row, struct err *e);

/* Number of a column, or -1. */
int csv_column(const struct csv *c, const char *name);

/* Field of the present row by column name; the empty text when there is no
 * such column. */
struct str csv_get(const struct csv *c, const char *name);

/* Sets *e to ERR_BAD_INPUT msg with "FILE:LINE: COLUMN: reason"; gives false. */
bool csv_fail(const struct csv *c, const char *column, const char *msg, const char *reason, struct err *e);

/* Writes one field, quoted where needed, and guarded against formulas: what
 * begins with = + - @ tab or CR gets a leading apostrophe. */
void csv_put(struct strbuf *b, struct str field, bool first);
#endif
