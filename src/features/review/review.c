// SPDX-License-Identifier: AGPL-3.0-or-later
/* The computation, and the index of the folder. No SQL: it reads the register
 * through features/cases. */
#include "features/review/review.h"

#include <string.h>

#include "features/review/board_pages.h"
#include "features/review/review_inner.h"
#include "features/review/review_pages.h"
#include "features/review/review_scan.h"
#include "features/review/review_sheet_pages.h"

const struct migration_file review_migrations[] = {
    {"review/001", "src/features/review/001_review.sql"},
    {"review/002", "src/features/review/002_entries.sql"},
    {"review/010", "src/features/review/010_texts.sql"},
    {NULL, NULL},
};

const struct route review_routes[] = {
    {"GET", "/desk/reviews", review_start_get, REVIEW_READERS, 0, NULL, "periods, to choose one"},
    {"GET", "/desk/reviews/form", review_form_get, REVIEW_READERS, 0, NULL, "a statutory form filled from the records"},
    {"GET", "/desk/reviews/form.csv", review_form_csv, REVIEW_READERS, 0, NULL, "a form as CSV, a row an office"},
    {"GET", "/desk/reviews/form.xlsx", review_form_xlsx, REVIEW_READERS, 0, NULL,
     "a form, or all of them, as a workbook"},
    {"GET", "/desk/reviews/form.pdf", review_form_pdf, REVIEW_READERS, 0, NULL, "a form, or all of them, as it is printed"},
    {"GET", "/desk/reviews/list", review_list_get, REVIEW_READERS, 0, NULL, "the matters behind a figure"},
    {"GET", "/desk/reviews/sheet", review_sheet_get, REVIEW_SEERS, 0, NULL, "the work on a period: draft, checks to explain, versions"},
    {"POST", "/desk/reviews/sheet", review_sheet_post, REVIEW_WORKERS, 0, NULL, "prepares, explains, freezes or corrects a review"},
    {"GET", "/desk/reviews/sent", review_senders_get, REVIEW_SEERS, 0, NULL, "which offices below have sent theirs, which are late"},
    {"GET", "/desk/reviews/frozen", review_frozen_get, REVIEW_SEERS, 0, NULL, "a review as it was signed off"},
    {"GET", "/desk/reviews/frozen.json", review_frozen_json, REVIEW_SEERS, 0, NULL, "its bytes"},
    {"GET", "/desk/reviews/entry", review_entry_get, REVIEW_SEERS, 0, NULL, "figures that no record gives: who entered what, when"},
    {"POST", "/desk/reviews/entry", review_entry_post, REVIEW_WORKERS, 0, NULL, "enters them"},
    {"GET", "/desk/reviews/text", review_text_get, REVIEW_SEERS, 0, NULL, "the text of a review: figures filled in, sections to write"},
    {"POST", "/desk/reviews/text", review_text_post, REVIEW_WORKERS, 0, NULL, "writes sections of it"},
    {"GET", "/desk/reviews/text.pdf", review_text_pdf, REVIEW_SEERS, 0, NULL, "the text as it is printed"},
    {"GET", "/desk/reviews/text.odt", review_text_odt, REVIEW_SEERS, 0, NULL, "the text, to be edited"},
    {"GET", "/board", board_get_public, 0, ROUTE_SHARED, NULL, "how offices do: figures for everybody, with what each means"},
    {"GET", "/board.json", board_json_public, 0, ROUTE_SHARED, NULL, "the same for machines"},
    {"GET", "/board.csv", board_csv_public, 0, ROUTE_SHARED, NULL, "the same as CSV"},
    {"GET", "/desk/board", board_get_desk, REVIEW_READERS, 0, NULL, "how the office and those below it do, with links to lists"},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

/* Offices of a question: the one, or all below it that have a register. */
bool review_offices(struct rd *rd, struct arena *a, const struct review_question *q, const int64_t **ret, size_t *ret_n,
                    struct err *e)
{
    if (q->subtree)
        return units_offices_below(rd, a, q->office_id, ret, ret_n, e);
    int64_t *one = arena_new(a, int64_t);
    *one = q->office_id;
    *ret = one;
    *ret_n = 1;
    return true;
}

/* Whose unit was there on no day of the range has no figures of it. */
static bool check_unit(const struct case_look *l, const struct review_question *q, struct err *e)
{
    struct office office;
    struct unit unit;
    struct err none;
    if (!units_office(l->rd, l->arena, q->office_id, &office, e))
        return false;
    if (!office.unit_id.n || !units_get(l->rd, l->arena, office.unit_id, &unit, &none))
        return true;
    if ((!day_is_none(unit.valid_from) && unit.valid_from.n > q->to.n) ||
        (!day_is_none(unit.valid_to) && unit.valid_to.n < q->from.n))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.unit"), "unit " STR_FMT " did not exist then", STR_ARG(unit.id));
    return true;
}

bool review_check_range(const struct case_look *l, const struct review_question *q, struct err *e)
{
    if (!viewer_may(l->viewer, q->office_id, REVIEW_READERS))
        return FAIL(e, ERR_DENIED, MSG("err.denied"), "figures of office %lld", (long long)q->office_id);
    if (day_is_none(q->from) || day_is_none(q->to))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.empty"), "a period is needed, or its first and its last day");
    if (q->from.n > q->to.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.range"), "the range runs backwards");
    if (day_diff(q->to, q->from) > 366 * 30)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.range"), "more than thirty years");
    return check_unit(l, q, e);
}

/* The forms that are asked for. */
static bool forms_of(const struct case_look *l, const struct review_question *q, struct review_set *ret, struct err *e)
{
    const struct rule_form *forms;
    size_t n;
    rulebook_forms(l->world->rules, &forms, &n);
    *ret = (struct review_set){.v = arena_array(l->arena, struct review, n ? n : 1)};
    for (size_t i = 0; i < n; i++) {
        if (!q->form.n || str_eq(q->form, forms[i].id))
            ret->v[ret->n++] = (struct review){.form = &forms[i], .from = q->from, .to = q->to, .as_of = q->as_of};
    }
    return ret->n || FAIL(e, ERR_NOT_FOUND, MSG("err.review.form"), "no form " STR_FMT, STR_ARG(q->form));
}

static bool start_rows(const struct case_look *l, struct review_set *set, const int64_t *offices, size_t n, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        struct office office;
        if (!units_office(l->rd, l->arena, offices[i], &office, e))
            return false;
        for (size_t k = 0; k < set->n; k++) {
            if (!i)
                set->v[k].rows = arena_array(l->arena, struct review_row, n);
            set->v[k].rows[set->v[k].rows_n++] = (struct review_row){.office_id = offices[i], .unit = office.unit_id,
                                                                     .name = office.name};
        }
    }
    return true;
}

/* ---- counting ---- */

/* The columns of all forms that count one kind of subject. */
struct counting {
    const struct case_look *look;
    const struct review_question *question;
    struct review_set *set;
    const struct rule_column *columns[SCAN_COLUMNS];
    size_t form[SCAN_COLUMNS]; /* place in the set */
    size_t columns_n;
};

static void gather_columns(struct counting *k, const struct fact_subject *about)
{
    k->columns_n = 0;
    for (size_t i = 0; i < k->set->n; i++) {
        const struct rule_form *form = k->set->v[i].form;
        for (size_t c = 0; c < form->columns_n && k->columns_n < SCAN_COLUMNS; c++) {
            if (form->columns[c].about != about || form->columns[c].number >= REVIEW_COLUMNS)
                continue;
            k->form[k->columns_n] = i;
            k->columns[k->columns_n++] = &form->columns[c];
        }
    }
}

static void hash_columns(struct counting *k, struct scan *s)
{
    struct digest hashes[SCAN_COLUMNS];
    scan_hashes(s, hashes);
    for (size_t c = 0; c < k->columns_n; c++)
        k->set->v[k->form[c]].hashes[k->columns[c]->number] = hashes[c];
}

static struct scan_question scan_of(const struct counting *k, const struct fact_subject *about, const int64_t *offices, size_t n)
{
    const struct review_question *q = k->question;
    return (struct scan_question){about, k->columns, k->columns_n, q->from, q->to, q->as_of, offices, n, q->hashes};
}

static bool count_subject(struct counting *k, const struct fact_subject *about, const int64_t *offices, size_t n, struct err *e)
{
    struct scan *s;
    gather_columns(k, about);
    const struct scan_question q = scan_of(k, about, offices, n);
    if (!k->columns_n)
        return true;
    if (!scan_run(k->question->facts, k->look->arena, &q, &s, e))
        return false;
    for (size_t c = 0; c < k->columns_n; c++) {
        struct review *r = &k->set->v[k->form[c]];
        for (size_t i = 0; i < n; i++) {
            int64_t figure = scan_cell(s, i, c);
            r->rows[i].cells[k->columns[c]->number] = figure;
            r->total.cells[k->columns[c]->number] += figure;
        }
    }
    if (k->question->hashes)
        hash_columns(k, s);
    return true;
}

/* ---- what was entered ---- */

static void take_entry(struct review_set *set, const struct review_entry *x)
{
    for (size_t i = 0; i < set->n; i++) {
        struct review *v = &set->v[i];
        bool fits = str_eq(v->form->id, x->form) && x->column >= 1 && (size_t)x->column <= v->form->columns_n &&
                    x->column < REVIEW_COLUMNS && !v->form->columns[x->column - 1].about;
        for (size_t k = 0; fits && k < v->rows_n; k++) {
            if (v->rows[k].office_id != x->office_id)
                continue;
            v->rows[k].cells[x->column] = x->figure;
            v->total.cells[x->column] += x->figure;
        }
    }
}

/* ---- offices that have figures ---- */

static bool has_entry(const struct review_entries *list, int64_t office_id)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->v[i].office_id == office_id)
            return true;
    }
    return false;
}

