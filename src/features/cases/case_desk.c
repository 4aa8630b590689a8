// SPDX-License-Identifier: AGPL-3.0-or-later
/* The desk: the queue, and a matter with what may be done to it. */
#include "features/cases/case_desk.h"
#include "features/cases/case_enforce.h"

#include "base/text.h"
#include "case_desk.html.h"
#include "features/cases/case_access.h"
#include "features/cases/case_flow.h"
#include "features/cases/case_split.h"
#include "features/cases/denounce_pages.h"
#include "features/vault/vault.h"

enum { PAGE = 50, WORKERS = ROLE_RECEPTION | ROLE_SETTLING | ROLE_LEADER | ROLE_SUPERVISOR | ROLE_HAMLET };

static const struct form_field deed_fields[] = {
    {.name = "action", .type = FORM_LINE, .required = true, .max = 40, .label = MSG("case.action")},
    {.name = "version", .type = FORM_INT, .min = 0, .max = INT64_MAX, .label = MSG("case.version")},
    {.name = "ground", .type = FORM_LINE, .max = 80, .label = MSG("case.ground")},
    {.name = "subject", .type = FORM_LINE, .max = 80, .label = MSG("case.subject")},
    {.name = "decision", .type = FORM_LINE, .max = 80, .label = MSG("case.decision")},
    {.name = "note", .type = FORM_TEXT, .max = 4000, .label = MSG("case.note")},
    {.name = "text", .type = FORM_TEXT, .max = CASE_BODY_MAX, .label = MSG("case.answer.text")},
    {.name = "office", .type = FORM_INT, .min = 1, .max = INT64_MAX, .label = MSG("case.office")},
    {.name = "assignee", .type = FORM_INT, .min = 1, .max = INT64_MAX, .label = MSG("case.assignee")},
    {.name = "duplicate", .type = FORM_LINE, .max = 60, .label = MSG("case.duplicate")},
    {.name = "item", .type = FORM_INT, .min = 1, .max = INT64_MAX, .label = MSG("case.obligation")},
    {.name = "procedure", .type = FORM_LINE, .max = 40, .label = MSG("case.kind")},
    {.name = "amount", .type = FORM_INT, .min = 1, .max = INT64_MAX, .label = MSG("case.amount")},
    {.name = "known", .type = FORM_DAY, .label = MSG("case.known")},
    {.name = "obstacle1", .type = FORM_LINE, .max = 40, .label = MSG("case.obstacle")},
    {.name = "since1", .type = FORM_DAY, .label = MSG("case.obstacle.since")},
    {.name = "until1", .type = FORM_DAY, .label = MSG("case.obstacle.until")},
    {.name = "obstacle2", .type = FORM_LINE, .max = 40, .label = MSG("case.obstacle")},
    {.name = "since2", .type = FORM_DAY, .label = MSG("case.obstacle.since")},
    {.name = "until2", .type = FORM_DAY, .label = MSG("case.obstacle.until")},
    {.name = "obstacle3", .type = FORM_LINE, .max = 40, .label = MSG("case.obstacle")},
    {.name = "since3", .type = FORM_DAY, .label = MSG("case.obstacle.since")},
    {.name = "until3", .type = FORM_DAY, .label = MSG("case.obstacle.until")},
    {.name = NULL},
};

int64_t desk_office(const struct request *r)
{
    int64_t asked;
    if (str_int(request_query(r, "office"), &asked) && viewer_may(&r->viewer, asked, WORKERS))
        return asked;
    return viewer_office(&r->viewer, WORKERS);
}

struct str desk_procedure_name(const struct request *r, struct str procedure)
{
    const struct rule_procedure *p = rulebook_procedure(site_of(r)->rules, procedure);
    return p ? p->name.text[r->lang] : procedure;
}

/* ---- the queue ---- */

/* The officials of an office: whom a matter can be given to. */
static bool officers_of(struct request *r, struct rd *rd, int64_t office_id, struct person **ret, size_t *ret_n, struct err *e)
{
    struct viewer program = VIEWER_SYSTEM;
    struct people_query q = {.viewer = &program, .office_id = office_id, .roles = ROLE_RECEPTION | ROLE_SETTLING | ROLE_LEADER};
    return people_list(rd, r->arena, &q, ret, ret_n, e);
}

