// SPDX-License-Identifier: AGPL-3.0-or-later
/* Tables of a pack, row by row, with every problem named by file, line and column. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "features/rules/rule_rows.h"

enum { PROBLEMS_MAX = 200 };

void loading_problem(struct rule_loading *l, struct rule_place at, const char *column, const char *format, ...)
{
    char reason[160];
    va_list args;
    if (++l->problems_n > PROBLEMS_MAX)
        return;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    strbuf_printf(l->problems, STR_FMT ":%zu: %s%s%s\n", STR_ARG(at.file), at.line, column ? column : "",
                  column ? ": " : "", reason);
}

void table_problem(struct rule_table *t, const char *column, const char *format, ...)
{
    char reason[160];
    va_list args;
    if (++t->problems_n > PROBLEMS_MAX)
        return;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    strbuf_printf(t->problems, STR_FMT ":%zu: %s%s%s\n", STR_ARG(t->csv.file), t->csv.line, column ? column : "",
                  column ? ": " : "", reason);
}

struct rule_place table_place(const struct rule_table *t)
{
    return (struct rule_place){t->csv.file, t->csv.line};
}

static const struct rule_file *file_of(const struct rule_loading *l, const char *name)
{
    for (size_t i = 0; i < l->files_n; i++) {
        if (str_is(l->files[i].name, name))
            return &l->files[i];
    }
    return NULL;
}

static void csv_problem(struct rule_table *t, const struct err *e)
{
    t->problems_n++;
    strbuf_printf(t->problems, "%s\n", e->detail);
}

bool table_open(struct rule_table *t, struct rule_loading *l, const char *name, bool needed, const char *const *columns)
{
    struct err e;
    struct str text;
    const struct rule_file *f = file_of(l, name);
    *t = (struct rule_table){.arena = l->arena, .problems = l->problems, .lang = l->book->lang};
    if (!f) {
        if (needed)
            loading_problem(l, (struct rule_place){str_of(name), 0}, NULL, "the pack has no such table");
        return false;
    }
    t->csv.file = f->name;
    if (!text_accept(l->arena, f->text, CSV_FIELD_MAX, &text, &e)) {
        loading_problem(l, (struct rule_place){f->name, 0}, NULL, "not a text in UTF-8 of at most 1 million letters");
        return false;
    }
    t->open = csv_open(&t->csv, l->arena, str_copy(l->arena, f->name), str_copy(l->arena, text), &e);
    if (!t->open)
        csv_problem(t, &e);
    for (; t->open && *columns; columns++) {
        if (csv_column(&t->csv, *columns) < 0)
            table_problem(t, *columns, "the table has no such column");
    }
    if (t->problems_n)
        table_close(t, l);
    return t->open;
}

void table_close(struct rule_table *t, struct rule_loading *l)
{
    l->problems_n += t->problems_n;
    t->open = false;
}

bool table_next(struct rule_table *t)
{
    struct err e;
    bool row = false;
    if (csv_next(&t->csv, &row, &e))
        return row;
    csv_problem(t, &e);
    return false;
}

struct str table_text(struct rule_table *t, const char *column)
{
    return str_trim(csv_get(&t->csv, column));
}

static bool id_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("_.-/", c));
}

struct str table_id(struct rule_table *t, const char *column)
{
    struct str s = table_text(t, column);
    bool good = s.n > 0 && s.n <= 60;
    for (size_t i = 0; i < s.n; i++)
        good &= id_char(s.p[i]);
    if (!good)
        table_problem(t, column, "not an id (letters a-z, digits, _ . - /): \"%.40s\"", str_z(t->arena, s));
    return s;
}

bool table_flag(struct rule_table *t, const char *column)
{
    struct str s = table_text(t, column);
    if (s.n && !str_is(s, "yes") && !str_is(s, "no"))
        table_problem(t, column, "neither yes nor no: \"%.40s\"", str_z(t->arena, s));
    return str_is(s, "yes");
}

int64_t table_int(struct rule_table *t, const char *column, int64_t min, int64_t max)
{
    int64_t n;
    struct str s = table_text(t, column);
    if (str_int(s, &n) && n >= min && n <= max)
        return n;
    table_problem(t, column, "not a number from %lld to %lld: \"%.40s\"", (long long)min, (long long)max, str_z(t->arena, s));
    return min;
}

struct day table_day(struct rule_table *t, const char *column, struct day when_empty)
{
    struct day d;
    struct str s = table_text(t, column);
    if (!s.n)
        return when_empty;
    if (day_parse(s, &d))
        return d;
    table_problem(t, column, "not a date (2026-07-01): \"%.40s\"", str_z(t->arena, s));
    return when_empty;
}

int table_choice(struct rule_table *t, const char *column, const char *const *words)
{
    struct str s = table_text(t, column);
    for (int i = 0; words[i]; i++) {
        if (str_is(s, words[i]))
            return i;
    }
    table_problem(t, column, "no such word: \"%.40s\"", str_z(t->arena, s));
    return 0;
}

struct rule_name table_name(struct rule_table *t, const char *prefix, bool needed)
{
    struct rule_name name = {0};
    struct str own = {0};
    char column[40];
    for (enum lang lang = 0; lang < LANGS; lang++) {
        snprintf(column, sizeof column, "%s_%s", prefix, lang_tag(lang));
        name.text[lang] = table_text(t, column);
        if (lang == t->lang)
            own = name.text[lang];
    }
    if (needed && !own.n)
        table_problem(t, prefix, "no text in the pack's own language");
    for (enum lang lang = 0; lang < LANGS; lang++) {
        if (!name.text[lang].n)
            name.text[lang] = own;
    }
    return name;
}

struct rule_source table_source(struct rule_table *t)
{
    struct rule_source s = {
        .article = table_text(t, "article"),
        .version = table_text(t, "version"),
        .sureness = table_text(t, "sureness"),
        .from = table_day(t, "valid_from", DAY_NONE),
        .to = table_day(t, "valid_to", (struct day){FOREVER}),
    };
    if (!s.article.n)
        table_problem(t, "article", "empty: say where the rule comes from");
    if (s.sureness.n != 1 || !strchr("PSQM", s.sureness.p[0]))
        table_problem(t, "sureness", "one of P S Q M, not \"%.40s\"", str_z(t->arena, s.sureness));
    if (day_is_none(s.from))
        table_problem(t, "valid_from", "empty: say from when the rule holds");
    if (s.to.n < s.from.n)
        table_problem(t, "valid_to", "lies before valid_from");
    return s;
}

void *list_grow(struct arena *a, void *list, size_t n, size_t size)
{
    /* room doubles at powers of two; below 8 it is there from the first */
    if (n && (n < 8 || (n & (n - 1))))
        return list;
    char *more = arena_alloc_many(a, size, n ? n * 2 : 8);
    if (n)
        memcpy(more, list, n * size);
    return more;
}

bool word_among(struct str words, struct str word)
{
    struct str part;
    while (str_split(&words, ' ', &part)) {
        if (part.n && str_eq(part, word))
            return true;
    }
    return false;
}
