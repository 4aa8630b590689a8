// SPDX-License-Identifier: AGPL-3.0-or-later
/* The file of a denunciation at the desk: who is accused and who is kept out,
 * the team, what makes it complex, the papers and the duties. */
#include "features/cases/denounce_pages.h"

#include "denounce_desk.html.h"
#include "features/cases/case_flow.h"
#include "features/cases/denounce_rows.h"

static const struct form_field file_fields[] = {
    {.name = "action", .type = FORM_LINE, .required = true, .max = 40, .label = MSG("case.action")},
    {.name = "version", .type = FORM_INT, .min = 0, .max = INT64_MAX, .label = MSG("case.version")},
    {.name = "ground", .type = FORM_LINE, .max = 80, .label = MSG("case.ground")},
    {.name = "note", .type = FORM_TEXT, .max = 4000, .label = MSG("case.note")},
    {.name = "text", .type = FORM_TEXT, .max = CASE_BODY_MAX, .label = MSG("denounce.text")},
    {.name = "name", .type = FORM_LINE, .max = 120, .label = MSG("denounce.name")},
    {.name = "position", .type = FORM_LINE, .max = 120, .label = MSG("denounce.position")},
    {.name = "workplace", .type = FORM_LINE, .max = 200, .label = MSG("denounce.workplace")},
    {.name = "of", .type = FORM_INT, .min = 0, .max = INT64_MAX, .label = MSG("denounce.of")},
    {.name = "account", .type = FORM_INT, .min = 0, .max = INT64_MAX, .label = MSG("denounce.account")},
    {.name = "leads", .type = FORM_INT, .min = 0, .max = INT64_MAX, .label = MSG("denounce.leads")},
    {.name = NULL},
};

static bool needs(const struct rule_step *s, const char *word)
{
    struct str part, rest = s->needs;
    while (str_split(&rest, ' ', &part)) {
        if (str_is(part, word))
            return true;
    }
    return false;
}

/* "paper=KIND" among the effects. */
static struct str paper_of(const struct rule_step *s)
{
    struct str part, rest = s->effects;
    while (str_split(&rest, ' ', &part)) {
        if (str_starts(part, STR("paper=")))
            return str_cut(part, 6, part.n);
    }
    return STR("");
}

bool denounce_on_file(const struct rule_step *s)
{
    if (needs(s, "accused") || needs(s, "account") || needs(s, "team") || needs(s, "criteria") || case_flow_has(s, "declare"))
        return true;
    return str_eq(s->from, s->to) && needs(s, "text") && paper_of(s).n && !s->by_person;
}

const char *denounce_id(struct html *h, const struct denounce_action *x)
{
    return str_z(h->arena, x->action);
}

bool denounce_is_for(const struct denounce_action *x, const char *section)
{
    const char *own = x->accused ? "accused" : x->account || x->declares ? "bars" : x->team ? "team" : x->criteria ? "criteria" : "papers";
    return str_is(str_of(own), section);
}

/* ---- what is shown ---- */

static struct denounce_rows rows_for(struct request *r, size_t n)
{
    return (struct denounce_rows){arena_array(r->arena, struct denounce_row, n ? n : 1), 0};
}

static void add_row(struct denounce_rows *list, struct denounce_row row)
{
    list->v[list->n++] = row;
}

/* Names of the accounts of the office, then of the account alone. */
static struct str name_of(const struct person *people, size_t n, int64_t account_id)
{
    for (size_t i = 0; i < n; i++) {
        if (people[i].account_id == account_id)
            return people[i].name;
    }
    return STR("");
}

static bool people_of(struct request *r, struct rd *rd, int64_t office_id, struct person **ret, size_t *ret_n, struct err *e)
{
    struct viewer program = VIEWER_SYSTEM;
    struct people_query q = {.viewer = &program, .office_id = office_id};
    return people_list(rd, r->arena, &q, ret, ret_n, e);
}

static struct str ground_name(const struct request *r, const struct case_facts *c, struct str id)
{
    const struct rule_word *w = rulebook_ground(site_of(r)->rules, c->procedure, STR(""), id);
    return w ? w->name.text[r->lang] : id;
}

/* What the rulebook calls the action that writes such a paper. */
static struct str paper_name(const struct request *r, const struct case_facts *c, struct str kind)
{
    const struct rule_step *steps;
    size_t n;
    rulebook_steps(site_of(r)->rules, c->procedure, &steps, &n);
    for (size_t i = 0; i < n; i++) {
        if (str_eq(paper_of(&steps[i]), kind))
            return steps[i].name.text[r->lang];
    }
    return kind;
}

