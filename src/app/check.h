// SPDX-License-Identifier: AGPL-3.0-or-later
/* Soundness of a data directory, all of it. */
#ifndef APP_CHECK_H
#define APP_CHECK_H
#include "app/cli.h"

struct check_result {
    bool files;                          /* in: read the attachments too */
    bool recount;                        /* in: lay the facts of all acts out anew and compare with those that are kept */
    bool keyless;                        /* in: there are no keys; what is sealed is not opened */
    bool sound;
    int64_t unopened;                    /* attachments that only a key would open */
    int64_t acts, attachments, orphans;  /* orphans: files that no row names, left by an interrupted sending */
};

/* Pages, keys and indexes of the database; the chain of acts; every attachment
 * there, with its size (and digest when files). Problems as lines into report. */
bool check_all(struct cli *c, struct check_result *x, struct strbuf *report, struct err *e);
#endif