static struct str officer_name(const struct person *people, size_t n, int64_t account_id)
{
    for (size_t i = 0; i < n; i++) {
        if (people[i].account_id == account_id)
            return people[i].name;
    }
    return STR("");
}

static struct desk_row row_of(struct request *r, const struct case_facts *c, struct str assignee)
{
    return (struct desk_row){
        .facts = *c,
        .href = case_link_path(r->arena, "/desk/cases/", c->key, ""),
        .kind = desk_procedure_name(r, c->procedure),
        .state = rulebook_state_name(site_of(r)->rules, c->state, r->lang),
        .assignee = assignee,
        .deadline = case_deadline(r, c),
        .tone = case_state_tone(c),
    };
}

static struct ui_link tab_of(struct request *r, const char *msg, const char *view, struct str current)
{
    return (struct ui_link){.href = str_printf(r->arena, "/desk?view=%s", view), .msg = msg, .current = str_is(current, view)};
}

static struct case_filter filter_of(struct request *r, struct desk_queue *p)
{
    struct str view = request_query(r, "view");
    int64_t page = 1;
    if (!view.n)
        view = STR("open");
    p->tabs[0] = tab_of(r, MSG("desk.view.open"), "open", view);
    p->tabs[1] = tab_of(r, MSG("desk.view.mine"), "mine", view);
    p->tabs[2] = tab_of(r, MSG("desk.view.late"), "late", view);
    p->tabs[3] = tab_of(r, MSG("desk.view.all"), "all", view);
    p->tabs_n = 4;
    if (viewer_has(&r->viewer, ROLE_LEADER))
        p->tabs[p->tabs_n++] = (struct ui_link){.href = STR("/desk/below"), .msg = MSG("denounce.below")};
    if (!str_int(request_query(r, "page"), &page) || page < 1 || page > CASE_COUNT_MAX / PAGE)
        page = 1;
    p->pager = (struct ui_pager){.href = str_printf(r->arena, "/desk?view=" STR_FMT "&page=", STR_ARG(view)), .page = page};
    return (struct case_filter){
        .office_id = desk_office(r),
        .text = text_clip(p->q, 200),
        .open_only = !str_is(view, "all"),
        .mine = str_is(view, "mine"),
        .late_only = str_is(view, "late"),
        .today = instant_day(r->now, r->zone_minutes),
        .limit = PAGE,
        .offset = (page - 1) * PAGE,
    };
}

/* Who has no register: steering looks at figures, administrators at accounts. */
static bool send_elsewhere(const struct request *r, struct response *out)
{
    if (viewer_has(&r->viewer, WORKERS))
        return false;
    response_redirect(out, viewer_has(&r->viewer, ROLE_STEERING) ? STR("/desk/reviews") : STR("/account"));
    return true;
}

/* Hamlet heads see what they brought in, not the office's talk. */
static bool mark_talks(const struct case_look *l, int64_t office_id, struct desk_row *rows, size_t n, struct err *e)
{
    int64_t *ids;
    size_t ids_n;
    if (!n || !case_may_read_register(l->viewer, office_id))
        return true;
    if (!case_talk_waiting(l, office_id, &ids, &ids_n, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < ids_n; k++)
            rows[i].talks |= rows[i].facts.key.office_id == office_id && rows[i].facts.key.case_id == ids[k];
    }
    return true;
}

static bool look_for_holders(struct request *r, struct rd *rd, int64_t office_id, struct desk_queue *p, struct err *e)
{
    bool ready = true;
    if (viewer_may(&r->viewer, office_id, ROLE_LEADER | ROLE_ADMIN) && !vault_ready(rd, office_id, &ready, e))
        return false;
    p->no_holders = !ready;
    return true;
}

