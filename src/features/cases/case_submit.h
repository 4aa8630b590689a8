// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: the pages on which people hand in a matter. */
#ifndef FEATURES_CASE_SUBMIT_H
#define FEATURES_CASE_SUBMIT_H
#include "features/cases/case_pages.h"
#include "features/units/units.h"

/* Where? and what kind? */
struct submit_start {
    struct ui_page page;
    struct str q, office_id;
    bool searched;
    const struct submit_office *offices; /* found */
    size_t offices_n;
    const struct submit_office *office;  /* chosen; NULL on the first page */
    const struct submit_kind *kinds;
    size_t kinds_n;
};
struct submit_office {
    struct str id, name, where;
    struct str href;
};
struct submit_kind {
    struct str id, name, about, href;
    bool anonymous, sealed;
};

/* The form, and the page that shows it again to be checked. */
struct submit_form {
    struct ui_page page;
    struct form form;
    struct str office_name, kind_name, kind_about;
    bool anonymous, sealed, unready; /* unready: the office has not named its key holders yet */
    struct str staged;         /* signed list of the files that wait on disk */
    const struct case_file *files;
    size_t files_n;
    const char *files_error;
    const struct ui_row *rows; /* to check */
    size_t rows_n;
    struct str due_rule;
    struct day due;
};

/* The receipt: shown once, because the code is. */
struct submit_receipt {
    struct ui_page page;
    struct ui_panel panel;
    struct str code;
    struct qr qr; /* of the link that opens it; side 0: too long for one */
    struct str case_href;      /* at the desk: the matter just registered */
    const struct ui_row *rows;
    size_t rows_n;
};

extern const struct form_field submit_fields[];
handler_fn submit_start_get, submit_form_get, submit_check_post, submit_send_post;
#endif
