// SPDX-License-Identifier: AGPL-3.0-or-later
/* What each word of a denunciation's steps means. */
#include "features/cases/denounce_rows.h"

#include "base/text.h"
#include "features/cases/case_flow.h"
#include "features/units/units.h"
#include "platform/i18n/i18n.h"

enum { TEAM_LEAST = 2, SHARE_LIKE = 60, SHARE_SAME = 90 /* per cent of the marks */ };

static const struct denounce_deed none;

static const struct denounce_deed *more_of(const struct case_deed *deed)
{
    return deed->denounce ? deed->denounce : &none;
}

static bool has_need(const struct rule_step *step, const char *word)
{
    struct str part, rest = step->needs;
    while (str_split(&rest, ' ', &part)) {
        if (str_is(part, word))
            return true;
    }
    return false;
}

/* What stands behind "paper=" among the words; empty when it is not there. */
static struct str word_value(struct str words, const char *name)
{
    struct str part, key = str_of(name);
    while (str_split(&words, ' ', &part)) {
        if (str_starts(part, key) && part.n > key.n && part.p[key.n] == '=')
            return str_cut(part, key.n + 1, part.n);
    }
    return STR("");
}

static struct case_look look_of(const struct case_doing *d, const struct viewer *v)
{
    return (struct case_look){tx_rd(d->tx), tx_arena(d->tx), d->world, v};
}

bool denounce_is_above(const struct rule_step *step)
{
    return has_need(step, "above");
}

int64_t denounce_class(const struct rulebook *rules, size_t criteria_n)
{
    return rulebook_class(rules, (int64_t)criteria_n);
}

/* ---- what the file must hold ---- */

static bool has_word(const struct str *list, size_t n, struct str word)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(list[i], word))
            return true;
    }
    return false;
}

static bool has_paper(const struct denounce_state *s, struct str kind)
{
    return has_word(s->kinds, s->kinds_n, kind);
}

static bool is_overdue(const struct case_look *l, const struct case_facts *c)
{
    return !day_is_none(c->due) && c->due.n < l->world->today.n;
}

/* The first thing missing, as a message; NULL when nothing is. */
static const char *missing(const struct case_look *l, const struct case_facts *c, struct str needs,
                           const struct denounce_state *s)
{
    struct str word;
    while (str_split(&needs, ' ', &word)) {
        if (str_is(word, "has_accused") && !s->accused)
            return MSG("err.denounce.no_accused");
        if (str_is(word, "has_team") && s->team < TEAM_LEAST)
            return MSG("err.denounce.no_team");
        if (str_is(word, "team_reports") && s->team && !has_paper(s, STR("report")))
            return MSG("err.denounce.no_report");
        if (str_is(word, "has_measures") && !s->measures)
            return MSG("err.denounce.no_measures");
        if (str_is(word, "named") && str_is(c->petitioner, "anonymous"))
            return MSG("err.denounce.anonymous");
        if (str_is(word, "in_time") && is_overdue(l, c))
            return MSG("err.denounce.overdue");
        if (str_starts(word, STR("owes=")) && !has_word(s->owed, s->owed_n, str_cut(word, 5, word.n)))
            return MSG("err.denounce.not_owed");
        if (str_starts(word, STR("ripe=")) && !has_word(s->ripe, s->ripe_n, str_cut(word, 5, word.n)))
            return MSG("err.denounce.not_ripe");
        if (str_is(word, "overdue") && !is_overdue(l, c))
            return MSG("err.denounce.not_overdue");
        if (str_starts(word, STR("has=")) && !has_paper(s, str_cut(word, 4, word.n)))
            return str_is(word, "has=dialogue") ? MSG("err.case.dialogue") : MSG("err.denounce.no_paper");
        if (str_starts(word, STR("lacks=")) && has_paper(s, str_cut(word, 6, word.n)))
            return MSG("err.denounce.has_paper");
    }
    return NULL;
}

