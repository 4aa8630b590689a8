// SPDX-License-Identifier: AGPL-3.0-or-later
/* Text: a borrowed run of bytes, and a buffer that grows to a ceiling.
 *
 * struct str is UTF-8 in NFC everywhere behind the border (text_accept in
 * text.h is the border). It need not end in NUL: use str_z where C needs one. */
#ifndef BASE_STR_H
#define BASE_STR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct str {
    const char *p;
    size_t n; /* bytes */
};

#define STR(literal) ((struct str){"" literal "", sizeof(literal) - 1})
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""

struct str str_of(const char *z);                        /* borrows z; NULL gives the empty text */
struct str str_copy(struct arena *a, struct str s);      /* gives a copy that ends in NUL */
char *str_z(struct arena *a, struct str s);              /* the same as a C string */
struct str str_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *z);
int str_cmp(struct str a, struct str b);                 /* by bytes */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_find(struct str s, struct str part, size_t *ret_at);
struct str str_cut(struct str s, size_t from, size_t n); /* clipped to s */
struct str str_trim(struct str s);                       /* ASCII white space at both ends */

/* Takes the part of *rest before the first `sep` and moves *rest behind it;
 * false when *rest was spent. An iterator over a,b,c. */
bool str_split(struct str *rest, char sep, struct str *ret_part);

/* A decimal number, whole text, no sign but '-'; false on anything else. */
bool str_int(struct str s, int64_t *ret_n);

/* A buffer with a required ceiling in bytes. Past the ceiling nothing more is
 * added and `full` is set: check it once at the end. Lives in its arena. */
struct strbuf {
    struct arena *arena;
    char *p;
    size_t n, cap, ceiling;
    bool full;
};

void strbuf_init(struct strbuf *b, struct arena *a, size_t ceiling);
void strbuf_add(struct strbuf *b, const void *p, size_t n);
void strbuf_str(struct strbuf *b, struct str s);
void strbuf_z(struct strbuf *b, const char *z);
void strbuf_char(struct strbuf *b, char c);
void strbuf_int(struct strbuf *b, int64_t n);
void strbuf_printf(struct strbuf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Room for n more bytes, or NULL past the ceiling (full is set). The caller
 * writes up to n bytes and adds what it wrote to b->n. */
char *strbuf_room(struct strbuf *b, size_t n);

/* What has been written, with a NUL behind it; lives in the arena. */
struct str strbuf_text(struct strbuf *b);
#endif
