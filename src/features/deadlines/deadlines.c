// SPDX-License-Identifier: AGPL-3.0-or-later
/* The index of the folder: migrations and routes. */
#include "features/deadlines/deadlines_pages.h"

const struct migration_file deadlines_migrations[] = {
    {"deadlines/001", "src/features/deadlines/001_deadlines.sql"},
    {NULL, NULL},
};

enum { OFFICIALS = ROLE_RECEPTION | ROLE_SETTLING | ROLE_LEADER | ROLE_SUPERVISOR | ROLE_STEERING };

const struct route deadlines_routes[] = {
    {"GET", "/desk/notices", notices_get, OFFICIALS, 0, NULL, "what she has been told of deadlines and has not seen yet"},
    {"POST", "/desk/notices", notices_post, OFFICIALS, 0, NULL, "marks a notice, or all, as seen"},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};
