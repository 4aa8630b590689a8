// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: the rows of a matter that goes over to the sealed side. */
#ifndef FEATURES_CASE_MOVE_ROWS_H
#define FEATURES_CASE_MOVE_ROWS_H
#include "features/cases/case_rows.h"

enum { CASE_MOVED_MAX = 16 };

/* What holds the same words: sent on to or from, the one it was split from, those joined to it; at most CASE_MOVED_MAX. */
bool case_move_beside(struct rd *rd, struct case_key key, struct case_key ret[CASE_MOVED_MAX], size_t *ret_n, struct err *e);
/* Seals everything of one matter; marks its row. */
bool case_move_rows(const struct case_doing *d, const struct case_facts *before, struct err *e);
/* The new procedure and kind, into the row. */
bool case_move_head(const struct case_doing *d, const struct case_facts *c, struct err *e);

/* Attachments to be removed: one, empty when there is none; used: a row names it still. */
bool case_leftover_next(struct rd *rd, struct arena *a, int64_t *ret_office, struct str *ret_stored, bool *ret_used, struct err *e);
bool case_leftover_done(struct tx *tx, int64_t office_id, struct str stored, struct err *e);
#endif
