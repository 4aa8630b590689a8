// SPDX-License-Identifier: AGPL-3.0-or-later
/* Documents: what an office issues about a matter (or about none): notices,
 * decisions, minutes, from the rulebook's printed forms. A draft is typed and
 * previewed; issuing numbers, freezes and hashes it in one transaction; what was
 * issued is only revoked or replaced. Anybody can check one by its code.
 *
 * Papers of sealed matters are encrypted under the server's key, are seen by who
 * may see the matter, and, where they name who handed it in, by who may see that. */
#ifndef FEATURES_DOCUMENTS_H
#define FEATURES_DOCUMENTS_H
#include "features/cases/cases.h"
#include "platform/pdf/pdf.h"

enum { DOCUMENT_FIELDS = 40, DOCUMENT_CODE = 12, DOCUMENT_FIELD_MAX = 20000 };

extern const struct migration_file documents_migrations[];
extern const struct route documents_routes[];

struct document_key {
    int64_t office_id, document_id;
};

/* What was typed: names of the form's @asks, or of places that are to be
 * printed otherwise ("person.name"), and their texts. */
struct document_fields {
    struct str names[DOCUMENT_FIELDS], texts[DOCUMENT_FIELDS];
    size_t n;
};
struct str document_field(const struct document_fields *f, struct str name); /* p NULL when there is none */
/* Adds or changes; nothing above DOCUMENT_FIELDS. */
void document_field_set(struct document_fields *f, struct str name, struct str text);

/* A row of the register. */
struct document {
    struct document_key key;
    int64_t case_id;         /* 0: of no matter */
    struct str form, name, reader, state, subject, symbol, code, signer, signer_name, end_reason;
    bool sealed, identity;
    int64_t year, number, created_by, issued_by, replaces, replaced_by, version;
    struct day day, ended;   /* DAY_NONE until then */
    struct instant issued_at;
    struct digest paper_hash, text_hash;
};
struct document_list {
    struct document *v;
    size_t n;
};
/* "12/QĐ-UBND"; empty when it has no number. */
struct str document_number(struct arena *a, const struct document *d);

/* ---- commands: by who may issue the form in that office, and sees the matter ---- */

struct document_draft {
    int64_t office_id, case_id; /* case 0: of none */
    int64_t document_id;        /* 0: a new draft */
    struct str form;            /* of a new one */
    struct str signer, signer_name;
    struct document_fields fields;
    int64_t version;            /* that the actor saw; 0: whatever it is now */
    int64_t replaces;           /* an issued one that it is to take the place of; 0 none */
};
/* ERR_DENIED; ERR_BAD_INPUT "err.document.form", "err.document.signer"; ERR_CONFLICT "err.document.version". */
bool document_save(const struct case_doing *d, const struct document_draft *in, int64_t *ret_id, struct err *e);
/* Gives it its number and day and freezes it. site: what the link of the code
 * begins with. ERR_BAD_INPUT "err.document.leak" when a paper for others would
 * name who handed a sealed matter in. Cost: one layout, about 25 ms. */
bool document_issue(const struct case_doing *d, struct document_key key, int64_t version, struct str site, struct err *e);
bool document_revoke(const struct case_doing *d, struct document_key key, struct str reason, struct err *e);
bool document_drop(const struct case_doing *d, struct document_key key, struct err *e); /* a draft */

/* ---- looking ---- */

bool document_get(const struct case_look *l, struct document_key key, struct document *ret, struct err *e);
bool document_fields_of(const struct case_look *l, const struct document *d, struct document_fields *ret, struct err *e);
/* A draft as it would be printed; what was issued, as it was. */
bool document_read(const struct case_look *l, const struct document *d, struct str site, struct doc *ret, struct err *e);
/* What each @ask of a form begins with; ret has form->asks_n places. */
bool document_beginnings(const struct case_look *l, const struct document *d, const struct rule_print *form, struct str *ret,
                         struct err *e);
/* The PDF as it was issued; ERR_NOT_FOUND for drafts. */
bool document_pdf(const struct case_look *l, const struct document *d, struct str *ret, struct err *e);
/* Those of a matter, newest first; the person herself: what was issued to her. */
bool document_of_case(const struct case_look *l, struct case_key key, struct document_list *ret, struct err *e);

/* A page of an office's register; allowed to its case workers and supervisors. */
struct document_query {
    int64_t office_id, year; /* year 0: all */
    struct str text;         /* in number, subject or name, any case, without tones; empty: all */
    bool drafts;             /* the drafts instead of what was issued */
    int64_t limit, offset;
    int64_t ret_total;
};
bool document_register(const struct case_look *l, struct document_query *q, struct document_list *ret, struct err *e);

/* What everybody may know of a code: office, number, day, kind, state. */
bool document_by_code(struct rd *rd, struct arena *a, struct str code, struct document *ret, struct err *e);

/* The form printed for a matter without keeping anything; fields may be empty. */
bool document_print(const struct case_look *l, struct case_key key, const struct document_draft *in, struct doc *ret, struct err *e);

/* Part of the command that moves a matter to the sealed side (case_move.h): its papers go with it. */
bool document_move(const struct case_doing *d, struct case_key key, struct err *e);
#endif
