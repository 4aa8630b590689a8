// SPDX-License-Identifier: AGPL-3.0-or-later
/* What is read again writes the same; small ones are also laid out. */
#include <stdlib.h>
#include <string.h>

#include "platform/pdf/pdf.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct arena a;
    struct doc d, again;
    struct err e;
    struct strbuf one, two;
    if (n > 100000)
        return 0;
    arena_init(&a);
    if (doc_read(&a, (struct str){(const char *)p, n}, &d, &e)) {
        strbuf_init(&one, &a, 1 << 20);
        strbuf_init(&two, &a, 1 << 20);
        doc_save(&one, &d);
        if (one.full || !doc_read(&a, strbuf_text(&one), &again, &e))
            abort();
        doc_save(&two, &again);
        if (one.n != two.n || memcmp(one.p, two.p, one.n) != 0)
            abort();
    }
    arena_done(&a);
    return 0;
}
