// SPDX-License-Identifier: AGPL-3.0-or-later
#include <stdlib.h>
#include <string.h>

#include "platform/html/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static struct str written(struct html *h)
{
    struct str s = str_copy(h->arena, strbuf_text(h->b));
    h->b->n = 0;
    return s;
}

/* Reads the entities back. */
static struct str unescape(struct arena *a, struct str s)
{
    static const char *const entities[] = {"&amp;&", "&lt;<", "&gt;>", "&#34;\"", "&#39;'"};
    struct strbuf b;
    strbuf_init(&b, a, 1 << 24);
    while (s.n) {
        size_t took = 1, i = 0;
        char c = s.p[0];
        for (; c == '&' && i < 5; i++) {
            size_t m = strlen(entities[i]) - 1;
            if (!str_starts(s, (struct str){entities[i], m}))
                continue;
            took = m;
            c = entities[i][m];
            break;
        }
        if (i == 5)
            abort(); /* an ampersand of no entity */
        strbuf_char(&b, c);
        s = str_cut(s, took, s.n);
    }
    return strbuf_text(&b);
}

static void must_not_have(struct str s, const char *bytes)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] && strchr(bytes, s.p[i]))
            abort();
}

/* What is written holds nothing that ends its place, and reads back as given. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena a;
    struct strbuf b;
    arena_init(&a);
    strbuf_init(&b, &a, 1 << 24);
    struct html h = {.b = &b, .arena = &a};
    struct str raw = {(const char *)bytes, n}, out;
    html_text_str(&h, raw);
    out = written(&h);
    must_not_have(out, "<>");
    if (!str_eq(unescape(&a, out), raw))
        abort();
    html_attr_str(&h, raw);
    out = written(&h);
    must_not_have(out, "<>\"'");
    if (!str_eq(unescape(&a, out), raw))
        abort();
    html_url_str(&h, raw);
    out = written(&h);
    must_not_have(out, "<>\"' \t\n\r\\");
    if (str_starts(out, STR("//")) || (out.n && !strchr("/#?hHmMtT", out.p[0])))
        abort();
    html_part_str(&h, raw);
    must_not_have(written(&h), "<>\"'&/?#: ");
    html_paragraphs(&h, raw);
    arena_done(&a);
    return 0;
}
