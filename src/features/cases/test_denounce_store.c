// SPDX-License-Identifier: AGPL-3.0-or-later
/* Whoever is kept out of a matter finds nothing of it, by any look or command. */
#include "features/cases/test_denounce_bench.h"

/* ---- one probe for each look and command: does she see it? ---- */

struct probe {
    struct bench *b;
    struct case_look look;
    struct case_facts facts; /* as the program has them: she could have kept them */
    struct case_facts seen;
};

static bool in_list(const struct probe *p, const struct case_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->v[i].key.case_id == p->b->key.case_id)
            return true;
    }
    return false;
}

static bool by_get(struct probe *p) { struct err e; return case_get(&p->look, p->b->key, &p->seen, &e); }
static bool by_text(struct probe *p) { struct err e; struct case_text t; return case_get_text(&p->look, &p->facts, &t, &e); }
static bool by_number(struct probe *p)
{
    struct err e;
    struct case_key k;
    return case_by_number(&p->look, p->facts.number, &k, &e);
}
static bool by_queue(struct probe *p)
{
    struct err e;
    struct case_list list;
    struct case_filter f = {.office_id = OFFICE, .today = p->b->world.today};
    check(case_queue(&p->look, &f, &list, &e), &e);
    return in_list(p, &list);
}
static bool by_count(struct probe *p)
{
    struct err e;
    int64_t n;
    struct case_filter f = {.office_id = OFFICE, .today = p->b->world.today};
    check(case_count(&p->look, &f, &n, &e), &e);
    return n > 0;
}
static bool by_range(struct probe *p)
{
    struct err e;
    struct case_list list;
    struct case_range range = {OFFICE, p->b->world.today, p->b->world.today};
    check(case_facts_between(&p->look, &range, &list, &e), &e);
    return in_list(p, &list);
}
static bool by_duplicates(struct probe *p)
{
    struct err e;
    struct case_likenesses likes;
    struct case_new in = {.office_id = OFFICE, .text = {.title = STR("Title"), .body = str_of(bench_text)}};
    check(case_duplicates(&p->look, &in, &likes, &e), &e);
    return likes.n > 0;
}
static bool by_files(struct probe *p) { struct err e; struct case_file_list x; return case_files(&p->look, &p->facts, &x, &e); }
static bool by_links(struct probe *p) { struct err e; struct case_link_list x; return case_links(&p->look, p->b->key, &x, &e); }
static bool by_answers(struct probe *p) { struct err e; struct case_answer_list x; return case_answers(&p->look, &p->facts, &x, &e); }
static bool by_actions(struct probe *p) { return case_actions(&p->look, &p->facts).n > 0; }
static bool by_accused(struct probe *p) { struct err e; struct case_accused_list x; return case_accused_of(&p->look, &p->facts, &x, &e); }
static bool by_bars(struct probe *p) { struct err e; struct case_bar_list x; return case_bars(&p->look, &p->facts, &x, &e); }
static bool by_conflict(struct probe *p) { struct err e; bool x; return case_office_in_conflict(&p->look, &p->facts, &x, &e); }
static bool by_assignable(struct probe *p)
{
    struct err e;
    struct person *x;
    size_t n = 0;
    return case_assignable(&p->look, &p->facts, &x, &n, &e);
}
static bool by_papers(struct probe *p) { struct err e; struct case_paper_list x; return case_papers(&p->look, &p->facts, &x, &e); }
static bool by_team(struct probe *p) { struct err e; struct case_member_list x; return case_team_of(&p->look, &p->facts, &x, &e); }
static bool by_criteria(struct probe *p)
{
    struct err e;
    struct case_criterion_list x;
    return case_criteria_of(&p->look, &p->facts, &x, &e);
}
static bool by_measures(struct probe *p) { struct err e; struct case_measure_list x; return case_measures(&p->look, &p->facts, &x, &e); }
static bool by_duties(struct probe *p) { struct err e; struct case_duty_list x; return case_duties(&p->look, &p->facts, &x, &e); }
static bool by_protection(struct probe *p)
{
    struct err e;
    struct case_key of;
    return case_protects(&p->look, p->b->protection, &of, &e);
}
static bool by_leaks(struct probe *p) { struct err e; uint32_t x; return case_leaks(&p->look, &p->facts, STR("An"), &x, &e); }
static bool by_deed(struct probe *p)
{
    struct err e = {0};
    struct call c = {.b = p->b, .viewer = *p->look.viewer, .key = p->b->key,
                     .deed = {.action = STR("classify"), .subject = STR("corruption")}};
    if (store_run(p->b->store, deed_command, &c, &e))
        return true;
    assert_int_equal(e.code, ERR_NOT_FOUND);
    return false;
}

