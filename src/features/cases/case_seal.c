// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_seal.h"

#include <string.h>

#include "base/text.h"

enum { PARTS = 11, WHO = 3 /* parts from here on are the identity */, SINCE = 9 /* those are not in what was sealed before */,
       SEALED_MAX = 1 << 20 };

static void parts_of(struct case_text *t, struct str *to[PARTS])
{
    struct str *const all[PARTS] = {&t->title, &t->body, &t->place, &t->who.name, &t->who.address,
                                    &t->who.phone, &t->who.email, &t->who.id_number, &t->who.others,
                                    &t->who.marked, &t->who.files};
    memcpy(to, all, sizeof all);
}

/* Where the text stands: sealed into it, so that it opens nowhere else. */
static struct str place_of(struct arena *a, struct case_key k)
{
    return str_printf(a, "case/%lld/%lld", (long long)k.office_id, (long long)k.case_id);
}

bool case_seal_string(struct arena *a, const struct keys *keys, struct case_key k, struct str s, struct str *ret_sealed,
                      struct err *e)
{
    if (s.n > SEALED_MAX)
        return FAIL(e, ERR_TOO_LARGE, "err.text.long", NULL);
    *ret_sealed = key_seal(keys, KEY_IDENTITY, a, place_of(a, k), s);
    return true;
}

bool case_unseal_string(struct arena *a, const struct keys *keys, struct case_key k, struct str sealed, struct str *ret,
                        struct err *e)
{
    return key_unseal(keys, KEY_IDENTITY, a, place_of(a, k), sealed, ret) ||
           FAIL(e, ERR_STORE, "err.store.damaged", "a sealed text does not open");
}

static struct str pack(struct arena *a, struct str *const *parts, size_t n)
{
    struct strbuf b;
    strbuf_init(&b, a, SEALED_MAX);
    for (size_t i = 0; i < n; i++) {
        strbuf_printf(&b, "%zu:", parts[i]->n);
        strbuf_str(&b, *parts[i]);
    }
    return b.full ? STR("") : strbuf_text(&b);
}

bool case_seal_text(struct arena *a, const struct keys *keys, struct case_key k, const struct case_text *t,
                    struct str *ret_sealed, struct err *e)
{
    struct str *parts[PARTS];
    struct case_text copy = *t;
    parts_of(&copy, parts);
    struct str packed = pack(a, parts, PARTS);
    if (!packed.n)
        return FAIL(e, ERR_TOO_LARGE, "err.text.long", NULL);
    return case_seal_string(a, keys, k, packed, ret_sealed, e);
}

/* "12:twelve bytes" off the front of *rest. */
static bool take_part(struct str *rest, struct str *ret)
{
    struct str digits;
    int64_t n;
    if (!rest->n || !str_split(rest, ':', &digits) || !str_int(digits, &n) || n < 0 || (uint64_t)n > rest->n)
        return false;
    *ret = str_cut(*rest, 0, (size_t)n);
    *rest = str_cut(*rest, (size_t)n, rest->n);
    return true;
}

bool case_unseal_text(struct arena *a, const struct keys *keys, struct case_key k, struct str sealed,
                      struct case_text *ret, struct err *e)
{
    struct str rest;
    struct str *parts[PARTS];
    struct case_text t = {0};
    if (!case_unseal_string(a, keys, k, sealed, &rest, e))
        return false;
    parts_of(&t, parts);
    for (int i = 0; i < PARTS && (i < SINCE || rest.n); i++) {
        if (!take_part(&rest, parts[i]))
            return FAIL(e, ERR_STORE, "err.store.damaged", "sealed text");
    }
    *ret = t;
    return true;
}

struct str case_pack_identity(struct arena *a, const struct case_identity *who)
{
    struct str *parts[PARTS];
    struct case_text t = {.who = *who};
    parts_of(&t, parts);
    return pack(a, parts + WHO, PARTS - WHO);
}

bool case_unpack_identity(struct str packed, struct case_identity *ret, struct err *e)
{
    struct str *parts[PARTS];
    struct case_text t = {0};
    parts_of(&t, parts);
    for (int i = WHO; i < PARTS && (i < SINCE || packed.n); i++) {
        if (!take_part(&packed, parts[i]))
            return FAIL(e, ERR_STORE, "err.store.damaged", "a sealed identity");
    }
    *ret = t.who;
    return true;
}

struct str case_file_keys(struct arena *a, const struct case_file *files, size_t n)
{
    struct strbuf b;
    strbuf_init(&b, a, 4096);
    for (size_t i = 0; i < n; i++) {
        if (files[i].own && files[i].key.n)
            strbuf_printf(&b, "%zu " STR_FMT " " STR_FMT "\n", i + 1, STR_ARG(files[i].key), STR_ARG(files[i].name));
    }
    return strbuf_text(&b);
}

bool case_file_key(struct case_identity who, struct case_file *f)
{
    struct str line, no, key;
    int64_t n;
    while (str_split(&who.files, '\n', &line)) {
        if (str_split(&line, ' ', &no) && str_split(&line, ' ', &key) && str_int(no, &n) && n == f->file_no) {
            f->key = key;
            f->name = line;
            return true;
        }
    }
    return false;
}

struct str case_folded(struct arena *a, const struct case_text *t)
{
    struct strbuf b;
    strbuf_init(&b, a, t->title.n + t->body.n + 1);
    strbuf_room(&b, t->title.n + t->body.n + 1);
    strbuf_str(&b, t->title);
    strbuf_char(&b, ' ');
    strbuf_str(&b, t->body);
    return text_fold(a, strbuf_text(&b));
}

void case_marks_of(struct arena *a, const struct keys *keys, const struct case_text *t, int64_t ret_marks[CASE_MARKS])
{
    case_marks(key_bytes(keys, KEY_MARKS), case_folded(a, t), ret_marks);
}

struct case_reading case_reading_of(struct arena *a, const struct keys *keys, bool sealed, const struct case_text *t)
{
    struct case_reading r;
    struct str folded = case_folded(a, t);
    case_marks(key_bytes(keys, KEY_MARKS), folded, r.marks);
    r.folded = sealed ? STR("") : folded;
    r.content = sealed ? key_mac(keys, KEY_IDENTITY, t->body) : digest_of(t->body.p, t->body.n);
    return r;
}
