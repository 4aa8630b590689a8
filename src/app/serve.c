// SPDX-License-Identifier: AGPL-3.0-or-later
/* dinh serve: the program as a server, until it is told to end. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "app/features.h"
#include "app/open.h"
#include "app/run.h"
#include "base/text.h"
#include "platform/i18n/i18n.h"
#include "platform/log/log.h"
#include "platform/ui/ui.h"

static void identify(struct request *r)
{
    r->zone_minutes = site_of(r)->zone_minutes;
    people_identify(r);
}

static uint64_t generation(void *app)
{
    return store_generation(((struct site *)app)->store);
}

/* Signals are taken by waiting for them here, so that no handler ever runs. */
static void block_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* Once a minute the upkeep; ends on a signal. */
static void wait_for_end(struct opened *o, const sigset_t *set)
{
    const struct timespec minute = {60, 0};
    int got;
    struct err e = {0};
    while ((got = sigtimedwait(set, NULL, &minute)) == -1 || got == SIGHUP) {
        if (!people_upkeep(o->site.people, open_now(&o->site), &e))
            log_err("upkeep", &e);
    }
}

static bool serve(struct cli *c, struct opened *o, const char *listen, struct err *e)
{
    sigset_t set;
    struct http_server *server;
    int64_t rate;
    if (!cli_int(c, "rate", 0, &rate, e))
        return false;
    struct http_options h = {
        .listen = listen,
        .data_dir = c->data,
        .rate_per_minute = (int)rate,
        .secure_cookies = cli_flag(c, "behind-tls"),
        .trusted_proxy = cli_value(c, "proxy"),
        .tables = app_routes,
        .app = &o->site,
        .identify = identify,
        .csrf_holds = people_csrf_holds,
        .error_page = ui_error_answer,
        .generation = generation,
        .now = open_now,
    };
    block_signals(&set);
    if (!http_start(&h, &server, e))
        return false;
    /* --listen with port 0: say the one in fact bound */
    const char *colon = strrchr(listen, ':');
    int host = colon ? (int)(colon - listen) : 0;
    fprintf(stderr, "dinh %s: http://%.*s:%d\n", DINH_VERSION, host, listen, http_port(server));
    fflush(stderr);
    wait_for_end(o, &set);
    http_stop(server);
    return true;
}

bool run_serve(struct cli *c, struct err *e)
{
    struct opened o;
    const char *listen = cli_value(c, "listen") ? cli_value(c, "listen") : "127.0.0.1:8080";
    const char *base = cli_value(c, "base-url");
    i18n_init();
    if (!open_site(c, &o, e))
        return false;
    o.site.base_url = base ? str_of(base) : str_printf(&c->arena, "http://%s", listen);
    run_print_accounts(c);
    bool good = serve(c, &o, listen, e);
    open_close(&o);
    return good;
}