/* Does the limit allow one extension more? */
static bool may_extend(const struct case_look *l, const struct case_facts *c)
{
    struct err e;
    struct rule_due due;
    struct rule_clock_question q;
    if (!case_clock_question(l->arena, c, &q, &e))
        return false;
    q.extensions++;
    return rulebook_due(l->world->rules, l->arena, &q, &due, &e);
}

bool denounce_offers(const struct case_look *l, const struct case_facts *c, const struct rule_step *step,
                     const struct denounce_state *s)
{
    return !missing(l, c, step->needs, s) && (!case_flow_has(step, "extend") || may_extend(l, c));
}

/* ---- what the deed must bring, and what else must be so ---- */

/* Nobody who is kept out is given the matter. */
static bool check_account(const struct case_doing *d, const struct case_facts *c, int64_t account_id, struct err *e)
{
    bool barred = false;
    if (!c->sealed || account_id < 1)
        return true;
    if (!case_is_barred(tx_rd(d->tx), c->key, account_id, &barred, e))
        return false;
    return !barred || FAIL(e, ERR_BAD_INPUT, MSG("err.denounce.barred"), NULL);
}

/* Being on the team opens the matter: only the office's own officials can be chosen. */
static bool check_officers(const struct case_doing *d, const struct case_facts *c, const struct denounce_deed *more, struct err *e)
{
    struct person *people;
    size_t n;
    struct viewer program = VIEWER_SYSTEM;
    struct case_look l = look_of(d, &program);
    if (!case_assignable(&l, c, &people, &n, e))
        return false;
    for (size_t i = 0; i < more->members_n; i++) {
        bool found = false;
        for (size_t k = 0; k < n && !found; k++)
            found = people[k].account_id == more->members[i];
        if (!found)
            return FAIL(e, ERR_BAD_INPUT, MSG("err.denounce.barred"), NULL);
    }
    return true;
}

static bool check_team(const struct case_doing *d, const struct case_facts *c, const struct denounce_deed *more, struct err *e)
{
    if (more->members_n < TEAM_LEAST)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.denounce.team"), NULL);
    for (size_t i = 0; i < more->members_n; i++) {
        for (size_t k = 0; k < i; k++) {
            if (more->members[k] == more->members[i])
                return FAIL(e, ERR_BAD_INPUT, MSG("err.denounce.team"), NULL);
        }
        if (!check_account(d, c, more->members[i], e))
            return false;
    }
    return check_officers(d, c, more, e);
}

static bool check_criteria(const struct case_doing *d, const struct case_facts *c, const struct denounce_deed *more,
                           struct err *e)
{
    const struct rule_word **words;
    size_t n;
    rulebook_words(d->world->rules, tx_arena(d->tx), "criteria", c->kind, STR(""), &words, &n);
    for (size_t i = 0; i < more->criteria_n; i++) {
        bool known = false;
        for (size_t k = 0; k < n; k++)
            known |= str_eq(words[k]->id, more->criteria[i]);
        if (!known)
            return FAIL(e, ERR_BAD_INPUT, MSG("err.denounce.criterion"), NULL);
    }
    return true;
}

static bool check_impartial(const struct case_doing *d, const struct case_facts *c, struct err *e)
{
    bool conflict = false;
    struct viewer program = VIEWER_SYSTEM;
    struct case_look l = look_of(d, &program);
    if (!case_office_in_conflict(&l, c, &conflict, e))
        return false;
    return !conflict || FAIL(e, ERR_CONFLICT, MSG("err.denounce.own_office"), NULL);
}

/* To the office above and to no other. */
static bool check_above(const struct case_doing *d, const struct case_facts *c, const struct case_deed *deed, struct err *e)
{
    struct office office;
    if (!deed->to_office)
        return true;
    if (!units_office(tx_rd(d->tx), tx_arena(d->tx), c->key.office_id, &office, e))
        return false;
    return deed->to_office == office.parent_office_id || FAIL(e, ERR_BAD_INPUT, MSG("err.case.office"), NULL);
}

