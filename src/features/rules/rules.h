// SPDX-License-Identifier: AGPL-3.0-or-later
/* The rulebook: the law as dated tables (rules/PACK/x.csv), checked when read and
 * never changed after. Everything borrows from the rulebook's arena. Columns and
 * words of the tables: rules/README.md. */
#ifndef FEATURES_RULES_H
#define FEATURES_RULES_H
#include "base/day.h"
#include "base/err.h"
#include "platform/http/http.h"
#include "platform/i18n/i18n.h"
#include "platform/store/migrations.h"

struct rulebook;

/* A text of the law in the reader's languages, from columns name_vi, name_fr, name_en. */
struct rule_name {
    struct str text[LANGS];
};

/* Where a row comes from, how sure it is (P the article was read, S a paraphrase
 * of it, Q an answer key, M memory: anything but P is shown as unconfirmed), and
 * the days on which it holds, both included. */
struct rule_source {
    struct str article, version, sureness;
    struct day from, to; /* to.n INT32_MAX: until further notice */
};

/* procedures.csv */
struct rule_procedure {
    struct str id, kind;         /* "complaint.first", "complaint" */
    struct str next_instance;    /* "complaint.second"; empty when none */
    struct str first_state, first_step;
    int64_t instance;            /* 1, 2 */
    bool sealed;                 /* identity and text are sealed (denunciations) */
    bool anonymous;              /* may be handed in without a name */
    bool by_person;              /* people may begin it themselves */
    struct rule_name name, about; /* about: plain words that help to choose */
    struct rule_source source;
};

/* steps.csv: an action that leads from a state to a state. */
struct rule_step {
    struct str procedure, action, from, to;
    uint32_t roles;              /* officials who may take it (enum role) */
    bool by_person;              /* who holds the tracking code may */
    bool open;                   /* shown on the person's timeline */
    bool sets_clock;             /* ends the open step; next_step begins (may be empty: no clock) */
    struct str next_step;        /* limit step of limits.csv: "check", "settle", … */
    struct str clock_from;       /* the day next_step counts from: "today", "decided", "received" */
    struct str needs;            /* words: see rules/README.md */
    struct str effects;          /* words: handled eligible ineligible own other outcome=WORD decided closed reopened
                                    answer answer_submitted answer_returned answer_approved publish forward appeal */
    struct str basis;            /* article */
    struct rule_name name;       /* on the button */
    struct rule_source source;
};

/* grounds.csv, subjects.csv, decisions.csv, criteria.csv, answer_checks.csv */
struct rule_word {
    struct str id, kind, action; /* kind or procedure and action it belongs to; empty: all */
    struct str article;
    struct str fact;             /* criteria.csv: the fact of a matter from which it follows; may be empty */
    int64_t least;               /* … when it is at least that */
    struct rule_name name;
    struct rule_source source;
};

/* competence.csv: who settles what, at which level. */
struct rule_competence {
    struct str kind, subject, level, settled_by; /* kind or procedure; words of the table */
    struct rule_name name;
    struct rule_source source;
};

/* What has limits and words of its own but is no matter with states: "reception". */
bool rulebook_register(const struct rulebook *b, struct str id);
const struct rule_procedure *rulebook_procedure(const struct rulebook *b, struct str id); /* NULL when none */
void rulebook_procedures(const struct rulebook *b, const struct rule_procedure **ret, size_t *ret_n);
/* The row that holds on the day; several may stand side by side with days of their own. NULL when none. */
const struct rule_step *rulebook_step(const struct rulebook *b, struct str procedure, struct str from, struct str action,
                                      struct day on);
/* All steps of a procedure, of all days, in the table's order (contiguous). */
void rulebook_steps(const struct rulebook *b, struct str procedure, const struct rule_step **ret, size_t *ret_n);
const struct rule_word *rulebook_ground(const struct rulebook *b, struct str kind, struct str action, struct str id);
const struct rule_word *rulebook_subject(const struct rulebook *b, struct str kind, struct str id);
const struct rule_word *rulebook_decision(const struct rulebook *b, struct str procedure, struct str id);
/* Those of a kind (and action), in the table's order: table is "grounds", "subjects", "decisions", "criteria". */
void rulebook_words(const struct rulebook *b, struct arena *a, const char *table, struct str kind, struct str action,
                    const struct rule_word ***ret, size_t *ret_n);
/* How complex so many criteria make a matter: 0, 1 complex, 2 specially complex. */
int64_t rulebook_class(const struct rulebook *b, int64_t criteria);
void rulebook_competences(const struct rulebook *b, const struct rule_competence **ret, size_t *ret_n);
/* A state's name for people; the state itself when the rulebook has none. */
struct str rulebook_state_name(const struct rulebook *b, struct str state, enum lang lang);
/* Does a row hold on a day? */
static inline bool rule_holds(const struct rule_source *s, struct day on) { return s->from.n <= on.n && on.n <= s->to.n; }

struct str rules_step_name(const struct request *r, struct str step); /* for people; the word itself when no catalogue names it */

extern const struct migration_file rules_migrations[];
extern const struct route rules_routes[]; /* GET /clock, GET /rules */

#include "features/rules/rule_board.h"
#include "features/rules/rule_book.h"
#include "features/rules/rule_change.h"
#include "features/rules/rule_clock.h"
#include "features/rules/rule_forms.h"
#include "features/rules/rule_prints.h"
#include "features/rules/rule_values.h"
#include "features/rules/rule_warn.h"
#include "features/rules/rule_report.h" /* sentences of a review's text */
#endif
