// SPDX-License-Identifier: AGPL-3.0-or-later
#include "app/cli.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypt.h"
#include "base/json.h"
#include "platform/i18n/i18n.h"

enum { OPTIONS = 16, GLOBAL = 1000 };

static const struct cli_option global_options[] = {
    {"data", "DIR", "the data directory (default: $DINH_DATA, else var/dinh)"},
    {"database", "URL", "the database (default: $DINH_DATABASE, else sqlite in the data directory)"},
    {"now", "INSTANT", "act as if it were this instant: 2026-07-06 or 2026-07-06T08:00:00+07:00"},
    {"format", "text|json", "how to print"},
    {"help", NULL, "print this"},
    {NULL, NULL, NULL},
};

static void print_options(FILE *f, const struct cli_option *o)
{
    char left[64];
    for (; o && o->name; o++) {
        snprintf(left, sizeof left, "--%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
        fprintf(f, "  %-24s %s\n", left, o->about);
    }
}

static void print_help(FILE *f)
{
    fputs("dinh: grassroots democracy in the open\n\nusage: dinh [--data DIR] [--database URL] [--now INSTANT] COMMAND …\n\n", f);
    for (const struct cli_command *c = cli_commands; c->name; c++)
        fprintf(f, "  %-18s %s\n", c->name, c->about);
    fputs("\nglobal options:\n", f);
    print_options(f, global_options);
    fputs("\nexit codes: 0 done, 2 bad input, 3 not found, 4 denied, 5 conflict, 6 busy, 7 uncertain, 8 store, 9 io\n"
          "`dinh COMMAND --help` tells more of one command.\n", f);
}

static void print_command_help(FILE *f, const struct cli_command *c)
{
    fprintf(f, "usage: dinh %s%s%s%s\n\n%s\n", c->name, c->options && c->options->name ? " [options]" : "",
            c->arguments ? " " : "", c->arguments ? c->arguments : "", c->about);
    if (c->options && c->options->name) {
        fputs("\noptions:\n", f);
        print_options(f, c->options);
    }
    fputs("\nglobal options:\n", f);
    print_options(f, global_options);
}

/* Adds a table to getopt's; values from `base` on. */
static int add_options(struct option *to, int n, const struct cli_option *from, int base)
{
    for (int i = 0; from && from[i].name; i++)
        to[n++] = (struct option){from[i].name, from[i].value ? required_argument : no_argument, NULL, base + i};
    to[n] = (struct option){0};
    return n;
}

static bool take_global(struct cli *c, int i, const char *value, bool *ret_help, struct err *e)
{
    const char *name = global_options[i].name;
    value = value ? value : ""; /* of those that take none */
    if (strcmp(name, "help") == 0) {
        *ret_help = true;
    } else if (strcmp(name, "data") == 0) {
        c->data = value;
    } else if (strcmp(name, "database") == 0) {
        c->database = value;
    } else if (strcmp(name, "now") == 0) {
        c->now_given = instant_parse(str_of(value), &c->now);
        return c->now_given || FAIL(e, ERR_BAD_INPUT, "err.cli", "--now: no such instant: %s", value);
    } else if (strcmp(name, "format") == 0) {
        c->json = strcmp(value, "json") == 0;
        /* other formats belong to commands that declare --format themselves */
        return c->json || strcmp(value, "text") == 0 || FAIL(e, ERR_BAD_INPUT, "err.cli", "--format is text or json, not %s", value);
    }
    return true;
}

static int own_option(const struct cli_command *command, const char *name)
{
    for (int i = 0; command && command->options && command->options[i].name; i++) {
        if (strcmp(command->options[i].name, name) == 0)
            return i;
    }
    return -1;
}

/* Global options, less those that the command declares itself. */
static int table_of(const struct cli_command *command, struct option *to)
{
    int n = add_options(to, 0, command ? command->options : NULL, 0);
    for (int i = 0; global_options[i].name; i++) {
        if (own_option(command, global_options[i].name) < 0)
            to[n++] = (struct option){global_options[i].name, global_options[i].value ? required_argument : no_argument,
                                      NULL, GLOBAL + i};
    }
    to[n] = (struct option){0};
    return n;
}

static void take_own(struct cli *c, int i, const char *value)
{
    const char *kind = c->command->options[i].value;
    if (c->values[i] && kind && str_ends(str_of(kind), STR("…")))
        value = str_printf(&c->arena, "%s,%s", c->values[i], value).p;
    c->values[i] = value ? value : "yes";
}

/* Reads options up to the first word that is none (stop), or all of them. */
static bool read_options(struct cli *c, int argc, char **argv, bool stop, bool *ret_help, struct err *e)
{
    struct option table[2 * OPTIONS + 8];
    table_of(c->command, table);
    int got;
    while ((got = getopt_long(argc, argv, stop ? "+:" : ":", table, NULL)) != -1) {
        if (got == '?' || got == ':')
            return FAIL(e, ERR_BAD_INPUT, "err.cli", "%s: %s (see --help)",
                        got == ':' ? "value missing" : "unknown option", argv[optind - 1]);
        if (got >= GLOBAL) {
            if (!take_global(c, got - GLOBAL, optarg, ret_help, e))
                return false;
        } else if (got < OPTIONS) {
            take_own(c, got, optarg);
        }
    }
    return true;
}

/* The command whose one or two words begin argv; NULL when none does. */
static const struct cli_command *command_of(int argc, char **argv, int *ret_words)
{
    char two[80];
    for (int words = argc > 1 ? 2 : 1; words > 0; words--) {
        snprintf(two, sizeof two, "%s%s%s", argv[0], words > 1 ? " " : "", words > 1 ? argv[1] : "");
        for (const struct cli_command *c = cli_commands; c->name; c++) {
            if (strcmp(c->name, two) == 0) {
                *ret_words = words;
                return c;
            }
        }
    }
    return NULL;
}

static bool run_command(struct cli *c, int argc, char **argv, struct err *e)
{
    int words = 0;
    bool help = false;
    c->command = command_of(argc, argv, &words);
    if (!c->command)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "no such command: %s (see dinh --help)", argv[0]);
    optind = 0;
    if (!read_options(c, argc - words + 1, argv + words - 1, false, &help, e))
        return false;
    if (help) {
        print_command_help(stdout, c->command);
        return true;
    }
    c->argc = argc - words + 1 - optind;
    c->argv = argv + words - 1 + optind;
    if (c->argc < c->command->min_args || c->argc > c->command->max_args)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "usage: dinh %s %s", c->command->name,
                    c->command->arguments ? c->command->arguments : "");
    if (!c->now_given)
        c->now = instant_now();
    return c->command->run(c, e);
}

