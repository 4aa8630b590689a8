// SPDX-License-Identifier: AGPL-3.0-or-later
/* The legal clock on the command line: one question explained, many answered,
 * what can be asked. Needs no data directory: without one the pack that the
 * program carries answers. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/open.h"
#include "app/run.h"
#include "app/settings.h"
#include "base/csv.h"
#include "base/json.h"
#include "features/rules/rules.h"
#include "platform/i18n/i18n.h"

enum { OUT_MAX = 256 << 20, FLUSH_AT = 1 << 20 };

static struct strbuf *out_of(struct cli *c)
{
    struct strbuf *b = arena_new(&c->arena, struct strbuf);
    strbuf_init(b, &c->arena, OUT_MAX);
    return b;
}

/* ---- the rulebook ---- */

static bool carried_rules(struct cli *c, struct str pack, struct rulebook **ret, struct err *e)
{
    struct rule_file *files;
    struct strbuf problems;
    size_t n;
    rules_embedded(&c->arena, pack, &files, &n);
    strbuf_init(&problems, &c->arena, 1 << 20);
    if (!n)
        return FAIL(e, ERR_NOT_FOUND, "err.not_found", "the program carries no pack " STR_FMT, STR_ARG(pack));
    return rulebook_load(&c->arena, files, n, ret, &problems, e);
}

static bool clock_rules(struct cli *c, struct rulebook **ret, struct err *e)
{
    struct config *config;
    struct rd *rd;
    if (!settings_load(c, &config, e))
        return false;
    struct str pack = config_text(config, "rules.pack");
    if (!c->database && access(open_path(c, "dinh.db").p, F_OK) != 0)
        return carried_rules(c, pack, ret, e);
    return cli_store(c, false, e) && store_read(c->store, &c->arena, &rd, e) && rules_current(rd, &c->arena, pack, ret, e);
}

/* ---- is there such a question? ---- */

/* The limits of a procedure's step, of all times: how many, and the earliest's first day. */
static size_t limits_of(const struct rulebook *b, struct str procedure, struct str step, struct day *ret_first)
{
    const struct rule_limit *all;
    size_t n, found = 0;
    *ret_first = DAY_NONE;
    rulebook_limits(b, &all, &n);
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(all[i].procedure, procedure) || !str_eq(all[i].step, step))
            continue;
        if (!found++ || all[i].source.from.n < ret_first->n)
            *ret_first = all[i].source.from;
    }
    return found;
}

static bool known(const struct rulebook *b, const struct rule_clock_question *q, struct err *e)
{
    struct day first;
    if (!rulebook_procedure(b, q->procedure) && !rulebook_register(b, q->procedure))
        return FAIL(e, ERR_NOT_FOUND, "err.not_found", "no procedure " STR_FMT " (see dinh clock list)", STR_ARG(q->procedure));
    if (!limits_of(b, q->procedure, q->step, &first))
        return FAIL(e, ERR_NOT_FOUND, "err.not_found", STR_FMT " has no step " STR_FMT " with a limit (see dinh clock list)",
                    STR_ARG(q->procedure), STR_ARG(q->step));
    return true;
}

static bool no_limit(const struct rulebook *b, const struct rule_clock_question *q, struct err *e)
{
    struct day first;
    char from[11], start[11];
    limits_of(b, q->procedure, q->step, &first);
    return FAIL(e, ERR_NOT_FOUND, "err.not_found", "the law sets no limit for " STR_FMT "/" STR_FMT " on %s; its first begins %s",
                STR_ARG(q->procedure), STR_ARG(q->step), day_format(q->start, start), day_format(first, from));
}

static bool explain(const struct rulebook *b, struct arena *a, const struct rule_clock_question *q, bool days,
                    struct rule_due *ret, struct err *e)
{
    if (!known(b, q, e) || !(days ? rulebook_explain(b, a, q, ret, e) : rulebook_due(b, a, q, ret, e)))
        return false;
    return ret->rule.n || no_limit(b, q, e);
}

/* ---- many questions ---- */

