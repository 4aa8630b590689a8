// SPDX-License-Identifier: AGPL-3.0-or-later
/* What identifies a denouncer, with the holders of the office (features/vault):
 * put there when the matter is registered, opened by them with a reason. */
#ifndef FEATURES_CASE_VAULT_H
#define FEATURES_CASE_VAULT_H
#include "features/cases/cases.h"
#include "features/vault/vault.h"

enum { CASE_REASON_MIN = 8, CASE_REASON_MAX = 400 };

/* In the command that writes a sealed matter: *ret is the text without the
 * identity, which is sealed to the holders; the whole text when the office has
 * not named two yet, or there is none. */
bool case_vault_put(struct tx *tx, struct case_key k, const struct case_text *t, struct case_text *ret, struct err *e);

struct case_opening {
    struct case_key key;
    struct vault_turn turns[2]; /* the first is the actor's own; the second's account 0: alone */
    struct str reason;
};
/* Opens it for an official of the office who is a holder and is not kept out of
 * the matter; an act names the reason before anything is given. ERR_BAD_INPUT
 * "err.vault.reason"; ERR_DENIED "err.vault.*"; ERR_NOT_FOUND. Cost: 200 ms a
 * secret. Not to be called from a command. */
bool case_open_identity(const struct vault_doing *d, const struct case_world *w, const struct case_opening *in,
                        struct case_identity *ret, struct err *e);

/* Denunciations of the office that were sealed with the server's key, before it
 * had its holders: over to them, an act for each. The program itself or an
 * administrator of the office. May be begun again. Not to be called from a command. */
bool case_vault_old(const struct vault_doing *d, const struct case_world *w, int64_t office_id, int64_t *ret_done,
                    struct err *e);

/* Holders whose account is disabled or has no role in the office any more lose their keys, an act for each. What a
 * server does from time to time. */
bool case_holders_sweep(const struct vault_doing *d, int64_t *ret_ended, struct err *e);

/* ---- rows ---- */
bool case_sealed_next(struct rd *rd, int64_t office_id, int64_t after, int64_t *ret, struct err *e);
bool case_sealed_replace(struct tx *tx, struct case_key k, struct str sealed, struct err *e);
#endif
