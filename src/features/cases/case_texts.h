// SPDX-License-Identifier: AGPL-3.0-or-later
/* The full-text indexes of matters and of what was published, filled from their tables: behind a copy, which brings none. */
#ifndef FEATURES_CASE_TEXTS_H
#define FEATURES_CASE_TEXTS_H
#include "platform/store/store.h"

/* In batches of some hundred, each a commit with the mark how far it came (store_copy_mark): may be begun again. Nothing
 * sealed goes in. *ret_n: texts put. progress may be NULL. */
struct case_texts_fill {
    struct store *to;
    void (*progress)(void *arg, const char *what, int64_t n);
    void *arg;
};
/* Their names, as store_text_put knows them; NULL ends. */
extern const char *const case_text_indexes[];
bool case_texts_fill(const struct case_texts_fill *f, int64_t *ret_n, struct err *e);
#endif
