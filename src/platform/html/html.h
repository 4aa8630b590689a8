// SPDX-License-Identifier: AGPL-3.0-or-later
/* HTML is its own type that only templates make; everything else is escaped.
 *
 * tools/templates.py compiles X.html to X.html.c and X.html.h: one C function
 * per {{template}}, whose argument is a typed struct, so that a misspelt field
 * does not compile. See docs/TEMPLATES.md for the language. */
#ifndef PLATFORM_HTML_H
#define PLATFORM_HTML_H
#include "base/day.h"
#include "base/str.h"
#include "platform/i18n/i18n.h"

/* Where a page is written: what every template may need of the request. */
struct html {
    struct strbuf *b;
    struct arena *arena;
    enum lang lang;
    int zone_minutes;
    struct str csrf;   /* token for {{csrf}}; empty on pages without forms */
};

/* Finished HTML, made by a template or html_markup only. */
struct markup {
    struct str s;
};

/* A part of a page written on its own, to be given to a template as markup:
 * call templates with &part, then html_markup(&part). b must outlive it. */
struct html html_part_of(const struct html *h, struct strbuf *b, size_t ceiling);
struct markup html_markup(const struct html *part);

/* Text context: & < > become entities. Attribute context: also " and '. URL
 * context: a path of ours (not //…), #…, ?…, http(s), mailto or tel; anything
 * else becomes "#". Part context (behind the beginning of a link that the
 * template wrote): all but letters, digits and -._~ is percent-encoded.
 * Cost: a scan of 16 bytes at a time and a copy. */
void html_text_str(struct html *h, struct str s);
void html_text_z(struct html *h, const char *s);
void html_text_int(struct html *h, int64_t n);            /* plain digits: see html_num */
void html_text_day(struct html *h, struct day d);         /* in the language's way */
void html_text_instant(struct html *h, struct instant t); /* day and hour */
void html_text_markup(struct html *h, struct markup m);
void html_attr_str(struct html *h, struct str s);
void html_attr_z(struct html *h, const char *s);
void html_attr_int(struct html *h, int64_t n);
void html_attr_day(struct html *h, struct day d);         /* ISO: for datetime and value */
void html_attr_instant(struct html *h, struct instant t); /* RFC 3339 */
void html_url_str(struct html *h, struct str s);
void html_url_z(struct html *h, const char *s);
void html_part_str(struct html *h, struct str s);
void html_part_z(struct html *h, const char *s);
void html_part_int(struct html *h, int64_t n);
void html_part_day(struct html *h, struct day d);         /* ISO */

/* By type; a fraction does not compile: say how it is to be written. */
#define html_text(h, x) _Generic((x), struct str: html_text_str, char *: html_text_z, const char *: html_text_z, \
    struct day: html_text_day, struct instant: html_text_instant, struct markup: html_text_markup, \
    double: 0, float: 0, default: html_text_int)((h), (x))
#define html_attr(h, x) _Generic((x), struct str: html_attr_str, char *: html_attr_z, const char *: html_attr_z, \
    struct day: html_attr_day, struct instant: html_attr_instant, \
    double: 0, float: 0, default: html_attr_int)((h), (x))
#define html_url(h, x) _Generic((x), struct str: html_url_str, char *: html_url_z, const char *: html_url_z)((h), (x))
#define html_part(h, x) _Generic((x), struct str: html_part_str, char *: html_part_z, const char *: html_part_z, \
    struct day: html_part_day, default: html_part_int)((h), (x))

/* A message, escaped for its context (its arguments too). */
void html_msg_text(struct html *h, const char *id, struct msg_args args);
void html_msg_attr(struct html *h, const char *id, struct msg_args args);

/* html_arg(h, "due", p->due): an argument of a message, by type; a day or an
 * instant is written in the language's way, a number with its grouping. */
struct msg_arg html_arg_str(struct html *h, const char *name, struct str s);
struct msg_arg html_arg_z(struct html *h, const char *name, const char *s);
struct msg_arg html_arg_int(struct html *h, const char *name, int64_t n);
struct msg_arg html_arg_day(struct html *h, const char *name, struct day d);
struct msg_arg html_arg_instant(struct html *h, const char *name, struct instant t);
#define html_arg(h, name, x) _Generic((x), struct str: html_arg_str, char *: html_arg_z, const char *: html_arg_z, \
    struct day: html_arg_day, struct instant: html_arg_instant, default: html_arg_int)((h), (name), (x))

/* What the words of the template language write. */
void html_raw(struct html *h, const char *p, size_t n);  /* a run of bytes from a template */
void html_num(struct html *h, int64_t n);                /* with the language's grouping */
void html_longday(struct html *h, struct day d);         /* with the weekday */
void html_csrf(struct html *h);                          /* the hidden input */
void html_asset(struct html *h, const char *name);       /* link to a file of web/ */
/* Text as paragraphs: blank lines part them, single newlines become <br>. */
void html_paragraphs(struct html *h, struct str s);
#endif
