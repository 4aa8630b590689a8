// SPDX-License-Identifier: AGPL-3.0-or-later
/* QR codes of receipts and papers (ISO/IEC 18004, byte mode, error correction
 * level M, up to version 20: 666 bytes).
 *
 * The mask is always the same one. The standard lets an encoder look for the
 * prettiest of eight, which costs more than the rest of a receipt, and a reader
 * is told in the code itself which one was taken. */
#ifndef BASE_QR_H
#define BASE_QR_H
#include "base/arena.h"
#include "base/str.h"

enum { QR_QUIET = 4 }; /* modules of white that a reader needs around the code */

struct qr {
    int side;            /* modules, without the quiet zone */
    const uint8_t *data; /* of the arena */
};

/* False: the text is longer than a code holds. */
bool qr_make(struct arena *a, struct str text, struct qr *ret);

/* The dark modules as runs within a row, from *x = *y = 0 on: gives the next
 * run and moves behind it. False: no more. */
struct qr_run {
    int x, y, n;
};
bool qr_next(const struct qr *code, int *x, int *y, struct qr_run *ret);

/* Codes that all begin alike and end in so many bytes that differ: what takes
 * long is done once. A code depends on each bit of its text by exclusive or, so
 * what each bit of the end turns over is worked out when the series is made
 * (about 50 µs a bit). Never changed afterwards: any thread may use it. */
struct qr_series;
bool qr_series_make(struct arena *a, struct str begin, size_t end_n, const struct qr_series **ret);
/* The code of begin and end. False: the end has another length. */
bool qr_series_code(const struct qr_series *s, struct arena *a, struct str end, struct qr *ret);

/* The same as an SVG path of side + 2 * QR_QUIET units. */
struct str qr_path(struct arena *a, const struct qr *code);
#endif
