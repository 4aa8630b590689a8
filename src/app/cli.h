// SPDX-License-Identifier: AGPL-3.0-or-later
/* The command line: commands as a table, from which parsing and help come. */
#ifndef APP_CLI_H
#define APP_CLI_H
#include "base/day.h"
#include "base/err.h"
#include "platform/store/store.h"

/* What every command is given. */
struct cli {
    struct arena arena;
    const char *data;      /* --data DIR */
    const char *database;  /* --database URL; NULL: sqlite in the data directory */
    struct instant now;    /* --now, or the system's clock at the start */
    bool now_given;
    bool json;             /* --format json */
    const struct cli_command *command;
    const char *values[16]; /* of the command's options, in table order; NULL when absent */
    int argc;              /* what follows the options */
    char **argv;
    bool lean;             /* set before cli_store: the command reads much once, in little memory */
    bool bulk;             /* set before cli_store: the command writes much at once */
    struct store *store;   /* opened by cli_store */
};

/* An option of a command; value NULL for a flag; a value that ends in "…" may be
 * given several times, commas come between. The table ends with name NULL. */
struct cli_option {
    const char *name, *value, *about;
};

struct cli_command {
    const char *name;      /* "units find": one or two words */
    const char *arguments; /* "TEXT", for the usage line */
    const char *about;     /* one sentence */
    const struct cli_option *options;
    int min_args, max_args;
    bool (*run)(struct cli *c, struct err *e);
};

/* The table of commands, ended by name NULL; in commands.c. */
extern const struct cli_command cli_commands[];

/* The whole of main: parses, runs, says the error on stderr (as JSON with
 * --format json); the exit code of err_exit_code. */
int cli_main(int argc, char **argv);

/* Value of an option of the running command; NULL when absent. */
const char *cli_value(const struct cli *c, const char *option);
bool cli_flag(const struct cli *c, const char *option);
/* A whole number from an option, or `otherwise`. */
bool cli_int(const struct cli *c, const char *option, int64_t otherwise, int64_t *ret_n, struct err *e);
/* A date from an option; DAY_NONE when absent. */
bool cli_day(const struct cli *c, const char *option, struct day *ret_day, struct err *e);

/* Opens the data directory's store, once; migrates it when `migrate`. Fails
 * with ERR_NOT_FOUND when init has not been run there. */
bool cli_store(struct cli *c, bool migrate, struct err *e);

/* Prints to stdout; fails with ERR_IO when it cannot. */
bool cli_print(struct str text, struct err *e);

/* Progress of work that takes long: a bar on a terminal, a line each tenth
 * elsewhere; nothing with --format json. */
struct cli_bar {
    const char *what;
    int64_t total, done;
    int shown;
    bool quiet, terminal;
};
void cli_bar_open(struct cli_bar *b, const struct cli *c, const char *what, int64_t total);
void cli_bar_step(struct cli_bar *b, int64_t done);
void cli_bar_close(struct cli_bar *b);
#endif
