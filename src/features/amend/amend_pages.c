// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/amend/amend_pages.h"

#include <string.h>

#include "amend.html.h"
#include "platform/site/site.h"

enum { LISTED = 200, NAME_MAX = 200, ARTICLE_MAX = 300 };

static const char *const kinds[] = {"holiday", "pending", "none", NULL};
static const char *const sures[] = {"p", "s", "q", "m", NULL};
static const char *const sureness[] = {"P", "S", "Q", "M"};

#define SOURCE_FIELDS \
    {.name = "article", .type = FORM_LINE, .required = true, .min = 3, .max = ARTICLE_MAX, .label = MSG("amend.article")}, \
        {.name = "sure", .type = FORM_CHOICE, .required = true, .choices = sures, .label = MSG("amend.sure")}

static const struct form_field holiday_fields[] = {
    {.name = "day", .type = FORM_DAY, .required = true, .label = MSG("amend.day")},
    {.name = "kind", .type = FORM_CHOICE, .required = true, .choices = kinds, .label = MSG("amend.kind")},
    {.name = "name", .type = FORM_LINE, .required = true, .min = 2, .max = NAME_MAX, .label = MSG("amend.name")},
    {.name = "instead", .type = FORM_DAY, .label = MSG("amend.instead")},
    SOURCE_FIELDS,
    {.name = NULL},
};
static const struct form_field swap_fields[] = {
    {.name = "off", .type = FORM_DAY, .required = true, .label = MSG("amend.off")},
    {.name = "worked", .type = FORM_DAY, .required = true, .label = MSG("amend.worked")},
    {.name = "name", .type = FORM_LINE, .required = true, .min = 2, .max = NAME_MAX, .label = MSG("amend.name")},
    SOURCE_FIELDS,
    {.name = NULL},
};
static const struct form_field limit_fields[] = {
    {.name = "limit", .type = FORM_LINE, .required = true, .max = 60, .label = MSG("amend.limit")},
    {.name = "value", .type = FORM_INT, .required = true, .min = 1, .max = 1000, .label = MSG("amend.value")},
    {.name = "from", .type = FORM_DAY, .required = true, .label = MSG("amend.from")},
    {.name = "version", .type = FORM_LINE, .max = 60, .label = MSG("amend.version")},
    SOURCE_FIELDS,
    {.name = NULL},
};
static const struct {
    const char *word, *title;
    const struct form_field *fields;
} whats[AMEND_WHATS] = {
    {"holiday", MSG("amend.new.holiday"), holiday_fields},
    {"swap", MSG("amend.new.swap"), swap_fields},
    {"limit", MSG("amend.new.limit"), limit_fields},
};

/* ---- what is in force ---- */

static void list_limits(const struct request *r, struct amend_page *p)
{
    const struct rulebook *book = site_of(r)->rules;
    const struct rule_limit *v;
    size_t n;
    struct day today = instant_day(r->now, r->zone_minutes);
    rulebook_limits(book, &v, &n);
    p->limits = arena_array(r->arena, struct amend_line, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct rule_procedure *of = rulebook_procedure(book, v[i].procedure);
        struct amend_line *last = p->limits_n ? &p->limits[p->limits_n - 1] : NULL;
        struct str name = of ? of->name.text[r->lang] : v[i].procedure;
        if (v[i].source.to.n < today.n)
            continue;
        if (last && str_eq(last->id, v[i].id)) { /* one row for several procedures */
            last->what = str_printf(r->arena, STR_FMT ", " STR_FMT, STR_ARG(last->what), STR_ARG(name));
            continue;
        }
        p->limits[p->limits_n++] = (struct amend_line){
            .id = v[i].id, .length = rules_length(r, v[i].value, v[i].unit), .article = v[i].source.article, .source = v[i].source,
            .what = str_printf(r->arena, STR_FMT ": " STR_FMT, STR_ARG(rules_step_name(r, v[i].step)), STR_ARG(name)),
            .sure = str_is(v[i].source.sureness, "P")};
    }
}

