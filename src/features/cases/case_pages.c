// SPDX-License-Identifier: AGPL-3.0-or-later
/* What the page files of this feature share. */
#include "features/cases/case_pages.h"

#include "features/cases/case_access.h"
#include "platform/i18n/i18n.h"

struct case_world case_world_of(const struct request *r)
{
    const struct site *s = site_of(r);
    return (struct case_world){.rules = s->rules, .keys = s->keys, .mail = s->mail, .files = s->files_dir, .zone_minutes = s->zone_minutes,
                               .today = instant_day(r->now, s->zone_minutes), .movers = s->movers};
}

struct case_look case_look_of(const struct request *r, struct rd *rd)
{
    struct case_world *w = arena_new(r->arena, struct case_world);
    *w = case_world_of(r);
    return (struct case_look){rd, r->arena, w, &r->viewer};
}

/* ---- commands from a request ---- */

static struct case_doing doing_of(struct tx *tx, const struct case_call *c)
{
    return (struct case_doing){tx, &c->world, &c->request->viewer, c->request->now};
}

static bool register_command(struct tx *tx, void *arg, struct err *e)
{
    struct case_call *c = arg;
    struct case_doing d = doing_of(tx, c);
    return case_register(&d, c->in, &c->key, e);
}

static bool deed_command(struct tx *tx, void *arg, struct err *e)
{
    struct case_call *c = arg;
    struct case_doing d = doing_of(tx, c);
    return case_do(&d, c->key, c->deed, &c->other, e);
}

static bool rate_command(struct tx *tx, void *arg, struct err *e)
{
    struct case_call *c = arg;
    struct case_doing d = doing_of(tx, c);
    return case_rate(&d, c->key, c->stars, c->remark, e);
}

static void prepare(struct request *r, struct case_sending *s)
{
    const struct rule_procedure *p = rulebook_procedure(site_of(r)->rules, s->in.procedure);
    s->reading = case_reading_of(r->arena, site_of(r)->keys, p && p->sealed, &s->in.text);
    s->in.reading = &s->reading;
    s->call = (struct case_call){.request = r, .world = case_world_of(r), .in = &s->in};
}

void case_register_begin(struct request *r, struct case_sending *s, void (*done)(void *), void *done_arg)
{
    struct store_call call = {register_command, &s->call, done, done_arg, true};
    prepare(r, s);
    s->job = store_job_new(r->arena, &call);
    store_start(site_of(r)->store, s->job);
}

bool case_register_end(const struct case_sending *s, struct case_key *ret, struct err *e)
{
    if (!store_result(s->job, e))
        return false;
    *ret = s->call.key;
    return true;
}

bool case_run_register(struct request *r, const struct case_new *in, struct case_key *ret, struct err *e)
{
    struct case_sending s = {.in = *in};
    prepare(r, &s);
    if (!store_run(site_of(r)->store, register_command, &s.call, e))
        return false;
    *ret = s.call.key;
    return true;
}

bool case_run_deed(struct request *r, struct case_key key, const struct case_deed *deed, struct case_key *ret, struct err *e)
{
    struct case_call c = {.request = r, .world = case_world_of(r), .key = key, .deed = deed};
    if (!store_run(site_of(r)->store, deed_command, &c, e))
        return false;
    *ret = c.other;
    return true;
}

bool case_run_rate(struct request *r, struct case_key key, int stars, struct str remark, struct err *e)
{
    struct case_call c = {.request = r, .world = case_world_of(r), .key = key, .stars = stars, .remark = remark};
    return store_run(site_of(r)->store, rate_command, &c, e);
}

/* ---- words ---- */

struct word_msg {
    const char *word, *msg;
};

static const char *msg_of(const struct word_msg *table, struct str word)
{
    while (table->word && !str_is(word, table->word))
        table++;
    return table->msg;
}

