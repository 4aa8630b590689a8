// SPDX-License-Identifier: AGPL-3.0-or-later
/* How a rulebook comes to be: from files, checked; from the database. Include rules.h. */
#ifndef FEATURES_RULE_BOOK_H
#define FEATURES_RULE_BOOK_H
#include "features/rules/rules.h"

/* A table of a pack: "limits.csv" and what stands in it. */
struct rule_file {
    struct str name, text;
};

/* Reads and checks a pack. Fails with ERR_BAD_INPUT "err.rules.pack" when
 * anything is wrong; every problem found is a line "FILE:LINE: COLUMN: reason"
 * in problems. The book lives in a and borrows nothing else. Cost: about 5 ms. */
bool rulebook_load(struct arena *a, const struct rule_file *files, size_t n, struct rulebook **ret_book,
                   struct strbuf *problems, struct err *e);

/* Of pack.csv. */
struct str rulebook_pack(const struct rulebook *b);    /* "vn" */
struct str rulebook_version(const struct rulebook *b); /* "2026.1" */

/* The tables of a pack that the program carries ("vn"), in a; n = 0 when it has none of that name. */
void rules_embedded(struct arena *a, struct str pack, struct rule_file **ret_files, size_t *ret_n);
/* The names of those packs, parted by blanks. */
struct str rules_embedded_packs(struct arena *a);

/* A command (run it with store_run): checks the pack and stores it as the next
 * version of that pack; stores nothing when the current version is the same.
 * Records an act in office 0. */
struct rules_install {
    const struct rule_file *files;
    size_t files_n;
    struct instant now;
    const struct viewer *actor;
    struct strbuf *problems;   /* as of rulebook_load */
    int64_t ret_version;       /* now current */
    bool ret_changed;
};
bool rules_install(struct tx *tx, void *install, struct err *e);

/* The current version as files; version 0 without files when there is none. */
struct rules_version {
    int64_t version;
    struct rule_file *files;
    size_t files_n;
};
bool rules_version(struct rd *rd, struct arena *a, struct str pack, struct rules_version *ret, struct err *e);
/* Its number alone: one index look-up. */
bool rules_version_number(struct rd *rd, struct str pack, int64_t *ret, struct err *e);

/* The current version of a pack from the database; ERR_NOT_FOUND "err.rules.none" when none was installed. */
bool rules_current(struct rd *rd, struct arena *a, struct str pack, struct rulebook **ret_book, struct err *e);
#endif
