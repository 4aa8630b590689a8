// SPDX-License-Identifier: AGPL-3.0-or-later
/* The work on a review: who may do what, what must be explained, that nothing frozen is ever changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "features/acts/acts.h"
#include "features/review/review_text.h"
#include "features/review/review_work.h"
#include "platform/assets/assets.h"
#include "platform/i18n/i18n.h"
#include "platform/store/test_database.h"

static const int64_t office = 202522275901, province = 202510005601;

struct base {
    struct arena a;
    char dir[64];
    struct store *s;
    struct rulebook *rules;
    struct case_world world;
    struct viewer who;
    int64_t no;
};

static void check(bool ok, const struct err *e)
{
    if (!ok)
        fail_msg("%s %s: %s", err_word(e->code), e->msg, e->detail);
}

static struct day date(int y, int m, int d)
{
    struct day day;
    assert_true(day_of(y, m, d, &day));
    return day;
}

static void migrate(struct base *b)
{
    static const struct migration_file *const lists[] = {acts_migrations, units_migrations, review_migrations};
    struct migration list[32];
    struct err e;
    size_t n = 0;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        for (const struct migration_file *m = lists[i]; m->name; m++) {
            const struct asset *file = asset_find(str_of(m->asset));
            assert_non_null(file);
            list[n++] = (struct migration){m->name, file->bytes.p, file->bytes.n};
        }
    }
    check(store_migrate(b->s, list, n, &e), &e);
}

static int set_up(void **state)
{
    struct base *b = calloc(1, sizeof *b);
    struct rule_file *files;
    struct strbuf problems;
    struct err e;
    size_t n;
    arena_init(&b->a);
    i18n_init();
    memcpy(b->dir, "/tmp/dinh-review-XXXXXX", 24);
    assert_non_null(mkdtemp(b->dir));
    check(store_open(&(struct store_options){.url = test_database(&b->a, b->dir, "db")}, &b->s, &e), &e);
    migrate(b);
    check(units_load_embedded(b->s, STR("vn"), instant_of(date(2026, 1, 1), 600, 420), &e), &e);
    strbuf_init(&problems, &b->a, 1 << 16);
    rules_embedded(&b->a, STR("vn"), &files, &n);
    check(rulebook_load(&b->a, files, n, &b->rules, &problems, &e), &e);
    b->world = (struct case_world){.rules = b->rules, .zone_minutes = 420, .today = date(2026, 6, 16)};
    b->who = (struct viewer){.user_id = 7, .name = STR("The head"), .grants_n = 1};
    b->who.grants[0] = (struct grant){.office_id = office, .roles = ROLE_LEADER};
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct base *b = *state;
    static const char *const files[] = {"db", "db-wal", "db-shm"};
    store_close(b->s);
    for (int i = 0; i < 3; i++)
        unlink(str_printf(&b->a, "%s/%s", b->dir, files[i]).p);
    rmdir(b->dir);
    arena_done(&b->a);
    free(b);
    return 0;
}

/* ---- commands ---- */

struct running {
    struct base *b;
    const struct review_order *order;
    const struct review_saying *saying;
    const struct review_freezing *freezing;
    const struct review_entry *entry;
    const struct review_writing *writing;
};

static bool run_it(struct tx *tx, void *arg, struct err *e)
{
    struct running *x = arg;
    struct case_doing d = {tx, &x->b->world, &x->b->who, instant_of(x->b->world.today, 600, 420)};
    return x->order    ? review_prepare(&d, x->order, &x->b->no, e)
           : x->saying ? review_say(&d, x->saying, e)
           : x->entry  ? review_enter(&d, x->entry, e)
           : x->writing ? review_write(&d, x->writing, e)
                       : review_freeze(&d, x->freezing, e);
}

/* NULL when it was done, else the message. */
static const char *try(struct base *b, struct running x)
{
    struct err e;
    x.b = b;
    return store_run(b->s, run_it, &x, &e) ? NULL : e.msg;
}

