// SPDX-License-Identifier: AGPL-3.0-or-later
/* The front door: the home page and the pages that explain. It knows no case
 * and no unit; whoever does hands it what to show. */
#ifndef FEATURES_PORTAL_H
#define FEATURES_PORTAL_H
#include "platform/ui/ui.h"

/* A published result. */
struct portal_result {
    struct str href, title, unit;
    struct day day;
};
/* What the home page shows of other features; all may be empty. */
struct portal_slots {
    const struct portal_result *results;
    size_t results_n;
    const struct ui_figure *figures;
    size_t figures_n;
    struct str period; /* what the figures count: "01/01/2026 – 30/06/2026" */
};

/* GET /help/kinds, /accessibility, /privacy. */
extern const struct route portal_routes[];
/* GET / for who has nothing to show yet; else make a handler around portal_home. */
extern const struct route portal_home_routes[];

/* The home page. The same for everybody who is not signed in. */
void portal_home(struct request *r, const struct portal_slots *slots, struct response *p);
#endif
