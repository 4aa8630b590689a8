// SPDX-License-Identifier: AGPL-3.0-or-later
/* Opening what a data directory holds. */
#ifndef APP_OPEN_H
#define APP_OPEN_H
#include "app/cli.h"
#include "features/cases/cases.h"
#include "features/people/people.h"
#include "platform/config/config.h"
#include "platform/mail/mail.h"
#include "platform/site/site.h"

/* Paths in a data directory. */
struct str open_path(struct cli *c, const char *name);

/* The civil day of the command's clock in the offices' zone. */
struct day open_today(struct cli *c);

/* Are there data already: a file dinh.db, or rows on the server that --database names? Its schema is made for that. */
bool open_is_used(struct cli *c, bool *ret, struct err *e);

/* Applies every feature's migrations. */
bool open_migrate(struct store *s, struct arena *a, struct err *e);

/* Store, keys, current rulebook and people of the data directory, as the site
 * of a program. Ends with open_close. The store is the cli's own. */
struct opened {
    struct site site;
    struct keys *keys;
    struct config *config;
    struct mailer mailer;
    struct rulebook *rules;
    struct case_world world;
};
bool open_site(struct cli *c, struct opened *o, struct err *e);
/* The facts that reviews count, of an opened site: for who needs them. */
bool open_facts(struct cli *c, struct opened *o, struct err *e);
void open_close(struct opened *o);

/* The clock of a site: the system's, or one that began at --now. */
struct instant open_now(void *site);
#endif
