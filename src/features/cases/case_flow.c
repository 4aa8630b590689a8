// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_flow.h"

#include "platform/i18n/i18n.h"

static bool is_given(const struct case_deed *deed, struct str need)
{
    if (str_is(need, "ground"))
        return deed->ground.n > 0;
    if (str_is(need, "note"))
        return deed->note.n > 0;
    if (str_is(need, "text"))
        return deed->text.n > 0;
    if (str_is(need, "decision"))
        return deed->decision.n > 0;
    if (str_is(need, "subject"))
        return deed->subject.n > 0;
    if (str_is(need, "office"))
        return deed->to_office > 0;
    if (str_is(need, "assignee"))
        return deed->assignee > 0;
    if (str_is(need, "publication"))
        return deed->title.n > 0 && deed->answer.n > 0;
    return !str_is(need, "link") || deed->link.case_id > 0;
}

static const struct {
    const char *need, *msg;
} missing[] = {
    {"ground", MSG("err.case.ground")},     {"note", MSG("err.case.note")},         {"text", MSG("err.case.text")},
    {"decision", MSG("err.case.decision")}, {"subject", MSG("err.case.subject")},   {"office", MSG("err.case.office")},
    {"assignee", MSG("err.case.assignee")}, {"publication", MSG("err.case.publication")}, {"link", MSG("err.case.link")},
};

static const char *missing_msg(struct str need)
{
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++) {
        if (str_is(need, missing[i].need))
            return missing[i].msg;
    }
    return MSG("err.case.note");
}

bool case_flow_needs(const struct rulebook *rules, const struct rule_step *step, const struct case_facts *c,
                     const struct case_deed *deed, struct err *e)
{
    struct str need, rest = step->needs;
    while (str_split(&rest, ' ', &need)) {
        if (need.n && !is_given(deed, need))
            return FAIL(e, ERR_BAD_INPUT, missing_msg(need), STR_FMT, STR_ARG(need));
    }
    if (deed->ground.n && !rulebook_ground(rules, c->procedure, step->action, deed->ground))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.case.ground"), "no such ground for this action");
    if (deed->subject.n && !rulebook_subject(rules, c->kind, deed->subject))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.case.subject"), "no such subject for this kind");
    if (deed->decision.n && !rulebook_decision(rules, c->procedure, deed->decision))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.case.decision"), "no such result for this procedure");
    return true;
}

static void apply_effect(struct str word, const struct case_deed *deed, struct day today, struct case_facts *c)
{
    struct str outcome = STR("outcome=");
    if (str_is(word, "handled")) {
        if (day_is_none(c->handled))
            c->handled = today;
    } else if (str_is(word, "eligible")) {
        c->eligible = 1;
    } else if (str_is(word, "ineligible")) {
        c->eligible = 0;
    } else if (str_is(word, "own")) {
        c->own = 1;
    } else if (str_is(word, "other")) {
        c->own = 0;
    } else if (str_starts(word, outcome)) {
        c->outcome = str_cut(word, outcome.n, word.n);
    } else if (str_starts(word, STR("complexity="))) {
        int64_t n;
        c->complexity = str_int(str_cut(word, 11, word.n), &n) ? n : c->complexity;
    } else if (str_is(word, "decided")) {
        c->decided = today;
        c->decision = deed->decision.n ? deed->decision : c->decision;
    } else if (str_is(word, "enforced")) {
        c->enforced = today;
    } else if (str_is(word, "closed")) {
        c->closed = today;
    } else if (str_is(word, "reopened")) {
        c->closed = DAY_NONE;
        c->decided = DAY_NONE;
        c->decision = STR("");
    }
}

static bool asks(const struct rule_step *step, const char *need)
{
    struct str word, rest = step->needs;
    while (str_split(&rest, ' ', &word)) {
        if (str_is(word, need))
            return true;
    }
    return false;
}

void case_flow_apply(const struct rule_step *step, const struct case_deed *deed, struct day today, struct case_facts *c)
{
    struct str word, rest = step->effects;
    while (str_split(&rest, ' ', &word))
        apply_effect(word, deed, today, c);
    if (!str_is(step->to, "*"))
        c->state = step->to;
    c->version++;
    if (deed->ground.n)
        c->ground = deed->ground;
    /* nothing but what the step asks for: a request may carry more */
    if (deed->subject.n && asks(step, "subject"))
        c->subject = deed->subject;
    if (deed->assignee > 0 && asks(step, "assignee"))
        c->assigned_to = deed->assignee;
    if (deed->link.case_id && asks(step, "link") && deed->link.office_id == c->key.office_id)
        c->matter_of = deed->link.case_id;
}

bool case_flow_has(const struct rule_step *step, const char *effect)
{
    struct str word, rest = step->effects;
    while (str_split(&rest, ' ', &word)) {
        if (str_is(word, effect))
            return true;
    }
    return false;
}

const struct rule_step *case_flow_elsewhere(const struct rulebook *rules, struct str procedure, struct str action)
{
    const struct rule_step *steps, *found = NULL;
    size_t n;
    rulebook_steps(rules, procedure, &steps, &n);
    for (size_t i = 0; i < n; i++) {
        if (str_eq(steps[i].action, action) && (!found || steps[i].source.from.n >= found->source.from.n))
            found = &steps[i];
    }
    return found;
}
