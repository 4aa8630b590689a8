// SPDX-License-Identifier: AGPL-3.0-or-later
/* Accounts of officials, by an administrator of their office. */
#include <string.h>

#include "base/text.h"
#include "features/people/people_admin.h"
#include "features/people/sign_in.h"
#include "features/units/units.h"
#include "people_admin.html.h"
#include "platform/http/http_parse.h"
#include "platform/site/site.h"

enum { WRONG_STATUS = 422, PAGE = 50, MADE_PASSWORD = 16 };

const char *const role_inputs[] = {"hamlet", "reception", "settling", "leader", "supervisor", "steering", "admin"};

#define ROLE_FIELDS \
    {"hamlet", FORM_FLAG, false, 0, 0, NULL, MSG("people.role.hamlet")}, \
    {"reception", FORM_FLAG, false, 0, 0, NULL, MSG("people.role.reception")}, \
    {"settling", FORM_FLAG, false, 0, 0, NULL, MSG("people.role.settling")}, \
    {"leader", FORM_FLAG, false, 0, 0, NULL, MSG("people.role.leader")}, \
    {"supervisor", FORM_FLAG, false, 0, 0, NULL, MSG("people.role.supervisor")}, \
    {"steering", FORM_FLAG, false, 0, 0, NULL, MSG("people.role.steering")}, \
    {"admin", FORM_FLAG, false, 0, 0, NULL, MSG("people.role.admin")}, \
    {"subtree", FORM_FLAG, false, 0, 0, NULL, MSG("people.subtree.also")}

const struct form_field person_fields[] = {
    {"name", FORM_LINE, true, 1, 120, NULL, MSG("people.name")},
    {"title", FORM_LINE, false, 0, 120, NULL, MSG("people.title")},
    {"login", FORM_LINE, true, 3, 40, NULL, MSG("people.login")},
    {"office", FORM_INT, true, 1, INT64_MAX, NULL, MSG("people.office.of")},
    ROLE_FIELDS,
    {NULL, FORM_LINE, false, 0, 0, NULL, NULL},
};

const struct form_field roles_fields[] = {
    {"office", FORM_INT, true, 1, INT64_MAX, NULL, MSG("people.office.of")},
    ROLE_FIELDS,
    {NULL, FORM_LINE, false, 0, 0, NULL, NULL},
};

static uint32_t roles_typed(const struct form *f)
{
    uint32_t roles = 0;
    for (int i = 0; i < ROLE_INPUTS; i++) {
        enum role role;
        if (form_get(f, role_inputs[i])->n && role_parse(str_of(role_inputs[i]), &role))
            roles |= role;
    }
    return roles;
}

/* ---- offices to choose from: those she administers ---- */

static bool add_office(struct rd *rd, struct request *r, struct person_page *page, int64_t office_id, struct err *e)
{
    struct office_choice *list = page->offices;
    struct office office;
    for (size_t i = 0; i < page->offices_n; i++) {
        if (list[i].office_id == office_id)
            return true;
    }
    if (!units_office(rd, r->arena, office_id, &office, e))
        return e->code == ERR_NOT_FOUND; /* an office that is no more */
    list[page->offices_n++] = (struct office_choice){office_id, office.name, form_get(&page->form, "office")->n == office_id};
    return true;
}

static bool list_offices(struct rd *rd, struct request *r, struct person_page *page, struct err *e)
{
    size_t room = 1;
    for (size_t i = 0; i < r->viewer.grants_n; i++)
        room += 1 + r->viewer.grants[i].below_n;
    page->offices = arena_array(r->arena, struct office_choice, room);
    for (size_t i = 0; i < r->viewer.grants_n; i++) {
        const struct grant *g = &r->viewer.grants[i];
        if (!(g->roles & ROLE_ADMIN) || !g->office_id)
            continue;
        if (!add_office(rd, r, page, g->office_id, e))
            return false;
        for (size_t k = 0; k < g->below_n; k++) {
            if (!add_office(rd, r, page, g->below[k], e))
                return false;
        }
    }
    return true;
}

/* ---- the list ---- */

/* One lap over a person's grants: each role in each office, by name. */
bool account_roles(struct rd *rd, struct arena *a, const struct grant *grants, size_t grants_n,
                   struct account_role_list *ret, struct err *e)
{
    struct account_role *list = arena_array(a, struct account_role, PEOPLE_GRANTS * ROLES_ALL);
    size_t n = 0;
    for (size_t i = 0; i < grants_n; i++) {
        struct office office = {0};
        const struct grant *g = &grants[i];
        if (g->office_id && !units_office(rd, a, g->office_id, &office, e) && e->code != ERR_NOT_FOUND)
            return false;
        for (int bit = 0; bit < ROLES_ALL; bit++) {
            if (g->roles & 1u << bit)
                list[n++] = (struct account_role){role_msg((enum role)(1 << bit)), office.name, g->subtree};
        }
    }
    *ret = (struct account_role_list){list, n};
    return true;
}

