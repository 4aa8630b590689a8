// SPDX-License-Identifier: AGPL-3.0-or-later
/* The face: page frame and components, the same in portal and desk.
 *
 * Types and C verbs are here; the templates are in ui.html, ui_form.html,
 * ui_parts.html (include "ui.html.h", which brings all of them) and take these
 * types. Whatever ends in _msg is a message id; everything borrowed must live
 * as long as the page is written. No component writes style or script: the
 * content policy forbids both. docs: each template says what it draws. */
#ifndef PLATFORM_UI_H
#define PLATFORM_UI_H
#include "base/qr.h"
#include "platform/form/form.h"

enum ui_face { UI_PORTAL, UI_DESK, UI_PAPER }; /* people; officials; a sheet of A4 without navigation */
enum ui_tone { UI_PLAIN, UI_INFO, UI_GOOD, UI_WARN, UI_BAD };

/* A link: the message, or the text when msg is NULL. */
struct ui_link {
    struct str href;
    const char *msg;
    struct str text;
    int64_t count; /* shown behind it when > 0 */
    bool current;
};

/* A page: {{call ui_page_open(&p->page)}} … <h1> … {{call ui_page_close(&p->page)}}. */
struct ui_page {
    const struct request *request;
    enum ui_face face;
    const char *title_msg;   /* or title, when NULL; unique on the site */
    struct str title;
    const char *nav;         /* path of the current entry of the navigation: "/track"; NULL none */
    const struct form *form; /* when it has errors, the title says so first; may be NULL */
    const struct ui_link *crumbs; /* where this page hangs, highest first, without itself */
    size_t crumbs_n;
    const char *notice_msg;  /* said above the contents; or notice, when NULL */
    struct str notice;
    enum ui_tone notice_tone;
    struct str office;       /* desk and paper: whose it is */
    bool wide;               /* portal: tables and lists rather than reading width */
    bool full;               /* portal: <section>s as wide as the screen, each with a <div class="in"> */
};

/* One step of a matter. */
enum ui_step_state { UI_STEP_DONE, UI_STEP_NOW, UI_STEP_NEXT, UI_STEP_LATE, UI_STEP_STOPPED };
struct ui_step {
    struct instant when;  /* ms 0: not yet; then day is the day it is due, if any */
    struct day day;
    const char *title_msg;
    struct str title;     /* when title_msg is NULL */
    struct str text;      /* may be empty */
    enum ui_step_state state;
};

/* A legal time limit. used and total count in the rule's own days. */
enum ui_clock { UI_CLOCK_RUNS, UI_CLOCK_LATE, UI_CLOCK_PAUSED, UI_CLOCK_KEPT, UI_CLOCK_MISSED };
struct ui_deadline {
    enum ui_clock state;
    int64_t used, total, left; /* left: days to go, or days late */
    struct day due;
    struct str rule;           /* name and article, from the rulebook; may be empty */
    struct str href;           /* to its explanation; may be empty */
};

/* A day of an explained limit. */
struct ui_day {
    struct day day;
    int64_t number;  /* the how-manieth counted day; 0 when not counted */
    struct str why;  /* reason when not counted */
    bool due;
};

/* A line of a summary (check your answers, facts of a case). */
struct ui_row {
    const char *msg;
    struct str label;          /* when msg is NULL */
    struct str text;           /* written as paragraphs */
    const char *text_msg;      /* instead of text */
    struct str change_href;    /* "Change" link; may be empty */
};

/* A page of a list. href ends where the number goes: "/published?unit=4&page=". */
struct ui_pager {
    struct str href;
    int64_t page, pages, total; /* 1-based */
};

/* What to keep after something was done: the number, large. */
struct ui_panel {
    const char *title_msg, *label_msg;
    struct str number;
    const char *text_msg;      /* may be NULL */
};

/* A figure of a band. */
struct ui_figure {
    const char *msg;
    int64_t n;
    bool percent;
    struct str href;           /* to the cases behind it; may be empty */
};

/* The head of a sheet for the notice board or a receipt. */
struct ui_paper {
    struct str above, office;  /* superior body; the office itself */
    struct str number, place;  /* register number; place of the date line; may be empty */
    struct day day;
    const char *title_msg;
    struct str subtitle;
};

/* A page for what went wrong: see ui_error. */
struct ui_error {
    int status;
    const char *msg;       /* what happened, of the err */
    struct str kept;       /* text the person had typed, given back; may be empty */
    struct str request_id;
    struct str back;       /* where to go on; "/" when empty */
};

/* Starts a page of up to 1 MB for a request, with its language, zone and token. */
struct html *ui_begin(struct request *r);
/* Writes the page of a failed request: http_options.error_page can be this. */
void ui_error_answer(struct request *r, const struct err *e, struct response *p);
/* The same page in another language: path and query with lang= exchanged. */
struct str ui_lang_link(struct arena *a, const struct request *r, enum lang lang);
/* A text as a QR code (SVG, quiet zone); nothing when it is too long (base/qr.h). */
void ui_qr(struct html *h, struct str text, const char *label_msg);
void ui_qr_made(struct html *h, const struct qr *code, const char *label_msg);
#endif
