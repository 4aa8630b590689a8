// SPDX-License-Identifier: AGPL-3.0-or-later
/* The list of features: the only place that names them all. */
#ifndef APP_FEATURES_H
#define APP_FEATURES_H
#include "features/cases/cases.h"
#include "platform/store/migrations.h"

extern const struct route *const app_routes[];                 /* NULL-ended */
extern const struct migration_file *const app_migrations[];    /* NULL-ended, in the order to apply */
extern const struct case_mover app_movers[]; /* what the features keep of a matter that moves to the sealed side */
#endif
