// SPDX-License-Identifier: AGPL-3.0-or-later
/* A pack in one input: tables parted by lines "== NAME". What loads must answer. */
#include <string.h>

#include "features/rules/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static size_t split(struct str text, struct rule_file *files, size_t max)
{
    size_t kept = 0, at;
    while (kept < max && str_find(text, STR("== "), &at)) {
        struct str name;
        if (kept)
            files[kept - 1].text = str_cut(text, 0, at);
        text = str_cut(text, at + 3, text.n);
        if (!str_split(&text, '\n', &name))
            break;
        files[kept++] = (struct rule_file){name, text};
    }
    return kept;
}

static void ask(struct arena *a, const struct rulebook *b)
{
    const struct rule_limit *limits;
    size_t n;
    struct rule_due due;
    struct err e;
    rulebook_limits(b, &limits, &n);
    for (size_t i = 0; i < n && i < 20; i++) {
        struct rule_clock_question q = {.procedure = limits[i].procedure, .step = limits[i].step, .start = {20000},
                                        .complexity = limits[i].class & 3};
        (void)rulebook_explain(b, a, &q, &due, &e);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena a;
    struct rule_file files[20];
    struct rulebook *b;
    struct strbuf problems;
    struct err e;
    arena_init(&a);
    strbuf_init(&problems, &a, 1 << 16);
    size_t files_n = split((struct str){(const char *)bytes, n}, files, 20);
    if (rulebook_load(&a, files, files_n, &b, &problems, &e))
        ask(&a, b);
    arena_done(&a);
    return 0;
}
