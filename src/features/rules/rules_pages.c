// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/rules/rules_pages.h"

#include <string.h>

#include "features/rules/rule_rows.h"
#include "rules.html.h"

enum { REGISTERS_MAX = 8, JSON_MAX = 1 << 20 };
static const char *const complexities[] = {"normal", "complex", "special", NULL};

const struct form_field clock_fields[] = {
    {.name = "what", .type = FORM_LINE, .required = true, .max = 120, .label = MSG("rules.clock.what")},
    {.name = "start", .type = FORM_DAY, .required = true, .label = MSG("rules.clock.start")},
    {.name = "complexity", .type = FORM_CHOICE, .choices = complexities, .label = MSG("rules.clock.complexity")},
    {.name = "remote", .type = FORM_FLAG, .label = MSG("rules.clock.remote")},
    {.name = "extend", .type = FORM_INT, .min = 0, .max = 9, .label = MSG("rules.clock.extend")},
    {.name = "suspend", .type = FORM_LINE, .max = 300, .label = MSG("rules.clock.suspend")},
    {.name = NULL},
};

/* ---- words ---- */

static const struct {
    const char *step, *msg;
} steps[] = {
    {"check", MSG("rules.step.check")},       {"settle", MSG("rules.step.settle")},
    {"send", MSG("rules.step.send")},         {"publish", MSG("rules.step.publish")},
    {"file", MSG("rules.step.file")},         {"final", MSG("rules.step.final")},
    {"enforce", MSG("rules.step.enforce")},   {"resume", MSG("rules.step.resume")},
    {"forward", MSG("rules.step.forward")},   {"notify", MSG("rules.step.notify")},
    {"stop_notice", MSG("rules.step.stop_notice")}, {"act", MSG("rules.step.act")},
    {"report", MSG("rules.step.report")},     {"overdue_demand", MSG("rules.step.overdue_demand")},
    {"overdue_answer", MSG("rules.step.overdue_answer")}, {"press_answer", MSG("rules.step.press_answer")},
    {"answer", MSG("rules.step.answer")},     {"tell_sender", MSG("rules.step.tell_sender")},
    {"tell_person", MSG("rules.step.tell_person")}, {"posting", MSG("rules.step.posting")},
};

struct str rules_step_name(const struct request *r, struct str step)
{
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (str_is(step, steps[i].step))
            return i18n_text(r->lang, steps[i].msg);
    }
    return step; /* a pack may know steps that no catalogue names */
}

struct str rules_length(const struct request *r, int64_t n, enum rule_unit unit)
{
    static const char *const msgs[] = {[RULE_HOURS] = MSG("rules.unit.h"), [RULE_DAYS] = MSG("rules.unit.d"),
                                       [RULE_WORKING_DAYS] = MSG("rules.unit.wd"), [RULE_MONTHS] = MSG("rules.unit.m")};
    return i18n_format(r->arena, r->lang, msgs[unit], ARGS(arg_int("n", n)));
}

static const char *class_msg(unsigned class)
{
    static const char *const msgs[RULE_CLASSES] = {
        MSG("rules.class.0"), MSG("rules.class.1"), MSG("rules.class.2"), NULL,
        MSG("rules.class.4"), MSG("rules.class.5"), MSG("rules.class.6"), NULL};
    return msgs[class % RULE_CLASSES] ? msgs[class % RULE_CLASSES] : msgs[0];
}

const char *rules_sure_msg(struct str sureness)
{
    if (str_is(sureness, "P"))
        return MSG("rules.sure.p");
    if (str_is(sureness, "S"))
        return MSG("rules.sure.s");
    return str_is(sureness, "Q") ? MSG("rules.sure.q") : MSG("rules.sure.m");
}

bool rules_forever(const struct rule_source *s)
{
    return s->to.n == FOREVER;
}

/* ---- the calculator ---- */

