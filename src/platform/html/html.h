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

/* Text context: & < > become entities. Attribute context: also " and '. URL
 * context: a path of ours, http(s), mailto or tel; anything else becomes "#". */
void html_text_str(struct html *h, struct str s);
void html_text_z(struct html *h, const char *s);
void html_text_int(struct html *h, int64_t n);
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

#define html_text(h, x) _Generic((x), struct str: html_text_str, char *: html_text_z, const char *: html_text_z, \
    struct day: html_text_day, struct instant: html_text_instant, struct markup: html_text_markup, \
    default: html_text_int)((h), (x))
#define html_attr(h, x) _Generic((x), struct str: html_attr_str, char *: html_attr_z, const char *: html_attr_z, \
    struct day: html_attr_day, struct instant: html_attr_instant, default: html_attr_int)((h), (x))
#define html_url(h, x) _Generic((x), struct str: html_url_str, char *: html_url_z, const char *: html_url_z)((h), (x))

/* A message, escaped for its context (its arguments too). */
void html_msg_text(struct html *h, const char *id, struct msg_args args);
void html_msg_attr(struct html *h, const char *id, struct msg_args args);

/* A run of bytes from a template. */
void html_raw(struct html *h, const char *p, size_t n);

/* Text as paragraphs: blank lines part them, single newlines become <br>. */
void html_paragraphs(struct html *h, struct str s);
#endif
