// SPDX-License-Identifier: AGPL-3.0-or-later
/* The identity of a denouncer is with the holders and with nobody else. */
#include "base/text.h"
#include "features/cases/case_rows.h"
#include "features/cases/case_seal.h"
#include "features/cases/test_denounce_bench.h"

static const char reason[] = "Xác minh nội dung tố cáo";

static struct str secret_of(struct bench *b, int who)
{
    return str_printf(&b->arena, "câu khó đoán của người %d", who);
}

static void name_holder(struct bench *b, int who)
{
    struct err e = {0};
    struct viewer program = VIEWER_SYSTEM;
    struct vault_doing d = {b->store, &b->arena, &program, {1700000000000}};
    struct vault_holder h = {.office_id = OFFICE, .account_id = b->accounts[who], .name = STR("Người giữ")};
    check(vault_holder_add(&d, &h, secret_of(b, who), &e), &e);
}

static struct case_text text_of(struct bench *b, struct case_key key)
{
    struct err e = {0};
    struct rd *rd;
    struct case_facts c;
    struct case_text t = {0};
    struct viewer program = VIEWER_SYSTEM;
    check(store_read(b->store, &b->arena, &rd, &e), &e);
    struct case_look l = {rd, &b->arena, &b->world, &program};
    check(case_get(&l, key, &c, &e) && case_get_text(&l, &c, &t, &e), &e);
    store_read_end(rd);
    return t;
}

struct try {
    int who, second;
    const char *why;
    int64_t later_ms;
    bool wrong;
};

static enum err_code opens(struct bench *b, struct case_key key, const struct try *t, struct case_identity *ret)
{
    struct err e = {0};
    struct viewer v = account(b, t->who);
    struct vault_doing d = {b->store, &b->arena, &v, {1784000000000 + t->later_ms}};
    struct case_opening in = {key, {{v.user_id, t->wrong ? STR("nothing like it at all") : secret_of(b, t->who)}},
                              str_of(t->why ? t->why : reason)};
    if (t->second)
        in.turns[1] = (struct vault_turn){b->accounts[t->second], secret_of(b, t->second)};
    return case_open_identity(&d, &b->world, &in, ret, &e) ? ERR_NONE : e.code;
}

static int64_t acts_of(struct bench *b, struct case_key key, const char *verb)
{
    struct err e = {0};
    struct rd *rd;
    struct act_list list = {0};
    int64_t n = 0;
    const struct act_query q = {key.office_id, "case", key.case_id, false};
    check(store_read(b->store, &b->arena, &rd, &e) && act_list(rd, &b->arena, &q, &list, &e), &e);
    for (size_t i = 0; i < list.n; i++)
        n += str_is(list.v[i].verb, verb) && (!str_is(list.v[i].verb, "identity_open") || str_is(list.v[i].note, reason));
    store_read_end(rd);
    return n;
}

static void holders_open_and_the_server_does_not(void **state)
{
    struct bench *b = *state;
    struct case_identity who = {0};
    name_holder(b, LEADER);
    name_holder(b, OFFICER);
    struct case_key key = make_one(b);
    struct case_text t = text_of(b, key);
    assert_true(t.who_vaulted);
    assert_int_equal(t.who.name.n + t.who.phone.n + t.who.address.n, 0);
    assert_true(t.body.n);
    assert_int_equal(opens(b, key, &(struct try){.who = LEADER}, &who), ERR_NONE);
    assert_true(str_is(who.name, "An") && str_is(who.phone, "0901 234 567"));
    assert_int_equal(acts_of(b, key, "identity_open"), 1);
}

