// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: the file of a denunciation at the desk. */
#ifndef FEATURES_DENOUNCE_PAGES_H
#define FEATURES_DENOUNCE_PAGES_H
#include "features/cases/case_desk.h"

struct denounce_row {
    struct str id, title, text, note; /* note: small print behind */
    struct day day;
    enum ui_tone tone;
    const char *tag;                  /* message; NULL: none */
    bool chosen, article_known;
};
struct denounce_rows {
    struct denounce_row *v;
    size_t n;
};

/* An action of the file, with the choices that it needs. */
struct denounce_action {
    struct str action, name, article;
    bool text, note, ground, accused, account, declares, team, criteria, opens;
    const struct desk_choice *grounds;
    size_t grounds_n;
};

/* The opening form: for the holders of the office. */
struct denounce_opening {
    bool vaulted, elsewhere, ready, holder, together;
    const struct desk_choice *others; /* holders but the viewer */
    size_t others_n;
    struct str path, reason;
};
/* What an opening gave: for this one answer. */
struct denounce_shown {
    const struct ui_row *rows;
    size_t rows_n;
    const struct desk_choice *files; /* attachments of hers: id is a pass that opens one for who opened them, for a while */
    size_t files_n;
    struct str files_path;
};

struct denounce_file {
    struct denounce_opening opening;
    struct denounce_shown shown;
    struct ui_page page;
    struct case_facts facts;
    struct str path, action_path, class_name;
    bool conflict;
    struct denounce_rows accused, bars, team, criteria, papers, duties, measures;
    const struct denounce_action *actions;
    size_t actions_n;
    const struct desk_choice *offices, *officers, *kept_out, *at_office;
    size_t offices_n, officers_n, kept_out_n, at_office_n;
    struct str of; /* the office whose accounts are offered for the accused */
    struct str text, note, name, position, workplace; /* kept when an action failed */
};

/* Denunciations that are overdue in the offices right below: the superior's duty. */
struct denounce_below {
    struct ui_page page;
    const struct desk_row *rows;
    size_t rows_n;
};

/* Is the action taken on this page and not on the matter's own? */
bool denounce_on_file(const struct rule_step *step);

/* For the templates. */
const char *denounce_id(struct html *h, const struct denounce_action *x);
bool denounce_is_for(const struct denounce_action *x, const char *section);

bool denounce_opening_load(struct request *r, const struct case_look *l, const struct case_facts *c, struct denounce_opening *ret,
                           struct err *e);
/* The file's page; error and shown may be NULL. */
bool denounce_file_show(struct request *r, struct case_key key, const char *error, const struct denounce_shown *shown,
                        struct response *out, struct err *e);

handler_fn denounce_held_post, denounce_open_post, denounce_file_get, denounce_file_post, denounce_below_get;
#endif
