// SPDX-License-Identifier: AGPL-3.0-or-later
/* The facts of a matter and of its office, as a form prints them. */
#include "base/text.h"
#include "features/documents/document_inner.h"
#include "features/people/people.h"

struct gathering {
    const struct case_look *l;
    const struct rulebook *rules;
    struct case_facts c;
    struct print_facts *f;
};

static void set(struct gathering *g, enum print_place place, struct str text, struct str word)
{
    g->f->values[place] = (struct print_value){text, word.n ? word : text};
}

static void set_day(struct gathering *g, enum print_place place, struct day d)
{
    if (!day_is_none(d))
        set(g, place, print_day(g->l->arena, g->rules, "day", d, STR("")), STR(""));
}

static enum lang pack_lang(void)
{
    return LANG_VI; /* a name that is missing there is the pack's own */
}

/* "Phường Phan Rang" without its kind. */
static struct str bare_name(struct arena *a, const struct unit *u)
{
    size_t n = u->kind.n;
    if (n && n < u->name.n && str_eq(text_fold(a, str_cut(u->name, 0, n)), text_fold(a, u->kind)))
        return str_trim(str_cut(u->name, n, u->name.n));
    return u->name;
}

static bool gather_office(struct gathering *g, int64_t office_id, struct err *e)
{
    struct unit unit;
    struct office *o = &g->f->office;
    struct arena *a = g->l->arena;
    if (!units_office(g->l->rd, a, office_id, o, e))
        return false;
    if (units_get(g->l->rd, a, o->unit_id, &unit, e))
        g->f->place = bare_name(a, &unit);
    else if (e->code != ERR_NOT_FOUND)
        return false;
    struct str head = rulebook_word(g->rules, str_printf(a, "head." STR_FMT, STR_ARG(o->kind)).p);
    if (!head.n)
        head = rulebook_word(g->rules, "head.other");
    set(g, PLACE_OFFICE, o->name, o->kind);
    if (head.n)
        set(g, PLACE_OFFICE_HEAD, print_fill(a, head, &(struct print_fill){"office", o->name}, 1), STR(""));
    set(g, PLACE_OFFICE_ADDRESS, o->address, STR(""));
    set(g, PLACE_OFFICE_PHONE, o->phone, STR(""));
    set(g, PLACE_OFFICE_PLACE, g->f->place, STR(""));
    set(g, PLACE_AUTHOR, g->l->viewer->name, STR(""));
    set_day(g, PLACE_TODAY, g->l->world->today);
    return true;
}

static struct str lower_first(struct arena *a, struct str s)
{
    char *z = str_z(a, s);
    if (s.n && z[0] >= 'A' && z[0] <= 'Z')
        z[0] = (char)(z[0] - 'A' + 'a');
    return (struct str){z, s.n};
}

static void gather_words(struct gathering *g)
{
    const struct case_facts *c = &g->c;
    enum lang lang = pack_lang();
    const struct rule_procedure *p = rulebook_procedure(g->rules, c->procedure);
    const struct rule_word *w = rulebook_subject(g->rules, c->kind, c->subject);
    if (p) {
        set(g, PLACE_PROCEDURE, p->name.text[lang], p->id);
        set(g, PLACE_KIND, lower_first(g->l->arena, p->name.text[lang]), c->kind);
    }
    if (w)
        set(g, PLACE_SUBJECT, w->name.text[lang], w->id);
    w = rulebook_decision(g->rules, c->procedure, c->decision);
    if (w && c->decision.n)
        set(g, PLACE_DECISION, w->name.text[lang], w->id);
    w = c->ground.n ? rulebook_ground(g->rules, c->kind, STR(""), c->ground) : NULL;
    if (w) {
        set(g, PLACE_GROUND, w->name.text[lang], w->id);
        set(g, PLACE_GROUND_ARTICLE, w->article, STR(""));
    }
    set(g, PLACE_STATE, rulebook_state_name(g->rules, c->state, lang), c->state);
}

static void gather_clock(struct gathering *g)
{
    const struct rule_limit *limits;
    size_t n;
    rulebook_limits(g->rules, &limits, &n);
    for (size_t i = 0; i < n; i++) {
        if (g->c.due_rule.n && str_eq(limits[i].id, g->c.due_rule)) {
            set(g, PLACE_LIMIT_ARTICLE, limits[i].source.article, limits[i].id);
            break;
        }
    }
    set_day(g, PLACE_DUE, g->c.due);
    set_day(g, PLACE_STEP_START, g->c.step_start);
    set_day(g, PLACE_HANDLED, g->c.handled);
    set_day(g, PLACE_DECIDED, g->c.decided);
    set_day(g, PLACE_RECEIVED, g->c.received);
}

