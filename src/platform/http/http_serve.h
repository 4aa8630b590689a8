// SPDX-License-Identifier: AGPL-3.0-or-later
/* What the library calls for each request. */
#ifndef PLATFORM_HTTP_SERVE_H
#define PLATFORM_HTTP_SERVE_H
#include "platform/http/http_exchange.h"

void *serve_uri(void *cls, const char *uri, struct MHD_Connection *connection);
enum MHD_Result serve_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *bytes, size_t *n, void **context);
void serve_completed(void *cls, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode how);
void exchanges_free(struct http_server *s);
#endif
