// SPDX-License-Identifier: AGPL-3.0-or-later
#include "app/demo_denounce.h"

#include "app/demo_text.h"

/* One scene as it is being told. */
struct telling {
    struct demo_year *year;
    const struct demo_office *office;
    struct demo_slot slot;     /* for texts and the code */
    struct case_key key, protection;
    const struct demo_scene *step;
    int64_t place;             /* of the step in its day */
    struct case_doing doing;
    struct viewer actor;
};

static struct demo_slot slot_of(const struct demo_question *q, uint64_t n)
{
    return (struct demo_slot){.petitioner = STR("individual"), .procedure = STR("denunciation"), .office = (int)q->home,
                              .place = (int)q->home, .seed = q->seed ^ (0x5ce7e * (n + 1)), .story = q->seed + n, .people = 1};
}

struct str demo_denounce_code(struct arena *a, const struct demo_question *q)
{
    struct demo_slot s = slot_of(q, 0);
    return demo_code(a, &s);
}

static struct viewer actor_of(const struct telling *t)
{
    static const char *const roles[DEMO_ROLES] = {"reception", "settling", "leader"};
    static const enum role bits[DEMO_ROLES] = {ROLE_RECEPTION, ROLE_SETTLING, ROLE_LEADER};
    for (int k = 0; k < DEMO_ROLES; k++) {
        if (!str_is(t->step->by, roles[k]))
            continue;
        struct viewer v = {.user_id = t->office->account[k], .name = t->office->account_name[k], .grants_n = 1};
        v.grants[0] = (struct grant){.office_id = t->office->office_id, .roles = bits[k]};
        return v;
    }
    return (struct viewer){.track_office = t->key.office_id, .track_case = t->key.case_id};
}

static bool hand_in(struct telling *t, struct arena *a, struct err *e)
{
    const struct demo_question *q = t->year->question;
    struct str code = demo_code(a, &t->slot), body = demo_fill(a, q, &t->slot, t->step->text), title, rest = body;
    str_split(&rest, '.', &title);
    struct demo_matter matter = {.title = title};
    t->slot.matter = &matter;
    struct case_text text = demo_petition(a, q, &t->slot);
    text.title = title;
    text.body = str_trim(rest);
    struct case_new in = {.office_id = t->office->office_id, .office_code = t->office->code, .procedure = t->slot.procedure,
                          .channel = STR("web"), .petitioner = t->slot.petitioner, .people = 1, .remote = t->office->remote,
                          .received = t->year->world.today, .text = text, .code_hash = digest_of(code.p, code.n)};
    return case_register(&t->doing, &in, &t->key, e);
}

static void give_words(struct str words, struct denounce_deed *more, struct case_deed *d)
{
    struct str word;
    while (words.n && str_split(&words, ' ', &word)) {
        more->criteria[more->criteria_n++] = word;
        d->subject = word;
    }
}

/* The matter of protection is the latest that the denunciation is linked with. */
static bool find_protection(struct telling *t, struct arena *a, struct err *e)
{
    struct case_link_list links;
    struct viewer program = VIEWER_SYSTEM;
    struct case_look l = {tx_rd(t->doing.tx), a, &t->year->world, &program};
    if (!case_links(&l, t->key, &links, e))
        return false;
    for (size_t i = 0; i < links.n; i++) {
        if (str_is(links.v[i].relation, "protection"))
            t->protection = links.v[i].to;
    }
    return true;
}

static bool act(struct telling *t, struct arena *a, struct err *e)
{
    struct str action = t->step->action;
    bool beside = str_starts(action, STR("@protection "));
    struct denounce_deed more = {0};
    struct case_key made;
    struct str text = demo_fill(a, t->year->question, &t->slot, t->step->text);
    struct case_deed d = {.ground = t->step->ground, .note = text, .text = text, .denounce = &more};
    d.action = beside ? str_cut(action, 12, action.n) : action;
    give_words(t->step->words, &more, &d);
    if (!str_is(action, "accept")) {
        d.subject = STR("");
    } else {
        more.criteria_n = 0;
        d.note = STR("");
    }
    more.name = text;
    if (str_is(action, "team")) {
        more.members[more.members_n++] = t->office->account[1];
        more.members[more.members_n++] = t->office->account[0];
    }
    if (str_is(action, "assign"))
        d.assignee = t->office->account[1];
    if (beside && !find_protection(t, a, e))
        return false;
    return case_do(&t->doing, beside ? t->protection : t->key, &d, &made, e);
}

static bool tell_step(struct tx *tx, void *arg, struct err *e)
{
    struct telling *t = arg;
    const struct demo_question *q = t->year->question;
    struct day last = instant_day(q->end, q->zone_minutes);
    struct day day = rulebook_working_day(q->rules, day_add(last, -t->step->before));
    t->year->world.today = day.n > last.n ? last : day;
    t->actor = actor_of(t);
    t->doing = (struct case_doing){tx, &t->year->world, &t->actor,
                                   instant_of(t->year->world.today, (int)(8 * 60 + t->place * 7), q->zone_minutes)};
    if (str_is(t->step->by, "register"))
        return hand_in(t, tx_arena(tx), e);
    return act(t, tx_arena(tx), e);
}

bool demo_denounce(struct cli *c, struct demo_year *y, struct err *e)
{
    const struct demo_tables *tables = y->question->tables;
    struct telling t = {.year = y, .office = &y->question->offices[y->question->home]};
    uint64_t scenes = 0;
    if (!t.office->account[0] || !t.office->account[1] || !t.office->account[2])
        return true;
    for (size_t i = 0; i < tables->scenes_n; i++) {
        t.step = &tables->scenes[i];
        t.place = i && tables->scenes[i - 1].before == t.step->before ? t.place + 1 : 0;
        if (str_is(t.step->by, "register"))
            t.slot = slot_of(y->question, scenes++);
        if (!store_run(c->store, tell_step, &t, e)) {
            struct err why = *e;
            return FAIL(e, why.code, why.msg, "scene " STR_FMT ", " STR_FMT ": %s %.80s", STR_ARG(t.step->scene),
                        STR_ARG(t.step->action), why.msg, why.detail);
        }
    }
    return true;
}
