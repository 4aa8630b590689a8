// SPDX-License-Identifier: AGPL-3.0-or-later
/* An ordinary matter that turns out to be a denunciation goes over to the
 * sealed side, with what it was sent on as, came from or was joined by: text,
 * attachments, answers, papers, messages and notes leave the open tables, the
 * search index and the acts in one command; the files, free pages and log are
 * cleaned by a job right after it. What cannot be taken back is what was copied
 * before: older backups, and what people have read. */
#ifndef FEATURES_CASE_MOVE_H
#define FEATURES_CASE_MOVE_H
#include "features/cases/cases.h"
#include "platform/jobs/jobs.h"

/* The procedure of an effect "seal=PROCEDURE"; empty: the step has none. */
struct str case_move_to(const struct rule_step *step);
/* The facts of the matter in its new procedure: nothing is decided of it yet. */
bool case_move_apply(const struct rulebook *rules, const struct rule_step *step, struct case_facts *c, struct err *e);
/* The rows; `before` as it was. Last of what a command writes. */
bool case_move_write(const struct case_doing *d, const struct rule_step *step, const struct case_facts *before,
                     const struct case_facts *c, struct err *e);

/* Job "cases.scrub"; with: the struct site. Removes the attachments in the clear, then store_scrub. */
extern const struct job_kind case_jobs[];

/* Inside the feature: an attachment sealed under a new name, on disk when it returns. */
bool case_file_seal(struct arena *a, const struct case_world *w, const struct case_file *f, struct str *ret_stored, struct err *e);
/* What the full-text index holds of a matter. */
struct str case_index_text(struct arena *a, const struct case_facts *c, struct str folded, struct str name);
#endif
