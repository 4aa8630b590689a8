// SPDX-License-Identifier: AGPL-3.0-or-later
/* Rows to structs and back: accounts, sessions, tries. */
#ifndef FEATURES_PEOPLE_ROWS_H
#define FEATURES_PEOPLE_ROWS_H
#include "features/people/people_world.h"

/* ---- accounts: account_store.c ---- */

struct account {
    int64_t account_id, office_id, totp_counter;
    struct str login, name, title, password;
    struct str totp_secret; /* sealed; empty: no second factor */
    bool disabled;
};

static inline struct str digest_str(const struct digest *d)
{
    return (struct str){(const char *)d->b, sizeof d->b};
}

/* False in *ret_found when there is none. */
bool account_find(struct rd *rd, struct arena *a, struct str login, struct account *ret, bool *ret_found, struct err *e);
bool account_of(struct rd *rd, struct arena *a, int64_t account_id, struct account *ret, struct err *e);
bool account_insert(struct tx *tx, const struct account *in, struct instant now, int64_t *ret_account_id, struct err *e);
bool account_put_grant(struct tx *tx, int64_t account_id, const struct grant *g, struct err *e);
bool account_put_disabled(struct tx *tx, int64_t account_id, bool disabled, struct err *e);
bool account_put_password(struct tx *tx, int64_t account_id, struct str hash, struct instant now, struct err *e);
/* An empty secret takes the factor and its codes away. */
bool account_put_factor(struct tx *tx, int64_t account_id, struct str sealed, const struct digest *codes, size_t n,
                        struct err *e);
/* False in *ret_fresh when the step or the code was used before. */
bool account_use_step(struct tx *tx, int64_t account_id, int64_t counter, bool *ret_fresh, struct err *e);
bool account_use_code(struct tx *tx, int64_t account_id, const struct digest *code, struct instant now, bool *ret_fresh,
                      struct err *e);

/* ---- sessions and tries: session_store.c ---- */

struct session_row {
    struct digest hash;
    int64_t account_id;
    int stage;
    struct instant created, expires;
};
/* The viewer behind a session; user_id 0 when there is none or it has ended.
 * One query. below is not filled. */
struct session_found {
    struct viewer viewer;
    struct instant seen;
};
bool session_find(struct rd *rd, struct arena *a, const struct digest *hash, struct instant now,
                  struct session_found *ret, struct err *e);
/* The account of a session that awaits its second factor; 0 when none. */
bool session_half(struct rd *rd, const struct digest *hash, struct instant now, int64_t *ret_account_id, struct err *e);
bool session_insert(struct tx *tx, const struct session_row *row, struct err *e);
bool session_delete(struct tx *tx, const struct digest *hash, struct err *e);
/* All sessions of an account but one. */
bool sessions_end(struct tx *tx, int64_t account_id, const struct digest *but, struct err *e);
bool sessions_seen(struct tx *tx, const struct touched *t, size_t n, struct err *e);
bool sessions_sweep(struct tx *tx, struct instant now, struct err *e);

struct tries {
    int64_t n;
    struct instant last, until;
};
bool tries_get(struct rd *rd, const struct digest *name, struct tries *ret, struct err *e);
bool tries_put(struct tx *tx, const struct digest *name, const struct tries *t, struct err *e);
bool tries_drop(struct tx *tx, const struct digest *name, struct err *e);
#endif
