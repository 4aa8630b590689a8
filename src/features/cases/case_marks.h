// SPDX-License-Identifier: AGPL-3.0-or-later
/* Likeness of texts: a text's marks are keyed hashes such that the share of
 * marks two texts have in common estimates the share of word triples they have
 * in common (min-hash; Broder, "On the resemblance and containment of
 * documents", 1997). Without the key a mark says nothing about the text. */
#ifndef FEATURES_CASE_MARKS_H
#define FEATURES_CASE_MARKS_H
#include "base/str.h"

enum { CASE_MARKS = 6 };

/* The marks of folded text; fewer than three words are taken as they are.
 * Non-negative, and different in each place even for one value. Cost: one
 * keyed hash a word. */
void case_marks(const uint8_t key[32], struct str folded, int64_t ret_marks[CASE_MARKS]);
#endif
