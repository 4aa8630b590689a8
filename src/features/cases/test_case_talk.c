// SPDX-License-Identifier: AGPL-3.0-or-later
/* She and the office write to each other: without a name, an hour, or a line in the clear. */
#include "features/cases/case_talk.h"
#include "features/cases/test_denounce_bench.h"
#include "platform/store/test_database.h"

static const char secret_words[] = "Papaya lantern behind the communal house";

struct saying {
    struct bench *b;
    struct viewer viewer;
    struct case_key key;
    struct str text;
    bool heard;
};

static bool say_command(struct tx *tx, void *arg, struct err *e)
{
    struct saying *x = arg;
    struct case_doing d = {tx, &x->b->world, &x->viewer, instant_of(x->b->world.today, 9 * 60 + 41, 420)};
    return x->heard ? case_heard(&d, x->key, e) : case_say(&d, x->key, x->text, e);
}

static struct viewer she(const struct bench *b)
{
    return (struct viewer){.track_office = b->key.office_id, .track_case = b->key.case_id};
}

static enum err_code says(struct bench *b, struct viewer v, const char *text)
{
    struct err e = {0};
    struct saying x = {b, v, b->key, str_of(text), false};
    return store_run(b->store, say_command, &x, &e) ? ERR_NONE : e.code;
}

static enum err_code hears(struct bench *b, struct viewer v)
{
    struct err e = {0};
    struct saying x = {b, v, b->key, {0}, true};
    return store_run(b->store, say_command, &x, &e) ? ERR_NONE : e.code;
}

static enum err_code reads(struct bench *b, struct viewer v, struct case_talk *ret)
{
    struct err e = {0};
    struct rd *rd;
    struct case_facts c;
    check(store_read(b->store, &b->arena, &rd, &e), &e);
    struct case_look l = {rd, &b->arena, &b->world, &v};
    bool good = case_get(&l, b->key, &c, &e) && case_talk(&l, &c, ret, &e);
    store_read_end(rd);
    return good ? ERR_NONE : e.code;
}

static size_t waiting(struct bench *b, int who)
{
    struct err e = {0};
    struct rd *rd;
    int64_t *ids;
    size_t n = 0;
    struct viewer v = account(b, who);
    check(store_read(b->store, &b->arena, &rd, &e), &e);
    struct case_look l = {rd, &b->arena, &b->world, &v};
    check(case_talk_waiting(&l, OFFICE, &ids, &n, &e), &e);
    store_read_end(rd);
    return n;
}

static void both_ways(void **state)
{
    struct bench *b = *state;
    struct case_talk t = {0};
    assert_int_equal(says(b, she(b), secret_words), ERR_NONE);
    assert_int_equal(waiting(b, LEADER), 1);
    assert_int_equal(reads(b, account(b, LEADER), &t), ERR_NONE);
    assert_int_equal(t.n, 1);
    assert_true(t.v[0].hers && t.v[0].waits && str_is(t.v[0].body, secret_words) && t.may_write);
    assert_int_equal(says(b, account(b, LEADER), "Where was it?"), ERR_NONE);
    assert_int_equal(waiting(b, LEADER), 0);
    assert_int_equal(reads(b, account(b, LEADER), &t), ERR_NONE);
    assert_true(t.n == 2 && str_is(t.v[1].name, "leader") && !t.v[0].waits);
    assert_int_equal(reads(b, she(b), &t), ERR_NONE);
    assert_true(t.n == 2 && !t.v[1].hers && str_is(t.v[1].body, "Where was it?"));
    assert_int_equal(t.v[1].name.n, 0); /* the office speaks, not a person */
}

