// SPDX-License-Identifier: AGPL-3.0-or-later
#include <sodium.h>
#include <string.h>

#include "features/people/people_pages.h"
#include "features/people/sign_in.h"
#include "people.html.h"
#include "platform/auth/totp.h"
#include "platform/site/site.h"

enum { WRONG_STATUS = 422, PENDING_MINUTES = 30 };

const struct form_field account_fields[] = {
    {"password", FORM_SECRET, true, 1, PASSWORD_MAX, NULL, MSG("people.password.now")},
    {"fresh", FORM_SECRET, true, PASSWORD_MIN, PASSWORD_MAX, NULL, MSG("people.password.new")},
    {"again", FORM_SECRET, true, 1, PASSWORD_MAX, NULL, MSG("people.password.again")},
    {NULL, FORM_LINE, false, 0, 0, NULL, NULL},
};

const struct form_field totp_fields[] = {
    {"password", FORM_SECRET, true, 1, PASSWORD_MAX, NULL, MSG("people.password.now")},
    {"code", FORM_LINE, true, 6, 10, NULL, MSG("people.code")},
    {"pending", FORM_LINE, true, 1, 1000, NULL, MSG("people.code")},
    {NULL, FORM_LINE, false, 0, 0, NULL, NULL},
};

const struct form_field totp_off_fields[] = {
    {"password", FORM_SECRET, true, 1, PASSWORD_MAX, NULL, MSG("people.password.now")},
    {NULL, FORM_LINE, false, 0, 0, NULL, NULL},
};

/* The account of whoever is signed in; else *ret_here false and an answer that
 * leads to the sign-in form and back here. */
static bool own(struct request *r, struct response *p, struct account *ret, bool *ret_here, struct err *e)
{
    struct rd *rd;
    *ret_here = r->viewer.user_id != 0;
    if (!*ret_here) {
        response_redirect(p, STR("/sign-in?next=/account"));
        return true;
    }
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    bool good = account_of(rd, r->arena, r->viewer.user_id, ret, e);
    store_read_end(rd);
    return good;
}

const char *role_msg(enum role role)
{
    static const struct {
        enum role role;
        const char *msg;
    } msgs[ROLES_ALL] = {
        {ROLE_CITIZEN, MSG("people.role.citizen")},       {ROLE_HAMLET, MSG("people.role.hamlet")},
        {ROLE_RECEPTION, MSG("people.role.reception")},   {ROLE_SETTLING, MSG("people.role.settling")},
        {ROLE_LEADER, MSG("people.role.leader")},         {ROLE_SUPERVISOR, MSG("people.role.supervisor")},
        {ROLE_STEERING, MSG("people.role.steering")},     {ROLE_ADMIN, MSG("people.role.admin")},
    };
    for (int i = 0; i < ROLES_ALL; i++)
        if (msgs[i].role == role)
            return msgs[i].msg;
    return MSG("people.role.citizen");
}

static bool list_roles(struct request *r, struct account_page *page, struct err *e)
{
    struct rd *rd;
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    bool good = account_roles(rd, r->arena, r->viewer.grants, r->viewer.grants_n, &page->roles, e);
    store_read_end(rd);
    return good;
}

static enum ui_face face_of(const struct request *r)
{
    return viewer_has(&r->viewer, (uint32_t)~ROLE_CITIZEN) ? UI_DESK : UI_PORTAL;
}

static bool show_account(struct request *r, struct response *p, const struct account *who, struct account_page *page,
                         struct err *e)
{
    page->page.request = r;
    page->page.face = face_of(r);
    page->page.title_msg = MSG("people.account");
    page->page.form = &page->form;
    page->login = who->login;
    page->name = who->name;
    page->title = who->title;
    page->second_factor = who->totp_secret.n != 0;
    page->citizen = viewer_has(&r->viewer, ROLE_CITIZEN);
    page->admin = viewer_has(&r->viewer, ROLE_ADMIN);
    if (!list_roles(r, page, e))
        return false;
    struct html *h = ui_begin(r);
    account_own_page(h, page);
    response_html(p, h);
    if (page->form.errors)
        p->status = WRONG_STATUS;
    return true;
}

bool account_get(struct request *r, struct response *p, struct err *e)
{
    struct account who;
    struct account_page page = {0};
    bool here;
    if (!own(r, p, &who, &here, e) || !here)
        return !r->viewer.user_id;
    form_blank(&page.form, account_fields);
    struct str done = request_query(r, "done");
    if (done.n) {
        page.page.notice_msg = str_is(done, "password") ? MSG("people.password.changed")
                               : str_is(done, "made")   ? MSG("people.citizen.done")
                                                        : MSG("people.totp.off.done");
        page.page.notice_tone = UI_GOOD;
    }
    return show_account(r, p, &who, &page, e);
}

