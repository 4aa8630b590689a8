// SPDX-License-Identifier: AGPL-3.0-or-later
/* The pages of this folder through the real server: cookies, tokens, steps. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "features/people/sign_in.h"
#include "platform/assets/assets.h"
#include "platform/auth/totp.h"
#include "platform/site/site.h"
#include "platform/ui/ui.h"
#include "platform/store/test_database.h"

#define PASSWORD "mot cau dai de nho"

struct bench {
    struct arena a;
    char dir[64], url[256];
    struct site site;
    struct keys *keys;
    struct http_server *server;
    atomic_llong now;
    struct str cookie, track; /* what the browser holds */
    struct str reply, body;
    int status;
};

static void check(bool good, const struct err *e)
{
    if (!good)
        fail_msg("%s %s", e->msg, e->detail);
}

/* ---- the program under test ---- */

static bool below(struct rd *rd, struct arena *a, int64_t office_id, const int64_t **ret_ids, size_t *ret_n, struct err *e)
{
    int64_t *ids = arena_array(a, int64_t, 3);
    (void)rd;
    (void)e;
    for (int i = 0; i < 3; i++)
        ids[i] = office_id + 2 - i;
    *ret_ids = ids;
    *ret_n = 3;
    return true;
}

static bool probe(struct request *r, struct response *p, struct err *e)
{
    (void)e;
    struct strbuf b;
    strbuf_init(&b, r->arena, 1000);
    strbuf_printf(&b, "{\"id\":%lld", (long long)r->viewer.user_id);
    for (int64_t office = 9; office < 14; office++)
        strbuf_printf(&b, ",\"%lld\":%d", (long long)office, viewer_may(&r->viewer, office, ROLE_LEADER));
    strbuf_printf(&b, ",\"track\":\"%lld/%lld\"}", (long long)r->viewer.track_office, (long long)r->viewer.track_case);
    response_json(p, &b);
    return true;
}

static bool set_track(struct request *r, struct response *p, struct err *e)
{
    bool on = request_query(r, "on").n != 0;
    people_track(r, p, on ? 7 : 0, on ? 345 : 0);
    return probe(r, p, e);
}

static const struct route test_routes[] = {
    {"GET", "/probe", probe, 0, 0, NULL, ""},
    {"GET", "/track-it", set_track, 0, 0, NULL, ""},
    {"GET", "/desk", probe, ROLE_LEADER, 0, NULL, ""},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};
static const struct route *const tables[] = {people_routes, test_routes, NULL};

static void error_page(struct request *r, const struct err *e, struct response *p)
{
    if (!people_sign_in_first(r, e, p))
        ui_error_answer(r, e, p);
}

/* The server's app is the site, the first thing of the bench's site field. */
static struct instant clock_of(void *app)
{
    struct bench *b = (struct bench *)(void *)((char *)app - offsetof(struct bench, site));
    return (struct instant){atomic_load(&b->now)};
}

