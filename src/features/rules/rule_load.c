// SPDX-License-Identifier: AGPL-3.0-or-later
/* The tables of procedures, steps, limits and words into rows. */
#include <string.h>

#include "features/rules/rule_prints_rows.h"
#include "platform/auth/viewer.h"

#define SOURCE_COLUMNS "article", "version", "sureness", "valid_from", "valid_to"

/* ---- pack.csv: key, value ---- */

static void weekend_of(struct rule_table *t, struct rulebook *b, struct str days)
{
    struct str day;
    int64_t n;
    int rest = 0;
    while (str_split(&days, ' ', &day)) {
        if (!str_int(day, &n) || n < 1 || n > 7 || b->rest[n])
            table_problem(t, "value", "weekend: numbers of weekdays, 1 Monday to 7 Sunday");
        else
            b->rest[n] = ++rest;
    }
    if (rest > 6)
        table_problem(t, "value", "weekend: a day of work must be left");
}

static void pack_row(struct rule_table *t, struct rulebook *b)
{
    struct str key = table_text(t, "key"), value = table_text(t, "value");
    if (str_is(key, "id")) {
        b->id = table_id(t, "value");
    } else if (str_is(key, "version")) {
        b->version = value;
    } else if (str_is(key, "language")) {
        if (!lang_parse(value, &b->lang))
            table_problem(t, "value", "no such language");
    } else if (str_is(key, "weekend")) {
        weekend_of(t, b, value);
    } else if (str_is(key, "roll")) {
        b->roll = table_flag(t, "value");
    } else if (str_is(key, "registers")) {
        b->registers = value;
    } else if (str_is(key, "work_hours")) {
        b->work_hours = value;
    } else if (str_is(key, "complex_from")) {
        b->complex_from = table_int(t, "value", 1, 99);
    } else if (str_is(key, "specially_complex_from")) {
        b->special_from = table_int(t, "value", 1, 99);
    } else if (!str_starts(key, STR("name_")) && !str_starts(key, STR("note_"))) {
        table_problem(t, "key", "no such key");
    }
}

void load_pack(struct rule_loading *l)
{
    static const char *const columns[] = {"key", "value", NULL};
    struct rule_table t;
    if (!table_open(&t, l, "pack.csv", true, columns))
        return;
    while (table_next(&t))
        pack_row(&t, l->book);
    if (!l->book->id.n || !l->book->version.n)
        table_problem(&t, "key", "id and version are needed");
    table_close(&t, l);
}

/* ---- procedures, states ---- */

void load_procedures(struct rule_loading *l)
{
    static const char *const columns[] = {"id", "kind", "instance", "next_instance", "first_state", "first_step",
                                          "sealed", "anonymous", "by_person", SOURCE_COLUMNS, NULL};
    struct rule_table t;
    struct rulebook *b = l->book;
    if (!table_open(&t, l, "procedures.csv", true, columns))
        return;
    while (table_next(&t)) {
        size_t n = b->procedures_n;
        LIST_ADD(l->arena, b->procedure_places, n) = table_place(&t);
        LIST_ADD(l->arena, b->procedures, b->procedures_n) = (struct rule_procedure){
            .id = table_id(&t, "id"),
            .kind = table_id(&t, "kind"),
            .instance = table_int(&t, "instance", 1, 9),
            .next_instance = table_text(&t, "next_instance"),
            .first_state = table_id(&t, "first_state"),
            .first_step = table_text(&t, "first_step"),
            .sealed = table_flag(&t, "sealed"),
            .anonymous = table_flag(&t, "anonymous"),
            .by_person = table_flag(&t, "by_person"),
            .name = table_name(&t, "name", true),
            .about = table_name(&t, "about", false),
            .source = table_source(&t),
        };
    }
    table_close(&t, l);
}

