// SPDX-License-Identifier: AGPL-3.0-or-later
/* The commands of the register: check the right, move the facts, write rows,
 * record the act. One transaction each. */
#include <string.h>

#include "features/cases/case_access.h"
#include "features/cases/case_enforce.h"
#include "features/cases/case_figures.h"
#include "features/cases/case_flow.h"
#include "features/cases/case_mine.h"
#include "features/cases/case_move.h"
#include "features/cases/case_rows.h"
#include "features/cases/case_seal.h"
#include "features/cases/case_split.h"
#include "features/cases/case_talk.h"
#include "features/cases/denounce_rows.h"
#include "platform/i18n/i18n.h"
#include "platform/mail/mail.h"

static struct day today_of(const struct case_doing *d)
{
    return d->world->today;
}

static struct case_look look_of(const struct case_doing *d)
{
    return (struct case_look){tx_rd(d->tx), tx_arena(d->tx), d->world, d->actor};
}

/* Of what was handed in or written. Of a sealed matter under a key: without it
 * nobody can try whether a text is the one. */
static struct digest content_of(const struct case_doing *d, const struct case_facts *c, struct str text)
{
    return c->sealed ? key_mac(d->world->keys, KEY_IDENTITY, text) : digest_of(text.p, text.n);
}

struct instant case_when(const struct case_doing *d, bool sealed)
{
    bool person = !d->actor->user_id && !d->actor->system;
    return sealed && person ? instant_of(today_of(d), 0, d->world->zone_minutes) : d->now;
}

bool case_act_record(const struct case_doing *d, const struct case_facts *c, const struct act *part, struct err *e)
{
    struct act act = *part;
    act.office_id = c->key.office_id;
    act.at = case_when(d, c->sealed);
    act.actor_id = d->actor->user_id;
    act.actor = d->actor->name;
    act.subject = STR("case");
    act.subject_id = c->key.case_id;
    return act_record(d->tx, &act, e);
}

/* ---- registering ---- */

