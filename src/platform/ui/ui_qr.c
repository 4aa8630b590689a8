// SPDX-License-Identifier: AGPL-3.0-or-later
#include <qrencode.h>
#include <string.h>

#include "platform/ui/ui.h"
#include "ui_parts.html.h"

enum { QUIET = 4, PATH_CEILING = 256 * 1024 };

static void free_code(void *code)
{
    QRcode_free(code);
}

/* A number of the picture's size; printf took more than the rest of the page. */
static char *put_number(char *at, int n)
{
    if (n >= 100)
        *at++ = (char)('0' + n / 100);
    if (n >= 10)
        *at++ = (char)('0' + n / 10 % 10);
    *at++ = (char)('0' + n % 10);
    return at;
}

/* A run of dark modules: "M x y h n v1 h-n z". */
static void add_run(struct strbuf *b, int x, int y, int n)
{
    char text[32], *at = text;
    *at++ = 'M';
    at = put_number(at, x);
    *at++ = ' ';
    at = put_number(at, y);
    *at++ = 'h';
    at = put_number(at, n);
    memcpy(at, "v1h-", 4);
    at = put_number(at + 4, n);
    *at++ = 'z';
    strbuf_add(b, text, (size_t)(at - text));
}

static struct str modules_path(struct arena *a, const QRcode *code)
{
    struct strbuf b;
    strbuf_init(&b, a, PATH_CEILING);
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++) {
            const unsigned char *row = code->data + y * code->width;
            int run = 0;
            while (x + run < code->width && (row[x + run] & 1))
                run++;
            if (run)
                add_run(&b, x + QUIET, y + QUIET, run);
            x += run;
        }
    return strbuf_text(&b);
}

void ui_qr(struct html *h, struct str text, const char *label_msg)
{
    QRcode *code = QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_M);
    if (!code)
        return;
    arena_defer(h->arena, free_code, code);
    ui_qr_code(h, modules_path(h->arena, code), code->width + 2 * QUIET, label_msg);
}
