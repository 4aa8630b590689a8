// SPDX-License-Identifier: AGPL-3.0-or-later
/* The rulebook: the law as dated tables (rules/PACK/x.csv), checked when read and
 * never changed after. Everything borrows from the rulebook's arena. */
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
};

/* steps.csv: an action that leads from a state to a state. */
struct rule_step {
    struct str procedure, action, from, to;
    uint32_t roles;              /* officials who may take it (enum role) */
    bool by_person;              /* who holds the tracking code may */
    bool open;                   /* shown on the person's timeline */
    bool sets_clock;             /* ends the open step; next_step begins (may be empty: no clock) */
    struct str next_step;        /* limit step of limits.csv: "check", "settle", … */
    struct str needs;            /* words: ground note text decision subject office assignee publication link */
    struct str effects;          /* words: handled eligible ineligible own other outcome=WORD decided closed reopened
                                    answer answer_submitted answer_returned answer_approved publish forward appeal */
    struct str basis;            /* article */
    struct rule_name name;       /* on the button */
};

/* grounds.csv, subjects.csv, decisions.csv */
struct rule_word {
    struct str id, kind, action; /* kind or procedure and action it belongs to; empty: all */
    struct str article;
    struct rule_name name;
};

const struct rule_procedure *rulebook_procedure(const struct rulebook *b, struct str id); /* NULL when none */
void rulebook_procedures(const struct rulebook *b, const struct rule_procedure **ret, size_t *ret_n);
const struct rule_step *rulebook_step(const struct rulebook *b, struct str procedure, struct str from, struct str action);
/* All steps of a procedure, in the table's order (contiguous). */
void rulebook_steps(const struct rulebook *b, struct str procedure, const struct rule_step **ret, size_t *ret_n);
const struct rule_word *rulebook_ground(const struct rulebook *b, struct str kind, struct str action, struct str id);
const struct rule_word *rulebook_subject(const struct rulebook *b, struct str kind, struct str id);
const struct rule_word *rulebook_decision(const struct rulebook *b, struct str procedure, struct str id);
/* Those of a kind (and action), in the table's order: table is "grounds", "subjects", "decisions". */
void rulebook_words(const struct rulebook *b, struct arena *a, const char *table, struct str kind, struct str action,
                    const struct rule_word ***ret, size_t *ret_n);
/* A state's name for people. */
struct str rulebook_state_name(const struct rulebook *b, struct str state, enum lang lang);

/* ---- the clock ---- */

struct rule_clock_question {
    struct str procedure, step;
    struct day start;            /* not counted itself */
    int64_t complexity;          /* 0, 1 complex, 2 specially complex */
    bool remote;
    int64_t extensions;
    const struct day (*suspended)[2]; /* first and last day of each pause */
    size_t suspended_n;
};
struct rule_day {
    struct day day;
    bool counts;
    int64_t n;                   /* place of a counted day, else 0 */
    const char *why;             /* message id */
    struct str name;             /* of the holiday, in the pack's language; may be empty */
};
struct rule_due {
    struct day day;
    struct str rule, article, version, sureness; /* of the limit that binds */
    int64_t value;
    struct str unit;
    struct rule_day *days;       /* NULL from rulebook_due */
    size_t days_n;
    bool conflict;               /* law and decree differ: the stricter binds, also[] shows the other */
    struct str also_rule;
    struct day also_day;
};

/* The due day alone; DAY_NONE and an empty rule when the law sets no limit for
 * the step on that date. Pure. Cost: O(days). */
bool rulebook_due(const struct rulebook *b, struct arena *a, const struct rule_clock_question *q, struct rule_due *ret,
                  struct err *e);
/* The same with the explanation, day by day. */
bool rulebook_explain(const struct rulebook *b, struct arena *a, const struct rule_clock_question *q, struct rule_due *ret,
                      struct err *e);
#endif
