// SPDX-License-Identifier: AGPL-3.0-or-later
/* The commands of the program, as a table. */
#include "app/run.h"

static const struct cli_option serve_options[] = {
    {"listen", "ADDR:PORT", "where to listen (default 127.0.0.1:8080)"},
    {"base-url", "URL", "what people's links and QR codes begin with"},
    {"behind-tls", NULL, "a proxy in front speaks TLS: cookies are marked Secure"},
    {"proxy", "ADDR", "believe X-Forwarded-For from this address"},
    {"user", "NAME", "started by root: become this user (default: who owns the data directory)"},
    {"rate", "N", "state-changing requests a minute from one address (default 120; -1 no limit)"},
    {NULL, NULL, NULL},
};
static const struct cli_option init_options[] = {
    {"rules", "PACK", "the law that holds there, of those the program carries: written to dinh.conf (default vn)"},
    {"demo", NULL, "fill it with a simulated year of one province"},
    {"cases", "N", "how many matters the demonstration has (default 1200)"},
    {"seed", "S", "the demonstration's seed (default 1)"},
    {NULL, NULL, NULL},
};
static const struct cli_option find_options[] = {
    {"level", "province|commune", "only units of this level"},
    {"on", "DATE", "only units valid on this day"},
    {"limit", "N", "at most so many (default 20)"},
    {NULL, NULL, NULL},
};
static const struct cli_option clock_options[] = {
    {"procedure", "ID", "complaint.first, denunciation, …"},
    {"step", "STEP", "check, settle, send, publish, …"},
    {"start", "DATE", "the day the step begins; it is not counted"},
    {"complex", NULL, "a complex matter"},
    {"specially-complex", NULL, "a specially complex matter"},
    {"remote", NULL, "a remote area"},
    {"suspend", "A..B…", "suspended from day A to day B; A.. is not over yet; may be given again"},
    {"extend", "N", "prolonged so many times by written decision"},
    {"lang", "vi|fr|en", "language of the text (default vi)"},
    {"batch", "FILE", "answer every row of a CSV file (- standard input): procedure,step,start,complexity,remote,extend,suspend"},
    {"days", NULL, "of a batch: with every day, not the due day alone"},
    {NULL, NULL, NULL},
};
static const struct cli_option clock_list_options[] = {
    {"procedure", "ID", "only of this procedure"},
    {NULL, NULL, NULL},
};
#define REVIEW_PERIODS "quarters 2026-Q1..Q4, halves 2026-H1 and H2, 2026-9M, year 2026-Y, National Assembly 2026-NA"
static const struct cli_option review_options[] = {
    {"unit", "ID", "a unit (2025:22366) or an office number"},
    {"period", "ID", REVIEW_PERIODS},
    {"from", "DATE", "first day, instead of a period"},
    {"to", "DATE", "last day"},
    {"as-of", "DATE", "as known on that day (default: today)"},
    {"form", "FORM", "02/XLD"},
    {"subtree", NULL, "with all offices below"},
    {"compare", "previous|same", "beside the period before, or the same one a year earlier"},
    {"format", "text|json|csv|xlsx|pdf", "how to print: a workbook and a paper go to the standard output"},
    {NULL, NULL, NULL},
};
static const struct cli_option board_options[] = {
    {"unit", "ID", "a unit (2025:22366) or an office number, with all below (default: all)"},
    {"period", "ID", REVIEW_PERIODS},
    {"from", "DATE", "first day, instead of a period"},
    {"to", "DATE", "last day"},
    {"public", NULL, "as everybody sees it: without small numbers of denunciations"},
    {"format", "json|csv", "how to print"},
    {NULL, NULL, NULL},
};
static const struct cli_option review_check_options[] = {
    {"unit", "ID", "a unit (2025:22366) or an office number"},
    {"period", "ID", REVIEW_PERIODS},
    {"from", "DATE", "first day, instead of a period"},
    {"to", "DATE", "last day"},
    {"as-of", "DATE", "as known on that day (default: today)"},
    {"form", "FORM", "02/XLD"},
    {"subtree", NULL, "with all offices below"},
    {NULL, NULL, NULL},
};
static const struct cli_option review_explain_options[] = {
    {"unit", "ID", "a unit (2025:22366) or an office number"},
    {"period", "ID", REVIEW_PERIODS},
    {"from", "DATE", "first day, instead of a period"},
    {"to", "DATE", "last day"},
    {"as-of", "DATE", "as known on that day (default: today)"},
    {"form", "FORM", "02/XLD"},
    {"column", "N", "number of the column"},
    {"subtree", NULL, "with all offices below"},
    {NULL, NULL, NULL},
};
static const struct cli_option review_freeze_options[] = {
    {"unit", "ID", "a unit (2025:22366) or an office number"},
    {"period", "ID", REVIEW_PERIODS},
    {"from", "DATE", "first day, instead of a period"},
    {"to", "DATE", "last day"},
    {"as-of", "DATE", "as known at the end of that day (default: yesterday)"},
    {"below", NULL, "with what the offices below have frozen"},
    {"reason", "TEXT", "of a correction: when a review of that range is frozen"},
    {"remarks", "FILE", "why checks fail: a line FORM RULE TEXT each"},
    {"signer", "NAME", "who signs it off"},
    {NULL, NULL, NULL},
};
static const struct cli_option review_enter_options[] = {
    {"unit", "ID", "a unit (2025:22366) or an office number"},
    {"period", "ID", REVIEW_PERIODS},
    {"from", "DATE", "first day, instead of a period"},
    {"to", "DATE", "last day"},
    {"form", "FORM", "as forms.csv names it"},
    {"column", "N", "number of the column"},
    {"figure", "N", "from 0"},
    {"author", "NAME", "who enters it"},
    {NULL, NULL, NULL},
};
static const struct cli_option review_frozen_options[] = {
    {"unit", "ID", "a unit (2025:22366) or an office number"},
    {"period", "ID", REVIEW_PERIODS},
    {"from", "DATE", "first day, instead of a period"},
    {"to", "DATE", "last day"},
    {"below", NULL, "the one with the offices below"},
    {"again", NULL, "compute it again too: exit code 5 when it comes out otherwise"},
    {NULL, NULL, NULL},
};
static const struct cli_option review_text_options[] = {
    {"unit", "ID", "a unit (2025:22366) or an office number"},
    {"period", "ID", REVIEW_PERIODS},
    {"from", "DATE", "first day, instead of a period"},
    {"to", "DATE", "last day"},
    {"as-of", "DATE", "as known on that day (default: today)"},
    {"subtree", NULL, "with all offices below"},
    {"report", "petitions|democracy", "which text (default petitions)"},
    {"lang", "vi|fr|en", "to read it in (default vi)"},
    {"format", "html|pdf|odt|json", "how to print: papers go to the standard output"},
    {NULL, NULL, NULL},
};
static const struct cli_option review_write_options[] = {
    {"unit", "ID", "a unit (2025:22366) or an office number"},
    {"period", "ID", REVIEW_PERIODS},
    {"from", "DATE", "first day, instead of a period"},
    {"to", "DATE", "last day"},
    {"report", "petitions|democracy", "which text (default petitions)"},
    {"section", "ID", "which section: causes, forecast, …: as report.csv names it"},
    {"text", "FILE", "what is written"},
    {"author", "NAME", "who wrote it"},
    {"reason", "TEXT", "when a review of that range is frozen"},
    {NULL, NULL, NULL},
};
static const struct cli_option export_options[] = {
    {"unit", "ID", "a unit (2025:22366) or an office number"},
    {"subtree", NULL, "with all offices below"},
    {"from", "DATE", "received on that day or later"},
    {"to", "DATE", "received on that day or before"},
    {"out", "FILE", "where to write; a file that is there is left alone"},
    {"format", "xlsx|csv|json", "a workbook, CSV, or a JSON object a line (default xlsx)"},
    {"lang", "vi|fr|en", "of a workbook's headings and words (default vi)"},
    {NULL, NULL, NULL},
};
static const struct cli_option rules_show_options[] = {
    {"table", "NAME", "one table, as CSV: limits, steps, holidays, …"},
    {NULL, NULL, NULL},
};
static const struct cli_option rules_load_options[] = {
    {"preview", NULL, "only say what would change, and which open steps"},
    {NULL, NULL, NULL},
};
static const struct cli_option document_options[] = {
    {"form", "ID", "complaint_accept, petition_receipt, …: a row of print_forms.csv"},
    {"case", "NUMBER", "the matter's number"},
    {"out", "FILE", "where to write: FILE.pdf or FILE.html"},
    {NULL, NULL, NULL},
};
static const struct cli_option check_options[] = {
    {"files", NULL, "also read every attachment and compare its digest"},
    {"recount", NULL, "also count from nothing what reviews are counted from, and compare"},
    {NULL, NULL, NULL},
};
static const struct cli_option user_add_options[] = {
    {"name", "NAME", "display name"},
    {"title", "TITLE", "position, as people read it"},
    {"role", "ROLES", "reception, settling, leader, supervisor, steering, hamlet, admin, citizen; several with commas"},
    {"office", "ID", "office number"},
    {"subtree", NULL, "the office and all below it"},
    {"password-stdin", NULL, "read the password from the standard input"},
    {NULL, NULL, NULL},
};
static const struct cli_option passwd_options[] = {
    {"password-stdin", NULL, "read the password from the standard input"},
    {NULL, NULL, NULL},
};
static const struct cli_option holders_options[] = {
    {"office", "ID", "office number"},
    {NULL, NULL, NULL},
};
static const struct cli_option reception_options[] = {
    {"office", "ID", "office number"},
    {"from", "DATE", "first day (default: half a year back)"},
    {"to", "DATE", "last day (default: today)"},
    {"format", "text|json", "how to print"},
    {NULL, NULL, NULL},
};
static const struct cli_option config_options[] = {
    {"explain", NULL, "say where each value came from (always done)"},
    {NULL, NULL, NULL},
};
static const struct cli_option warn_options[] = {
    {"preview", NULL, "say who would be told, store nothing"},
    {"run", NULL, "tell them, in working hours"},
    {NULL, NULL, NULL},
};
static const struct cli_option verify_options[] = {
    {"keys", "DIR", "the folder with the keys (default: keys/ of the data directory, when it is there)"},
    {"scratch", "DIR", "where to restore for a while (default: beside FILE)"},
    {NULL, NULL, NULL},
};
static const struct cli_option copy_options[] = {
    {"from", "WHERE", "a data directory with dinh.db, or postgresql://…"},
    {"to", "WHERE", "the same; empty, or begun by a copy that was interrupted"},
    {NULL, NULL, NULL},
};
static const struct cli_option distribute_options[] = {
    {"plan", NULL, "print the statements; nothing is changed"},
    {NULL, NULL, NULL},
};
static const struct cli_option none[] = {{NULL, NULL, NULL}};

