// SPDX-License-Identifier: AGPL-3.0-or-later
/* What must hold for denunciations whatever happens, by chance. */
#include "features/cases/test_denounce_bench.h"

/* ---- properties ---- */

static uint64_t seed_of(void)
{
    const char *given = getenv("DINH_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)getpid() * 0x9e3779b97f4a7c15u;
    printf("# seed %llu (DINH_SEED repeats it)\n", (unsigned long long)seed);
    return seed;
}

static uint64_t roll(uint64_t *s, uint64_t n)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s % n;
}

/* Whoever is barred and let in again in whatever order: those who can be given the matter are exactly the others. */
static void a_barred_account_is_never_assignable(void **state)
{
    struct bench *b = *state;
    uint64_t seed = seed_of() | 1;
    bool out[ACCOUNTS + 1] = {false};
    for (int step = 0; step < 60; step++) {
        struct err e = {0};
        int who = (int)roll(&seed, 3) + 2; /* the first leader stays to do it */
        struct denounce_deed more = {.account_id = b->accounts[who]};
        struct case_deed bar = {.action = STR("bar"), .ground = STR("interest"), .denounce = &more};
        struct case_deed unbar = {.action = STR("unbar"), .note = STR("Let in."), .denounce = &more};
        struct case_deed assign = {.action = STR("assign"), .assignee = b->accounts[who]};
        bool bars = roll(&seed, 2);
        check(run_deed(b, LEADER, bars ? &bar : &unbar, &e), &e);
        out[who] = bars;
        assert_int_equal(run_deed(b, LEADER, &assign, &e), !out[who]);
        struct rd *rd;
        struct case_facts c;
        struct person *people;
        size_t n, left = 0;
        struct viewer v = account(b, LEADER);
        check(store_read(b->store, &b->arena, &rd, &e), &e);
        struct case_look l = {rd, &b->arena, &b->world, &v};
        check(case_get(&l, b->key, &c, &e) && case_assignable(&l, &c, &people, &n, &e), &e);
        for (int k = 1; k <= 4; k++)
            left += !out[k];
        assert_int_equal(n, left);
        for (size_t i = 0; i < n; i++) {
            for (int k = 1; k <= ACCOUNTS; k++)
                assert_false(out[k] && people[i].account_id == b->accounts[k]);
            assert_true(c.assigned_to == 0 || !out[who] || c.assigned_to != b->accounts[who]);
        }
        store_read_end(rd);
    }
}

/* A higher class, an extension, a pause never bring the day nearer; and never is it before the law's thirty days. */
static void the_class_never_makes_it_due_earlier(void **state)
{
    struct bench *b = *state;
    uint64_t seed = seed_of() | 1;
    for (int i = 0; i < 3000; i++) {
        struct err e;
        struct rule_due due;
        struct day begin = {20500 + (int32_t)roll(&seed, 2500)}, before = DAY_NONE;
        struct day pause[1][2] = {{{begin.n + 1 + (int32_t)roll(&seed, 20)}, {0}}};
        pause[0][1].n = pause[0][0].n + (int32_t)roll(&seed, 15);
        struct rule_clock_question q = {.procedure = STR("denunciation"), .step = STR("settle"), .start = begin,
                                        .suspended = pause, .suspended_n = roll(&seed, 2)};
        for (int64_t class = 0; class <= 2; class++) {
            for (int64_t n = 0; n <= class; n++) { /* as often as the class allows */
                q.complexity = class;
                q.extensions = n;
                check(rulebook_due(b->rules, &b->arena, &q, &due, &e), &e);
                assert_true(due.day.n >= begin.n + 30 * (1 + n));
                assert_true(n || day_is_none(before) || due.day.n >= before.n);
                if (!n)
                    before = due.day;
            }
            q.extensions = class + 1;
            assert_false(rulebook_due(b->rules, &b->arena, &q, &due, &e));
        }
    }
}

/* ---- walks: whatever is offered can be done, and what must hold holds ---- */

struct walk {
    struct bench *b;
    uint64_t seed;
    struct str words[8];
    struct denounce_deed more;
    struct case_deed deed;
};

static struct str one_word(struct walk *w, const struct case_look *l, const struct case_facts *c, const char *table, struct str action)
{
    const struct rule_word **words;
    size_t n;
    bool kind = !strcmp(table, "subjects");
    rulebook_words(w->b->rules, l->arena, table, kind ? c->kind : c->procedure, action, &words, &n);
    return n ? words[roll(&w->seed, n)]->id : STR("");
}

