// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/config/config.h"

#include <errno.h>
#include <fcntl.h>
#include <libconfig.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/text.h"

enum { FILE_MAX = 256 * 1024, TEXT_MAX = 1000, DEPTH_MAX = 8 };

struct item {
    const struct setting *setting;
    struct str text, from;
    int64_t n;
};

struct config {
    struct arena *arena;
    struct item *items;
    size_t n;
    struct strbuf strangers; /* of the environment */
};

static struct item *find(const struct config *c, struct str name)
{
    for (size_t i = 0; i < c->n; i++)
        if (str_is(name, c->items[i].setting->name))
            return &c->items[i];
    return NULL;
}

/* ---- one value ---- */

static bool wrong(struct err *e, struct str from, struct str name, const char *reason)
{
    return FAIL(e, ERR_BAD_INPUT, "err.config", STR_FMT ": " STR_FMT ": %s", STR_ARG(from), STR_ARG(name), reason);
}

static bool flag_of(struct str s, int64_t *ret_n)
{
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on", "0", "1"};
    for (int i = 0; i < 8; i++)
        if (str_is(s, words[i])) {
            *ret_n = i % 2;
            return true;
        }
    return false;
}

static bool among(const char *const *choices, struct str s)
{
    for (; choices && *choices; choices++)
        if (str_is(s, *choices))
            return true;
    return false;
}

/* Why the text is no value for the setting; NULL when it is one. */
static const char *judge(struct arena *a, const struct setting *s, struct str text, struct str *ret_text, int64_t *ret_n)
{
    struct err unused;
    if (s->type == SETTING_FLAG)
        return flag_of(text, ret_n) ? NULL : "must be true or false";
    if (s->type == SETTING_INT) {
        if (!str_int(text, ret_n))
            return "must be a whole number";
        if ((s->min || s->max) && (*ret_n < s->min || *ret_n > s->max))
            return str_printf(a, "must be from %lld to %lld", (long long)s->min, (long long)s->max).p;
        return NULL;
    }
    if (text.n > (s->max ? (size_t)s->max : TEXT_MAX))
        return "is too long";
    if (!text_accept(a, text, text.n + 1, ret_text, &unused))
        return "has characters that are not UTF-8 text";
    return s->choices && !among(s->choices, text) ? "is none of the words allowed" : NULL;
}

static bool take(struct config *c, struct item *item, struct str text, struct str from, struct err *e)
{
    struct str kept = text;
    int64_t n = 0;
    const char *reason = judge(c->arena, item->setting, text, &kept, &n);
    if (reason)
        return wrong(e, from, str_of(item->setting->name), reason);
    item->text = str_copy(c->arena, kept);
    item->n = n;
    item->from = from;
    return true;
}

/* ---- the table's own values ---- */

static bool take_defaults(struct config *c, const struct setting *const *tables, struct err *e)
{
    for (size_t t = 0; tables[t]; t++)
        for (const struct setting *s = tables[t]; s->name; s++)
            c->n++;
    c->items = arena_array(c->arena, struct item, c->n);
    size_t at = 0;
    for (size_t t = 0; tables[t]; t++)
        for (const struct setting *s = tables[t]; s->name; s++) {
            c->items[at].setting = s;
            if (!take(c, &c->items[at++], str_of(s->otherwise), STR("default"), e))
                return false;
        }
    return true;
}

/* ---- the file ---- */

static struct str value_text(struct arena *a, const config_setting_t *v)
{
    switch (config_setting_type(v)) {
    case CONFIG_TYPE_STRING: return str_of(config_setting_get_string(v));
    case CONFIG_TYPE_INT: return str_printf(a, "%d", config_setting_get_int(v));
    case CONFIG_TYPE_INT64: return str_printf(a, "%lld", config_setting_get_int64(v));
    case CONFIG_TYPE_BOOL: return config_setting_get_bool(v) ? STR("true") : STR("false");
    default: return (struct str){0};
    }
}

/* A number is no text and a text no number, even where one could be read as
 * the other: a port in quotes is a slip. */
static bool fits(const struct setting *s, int type)
{
    if (s->type == SETTING_INT)
        return type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;
    if (s->type == SETTING_FLAG)
        return type == CONFIG_TYPE_BOOL;
    return type == CONFIG_TYPE_STRING;
}