static bool has_facts(const struct fact_rows *r, int64_t office_id)
{
    for (size_t i = 0; i < r->offices_n; i++) {
        if (r->offices[i] == office_id)
            return true;
    }
    return false;
}

/* Most offices have no register (councils, the Front, departments): only the one that is asked for and those that can
 * have a figure get rows. */
static void keep_known(const struct case_look *l, const struct review_question *q, const struct review_entries *entries,
                       const int64_t **offices, size_t *n)
{
    struct fact_rows r = {.offices_n = 0};
    int64_t *kept = arena_array(l->arena, int64_t, *n + 1);
    size_t kept_n = 0;
    bool rows = facts_rows(q->facts, fact_vocabulary[0]->subject, &r);
    for (size_t i = 0; i < *n; i++) {
        int64_t id = (*offices)[i];
        if (id == q->office_id || has_facts(&r, id) || has_entry(entries, id))
            kept[kept_n++] = id;
    }
    if (rows)
        facts_done(q->facts);
    *offices = kept;
    *n = kept_n;
}

/* ---- what comes out ---- */

static bool is_empty(const struct review_row *row)
{
    for (int k = 1; k < REVIEW_COLUMNS; k++) {
        if (row->cells[k])
            return false;
    }
    return true;
}

/* Offices without a register (councils, the Front) would fill the table with noughts. */
static void drop_empty(struct review *r, int64_t office_id)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->rows_n; i++) {
        if (!is_empty(&r->rows[i]) || r->rows[i].office_id == office_id)
            r->rows[kept++] = r->rows[i];
    }
    r->rows_n = kept;
}

