// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: the desk's list of notices. */
#ifndef FEATURES_DEADLINES_PAGES_H
#define FEATURES_DEADLINES_PAGES_H
#include "features/deadlines/deadlines.h"
#include "platform/ui/ui.h"

struct notice_row {
    struct deadline_notice n;
    struct str mark, procedure, href, why;
};
struct notices_page {
    struct ui_page page;
    struct notice_row *rows;
    size_t rows_n;
};
bool notices_get(struct request *r, struct response *out, struct err *e);
bool notices_post(struct request *r, struct response *out, struct err *e);
#endif
