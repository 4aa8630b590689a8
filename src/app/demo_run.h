// SPDX-License-Identifier: AGPL-3.0-or-later
/* Doing what a plan says, with the commands that pages use. */
#ifndef APP_DEMO_RUN_H
#define APP_DEMO_RUN_H
#include "app/cli.h"
#include "app/demo_plan.h"
#include "features/cases/cases.h"

struct demo_year {
    const struct demo_question *question;
    const struct demo_plan *plan;
    struct case_world world;    /* its today goes through the year */
    struct case_key *keys;      /* of the plan's slots, as they are made */
    struct str *decisions;      /* last drafted */
};

/* All events, in batches of one commit each. */
bool demo_run(struct cli *c, struct demo_year *y, struct err *e);
#endif
