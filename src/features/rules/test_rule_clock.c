// SPDX-License-Identifier: AGPL-3.0-or-later
/* The clock against tests/rules/clock.cases, and what must hold for any question. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypt.h"
#include "features/rules/rule_rows.h"

struct packs {
    struct arena arena;
    struct rulebook *vn;
    struct str dir;
};

static struct str read_all(struct arena *a, const char *path)
{
    struct strbuf b;
    FILE *f = fopen(path, "rb");
    size_t n;
    if (!f)
        fail_msg("cannot open %s", path);
    strbuf_init(&b, a, 1 << 22);
    do {
        char *room = strbuf_room(&b, 4096);
        n = fread(room, 1, 4096, f);
        b.n += n;
    } while (n);
    fclose(f);
    return strbuf_text(&b);
}

static int open_packs(void **state)
{
    static struct packs p;
    static const char *const names[] = {"pack", "procedures", "states", "steps", "limits", "grounds", "subjects", "decisions",
                                        "competence", "holidays", "periods", "forms", "form_columns", "form_checks", "criteria"};
    enum { N = sizeof names / sizeof *names };
    struct rule_file files[N];
    struct strbuf problems;
    struct err e;
    const char *source = getenv("DINH_SOURCE");
    arena_init(&p.arena);
    p.dir = str_of(source ? source : ".");
    for (size_t i = 0; i < N; i++) {
        files[i].name = str_printf(&p.arena, "%s.csv", names[i]);
        files[i].text = read_all(&p.arena, str_printf(&p.arena, STR_FMT "/rules/vn/%s.csv", STR_ARG(p.dir), names[i]).p);
    }
    strbuf_init(&problems, &p.arena, 1 << 16);
    if (!rulebook_load(&p.arena, files, N, &p.vn, &problems, &e)) {
        fprintf(stderr, "%s\n", strbuf_text(&problems).p);
        return -1;
    }
    *state = &p;
    return 0;
}

static int close_packs(void **state)
{
    arena_done(&((struct packs *)*state)->arena);
    return 0;
}

/* ---- the cases ---- */

struct question {
    struct rule_clock_question q;
    struct day pauses[4][2];
    bool beyond;
};

static struct str next_word(struct str *line)
{
    struct str word = {0};
    while (str_split(line, ' ', &word) && !word.n) {
    }
    return word;
}

static void read_flags(struct question *x, struct str flags)
{
    struct str flag;
    while (str_split(&flags, ',', &flag)) {
        if (str_is(flag, "complex"))
            x->q.complexity = 1;
        else if (str_is(flag, "special"))
            x->q.complexity = 2;
        else if (str_is(flag, "remote"))
            x->q.remote = true;
        else if (str_is(flag, "beyond"))
            x->beyond = true;
        else if (str_starts(flag, STR("extend=")))
            assert_true(str_int(str_cut(flag, 7, 9), &x->q.extensions));
        else if (str_starts(flag, STR("pause="))) {
            struct day *pause = x->pauses[x->q.suspended_n++];
            assert_true(day_parse(str_cut(flag, 6, 10), &pause[0]));
            assert_true(day_parse(str_cut(flag, 18, 10), &pause[1]));
        } else
            assert_true(str_is(flag, "-"));
    }
    x->q.suspended = (const struct day(*)[2])x->pauses;
}

/* What the rows say must be what the answer says. */
static void check_explanation(const struct rule_due *d, struct day start)
{
    int64_t counted = 0;
    assert_int_equal(d->days[0].day.n, start.n);
    assert_false(d->days[0].counts);
    assert_int_equal(d->days[d->days_n - 1].day.n, d->day.n);
    for (size_t i = 0; i < d->days_n; i++) {
        const struct rule_day *x = &d->days[i];
        assert_int_equal(x->day.n, start.n + (int)i);
        assert_non_null(x->why);
        assert_int_equal(x->n, x->counts ? counted + 1 : 0);
        counted += x->counts;
    }
    if (str_is(d->unit, "D") || str_is(d->unit, "WD"))
        assert_int_equal(counted, d->value);
}

