// SPDX-License-Identifier: AGPL-3.0-or-later
/* dinh rules …: checking, showing and changing the law's tables. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/open.h"
#include "app/run.h"
#include "base/csv.h"
#include "base/json.h"
#include "features/amend/amend.h"
#include "platform/i18n/i18n.h"

enum { FILES_MAX = 512 };

struct pack {
    struct rule_file files[FILES_MAX];
    size_t n;
};

static int by_name(const void *x, const void *y)
{
    return str_cmp(((const struct rule_file *)x)->name, ((const struct rule_file *)y)->name);
}

/* The tables in DIR, or the templates in DIR/forms; other files are passed over. */
static bool read_folder(struct cli *c, const char *dir, const char *prefix, struct pack *p, struct err *e)
{
    const struct dirent *entry;
    DIR *d = opendir(str_printf(&c->arena, "%s/%s", dir, prefix).p);
    if (!d)
        return *prefix ? true : FAIL(e, ERR_IO, "err.io", "%s: %s", dir, strerror(errno));
    bool good = true;
    while (good && (entry = readdir(d))) {
        struct rule_file f = {.name = str_printf(&c->arena, "%s%s", prefix, entry->d_name)};
        if (!rule_file_named(f.name))
            continue;
        if (p->n == FILES_MAX) {
            good = FAIL(e, ERR_TOO_LARGE, "err.rules.file", "%s: more than %d files", dir, FILES_MAX);
            break;
        }
        good = run_read_file(c, str_printf(&c->arena, "%s/" STR_FMT, dir, STR_ARG(f.name)).p, &f.text, e) &&
               rule_file_clean(&c->arena, &f, e);
        p->files[p->n++] = f;
    }
    closedir(d);
    return good;
}

static bool read_pack(struct cli *c, const char *dir, struct pack **ret, struct err *e)
{
    struct pack *p = arena_new(&c->arena, struct pack);
    if (!read_folder(c, dir, "", p, e) || !read_folder(c, dir, "forms/", p, e))
        return false;
    if (!p->n)
        return FAIL(e, ERR_NOT_FOUND, "err.not_found", "%s: no table of a rulebook there", dir);
    qsort(p->files, p->n, sizeof *p->files, by_name);
    *ret = p;
    return true;
}

static bool say_problems(struct cli *c, struct str lines, struct err *e)
{
    struct strbuf b;
    struct json j;
    struct str line;
    if (!c->json)
        return cli_print(lines, e);
    strbuf_init(&b, &c->arena, 1 << 21);
    json_init(&j, &b);
    json_object(&j);
    json_key(&j, "problems");
    json_array(&j);
    while (lines.n && str_split(&lines, '\n', &line)) {
        if (line.n)
            json_str(&j, line);
    }
    json_end(&j);
    json_end(&j);
    strbuf_z(&b, "\n");
    return cli_print(strbuf_text(&b), e);
}

/* Loads, or prints what is wrong, a line each. */
static bool load_pack(struct cli *c, const struct rule_file *files, size_t n, struct rulebook **ret, struct err *e)
{
    struct strbuf problems;
    struct err hidden;
    strbuf_init(&problems, &c->arena, 1 << 20);
    if (rulebook_load(&c->arena, files, n, ret, &problems, e))
        return true;
    return say_problems(c, strbuf_text(&problems), &hidden) && false;
}

bool run_rules_check(struct cli *c, struct err *e)
{
    struct pack *p;
    struct rulebook *book;
    const struct rule_limit *limits;
    const struct rule_procedure *procedures;
    size_t limits_n, procedures_n;
    i18n_init();
    if (!read_pack(c, c->argv[0], &p, e) || !load_pack(c, p->files, p->n, &book, e))
        return false;
    rulebook_limits(book, &limits, &limits_n);
    rulebook_procedures(book, &procedures, &procedures_n);
    struct str pack = rulebook_pack(book), version = rulebook_version(book);
    if (c->json)
        return cli_print(str_printf(&c->arena, "{\"pack\":\"" STR_FMT "\",\"version\":\"" STR_FMT "\",\"files\":%zu,\"problems\":0}\n",
                                    STR_ARG(pack), STR_ARG(version), p->n), e);
    return cli_print(str_printf(&c->arena, STR_FMT " " STR_FMT ": sound; %zu files, %zu procedures, %zu limits\n", STR_ARG(pack),
                                STR_ARG(version), p->n, procedures_n, limits_n), e);
}

/* ---- show ---- */

static void show_json(struct cli *c, struct json *j, const struct rule_file *f)
{
    struct csv csv;
    struct err hidden;
    bool more = true;
    json_array(j);
    if (csv_open(&csv, &c->arena, f->name, f->text, &hidden)) {
        while (csv_next(&csv, &more, &hidden) && more) {
            json_object(j);
            for (size_t i = 0; i < csv.columns; i++)
                json_kstr(j, str_z(&c->arena, csv.names[i]), csv.fields[i]);
            json_end(j);
        }
    }
    json_end(j);
}

static bool show(struct cli *c, const struct rules_version *v, struct strbuf *b, struct err *e)
{
    const char *table = cli_value(c, "table");
    struct json j;
    json_init(&j, b);
    if (c->json && !table)
        json_object(&j);
    for (size_t i = 0; i < v->files_n; i++) {
        const struct rule_file *f = &v->files[i];
        struct str name = str_cut(f->name, 0, f->name.n - 4);
        if ((table && !str_is(name, table) && !str_is(f->name, table)) || (!table && !str_ends(f->name, STR(".csv"))))
            continue;
        if (c->json && !table)
            json_key(&j, str_z(&c->arena, name));
        if (c->json)
            show_json(c, &j, f);
        else if (table)
            strbuf_str(b, f->text);
        else
            strbuf_printf(b, STR_FMT "\n", STR_ARG(name));
        if (table) {
            strbuf_z(b, c->json ? "\n" : "");
            return true;
        }
    }
    if (table)
        return FAIL(e, ERR_NOT_FOUND, "err.not_found", "the rulebook has no table %s", table);
    if (c->json)
        json_end(&j);
    strbuf_z(b, c->json ? "\n" : "");
    return true;
}

