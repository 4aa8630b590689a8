// SPDX-License-Identifier: AGPL-3.0-or-later
/* Handlers of this folder's routes, and what its templates are given. */
#ifndef FEATURES_PEOPLE_PAGES_H
#define FEATURES_PEOPLE_PAGES_H
#include "features/people/people.h"
#include "platform/form/form.h"
#include "platform/ui/ui.h"

extern const struct form_field sign_in_fields[], sign_in_code_fields[], account_fields[], totp_fields[], totp_off_fields[];

bool sign_in_get(struct request *r, struct response *p, struct err *e);
bool sign_in_post(struct request *r, struct response *p, struct err *e);
bool sign_in_code_get(struct request *r, struct response *p, struct err *e);
bool sign_in_code_post(struct request *r, struct response *p, struct err *e);
bool sign_out_post(struct request *r, struct response *p, struct err *e);
bool account_get(struct request *r, struct response *p, struct err *e);
bool account_post(struct request *r, struct response *p, struct err *e);
bool totp_get(struct request *r, struct response *p, struct err *e);
bool totp_post(struct request *r, struct response *p, struct err *e);
bool totp_off_post(struct request *r, struct response *p, struct err *e);

struct sign_in_page {
    struct ui_page page;
    struct form form;
    struct str next;
};

/* A line of "what you may do": role in office. */
struct account_role {
    const char *role_msg;
    struct str office; /* its name; empty: none */
    bool subtree;
};
struct account_role_list {
    const struct account_role *v;
    size_t n;
};
struct account_page {
    struct ui_page page;
    struct form form;
    struct str login, name, title;
    bool second_factor;
    struct account_role_list roles;
    bool citizen, admin;
};

struct totp_page {
    struct ui_page page;
    struct form form;
    struct str uri, secret, pending;
    const struct str *codes; /* shown once, after it is on */
    size_t codes_n;
};

/* Helps for all files of handlers. */
const char *role_msg(enum role role);
/* Each role in each office, by name; in a. One look-up a grant. */
bool account_roles(struct rd *rd, struct arena *a, const struct grant *grants, size_t grants_n,
                   struct account_role_list *ret, struct err *e);
struct people_doing people_doing_of(struct request *r);
#endif
