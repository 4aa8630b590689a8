// SPDX-License-Identifier: AGPL-3.0-or-later
/* Templates of printed forms: what is taken leads only forwards and names only places that there are. */
#include <stdlib.h>

#include "base/text.h"
#include "features/rules/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void look(const struct print_template *t)
{
    for (size_t i = 0; i < t->lines_n; i++) {
        const struct print_line *l = &t->lines[i];
        if ((l->kind == PRINT_IF || l->kind == PRINT_ELSE) && (l->jump <= i || l->jump > t->lines_n))
            abort();
        for (size_t k = 0; k < l->pieces_n; k++) {
            if (l->pieces[k].place < PRINT_CELL || l->pieces[k].place >= PRINT_PLACES + (int)t->asks_n)
                abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena a;
    struct print_template t;
    struct strbuf problems;
    struct str text;
    struct err e;
    if (n > 100000)
        return 0;
    arena_init(&a);
    strbuf_init(&problems, &a, 1 << 16);
    if (text_accept(&a, (struct str){(const char *)bytes, n}, 100000, &text, &e) &&
        print_template_parse(&a, STR("fuzz"), text, &t, &problems) == 0)
        look(&t);
    arena_done(&a);
    return 0;
}