static bool begin(struct request *r, struct amend_page *p, struct err *e)
{
    struct rd *rd;
    const struct rulebook *book = site_of(r)->rules;
    p->page.request = r;
    p->page.face = UI_DESK;
    p->page.wide = true;
    p->pack = rulebook_pack(book);
    p->version = rulebook_version(book);
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    bool good = rules_version_number(rd, p->pack, &p->number, e) && people_runs_all(rd, &r->viewer, &p->may, e);
    store_read_end(rd);
    list_limits(r, p);
    return good;
}

bool amend_get(struct request *r, struct response *out, struct err *e)
{
    struct amend_page p = {.page = {.title_msg = MSG("amend.title")}};
    if (!begin(r, &p, e))
        return false;
    if (str_is(request_query(r, "done"), "1")) {
        p.page.notice_msg = MSG("amend.done");
        p.page.notice_tone = UI_GOOD;
    }
    struct html *h = ui_begin(r);
    amend_list_html(h, &p);
    response_html(out, h);
    return true;
}

/* ---- a form ---- */

static bool begin_form(struct request *r, struct amend_page *p, struct err *e)
{
    struct str word = request_query(r, "what");
    while (p->what < AMEND_WHATS && !str_is(word, whats[p->what].word))
        p->what++;
    if (p->what == AMEND_WHATS)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    p->title_msg = p->page.title_msg = whats[p->what].title;
    p->path = str_printf(r->arena, "/admin/rules/new?what=%s", whats[p->what].word);
    p->page.form = &p->form;
    if (!begin(r, p, e))
        return false;
    return p->may || FAIL(e, ERR_DENIED, MSG("err.amend.all"), NULL);
}

static void show_form(struct request *r, struct amend_page *p, struct response *out)
{
    for (size_t i = 0; p->what == AMEND_LIMIT && i < p->limits_n; i++)
        p->limits[i].chosen = str_eq(p->limits[i].id, form_get(&p->form, "limit")->text);
    for (const struct form_field *f = whats[p->what].fields; f->name; f++)
        p->given[p->given_n++] = (struct amend_given){f->name, form_get(&p->form, f->name)->text};
    p->limit_error = p->what == AMEND_LIMIT ? form_get(&p->form, "limit")->error : NULL;
    struct html *h = ui_begin(r);
    amend_form_html(h, p);
    response_html(out, h);
    if (p->form.errors)
        out->status = 422;
}

bool amend_new_get(struct request *r, struct response *out, struct err *e)
{
    struct amend_page p = {0};
    if (!begin_form(r, &p, e))
        return false;
    form_blank(&p.form, whats[p.what].fields);
    show_form(r, &p, out);
    return true;
}

/* ---- preview and change ---- */

static struct str sure_of(const struct form *f)
{
    int64_t n = form_get(f, "sure")->n;
    return str_of(sureness[n >= 0 && n < 4 ? n : 3]);
}

static bool table_of(struct request *r, const struct amend_page *p, struct rule_file_list files, struct rule_file *ret, struct err *e)
{
    const struct form *f = &p->form;
    struct str sure = sure_of(f), article = form_get(f, "article")->text;
    if (p->what == AMEND_LIMIT) {
        struct amend_limit in = {.id = form_get(f, "limit")->text, .value = form_get(f, "value")->n, .from = form_get(f, "from")->day,
                                 .article = article, .version = form_get(f, "version")->text, .sureness = sure};
        return amend_limited(r->arena, files, &in, ret, e);
    }
    struct str name = form_get(f, "name")->text;
    if (p->what == AMEND_SWAP) {
        struct amend_swap in = {form_get(f, "off")->day, form_get(f, "worked")->day, name, article, sure};
        return amend_swapped(r->arena, files, &in, ret, e);
    }
    bool more = form_get(f, "instead")->text.n > 0;
    struct amend_day in = {form_get(f, "day")->day, more ? form_get(f, "instead")->day : DAY_NONE, form_get(f, "kind")->text, name,
                           article, sure};
    return amend_holiday(r->arena, files, &in, ret, e);
}

