// SPDX-License-Identifier: AGPL-3.0-or-later
/* dinh copy: the whole database into another, of the same kind or not. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/copy.h"
#include "app/open.h"
#include "app/run.h"
#include "base/json.h"
#include "features/cases/case_texts.h"
#include "platform/store/store_copy.h"

struct shown {
    const struct cli *cli;
    char what[64];
};

static void show(void *arg, const char *what, int64_t n)
{
    struct shown *s = arg;
    if (s->cli->json || !isatty(STDERR_FILENO))
        return;
    if (strcmp(s->what, what) != 0) {
        fputs(*s->what ? "\n" : "", stderr);
        snprintf(s->what, sizeof s->what, "%.60s", what);
    }
    fprintf(stderr, "\r%s: %lld", what, (long long)n);
}

bool copy_database(struct cli *c, struct store *from, struct store *to, struct copied *ret, struct err *e)
{
    struct shown s = {.cli = c};
    struct store_copied rows;
    const struct store_copy tables = {from, to, show, &s};
    const struct case_texts_fill texts = {to, show, &s};
    if (!open_migrate(to, &c->arena, e) || !store_copy_tables(&tables, &rows, e) || !case_texts_fill(&texts, &ret->texts, e) ||
        !store_copy_end(to, e))
        return false;
    fputs(*s.what ? "\n" : "", stderr);
    ret->tables = rows.tables;
    ret->rows = rows.rows;
    return true;
}

/* A database's address, or the data directory that has one. */
static struct str address_of(struct cli *c, const char *where, bool make, struct err *e)
{
    struct str none = {NULL, 0};
    if (strstr(where, ":"))
        return str_of(where);
    if (make && mkdir(where, 0700) != 0 && errno != EEXIST) {
        err_set(e, ERR_IO, "err.io", "%s: %s", where, strerror(errno));
        return none;
    }
    struct str path = str_printf(&c->arena, "%s/dinh.db", where);
    if (!make && access(path.p, F_OK) != 0) {
        err_set(e, ERR_NOT_FOUND, "err.not_found", "%s: no data here", where);
        return none;
    }
    return str_printf(&c->arena, "sqlite:" STR_FMT, STR_ARG(path));
}

static bool say_copied(struct cli *c, const struct copied *x, struct err *e)
{
    struct strbuf b;
    struct json j;
    strbuf_init(&b, &c->arena, 4096);
    if (c->json) {
        json_init(&j, &b);
        json_object(&j);
        json_kint(&j, "tables", x->tables);
        json_kint(&j, "rows", x->rows);
        json_kint(&j, "texts", x->texts);
        json_end(&j);
        strbuf_char(&b, '\n');
    } else {
        strbuf_printf(&b, "copied and compared: %lld tables, %lld rows; %lld texts put into the index\n", (long long)x->tables,
                      (long long)x->rows, (long long)x->texts);
    }
    return cli_print(strbuf_text(&b), e);
}

bool run_copy(struct cli *c, struct err *e)
{
    const char *from = cli_value(c, "from"), *to = cli_value(c, "to");
    struct store *source = NULL, *target = NULL;
    struct copied x;
    if (!from || !to)
        return FAIL(e, ERR_BAD_INPUT, "err.io", "usage: dinh copy --from DIR|URL --to DIR|URL");
    struct str a = address_of(c, from, false, e), b = a.p ? address_of(c, to, true, e) : a;
    if (!a.p || !b.p)
        return false;
    if (str_eq(a, b))
        return FAIL(e, ERR_BAD_INPUT, "err.io", "both are the same database");
    struct store_options oa = {.url = a.p, .readers = 1}, ob = {.url = b.p, .readers = 1, .bulk = true};
    bool ok = store_open(&oa, &source, e) && open_migrate(source, &c->arena, e) && store_open(&ob, &target, e) &&
              copy_database(c, source, target, &x, e);
    if (target)
        store_close(target);
    if (source)
        store_close(source);
    return ok && say_copied(c, &x, e);
}
