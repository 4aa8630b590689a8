// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/rules/rules_procedures.h"

#include "features/rules/rule_rows.h"
#include "rules_procedures.html.h"

enum { LIST_MAX = 4000 };

/* What an action is given; what must be so besides stands in its article. */
static const struct {
    const char *word, *msg;
} needs[] = {
    {"ground", MSG("rules.need.ground")},
    {"note", MSG("rules.need.note")},
    {"text", MSG("rules.need.text")},
    {"decision", MSG("rules.need.decision")},
    {"subject", MSG("rules.need.subject")},
    {"office", MSG("rules.need.office")},
    {"assignee", MSG("rules.need.assignee")},
    {"publication", MSG("rules.need.publication")},
    {"link", MSG("rules.need.link")},
    {"procedure", MSG("rules.need.procedure")},
    {"criteria", MSG("rules.need.criteria")},
    {"accused", MSG("rules.need.accused")},
    {"team", MSG("rules.need.team")},
    {"amount", MSG("rules.need.amount")},
};
static const struct {
    uint32_t role;
    const char *msg;
} roles[] = {
    {ROLE_HAMLET, MSG("people.role.hamlet")},         {ROLE_RECEPTION, MSG("people.role.reception")},
    {ROLE_SETTLING, MSG("people.role.settling")},     {ROLE_LEADER, MSG("people.role.leader")},
    {ROLE_SUPERVISOR, MSG("people.role.supervisor")}, {ROLE_STEERING, MSG("people.role.steering")},
    {ROLE_ADMIN, MSG("people.role.admin")},
};

static struct str join(struct arena *a, struct str list, struct str name)
{
    return !list.n ? name : list.n > LIST_MAX ? list : str_printf(a, STR_FMT ", " STR_FMT, STR_ARG(list), STR_ARG(name));
}

static struct str who_text(const struct request *r, const struct rule_step *s)
{
    struct str list = s->by_person ? i18n_text(r->lang, MSG("rules.by_person")) : STR("");
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        if (s->roles & roles[i].role)
            list = join(r->arena, list, i18n_text(r->lang, roles[i].msg));
    }
    return list;
}

static struct str needs_text(const struct request *r, const struct rule_step *s)
{
    struct str list = STR("");
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        if (word_among(s->needs, str_of(needs[i].word)))
            list = join(r->arena, list, i18n_text(r->lang, needs[i].msg));
    }
    return list;
}

/* An action that leads from several states is one line. */
static void list_steps(const struct request *r, struct procedure_page *p)
{
    const struct rulebook *b = site_of(r)->rules;
    const struct rule_step *v;
    size_t n;
    struct day today = instant_day(r->now, r->zone_minutes);
    rulebook_steps(b, p->of->id, &v, &n);
    p->steps = arena_array(r->arena, struct procedure_step, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct procedure_step *last = p->steps_n ? &p->steps[p->steps_n - 1] : NULL;
        struct str from = rulebook_state_name(b, v[i].from, r->lang), name = v[i].name.text[r->lang];
        if (v[i].source.to.n < today.n)
            continue;
        if (last && str_eq(last->name, name) && str_eq(last->article, v[i].source.article)) {
            last->from = join(r->arena, last->from, from);
            continue;
        }
        p->steps[p->steps_n++] = (struct procedure_step){
            .name = name, .from = from, .who = who_text(r, &v[i]), .needs = needs_text(r, &v[i]),
            .to = str_eq(v[i].from, v[i].to) ? STR("") : rulebook_state_name(b, v[i].to, r->lang),
            .article = v[i].source.article, .source = v[i].source, .sure = str_is(v[i].source.sureness, "P")};
    }
}

static struct str action_name(const struct request *r, const struct procedure_page *p, struct str actions)
{
    const struct rule_step *v;
    size_t n;
    struct str action, list = STR("");
    rulebook_steps(site_of(r)->rules, p->of->id, &v, &n);
    while (str_split(&actions, ' ', &action)) {
        for (size_t i = 0; i < n && action.n; i++) {
            if (!str_eq(v[i].action, action))
                continue;
            list = join(r->arena, list, v[i].name.text[r->lang]);
            break;
        }
    }
    return list;
}

static void list_words(const struct request *r, struct procedure_page *p, const char *table, const char *title,
                       struct procedure_words *ret)
{
    const struct rule_word **v;
    size_t n;
    rulebook_words(site_of(r)->rules, r->arena, table, p->of->id, STR(""), &v, &n);
    *ret = (struct procedure_words){title, arena_array(r->arena, struct rules_row, n + 1), 0};
    for (size_t i = 0; i < n; i++)
        ret->rows[ret->n++] = (struct rules_row){
            .what = v[i]->name.text[r->lang], .note = action_name(r, p, v[i]->action), .article = v[i]->source.article,
            .source = v[i]->source, .sure_msg = rules_sure_msg(v[i]->source.sureness), .sure = str_is(v[i]->source.sureness, "P")};
}

bool procedure_get(struct request *r, struct response *out, struct err *e)
{
    struct procedure_page p = {.page = {.request = r, .nav = "/rules", .wide = true}};
    p.of = site_of(r)->rules ? rulebook_procedure(site_of(r)->rules, r->params[0]) : NULL;
    if (!p.of)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    p.page.title = i18n_format(r->arena, r->lang, MSG("rules.procedure.title"), ARGS(arg_str("name", p.of->name.text[r->lang])));
    p.sure = str_is(p.of->source.sureness, "P");
    list_steps(r, &p);
    list_words(r, &p, "grounds", MSG("rules.grounds"), &p.words[0]);
    list_words(r, &p, "decisions", MSG("rules.decisions"), &p.words[1]);
    list_words(r, &p, "criteria", MSG("rules.criteria"), &p.words[2]);
    struct html *h = ui_begin(r);
    procedure_show(h, &p);
    response_html(out, h);
    out->shared = true;
    return true;
}
