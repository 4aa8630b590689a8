// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/deadlines/deadlines_pages.h"

#include "deadlines.html.h"
#include "platform/i18n/i18n.h"
#include "platform/site/site.h"

/* To the calculator, when the plain question leads to that day; a matter that is complex, prolonged or was interrupted
 * explains itself on its own page. */
static struct str explained(const struct request *r, const struct deadline_notice *n, struct str matter)
{
    struct rule_due due;
    struct err hidden;
    char start[11];
    const struct rule_clock_question q = {.procedure = n->procedure, .step = n->step, .start = n->start};
    if (rulebook_due(site_of(r)->rules, r->arena, &q, &due, &hidden) && due.day.n == n->due.n)
        return str_printf(r->arena, "/clock?what=" STR_FMT "/" STR_FMT "&start=%s", STR_ARG(n->procedure), STR_ARG(n->step),
                          day_format(n->start, start));
    return matter;
}

static struct notice_row row_of(const struct request *r, const struct deadline_notice *n)
{
    const struct rule_warning *w = rulebook_warning(site_of(r)->rules, n->mark);
    const struct rule_procedure *p = rulebook_procedure(site_of(r)->rules, n->procedure);
    struct notice_row row = {.n = *n, .mark = w ? w->name.text[r->lang] : n->mark,
                             .procedure = p ? p->name.text[r->lang] : n->procedure};
    if (n->may_open)
        row.href = str_printf(r->arena, "/desk/cases/%lld/%lld", (long long)n->key.office_id, (long long)n->key.case_id);
    row.why = explained(r, n, row.href);
    return row;
}

bool notices_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct deadline_notices list;
    struct notices_page p = {.page = {.request = r, .face = UI_DESK, .title_msg = MSG("deadlines.title"), .nav = "/desk/notices",
                                      .wide = true}};
    const struct case_world world = {.rules = site_of(r)->rules, .keys = site_of(r)->keys, .zone_minutes = r->zone_minutes,
                                     .today = instant_day(r->now, r->zone_minutes)};
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    const struct case_look look = {rd, r->arena, &world, &r->viewer};
    bool good = deadlines_notices(&look, &list, e);
    store_read_end(rd);
    if (!good)
        return false;
    p.rows = arena_array(r->arena, struct notice_row, list.n ? list.n : 1);
    for (size_t i = 0; i < list.n; i++)
        p.rows[p.rows_n++] = row_of(r, &list.v[i]);
    struct html *h = ui_begin(r);
    notices_show(h, &p);
    response_html(out, h);
    return true;
}

bool notices_post(struct request *r, struct response *out, struct err *e)
{
    struct deadline_seen seen = {.actor = &r->viewer, .now = r->now};
    struct str no = request_form(r, "no");
    if (no.n && (!str_int(no, &seen.no) || seen.no < 1 || !str_int(request_form(r, "office"), &seen.office_id)))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    if (!store_run(site_of(r)->store, deadlines_see, &seen, e))
        return false;
    response_redirect(out, STR("/desk/notices"));
    return true;
}
