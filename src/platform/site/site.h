// SPDX-License-Identifier: AGPL-3.0-or-later
/* What a running program is made of: reached from a request as r->app. Filled
 * by app/ before the server starts; read only while it runs, but for the
 * rulebook, in whose place another may be put: what was read of the first stays. */
#ifndef PLATFORM_SITE_H
#define PLATFORM_SITE_H
#include "platform/http/http.h"

struct keys;
struct mailer;   /* of platform/mail; opaque here */
struct rulebook; /* of features/rules; opaque here */
struct people;   /* of features/people; opaque here */
struct facts;    /* of features/facts; opaque here */
struct board_shelf; /* of features/review; opaque here */
struct case_mover; /* of features/cases; opaque here */

struct qr_series;
struct site {
    struct store *store;
    const struct keys *keys;
    const struct rulebook *_Atomic rules;
    _Atomic uint64_t rules_taken; /* how often another was put there: pages kept from before are stale */
    const struct mailer *mail;
    struct people *people;
    struct facts *facts;
    struct board_shelf *boards; /* kept ready; NULL: none are */
    const struct case_mover *movers; /* what other features keep of a matter that is sealed later */
    const char *data_dir;
    const char *files_dir;   /* DIR/files: attachments */
    struct str base_url;     /* "http://127.0.0.1:8080": what QR codes and mails begin with */
    const struct qr_series *receipts; /* codes of base_url and a tracking code; NULL: made one by one */
    int zone_minutes;        /* east of Greenwich, of the offices */
    struct instant start;    /* --now: the clock began here … */
    struct instant started;  /* … when the system's stood here */
    bool simulated;          /* --now was given */
};

static inline struct site *site_of(const struct request *r) { return r->app; }
#endif
