// SPDX-License-Identifier: AGPL-3.0-or-later
/* What the commands run; the table is in commands.c. */
#ifndef APP_RUN_H
#define APP_RUN_H
#include "app/cli.h"

typedef bool cli_run_fn(struct cli *c, struct err *e);

/* A whole file into the arena; at most 512 MB. */
bool run_read_file(struct cli *c, const char *path, struct str *ret, struct err *e);

cli_run_fn run_serve, run_init, run_import_units, run_import_cases, run_units_find, run_clock_explain, run_clock_list, run_warn,
    run_reception_days, run_reception_visits;
cli_run_fn run_board, run_export_cases, run_review_compute, run_review_check, run_review_explain,
    run_review_freeze, run_review_text, run_review_write, run_review_show, run_review_sent, run_review_enter,
    run_check, run_backup, run_copy, run_distribute, run_backup_verify, run_restore, run_routes, run_grants, run_version, run_config;
cli_run_fn run_rules_check, run_rules_show, run_rules_load;
cli_run_fn run_holders_list, run_holders_add, run_holders_remove, run_holders_together, run_holders_reseal;
cli_run_fn run_document_render, run_document_verify;
cli_run_fn run_user_add, run_user_list, run_user_disable, run_user_enable, run_user_factor_off, run_user_passwd,
    run_user_grant;

/* The demonstration's accounts, when the data directory is a demonstration. */
void run_print_accounts(struct cli *c);

struct demo_options {
    int64_t cases, seed;
};
/* Fills a new data directory with a year of the demonstration province. */
bool demo_make(struct cli *c, const struct demo_options *o, struct err *e);
#endif