static bool read_row(struct arena *a, const struct csv *row, struct rule_clock_question *q, struct err *e)
{
    struct str extend = csv_get(row, "extend"), complexity = csv_get(row, "complexity"), remote = csv_get(row, "remote");
    *q = (struct rule_clock_question){.procedure = csv_get(row, "procedure"), .step = csv_get(row, "step")};
    if (!day_parse(csv_get(row, "start"), &q->start))
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "start: no such date: " STR_FMT, STR_ARG(str_cut(csv_get(row, "start"), 0, 40)));
    if (extend.n && !str_int(extend, &q->extensions))
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "extend: not a number");
    if (complexity.n && (!str_int(complexity, &q->complexity) || q->complexity < 0 || q->complexity > 2))
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "complexity: 0, 1 complex or 2 specially complex");
    if (remote.n && !str_is(remote, "0") && !str_is(remote, "1"))
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "remote: 0 or 1");
    q->remote = str_is(remote, "1");
    return rule_pauses_parse(a, csv_get(row, "suspend"), &q->suspended, &q->suspended_n, e);
}

static void answer_row(const struct rulebook *b, struct arena *a, const struct csv *row, bool days, struct strbuf *out)
{
    struct rule_clock_question q;
    struct rule_due due;
    struct err e = {0};
    struct json j;
    json_init(&j, out);
    if (read_row(a, row, &q, &e) && explain(b, a, &q, days, &due, &e)) {
        rules_clock_json(&j, &due);
    } else {
        json_object(&j);
        json_kstr(&j, "error", str_of(err_word(e.code)));
        json_kstr(&j, "message", str_of(e.msg));
        json_kstr(&j, "detail", str_of(e.detail));
        json_end(&j);
    }
    strbuf_char(out, '\n');
}

static bool answer_rows(struct cli *c, const struct rulebook *b, struct str text, struct err *e)
{
    struct arena scratch;
    struct strbuf out;
    struct csv rows;
    bool row = true, good, days = cli_flag(c, "days");
    arena_init(&scratch);
    good = csv_open(&rows, &scratch, str_of(cli_value(c, "batch")), text, e);
    if (good && (csv_column(&rows, "procedure") < 0 || csv_column(&rows, "step") < 0 || csv_column(&rows, "start") < 0))
        good = FAIL(e, ERR_BAD_INPUT, "err.cli", "the first line names the columns: procedure,step,start and"
                                                 " complexity,remote,extend,suspend as wanted");
    while (good && row) {
        struct arena_mark mark = arena_mark(&scratch);
        strbuf_init(&out, &scratch, OUT_MAX);
        while ((good = csv_next(&rows, &row, e)) && row && out.n < FLUSH_AT)
            answer_row(b, &scratch, &rows, days, &out);
        if (row && good)
            answer_row(b, &scratch, &rows, days, &out);
        if (out.n)
            good = cli_print(strbuf_text(&out), e) && good;
        arena_rewind(&scratch, mark);
    }
    arena_done(&scratch);
    return good;
}

static bool run_batch(struct cli *c, struct err *e)
{
    struct str text;
    struct rulebook *rules;
    const char *file = cli_value(c, "batch");
    if (!run_read_file(c, strcmp(file, "-") == 0 ? "/dev/stdin" : file, &text, e) || !clock_rules(c, &rules, e))
        return false;
    return answer_rows(c, rules, text, e);
}

/* ---- one question ---- */

static bool question_of(struct cli *c, struct rule_clock_question *q, struct err *e)
{
    *q = (struct rule_clock_question){.procedure = str_of(cli_value(c, "procedure")), .step = str_of(cli_value(c, "step")),
                                      .remote = cli_flag(c, "remote")};
    q->complexity = cli_flag(c, "specially-complex") ? 2 : cli_flag(c, "complex");
    if (!q->procedure.n || !q->step.n || !cli_value(c, "start"))
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--procedure, --step and --start are needed (see dinh clock list)");
    if (!cli_day(c, "start", &q->start, e) || !cli_int(c, "extend", 0, &q->extensions, e))
        return false;
    return !cli_value(c, "suspend") ||
           rule_pauses_parse(&c->arena, str_of(cli_value(c, "suspend")), &q->suspended, &q->suspended_n, e);
}

static bool language(struct cli *c, enum lang *ret, struct err *e)
{
    *ret = LANG_VI;
    i18n_init();
    return !cli_value(c, "lang") || lang_parse(str_of(cli_value(c, "lang")), ret) ||
           FAIL(e, ERR_BAD_INPUT, "err.cli", "--lang is vi, fr or en, not %s", cli_value(c, "lang"));
}

