// SPDX-License-Identifier: AGPL-3.0-or-later
/* Ten thousand matters of every kind led about by chance. After each try, taken
 * or refused, a small model of its own says what must hold: the state is the one
 * that the table's row leads to, what was refused changed nothing, no clock ends
 * before the least that the law allows, no matter is lost, no link leads nowhere.
 * DINH_SEED repeats a walk, DINH_WALKS sets how many. */
#include "features/cases/test_denounce_bench.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__)
enum { WALKS = 400, TRIES = 9 };
#else
enum { WALKS = 10000, TRIES = 9 };
#endif

struct walk {
    struct bench *b;
    struct arena a;     /* of one try */
    uint64_t seed;
    struct case_key key;
    struct str procedure;
    int64_t registered, taken, refused, illegal;
};

static uint64_t roll(struct walk *w, uint64_t n)
{
    w->seed ^= w->seed << 13;
    w->seed ^= w->seed >> 7;
    w->seed ^= w->seed << 17;
    return w->seed % n;
}

/* ---- what is seen of a matter ---- */

struct seen {
    struct case_facts c;
    int64_t acts;
};

static struct seen look(struct walk *w, struct case_key key)
{
    struct seen s;
    struct err e = {0};
    struct rd *rd;
    struct viewer program = VIEWER_SYSTEM;
    memset(&s, 0, sizeof s);
    check(store_read(w->b->store, &w->a, &rd, &e), &e);
    struct case_look l = {rd, &w->a, &w->b->world, &program};
    check(case_get(&l, key, &s.c, &e), &e);
    struct act_list acts;
    check(act_list(rd, &w->a, &(struct act_query){key.office_id, "case", key.case_id, false}, &acts, &e), &e);
    s.acts = (int64_t)acts.n;
    struct case_link_list links;
    check(case_links(&l, key, &links, &e), &e);
    for (size_t i = 0; i < links.n; i++) {
        struct case_facts other;
        check(case_get(&l, links.v[i].to, &other, &e), &e);
    }
    store_read_end(rd);
    return s;
}

/* The least number of days that any row gives the step. Hours may end on the day itself. */
static int64_t least_days(const struct rulebook *b, const struct case_facts *c)
{
    const struct rule_limit *all;
    size_t n;
    int64_t least = INT32_MAX;
    rulebook_limits(b, &all, &n);
    for (size_t i = 0; i < n; i++) {
        int64_t days = all[i].unit == RULE_HOURS ? 0 : all[i].unit == RULE_MONTHS ? 28 * all[i].value : all[i].value;
        if (str_eq(all[i].procedure, c->procedure) && str_eq(all[i].step, c->step) && rule_holds(&all[i].source, c->step_start) &&
            days < least)
            least = days;
    }
    return least;
}

static void must_hold(struct walk *w, const struct case_facts *c)
{
    struct rule_clock_question q;
    struct rule_due due;
    struct err e;
    if (!c->step.n || case_clock_paused(c)) {
        assert_true(day_is_none(c->due));
        return;
    }
    check(case_clock_question(&w->a, c, &q, &e), &e);
    check(rulebook_due(w->b->rules, &w->a, &q, &due, &e), &e);
    assert_int_equal(due.day.n, c->due.n);
    if (!day_is_none(c->due))
        assert_true(c->due.n >= c->step_start.n + least_days(w->b->rules, c));
}

/* ---- what is tried ---- */

static struct str word_of(struct walk *w, const char *table, struct str kind, struct str action)
{
    const struct rule_word **words;
    size_t n;
    rulebook_words(w->b->rules, &w->a, table, kind, action, &words, &n);
    return n ? words[roll(w, n)]->id : STR("");
}

static struct viewer somebody(struct walk *w)
{
    static const int who[] = {LEADER, LEADER, OFFICER, COLLEAGUE, COLLEAGUE, ABOVE};
    size_t k = roll(w, 8);
    if (k == 6)
        return (struct viewer){.track_office = w->key.office_id, .track_case = w->key.case_id};
    return k == 7 ? (struct viewer)VIEWER_PUBLIC : account(w->b, who[k]);
}

static void give(struct walk *w, const struct case_facts *c, struct str action, struct denounce_deed *more, struct case_deed *deed)
{
    bool needs_ground = roll(w, 3);
    *more = (struct denounce_deed){.name = STR("Nguyen Van X"), .account_id = w->b->accounts[OFFICER], .members_n = 2,
                                   .members = {w->b->accounts[OFFICER], w->b->accounts[COLLEAGUE]}};
    *deed = (struct case_deed){
        .action = action, .ground = needs_ground ? word_of(w, "grounds", c->kind, action) : STR(""), .note = STR("Why."),
        .text = STR("What was found, at length and plainly."), .decision = word_of(w, "decisions", c->procedure, STR("")),
        .subject = word_of(w, "subjects", c->kind, STR("")),
        .to_office = roll(w, 2) ? SUPERIOR : DEPARTMENT, .to_office_code = STR("56"),
        .assignee = w->b->accounts[roll(w, 2) ? OFFICER : COLLEAGUE], .title = STR("A matter"), .body = STR("Of a place."),
        .answer = STR("It was looked into."), .procedure = STR("feedback"), .amount = (int64_t)roll(w, 1000), .item = 1,
        .denounce = more};
}

