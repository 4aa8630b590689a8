// SPDX-License-Identifier: AGPL-3.0-or-later
#include "app/demo_reception.h"

#include "app/demo_text.h"
#include "features/reception/reception.h"

enum { YEAR = 365, NOTICE = 14, AHEAD = 28, RECEIVER = 0, LEADER = 2, THURSDAY = 4, NINE = 9 * 60 };

struct receiving {
    struct demo_year *year;
    const struct demo_office *office;
    struct case_world world;
    struct case_doing d;
    struct viewer who[DEMO_ROLES];
    struct demo_dice dice;
    struct day end;
    int64_t earlier;  /* the last visit without a petition */
    int64_t day_of[YEAR + NOTICE + AHEAD + 1]; /* leader's days by place in the year; 0 none */
};

static struct str phrase(struct receiving *x, const char *key)
{
    return demo_phrase(x->year->question->tables, "visit", str_of(key), &x->dice);
}

static struct str somebody(struct receiving *x)
{
    const struct demo_question *q = x->year->question;
    const struct demo_area *area = x->office->area ? x->office->area : q->offices[q->home].area;
    struct str families = area ? area->names : STR(""), family;
    str_split(&families, ';', &family);
    return demo_name(tx_arena(x->d.tx), x->year->question->tables, family, &x->dice);
}

static void be(struct receiving *x, int role, struct day day)
{
    x->world.today = day;
    x->d.actor = &x->who[role];
    x->d.now = instant_of(day, NINE, x->world.zone_minutes);
}

/* ---- the leader's days ---- */

/* Every Thursday, or the first and third, …: as often as the law of the day asks. */
static bool is_leaders(const struct receiving *x, struct day day)
{
    struct rule_asked asked = {"leader_days", x->office->commune ? "commune" : "province", 0};
    const struct rule_value *v = rulebook_value(x->world.rules, &asked, day);
    int y, m, k;
    day_parts(day, &y, &m, &k);
    if (!v || day_weekday(day) != THURSDAY)
        return false;
    return v->unit == VALUE_PER_WEEK || (k - 1) / 7 % 2 == 0 ? (k - 1) / 7 / 2 < v->value || v->unit == VALUE_PER_WEEK : false;
}

static bool announce(struct receiving *x, struct day today, struct err *e)
{
    struct day on = day_add(today, NOTICE);
    struct reception_day day = {.office_id = x->office->office_id, .planned = on, .kind = STR("periodic"),
                                .leader = x->office->account_name[LEADER], .starts = STR("07:30"), .ends = STR("11:30"),
                                .place = phrase(x, "place"), .content = phrase(x, "day"), .places = 12};
    if (!is_leaders(x, on))
        return true;
    be(x, RECEIVER, today);
    return reception_post(&x->d, &day, &x->day_of[rulebook_working_day(x->world.rules, on).n - x->end.n + YEAR], e);
}

static bool book_ahead(struct receiving *x, int64_t day_no, struct err *e)
{
    struct str code = demo_code(tx_arena(x->d.tx), &(struct demo_slot){.seed = demo_roll(&x->dice)});
    struct reception_book b = {.booking = {.office_id = x->office->office_id, .day_no = day_no, .people = 1, .name = somebody(x),
                                           .content = phrase(x, "content")},
                               .code_hash = digest_of(code.p, code.n)};
    return reception_book(&x->d, &b, e);
}

/* ---- visits ---- */

static bool visit(struct receiving *x, struct reception_new *in, struct err *e)
{
    struct reception_visit *v = &in->visit;
    int64_t no;
    v->office_id = x->office->office_id;
    v->day = x->world.today;
    v->kind = STR("regular");
    v->people = v->people ? v->people : 1;
    v->name = v->name.n ? v->name : somebody(x);
    v->content = v->content.n ? v->content : phrase(x, "content");
    v->request = phrase(x, "request");
    const struct demo_question *q = x->year->question;
    int place = (int)(x->office - q->offices);
    v->address = demo_fill(tx_arena(x->d.tx), q, &(struct demo_slot){.office = place, .place = place, .seed = demo_roll(&x->dice)},
                           demo_phrase(q->tables, "address", STR(""), &x->dice));
    in->office_code = x->office->code;
    if (!reception_register(&x->d, in, &no, e))
        return false;
    if (!in->visit.case_id)
        x->earlier = no;
    bool fresh = x->end.n - x->world.today.n < 12;
    if (v->ground.n || demo_between(&x->dice, 0, fresh ? 1 : 40) == 0)
        return true;
    static const char *const outcomes[] = {"accepted", "accepted", "verifying", "forwarded"};
    struct reception_deed deed = {.office_id = v->office_id, .visit_no = no, .action = STR("answer"),
                                  .outcome = str_of(outcomes[demo_between(&x->dice, 0, 3)]), .text = phrase(x, "answer")};
    return reception_do(&x->d, &deed, e);
}

static bool promise(struct receiving *x, bool kept, struct err *e)
{
    struct reception_promise p = {.office_id = x->office->office_id, .visit_no = x->earlier, .text = phrase(x, "promise"),
                                  .due = day_add(x->world.today, 20)};
    if (!x->earlier || !reception_promise(&x->d, &p, e))
        return !x->earlier;
    p.promise_no = 1;
    p.note = p.text;
    return !kept || reception_keep(&x->d, &p, e);
}

