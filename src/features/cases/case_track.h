// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: the pages for who holds a tracking code, and for everybody. */
#ifndef FEATURES_CASE_TRACK_H
#define FEATURES_CASE_TRACK_H
#include "features/cases/case_talk_pages.h"
#include "features/units/units.h"

struct track_start {
    struct ui_page page;
    struct form form;
};

/* An action open to the person, with the words it asks for. */
struct track_action {
    struct str action, name;
    bool text, note;
};

struct track_page {
    struct ui_page page;
    struct case_facts facts;
    struct str kind_name, state_name, office_name, decision_name;
    enum ui_tone tone;
    struct ui_deadline deadline;
    bool has_deadline;
    const struct ui_step *steps;
    size_t steps_n;
    struct str answer;         /* of the newest approved answer; empty when none */
    struct day answered;
    const struct track_action *actions;
    size_t actions_n;
    const struct case_link *links;
    size_t links_n;
    struct talk_summary talk;
    bool may_rate;
    struct str published_href; /* when the result is published */
    struct form form;
};

struct public_page {
    struct ui_page page;
    struct case_publication publication;
    struct str kind_name, decision_name, office_name, office_href;
    const struct ui_step *steps;
    size_t steps_n;
};

struct public_row {
    struct str href, number, title, kind, office;
    struct day published;
};
struct public_list {
    struct ui_page page;
    struct str q, office_name;
    bool searched;
    const struct public_row *rows;
    size_t rows_n;
};

struct str track_link(struct html *h, struct case_key k);

handler_fn track_start_get, track_start_post, track_page_get, track_act_post, track_rate_post, track_leave_post;
handler_fn public_list_get, public_page_get, public_unit_get;
#endif
