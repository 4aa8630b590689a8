// SPDX-License-Identifier: AGPL-3.0-or-later
/* What the frame's templates ask of C. Features need only ui.h. */
#ifndef PLATFORM_UI_PAGE_H
#define PLATFORM_UI_PAGE_H
#include "platform/ui/ui.h"

/* An entry of the navigation; minor ones move to the foot on a phone. */
struct ui_nav {
    const char *path, *msg, *icon;
    bool minor;
};
extern const struct ui_nav ui_portal_nav[], ui_desk_nav[], ui_foot_nav[];
extern const size_t ui_portal_nav_n, ui_desk_nav_n, ui_foot_nav_n;
extern const enum lang ui_langs[LANGS];

const char *ui_face_word(enum ui_face f);
const char *ui_tone_word(enum ui_tone t);
const char *ui_tone_icon(enum ui_tone t);
const char *ui_step_word(enum ui_step_state s);
const char *ui_step_msg(enum ui_step_state s);
const char *ui_clock_word(enum ui_clock s);
const char *ui_lang_short(enum lang lang); /* "VI" */
/* "Title – Dinh"; "Error: " before it when the form has errors. */
struct str ui_title(const struct html *h, const struct ui_page *p);
bool ui_nav_here(const struct ui_page *p, const struct ui_nav *n);
/* "/a/icons.svg?v=…#search" */
struct str ui_icon_link(struct arena *a, const char *name);
/* The pager's link to page n. */
struct str ui_pager_link(struct arena *a, const struct ui_pager *p, int64_t n);
/* How much of 100 the ring shows as used: 0..100. */
int64_t ui_ring_share(const struct ui_deadline *d);
#endif
