// SPDX-License-Identifier: AGPL-3.0-or-later
/* The server's own keys: one file of 32 random bytes for each use, in
 * DIR/keys, made by `dinh init`, mode 0600. They are never in the database nor
 * in a backup: who has a copy of the database alone reads nothing sealed, and
 * who loses the files loses it too; they are copied apart, by hand.
 *
 * In memory they stand in locked pages without write permission. Any thread. */
#ifndef PLATFORM_AUTH_KEYS_H
#define PLATFORM_AUTH_KEYS_H
#include "base/crypt.h"
#include "base/err.h"

enum key_use {
    KEY_FORMS,    /* form tokens and short-lived cookies: losing it only ends open forms */
    KEY_IDENTITY, /* what denouncers hand in */
    KEY_ACCOUNTS, /* second-factor secrets, recovery codes, names tried at sign-in */
    KEY_MARKS,    /* likeness of texts */
    KEY_MAIL,     /* letters that wait to be sent */
    KEY_USES
};

struct keys;

/* Makes DIR/keys and the files that are missing; never overwrites one. Each is
 * on disk when it returns. ERR_IO "err.keys.make". */
bool keys_create(const char *data_dir, struct err *e);

/* Gives; end with keys_close. ERR_IO "err.keys.open" when a file is missing,
 * is not 64 hexadecimal digits, or others than its owner may read it: the
 * detail names the file and what to do. */
bool keys_open(const char *data_dir, struct keys **ret_keys, struct err *e);
void keys_close(struct keys *k);

/* Encrypts (XChaCha20-Poly1305, random nonce). `place` is where the text
 * stands ("case/12/345/name"): a sealed text moved elsewhere does not open.
 * Gives plain.n + 45 bytes. Cost: about 1 µs and 1 µs each kB. */
struct str key_seal(const struct keys *k, enum key_use use, struct arena *a, struct str place, struct str plain);

/* False when it was changed, stands elsewhere, or another key sealed it. */
bool key_unseal(const struct keys *k, enum key_use use, struct arena *a, struct str place, struct str sealed,
                struct str *ret_plain);

/* HMAC-SHA-256: tokens, and digests that say nothing without the key. */
struct digest key_mac(const struct keys *k, enum key_use use, struct str text);

/* The 32 bytes themselves, for keyed hashes in inner loops; borrows. */
const uint8_t *key_bytes(const struct keys *k, enum key_use use);
#endif
