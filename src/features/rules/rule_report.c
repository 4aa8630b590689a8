// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/rules/rule_report.h"

#include "features/rules/rule_rows.h"

static bool cell_parse(const struct rulebook *b, struct str cell, const struct rule_form **ret, int64_t *ret_column)
{
    size_t dot;
    if (!str_find(cell, STR("."), &dot))
        return false;
    *ret = rulebook_form(b, str_cut(cell, 0, dot));
    return *ret && str_int(str_cut(cell, dot + 1, cell.n), ret_column) && *ret_column >= 1 &&
           (size_t)*ret_column <= (*ret)->columns_n;
}

bool report_place_parse(const struct rulebook *b, struct str place, struct report_place *ret)
{
    size_t at;
    *ret = (struct report_place){0};
    if (str_find(place, STR("%"), &at)) {
        ret->how = '%';
        return cell_parse(b, str_cut(place, 0, at), &ret->form, &ret->column) &&
               cell_parse(b, str_cut(place, at + 1, place.n), &ret->of, &ret->of_column);
    }
    if (str_find(place, STR("|"), &at)) {
        struct str word = str_cut(place, at + 1, place.n);
        ret->how = '|';
        ret->previous = str_is(word, "previous");
        return (ret->previous || str_is(word, "same")) && cell_parse(b, str_cut(place, 0, at), &ret->form, &ret->column);
    }
    return cell_parse(b, place, &ret->form, &ret->column);
}

static void check_places(struct rule_table *t, const struct rulebook *b, struct str text)
{
    struct report_place place;
    size_t from, to;
    while (str_find(text, STR("{"), &from)) {
        text = str_cut(text, from + 1, text.n);
        if (!str_find(text, STR("}"), &to)) {
            table_problem(t, "text_vi", "{ without }");
            return;
        }
        struct str name = str_cut(text, 0, to);
        if (!report_place_parse(b, name, &place))
            table_problem(t, "text_vi", "no such figure: {%.*s}", STR_ARG(name));
        text = str_cut(text, to + 1, text.n);
    }
}

static void check_line(struct rule_table *t, const struct rulebook *b, const struct rule_report_line *x)
{
    for (int lang = 0; lang < LANGS && (x->kind == REPORT_SAY || x->kind == REPORT_ITEM); lang++)
        check_places(t, b, x->text.text[lang]);
    if (x->kind == REPORT_FIGURES && !rulebook_form(b, x->text.text[LANG_VI]))
        table_problem(t, "text_vi", "no such form");
    for (size_t i = 0; i < b->report_n; i++) {
        if (str_eq(b->report[i].report, x->report) && str_eq(b->report[i].id, x->id))
            table_problem(t, "id", "this line stands twice");
    }
}

void load_report(struct rule_loading *l)
{
    static const char *const columns[] = {"report", "id", "kind", NULL};
    static const char *const kinds[] = {"title", "about", "part", "section", "point", "say", "item", "figures", "write",
                                        "up", "up.new", "down", "even", "none", "same", "previous", "missing", NULL};
    struct rule_table t;
    if (!table_open(&t, l, "report.csv", false, columns))
        return;
    while (table_next(&t)) {
        struct rule_report_line x = {.report = table_id(&t, "report"), .id = table_id(&t, "id"),
                                     .kind = (enum report_kind)table_choice(&t, "kind", kinds), .text = table_name(&t, "text", true),
                                     .source = table_source(&t)};
        check_line(&t, l->book, &x);
        LIST_ADD(l->arena, l->book->report, l->book->report_n) = x;
    }
    table_close(&t, l);
}

void rulebook_report(const struct rulebook *b, const struct rule_report_line **ret, size_t *ret_n)
{
    *ret = b->report;
    *ret_n = b->report_n;
}

const struct rule_report_line *rulebook_report_write(const struct rulebook *b, struct str report, struct str id)
{
    for (size_t i = 0; i < b->report_n; i++) {
        if (b->report[i].kind == REPORT_WRITE && str_eq(b->report[i].report, report) && str_eq(b->report[i].id, id))
            return &b->report[i];
    }
    return NULL;
}
