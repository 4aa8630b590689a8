// SPDX-License-Identifier: AGPL-3.0-or-later
/* A change of law: every open step that it touches gets its new day and an act; what ended keeps its own. */
#include "features/cases/case_redate.h"
#include "features/cases/case_rows.h"
#include "features/cases/test_denounce_bench.h"

/* The law's pack with one row of a table changed. */
static struct rulebook *changed(struct bench *b, const char *file, const char *was, const char *is)
{
    struct rule_file *files;
    struct rulebook *ret;
    struct strbuf problems;
    struct err e = {0};
    size_t n, at;
    bool done = false;
    rules_embedded(&b->arena, STR("vn"), &files, &n);
    strbuf_init(&problems, &b->arena, 1 << 20);
    for (size_t i = 0; i < n; i++) {
        if (!str_is(files[i].name, file) || !str_find(files[i].text, str_of(was), &at))
            continue;
        files[i].text = str_printf(&b->arena, STR_FMT "%s" STR_FMT, STR_ARG(str_cut(files[i].text, 0, at)), is,
                                   STR_ARG(str_cut(files[i].text, at + strlen(was), files[i].text.n)));
        done = true;
    }
    assert_true(done);
    if (!rulebook_load(&b->arena, files, n, &ret, &problems, &e))
        fail_msg("%s", strbuf_text(&problems).p);
    return ret;
}

static struct case_facts facts_of(struct bench *b, struct case_key key)
{
    struct err e = {0};
    struct rd *rd;
    struct case_facts c = {0};
    check(store_read(b->store, &b->arena, &rd, &e) && case_load(rd, &b->arena, key, &c, &e), &e);
    store_read_end(rd);
    return c;
}

static int64_t acts_of(struct bench *b, struct case_key key)
{
    struct err e = {0};
    struct rd *rd;
    struct act_list list = {0};
    int64_t n = 0;
    const struct act_query q = {key.office_id, "case", key.case_id, false};
    check(store_read(b->store, &b->arena, &rd, &e) && act_list(rd, &b->arena, &q, &list, &e), &e);
    for (size_t i = 0; i < list.n; i++)
        n += str_is(list.v[i].verb, "redate");
    store_read_end(rd);
    return n;
}

static struct case_redate_plan plan_of(struct bench *b, const struct rulebook *rules)
{
    struct err e = {0};
    struct rd *rd;
    struct case_redate_plan plan = {0};
    check(store_read(b->store, &b->arena, &rd, &e) && case_redate_plan(rd, &b->arena, rules, &plan, &e), &e);
    store_read_end(rd);
    return plan;
}

static int64_t redate(struct bench *b, const struct rulebook *rules)
{
    struct err e = {0};
    struct viewer program = VIEWER_SYSTEM;
    struct case_redate r = {.rules = rules, .now = {1783400000000}, .actor = &program};
    check(case_redate(b->store, &r, &e), &e);
    return r.ret_changed;
}

static const char check_limit[] = "T01,denunciation,check,normal,7,WD,", longer[] = "T01,denunciation,check,normal,9,WD,";

static void what_is_shown_is_what_is_done(void **state)
{
    struct bench *b = *state;
    struct case_key other = make_one(b), ended = make_one(b);
    struct err e = {0};
    struct call file = {.b = b, .viewer = account(b, LEADER), .key = ended,
                        .deed = {.action = STR("file"), .ground = STR("unreadable")}};
    check(store_run(b->store, deed_command, &file, &e), &e);
    struct case_facts before = facts_of(b, b->key), closed = facts_of(b, ended);
    struct rulebook *rules = changed(b, "limits.csv", check_limit, longer);
    struct case_redate_plan plan = plan_of(b, rules);
    assert_int_equal(plan.n, 2);
    assert_true(facts_of(b, b->key).due.n == before.due.n); /* looking changes nothing */
    struct day promised = plan.v[0].what->after;
    assert_int_equal(redate(b, rules), 2);
    struct case_facts after = facts_of(b, b->key);
    assert_true(after.due.n == promised.n && after.due.n > before.due.n && facts_of(b, other).due.n == promised.n);
    assert_true(after.step_start.n == before.step_start.n && after.version == before.version);
    assert_int_equal(acts_of(b, b->key), 1);
    assert_true(facts_of(b, ended).due.n == closed.due.n);
    assert_int_equal(acts_of(b, ended), 0);
}

static void twice_changes_nothing_more_and_back_is_back(void **state)
{
    struct bench *b = *state;
    struct day before = facts_of(b, b->key).due;
    struct rulebook *rules = changed(b, "limits.csv", check_limit, longer);
    assert_int_equal(redate(b, rules), 1);
    assert_int_equal(redate(b, rules), 0);
    assert_int_equal(plan_of(b, rules).n, 0);
    assert_int_equal(redate(b, b->rules), 1);
    assert_true(facts_of(b, b->key).due.n == before.n);
    assert_int_equal(acts_of(b, b->key), 2);
}

/* Nobody else changes the days of a whole register. */
static void only_administrators(void **state)
{
    struct bench *b = *state;
    struct err e = {0};
    struct viewer leader = account(b, LEADER);
    struct case_redate r = {.rules = b->rules, .now = {1783400000000}, .actor = &leader};
    assert_false(case_redate(b->store, &r, &e));
    assert_int_equal(e.code, ERR_DENIED);
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_bench, close_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {T(what_is_shown_is_what_is_done), T(twice_changes_nothing_more_and_back_is_back),
                                       T(only_administrators)};
    crypt_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
