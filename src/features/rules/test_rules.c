// SPDX-License-Identifier: AGPL-3.0-or-later
/* Loading packs: the two that come with the program, and packs that are wrong
 * in one place each. Conditions, forms and periods. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "features/rules/rule_rows.h"

enum { TABLES = 15 };
static const struct day today = {20640}; /* 2026-07-06 */
static const char *const tables[TABLES] = {"pack", "procedures", "states", "steps", "limits", "grounds", "subjects", "decisions",
                                           "competence", "holidays", "periods", "forms", "form_columns", "form_checks", "criteria"};

static struct str read_all(struct arena *a, const char *path)
{
    struct strbuf b;
    size_t n;
    FILE *f = fopen(path, "rb");
    if (!f)
        return (struct str){0};
    strbuf_init(&b, a, 1 << 22);
    do {
        n = fread(strbuf_room(&b, 4096), 1, 4096, f);
        b.n += n;
    } while (n);
    fclose(f);
    return strbuf_text(&b);
}

static size_t read_pack(struct arena *a, const char *pack, struct rule_file files[TABLES])
{
    const char *source = getenv("DINH_SOURCE");
    size_t n = 0;
    for (size_t i = 0; i < TABLES; i++) {
        struct str name = str_printf(a, "%s.csv", tables[i]);
        struct str text = read_all(a, str_printf(a, "%s/rules/%s/%s", source ? source : ".", pack, name.p).p);
        if (text.n)
            files[n++] = (struct rule_file){name, text};
    }
    return n;
}

static struct rulebook *load(struct arena *a, const char *pack)
{
    struct rule_file files[TABLES];
    struct rulebook *b;
    struct strbuf problems;
    struct err e;
    strbuf_init(&problems, a, 1 << 16);
    if (!rulebook_load(a, files, read_pack(a, pack, files), &b, &problems, &e))
        fail_msg("%s:\n%s", pack, strbuf_text(&problems).p);
    return b;
}

static int open_arena(void **state)
{
    static struct arena a;
    arena_init(&a);
    *state = &a;
    return 0;
}

static int close_arena(void **state)
{
    arena_done(*state);
    return 0;
}

/* ---- what is in the packs ---- */

static void the_law_offers_what_the_journey_needs(void **state)
{
    struct rulebook *b = load(*state, "vn");
    static const char *const kinds[] = {"complaint.first", "denunciation", "recommendation", "feedback"};
    static const char *const actions[] = {"classify", "accept", "refuse", "guide", "forward", "file", "join", "withdraw"};
    for (size_t i = 0; i < 4; i++) {
        struct str id = str_of(kinds[i]);
        const struct rule_procedure *p = rulebook_procedure(b, id);
        assert_non_null(p);
        assert_true(p->by_person && str_is(p->first_step, "check"));
        assert_int_equal(p->sealed, i == 1);
        assert_int_equal(p->anonymous, i == 1 || i == 3);
        for (size_t k = 0; k < 8; k++)
            assert_non_null(rulebook_step(b, id, p->first_state, str_of(actions[k]), today));
        assert_non_null(rulebook_step(b, id, STR("settling"), STR("draft"), today));
        assert_non_null(rulebook_step(b, id, STR("submitted"), STR("approve"), today));
        assert_non_null(rulebook_step(b, id, STR("sent"), STR("publish"), today));
        assert_null(rulebook_step(b, id, STR("published"), STR("accept"), today));
    }
    assert_true(str_is(rulebook_procedure(b, STR("complaint.first"))->next_instance, "complaint.second"));
    assert_non_null(rulebook_step(b, STR("complaint.first"), STR("sent"), STR("appeal"), today));
    assert_null(rulebook_step(b, STR("complaint.second"), STR("sent"), STR("appeal"), today));
    assert_non_null(rulebook_step(b, STR("feedback"), STR("sent"), STR("reopen"), today));
    assert_null(rulebook_step(b, STR("complaint.first"), STR("sent"), STR("reopen"), today));
}

