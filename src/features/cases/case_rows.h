// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: rows of the register for its store files. Without a
 * viewer: the callers check. */
#ifndef FEATURES_CASE_ROWS_H
#define FEATURES_CASE_ROWS_H
#include "features/cases/cases.h"

void case_read_row(struct rows *r, struct arena *a, struct case_facts *c);
bool case_read_rows(struct rows *r, struct arena *a, struct case_list *ret, struct err *e);
/* The matter whoever asks; ERR_NOT_FOUND when there is none. */
bool case_load(struct rd *rd, struct arena *a, struct case_key key, struct case_facts *ret, struct err *e);
/* Is `to` what `from` was sent on to, appealed to or is protected by (among the first 16)? */
bool case_is_linked(struct rd *rd, struct case_key from, struct case_key to, bool *ret_linked, struct err *e);
/* The text with its seal opened; identity included. */
bool case_load_text(const struct case_look *l, const struct case_facts *c, struct case_text *ret, struct err *e);

bool case_insert(const struct case_doing *d, const struct case_facts *c, const struct case_new *in, struct err *e);
bool case_update(const struct case_doing *d, const struct case_facts *c, struct err *e);
bool case_link_add(struct tx *tx, struct case_key from, const char *relation, struct case_key to, struct err *e);
bool case_answer_add(const struct case_doing *d, const struct case_facts *c, const struct case_deed *deed,
                     const char *state, struct err *e);
bool case_answer_mark(const struct case_doing *d, const struct case_facts *c, const char *state, struct str remark,
                      struct err *e);
bool case_publish_row(const struct case_doing *d, const struct case_facts *c, const struct case_deed *deed,
                      struct day today, struct err *e);
/* What the index of results holds of one. */
struct str case_published_text(struct arena *a, int64_t office_id, struct str title, struct str body, struct str answer);
bool case_rating_add(const struct case_doing *d, const struct case_facts *c, int stars, struct str remark, struct err *e);
/* The files of a matter for its copy in another register. */
bool case_files_for_copy(struct tx *tx, const struct case_facts *c, struct case_new *in, struct err *e);
bool case_once_find(struct tx *tx, int64_t office_id, struct str token, int64_t *ret_case_id, struct err *e);
#endif
