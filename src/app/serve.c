// SPDX-License-Identifier: AGPL-3.0-or-later
/* dinh serve: the program as a server, until it is told to end. */
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "app/features.h"
#include "app/follow_rules.h"
#include "app/open.h"
#include "app/run.h"
#include "app/settings.h"
#include "base/qr.h"
#include "features/cases/case_check.h"
#include "features/cases/case_move.h"
#include "features/cases/case_vault.h"
#include "features/deadlines/deadlines.h"
#include "features/facts/facts.h"
#include "features/review/board.h"
#include "platform/i18n/i18n.h"
#include "platform/jobs/jobs.h"
#include "platform/log/log.h"
#include "platform/sandbox/sandbox.h"
#include "platform/ui/ui.h"

static void identify(struct request *r)
{
    r->zone_minutes = site_of(r)->zone_minutes;
    people_identify(r);
}

/* Who may not is asked to sign in; all else is the error page. */
static void error_page(struct request *r, const struct err *e, struct response *p)
{
    if (!people_sign_in_first(r, e, p))
        ui_error_answer(r, e, p);
}

static uint64_t generation(void *app)
{
    struct site *site = app;
    return store_generation(site->store) + site->rules_taken;
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
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of that write, not the end */
}

static void wait_for_end(const sigset_t *set)
{
    int got;
    do {
        if (sigwait(set, &got) != 0)
            return;
    } while (got == SIGHUP);
}

static bool upkeep(void *with, struct instant now, struct err *e)
{
    return people_upkeep(with, now, e);
}

/* The boards that people look at, and the one that opens first. */
static bool board_keep(struct site *site, struct arena *a, struct rd *rd, struct instant now, struct err *e)
{
    struct viewer program = VIEWER_SYSTEM;
    const struct case_world world = {.rules = site->rules, .zone_minutes = site->zone_minutes,
                                     .today = instant_day(now, site->zone_minutes)};
    const struct case_look l = {rd, a, &world, &program};
    struct board_question q = {.facts = site->facts, .store = site->store, .now = now, .from = DAY_NONE, .to = DAY_NONE};
    struct rule_period p;
    if (!rulebook_board(site->rules, "received"))
        return true;
    if (board_period(site->rules, a, STR(""), world.today, &p)) {
        q.from = p.from;
        q.to = p.to;
    }
    return board_refresh(site->boards, &l, &q, e);
}

/* Keeps the facts near the acts, so that the first review of a morning waits for nothing. */
static bool follow_acts(void *with, struct instant now, struct err *e)
{
    struct site *site = with;
    struct arena a;
    struct rd *rd;
    arena_init(&a);
    bool good = store_read(site->store, &a, &rd, e);
    if (good) {
        good = facts_catch_up(site->facts, rd, e) && board_keep(site, &a, rd, now, e);
        store_read_end(rd);
    }
    arena_done(&a);
    return good;
}

/* Nothing is told outside working hours: the sweep sees to that. */
static bool warn_of_deadlines(void *with, struct instant now, struct err *e)
{
    struct site *site = with;
    struct arena a;
    arena_init(&a);
    const struct case_world world = {.rules = site->rules, .keys = site->keys, .zone_minutes = site->zone_minutes,
                                     .today = instant_day(now, site->zone_minutes)};
    struct deadline_sweep s = {.store = site->store, .world = &world, .now = now, .arena = &a};
    bool good = deadlines_run(&s, e);
    arena_done(&a);
    return good;
}

static bool sweep_held(void *with, struct instant now, struct err *e)
{
    (void)now; /* files have the times of the system */
    return case_held_sweep(((struct site *)with)->data_dir, instant_now(), e);
}

/* Who left an office loses her key to its denouncers. */
static bool sweep_holders(void *with, struct instant now, struct err *e)
{
    struct site *site = with;
    struct arena a;
    int64_t ended;
    struct viewer program = VIEWER_SYSTEM;
    arena_init(&a);
    const struct vault_doing d = {site->store, &a, &program, now};
    bool good = case_holders_sweep(&d, &ended, e);
    arena_done(&a);
    return good;
}

static bool serve(struct cli *c, struct opened *o, struct err *e)
{
    sigset_t set;
    const struct config *config = o->config;
    const struct job_kinds kinds[] = {{mail_jobs, &o->mailer}, {case_jobs, &o->site}, {NULL, NULL}};
    struct rules_follow rules;
    const struct job_tick ticks[] = {{"people", 60, upkeep, o->site.people}, {"facts", 20, follow_acts, &o->site},
                                     {"deadlines", 300, warn_of_deadlines, &o->site}, {"rules", 1, rules_follow, &rules},
                                     {"held", 3600, sweep_held, &o->site},
                                     {"holders", 60, sweep_holders, &o->site},
                                     {NULL, 0, NULL, NULL}};
    struct jobs_options j = {.store = o->site.store, .kinds = kinds, .ticks = ticks, .now = open_now, .app = &o->site};
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
        .error_page = error_page,
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
    rules_follow_open(&rules, &o->site);
    struct jobs *jobs = jobs_open(&j);
    jobs_start(jobs);
    wait_for_end(&set);
    http_stop(server);
    jobs_close(jobs);
    rules_follow_close(&rules);
    return true;
}

/* Before any thread is started: each has what the one that made it has. */
static bool enter_sandbox(struct cli *c, struct err *e)
{
    struct config *config;
    struct sandbox_holds holds;
    int64_t port = 0;
    if (!settings_load(c, &config, e))
        return false;
    if (!config_flag(config, "serve.sandbox")) {
        LOG(LOG_WARN, "serve.sandbox", log_s("off", STR("by the setting serve.sandbox")));
        return true;
    }
    const char *listen = config_text(config, "serve.listen").p;
    const char *colon = strrchr(listen, ':');
    const char *file = c->database && str_starts(str_of(c->database), STR("sqlite:")) ? strchr(c->database, ':') + 1 : NULL;
    const char *more[] = {file ? dirname(str_z(&c->arena, str_of(file))) : NULL, NULL};
    const struct sandbox s = {.user = config_text(config, "serve.user").p, .data_dir = c->data, .more = more,
                              .port = colon && str_int(str_of(colon + 1), &port) ? (int)port : 0};
    if (!sandbox_enter(&s, &holds, e))
        return false;
    sandbox_log(&holds);
    return true;
}

bool run_serve(struct cli *c, struct err *e)
{
    struct opened o;
    i18n_init();
    if (!enter_sandbox(c, e))
        return false;
    if (!open_site(c, &o, e))
        return false;
    if (!open_facts(c, &o, e)) {
        open_close(&o);
        return false;
    }
    o.site.base_url = config_text(o.config, "serve.base_url");
    if (!o.site.base_url.n)
        o.site.base_url = str_printf(&c->arena, "http://" STR_FMT, STR_ARG(config_text(o.config, "serve.listen")));
    /* a code is most of what a receipt costs */
    if (!qr_series_make(&c->arena, str_printf(&c->arena, STR_FMT CASE_TRACK_LINK, STR_ARG(o.site.base_url)), CASE_CODE_SYMBOLS,
                        &o.site.receipts))
        o.site.receipts = NULL;
    run_print_accounts(c);
    bool good = serve(c, &o, e);
    open_close(&o);
    return good;
}