static int open_bench(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    const struct asset *acts = asset_find(STR("src/features/acts/001_acts.sql"));
    const struct asset *own = asset_find(STR("src/features/people/001_people.sql"));
    const struct asset *units = asset_find(STR("src/features/units/001_units.sql"));
    const struct asset *facts = asset_find(STR("src/features/acts/002_facts.sql"));
    const struct asset *gone = asset_find(STR("src/features/acts/003_forgotten.sql"));
    struct migration list[] = {{"acts/001", acts->bytes.p, acts->bytes.n}, {"acts/002", facts->bytes.p, facts->bytes.n},
                               {"acts/003", gone->bytes.p, gone->bytes.n},
                               {"units/001", units->bytes.p, units->bytes.n},
                               {"people/001", own->bytes.p, own->bytes.n}};
    struct err e = {0};
    arena_init(&b->a);
    atomic_store(&b->now, 1783326600000);
    snprintf(b->dir, sizeof b->dir, "/tmp/dinh-pages-XXXXXX");
    if (!mkdtemp(b->dir))
        return -1;
    test_database_to(b->url, sizeof b->url, b->dir, "db");
    struct store_options so = {.url = b->url};
    check(keys_create(b->dir, &e) && keys_open(b->dir, &b->keys, &e), &e);
    check(store_open(&so, &b->site.store, &e) && store_migrate(b->site.store, list, sizeof list / sizeof *list, &e), &e);
    b->site.keys = b->keys;
    b->site.zone_minutes = 420;
    b->site.people = people_open(b->site.store, b->keys, below);
    struct http_options o = {.listen = "127.0.0.1:0", .data_dir = b->dir, .threads = 2, .workers = 4, .rate_per_minute = -1,
                             .tables = tables, .app = &b->site, .identify = people_identify,
                             .csrf_holds = people_csrf_holds, .error_page = error_page, .now = clock_of};
    check(http_start(&o, &b->server, &e), &e);
    struct person_new in = {STR("lan"), STR("Lan & Co"), STR("Chair"), STR(PASSWORD), 10, ROLE_LEADER, true};
    struct viewer program = VIEWER_SYSTEM;
    struct people_doing d = {b->site.people, &b->a, &program, {atomic_load(&b->now)}};
    int64_t id;
    check(people_add(&d, &in, &id, &e), &e);
    *state = b;
    return 0;
}

static int close_bench(void **state)
{
    static const char *const files[] = {"db", "db-wal", "db-shm", "keys/forms.key", "keys/identity.key", "keys/accounts.key",
                                        "keys/marks.key", "keys/mail.key", "keys", "incoming", ""};
    struct bench *b = *state;
    char path[128];
    http_stop(b->server);
    people_close(b->site.people);
    store_close(b->site.store);
    keys_close(b->keys);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", b->dir, files[i]);
        remove(path);
    }
    arena_done(&b->a);
    free(b);
    return 0;
}

/* ---- a browser that keeps two cookies ---- */

static struct str between(struct str s, const char *before, const char *after)
{
    size_t at, n;
    if (!str_find(s, str_of(before), &at))
        return STR("");
    s = str_cut(s, at + strlen(before), s.n);
    return str_find(s, str_of(after), &n) ? str_cut(s, 0, n) : STR("");
}

static void keep_cookie(struct bench *b, struct str head, const char *name, struct str *cookie)
{
    size_t at;
    struct str start = str_printf(&b->a, "Set-Cookie: %s=", name);
    if (str_find(head, start, &at))
        *cookie = between(head, start.p, ";");
}

static struct str talk(struct bench *b, struct str request)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(b->server)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct strbuf reply;
    ssize_t n;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    strbuf_init(&reply, &b->a, 1 << 20);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(send(fd, request.p, request.n, MSG_NOSIGNAL), (ssize_t)request.n);
    for (char *room; (room = strbuf_room(&reply, 65536)) && (n = recv(fd, room, 65536, 0)) > 0;)
        reply.n += (size_t)n;
    close(fd);
    return strbuf_text(&reply);
}

static int go(struct bench *b, const char *method, const char *path, struct str form)
{
    size_t at;
    struct str request = str_printf(&b->a, "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: dinh_session=" STR_FMT
                                    "; dinh_track=" STR_FMT "\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                                    "Content-Length: %zu\r\n\r\n" STR_FMT,
                                    method, path, STR_ARG(b->cookie), STR_ARG(b->track), form.n, STR_ARG(form));
    b->reply = talk(b, request);
    assert_true(str_find(b->reply, STR("\r\n\r\n"), &at));
    struct str head = str_cut(b->reply, 0, at + 2);
    b->body = str_cut(b->reply, at + 4, b->reply.n);
    keep_cookie(b, head, SESSION_COOKIE, &b->cookie);
    keep_cookie(b, head, "dinh_track", &b->track);
    int64_t status = 0;
    str_int(str_cut(b->reply, 9, 3), &status);
    b->status = (int)status;
    return b->status;
}

static int get(struct bench *b, const char *path)
{
    return go(b, "GET", path, STR(""));
}