void load_states(struct rule_loading *l)
{
    static const char *const columns[] = {"id", "final", NULL};
    struct rule_table t;
    struct rulebook *b = l->book;
    if (!table_open(&t, l, "states.csv", true, columns))
        return;
    while (table_next(&t)) {
        struct rule_state s = {table_id(&t, "id"), table_flag(&t, "final"), table_name(&t, "name", true)};
        for (size_t i = 0; i < b->states_n; i++) {
            if (str_eq(b->states[i].id, s.id))
                table_problem(&t, "id", "this state stands twice");
        }
        LIST_ADD(l->arena, b->states, b->states_n) = s;
    }
    table_close(&t, l);
}

/* ---- steps ---- */

static const char known_needs[] = "ground note text decision subject office assignee publication link accused account team"
                                  " criteria impartial named once in_time overdue above has_accused has_team team_reports has_measures"
                                  " amount item fulfilled procedure has_parts";
static const char known_effects[] = "handled eligible ineligible own other decided closed reopened answer answer_submitted"
                                    " answer_returned answer_approved publish forward appeal accused bar declare unbar team propose"
                                    " confirm measure measure_end measures_end extend suspend resume oblige fulfil enforced split_part";

/* Words that carry a value: "outcome=accepted". */
static const char valued_needs[] = "has lacks owes ripe within";
static const char valued_effects[] = "outcome paper protect protection_end duty done complexity seal time_bar";

static bool has_value(const char *known, struct str word)
{
    struct str name = {0};
    size_t at;
    return str_find(word, STR("="), &at) && at + 1 < word.n && (name = str_cut(word, 0, at), word_among(str_of(known), name));
}

static void check_words(struct rule_table *t, const char *column, struct str words, const char *known)
{
    struct str word;
    while (str_split(&words, ' ', &word)) {
        if (word.n && !has_value(known == known_effects ? valued_effects : valued_needs, word) && !word_among(str_of(known), word))
            table_problem(t, column, "no such word: \"%.40s\"", str_z(t->arena, word));
    }
}

uint32_t table_roles(struct rule_table *t)
{
    enum role role;
    uint32_t roles = 0;
    struct str word, words = table_text(t, "roles");
    while (str_split(&words, ' ', &word)) {
        if (word.n && !role_parse(word, &role))
            table_problem(t, "roles", "no such role: \"%.40s\"", str_z(t->arena, word));
        else if (word.n)
            roles |= role;
    }
    return roles;
}

static struct rule_step step_row(struct rule_table *t)
{
    static const char *const clocks[] = {"", "today", "decided", "received", NULL};
    struct rule_step s = {
        .procedure = table_text(t, "procedure"),
        .action = table_id(t, "action"),
        .from = table_text(t, "from"),
        .to = table_text(t, "to"),
        .roles = table_roles(t),
        .by_person = table_flag(t, "by_person"),
        .open = table_flag(t, "open"),
        .sets_clock = table_flag(t, "sets_clock"),
        .next_step = table_text(t, "next_step"),
        .clock_from = str_of(clocks[table_choice(t, "clock_from", clocks)]),
        .needs = table_text(t, "needs"),
        .effects = table_text(t, "effects"),
        .name = table_name(t, "name", true),
        .source = table_source(t),
    };
    s.basis = s.source.article;
    if (!s.clock_from.n)
        s.clock_from = STR("today");
    check_words(t, "needs", s.needs, known_needs);
    check_words(t, "effects", s.effects, known_effects);
    if (!s.roles && !s.by_person)
        table_problem(t, "roles", "nobody may take this step");
    if (s.next_step.n && !s.sets_clock)
        table_problem(t, "sets_clock", "next_step is set, so this must be yes");
    return s;
}

/* A row may stand for several procedures and several states it leads from;
 * "*" as the state it leads to is the state it came from. */
