// SPDX-License-Identifier: AGPL-3.0-or-later
/* The board (board.csv): which figures a steering committee looks at, how each is
 * defined, which words count as settled, what is too small a number to publish.
 * Include rules.h. */
#ifndef FEATURES_RULE_BOARD_H
#define FEATURES_RULE_BOARD_H
#include "features/rules/rules.h"

struct rule_board_row {
    struct str id;            /* "received", "on_time"; settings: "threshold", "ages", … */
    struct str value;         /* words or numbers, as rules/README.md says for the id */
    uint32_t roles;           /* who sees what the row is about; 0: everybody */
    struct rule_name name, about; /* about: the definition, printed beside the figure */
    struct rule_source source;
};
const struct rule_board_row *rulebook_board(const struct rulebook *b, const char *id); /* NULL when none */
/* The number of a setting; when it is missing or no number, otherwise. */
int64_t rulebook_board_number(const struct rulebook *b, const char *id, int64_t otherwise);
/* Is a word among those of a setting? */
bool rulebook_board_has(const struct rulebook *b, const char *id, struct str word);
/* Is the indicator's or form's column of that id there? NULL when none. */
const struct rule_column *rulebook_indicator(const struct rulebook *b, struct str id);
#endif
