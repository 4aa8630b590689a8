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

struct qr_series {
    size_t end_n, bytes;
    const uint8_t *zero;    /* the code whose end is all zeros … */
    const uint8_t *flips;   /* … and what each bit of the end turns over in it, one after the other */
    int side;
};

/* The first byte of a code is its side; modules follow. */
static const uint8_t *encode_end(struct arena *a, struct str begin, const uint8_t *end, size_t end_n)
{
    struct qr code;
    char *text = arena_alloc(a, begin.n + end_n);
    if (begin.n)
        memcpy(text, begin.p, begin.n);
    memcpy(text + begin.n, end, end_n);
    return qr_make(a, (struct str){text, begin.n + end_n}, &code) ? code.data : NULL;
}

static void turn(uint8_t *to, const uint8_t *flip, size_t n)
{
    for (size_t i = 1; i < n; i++)
        to[i] ^= flip[i];
}

bool qr_series_make(struct arena *a, struct str begin, size_t end_n, const struct qr_series **ret)
{
    struct qr_series *s = arena_new(a, struct qr_series);
    uint8_t *end = arena_alloc(a, end_n ? end_n : 1);
    s->end_n = end_n;
    s->zero = end_n ? encode_end(a, begin, end, end_n) : NULL;
    if (!s->zero)
        return false;
    s->side = qrcodegen_getSize(s->zero);
    s->bytes = (size_t)(s->side * s->side + 7) / 8 + 1;
    uint8_t *flips = arena_alloc(a, end_n * 8 * s->bytes);
    for (size_t bit = 0; bit < end_n * 8; bit++) {
        struct arena_mark mark = arena_mark(a);
        end[bit / 8] = (uint8_t)(1 << bit % 8);
        const uint8_t *with = encode_end(a, begin, end, end_n);
        memcpy(flips + bit * s->bytes, with, s->bytes);
        turn(flips + bit * s->bytes, s->zero, s->bytes);
        end[bit / 8] = 0;
        arena_rewind(a, mark);
    }
    s->flips = flips;
    *ret = s;
    return true;
}

bool qr_series_code(const struct qr_series *s, struct arena *a, struct str end, struct qr *ret)
{
    if (end.n != s->end_n)
        return false;
    uint8_t *data = arena_alloc_raw(a, s->bytes);
    memcpy(data, s->zero, s->bytes);
    for (size_t bit = 0; bit < end.n * 8; bit++) {
        if ((uint8_t)end.p[bit / 8] >> bit % 8 & 1)
            turn(data, s->flips + bit * s->bytes, s->bytes);
    }
    *ret = (struct qr){s->side, data};
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