static void run_case(struct packs *p, struct str line)
{
    struct question x = {0};
    struct rule_due due, told;
    struct err e;
    char got[11], text[160];
    snprintf(text, sizeof text, STR_FMT, STR_ARG(line));
    assert_true(day_parse(next_word(&line), &x.q.start));
    x.q.procedure = next_word(&line);
    x.q.step = next_word(&line);
    read_flags(&x, next_word(&line));
    struct str day = next_word(&line), rule = next_word(&line), also = next_word(&line);
    assert_non_null(rulebook_procedure(p->vn, x.q.procedure));
    if (!rulebook_due(p->vn, &p->arena, &x.q, &due, &e))
        fail_msg("%s: %s", text, e.detail);
    assert_true(rulebook_explain(p->vn, &p->arena, &x.q, &told, &e));
    assert_int_equal(due.day.n, told.day.n);
    assert_null(due.days);
    if (str_is(day, "none")) {
        assert_true(day_is_none(due.day));
        assert_int_equal(due.rule.n, 0);
        return;
    }
    if (!str_is(day, day_format(due.day, got)) || !str_eq(rule, due.rule) || due.beyond != x.beyond)
        fail_msg("%s: got %s " STR_FMT "%s", text, got, STR_ARG(due.rule), due.beyond ? ", beyond the calendar" : "");
    day_format(due.also_day, got);
    if (due.conflict != (also.n > 0) || (also.n && !str_is(str_cut(also, 5, 10), got)))
        fail_msg("%s: also %s", text, got);
    check_explanation(&told, x.q.start);
}

static void clock_answers_the_cases(void **state)
{
    struct packs *p = *state;
    struct str line, text = read_all(&p->arena, str_printf(&p->arena, STR_FMT "/tests/rules/clock.cases", STR_ARG(p->dir)).p);
    size_t n = 0;
    while (str_split(&text, '\n', &line)) {
        line = str_trim(line);
        if (!line.n || line.p[0] == '#')
            continue;
        run_case(p, line);
        n++;
    }
    assert_true(n >= 60);
}

static void clock_refuses_what_makes_no_sense(void **state)
{
    struct packs *p = *state;
    struct rule_due due = {.value = 77};
    struct err e;
    struct day pause[1][2];
    struct rule_clock_question q = {.procedure = STR("denunciation"), .step = STR("settle"), .extensions = 1};
    assert_true(day_of(2026, 7, 6, &q.start));
    assert_false(rulebook_due(p->vn, &p->arena, &q, &due, &e)); /* only complex ones are extended */
    assert_string_equal(e.msg, "err.rules.clock.extensions");
    assert_int_equal(due.value, 77);
    q.extensions = 0;
    pause[0][0] = day_add(q.start, 5);
    pause[0][1] = day_add(q.start, 4);
    q.suspended = (const struct day(*)[2])pause;
    q.suspended_n = 1;
    assert_false(rulebook_due(p->vn, &p->arena, &q, &due, &e));
    assert_string_equal(e.msg, "err.rules.clock.pause");
    pause[0][1] = day_add(q.start, 90000);
    assert_false(rulebook_due(p->vn, &p->arena, &q, &due, &e));
    assert_string_equal(e.msg, "err.rules.clock.far");
    q.suspended_n = 0;
    q.start = DAY_NONE;
    assert_false(rulebook_due(p->vn, &p->arena, &q, &due, &e));
    assert_string_equal(e.msg, "err.rules.clock.start");
}

static void pauses_are_read(void **state)
{
    struct packs *p = *state;
    static const char *const bad[] = {"2026-07-10", "2026-07-10..2026-07-09", "2026-02-30..2026-03-01", "2026-07-10-2026-07-14",
                                      "2026-07-10..2026-07-14,x"};
    const struct day(*pauses)[2];
    size_t n;
    struct err e;
    assert_true(rule_pauses_parse(&p->arena, STR(""), &pauses, &n, &e));
    assert_int_equal(n, 0);
    assert_true(rule_pauses_parse(&p->arena, STR("2026-07-10..2026-07-14, 2026-08-01..2026-08-01"), &pauses, &n, &e));
    assert_int_equal(n, 2);
    assert_int_equal(day_diff(pauses[0][1], pauses[0][0]), 4);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(rule_pauses_parse(&p->arena, str_of(bad[i]), &pauses, &n, &e));
}

