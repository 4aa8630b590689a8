// SPDX-License-Identifier: AGPL-3.0-or-later
/* The administrator's pages of accounts, and the page on which a citizen makes
 * one for herself. */
#ifndef FEATURES_PEOPLE_ADMIN_H
#define FEATURES_PEOPLE_ADMIN_H
#include "features/people/people_pages.h"

extern const struct form_field person_fields[], roles_fields[], citizen_fields[];

bool accounts_get(struct request *r, struct response *p, struct err *e);
bool person_new_get(struct request *r, struct response *p, struct err *e);
bool person_new_post(struct request *r, struct response *p, struct err *e);
bool person_get(struct request *r, struct response *p, struct err *e);
bool person_roles_post(struct request *r, struct response *p, struct err *e);
bool person_password_post(struct request *r, struct response *p, struct err *e);
bool person_factor_post(struct request *r, struct response *p, struct err *e);
bool person_disable_post(struct request *r, struct response *p, struct err *e);
bool person_enable_post(struct request *r, struct response *p, struct err *e);
bool citizen_new_get(struct request *r, struct response *p, struct err *e);
bool citizen_new_post(struct request *r, struct response *p, struct err *e);

/* An office to choose, by its number. */
struct office_choice {
    int64_t office_id;
    struct str name;
    bool chosen;
};

struct accounts_line {
    const struct person *who;
    struct str href;
    struct account_role_list roles;
};
struct accounts_page {
    struct ui_page page;
    struct str q;
    const struct accounts_line *lines;
    size_t lines_n;
    struct ui_pager pager;
};

struct person_page {
    struct ui_page page;
    struct form form;
    const struct person *who;      /* NULL: a new one */
    struct account_role_list roles;
    struct office_choice *offices;
    size_t offices_n;
    const char *office_error;
    struct str action;             /* where the forms of this account go: "/admin/accounts/LOGIN" */
    struct str password, login;    /* shown once */
    bool own;                      /* her own account: roles are for others to change */
};

/* What the template asks of C: the check-boxes of roles, in their order. */
extern const char *const role_inputs[];
enum { ROLE_INPUTS = ROLES_ALL - 1 }; /* all but the citizen's, which is no task */
#endif
