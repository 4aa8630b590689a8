// SPDX-License-Identifier: AGPL-3.0-or-later
/* The demonstration: who holds the keys of the offices whose accounts are told to visitors. */
#ifndef APP_DEMO_HOLDERS_H
#define APP_DEMO_HOLDERS_H
#include "app/demo_run.h"

/* Before anything is handed in: what is denounced there is sealed to them. Cost: 0.4 s an office. */
bool demo_holders(struct cli *c, const struct demo_office *o, struct instant at, struct err *e);
/* Who and with which secrets, a line each. */
void demo_holders_guide(struct strbuf *b, const struct demo_office *o);
#endif
