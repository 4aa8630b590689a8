// SPDX-License-Identifier: AGPL-3.0-or-later
/* Messages in the reader's language. Catalogues are locale/LANG.po and
 * locale/LANG/FEATURE.po, compiled by msgfmt -c and embedded; ids are words
 * with dots ("case.state.settled"). A message holds {name} places and, for
 * counted ones, plural forms chosen by {n}. An id used in C as MSG("…") or in
 * a template as {{t …}} that one of the three catalogues lacks fails the
 * build. See docs/TEMPLATES.md. */
#ifndef PLATFORM_I18N_H
#define PLATFORM_I18N_H
#include "base/day.h"
#include "base/str.h"

enum lang { LANG_VI, LANG_FR, LANG_EN, LANGS };

/* Marks an id in C for the build's check; the value is the id itself. */
#define MSG(id) ("" id "")

/* A place's value. */
struct msg_arg {
    const char *name;
    struct str text;
    int64_t n;
    bool is_number;
};
static inline struct msg_arg arg_str(const char *name, struct str s) { return (struct msg_arg){name, s, 0, false}; }
static inline struct msg_arg arg_int(const char *name, int64_t n) { return (struct msg_arg){name, {0}, n, true}; }
struct msg_args {
    const struct msg_arg *v;
    size_t n;
};
#define ARGS(...) ((struct msg_args){(const struct msg_arg[]){__VA_ARGS__}, \
    sizeof((const struct msg_arg[]){__VA_ARGS__}) / sizeof(struct msg_arg)})
#define NO_ARGS ((struct msg_args){NULL, 0})

/* Loads the embedded catalogues; aborts when one is damaged (they are ours).
 * Call once before threads start; i18n_lookup is then free of locks. */
void i18n_init(void);

/* The message as it stands (its first form when it is counted); an unknown id
 * gives the id. Borrows static text that ends in NUL. Cost: a hash, ~10 ns. */
struct str i18n_text(enum lang lang, const char *id);

/* With places filled; numbers are written in the language's way (so give a
 * year or a code as text); a place without its argument stays as it is. When
 * args has a number named "n", it chooses the plural form. Lives in a. */
struct str i18n_format(struct arena *a, enum lang lang, const char *id, struct msg_args args);

/* The form of a message that args choose; and its pieces one after the other: a
 * literal, then the argument of the place behind it (NULL when there is none);
 * false at the end. For writers that escape. */
struct str i18n_pick(enum lang lang, const char *id, struct msg_args args);
bool msg_next(struct str *rest, struct msg_args args, struct str *ret_literal, const struct msg_arg **ret_arg);

const char *lang_tag(enum lang lang);   /* "vi" */
const char *lang_name(enum lang lang);  /* "Tiếng Việt" */
bool lang_parse(struct str tag, enum lang *ret_lang); /* "fr", "fr-CA" */
/* The best of an Accept-Language header; LANG_VI when none fits. */
enum lang lang_accept(struct str header);

/* As an official of the language writes them: 06/07/2026 · 6 juillet 2026 …
 * DAY_NONE gives the empty text. */
struct str i18n_day(struct arena *a, enum lang lang, struct day d);        /* short, digits */
struct str i18n_day_long(struct arena *a, enum lang lang, struct day d);   /* with weekday */
struct str i18n_instant(struct arena *a, enum lang lang, struct instant t, int offset_minutes);
struct str i18n_number(struct arena *a, enum lang lang, int64_t n);        /* grouped */
struct str i18n_bytes(struct arena *a, enum lang lang, int64_t bytes);     /* "2,4 MB" */

/* A compiled catalogue (.mo, little-endian) read from bytes, which it borrows;
 * every offset is checked. A text holds its plural forms with NULs between,
 * and a NUL stands behind it. mo_open is false on anything damaged. */
struct mo;
bool mo_open(struct arena *a, struct str bytes, struct mo **ret_mo);
bool mo_find(const struct mo *m, struct str id, struct str *ret_text);
#endif