bool desk_queue_get(struct request *r, struct response *out, struct err *e)
{
    if (send_elsewhere(r, out))
        return true;
    struct rd *rd;
    struct office office;
    struct case_list list;
    struct person *people;
    size_t people_n;
    int64_t total = 0;
    struct desk_queue p = {.page = {.request = r, .face = UI_DESK, .title_msg = MSG("desk.queue"), .nav = "/desk", .wide = true},
                           .q = request_query(r, "q")};
    struct case_filter f = filter_of(r, &p);
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = case_look_of(r, rd);
    if (!units_office(rd, r->arena, f.office_id, &office, e) || !case_queue(&l, &f, &list, e) ||
        (!p.q.n && !case_count(&l, &f, &total, e)) || !officers_of(r, rd, f.office_id, &people, &people_n, e))
        return false;
    struct desk_row *rows = arena_array(r->arena, struct desk_row, list.n ? list.n : 1);
    for (size_t i = 0; i < list.n; i++)
        rows[i] = row_of(r, &list.v[i], officer_name(people, people_n, list.v[i].assigned_to));
    if (!mark_talks(&l, f.office_id, rows, list.n, e) || !look_for_holders(r, rd, f.office_id, &p, e))
        return false;
    p.rows = rows;
    p.rows_n = list.n;
    p.pager.total = total;
    p.pager.pages = p.q.n ? 1 : (total + PAGE - 1) / PAGE;
    p.office_name = office.name;
    p.page.office = office.name;
    p.may_register = viewer_may(&r->viewer, f.office_id, ROLE_RECEPTION | ROLE_SETTLING | ROLE_LEADER | ROLE_HAMLET);
    struct html *h = ui_begin(r);
    desk_queue_page(h, &p);
    response_html(out, h);
    return true;
}

/* ---- one matter ---- */

static void add_row(struct desk_case *p, struct ui_row *rows, const char *msg, struct str text)
{
    if (text.n)
        rows[p->rows_n++] = (struct ui_row){.msg = msg, .text = text};
}

static void list_facts(struct request *r, struct desk_case *p)
{
    struct ui_row *rows = arena_array(r->arena, struct ui_row, 16);
    const struct case_identity *who = &p->text.who;
    add_row(p, rows, MSG("case.received"), i18n_day(r->arena, r->lang, p->facts.received));
    rows[p->rows_n++] = (struct ui_row){.msg = MSG("case.channel"), .text_msg = case_channel_msg(p->facts.channel)};
    rows[p->rows_n++] = (struct ui_row){.msg = MSG("case.petitioner"), .text_msg = case_petitioner_msg(p->facts.petitioner)};
    if (p->text.who_hidden)
        rows[p->rows_n++] = (struct ui_row){.msg = MSG("case.name"), .text_msg = MSG("case.who.hidden")};
    else if (p->text.who_vaulted || p->text.who_elsewhere)
        rows[p->rows_n++] = (struct ui_row){.msg = MSG("case.name"), .text_msg = p->text.who_vaulted ? MSG("case.who.vaulted")
                                                                                                     : MSG("case.who.elsewhere")};
    add_row(p, rows, MSG("case.name"), who->name);
    add_row(p, rows, MSG("case.address"), who->address);
    add_row(p, rows, MSG("case.phone"), who->phone);
    add_row(p, rows, MSG("case.email"), who->email);
    add_row(p, rows, MSG("case.others"), who->others);
    add_row(p, rows, MSG("case.marked"), who->marked);
    if (p->facts.people > 1)
        add_row(p, rows, MSG("case.people"), i18n_number(r->arena, r->lang, p->facts.people));
    add_row(p, rows, MSG("case.place"), p->text.place);
    add_row(p, rows, MSG("case.subject"), p->subject_name);
    add_row(p, rows, MSG("case.assignee"), p->assignee);
    p->rows = rows;
}