/* Two versions of a row side by side: the day says which is used. */
static void the_day_chooses_the_version_of_a_step(void **state)
{
#define POUR "grumble grumble.again,pour,brewing,poured,"
#define POUR_REST ",no,yes,yes,,,decision,decided closed,Bylaw 4,"
    static const char old[] = POUR "leader" POUR_REST "1,P,2020-01-01,,Pour\n";
    static const char both[] = POUR "leader" POUR_REST "1,P,2020-01-01,2022-12-31,Pour\n"
                               POUR "reception" POUR_REST "2,P,2023-01-01,,Pour out\n";
    struct arena *a = *state;
    struct rule_file files[TABLES];
    struct rulebook *b;
    struct strbuf problems;
    struct err e;
    size_t at, n = read_pack(a, "example", files);
    strbuf_init(&problems, a, 1 << 16);
    for (size_t i = 0; i < n; i++) {
        if (!str_is(files[i].name, "steps.csv"))
            continue;
        assert_true(str_find(files[i].text, str_of(old), &at));
        files[i].text = str_printf(a, STR_FMT "%s" STR_FMT, STR_ARG(str_cut(files[i].text, 0, at)), both,
                                   STR_ARG(str_cut(files[i].text, at + strlen(old), files[i].text.n)));
    }
    if (!rulebook_load(a, files, n, &b, &problems, &e))
        fail_msg("%s", strbuf_text(&problems).p);
    const struct rule_step *then = rulebook_step(b, STR("grumble"), STR("brewing"), STR("pour"), (struct day){19357});
    const struct rule_step *now = rulebook_step(b, STR("grumble"), STR("brewing"), STR("pour"), (struct day){19358});
    assert_true(str_is(then->source.version, "1") && str_is(now->source.version, "2")); /* 2022-12-31, 2023-01-01 */
    assert_null(rulebook_step(b, STR("grumble"), STR("brewing"), STR("pour"), (struct day){18000}));
}

static void publication_counts_from_the_decision(void **state)
{
    struct rulebook *b = load(*state, "vn");
    const struct rule_step *s = rulebook_step(b, STR("denunciation"), STR("decided"), STR("send"), today);
    assert_true(s->sets_clock && str_is(s->next_step, "publish") && str_is(s->clock_from, "decided"));
    s = rulebook_step(b, STR("denunciation"), STR("received"), STR("accept"), today);
    assert_true(str_is(s->next_step, "settle") && str_is(s->clock_from, "today"));
}

static void words_belong_to_kinds_and_actions(void **state)
{
    struct arena *a = *state;
    struct rulebook *b = load(a, "vn");
    const struct rule_word **words;
    size_t n;
    rulebook_words(b, a, "grounds", STR("complaint"), STR("refuse"), &words, &n);
    assert_int_equal(n, 9); /* the nine cases of the law's article 11 */
    rulebook_words(b, a, "subjects", STR("denunciation"), STR(""), &words, &n);
    assert_int_equal(n, 4);
    rulebook_words(b, a, "decisions", STR("complaint.second"), STR(""), &words, &n);
    assert_int_equal(n, 2);
    assert_non_null(rulebook_ground(b, STR("complaint"), STR("refuse"), STR("out_of_time")));
    assert_null(rulebook_ground(b, STR("denunciation"), STR("refuse"), STR("out_of_time")));
    assert_null(rulebook_ground(b, STR("complaint"), STR("guide"), STR("out_of_time")));
    assert_non_null(rulebook_subject(b, STR("feedback"), STR("land")));
    assert_null(rulebook_subject(b, STR("denunciation"), STR("land")));
    assert_non_null(rulebook_decision(b, STR("complaint.first"), STR("partly")));
    assert_null(rulebook_decision(b, STR("complaint.second"), STR("partly")));
}

static void every_name_is_in_three_languages(void **state)
{
    struct rulebook *b = load(*state, "vn");
    for (size_t i = 0; i < b->steps_n; i++) {
        for (enum lang lang = 0; lang < LANGS; lang++)
            assert_true(b->steps[i].name.text[lang].n > 0);
        assert_false(str_eq(b->steps[i].name.text[LANG_VI], b->steps[i].name.text[LANG_EN]));
    }
    assert_false(str_eq(rulebook_state_name(b, STR("settling"), LANG_VI), rulebook_state_name(b, STR("settling"), LANG_FR)));
    assert_true(str_is(rulebook_state_name(b, STR("nowhere"), LANG_VI), "nowhere"));
}

