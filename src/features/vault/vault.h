// SPDX-License-Identifier: AGPL-3.0-or-later
/* The vault: what identifies a denouncer, sealed to the named holders of an
 * office. The program seals without any secret; it opens only with a holder's
 * own secret, or with two holders' when the office set so. Database, files
 * and the server's keys together open nothing of it.
 *
 * A holder has an X25519 pair. The private half is stored under the holder's
 * secret (argon2id, secretbox); each matter has a random key of its own,
 * wrapped to each holder or to each pair of holders (sealed boxes). */
#ifndef FEATURES_VAULT_H
#define FEATURES_VAULT_H
#include "features/acts/acts.h"
#include "features/vault/vault_keys.h"

enum { VAULT_HOLDERS_MAX = 12, VAULT_HOLDERS_MIN = 2, VAULT_SECRET_MIN = 14 /* characters */ };

extern const struct migration_file vault_migrations[];

struct vault_holder {
    int64_t office_id, holder_no, account_id;
    struct str name;
    struct vault_public key;
    struct str locked;
    struct instant added;
};
struct vault_holders {
    struct vault_holder v[VAULT_HOLDERS_MAX];
    size_t n;
    bool together; /* two of them, none alone */
};
struct vault_doing {
    struct store *store;
    struct arena *arena;
    const struct viewer *actor;
    struct instant now;
};
struct vault_place {
    int64_t office_id, case_id;
};
/* One holder's part in an opening. */
struct vault_turn {
    int64_t account_id;
    struct str secret;
};

/* The holders of an office now, by number. Without a viewer: who asks has
 * checked the right. Lives in a. */
bool vault_holders(struct rd *rd, struct arena *a, int64_t office_id, struct vault_holders *ret, struct err *e);

/* ---- commands; the program itself or an administrator of the office, else
 * ERR_DENIED; each an act on the office. Not to be called from a command ---- */

/* Makes a pair for the account. ERR_BAD_INPUT "err.vault.weak"; ERR_CONFLICT
 * "err.vault.already", "err.vault.many". Opens nothing that was sealed before
 * until vault_reseal. */
bool vault_holder_add(const struct vault_doing *d, struct vault_holder *in, struct str secret, struct err *e);
/* Ends it: the stored private key and its wraps go. ERR_CONFLICT
 * "err.vault.two" when fewer than two would stay. Who kept an old copy of the
 * database and the secret can open what stood in that copy: nobody can take
 * that back. */
bool vault_holder_remove(const struct vault_doing *d, int64_t office_id, int64_t holder_no, struct err *e);
/* The same for who no longer works in the office; also when fewer than two stay. Act holder_left. */
bool vault_holder_left(const struct vault_doing *d, int64_t office_id, int64_t holder_no, struct err *e);
/* The next office that has holders; 0 at the end. */
bool vault_office_next(struct rd *rd, int64_t after, int64_t *ret, struct err *e);
/* From the next sealing on; vault_reseal brings the older ones along. ERR_CONFLICT "err.vault.two". */
bool vault_together(const struct vault_doing *d, int64_t office_id, bool together, struct err *e);

/* ---- sealing and opening ---- */

/* In the command that writes the matter: seals `plain` (at most 1 MB) under a new key for the holders of
 * now, in place of what stood there. ERR_CONFLICT "err.vault.none" when the
 * office has fewer than two holders. Cost: 60 µs for each wrap. */
bool vault_put(struct tx *tx, struct vault_place at, struct str plain, struct err *e);

/* Has the office its two holders, so that vault_put works? Is something sealed there? One count each. */
bool vault_ready(struct rd *rd, int64_t office_id, bool *ret, struct err *e);
bool vault_has(struct rd *rd, struct vault_place at, bool *ret, struct err *e);

/* Counts a try at opening before it is made; ERR_DENIED "err.vault.wait" when none may be made yet. After the third
 * it waits 30 s and twice as long each time, after the tenth a day, with an act. Not to be called from a command. */
bool vault_try(const struct vault_doing *d, int64_t office_id, int64_t account_id, struct err *e);
/* It was right: forgotten. In the command that records the opening. */
bool vault_tried(struct tx *tx, int64_t office_id, int64_t account_id, struct err *e);

/* Opens with one holder's secret or two. ERR_DENIED "err.vault.secret" for a
 * wrong secret and for who is no holder alike; "err.vault.two_needed".
 * ERR_NOT_FOUND when nothing is sealed there. Records nothing: the caller does, with the reason. */
bool vault_open(struct rd *rd, struct arena *a, struct vault_place at, const struct vault_turn turns[2], struct str *ret,
                struct err *e);

/* Everything that the holders of `turns` can open, under new keys to the
 * holders of now. Goes matter by matter, each a command; may be begun again. */
bool vault_reseal(const struct vault_doing *d, int64_t office_id, const struct vault_turn turns[2], int64_t *ret_done,
                  struct err *e);
#endif