static bool check_new(const struct case_world *w, const struct case_new *in, const struct rule_procedure **ret, struct err *e)
{
    const struct rule_procedure *p = rulebook_procedure(w->rules, in->procedure);
    bool anonymous = str_is(in->petitioner, "anonymous");
    if (!p)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.case.kind"), NULL);
    if (!in->text.title.n || !in->text.body.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.case.body"), NULL);
    if (anonymous && !p->anonymous)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.case.anonymous"), NULL);
    if (!anonymous && !in->text.who.name.n && !in->text.who_vaulted && !in->text.who_elsewhere)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.case.name"), NULL);
    if (in->subject.n && !rulebook_subject(w->rules, p->kind, in->subject))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.case.subject"), NULL);
    if (in->files_n > CASE_FILES_MAX)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.case.files"), NULL);
    *ret = p;
    return true;
}

static struct case_facts facts_of(const struct case_doing *d, const struct case_new *in, const struct rule_procedure *p)
{
    return (struct case_facts){
        .key = {in->office_id, 0},
        .procedure = p->id,
        .kind = p->kind,
        .instance = p->instance,
        .state = p->first_state,
        .channel = in->channel,
        .subject = in->subject,
        .petitioner = in->petitioner,
        .people = in->people,
        .sealed = p->sealed,
        .remote = in->remote,
        .received = in->received,
        .created_at = case_when(d, p->sealed),
        .created_by = d->actor->user_id,
        .eligible = -1,
        .own = -1,
        .version = 1,
        .handled = DAY_NONE,
        .decided = DAY_NONE,
        .closed = DAY_NONE,
        .enforced = DAY_NONE,
    };
}

/* Register number: the office's code, the year, the place in the year. */
static bool number_it(const struct case_doing *d, const struct case_new *in, struct case_facts *c, struct err *e)
{
    int y, m, k;
    int64_t n;
    day_parts(in->received, &y, &m, &k);
    struct arena *a = tx_arena(d->tx);
    struct str counter = str_printf(a, "case_number_%d", y);
    if (!store_next(d->tx, in->office_id, "case", &c->key.case_id, e) || !store_next(d->tx, in->office_id, counter.p, &n, e))
        return false;
    c->number = str_printf(a, STR_FMT "-%04d-%05lld", STR_ARG(in->office_code), y, (long long)n);
    c->matter_of = c->key.case_id;
    return c->sealed || store_next(d->tx, 0, "case_text", &c->text_id, e);
}

/* May the actor register here: anybody for herself by the web; case workers,
 * and hamlet heads for others. */
static bool may_register(const struct case_doing *d, const struct case_new *in)
{
    uint32_t roles = ROLE_RECEPTION | ROLE_SETTLING | ROLE_LEADER | ROLE_HAMLET;
    return d->actor->system || str_is(in->channel, "web") || viewer_may(d->actor, in->office_id, roles);
}

bool case_register(const struct case_doing *d, const struct case_new *given, struct case_key *ret_key, struct err *e)
{
    struct case_reading reading;
    struct case_new whole = *given, *in = &whole;
    const struct rule_procedure *p;
    int64_t before;
    if (!may_register(d, in))
        return FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
    if (!check_new(d->world, in, &p, e) || !case_once_find(d->tx, in->office_id, in->token, &before, e))
        return false;
    if (before) {
        *ret_key = (struct case_key){in->office_id, before};
        return true;
    }
    if (!in->reading) {
        reading = case_reading_of(tx_arena(d->tx), d->world->keys, p->sealed, &in->text);
        in->reading = &reading;
    }
    struct case_facts c = facts_of(d, in, p);
    if (!case_clock_start(d, &c, p->first_step, in->received, e) || !number_it(d, in, &c, e) || !case_insert(d, &c, in, e))
        return false;
    if (in->owner && !c.sealed && !case_owner_add(d->tx, c.key, in->owner, e))
        return false;
    struct act act = {.verb = STR("register"), .open = true, .basis = c.due_rule, .content = in->reading->content,
                      .facts = case_fact_changes(tx_arena(d->tx), NULL, &c, today_of(d))};
    if (!case_act_record(d, &c, &act, e))
        return false;
    *ret_key = c.key;
    return true;
}

/* ---- doing ---- */

bool case_holds_code(struct rd *rd, const struct viewer *v, struct case_key key, bool *ret, struct err *e)
{
    struct case_key own = {v->track_office, v->track_case};
    *ret = own.case_id == key.case_id && own.office_id == key.office_id;
    return *ret || !own.case_id || case_is_linked(rd, own, key, ret, e);
}

static bool may_take(const struct case_look *l, const struct case_facts *c, const struct rule_step *step, bool person)
{
    if (!rule_holds(&step->source, l->world->today))
        return false;
    if (l->viewer->system || (person && step->by_person))
        return true;
    if (denounce_is_above(step))
        return c->above && !c->barred;
    return step->roles && case_may_see(l->viewer, c) && viewer_may(l->viewer, c->key.office_id, step->roles);
}

/* Registers the matter again where it is sent on or appealed to. */
static bool register_again(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                           const struct case_deed *deed, struct case_key *ret, struct err *e)
{
    struct case_text text;
    struct viewer program = VIEWER_SYSTEM;
    bool appeal = case_flow_has(step, "appeal");
    struct case_doing again = {d->tx, d->world, &program, d->now};
    struct case_look l = look_of(d);
    if (!case_load_text(&l, c, &text, e))
        return false;
    if (appeal && deed->text.n)
        text.body = str_printf(tx_arena(d->tx), STR_FMT "\n\n" STR_FMT, STR_ARG(deed->text), STR_ARG(text.body));
    struct case_new in = {
        .office_id = deed->to_office,
        .office_code = deed->to_office_code,
        .remote = deed->to_remote,
        .procedure = appeal ? rulebook_procedure(d->world->rules, c->procedure)->next_instance : c->procedure,
        .channel = appeal ? STR("web") : STR("forwarded"),
        .subject = c->subject,
        .petitioner = c->petitioner,
        .people = c->people,
        .received = today_of(d),
        .text = text,
        .code_hash = deed->code_hash,
    };
    if (!case_files_for_copy(d->tx, c, &in, e) || !case_register(&again, &in, ret, e))
        return false;
    return denounce_copy(d, c->key, *ret, e) && case_link_add(d->tx, c->key, appeal ? "second" : "forwarded_to", *ret, e) &&
           case_link_add(d->tx, *ret, appeal ? "second_of" : "forwarded_from", c->key, e);
}

/* The rows beside the register that an action writes. */
static bool write_beside(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                         const struct case_deed *deed, struct case_key *ret_key, struct err *e)
{
    if (case_flow_has(step, "answer") && !case_answer_add(d, c, deed, "draft", e))
        return false;
    if (case_flow_has(step, "answer_submitted") && !case_answer_mark(d, c, "submitted", STR(""), e))
        return false;
    if (case_flow_has(step, "answer_returned") && !case_answer_mark(d, c, "returned", deed->note, e))
        return false;
    if (case_flow_has(step, "answer_approved") && !case_answer_mark(d, c, "approved", STR(""), e))
        return false;
    if (case_flow_has(step, "publish") && !case_publish_row(d, c, deed, today_of(d), e))
        return false;
    if (deed->link.case_id && !case_link_add(d->tx, c->key, "duplicate_of", deed->link, e))
        return false;
    if (case_flow_has(step, "forward") || case_flow_has(step, "appeal"))
        return register_again(d, c, step, deed, ret_key, e);
    return true;
}

/* Tells her that something was done, by e-mail when she gave one. The letter
 * says the number and nothing of the matter; of a sealed one nothing is sent. */
static bool tell(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step, struct err *e)
{
    struct case_text text;
    struct arena *a = tx_arena(d->tx);
    if (!d->world->mail || !d->world->mail->host.n || c->sealed || !step->open || d->actor->track_case)
        return true;
    struct case_look l = look_of(d);
    if (!case_load_text(&l, c, &text, e))
        return false;
    if (!text.who.email.n || !mail_address(text.who.email))
        return true;
    struct letter letter = {
        .office_id = c->key.office_id,
        .to = text.who.email,
        .subject = i18n_format(a, LANG_VI, MSG("case.mail.subject"), ARGS(arg_str("number", c->number))),
        .text = i18n_format(a, LANG_VI, MSG("case.mail.text"),
                            ARGS(arg_str("number", c->number), arg_str("action", step->name.text[LANG_VI]))),
    };
    return mail_queue(d->tx, d->world->mail, &letter, d->now, e);
}

/* What the step's effects do to the open clock that goes on. */
static bool same_clock(const struct case_doing *d, const struct rule_step *step, struct case_facts *c, struct err *e)
{
    if (case_flow_has(step, "suspend"))
        return case_clock_suspend(d, c, e);
    if (case_flow_has(step, "resume"))
        return case_clock_resume(d, c, e);
    if (case_flow_has(step, "extend"))
        return case_clock_extend(d, c, e);
    bool another = case_flow_has(step, "confirm") || case_flow_has(step, "complexity=1"); /* another class, another due day */
    return !another || case_clock_again(d, c, e);
}

/* "notify", or "press_answer:received": which day it counts from. */
static bool begin_duty(const struct case_doing *d, const struct case_facts *c, struct str word, struct err *e)
{
    struct str step;
    str_split(&word, ':', &step);
    return case_duty_begin(d, c, step, str_is(word, "received") ? c->received : today_of(d), e);
}

/* The duties that begin and end with the step. */
static bool next_duties(const struct case_doing *d, const struct rule_step *step, const struct case_facts *c, struct err *e)
{
    struct str word, rest = step->effects;
    while (str_split(&rest, ' ', &word)) {
        if (str_starts(word, STR("done=")) && !case_duty_done(d, c, str_cut(word, 5, word.n), e))
            return false;
        if (str_starts(word, STR("duty=")) && !begin_duty(d, c, str_cut(word, 5, word.n), e))
            return false;
    }
    return true;
}

static bool next_clock(const struct case_doing *d, const struct rule_step *step, struct case_facts *c, struct err *e)
{
    if (!step->sets_clock)
        return same_clock(d, step, c, e);
    struct day from = today_of(d);
    if (str_is(step->clock_from, "decided") && !day_is_none(c->decided))
        from = c->decided;
    else if (str_is(step->clock_from, "received"))
        from = c->received;
    return case_clock_start(d, c, step->next_step, from, e);
}

/* The rulebook has no such step in this state: the article of where it has one says which. */
static bool refuse_here(const struct rulebook *rules, const struct case_facts *c, struct str action, struct err *e)
{
    const struct rule_step *x = case_flow_elsewhere(rules, c->procedure, action);
    if (!x)
        return FAIL(e, ERR_CONFLICT, MSG("err.case.state"), "no step of this procedure has that name");
    return FAIL(e, ERR_CONFLICT, MSG("err.case.state"), STR_FMT " leads from " STR_FMT ", not from " STR_FMT ": " STR_FMT,
                STR_ARG(x->action), STR_ARG(x->from), STR_ARG(c->state), STR_ARG(x->basis));
}

bool case_do(const struct case_doing *d, struct case_key key, const struct case_deed *deed, struct case_key *ret_key,
             struct err *e)
{
    struct case_facts c;
    struct case_key other = key;
    struct case_look l = look_of(d);
    if (!case_load(l.rd, l.arena, key, &c, e) || !denounce_view(&l, &c, e) || !denounce_admits(&l, &c, e))
        return false;
    if (deed->version && deed->version != c.version)
        return FAIL(e, ERR_CONFLICT, MSG("err.case.version"), NULL);
    const struct rule_step *step = rulebook_step(d->world->rules, c.procedure, c.state, deed->action, today_of(d));
    if (!step)
        return refuse_here(d->world->rules, &c, deed->action, e);
    bool person;
    if (!case_holds_code(l.rd, d->actor, key, &person, e))
        return false;
    if (!may_take(&l, &c, step, person))
        return FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
    if (!case_flow_needs(d->world->rules, step, &c, deed, e) || !denounce_check(d, &c, step, deed, e) ||
        !case_enforce_check(d, &c, step, deed, e) || !case_split_check(d, &c, step, deed, e) ||
        !case_time_bar_check(d, &c, step, deed, e))
        return false;
    const struct case_facts before = c;
    case_flow_apply(step, deed, today_of(d), &c);
    denounce_apply(d->world->rules, step, deed, &c);
    if (!case_move_apply(d->world->rules, step, &c, e) || !next_clock(d, step, &c, e) || !case_update(d, &c, e) ||
        !next_duties(d, step, &c, e) || !write_beside(d, &c, step, deed, &other, e) || !denounce_write(d, &c, step, deed, e) ||
        !case_enforce_write(d, &c, step, deed, e) || !case_split_write(d, &c, step, deed, e) ||
        !case_time_bar_write(d, &c, step, deed, e) || !case_move_write(d, step, &before, &c, e))
        return false;
    struct act act = {.verb = deed->action, .basis = deed->ground.n ? deed->ground : step->basis, .note = deed->note,
                      .open = step->open, .content = content_of(d, &c, deed->text),
                      .facts = case_fact_changes(l.arena, &before, &c, today_of(d))};
    if (!case_act_record(d, &c, &act, e) || !tell(d, &c, step, e))
        return false;
    *ret_key = other;
    return true;
}

bool case_rate(const struct case_doing *d, struct case_key key, int stars, struct str remark, struct err *e)
{
    struct case_facts c;
    bool person;
    if (stars < 1 || stars > 5)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.case.stars"), NULL);
    if (!case_holds_code(tx_rd(d->tx), d->actor, key, &person, e) || !case_load(tx_rd(d->tx), tx_arena(d->tx), key, &c, e))
        return false;
    if (!person || day_is_none(c.decided))
        return FAIL(e, ERR_DENIED, MSG("err.case.rate"), NULL);
    struct act act = {.verb = STR("rate"), .open = true, .content = content_of(d, &c, remark)};
    return case_rating_add(d, &c, stars, remark, e) && case_act_record(d, &c, &act, e);
}

struct case_steps case_actions(const struct case_look *l, const struct case_facts *c)
{
    const struct rule_step *steps;
    struct err hidden;
    size_t n, kept = 0;
    bool person = false;
    struct denounce_state file = {0};
    if (!denounce_admits(l, c, &hidden) || !denounce_state(l, c->key, &file, &hidden))
        return (struct case_steps){NULL, 0};
    case_holds_code(l->rd, l->viewer, c->key, &person, &hidden);
    rulebook_steps(l->world->rules, c->procedure, &steps, &n);
    const struct rule_step **list = arena_array(l->arena, const struct rule_step *, n ? n : 1);
    for (size_t i = 0; i < n; i++) {
        if (str_eq(steps[i].from, c->state) && rule_holds(&steps[i].source, l->world->today) && may_take(l, c, &steps[i], person) &&
            denounce_offers(l, c, &steps[i], &file) && case_is_within(l, c, &steps[i]))
            list[kept++] = &steps[i];
    }
    return (struct case_steps){list, kept};
}
