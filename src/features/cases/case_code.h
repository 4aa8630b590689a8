// SPDX-License-Identifier: AGPL-3.0-or-later
/* Tracking codes. A matter's code is 20 symbols, found by its SHA-256; that of
 * a sealed one is a receipt of 16 digits, easy to learn by heart, and so found
 * by a slow digest that needs the server's keys: a copy of the database gives
 * none back. The same form gives the same code, so that a second sending of it
 * shows the same receipt; the code itself is never stored. */
#ifndef FEATURES_CASE_CODE_H
#define FEATURES_CASE_CODE_H
#include "features/cases/case_types.h"
#include "platform/http/http.h"

enum { CASE_RECEIPT_DIGITS = 16 };

/* The token of a form; a new one when what came is none of ours. */
struct str case_token_of(const struct request *r, struct str typed);
struct str case_code_of(const struct request *r, struct str token, bool sealed);

/* What was typed, spaces and strokes left out; false when it is neither. */
bool case_code_read(struct arena *a, struct str typed, struct str *ret);
bool case_code_is_receipt(struct str code);
/* What it is stored under. Cost: 30 ms for a receipt: not in an event thread. ERR_BUSY. */
bool case_code_digest(const struct request *r, struct str code, struct digest *ret, struct err *e);
/* In groups of four, easier to copy by hand. */
struct str case_code_grouped(struct arena *a, struct str code);
#endif
