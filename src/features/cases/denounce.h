// SPDX-License-Identifier: AGPL-3.0-or-later
/* Denunciations: the accused, and who is kept out of the matter; the team that
 * verifies it; what makes it complex; the papers of its file. Part of cases.h.
 *
 * An account that is kept out (barred) does not learn that the matter exists:
 * every look and every command answers it with ERR_NOT_FOUND, and lists and
 * counts leave the matter out. What each of the steps needs and does stands in
 * the rulebook; the words are those of denounce_check and denounce_write. */
#ifndef FEATURES_DENOUNCE_H
#define FEATURES_DENOUNCE_H
#include "features/cases/case_types.h"
#include "features/people/people.h"

struct case_look;
struct rule_word;

enum { DENOUNCE_TEAM = 12, DENOUNCE_CRITERIA = 16 };

/* What an action of a denunciation carries beside the other fields of the deed. */
struct denounce_deed {
    struct str name, position, workplace; /* of the accused, as the denunciation has it */
    int64_t office_id;                    /* where the accused works; 0: not known */
    int64_t account_id;                   /* of the accused, or to be kept out; chosen by an officer; 0: none */
    bool head;                            /* the accused heads that office */
    int64_t members[DENOUNCE_TEAM];       /* of the team; the first leads it */
    size_t members_n;
    struct str criteria[DENOUNCE_CRITERIA]; /* of the rulebook: those that the matter fulfils */
    size_t criteria_n;
};

/* Is the account kept out of the matter? Asks rows only; cost: one look-up. */
bool case_is_barred(struct rd *rd, struct case_key key, int64_t account_id, bool *ret, struct err *e);

/* ---- looks: for who may see the matter; results live in the look's arena ---- */

struct case_accused {
    int64_t no, account_id, office_id;
    bool head;
    struct str name, position, workplace;
};
struct case_accused_list {
    struct case_accused *v;
    size_t n;
};
bool case_accused_of(const struct case_look *l, const struct case_facts *c, struct case_accused_list *ret, struct err *e);

struct case_bar {
    int64_t account_id, by;
    struct str why; /* ground of the rulebook, action "bar" */
    struct instant at;
};
struct case_bar_list {
    struct case_bar *v;
    size_t n;
};
bool case_bars(const struct case_look *l, const struct case_facts *c, struct case_bar_list *ret, struct err *e);

/* Can the matter not stay with its own office, because the accused heads it or
 * all who head it are kept out? */
bool case_office_in_conflict(const struct case_look *l, const struct case_facts *c, bool *ret, struct err *e);

/* Minutes, plans, explanations, reports: what actions with the effect paper=KIND wrote. */
struct case_paper {
    int64_t no, author; /* author 0: the person herself */
    struct str kind, text;
    struct day day;
};
struct case_paper_list {
    struct case_paper *v;
    size_t n;
};
bool case_papers(const struct case_look *l, const struct case_facts *c, struct case_paper_list *ret, struct err *e);

/* The verification team as it is, its leader first. */
struct case_member {
    int64_t account_id;
    bool leads;
    struct day since;
};
struct case_member_list {
    struct case_member *v;
    size_t n;
};
bool case_team_of(const struct case_look *l, const struct case_facts *c, struct case_member_list *ret, struct err *e);

/* Each criterion of criteria.csv: does it follow from the facts, was it proposed, confirmed? */
struct case_criterion {
    const struct rule_word *rule;
    bool computed, proposed, confirmed;
};
struct case_criterion_list {
    struct case_criterion *v;
    size_t n;
};
bool case_criteria_of(const struct case_look *l, const struct case_facts *c, struct case_criterion_list *ret, struct err *e);

struct case_measure {
    struct str measure; /* a ground of the rulebook */
    struct day begun, ended;
};
struct case_measure_list {
    struct case_measure *v;
    size_t n;
};
bool case_measures(const struct case_look *l, const struct case_facts *c, struct case_measure_list *ret, struct err *e);
/* The denunciation that a matter of protection stands beside. */
bool case_protects(const struct case_look *l, struct case_key key, struct case_key *ret, struct err *e);

/* What of the denouncer stands in a text that is to be published: kinds, never what. The certain ones
 * (CASE_LEAK_CERTAIN) make a publication fail; the others are warnings. Cost: the text times the matter's words. */
enum { CASE_LEAK_NAME = 1, CASE_LEAK_NUMBER = 2, CASE_LEAK_ADDRESS = 4, CASE_LEAK_SHORT_NAME = 8, CASE_LEAK_PLACE = 16,
       CASE_LEAK_PHRASE = 32, CASE_LEAK_CERTAIN = 7 };
bool case_leaks(const struct case_look *l, const struct case_facts *c, struct str text, uint32_t *ret, struct err *e);

/* The officials of the office to whom the matter can be given: none who is kept out. */
bool case_assignable(const struct case_look *l, const struct case_facts *c, struct person **ret, size_t *ret_n, struct err *e);
#endif
