// SPDX-License-Identifier: AGPL-3.0-or-later
/* The .mo format: see "The Format of GNU MO Files" in the GNU gettext manual.
 * The file's own hash table is left aside: ours is made at opening, so that
 * nothing in it need be believed. */
#include <string.h>

#include "platform/i18n/i18n.h"

enum { MO_MAGIC = 0x950412de, MO_HEADER = 28, MO_MESSAGES_MAX = 1 << 20 };

struct mo_slot {
    uint32_t hash;
    uint32_t id_n;
    const char *id; /* NULL: free */
    struct str text;
};
struct mo {
    struct mo_slot *slots;
    size_t mask;
};

static uint32_t read_u32(struct str s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s.p + at;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Eight bytes at a time: a multiply, and the high half folded down. Ids are
 * ours, so nobody chooses them to collide. */
static uint32_t hash_of(struct str s)
{
    uint64_t h = s.n, word = 0;
    size_t i = 0;
    for (; i + 8 <= s.n; i += 8) {
        memcpy(&word, s.p + i, 8);
        h = (h ^ word) * 0x9E3779B97F4A7C15u;
        h ^= h >> 32;
    }
    word = 0;
    for (size_t k = 0; i + k < s.n; k++)
        word |= (uint64_t)(unsigned char)s.p[i + k] << (8 * k);
    h = (h ^ word) * 0x9E3779B97F4A7C15u;
    return (uint32_t)(h ^ h >> 32);
}

/* The i-th entry of the table at `table`: length and offset of a text that
 * ends in NUL inside of s. */
static bool read_text(struct str s, uint64_t table, uint32_t i, struct str *ret_text)
{
    uint64_t at = table + (uint64_t)i * 8;
    if (at + 8 > s.n)
        return false;
    uint64_t n = read_u32(s, at), from = read_u32(s, at + 4);
    if (from + n >= s.n || s.p[from + n] != 0)
        return false;
    *ret_text = (struct str){s.p + from, n};
    return true;
}

static struct mo_slot *slot_of(const struct mo *m, struct str id, uint32_t hash)
{
    for (size_t i = hash & m->mask;; i = (i + 1) & m->mask) {
        struct mo_slot *t = &m->slots[i];
        if (!t->id || (t->hash == hash && t->id_n == id.n && memcmp(t->id, id.p, id.n) == 0))
            return t;
    }
}

bool mo_open(struct arena *a, struct str bytes, struct mo **ret_mo)
{
    if (bytes.n < MO_HEADER || read_u32(bytes, 0) != MO_MAGIC || read_u32(bytes, 4) >> 16 != 0)
        return false;
    uint32_t n = read_u32(bytes, 8);
    if (n > MO_MESSAGES_MAX || (uint64_t)n * 16 > bytes.n)
        return false;
    size_t slots = 16;
    while (slots < (size_t)n * 2)
        slots *= 2;
    struct mo m = {arena_array(a, struct mo_slot, slots), slots - 1};
    for (uint32_t i = 0; i < n; i++) {
        struct str id, text;
        if (!read_text(bytes, read_u32(bytes, 12), i, &id) || !read_text(bytes, read_u32(bytes, 16), i, &text))
            return false;
        id.n = strlen(id.p); /* a counted message has its plural id behind a NUL */
        uint32_t hash = hash_of(id);
        *slot_of(&m, id, hash) = (struct mo_slot){hash, (uint32_t)id.n, id.p, text};
    }
    *ret_mo = arena_new(a, struct mo);
    **ret_mo = m;
    return true;
}

bool mo_find(const struct mo *m, struct str id, struct str *ret_text)
{
    const struct mo_slot *t = slot_of(m, id, hash_of(id));
    if (!t->id)
        return false;
    *ret_text = t->text;
    return true;
}