const struct cli_command cli_commands[] = {
    {"serve", NULL, "answer people and officials over HTTP", serve_options, 0, 0, run_serve},
    {"init", NULL, "make the data directory: keys, units, law tables", init_options, 0, 0, run_init},
    {"import units", "UNITS.csv [CHANGES.csv]", "load administrative units", none, 1, 2, run_import_units},
    {"import cases", "FILE.csv", "load matters of a former system; all rows or none", none, 1, 1, run_import_cases},
    {"units find", "TEXT", "find administrative units by name", find_options, 1, 1, run_units_find},
    {"user add", "LOGIN", "add an account with one grant", user_add_options, 1, 1, run_user_add},
    {"user list", NULL, "list accounts", none, 0, 0, run_user_list},
    {"user disable", "LOGIN", "disable an account and end its sessions", none, 1, 1, run_user_disable},
    {"user enable", "LOGIN", "enable a disabled account again", none, 1, 1, run_user_enable},
    {"user factor-off", "LOGIN", "take a lost second factor away", none, 1, 1, run_user_factor_off},
    {"user passwd", "LOGIN", "set a password", passwd_options, 1, 1, run_user_passwd},
    {"user grant", "LOGIN", "set an account's roles in an office", user_add_options, 1, 1, run_user_grant},
    {"holders list", NULL, "who may open what identifies denouncers to an office", holders_options, 0, 0, run_holders_list},
    {"holders add", "LOGIN", "name a holder; her secret is the first line of the standard input", holders_options, 1, 1,
     run_holders_add},
    {"holders remove", "LOGIN", "end a holder; an office keeps two", holders_options, 1, 1, run_holders_remove},
    {"holders together", "on|off", "two holders open together, none alone; then reseal", holders_options, 1, 1,
     run_holders_together},
    {"holders reseal", "LOGIN [LOGIN]", "seal all anew to the holders of now; a secret a line on the standard input",
     holders_options, 1, 2, run_holders_reseal},
    {"clock explain", NULL, "a legal time limit, day by day", clock_options, 0, 0, run_clock_explain},
    {"clock list", NULL, "the procedures and steps that have a limit, with article and version", clock_list_options, 0, 0,
     run_clock_list},
    {"reception days", NULL, "days on which the leader receives: announced, held, and what the law asks", reception_options, 0, 0,
     run_reception_days},
    {"reception visits", NULL, "the register of visits, without names", reception_options, 0, 0, run_reception_visits},
    {"warn", NULL, "tell officials of deadlines at the marks of the rulebook", warn_options, 0, 0, run_warn},
    {"board", NULL, "how offices do: received, settled, open, overdue, days, on time, backlog, reception days", board_options, 0, 0,
     run_board},
    {"export cases", NULL, "the register as a list: no names, nothing of sealed matters; memory stays the same whatever its length",
     export_options, 0, 0, run_export_cases},
    {"review compute", NULL, "compute a statutory form from the records", review_options, 0, 0, run_review_compute},
    {"review check", NULL, "compute it and say which checks fail, and which matters make them fail", review_check_options, 0, 0,
     run_review_check},
    {"review explain", NULL, "a column's definition, article, figure, and the list behind it with its hash", review_explain_options,
     0, 0, run_review_explain},
    {"review freeze", NULL, "prepare a review, explain the checks that fail, sign it off: numbered, its bytes kept",
     review_freeze_options, 0, 0, run_review_freeze},
    {"review enter", NULL, "enter a figure that no record gives, for a period", review_enter_options, 0, 0, run_review_enter},
    {"review text", NULL, "the text of a review, with its figures and comparisons", review_text_options, 0, 0, run_review_text},
    {"review write", NULL, "write a section of it that a person must write", review_write_options, 0, 0, run_review_write},
    {"review show", NULL, "the newest frozen review of a period, as it was signed off", review_frozen_options, 0, 0, run_review_show},
    {"review sent", NULL, "which offices below have sent theirs, which are late", review_frozen_options, 0, 0, run_review_sent},
    {"rules check", "DIR", "are the tables in a folder sound: gaps, overlaps, names that lead nowhere", none, 1, 1, run_rules_check},
    {"rules show", NULL, "the law's tables as they are in force", rules_show_options, 0, 0, run_rules_show},
    {"rules load", "DIR", "load changed tables and give open steps their new due days", rules_load_options, 1, 1, run_rules_load},
    {"document render", NULL, "print a form for a matter, as a draft that is not kept", document_options, 0, 0, run_document_render},
    {"document verify", "CODE", "which document has this code, and whether it still holds", none, 1, 1, run_document_verify},
    {"check", NULL, "is the database sound and every act in its chain", check_options, 0, 0, run_check},
    {"backup", "FILE", "a consistent copy of database and attachments, without the keys", none, 1, 1, run_backup},
    {"backup verify", "FILE", "a restore drill: restore in a scratch place, check all, compare counts, remove it", verify_options, 1, 1,
     run_backup_verify},
    {"restore", "FILE", "restore a backup into a new data directory", none, 1, 1, run_restore},
    {"copy", NULL, "the whole database into another, then compare both; keys and attachments stay where they are", copy_options, 0, 0,
     run_copy},
    {"distribute", NULL, "the statements that spread the tables over a Citus cluster, office by office", distribute_options, 0, 0,
     run_distribute},
    {"routes", NULL, "every address the program answers, with who may use it", none, 0, 0, run_routes},
    {"grants", NULL, "which role may use which address", none, 0, 0, run_grants},
    {"config", NULL, "every setting, its value and where it came from", config_options, 0, 0, run_config},
    {"version", NULL, "version of the program and of what it is built on", none, 0, 0, run_version},
    {NULL, NULL, NULL, NULL, 0, 0, NULL},
};