static void only_those_who_may(void **state)
{
    struct bench *b = *state;
    struct case_talk t = {0};
    struct viewer nobody = VIEWER_PUBLIC;
    accuse(b, ACCUSED, OFFICE, false);
    assert_int_equal(says(b, she(b), secret_words), ERR_NONE);
    assert_int_equal(reads(b, account(b, ACCUSED), &t), ERR_NOT_FOUND);
    assert_int_equal(says(b, account(b, ACCUSED), "Who are you?"), ERR_NOT_FOUND);
    assert_int_equal(says(b, account(b, OFFICER), "Who are you?"), ERR_NOT_FOUND); /* not in her hand */
    assert_int_equal(says(b, nobody, "Let me in"), ERR_NOT_FOUND);
    assert_int_equal(hears(b, she(b)), ERR_DENIED);
    assert_int_equal(hears(b, account(b, LEADER)), ERR_NONE);
    assert_int_equal(waiting(b, LEADER), 0);
}

static void limits(void **state)
{
    struct bench *b = *state;
    char *long_text = malloc(CASE_MESSAGE_MAX + 2);
    assert_non_null(long_text);
    memset(long_text, 'x', CASE_MESSAGE_MAX + 1);
    long_text[CASE_MESSAGE_MAX + 1] = 0;
    assert_int_equal(says(b, she(b), "  \n "), ERR_BAD_INPUT);
    assert_int_equal(says(b, she(b), long_text), ERR_BAD_INPUT);
    assert_int_equal(says(b, she(b), long_text + 1), ERR_NONE);
    for (int i = 1; i < CASE_TALK_UNSEEN; i++)
        assert_int_equal(says(b, she(b), "And another thing."), ERR_NONE);
    assert_int_equal(says(b, she(b), "One too many."), ERR_BAD_INPUT);
    assert_int_equal(hears(b, account(b, LEADER)), ERR_NONE);
    assert_int_equal(says(b, she(b), "Again."), ERR_NONE);
    free(long_text);
}

/* Her acts and her matter carry the day and no hour; the office's carry theirs. */
static void no_hour_of_hers(void **state)
{
    struct bench *b = *state;
    struct err e = {0};
    struct rd *rd;
    struct act_list list = {0};
    int64_t midnight = instant_of(b->world.today, 0, 420).ms;
    assert_int_equal(says(b, she(b), secret_words), ERR_NONE);
    assert_int_equal(says(b, account(b, LEADER), "Thank you."), ERR_NONE);
    const struct act_query q = {b->key.office_id, "case", b->key.case_id, false};
    check(store_read(b->store, &b->arena, &rd, &e) && act_list(rd, &b->arena, &q, &list, &e), &e);
    store_read_end(rd);
    assert_true(list.n >= 4);
    for (size_t i = 0; i < list.n; i++)
        assert_true(list.v[i].actor_id ? list.v[i].at.ms > midnight : list.v[i].at.ms == midnight);
}

/* A file of the database that holds the words. */
static bool stands_in_files(struct bench *b, const char *words)
{
    bool found = false;
    for (int i = 0; i < 2; i++) {
        FILE *f = fopen(str_printf(&b->arena, "%s/dinh.db%s", b->dir, i ? "-wal" : "").p, "rb");
        if (!f)
            continue;
        char *bytes = malloc(1 << 24);
        assert_non_null(bytes);
        size_t n = fread(bytes, 1, 1 << 24, f), at;
        found |= str_find((struct str){bytes, n}, str_of(words), &at);
        free(bytes);
        fclose(f);
    }
    return found;
}

static void nothing_in_the_clear(void **state)
{
    struct bench *b = *state;
    if (test_postgres())
        skip(); /* its files are the server's: tests/postgres looks into them */
    assert_int_equal(says(b, she(b), secret_words), ERR_NONE);
    assert_int_equal(says(b, account(b, LEADER), "Quince marmalade at seven"), ERR_NONE);
    assert_true(stands_in_files(b, "case_messages")); /* the search finds what is there */
    assert_false(stands_in_files(b, "Papaya lantern"));
    assert_false(stands_in_files(b, "Quince marmalade"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_bench, close_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {T(both_ways), T(only_those_who_may), T(limits), T(no_hour_of_hers), T(nothing_in_the_clear)};
    crypt_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