/* The same person's same content was sent on before. */
static bool was_sent_on(const struct case_look *l, const struct case_facts *c, const struct case_text *text,
                        const struct case_likeness *like, bool *ret, struct err *e)
{
    struct case_text t;
    const struct case_facts *other = &like->facts;
    int64_t share = like->share;
    *ret = false;
    if (other->key.case_id == c->key.case_id || other->key.office_id != c->key.office_id || !str_is(other->outcome, "forwarded"))
        return true;
    if (!case_load_text(l, other, &t, e))
        return false;
    /* sealed names cannot be compared here: then only nearly the same words are the same matter */
    bool hidden = t.who_vaulted || t.who_elsewhere || text->who_vaulted || text->who_elsewhere;
    *ret = hidden ? share >= SHARE_SAME : str_eq(text_fold(l->arena, t.who.name), text_fold(l->arena, text->who.name));
    return true;
}

static bool check_once(const struct case_doing *d, const struct case_facts *c, struct err *e)
{
    bool before = false;
    struct case_text text;
    struct case_likenesses likes;
    struct viewer program = VIEWER_SYSTEM;
    struct case_look l = look_of(d, &program);
    if (!case_load_text(&l, c, &text, e))
        return false;
    struct case_new in = {.office_id = c->key.office_id, .text = text};
    if (!case_duplicates(&l, &in, &likes, e))
        return false;
    for (size_t i = 0; i < likes.n && !before; i++) {
        if (likes.v[i].share >= SHARE_LIKE && !was_sent_on(&l, c, &text, &likes.v[i], &before, e))
            return false;
    }
    return !before || FAIL(e, ERR_CONFLICT, MSG("err.denounce.sent_on"), NULL);
}

static bool check_leaks(const struct case_doing *d, const struct case_facts *c, const struct case_deed *deed, struct err *e)
{
    uint32_t leaks;
    struct viewer program = VIEWER_SYSTEM;
    struct case_look l = look_of(d, &program);
    struct str all = str_printf(l.arena, STR_FMT "\n" STR_FMT "\n" STR_FMT, STR_ARG(deed->title), STR_ARG(deed->body),
                                STR_ARG(deed->answer));
    if (!case_leaks(&l, c, all, &leaks, e))
        return false;
    return !(leaks & CASE_LEAK_CERTAIN) || FAIL(e, ERR_BAD_INPUT, MSG("err.denounce.leak"), NULL);
}

