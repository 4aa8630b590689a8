// SPDX-License-Identifier: AGPL-3.0-or-later
/* Cases: matters that people hand in, and what the office does with each, from
 * intake to publication. What may be done when, by whom and within which time
 * is the rulebook's (features/rules); here are the register and its commands.
 *
 * Every look-up takes the viewer and gives ERR_NOT_FOUND for what she may not
 * know of. Every command takes the actor, checks her right, and records an act. */
#ifndef FEATURES_CASES_H
#define FEATURES_CASES_H
#include "features/acts/acts.h"
#include "features/cases/case_clock.h"
#include "features/cases/case_lists.h"
#include "features/cases/case_redate.h"
#include "features/cases/case_enforce.h"
#include "features/cases/case_time_bar.h"
#include "features/cases/denounce.h"
#include "features/rules/rules.h"
#include "platform/auth/keys.h"
#include "platform/http/http.h"

struct mailer;
struct case_doing;
/* What another feature keeps of a matter that moves to the sealed side: sealed in the same command. Ends with NULL. */
struct case_mover {
    bool (*seal)(const struct case_doing *d, struct case_key key, struct err *e);
};
/* What the verbs below need besides a transaction: borrowed, read only. */
struct case_world {
    const struct rulebook *rules;
    const struct keys *keys;   /* seals what denouncers hand in */
    const struct mailer *mail; /* tells people by e-mail; may be NULL */
    const char *files;         /* directory of attachments */
    const struct case_mover *movers; /* may be NULL */
    int zone_minutes;
    struct day today;          /* the offices' civil day of what is done or looked at */
};

/* One command: who does it, when, with what. `tx` and what it borrows live as
 * long as the command. */
struct case_doing {
    struct tx *tx;
    const struct case_world *world;
    const struct viewer *actor;
    struct instant now;
};

/* A look: from which snapshot, into which memory, by whom. */
struct case_look {
    struct rd *rd;
    struct arena *arena;
    const struct case_world *world;
    const struct viewer *viewer;
};

extern const struct migration_file cases_migrations[];
extern const struct route cases_routes[];

/* ---- handing in and registering ---- */

/* Registers a new matter: number, first step, due day, act, full text. The
 * kind decides what must be given (contact, eligibility of anonymous matters).
 * Fails with ERR_BAD_INPUT "err.case.*" naming what is missing. With a token
 * that was used before in this office, gives the matter made then. */
bool case_register(const struct case_doing *d, const struct case_new *in, struct case_key *ret_key, struct err *e);

/* The open matters that are most likely the same, best first, at most 5; what
 * the viewer may see of each. Cost: one index look-up a mark. */
bool case_duplicates(const struct case_look *l, const struct case_new *in, struct case_likenesses *ret, struct err *e);

/* ---- what is done with it ---- */

/* Takes one action of the rulebook on a matter: accept, refuse, guide, forward,
 * assign, draft, submit, return, approve, publish, withdraw, reopen, appeal…
 * Checks state, role and what the step needs; sets the next step's clock. For
 * actions that register the matter elsewhere (forward, appeal) ret_key is the
 * new one, else the same. ERR_CONFLICT "err.case.version" when another hand
 * was quicker. */
bool case_do(const struct case_doing *d, struct case_key key, const struct case_deed *deed, struct case_key *ret_key,
             struct err *e);

/* The actions open to the viewer on the matter, in the rulebook's order. */
struct case_steps case_actions(const struct case_look *l, const struct case_facts *c);

/* A rating of the answer, by who holds the tracking code; once per answer. */
bool case_rate(const struct case_doing *d, struct case_key key, int stars, struct str remark, struct err *e);

/* ---- looking: results live in the look's arena ---- */

bool case_get(const struct case_look *l, struct case_key key, struct case_facts *ret, struct err *e);
/* Text and identity; the identity of a sealed matter only for its holders. */
bool case_get_text(const struct case_look *l, const struct case_facts *c, struct case_text *ret, struct err *e);
bool case_by_number(const struct case_look *l, struct str number, struct case_key *ret, struct err *e);
/* The matter a tracking code opens: by what the code is stored under (case_code.h). */
bool case_by_code(struct rd *rd, const struct digest *code, struct case_key *ret, struct err *e);
bool case_queue(const struct case_look *l, const struct case_filter *f, struct case_list *ret, struct err *e);
/* How many rows a filter has in all, at most CASE_COUNT_MAX; its text is not looked at. */
bool case_count(const struct case_look *l, const struct case_filter *f, int64_t *ret_n, struct err *e);
bool case_files(const struct case_look *l, const struct case_facts *c, struct case_file_list *ret, struct err *e);
bool case_links(const struct case_look *l, struct case_key key, struct case_link_list *ret, struct err *e);
bool case_answers(const struct case_look *l, const struct case_facts *c, struct case_answer_list *ret, struct err *e);

/* What everybody may read. Newest first, at most 100; office 0: of all. */
bool case_published(struct rd *rd, struct arena *a, struct case_key key, struct case_publication *ret, struct err *e);
bool case_published_list(struct rd *rd, struct arena *a, int64_t office_id, struct case_publication_list *ret, struct err *e);
/* Published results that hold the words, best first, at most 50. */
bool case_published_find(struct rd *rd, struct arena *a, struct str words, struct case_publication_list *ret, struct err *e);

/* Every matter of an office that was open or received in a range: what the
 * reviews are computed from. Allowed to the steering roles too. */
struct case_range {
    int64_t office_id;
    struct day from, to;
};
bool case_facts_between(const struct case_look *l, const struct case_range *range, struct case_list *ret, struct err *e);
#endif