/* Functions that the table needs not, and why. */
static const char *const exempt[] = {
    "case_register",        /* hands in something new */
    "case_rate",            /* by the code alone */
    "case_by_code",         /* by the code alone */
    "case_published",       /* what everybody may read */
    "case_published_list",  "case_published_find",
    "case_is_barred",       /* is the question itself */
    "case_clock_question",  "case_clock_paused", /* of facts alone */
    "case_clock_start",     "case_clock_again",  "case_clock_extend", "case_clock_suspend", "case_clock_resume",
    "case_duty_begin",      "case_duty_done",    "case_duty_owed", /* inside case_do, after its checks */
};

static const struct {
    const char *name;
    bool (*sees)(struct probe *p);
} probes[] = {
    {"case_get", by_get}, {"case_get_text", by_text}, {"case_by_number", by_number}, {"case_queue", by_queue},
    {"case_count", by_count}, {"case_facts_between", by_range}, {"case_duplicates", by_duplicates}, {"case_files", by_files},
    {"case_links", by_links}, {"case_answers", by_answers}, {"case_actions", by_actions}, {"case_accused_of", by_accused},
    {"case_bars", by_bars}, {"case_office_in_conflict", by_conflict}, {"case_assignable", by_assignable}, {"case_do", by_deed},
    {"case_papers", by_papers}, {"case_team_of", by_team}, {"case_criteria_of", by_criteria}, {"case_measures", by_measures},
    {"case_duties", by_duties}, {"case_protects", by_protection}, {"case_leaks", by_leaks},
};

static bool sees(struct bench *b, int who, size_t probe)
{
    struct err e;
    struct viewer v = account(b, who), program = VIEWER_SYSTEM;
    struct probe p = {.b = b};
    check(store_read(b->store, &b->arena, &p.look.rd, &e), &e);
    p.look = (struct case_look){p.look.rd, &b->arena, &b->world, &program};
    check(case_get(&p.look, b->key, &p.facts, &e), &e);
    p.look.viewer = &v;
    bool seen = probes[probe].sees(&p);
    store_read_end(p.look.rd);
    return seen;
}

static void the_accused_finds_nothing_by_any_look(void **state)
{
    struct bench *b = *state;
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        if (!sees(b, ACCUSED, i))
            fail_msg("%s: a leader who is not accused sees nothing", probes[i].name);
    }
    accuse(b, ACCUSED, 0, false);
    /* the matter of protection, too: the facts of both were linked before */
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        if (sees(b, ACCUSED, i))
            fail_msg("%s: the accused sees the matter", probes[i].name);
        if (!sees(b, LEADER, i))
            fail_msg("%s: the other leader does not see it any more", probes[i].name);
    }
}

static bool is_named(const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        if (strlen(probes[i].name) == n && !memcmp(probes[i].name, name, n))
            return true;
    }
    for (size_t i = 0; i < sizeof exempt / sizeof *exempt; i++) {
        if (strlen(exempt[i]) == n && !memcmp(exempt[i], name, n))
            return true;
    }
    return false;
}

