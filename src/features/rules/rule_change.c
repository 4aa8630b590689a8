// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/rules/rule_change.h"

#include <string.h>

#include "base/text.h"
#include "features/rules/rule_rows.h"

bool rule_file_named(struct str name)
{
    bool form = str_starts(name, STR("forms/")) && str_ends(name, STR(".txt"));
    if (!form && !str_ends(name, STR(".csv")))
        return false;
    for (size_t i = form ? 6 : 0; i + 4 < name.n; i++) {
        char c = name.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_')
            return false;
    }
    return name.n > (form ? 10u : 4u) && name.n < 80;
}

/* ---- as a spreadsheet saves it ---- */

static bool parted_by_semicolons(struct str text)
{
    struct str head;
    size_t at;
    str_split(&text, '\n', &head);
    return str_find(head, STR(";"), &at) && !str_find(head, STR(","), &at);
}

/* A field as it stands, quotes and all; what it must be quoted for is the comma. */
static void put_field(struct strbuf *b, struct str field)
{
    bool bare = field.n && field.p[0] != '"' && memchr(field.p, ',', field.n);
    strbuf_z(b, bare ? "\"" : "");
    strbuf_str(b, field);
    strbuf_z(b, bare ? "\"" : "");
}

static struct str commas(struct arena *a, struct str text)
{
    struct strbuf b;
    bool quoted = false;
    size_t from = 0;
    strbuf_init(&b, a, RULE_FILE_MAX * 2);
    for (size_t i = 0; i <= text.n; i++) {
        if (i < text.n && text.p[i] == '"')
            quoted = !quoted;
        if (i < text.n && (quoted || (text.p[i] != ';' && text.p[i] != '\n')))
            continue;
        put_field(&b, str_cut(text, from, i - from));
        if (i < text.n)
            strbuf_char(&b, text.p[i] == ';' ? ',' : '\n');
        from = i + 1;
    }
    return strbuf_text(&b);
}

static struct str without_returns(struct arena *a, struct str text)
{
    char *out = arena_alloc_raw(a, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '\r')
            out[n++] = text.p[i];
    }
    out[n] = 0;
    return (struct str){out, n};
}

bool rule_file_clean(struct arena *a, struct rule_file *file, struct err *e)
{
    struct err why;
    struct str text = file->text;
    if (text.n > RULE_FILE_MAX)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.rules.file"), STR_FMT ": larger than 4 MB", STR_ARG(file->name));
    if (str_starts(text, STR("\xef\xbb\xbf")))
        text = str_cut(text, 3, text.n);
    if (memchr(text.p ? text.p : "", 0, text.n) || !text_accept(a, text, RULE_FILE_MAX, &text, &why))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.rules.file"), STR_FMT ": not a text in UTF-8", STR_ARG(file->name));
    text = without_returns(a, text);
    if (str_ends(file->name, STR(".csv")) && parted_by_semicolons(text))
        text = commas(a, text);
    file->text = text;
    return true;
}

struct rule_file_list rule_files_over(struct arena *a, struct rule_file_list files, struct rule_file_list with)
{
    struct rule_file *all = arena_array(a, struct rule_file, files.n + with.n + 1);
    size_t kept = 0;
    for (size_t i = 0; i < files.n; i++)
        all[kept++] = files.v[i];
    for (size_t i = 0; i < with.n; i++) {
        size_t at = 0;
        while (at < kept && !str_eq(all[at].name, with.v[i].name))
            at++;
        all[at] = with.v[i];
        kept += at == kept;
    }
    return (struct rule_file_list){all, kept};
}

/* ---- what differs ---- */

struct row {
    struct str key, whole;
    bool matched;
};
struct row_list {
    struct row *v;
    size_t n;
};

static bool tells_apart(struct str column)
{
    return word_among(STR("id key date procedure action from kind step class rank form number subject level valid_from"), column);
}

/* A file that is no table is one row; a line that cannot be read ends it. */
static struct row_list rows_of(struct arena *a, const struct rule_file *f)
{
    struct csv csv;
    struct err hidden;
    struct row_list list = {0};
    bool more = true;
    if (!f->text.n)
        return list;
    if (!str_ends(f->name, STR(".csv")) || !csv_open(&csv, a, f->name, f->text, &hidden)) {
        LIST_ADD(a, list.v, list.n) = (struct row){.key = f->name, .whole = f->text};
        return list;
    }
    while (csv_next(&csv, &more, &hidden) && more) {
        struct strbuf key, whole;
        strbuf_init(&key, a, 1 << 16);
        strbuf_init(&whole, a, 1 << 20);
        for (size_t i = 0; i < csv.columns; i++) {
            if (csv.fields[i].n)
                strbuf_printf(&whole, STR_FMT "=" STR_FMT "\n", STR_ARG(csv.names[i]), STR_ARG(csv.fields[i]));
            if (tells_apart(csv.names[i]))
                strbuf_printf(&key, STR_FMT "\n", STR_ARG(csv.fields[i]));
        }
        LIST_ADD(a, list.v, list.n) = (struct row){.key = strbuf_text(&key), .whole = strbuf_text(&whole)};
    }
    return list;
}

/* Pairs rows off, first by all, then by what tells them apart; gives how many pairs. */
static int64_t pair_off(struct row_list *x, struct row_list *y, bool whole)
{
    int64_t n = 0;
    for (size_t i = 0; i < x->n; i++) {
        for (size_t k = 0; k < y->n && !x->v[i].matched; k++) {
            if (y->v[k].matched || !(whole ? str_eq(x->v[i].whole, y->v[k].whole) : str_eq(x->v[i].key, y->v[k].key)))
                continue;
            x->v[i].matched = y->v[k].matched = true;
            n++;
        }
    }
    return n;
}

static const struct rule_file *named(struct rule_file_list files, struct str name)
{
    for (size_t i = 0; i < files.n; i++) {
        if (str_eq(files.v[i].name, name))
            return &files.v[i];
    }
    return NULL;
}

static struct rule_change change_of(struct arena *a, struct str name, const struct rule_file *before, const struct rule_file *after)
{
    const struct rule_file none = {.name = name};
    struct row_list x = rows_of(a, before ? before : &none), y = rows_of(a, after ? after : &none);
    int64_t same = pair_off(&x, &y, true), changed = pair_off(&x, &y, false);
    return (struct rule_change){name, (int64_t)y.n - same - changed, (int64_t)x.n - same - changed, changed};
}

void rule_changes(struct arena *a, struct rule_file_list before, struct rule_file_list after, struct rule_change **ret,
                  size_t *ret_n)
{
    struct rule_change *list = arena_array(a, struct rule_change, before.n + after.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < after.n; i++) {
        const struct rule_file *old = named(before, after.v[i].name);
        if (!old || !str_eq(old->text, after.v[i].text))
            list[n++] = change_of(a, after.v[i].name, old, &after.v[i]);
    }
    for (size_t i = 0; i < before.n; i++) {
        if (!named(after, before.v[i].name))
            list[n++] = change_of(a, before.v[i].name, &before.v[i], NULL);
    }
    *ret = list;
    *ret_n = n;
}