static const struct desk_choice *words_of(struct request *r, const char *table, const struct case_facts *c, struct str action,
                                          size_t *ret_n)
{
    const struct rule_word **words;
    size_t n;
    rulebook_words(site_of(r)->rules, r->arena, table, str_is(str_of(table), "subjects") ? c->kind : c->procedure, action,
                   &words, &n);
    struct desk_choice *list = arena_array(r->arena, struct desk_choice, n ? n : 1);
    for (size_t i = 0; i < n; i++) {
        struct str name = words[i]->name.text[r->lang];
        if (words[i]->article.n)
            name = str_printf(r->arena, STR_FMT " (" STR_FMT ")", STR_ARG(name), STR_ARG(words[i]->article));
        list[i] = (struct desk_choice){words[i]->id, name};
    }
    *ret_n = n;
    return list;
}

static bool needs(const struct rule_step *s, const char *word)
{
    struct str part, rest = s->needs;
    while (str_split(&rest, ' ', &part)) {
        if (str_is(part, word))
            return true;
    }
    return false;
}

/* What a part of a mixed petition may become. */
static const struct desk_choice *parts_of(struct request *r, size_t *ret_n)
{
    const struct rule_procedure *all;
    size_t n, kept = 0;
    rulebook_procedures(site_of(r)->rules, &all, &n);
    struct desk_choice *list = arena_array(r->arena, struct desk_choice, n ? n : 1);
    for (size_t i = 0; i < n; i++) {
        if (case_split_into(&all[i]))
            list[kept++] = (struct desk_choice){all[i].id, all[i].name.text[r->lang]};
    }
    *ret_n = kept;
    return list;
}

static struct desk_action action_of(struct request *r, const struct case_facts *c, const struct rule_step *s, struct str failed)
{
    size_t at;
    struct desk_action x = {
        .action = s->action,
        .name = s->name.text[r->lang],
        .ground = needs(s, "ground"),
        .text = needs(s, "text"),
        .answer = needs(s, "text") && needs(s, "decision"),
        .decision = needs(s, "decision"),
        .subject = needs(s, "subject"),
        .office = needs(s, "office"),
        .assignee = needs(s, "assignee"),
        .publication = needs(s, "publication"),
        .amount = needs(s, "amount"),
        .item = needs(s, "item"),
        .procedure = needs(s, "procedure"),
        .approves = case_flow_has(s, "answer_approved"),
        .returns = case_flow_has(s, "answer_returned"),
        .note_needed = needs(s, "note"),
        .opens = str_eq(failed, s->action),
    };
    x.time_bar = str_find(s->effects, STR("time_bar="), &at);
    if (x.ground || x.time_bar)
        x.grounds = words_of(r, "grounds", c, s->action, &x.grounds_n);
    if (x.decision)
        x.decisions = words_of(r, "decisions", c, STR(""), &x.decisions_n);
    if (x.subject)
        x.subjects = words_of(r, "subjects", c, STR(""), &x.subjects_n);
    if (x.procedure)
        x.procedures = parts_of(r, &x.procedures_n);
    return x;
}

/* Who settles such a matter by the law of the day it came; while it is not taken up. */
static void list_settlers(struct request *r, struct desk_case *p)
{
    const struct rule_competence *all;
    size_t n;
    rulebook_competences(site_of(r)->rules, &all, &n);
    struct desk_choice *list = arena_array(r->arena, struct desk_choice, n ? n : 1);
    for (size_t i = 0; i < n && day_is_none(p->facts.handled); i++) {
        struct str word, kinds = all[i].kind;
        while (str_split(&kinds, ' ', &word)) {
            if ((str_eq(word, p->facts.procedure) || str_eq(word, p->facts.kind)) && rule_holds(&all[i].source, p->facts.received))
                list[p->settlers_n++] = (struct desk_choice){all[i].source.article, all[i].name.text[r->lang]};
        }
    }
    p->settlers = list;
}

/* Plain points: the office's own standard, not said with each of them. */
static void list_checks(struct request *r, struct desk_case *p)
{
    const struct rule_word **words;
    size_t n;
    rulebook_words(site_of(r)->rules, r->arena, "answer_checks", p->facts.procedure, STR(""), &words, &n);
    struct desk_choice *list = arena_array(r->arena, struct desk_choice, n ? n : 1);
    for (size_t i = 0; i < n; i++)
        list[i] = (struct desk_choice){words[i]->id, words[i]->name.text[r->lang]};
    p->checks = list;
    p->checks_n = n;
}

