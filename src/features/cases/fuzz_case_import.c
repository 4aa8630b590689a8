// SPDX-License-Identifier: AGPL-3.0-or-later
/* The likeness marks and the CSV reader under a case import's columns. */
#include <stdlib.h>

#include "base/csv.h"
#include "base/text.h"
#include "features/cases/case_marks.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const uint8_t key[32] = "a key of the fuzzer's own, fixed";
    struct arena a;
    struct csv c;
    struct err e;
    bool row = true;
    arena_init(&a);
    if (csv_open(&c, &a, STR("fuzz"), (struct str){(const char *)bytes, n}, &e)) {
        while (row && csv_next(&c, &row, &e) && row) {
            int64_t once[CASE_MARKS], twice[CASE_MARKS];
            struct str folded = text_fold(&a, csv_get(&c, "body"));
            case_marks(key, folded, once);
            case_marks(key, folded, twice);
            for (int i = 0; i < CASE_MARKS; i++) {
                if (once[i] != twice[i] || once[i] < 0)
                    abort();
            }
        }
    }
    arena_done(&a);
    return 0;
}
