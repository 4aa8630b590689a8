// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: its pages and what their templates are given. */
#ifndef FEATURES_DOCUMENT_PAGES_H
#define FEATURES_DOCUMENT_PAGES_H
#include "features/documents/documents.h"
#include "platform/site/site.h"
#include "platform/ui/ui.h"
#include "platform/ui/ui_form.h"

struct document_row {
    struct document d;
    struct str number, href, case_href, pdf_href, reader;
    const char *state_msg;
    enum ui_tone tone;
};
struct document_choice {
    struct str id, name, article;
    bool chosen;
};
/* Forms to begin with: those for what was just done, and the others. */
struct document_forms {
    const struct document_choice *v;
    size_t n;
};

struct document_case_page {
    struct ui_page page;
    struct str number, path, case_path;
    const struct document_row *rows;
    size_t rows_n;
    struct document_forms now, others;
    bool may_issue;
};

struct document_ask {
    struct str name, id, label, text;
    int64_t rows;
};
struct document_edit_page {
    struct ui_page page;
    struct document d;
    struct str path, back, back_name, number;
    const char *state_msg, *error;
    enum ui_tone tone;
    const struct document_ask *asks;
    size_t asks_n;
    const struct document_choice *signers;
    size_t signers_n;
    struct doc doc;
    bool draft, may_issue, may_end;
    struct str signer_name, hash, verify, reason, other_number, other_href; /* other: what takes its place */
};

struct document_register_page {
    struct ui_page page;
    struct str office_name, q, csv_href;
    struct ui_link tabs[2];
    const struct document_row *rows;
    size_t rows_n;
    struct ui_pager pager;
    struct document_forms forms;
    bool may_issue;
};

enum document_match { MATCH_NONE, MATCH_YES, MATCH_NO };
struct document_verify_page {
    struct ui_page page;
    struct form form;
    bool found;
    struct document d;
    struct str number, code, office_name, hash, other_number, other_href, kind;
    const char *state_msg, *about_msg;
    enum ui_tone tone;
    enum document_match match;
};

struct document_track_page {
    struct ui_page page;
    const struct document_row *rows;
    size_t rows_n;
};
struct document_sheet_page {
    struct ui_page page;
    struct doc doc;
    struct str pdf_href;
};

struct case_look document_look(const struct request *r, struct rd *rd);
struct document_row document_row_of(struct request *r, const struct document *d, const char *before);
const char *document_state_msg(struct str state);
enum ui_tone document_tone(struct str state);
bool document_key_of(const struct request *r, struct document_key *ret, struct err *e); /* params 0 and 1 */
void document_send_pdf(struct request *r, const struct document *d, struct str pdf, struct response *out);

extern const struct form_field document_verify_fields[];

handler_fn document_case_get, document_case_post, document_edit_get, document_edit_post, document_sheet_get, document_pdf_get;
handler_fn document_register_get, document_register_post, document_csv_get;
handler_fn document_verify_get, document_verify_code_get, document_verify_post;
handler_fn document_track_get, document_track_sheet_get, document_track_pdf_get;
#endif
