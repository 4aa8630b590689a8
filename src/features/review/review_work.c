// SPDX-License-Identifier: AGPL-3.0-or-later
/* What a sheet says: computed, added up, computed again. */
#include "features/review/review_work.h"

#include <string.h>

#include "features/review/review_inner.h"
#include "platform/i18n/i18n.h"

/* The newest frozen ones of the offices below. */
static bool find_sources(const struct case_look *l, const struct review_sheet *s, struct review_sheets *ret, struct err *e)
{
    struct review_senders senders;
    struct review_order range = {.office_id = s->office_id, .from = s->from, .to = s->to, .send_by = DAY_NONE};
    if (!review_senders(l, &range, &senders, e))
        return false;
    *ret = (struct review_sheets){.v = arena_array(l->arena, struct review_sheet, senders.n ? senders.n : 1)};
    for (size_t i = 0; i < senders.n; i++) {
        if (senders.v[i].sheet.review_no)
            ret->v[ret->n++] = senders.v[i].sheet;
    }
    return true;
}

static bool add_source(const struct case_look *l, const struct review_sheet *s, struct review_set *set, struct err *e)
{
    struct office office;
    struct review_row **rows = arena_array(l->arena, struct review_row *, set->n);
    if (!units_office(l->rd, l->arena, s->office_id, &office, e))
        return false;
    for (size_t i = 0; i < set->n; i++) {
        rows[i] = &set->v[i].rows[set->v[i].rows_n++];
        *rows[i] = (struct review_row){.office_id = s->office_id, .unit = office.unit_id, .name = office.name};
    }
    if (!review_read_cells(l, s, set, rows, e))
        return false;
    for (size_t i = 0; i < set->n; i++) {
        for (int k = 1; k < REVIEW_COLUMNS; k++)
            set->v[i].total.cells[k] += rows[i]->cells[k];
    }
    return true;
}

static bool add_sources(const struct case_look *l, const struct review_sheets *sources, struct review_set *set, struct err *e)
{
    for (size_t i = 0; i < set->n; i++) {
        struct review_row *rows = arena_array(l->arena, struct review_row, sources->n + set->v[i].rows_n);
        memcpy(rows, set->v[i].rows, set->v[i].rows_n * sizeof *rows);
        set->v[i].rows = rows;
    }
    for (size_t i = 0; i < sources->n; i++) {
        if (!add_source(l, &sources->v[i], set, e))
            return false;
    }
    review_check_forms(set, l->arena);
    return true;
}

static struct str bytes_of(struct arena *a, struct str unit, const struct review_made *m)
{
    struct strbuf *b = arena_new(a, struct strbuf);
    struct json j;
    strbuf_init(b, a, REVIEW_BYTES_MAX);
    json_init(&j, b);
    json_object(&j);
    json_key(&j, "review");
    review_json(&j, a, unit, &m->set);
    json_key(&j, "sources");
    json_array(&j);
    for (size_t i = 0; i < m->sources.n; i++) {
        json_object(&j);
        json_kint(&j, "office", m->sources.v[i].office_id);
        json_kstr(&j, "number", m->sources.v[i].number);
        json_kstr(&j, "sha256", digest_hex(a, &m->sources.v[i].digest));
        json_end(&j);
    }
    json_end(&j);
    json_end(&j);
    return strbuf_text(b);
}

bool review_make(const struct case_look *l, struct facts *f, const struct review_sheet *s, struct day as_of, struct review_made *ret,
                 struct err *e)
{
    struct office office;
    struct review_question q = {.office_id = s->office_id, .from = s->from, .to = s->to, .as_of = as_of, .hashes = true, .facts = f};
    *ret = (struct review_made){.as_of = as_of, .entries_upto = s->entries_upto};
    if (!s->frozen && !review_entries_upto(l->rd, s->office_id, &ret->entries_upto, e))
        return false;
    q.entries_upto = ret->entries_upto;
    if (!units_office(l->rd, l->arena, s->office_id, &office, e) || !review_compute(l, &q, &ret->set, e))
        return false;
    if (s->below && !(s->frozen ? review_sources_of(l, s, &ret->sources, e) : find_sources(l, s, &ret->sources, e)))
        return false;
    if (s->below && !add_sources(l, &ret->sources, &ret->set, e))
        return false;
    ret->bytes = bytes_of(l->arena, office.unit_id, ret);
    return true;
}

bool review_again(const struct case_look *l, struct facts *f, const struct review_sheet *s, bool *ret_same, struct err *e)
{
    struct review_made made;
    if (!s->frozen)
        return FAIL(e, ERR_CONFLICT, MSG("err.conflict"), "a draft is not frozen");
    if (!review_make(l, f, s, s->as_of, &made, e))
        return false;
    struct digest now = digest_of(made.bytes.p, made.bytes.n);
    *ret_same = digest_eq(&now, &s->digest);
    return true;
}

bool review_stored(const struct case_look *l, const struct review_sheet *s, struct review_set *ret, struct err *e)
{
    const struct rule_form *forms;
    struct review_row **rows;
    rulebook_forms(l->world->rules, &forms, &ret->n);
    ret->v = arena_array(l->arena, struct review, ret->n ? ret->n : 1);
    rows = arena_array(l->arena, struct review_row *, ret->n ? ret->n : 1);
    for (size_t i = 0; i < ret->n; i++) {
        ret->v[i] = (struct review){.form = &forms[i], .from = s->from, .to = s->to, .as_of = s->as_of};
        rows[i] = &ret->v[i].total;
    }
    if (!review_read_cells(l, s, ret, rows, e))
        return false;
    review_check_forms(ret, l->arena);
    return true;
}
