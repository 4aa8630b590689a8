// SPDX-License-Identifier: AGPL-3.0-or-later
/* Pages of the program itself: health and figures for who runs it. */
#ifndef APP_PAGES_H
#define APP_PAGES_H
#include "platform/http/http.h"

extern const struct route app_own_routes[];
#endif
