// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: the time bar on the desk's page of a matter. */
#ifndef FEATURES_CASE_TIME_BAR_PAGES_H
#define FEATURES_CASE_TIME_BAR_PAGES_H
#include "features/cases/case_pages.h"
#include "features/cases/case_time_bar.h"

/* Until when a complaint was in time. */
enum { DESK_OBSTACLES = 3 };
struct desk_obstacle_names {
    int n;
    const char *kind, *since, *until; /* fields of the form */
};
extern const struct desk_obstacle_names desk_obstacles[DESK_OBSTACLES];
struct desk_case;
struct desk_action;
/* What was typed into a field of the action that failed. */
struct str desk_kept(const struct desk_case *p, const struct desk_action *x, const char *name);

struct desk_time_bar {
    bool there, passed;
    struct day known, until;
    struct str href;         /* how it was counted */
    const struct str *lines; /* the obstacles */
    size_t lines_n;
};

/* "known", and an obstacle for each of desk_obstacles. */
void desk_time_bar_read(const struct form *f, struct case_time_bar_deed *ret);
bool desk_time_bar_load(struct request *r, const struct case_look *l, const struct case_facts *c, struct desk_time_bar *ret,
                        struct err *e);

#endif