static void is(const char *got, const char *wanted)
{
    if ((got || wanted) && (!got || !wanted || strcmp(got, wanted) != 0))
        fail_msg("%s instead of %s", got ? got : "done", wanted ? wanted : "done");
}

static struct review_order half_year(const char *reason)
{
    return (struct review_order){.office_id = office, .from = date(2025, 12, 15), .to = date(2026, 6, 14), .send_by = date(2026, 6, 17),
                                 .period = STR("2026-H1"), .reason = str_of(reason)};
}

static const char *prepare(struct base *b, const char *reason)
{
    struct review_order o = half_year(reason);
    return try(b, (struct running){.order = &o});
}

static const char *say(struct base *b, const char *text)
{
    struct review_saying s = {office, b->no, STR("02/XLD"), STR("2<=1"), str_of(text)};
    return try(b, (struct running){.saying = &s});
}

static const char *write_text(struct base *b, struct str report, struct str section, const char *body, const char *reason)
{
    struct review_writing w = {office, date(2025, 12, 15), date(2026, 6, 14), report, section, str_of(body), str_of(reason)};
    return try(b, (struct running){.writing = &w});
}

/* Every section of both texts of the half-year. */
static void write_all(struct base *b)
{
    const struct rule_report_line *v;
    size_t n;
    rulebook_report(b->rules, &v, &n);
    for (size_t i = 0; i < n; i++) {
        if (v[i].kind == REPORT_WRITE)
            is(write_text(b, v[i].report, v[i].id, "As it is", ""), NULL);
    }
}

/* One form, whose column 2 is larger than column 1. */
static const char *freeze(struct base *b, struct day as_of, int64_t second)
{
    const struct rule_form *form = rulebook_form(b->rules, STR("02/XLD"));
    bool *holds = arena_array(&b->a, bool, form->checks_n);
    struct review v = {.form = form, .from = date(2025, 12, 15), .to = date(2026, 6, 14), .as_of = as_of, .holds = holds};
    v.total.cells[1] = 5;
    v.total.cells[2] = second;
    for (size_t i = 0; i < form->checks_n; i++)
        holds[i] = !str_is(form->checks[i].text, "2<=1") || second <= 5;
    struct review_made made = {.set = {&v, 1}, .bytes = str_printf(&b->a, "bytes %lld", (long long)second), .as_of = as_of};
    struct review_freezing f = {office, b->no, &made, STR("")};
    return try(b, (struct running){.freezing = &f});
}

static void be(struct base *b, int64_t in, uint32_t roles)
{
    b->who.grants[0] = (struct grant){.office_id = in, .roles = roles};
}

static void look(struct base *b, struct case_look *l)
{
    struct err e;
    *l = (struct case_look){.arena = &b->a, .world = &b->world, .viewer = &b->who};
    check(store_read(b->s, &b->a, &l->rd, &e), &e);
}

/* ---- tests ---- */

static void each_step_asks_for_its_right(void **state)
{
    struct base *b = *state;
    be(b, province, ROLE_LEADER);
    is(prepare(b, ""), "err.denied");
    be(b, office, ROLE_SUPERVISOR | ROLE_STEERING);
    is(prepare(b, ""), "err.denied");
    be(b, office, ROLE_SETTLING);
    is(prepare(b, ""), NULL);
    is(freeze(b, date(2026, 6, 15), 5), "err.denied");
    be(b, office, ROLE_SUPERVISOR);
    is(say(b, "x"), "err.denied");
    be(b, office, ROLE_LEADER);
}

static void a_period_must_have_ended(void **state)
{
    struct base *b = *state;
    is(prepare(b, ""), NULL);
    is(freeze(b, date(2026, 6, 13), 5), "err.review.early");
    is(freeze(b, date(2026, 6, 16), 5), "err.review.early"); /* today is not over */
}