static bool load_people(struct request *r, const struct case_look *l, struct denounce_file *p, struct err *e)
{
    struct case_accused_list accused;
    struct case_bar_list bars;
    struct case_member_list team;
    struct person *people;
    size_t n;
    if (!case_accused_of(l, &p->facts, &accused, e) || !case_bars(l, &p->facts, &bars, e) ||
        !case_team_of(l, &p->facts, &team, e) || !people_of(r, l->rd, 0, &people, &n, e))
        return false;
    p->accused = rows_for(r, accused.n);
    for (size_t i = 0; i < accused.n; i++) {
        const struct case_accused *x = &accused.v[i];
        struct str more = str_printf(r->arena, STR_FMT "%s" STR_FMT, STR_ARG(x->position), x->position.n && x->workplace.n ? ", " : "",
                                     STR_ARG(x->workplace));
        add_row(&p->accused, (struct denounce_row){.title = x->name, .text = more, .note = name_of(people, n, x->account_id),
                                                   .day = DAY_NONE, .tag = x->head ? MSG("denounce.head.tag") : NULL, .tone = UI_WARN});
    }
    struct desk_choice *out = arena_array(r->arena, struct desk_choice, bars.n ? bars.n : 1);
    p->bars = rows_for(r, bars.n);
    for (size_t i = 0; i < bars.n; i++) {
        struct str name = name_of(people, n, bars.v[i].account_id);
        add_row(&p->bars, (struct denounce_row){.title = name, .note = ground_name(r, &p->facts, bars.v[i].why),
                                                .day = instant_day(bars.v[i].at, r->zone_minutes)});
        out[i] = (struct desk_choice){str_printf(r->arena, "%lld", (long long)bars.v[i].account_id), name};
    }
    p->kept_out = out;
    p->kept_out_n = bars.n;
    p->team = rows_for(r, team.n);
    for (size_t i = 0; i < team.n; i++)
        add_row(&p->team, (struct denounce_row){.title = name_of(people, n, team.v[i].account_id), .day = team.v[i].since,
                                                .tag = team.v[i].leads ? MSG("denounce.leads") : NULL, .tone = UI_INFO});
    return true;
}

static bool load_criteria(struct request *r, const struct case_look *l, struct denounce_file *p, struct err *e)
{
    struct case_criterion_list list;
    bool settled = false;
    if (!case_criteria_of(l, &p->facts, &list, e))
        return false;
    for (size_t i = 0; i < list.n; i++)
        settled |= list.v[i].proposed;
    p->criteria = rows_for(r, list.n);
    for (size_t i = 0; i < list.n; i++) {
        const struct case_criterion *x = &list.v[i];
        const char *tag = x->confirmed ? MSG("denounce.criterion.confirmed") : x->proposed ? MSG("denounce.criterion.proposed")
                          : x->computed ? MSG("denounce.criterion.computed") : NULL;
        add_row(&p->criteria, (struct denounce_row){.id = x->rule->id, .title = x->rule->name.text[r->lang], .note = x->rule->article,
                                                    .day = DAY_NONE, .tag = tag, .tone = x->confirmed ? UI_GOOD : UI_INFO,
                                                    .chosen = settled ? x->proposed : x->computed});
    }
    static const char *const classes[] = {MSG("denounce.class.normal"), MSG("denounce.class.complex"), MSG("denounce.class.special")};
    p->class_name = i18n_text(r->lang, classes[p->facts.complexity < 0 || p->facts.complexity > 2 ? 0 : p->facts.complexity]);
    return true;
}

/* The article of the limit that a duty counts by. */
static struct str limit_article(const struct request *r, struct str rule)
{
    const struct rule_limit *all;
    size_t n;
    rulebook_limits(site_of(r)->rules, &all, &n);
    for (size_t i = 0; i < n; i++) {
        if (str_eq(all[i].id, rule))
            return all[i].source.article;
    }
    return rule;
}

