// SPDX-License-Identifier: AGPL-3.0-or-later
/* Settings of the program as a whole, read from DIR/dinh.conf, the environment
 * and the command line. */
#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H
#include "app/cli.h"
#include "platform/config/config.h"

/* Reads them; options of the running command count as given. */
bool settings_load(struct cli *c, struct config **ret, struct err *e);
#endif