/* Sends a form with the token of the page last read. */
static int post(struct bench *b, const char *path, const char *fields)
{
    struct str token = between(b->body, "name=\"csrf\" value=\"", "\"");
    return go(b, "POST", path, str_printf(&b->a, "csrf=" STR_FMT "&%s", STR_ARG(token), fields));
}

static bool has(const struct bench *b, const char *text)
{
    size_t at;
    return str_find(b->reply, str_of(text), &at);
}

static void keep_page(struct bench *b, const char *name)
{
    const char *dir = getenv("UI_PAGES");
    if (!dir)
        return;
    FILE *f = fopen(str_printf(&b->a, "%s/people-%s.html", dir, name).p, "wb");
    assert_non_null(f);
    fwrite(b->body.p, 1, b->body.n, f);
    fclose(f);
}

static void sign_in(struct bench *b)
{
    assert_int_equal(get(b, "/sign-in"), 200);
    assert_int_equal(post(b, "/sign-in", "login=lan&password=" PASSWORD), 303);
}

/* ---- tests ---- */

static void the_form_is_whole_in_three_languages(void **state)
{
    struct bench *b = *state;
    static const char *const langs[] = {"vi", "fr", "en"};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(get(b, str_printf(&b->a, "/sign-in?next=/desk&lang=%s", langs[i]).p), 200);
        assert_true(has(b, "name=\"next\" value=\"/desk\""));
        assert_true(has(b, "autocomplete=\"current-password\""));
        assert_false(has(b, ">people.") || has(b, ">err."));
        assert_int_equal(b->cookie.n, 32);
        keep_page(b, str_printf(&b->a, "sign-in-%s", langs[i]).p);
    }
}

static void signing_in_and_out(void **state)
{
    struct bench *b = *state;
    assert_int_equal(get(b, "/desk"), 303);
    assert_true(has(b, "Location: /sign-in?next=/desk\r\n"));
    assert_int_equal(get(b, "/sign-in?next=/desk"), 200);
    struct str visitor = b->cookie;
    assert_int_equal(post(b, "/sign-in", "login=%20Lan&password=" PASSWORD "&next=/desk"), 303);
    assert_true(has(b, "Location: /desk\r\n"));
    assert_true(has(b, "HttpOnly; SameSite=Lax"));
    assert_int_equal(b->cookie.n, 64);
    assert_false(str_eq(visitor, b->cookie));
    assert_int_equal(get(b, "/desk"), 200);
    assert_true(has(b, "{\"id\":1,\"9\":0,\"10\":1,\"11\":1,\"12\":1,\"13\":0"));
    assert_int_equal(get(b, "/account?lang=en"), 200);
    assert_true(has(b, "Lan &amp; Co") && has(b, "Leader") && has(b, "Cache-Control: no-store"));
    keep_page(b, "account");
    struct str session = b->cookie;
    assert_int_equal(post(b, "/sign-out", ""), 303);
    assert_int_equal(b->cookie.n, 32);
    b->cookie = session;
    get(b, "/probe");
    assert_true(has(b, "{\"id\":0,"));
}

static void refusals(void **state)
{
    struct bench *b = *state;
    assert_int_equal(get(b, "/sign-in?lang=en"), 200);
    struct str form = b->body;
    assert_int_equal(post(b, "/sign-in?lang=en", "login=lan&password=wrong-password"), 422);
    assert_true(has(b, "The user name or the password is not right.") && has(b, "value=\"lan\""));
    assert_false(has(b, "wrong-password"));
    keep_page(b, "sign-in-wrong");
    struct str wrong = b->body;
    assert_int_equal(post(b, "/sign-in?lang=en", "login=nobody&password=wrong-password"), 422);
    assert_true(has(b, "The user name or the password is not right."));
    assert_int_equal(b->body.n, wrong.n + strlen("nobody") - strlen("lan"));
    /* Another's form, or none. */
    b->body = STR("name=\"csrf\" value=\"0000000000000000000000000000000000000000000000000000000000000000\"");
    assert_int_equal(post(b, "/sign-in", "login=lan&password=" PASSWORD), 403);
    b->body = form;
    b->cookie = STR("");
    assert_int_equal(post(b, "/sign-in", "login=lan&password=" PASSWORD), 403);
    get(b, "/sign-in");
    assert_int_equal(post(b, "/sign-in", "login=lan&password=" PASSWORD "&next=//evil.example"), 303);
    assert_true(has(b, "Location: /desk\r\n"));
}

