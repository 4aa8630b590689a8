// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/rules/rule_rows.h"

bool rulebook_register(const struct rulebook *b, struct str id)
{
    struct str word, rest = b->registers;
    while (str_split(&rest, ' ', &word)) {
        if (word.n && str_eq(word, id))
            return true;
    }
    return false;
}

void load_values(struct rule_loading *l)
{
    static const char *const columns[] = {"id", "what", "level", "least", "value", "unit", "article", "version", "sureness",
                                          "valid_from", "valid_to", NULL};
    static const char *const units[] = {"working_days", "per_week", "per_month", "people", NULL};
    struct rule_table t;
    struct rulebook *b = l->book;
    if (!table_open(&t, l, "reception.csv", false, columns))
        return;
    while (table_next(&t)) {
        struct rule_value v = {.id = table_id(&t, "id"), .what = table_id(&t, "what"), .level = table_text(&t, "level"),
                               .value = table_int(&t, "value", 1, 1000), .unit = (enum value_unit)table_choice(&t, "unit", units),
                               .source = table_source(&t)};
        if (table_text(&t, "least").n)
            v.least = table_int(&t, "least", 1, 100000);
        for (size_t i = 0; i < b->values_n; i++) {
            const struct rule_value *x = &b->values[i];
            if (str_eq(x->what, v.what) && str_eq(x->level, v.level) && x->least == v.least &&
                x->source.from.n <= v.source.to.n && v.source.from.n <= x->source.to.n)
                table_problem(&t, "valid_from", "holds at the same time as %.40s", str_z(l->arena, x->id));
        }
        LIST_ADD(l->arena, b->values, b->values_n) = v;
    }
    table_close(&t, l);
}

const struct rule_value *rulebook_value(const struct rulebook *b, const struct rule_asked *asked, struct day on)
{
    const struct rule_value *best = NULL;
    for (size_t i = 0; i < b->values_n; i++) {
        const struct rule_value *v = &b->values[i];
        if (str_is(v->what, asked->what) && (!v->level.n || (asked->level && str_is(v->level, asked->level))) &&
            v->least <= asked->number && rule_holds(&v->source, on) && (!best || v->least > best->least))
            best = v;
    }
    return best;
}
