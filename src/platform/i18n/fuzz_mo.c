// SPDX-License-Identifier: AGPL-3.0-or-later
#include <string.h>

#include "platform/i18n/i18n.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Any bytes as a catalogue: what is found stays inside of them. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena a;
    struct mo *m;
    struct str text, literal;
    const struct msg_arg *arg;
    arena_init(&a);
    if (mo_open(&a, (struct str){(const char *)bytes, n}, &m)) {
        mo_find(m, STR(""), &text);
        if (n > 40 && mo_find(m, (struct str){(const char *)bytes + 40, strnlen((const char *)bytes + 40, n - 40)}, &text))
            while (msg_next(&text, ARGS(arg_int("n", 1)), &literal, &arg))
                literal.p += literal.n;
    }
    arena_done(&a);
    struct str header = {(const char *)bytes, n};
    (void)lang_accept(header);
    return 0;
}
