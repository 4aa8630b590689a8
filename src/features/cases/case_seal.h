// SPDX-License-Identifier: AGPL-3.0-or-later
/* The seal on what a denouncer hands in: text and identity as one encrypted
 * value under a key that is not in the database. */
#ifndef FEATURES_CASE_SEAL_H
#define FEATURES_CASE_SEAL_H
#include "features/cases/case_marks.h"
#include "features/cases/case_types.h"
#include "platform/auth/keys.h"

/* Binds to the matter's key: a sealed value moved to another row does not open. */
bool case_seal_text(struct arena *a, const struct keys *keys, struct case_key k, const struct case_text *t,
                    struct str *ret_sealed, struct err *e);
bool case_unseal_text(struct arena *a, const struct keys *keys, struct case_key k, struct str sealed,
                      struct case_text *ret, struct err *e);
bool case_seal_string(struct arena *a, const struct keys *keys, struct case_key k, struct str s, struct str *ret_sealed,
                      struct err *e);
bool case_unseal_string(struct arena *a, const struct keys *keys, struct case_key k, struct str sealed, struct str *ret,
                        struct err *e);

/* The identity alone, as bytes for the vault, and back. Unsealed: the caller seals at once. */
struct str case_pack_identity(struct arena *a, const struct case_identity *who);
bool case_unpack_identity(struct str packed, struct case_identity *ret, struct err *e);
/* The keys of attachments that stand with the identity (case_identity.files), and the one of a file, with its name;
 * false when it has none there. */
struct str case_file_keys(struct arena *a, const struct case_file *files, size_t n);
bool case_file_key(struct case_identity who, struct case_file *f);

/* The marks of a matter's title and body, under the key for marks. */
/* What registering computes of a text and nothing else: apart, so that many
 * can be read at once while one writes. Cost: 60 µs for 2,000 bytes. */
struct case_reading {
    struct str folded;          /* title and body; empty when sealed */
    struct digest content;      /* of the body; of a sealed matter under a key: without it nobody can try
                                   whether a text is the one */
    int64_t marks[CASE_MARKS];
};
struct case_reading case_reading_of(struct arena *a, const struct keys *keys, bool sealed, const struct case_text *t);

/* Title and body as they are searched. */
struct str case_folded(struct arena *a, const struct case_text *t);

void case_marks_of(struct arena *a, const struct keys *keys, const struct case_text *t, int64_t ret_marks[CASE_MARKS]);
#endif
