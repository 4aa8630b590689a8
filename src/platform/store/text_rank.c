// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/store/text_rank.h"

static bool is_word_byte(unsigned char c)
{
    return c >= 0x80 || (unsigned char)(c - '0') < 10 || (unsigned char)((c | 0x20) - 'a') < 26;
}

bool text_next_word(struct str *rest, struct str *ret_word)
{
    size_t from = 0;
    while (from < rest->n && !is_word_byte((unsigned char)rest->p[from]))
        from++;
    size_t to = from;
    while (to < rest->n && is_word_byte((unsigned char)rest->p[to]))
        to++;
    if (from == to)
        return false;
    *ret_word = (struct str){rest->p + from, to - from};
    *rest = (struct str){rest->p + to, rest->n - to};
    return true;
}

struct text_words text_words_of(struct str folded, bool prefix)
{
    struct text_words w = {.prefix = prefix};
    while (w.n < TEXT_WORDS && text_next_word(&folded, &w.v[w.n])) {
        if (w.v[w.n].n > TEXT_WORD_MAX)
            w.v[w.n].n = TEXT_WORD_MAX;
        w.n++;
    }
    return w;
}

double text_score(const int *times, int words, unsigned pairs)
{
    double score = 2.0 * __builtin_popcount(pairs);
    for (int i = 0; i < words; i++)
        score += times[i] / (times[i] + 1.5);
    return score;
}

/* Which of the search's words this is, a bit each. */
static unsigned which(const struct text_words *w, struct str word)
{
    unsigned here = 0;
    for (int i = 0; i < w->n; i++) {
        bool open = w->prefix && i == w->n - 1;
        if (open ? str_starts(word, w->v[i]) : str_eq(word, w->v[i]))
            here |= 1u << i;
    }
    return here;
}

static bool may_hold(const struct text_words *w, struct str body)
{
    size_t at;
    for (int i = 0; i < w->n; i++)
        if (!str_find(body, w->v[i], &at))
            return false;
    return true;
}

double text_rank(const struct text_words *w, struct str body)
{
    struct str rest = body, word;
    int times[TEXT_WORDS] = {0};
    unsigned before = 0, pairs = 0, all = 0;
    if (!may_hold(w, body))
        return -1;
    while (text_next_word(&rest, &word)) {
        unsigned here = word.p > body.p && word.p[-1] == '#' ? 0 : which(w, word);
        for (int i = 0; i < w->n; i++)
            times[i] += here >> i & 1;
        pairs |= before << 1 & here;
        before = here;
        all |= here;
    }
    return all == (1u << w->n) - 1 ? text_score(times, w->n, pairs) : -1;
}