/* Everything that a step could ask for, by chance. */
static void fill_deed(struct walk *w, const struct case_look *l, const struct case_facts *c, const struct rule_step *step)
{
    struct err e;
    struct person *people;
    size_t n;
    struct case_bar_list bars;
    check(case_assignable(l, c, &people, &n, &e) && case_bars(l, c, &bars, &e), &e);
    w->more = (struct denounce_deed){.name = STR("Nguyen Van X"), .account_id = w->b->accounts[OFFICER]};
    if (str_is(step->action, "unbar") && bars.n)
        w->more.account_id = bars.v[roll(&w->seed, bars.n)].account_id;
    for (size_t i = 0; i < n && i < 2; i++)
        w->more.members[w->more.members_n++] = people[i].account_id;
    static const char *const criteria[] = {"places", "contents", "people"};
    for (size_t i = roll(&w->seed, 4); i > 0; i--)
        w->more.criteria[w->more.criteria_n++] = str_of(criteria[i - 1]);
    w->deed = (struct case_deed){
        .action = step->action, .ground = one_word(w, l, c, "grounds", step->action), .note = STR("Why."), .text = STR("What."),
        .decision = one_word(w, l, c, "decisions", STR("")), .subject = one_word(w, l, c, "subjects", STR("")),
        .to_office = SUPERIOR, .to_office_code = STR("56"), .assignee = n ? people[roll(&w->seed, n)].account_id : 0,
        .title = STR("A matter"), .answer = STR("It was looked into."), .denounce = &w->more,
    };
    if (!strstr(str_z(l->arena, step->needs), "ground"))
        w->deed.ground = STR("");
    if (!str_is(step->action, "assign"))
        w->deed.assignee = 0;
}

/* What is known only when it is tried. */
static bool may_fail(const char *msg)
{
    static const char *const known[] = {"err.denounce.own_office", "err.denounce.team", "err.denounce.barred", "err.case.link",
                                        "err.case.office", "err.rules.clock.extensions", "err.case.answer",
                                        "err.denounce.sent_on"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!strcmp(msg, known[i]))
            return true;
    }
    return false;
}

static void check_facts(struct walk *w, const struct case_look *l, struct day accepted)
{
    struct err e;
    struct case_facts c, seen;
    struct viewer program = VIEWER_SYSTEM;
    struct case_look all = {l->rd, l->arena, l->world, &program};
    check(case_get(&all, w->b->key, &c, &e), &e);
    if (str_is(c.step, "settle") && !day_is_none(c.due) && !day_is_none(accepted))
        assert_true(c.due.n >= accepted.n + 30);
    assert_true(!case_clock_paused(&c) || day_is_none(c.due));
    for (int k = 1; k <= ACCOUNTS; k++) {
        struct viewer v = account(w->b, k);
        struct case_look hers = {l->rd, l->arena, l->world, &v};
        bool out = false;
        check(case_is_barred(l->rd, c.key, v.user_id, &out, &e), &e);
        assert_false(out && case_get(&hers, c.key, &seen, &e));
        assert_false(out && c.assigned_to == v.user_id);
    }
}

static struct viewer somebody(struct walk *w)
{
    static const int who[] = {LEADER, LEADER, ACCUSED, OFFICER, COLLEAGUE, ABOVE};
    size_t k = roll(&w->seed, 7);
    if (k == 6)
        return (struct viewer){.track_office = w->b->key.office_id, .track_case = w->b->key.case_id};
    return account(w->b, who[k]);
}

static bool take_step(struct walk *w, struct day *accepted)
{
    struct err e = {0};
    struct rd *rd;
    struct case_facts c;
    struct viewer v = somebody(w), program = VIEWER_SYSTEM;
    w->b->world.today.n += (int32_t)roll(&w->seed, 6);
    check(store_read(w->b->store, &w->b->arena, &rd, &e), &e);
    struct case_look l = {rd, &w->b->arena, &w->b->world, &v}, all = {rd, &w->b->arena, &w->b->world, &program};
    check_facts(w, &l, *accepted);
    struct case_steps steps = {0};
    if (case_get(&l, w->b->key, &c, &e))
        steps = case_actions(&l, &c);
    const struct rule_step *step = steps.n ? steps.v[roll(&w->seed, steps.n)] : NULL;
    if (step)
        fill_deed(w, &all, &c, step);
    store_read_end(rd);
    /* most walks are to be long */
    if (!step || str_is(step->action, "join") || (strstr(str_z(&w->b->arena, step->effects), "closed") && roll(&w->seed, 8)))
        return false;
    struct call call = {.b = w->b, .viewer = v, .key = w->b->key, .deed = w->deed};
    bool done = store_run(w->b->store, deed_command, &call, &e);
    if (!done && !may_fail(e.msg))
        fail_msg("%s in state %s was offered and refused: %s %s", str_z(&w->b->arena, step->action),
                 str_z(&w->b->arena, c.state), e.msg, e.detail);
    if (done && str_is(step->action, "accept"))
        *accepted = w->b->world.today;
    return done;
}

static void what_is_offered_can_be_done(void **state)
{
    struct bench *b = *state;
    struct walk w = {.b = b, .seed = seed_of() | 1};
    int done = 0;
    for (int i = 0; i < 30; i++) {
        struct day accepted = DAY_NONE;
        b->key = make_one(b);
        for (int k = 0; k < 60; k++)
            done += take_step(&w, &accepted);
    }
    assert_true(done > 200);
}

int main(void)
{
    crypt_init();
#define T(f) cmocka_unit_test_setup_teardown(f, open_bench, close_bench)
    const struct CMUnitTest tests[] = {
        T(a_barred_account_is_never_assignable), T(the_class_never_makes_it_due_earlier), T(what_is_offered_can_be_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