static void sureness_of_the_calendar_is_told(void **state)
{
    struct packs *p = *state;
    struct rule_due due;
    struct err e;
    struct rule_clock_question q = {.procedure = STR("denunciation"), .step = STR("check")};
    assert_true(day_of(2026, 7, 1, &q.start));
    assert_true(rulebook_due(p->vn, &p->arena, &q, &due, &e));
    assert_int_equal(due.calendar.n, 0); /* no special day in July */
    assert_true(day_of(2026, 8, 27, &q.start));
    assert_true(rulebook_due(p->vn, &p->arena, &q, &due, &e));
    assert_true(str_is(due.calendar, "M")); /* the exchange for 31 August is not confirmed */
    assert_true(day_of(2026, 4, 27, &q.start));
    assert_true(rulebook_due(p->vn, &p->arena, &q, &due, &e));
    assert_true(str_is(due.calendar, "P"));
}

/* ---- what holds for any question ---- */

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed * 0x2545f4914f6cdd1dULL;
}

static uint64_t random_seed(void)
{
    const char *given = getenv("DINH_SEED");
    uint64_t seed;
    crypt_random(&seed, sizeof seed);
    if (given)
        seed = strtoull(given, NULL, 10);
    seed |= 1;
    print_message("# seed %llu (DINH_SEED repeats it)\n", (unsigned long long)seed);
    return seed;
}

/* A rulebook of one limit, so that versions and classes stay out of the way. */
static struct rulebook one_limit(const struct rulebook *like, struct rule_limit *limit, uint64_t *seed)
{
    static const struct rule_source always = {{0}, {0}, {0}, {-1000000}, {FOREVER}};
    struct rulebook b = *like;
    *limit = (struct rule_limit){.id = STR("X"), .procedure = STR("x"), .step = STR("x"),
                                 .value = 1 + (int64_t)(next_random(seed) % 90),
                                 .unit = (enum rule_unit)(next_random(seed) % 3), .source = always};
    b.limits = limit;
    b.limits_n = 1;
    return b;
}

static struct rule_clock_question ask_any(uint64_t *seed, struct day pause[1][2])
{
    struct rule_clock_question q = {.procedure = STR("x"), .step = STR("x")};
    day_of(2020, 1, 1, &q.start);
    q.start = day_add(q.start, (int)(next_random(seed) % 4000));
    pause[0][0] = day_add(q.start, (int)(next_random(seed) % 60));
    pause[0][1] = day_add(pause[0][0], (int)(next_random(seed) % 40));
    q.suspended = (const struct day(*)[2])pause;
    q.suspended_n = next_random(seed) % 2;
    return q;
}

static void clock_keeps_its_laws(void **state)
{
    struct packs *p = *state;
    uint64_t seed = random_seed();
    struct arena a;
    arena_init(&a);
    for (int i = 0; i < 4000; i++, arena_reset(&a)) {
        struct rule_limit limit;
        struct day pause[1][2];
        struct rule_due due, later, longer;
        struct err e;
        struct rulebook b = one_limit(p->vn, &limit, &seed);
        struct rule_clock_question q = ask_any(&seed, pause), next = q;
        assert_true(rulebook_explain(&b, &a, &q, &due, &e));
        if (limit.unit != RULE_HOURS) {
            check_explanation(&due, q.start);
            assert_true(book_works(&b, due.day)); /* never due on a day off */
        }
        assert_true(due.day.n > q.start.n);
        next.start = day_add(q.start, 1);
        assert_true(rulebook_due(&b, &a, &next, &later, &e));
        assert_true(later.day.n >= due.day.n); /* a later start is never due earlier */
        limit.value++;
        assert_true(rulebook_due(&b, &a, &q, &longer, &e));
        assert_true(longer.day.n >= due.day.n);
    }
    arena_done(&a);
}

