// SPDX-License-Identifier: AGPL-3.0-or-later
#ifndef FEATURES_PORTAL_PAGES_H
#define FEATURES_PORTAL_PAGES_H
#include "features/portal/portal.h"

struct portal_page {
    struct ui_page page;
    struct portal_slots slots;
};

/* One kind of matter in plain words. */
struct portal_kind {
    const char *word, *icon; /* the kind in links and the database: "complaint" */
    const char *name_msg, *ask_msg, *text_msg, *example_msg, *after_msg;
};
enum { PORTAL_KINDS = 4, PORTAL_TEXTS = 6 };
extern const struct portal_kind portal_kinds[PORTAL_KINDS];

/* A heading and what stands under it. */
struct portal_text {
    const char *title_msg, *text_msg;
};
extern const struct portal_text portal_privacy[PORTAL_TEXTS];
extern const struct portal_text portal_accessibility[4];
#endif