static bool take_value(struct config *c, struct str file, struct str name, const config_setting_t *v, struct err *e)
{
    static const char *const wants[] = {"must be text in quotes", "must be text in quotes", "must be a whole number",
                                        "must be true or false"};
    struct str from = str_printf(c->arena, STR_FMT ":%u", STR_ARG(file), config_setting_source_line(v));
    struct item *item = find(c, name);
    if (!item)
        return wrong(e, from, name, "there is no such setting");
    if (!fits(item->setting, config_setting_type(v)))
        return wrong(e, from, name, wants[item->setting->type]);
    return take(c, item, value_text(c->arena, v), from, e);
}

static bool take_group(struct config *c, struct str file, struct str above, const config_setting_t *group, struct err *e)
{
    size_t depth = 0;
    for (size_t i = 0; i < above.n; i++)
        depth += above.p[i] == '.';
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *v = config_setting_get_elem(group, (unsigned)i);
        struct str name = str_printf(c->arena, STR_FMT "%s%s", STR_ARG(above), above.n ? "." : "", config_setting_name(v));
        bool inner = config_setting_type(v) == CONFIG_TYPE_GROUP && depth < DEPTH_MAX;
        if (!(inner ? take_group(c, file, name, v, e) : take_value(c, file, name, v, e)))
            return false;
    }
    return true;
}

/* libconfig reads files that a text includes; ours is one file. */
static bool includes(struct str text)
{
    struct str line;
    while (str_split(&text, '\n', &line))
        if (str_starts(str_trim(line), STR("@include")))
            return true;
    return false;
}

static bool take_file(struct config *c, struct str file, struct str text, struct err *e)
{
    config_t parsed;
    if (memchr(text.p ? text.p : "", 0, text.n) || includes(text))
        return wrong(e, file, STR("file"), "must be text without NUL and without @include");
    config_init(&parsed);
    bool good = config_read_string(&parsed, str_z(c->arena, text)) == CONFIG_TRUE;
    if (good)
        good = take_group(c, file, STR(""), config_root_setting(&parsed), e);
    else
        err_set(e, ERR_BAD_INPUT, "err.config", STR_FMT ":%d: %s", STR_ARG(file), config_error_line(&parsed),
                config_error_text(&parsed));
    config_destroy(&parsed);
    return good;
}

/* ---- environment and command line ---- */

/* "DINH_MAIL_HOST" for "mail.host" */
static bool is_variable(const char *variable, size_t n, const char *name)
{
    if (n != strlen(name) + 5 || strncmp(variable, "DINH_", 5) != 0)
        return false;
    for (size_t i = 5; i < n; i++) {
        char c = name[i - 5];
        char upper = c == '.' ? '_' : c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        if (variable[i] != upper)
            return false;
    }
    return true;
}

static bool take_variable(struct config *c, const char *variable, struct err *e)
{
    const char *equals = strchr(variable, '=');
    if (!equals || strncmp(variable, "DINH_", 5) != 0)
        return true;
    size_t n = (size_t)(equals - variable);
    for (size_t i = 0; i < c->n; i++)
        if (is_variable(variable, n, c->items[i].setting->name))
            return take(c, &c->items[i], str_of(equals + 1), str_copy(c->arena, (struct str){variable, n}), e);
    strbuf_printf(&c->strangers, "# %.*s in the environment is no setting\n", (int)n, variable);
    return true;
}

static bool take_given(struct config *c, const struct config_sources *from, struct err *e)
{
    for (size_t i = 0; from->environment && from->environment[i]; i++)
        if (!take_variable(c, from->environment[i], e))
            return false;
    for (size_t i = 0; i < from->given_n; i++) {
        struct item *item = find(c, str_of(from->given[i].name));
        if (!item)
            return wrong(e, STR("command line"), str_of(from->given[i].name), "there is no such setting");
        if (!take(c, item, str_of(from->given[i].value), STR("command line"), e))
            return false;
    }
    return true;
}