static void a_holiday_more_is_never_due_earlier(void **state)
{
    struct packs *p = *state;
    uint64_t seed = random_seed();
    struct arena a;
    arena_init(&a);
    for (int i = 0; i < 4000; i++, arena_reset(&a)) {
        struct rule_limit limit;
        struct day pause[1][2];
        struct rule_due due, after;
        struct err e;
        struct rulebook b = one_limit(p->vn, &limit, &seed);
        struct rule_clock_question q = ask_any(&seed, pause);
        struct day off = day_add(q.start, (int)(next_random(&seed) % 120));
        assert_true(rulebook_due(&b, &a, &q, &due, &e));
        if (book_holiday(&b, off))
            continue;
        struct rule_holiday *more = arena_array(&a, struct rule_holiday, b.holidays_n + 1);
        size_t at = 0;
        while (at < b.holidays_n && b.holidays[at].day.n < off.n)
            at++;
        memcpy(more, b.holidays, at * sizeof *more);
        more[at] = (struct rule_holiday){.day = off, .pair = DAY_NONE, .kind = HOLIDAY_OFF, .sureness = STR("P")};
        memcpy(more + at + 1, b.holidays + at, (b.holidays_n - at) * sizeof *more);
        b.holidays = more;
        b.holidays_n++;
        assert_true(rulebook_due(&b, &a, &q, &after, &e));
        assert_true(after.day.n >= due.day.n);
    }
    arena_done(&a);
}

static void months_and_hours(void **state)
{
    struct packs *p = *state;
    uint64_t seed = 5;
    struct rule_limit limit;
    struct rule_due due;
    struct err e;
    char got[11];
    struct rulebook b = one_limit(p->vn, &limit, &seed);
    struct rule_clock_question q = {.procedure = STR("x"), .step = STR("x")};
    limit.value = 1;
    limit.unit = RULE_MONTHS;
    assert_true(day_of(2023, 1, 31, &q.start)); /* a month from 31 January ends on 28 February */
    assert_true(rulebook_due(&b, &p->arena, &q, &due, &e));
    assert_string_equal(day_format(due.day, got), "2023-02-28");
    limit.value = 72;
    limit.unit = RULE_HOURS;
    assert_true(day_of(2026, 7, 3, &q.start)); /* hours run through the week-end: Friday to Monday */
    assert_true(rulebook_due(&b, &p->arena, &q, &due, &e));
    assert_string_equal(day_format(due.day, got), "2026-07-06");
}

static void json_has_its_shape(void **state)
{
    struct packs *p = *state;
    struct rule_due due;
    struct err e;
    struct strbuf b;
    struct json j;
    struct rule_clock_question q = {.procedure = STR("complaint.first"), .step = STR("send")};
    assert_true(day_of(2026, 7, 9, &q.start));
    assert_true(rulebook_explain(p->vn, &p->arena, &q, &due, &e));
    strbuf_init(&b, &p->arena, 1 << 16);
    json_init(&j, &b);
    rules_clock_json(&j, &due);
    const char *text = strbuf_text(&b).p;
    assert_non_null(strstr(text, "{\"due\":\"2026-07-14\",\"rule\":{\"id\":\"K07\",\"article\":\""));
    assert_non_null(strstr(text, "\"days\":[{\"date\":\"2026-07-09\",\"counts\":false,\"n\":0,\"why\":\"rules.why.start\"}"));
    assert_non_null(strstr(text, "{\"date\":\"2026-07-10\",\"counts\":true,\"n\":1,\"why\":\"rules.why.working\"}"));
    assert_non_null(strstr(text, "{\"date\":\"2026-07-11\",\"counts\":false,\"n\":0,\"why\":\"rules.why.weekend\"}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clock_answers_the_cases),
        cmocka_unit_test(clock_refuses_what_makes_no_sense),
        cmocka_unit_test(pauses_are_read),
        cmocka_unit_test(sureness_of_the_calendar_is_told),
        cmocka_unit_test(clock_keeps_its_laws),
        cmocka_unit_test(a_holiday_more_is_never_due_earlier),
        cmocka_unit_test(months_and_hours),
        cmocka_unit_test(json_has_its_shape),
    };
    return cmocka_run_group_tests(tests, open_packs, close_packs);
}