static size_t missing(struct base *b, const char *report)
{
    struct rule_period p;
    struct case_look l;
    struct err e;
    size_t n;
    assert_true(rulebook_period(b->rules, &b->a, STR("2026-H1"), &p));
    look(b, &l);
    check(review_texts_missing(&l, office, &p, str_of(report), &n, &e), &e);
    store_read_end(l.rd);
    return n;
}

static void sections_must_be_written(void **state)
{
    struct base *b = *state;
    size_t all = missing(b, "");
    is(freeze(b, date(2026, 6, 15), 5), "err.review.unwritten");
    is(write_text(b, STR("petitions"), STR("no_such"), "x", ""), "err.not_found");
    be(b, office, ROLE_SUPERVISOR);
    is(write_text(b, STR("petitions"), STR("causes"), "x", ""), "err.denied");
    be(b, office, ROLE_LEADER);
    is(write_text(b, STR("petitions"), STR("causes"), "Rain", ""), NULL);
    assert_int_equal(missing(b, ""), all - 1);
    is(write_text(b, STR("petitions"), STR("causes"), "", ""), NULL); /* taken back */
    assert_int_equal(missing(b, ""), all);
    assert_int_equal(missing(b, "petitions") + missing(b, "democracy"), all);
    is(freeze(b, date(2026, 6, 15), 5), "err.review.unwritten");
    write_all(b);
    assert_int_equal(missing(b, ""), 0);
}

static void a_failed_check_needs_a_text(void **state)
{
    struct base *b = *state;
    is(freeze(b, date(2026, 6, 15), 6), "err.review.unexplained");
    is(say(b, "  "), NULL);
    is(freeze(b, date(2026, 6, 15), 6), "err.review.unexplained");
    is(say(b, "Two were registered twice"), NULL);
    is(say(b, ""), NULL); /* taken back */
    is(freeze(b, date(2026, 6, 15), 6), "err.review.unexplained");
    is(say(b, "Two were registered twice"), NULL);
    is(freeze(b, date(2026, 6, 15), 6), NULL);
}

static void what_is_frozen_stays(void **state)
{
    struct base *b = *state;
    struct case_look l;
    struct review_sheets list;
    struct str first, again;
    struct err e;
    is(freeze(b, date(2026, 6, 15), 5), "err.review.frozen");
    is(say(b, "Something else"), "err.review.frozen");
    is(prepare(b, ""), "err.review.reason");
    is(write_text(b, STR("petitions"), STR("causes"), "Something else", ""), "err.review.reason");
    is(write_text(b, STR("petitions"), STR("causes"), "As it is", ""), NULL); /* changes nothing */
    is(prepare(b, "One was left out"), NULL);
    is(write_text(b, STR("petitions"), STR("causes"), "Something else", ""), NULL); /* while it is corrected */
    is(freeze(b, date(2026, 6, 15), 4), NULL);
    look(b, &l);
    struct review_order o = half_year("");
    check(review_versions(&l, &o, &list, &e), &e);
    assert_int_equal(list.n, 2);
    assert_true(list.v[0].frozen && list.v[1].frozen && list.v[0].version == 2);
    assert_true(str_is(list.v[1].number, "22759-2026-R0001") && str_is(list.v[0].number, "22759-2026-R0002"));
    assert_true(str_is(list.v[0].reason, "One was left out") && str_is(list.v[0].signer, "The head"));
    check(review_content(&l, &list.v[1], &first, &e) && review_content(&l, &list.v[0], &again, &e), &e);
    assert_true(str_is(first, "bytes 6") && str_is(again, "bytes 4"));
    struct digest d = digest_of(first.p, first.n);
    assert_true(digest_eq(&d, &list.v[1].digest));
    store_read_end(l.rd);
}

