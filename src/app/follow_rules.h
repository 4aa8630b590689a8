// SPDX-License-Identifier: AGPL-3.0-or-later
/* A server that takes up another version of the rulebook while it runs. */
#ifndef APP_FOLLOW_RULES_H
#define APP_FOLLOW_RULES_H
#include "app/open.h"

struct rules_follow {
    struct site *site;
    struct arena books;          /* every version taken up: requests may still read an older one, so none is freed */
    struct str pack;
    int64_t version;             /* taken up; 0: none yet */
    int passes;                  /* re-datings still to make */
};
/* Of a site whose rulebook was just read. Ends with rules_follow_close. */
void rules_follow_open(struct rules_follow *f, struct site *site);
void rules_follow_close(struct rules_follow *f);

/* A tick (with: the follower): looks for another version, by whatever process
 * it was loaded, takes it up, and gives the open steps their due days by it:
 * those that a loading that was broken off left, and, once more a moment later,
 * those that were begun by the version before meanwhile. */
bool rules_follow(void *with, struct instant now, struct err *e);
#endif