static void gather_case(struct gathering *g)
{
    const struct case_facts *c = &g->c;
    set(g, PLACE_NUMBER, c->number, STR(""));
    set(g, PLACE_CHANNEL, c->channel, c->channel);
    if (c->people)
        set(g, PLACE_PEOPLE, str_printf(g->l->arena, "%lld", (long long)c->people), STR(""));
    g->f->sealed = c->sealed;
    g->f->case_number = c->number;
    gather_words(g);
    gather_clock(g);
}

static bool gather_text(struct gathering *g, struct err *e)
{
    struct case_text t;
    if (!case_get_text(g->l, &g->c, &t, e))
        return false;
    set(g, PLACE_TITLE, t.title, STR(""));
    set(g, PLACE_BODY, t.body, STR(""));
    set(g, PLACE_WHERE, t.place, STR(""));
    if (t.who_hidden)
        return true;
    const struct case_identity *w = &t.who;
    set(g, PLACE_NAME, w->name, STR(""));
    set(g, PLACE_ADDRESS, w->address, STR(""));
    set(g, PLACE_PHONE, w->phone, STR(""));
    set(g, PLACE_EMAIL, w->email, STR(""));
    set(g, PLACE_ID_NUMBER, w->id_number, STR(""));
    set(g, PLACE_OTHERS, w->others, STR(""));
    g->f->identity = w->name.n || w->address.n || w->phone.n || w->email.n || w->id_number.n || w->others.n;
    return true;
}

static bool gather_files(struct gathering *g, struct err *e)
{
    struct case_file_list list;
    struct strbuf b;
    if (!case_files(g->l, &g->c, &list, e))
        return false;
    strbuf_init(&b, g->l->arena, 1 << 16);
    for (size_t i = 0; i < list.n; i++) {
        if (!list.v[i].name.n)
            continue;
        if (b.n)
            strbuf_char(&b, '\n');
        strbuf_str(&b, list.v[i].name);
    }
    set(g, PLACE_FILES, strbuf_text(&b), STR(""));
    return true;
}

static bool gather_links(struct gathering *g, struct err *e)
{
    struct case_link_list links;
    struct office o;
    if (!case_links(g->l, g->c.key, &links, e))
        return false;
    for (size_t i = 0; i < links.n; i++) {
        const struct case_link *x = &links.v[i];
        bool to = str_is(x->relation, "forwarded_to"), from = str_is(x->relation, "forwarded_from");
        if (str_is(x->relation, "second_of"))
            set(g, PLACE_FIRST_NUMBER, x->number, STR(""));
        if (!to && !from)
            continue;
        if (!units_office(g->l->rd, g->l->arena, x->to.office_id, &o, e))
            return false;
        set(g, to ? PLACE_SENT_TO : PLACE_SENT_FROM, o.name, STR(""));
    }
    return true;
}

static bool gather_answer(struct gathering *g, struct err *e)
{
    struct case_answer_list list;
    int64_t newest = 0;
    if (!case_answers(g->l, &g->c, &list, e))
        return false;
    for (size_t i = 0; i < list.n; i++) {
        if (list.v[i].version < newest)
            continue;
        newest = list.v[i].version;
        set(g, PLACE_ANSWER, list.v[i].body, STR(""));
        const struct rule_word *w = rulebook_decision(g->rules, g->c.procedure, list.v[i].decision);
        if (w && !g->c.decision.n && list.v[i].decision.n)
            set(g, PLACE_DECISION, w->name.text[pack_lang()], w->id);
    }
    return true;
}

static bool gather_officer(struct gathering *g, struct err *e)
{
    struct person *list;
    size_t n;
    const struct viewer program = VIEWER_SYSTEM;
    if (!g->c.assigned_to)
        return true;
    if (!people_list(g->l->rd, g->l->arena, &(struct people_query){&program, g->c.key.office_id, 0}, &list, &n, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (list[i].account_id == g->c.assigned_to)
            set(g, PLACE_OFFICER, str_printf(g->l->arena, STR_FMT "%s" STR_FMT, STR_ARG(list[i].name), list[i].title.n ? ", " : "",
                                             STR_ARG(list[i].title)), STR(""));
    }
    return true;
}

bool document_facts(const struct case_look *l, struct case_key key, struct print_facts *ret, struct err *e)
{
    struct print_facts *f = arena_new(l->arena, struct print_facts);
    struct gathering g = {.l = l, .rules = l->world->rules, .f = f};
    if (!gather_office(&g, key.office_id, e))
        return false;
    if (key.case_id) {
        if (!case_get(l, key, &g.c, e))
            return false;
        gather_case(&g);
        if (!gather_text(&g, e) || !gather_files(&g, e) || !gather_links(&g, e) || !gather_answer(&g, e) ||
            !gather_officer(&g, e))
            return false;
    }
    *ret = *f;
    return true;
}
