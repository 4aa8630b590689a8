// SPDX-License-Identifier: AGPL-3.0-or-later
/* Reading a backup back. A damaged archive is refused before anything is put
 * in place, and the answer says where the damage is. */
#ifndef APP_RESTORE_H
#define APP_RESTORE_H
#include "app/cli.h"

struct restored {
    int64_t files;      /* attachments written */
    struct str counts;  /* "TABLE ROWS\n" … "attachments N\n" as recorded; empty in an archive that has none */
};

/* Unpacks `archive` into a new directory `dir`, which it makes, and compares
 * every digest. On failure the directory is gone again. ERR_BAD_INPUT when the
 * archive is damaged, ERR_IO when it cannot be read or written down. */
bool restore_into(struct cli *c, const char *archive, const char *dir, struct restored *x, struct err *e);

/* Ends what store_file_counts wrote with the number of attachments. */
struct str backup_counts(struct strbuf *counts, int64_t attachments);

/* Removes a directory that restore_into made, and what is in it. */
void restore_remove(const char *dir);

/* ---- of the archive's blocks, which hold no data: tar_strict.c ---- */

/* Between two entries only zeros may stand, and each header's checksum must be
 * written as it is written by us: a change of any single byte is seen. */
struct tar_strict {
    int fd;
    int64_t size;       /* of the archive */
    int64_t data;       /* bytes of the entry before */
};
bool tar_strict_open(struct tar_strict *t, const char *path);
/* An entry with `then_data` bytes begins at `at`. *ret_bad: the first damaged byte. */
bool tar_strict_entry(struct tar_strict *t, int64_t at, int64_t then_data, int64_t *ret_bad);
/* The last entry ended at `at`. */
bool tar_strict_end(struct tar_strict *t, int64_t at, int64_t *ret_bad);
void tar_strict_close(struct tar_strict *t);
#endif
