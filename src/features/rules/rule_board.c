// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/rules/rule_prints_rows.h"

void load_board(struct rule_loading *l)
{
    static const char *const columns[] = {"id", "value", "roles", "article", "version", "sureness", "valid_from", "valid_to", NULL};
    struct rule_table t;
    struct rulebook *b = l->book;
    if (!table_open(&t, l, "board.csv", false, columns))
        return;
    while (table_next(&t)) {
        struct rule_board_row row = {.id = table_id(&t, "id"), .value = table_text(&t, "value"), .roles = table_roles(&t),
                                     .name = table_name(&t, "name", true), .about = table_name(&t, "about", true),
                                     .source = table_source(&t)};
        if (rulebook_board(b, str_z(l->arena, row.id)))
            table_problem(&t, "id", "stands twice");
        LIST_ADD(l->arena, b->board, b->board_n) = row;
    }
    table_close(&t, l);
}

const struct rule_board_row *rulebook_board(const struct rulebook *b, const char *id)
{
    for (size_t i = 0; i < b->board_n; i++) {
        if (str_is(b->board[i].id, id))
            return &b->board[i];
    }
    return NULL;
}

int64_t rulebook_board_number(const struct rulebook *b, const char *id, int64_t otherwise)
{
    int64_t n;
    const struct rule_board_row *row = rulebook_board(b, id);
    return row && str_int(row->value, &n) ? n : otherwise;
}

bool rulebook_board_has(const struct rulebook *b, const char *id, struct str word)
{
    const struct rule_board_row *row = rulebook_board(b, id);
    return row && word.n && word_among(row->value, word);
}

const struct rule_column *rulebook_indicator(const struct rulebook *b, struct str id)
{
    for (size_t i = 0; i < b->forms_n; i++) {
        for (size_t k = 0; k < b->forms[i].columns_n; k++) {
            if (str_eq(b->forms[i].columns[k].id, id))
                return &b->forms[i].columns[k];
        }
    }
    return NULL;
}
