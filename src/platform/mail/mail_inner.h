// SPDX-License-Identifier: AGPL-3.0-or-later
/* Between the files of this room. */
#ifndef PLATFORM_MAIL_INNER_H
#define PLATFORM_MAIL_INNER_H
#include "platform/mail/mail.h"

enum { MAIL_MAX = 256 * 1024 };

/* The job: reads the letter, sends it, deletes it. */
bool mail_job(const struct job_run *r, const struct job *job, struct err *e);
#endif