static void no_reason_no_right_no_opening(void **state)
{
    struct bench *b = *state;
    struct case_identity who = {0};
    name_holder(b, LEADER);
    name_holder(b, ACCUSED);
    struct case_key key = make_one(b);
    assert_int_equal(opens(b, key, &(struct try){.who = LEADER, .why = "x"}, &who), ERR_BAD_INPUT);
    assert_int_equal(opens(b, key, &(struct try){.who = ABOVE}, &who), ERR_NOT_FOUND);
    assert_int_equal(opens(b, key, &(struct try){.who = COLLEAGUE}, &who), ERR_DENIED); /* sees it, is no holder */
    b->key = key;
    accuse(b, ACCUSED, OFFICE, false);
    assert_int_equal(opens(b, key, &(struct try){.who = ACCUSED}, &who), ERR_NOT_FOUND);
    assert_int_equal(acts_of(b, key, "identity_open"), 0);
    assert_int_equal(who.name.n, 0);
}

static void wrong_secrets_are_slowed_then_locked(void **state)
{
    struct bench *b = *state;
    struct case_identity who = {0};
    int64_t at = 0;
    name_holder(b, LEADER);
    name_holder(b, OFFICER);
    struct case_key key = make_one(b);
    for (int i = 0; i < 3; i++)
        assert_int_equal(opens(b, key, &(struct try){.who = LEADER, .wrong = true}, &who), ERR_DENIED);
    assert_int_equal(opens(b, key, &(struct try){.who = LEADER}, &who), ERR_DENIED); /* right, but too early */
    for (int i = 0; i < 7; i++) {
        at += 3600 * 1000;
        assert_int_equal(opens(b, key, &(struct try){.who = LEADER, .later_ms = at, .wrong = true}, &who), ERR_DENIED);
    }
    assert_int_equal(opens(b, key, &(struct try){.who = LEADER, .later_ms = at + 23 * 3600 * 1000}, &who), ERR_DENIED);
    assert_int_equal(opens(b, key, &(struct try){.who = LEADER, .later_ms = at + 25 * 3600 * 1000}, &who), ERR_NONE);
    assert_int_equal(opens(b, key, &(struct try){.who = OFFICER}, &who), ERR_NOT_FOUND); /* not her matter */
}

static void two_together(void **state)
{
    struct bench *b = *state;
    struct err e = {0};
    struct viewer program = VIEWER_SYSTEM;
    struct case_identity who = {0};
    struct vault_doing d = {b->store, &b->arena, &program, {1700000000000}};
    name_holder(b, LEADER);
    name_holder(b, ACCUSED);
    check(vault_together(&d, OFFICE, true, &e), &e);
    struct case_key key = make_one(b);
    assert_int_equal(opens(b, key, &(struct try){.who = LEADER}, &who), ERR_DENIED);
    assert_int_equal(opens(b, key, &(struct try){.who = LEADER, .second = ACCUSED}, &who), ERR_NONE);
    assert_true(str_is(who.name, "An"));
    b->key = key;
    accuse(b, ACCUSED, OFFICE, false);
    assert_int_equal(opens(b, key, &(struct try){.who = LEADER, .second = ACCUSED}, &who), ERR_DENIED);
}

static void older_ones_follow(void **state)
{
    struct bench *b = *state;
    struct err e = {0};
    int64_t done = 0;
    struct viewer program = VIEWER_SYSTEM;
    struct case_identity who = {0};
    struct vault_doing d = {b->store, &b->arena, &program, {1700000000000}};
    assert_true(text_of(b, b->key).who.name.n); /* before: the server's key */
    name_holder(b, LEADER);
    name_holder(b, OFFICER);
    check(case_vault_old(&d, &b->world, OFFICE, &done, &e), &e);
    assert_int_equal(done, 2); /* and the matter of protection */
    assert_int_equal(text_of(b, b->key).who.name.n, 0);
    assert_true(text_of(b, b->protection).who_vaulted);
    assert_int_equal(opens(b, b->key, &(struct try){.who = LEADER}, &who), ERR_NONE);
    assert_true(str_is(who.name, "An"));
    assert_int_equal(acts_of(b, b->key, "identity_vault"), 1);
    check(case_vault_old(&d, &b->world, OFFICE, &done, &e), &e);
    assert_int_equal(done, 0);
}

