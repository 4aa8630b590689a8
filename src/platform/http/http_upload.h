// SPDX-License-Identifier: AGPL-3.0-or-later
/* A multipart body as it comes: fields into memory, files to disk. */
#ifndef PLATFORM_HTTP_UPLOAD_H
#define PLATFORM_HTTP_UPLOAD_H
#include "platform/http/http_exchange.h"

/* Lives in the exchange's arena, its files too: they are unlinked with it.
 * without files: a part with a file name breaks the form. */
struct multipart_body *multipart_body_open(struct exchange *x, struct str boundary, bool files);
void multipart_body_take(struct multipart_body *m, struct str bytes);
/* Syncs the files and fills r->files; gives the fields. May block. */
struct http_fields *multipart_body_end(struct multipart_body *m, struct request *r);
/* Makes DIR/incoming, removes what a crash left in it; gives its path. */
bool uploads_prepare(struct arena *a, const char *data_dir, struct str *ret_dir, struct err *e);
#endif