bool run_clock_explain(struct cli *c, struct err *e)
{
    struct rulebook *rules;
    struct rule_clock_question q;
    struct rule_due due;
    struct json j;
    enum lang lang;
    struct strbuf *b = out_of(c);
    if (!language(c, &lang, e))
        return false;
    if (cli_value(c, "batch"))
        return run_batch(c, e);
    if (!question_of(c, &q, e) || !clock_rules(c, &rules, e) || !explain(rules, &c->arena, &q, true, &due, e))
        return false;
    if (c->json) {
        json_init(&j, b);
        rules_clock_json(&j, &due);
    } else {
        rules_clock_text(b, &c->arena, lang, &due);
    }
    strbuf_char(b, '\n');
    return cli_print(strbuf_text(b), e);
}

/* ---- what can be asked ---- */

static struct str class_word(struct arena *a, unsigned class)
{
    const char *how = class & RULE_SPECIALLY_COMPLEX ? "specially_complex" : class & RULE_COMPLEX ? "complex" : "";
    if (!(class & RULE_REMOTE))
        return str_of(*how ? how : "normal");
    return str_printf(a, "remote%s%s", *how ? "_" : "", how);
}

static void limit_json(struct json *j, struct arena *a, const struct rule_limit *x)
{
    json_object(j);
    json_kstr(j, "procedure", x->procedure);
    json_kstr(j, "step", x->step);
    json_kstr(j, "class", class_word(a, x->class));
    json_kint(j, "value", x->value);
    json_kstr(j, "unit", str_of(rule_unit_word(x->unit)));
    json_kint(j, "extensions", x->extensions);
    json_kint(j, "extension_value", x->extension_value);
    json_kstr(j, "rank", str_of(x->decree ? "decree" : "law"));
    json_kstr(j, "id", x->id);
    json_kstr(j, "article", x->source.article);
    json_kstr(j, "version", x->source.version);
    json_kstr(j, "sureness", x->source.sureness);
    json_kday(j, "valid_from", x->source.from);
    json_kday(j, "valid_to", x->source.to.n == INT32_MAX ? DAY_NONE : x->source.to);
    json_end(j);
}

static void limit_text(struct strbuf *b, struct arena *a, const struct rule_limit *x)
{
    char from[11], to[11], extra[40] = "";
    if (x->extensions)
        snprintf(extra, sizeof extra, " +%lldx%lld", (long long)x->extensions, (long long)x->extension_value);
    strbuf_printf(b, "%-20.*s %-15.*s %-24.*s %4lld %-2s%-6s %s..%-10s  " STR_FMT " (" STR_FMT ", %s" STR_FMT ")\n",
                  STR_ARG(x->procedure), STR_ARG(x->step), STR_ARG(class_word(a, x->class)), (long long)x->value,
                  rule_unit_word(x->unit), extra, day_format(x->source.from, from),
                  x->source.to.n == INT32_MAX ? "" : day_format(x->source.to, to), STR_ARG(x->source.article), STR_ARG(x->id),
                  str_is(x->source.sureness, "P") ? "" : "unconfirmed ", STR_ARG(x->source.sureness));
}

bool run_clock_list(struct cli *c, struct err *e)
{
    struct rulebook *rules;
    const struct rule_limit *all;
    struct json j;
    size_t n;
    struct str only = str_of(cli_value(c, "procedure"));
    struct strbuf *b = out_of(c);
    if (!clock_rules(c, &rules, e))
        return false;
    if (only.n && !rulebook_procedure(rules, only) && !rulebook_register(rules, only))
        return FAIL(e, ERR_NOT_FOUND, "err.not_found", "no procedure " STR_FMT, STR_ARG(only));
    rulebook_limits(rules, &all, &n);
    json_init(&j, b);
    if (c->json)
        json_array(&j);
    for (size_t i = 0; i < n; i++) {
        if (only.n && !str_eq(only, all[i].procedure))
            continue;
        if (c->json)
            limit_json(&j, &c->arena, &all[i]);
        else
            limit_text(b, &c->arena, &all[i]);
    }
    if (c->json) {
        json_end(&j);
        strbuf_char(b, '\n');
    }
    return cli_print(strbuf_text(b), e);
}
