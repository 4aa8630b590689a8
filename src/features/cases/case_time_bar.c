// SPDX-License-Identifier: AGPL-3.0-or-later
/* The time bar on the desk's page of a matter. */
#include "features/cases/case_desk.h"
#include "features/cases/case_time_bar.h"
#include "platform/i18n/i18n.h"

const struct desk_obstacle_names desk_obstacles[DESK_OBSTACLES] = {
    {1, "obstacle1", "since1", "until1"}, {2, "obstacle2", "since2", "until2"}, {3, "obstacle3", "since3", "until3"}};

struct str desk_kept(const struct desk_case *p, const struct desk_action *x, const char *name)
{
    return x->opens ? request_form(p->page.request, name) : STR("");
}

static struct day day_of_field(const struct form_value *v)
{
    return v->text.n ? v->day : DAY_NONE;
}

void desk_time_bar_read(const struct form *f, struct case_time_bar_deed *ret)
{
    struct case_time_bar_deed t = {.known = day_of_field(form_get(f, "known"))};
    for (int i = 0; i < DESK_OBSTACLES; i++) {
        const struct form_value *since = form_get(f, desk_obstacles[i].since), *until = form_get(f, desk_obstacles[i].until);
        struct str kind = form_get(f, desk_obstacles[i].kind)->text;
        if (kind.n || since->text.n || until->text.n)
            t.obstacles[t.n++] = (struct case_obstacle){kind, day_of_field(since), day_of_field(until)};
    }
    *ret = t;
}

/* "until 30/09/2026: in time", and the link to how that was counted; empty when nothing was put down. */
bool desk_time_bar_load(struct request *r, const struct case_look *l, const struct case_facts *c, struct desk_time_bar *ret,
                        struct err *e)
{
    struct case_time_bar t;
    if (!case_time_bar(l, c, &t, e))
        return false;
    *ret = (struct desk_time_bar){.there = t.there, .passed = t.passed, .known = t.known, .until = t.until};
    if (!t.there)
        return true;
    ret->href = str_printf(r->arena, "/clock?what=" STR_FMT "/" STR_FMT "&start=%s%s%s" STR_FMT, STR_ARG(c->procedure), STR_ARG(t.step),
                           day_format(t.known, arena_alloc(r->arena, 11)), c->remote ? "&remote=1" : "",
                           t.pauses.n ? "&suspend=" : "", STR_ARG(t.pauses));
    struct str *lines = arena_array(r->arena, struct str, CASE_OBSTACLES);
    for (size_t i = 0; i < t.n; i++) {
        const struct rule_word *w = rulebook_ground(site_of(r)->rules, c->procedure, STR("time_bar"), t.obstacles[i].obstacle);
        lines[i] = i18n_format(r->arena, r->lang, MSG("case.obstacle.line"),
                               ARGS(arg_str("what", w ? w->name.text[r->lang] : t.obstacles[i].obstacle),
                                    arg_str("since", i18n_day(r->arena, r->lang, t.obstacles[i].since)),
                                    arg_str("until", i18n_day(r->arena, r->lang, t.obstacles[i].until))));
    }
    ret->lines = lines;
    ret->lines_n = t.n;
    return true;
}
