// SPDX-License-Identifier: AGPL-3.0-or-later
/* Values of every type of field. */
#include <stdlib.h>

#include "base/text.h"
#include "platform/form/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const char *const words[] = {"a", "b", NULL};
    static const struct form_field fields[] = {
        {.name = "v", .type = FORM_LINE, .max = 20}, {.name = "v", .type = FORM_INT, .min = -5, .max = 5},
        {.name = "v", .type = FORM_DAY},             {.name = "v", .type = FORM_CHOICE, .choices = words},
        {.name = "v", .type = FORM_FLAG},            {.name = "v", .type = FORM_EMAIL},
        {.name = "v", .type = FORM_PHONE},           {.name = "v", .type = FORM_SECRET}, {.name = NULL},
    };
    struct arena a;
    struct err e;
    struct form f;
    struct http_field v = {STR("v"), STR("")};
    arena_init(&a);
    if (text_accept(&a, (struct str){(const char *)bytes, n}, n, &v.value, &e)) {
        struct request r = {.form = &v, .form_n = 1};
        form_read(&f, fields, &r, false);
        int y, m, d;
        if (!f.values[2].error && !day_is_none(f.values[2].day))
            day_parts(f.values[2].day, &y, &m, &d);
        if (!f.values[1].error && (f.values[1].n < -5 || f.values[1].n > 5))
            abort();
    }
    arena_done(&a);
    return 0;
}
