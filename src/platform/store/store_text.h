// SPDX-License-Identifier: AGPL-3.0-or-later
/* Full text: indexes that hold no text themselves, only which words stand
 * where. Fed with text_fold'ed text (base/text.h); ids are of the caller.
 *
 * An index comes into being with the first text put into it; its name is a
 * literal of ours, [a-z_], at most 32 letters. Before that it finds nothing. */
#ifndef PLATFORM_STORE_TEXT_H
#define PLATFORM_STORE_TEXT_H
#include "platform/store/store.h"

/* ERR_CONFLICT "err.conflict" when the id is there already: drop it first. */
bool store_text_put(struct tx *tx, const char *index, int64_t id, struct str folded, struct err *e);

/* folded_before: the very text that was put (the index keeps none). An id that
 * is not there is no failure. */
bool store_text_drop(struct tx *tx, const char *index, int64_t id, struct str folded_before, struct err *e);

struct text_hit {
    int64_t id;
    double score; /* larger is better; comparable within one answer */
};

/* The best `limit` (<= 100) rows that hold every word of the folded query (the
 * last one as a prefix when prefix is set: of the words that begin so the 32
 * most usual are tried; words past the 8th are ignored),
 * ranked over at most 400 newest candidates: neighbours in the query that are
 * neighbours in the text count most, then how often the words stand there,
 * then what was put last. No words, no hits. Cost: bounded whatever the words
 * are; a search that would pass about 10 ms answers with what it has found
 * among the newest (see docs/benchmarks.md). */
bool store_text_find(struct rd *rd, struct arena *a, const char *index, struct str folded_query, bool prefix,
                     size_t limit, struct text_hit **ret_hits, size_t *ret_n, struct err *e);
#endif
