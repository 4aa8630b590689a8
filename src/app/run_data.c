// SPDX-License-Identifier: AGPL-3.0-or-later
/* Commands that make, load, check and copy a data directory. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/check.h"
#include "app/open.h"
#include "app/run.h"
#include "app/settings.h"
#include "base/text.h"
#include "features/units/units.h"
#include "platform/assets/assets.h"
#include "platform/i18n/i18n.h"

/* ---- init ---- */

static bool make_dir(const char *path, struct err *e)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST || FAIL(e, ERR_IO, "err.io", "cannot make %s: %s", path, strerror(errno));
}

/* The directory and those above it. */
static bool make_dirs(struct cli *c, struct err *e)
{
    char *path = str_z(&c->arena, str_of(c->data));
    for (char *p = path + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = 0;
        if (mkdir(path, 0755) != 0 && errno != EEXIST)
            return FAIL(e, ERR_IO, "err.io", "cannot make %s: %s", path, strerror(errno));
        *p = '/';
    }
    return make_dir(path, e) && make_dir(open_path(c, "files").p, e) && make_dir(open_path(c, "held").p, e) &&
           make_dir(open_path(c, "incoming").p, e);
}

static bool write_conf(const char *path, const char *pack, struct err *e)
{
    FILE *f = fopen(path, "wx");
    bool good = f && fprintf(f, "rules: { pack = \"%s\"; };\n", pack) > 0;
    good = f && fclose(f) == 0 && good;
    return good || FAIL(e, ERR_IO, "err.io", "cannot write %s: %s", path, strerror(errno));
}

/* The pack that holds there from now on. A new one is written to dinh.conf; an
 * office that has one stays with it. */
static bool choose_pack(struct cli *c, struct str *ret, struct err *e)
{
    struct config *config;
    const char *wanted = cli_value(c, "rules");
    struct rule_file *files;
    size_t n;
    struct str has = rules_embedded_packs(&c->arena), conf = open_path(c, "dinh.conf");
    if (!settings_load(c, &config, e))
        return false;
    *ret = config_text(config, "rules.pack");
    if (!wanted || str_is(*ret, wanted))
        return true;
    rules_embedded(&c->arena, str_of(wanted), &files, &n);
    if (!n)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--rules: the program carries " STR_FMT, STR_ARG(has));
    if (cli_flag(c, "demo"))
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--rules: the demonstration plays by " STR_FMT, STR_ARG(*ret));
    if (access(conf.p, F_OK) == 0 || access(open_path(c, "dinh.db").p, F_OK) == 0)
        return FAIL(e, ERR_CONFLICT, "err.conflict", "%s works by the pack " STR_FMT " already", c->data, STR_ARG(*ret));
    *ret = str_of(wanted);
    return make_dirs(c, e) && write_conf(conf.p, wanted, e);
}

static bool load_rules(struct cli *c, struct str pack, struct err *e)
{
    struct rule_file *files;
    size_t n;
    struct strbuf problems;
    struct viewer program = VIEWER_SYSTEM;
    strbuf_init(&problems, &c->arena, 1 << 20);
    rules_embedded(&c->arena, pack, &files, &n);
    struct rules_install in = {.files = files, .files_n = n, .now = c->now, .actor = &program, .problems = &problems};
    if (store_run(c->store, rules_install, &in, e))
        return true;
    fputs(strbuf_text(&problems).p, stderr);
    return false;
}

bool run_init(struct cli *c, struct err *e)
{
    struct demo_options demo;
    struct cli_bar bar;
    struct str pack;
    bool used = false;
    if (!cli_int(c, "cases", 1200, &demo.cases, e) || !cli_int(c, "seed", 1, &demo.seed, e))
        return false;
    if (demo.cases < 1 || demo.cases > 1000000)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--cases is 1 to 1000000");
    if (cli_flag(c, "demo") && !open_is_used(c, &used, e))
        return false;
    if (used)
        return FAIL(e, ERR_CONFLICT, "err.conflict", "%s holds data already; a demonstration needs an empty directory", c->data);
    i18n_init();
    if (!choose_pack(c, &pack, e))
        return false;
    cli_bar_open(&bar, c, "units and law", 3);
    if (!make_dirs(c, e) || !keys_create(c->data, e) || !cli_store(c, true, e))
        return false;
    cli_bar_step(&bar, 1);
    if (!units_load_embedded(c->store, pack, c->now, e))
        return false;
    cli_bar_step(&bar, 2);
    if (!load_rules(c, pack, e))
        return false;
    cli_bar_close(&bar);
    return !cli_flag(c, "demo") || demo_make(c, &demo, e);
}

/* ---- check ---- */

bool run_check(struct cli *c, struct err *e)
{
    struct strbuf report;
    struct check_result x = {.files = cli_flag(c, "files"), .recount = cli_flag(c, "recount")};
    strbuf_init(&report, &c->arena, 1 << 20);
    if (!cli_store(c, false, e) || !check_all(c, &x, &report, e))
        return false;
    if (c->json)
        strbuf_printf(&report, "{\"sound\":%s,\"acts\":%lld,\"attachments\":%lld,\"orphans\":%lld}\n", x.sound ? "true" : "false",
                      (long long)x.acts, (long long)x.attachments, (long long)x.orphans);
    else
        strbuf_printf(&report, "%s: %lld acts, %lld attachments, %lld files without a matter\n",
                      x.sound ? "sound" : "NOT SOUND", (long long)x.acts, (long long)x.attachments, (long long)x.orphans);
    if (!cli_print(strbuf_text(&report), e))
        return false;
    return x.sound || FAIL(e, ERR_STORE, "err.store.damaged", "the data is not sound");
}