static bool hit(struct arena *a, struct str fold, const struct person *who)
{
    if (!fold.n)
        return true;
    struct str all = text_fold(a, str_printf(a, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(who->login), STR_ARG(who->name),
                                             STR_ARG(who->title)));
    size_t at;
    return str_find(all, fold, &at);
}

/* The accounts that the administrator may change, of those found. */
static size_t keep_hers(struct request *r, struct person *list, size_t n, struct str q)
{
    size_t kept = 0;
    struct str fold = text_fold(r->arena, q);
    for (size_t i = 0; i < n; i++) {
        if (may_administer(&r->viewer, list[i].office_id) && hit(r->arena, fold, &list[i]))
            list[kept++] = list[i];
    }
    return kept;
}

static struct str href_of(struct request *r, struct str login)
{
    return str_printf(r->arena, "/admin/accounts/" STR_FMT, STR_ARG(login));
}

static bool fill_lines(struct rd *rd, struct request *r, struct accounts_page *page, struct err *e)
{
    struct person *all;
    size_t n;
    int64_t at = 1;
    struct people_query q = {.viewer = &r->viewer};
    if (!people_list(rd, r->arena, &q, &all, &n, e))
        return false;
    n = keep_hers(r, all, n, page->q);
    page->pager = (struct ui_pager){str_printf(r->arena, "/admin/accounts?q=%s&page=", percent_encode(r->arena, page->q, "").p), 1,
                                    (int64_t)(n + PAGE - 1) / PAGE, (int64_t)n};
    if (str_int(request_query(r, "page"), &at) && at > 1 && at <= page->pager.pages)
        page->pager.page = at;
    struct accounts_line *lines = arena_array(r->arena, struct accounts_line, PAGE);
    for (size_t i = (size_t)(page->pager.page - 1) * PAGE; i < n && page->lines_n < PAGE; i++) {
        struct accounts_line *l = &lines[page->lines_n++];
        *l = (struct accounts_line){.who = &all[i], .href = href_of(r, all[i].login)};
        if (!account_roles(rd, r->arena, all[i].grants, all[i].grants_n, &l->roles, e))
            return false;
    }
    page->lines = lines;
    return true;
}

bool accounts_get(struct request *r, struct response *p, struct err *e)
{
    struct rd *rd;
    struct accounts_page page = {.page = {.request = r, .face = UI_DESK, .title_msg = MSG("people.admin"), .wide = true},
                                 .q = str_cut(str_trim(request_query(r, "q")), 0, 80)};
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    bool good = fill_lines(rd, r, &page, e);
    store_read_end(rd);
    if (!good)
        return false;
    struct html *h = ui_begin(r);
    accounts_html(h, &page);
    response_html(p, h);
    return true;
}

/* ---- one account ---- */

static bool find_person(struct rd *rd, struct request *r, struct str login, struct person **ret, struct err *e)
{
    struct person *all;
    size_t n;
    struct people_query q = {.viewer = &r->viewer};
    if (!people_list(rd, r->arena, &q, &all, &n, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (str_eq(all[i].login, login) && may_administer(&r->viewer, all[i].office_id)) {
            *ret = &all[i];
            return true;
        }
    }
    return FAIL(e, ERR_NOT_FOUND, MSG("err.people.none"), NULL);
}

static bool fill_person(struct rd *rd, struct request *r, struct person_page *page, struct err *e)
{
    struct person *who;
    if (!list_offices(rd, r, page, e))
        return false;
    if (!page->login.n)
        return true;
    if (!find_person(rd, r, page->login, &who, e) || !account_roles(rd, r->arena, who->grants, who->grants_n, &page->roles, e))
        return false;
    page->who = who;
    page->own = who->account_id == r->viewer.user_id;
    page->action = href_of(r, who->login);
    return true;
}

static bool show_person(struct request *r, struct response *p, struct person_page *page, struct err *e)
{
    static const struct ui_link up[] = {{.href = {"/admin/accounts", 15}, .msg = MSG("people.admin")}};
    struct rd *rd;
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    bool good = fill_person(rd, r, page, e);
    store_read_end(rd);
    if (!good)
        return false;
    page->page.request = r;
    page->page.face = UI_DESK;
    page->page.form = &page->form;
    page->page.crumbs = up;
    page->page.crumbs_n = 1;
    page->office_error = form_get(&page->form, "office")->error;
    if (page->who)
        page->page.title = page->who->name;
    else
        page->page.title_msg = MSG("people.admin.add");
    struct html *h = ui_begin(r);
    if (page->who)
        person_html(h, page);
    else
        person_new_html(h, page);
    response_html(p, h);
    if (page->form.errors)
        p->status = WRONG_STATUS;
    return true;
}

bool person_get(struct request *r, struct response *p, struct err *e)
{
    static const struct {
        const char *done, *msg;
    } said[] = {{"roles", MSG("people.admin.done.roles")}, {"factor", MSG("people.admin.done.factor")},
                {"disable", MSG("people.admin.done.disable")}, {"enable", MSG("people.admin.done.enable")}};
    struct person_page page = {.login = r->params[0]};
    form_blank(&page.form, roles_fields);
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        if (str_is(request_query(r, "done"), said[i].done)) {
            page.page.notice_msg = said[i].msg;
            page.page.notice_tone = UI_GOOD;
        }
    }
    return show_person(r, p, &page, e);
}

