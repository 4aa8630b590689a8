// SPDX-License-Identifier: AGPL-3.0-or-later
/* Files of web/ as ready answers under /a/. */
#ifndef PLATFORM_HTTP_ASSET_H
#define PLATFORM_HTTP_ASSET_H
#include "platform/http/http_exchange.h"

struct assets_served *assets_open(void);
void assets_close(struct assets_served *a);
/* Answers a GET of /a/NAME; false when there is none of that name. */
bool assets_answer(const struct assets_served *a, struct exchange *x);
/* text/css; charset=utf-8 of dinh.css */
const char *asset_type(struct str name);
#endif
