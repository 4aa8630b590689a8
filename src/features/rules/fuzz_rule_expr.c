// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/rules/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena a;
    struct expr *x;
    struct err e;
    struct expr_value facts[RULE_FACTS] = {0};
    arena_init(&a);
    for (size_t i = 0; i < RULE_FACTS; i++)
        facts[i].n = n > i ? bytes[i] : 0;
    if (expr_compile(&a, (struct str){(const char *)bytes, n}, rule_facts, &x, &e))
        (void)expr_holds(x, facts);
    arena_done(&a);
    return 0;
}
