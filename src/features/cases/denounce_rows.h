// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: what the register's looks and commands ask of a
 * denunciation, and its rows. */
#ifndef FEATURES_DENOUNCE_ROWS_H
#define FEATURES_DENOUNCE_ROWS_H
#include "features/cases/case_rows.h"

/* Sets c->barred, c->on_team and c->above for the look's viewer. Costs nothing
 * for what is not sealed. */
bool denounce_view(const struct case_look *l, struct case_facts *c, struct err *e);
/* ERR_NOT_FOUND when the viewer is kept out, whatever the facts say. */
bool denounce_admits(const struct case_look *l, const struct case_facts *c, struct err *e);
/* The account that register queries leave out matters for; 0: none. */
int64_t denounce_viewer(const struct viewer *v);

/* What the step needs of the matter's rows: words accused account impartial. */
bool denounce_check(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                    const struct case_deed *deed, struct err *e);
/* What the step writes there: words accused bar declare unbar. */
bool denounce_write(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                    const struct case_deed *deed, struct err *e);
/* The accused and the bars of a matter for its copy in another register. */
bool denounce_copy(const struct case_doing *d, struct case_key from, struct case_key to, struct err *e);

/* ---- rows ---- */

bool denounce_accuse(const struct case_doing *d, const struct case_facts *c, const struct denounce_deed *in, struct err *e);
/* Keeps the account out of the matter and of all that it is linked with; takes it off them. */
bool denounce_bar(const struct case_doing *d, struct case_key key, int64_t account_id, struct str why, struct err *e);
bool denounce_unbar(const struct case_doing *d, struct case_key key, int64_t account_id, struct err *e);
bool denounce_is_member(struct rd *rd, struct case_key key, int64_t account_id, bool *ret, struct err *e);
/* Those who head an office: leaders by a grant in it. */
bool denounce_heads(struct rd *rd, struct arena *a, int64_t office_id, struct person **ret, size_t *ret_n, struct err *e);
#endif
