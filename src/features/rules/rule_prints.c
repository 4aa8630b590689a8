// SPDX-License-Identifier: AGPL-3.0-or-later
/* print_words.csv, print_signers.csv, print_forms.csv and their templates. */
#include <string.h>

#include "base/text.h"
#include "features/rules/rule_prints_rows.h"

#define SOURCE_COLUMNS "article", "version", "sureness", "valid_from", "valid_to"
enum { TEMPLATE_MAX = 100000 };

static const char *const readers[] = {"person", "body", "accused", "office", "public", NULL};

/* Without these no document can be laid out. */
static const char *const needed_words[] = {"nation", "motto", "number", "number_blank", "date", "day", "article", "copies",
                                           "draft", "re", "verify", "sign_hint", NULL};

/* ---- print_words.csv ---- */

static void load_print_words(struct rule_loading *l)
{
    static const char *const columns[] = {"key", "text", NULL};
    struct rule_table t;
    struct rulebook *b = l->book;
    if (!table_open(&t, l, "print_words.csv", b->print.forms_n > 0, columns))
        return;
    while (table_next(&t)) {
        struct rule_print_word w = {table_id(&t, "key"), table_text(&t, "text")};
        if (rulebook_word(b, str_z(l->arena, w.key)).n)
            table_problem(&t, "key", "this word stands twice");
        LIST_ADD(l->arena, b->print.words, b->print.words_n) = w;
    }
    for (const char *const *w = needed_words; *w; w++) {
        if (!rulebook_word(b, *w).n)
            table_problem(&t, "key", "the layout needs \"%s\"", *w);
    }
    table_close(&t, l);
}

struct str rulebook_word(const struct rulebook *b, const char *key)
{
    for (size_t i = 0; i < b->print.words_n; i++) {
        if (str_is(b->print.words[i].key, key))
            return b->print.words[i].text;
    }
    return STR("");
}

/* ---- print_signers.csv ---- */

static void load_signers(struct rule_loading *l)
{
    static const char *const columns[] = {"id", "lines", "roles", NULL};
    struct rule_table t;
    struct rulebook *b = l->book;
    if (!table_open(&t, l, "print_signers.csv", false, columns))
        return;
    while (table_next(&t)) {
        struct rule_signer s = {table_id(&t, "id"), table_text(&t, "lines"), table_roles(&t), table_name(&t, "name", true)};
        if (rulebook_signer(b, s.id))
            table_problem(&t, "id", "this signer stands twice");
        if (!s.lines.n)
            table_problem(&t, "lines", "what stands above the signature");
        LIST_ADD(l->arena, b->print.signers, b->print.signers_n) = s;
    }
    table_close(&t, l);
}

const struct rule_signer *rulebook_signer(const struct rulebook *b, struct str id)
{
    for (size_t i = 0; i < b->print.signers_n; i++) {
        if (str_eq(b->print.signers[i].id, id))
            return &b->print.signers[i];
    }
    return NULL;
}

/* ---- print_forms.csv ---- */

static const struct rule_file *template_file(const struct rule_loading *l, struct str name)
{
    for (size_t i = 0; i < l->files_n; i++) {
        if (str_starts(l->files[i].name, STR("forms/")) && str_eq(str_cut(l->files[i].name, 6, l->files[i].name.n), name))
            return &l->files[i];
    }
    return NULL;
}

/* Does it belong to a procedure that is sealed? */
static bool is_sealed(const struct rulebook *b, const struct rule_print *p)
{
    for (size_t i = 0; i < b->procedures_n; i++) {
        if (b->procedures[i].sealed && rule_print_fits(b, p, b->procedures[i].id))
            return true;
    }
    return false;
}

/* In a sealed procedure only the person and the office read who handed in what. */
static enum print_secrecy most_secret(const struct rulebook *b, const struct rule_print *p)
{
    bool own = str_is(p->reader, "person") || str_is(p->reader, "office");
    if (str_is(p->reader, "public") || (is_sealed(b, p) && !own))
        return PRINT_OPEN;
    return PRINT_IDENTITY;
}

static void check_place(struct rule_loading *l, const struct rule_print *p, int place, struct rule_place at)
{
    if (place < 0 || place >= PRINT_PLACES || print_places[place].secrecy <= most_secret(l->book, p))
        return;
    loading_problem(l, at, NULL, "{%s} may not stand in a form that \"%s\" reads: it could tell who handed it in",
                    print_places[place].name, str_z(l->arena, p->reader));
}