static const int64_t *figures_of(const struct review_set *set, struct str form)
{
    for (size_t i = 0; i < set->n; i++) {
        if (str_eq(set->v[i].form->id, form))
            return set->v[i].total.cells;
    }
    return NULL;
}

void review_check_forms(struct review_set *set, struct arena *a)
{
    for (size_t i = 0; i < set->n; i++) {
        const struct rule_form *form = set->v[i].form;
        set->v[i].holds = arena_array(a, bool, form->checks_n ? form->checks_n : 1);
        for (size_t c = 0; c < form->checks_n; c++) {
            const int64_t *other = figures_of(set, form->checks[c].other);
            set->v[i].holds[c] = (form->checks[c].other.n && !other) ||
                                 rule_check_holds(&form->checks[c], set->v[i].total.cells, other);
        }
    }
}

/* Checks reach across forms: all are counted, then the one that was asked for is given. */
static void keep_asked(struct review_set *set, struct str form)
{
    size_t kept = 0;
    for (size_t i = 0; i < set->n; i++) {
        if (!form.n || str_eq(set->v[i].form->id, form))
            set->v[kept++] = set->v[i];
    }
    set->n = kept;
}

bool review_compute(const struct case_look *l, const struct review_question *q, struct review_set *ret, struct err *e)
{
    struct counting *k = arena_new(l->arena, struct counting);
    struct review_question all = *q;
    struct review_set set;
    struct review_entries entries;
    const int64_t *offices;
    size_t n;
    all.form = STR("");
    *k = (struct counting){.look = l, .question = &all, .set = &set};
    if (!review_check_range(l, q, e) || !forms_of(l, q, &set, e) || !forms_of(l, &all, &set, e) ||
        !review_offices(l->rd, l->arena, q, &offices, &n, e) || !review_entries(l, q, &entries, e) ||
        !facts_catch_up(q->facts, l->rd, e))
        return false;
    keep_known(l, q, &entries, &offices, &n);
    if (!start_rows(l, &set, offices, n, e))
        return false;
    for (size_t i = 0; fact_vocabulary[i]; i++) {
        if (!count_subject(k, fact_vocabulary[i], offices, n, e))
            return false;
    }
    for (size_t i = 0; i < entries.n; i++)
        take_entry(&set, &entries.v[i]);
    review_check_forms(&set, l->arena);
    keep_asked(&set, q->form);
    for (size_t i = 0; i < set.n; i++) {
        set.v[i].total.office_id = q->office_id;
        drop_empty(&set.v[i], q->office_id);
    }
    *ret = set;
    return true;
}