/* A public function that nobody tried on the accused fails here. */
static void every_public_function_is_tried(void **state)
{
    (void)state;
    const char *source = getenv("DINH_SOURCE");
    static const char *const headers[] = {"cases.h", "case_clock.h", "denounce.h"};
    size_t found = 0;
    for (size_t h = 0; h < sizeof headers / sizeof *headers; h++) {
        char path[512], line[512];
        snprintf(path, sizeof path, "%s/src/features/cases/%s", source ? source : ".", headers[h]);
        FILE *f = fopen(path, "r");
        assert_non_null(f);
        while (fgets(line, sizeof line, f)) {
            const char *name = !strncmp(line, "bool case_", 10) ? line + 5
                               : !strncmp(line, "struct case_steps case_", 23) ? line + 18 : NULL;
            const char *end = name ? strchr(name, '(') : NULL;
            if (!end)
                continue;
            found++;
            if (!is_named(name, (size_t)(end - name)))
                fail_msg("%s: %.*s has no probe in this test", headers[h], (int)(end - name), name);
        }
        fclose(f);
    }
    assert_true(found >= sizeof probes / sizeof *probes);
}

/* ---- superiors, relatives, what is left ---- */

static bool barred(struct bench *b, int who)
{
    struct err e;
    struct rd *rd;
    bool out = false;
    check(store_read(b->store, &b->arena, &rd, &e) && case_is_barred(rd, b->key, b->accounts[who], &out, &e), &e);
    store_read_end(rd);
    return out;
}

static void superiors_in_line_are_kept_out_but_who_settles(void **state)
{
    struct bench *b = *state;
    accuse(b, 0, DEPARTMENT, false);
    assert_true(barred(b, BELOW));    /* heads the department of the accused */
    assert_false(barred(b, LEADER));  /* heads the office that the law makes settle it */
    assert_false(barred(b, ABOVE));
}

static bool conflict(struct bench *b)
{
    struct err e;
    struct rd *rd;
    bool out = false;
    struct case_facts c;
    struct viewer program = VIEWER_SYSTEM;
    check(store_read(b->store, &b->arena, &rd, &e), &e);
    struct case_look l = {rd, &b->arena, &b->world, &program};
    check(case_get(&l, b->key, &c, &e) && case_office_in_conflict(&l, &c, &out, &e), &e);
    store_read_end(rd);
    return out;
}

static void an_accused_heads_own_office_never_settles(void **state)
{
    struct bench *b = *state;
    struct err e = {0};
    struct case_deed accept = {.action = STR("accept"), .subject = STR("corruption")};
    assert_false(conflict(b));
    accuse(b, ACCUSED, OFFICE, true);
    assert_true(conflict(b));
    assert_false(run_deed(b, COLLEAGUE, &accept, &e));
    assert_string_equal(e.msg, "err.denounce.own_office");
    struct case_deed forward = {.action = STR("forward"), .to_office = SUPERIOR, .to_office_code = STR("56")};
    struct call c = {.b = b, .viewer = account(b, COLLEAGUE), .key = b->key, .deed = forward};
    check(store_run(b->store, deed_command, &c, &e), &e);
    b->key = c.made; /* there too */
    assert_true(barred(b, ACCUSED));
}

static void when_all_who_head_it_declare_a_conflict_it_goes_up(void **state)
{
    struct bench *b = *state;
    struct err e;
    struct case_deed declare = {.action = STR("declare"), .ground = STR("relative")};
    check(run_deed(b, LEADER, &declare, &e), &e);
    assert_true(barred(b, LEADER));
    assert_false(conflict(b));
    check(run_deed(b, ACCUSED, &declare, &e), &e);
    assert_true(conflict(b));
}

