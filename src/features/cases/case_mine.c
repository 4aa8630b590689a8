// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_mine.h"

#include "case_mine.html.h"
#include "features/people/people.h"
#include "platform/site/site.h"

bool mine_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct case_list list;
    struct mine_page p = {.page = {.request = r, .title_msg = MSG("people.matters"), .wide = true}};
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    bool good = case_owned(rd, r->arena, r->viewer.user_id, &list, e);
    store_read_end(rd);
    if (!good)
        return false;
    struct mine_line *lines = arena_array(r->arena, struct mine_line, list.n ? list.n : 1);
    for (size_t i = 0; i < list.n; i++)
        lines[i] = (struct mine_line){&list.v[i], rulebook_state_name(site_of(r)->rules, list.v[i].state, r->lang)};
    p.lines = lines;
    p.lines_n = list.n;
    struct html *h = ui_begin(r);
    mine_html(h, &p);
    response_html(out, h);
    return true;
}

/* Opens one as its tracking code would. */
bool mine_open_post(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct case_key key = {0};
    bool owned = false;
    if (!str_int(request_form(r, "office"), &key.office_id) || !str_int(request_form(r, "case"), &key.case_id))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    bool good = case_is_owned(rd, key, r->viewer.user_id, &owned, e);
    store_read_end(rd);
    if (!good)
        return false;
    if (!r->viewer.user_id || !owned)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    people_track(r, out, key.office_id, key.case_id);
    response_redirect(out, STR("/track/matter"));
    return true;
}
