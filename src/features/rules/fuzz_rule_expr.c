// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/rules/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena a;
    struct expr *x;
    struct err e;
    struct rule_vocabulary v;
    struct expr_value facts[FACT_FIELDS * 3] = {0};
    arena_init(&a);
    rule_vocabulary(&a, &fact_case, &v);
    for (size_t i = 0; i < v.n; i++)
        facts[i].n = n > i ? bytes[i] : 0;
    if (expr_compile(&a, (struct str){(const char *)bytes, n}, v.facts, &x, &e))
        (void)expr_holds(x, facts);
    arena_done(&a);
    return 0;
}
