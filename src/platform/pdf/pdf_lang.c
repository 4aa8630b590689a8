// SPDX-License-Identifier: AGPL-3.0-or-later
/* The language of a PDF, by an incremental update (ISO 32000-1, 7.5.6): the
 * catalogue again with /Lang, its place, and a trailer that names the old one. */
#include <string.h>

#include "platform/pdf/pdf_inner.h"

/* The number behind a word, searched from `from`. */
static bool number_after(struct str s, size_t from, const char *word, int64_t *ret)
{
    size_t at, n = 0;
    struct str rest = str_cut(s, from, s.n);
    if (!str_find(rest, str_of(word), &at))
        return false;
    rest = str_cut(rest, at + strlen(word), rest.n);
    while (n < rest.n && rest.p[n] >= '0' && rest.p[n] <= '9')
        n++;
    return n && str_int(str_cut(rest, 0, n), ret);
}

static bool find_last(struct str s, const char *word, size_t *ret)
{
    size_t n = strlen(word);
    for (size_t i = s.n >= n ? s.n - n + 1 : 0; i-- > 0;) {
        if (memcmp(s.p + i, word, n) == 0) {
            *ret = i;
            return true;
        }
    }
    return false;
}

void pdf_add_lang(struct arena *a, struct strbuf *out, struct str lang)
{
    struct str s = {out->p, out->n}, dict;
    size_t trailer, catalogue, end;
    int64_t size, root, info, before;
    if (!lang.n || !find_last(s, "trailer\n", &trailer) || !number_after(s, trailer, "/Size ", &size) ||
        !number_after(s, trailer, "/Root ", &root) || !number_after(s, trailer, "/Info ", &info) ||
        !number_after(s, trailer, "startxref\n", &before))
        return;
    const char *head = str_z(a, str_printf(a, "\n%lld 0 obj\n<<", (long long)root));
    if (!find_last(s, head, &catalogue))
        return;
    dict = str_cut(s, catalogue + strlen(head), s.n);
    if (!str_find(dict, STR("endobj"), &end) || !find_last(str_cut(dict, 0, end), ">>", &end))
        return;
    dict = str_copy(a, str_cut(dict, 0, end));
    size_t object = out->n;
    strbuf_printf(out, "%lld 0 obj\n<<" STR_FMT "   /Lang (" STR_FMT ")\n   /ViewerPreferences << /DisplayDocTitle true >>\n>>\nendobj\n",
                  (long long)root, STR_ARG(dict), STR_ARG(lang));
    size_t xref = out->n;
    strbuf_printf(out, "xref\n%lld 1\n%010zu 00000 n \ntrailer\n<< /Size %lld\n   /Root %lld 0 R\n   /Info %lld 0 R\n   /Prev %lld\n>>\n"
                  "startxref\n%zu\n%%%%EOF\n", (long long)root, object, (long long)size, (long long)root, (long long)info,
                  (long long)before, xref);
}