static void another_country_needs_no_c(void **state)
{
    struct arena *a = *state;
    struct rulebook *b = load(a, "example");
    struct rule_due due;
    struct rule_period period;
    struct err e;
    char got[11];
    struct rule_clock_question q = {.procedure = STR("grumble"), .step = STR("listen")};
    assert_true(str_is(rulebook_pack(b), "example"));
    /* two working days where Friday alone is a day of rest, Monday a holiday */
    assert_true(day_of(2023, 3, 2, &q.start));
    assert_true(rulebook_due(b, a, &q, &due, &e));
    assert_string_equal(day_format(due.day, got), "2023-03-05");
    /* Friday 10 is worked for Wednesday 15 */
    assert_true(day_of(2023, 3, 9, &q.start));
    assert_true(rulebook_due(b, a, &q, &due, &e));
    assert_string_equal(day_format(due.day, got), "2023-03-11");
    /* no rolling there: a month from 10 February ends on Friday 10 March + one extension = 10 April */
    assert_true(day_of(2023, 2, 10, &q.start));
    q.step = STR("brew");
    q.extensions = 1;
    assert_true(rulebook_due(b, a, &q, &due, &e));
    assert_string_equal(day_format(due.day, got), "2023-04-10");
    assert_true(rulebook_period(b, a, STR("2023-S"), &period));
    assert_string_equal(day_format(period.from, got), "2023-04-01");
    assert_true(str_is(rulebook_state_name(b, STR("heard"), LANG_VI), "Heard"));
}

/* ---- packs that are wrong ---- */

struct wrong {
    const char *file, *from, *to; /* in the example pack: this text becomes that */
    const char *problem;          /* and this must be said */
};

static struct str replace(struct arena *a, struct str text, const char *from, const char *to)
{
    size_t at;
    if (!str_find(text, str_of(from), &at))
        fail_msg("the example pack has no \"%s\"", from);
    return str_printf(a, STR_FMT "%s" STR_FMT, STR_ARG(str_cut(text, 0, at)), to,
                      STR_ARG(str_cut(text, at + strlen(from), text.n)));
}

