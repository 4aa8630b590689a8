// SPDX-License-Identifier: AGPL-3.0-or-later
/* A year of receiving citizens at the home office and the province: the
 * leader's days as often as the law asks, visits with and without petitions, a
 * crowd, somebody turned away, promises, bookings for the next day. */
#ifndef APP_DEMO_RECEPTION_H
#define APP_DEMO_RECEPTION_H
#include "app/demo_run.h"

bool demo_reception(struct cli *c, struct demo_year *y, struct err *e);
#endif