static struct denounce_row duty_row(struct request *r, const struct case_facts *c, const struct case_duty *x)
{
    const struct rule_step *steps;
    size_t n;
    struct str name = x->step;
    struct str begins = str_printf(r->arena, "done=" STR_FMT, STR_ARG(x->step));
    bool done = !day_is_none(x->done);
    bool late = !done && !day_is_none(x->due) && x->due.n < instant_day(r->now, r->zone_minutes).n;
    rulebook_steps(site_of(r)->rules, c->procedure, &steps, &n);
    for (size_t i = 0; i < n; i++) {
        if (case_flow_has(&steps[i], begins.p))
            name = steps[i].name.text[r->lang];
    }
    return (struct denounce_row){.title = name, .note = limit_article(r, x->rule), .day = done ? x->done : x->due,
                                 .tag = done ? MSG("denounce.duty.done") : late ? MSG("desk.late") : MSG("denounce.duty.owed"),
                                 .tone = done ? UI_GOOD : late ? UI_BAD : UI_INFO};
}

static bool load_measures(struct request *r, const struct case_look *l, struct denounce_file *p, struct err *e)
{
    struct case_measure_list list;
    if (!case_measures(l, &p->facts, &list, e))
        return false;
    p->measures = rows_for(r, list.n);
    for (size_t i = 0; i < list.n; i++) {
        bool ended = !day_is_none(list.v[i].ended);
        add_row(&p->measures, (struct denounce_row){.title = ground_name(r, &p->facts, list.v[i].measure),
                                                    .day = ended ? list.v[i].ended : list.v[i].begun,
                                                    .tag = ended ? MSG("denounce.measure.ended") : MSG("denounce.measure.runs"),
                                                    .tone = ended ? UI_PLAIN : UI_GOOD});
    }
    return true;
}

static bool load_papers(struct request *r, const struct case_look *l, struct denounce_file *p, struct err *e)
{
    struct case_paper_list papers;
    struct case_duty_list duties;
    if (!case_papers(l, &p->facts, &papers, e) || !case_duties(l, &p->facts, &duties, e))
        return false;
    p->papers = rows_for(r, papers.n);
    for (size_t i = 0; i < papers.n; i++)
        add_row(&p->papers, (struct denounce_row){.title = paper_name(r, &p->facts, papers.v[i].kind), .text = papers.v[i].text,
                                                  .day = papers.v[i].day});
    p->duties = rows_for(r, duties.n);
    for (size_t i = 0; i < duties.n; i++)
        add_row(&p->duties, duty_row(r, &p->facts, &duties.v[i]));
    return true;
}

static const struct desk_choice *choices_of(struct request *r, const struct person *people, size_t n)
{
    struct desk_choice *list = arena_array(r->arena, struct desk_choice, n ? n : 1);
    for (size_t i = 0; i < n; i++)
        list[i] = (struct desk_choice){str_printf(r->arena, "%lld", (long long)people[i].account_id),
                                       people[i].title.n ? str_printf(r->arena, STR_FMT " (" STR_FMT ")", STR_ARG(people[i].name),
                                                                      STR_ARG(people[i].title)) : people[i].name};
    return list;
}

/* Offices in which the accused can work: this one and those around it. */
static bool load_choices(struct request *r, const struct case_look *l, struct denounce_file *p, struct err *e)
{
    struct person *officers, *there;
    struct office *near, own;
    size_t n, m, k;
    int64_t of = p->facts.key.office_id;
    str_int(str_is(r->method, "POST") ? request_form(r, "of") : request_query(r, "of"), &of);
    if (!case_assignable(l, &p->facts, &officers, &n, e) || !units_office(l->rd, r->arena, p->facts.key.office_id, &own, e) ||
        !units_offices_near(l->rd, r->arena, p->facts.key.office_id, &near, &m, e) || !people_of(r, l->rd, of, &there, &k, e))
        return false;
    struct desk_choice *offices = arena_array(r->arena, struct desk_choice, m + 1);
    offices[0] = (struct desk_choice){str_printf(r->arena, "%lld", (long long)own.office_id), own.name};
    for (size_t i = 0; i < m; i++)
        offices[i + 1] = (struct desk_choice){str_printf(r->arena, "%lld", (long long)near[i].office_id), near[i].name};
    p->offices = offices;
    p->offices_n = m + 1;
    p->officers = choices_of(r, officers, n);
    p->officers_n = n;
    p->at_office = choices_of(r, there, of ? k : 0);
    p->at_office_n = of ? k : 0;
    p->of = str_printf(r->arena, "%lld", (long long)of);
    return true;
}

