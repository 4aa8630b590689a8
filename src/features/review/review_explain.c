// SPDX-License-Identifier: AGPL-3.0-or-later
/* What stands behind a figure, and behind a check that fails. */
#include <stdlib.h>

#include "features/review/review_inner.h"
#include "features/review/review_scan.h"
#include "platform/i18n/i18n.h"

struct digest review_hash(struct arena *a, const struct scan_list *list)
{
    struct strbuf b;
    strbuf_init(&b, a, list->n * 40 + 64);
    for (size_t i = 0; i < list->n; i++)
        strbuf_printf(&b, "%lld/%lld\n", (long long)list->v[i].office_id, (long long)list->v[i].id);
    struct str lines = strbuf_text(&b);
    return digest_of(lines.p, lines.n);
}

/* ---- the matters of a list ---- */

/* One matter, as far as she may know of it. */
static bool list_one(const struct case_look *l, struct case_key key, struct case_list *list, struct err *e)
{
    struct err why;
    if (case_get(l, key, &list->v[list->n], &why)) {
        list->n++;
        return true;
    }
    if (why.code != ERR_NOT_FOUND && why.code != ERR_DENIED) {
        *e = why;
        return false;
    }
    return true;
}

static bool list_cases(const struct case_look *l, const struct fact_subject *about, const struct scan_list *keys,
                       struct case_list *ret, struct err *e)
{
    size_t room = keys->n < REVIEW_LIST ? keys->n : REVIEW_LIST;
    *ret = (struct case_list){.v = arena_array(l->arena, struct case_facts, room ? room : 1)};
    for (size_t i = 0; i < keys->n && ret->n < room && about == &fact_case; i++) {
        if (!list_one(l, (struct case_key){keys->v[i].office_id, keys->v[i].id}, ret, e))
            return false;
    }
    return true;
}

/* One pass over some columns of one subject. */
static bool scan_columns(const struct case_look *l, const struct review_question *q, const struct rule_column *const *columns,
                         struct scan_question *sq, struct scan **ret, struct err *e)
{
    const int64_t *offices;
    sq->about = columns[0]->about;
    sq->columns = columns;
    sq->from = q->from;
    sq->to = q->to;
    sq->as_of = q->as_of;
    sq->lists = true;
    if (!review_check_range(l, q, e) || !review_offices(l->rd, l->arena, q, &offices, &sq->offices_n, e) ||
        !facts_catch_up(q->facts, l->rd, e))
        return false;
    sq->offices = offices;
    return scan_run(q->facts, l->arena, sq, ret, e);
}

bool review_list(const struct case_look *l, const struct review_question *q, int64_t column, struct review_behind *ret,
                 struct err *e)
{
    const struct rule_form *form = rulebook_form(l->world->rules, q->form);
    struct scan_question sq = {.columns_n = 1};
    struct scan *s;
    if (!form || column < 1 || (size_t)column > form->columns_n)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.review.form"), "no column %lld", (long long)column);
    const struct rule_column *one = &form->columns[column - 1];
    *ret = (struct review_behind){.form = form, .column = one};
    if (!one->about) {
        ret->hash = review_hash(l->arena, &ret->all);
        return review_check_range(l, q, e);
    }
    if (!scan_columns(l, q, &one, &sq, &s, e))
        return false;
    scan_list(s, 0, &ret->all);
    for (size_t i = 0; i < sq.offices_n; i++)
        ret->figure += scan_cell(s, i, 0);
    ret->hash = review_hash(l->arena, &ret->all);
    return list_cases(l, one->about, &ret->all, &ret->cases, e);
}

/* ---- why a check fails ---- */

enum { SIDES = 13 };
struct sides {
    const struct rule_column *columns[SIDES]; /* the left one first */
    struct scan_list lists[SIDES];
    size_t n;
};

/* The columns of a check, when they all count one kind of subject. */
static bool sides_of(const struct rulebook *rules, const struct rule_form *form, const struct rule_check *check, struct sides *s)
{
    const struct rule_form *other = check->other.n ? rulebook_form(rules, check->other) : form;
    s->columns[s->n++] = &form->columns[check->left - 1];
    for (size_t i = 0; other && i < check->right_n; i++)
        s->columns[s->n++] = &other->columns[check->right[i] - 1];
    for (size_t i = 0; i < s->n; i++) {
        if (!s->columns[i]->about || s->columns[i]->about != s->columns[0]->about)
            return false;
    }
    return s->n > 1;
}