/* What is wrong in particular; else in general, in English. */
static const char *words_of(const struct err *e)
{
    if (e->detail[0] || !e->msg)
        return e->detail;
    i18n_init();
    return i18n_text(LANG_EN, e->msg).p;
}

static void print_error(const struct cli *c, const struct err *e)
{
    struct arena a;
    struct strbuf b;
    struct json j;
    if (!c->json) {
        fprintf(stderr, "dinh: %s: %s\n", err_word(e->code), words_of(e));
        return;
    }
    arena_init(&a);
    strbuf_init(&b, &a, 4096);
    json_init(&j, &b);
    json_object(&j);
    json_kstr(&j, "error", str_of(err_word(e->code)));
    json_kstr(&j, "message", str_of(e->msg));
    json_kstr(&j, "detail", str_of(words_of(e)));
    json_end(&j);
    fprintf(stderr, "%s\n", strbuf_text(&b).p);
    arena_done(&a);
}

int cli_main(int argc, char **argv)
{
    struct cli c = {.data = getenv("DINH_DATA"), .database = getenv("DINH_DATABASE")};
    struct err e = {0};
    bool help = false;
    umask(077); /* whatever is made here holds people's words */
    arena_init(&c.arena);
    crypt_init();
    opterr = 0;
    bool done = read_options(&c, argc, argv, true, &help, &e);
    if (!c.data)
        c.data = "var/dinh";
    if (done && (help || optind == argc)) {
        print_help(help ? stdout : stderr);
        done = help || FAIL(&e, ERR_BAD_INPUT, "err.cli", "a command is missing");
    } else if (done) {
        int from = optind;
        done = run_command(&c, argc - from, argv + from, &e);
    }
    if (!done)
        print_error(&c, &e);
    arena_done(&c.arena); /* gives back the snapshots that the command read from */
    if (c.store)
        store_close(c.store);
    return done ? 0 : err_exit_code(e.code);
}

const char *cli_value(const struct cli *c, const char *option)
{
    int i = own_option(c->command, option);
    if (i < 0)
        die("command %s has no option --%s", c->command->name, option);
    return c->values[i];
}

bool cli_flag(const struct cli *c, const char *option)
{
    return cli_value(c, option) != NULL;
}

bool cli_int(const struct cli *c, const char *option, int64_t otherwise, int64_t *ret_n, struct err *e)
{
    const char *value = cli_value(c, option);
    if (!value)
        *ret_n = otherwise;
    else if (!str_int(str_of(value), ret_n))
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--%s: not a number: %s", option, value);
    return true;
}

bool cli_day(const struct cli *c, const char *option, struct day *ret_day, struct err *e)
{
    const char *value = cli_value(c, option);
    if (!value)
        *ret_day = DAY_NONE;
    else if (!day_parse(str_of(value), ret_day))
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--%s: no such date: %s", option, value);
    return true;
}

bool cli_print(struct str text, struct err *e)
{
    if (fwrite(text.p, 1, text.n, stdout) != text.n || fflush(stdout) != 0)
        return FAIL(e, ERR_IO, "err.io", "cannot write to the standard output");
    return true;
}

void cli_bar_open(struct cli_bar *b, const struct cli *c, const char *what, int64_t total)
{
    *b = (struct cli_bar){.what = what, .total = total > 0 ? total : 1, .shown = -1, .quiet = c->json,
                          .terminal = isatty(STDERR_FILENO)};
    cli_bar_step(b, 0);
}

void cli_bar_step(struct cli_bar *b, int64_t done)
{
    static const char full[] = "##############################";
    b->done = done;
    int percent = (int)(done * 100 / b->total);
    int show = b->terminal ? percent : percent / 10 * 10;
    if (b->quiet || show == b->shown)
        return;
    b->shown = show;
    if (b->terminal)
        fprintf(stderr, "\r%-28s [%-30.*s] %3d %%", b->what, percent * 30 / 100, full, percent);
    else if (percent == 100 || percent == 50)
        fprintf(stderr, "%s: %d %%\n", b->what, percent);
}

void cli_bar_close(struct cli_bar *b)
{
    cli_bar_step(b, b->total);
    if (!b->quiet && b->terminal)
        fputc('\n', stderr);
}
