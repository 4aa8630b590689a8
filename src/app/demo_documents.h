// SPDX-License-Identifier: AGPL-3.0-or-later
/* Some documents of the demonstration: what the rulebook has for the state of
 * matters in the home office, issued by its leader; the last stays a draft. */
#ifndef APP_DEMO_DOCUMENTS_H
#define APP_DEMO_DOCUMENTS_H
#include "app/demo_run.h"

bool demo_documents(struct cli *c, struct demo_year *y, struct err *e);
#endif