bool person_new_get(struct request *r, struct response *p, struct err *e)
{
    struct person_page page = {0};
    form_blank(&page.form, person_fields);
    return show_person(r, p, &page, e);
}

/* Puts what a command said to the field it speaks of; false when it is not the form's fault. */
static bool blame(struct form *f, const struct err *e)
{
    static const struct {
        const char *msg, *field;
    } fields[] = {{"err.login.form", "login"}, {"err.login.taken", "login"}, {"err.people.name", "name"},
                  {"err.people.grants", "office"}, {"err.denied", "office"}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (strcmp(e->msg, fields[i].msg) == 0) {
            form_error(f, fields[i].field, e->msg);
            return true;
        }
    }
    return false;
}

bool person_new_post(struct request *r, struct response *p, struct err *e)
{
    struct person_page page = {0};
    struct people_doing d = people_doing_of(r);
    struct err why;
    int64_t id;
    bool filled = form_read(&page.form, person_fields, r, false);
    struct person_new in = {.login = form_get(&page.form, "login")->text, .name = form_get(&page.form, "name")->text,
                            .title = form_get(&page.form, "title")->text, .office_id = form_get(&page.form, "office")->n,
                            .roles = roles_typed(&page.form), .subtree = form_get(&page.form, "subtree")->n != 0};
    if (filled && !in.roles)
        form_whole_error(&page.form, MSG("err.people.roles"));
    if (page.form.errors)
        return show_person(r, p, &page, e);
    in.password = code_random(r->arena, MADE_PASSWORD);
    if (people_add(&d, &in, &id, &why)) {
        login_of(r->arena, in.login, &page.login);
        page.password = in.password;
        form_blank(&page.form, roles_fields);
        return show_person(r, p, &page, e);
    }
    if (!blame(&page.form, &why)) {
        *e = why;
        return false;
    }
    return show_person(r, p, &page, e);
}

static bool back_to(struct request *r, struct response *p, const char *done)
{
    response_redirect(p, str_printf(r->arena, "/admin/accounts/" STR_FMT "?done=%s", STR_ARG(r->params[0]), done));
    return true;
}

bool person_roles_post(struct request *r, struct response *p, struct err *e)
{
    struct person_page page = {.login = r->params[0]};
    struct people_doing d = people_doing_of(r);
    struct err why;
    if (!form_read(&page.form, roles_fields, r, false))
        return show_person(r, p, &page, e);
    struct grant g = {.office_id = form_get(&page.form, "office")->n, .roles = roles_typed(&page.form),
                      .subtree = form_get(&page.form, "subtree")->n != 0};
    if (people_grant(&d, r->params[0], &g, &why))
        return back_to(r, p, "roles");
    if (!blame(&page.form, &why)) {
        *e = why;
        return false;
    }
    return show_person(r, p, &page, e);
}

/* Only an administrator of the account's office reaches another's account here, not even its owner. */
static bool administers(struct request *r, struct err *e)
{
    struct rd *rd;
    struct person *who;
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    bool good = find_person(rd, r, r->params[0], &who, e);
    store_read_end(rd);
    return good;
}

bool person_password_post(struct request *r, struct response *p, struct err *e)
{
    struct person_page page = {.login = r->params[0], .password = code_random(r->arena, MADE_PASSWORD)};
    struct people_doing d = people_doing_of(r);
    if (!administers(r, e) || !people_set_password(&d, r->params[0], page.password, e))
        return false;
    form_blank(&page.form, roles_fields);
    return show_person(r, p, &page, e);
}

bool person_factor_post(struct request *r, struct response *p, struct err *e)
{
    struct people_doing d = people_doing_of(r);
    return administers(r, e) && people_drop_factor(&d, r->params[0], e) && back_to(r, p, "factor");
}

bool person_disable_post(struct request *r, struct response *p, struct err *e)
{
    struct people_doing d = people_doing_of(r);
    return people_disable(&d, r->params[0], true, e) && back_to(r, p, "disable");
}

bool person_enable_post(struct request *r, struct response *p, struct err *e)
{
    struct people_doing d = people_doing_of(r);
    return people_disable(&d, r->params[0], false, e) && back_to(r, p, "enable");
}
