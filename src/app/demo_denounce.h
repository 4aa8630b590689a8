// SPDX-License-Identifier: AGPL-3.0-or-later
/* Some denunciations of the demonstration, told step by step (demo/vn/scenes.csv):
 * a team, an extension, protection, an officer kept out, a suspension. */
#ifndef APP_DEMO_DENOUNCE_H
#define APP_DEMO_DENOUNCE_H
#include "app/demo_run.h"

/* In the home office, on the working days before the year's end. */
bool demo_denounce(struct cli *c, struct demo_year *y, struct err *e);
/* The code that opens the first scene's matter. */
struct str demo_denounce_code(struct arena *a, const struct demo_question *q);
#endif