static bool plan(struct request *r, const struct amend_page *p, struct amendment *x, struct err *e)
{
    struct rd *rd;
    struct rules_version now;
    struct rule_file file;
    if (!store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    bool good = rules_version(rd, r->arena, p->pack, &now, e) &&
                table_of(r, p, (struct rule_file_list){now.files, now.files_n}, &file, e) &&
                amend_plan(rd, r->arena, p->pack, (struct rule_file_list){&file, 1}, x, e);
    store_read_end(rd);
    return good;
}

static void show_problems(struct request *r, struct amend_page *p, struct str lines)
{
    struct str line;
    p->problems = arena_array(r->arena, struct str, LISTED);
    while (p->problems_n < LISTED && lines.n && str_split(&lines, '\n', &line)) {
        if (line.n)
            p->problems[p->problems_n++] = line;
    }
}

/* An administrator sees no contents: numbers of her own offices alone, and of no sealed matter. */
static void show_plan(struct request *r, struct amend_page *p, const struct amendment *x)
{
    p->previewed = true;
    p->changes = x->changes_n > 0;
    p->looked = x->plan.looked;
    p->redated = (int64_t)x->plan.n;
    p->stuck = x->plan.stuck;
    p->steps = arena_array(r->arena, struct amend_step, LISTED);
    for (size_t i = 0; i < x->plan.n && i < CASE_REDATE_LISTED && p->steps_n < LISTED; i++) {
        const struct case_redate_item *k = &x->plan.v[i];
        const struct rule_procedure *of = rulebook_procedure(x->book, k->what->procedure);
        if (of && !of->sealed && viewer_may(&r->viewer, k->office_id, ROLE_ADMIN))
            p->steps[p->steps_n++] = (struct amend_step){k->number, rules_step_name(r, k->what->step), k->what->rule,
                                                         k->what->before, k->what->after};
    }
    p->hidden = p->redated - (int64_t)p->steps_n;
}

/* What the input did wrong is said on the form; all else is a failure of the page. */
static bool say(struct request *r, struct amend_page *p, struct amendment *x, struct response *out, struct err *e)
{
    if (e->code != ERR_BAD_INPUT && e->code != ERR_CONFLICT)
        return false;
    form_whole_error(&p->form, e->msg);
    show_problems(r, p, strbuf_text(&x->problems));
    show_form(r, p, out);
    return true;
}

bool amend_new_post(struct request *r, struct response *out, struct err *e)
{
    struct amend_page p = {0};
    struct amendment x = {0};
    int64_t seen;
    if (!begin_form(r, &p, e))
        return false;
    strbuf_init(&x.problems, r->arena, 1);
    if (!form_read(&p.form, whats[p.what].fields, r, false)) {
        show_form(r, &p, out);
        return true;
    }
    if (!plan(r, &p, &x, e))
        return say(r, &p, &x, out, e);
    if (!str_is(request_form(r, "go"), "apply")) {
        show_plan(r, &p, &x);
        show_form(r, &p, out);
        return true;
    }
    x.version = str_int(request_form(r, "seen"), &seen) ? seen : -1;
    if (!amend_apply(site_of(r)->store, &x, r->now, &r->viewer, e))
        return say(r, &p, &x, out, e);
    response_redirect(out, STR("/admin/rules?done=1"));
    return true;
}

const struct route amend_routes[] = {
    {"GET", "/admin/rules", amend_get, ROLE_ADMIN, 0, NULL, "the law's tables as they are in force, and what may be changed"},
    {"GET", "/admin/rules/new", amend_new_get, ROLE_ADMIN, 0, NULL, "the form of a holiday, an exchanged day or a limit's new version"},
    {"POST", "/admin/rules/new", amend_new_post, ROLE_ADMIN, 0, NULL, "shows what the change would re-date; changes it with go=apply"},
    {0},
};
