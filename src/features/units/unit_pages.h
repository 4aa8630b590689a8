// SPDX-License-Identifier: AGPL-3.0-or-later
/* What the pages' templates are given, and the handlers. */
#ifndef FEATURES_UNIT_PAGES_H
#define FEATURES_UNIT_PAGES_H
#include "features/units/unit_rows.h"
#include "platform/ui/ui.h"

bool unit_list_get(struct request *r, struct response *out, struct err *e);
bool unit_page_get(struct request *r, struct response *out, struct err *e);
bool unit_search_get(struct request *r, struct response *out, struct err *e);
bool unit_api_find(struct request *r, struct response *out, struct err *e);
bool unit_api_get(struct request *r, struct response *out, struct err *e);

/* A link to a unit; where it lies may be empty. */
struct unit_link {
    struct str href, name, path;
    bool part;
};
struct unit_hit {
    struct unit_link link;
    struct day ended; /* DAY_NONE: it is there */
    const struct unit_link *successors;
    size_t successors_n;
};
struct unit_hits {
    const struct unit_hit *v;
    size_t n;
};
struct unit_office {
    const struct office *office;
    struct str hours;
};
/* A shape of the map with its link. */
struct unit_region {
    struct str href, name, path;
    bool here, frame;
};

struct unit_list_page {
    struct ui_page page;
    const struct unit_link *units;
    size_t n;
};
struct unit_search_page {
    struct ui_page page;
    struct str q;
    struct markup hits;
    size_t n;
};
struct unit_page {
    struct ui_page page;
    const struct unit *unit;
    const struct ui_row *facts;
    size_t facts_n;
    const struct unit_link *before, *after, *children;
    size_t before_n, after_n, children_n;
    struct day changed, ended; /* first day after before; of after */
    const struct unit_office *offices;
    size_t offices_n;
    const struct unit_region *regions;
    size_t regions_n;
    struct str view_box;
    struct str submit, published; /* links; empty when there is no office */
};
#endif
