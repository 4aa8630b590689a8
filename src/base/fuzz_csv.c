// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena a;
    struct csv c;
    struct err e;
    bool row = true;
    arena_init(&a);
    if (csv_open(&c, &a, STR("fuzz"), (struct str){(const char *)bytes, n}, &e)) {
        while (row && csv_next(&c, &row, &e))
            (void)csv_get(&c, "a");
    }
    arena_done(&a);
    return 0;
}
