// SPDX-License-Identifier: AGPL-3.0-or-later
/* Following a matter by its code. The code is typed once, into a form; after
 * that a sealed cookie carries which matter it opened. It is never in a URL. */
#include "features/cases/case_track.h"

#include "case_track.html.h"
#include "features/cases/case_code.h"
#include "features/people/people.h"

static const struct form_field track_fields[] = {
    {.name = "code", .type = FORM_LINE, .required = true, .max = 60, .label = MSG("case.code")},
    {.name = NULL},
};

static const struct form_field act_fields[] = {
    {.name = "action", .type = FORM_LINE, .required = true, .max = 40, .label = MSG("case.action")},
    {.name = "note", .type = FORM_TEXT, .max = 4000, .label = MSG("case.note")},
    {.name = "stars", .type = FORM_INT, .min = 1, .max = 5, .label = MSG("case.rate")},
    {.name = NULL},
};

static void show_start(struct request *r, struct track_start *p, struct response *out)
{
    p->page = (struct ui_page){.request = r, .title_msg = MSG("case.track.title"), .nav = "/track", .form = &p->form};
    struct html *h = ui_begin(r);
    track_start_page(h, p);
    response_html(out, h);
}

bool track_start_get(struct request *r, struct response *out, struct err *e)
{
    struct track_start p = {0};
    (void)e;
    form_blank(&p.form, track_fields);
    show_start(r, &p, out);
    people_form_cookie(r, out);
    return true;
}

