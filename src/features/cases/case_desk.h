// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: the desk's pages. */
#ifndef FEATURES_CASE_DESK_H
#define FEATURES_CASE_DESK_H
#include "features/cases/case_talk_pages.h"
#include "features/cases/case_time_bar_pages.h"
#include "features/people/people.h"
#include "features/units/units.h"

struct desk_row {
    struct case_facts facts;
    struct str href, kind, state, assignee;
    struct ui_deadline deadline;
    enum ui_tone tone;
    bool talks; /* a message waits to be read */
};

struct desk_queue {
    struct ui_page page;
    struct str office_name, q;
    struct ui_link tabs[5];
    size_t tabs_n;
    const struct desk_row *rows;
    size_t rows_n;
    struct ui_pager pager;
    bool may_register, no_holders; /* no_holders: told to who can name them */
};

struct desk_choice { struct str id, name; };

/* One action, with the fields that it needs and what they may be. */
struct desk_action {
    struct str action, name, ground_article;
    bool note, note_needed, text, decision, subject, ground, office, assignee, publication, opens, answer, amount, item, procedure;
    bool approves, returns, time_bar; /* an answer: against the check list; a day and obstacles (grounds) */
    const struct desk_choice *grounds, *decisions, *subjects, *procedures;
    size_t grounds_n, decisions_n, subjects_n, procedures_n;
};

struct desk_obligation {
    struct str what;
    int64_t amount, done;
    struct day finished;
};

struct desk_case {
    struct ui_page page;
    struct case_facts facts;
    struct case_text text;
    struct str kind_name, state_name, subject_name, assignee, path;
    enum ui_tone tone;
    bool has_deadline;
    struct ui_deadline deadline;
    const struct ui_row *rows;
    size_t rows_n;
    const struct ui_step *steps;
    size_t steps_n;
    const struct desk_action *actions;
    size_t actions_n;
    const struct case_file *files;
    size_t files_n;
    const struct case_link *links;
    size_t links_n;
    const struct case_answer *answers;
    size_t answers_n;
    struct talk_summary talk;
    struct desk_time_bar time_bar;
    const struct case_likeness *likes;
    size_t likes_n;
    const struct desk_choice *offices, *officers, *items; /* items: obligations still owed */
    size_t offices_n, officers_n, items_n;
    const struct desk_obligation *obligations;
    size_t obligations_n;
    struct str draft, note;        /* kept when an action failed */
    bool kept;                /* … and the action is gone since: another hand was quicker */
    const struct desk_choice *checks, *settlers; /* of answer_checks.csv; of competence.csv, the article as id */
    size_t checks_n, settlers_n;
};

struct desk_intake {
    struct ui_page page;
    struct form form;
    struct str office_name;
    const struct desk_choice *kinds, *subjects;
    size_t kinds_n, subjects_n;
    const struct case_likeness *likes;
    size_t likes_n;
    struct str staged;
    const struct case_file *files;
    size_t files_n;
    const char *files_error;
};

/* Publication: original beside what will be public, then a preview. */
struct desk_publish {
    struct ui_page page;
    struct case_facts facts;
    struct case_text text;
    struct str path, title, body, answer;
    struct form form;
    bool preview;
    const struct str *leaks;   /* words of the identity that still stand in the text */
    size_t leaks_n;
};

/* The office whose register the viewer works in: ?office=, or her first. */
int64_t desk_office(const struct request *r);
struct str desk_procedure_name(const struct request *r, struct str procedure);

/* For the templates. */
const char *desk_id(struct html *h, const struct desk_action *x);
struct str desk_case_path(struct html *h, struct case_key k);
struct str desk_file_path(struct html *h, const struct desk_case *p, const struct case_file *f);
struct str desk_file_size(struct html *h, const struct case_file *f);
const char *desk_answer_msg(struct str state);
const char *desk_label(const struct form *f, const char *name);

handler_fn desk_queue_get, desk_case_get, desk_case_post, desk_intake_get, desk_intake_post;
handler_fn desk_publish_get, desk_publish_post, desk_file_get;
#endif