/* What was typed is not lost when its action is not there any more. */
static bool is_kept(const struct request *r, const struct desk_case *p)
{
    for (size_t i = 0; i < p->actions_n; i++) {
        if (p->actions[i].opens)
            return false;
    }
    return request_form(r, "note").n || request_form(r, "text").n;
}

static void list_actions(struct request *r, const struct case_look *l, struct desk_case *p)
{
    struct case_steps steps = case_actions(l, &p->facts);
    struct desk_action *list = arena_array(r->arena, struct desk_action, steps.n ? steps.n : 1);
    size_t kept = 0;
    for (size_t i = 0; i < steps.n; i++) {
        /* the file of a denunciation has a page of its own */
        if (!denounce_on_file(steps.v[i]))
            list[kept++] = action_of(r, &p->facts, steps.v[i], request_form(r, "action"));
    }
    p->actions = list;
    p->actions_n = kept;
}

/* Where the matter can be sent: the offices beside and above this one. */
static bool list_targets(struct request *r, struct rd *rd, struct desk_case *p, struct err *e)
{
    struct office *offices;
    struct person *people;
    size_t n, m;
    struct case_look l = case_look_of(r, rd);
    if (!units_offices_near(rd, r->arena, p->facts.key.office_id, &offices, &n, e) ||
        !case_assignable(&l, &p->facts, &people, &m, e))
        return false;
    struct desk_choice *to = arena_array(r->arena, struct desk_choice, n ? n : 1);
    for (size_t i = 0; i < n; i++)
        to[i] = (struct desk_choice){str_printf(r->arena, "%lld", (long long)offices[i].office_id), offices[i].name};
    struct desk_choice *who = arena_array(r->arena, struct desk_choice, m ? m : 1);
    for (size_t i = 0; i < m; i++)
        who[i] = (struct desk_choice){str_printf(r->arena, "%lld", (long long)people[i].account_id), people[i].name};
    p->offices = to;
    p->offices_n = n;
    p->officers = who;
    p->officers_n = m;
    p->assignee = officer_name(people, m, p->facts.assigned_to);
    return true;
}

static bool load_parts(struct request *r, const struct case_look *l, struct desk_case *p, struct err *e)
{
    struct case_timeline steps;
    struct case_file_list files;
    struct case_link_list links;
    struct case_answer_list answers;
    if (!case_get_text(l, &p->facts, &p->text, e) || !case_timeline(l, r, &p->facts, &steps, e) ||
        !case_files(l, &p->facts, &files, e) || !case_links(l, p->facts.key, &links, e) ||
        !case_answers(l, &p->facts, &answers, e) || !list_targets(r, l->rd, p, e) ||
        !talk_summary(r, l, &p->facts, true, &p->talk, e))
        return false;
    p->steps = steps.v;
    p->steps_n = steps.n;
    p->files = files.v;
    p->files_n = files.n;
    p->links = links.v;
    p->links_n = links.n;
    p->answers = answers.v;
    p->answers_n = answers.n;
    return true;
}

/* What the decision obliges to, and what of it is still owed. */
static bool load_obligations(struct request *r, const struct case_look *l, struct desk_case *p, struct err *e)
{
    struct case_obligation_list list;
    if (!case_obligations(l, p->facts.key, &list, e))
        return false;
    struct desk_obligation *rows = arena_array(r->arena, struct desk_obligation, list.n ? list.n : 1);
    struct desk_choice *items = arena_array(r->arena, struct desk_choice, list.n ? list.n : 1);
    for (size_t i = 0; i < list.n; i++) {
        const struct case_obligation *x = &list.v[i];
        const struct rule_word *what = rulebook_ground(site_of(r)->rules, p->facts.procedure, STR("oblige"), x->what);
        rows[i] = (struct desk_obligation){what ? what->name.text[r->lang] : x->what, x->amount, x->done, x->finished};
        if (day_is_none(x->finished))
            items[p->items_n++] = (struct desk_choice){str_printf(r->arena, "%lld", (long long)x->item_id), rows[i].what};
    }
    p->obligations = rows;
    p->obligations_n = list.n;
    p->items = items;
    return true;
}

