// SPDX-License-Identifier: AGPL-3.0-or-later
/* A citizen makes an account: for keeping her matters together, never needed. */
#include "features/people/people_admin.h"
#include "features/people/sign_in.h"
#include "people_admin.html.h"

enum { WRONG_STATUS = 422 };

const struct form_field citizen_fields[] = {
    {"name", FORM_LINE, true, 1, 120, NULL, MSG("people.name")},
    {"login", FORM_LINE, true, 3, 40, NULL, MSG("people.login")},
    {"fresh", FORM_SECRET, true, PASSWORD_MIN, PASSWORD_MAX, NULL, MSG("people.password")},
    {"again", FORM_SECRET, true, 1, PASSWORD_MAX, NULL, MSG("people.password.again")},
    {NULL, FORM_LINE, false, 0, 0, NULL, NULL},
};

static bool show(struct request *r, struct response *p, struct person_page *page)
{
    page->page = (struct ui_page){.request = r, .title_msg = MSG("people.citizen"), .form = &page->form};
    struct html *h = ui_begin(r);
    citizen_new_html(h, page);
    response_html(p, h);
    if (page->form.errors)
        p->status = WRONG_STATUS;
    people_form_cookie(r, p);
    return true;
}

bool citizen_new_get(struct request *r, struct response *p, struct err *e)
{
    struct person_page page = {0};
    (void)e;
    if (r->viewer.user_id) {
        response_redirect(p, STR("/account"));
        return true;
    }
    form_blank(&page.form, citizen_fields);
    return show(r, p, &page);
}

/* The rules of names and passwords, each said at its field. */
static void judge(struct request *r, struct form *f, struct str *ret_login)
{
    const char *wrong = NULL;
    if (!login_of(r->arena, form_get(f, "login")->text, ret_login))
        form_error(f, "login", MSG("err.login.form"));
    else
        wrong = password_wrong(r->arena, form_get(f, "fresh")->text, *ret_login);
    if (wrong)
        form_error(f, "fresh", wrong);
    else if (!str_eq(form_get(f, "fresh")->text, form_get(f, "again")->text))
        form_error(f, "again", MSG("err.password.again"));
}

bool citizen_new_post(struct request *r, struct response *p, struct err *e)
{
    struct person_page page = {0};
    struct people_doing d = people_doing_of(r);
    struct person_new in = {.roles = ROLE_CITIZEN};
    struct sign_in got;
    struct err why;
    int64_t id;
    if (form_read(&page.form, citizen_fields, r, false))
        judge(r, &page.form, &in.login);
    if (page.form.errors)
        return show(r, p, &page);
    in.name = form_get(&page.form, "name")->text;
    in.password = form_get(&page.form, "fresh")->text;
    if (!people_add(&d, &in, &id, &why)) {
        if (why.code != ERR_CONFLICT && why.code != ERR_BAD_INPUT) {
            *e = why;
            return false;
        }
        form_error(&page.form, why.code == ERR_CONFLICT ? "login" : "name", why.msg);
        return show(r, p, &page);
    }
    if (!sign_in_password(&d, in.login, in.password, &got, e))
        return false;
    response_cookie(p, r->arena, SESSION_COOKIE, got.cookie, 0);
    response_redirect(p, STR("/account?done=made"));
    return true;
}