static const struct word_msg channels[] = {
    {"web", MSG("case.channel.web")},           {"counter", MSG("case.channel.counter")},
    {"post", MSG("case.channel.post")},         {"reception", MSG("case.channel.reception")},
    {"forwarded", MSG("case.channel.forwarded")}, {"import", MSG("case.channel.import")},
    {NULL, MSG("case.channel.other")},
};
static const struct word_msg petitioner_words[] = {
    {"individual", MSG("case.petitioner.individual")},
    {"group", MSG("case.petitioner.group")},
    {"organisation", MSG("case.petitioner.organisation")},
    {NULL, MSG("case.petitioner.anonymous")},
};
static const struct word_msg relations[] = {
    {"duplicate_of", MSG("case.relation.duplicate_of")}, {"split_from", MSG("case.relation.split_from")},
    {"split_to", MSG("case.relation.split_to")},
    {"forwarded_to", MSG("case.relation.forwarded_to")}, {"forwarded_from", MSG("case.relation.forwarded_from")},
    {"second_of", MSG("case.relation.second_of")},       {"second", MSG("case.relation.second")},
    {"protection", MSG("case.relation.protection")},     {"protection_of", MSG("case.relation.protection_of")},
    {NULL, MSG("case.relation.other")},
};

const char *case_channel_msg(struct str channel)
{
    return msg_of(channels, channel);
}

const char *case_petitioner_msg(struct str petitioner)
{
    return msg_of(petitioner_words, petitioner);
}

const char *case_relation_msg(struct str relation)
{
    return msg_of(relations, relation);
}

struct str case_decision_name(const struct request *r, struct str kind, struct str decision)
{
    const struct rule_procedure *all;
    size_t n;
    rulebook_procedures(site_of(r)->rules, &all, &n);
    for (size_t i = 0; i < n; i++) {
        const struct rule_word *w =
            str_eq(all[i].kind, kind) ? rulebook_decision(site_of(r)->rules, all[i].id, decision) : NULL;
        if (w)
            return w->name.text[r->lang];
    }
    return STR("");
}

enum ui_tone case_state_tone(const struct case_facts *c)
{
    if (!day_is_none(c->decided))
        return UI_GOOD;
    if (str_is(c->outcome, "refused"))
        return UI_WARN;
    return day_is_none(c->closed) ? UI_INFO : UI_PLAIN;
}

struct str case_link_path(struct arena *a, const char *before, struct case_key k, const char *after)
{
    return str_printf(a, "%s%lld/%lld%s", before, (long long)k.office_id, (long long)k.case_id, after);
}

bool case_key_of(const struct request *r, struct case_key *ret, struct err *e)
{
    struct case_key k;
    if (!str_int(r->params[0], &k.office_id) || !str_int(r->params[1], &k.case_id) || k.office_id < 1 || k.case_id < 1)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    *ret = k;
    return true;
}

/* ---- time ---- */

/* The article that a limit comes from. */
static struct str article_of(const struct rulebook *rules, struct str rule)
{
    const struct rule_limit *all;
    size_t n;
    rulebook_limits(rules, &all, &n);
    for (size_t i = 0; i < n; i++) {
        if (str_eq(all[i].id, rule))
            return all[i].source.article;
    }
    return rule;
}

struct ui_deadline case_deadline(const struct request *r, const struct case_facts *c)
{
    struct day today = instant_day(r->now, r->zone_minutes);
    struct ui_deadline d = {.due = c->due, .state = UI_CLOCK_RUNS};
    if (day_is_none(c->due))
        return d;
    d.total = day_diff(c->due, c->step_start);
    d.used = day_diff(today, c->step_start);
    d.left = day_diff(c->due, today);
    if (d.left < 0) {
        d.state = UI_CLOCK_LATE;
        d.left = -d.left;
    }
    d.rule = article_of(site_of(r)->rules, c->due_rule);
    d.href = str_printf(r->arena, "/clock?what=" STR_FMT "/" STR_FMT "&start=%s", STR_ARG(c->procedure),
                        STR_ARG(c->step), day_format(c->step_start, arena_alloc(r->arena, 11)));
    if (c->complexity)
        d.href = str_printf(r->arena, STR_FMT "&complexity=%s", STR_ARG(d.href),
                            c->complexity == 1 ? "complex" : "special");
    if (c->remote)
        d.href = str_printf(r->arena, STR_FMT "&remote=1", STR_ARG(d.href));
    if (c->extensions)
        d.href = str_printf(r->arena, STR_FMT "&extend=%lld", STR_ARG(d.href), (long long)c->extensions);
    if (c->pauses.n && !case_clock_paused(c))
        d.href = str_printf(r->arena, STR_FMT "&suspend=" STR_FMT, STR_ARG(d.href), STR_ARG(c->pauses));
    return d;
}

