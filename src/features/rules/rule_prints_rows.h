// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: what loading printed forms shares with the other tables. */
#ifndef FEATURES_RULE_PRINTS_ROWS_H
#define FEATURES_RULE_PRINTS_ROWS_H
#include "features/rules/rule_rows.h"

uint32_t table_roles(struct rule_table *t); /* column roles: words of enum role */
void table_kinds(struct rule_table *t, const struct rulebook *b, const char *column); /* each a kind or a procedure */
void table_actions(struct rule_table *t, const struct rulebook *b); /* column action: each of some step */
void load_prints(struct rule_loading *l);
#endif
