// SPDX-License-Identifier: AGPL-3.0-or-later
/* The law of receiving people, row by row, on a database of its own: R01 to R09
 * of the rulebook's reception rows, and how matters are counted once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "features/facts/facts.h"
#include "features/reception/reception_rows.h"
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
    struct viewer officer;
    int64_t no; /* of what the last command made */
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

static struct migration migration_of(const struct migration_file *m)
{
    const struct asset *file = asset_find(str_of(m->asset));
    assert_non_null(file);
    return (struct migration){m->name, file->bytes.p, file->bytes.n};
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
    memcpy(b->dir, "/tmp/dinh-reception-XXXXXX", 27);
    assert_non_null(mkdtemp(b->dir));
    check(store_open(&(struct store_options){.url = test_database(&b->a, b->dir, "db")}, &b->s, &e), &e);
    const struct migration list[] = {migration_of(&acts_migrations[0]), migration_of(&acts_migrations[1]),
                                     migration_of(&acts_migrations[2]), migration_of(&reception_migrations[0])};
    check(store_migrate(b->s, list, sizeof list / sizeof *list, &e), &e);
    strbuf_init(&problems, &b->a, 1 << 16);
    rules_embedded(&b->a, STR("vn"), &files, &n);
    check(rulebook_load(&b->a, files, n, &b->rules, &problems, &e), &e);
    b->world = (struct case_world){.rules = b->rules, .zone_minutes = 420, .today = date(2026, 7, 6)};
    b->officer = (struct viewer){.user_id = 7, .name = STR("Officer"), .grants_n = 2};
    b->officer.grants[0] = (struct grant){.office_id = office, .roles = ROLE_RECEPTION};
    b->officer.grants[1] = (struct grant){.office_id = province, .roles = ROLE_RECEPTION};
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
    const struct reception_day *post;
    const struct reception_change *change;
    const struct reception_new *visit;
    const struct reception_deed *deed;
};

static bool run_it(struct tx *tx, void *arg, struct err *e)
{
    struct running *x = arg;
    struct base *b = x->b;
    struct case_doing d = {tx, &b->world, &b->officer, instant_of(b->world.today, 600, 420)};
    return x->post     ? reception_post(&d, x->post, &b->no, e)
           : x->change ? reception_change(&d, x->change, e)
           : x->visit  ? reception_register(&d, x->visit, &b->no, e)
                       : reception_do(&d, x->deed, e);
}

static const char *try(struct base *b, struct running x)
{
    struct err e = {0};
    x.b = b;
    return store_run(b->s, run_it, &x, &e) ? "" : e.msg;
}

static struct reception_day thursday(struct day on)
{
    return (struct reception_day){.office_id = office, .planned = on, .kind = STR("periodic"), .leader = STR("The head"),
                                  .starts = STR("07:30"), .ends = STR("11:30"), .place = STR("Room 1"), .places = 2};
}

static const char *post(struct base *b, struct reception_day day)
{
    return try(b, (struct running){.post = &day});
}

static struct reception_new who_came(struct base *b, const char *kind)
{
    return (struct reception_new){.office_code = STR("22759"), .visit = {
        .office_id = office, .day = b->world.today, .kind = str_of(kind), .people = 1, .name = STR("A Name"), .content = STR("A matter")}};
}

static const char *came(struct base *b, struct reception_new in)
{
    return try(b, (struct running){.visit = &in});
}

static struct reception_visit visit_of(struct base *b, int64_t no)
{
    struct reception_visit v = {0};
    struct rd *rd;
    struct err e;
    check(store_read(b->s, &b->a, &rd, &e), &e);
    check(visit_row(rd, &b->a, office, no, &v, &e), &e);
    store_read_end(rd);
    return v;
}

static struct reception_days days_of(struct base *b, struct day from, struct day to)
{
    struct reception_days days;
    struct rd *rd;
    struct err e;
    check(store_read(b->s, &b->a, &rd, &e), &e);
    check(reception_days(rd, &b->a, &(struct reception_range){office, from, to}, &days, &e), &e);
    store_read_end(rd);
    return days;
}

/* ---- rules ---- */