/* A row of the table that leads from here, or, one time in five, an action that has none. */
static struct str some_action(struct walk *w, const struct case_facts *c)
{
    const struct rule_step *steps;
    size_t n, tries = 0;
    rulebook_steps(w->b->rules, c->procedure, &steps, &n);
    bool any = roll(w, 5) == 0;
    struct str action = steps[roll(w, n)].action;
    while (!any && tries++ < 60 && !rulebook_step(w->b->rules, c->procedure, c->state, action, w->b->world.today))
        action = steps[roll(w, n)].action;
    return action;
}

static void one_try(struct walk *w)
{
    struct err e = {0};
    struct denounce_deed more;
    struct call call = {.b = w->b, .viewer = somebody(w), .key = w->key};
    w->b->world.today.n += roll(w, 3) == 0;
    struct seen before = look(w, w->key);
    struct str action = some_action(w, &before.c);
    const struct rule_step *row = rulebook_step(w->b->rules, before.c.procedure, before.c.state, action, w->b->world.today);
    give(w, &before.c, action, &more, &call.deed);
    bool done = store_run(w->b->store, deed_command, &call, &e);
    struct seen after = look(w, w->key);
    if (!done) {
        assert_true(e.msg && e.code != ERR_STORE && e.code != ERR_IO);
        assert_true(str_eq(after.c.state, before.c.state) && after.c.version == before.c.version && after.acts == before.acts);
        assert_true(after.c.due.n == before.c.due.n && str_eq(after.c.step, before.c.step));
        w->refused++;
        w->illegal += !row;
    } else {
        if (!row)
            fail_msg("%s was taken in %s, where the table has no row", str_z(&w->a, action), str_z(&w->a, before.c.state));
        struct str to = row->to.n && !str_is(row->to, "*") ? row->to : before.c.state;
        if (!str_eq(after.c.state, to))
            fail_msg("%s led from %s to %s", str_z(&w->a, action), str_z(&w->a, before.c.state), str_z(&w->a, after.c.state));
        assert_true(after.acts > before.acts && after.c.version > before.c.version);
        w->taken++;
        if (call.made.case_id && (call.made.office_id != w->key.office_id || call.made.case_id != w->key.case_id))
            look(w, call.made); /* what it was sent on as is there */
    }
    must_hold(w, &after.c);
}

static bool hand_in(struct tx *tx, void *arg, struct err *e)
{
    struct walk *w = arg;
    struct viewer who = VIEWER_PUBLIC;
    struct case_doing d = {tx, &w->b->world, &who, instant_of(w->b->world.today, 9 * 60, 420)};
    struct case_new in = {.office_id = OFFICE, .office_code = STR("22366"), .procedure = w->procedure, .channel = STR("web"),
                          .petitioner = STR("individual"), .people = 1, .received = w->b->world.today,
                          .text = {.title = STR("Title"), .body = STR("What happened in our street last spring"),
                                   .who = {.name = STR("An"), .address = STR("Hamlet Three")}},
                          .code_hash = digest_of("code", 4)};
    return case_register(&d, &in, &w->key, e);
}

static int64_t count(struct walk *w, struct sql sql)
{
    struct err e;
    struct rd *rd;
    int64_t n = -1;
    check(store_read(w->b->store, &w->a, &rd, &e), &e);
    check(store_one_int(rd, sql, NO_VALS, &n, &e), &e);
    store_read_end(rd);
    return n;
}

/* Every chain of acts is whole, and every matter that was ever registered is there. */
static void nothing_is_lost(struct walk *w)
{
    struct err e;
    struct rd *rd;
    struct strbuf report;
    int64_t acts;
    bool sound;
    strbuf_init(&report, &w->a, 1 << 16);
    check(store_read(w->b->store, &w->a, &rd, &e), &e);
    check(acts_check(rd, &report, &acts, &sound, &e), &e);
    store_read_end(rd);
    if (!sound)
        fail_msg("%s", strbuf_text(&report).p);
    int64_t cases = count(w, SQL("SELECT count(*) FROM cases"));
    assert_true(cases >= w->registered);
    assert_int_equal(cases, count(w, SQL("SELECT count(DISTINCT subject_id * 1000000000000 + office_id) FROM acts"
                                         " WHERE subject = 'case'")));
    assert_int_equal(cases, count(w, SQL("SELECT count(*) FROM case_texts")));
}

static void ten_thousand_matters(void **state)
{
    const char *seed = getenv("DINH_SEED"), *walks = getenv("DINH_WALKS");
    struct walk w = {.b = *state, .seed = seed ? strtoull(seed, NULL, 10) : (uint64_t)getpid() * 0x9e3779b97f4a7c15u};
    int64_t n = walks ? strtoll(walks, NULL, 10) : WALKS;
    const struct rule_procedure *all;
    size_t all_n;
    printf("# seed %llu (DINH_SEED repeats it)\n", (unsigned long long)w.seed);
    w.seed |= 1;
    rulebook_procedures(w.b->rules, &all, &all_n);
    arena_init(&w.a);
    for (; w.registered < n; w.registered++) {
        struct err e;
        do
            w.procedure = all[roll(&w, all_n)].id;
        while (!rulebook_procedure(w.b->rules, w.procedure)->by_person);
        check(store_run(w.b->store, hand_in, &w, &e), &e);
        for (int i = 0; i < TRIES; i++) {
            one_try(&w);
            arena_reset(&w.a);
        }
    }
    nothing_is_lost(&w);
    printf("# %lld matters: %lld steps taken, %lld refused, %lld of them no row allows\n", (long long)w.registered,
           (long long)w.taken, (long long)w.refused, (long long)w.illegal);
    assert_true(w.taken > n && w.illegal > n / 10);
    arena_done(&w.a);
}

int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(ten_thousand_matters, open_bench, close_bench)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