static int key_order(const void *x, const void *y)
{
    const struct scan_key *a = x, *b = y;
    if (a->office_id != b->office_id)
        return a->office_id < b->office_id ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

static size_t times_in(const struct scan_list *list, struct scan_key key)
{
    size_t n = 0;
    const struct scan_key *at = list->n ? bsearch(&key, list->v, list->n, sizeof key, key_order) : NULL;
    for (const struct scan_key *p = at; at && p >= list->v && !key_order(p, &key); p--)
        n++;
    for (const struct scan_key *p = at; at && p + 1 < list->v + list->n && !key_order(p + 1, &key); p++)
        n++;
    return n;
}

/* Does this subject pull the check to the wrong side? */
static bool pulls(const struct sides *s, char op, struct scan_key key)
{
    size_t left = times_in(&s->lists[0], key), right = 0;
    for (size_t i = 1; i < s->n; i++)
        right += times_in(&s->lists[i], key);
    return op == '<' ? left > right : op == '>' ? left < right : left != right;
}

static struct scan_list pulling(struct arena *a, const struct sides *s, char op)
{
    struct scan_list all = {NULL, 0};
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < s->n; i++)
        n += s->lists[i].n;
    all.v = arena_array(a, struct scan_key, n ? n : 1);
    for (size_t i = 0; i < s->n; i++) {
        for (size_t k = 0; k < s->lists[i].n; k++)
            all.v[all.n++] = s->lists[i].v[k];
    }
    qsort(all.v, all.n, sizeof *all.v, key_order);
    for (size_t i = 0; i < all.n; i++) {
        if ((!i || key_order(&all.v[i - 1], &all.v[i])) && pulls(s, op, all.v[i]))
            all.v[kept++] = all.v[i];
    }
    all.n = kept;
    return all;
}

bool review_causes(const struct case_look *l, const struct review_question *q, const struct rule_form *form,
                   const struct rule_check *check, struct review_causes *ret, struct err *e)
{
    struct sides *s = arena_new(l->arena, struct sides);
    struct scan_question sq = {.columns_n = 0};
    struct scan *scan;
    *s = (struct sides){.n = 0};
    *ret = (struct review_causes){.about = NULL};
    if (!sides_of(l->world->rules, form, check, s))
        return true;
    sq.columns_n = s->n;
    if (!scan_columns(l, q, s->columns, &sq, &scan, e))
        return false;
    scan_lists(scan, s->lists);
    ret->about = s->columns[0]->about;
    ret->all = pulling(l->arena, s, check->op);
    return list_cases(l, ret->about, &ret->all, &ret->cases, e);
}

/* ---- for machines ---- */

const struct rule_source *review_source(const struct review_behind *b)
{
    return b->column->source.article.n ? &b->column->source : &b->form->source;
}

static void put_conditions(struct json *j, const struct review_behind *b)
{
    json_key(j, "condition");
    json_array(j);
    for (int64_t n = b->column->number; n; n = b->form->columns[n - 1].within) {
        json_object(j);
        json_kint(j, "column", n);
        json_kstr(j, "condition", b->form->columns[n - 1].condition_text);
        json_end(j);
    }
    json_end(j);
}

static void put_matters(struct json *j, const struct review_behind *b)
{
    json_key(j, "matters");
    json_array(j);
    for (size_t i = 0; i < b->cases.n; i++) {
        const struct case_facts *c = &b->cases.v[i];
        json_object(j);
        json_kint(j, "office", c->key.office_id);
        json_kint(j, "id", c->key.case_id);
        json_kstr(j, "number", c->number);
        json_kday(j, "received", c->received);
        json_end(j);
    }
    for (size_t i = 0; b->column->about != &fact_case && i < b->all.n && i < REVIEW_LIST; i++) {
        json_object(j);
        json_kint(j, "office", b->all.v[i].office_id);
        json_kint(j, "id", b->all.v[i].id);
        json_end(j);
    }
    json_end(j);
}

void review_behind_json(struct json *j, struct arena *a, const struct review_behind *b, enum lang lang)
{
    json_object(j);
    json_kstr(j, "form", b->form->id);
    json_kint(j, "column", b->column->number);
    json_kstr(j, "head", b->column->head.text[lang]);
    json_kstr(j, "name", b->column->name.text[lang]);
    json_kstr(j, "article", review_source(b)->article);
    json_kstr(j, "version", review_source(b)->version);
    json_kstr(j, "of", b->column->about ? str_of(b->column->about->subject) : STR("entered"));
    put_conditions(j, b);
    json_kint(j, "figure", b->figure);
    json_kint(j, "all", (int64_t)b->all.n);
    json_kstr(j, "hash", digest_hex(a, &b->hash));
    put_matters(j, b);
    json_end(j);
}