static bool listed(const struct clock_group *g, struct str value)
{
    for (size_t i = 0; i < g->choices_n; i++) {
        if (str_eq(g->choices[i].value, value))
            return true;
    }
    return false;
}

/* What has limits but is no matter with states has its name in the catalogue, or is called by its word. */
static struct str register_name(const struct request *r, struct str id)
{
    return str_is(id, "reception") ? i18n_text(r->lang, MSG("rules.register.reception")) : id;
}

static void add_group(const struct request *r, struct clock_page *p, struct str id, struct str name)
{
    const struct rulebook *b = site_of(r)->rules;
    struct str chosen = form_get(&p->form, "what")->text;
    struct clock_group *g = &p->groups[p->groups_n];
    *g = (struct clock_group){.name = name};
    g->choices = arena_array(r->arena, struct clock_choice, b->limits_n + 1);
    for (size_t k = 0; k < b->limits_n; k++) {
        const struct rule_limit *x = &b->limits[k];
        struct str value = str_printf(r->arena, STR_FMT "/" STR_FMT, STR_ARG(x->procedure), STR_ARG(x->step));
        if (str_eq(x->procedure, id) && !listed(g, value))
            g->choices[g->choices_n++] = (struct clock_choice){value, rules_step_name(r, x->step), str_eq(value, chosen)};
    }
    p->groups_n += g->choices_n > 0;
}

static void list_choices(const struct request *r, struct clock_page *p)
{
    const struct rulebook *b = site_of(r)->rules;
    struct str word, rest = b->registers;
    p->groups = arena_array(r->arena, struct clock_group, b->procedures_n + REGISTERS_MAX);
    for (size_t i = 0; i < b->procedures_n; i++)
        add_group(r, p, b->procedures[i].id, b->procedures[i].name.text[r->lang]);
    for (size_t i = 1; i < REGISTERS_MAX && rest.n && str_split(&rest, ' ', &word); i++)
        add_group(r, p, word, register_name(r, word));
}

static void show_days(const struct request *r, struct clock_page *p)
{
    p->days = arena_array(r->arena, struct ui_day, p->due.days_n + 1);
    for (size_t i = 0; i < p->due.days_n; i++) {
        const struct rule_day *x = &p->due.days[i];
        struct str why = i18n_text(r->lang, x->why), name = rulebook_day_name(site_of(r)->rules, x->day, r->lang);
        if (name.n && !x->counts)
            why = str_printf(r->arena, STR_FMT ": " STR_FMT, STR_ARG(why), STR_ARG(name));
        p->days[p->days_n++] = (struct ui_day){.day = x->day, .number = x->n, .why = why, .due = x->day.n == p->due.day.n};
    }
}

static struct str rule_text(const struct request *r, struct str article, struct str version, struct str sureness)
{
    struct str mark = str_is(sureness, "P") ? STR("") : i18n_text(r->lang, MSG("rules.unconfirmed"));
    const char *between = mark.n && version.n ? "; " : "";
    if (!mark.n && !version.n)
        return article;
    return str_printf(r->arena, STR_FMT " (" STR_FMT "%s" STR_FMT ")", STR_ARG(article), STR_ARG(version), between,
                      STR_ARG(mark));
}

/* "Complaint: settle" */
static struct str what_text(const struct request *r, const struct clock_page *p)
{
    for (size_t i = 0; i < p->groups_n; i++) {
        const struct clock_group *g = &p->groups[i];
        for (size_t k = 0; k < g->choices_n; k++) {
            if (g->choices[k].chosen)
                return str_printf(r->arena, STR_FMT ": " STR_FMT, STR_ARG(g->name), STR_ARG(g->choices[k].name));
        }
    }
    return STR("");
}

static enum rule_unit unit_of(struct str word)
{
    enum rule_unit u = RULE_HOURS;
    while (u < RULE_MONTHS && !str_is(word, rule_unit_word(u)))
        u++;
    return u;
}

