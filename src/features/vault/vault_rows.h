// SPDX-License-Identifier: AGPL-3.0-or-later
/* Rows of the vault, for its own commands. Without a viewer. */
#ifndef FEATURES_VAULT_ROWS_H
#define FEATURES_VAULT_ROWS_H
#include "features/vault/vault.h"

bool vault_row_add(struct tx *tx, const struct vault_holder *h, struct err *e);
/* The locked key goes, the name stays; its wraps go. */
bool vault_row_end(struct tx *tx, int64_t office_id, int64_t holder_no, struct instant now, struct err *e);
bool vault_row_together(struct tx *tx, int64_t office_id, bool together, struct err *e);

bool vault_part_put(struct tx *tx, struct vault_place at, struct str sealed, struct err *e);
bool vault_part_get(struct rd *rd, struct arena *a, struct vault_place at, struct str *ret, struct err *e);
bool vault_wrap_put(struct tx *tx, struct vault_place at, int64_t first, int64_t second, struct str wrap, struct err *e);
/* ERR_NOT_FOUND when these two (second 0: this one) have none. */
bool vault_wrap_get(struct rd *rd, struct arena *a, struct vault_place at, const int64_t pair[2], struct str *ret, struct err *e);
/* Wrong tries in a row; all 0 when there was none. */
struct vault_tries {
    int64_t n;
    struct instant last, until;
};
bool vault_tries_get(struct rd *rd, int64_t office_id, int64_t account_id, struct vault_tries *ret, struct err *e);
bool vault_tries_put(struct tx *tx, int64_t office_id, int64_t account_id, const struct vault_tries *t, struct err *e);
int64_t vault_try_wait_ms(int64_t n); /* after the n-th in a row */
/* The next matter after `after` of the office; 0 at the end. */
bool vault_part_next(struct rd *rd, int64_t office_id, int64_t after, int64_t *ret, struct err *e);
#endif