static void locked_out(void **state)
{
    struct bench *b = *state;
    for (int i = 0; i < 5; i++) {
        get(b, "/sign-in");
        assert_int_equal(post(b, "/sign-in", "login=lan&password=wrong-password"), 422);
    }
    get(b, "/sign-in");
    assert_int_equal(post(b, "/sign-in?lang=en", "login=lan&password=" PASSWORD), 422);
    assert_true(has(b, "Too many tries"));
    atomic_fetch_add(&b->now, 30000);
    sign_in(b);
}

static void secret_of_page(struct bench *b, uint8_t secret[TOTP_SECRET])
{
    static const char symbols[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    struct str s = between(b->body, "<code>", "</code>");
    uint32_t bits = 0;
    int have = 0;
    size_t n = 0;
    assert_int_equal(s.n, 32);
    for (size_t i = 0; i < s.n; i++) {
        bits = bits << 5 | (uint32_t)(strchr(symbols, s.p[i]) - symbols);
        have += 5;
        if (have >= 8) {
            have -= 8;
            secret[n++] = (uint8_t)(bits >> have);
        }
    }
}

static uint32_t code_of(struct bench *b, const uint8_t *secret)
{
    return totp_code(secret, TOTP_SECRET, totp_counter((struct instant){atomic_load(&b->now)}));
}

static void enrolling_a_telephone(void **state)
{
    struct bench *b = *state;
    uint8_t secret[TOTP_SECRET];
    sign_in(b);
    assert_int_equal(get(b, "/account/totp?lang=en"), 200);
    assert_true(has(b, "<svg"));
    keep_page(b, "totp");
    secret_of_page(b, secret);
    struct str pending = between(b->body, "name=\"pending\" value=\"", "\"");
    uint32_t wrong = (code_of(b, secret) + 1) % 1000000;
    const char *fields = str_printf(&b->a, "pending=" STR_FMT "&code=%06u&password=", STR_ARG(pending), wrong).p;
    assert_int_equal(post(b, "/account/totp", str_printf(&b->a, "%s" PASSWORD, fields).p), 422);
    assert_true(str_eq(between(b->body, "name=\"pending\" value=\"", "\""), pending));
    fields = str_printf(&b->a, "pending=" STR_FMT "&code=%06u&password=", STR_ARG(pending), code_of(b, secret)).p;
    assert_int_equal(post(b, "/account/totp", str_printf(&b->a, "%swrong-password", fields).p), 422);
    assert_int_equal(post(b, "/account/totp?lang=en", str_printf(&b->a, "%s" PASSWORD, fields).p), 200);
    assert_true(has(b, "Two-step verification is on"));
    keep_page(b, "codes");
    struct str spare = between(b->body, "<li><code>", "</code>");
    assert_int_equal(spare.n, 11);
    /* From now on signing in takes two steps; the code just used is spent. */
    b->cookie = STR("");
    get(b, "/sign-in");
    assert_int_equal(post(b, "/sign-in", "login=lan&password=" PASSWORD "&next=/desk"), 303);
    assert_true(has(b, "Location: /sign-in/code?next=/desk\r\n"));
    assert_int_equal(get(b, "/desk"), 303);
    assert_int_equal(get(b, "/sign-in/code?next=/desk&lang=en"), 200);
    keep_page(b, "code");
    assert_int_equal(post(b, "/sign-in/code", str_printf(&b->a, "code=%06u&next=/desk", code_of(b, secret)).p), 422);
    atomic_fetch_add(&b->now, 30000);
    assert_int_equal(post(b, "/sign-in/code", str_printf(&b->a, "code=%06u&next=/desk", code_of(b, secret)).p), 303);
    assert_true(has(b, "Location: /desk\r\n"));
    assert_int_equal(get(b, "/desk"), 200);
}

static void changing_the_password(void **state)
{
    struct bench *b = *state;
    sign_in(b);
    struct str other = b->cookie;
    b->cookie = STR("");
    sign_in(b);
    assert_int_equal(get(b, "/account"), 200);
    assert_int_equal(post(b, "/account", "password=" PASSWORD "&fresh=short&again=short"), 422);
    assert_int_equal(post(b, "/account", "password=" PASSWORD "&fresh=quite another one&again=quite anothre one"), 422);
    assert_int_equal(post(b, "/account", "password=wrong-password&fresh=quite another one&again=quite another one"), 422);
    assert_int_equal(post(b, "/account", "password=" PASSWORD "&fresh=quite another one&again=quite another one"), 303);
    assert_int_equal(get(b, "/account?done=password"), 200);
    b->cookie = other; /* the session elsewhere has ended */
    get(b, "/probe");
    assert_true(has(b, "{\"id\":0,"));
    /* No work is lost: the form's token still holds, and the person is told to sign in. */
    get(b, "/sign-in");
    assert_int_equal(post(b, "/account", "password=x&fresh=y&again=z"), 303);
    assert_true(has(b, "Location: /sign-in?next=/account\r\n"));
}

static void a_matter_followed_by_its_code(void **state)
{
    struct bench *b = *state;
    get(b, "/track-it?on=1");
    assert_int_equal(get(b, "/probe"), 200);
    assert_true(has(b, "\"track\":\"7/345\""));
    atomic_fetch_add(&b->now, 60 * 60 * 1000);
    get(b, "/probe");
    assert_true(has(b, "\"track\":\"0/0\""));
    get(b, "/track-it?on=1");
    get(b, "/track-it");
    assert_int_equal(b->track.n, 0);
}

static void sessions_end_by_the_clock(void **state)
{
    struct bench *b = *state;
    struct err e;
    sign_in(b);
    for (int hour = 0; hour < 12; hour += 6) {
        atomic_fetch_add(&b->now, 6 * 60 * 60 * 1000);
        get(b, "/probe");
        assert_true(has(b, "{\"id\":1,"));
        check(people_upkeep(b->site.people, (struct instant){atomic_load(&b->now)}, &e), &e);
    }
    atomic_fetch_add(&b->now, 8 * 60 * 60 * 1000);
    get(b, "/probe");
    assert_true(has(b, "{\"id\":0,"));
}

/* An account of the office, as the program makes it. */
static void add(struct bench *b, const char *login, int64_t office_id, uint32_t roles)
{
    struct person_new in = {str_of(login), str_of(login), STR(""), STR(PASSWORD), office_id, roles, false};
    struct viewer program = VIEWER_SYSTEM;
    struct people_doing d = {b->site.people, &b->a, &program, {atomic_load(&b->now)}};
    struct err e;
    int64_t id;
    check(people_add(&d, &in, &id, &e), &e);
}

static void sign_in_as(struct bench *b, const char *login, const char *password)
{
    b->cookie = STR("");
    assert_int_equal(get(b, "/sign-in"), 200);
    assert_int_equal(post(b, "/sign-in", str_printf(&b->a, "login=%s&password=%s", login, password).p), 303);
}

static void an_administrator_keeps_accounts(void **state)
{
    struct bench *b = *state;
    add(b, "quan", 10, ROLE_ADMIN);
    add(b, "khac", 20, ROLE_RECEPTION);
    sign_in_as(b, "quan", PASSWORD);
    assert_int_equal(get(b, "/admin/accounts?lang=en"), 200);
    assert_true(has(b, "Lan &amp; Co") && has(b, "/admin/accounts/lan") && !has(b, "khac"));
    assert_int_equal(get(b, "/admin/accounts?q=nobody"), 200);
    assert_false(has(b, "/admin/accounts/lan"));
    assert_int_equal(get(b, "/admin/accounts/khac"), 404); /* of another office */
    assert_int_equal(get(b, "/admin/accounts/new"), 200);
    assert_int_equal(post(b, "/admin/accounts/new", "name=Moi&login=moi&office=10"), 422); /* no role */
    assert_int_equal(post(b, "/admin/accounts/new", "name=Moi&login=lan&office=10&reception=1"), 422); /* taken */
    assert_true(has(b, "value=\"Moi\""));
    assert_int_equal(post(b, "/admin/accounts/new", "name=Moi&login=moi&office=20&reception=1"), 422); /* not hers */
    assert_int_equal(post(b, "/admin/accounts/new", "name=Moi&login=moi&office=10&reception=1"), 200);
    struct str made = str_copy(&b->a, between(b->body, "<p class=\"number\"><code>", "<"));
    assert_int_equal(made.n, 16);
    assert_int_equal(get(b, "/admin/accounts/moi"), 200);
    assert_false(has(b, made.p)); /* once only */
    assert_int_equal(post(b, "/admin/accounts/moi/roles", "office=10&settling=1&leader=1"), 303);
    assert_int_equal(get(b, "/admin/accounts/quan"), 200);
    assert_int_equal(post(b, "/admin/accounts/quan/roles", "office=10&leader=1"), 422); /* nobody promotes herself */
    struct str admin = b->cookie;
    sign_in_as(b, "moi", made.p);
    assert_int_equal(get(b, "/desk"), 200);
    assert_int_equal(get(b, "/admin/accounts"), 403);
    assert_int_equal(get(b, "/account"), 200);
    assert_int_equal(post(b, "/admin/accounts/lan/password", ""), 403);
    b->cookie = admin;
    assert_int_equal(get(b, "/admin/accounts/moi"), 200);
    assert_int_equal(post(b, "/admin/accounts/khac/password", ""), 404);
    assert_int_equal(get(b, "/admin/accounts/moi"), 200);
    assert_int_equal(post(b, "/admin/accounts/moi/disable", ""), 303);
    assert_int_equal(get(b, "/admin/accounts/moi"), 200);
    assert_true(has(b, "/admin/accounts/moi/enable"));
    b->cookie = STR("");
    assert_int_equal(get(b, "/sign-in"), 200);
    assert_int_equal(post(b, "/sign-in", str_printf(&b->a, "login=moi&password=" STR_FMT, STR_ARG(made)).p), 422);
}

static void a_citizen_makes_an_account(void **state)
{
    struct bench *b = *state;
    assert_int_equal(get(b, "/account/new?lang=en"), 200);
    assert_int_equal(post(b, "/account/new", "name=Hoa&login=Hoa&fresh=" PASSWORD "&again=another one"), 422);
    assert_true(has(b, "value=\"Hoa\""));
    assert_false(has(b, PASSWORD));
    assert_int_equal(post(b, "/account/new", "name=Hoa&login=lan&fresh=" PASSWORD "&again=" PASSWORD), 422); /* taken */
    assert_int_equal(post(b, "/account/new", "name=Hoa&login=hoa&fresh=" PASSWORD "&again=" PASSWORD "&admin=1&office=10"), 303);
    assert_int_equal(get(b, "/account?lang=en"), 200);
    assert_true(has(b, "Hoa") && has(b, "/account/matters"));
    assert_int_equal(get(b, "/desk"), 403);
    assert_int_equal(get(b, "/admin/accounts"), 403);
}

#define ON_BENCH(test) cmocka_unit_test_setup_teardown(test, open_bench, close_bench)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        ON_BENCH(the_form_is_whole_in_three_languages), ON_BENCH(signing_in_and_out), ON_BENCH(refusals),
        ON_BENCH(locked_out),                           ON_BENCH(enrolling_a_telephone), ON_BENCH(changing_the_password),
        ON_BENCH(a_matter_followed_by_its_code),        ON_BENCH(sessions_end_by_the_clock),
        ON_BENCH(an_administrator_keeps_accounts),      ON_BENCH(a_citizen_makes_an_account),
    };
    crypt_init();
    i18n_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
