// SPDX-License-Identifier: AGPL-3.0-or-later
/* The demonstration: a plan is a function of its question and meets every
 * state; the tables are sound; the program makes the same year twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/demo_text.h"
#include "base/text.h"
#include "platform/store/store.h"

enum { COMMUNES = 65, ALL = 74, ZONE = 420 };

struct world {
    struct arena arena;
    struct demo_tables tables;
    struct rulebook *rules;
    struct demo_office offices[ALL];
};

static int open_world(void **state)
{
    struct err e;
    struct rule_file *files;
    size_t n;
    struct strbuf problems;
    static struct world w;
    arena_init(&w.arena);
    strbuf_init(&problems, &w.arena, 1 << 20);
    rules_embedded(&w.arena, STR("vn"), &files, &n);
    if (!rulebook_load(&w.arena, files, n, &w.rules, &problems, &e) || !demo_tables_read(&w.arena, &w.tables, &e))
        fail_msg("%s %s", e.msg, e.detail);
    for (size_t i = 0; i < ALL; i++) {
        w.offices[i] = (struct demo_office){.office_id = 202520000001 + (int64_t)i * 100, .people = 1000 * (int64_t)(i % 50),
                                            .unit_name = STR("X"), .name = STR("Y"), .code = STR("1"), .commune = i < COMMUNES};
        if (i < COMMUNES)
            w.offices[i].area = &w.tables.areas[i % w.tables.areas_n];
        else
            w.offices[i].office_id = i == COMMUNES ? 202510005601 : 202510005610 + (int64_t)(i - COMMUNES);
    }
    *state = &w;
    return 0;
}

static int close_world(void **state)
{
    arena_done(&((struct world *)*state)->arena);
    return 0;
}

static struct demo_question question(struct world *w, int64_t cases, uint64_t seed)
{
    struct day end;
    assert_true(day_parse(STR("2026-07-06"), &end));
    return (struct demo_question){.tables = &w->tables, .rules = w->rules, .offices = w->offices, .offices_n = ALL,
                                  .communes_n = COMMUNES, .home = 38, .province = COMMUNES, .cases = cases, .seed = seed,
                                  .end = instant_of(end, 10 * 60, ZONE), .zone_minutes = ZONE};
}

static struct demo_plan plan_of(struct world *w, const struct demo_question *q)
{
    struct err e;
    struct demo_plan plan;
    if (!demo_plan_make(&w->arena, q, &plan, &e))
        fail_msg("%s %s", e.msg, e.detail);
    return plan;
}

static void a_plan_is_a_function_of_its_question(void **state)
{
    struct demo_question q = question(*state, 300, 7), other = question(*state, 300, 8);
    struct demo_plan a = plan_of(*state, &q), b = plan_of(*state, &q), c = plan_of(*state, &other);
    assert_int_equal(a.events_n, b.events_n);
    assert_int_equal(a.slots_n, b.slots_n);
    assert_memory_equal(a.events, b.events, a.events_n * sizeof *a.events);
    for (size_t i = 0; i < a.slots_n; i++) {
        assert_true(a.slots[i].seed == b.slots[i].seed && a.slots[i].office == b.slots[i].office);
        assert_ptr_equal(a.slots[i].matter, b.slots[i].matter);
        assert_ptr_equal(a.slots[i].course, b.slots[i].course);
    }
    assert_true(c.events_n != a.events_n || memcmp(a.events, c.events, a.events_n * sizeof *a.events) != 0);
}

static bool reaches(const struct demo_plan *p, struct str state)
{
    for (size_t i = 0; i < p->slots_n; i++) {
        if (str_eq(p->slots[i].state, state))
            return true;
    }
    return false;
}

static void every_state_is_met(void **state)
{
    static const char *const states[] = {"received",  "settling", "submitted", "decided", "sent",       "published",
                                         "closed",    "refused",  "filed",     "guided",  "forwarded",  "joined",
                                         "withdrawn", "stopped",  "appealed",  "inspection", "investigation"};
    const int64_t sizes[] = {60, 1200};
    for (size_t s = 0; s < 2; s++) {
        for (uint64_t seed = 1; seed < 6; seed++) {
            struct demo_question q = question(*state, sizes[s], seed);
            struct demo_plan p = plan_of(*state, &q);
            for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
                if (!reaches(&p, str_of(states[i])))
                    fail_msg("%lld matters, seed %llu: none is %s", (long long)sizes[s], (unsigned long long)seed, states[i]);
            }
        }
    }
}

static void time_runs_forwards_and_ends_at_the_end(void **state)
{
    struct world *w = *state;
    struct demo_question q = question(w, 1200, 3);
    struct demo_plan p = plan_of(w, &q);
    int64_t *last = arena_array(&w->arena, int64_t, p.slots_n);
    struct day first = day_add(instant_day(q.end, ZONE), -380);
    size_t begun = 0;
    for (size_t i = 0; i < p.events_n; i++) {
        const struct demo_event *x = &p.events[i];
        const struct demo_slot *s = &p.slots[x->slot];
        assert_true(x->at.ms <= q.end.ms);
        assert_true(instant_day(x->at, ZONE).n >= first.n);
        assert_true(!i || p.events[i - 1].at.ms <= x->at.ms);
        assert_true(x->at.ms > last[x->slot] || x->step == DEMO_REGISTER);
        assert_true(instant_day(x->at, ZONE).n >= s->received.n);
        if (x->step >= 0 && s->course->steps[x->step].by != ROLE_CITIZEN) {
            /* officials work on working days only */
            struct day d = instant_day(x->at, ZONE);
            assert_int_equal(rulebook_working_day(w->rules, d).n, d.n);
        }
        last[x->slot] = x->at.ms;
        begun += x->step == DEMO_REGISTER;
    }
    assert_int_equal(begun, 1200);
}

