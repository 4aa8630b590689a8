// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: the pages of the talk. */
#ifndef FEATURES_CASE_TALK_PAGES_H
#define FEATURES_CASE_TALK_PAGES_H
#include "features/cases/case_pages.h"
#include "features/cases/case_talk.h"
#include "features/units/units.h"

struct talk_page {
    struct ui_page page;
    struct form form;
    struct case_key key;
    struct case_talk talk;
    struct str number, office_name, back, action;
    bool desk, sealed, waits;
};

/* The link to it on a matter's page. */
struct talk_summary {
    struct str href;
    int64_t n;
    bool waits, may_write; /* something for the viewer to read; may say something */
};
bool talk_summary(struct request *r, const struct case_look *l, const struct case_facts *c, bool desk, struct talk_summary *ret,
                  struct err *e);

handler_fn talk_track_get, talk_track_post, talk_desk_get, talk_desk_post;
#endif
