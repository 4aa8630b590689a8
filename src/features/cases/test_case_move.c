// SPDX-License-Identifier: AGPL-3.0-or-later
/* A petition that turns out to be a denunciation: what becomes of its row, of those beside it, of the chain of acts. */
#include "features/cases/case_move.h"
#include "features/cases/case_rows.h"
#include "features/cases/test_denounce_bench.h"

static const char words[] = "The clerk Krixtandu keeps the money of the pump house for himself";

static bool hand_in(struct tx *tx, void *arg, struct err *e)
{
    struct call *c = arg;
    struct viewer public = VIEWER_PUBLIC;
    struct case_doing d = {tx, &c->b->world, &public, instant_of(c->b->world.today, 9 * 60, 420)};
    struct case_new in = {.office_id = c->deed.to_office, .office_code = STR("22366"), .procedure = STR("feedback"), .channel = STR("web"),
                          .petitioner = STR("individual"), .people = 1, .received = c->b->world.today,
                          .text = {.title = STR("The pump house"), .body = str_of(words),
                                   .who = {.name = STR("An"), .phone = STR("0901 234 567")}},
                          .code_hash = digest_of("code", 4)};
    return case_register(&d, &in, &c->made, e);
}

static struct case_key feedback_at(struct bench *b, int64_t office)
{
    struct err e = {0};
    struct call c = {.b = b, .deed = {.to_office = office}};
    check(store_run(b->store, hand_in, &c, &e), &e);
    return c.made;
}