static void show_answer(const struct request *r, struct clock_page *p)
{
    const struct rule_due *d = &p->due;
    p->answered = true;
    if (!d->rule.n)
        return;
    p->sure = str_is(d->sureness, "P");
    p->calendar_sure = !d->calendar.n || str_is(d->calendar, "P");
    p->rule = rule_text(r, d->article, d->version, d->sureness);
    p->rule_href = str_printf(r->arena, "/rules#" STR_FMT, STR_ARG(d->rule));
    p->also = rule_text(r, d->also_article, d->also_version, d->also_sureness);
    p->what = what_text(r, p);
    p->length = rules_length(r, d->value, unit_of(d->unit));
    show_days(r, p);
}

/* What went wrong with the question belongs to a field. */
static const char *field_of(const char *msg)
{
    if (strcmp(msg, "err.rules.clock.extensions") == 0)
        return "extend";
    return strcmp(msg, "err.rules.clock.start") == 0 ? "start" : "suspend";
}

static void ask(const struct request *r, struct clock_page *p)
{
    struct err e;
    struct str part, what = form_get(&p->form, "what")->text;
    int64_t complexity = form_get(&p->form, "complexity")->n;
    struct rule_clock_question q = {
        .start = form_get(&p->form, "start")->day,
        .complexity = complexity < 0 ? 0 : complexity,
        .remote = form_get(&p->form, "remote")->n == 1,
        .extensions = form_get(&p->form, "extend")->n,
    };
    bool known = false;
    for (size_t i = 0; i < p->groups_n; i++)
        known |= listed(&p->groups[i], what);
    if (!known)
        form_error(&p->form, "what", MSG("err.rules.clock.step"));
    if (p->form.errors)
        return;
    str_split(&what, '/', &part);
    q.procedure = part;
    q.step = what;
    if (!rule_pauses_parse(r->arena, form_get(&p->form, "suspend")->text, &q.suspended, &q.suspended_n, &e) ||
        !rulebook_explain(site_of(r)->rules, r->arena, &q, &p->due, &e))
        form_error(&p->form, field_of(e.msg), e.msg);
    else
        show_answer(r, p);
}

bool clock_json_get(struct request *r, struct response *out, struct err *e)
{
    struct clock_page p = {0};
    struct strbuf b;
    struct json j;
    if (!site_of(r)->rules)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.rules.none"), NULL);
    form_read(&p.form, clock_fields, r, true);
    list_choices(r, &p);
    ask(r, &p);
    strbuf_init(&b, r->arena, JSON_MAX);
    json_init(&j, &b);
    if (!p.form.errors) {
        rules_clock_json(&j, &p.due);
        response_json(out, &b);
        return true;
    }
    json_object(&j);
    json_key(&j, "errors");
    json_object(&j);
    for (const struct form_field *f = clock_fields; f->name; f++) {
        if (form_get(&p.form, f->name)->error)
            json_kstr(&j, f->name, i18n_text(r->lang, form_get(&p.form, f->name)->error));
    }
    json_end(&j);
    json_end(&j);
    response_json(out, &b);
    out->status = 422;
    return true;
}

bool clock_get(struct request *r, struct response *out, struct err *e)
{
    if (str_is(request_query(r, "format"), "json"))
        return clock_json_get(r, out, e);
    struct clock_page p = {.page = {.request = r, .title_msg = MSG("rules.clock.title"), .nav = "/clock", .wide = true}};
    if (!site_of(r)->rules)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.rules.none"), NULL);
    p.asked = r->query_n > 0 && request_query(r, "what").n > 0;
    p.page.form = &p.form;
    if (p.asked) {
        form_read(&p.form, clock_fields, r, true);
    } else {
        form_blank(&p.form, clock_fields);
        form_set(&p.form, "start", i18n_day(r->arena, r->lang, instant_day(r->now, r->zone_minutes)));
    }
    list_choices(r, &p);
    if (p.asked)
        ask(r, &p);
    p.what_error = form_get(&p.form, "what")->error;
    struct html *h = ui_begin(r);
    clock_show(h, &p);
    response_html(out, h);
    if (p.form.errors)
        out->status = 422;
    return true;
}