static struct denounce_action action_of(struct request *r, const struct case_facts *c, const struct rule_step *s)
{
    struct denounce_action x = {
        .action = s->action, .name = s->name.text[r->lang], .article = s->basis, .text = needs(s, "text"), .note = needs(s, "note"),
        .ground = needs(s, "ground"), .accused = needs(s, "accused"), .account = needs(s, "account"), .team = needs(s, "team"),
        .criteria = needs(s, "criteria"), .declares = case_flow_has(s, "declare"), .opens = str_eq(request_form(r, "action"), s->action),
    };
    const struct rule_word **words;
    size_t n = 0;
    if (!x.ground)
        return x;
    rulebook_words(site_of(r)->rules, r->arena, "grounds", c->procedure, s->action, &words, &n);
    struct desk_choice *list = arena_array(r->arena, struct desk_choice, n ? n : 1);
    for (size_t i = 0; i < n; i++)
        list[i] = (struct desk_choice){words[i]->id, words[i]->name.text[r->lang]};
    x.grounds = list;
    x.grounds_n = n;
    return x;
}

static void list_actions(struct request *r, const struct case_look *l, struct denounce_file *p)
{
    struct case_steps steps = case_actions(l, &p->facts);
    struct denounce_action *list = arena_array(r->arena, struct denounce_action, steps.n ? steps.n : 1);
    for (size_t i = 0; i < steps.n; i++) {
        bool lets_in = needs(steps.v[i], "account") && !needs(steps.v[i], "ground");
        if (denounce_on_file(steps.v[i]) && !(lets_in && !p->kept_out_n))
            list[p->actions_n++] = action_of(r, &p->facts, steps.v[i]);
    }
    p->actions = list;
}

bool denounce_file_show(struct request *r, struct case_key key, const char *error, const struct denounce_shown *shown,
                        struct response *out, struct err *e)
{
    struct rd *rd;
    struct office office;
    struct denounce_file p = {.page = {.request = r, .face = UI_DESK, .nav = "/desk", .title_msg = MSG("denounce.file"), .wide = true}};
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = case_look_of(r, rd);
    if (!case_get(&l, key, &p.facts, e) || !units_office(rd, r->arena, key.office_id, &office, e))
        return false;
    if (!load_people(r, &l, &p, e) || !load_criteria(r, &l, &p, e) || !load_papers(r, &l, &p, e) ||
        !load_measures(r, &l, &p, e) || !load_choices(r, &l, &p, e) ||
        !case_office_in_conflict(&l, &p.facts, &p.conflict, e))
        return false;
    if (!p.facts.sealed)
        p.page.title_msg = MSG("case.dossier");
    p.page.office = office.name;
    p.page.notice_msg = error;
    p.page.notice_tone = UI_BAD;
    p.path = case_link_path(r->arena, "/desk/cases/", key, "");
    p.action_path = case_link_path(r->arena, "/desk/cases/", key, "/file");
    p.text = request_form(r, "text");
    p.note = request_form(r, "note");
    p.name = request_form(r, "name");
    p.position = request_form(r, "position");
    p.workplace = request_form(r, "workplace");
    list_actions(r, &l, &p);
    if (!denounce_opening_load(r, &l, &p.facts, &p.opening, e))
        return false;
    if (shown)
        p.shown = *shown;
    struct html *h = ui_begin(r);
    denounce_file_page(h, &p);
    response_html(out, h);
    return true;
}

bool denounce_file_get(struct request *r, struct response *out, struct err *e)
{
    struct case_key key;
    return case_key_of(r, &key, e) && denounce_file_show(r, key, NULL, NULL, out, e);
}

/* ---- what is done ---- */

/* Boxes: "m_17" for an account, the leading one first; "c_places" for a criterion. */
static bool read_boxes(struct request *r, const struct case_facts *c, struct denounce_deed *more, int64_t leads, struct err *e)
{
    struct rd *rd;
    struct person *people;
    const struct rule_word **words;
    size_t n;
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = case_look_of(r, rd);
    if (!case_assignable(&l, c, &people, &n, e))
        return false;
    store_read_end(rd);
    if (leads > 0) /* without a leader there is no team */
        more->members[more->members_n++] = leads;
    for (size_t i = 0; leads > 0 && i < n && more->members_n < DENOUNCE_TEAM; i++) {
        struct str box = str_printf(r->arena, "m_%lld", (long long)people[i].account_id);
        if (people[i].account_id != leads && str_is(request_form(r, box.p), "1"))
            more->members[more->members_n++] = people[i].account_id;
    }
    rulebook_words(site_of(r)->rules, r->arena, "criteria", c->kind, STR(""), &words, &n);
    for (size_t i = 0; i < n && more->criteria_n < DENOUNCE_CRITERIA; i++) {
        struct str box = str_printf(r->arena, "c_" STR_FMT, STR_ARG(words[i]->id));
        if (str_is(request_form(r, box.p), "1"))
            more->criteria[more->criteria_n++] = words[i]->id;
    }
    return true;
}

