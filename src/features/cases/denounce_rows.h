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

/* What the step needs of the deed and of the matter's rows: words accused account team criteria impartial named once
 * in_time overdue above has_accused has_team team_reports has_measures has=PAPER lacks=PAPER owes=STEP ripe=STEP. */
bool denounce_check(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                    const struct case_deed *deed, struct err *e);
/* What the step does to the facts before they are written: confirm. */
void denounce_apply(const struct rulebook *rules, const struct rule_step *step, const struct case_deed *deed,
                    struct case_facts *c);
/* What the step writes there: words accused bar declare unbar team propose confirm paper=KIND protect urgent
 * protection_end measure measure_end measures_end. */
bool denounce_write(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                    const struct case_deed *deed, struct err *e);
/* The accused and the bars of a matter for its copy in another register. */
bool denounce_copy(const struct case_doing *d, struct case_key from, struct case_key to, struct err *e);

/* What stands in the matter's file: asked by needs. */
struct denounce_state {
    struct str *kinds, *owed, *ripe; /* kinds of papers; steps of the duties still owed; of those whose time is over */
    size_t kinds_n, owed_n, ripe_n;
    int64_t team, accused, measures;
};
bool denounce_state(const struct case_look *l, struct case_key key, struct denounce_state *ret, struct err *e);
/* Can the step be taken now, as far as the file goes? What case_actions offers. */
bool denounce_offers(const struct case_look *l, const struct case_facts *c, const struct rule_step *step,
                     const struct denounce_state *s);
/* Steps with the need "above" are for the leaders of the office above; others by their roles. */
bool denounce_is_above(const struct rule_step *step);
/* How complex the criteria make it: 0, 1, 2. */
int64_t denounce_class(const struct rulebook *rules, size_t criteria_n);

/* Sealed matters of an office that are overdue, earliest first, at most 20: what the office above is told of. */
bool denounce_overdue(struct rd *rd, int64_t office_id, struct day today, struct case_key ret[20], size_t *ret_n, struct err *e);

/* ---- rows ---- */

enum { DENOUNCE_LINKED = 8 };
bool denounce_linked(struct rd *rd, struct case_key key, const char *relation, struct case_key ret[DENOUNCE_LINKED],
                     size_t *ret_n, struct err *e);
/* Digest of the code that opens the matter. */
bool denounce_code(struct tx *tx, struct case_key key, struct digest *ret, struct err *e);
bool denounce_paper(const struct case_doing *d, const struct case_facts *c, struct str kind, struct str text, struct err *e);
bool denounce_set_team(const struct case_doing *d, const struct case_facts *c, const struct denounce_deed *in, struct err *e);
bool denounce_set_criteria(const struct case_doing *d, const struct case_facts *c, const struct denounce_deed *in,
                           bool confirmed, struct err *e);
bool denounce_measure(const struct case_doing *d, const struct case_facts *c, struct str measure, struct err *e);
/* Ends one measure; "": all. */
bool denounce_measures_end(const struct case_doing *d, struct case_key k, struct str measure, struct err *e);

bool denounce_accuse(const struct case_doing *d, const struct case_facts *c, const struct denounce_deed *in, struct err *e);
/* Keeps the account out of the matter and of all that it is linked with; takes it off them. */
bool denounce_bar(const struct case_doing *d, struct case_key key, int64_t account_id, struct str why, struct err *e);
bool denounce_unbar(const struct case_doing *d, struct case_key key, int64_t account_id, struct err *e);
bool denounce_is_member(struct rd *rd, struct case_key key, int64_t account_id, bool *ret, struct err *e);
/* Those who head an office: leaders by a grant in it. */
bool denounce_heads(struct rd *rd, struct arena *a, int64_t office_id, struct person **ret, size_t *ret_n, struct err *e);
#endif
