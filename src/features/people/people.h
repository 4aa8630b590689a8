// SPDX-License-Identifier: AGPL-3.0-or-later
/* People: accounts of officials and of citizens who want one, what each may do
 * in which office, and signing in. Cases need no account.
 *
 * Commands take the actor and check the right: the program itself, or an
 * administrator of the office. Each records an act (subject "account"). */
#ifndef FEATURES_PEOPLE_H
#define FEATURES_PEOPLE_H
#include "features/acts/acts.h"
#include "platform/auth/keys.h"
#include "platform/http/http.h"

enum { PEOPLE_GRANTS = 8, PEOPLE_RECOVERY = 10 };

extern const struct migration_file people_migrations[];
extern const struct route people_routes[];

/* ---- in a running server ---- */

/* What stands in site.people: the turns of password checks, subtrees lately
 * read, sessions lately seen. Any thread. */
struct people;

/* Offices of a subtree, its root among them or not (units_offices_below). */
typedef bool people_below_fn(struct rd *rd, struct arena *a, int64_t office_id, const int64_t **ret_ids, size_t *ret_n,
                             struct err *e);

/* Borrows store and keys. Gives; end with people_close after the server. */
struct people *people_open(struct store *s, const struct keys *keys, people_below_fn *below);
void people_close(struct people *p);

/* http_options.identify: viewer, form token, zone from the cookies. One query,
 * none without a session; never writes. A failing store makes a visitor. */
void people_identify(struct request *r);
/* http_options.csrf_holds. */
bool people_csrf_holds(const struct request *r, struct str token);

/* Gives the browser the cookie that a form's token is bound to, when it has
 * none. The server does so by itself for each page that holds the token. */
void people_form_cookie(const struct request *r, struct response *p);

/* This browser has shown the tracking code of a matter: viewer.track_* for the
 * next 60 minutes. office_id 0 ends it. */
void people_track(const struct request *r, struct response *p, int64_t office_id, int64_t case_id);

/* Under what a receipt of digits is stored: slow, nothing without the keys. */
bool people_receipt_digest(struct people *p, struct str digits, struct digest *ret, struct err *e);

/* For http_options.error_page: whoever was denied a page and is not signed in
 * is sent to the sign-in form and back; false when that is not the case. */
bool people_sign_in_first(struct request *r, const struct err *e, struct response *p);

/* Once a minute: notes the sessions seen, drops what has ended. */
bool people_upkeep(struct people *p, struct instant now, struct err *e);

/* ---- commands and look-ups: for the command line and pages ---- */

struct people_doing {
    struct people *people;
    struct arena *arena;
    const struct viewer *actor;
    struct instant now;
};

struct person {
    int64_t account_id, office_id; /* office 0: a citizen */
    struct str login, name, title;
    bool disabled, second_factor;
    struct instant created;
    struct grant grants[PEOPLE_GRANTS]; /* below is not filled */
    size_t grants_n;
};

struct person_new {
    struct str login; /* 3 to 40 of a-z 0-9 . - _, begins with a letter; upper case is made lower */
    struct str name, title, password;
    int64_t office_id;
    uint32_t roles;
    bool subtree;
};

/* Adds an account with one grant. ERR_BAD_INPUT "err.login.form",
 * "err.password.*", "err.people.name"; ERR_CONFLICT "err.login.taken";
 * ERR_DENIED. Cost: a password's hash and a commit; like all below it must not
 * be called from a command. */
bool people_add(const struct people_doing *d, const struct person_new *in, int64_t *ret_account_id, struct err *e);
/* Several in one command, all or none. Neighbours with one password text share its hash: for demonstrations only. */
bool people_add_all(const struct people_doing *d, const struct person_new *list, size_t n, int64_t *ret_ids, struct err *e);

/* The roles of an account in one office from now on; roles 0 takes the grant
 * away. At most PEOPLE_GRANTS offices. */
bool people_grant(const struct people_doing *d, struct str login, const struct grant *g, struct err *e);

/* A disabled account cannot sign in; its sessions end now. */
bool people_disable(const struct people_doing *d, struct str login, bool disabled, struct err *e);

/* Sets a password, ends the account's sessions and its lock-out. */
bool people_set_password(const struct people_doing *d, struct str login, struct str password, struct err *e);

/* A second factor for an account: gives its otpauth:// link and
 * PEOPLE_RECOVERY codes, shown once and never again. */
struct people_factor {
    struct str uri;
    struct str codes[PEOPLE_RECOVERY];
};
bool people_set_factor(const struct people_doing *d, struct str login, struct people_factor *ret_factor, struct err *e);
bool people_drop_factor(const struct people_doing *d, struct str login, struct err *e);

/* Does she administer every office in which somebody works here? Who changes what holds for all must. */
bool people_runs_all(struct rd *rd, const struct viewer *v, bool *ret, struct err *e);
/* Accounts by login; office_id 0: of all; roles 0: whatever they may. Only direct grants count. Shows a viewer the
 * accounts of offices in which she is an official herself. Live in a. */
struct people_query {
    const struct viewer *viewer;
    int64_t office_id;
    uint32_t roles;
};
bool people_list(struct rd *rd, struct arena *a, const struct people_query *q, struct person **ret, size_t *ret_n,
                 struct err *e);
#endif
