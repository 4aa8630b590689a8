// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/qr.h"

#include <qrcodegen/qrcodegen.h>
#include <string.h>

enum { VERSION_MAX = 20, BUFFER = qrcodegen_BUFFER_LEN_FOR_VERSION(VERSION_MAX), PATH_CEILING = 256 * 1024 };

bool qr_make(struct arena *a, struct str text, struct qr *ret)
{
    uint8_t *work = arena_alloc(a, BUFFER), *data = arena_alloc(a, BUFFER);
    if (!text.n || text.n > BUFFER)
        return false;
    memcpy(work, text.p, text.n);
    if (!qrcodegen_encodeBinary(work, text.n, data, qrcodegen_Ecc_MEDIUM, 1, VERSION_MAX, qrcodegen_Mask_2, false))
        return false;
    *ret = (struct qr){qrcodegen_getSize(data), data};
    return true;
}

bool qr_next(const struct qr *code, int *x, int *y, struct qr_run *ret)
{
    for (; *y < code->side; ++*y, *x = 0)
        for (; *x < code->side; ++*x) {
            int n = 0;
            while (qrcodegen_getModule(code->data, *x + n, *y)) /* light beyond the edge */
                n++;
            if (n) {
                *ret = (struct qr_run){*x, *y, n};
                *x += n;
                return true;
            }
        }
    return false;
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

/* "M x y h n v1 h-n z" */
static void add_run(struct strbuf *b, const struct qr_run *r)
{
    char text[32], *at = text;
    *at++ = 'M';
    at = put_number(at, r->x + QR_QUIET);
    *at++ = ' ';
    at = put_number(at, r->y + QR_QUIET);
    *at++ = 'h';
    at = put_number(at, r->n);
    memcpy(at, "v1h-", 4);
    at = put_number(at + 4, r->n);
    *at++ = 'z';
    strbuf_add(b, text, (size_t)(at - text));
}

struct str qr_path(struct arena *a, const struct qr *code)
{
    struct strbuf b;
    struct qr_run run;
    int x = 0, y = 0;
    strbuf_init(&b, a, PATH_CEILING);
    while (qr_next(code, &x, &y, &run))
        add_run(&b, &run);
    return strbuf_text(&b);
}
