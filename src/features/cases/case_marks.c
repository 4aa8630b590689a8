// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_marks.h"

#include <sodium.h>
#include <string.h>

enum { SHINGLE = 3 };

/* An odd multiplier for each place makes of one hash as many orders. */
static uint64_t reorder(uint64_t h, int place)
{
    h ^= 0x9e3779b97f4a7c15u * (uint64_t)(place + 1);
    h ^= h >> 30;
    h *= 0xbf58476d1ce4e5b9u;
    h ^= h >> 27;
    h *= 0x94d049bb133111ebu;
    return h ^ (h >> 31);
}

static void add_shingle(const uint8_t key[32], struct str shingle, uint64_t least[CASE_MARKS])
{
    uint64_t h;
    crypto_shorthash((unsigned char *)&h, (const unsigned char *)shingle.p, shingle.n, key);
    for (int i = 0; i < CASE_MARKS; i++) {
        uint64_t v = reorder(h, i);
        if (v < least[i])
            least[i] = v;
    }
}

void case_marks(const uint8_t key[32], struct str folded, int64_t ret_marks[CASE_MARKS])
{
    uint64_t least[CASE_MARKS];
    struct str word, rest = folded;
    const char *begins[SHINGLE] = {0};
    size_t words = 0;
    memset(least, 0xff, sizeof least);
    while (str_split(&rest, ' ', &word)) {
        memmove(begins, begins + 1, sizeof begins - sizeof *begins);
        begins[SHINGLE - 1] = word.p;
        if (++words >= SHINGLE)
            add_shingle(key, (struct str){begins[0], (size_t)(word.p + word.n - begins[0])}, least);
    }
    if (words < SHINGLE)
        add_shingle(key, folded, least);
    for (int i = 0; i < CASE_MARKS; i++)
        ret_marks[i] = (int64_t)((least[i] >> 8 << 3 | (uint64_t)i) & INT64_MAX);
}