static void wrong_packs_are_told_by_file_line_and_column(void **state)
{
    static const struct wrong cases[] = {
        {"limits.csv", "3,WD", "three,WD", "limits.csv:2: value: not a number from 1 to 3650: \"three\""},
        {"limits.csv", "3,WD", "0,WD", "limits.csv:2: value: not a number"},
        {"limits.csv", "3,WD", "3,XX", "limits.csv:2: unit: no such word: \"XX\""},
        {"limits.csv", "2022-12-31", "2022-12-30", "limits.csv:2: valid_to: a gap"},
        {"limits.csv", "2022-12-31", "2023-01-01", "limits.csv:3: valid_from: holds at the same time as line 2"},
        {"limits.csv", "2022-12-31", "2022-02-30", "limits.csv:2: valid_to: not a date"},
        {"limits.csv", "2022-12-31", "2019-12-31", "limits.csv:2: valid_to: lies before valid_from"},
        {"limits.csv", "brew,normal", "brew,complex", "limits.csv:4: class: there is no such limit of class normal"},
        {"limits.csv", "G2,grumble grumble.again", "G2,grumble mumble",
         "limits.csv:4: procedure: no such procedure: \"mumble\""},
        {"limits.csv", "1,S,2020-01-01,\n", "1,X,2020-01-01,\n", "limits.csv:4: sureness: one of P S Q M"},
        {"limits.csv", "Bylaw 7", "", "limits.csv:4: article: empty"},
        {"limits.csv", "G1n,grumble grumble.again,listen", "G1n,grumble grumble.again,listen,x",
         "limits.csv:3: too many fields"},
        {"limits.csv", ",rank,", ",rang,", "limits.csv:1: rank: the table has no such column"},
        {"steps.csv", "heard,brewing", "heard,boiling", "steps.csv:2: to: no such state: \"boiling\""},
        {"steps.csv", "take,heard,brewing", "take,heard,poured",
         "steps.csv:3: from: grumble never gets into state brewing"},
        {"steps.csv", "brew,,subject", "boil,,subject", "steps.csv:2: next_step: limits.csv has none for it"},
        {"steps.csv", "yes,brew", "no,brew", "steps.csv:2: sets_clock: next_step is set"},
        {"steps.csv", "brewing,reception", "brewing,receptionist",
         "steps.csv:2: roles: no such role: \"receptionist\""},
        {"steps.csv", "handled eligible own outcome=accepted", "handled heated",
         "steps.csv:2: effects: no such word: \"heated\""},
        {"steps.csv", ",,subject,", ",,sugar,", "steps.csv:2: needs: no such word: \"sugar\""},
        {"steps.csv", "pour,brewing", "shrug,brewing", "the same action leads twice from one state"},
        {"limits.csv", "1,S,2020-01-01,\n", "1,S,2020-01-01,2025-12-31\n",
         "steps.csv:2: next_step: limits.csv has none for it in grumble that holds on 2026-01-01"},
        {"limits.csv", "2022-12-31", "2022-12-30",
         "procedures.csv:2: first_step: limits.csv has none for it in grumble that holds on 2022-12-31"},
        {"limits.csv", "2022-12-31", "2022-12-30", "limits.csv:2: valid_to: a gap"},
        {"steps.csv", "decided closed", "decided closed duty=wash", "steps.csv:3: effects: limits.csv has none for it"},
        {"steps.csv", "grumble,again,poured,poured", "grumble.again,again,poured,poured",
         "grumble.again has no next instance"},
        {"states.csv", "poured,yes", "poured,no", "no way leads from state"},
        {"states.csv", "poured,yes,Poured\n", "poured,yes,Poured\nspilt,yes,Spilt\n",
         "states.csv:5: id: no procedure gets into state spilt"},
        {"states.csv", "poured,yes,Poured\n", "poured,yes,Poured\nheard,no,Heard\n",
         "states.csv:5: id: this state stands twice"},
        {"procedures.csv", "grumble.again,heard,listen", "mumble,heard,listen",
         "procedures.csv:2: next_instance: no such procedure"},
        {"procedures.csv", "grumble,grumble,1", "grumble,grumble,one", "procedures.csv:2: instance: not a number"},
        {"procedures.csv", ",heard,listen,no,yes,yes", ",heard,listen,no,maybe,yes",
         "procedures.csv:2: anonymous: neither yes nor no: \"maybe\""},
        {"procedures.csv", ",heard,listen,no,yes,yes", ",heard,hear,no,yes,yes",
         "procedures.csv:2: first_step: limits.csv has none for it"},
        {"procedures.csv", "Grumble,Something", ",Something",
         "procedures.csv:2: name: no text in the pack's own language"},
        {"grounds.csv", "shrug", "shout", "grounds.csv:2: action: no step has this action: \"shout\""},
        {"grounds.csv", "hot_already,", "hot already,", "grounds.csv:2: id: not an id"},
        {"subjects.csv", "green,grumble", "green,mumble",
         "subjects.csv:2: kind: neither a kind nor a procedure: \"mumble\""},
        {"subjects.csv", "black", "green", "subjects.csv:3: id: this word stands twice"},
        {"holidays.csv", "2023-03-06", "2023-03-32", "holidays.csv:2: date: not a date"},
        {"holidays.csv", "2023-03-06", "2023-03-10", "date: this day stands twice"},
        {"holidays.csv", "2023-03-06", "2020-03-06", "holidays.csv:3: date: a gap: no day of the year 2021"},
        {"holidays.csv", "worked,2023-03-15", "worked,2023-03-14",
         "holidays.csv:3: pair: the day it is exchanged for"},
        {"holidays.csv", "2023-03-10,worked", "2023-03-11,worked",
         "holidays.csv:3: date: worked, but it is no day of rest"},
        {"holidays.csv", "holiday,,P", "compensatory,2023-03-01,P", "holidays.csv:2: pair: not a holiday"},
        {"holidays.csv", "holiday,,P", "feast,,P", "holidays.csv:2: kind: no such word: \"feast\""},
        {"periods.csv", "04-01", "02-29", "periods.csv:2: from: not a month and day"},
        {"periods.csv", "04-01", "10-01", "periods.csv:2: to: lies before from"},
        {"form_columns.csv", "subject = green", "colour = green",
         "form_columns.csv:3: condition: at 1: no such fact"},
        {"form_columns.csv", "T/1,3,1", "T/1,4,1", "form_columns.csv:4: column: columns stand in order"},
        {"form_columns.csv", "T/1,2,1", "T/1,2,2", "form_columns.csv:3: within: not a column further up"},
        {"form_columns.csv", "T/1,2,1", "T/2,2,1", "form_columns.csv:3: form: forms.csv has no such form"},
        {"form_checks.csv", "1=2+3", "1=2+5", "form_checks.csv:2: check: the form has no such column"},
        {"form_checks.csv", "1=2+3", "1=2+", "form_checks.csv:2: check: numbers of columns"},
        {"form_checks.csv", "1=2+3", "1<2", "form_checks.csv:2: check: one of = <= >="},
        {"pack.csv", "weekend,5", "weekend,8", "pack.csv:5: value: weekend"},
        {"pack.csv", "weekend,5", "weekend,1 2 3 4 5 6 7", "pack.csv:5: value: weekend: a day of work must be left"},
        {"pack.csv", "language,en", "language,xx", "pack.csv:4: value: no such language"},
        {"pack.csv", "id,example", "name_vi,example", "id and version are needed"},
        {"pack.csv", "roll,no", "rolls,no", "pack.csv:6: key: no such key"},
        {"pack.csv", "The bylaws", "The\xff bylaws", "pack.csv:0: not a text in UTF-8"},
    };
    struct arena a;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rule_file files[TABLES];
        struct strbuf problems;
        struct rulebook *b = NULL;
        struct err e;
        arena_init(&a);
        size_t n = read_pack(&a, "example", files);
        for (size_t k = 0; k < n; k++) {
            if (str_is(files[k].name, cases[i].file))
                files[k].text = replace(&a, files[k].text, cases[i].from, cases[i].to);
        }
        strbuf_init(&problems, &a, 1 << 16);
        if (rulebook_load(&a, files, n, &b, &problems, &e))
            fail_msg("case %zu was taken: %s", i, cases[i].problem);
        assert_null(b);
        assert_int_equal(e.code, ERR_BAD_INPUT);
        if (!strstr(strbuf_text(&problems).p, cases[i].problem))
            fail_msg("case %zu: \"%s\" is not said in\n%s", i, cases[i].problem, problems.p);
        arena_done(&a);
    }
}