/* rules.csv R01: ten working days; R02 seven to the sender; R03 five to the person. */
static void answers_and_results_have_their_days(void **state)
{
    struct base *b = *state;
    struct reception_new in = who_came(b, "regular");
    in.visit.sender = STR("The province");
    assert_string_equal(came(b, in), "");
    int64_t no = b->no;
    struct reception_visit v = visit_of(b, no);
    assert_true(str_is(v.step, "answer") && v.due.n == date(2026, 7, 20).n && str_starts(v.due_rule, STR("R01")));
    struct reception_deed deed = {.office_id = office, .visit_no = no, .action = STR("answer"), .outcome = STR("no such"),
                                  .text = STR("x")};
    assert_string_equal(try(b, (struct running){.deed = &deed}), "err.reception.outcome");
    deed.outcome = STR("forwarded");
    assert_string_equal(try(b, (struct running){.deed = &deed}), "");
    v = visit_of(b, no);
    assert_true(str_is(v.step, "tell_sender") && v.due.n == date(2026, 7, 15).n && str_is(v.due_rule, "R02"));
    deed.action = STR("told");
    assert_string_equal(try(b, (struct running){.deed = &deed}), "");
    assert_true(str_is(visit_of(b, no).step, "await_result"));
    deed.action = STR("result");
    assert_string_equal(try(b, (struct running){.deed = &deed}), "");
    v = visit_of(b, no);
    assert_true(str_is(v.step, "tell_person") && v.due.n == date(2026, 7, 13).n && str_is(v.due_rule, "R03"));
    deed.action = STR("told");
    assert_string_equal(try(b, (struct running){.deed = &deed}), "");
    assert_true(str_is(visit_of(b, no).state, "closed"));
    assert_string_equal(try(b, (struct running){.deed = &deed}), "err.reception.state");
}

/* rules.csv R04: announced five working days before; later only with a reason. Days off roll on. */
static void days_are_announced_in_time(void **state)
{
    struct base *b = *state;
    assert_string_equal(post(b, thursday(date(2026, 7, 10))), "err.reception.notice");
    assert_string_equal(post(b, thursday(date(2026, 7, 13))), "");
    struct reception_day late = thursday(date(2026, 7, 9));
    late.reason = STR("a storm");
    assert_string_equal(post(b, late), "");
    late.reason = STR("");
    late.kind = STR("urgent");
    assert_string_equal(post(b, late), "");
    assert_string_equal(post(b, thursday(date(2026, 9, 2))), ""); /* National Day and the day after */
    struct reception_days days = days_of(b, date(2026, 9, 1), date(2026, 9, 30));
    assert_int_equal(days.n, 1);
    assert_true(days.v[0].planned.n == date(2026, 9, 2).n && days.v[0].day.n > date(2026, 9, 2).n);
    struct reception_range july = {office, date(2026, 7, 1), date(2026, 7, 31)};
    days = days_of(b, july.from, july.to);
    struct reception_tally t = reception_tally(b->rules, &july, &days);
    assert_int_equal(t.late_notices, 1);
}

/* rules.csv R05, R06, R07: how often a leader receives, by level and day. */
static void the_law_asks_for_days(void **state)
{
    struct base *b = *state;
    struct reception_days none = {0};
    struct reception_range may = {office, date(2026, 5, 1), date(2026, 5, 31)}, july = {office, date(2026, 7, 1), date(2026, 7, 31)},
                           both = {office, date(2026, 6, 22), date(2026, 7, 31)}, far = {province, date(2026, 1, 1), date(2026, 12, 31)};
    struct reception_tally t = reception_tally(b->rules, &may, &none);
    assert_int_equal(t.required, 5); /* five Sundays end in May 2026 */
    assert_true(str_is(t.rule->id, "R05"));
    t = reception_tally(b->rules, &july, &none);
    assert_int_equal(t.required, 2);
    assert_true(str_is(t.rule->id, "R06"));
    assert_int_equal(reception_tally(b->rules, &both, &none).required, 1 + 2);
    t = reception_tally(b->rules, &far, &none);
    assert_int_equal(t.required, 12);
    assert_true(str_is(t.rule->id, "R07"));
}

