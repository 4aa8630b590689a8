// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: facts of a matter for a form, and the rows. */
#ifndef FEATURES_DOCUMENT_INNER_H
#define FEATURES_DOCUMENT_INNER_H
#include "features/documents/documents.h"
#include "features/units/units.h"

/* A place's text as it is printed, and the rulebook's word behind it for @if. */
struct print_value {
    struct str text, word;
};

/* All that a form is filled from. */
struct print_facts {
    struct office office;
    struct str place;          /* name of its unit without the kind */
    struct print_value values[PRINT_PLACES];
    bool sealed, identity;     /* of the matter; does a value name who handed it in */
    struct str case_number;
};

/* Gathers them as the look's viewer may see them: what she may not is left out
 * and printed as dots. key.case_id 0: the office alone. */
bool document_facts(const struct case_look *l, struct case_key key, struct print_facts *ret, struct err *e);

/* What stands on the paper besides. */
struct print_paper {
    const struct rule_print *form;
    const struct rule_signer *signer; /* may be NULL */
    struct str signer_name, symbol;   /* symbol: "QĐ-UBND" or empty */
    const struct document_fields *fields;
    int64_t number;                   /* 0: a draft, or not numbered */
    struct str code, site;            /* code empty: a draft */
    struct day day;
    struct instant made;
};
void document_make(struct arena *a, const struct rulebook *b, const struct print_facts *f, const struct print_paper *p,
                   struct doc *ret);

/* "QĐ-UBND" of a form in an office; empty: not numbered. */
struct str document_symbol(struct arena *a, const struct rulebook *b, const struct rule_print *p, const struct office *o);
/* A word of print_words.csv with its {places} filled. */
struct print_fill {
    const char *name;
    struct str text;
};
struct str print_fill(struct arena *a, struct str pattern, const struct print_fill *with, size_t n);
struct str print_day(struct arena *a, const struct rulebook *b, const char *key, struct day d, struct str place);
struct str document_code_shown(struct arena *a, struct str code); /* "ABCD-EFGH-JKLM" */

/* ERR_NOT_FOUND when the viewer may not: see documents.h. */
bool document_may_see(const struct case_look *l, const struct document *d, struct err *e);

/* ---- rows ---- */

struct document_paper {
    struct str fields, content, pdf; /* encrypted when the document is sealed */
};
bool document_load(struct rd *rd, struct arena *a, struct document_key key, struct document *ret, struct err *e);
bool document_load_paper(struct rd *rd, struct arena *a, struct document_key key, struct document_paper *ret, struct err *e);
bool document_insert(const struct case_doing *d, const struct document *x, struct str fields, struct err *e);
bool document_update(const struct case_doing *d, const struct document *x, struct err *e);
bool document_update_paper(const struct case_doing *d, struct document_key key, const struct document_paper *p, struct err *e);
bool document_delete(const struct case_doing *d, struct document_key key, struct err *e);
bool document_rows_of_case(struct rd *rd, struct arena *a, struct case_key key, struct document_list *ret, struct err *e);

struct str document_fields_text(struct arena *a, const struct document_fields *f);
bool document_fields_parse(struct str text, struct document_fields *ret);
/* Encrypted when x is sealed, else as it is. */
struct str document_seal(struct arena *a, const struct keys *keys, const struct document *x, const char *part, struct str s);
bool document_unseal(const struct case_look *l, const struct document *x, const char *part, struct str s, struct str *ret,
                     struct err *e);
/* The row of a paper that is sealed now; its subject is the matter's number alone. */
bool document_row_seal(const struct case_doing *d, struct document_key key, struct str number, struct err *e);
#endif
