// SPDX-License-Identifier: AGPL-3.0-or-later
/* What an uploaded file is, by its contents and not by its name. */
#ifndef PLATFORM_UPLOAD_SNIFF_H
#define PLATFORM_UPLOAD_SNIFF_H
#include "platform/http/http.h"

enum upload_kind { UPLOAD_PDF, UPLOAD_JPEG, UPLOAD_PNG, UPLOAD_WEBP, UPLOAD_DOCX, UPLOAD_KINDS };

/* Reads the file's beginning and end (at most some 70 KB). false: it is of no
 * kind that is taken, or its name ends as another kind's. */
bool upload_sniff(const struct http_file *f, enum upload_kind *ret_kind);
/* The same of bytes: `head` from the beginning (the first 4 KB or all), `tail`
 * to the end (the last 66 KB or all). Takes any bytes. */
bool upload_sniff_bytes(struct str head, struct str tail, enum upload_kind *ret_kind);
bool upload_name_fits(enum upload_kind kind, struct str file_name);
const char *upload_word(enum upload_kind kind); /* "pdf"; also how names end */
const char *upload_type(enum upload_kind kind); /* "application/pdf" */
bool upload_parse(struct str word, enum upload_kind *ret_kind);
#endif
