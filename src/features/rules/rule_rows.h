// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: the rulebook's rows, and reading tables into rows. */
#ifndef FEATURES_RULE_ROWS_H
#define FEATURES_RULE_ROWS_H
#include "base/csv.h"
#include "features/rules/rules.h"

enum { FOREVER = INT32_MAX };
struct rule_state {
    struct str id;
    bool final;
    struct rule_name name;
};

enum holiday_kind { HOLIDAY_OFF, HOLIDAY_COMPENSATORY, HOLIDAY_SWAPPED, HOLIDAY_WORKED, HOLIDAY_PENDING };
struct rule_holiday {
    struct day day, pair;        /* pair: what it compensates or is exchanged for; DAY_NONE */
    enum holiday_kind kind;
    struct rule_name name;
    struct str sureness;
    size_t line;
};

struct rule_period_kind {
    struct str id;
    struct rule_name name;
    int64_t from_year, to_year;  /* relative to the period's own */
    struct str from, to, send, forward; /* "12-15" */
    struct str owed_by, texts;   /* kinds of office; reports */
    struct rule_source source;
};

/* Where a row stands, for messages. */
struct rule_place {
    struct str file;
    size_t line;
};

struct rulebook {
    struct str id, version;
    enum lang lang;              /* of the pack: what stands in for a missing translation */
    struct rule_name name;
    bool rest[8];                /* by weekday 1..7 */
    bool roll;                   /* a last day off moves to the next working day */
    int64_t complex_from, special_from; /* so many criteria; 0: never */
    struct rule_procedure *procedures;
    struct rule_state *states;
    struct rule_step *steps;     /* grouped by procedure, in the order of procedures */
    struct rule_limit *limits;
    struct rule_word *grounds, *subjects, *decisions, *criteria, *answer_checks;
    struct rule_competence *competences;
    struct rule_warning *warnings;
    struct rule_value *values;
    struct rule_board_row *board;
    struct str registers;        /* what has limits and words but is no matter: "reception" */
    struct str work_hours;       /* of offices that name none */
    struct rule_holiday *holidays; /* sorted by day */
    struct rule_period_kind *periods;
    struct rule_form *forms;
    size_t procedures_n, states_n, steps_n, limits_n, grounds_n, subjects_n, decisions_n, criteria_n, answer_checks_n,
        competences_n, holidays_n,
        periods_n, forms_n, warnings_n, values_n, report_n, board_n;
    struct rule_prints print;
    struct rule_report_line *report;
    struct rule_place *procedure_places, *step_places, *limit_places;
    struct day calendar_from, calendar_to; /* whole years; none when there is no holiday */
};

/* Reads one table. After a problem the row goes on with an empty value, so that
 * all problems of a pack come out in one run. */
struct rule_table {
    struct arena *arena;
    struct csv csv;
    struct strbuf *problems;
    size_t problems_n;           /* of this table */
    enum lang lang;              /* of the pack */
    bool open;
};

/* Everything that one loading needs. */
struct rule_loading {
    struct arena *arena;
    const struct rule_file *files;
    size_t files_n;
    struct strbuf *problems;
    size_t problems_n;
    struct rulebook *book;
};

/* Starts a table; false when the pack has none (a problem when it is needed)
 * or its header does not fit. columns: those it must have, ended by NULL. */
bool table_open(struct rule_table *t, struct rule_loading *l, const char *name, bool needed, const char *const *columns);
bool table_next(struct rule_table *t);
void table_close(struct rule_table *t, struct rule_loading *l);
void table_problem(struct rule_table *t, const char *column, const char *format, ...) __attribute__((format(printf, 3, 4)));
void loading_problem(struct rule_loading *l, struct rule_place at, const char *column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
struct rule_place table_place(const struct rule_table *t);

struct str table_text(struct rule_table *t, const char *column);   /* may be empty */
struct str table_id(struct rule_table *t, const char *column);     /* [a-z0-9_.-/A-Z], not empty */
bool table_flag(struct rule_table *t, const char *column);         /* "yes", "no", empty = no */
int64_t table_int(struct rule_table *t, const char *column, int64_t min, int64_t max);
struct day table_day(struct rule_table *t, const char *column, struct day when_empty);
int table_choice(struct rule_table *t, const char *column, const char *const *words); /* 0 and a problem when none */
struct rule_name table_name(struct rule_table *t, const char *prefix, bool needed);
struct rule_source table_source(struct rule_table *t);

/* A list that grows: &LIST_ADD(arena, list, n). */
void *list_grow(struct arena *a, void *list, size_t n, size_t size);
#define LIST_ADD(a, list, n) (*((list) = list_grow((a), (list), (n), sizeof *(list)), &(list)[(n)++]))

typedef void rule_load_fn(struct rule_loading *l);
rule_load_fn load_pack, load_procedures, load_states, load_steps, load_limits, load_words, load_competences, load_holidays,
    load_periods, load_warnings, load_values, load_forms, load_board, load_report, check_book;

bool word_among(struct str words, struct str word); /* words parted by blanks */
const struct rule_holiday *book_holiday(const struct rulebook *b, struct day d);
bool book_works(const struct rulebook *b, struct day d); /* a working day, as far as is known */
#endif
