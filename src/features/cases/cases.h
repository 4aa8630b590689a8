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
#include "features/cases/case_types.h"
#include "features/rules/rules.h"
#include "platform/auth/keys.h"
#include "platform/http/http.h"

struct mailer;
/* What the verbs below need besides a transaction: borrowed, read only. */
struct case_world {
    const struct rulebook *rules;
    const struct keys *keys;   /* seals what denouncers hand in */
    const struct mailer *mail; /* tells people by e-mail; may be NULL */
    const char *files;         /* directory of attachments */
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
bool case_duplicates(struct rd *rd, struct arena *a, const struct case_world *w, const struct viewer *v,
                     const struct case_new *in, struct case_likeness **ret, size_t *ret_n, struct err *e);

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
bool case_actions(struct arena *a, const struct case_world *w, const struct viewer *v, const struct case_facts *c,
                  const struct rule_step ***ret, size_t *ret_n);

/* A rating of the answer, by who holds the tracking code; once per answer. */
bool case_rate(const struct case_doing *d, struct case_key key, int stars, struct str remark, struct err *e);

/* ---- looking ---- */

bool case_get(struct rd *rd, struct arena *a, const struct viewer *v, struct case_key key, struct case_facts *ret,
              struct err *e);
/* Text and identity; the identity of a sealed matter only for its holders. */
bool case_get_text(struct rd *rd, struct arena *a, const struct case_world *w, const struct viewer *v,
                   const struct case_facts *c, struct case_text *ret, struct err *e);
bool case_by_number(struct rd *rd, struct arena *a, const struct viewer *v, struct str number, struct case_key *ret,
                    struct err *e);
/* The matter a tracking code opens. Constant work whether it exists or not. */
bool case_by_code(struct rd *rd, struct str code, struct case_key *ret, struct err *e);
bool case_queue(struct rd *rd, struct arena *a, const struct viewer *v, const struct case_filter *f,
                struct case_facts **ret, size_t *ret_n, struct err *e);
/* How many rows a filter has in all (without text); 0 with text. */
bool case_count(struct rd *rd, const struct viewer *v, const struct case_filter *f, int64_t *ret_n, struct err *e);
bool case_published(struct rd *rd, struct arena *a, struct case_key key, struct case_publication *ret, struct err *e);
bool case_published_list(struct rd *rd, struct arena *a, int64_t office_id, int64_t limit, struct case_publication **ret,
                         size_t *ret_n, struct err *e);
/* Published results that hold the words, best first, at most 50. */
bool case_published_find(struct rd *rd, struct arena *a, struct str words, struct case_publication **ret, size_t *ret_n,
                         struct err *e);
bool case_files(struct rd *rd, struct arena *a, const struct viewer *v, const struct case_facts *c, struct case_file **ret,
                size_t *ret_n, struct err *e);
bool case_links(struct rd *rd, struct arena *a, const struct viewer *v, struct case_key key, struct case_link **ret,
                size_t *ret_n, struct err *e);
bool case_answers(struct rd *rd, struct arena *a, const struct case_world *w, const struct viewer *v,
                  const struct case_facts *c, struct case_answer **ret, size_t *ret_n, struct err *e);

/* Every matter of an office that was open or received in a range: what the
 * reviews are computed from. Calls for the steering roles too. */
bool case_facts_between(struct rd *rd, struct arena *a, const struct viewer *v, int64_t office_id, struct day from,
                        struct day to, struct case_facts **ret, size_t *ret_n, struct err *e);
#endif