static bool check_deed(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                       const struct case_deed *deed, struct err *e)
{
    const struct denounce_deed *more = more_of(deed);
    if (has_need(step, "accused") && !more->name.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.denounce.accused"), NULL);
    if (has_need(step, "account") && more->account_id < 1)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.denounce.account"), NULL);
    if (has_need(step, "team") && !check_team(d, c, more, e))
        return false;
    return check_account(d, c, deed->assignee, e) && check_criteria(d, c, more, e);
}

bool denounce_check(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                    const struct case_deed *deed, struct err *e)
{
    struct denounce_state s;
    struct case_look l = look_of(d, d->actor);
    if (!check_deed(d, c, step, deed, e) || !denounce_state(&l, c->key, &s, e))
        return false;
    const char *msg = missing(&l, c, step->needs, &s);
    if (msg)
        return FAIL(e, ERR_CONFLICT, msg, NULL);
    if (has_need(step, "impartial") && !check_impartial(d, c, e))
        return false;
    if (has_need(step, "above") && !check_above(d, c, deed, e))
        return false;
    if (case_flow_has(step, "publish") && c->sealed && !check_leaks(d, c, deed, e))
        return false;
    return !has_need(step, "once") || check_once(d, c, e);
}

/* ---- what is done ---- */

void denounce_apply(const struct rulebook *rules, const struct rule_step *step, const struct case_deed *deed,
                    struct case_facts *c)
{
    if (case_flow_has(step, "confirm"))
        c->complexity = denounce_class(rules, more_of(deed)->criteria_n);
}

static bool keep_out(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                     const struct case_deed *deed, struct err *e)
{
    const struct denounce_deed *more = more_of(deed);
    if (case_flow_has(step, "accused") && !denounce_accuse(d, c, more, e))
        return false;
    if (case_flow_has(step, "bar") && !denounce_bar(d, c->key, more->account_id, deed->ground, e))
        return false;
    if (case_flow_has(step, "declare") && d->actor->user_id && !denounce_bar(d, c->key, d->actor->user_id, deed->ground, e))
        return false;
    return !case_flow_has(step, "unbar") || denounce_unbar(d, c->key, more->account_id, e);
}

/* A matter of protection of its own, in the same office, sealed like this one. */
static bool register_protection(const struct case_doing *d, const struct case_facts *c, struct str procedure,
                                const struct case_deed *deed, struct err *e)
{
    struct case_text text;
    struct case_key made;
    struct viewer program = VIEWER_SYSTEM;
    struct case_doing own = {d->tx, d->world, &program, d->now};
    struct case_look l = look_of(d, &program);
    struct digest code;
    struct office office;
    if (!case_load_text(&l, c, &text, e) || !denounce_code(d->tx, c->key, &code, e) ||
        !units_office(l.rd, l.arena, c->key.office_id, &office, e))
        return false;
    text.body = deed->text;
    text.place = STR("");
    struct case_new in = {.office_id = c->key.office_id, .office_code = office.code, .procedure = procedure,
                          .channel = d->actor->user_id ? STR("counter") : STR("web"), .petitioner = c->petitioner,
                          .people = c->people, .remote = c->remote, .received = d->world->today, .text = text, .code_hash = code};
    return case_register(&own, &in, &made, e) && denounce_copy(d, c->key, made, e) &&
           case_link_add(d->tx, c->key, "protection", made, e) && case_link_add(d->tx, made, "protection_of", c->key, e);
}

/* The law ends protection with the denunciation: its matters of protection end by the program's hand. */
static bool end_protection(const struct case_doing *d, struct case_key key, struct str ground, struct err *e)
{
    struct case_key of[DENOUNCE_LINKED], made;
    size_t n;
    struct case_facts c;
    struct viewer program = VIEWER_SYSTEM;
    struct case_doing own = {d->tx, d->world, &program, d->now};
    struct case_deed deed = {.action = STR("end"), .ground = ground};
    if (!denounce_linked(tx_rd(d->tx), key, "protection", of, &n, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!case_load(tx_rd(d->tx), tx_arena(d->tx), of[i], &c, e))
            return false;
        if (rulebook_step(d->world->rules, c.procedure, c.state, deed.action, d->world->today) &&
            !case_do(&own, of[i], &deed, &made, e))
            return false;
    }
    return true;
}

static bool write_measures(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                           const struct case_deed *deed, struct err *e)
{
    if (case_flow_has(step, "measure") && !denounce_measure(d, c, deed->ground, e))
        return false;
    if (case_flow_has(step, "measure_end") && !denounce_measures_end(d, c->key, deed->ground, e))
        return false;
    return !case_flow_has(step, "measures_end") || denounce_measures_end(d, c->key, STR(""), e);
}

bool denounce_write(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                    const struct case_deed *deed, struct err *e)
{
    const struct denounce_deed *more = more_of(deed);
    struct str paper = word_value(step->effects, "paper"), procedure = word_value(step->effects, "protect");
    struct str ends = word_value(step->effects, "protection_end");
    if (!keep_out(d, c, step, deed, e) || !write_measures(d, c, step, deed, e))
        return false;
    if (paper.n && !denounce_paper(d, c, paper, deed->text.n ? deed->text : deed->note, e))
        return false;
    if (case_flow_has(step, "team") && !denounce_set_team(d, c, more, e))
        return false;
    if (case_flow_has(step, "propose") && !denounce_set_criteria(d, c, more, false, e))
        return false;
    if (case_flow_has(step, "confirm") && !denounce_set_criteria(d, c, more, true, e))
        return false;
    if (procedure.n && !register_protection(d, c, procedure, deed, e))
        return false;
    return !ends.n || end_protection(d, c->key, ends, e);
}