/* The matter of the code that was typed: *ret_found says whether there is one. */
static bool find_by_code(struct request *r, struct str typed, struct case_key *ret, bool *ret_found, struct err *e)
{
    struct rd *rd;
    struct str code;
    struct digest digest;
    struct err wrong = {0};
    *ret_found = false;
    if (!case_code_read(r->arena, typed, &code))
        return true;
    if (!case_code_digest(r, code, &digest, e) || !store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    *ret_found = case_by_code(rd, &digest, ret, &wrong);
    store_read_end(rd);
    if (!*ret_found && wrong.code != ERR_NOT_FOUND) {
        *e = wrong;
        return false;
    }
    return true;
}

static void refuse_code(struct request *r, struct track_start *p, const char *why, struct response *out)
{
    form_error(&p->form, "code", why);
    show_start(r, p, out);
}

bool track_start_post(struct request *r, struct response *out, struct err *e)
{
    struct case_key key;
    struct track_start p = {0};
    bool found = false, typed = form_read(&p.form, track_fields, r, false);
    int wait_s = request_wrong_wait(r);
    if (wait_s) {
        refuse_code(r, &p, MSG("err.case.code_wait"), out);
        out->status = 429;
        response_header(out, "Retry-After", str_printf(r->arena, "%d", wait_s));
        return true;
    }
    if (typed && !find_by_code(r, form_get(&p.form, "code")->text, &key, &found, e))
        return false;
    if (!found) {
        request_wrong(r);
        refuse_code(r, &p, MSG("err.case.code"), out);
        out->status = 422;
        return true;
    }
    people_track(r, out, key.office_id, key.case_id);
    response_redirect(out, STR("/track/matter"));
    return true;
}

bool track_leave_post(struct request *r, struct response *out, struct err *e)
{
    (void)e;
    people_track(r, out, 0, 0);
    response_redirect(out, STR("/track"));
    return true;
}

/* ---- the matter ---- */

/* Her own hand only: an official who looks at her own petition acts at the desk. */
static struct viewer person_of(const struct request *r)
{
    return (struct viewer){.track_office = r->viewer.track_office, .track_case = r->viewer.track_case};
}

/* The matter that is shown: her own, or one that it was sent on to (?office=, ?case=). */
static struct case_key key_of(const struct request *r)
{
    struct case_key k;
    bool query = str_is(r->method, "GET") || str_is(r->method, "HEAD");
    if (str_int(query ? request_query(r, "office") : request_form(r, "office"), &k.office_id) &&
        str_int(query ? request_query(r, "case") : request_form(r, "case"), &k.case_id))
        return k;
    return (struct case_key){r->viewer.track_office, r->viewer.track_case};
}

struct str track_link(struct html *h, struct case_key k)
{
    return str_printf(h->arena, "/track/matter?office=%lld&case=%lld", (long long)k.office_id, (long long)k.case_id);
}

static void list_actions(struct request *r, const struct case_look *l, struct track_page *p)
{
    struct case_steps steps = case_actions(l, &p->facts);
    struct track_action *list = arena_array(r->arena, struct track_action, steps.n ? steps.n : 1);
    for (size_t i = 0; i < steps.n; i++) {
        size_t at;
        list[i] = (struct track_action){
            .action = steps.v[i]->action,
            .name = steps.v[i]->name.text[r->lang],
            .note = true,
            .text = str_find(steps.v[i]->needs, STR("text"), &at),
        };
    }
    p->actions = list;
    p->actions_n = steps.n;
}

static bool load_answer(const struct case_look *l, struct track_page *p, struct err *e)
{
    struct case_answer_list answers;
    if (!case_answers(l, &p->facts, &answers, e))
        return false;
    if (answers.n && !day_is_none(p->facts.decided)) {
        p->answer = answers.v[0].body;
        p->answered = p->facts.decided;
    }
    return true;
}

static bool load_track(struct request *r, struct rd *rd, struct track_page *p, struct err *e)
{
    struct office office;
    struct case_link_list links;
    struct case_timeline steps;
    struct case_publication published;
    struct err hidden;
    struct viewer person = person_of(r);
    struct case_look l = case_look_of(r, rd);
    struct case_key key = key_of(r);
    const struct rulebook *rules = site_of(r)->rules;
    l.viewer = &person;
    if (!case_get(&l, key, &p->facts, e) || !units_office(rd, r->arena, key.office_id, &office, e) ||
        !case_timeline(&l, r, &p->facts, &steps, e) || !case_links(&l, key, &links, e) || !load_answer(&l, p, e) ||
        !talk_summary(r, &l, &p->facts, false, &p->talk, e))
        return false;
    p->steps = steps.v;
    p->steps_n = steps.n;
    p->links = links.v;
    p->links_n = links.n;
    p->office_name = office.name;
    p->kind_name = rulebook_procedure(rules, p->facts.procedure)->name.text[r->lang];
    p->state_name = rulebook_state_name(rules, p->facts.state, r->lang);
    p->tone = case_state_tone(&p->facts);
    const struct rule_word *decision = rulebook_decision(rules, p->facts.procedure, p->facts.decision);
    p->decision_name = decision ? decision->name.text[r->lang] : STR("");
    p->has_deadline = !day_is_none(p->facts.due);
    p->deadline = case_deadline(r, &p->facts);
    p->may_rate = !day_is_none(p->facts.decided);
    if (case_published(rd, r->arena, key, &published, &hidden))
        p->published_href = case_link_path(r->arena, "/published/", key, "");
    list_actions(r, &l, p);
    return true;
}

static bool show_track(struct request *r, struct response *out, const char *error, struct err *e)
{
    struct rd *rd;
    struct track_page p = {.page = {.request = r, .title_msg = MSG("case.track.matter"), .nav = "/track"}};
    if (!r->viewer.track_case) {
        response_redirect(out, STR("/track"));
        return true;
    }
    form_blank(&p.form, act_fields);
    if (error) {
        form_set(&p.form, "note", request_form(r, "note"));
        p.page.notice_msg = error;
        p.page.notice_tone = UI_BAD;
    } else if (request_query(r, "done").n) {
        p.page.notice_msg = MSG("case.track.done");
        p.page.notice_tone = UI_GOOD;
    }
    if (!store_read(site_of(r)->store, r->arena, &rd, e) || !load_track(r, rd, &p, e))
        return false;
    struct html *h = ui_begin(r);
    track_matter_page(h, &p);
    response_html(out, h);
    return true;
}

bool track_page_get(struct request *r, struct response *out, struct err *e)
{
    return show_track(r, out, NULL, e);
}

/* Who decides in the second instance: the office above. */
static bool fill_appeal(struct request *r, struct case_key key, struct case_deed *deed, struct err *e)
{
    struct rd *rd;
    struct office office, above;
    if (!store_read(site_of(r)->store, r->arena, &rd, e) ||
        !units_office(rd, r->arena, key.office_id, &office, e) ||
        !units_office(rd, r->arena, office.parent_office_id, &above, e))
        return false;
    store_read_end(rd);
    deed->to_office = above.office_id;
    deed->to_office_code = above.code;
    deed->to_remote = above.remote;
    return true;
}

static bool answer_deed(struct request *r, struct response *out, bool done, struct err *e)
{
    if (done) {
        struct case_key k = key_of(r);
        response_redirect(out, str_printf(r->arena, "/track/matter?office=%lld&case=%lld&done=1", (long long)k.office_id,
                                          (long long)k.case_id));
        return true;
    }
    if (e->code == ERR_NOT_FOUND || e->code == ERR_DENIED)
        return false;
    struct err again = *e;
    if (!show_track(r, out, again.msg, e))
        return false;
    out->status = err_http_status(again.code);
    return true;
}

bool track_act_post(struct request *r, struct response *out, struct err *e)
{
    struct form f;
    struct case_key made, key = key_of(r);
    form_read(&f, act_fields, r, false);
    if (!r->viewer.track_case)
        return FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
    struct case_deed deed = {.action = form_get(&f, "action")->text, .note = form_get(&f, "note")->text};
    deed.text = deed.note;
    if (str_is(deed.action, "appeal") && !fill_appeal(r, key, &deed, e))
        return false;
    return answer_deed(r, out, case_run_deed(r, key, &deed, &made, e), e);
}

bool track_rate_post(struct request *r, struct response *out, struct err *e)
{
    struct form f;
    struct case_key key = key_of(r);
    form_read(&f, act_fields, r, false);
    if (!r->viewer.track_case)
        return FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
    return answer_deed(r, out, case_run_rate(r, key, (int)form_get(&f, "stars")->n, form_get(&f, "note")->text, e), e);
}