static bool current_of(struct cli *c, struct opened *o, struct rules_version *ret, struct err *e)
{
    struct arena scratch;
    struct rd *rd;
    arena_init(&scratch);
    bool good = store_read(c->store, &scratch, &rd, e) && rules_version(rd, &c->arena, rulebook_pack(o->rules), ret, e);
    arena_done(&scratch);
    return good;
}

bool run_rules_show(struct cli *c, struct err *e)
{
    struct opened o;
    struct rules_version v;
    struct strbuf b;
    i18n_init();
    strbuf_init(&b, &c->arena, 16 << 20);
    if (!open_site(c, &o, e))
        return false;
    bool good = current_of(c, &o, &v, e) && show(c, &v, &b, e) && cli_print(strbuf_text(&b), e);
    open_close(&o);
    return good;
}

/* ---- load ---- */

static const char *day_or_none(struct day d, char iso[11])
{
    return day_is_none(d) ? "-" : day_format(d, iso);
}

static void say_text(const struct amendment *l, struct strbuf *b)
{
    char from[11], to[11];
    for (size_t i = 0; i < l->changes_n; i++) {
        const struct rule_change *x = &l->changes[i];
        strbuf_printf(b, STR_FMT ": %lld added, %lld removed, %lld changed\n", STR_ARG(x->file), (long long)x->added,
                      (long long)x->removed, (long long)x->changed);
    }
    strbuf_printf(b, "%lld open steps and duties; %zu get another due day\n", (long long)l->plan.looked, l->plan.n);
    if (l->plan.stuck)
        strbuf_printf(b, "%lld cannot be dated by the new tables and stay as they are\n", (long long)l->plan.stuck);
    for (size_t i = 0; i < l->plan.n && i < CASE_REDATE_LISTED; i++) {
        const struct case_redate_item *x = &l->plan.v[i];
        strbuf_printf(b, STR_FMT " " STR_FMT " %s -> %s " STR_FMT "\n", STR_ARG(x->number), STR_ARG(x->what->step),
                      day_or_none(x->what->before, from), day_or_none(x->what->after, to), STR_ARG(x->what->rule));
    }
}

static void json_steps(struct json *j, const struct case_redate_plan *plan)
{
    json_key(j, "steps");
    json_array(j);
    for (size_t i = 0; i < plan->n && i < CASE_REDATE_LISTED; i++) {
        const struct case_redate_item *x = &plan->v[i];
        json_object(j);
        json_kstr(j, "number", x->number);
        json_kstr(j, "step", x->what->step);
        json_kday(j, "before", x->what->before);
        json_kday(j, "after", x->what->after);
        json_kstr(j, "rule", x->what->rule);
        json_end(j);
    }
    json_end(j);
}

static void say_json(const struct amendment *l, bool loaded, struct strbuf *b)
{
    struct json j;
    json_init(&j, b);
    json_object(&j);
    json_kbool(&j, "loaded", loaded);
    json_key(&j, "tables");
    json_array(&j);
    for (size_t i = 0; i < l->changes_n; i++) {
        json_object(&j);
        json_kstr(&j, "file", l->changes[i].file);
        json_kint(&j, "added", l->changes[i].added);
        json_kint(&j, "removed", l->changes[i].removed);
        json_kint(&j, "changed", l->changes[i].changed);
        json_end(&j);
    }
    json_end(&j);
    json_kint(&j, "open", l->plan.looked);
    json_kint(&j, "redated", (int64_t)l->plan.n);
    json_kint(&j, "stuck", l->plan.stuck);
    json_steps(&j, &l->plan);
    json_end(&j);
    strbuf_z(b, "\n");
}

static bool preview(struct cli *c, struct opened *o, struct amendment *l, struct err *e)
{
    struct arena scratch;
    struct rd *rd;
    struct pack *p;
    struct err hidden;
    if (!read_pack(c, c->argv[0], &p, e))
        return false;
    arena_init(&scratch);
    bool good = store_read(c->store, &scratch, &rd, e) &&
                amend_plan(rd, &c->arena, rulebook_pack(o->rules), (struct rule_file_list){p->files, p->n}, l, e);
    arena_done(&scratch);
    if (!good && strbuf_text(&l->problems).n)
        say_problems(c, strbuf_text(&l->problems), &hidden);
    return good;
}

bool run_rules_load(struct cli *c, struct err *e)
{
    struct opened o;
    struct amendment l = {0};
    struct viewer program = VIEWER_SYSTEM;
    struct strbuf b;
    bool only = cli_flag(c, "preview");
    i18n_init();
    c->bulk = true;
    strbuf_init(&b, &c->arena, 64 << 20);
    strbuf_init(&l.problems, &c->arena, 1);
    if (!open_site(c, &o, e))
        return false;
    bool good = preview(c, &o, &l, e) && (only || amend_apply(c->store, &l, c->now, &program, e));
    if (good && c->json)
        say_json(&l, !only, &b);
    else if (good)
        say_text(&l, &b);
    open_close(&o);
    return good && cli_print(strbuf_text(&b), e);
}