/* The matter, or one that it is linked with. */
static bool is_itself(const struct desk_case *p, struct case_key k)
{
    bool itself = k.case_id == p->facts.key.case_id && k.office_id == p->facts.key.office_id;
    for (size_t i = 0; i < p->links_n; i++)
        itself |= k.case_id == p->links[i].to.case_id && k.office_id == p->links[i].to.office_id;
    return itself;
}

static bool load_likes(const struct case_look *l, struct desk_case *p, struct err *e)
{
    struct case_new like = {.office_id = p->facts.key.office_id, .text = p->text};
    struct case_likenesses found;
    size_t kept = 0;
    if (!case_duplicates(l, &like, &found, e))
        return false;
    for (size_t i = 0; i < found.n; i++) {
        if (!is_itself(p, found.v[i].facts.key))
            found.v[kept++] = found.v[i];
    }
    p->likes = found.v;
    p->likes_n = kept;
    return true;
}

/* Of a step that is not for this state: the law that says for which it is. */
static void name_the_article(const struct request *r, struct desk_case *p)
{
    const struct rulebook *rules = site_of(r)->rules;
    const struct rule_step *x = case_flow_elsewhere(rules, p->facts.procedure, request_form(r, "action"));
    if (!x || !p->page.notice_msg || !str_is(str_of(p->page.notice_msg), "err.case.state"))
        return;
    p->page.notice = i18n_format(r->arena, r->lang, MSG("case.refused.state"),
                                 ARGS(arg_str("step", x->name.text[r->lang]), arg_str("article", x->basis),
                                      arg_str("from", rulebook_state_name(rules, x->from, r->lang)),
                                      arg_str("state", rulebook_state_name(rules, p->facts.state, r->lang))));
    p->page.notice_msg = NULL;
}

static bool show_case(struct request *r, struct case_key key, const char *error, struct response *out, struct err *e)
{
    struct rd *rd;
    struct office office;
    struct desk_case p = {.page = {.request = r, .face = UI_DESK, .nav = "/desk", .wide = true}};
    if (error) {
        p.page.notice_msg = error;
        p.page.notice_tone = UI_BAD;
    }
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = case_look_of(r, rd);
    if (!case_get(&l, key, &p.facts, e) || !units_office(rd, r->arena, key.office_id, &office, e) || !load_parts(r, &l, &p, e) ||
        !load_obligations(r, &l, &p, e) || !load_likes(&l, &p, e) ||
        !desk_time_bar_load(r, &l, &p.facts, &p.time_bar, e))
        return false;
    p.page.office = office.name;
    name_the_article(r, &p);
    const struct rule_word *subject = rulebook_subject(site_of(r)->rules, p.facts.kind, p.facts.subject);
    p.page.title = p.facts.number;
    p.kind_name = desk_procedure_name(r, p.facts.procedure);
    p.state_name = rulebook_state_name(site_of(r)->rules, p.facts.state, r->lang);
    p.subject_name = subject ? subject->name.text[r->lang] : STR("");
    p.tone = case_state_tone(&p.facts);
    p.has_deadline = !day_is_none(p.facts.due);
    p.deadline = case_deadline(r, &p.facts);
    p.path = case_link_path(r->arena, "/desk/cases/", key, "");
    p.note = request_form(r, "note");
    p.draft = request_form(r, "text").n ? request_form(r, "text") : p.answers_n ? p.answers[0].body : STR("");
    list_facts(r, &p);
    list_actions(r, &l, &p);
    list_settlers(r, &p);
    p.kept = error && is_kept(r, &p);
    list_checks(r, &p);
    struct html *h = ui_begin(r);
    desk_case_page(h, &p);
    response_html(out, h);
    return true;
}

