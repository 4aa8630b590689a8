// SPDX-License-Identifier: AGPL-3.0-or-later
/* Everything that reads what a client sent; the first byte chooses. */
#include <stdlib.h>
#include <string.h>

#include "base/crypt.h"
#include "base/text.h"
#include "platform/http/http_multipart.h"
#include "platform/http/http_parse.h"
#include "platform/http/upload_sniff.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

/* What passed the border passes it again unchanged. */
static void must_be_text(struct arena *a, struct str s)
{
    struct str again;
    struct err e;
    must(text_accept(a, s, s.n, &again, &e) && str_eq(s, again));
}

static void fuzz_fields(struct arena *a, struct str s)
{
    struct http_fields f;
    fields_init(&f, 20);
    fields_urlencoded(&f, a, s);
    must(f.n <= 20);
    for (size_t i = 0; i < f.n; i++) {
        must_be_text(a, f.v[i].name);
        must_be_text(a, f.v[i].value);
    }
    must_be_text(a, text_salvage(a, s));
    must_be_text(a, file_name_clean(a, s));
    must(text_chars(file_name_clean(a, s)) <= 100);
}

static struct digest walk(struct arena *a, struct str s, size_t step)
{
    struct multipart m;
    struct strbuf b;
    strbuf_init(&b, a, 1 << 22);
    multipart_init(&m, a, STR("b"));
    for (size_t at = 0; at < s.n;) {
        size_t took = multipart_feed(&m, str_cut(s, at, step));
        enum multipart_event event;
        must(took > 0);
        at += took;
        while ((event = multipart_next(&m)) != MULTIPART_MORE) {
            if (event != MULTIPART_BYTES)
                strbuf_printf(&b, "<%d " STR_FMT " " STR_FMT ">", (int)event, STR_ARG(m.name), STR_ARG(m.file_name));
            else
                strbuf_str(&b, m.bytes);
            if (event == MULTIPART_BAD)
                return digest_of(b.p, b.n);
        }
    }
    return digest_of(b.p, b.n);
}

/* However it comes in, it means the same. */
static void fuzz_multipart(struct arena *a, struct str s)
{
    size_t step = s.n ? (unsigned char)s.p[0] % 61 + 1 : 1;
    struct digest whole = walk(a, s, 1 << 16), parts = walk(a, s, step);
    must(digest_eq(&whole, &parts));
}

static void fuzz_headers(struct arena *a, struct str s)
{
    struct str value;
    cookie_find(s, "dinh_session", &value);
    accepts_gzip(s);
    etag_listed(s, STR("0123456789abcdef"));
    header_param(a, s, "boundary", &value);
    lang_accept(s);
    if (percent_decode(a, percent_encode(a, s, ""), false, &value))
        must(str_eq(s, value));
    else
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena a;
    enum upload_kind kind;
    if (!n)
        return 0;
    /* a copy of its own, so that reading past it is seen */
    char *copy = malloc(n);
    must(copy != NULL);
    memcpy(copy, bytes, n);
    struct str s = {copy + 1, n - 1};
    arena_init(&a);
    switch (bytes[0] & 3) {
    case 0: fuzz_fields(&a, s); break;
    case 1: fuzz_multipart(&a, s); break;
    case 2: fuzz_headers(&a, s); break;
    default: upload_sniff_bytes(s, s, &kind); break;
    }
    arena_done(&a);
    free(copy);
    return 0;
}
