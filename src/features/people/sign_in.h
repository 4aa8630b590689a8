// SPDX-License-Identifier: AGPL-3.0-or-later
/* Signing in, and what one does with one's own account. */
#ifndef FEATURES_PEOPLE_SIGN_IN_H
#define FEATURES_PEOPLE_SIGN_IN_H
#include "features/people/people_rows.h"

/* ---- rules: people_rules.c ---- */

/* The account name that was meant; false when it can be none. */
bool login_of(struct arena *a, struct str typed, struct str *ret_login);
/* How long no further try is taken after the n-th wrong one in a row. */
int64_t tries_wait_ms(int64_t n);
/* Counts one more try at `now`; false when it may not be made yet. */
bool tries_step(struct tries *t, struct instant now);
/* May the actor change an account of that office? */
bool may_administer(const struct viewer *actor, int64_t office_id);
/* Where somebody may be sent after signing in: a path of ours, else "". */
struct str safe_next(struct str typed);

/* ---- the second factor: factor.c ---- */

struct str factor_seal(const struct people *p, struct arena *a, int64_t account_id, const uint8_t *secret);
bool factor_open(const struct people *p, struct arena *a, const struct account *who, uint8_t *ret_secret);
struct digest factor_code_mac(const struct people *p, struct arena *a, int64_t account_id, struct str code);
struct str factor_uri(struct arena *a, struct str login, const uint8_t *secret);
/* New recovery codes and their digests. */
void factor_codes(const struct people *p, struct arena *a, int64_t account_id, struct str codes[PEOPLE_RECOVERY],
                  struct digest macs[PEOPLE_RECOVERY]);

/* ---- signing in: sign_in.c ---- */

enum sign_in_step { SIGN_IN_WRONG, SIGN_IN_WAIT, SIGN_IN_CODE, SIGN_IN_DONE };
struct sign_in {
    enum sign_in_step step;
    struct str cookie;  /* for CODE and DONE */
    bool official;
};
/* Unknown name, wrong password and disabled account give the same answer in
 * the same time. */
bool sign_in_password(const struct people_doing *d, struct str login, struct str password, struct sign_in *ret,
                      struct err *e);
/* The code of the telephone, or a recovery code; cookie: of the first step. */
bool sign_in_code(const struct people_doing *d, struct str cookie, struct str code, struct sign_in *ret, struct err *e);
bool sign_out(const struct people_doing *d, struct str cookie, struct err *e);

/* ---- one's own account: own_account.c ---- */

/* The old password is right? Counts as a try at signing in; *ret_msg says
 * what is wrong, NULL when right. */
bool own_confirm(const struct people_doing *d, const struct account *who, struct str password, const char **ret_msg,
                 struct err *e);
bool own_password(const struct people_doing *d, const struct account *who, struct str fresh, struct str cookie,
                  struct err *e);
bool own_factor(const struct people_doing *d, const struct account *who, const uint8_t *secret, int64_t counter,
                struct str codes[PEOPLE_RECOVERY], struct err *e);
bool own_drop_factor(const struct people_doing *d, const struct account *who, struct err *e);

/* Records what was done to an account. */
bool account_act(struct tx *tx, const struct people_doing *d, const struct account *who, const char *verb, struct str note,
                 struct err *e);
#endif
