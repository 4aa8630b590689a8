// SPDX-License-Identifier: AGPL-3.0-or-later
/* What a search looks for, and how well a text answers it: the same in every
 * database, so that a move from one to another changes no list of results. */
#ifndef PLATFORM_STORE_TEXT_RANK_H
#define PLATFORM_STORE_TEXT_RANK_H
#include <stdbool.h>

#include "base/str.h"

enum { TEXT_WORDS = 8, TEXT_WORD_MAX = 64, TEXT_CANDIDATES = 400 };

struct text_words {
    struct str v[TEXT_WORDS]; /* cut at TEXT_WORD_MAX bytes */
    int n;
    bool prefix; /* the last is the beginning of a word */
};

/* The next word of folded text: letters and digits; anything else stands between. An iterator. */
bool text_next_word(struct str *rest, struct str *ret_word);

/* Words past the 8th are left out. */
struct text_words text_words_of(struct str folded, bool prefix);

/* From how often each word stands there, and the bits of the words that follow the one before them in both. */
double text_score(const int *times, int words, unsigned pairs);

/* Of a folded text; negative when a word is missing. A word behind a '#' is no text. */
double text_rank(const struct text_words *w, struct str body);
#endif