static void a_missing_table_is_told(void **state)
{
    struct arena *a = *state;
    struct rule_file files[TABLES];
    struct strbuf problems;
    struct rulebook *b;
    struct err e;
    size_t n = read_pack(a, "example", files);
    files[4].name = STR("limit.csv");
    strbuf_init(&problems, a, 1 << 16);
    assert_false(rulebook_load(a, files, n, &b, &problems, &e));
    assert_non_null(strstr(strbuf_text(&problems).p, "limits.csv:0: the pack has no such table"));
}

/* ---- conditions ---- */

static const struct expr_fact weather[] = {{"rain", EXPR_FLAG}, {"sky", EXPR_WORD}, {"wind", EXPR_NUMBER}, {NULL, 0}};

static void conditions_hold(void **state)
{
    static const struct {
        const char *text;
        bool rain_grey_5, dry_blue_0;
    } cases[] = {
        {"rain", true, false},
        {"!rain", false, true},
        {"!!rain", true, false},
        {"rain & wind > 4", true, false},
        {"rain | wind=0", true, true},
        {"sky = grey & rain | sky=blue", true, true},
        {"sky != grey", false, true},
        {"!(rain | wind >= 1)", false, true},
        {"wind <= 5 & wind >= 5", true, false},
        {"wind < 5", false, true},
        {"wind != 5", false, true},
        {" ( ( rain ) ) ", true, false},
        {"rain & (sky = blue | sky = grey)", true, false},
        {"rain | !rain & rain", true, false}, /* & binds closer than | */
        {"wind > -1", true, true},
    };
    const struct expr_value rainy[] = {{.n = 1}, {.word = STR("grey")}, {.n = 5}};
    const struct expr_value dry[] = {{.n = 0}, {.word = STR("blue")}, {.n = 0}};
    struct expr *x;
    struct err e;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (!expr_compile(*state, str_of(cases[i].text), weather, &x, &e))
            fail_msg("%s: %s", cases[i].text, e.detail);
        if (expr_holds(x, rainy) != cases[i].rain_grey_5 || expr_holds(x, dry) != cases[i].dry_blue_0)
            fail_msg("%s", cases[i].text);
    }
    assert_true(expr_holds(NULL, rainy));
}