bool desk_case_get(struct request *r, struct response *out, struct err *e)
{
    struct case_key key;
    return case_key_of(r, &key, e) && show_case(r, key, NULL, out, e);
}

static bool fill_office(struct request *r, int64_t office_id, struct case_deed *deed, struct err *e)
{
    struct rd *rd;
    struct office office;
    if (office_id < 1)
        return true;
    if (!store_read(site_of(r)->store, r->arena, &rd, e) || !units_office(rd, r->arena, office_id, &office, e))
        return false;
    store_read_end(rd);
    deed->to_office = office_id;
    deed->to_office_code = office.code;
    deed->to_remote = office.remote;
    return true;
}

static bool fill_link(struct request *r, struct str number, struct case_deed *deed, struct err *e)
{
    struct rd *rd;
    if (!number.n)
        return true;
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = case_look_of(r, rd);
    if (!case_by_number(&l, number, &deed->link, e))
        return false;
    store_read_end(rd);
    return true;
}

/* The points of the check list that fail stand before the note. */
static struct str note_of(struct request *r, const struct form *f)
{
    const struct rule_word **words;
    size_t n;
    struct strbuf b;
    strbuf_init(&b, r->arena, 8000);
    rulebook_words(site_of(r)->rules, r->arena, "answer_checks", request_form(r, "checks"), STR(""), &words, &n);
    for (size_t i = 0; i < n && request_form(r, "checks").n; i++) {
        if (request_form(r, str_printf(r->arena, "check_" STR_FMT, STR_ARG(words[i]->id)).p).n)
            strbuf_printf(&b, "– " STR_FMT "\n", STR_ARG(words[i]->name.text[r->lang]));
    }
    strbuf_printf(&b, STR_FMT, STR_ARG(form_get(f, "note")->text));
    return str_trim(strbuf_text(&b));
}

static bool deed_of(struct request *r, const struct form *f, struct case_deed *deed, struct err *e)
{
    *deed = (struct case_deed){
        .action = form_get(f, "action")->text,
        .version = form_get(f, "version")->n,
        .ground = form_get(f, "ground")->text,
        .subject = form_get(f, "subject")->text,
        .decision = form_get(f, "decision")->text,
        .note = note_of(r, f),
        .text = form_get(f, "text")->text,
        .assignee = form_get(f, "assignee")->n,
        .item = form_get(f, "item")->n,
        .amount = form_get(f, "amount")->n,
        .procedure = form_get(f, "procedure")->text,
    };
    if (form_get(f, "known")->text.n) {
        struct case_time_bar_deed *bar = arena_new(r->arena, struct case_time_bar_deed);
        desk_time_bar_read(f, bar);
        deed->time_bar = bar;
    }
    return fill_office(r, form_get(f, "office")->n, deed, e) && fill_link(r, form_get(f, "duplicate")->text, deed, e);
}

/* What she did can take the matter out of her sight: it was sealed. */
static bool still_sees(struct request *r, struct case_key key)
{
    struct rd *rd;
    struct case_facts c;
    struct err hidden;
    if (!store_read(site_of(r)->store, r->arena, &rd, &hidden))
        return true;
    struct case_look l = case_look_of(r, rd);
    bool sees = case_get(&l, key, &c, &hidden);
    store_read_end(rd);
    return sees;
}

bool desk_case_post(struct request *r, struct response *out, struct err *e)
{
    struct form f;
    struct case_key made, key;
    struct case_deed deed;
    bool read = form_read(&f, deed_fields, r, false);
    if (!case_key_of(r, &key, e))
        return false;
    if (!read)
        err_set(e, ERR_BAD_INPUT, MSG("err.case.form"), NULL);
    if (read && deed_of(r, &f, &deed, e) && case_run_deed(r, key, &deed, &made, e)) {
        response_redirect(out, still_sees(r, key) ? case_link_path(r->arena, "/desk/cases/", key, "") : STR("/desk"));
        return true;
    }
    struct err again = *e;
    if (!show_case(r, key, again.msg, out, e))
        return false;
    out->status = err_http_status(again.code);
    return true;
}