static enum err_code does(struct bench *b, int who, struct case_key key, struct case_deed deed, struct case_key *ret)
{
    struct err e = {0};
    struct call c = {.b = b, .viewer = account(b, who), .key = key, .deed = deed};
    bool good = store_run(b->store, deed_command, &c, &e);
    if (ret)
        *ret = c.made;
    return good ? ERR_NONE : e.code;
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

static bool chain_is_sound(struct bench *b)
{
    struct err e = {0};
    struct rd *rd;
    struct strbuf report;
    int64_t n;
    bool sound = false;
    strbuf_init(&report, &b->arena, 1 << 16);
    check(store_read(b->store, &b->arena, &rd, &e) && acts_check(rd, &report, &n, &sound, &e), &e);
    store_read_end(rd);
    return sound;
}

static int64_t count_of(struct bench *b, struct sql sql)
{
    struct err e = {0};
    struct rd *rd;
    int64_t n = 0;
    check(store_read(b->store, &b->arena, &rd, &e) && store_one_int(rd, sql, NO_VALS, &n, &e), &e);
    store_read_end(rd);
    return n;
}

static void it_begins_anew_as_a_denunciation(void **state)
{
    struct bench *b = *state;
    struct case_key key = feedback_at(b, OFFICE);
    struct case_deed assign = {.action = STR("assign"), .assignee = b->accounts[OFFICER]};
    assert_int_equal(does(b, COLLEAGUE, key, assign, NULL), ERR_NONE);
    struct case_facts before = facts_of(b, key);
    assert_int_equal(does(b, OFFICER, key, (struct case_deed){.action = STR("seal"), .note = STR("An wrote it")}, NULL), ERR_NONE);
    struct case_facts c = facts_of(b, key);
    assert_true(str_is(c.procedure, "denunciation") && str_is(c.kind, "denunciation") && c.sealed && str_is(c.state, "received"));
    assert_true(str_is(c.step, "check") && c.received.n == before.received.n && str_eq(c.number, before.number));
    assert_true(!c.text_id && !c.title.n && !c.assigned_to && day_is_none(c.handled) && c.eligible == -1);
    assert_int_equal(does(b, OFFICER, key, (struct case_deed){.action = STR("classify")}, NULL), ERR_DENIED); /* out of her hand */
    assert_int_equal(does(b, COLLEAGUE, key, (struct case_deed){.action = STR("seal")}, NULL), ERR_CONFLICT);
    assign.assignee = b->accounts[LEADER];
    assert_int_equal(does(b, COLLEAGUE, key, assign, NULL), ERR_NONE);
    assert_true(chain_is_sound(b));
    assert_int_equal(count_of(b, SQL("SELECT count(*) FROM jobs WHERE kind = 'cases.scrub'")), 1);
}

/* Sent on from the office above: there it is sealed too, and nobody below sees more of it than before. */
static void what_it_came_from_goes_with_it(void **state)
{
    struct bench *b = *state;
    struct case_key far = feedback_at(b, SUPERIOR), here, other = feedback_at(b, OFFICE);
    struct case_deed on = {.action = STR("forward"), .to_office = OFFICE, .to_office_code = STR("22366")};
    struct viewer above = account(b, ABOVE);
    assert_int_equal(does(b, ABOVE, far, on, &here), ERR_NONE);
    assert_true(here.office_id == OFFICE && viewer_may(&above, SUPERIOR, ROLE_LEADER));
    assert_int_equal(does(b, COLLEAGUE, here, (struct case_deed){.action = STR("seal")}, NULL), ERR_NONE);
    struct case_facts there = facts_of(b, far);
    assert_true(there.sealed && str_is(there.procedure, "feedback") && str_is(there.state, "forwarded") && !there.title.n);
    assert_false(facts_of(b, other).sealed);
    assert_int_equal(count_of(b, SQL("SELECT count(*) FROM case_texts WHERE body LIKE '%Krixtandu%'")), 1);
    assert_true(chain_is_sound(b));
}

static bool tamper(struct tx *tx, void *arg, struct err *e)
{
    switch (*(int *)arg) {
    case 0: return store_exec(tx, SQL("UPDATE acts SET note = 'x' WHERE forgotten > 0"), NO_VALS, NULL, e);
    case 1: return store_exec(tx, SQL("UPDATE acts SET actor = 'x' WHERE forgotten > 0"), NO_VALS, NULL, e);
    case 2: return store_exec(tx, SQL("UPDATE acts SET forgotten = 0 WHERE forgotten > 0"), NO_VALS, NULL, e);
    case 3: return store_exec(tx, SQL("UPDATE acts SET forgotten = forgotten + 1 WHERE forgotten > 0"), NO_VALS, NULL, e);
    case 4: return store_exec(tx, SQL("UPDATE acts SET basis = 'act=1' WHERE verb = 'forget'"), NO_VALS, NULL, e);
    default: return store_exec(tx, SQL("UPDATE acts SET note = '', forgotten = 1 WHERE act_id = 1"), NO_VALS, NULL, e);
    }
}

/* A note that is gone by the command is no break in the chain; anything else is. */
static void only_a_note_can_go(void **state)
{
    struct bench *b = *state;
    for (int i = 0; i < 6; i++) {
        struct err e = {0};
        if (i) {
            assert_int_equal(close_bench(state), 0);
            assert_int_equal(open_bench(state), 0);
            b = *state;
        }
        struct case_key key = feedback_at(b, OFFICE);
        struct case_deed noted = {.action = STR("assign"), .assignee = b->accounts[OFFICER], .note = STR("About An and her pump")};
        assert_int_equal(does(b, COLLEAGUE, key, noted, NULL), ERR_NONE);
        assert_int_equal(does(b, COLLEAGUE, key, (struct case_deed){.action = STR("seal")}, NULL), ERR_NONE);
        assert_int_equal(count_of(b, SQL("SELECT count(*) FROM acts WHERE note LIKE '%pump%'")), 0);
        assert_true(count_of(b, SQL("SELECT count(*) FROM acts WHERE forgotten > 0")) > 0);
        assert_true(chain_is_sound(b));
        check(store_run(b->store, tamper, &i, &e), &e);
        if (chain_is_sound(b))
            fail_msg("tampering %d was not seen", i);
    }
}

static size_t likes_of(struct bench *b, struct viewer v, struct case_likenesses *ret)
{
    struct err e = {0};
    struct rd *rd;
    struct case_new in = {.office_id = OFFICE, .text = {.title = STR("The pump house"), .body = str_of(words)}};
    check(store_read(b->store, &b->arena, &rd, &e), &e);
    struct case_look l = {rd, &b->arena, &b->world, &v};
    check(case_duplicates(&l, &in, ret, &e), &e);
    store_read_end(rd);
    return ret->n;
}

/* The same handed in elsewhere too is told by its number, without a word of it; nothing of what is sealed. */
static void the_same_elsewhere_is_told_by_number(void **state)
{
    struct bench *b = *state;
    struct case_likenesses likes = {0};
    struct viewer nobody = VIEWER_PUBLIC;
    struct case_key far = feedback_at(b, SUPERIOR);
    assert_int_equal(likes_of(b, account(b, COLLEAGUE), &likes), 1);
    assert_true(likes.v[0].office.n && likes.v[0].facts.number.n && !likes.v[0].facts.title.n && likes.v[0].share == 100);
    assert_int_equal(likes_of(b, nobody, &likes), 0);
    assert_int_equal(likes_of(b, account(b, ABOVE), &likes), 1);
    assert_true(!likes.v[0].office.n && str_is(likes.v[0].facts.title, "The pump house"));
    assert_int_equal(does(b, ABOVE, far, (struct case_deed){.action = STR("seal")}, NULL), ERR_NONE);
    assert_int_equal(likes_of(b, account(b, COLLEAGUE), &likes), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_bench, close_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {T(it_begins_anew_as_a_denunciation), T(what_it_came_from_goes_with_it), T(only_a_note_can_go),
                                       T(the_same_elsewhere_is_told_by_number)};
    crypt_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
