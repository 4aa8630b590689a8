// SPDX-License-Identifier: AGPL-3.0-or-later
#include "app/settings.h"

#include <string.h>
#include <unistd.h>

#include "app/open.h"
#include "app/run.h"
#include "platform/mail/mail.h"

static const struct setting own[] = {
    {.name = "serve.listen", .type = SETTING_TEXT, .otherwise = "127.0.0.1:8080", .about = "address and port to listen on"},
    {.name = "serve.base_url", .type = SETTING_TEXT, .otherwise = "", .about = "what links and QR codes begin with"},
    {.name = "serve.behind_tls", .type = SETTING_FLAG, .otherwise = "no", .about = "a proxy in front speaks TLS"},
    {.name = "serve.proxy", .type = SETTING_TEXT, .otherwise = "", .about = "address whose X-Forwarded-For is believed"},
    {.name = "serve.rate", .type = SETTING_INT, .otherwise = "120", .min = -1, .max = 1000000,
     .about = "state-changing requests a minute from one address; -1 no limit"},
    {.name = "serve.user", .type = SETTING_TEXT, .otherwise = "",
     .about = "whom a server started by root becomes; empty: who owns the data directory"},
    {.name = "serve.sandbox", .type = SETTING_FLAG, .otherwise = "yes",
     .about = "give up files and system calls that a server does not need"},
    {.name = "office.zone_minutes", .type = SETTING_INT, .otherwise = "420", .min = -840, .max = 840,
     .about = "minutes the offices' clocks are ahead of Greenwich"},
    {.name = "rules.pack", .type = SETTING_TEXT, .otherwise = "vn", .about = "which pack of law tables holds"},
    {.name = NULL},
};
static const struct setting *const tables[] = {own, mail_settings, NULL};

/* Options of `dinh serve` that are settings. */
static const struct {
    const char *option, *setting;
} options[] = {
    {"listen", "serve.listen"}, {"base-url", "serve.base_url"}, {"behind-tls", "serve.behind_tls"},
    {"proxy", "serve.proxy"},   {"rate", "serve.rate"}, {"user", "serve.user"},
};

static bool has_option(const struct cli *c, const char *name)
{
    for (const struct cli_option *o = c->command->options; o->name; o++) {
        if (strcmp(o->name, name) == 0)
            return true;
    }
    return false;
}

bool settings_load(struct cli *c, struct config **ret, struct err *e)
{
    struct setting_given *given = arena_array(&c->arena, struct setting_given, sizeof options / sizeof *options);
    size_t n = 0;
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        if (has_option(c, options[i].option) && cli_value(c, options[i].option))
            given[n++] = (struct setting_given){options[i].setting, cli_value(c, options[i].option)};
    }
    struct config_sources from = {.tables = tables, .file = open_path(c, "dinh.conf").p,
                                  .environment = (const char *const *)environ, .given = given, .given_n = n};
    return config_load(&c->arena, &from, ret, e);
}

bool run_config(struct cli *c, struct err *e)
{
    struct config *config;
    struct strbuf b;
    strbuf_init(&b, &c->arena, 1 << 20);
    if (!settings_load(c, &config, e))
        return false;
    if (c->json)
        config_explain_json(config, &b);
    else
        config_explain(config, &b);
    strbuf_char(&b, '\n');
    return cli_print(strbuf_text(&b), e);
}