static void conditions_may_hold_by_what_is_known(void **state)
{
    static const struct {
        const char *text;
        bool may; /* rain is known, and it rains; nothing else is known */
    } cases[] = {
        {"rain", true},       {"!rain", false},          {"wind > 4", true},            {"!(wind > 4)", true},
        {"!rain & wind > 4", false}, {"!rain | sky = blue", true}, {"!(rain | sky = blue)", false}, {"!(rain & sky = blue)", true},
    };
    const struct expr_value values[] = {{.n = 1}, {.word = STR("")}, {.n = 0}};
    const bool known[] = {true, false, false};
    int64_t room[3];
    struct expr_numbers numbers = {room, 0, 2};
    struct expr *x;
    struct err e;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(expr_compile(*state, str_of(cases[i].text), weather, &x, &e));
        if (expr_might(x, values, known) != cases[i].may)
            fail_msg("%s", cases[i].text);
    }
    assert_true(expr_compile(*state, STR("wind > 4 | !(wind = 7 & rain) | wind < 4 & sky = blue"), weather, &x, &e));
    assert_true(expr_numbers(x, 2, &numbers));
    assert_int_equal(numbers.n, 2);
    assert_int_equal(room[0] + room[1], 11);
    assert_true(expr_numbers(x, 1, &numbers));
    assert_int_equal(numbers.n, 2);
    numbers.room = 1;
    numbers.n = 0;
    assert_false(expr_numbers(x, 2, &numbers));
}

static void wrong_conditions_say_where(void **state)
{
    static const struct {
        const char *text, *detail;
    } cases[] = {
        {"", "at 1: a fact, ! or ( is missing"}, {"snow", "at 1: no such fact"},       {"rain &", "at 7: a fact"},
        {"rain rain", "at 6: & or | is missing"}, {"(rain", "at 6: ) is missing"},      {"rain)", "at 5: & or |"},
        {"wind = x", "not a number"},             {"wind", "this fact needs a value"}, {"rain = 1", "yes or no"},
        {"sky < blue", "a word is only = or !="}, {"sky =", "a value is missing"},     {"rain & \"x\"",
         "at 8: a fact"},
        {"((((((((((((((((((((((((((((((((rain", "nested too deep"},
    };
    struct expr *x = NULL;
    struct err e;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_false(expr_compile(*state, str_of(cases[i].text), weather, &x, &e));
        if (!strstr(e.detail, cases[i].detail))
            fail_msg("%s: %s", cases[i].text, e.detail);
        assert_null(x);
    }
}

/* ---- forms and periods ---- */

static unsigned chance(uint64_t *seed, unsigned n)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*seed >> 33) % n;
}

/* A petition with any facts at all. */
static void any_petition(const struct rule_vocabulary *v, uint64_t *seed, struct expr_value *facts)
{
    static const char *const words[] = {"complaint", "denunciation", "recommendation", "feedback", "land", "policy", "other",
                                        "administrative", "corruption", "judicial", "", "accepted", "refused", "guided",
                                        "forwarded", "filed", "withdrawn", "stopped", "right", "wrong", "partly", "upheld", "slander"};
    for (size_t i = 0; i < v->n; i++) {
        facts[i] = (struct expr_value){0};
        switch (v->facts[i].type) {
        case EXPR_FLAG: facts[i].n = chance(seed, 3) > 0; break;
        case EXPR_NUMBER: facts[i].n = 1 + chance(seed, 3); break; /* instances count from 1 */
        case EXPR_WORD:
            facts[i].word = str_of(words[str_is(str_of(v->facts[i].name), "kind") ? chance(seed, 4)
                                         : chance(seed, sizeof words / sizeof *words)]);
            break;
        }
    }
}

