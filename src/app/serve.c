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
#include "app/settings.h"
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

static bool serve(struct cli *c, struct opened *o, const struct config *config, struct err *e)
{
    sigset_t set;
    struct http_server *server;
    const char *listen = config_text(config, "serve.listen").p;
    struct str proxy = config_text(config, "serve.proxy");
    struct http_options h = {
        .listen = listen,
        .data_dir = c->data,
        .rate_per_minute = (int)config_int(config, "serve.rate"),
        .secure_cookies = config_flag(config, "serve.behind_tls"),
        .trusted_proxy = proxy.n ? proxy.p : NULL,
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
    struct config *config;
    i18n_init();
    if (!settings_load(c, &config, e) || !open_site(c, &o, e))
        return false;
    o.site.base_url = config_text(config, "serve.base_url");
    if (!o.site.base_url.n)
        o.site.base_url = str_printf(&c->arena, "http://" STR_FMT, STR_ARG(config_text(config, "serve.listen")));
    run_print_accounts(c);
    bool good = serve(c, &o, config, e);
    open_close(&o);
    return good;
}
