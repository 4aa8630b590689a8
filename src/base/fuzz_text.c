// SPDX-License-Identifier: AGPL-3.0-or-later
#include <stdlib.h>

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* What the border lets in, it lets in again unchanged; folding is stable. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena a;
    struct err e;
    struct str once, twice, raw = {(const char *)bytes, n};
    arena_init(&a);
    (void)text_sort_key(&a, raw);
    if (text_accept(&a, raw, 1000, &once, &e)) {
        if (!text_accept(&a, once, 1000, &twice, &e) || !str_eq(once, twice))
            abort();
    }
    struct str folded = text_fold(&a, raw);
    if (!str_eq(text_fold(&a, folded), folded))
        abort();
    arena_done(&a);
    return 0;
}
