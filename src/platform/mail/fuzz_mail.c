// SPDX-License-Identifier: AGPL-3.0-or-later
/* Addresses and subjects: whatever is accepted makes no header of its own. */
#include <string.h>

#include "platform/mail/mail.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena a;
    struct strbuf b;
    struct err e;
    struct str rest = {(const char *)bytes, n}, line;
    struct mailer m = {.from = STR("a@example.vn"), .host = STR("localhost")};
    struct letter l = {0};
    size_t lines = 0, folded = 0;
    arena_init(&a);
    strbuf_init(&b, &a, 1 << 20);
    str_split(&rest, '|', &l.to);
    str_split(&rest, '|', &l.subject);
    l.text = rest;
    if (mail_format(&b, &m, &l, STR("x"), (struct instant){0}, &e)) {
        struct str text = strbuf_text(&b);
        while (str_split(&text, '\n', &line) && line.n > 1) {
            lines++;
            folded += line.p[0] == ' ';
            if (line.n > 300 || line.p[line.n - 1] != '\r')
                die("a header that is too long or ends badly");
        }
        if (lines - folded != 9)
            die("a letter has nine headers");
    }
    arena_done(&a);
    return 0;
}