/* ---- the list ---- */

static struct rules_row row_of(const struct request *r, const struct rule_limit *x)
{
    struct rules_row row = {
        .what = rules_step_name(r, x->step),
        .limit = rules_length(r, x->value, x->unit),
        .class = i18n_text(r->lang, class_msg(x->class)),
        .article = x->source.article,
        .id = x->id,
        .note = x->note.text[r->lang],
        .source = x->source,
        .sure_msg = rules_sure_msg(x->source.sureness),
        .sure = str_is(x->source.sureness, "P"),
        .decree = x->decree,
    };
    if (x->extensions)
        row.extension = i18n_format(r->arena, r->lang, MSG("rules.extension"),
                                    ARGS(arg_int("times", x->extensions),
                                         arg_str("length", rules_length(r, x->extension_value, x->unit))));
    return row;
}

static void list_limits(const struct request *r, struct rules_page *p)
{
    const struct rulebook *b = site_of(r)->rules;
    p->groups = arena_array(r->arena, struct rules_group, b->procedures_n + 1);
    for (size_t i = 0; i < b->procedures_n; i++) {
        struct rules_group *g = &p->groups[p->groups_n++];
        g->name = b->procedures[i].name.text[r->lang];
        g->href = str_printf(r->arena, "/rules/" STR_FMT, STR_ARG(b->procedures[i].id));
        g->rows = arena_array(r->arena, struct rules_row, b->limits_n + 1);
        for (size_t k = 0; k < b->limits_n; k++) {
            if (!str_eq(b->limits[k].procedure, b->procedures[i].id))
                continue;
            g->rows[g->rows_n] = row_of(r, &b->limits[k]);
            g->rows[g->rows_n++].first = k == 0 || !str_eq(b->limits[k - 1].id, b->limits[k].id);
        }
    }
}

static void list_competences(const struct request *r, struct rules_page *p)
{
    const struct rulebook *b = site_of(r)->rules;
    p->competences = arena_array(r->arena, struct rules_row, b->competences_n + 1);
    for (size_t i = 0; i < b->competences_n; i++) {
        const struct rule_competence *c = &b->competences[i];
        p->competences[p->competences_n++] = (struct rules_row){
            .what = c->name.text[r->lang], .article = c->source.article, .source = c->source,
            .sure_msg = rules_sure_msg(c->source.sureness), .sure = str_is(c->source.sureness, "P")};
    }
}

static void list_holidays(const struct request *r, struct rules_page *p)
{
    const struct rulebook *b = site_of(r)->rules;
    int year, y, m, d;
    day_parts(instant_day(r->now, r->zone_minutes), &year, &m, &d);
    p->holidays = arena_array(r->arena, struct rules_row, b->holidays_n + 1);
    for (size_t i = 0; i < b->holidays_n; i++) {
        const struct rule_holiday *h = &b->holidays[i];
        day_parts(h->day, &y, &m, &d);
        if (y == year || y == year + 1)
            p->holidays[p->holidays_n++] = (struct rules_row){
                .what = h->name.text[r->lang], .source = {.from = h->day}, .sure_msg = rules_sure_msg(h->sureness),
                .sure = str_is(h->sureness, "P")};
    }
}

bool rules_get(struct request *r, struct response *out, struct err *e)
{
    const struct rulebook *b = site_of(r)->rules;
    struct rules_page p = {.page = {.request = r, .title_msg = MSG("rules.list.title"), .wide = true}};
    if (!b)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.rules.none"), NULL);
    p.pack = b->id;
    p.version = b->version;
    list_limits(r, &p);
    list_competences(r, &p);
    list_holidays(r, &p);
    struct html *h = ui_begin(r);
    rules_show(h, &p);
    response_html(out, h);
    out->shared = true;
    return true;
}
