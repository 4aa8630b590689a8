// SPDX-License-Identifier: AGPL-3.0-or-later
/* The index of the folder, and who is asking. */
#include "features/people/people.h"

#include <stdlib.h>
#include <string.h>

#include "features/people/people_admin.h"
#include "features/people/people_rows.h"
#include "platform/log/log.h"
#include "platform/site/site.h"

#define TRACK_COOKIE "dinh_track"
enum { TRACK_MINUTES = 60 };

const struct migration_file people_migrations[] = {
    {"people/001", "src/features/people/001_people.sql"},
    {NULL, NULL},
};

const struct route people_routes[] = {
    {"GET", "/sign-in", sign_in_get, 0, 0, NULL, "The form to sign in."},
    {"POST", "/sign-in", sign_in_post, 0, ROUTE_STRICT_RATE, sign_in_fields, "Name and password."},
    {"GET", "/sign-in/code", sign_in_code_get, 0, 0, NULL, "The form for the second factor."},
    {"POST", "/sign-in/code", sign_in_code_post, 0, ROUTE_STRICT_RATE, sign_in_code_fields, "The second factor."},
    {"POST", "/sign-out", sign_out_post, 0, 0, NULL, "Ends the session."},
    {"GET", "/account", account_get, 0, 0, NULL, "One's own account: roles, password, second factor."},
    {"POST", "/account", account_post, 0, ROUTE_STRICT_RATE, account_fields, "Changes one's password."},
    {"GET", "/account/totp", totp_get, 0, 0, NULL, "A new second factor, as QR code."},
    {"POST", "/account/totp", totp_post, 0, ROUTE_STRICT_RATE, totp_fields, "Turns the second factor on; shows the recovery codes."},
    {"POST", "/account/totp/off", totp_off_post, 0, ROUTE_STRICT_RATE, totp_off_fields, "Turns the second factor off."},
    {"GET", "/account/new", citizen_new_get, 0, 0, NULL, "The form for a citizen's account."},
    {"POST", "/account/new", citizen_new_post, 0, ROUTE_STRICT_RATE, citizen_fields, "Makes a citizen's account and signs in."},
    {"GET", "/admin/accounts", accounts_get, ROLE_ADMIN, 0, NULL, "Accounts of the administrator's offices."},
    {"GET", "/admin/accounts/new", person_new_get, ROLE_ADMIN, 0, NULL, "The form for an official's account."},
    {"POST", "/admin/accounts/new", person_new_post, ROLE_ADMIN, 0, person_fields, "Adds an account; shows its password once."},
    {"GET", "/admin/accounts/:login", person_get, ROLE_ADMIN, 0, NULL, "One account."},
    {"POST", "/admin/accounts/:login/roles", person_roles_post, ROLE_ADMIN, 0, roles_fields, "Sets the roles in one office."},
    {"POST", "/admin/accounts/:login/password", person_password_post, ROLE_ADMIN, 0, NULL, "A new password, shown once."},
    {"POST", "/admin/accounts/:login/factor", person_factor_post, ROLE_ADMIN, 0, NULL, "Takes a lost second factor away."},
    {"POST", "/admin/accounts/:login/disable", person_disable_post, ROLE_ADMIN, 0, NULL, "No more signing in."},
    {"POST", "/admin/accounts/:login/enable", person_enable_post, ROLE_ADMIN, 0, NULL, "Signing in again."},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

struct people *people_open(struct store *s, const struct keys *keys, people_below_fn *below)
{
    struct arena a;
    arena_init(&a);
    struct people *p = arena_new(&a, struct people);
    *p = (struct people){.arena = a, .store = s, .keys = keys, .below = below, .passwords = passwords_open(0)};
    pthread_mutex_init(&p->lock, NULL);
    for (int i = 0; i < PEOPLE_SUBTREES; i++)
        arena_init(&p->subtrees[i].arena);
    return p;
}

void people_close(struct people *p)
{
    if (!p)
        return;
    passwords_close(p->passwords);
    for (int i = 0; i < PEOPLE_SUBTREES; i++)
        arena_done(&p->subtrees[i].arena);
    pthread_mutex_destroy(&p->lock);
    struct arena a = p->arena;
    arena_done(&a);
}

bool people_receipt_digest(struct people *p, struct str digits, struct digest *ret, struct err *e)
{
    struct digest salt = key_mac(p->keys, KEY_IDENTITY, STR("receipt"));
    return password_digest(p->passwords, digits, salt.b, ret, e);
}

/* ---- subtrees, kept for some seconds: a province has thousands of offices ---- */

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* Nothing was written since, or it is fresh. A clock that stands still (--now)
 * never makes it old: then each commit does. */
static bool subtree_fresh(const struct people *p, const struct subtree *t, struct instant now)
{
    int64_t age = now.ms - t->read.ms;
    return t->generation == store_generation(p->store) || (age > 0 && age < SUBTREE_KEPT_MS);
}

static struct subtree *subtree_slot(struct people *p, int64_t office_id)
{
    struct subtree *oldest = &p->subtrees[0];
    for (int i = 0; i < PEOPLE_SUBTREES; i++) {
        if (p->subtrees[i].office_id == office_id)
            return &p->subtrees[i];
        if (p->subtrees[i].read.ms < oldest->read.ms)
            oldest = &p->subtrees[i];
    }
    oldest->office_id = 0;
    return oldest;
}

static bool subtree_read(struct people *p, struct rd *rd, struct subtree *t, const struct grant *g, struct err *e)
{
    const int64_t *ids = NULL;
    size_t n = 0;
    uint64_t generation = store_generation(p->store);
    t->office_id = 0; /* nothing, if it fails */
    arena_reset(&t->arena);
    if (!p->below(rd, &t->arena, g->office_id, &ids, &n, e))
        return false;
    int64_t *sorted = arena_array(&t->arena, int64_t, n ? n : 1);
    if (n) {
        memcpy(sorted, ids, n * sizeof *ids);
        qsort(sorted, n, sizeof *sorted, by_id);
    }
    t->ids = sorted;
    t->n = n;
    t->office_id = g->office_id;
    t->generation = generation;
    return true;
}

/* Fills g->below, copied into the request's arena. */
static bool subtree_fill(struct people *p, struct rd *rd, struct request *r, struct grant *g, struct err *e)
{
    bool good = true;
    pthread_mutex_lock(&p->lock);
    struct subtree *t = subtree_slot(p, g->office_id);
    if (t->office_id != g->office_id || !subtree_fresh(p, t, r->now)) {
        good = subtree_read(p, rd, t, g, e);
        t->read = r->now;
    }
    if (good) {
        g->below = (const int64_t *)(const void *)arena_copy(r->arena, t->ids, t->n * sizeof *t->ids);
        g->below_n = t->n;
    }
    pthread_mutex_unlock(&p->lock);
    return good;
}

/* ---- identify ---- */

/* Notes the use of a session, to be written by people_upkeep. */
static void touch(struct people *p, const struct digest *hash, struct instant now)
{
    pthread_mutex_lock(&p->lock);
    size_t i = 0;
    while (i < p->touched_n && !digest_eq(&p->touched[i].hash, hash))
        i++;
    if (i < PEOPLE_TOUCHED) {
        p->touched[i] = (struct touched){*hash, now};
        p->touched_n += i == p->touched_n;
    }
    pthread_mutex_unlock(&p->lock);
}

static bool load_viewer(struct people *p, struct request *r, const struct digest *hash, struct err *e)
{
    struct rd *rd;
    struct session_found got;
    if (!store_read(p->store, r->arena, &rd, e))
        return false;
    bool good = session_find(rd, r->arena, hash, r->now, &got, e);
    for (size_t i = 0; good && i < got.viewer.grants_n; i++)
        if (got.viewer.grants[i].subtree)
            good = subtree_fill(p, rd, r, &got.viewer.grants[i], e);
    store_read_end(rd);
    if (!good)
        return false;
    r->viewer = got.viewer;
    if (got.viewer.user_id && r->now.ms - got.seen.ms >= SESSION_TOUCH_MS)
        touch(p, hash, r->now);
    return true;
}

static void load_track(struct people *p, struct request *r)
{
    struct str text, office, cookie = request_cookie(r, TRACK_COOKIE);
    int64_t office_id, case_id;
    if (!cookie.n || !cookie_unseal(p->keys, r->arena, TRACK_COOKIE, cookie, r->now.ms, &text))
        return;
    if (str_split(&text, ':', &office) && str_int(office, &office_id) && str_int(text, &case_id)) {
        r->viewer.track_office = office_id;
        r->viewer.track_case = case_id;
    }
}

void people_identify(struct request *r)
{
    struct site *site = site_of(r);
    struct people *p = site->people;
    struct digest hash;
    struct err e;
    struct str cookie = request_cookie(r, SESSION_COOKIE);
    enum cookie_kind kind = session_parse(cookie, &hash);
    r->viewer = VIEWER_PUBLIC;
    r->zone_minutes = site->zone_minutes;
    if (kind == COOKIE_SESSION && !load_viewer(p, r, &hash, &e))
        log_err("people.identify", &e);
    r->session_id = kind == COOKIE_NONE ? visitor_new(r->arena) : cookie;
    r->csrf = csrf_token(p->keys, r->arena, r->session_id);
    load_track(p, r);
}

bool people_csrf_holds(const struct request *r, struct str token)
{
    return csrf_token_holds(site_of(r)->people->keys, request_cookie(r, SESSION_COOKIE), token);
}

void people_form_cookie(const struct request *r, struct response *p)
{
    struct digest unused;
    p->shared = false;
    if (session_parse(request_cookie(r, SESSION_COOKIE), &unused) == COOKIE_NONE)
        response_cookie(p, r->arena, SESSION_COOKIE, r->session_id, 0);
}

void people_track(const struct request *r, struct response *p, int64_t office_id, int64_t case_id)
{
    if (!office_id) {
        response_cookie(p, r->arena, TRACK_COOKIE, STR(""), 0);
        return;
    }
    struct str text = str_printf(r->arena, "%lld:%lld", (long long)office_id, (long long)case_id);
    int64_t until = r->now.ms + TRACK_MINUTES * (int64_t)MINUTE_MS;
    response_cookie(p, r->arena, TRACK_COOKIE, cookie_seal(site_of(r)->people->keys, r->arena, TRACK_COOKIE, text, until),
                    TRACK_MINUTES * 60);
}

/* ---- upkeep ---- */

struct upkeep {
    const struct touched *touched;
    size_t n;
    struct instant now;
};

static bool do_upkeep(struct tx *tx, void *arg, struct err *e)
{
    struct upkeep *u = arg;
    return sessions_seen(tx, u->touched, u->n, e) && sessions_sweep(tx, u->now, e);
}

bool people_upkeep(struct people *p, struct instant now, struct err *e)
{
    struct arena a;
    struct upkeep u = {.now = now};
    arena_init(&a);
    pthread_mutex_lock(&p->lock);
    u.n = p->touched_n;
    u.touched = (const struct touched *)(const void *)arena_copy(&a, p->touched, u.n * sizeof *p->touched);
    p->touched_n = 0;
    pthread_mutex_unlock(&p->lock);
    bool good = store_run(p->store, do_upkeep, &u, e);
    arena_done(&a);
    return good;
}
