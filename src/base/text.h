// SPDX-License-Identifier: AGPL-3.0-or-later
/* Unicode: the border where foreign text comes in, folding for search, and
 * the order of the Vietnamese alphabet. Built on utf8proc. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* The border: valid UTF-8, no NUL, no control characters but tab and newline
 * (CR LF and CR become newline), at most max_chars code points; gives it in
 * NFC. Fails with ERR_BAD_INPUT "err.text.utf8", "err.text.control" or
 * ERR_TOO_LARGE "err.text.long". Cost: one pass when the text is ASCII. */
bool text_accept(struct arena *a, struct str raw, size_t max_chars, struct str *ret_text, struct err *e);

/* For comparing and searching: no tone marks, no case, đ as d, every run of
 * what is neither letter nor digit one space; trimmed. Gives the same for all
 * normal forms. Invalid UTF-8 gives the empty text. */
struct str text_fold(struct arena *a, struct str s);

/* Bytes whose memcmp order is the order of the Vietnamese dictionary (letter
 * by letter, then tone, then case). Store it as a blob. */
struct str text_sort_key(struct arena *a, struct str s);

/* Number of code points of valid UTF-8. */
size_t text_chars(struct str s);

/* In capital letters. Invalid UTF-8 gives the empty text. */
struct str text_upper(struct arena *a, struct str s);

/* The longest beginning of s with at most n code points. */
struct str text_clip(struct str s, size_t n);
#endif
