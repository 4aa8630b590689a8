// SPDX-License-Identifier: AGPL-3.0-or-later
/* The text of a configuration file; what is taken must be within its limits. */
#include <string.h>

#include "platform/config/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
const char *__lsan_default_suppressions(void);

/* libconfig 1.5 loses the text it was reading when it finds a syntax error;
 * the program ends then anyway. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig";
}

static const char *const words[] = {"a", "b", NULL};
static const struct setting table[] = {
    {"n", SETTING_INT, "1", 1, 9, NULL, ""},
    {"g.t", SETTING_TEXT, "a", 0, 0, words, ""},
    {"g.f", SETTING_FLAG, "no", 0, 0, NULL, ""},
    {"g.h.s", SETTING_SECRET, "", 0, 10, NULL, ""},
    {NULL, SETTING_TEXT, NULL, 0, 0, NULL, NULL},
};
static const struct setting *const tables[] = {table, NULL};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena a;
    struct config *c;
    struct err e = {0};
    struct config_sources from = {.tables = tables, .file = "fuzz"};
    arena_init(&a);
    if (config_parse(&a, &from, (struct str){(const char *)bytes, n}, &c, &e)) {
        struct strbuf b;
        strbuf_init(&b, &a, 1 << 16);
        config_explain(c, &b);
        if (config_int(c, "n") < 1 || config_int(c, "n") > 9 || config_text(c, "g.h.s").n > 10)
            die("a value past its limits was taken");
    } else if (e.code != ERR_BAD_INPUT) {
        die("another failure than of the input");
    }
    arena_done(&a);
    return 0;
}
