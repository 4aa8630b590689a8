// SPDX-License-Identifier: AGPL-3.0-or-later
/* Changing a pack: tables as a spreadsheet saves them, and what differs between
 * two versions. Include rules.h. */
#ifndef FEATURES_RULE_CHANGE_H
#define FEATURES_RULE_CHANGE_H
#include "features/rules/rules.h"

enum { RULE_FILE_MAX = 4 << 20 };

/* May a pack have a file of this name: "limits.csv", "forms/notice.txt"? */
bool rule_file_named(struct str name);
/* Makes a table into the one form that packs are kept in: UTF-8 without a byte
 * order mark, LF, commas. A header with semicolons and no comma says that
 * semicolons part the fields. ERR_BAD_INPUT "err.rules.file" when it is larger
 * than RULE_FILE_MAX, not UTF-8 or holds a NUL. */
bool rule_file_clean(struct arena *a, struct rule_file *file, struct err *e);
/* `with` over `files`: those of the same name are replaced, others added. Lives in a. */
struct rule_file_list {
    struct rule_file *v;
    size_t n;
};
struct rule_file_list rule_files_over(struct arena *a, struct rule_file_list files, struct rule_file_list with);

/* How many rows of a file differ. A row that keeps what tells it from others
 * (id, procedure, action, day…) but not all else is changed. */
struct rule_change {
    struct str file;
    int64_t added, removed, changed;
};
/* Only the files that differ. Cost: rows of each squared. */
void rule_changes(struct arena *a, struct rule_file_list before, struct rule_file_list after, struct rule_change **ret,
                  size_t *ret_n);
#endif