static void delegated_and_empty_days(void **state)
{
    struct base *b = *state;
    assert_string_equal(post(b, thursday(date(2026, 7, 16))), "");
    struct reception_change c = {.office_id = office, .day_no = b->no, .action = STR("delegate"), .who = STR("The deputy")};
    assert_string_equal(try(b, (struct running){.change = &c}), "err.reception.reason");
    c.reason = STR("called away");
    assert_string_equal(try(b, (struct running){.change = &c}), "");
    c.action = STR("hold");
    assert_string_equal(try(b, (struct running){.change = &c}), "err.reception.early");
    b->world.today = date(2026, 7, 16);
    assert_string_equal(try(b, (struct running){.change = &c}), "");
    assert_string_equal(try(b, (struct running){.change = &c}), "err.case.version");
    struct reception_range july = {office, date(2026, 7, 1), date(2026, 7, 31)};
    struct reception_days days = days_of(b, july.from, july.to);
    struct reception_tally t = reception_tally(b->rules, &july, &days);
    assert_true(t.held == 1 && t.by_leader == 0 && t.posted == 1);
}

/* rules.csv R08 and Law 42/2013 Art. 29: five are a crowd; one or two speak for up to ten, up to five for more. */
static void crowds_name_who_speaks(void **state)
{
    struct base *b = *state;
    static const struct {
        int64_t people;
        const char *speakers;
        bool right;
    } rows[] = {{4, "", true}, {5, "", false}, {5, "A", true}, {10, "A\nB", true}, {10, "A\nB\nC", false},
                {11, "A\nB\nC\nD\nE", true}, {11, "A\nB\nC\nD\nE\nF", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct reception_new in = who_came(b, "regular");
        in.visit.people = rows[i].people;
        in.visit.speakers = str_of(rows[i].speakers);
        assert_string_equal(came(b, in), rows[i].right ? "" : "err.reception.speakers");
    }
    struct reception_new away = who_came(b, "regular");
    away.visit.ground = STR("unheard of");
    assert_string_equal(came(b, away), "err.reception.ground");
    away.visit.ground = STR("unruly");
    assert_string_equal(came(b, away), "");
    assert_true(str_is(visit_of(b, b->no).state, "turned_away"));
    b->officer.grants[0].roles = ROLE_SUPERVISOR;
    assert_string_equal(came(b, who_came(b, "regular")), "err.denied");
}

/* Form 01/TCD: a matter counts once in a period, under the highest who received it; the columns add up. */
static void a_matter_is_counted_once(void **state)
{
    struct base *b = *state;
    struct err e;
    struct facts *f;
    struct rd *rd;
    struct fact_rows rows;
    struct reception_new first = who_came(b, "regular"), again = who_came(b, "regular"), led = who_came(b, "leader");
    assert_string_equal(came(b, first), "");
    again.earlier = led.earlier = b->no;
    b->world.today = date(2026, 7, 8);
    again.visit.day = b->world.today;
    assert_string_equal(came(b, again), "");
    b->world.today = date(2026, 7, 9);
    led.visit.day = b->world.today;
    assert_string_equal(came(b, led), "");
    check(facts_open(&(struct facts_options){NULL, fact_vocabulary, 420}, &f, &e), &e);
    check(store_read(b->s, &b->a, &rd, &e), &e);
    check(facts_catch_up(f, rd, &e), &e);
    store_read_end(rd);
    assert_true(facts_rows(f, "visit", &rows));
    size_t counted = 0, led_rows = 0;
    for (size_t i = 0; i < rows.n; i++) {
        if (rows.until[i] != FACT_FOREVER)
            continue;
        bool regular = ((const uint8_t *)rows.field[VISIT_KIND])[i] == facts_word(f, "visit", "kind", STR("regular"));
        bool has = ((const uint16_t *)rows.field[VISIT_LED_AFTER])[i] != 0;
        assert_int_equal(has, regular);
        counted += !regular && !((const uint16_t *)rows.field[VISIT_PREVIOUS])[i];
        led_rows += !regular;
    }
    facts_done(f);
    facts_close(f);
    assert_int_equal(counted, 1);
    assert_int_equal(led_rows, 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(answers_and_results_have_their_days), T(days_are_announced_in_time), T(the_law_asks_for_days),
        T(delegated_and_empty_days), T(crowds_name_who_speaks), T(a_matter_is_counted_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