bool config_parse(struct arena *a, const struct config_sources *from, struct str text, struct config **ret_config,
                  struct err *e)
{
    struct config *c = arena_new(a, struct config);
    c->arena = a;
    strbuf_init(&c->strangers, a, 16 * 1024);
    if (!take_defaults(c, from->tables, e) || !take_file(c, str_of(from->file), text, e) || !take_given(c, from, e))
        return false;
    *ret_config = c;
    return true;
}

static bool read_whole(struct arena *a, int fd, const char *file, struct str *ret_text, struct err *e)
{
    char *p = arena_alloc_raw(a, FILE_MAX + 1);
    size_t n = 0;
    ssize_t got;
    while ((got = read(fd, p + n, FILE_MAX + 1 - n)) > 0)
        n += (size_t)got;
    if (got < 0)
        return FAIL(e, ERR_IO, "err.config.file", "%s: %s", file, strerror(errno));
    if (n > FILE_MAX)
        return FAIL(e, ERR_TOO_LARGE, "err.config.file", "%s: more than %d bytes", file, FILE_MAX);
    *ret_text = (struct str){p, n};
    return true;
}

bool config_load(struct arena *a, const struct config_sources *from, struct config **ret_config, struct err *e)
{
    struct str text = STR("");
    int fd = from->file ? open(from->file, O_RDONLY | O_CLOEXEC) : -1;
    if (from->file && fd < 0 && errno != ENOENT)
        return FAIL(e, ERR_IO, "err.config.file", "%s: %s", from->file, strerror(errno));
    if (fd >= 0) {
        bool good = read_whole(a, fd, from->file, &text, e);
        close(fd);
        if (!good)
            return false;
    }
    return config_parse(a, from, text, ret_config, e);
}

/* ---- asking ---- */

static const struct item *get(const struct config *c, const char *name, enum setting_type type)
{
    const struct item *item = find(c, str_of(name));
    if (!item || (item->setting->type != type && !(type == SETTING_TEXT && item->setting->type == SETTING_SECRET)))
        die("no setting %s of that type", name);
    return item;
}

struct str config_text(const struct config *c, const char *name)
{
    return get(c, name, SETTING_TEXT)->text;
}

int64_t config_int(const struct config *c, const char *name)
{
    return get(c, name, SETTING_INT)->n;
}

bool config_flag(const struct config *c, const char *name)
{
    return get(c, name, SETTING_FLAG)->n != 0;
}

/* ---- explaining ---- */

static void quoted(struct strbuf *b, struct str s)
{
    strbuf_char(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\')
            strbuf_char(b, '\\');
        if (s.p[i] == '\n')
            strbuf_z(b, "\\n");
        else
            strbuf_char(b, s.p[i]);
    }
    strbuf_char(b, '"');
}

static void shown(struct strbuf *b, const struct item *item)
{
    switch (item->setting->type) {
    case SETTING_TEXT: quoted(b, item->text); break;
    case SETTING_SECRET: strbuf_z(b, item->text.n ? "\"…\"" : "\"\""); break;
    case SETTING_INT: strbuf_int(b, item->n); break;
    case SETTING_FLAG: strbuf_z(b, item->n ? "true" : "false"); break;
    }
}

void config_explain(const struct config *c, struct strbuf *b)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct item *item = &c->items[i];
        strbuf_printf(b, "%s = ", item->setting->name);
        shown(b, item);
        strbuf_printf(b, "  # " STR_FMT "; %s\n", STR_ARG(item->from), item->setting->about);
    }
    struct strbuf strangers = c->strangers;
    strbuf_str(b, strbuf_text(&strangers));
}

void config_explain_json(const struct config *c, struct strbuf *b)
{
    struct json j;
    json_init(&j, b);
    json_array(&j);
    for (size_t i = 0; i < c->n; i++) {
        const struct item *item = &c->items[i];
        json_object(&j);
        json_kstr(&j, "name", str_of(item->setting->name));
        if (item->setting->type == SETTING_INT)
            json_kint(&j, "value", item->n);
        else if (item->setting->type == SETTING_FLAG)
            json_kbool(&j, "value", item->n != 0);
        else
            json_kstr(&j, "value", item->setting->type == SETTING_SECRET && item->text.n ? STR("…") : item->text);
        json_kstr(&j, "from", item->from);
        json_kstr(&j, "about", str_of(item->setting->about));
        json_end(&j);
    }
    json_end(&j);
}
