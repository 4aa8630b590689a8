// SPDX-License-Identifier: AGPL-3.0-or-later
/* The rulebook: loading as a whole, and looking things up. */
#include "features/rules/rule_prints_rows.h"

#include <string.h>

/* How many problems, and the first. */
static bool pack_failed(const struct rule_loading *l, struct err *e)
{
    struct str rest = strbuf_text(l->problems), first;
    return str_split(&rest, '\n', &first) &&
           FAIL(e, ERR_BAD_INPUT, MSG("err.rules.pack"), "%zu problems in the pack: %.*s", l->problems_n, STR_ARG(str_cut(first, 0, 200)));
}

bool rulebook_load(struct arena *a, const struct rule_file *files, size_t n, struct rulebook **ret_book,
                   struct strbuf *problems, struct err *e)
{
    struct rulebook *b = arena_new(a, struct rulebook);
    struct rule_loading l = {.arena = a, .files = files, .files_n = n, .problems = problems, .book = b};
    load_pack(&l);
    load_procedures(&l);
    load_states(&l);
    load_steps(&l);
    load_limits(&l);
    load_words(&l);
    load_competences(&l);
    load_holidays(&l);
    load_warnings(&l);
    load_values(&l);
    load_forms(&l);
    load_report(&l);
    load_periods(&l);
    load_board(&l);
    load_prints(&l);
    if (!l.problems_n)
        check_book(&l);
    if (l.problems_n)
        return pack_failed(&l, e);
    *ret_book = b;
    return true;
}

struct str rulebook_pack(const struct rulebook *b)
{
    return b->id;
}

struct str rulebook_version(const struct rulebook *b)
{
    return b->version;
}

const struct rule_procedure *rulebook_procedure(const struct rulebook *b, struct str id)
{
    for (size_t i = 0; i < b->procedures_n; i++) {
        if (str_eq(b->procedures[i].id, id))
            return &b->procedures[i];
    }
    return NULL;
}

void rulebook_procedures(const struct rulebook *b, const struct rule_procedure **ret, size_t *ret_n)
{
    *ret = b->procedures;
    *ret_n = b->procedures_n;
}

void rulebook_steps(const struct rulebook *b, struct str procedure, const struct rule_step **ret, size_t *ret_n)
{
    size_t from = 0, to;
    while (from < b->steps_n && !str_eq(b->steps[from].procedure, procedure))
        from++;
    for (to = from; to < b->steps_n && str_eq(b->steps[to].procedure, procedure);)
        to++;
    *ret = b->steps + from;
    *ret_n = to - from;
}

const struct rule_step *rulebook_step(const struct rulebook *b, struct str procedure, struct str from, struct str action,
                                      struct day on)
{
    const struct rule_step *steps;
    size_t n;
    rulebook_steps(b, procedure, &steps, &n);
    for (size_t i = 0; i < n; i++) {
        if (str_eq(steps[i].from, from) && str_eq(steps[i].action, action) && rule_holds(&steps[i].source, on))
            return &steps[i];
    }
    return NULL;
}

/* Does a list in a table (empty: all) take in a kind, or a procedure of it? */
static bool takes_kind(const struct rulebook *b, struct str list, struct str kind)
{
    if (!list.n || word_among(list, kind))
        return true;
    const struct rule_procedure *p = rulebook_procedure(b, kind);
    if (p)
        return word_among(list, p->kind);
    for (size_t i = 0; i < b->procedures_n; i++) {
        if (str_eq(b->procedures[i].kind, kind) && word_among(list, b->procedures[i].id))
            return true;
    }
    return false;
}

static bool takes(const struct rulebook *b, const struct rule_word *w, struct str kind, struct str action)
{
    return takes_kind(b, w->kind, kind) && (!action.n || !w->action.n || word_among(w->action, action));
}

const struct rule_word *rulebook_ground(const struct rulebook *b, struct str kind, struct str action, struct str id)
{
    for (size_t i = 0; i < b->grounds_n; i++) {
        if (str_eq(b->grounds[i].id, id) && takes(b, &b->grounds[i], kind, action))
            return &b->grounds[i];
    }
    return NULL;
}

const struct rule_word *rulebook_subject(const struct rulebook *b, struct str kind, struct str id)
{
    for (size_t i = 0; i < b->subjects_n; i++) {
        if (str_eq(b->subjects[i].id, id) && takes(b, &b->subjects[i], kind, STR("")))
            return &b->subjects[i];
    }
    return NULL;
}

const struct rule_word *rulebook_decision(const struct rulebook *b, struct str procedure, struct str id)
{
    for (size_t i = 0; i < b->decisions_n; i++) {
        if (str_eq(b->decisions[i].id, id) && takes(b, &b->decisions[i], procedure, STR("")))
            return &b->decisions[i];
    }
    return NULL;
}

int64_t rulebook_class(const struct rulebook *b, int64_t criteria)
{
    if (b->special_from && criteria >= b->special_from)
        return 2;
    return b->complex_from && criteria >= b->complex_from ? 1 : 0;
}

void rulebook_words(const struct rulebook *b, struct arena *a, const char *table, struct str kind, struct str action,
                    const struct rule_word ***ret, size_t *ret_n)
{
    const struct rule_word *all = b->grounds;
    size_t n = b->grounds_n, kept = 0;
    if (strcmp(table, "subjects") == 0) {
        all = b->subjects;
        n = b->subjects_n;
    } else if (strcmp(table, "decisions") == 0) {
        all = b->decisions;
        n = b->decisions_n;
    } else if (strcmp(table, "criteria") == 0) {
        all = b->criteria;
        n = b->criteria_n;
    } else if (strcmp(table, "answer_checks") == 0) {
        all = b->answer_checks;
        n = b->answer_checks_n;
    }
    const struct rule_word **list = arena_array(a, const struct rule_word *, n ? n : 1);
    for (size_t i = 0; i < n; i++) {
        if (takes(b, &all[i], kind, action))
            list[kept++] = &all[i];
    }
    *ret = list;
    *ret_n = kept;
}

void rulebook_competences(const struct rulebook *b, const struct rule_competence **ret, size_t *ret_n)
{
    *ret = b->competences;
    *ret_n = b->competences_n;
}

struct str rulebook_state_name(const struct rulebook *b, struct str state, enum lang lang)
{
    for (size_t i = 0; i < b->states_n; i++) {
        if (str_eq(b->states[i].id, state))
            return b->states[i].name.text[lang];
    }
    return state;
}

void rulebook_limits(const struct rulebook *b, const struct rule_limit **ret, size_t *ret_n)
{
    *ret = b->limits;
    *ret_n = b->limits_n;
}
