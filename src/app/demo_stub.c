// SPDX-License-Identifier: AGPL-3.0-or-later
#include "app/run.h"
void run_print_accounts(struct cli *c) { (void)c; }
bool demo_make(struct cli *c, const struct demo_options *o, struct err *e) { (void)c; (void)o; (void)e; return true; }