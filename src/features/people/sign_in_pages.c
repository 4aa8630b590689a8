// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/people/people_pages.h"
#include "features/people/sign_in.h"
#include "people.html.h"
#include "platform/auth/session.h"
#include "platform/site/site.h"

enum { WRONG_STATUS = 422 };

const struct form_field sign_in_fields[] = {
    {"login", FORM_LINE, true, 1, 80, NULL, MSG("people.login")},
    {"password", FORM_SECRET, true, 1, PASSWORD_MAX, NULL, MSG("people.password")},
    {"next", FORM_LINE, false, 0, 500, NULL, MSG("people.next")},
    {NULL, FORM_LINE, false, 0, 0, NULL, NULL},
};

const struct form_field sign_in_code_fields[] = {
    {"code", FORM_LINE, true, 6, 20, NULL, MSG("people.code")},
    {"next", FORM_LINE, false, 0, 500, NULL, MSG("people.next")},
    {NULL, FORM_LINE, false, 0, 0, NULL, NULL},
};

struct people_doing people_doing_of(struct request *r)
{
    return (struct people_doing){site_of(r)->people, r->arena, &r->viewer, r->now};
}

typedef void sign_in_template(struct html *h, const struct sign_in_page *p);

static bool show(struct request *r, struct response *p, struct sign_in_page *page, sign_in_template *write)
{
    page->page.request = r;
    page->page.title_msg = MSG("people.sign_in");
    page->page.form = &page->form;
    struct html *h = ui_begin(r);
    write(h, page);
    response_html(p, h);
    if (page->form.errors)
        p->status = WRONG_STATUS;
    people_form_cookie(r, p);
    return true;
}

/* "/sign-in/code?next=…" */
static struct str with_next(struct arena *a, const char *path, struct str next)
{
    struct strbuf b;
    strbuf_init(&b, a, 4096);
    strbuf_z(&b, path);
    if (next.n)
        strbuf_z(&b, "?next=");
    for (size_t i = 0; i < next.n; i++) {
        char c = next.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '-';
        if (plain)
            strbuf_char(&b, c);
        else
            strbuf_printf(&b, "%%%02X", (unsigned char)c);
    }
    return strbuf_text(&b);
}

bool people_sign_in_first(struct request *r, const struct err *e, struct response *p)
{
    if (e->code != ERR_DENIED || r->viewer.user_id || !str_is(r->method, "GET") || str_starts(r->path, STR("/api/")))
        return false;
    response_redirect(p, with_next(r->arena, "/sign-in", safe_next(r->path)));
    return true;
}

bool sign_in_get(struct request *r, struct response *p, struct err *e)
{
    struct sign_in_page page = {.next = safe_next(request_query(r, "next"))};
    (void)e;
    if (r->viewer.user_id) {
        response_redirect(p, page.next.n ? page.next : STR("/account"));
        return true;
    }
    form_blank(&page.form, sign_in_fields);
    return show(r, p, &page, sign_in_form_page);
}

/* On after one step: sends the browser where it was going. */
static void go_on(struct request *r, struct response *p, const struct sign_in *got, struct str next)
{
    response_cookie(p, r->arena, SESSION_COOKIE, got->cookie, 0);
    if (got->step == SIGN_IN_CODE)
        response_redirect(p, with_next(r->arena, "/sign-in/code", next));
    else
        response_redirect(p, next.n ? next : got->official ? STR("/desk") : STR("/account"));
}

bool sign_in_post(struct request *r, struct response *p, struct err *e)
{
    struct sign_in_page page = {0};
    struct people_doing d = people_doing_of(r);
    struct sign_in got;
    bool filled = form_read(&page.form, sign_in_fields, r, false);
    page.next = safe_next(form_get(&page.form, "next")->text);
    if (!filled)
        return show(r, p, &page, sign_in_form_page);
    if (!sign_in_password(&d, form_get(&page.form, "login")->text, form_get(&page.form, "password")->text, &got, e))
        return false;
    if (got.step == SIGN_IN_DONE || got.step == SIGN_IN_CODE) {
        go_on(r, p, &got, page.next);
        return true;
    }
    form_error(&page.form, "login", got.step == SIGN_IN_WAIT ? MSG("err.sign_in.wait") : MSG("err.sign_in"));
    return show(r, p, &page, sign_in_form_page);
}

bool sign_in_code_get(struct request *r, struct response *p, struct err *e)
{
    struct sign_in_page page = {.next = safe_next(request_query(r, "next"))};
    (void)e;
    if (r->viewer.user_id || r->session_id.n != 64) {
        response_redirect(p, STR("/sign-in"));
        return true;
    }
    form_blank(&page.form, sign_in_code_fields);
    return show(r, p, &page, sign_in_code_page);
}

bool sign_in_code_post(struct request *r, struct response *p, struct err *e)
{
    struct sign_in_page page = {0};
    struct people_doing d = people_doing_of(r);
    struct sign_in got;
    bool filled = form_read(&page.form, sign_in_code_fields, r, false);
    page.next = safe_next(form_get(&page.form, "next")->text);
    if (!filled)
        return show(r, p, &page, sign_in_code_page);
    if (!sign_in_code(&d, r->session_id, form_get(&page.form, "code")->text, &got, e))
        return false;
    if (got.step == SIGN_IN_DONE) {
        go_on(r, p, &got, page.next);
        return true;
    }
    form_error(&page.form, "code", got.step == SIGN_IN_WAIT ? MSG("err.sign_in.wait") : MSG("err.sign_in.code"));
    return show(r, p, &page, sign_in_code_page);
}

bool sign_out_post(struct request *r, struct response *p, struct err *e)
{
    struct people_doing d = people_doing_of(r);
    if (!sign_out(&d, r->session_id, e))
        return false;
    /* A visitor's cookie in its place: the session's own is dead already. */
    response_cookie(p, r->arena, SESSION_COOKIE, visitor_new(r->arena), 0);
    response_redirect(p, STR("/"));
    return true;
}
