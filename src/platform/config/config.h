// SPDX-License-Identifier: AGPL-3.0-or-later
/* Configuration: each room and feature declares its settings in a const table;
 * their values come from the command line, else from the environment
 * (mail.host: DINH_MAIL_HOST), else from the file (libconfig: groups by the
 * dots of the names), else from the table. Every value is checked, wherever it
 * comes from; what nobody declared is refused. */
#ifndef PLATFORM_CONFIG_H
#define PLATFORM_CONFIG_H
#include "base/err.h"
#include "base/str.h"

enum setting_type {
    SETTING_TEXT,   /* UTF-8, at most max bytes (0: 1000) */
    SETTING_SECRET, /* the same, never shown */
    SETTING_INT,    /* from min to max; 0, 0: any */
    SETTING_FLAG,   /* true false, yes no, on off, 1 0 */
};

/* A table ends with name NULL. */
struct setting {
    const char *name;           /* "mail.host": groups and a word, a-z 0-9 _ */
    enum setting_type type;
    const char *otherwise;      /* when nobody gives it */
    int64_t min, max;
    const char *const *choices; /* SETTING_TEXT: NULL-ended words, or NULL */
    const char *about;          /* one English sentence */
};

/* Of the command line. */
struct setting_given {
    const char *name, *value;
};

struct config_sources {
    const struct setting *const *tables; /* NULL-ended */
    const char *file;                    /* may be absent on disk, or NULL */
    const char *const *environment;      /* as of main; NULL: none */
    const struct setting_given *given;
    size_t given_n;
};

struct config; /* read only: any thread */

/* Fails with ERR_BAD_INPUT "err.config", detail "FILE:LINE: NAME: reason" (or
 * "DINH_X: …", "command line: …"), or ERR_IO "err.config.file". Lives in a. */
bool config_load(struct arena *a, const struct config_sources *from, struct config **ret_config, struct err *e);

/* The same with the file's text given (name is for messages). */
bool config_parse(struct arena *a, const struct config_sources *from, struct str text, struct config **ret_config,
                  struct err *e);

/* Values; abort on a name that no table has or that is of another type. */
struct str config_text(const struct config *c, const char *name); /* ends in NUL */
int64_t config_int(const struct config *c, const char *name);
bool config_flag(const struct config *c, const char *name);

/* Each setting on its line with its value and where that came from, in the
 * file's own syntax; secrets as "…". Then what in the environment looks like a
 * setting and is none. */
void config_explain(const struct config *c, struct strbuf *b);
/* [{"name","value","from","about"}] */
void config_explain_json(const struct config *c, struct strbuf *b);
#endif
