// SPDX-License-Identifier: AGPL-3.0-or-later
/* Mail: a command puts a letter into the outbox, in its own transaction; a job
 * gives it to the SMTP server (RFC 5321). At rest it is encrypted; once taken
 * or refused for good it is deleted. Logs hold numbers, never an address. */
#ifndef PLATFORM_MAIL_H
#define PLATFORM_MAIL_H
#include "platform/auth/keys.h"
#include "platform/config/config.h"
#include "platform/jobs/jobs.h"

extern const struct migration_file mail_migrations[];
extern const struct setting mail_settings[];
/* with: a struct mailer. */
extern const struct job_kind mail_jobs[];

/* How mail is sent; read only after mailer_open. */
struct mailer {
    const struct keys *keys;
    struct str host; /* empty: no mail is sent, and none is kept */
    int64_t port;
    struct str tls;  /* "none", "starttls" (required), "implicit" */
    struct str user, password, from, ca_file;
};
/* From mail_settings; borrows. ERR_BAD_INPUT "err.mail.settings": a host
 * without a sender's address. Call before threads start. */
bool mailer_open(const struct config *c, const struct keys *keys, struct mailer *ret, struct err *e);

struct letter {
    int64_t office_id;
    struct str to;      /* one address */
    struct str subject; /* one line */
    struct str text;    /* plain text */
};

/* Fails with ERR_BAD_INPUT "err.mail.address" or "err.mail.subject" (more than
 * one line). Without a host does nothing. */
bool mail_queue(struct tx *tx, const struct mailer *m, const struct letter *l, struct instant now, struct err *e);

/* Can a letter go to this address? One @, ASCII, no space nor sign of structure. */
bool mail_address(struct str s);

/* The message as it goes over the wire (RFC 5322): headers encoded (RFC 2047),
 * text in base64, lines of at most 78. `id`: the same for each try. */
bool mail_format(struct strbuf *b, const struct mailer *m, const struct letter *l, struct str id, struct instant now,
                 struct err *e);

/* Hands one letter over. *ret_code: the server's answer, 0 when there was
 * none. Fails with ERR_BAD_INPUT "err.mail.refused" when it is refused for
 * good (5yz), ERR_BUSY "err.mail.later" when another try may help. */
bool mail_send(struct arena *a, const struct mailer *m, const struct letter *l, struct str message, long *ret_code,
               struct err *e);
#endif