static void what_joins_comes_after_what_it_joins(void **state)
{
    struct demo_question q = question(*state, 1200, 4);
    struct demo_plan p = plan_of(*state, &q);
    size_t n = 0;
    for (size_t i = 0; i < p.slots_n; i++) {
        const struct demo_slot *s = &p.slots[i];
        if (s->base == DEMO_NONE)
            continue;
        n++;
        assert_int_equal(s->office, p.slots[s->base].office);
        assert_true(s->at.ms > p.slots[s->base].at.ms);
        assert_ptr_equal(s->matter, p.slots[s->base].matter);
    }
    assert_true(n >= 10);
}

/* ---- the tables ---- */

static void matters_are_many_whole_and_normal(void **state)
{
    struct world *w = *state;
    assert_true(w->tables.matters_n >= 80);
    for (size_t i = 0; i < w->tables.matters_n; i++) {
        const struct demo_matter *m = &w->tables.matters[i];
        const struct rule_procedure *p = rulebook_procedure(w->rules, m->procedure);
        struct str all = str_printf(&w->arena, STR_FMT STR_FMT STR_FMT, STR_ARG(m->title), STR_ARG(m->body), STR_ARG(m->answer));
        if (!p || !rulebook_subject(w->rules, p->kind, m->subject) || !rulebook_decision(w->rules, p->id, m->decision))
            fail_msg(STR_FMT ": procedure, subject or decision is not the rulebook's", STR_ARG(m->id));
        if (text_chars(m->body) < 150 || text_chars(m->body) > 900 || text_chars(m->title) > 150)
            fail_msg(STR_FMT ": %zu characters", STR_ARG(m->id), text_chars(m->body));
        if (!m->pub_body.n)
            fail_msg(STR_FMT ": nothing to publish", STR_ARG(m->id));
        struct str clean;
        struct err e;
        if (!text_accept(&w->arena, all, 10000, &clean, &e) || !str_eq(clean, all))
            fail_msg(STR_FMT ": not NFC", STR_ARG(m->id));
    }
}

static void nothing_public_names_who_wrote(void **state)
{
    struct world *w = *state;
    size_t at;
    for (size_t i = 0; i < w->tables.matters_n; i++) {
        const struct demo_matter *m = &w->tables.matters[i];
        struct str all = str_printf(&w->arena, STR_FMT STR_FMT STR_FMT STR_FMT STR_FMT, STR_ARG(m->pub_title), STR_ARG(m->pub_body),
                                    STR_ARG(m->pub_answer), STR_ARG(m->answer), STR_ARG(m->title));
        assert_false(str_find(all, STR("{ten}"), &at));
    }
}

static void no_gap_is_left(void **state)
{
    struct world *w = *state;
    struct demo_question q = question(w, 400, 5);
    struct demo_plan p = plan_of(w, &q);
    for (size_t i = 0; i < p.slots_n; i++) {
        struct case_text t = demo_petition(&w->arena, &q, &p.slots[i]);
        size_t at;
        assert_false(str_find(t.body, STR("{"), &at) || str_find(t.title, STR("{"), &at) || str_find(t.who.address, STR("{"), &at));
        assert_true(t.title.n && t.title.n <= 4 * CASE_TITLE_MAX && text_chars(t.title) <= CASE_TITLE_MAX);
        assert_true(!t.who.name.n == str_is(p.slots[i].petitioner, "anonymous"));
    }
}

/* ---- the program ---- */