/* Whatever petitions there are, the forms' own checks hold, also across forms. */
static void the_forms_add_up_for_any_petitions(void **state)
{
    static const char *const ids[] = {"02/XLD", "03/GQKN", "04/GQTC"};
    struct rulebook *b = load(*state, "vn");
    struct rule_vocabulary v;
    struct expr_value facts[FACT_FIELDS * 3];
    int64_t figures[3][64] = {{0}};
    uint64_t seed = 20260706;
    rule_vocabulary(*state, &fact_case, &v);
    for (int n = 0; n < 60000; n++) {
        any_petition(&v, &seed, facts);
        bool repeats = chance(&seed, 4) == 0;
        for (size_t k = 0; k < 3; k++) {
            const struct rule_form *f = rulebook_form(b, str_of(ids[k]));
            for (size_t i = 0; i < f->columns_n; i++) {
                const struct rule_column *c = &f->columns[i];
                figures[k][c->number] += c->about == &fact_case && expr_holds(c->condition, facts) && !(c->matters && repeats);
            }
        }
    }
    assert_true(figures[0][5] > 0 && figures[0][5] < figures[0][4]);
    assert_true(figures[1][3] > 0);
    assert_true(figures[2][13] > 0);
    for (size_t k = 0; k < 3; k++) {
        const struct rule_form *f = rulebook_form(b, str_of(ids[k]));
        for (size_t i = 0; i < f->checks_n; i++) {
            if (!rule_check_holds(&f->checks[i], figures[k], figures[0]))
                fail_msg("%s " STR_FMT, ids[k], STR_ARG(f->checks[i].text));
        }
    }
    figures[0][3]++;
    assert_false(rule_check_holds(&rulebook_form(b, STR("02/XLD"))->checks[1], figures[0], NULL));
}

static void periods_begin_in_december(void **state)
{
    static const struct {
        const char *id, *from, *to, *send;
    } cases[] = {
        {"2026-H1", "2025-12-15", "2026-06-14", "2026-06-17"}, {"2026-Q1", "2025-12-15", "2026-03-14", "2026-03-17"},
        {"2026-Q2", "2026-03-15", "2026-06-14", "2026-06-17"}, {"2026-Q4", "2026-09-15", "2026-12-14", "2026-12-17"},
        {"2026-9M", "2025-12-15", "2026-09-14", "2026-09-17"}, {"2026-Y", "2025-12-15", "2026-12-14", "2026-12-17"},
        {"2026-NA", "2025-08-01", "2026-07-31", ""},           {"2026-H2", "2026-06-15", "2026-12-14", ""},
    };
    struct arena *a = *state;
    struct rulebook *b = load(a, "vn");
    struct rule_period p, *all;
    size_t n;
    char got[11];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(rulebook_period(b, a, str_of(cases[i].id), &p));
        assert_string_equal(day_format(p.from, got), cases[i].from);
        assert_string_equal(day_format(p.to, got), cases[i].to);
        assert_string_equal(day_format(p.send_by, got), cases[i].send);
    }
    assert_false(rulebook_period(b, a, STR("2026-H3"), &p));
    assert_false(rulebook_period(b, a, STR("26-H1"), &p));
    rulebook_periods(b, a, 2026, &all, &n);
    assert_int_equal(n, 9);
    assert_true(str_is(all[0].id, "2026-Q1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_law_offers_what_the_journey_needs),
        cmocka_unit_test(the_day_chooses_the_version_of_a_step),
        cmocka_unit_test(publication_counts_from_the_decision),
        cmocka_unit_test(words_belong_to_kinds_and_actions),
        cmocka_unit_test(every_name_is_in_three_languages),
        cmocka_unit_test(another_country_needs_no_c),
        cmocka_unit_test(wrong_packs_are_told_by_file_line_and_column),
        cmocka_unit_test(a_missing_table_is_told),
        cmocka_unit_test(conditions_hold),
        cmocka_unit_test(conditions_may_hold_by_what_is_known),
        cmocka_unit_test(wrong_conditions_say_where),
        cmocka_unit_test(the_forms_add_up_for_any_petitions),
        cmocka_unit_test(periods_begin_in_december),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
