// SPDX-License-Identifier: AGPL-3.0-or-later
/* What `dinh check` and backups ask of attachments. */
#ifndef FEATURES_CASE_CHECK_H
#define FEATURES_CASE_CHECK_H
#include "features/cases/cases.h"

/* Every attachment of every office, by stored name (one may be named twice,
 * when its matter was sent on). */
bool case_all_files(struct rd *rd, struct arena *a, struct case_file **ret, size_t *ret_n, struct err *e);
size_t case_distinct_files(const struct case_file *files, size_t n);

/* What is wrong with a file on disk; NULL when nothing. Reads it when `deep`. */
const char *case_file_problem(struct arena *a, const struct case_world *w, const struct case_file *f, bool deep);

/* Removes the uploads of forms that nobody sent for a day. now: the system's, as the files' times are. */
bool case_held_sweep(const char *data_dir, struct instant now, struct err *e);
#endif