static void check_places(struct rule_loading *l, const struct rule_print *p, struct str file)
{
    for (size_t i = 0; i < p->lines_n; i++) {
        for (size_t k = 0; k < p->lines[i].pieces_n; k++)
            check_place(l, p, p->lines[i].pieces[k].place, (struct rule_place){file, p->lines[i].line});
        if (p->lines[i].kind == PRINT_IF)
            check_place(l, p, p->lines[i].place, (struct rule_place){file, p->lines[i].line});
    }
    for (size_t i = 0; i < p->asks_n; i++)
        check_place(l, p, p->asks[i].from, (struct rule_place){file, 0});
}

static void load_template(struct rule_table *t, struct rule_loading *l, struct rule_print *p)
{
    struct str text;
    struct err e;
    struct print_template template;
    const struct rule_file *f = template_file(l, p->template);
    if (!f) {
        table_problem(t, "template", "the pack has no forms/%.60s", str_z(l->arena, p->template));
        return;
    }
    struct str name = str_copy(l->arena, f->name);
    if (!text_accept(l->arena, f->text, TEMPLATE_MAX, &text, &e)) {
        loading_problem(l, (struct rule_place){name, 0}, NULL, "not a text in UTF-8 of at most %d letters", TEMPLATE_MAX);
        return;
    }
    l->problems_n += print_template_parse(l->arena, name, str_copy(l->arena, text), &template, l->problems);
    p->asks = template.asks;
    p->asks_n = template.asks_n;
    p->lines = template.lines;
    p->lines_n = template.lines_n;
    check_places(l, p, name);
}

static void check_signers(struct rule_table *t, const struct rulebook *b, struct str signers)
{
    struct str word;
    while (str_split(&signers, ' ', &word)) {
        if (word.n && !rulebook_signer(b, word))
            table_problem(t, "signers", "print_signers.csv has no \"%.40s\"", str_z(t->arena, word));
    }
}

static struct rule_print print_row(struct rule_table *t)
{
    struct rule_print p = {
        .id = table_id(t, "id"),
        .template = table_id(t, "template"),
        .procedure = table_text(t, "procedure"),
        .action = table_text(t, "action"),
        .symbol = table_text(t, "symbol"),
        .signers = table_text(t, "signers"),
        .roles = table_roles(t),
        .name = table_name(t, "name", true),
        .source = table_source(t),
    };
    p.reader = str_of(readers[table_choice(t, "reader", readers)]);
    if (p.symbol.n > 12)
        table_problem(t, "symbol", "longer than 12 letters");
    return p;
}

void load_prints(struct rule_loading *l)
{
    static const char *const columns[] = {"id", "template", "procedure", "action", "symbol", "reader", "signers", "roles",
                                          SOURCE_COLUMNS, NULL};
    struct rule_table t;
    struct rulebook *b = l->book;
    load_signers(l);
    if (!table_open(&t, l, "print_forms.csv", false, columns))
        return;
    while (table_next(&t)) {
        struct rule_print p = print_row(&t);
        if (rulebook_print(b, p.id))
            table_problem(&t, "id", "this form stands twice");
        table_kinds(&t, b, "procedure");
        table_actions(&t, b);
        check_signers(&t, b, p.signers);
        load_template(&t, l, &p);
        LIST_ADD(l->arena, b->print.forms, b->print.forms_n) = p;
    }
    table_close(&t, l);
    load_print_words(l);
}

const struct rule_print *rulebook_print(const struct rulebook *b, struct str id)
{
    for (size_t i = 0; i < b->print.forms_n; i++) {
        if (str_eq(b->print.forms[i].id, id))
            return &b->print.forms[i];
    }
    return NULL;
}

void rulebook_prints(const struct rulebook *b, const struct rule_print **ret, size_t *ret_n)
{
    *ret = b->print.forms;
    *ret_n = b->print.forms_n;
}

bool rule_print_fits(const struct rulebook *b, const struct rule_print *p, struct str procedure)
{
    const struct rule_procedure *x = rulebook_procedure(b, procedure);
    return !p->procedure.n || word_among(p->procedure, procedure) || (x && word_among(p->procedure, x->kind));
}