static void add_step(struct rule_loading *l, const struct rule_step *row, struct rule_place at, struct str procedure)
{
    struct rulebook *b = l->book;
    struct str from, froms = row->from;
    while (str_split(&froms, ' ', &from)) {
        if (!from.n)
            continue;
        struct rule_step s = *row;
        size_t n = b->steps_n;
        s.procedure = procedure;
        s.from = from;
        if (str_is(row->to, "*"))
            s.to = from;
        LIST_ADD(l->arena, b->step_places, n) = at;
        LIST_ADD(l->arena, b->steps, b->steps_n) = s;
    }
}

struct raw_step {
    struct rule_step step;
    struct rule_place at;
};

void load_steps(struct rule_loading *l)
{
    static const char *const columns[] = {"procedure", "action", "from", "to", "roles", "by_person", "open", "sets_clock",
                                          "next_step", "clock_from", "needs", "effects", SOURCE_COLUMNS, NULL};
    struct rule_table t;
    struct raw_step *rows = NULL;
    size_t n = 0;
    if (!table_open(&t, l, "steps.csv", true, columns))
        return;
    while (table_next(&t)) {
        struct raw_step row = {step_row(&t), table_place(&t)};
        struct str name, names = row.step.procedure;
        while (str_split(&names, ' ', &name)) {
            if (name.n && !rulebook_procedure(l->book, name))
                table_problem(&t, "procedure", "no such procedure: \"%.40s\"", str_z(l->arena, name));
        }
        LIST_ADD(l->arena, rows, n) = row;
    }
    for (size_t p = 0; p < l->book->procedures_n; p++) {
        for (size_t i = 0; i < n; i++) {
            if (word_among(rows[i].step.procedure, l->book->procedures[p].id))
                add_step(l, &rows[i].step, rows[i].at, l->book->procedures[p].id);
        }
    }
    table_close(&t, l);
}

/* ---- limits ---- */

static const char *const classes[] = {"normal", "complex", "specially_complex", "", "remote", "remote_complex",
                                      "remote_specially_complex", NULL};
static const char *const units[] = {"H", "D", "WD", "M", NULL};
static const char *const ranks[] = {"law", "decree", NULL};

const char *rule_unit_word(enum rule_unit u)
{
    return units[u];
}

static struct rule_limit limit_row(struct rule_table *t)
{
    struct rule_limit x = {
        .id = table_id(t, "id"),
        .procedure = table_text(t, "procedure"),
        .step = table_id(t, "step"),
        .class = (unsigned)table_choice(t, "class", classes),
        .value = table_int(t, "value", 1, 3650),
        .unit = (enum rule_unit)table_choice(t, "unit", units),
        .decree = table_choice(t, "rank", ranks) == 1,
        .note = table_name(t, "note", false),
        .source = table_source(t),
    };
    if (x.class == 3)
        table_problem(t, "class", "empty");
    if (table_text(t, "extensions").n)
        x.extensions = table_int(t, "extensions", 0, 9);
    if (x.extensions)
        x.extension_value = table_int(t, "extension_value", 1, 3650);
    return x;
}

void load_limits(struct rule_loading *l)
{
    static const char *const columns[] = {"id", "procedure", "step", "class", "value", "unit", "extensions",
                                          "extension_value", "rank", SOURCE_COLUMNS, NULL};
    struct rule_table t;
    struct rulebook *b = l->book;
    if (!table_open(&t, l, "limits.csv", true, columns))
        return;
    while (table_next(&t)) {
        struct rule_limit row = limit_row(&t);
        struct str name, names = row.procedure;
        while (str_split(&names, ' ', &name)) {
            size_t n = b->limits_n;
            if (!name.n)
                continue;
            if (!rulebook_procedure(b, name) && !rulebook_register(b, name))
                table_problem(&t, "procedure", "no such procedure: \"%.40s\"", str_z(l->arena, name));
            row.procedure = name;
            LIST_ADD(l->arena, b->limit_places, n) = table_place(&t);
            LIST_ADD(l->arena, b->limits, b->limits_n) = row;
        }
    }
    table_close(&t, l);
}