/* The name of an action as the rulebook has it for the procedure. */
static struct str verb_name(const struct request *r, const struct case_facts *c, struct str verb)
{
    const struct rule_step *steps;
    size_t n;
    rulebook_steps(site_of(r)->rules, c->procedure, &steps, &n);
    for (size_t i = 0; i < n; i++) {
        if (str_eq(steps[i].action, verb))
            return steps[i].name.text[r->lang];
    }
    return verb;
}

static void add_act(const struct request *r, const struct case_facts *c, const struct act *act, bool inner,
                    struct ui_step *s)
{
    *s = (struct ui_step){.when = act->at, .day = DAY_NONE, .state = UI_STEP_DONE};
    if (c->sealed && (!inner || !act->actor_id)) { /* an hour could say who it was */
        s->when = (struct instant){0};
        s->day = instant_day(act->at, r->zone_minutes);
    }
    if (str_is(act->verb, "register"))
        s->title_msg = MSG("case.step.registered");
    else if (str_is(act->verb, "rate"))
        s->title_msg = MSG("case.step.rated");
    else if (str_is(act->verb, "identity_open"))
        s->title_msg = MSG("case.step.identity_open");
    else if (str_is(act->verb, "identity_vault"))
        s->title_msg = MSG("case.step.identity_vault");
    else if (str_is(act->verb, "message"))
        s->title_msg = act->actor_id ? MSG("case.step.message_office") : MSG("case.step.message");
    else if (str_is(act->verb, "message_seen"))
        s->title_msg = MSG("case.step.message_seen");
    else if (str_is(act->verb, "sealed_along"))
        s->title_msg = MSG("case.step.sealed_along");
    else if (str_is(act->verb, "forget"))
        s->title_msg = MSG("case.step.forgotten");
    else if (str_is(act->verb, "warn"))
        s->title_msg = MSG("case.step.warned");
    else if (str_is(act->verb, "redate"))
        s->title_msg = MSG("case.step.redated");
    else
        s->title = verb_name(r, c, act->verb);
    const struct rule_word *ground = rulebook_ground(site_of(r)->rules, c->procedure, act->verb, act->basis);
    s->text = ground ? ground->name.text[r->lang] : STR("");
    /* of what is sealed others than the office's own see the steps, not what was noted */
    if (act->note.n && (inner || !c->sealed))
        s->text = s->text.n ? str_printf(r->arena, STR_FMT "\n" STR_FMT, STR_ARG(s->text), STR_ARG(act->note)) : act->note;
    if (inner && act->actor.n)
        s->text = str_printf(r->arena, STR_FMT "%s" STR_FMT, STR_ARG(act->actor), s->text.n ? " — " : "", STR_ARG(s->text));
}

bool case_timeline(const struct case_look *l, const struct request *r, const struct case_facts *c, struct case_timeline *ret,
                   struct err *e)
{
    bool inner = case_may_read_register(l->viewer, c->key.office_id) && !l->viewer->track_case;
    struct act_list acts;
    const struct act_query q = {c->key.office_id, "case", c->key.case_id, !inner};
    if (!act_list(l->rd, r->arena, &q, &acts, e))
        return false;
    size_t n = acts.n;
    struct ui_step *steps = arena_array(r->arena, struct ui_step, n + 1);
    for (size_t i = 0; i < n; i++)
        add_act(r, c, &acts.v[i], inner, &steps[i]);
    if (!day_is_none(c->due) && day_is_none(c->closed)) {
        bool late = c->due.n < instant_day(r->now, r->zone_minutes).n;
        steps[n++] = (struct ui_step){.day = c->due, .title_msg = MSG("case.step.due"),
                                      .state = late ? UI_STEP_LATE : UI_STEP_NOW};
    }
    *ret = (struct case_timeline){steps, n};
    return true;
}
