// SPDX-License-Identifier: AGPL-3.0-or-later
#include <qrencode.h>

#include "platform/ui/ui.h"
#include "ui_parts.html.h"

enum { QUIET = 4, PATH_CEILING = 256 * 1024 };

static void free_code(void *code)
{
    QRcode_free(code);
}

/* One run of dark modules at a time: "M x y h n v1 h-n z". */
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
                strbuf_printf(&b, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run, run);
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