static void figures_of_each_version_are_kept(void **state)
{
    struct base *b = *state;
    struct case_look l;
    struct review_sheet s;
    struct review_set set;
    struct err e;
    look(b, &l);
    for (int64_t no = 1; no <= 2; no++) {
        check(review_sheet(&l, office, no, &s, &e) && review_stored(&l, &s, &set, &e), &e);
        for (size_t i = 0; i < set.n; i++) {
            if (str_is(set.v[i].form->id, "02/XLD"))
                assert_int_equal(set.v[i].total.cells[2], no == 1 ? 6 : 4);
        }
    }
    store_read_end(l.rd);
}

static const char *enter(struct base *b, const char *form, int64_t column, int64_t figure)
{
    struct review_entry x = {.office_id = office, .from = date(2025, 12, 15), .to = date(2026, 6, 14), .form = str_of(form),
                             .column = column, .figure = figure};
    return try(b, (struct running){.entry = &x});
}

static void what_no_record_gives_is_entered(void **state)
{
    struct base *b = *state;
    struct case_look l;
    struct review_entries list;
    struct err e;
    struct review_question q = {.office_id = office, .from = date(2025, 12, 15), .to = date(2026, 6, 14), .as_of = b->world.today};
    is(enter(b, "02/XLD", 1, 5), "err.review.derived");
    is(enter(b, "06/QLKNTC", 1, -1), "err.review.figure");
    be(b, office, ROLE_SUPERVISOR);
    is(enter(b, "06/QLKNTC", 1, 5), "err.denied");
    be(b, office, ROLE_RECEPTION);
    is(enter(b, "06/QLKNTC", 1, 5), NULL);
    is(enter(b, "06/QLKNTC", 1, 5), NULL); /* adds nothing */
    is(enter(b, "06/QLKNTC", 1, 7), NULL);
    look(b, &l);
    check(review_entries(&l, &q, &list, &e), &e);
    assert_int_equal(list.n, 1);
    assert_int_equal(list.v[0].figure, 7);
    assert_int_equal(list.v[0].entry_no, 2);
    assert_true(str_is(list.v[0].author, "The head"));
    q.entries_upto = 1; /* what an earlier review took in */
    check(review_entries(&l, &q, &list, &e), &e);
    assert_int_equal(list.v[0].figure, 5);
    q.entries_upto = 0;
    q.as_of = day_add(b->world.today, -1);
    check(review_entries(&l, &q, &list, &e), &e);
    assert_int_equal(list.n, 0);
    store_read_end(l.rd);
    be(b, office, ROLE_LEADER);
}

static void the_province_sees_who_has_sent(void **state)
{
    struct base *b = *state;
    struct case_look l;
    struct review_senders list;
    struct err e;
    struct review_order o = half_year("");
    o.office_id = province;
    be(b, office, ROLE_LEADER);
    look(b, &l);
    assert_false(review_senders(&l, &o, &list, &e)); /* not hers */
    be(b, province, ROLE_STEERING);
    check(review_senders(&l, &o, &list, &e), &e);
    assert_int_equal(list.sent, 1);
    assert_int_equal(list.late, 0);
    assert_true(list.n > 60);
    b->world.today = date(2026, 6, 18);
    check(review_senders(&l, &o, &list, &e), &e);
    assert_int_equal(list.late, list.n - 1);
    store_read_end(l.rd);
}

static void nobody_else_knows_of_it(void **state)
{
    struct base *b = *state;
    struct case_look l;
    struct review_sheet s;
    struct err e;
    be(b, province, ROLE_LEADER);
    look(b, &l);
    assert_false(review_sheet(&l, office, 1, &s, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    store_read_end(l.rd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_step_asks_for_its_right),
        cmocka_unit_test(a_period_must_have_ended),
        cmocka_unit_test(sections_must_be_written),
        cmocka_unit_test(a_failed_check_needs_a_text),
        cmocka_unit_test(what_is_frozen_stays),
        cmocka_unit_test(figures_of_each_version_are_kept),
        cmocka_unit_test(what_no_record_gives_is_entered),
        cmocka_unit_test(the_province_sees_who_has_sent),
        cmocka_unit_test(nobody_else_knows_of_it),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