static void init_demo(const char *dir)
{
    const char *bin = getenv("DINH_BIN");
    pid_t child = fork();
    assert_true(child >= 0);
    if (!child) {
        if (!freopen("/dev/null", "w", stderr))
            _exit(127);
        execl(bin, bin, "--data", dir, "--now", "2026-07-06T10:00:00+07:00", "init", "--demo", "--cases", "60", "--seed", "9",
              (char *)NULL);
        _exit(127);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void put_rows(struct strbuf *b, struct rd *rd, struct sql sql, int columns)
{
    struct rows *r;
    struct err e;
    assert_true(store_rows(rd, sql, NO_VALS, &r, &e));
    while (rows_next(r)) {
        for (int i = 0; i < columns; i++) {
            strbuf_str(b, rows_peek(r, i));
            strbuf_char(b, i + 1 < columns ? '|' : '\n');
        }
    }
    assert_true(rows_end(r, &e));
}

/* All but what keys and salts make different each time. */
static struct str dump(struct arena *a, const char *dir)
{
    struct store *s;
    struct rd *rd;
    struct err e;
    struct strbuf b;
    struct store_options o = {.url = str_printf(a, "sqlite:%s/dinh.db", dir).p, .read_only = true};
    strbuf_init(&b, a, 64u << 20);
    assert_true(store_open(&o, &s, &e));
    assert_true(store_read(s, a, &rd, &e));
    put_rows(&b, rd, SQL("SELECT office_id, case_id, number, procedure, state, channel, subject, petitioner, people, received,"
                         " created_at, created_by, assigned_to, step, due, due_rule, handled, outcome, ground, decision, decided,"
                         " closed, matter_of, version FROM cases ORDER BY 1, 2"), 24);
    put_rows(&b, rd, SQL("SELECT office_id, case_id, title, body, name, address, phone FROM case_texts ORDER BY 1, 2"), 7);
    put_rows(&b, rd, SQL("SELECT office_id, case_id, version, author, at, state, decision, body FROM case_answers ORDER BY 1, 2, 3"), 8);
    put_rows(&b, rd, SQL("SELECT office_id, case_id, published, title, body, answer FROM case_publications ORDER BY 1, 2"), 6);
    put_rows(&b, rd, SQL("SELECT office_id, case_id, at, stars, remark FROM case_ratings ORDER BY 1, 2, 3"), 5);
    put_rows(&b, rd, SQL("SELECT office_id, case_id, relation, to_office, to_case FROM case_links ORDER BY 1, 2, 3, 4, 5"), 5);
    put_rows(&b, rd, SQL("SELECT account_id, login, name, office_id FROM accounts ORDER BY 1"), 4);
    put_rows(&b, rd, SQL("SELECT office_id, act_id, at, actor, verb, basis, note FROM acts WHERE subject = 'case' ORDER BY 1, 2"), 7);
    struct str text = str_copy(a, strbuf_text(&b));
    store_read_end(rd);
    store_close(s);
    return text;
}

static struct str file_of(struct arena *a, const char *dir)
{
    char *text = arena_alloc(a, 1 << 16);
    FILE *f = fopen(str_printf(a, "%s/demo.txt", dir).p, "r");
    assert_non_null(f);
    size_t n = fread(text, 1, (1 << 16) - 1, f);
    fclose(f);
    return (struct str){text, n};
}

static void remove_dir(const char *dir)
{
    pid_t child = fork();
    if (!child) {
        execlp("rm", "rm", "-rf", dir, (char *)NULL);
        _exit(127);
    }
    waitpid(child, NULL, 0);
}

static void the_same_seed_makes_the_same_year(void **state)
{
    struct world *w = *state;
    char one[] = "/tmp/dinh-demo-XXXXXX", two[] = "/tmp/dinh-demo-XXXXXX";
    if (!getenv("DINH_BIN"))
        skip();
    assert_non_null(mkdtemp(one));
    assert_non_null(mkdtemp(two));
    init_demo(one);
    init_demo(two);
    struct str a = dump(&w->arena, one), b = dump(&w->arena, two), guide = file_of(&w->arena, one);
    size_t at;
    assert_true(a.n > 50000);
    assert_true(str_find(a, STR("202522275901|1|22759-20"), &at));
    assert_true(str_eq(a, b));
    assert_true(str_find(guide, STR("tiepdan."), &at));
    remove_dir(one);
    remove_dir(two);
}

int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_is_a_function_of_its_question), cmocka_unit_test(every_state_is_met),
        cmocka_unit_test(time_runs_forwards_and_ends_at_the_end), cmocka_unit_test(what_joins_comes_after_what_it_joins),
        cmocka_unit_test(matters_are_many_whole_and_normal),    cmocka_unit_test(nothing_public_names_who_wrote),
        cmocka_unit_test(no_gap_is_left),                       cmocka_unit_test(the_same_seed_makes_the_same_year),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