static bool load_facts(struct request *r, struct case_key key, struct case_facts *ret, struct err *e)
{
    struct rd *rd;
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = case_look_of(r, rd);
    bool good = case_get(&l, key, ret, e);
    store_read_end(rd);
    return good;
}

static bool run(struct request *r, struct case_key key, const struct form *f, struct err *e)
{
    struct case_facts c;
    struct case_key made;
    struct denounce_deed more = {
        .name = form_get(f, "name")->text, .position = form_get(f, "position")->text, .workplace = form_get(f, "workplace")->text,
        .office_id = form_get(f, "of")->n, .account_id = form_get(f, "account")->n, .head = str_is(request_form(r, "head"), "1"),
    };
    struct case_deed deed = {
        .action = form_get(f, "action")->text, .version = form_get(f, "version")->n, .ground = form_get(f, "ground")->text,
        .note = form_get(f, "note")->text, .text = form_get(f, "text")->text, .denounce = &more,
    };
    return load_facts(r, key, &c, e) && read_boxes(r, &c, &more, form_get(f, "leads")->n, e) && case_run_deed(r, key, &deed, &made, e);
}

bool denounce_file_post(struct request *r, struct response *out, struct err *e)
{
    struct form f;
    struct case_key key;
    struct case_facts c;
    struct err gone;
    bool read = form_read(&f, file_fields, r, false);
    if (!case_key_of(r, &key, e))
        return false;
    if (!read)
        err_set(e, ERR_BAD_INPUT, MSG("err.case.form"), NULL);
    if (read && run(r, key, &f, e)) {
        /* she may just have kept herself out */
        bool stays = load_facts(r, key, &c, &gone);
        response_redirect(out, stays ? case_link_path(r->arena, "/desk/cases/", key, "/file") : STR("/desk"));
        return true;
    }
    struct err again = *e;
    if (again.code == ERR_NOT_FOUND || !denounce_file_show(r, key, again.msg, NULL, out, e))
        return false;
    out->status = err_http_status(again.code);
    return true;
}

/* ---- what is overdue below ---- */

enum { BELOW = 100 };

/* The overdue ones of one office that the viewer may know of. */
static bool add_overdue(struct request *r, const struct case_look *l, const struct office *o, struct desk_row *rows, size_t *n,
                        struct err *e)
{
    struct case_key keys[20];
    size_t found;
    if (!denounce_overdue(l->rd, o->office_id, l->world->today, keys, &found, e))
        return false;
    for (size_t i = 0; i < found && *n < BELOW; i++) {
        struct desk_row *x = &rows[*n];
        struct err hidden;
        if (!case_get(l, keys[i], &x->facts, &hidden))
            continue;
        x->href = case_link_path(r->arena, "/desk/cases/", keys[i], "");
        x->kind = desk_procedure_name(r, x->facts.procedure);
        x->state = rulebook_state_name(site_of(r)->rules, x->facts.state, r->lang);
        x->tone = case_state_tone(&x->facts);
        x->assignee = o->name;
        ++*n;
    }
    return true;
}

bool denounce_below_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct office office;
    const int64_t *ids;
    size_t n;
    int64_t own = viewer_office(&r->viewer, ROLE_LEADER);
    struct denounce_below p = {.page = {.request = r, .face = UI_DESK, .nav = "/desk", .title_msg = MSG("denounce.below"), .wide = true}};
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = case_look_of(r, rd);
    struct desk_row *rows = arena_array(r->arena, struct desk_row, BELOW);
    if (!units_office(rd, r->arena, own, &office, e) || !units_offices_below(rd, r->arena, own, &ids, &n, e))
        return false;
    p.page.office = office.name;
    for (size_t i = 0; i < n; i++) {
        if (ids[i] == own || !units_office(rd, r->arena, ids[i], &office, e))
            continue;
        if (office.parent_office_id == own && !add_overdue(r, &l, &office, rows, &p.rows_n, e))
            return false;
    }
    p.rows = rows;
    struct html *h = ui_begin(r);
    denounce_below_page(h, &p);
    response_html(out, h);
    return true;
}
