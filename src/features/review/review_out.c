// SPDX-License-Identifier: AGPL-3.0-or-later
/* A review for machines: JSON and CSV. */
#include "base/csv.h"
#include "features/review/review.h"

static void put_cells(struct json *j, struct arena *a, const struct rule_form *form, const int64_t *cells)
{
    json_object(j);
    for (size_t i = 0; i < form->columns_n; i++) {
        int64_t n = form->columns[i].number;
        json_kint(j, str_printf(a, "%lld", (long long)n).p, cells[n]);
    }
    json_end(j);
}

static void put_form(struct json *j, struct arena *a, const struct review *r)
{
    json_object(j);
    json_key(j, "rows");
    json_array(j);
    for (size_t i = 0; i < r->rows_n; i++) {
        json_object(j);
        json_kstr(j, "unit", r->rows[i].unit);
        json_kint(j, "office", r->rows[i].office_id);
        json_kstr(j, "name", r->rows[i].name);
        json_key(j, "cells");
        put_cells(j, a, r->form, r->rows[i].cells);
        json_end(j);
    }
    json_end(j);
    json_key(j, "total");
    put_cells(j, a, r->form, r->total.cells);
    json_key(j, "checks");
    json_array(j);
    for (size_t i = 0; i < r->form->checks_n; i++) {
        json_object(j);
        json_kstr(j, "rule", r->form->checks[i].text);
        json_kbool(j, "holds", r->holds[i]);
        json_end(j);
    }
    json_end(j);
    json_key(j, "entered");
    json_array(j);
    for (size_t i = 0; i < r->form->columns_n; i++) {
        if (!r->form->columns[i].about)
            json_int(j, r->form->columns[i].number);
    }
    json_end(j);
    json_key(j, "hashes");
    json_object(j);
    for (size_t i = 0; i < r->form->columns_n; i++) {
        int64_t n = r->form->columns[i].number;
        json_kstr(j, str_printf(a, "%lld", (long long)n).p, digest_hex(a, &r->hashes[n]));
    }
    json_end(j);
    json_end(j);
}

static void begin_set(struct json *j, struct arena *a, struct str unit, const struct review_set *set)
{
    json_object(j);
    json_kstr(j, "unit", unit);
    json_kday(j, "from", set->v[0].from);
    json_kday(j, "to", set->v[0].to);
    json_kday(j, "as_of", set->v[0].as_of);
    json_key(j, "forms");
    json_object(j);
    for (size_t i = 0; i < set->n; i++) {
        json_key(j, str_z(a, set->v[i].form->id));
        put_form(j, a, &set->v[i]);
    }
    json_end(j);
}

void review_json(struct json *j, struct arena *a, struct str unit, const struct review_set *set)
{
    begin_set(j, a, unit, set);
    json_end(j);
}

void review_compared_json(struct json *j, struct arena *a, struct str unit, const struct review_beside *x)
{
    begin_set(j, a, unit, x->now);
    review_compare_json(j, a, x);
    json_end(j);
}

static void put_row(struct strbuf *b, struct arena *a, const struct rule_form *form, const struct review_row *row)
{
    csv_put(b, row->unit, true);
    csv_put(b, row->name, false);
    for (size_t i = 0; i < form->columns_n; i++)
        csv_put(b, str_printf(a, "%lld", (long long)row->cells[form->columns[i].number]), false);
    strbuf_char(b, '\n');
}

void review_csv(struct strbuf *b, struct arena *a, enum lang lang, const struct review *r)
{
    csv_put(b, STR("unit"), true);
    csv_put(b, STR("office"), false);
    for (size_t i = 0; i < r->form->columns_n; i++)
        csv_put(b, str_printf(a, "%lld " STR_FMT, (long long)r->form->columns[i].number,
                              STR_ARG(r->form->columns[i].name.text[lang])), false);
    strbuf_char(b, '\n');
    for (size_t i = 0; i < r->rows_n; i++)
        put_row(b, a, r->form, &r->rows[i]);
}