/* The form's own rules, then the password that is valid now. */
static bool judge_password(const struct people_doing *d, const struct account *who, struct form *f, struct err *e)
{
    struct str fresh = form_get(f, "fresh")->text;
    const char *wrong = password_wrong(d->arena, fresh, who->login);
    if (wrong)
        form_error(f, "fresh", wrong);
    else if (!str_eq(fresh, form_get(f, "again")->text))
        form_error(f, "again", MSG("err.password.again"));
    if (f->errors)
        return true;
    if (!own_confirm(d, who, form_get(f, "password")->text, &wrong, e))
        return false;
    if (wrong)
        form_error(f, "password", wrong);
    return true;
}

bool account_post(struct request *r, struct response *p, struct err *e)
{
    struct account who;
    struct account_page page = {0};
    struct people_doing d = people_doing_of(r);
    bool here;
    if (!own(r, p, &who, &here, e) || !here)
        return !r->viewer.user_id;
    if (!form_read(&page.form, account_fields, r, false))
        return show_account(r, p, &who, &page, e);
    if (!judge_password(&d, &who, &page.form, e))
        return false;
    if (page.form.errors)
        return show_account(r, p, &who, &page, e);
    if (!own_password(&d, &who, form_get(&page.form, "fresh")->text, r->session_id, e))
        return false;
    response_redirect(p, STR("/account?done=password"));
    return true;
}

/* ---- the second factor: the new secret travels sealed in the form until a code proves it ---- */

static struct str pending_kind(struct request *r)
{
    return str_printf(r->arena, "totp/%lld", (long long)r->viewer.user_id);
}

static bool show_totp(struct request *r, struct response *p, const struct account *who, struct totp_page *page,
                      const uint8_t secret[TOTP_SECRET])
{
    page->page.request = r;
    page->page.face = face_of(r);
    page->page.title_msg = MSG("people.totp");
    page->page.form = &page->form;
    page->uri = factor_uri(r->arena, who->login, secret);
    page->secret = totp_base32(r->arena, secret, TOTP_SECRET);
    struct html *h = ui_begin(r);
    account_totp_page(h, page);
    response_html(p, h);
    if (page->form.errors)
        p->status = WRONG_STATUS;
    return true;
}

bool totp_get(struct request *r, struct response *p, struct err *e)
{
    struct account who;
    struct totp_page page = {0};
    uint8_t secret[TOTP_SECRET];
    bool here;
    if (!own(r, p, &who, &here, e) || !here)
        return !r->viewer.user_id;
    crypt_random(secret, sizeof secret);
    page.pending = cookie_seal(site_of(r)->keys, r->arena, pending_kind(r).p, hex_of(r->arena, secret, sizeof secret),
                               r->now.ms + PENDING_MINUTES * (int64_t)MINUTE_MS);
    form_blank(&page.form, totp_fields);
    return show_totp(r, p, &who, &page, secret);
}

/* The code against the new secret, then the password. */
static bool judge_totp(const struct people_doing *d, const struct account *who, struct form *f, const uint8_t *secret,
                       int64_t *ret_counter, struct err *e)
{
    const char *wrong = NULL;
    if (!totp_check(secret, form_get(f, "code")->text, d->now, 0, ret_counter)) {
        form_error(f, "code", MSG("err.sign_in.code"));
        return true;
    }
    if (!own_confirm(d, who, form_get(f, "password")->text, &wrong, e))
        return false;
    if (wrong)
        form_error(f, "password", wrong);
    return true;
}

bool totp_post(struct request *r, struct response *p, struct err *e)
{
    struct account who;
    struct totp_page page = {0};
    struct people_doing d = people_doing_of(r);
    struct str hex, codes[PEOPLE_RECOVERY];
    uint8_t secret[TOTP_SECRET];
    int64_t counter = 0;
    bool here;
    if (!own(r, p, &who, &here, e) || !here)
        return !r->viewer.user_id;
    bool filled = form_read(&page.form, totp_fields, r, false);
    page.pending = form_get(&page.form, "pending")->text;
    if (!cookie_unseal(site_of(r)->keys, r->arena, pending_kind(r).p, page.pending, r->now.ms, &hex) ||
        !hex_parse(hex, secret, sizeof secret)) {
        response_redirect(p, STR("/account/totp"));
        return true;
    }
    if (filled && !judge_totp(&d, &who, &page.form, secret, &counter, e))
        return false;
    if (!page.form.errors) {
        if (!own_factor(&d, &who, secret, counter, codes, e))
            return false;
        page.codes = codes;
        page.codes_n = PEOPLE_RECOVERY;
    }
    return show_totp(r, p, &who, &page, secret);
}

bool totp_off_post(struct request *r, struct response *p, struct err *e)
{
    struct account who;
    struct account_page page = {0};
    struct people_doing d = people_doing_of(r);
    const char *wrong = NULL;
    bool here;
    if (!own(r, p, &who, &here, e) || !here)
        return !r->viewer.user_id;
    if (!own_confirm(&d, &who, request_form(r, "password"), &wrong, e))
        return false;
    if (wrong) {
        form_blank(&page.form, account_fields);
        form_error(&page.form, "password", wrong);
        return show_account(r, p, &who, &page, e);
    }
    if (!own_drop_factor(&d, &who, e))
        return false;
    response_redirect(p, STR("/account?done=totp"));
    return true;
}