static void nobody_kept_out_can_be_given_the_matter(void **state)
{
    struct bench *b = *state;
    struct err e = {0};
    struct rd *rd;
    struct case_facts c;
    struct person *people = NULL;
    size_t n = 0;
    struct viewer v = account(b, LEADER);
    struct denounce_deed more = {.account_id = b->accounts[OFFICER]};
    struct case_deed bar = {.action = STR("bar"), .ground = STR("interest"), .denounce = &more};
    struct case_deed assign = {.action = STR("assign"), .assignee = b->accounts[OFFICER]};
    check(run_deed(b, LEADER, &assign, &e), &e);
    check(run_deed(b, LEADER, &bar, &e), &e);
    check(store_read(b->store, &b->arena, &rd, &e), &e);
    struct case_look l = {rd, &b->arena, &b->world, &v};
    check(case_get(&l, b->key, &c, &e) && case_assignable(&l, &c, &people, &n, &e), &e);
    assert_int_equal(c.assigned_to, 0); /* it was in her hand */
    for (size_t i = 0; i < n; i++)
        assert_int_not_equal(people[i].account_id, b->accounts[OFFICER]);
    assert_int_equal(n, 3);
    store_read_end(rd);
    assert_false(run_deed(b, LEADER, &assign, &e));
    assert_string_equal(e.msg, "err.denounce.barred");
    struct case_deed unbar = {.action = STR("unbar"), .note = STR("It was somebody else."), .denounce = &more};
    assert_false(run_deed(b, COLLEAGUE, &unbar, &e));
    check(run_deed(b, LEADER, &unbar, &e) && run_deed(b, LEADER, &assign, &e), &e);
}

static void a_rating_by_account_is_denied_as_before(void **state)
{
    struct bench *b = *state;
    struct err e = {0};
    struct call c = {.b = b, .viewer = account(b, ACCUSED), .key = b->key};
    assert_false(store_run(b->store, rate_command, &c, &e));
    assert_int_equal(e.code, ERR_DENIED);
}

/* ---- what is published ---- */

static uint32_t leaks(struct bench *b, const char *published)
{
    struct err e;
    struct rd *rd;
    uint32_t found = 0;
    struct case_facts c;
    struct viewer program = VIEWER_SYSTEM;
    check(store_read(b->store, &b->arena, &rd, &e), &e);
    struct case_look l = {rd, &b->arena, &b->world, &program};
    check(case_get(&l, b->key, &c, &e) && case_leaks(&l, &c, str_of(published), &found, &e), &e);
    store_read_end(rd);
    return found;
}

static void what_gives_a_denouncer_away_is_found(void **state)
{
    struct bench *b = *state;
    static const struct { const char *text; uint32_t found; } t[] = {
        {"The conclusion: partly true.", 0},
        {"As Pi Nang Thi Kin has said", CASE_LEAK_NAME | CASE_LEAK_SHORT_NAME},
        {"PI N\xc4\x82NG TH\xe1\xbb\x8a K\xc3\x8dN told us", CASE_LEAK_NAME | CASE_LEAK_SHORT_NAME},
        {"Mrs Thi Kin told us", CASE_LEAK_SHORT_NAME},
        {"call 0901.234 567 for more", CASE_LEAK_NUMBER},
        {"the house in Hamlet Three, Ma Lam", CASE_LEAK_PLACE},
        {"took the money that was meant for the road", CASE_LEAK_PHRASE},
        {"took the money meant for roads", 0},
        {"090123456", 0},
    };
    struct err e;
    struct call c = {.b = b, .viewer = VIEWER_PUBLIC, .body = bench_text, .name = "Pi N\xc4\x83ng Th\xe1\xbb\x8b K\xc3\xadn"};
    check(store_run(b->store, register_command, &c, &e), &e);
    b->key = c.made;
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        if (leaks(b, t[i].text) != t[i].found)
            fail_msg("%s: %u", t[i].text, leaks(b, t[i].text));
    }
}

int main(void)
{
    crypt_init();
#define T(f) cmocka_unit_test_setup_teardown(f, open_bench, close_bench)
    const struct CMUnitTest tests[] = {
        T(the_accused_finds_nothing_by_any_look), cmocka_unit_test(every_public_function_is_tried),
        T(superiors_in_line_are_kept_out_but_who_settles), T(an_accused_heads_own_office_never_settles),
        T(when_all_who_head_it_declare_a_conflict_it_goes_up), T(nobody_kept_out_can_be_given_the_matter),
        T(a_rating_by_account_is_denied_as_before), T(what_gives_a_denouncer_away_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
