// SPDX-License-Identifier: AGPL-3.0-or-later
/* The matters of a citizen's account: those she handed in while signed in. */
#ifndef FEATURES_CASE_MINE_H
#define FEATURES_CASE_MINE_H
#include "features/cases/case_rows.h"
#include "platform/ui/ui.h"

enum { CASE_MINE_MAX = 200 };

bool case_owner_add(struct tx *tx, struct case_key key, int64_t account_id, struct err *e);
/* Newest first, at most CASE_MINE_MAX; ret->v lives in a. */
bool case_owned(struct rd *rd, struct arena *a, int64_t account_id, struct case_list *ret, struct err *e);
bool case_is_owned(struct rd *rd, struct case_key key, int64_t account_id, bool *ret, struct err *e);

bool mine_get(struct request *r, struct response *out, struct err *e);
bool mine_open_post(struct request *r, struct response *out, struct err *e);

struct mine_line {
    const struct case_facts *c;
    struct str state;
};
struct mine_page {
    struct ui_page page;
    const struct mine_line *lines;
    size_t lines_n;
};
#endif
