// SPDX-License-Identifier: AGPL-3.0-or-later
#include "app/demo_documents.h"

#include "features/documents/documents.h"

enum { PAPERS = 10, LEADER = 2 };

struct issuing {
    struct demo_year *year;
    const struct demo_office *office;
    struct viewer actor;
    struct instant now;
    struct case_key key;
    bool draft, ret_made;
};

/* The form of the step that led to this state; not one that is signed by hand. */
static const struct rule_print *form_for(const struct rulebook *b, const struct case_facts *c)
{
    const struct rule_print *forms;
    const struct rule_step *steps;
    size_t n, steps_n;
    rulebook_prints(b, &forms, &n);
    rulebook_steps(b, c->procedure, &steps, &steps_n);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < steps_n; k++) {
            if (forms[i].signers.n && forms[i].action.n && str_eq(forms[i].action, steps[k].action) && str_eq(steps[k].to, c->state) &&
                !str_eq(steps[k].from, steps[k].to) && rule_print_fits(b, &forms[i], c->procedure))
                return &forms[i];
        }
    }
    return NULL;
}

static bool issue_one(struct tx *tx, void *arg, struct err *e)
{
    struct issuing *x = arg;
    struct case_facts c;
    int64_t id;
    struct case_doing d = {tx, &x->year->world, &x->actor, x->now};
    struct case_look l = {tx_rd(tx), tx_arena(tx), &x->year->world, &x->actor};
    x->ret_made = false;
    if (!case_get(&l, x->key, &c, e))
        return e->code == ERR_NOT_FOUND;
    const struct rule_print *p = form_for(x->year->world.rules, &c);
    struct document_draft in = {.office_id = x->key.office_id, .case_id = x->key.case_id, .signer_name = x->actor.name};
    if (!p || c.sealed)
        return true;
    in.form = p->id;
    struct str signers = p->signers;
    str_split(&signers, ' ', &in.signer);
    x->ret_made = true;
    return document_save(&d, &in, &id, e) &&
           (x->draft || document_issue(&d, (struct document_key){in.office_id, id}, 0, STR("http://127.0.0.1:8080"), e));
}

bool demo_documents(struct cli *c, struct demo_year *y, struct err *e)
{
    struct issuing x = {.year = y, .office = &y->question->offices[y->question->home]};
    int made = 0;
    x.now = instant_of(y->world.today, 15 * 60, y->world.zone_minutes);
    if (!x.office->account[LEADER])
        return true;
    x.actor = (struct viewer){.user_id = x.office->account[LEADER], .name = x.office->account_name[LEADER], .grants_n = 1};
    x.actor.grants[0] = (struct grant){.office_id = x.office->office_id, .roles = ROLE_LEADER};
    for (size_t i = y->plan->slots_n; i-- > 0 && made <= PAPERS;) {
        x.key = y->keys[i];
        x.draft = made == PAPERS;
        if (x.key.office_id != x.office->office_id)
            continue;
        if (!store_run(c->store, issue_one, &x, e))
            return false;
        made += x.ret_made;
    }
    return true;
}