/* The office goes on without the name: protection and forwarding carry no identity. */
static void work_goes_on(void **state)
{
    struct bench *b = *state;
    struct err e = {0};
    name_holder(b, LEADER);
    name_holder(b, OFFICER);
    b->key = make_one(b);
    struct call protect = {.b = b, .viewer = {.track_office = OFFICE, .track_case = b->key.case_id}, .key = b->key,
                           .deed = {.action = STR("protect"), .text = STR("They threaten me.")}};
    check(store_run(b->store, deed_command, &protect, &e), &e);
    struct case_text t = text_of(b, (struct case_key){OFFICE, b->key.case_id + 1});
    assert_true(t.who_elsewhere && !t.who.name.n);
}

/* A disabled account: no opening, then no key, even as one of the last two; nothing is sealed to one alone. */
static void who_leaves_loses_the_key(void **state)
{
    struct bench *b = *state;
    struct err e = {0};
    int64_t ended = -1;
    struct viewer program = VIEWER_SYSTEM;
    struct case_identity who = {0};
    struct vault_doing d = {b->store, &b->arena, &program, {1784000000000}};
    struct people_doing p = {b->people, &b->arena, &program, {1784000000000}};
    name_holder(b, LEADER);
    name_holder(b, ACCUSED);
    struct case_key key = make_one(b);
    check(case_holders_sweep(&d, &ended, &e), &e);
    assert_int_equal(ended, 0);
    check(people_disable(&p, STR("accused"), true, &e), &e);
    check(case_holders_sweep(&d, &ended, &e), &e);
    assert_int_equal(ended, 1);
    assert_int_equal(opens(b, key, &(struct try){.who = ACCUSED}, &who), ERR_DENIED);
    assert_int_equal(opens(b, key, &(struct try){.who = LEADER}, &who), ERR_NONE);
    assert_false(text_of(b, make_one(b)).who_vaulted); /* until there are two again */
}

/* What was sealed before there were marks and keys of files opens still. */
static void what_was_sealed_before_opens(void **state)
{
    struct bench *b = *state;
    struct err e = {0};
    struct case_text t = {0};
    struct case_identity who = {0};
    struct case_file f = {.file_no = 2};
    const struct str old = STR("5:Title4:Body0:2:An0:4:09010:0:0:");
    struct str sealed;
    check(case_seal_string(&b->arena, b->keys, b->key, old, &sealed, &e) &&
          case_unseal_text(&b->arena, b->keys, b->key, sealed, &t, &e), &e);
    assert_true(str_is(t.title, "Title") && str_is(t.who.name, "An") && str_is(t.who.phone, "0901") && !t.who.marked.n);
    check(case_unpack_identity(STR("2:An0:4:09010:0:0:"), &who, &e), &e);
    assert_true(str_is(who.name, "An") && !who.files.n);
    t.who.marked = STR("I keep the books there");
    t.who.files = STR("1 aa one.pdf\n2 bb her letter.pdf\n");
    check(case_seal_text(&b->arena, b->keys, b->key, &t, &sealed, &e) &&
          case_unseal_text(&b->arena, b->keys, b->key, sealed, &t, &e), &e);
    assert_true(str_is(t.who.marked, "I keep the books there") && case_file_key(t.who, &f));
    assert_true(str_is(f.key, "bb") && str_is(f.name, "her letter.pdf"));
    f.file_no = 3;
    assert_false(case_file_key(t.who, &f));
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_bench, close_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {T(holders_open_and_the_server_does_not), T(no_reason_no_right_no_opening),
                                       T(wrong_secrets_are_slowed_then_locked), T(two_together), T(older_ones_follow),
                                       T(work_goes_on), T(what_was_sealed_before_opens), T(who_leaves_loses_the_key)};
    crypt_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