/* People who handed a petition in at the reception. */
static bool with_petitions(struct receiving *x, struct day today, struct err *e)
{
    const struct demo_plan *plan = x->year->plan;
    struct viewer program = VIEWER_SYSTEM;
    for (size_t i = 0; i < plan->slots_n; i++) {
        struct case_key key = x->year->keys[i];
        struct case_facts c;
        struct case_text t;
        struct case_look l = {tx_rd(x->d.tx), tx_arena(x->d.tx), &x->world, &program};
        if (plan->slots[i].received.n != today.n || key.office_id != x->office->office_id || !str_is(plan->slots[i].channel, "reception"))
            continue;
        if (!case_get(&l, key, &c, e) || !case_get_text(&l, &c, &t, e))
            return false;
        struct reception_new in = {.visit = {.case_id = c.sealed ? 0 : key.case_id, .people = c.people > 4 ? 1 : c.people,
                                             .name = c.sealed ? (struct str){0} : t.who.name,
                                             .content = c.sealed ? (struct str){0} : t.title}};
        be(x, RECEIVER, today);
        if (!visit(x, &in, e))
            return false;
    }
    return true;
}

static bool crowd(struct receiving *x, struct err *e)
{
    struct str who = somebody(x);
    struct reception_new in = {.visit = {.people = 12, .name = who, .content = phrase(x, "group"), .sender = phrase(x, "sender")}};
    in.visit.speakers = str_printf(tx_arena(x->d.tx), STR_FMT "\n" STR_FMT, STR_ARG(who), STR_ARG(somebody(x)));
    return visit(x, &in, e);
}

static bool leaders_day(struct receiving *x, int64_t day_no, struct day today, struct err *e)
{
    struct reception_change c = {.office_id = x->office->office_id, .day_no = day_no};
    int64_t came = demo_between(&x->dice, 0, 3);
    be(x, LEADER, today);
    if (came == 3) {
        c.action = STR("delegate");
        c.who = x->office->account_name[1];
        c.reason = phrase(x, "delegate");
        if (!reception_change(&x->d, &c, e))
            return false;
    }
    for (int64_t i = 0; i < came; i++) {
        struct reception_new in = {.visit = {.day_no = day_no}, .earlier = i == 1 ? x->earlier : 0};
        if (!visit(x, &in, e))
            return false;
    }
    c.action = came ? STR("hold") : STR("nobody");
    c.reason = (struct str){0};
    return reception_change(&x->d, &c, e);
}

static bool one_day(struct receiving *x, struct day today, struct err *e)
{
    int64_t leaders = x->day_of[today.n - x->end.n + YEAR], left = x->end.n - today.n;
    struct reception_new plain = {0}, again = {.visit = {.content = phrase(x, "persist"), .ground = STR("settled")}};
    if (!announce(x, today, e) || !with_petitions(x, today, e) || (leaders && !leaders_day(x, leaders, today, e)))
        return false;
    if (rulebook_working_day(x->world.rules, today).n != today.n)
        return true;
    be(x, RECEIVER, today);
    if (demo_between(&x->dice, 0, 3) == 0 && !visit(x, &plain, e))
        return false;
    if (left == 100 && !crowd(x, e))
        return false;
    if (left == 60 && (!visit(x, &again, e) || !promise(x, true, e)))
        return false;
    return left != 12 || promise(x, false, e);
}

static bool year(struct tx *tx, void *arg, struct err *e)
{
    struct receiving *x = arg;
    x->d = (struct case_doing){.tx = tx, .world = &x->world};
    for (struct day day = day_add(x->end, -YEAR); day.n < x->end.n; day.n++) {
        if (!one_day(x, day, e))
            return false;
    }
    for (int64_t i = YEAR; i <= YEAR + NOTICE; i++) {
        be(x, RECEIVER, x->end);
        for (int k = 0; x->day_of[i] && k < 2; k++) {
            if (!book_ahead(x, x->day_of[i], e))
                return false;
        }
    }
    return true;
}

static bool at_office(struct cli *c, struct demo_year *y, size_t place, struct err *e)
{
    struct receiving x = {.year = y, .office = &y->question->offices[place], .world = y->world,
                          .dice = demo_dice_for(y->question->seed, 7700 + place), .end = y->world.today};
    static const uint32_t roles[DEMO_ROLES] = {ROLE_RECEPTION, ROLE_SETTLING, ROLE_LEADER};
    for (int i = 0; i < DEMO_ROLES; i++) {
        if (!x.office->account[i])
            return true;
        x.who[i] = (struct viewer){.user_id = x.office->account[i], .name = x.office->account_name[i], .grants_n = 1};
        x.who[i].grants[0] = (struct grant){.office_id = x.office->office_id, .roles = roles[i]};
    }
    return store_run(c->store, year, &x, e);
}

bool demo_reception(struct cli *c, struct demo_year *y, struct err *e)
{
    return at_office(c, y, y->question->home, e) &&
           (y->question->province == y->question->home || at_office(c, y, y->question->province, e));
}
