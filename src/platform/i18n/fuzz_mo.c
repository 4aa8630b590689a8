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
        struct str id = str_cut((struct str){(const char *)bytes, n}, 40, n);
        id.n = strnlen(id.p, id.n);
        if (mo_find(m, id, &text))
            while (msg_next(&text, ARGS(arg_int("n", 1)), &literal, &arg))
                literal.p += literal.n;
    }
    arena_done(&a);
    struct str header = {(const char *)bytes, n};
    (void)lang_accept(header);
    return 0;
}