/* ---- grounds, subjects, decisions; competence ---- */

/* Every name must be a procedure or a kind; empty: all. */
void table_kinds(struct rule_table *t, const struct rulebook *b, const char *column)
{
    struct str name, names = table_text(t, column);
    while (str_split(&names, ' ', &name)) {
        bool known = !name.n || rulebook_procedure(b, name) || rulebook_register(b, name);
        for (size_t i = 0; i < b->procedures_n && !known; i++)
            known = str_eq(b->procedures[i].kind, name);
        if (!known)
            table_problem(t, column, "neither a kind nor a procedure: \"%.40s\"", str_z(t->arena, name));
    }
}

/* What is done in a register is no step of a procedure. */
void table_actions(struct rule_table *t, const struct rulebook *b)
{
    struct str name, names = table_text(t, "action");
    bool in_register = rulebook_register(b, table_text(t, "kind"));
    while (str_split(&names, ' ', &name)) {
        bool known = !name.n || in_register;
        for (size_t i = 0; i < b->steps_n && !known; i++)
            known = str_eq(b->steps[i].action, name);
        if (!known)
            table_problem(t, "action", "no step has this action: \"%.40s\"", str_z(t->arena, name));
    }
}

/* criteria.csv, which has two columns more, and answer_checks.csv may be missing. */
static void load_word_table(struct rule_loading *l, const char *file, struct rule_word **list, size_t *n)
{
    static const char *const columns[] = {"id", "kind", "action", SOURCE_COLUMNS, NULL};
    static const char *const more[] = {"id", "kind", "action", "fact", "least", SOURCE_COLUMNS, NULL};
    struct rule_table t;
    bool criteria = list == &l->book->criteria;
    if (!table_open(&t, l, file, !criteria && list != &l->book->answer_checks, criteria ? more : columns))
        return;
    while (table_next(&t)) {
        struct rule_word w = {.id = table_id(&t, "id"), .kind = table_text(&t, "kind"), .action = table_text(&t, "action"),
                              .name = table_name(&t, "name", true), .source = table_source(&t)};
        w.article = w.source.article;
        if (criteria && (w.fact = table_text(&t, "fact")).n)
            w.least = table_int(&t, "least", 1, 1000);
        table_kinds(&t, l->book, "kind");
        table_actions(&t, l->book);
        for (size_t i = 0; i < *n; i++) {
            if (str_eq((*list)[i].id, w.id) && str_eq((*list)[i].kind, w.kind))
                table_problem(&t, "id", "this word stands twice");
        }
        LIST_ADD(l->arena, *list, *n) = w;
    }
    table_close(&t, l);
}

void load_words(struct rule_loading *l)
{
    struct rulebook *b = l->book;
    load_word_table(l, "grounds.csv", &b->grounds, &b->grounds_n);
    load_word_table(l, "subjects.csv", &b->subjects, &b->subjects_n);
    load_word_table(l, "decisions.csv", &b->decisions, &b->decisions_n);
    load_word_table(l, "criteria.csv", &b->criteria, &b->criteria_n);
    load_word_table(l, "answer_checks.csv", &b->answer_checks, &b->answer_checks_n);
}

void load_competences(struct rule_loading *l)
{
    static const char *const columns[] = {"kind", "subject", "level", "settled_by", SOURCE_COLUMNS, NULL};
    struct rule_table t;
    struct rulebook *b = l->book;
    if (!table_open(&t, l, "competence.csv", false, columns))
        return;
    while (table_next(&t)) {
        table_kinds(&t, b, "kind");
        LIST_ADD(l->arena, b->competences, b->competences_n) = (struct rule_competence){
            .kind = table_text(&t, "kind"),
            .subject = table_id(&t, "subject"),
            .level = table_id(&t, "level"),
            .settled_by = table_id(&t, "settled_by"),
            .name = table_name(&t, "name", true),
            .source = table_source(&t),
        };
    }
    table_close(&t, l);
}
