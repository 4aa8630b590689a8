// SPDX-License-Identifier: AGPL-3.0-or-later
/* Crosses every state with every action of the rulebook, for every procedure, by
 * the command itself: tests/rules/state_action.csv says what each cell leads to.
 * And two hands on one matter at the same moment.
 *
 *   procedure,action,STATE,STATE,…    a cell: the state it leads to, "=" the same
 *                                     state, "." refused
 *
 * DINH_WRITE=1 writes the table anew, to be read before it is kept. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/csv.h"
#include "features/cases/cases.h"
#include "features/vault/vault.h"
#include "features/units/units.h"
#include "platform/assets/assets.h"
#include "platform/jobs/jobs.h"
#include "platform/store/test_database.h"

enum { OFFICE = 202522236601, HANDS = 8, ACTIONS = 200 };

struct world {
    struct arena arena;
    char dir[64];
    struct store *store;
    struct keys *keys;
    struct case_world cases;
};

static struct day july(int dom)
{
    struct day d;
    assert_true(day_of(2026, 7, dom, &d));
    return d;
}

static void migrate(struct world *w)
{
    struct err e;
    struct migration list[60];
    size_t n = 0;
    const struct migration_file *const tables[] = {jobs_migrations, acts_migrations, units_migrations, people_migrations, rules_migrations,
                                                   vault_migrations,
                                                   cases_migrations};
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        for (const struct migration_file *m = tables[t]; m->name; m++) {
            const struct asset *a = asset_find(str_of(m->asset));
            list[n++] = (struct migration){m->name, a->bytes.p, a->bytes.n};
        }
    }
    assert_true(store_migrate(w->store, list, n, &e));
}

static int open_world(void **state)
{
    struct err e;
    struct rule_file *files;
    size_t n;
    struct strbuf problems;
    struct rulebook *rules;
    struct world *w = calloc(1, sizeof *w);
    arena_init(&w->arena);
    snprintf(w->dir, sizeof w->dir, "/tmp/dinh-cross-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    strbuf_init(&problems, &w->arena, 1 << 20);
    rules_embedded(&w->arena, STR("vn"), &files, &n);
    assert_true(rulebook_load(&w->arena, files, n, &rules, &problems, &e));
    assert_true(store_open(&(struct store_options){.url = test_database(&w->arena, w->dir, "db")}, &w->store, &e));
    assert_true(keys_create(w->dir, &e) && keys_open(w->dir, &w->keys, &e));
    migrate(w);
    w->cases = (struct case_world){.rules = rules, .keys = w->keys, .files = w->dir, .zone_minutes = 420,
                                   .today = july(8)};
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;
    store_close(w->store);
    keys_close(w->keys);
    arena_done(&w->arena);
    free(w);
    return 0;
}

/* ---- what the rulebook knows ---- */

/* Every action of every procedure, once, in the rulebook's order. */
static size_t actions_of(const struct rulebook *rules, struct str list[ACTIONS])
{
    const struct rule_procedure *p;
    const struct rule_step *steps;
    size_t procedures, steps_n, n = 0;
    rulebook_procedures(rules, &p, &procedures);
    for (size_t i = 0; i < procedures; i++) {
        rulebook_steps(rules, p[i].id, &steps, &steps_n);
        for (size_t k = 0; k < steps_n; k++) {
            size_t at = 0;
            while (at < n && !str_eq(list[at], steps[k].action))
                at++;
            assert_true(at < ACTIONS);
            if (at == n)
                list[n++] = steps[k].action;
        }
    }
    return n;
}

static size_t states_of(const struct rulebook *rules, struct str list[ACTIONS])
{
    const struct rule_procedure *p;
    const struct rule_step *steps;
    size_t procedures, steps_n, n = 0;
    rulebook_procedures(rules, &p, &procedures);
    for (size_t i = 0; i < procedures; i++) {
        rulebook_steps(rules, p[i].id, &steps, &steps_n);
        for (size_t k = 0; k < 2 * steps_n; k++) {
            struct str s = k % 2 ? steps[k / 2].to : steps[k / 2].from;
            size_t at = 0;
            while (at < n && !str_eq(list[at], s))
                at++;
            assert_true(at < ACTIONS);
            if (at == n)
                list[n++] = s;
        }
    }
    return n;
}

struct crossing {
    struct world *w;
    struct str procedure, action, state;
    struct case_key key;
    bool known;     /* the command knows the action in the state */
    struct str to;
};

/* ---- what the command says ---- */

static bool put_state(struct tx *tx, void *arg, struct err *e)
{
    struct crossing *x = arg;
    return store_exec(tx, SQL("UPDATE cases SET state = $3 WHERE office_id = $1 AND case_id = $2"),
                      VALS(V(x->key.office_id), V(x->key.case_id), V(x->state)), NULL, e);
}

static bool try_it(struct tx *tx, void *arg, struct err *e)
{
    struct crossing *x = arg;
    static const struct viewer program = VIEWER_SYSTEM;
    struct case_key made;
    struct case_doing d = {tx, &x->w->cases, &program, (struct instant){1}};
    struct case_deed deed = {.action = x->action};
    struct case_facts c;
    struct case_look l = {tx_rd(tx), tx_arena(tx), &x->w->cases, &program};
    if (!put_state(tx, x, e))
        return false;
    if (!case_do(&d, x->key, &deed, &made, e))
        return false;
    if (!case_get(&l, x->key, &c, e))
        return false;
    x->to = str_copy(&x->w->arena, c.state);
    return FAIL(e, ERR_CONFLICT, "test.undo", NULL); /* the next cell finds the matter as it was */
}

static void cross(struct crossing *x)
{
    struct err e = {0};
    const struct rule_step *step = rulebook_step(x->w->cases.rules, x->procedure, x->state, x->action, x->w->cases.today);
    x->to = (struct str){0};
    assert_false(store_run(x->w->store, try_it, x, &e));
    x->known = strcmp(e.msg, "err.case.state") != 0;
    if (x->known != (step != NULL))
        fail_msg(STR_FMT " " STR_FMT " " STR_FMT ": %s", STR_ARG(x->procedure), STR_ARG(x->state), STR_ARG(x->action), e.msg);
    if (x->to.n && !str_eq(x->to, step->to))
        fail_msg(STR_FMT " " STR_FMT ": to " STR_FMT, STR_ARG(x->state), STR_ARG(x->action), STR_ARG(x->to));
    if (x->known)
        x->to = step->to;
}

static bool register_one(struct tx *tx, void *arg, struct err *e)
{
    struct crossing *x = arg;
    static const struct viewer program = VIEWER_SYSTEM;
    struct case_doing d = {tx, &x->w->cases, &program, (struct instant){1}};
    struct case_new in = {.office_id = OFFICE, .office_code = STR("22366"), .procedure = x->procedure, .channel = STR("web"),
                          .petitioner = STR("individual"), .people = 1, .received = july(6),
                          .text = {.title = STR("Title"), .body = STR("What happened."), .who.name = STR("An")},
                          .code_hash = digest_of("code", 4)};
    return case_register(&d, &in, &x->key, e);
}

static struct str cell_of(struct crossing *x)
{
    cross(x);
    return !x->known ? STR(".") : str_eq(x->to, x->state) ? STR("=") : x->to;
}

static const char *path_of(struct world *w)
{
    const char *source = getenv("DINH_SOURCE");
    return str_printf(&w->arena, "%s/tests/rules/state_action.csv", source ? source : ".").p;
}

/* Every row of the table as the program is. */
static void write_rows(struct world *w, struct strbuf *b)
{
    const struct rule_procedure *p;
    struct str actions[ACTIONS], states[ACTIONS];
    struct err e;
    size_t n, actions_n = actions_of(w->cases.rules, actions), states_n = states_of(w->cases.rules, states);
    strbuf_printf(b, "procedure,action");
    for (size_t k = 0; k < states_n; k++)
        strbuf_printf(b, "," STR_FMT, STR_ARG(states[k]));
    strbuf_printf(b, "\n");
    rulebook_procedures(w->cases.rules, &p, &n);
    for (size_t i = 0; i < n; i++) {
        struct crossing x = {.w = w, .procedure = p[i].id};
        assert_true(store_run(w->store, register_one, &x, &e));
        for (size_t a = 0; a < actions_n; a++) {
            strbuf_printf(b, STR_FMT "," STR_FMT, STR_ARG(x.procedure), STR_ARG(actions[a]));
            x.action = actions[a];
            for (size_t k = 0; k < states_n; k++) {
                x.state = states[k];
                struct str cell = cell_of(&x);
                strbuf_printf(b, "," STR_FMT, STR_ARG(cell));
            }
            strbuf_printf(b, "\n");
        }
    }
}

static struct str read_whole(struct world *w, const char *path)
{
    FILE *f = fopen(path, "r");
    static char line[8192];
    struct strbuf b;
    assert_non_null(f);
    strbuf_init(&b, &w->arena, 1 << 20);
    while (fgets(line, sizeof line, f))
        strbuf_printf(&b, "%s", line);
    fclose(f);
    return strbuf_text(&b);
}

static void every_cell_is_as_written(void **state)
{
    struct world *w = *state;
    struct strbuf b;
    strbuf_init(&b, &w->arena, 1 << 20);
    write_rows(w, &b);
    if (getenv("DINH_WRITE")) {
        FILE *f = fopen(path_of(w), "w");
        assert_non_null(f);
        fputs(strbuf_text(&b).p, f);
        fclose(f);
    }
    struct str is = strbuf_text(&b), said = read_whole(w, path_of(w)), x, y;
    for (int line = 1; is.n || said.n; line++) {
        x = y = (struct str){0};
        str_split(&is, '\n', &x);
        str_split(&said, '\n', &y);
        if (!str_eq(x, y))
            fail_msg("state_action.csv:%d\n  is:   " STR_FMT "\n  said: " STR_FMT, line, STR_ARG(x), STR_ARG(y));
    }
}

/* ---- two hands ---- */

struct hand {
    struct world *w;
    struct case_key key;
    pthread_barrier_t *start;
    int64_t n;
    bool done;
    struct err e;
};

static bool assign_it(struct tx *tx, void *arg, struct err *e)
{
    struct hand *h = arg;
    static const struct viewer program = VIEWER_SYSTEM;
    struct case_key made;
    struct case_doing d = {tx, &h->w->cases, &program, (struct instant){1}};
    struct case_deed deed = {.action = STR("assign"), .version = 1, .assignee = h->n};
    return case_do(&d, h->key, &deed, &made, e);
}

static void *run_hand(void *arg)
{
    struct hand *h = arg;
    pthread_barrier_wait(h->start);
    h->done = store_run(h->w->store, assign_it, h, &h->e);
    return NULL;
}

static void one_of_many_hands_wins_and_the_others_are_told(void **state)
{
    struct world *w = *state;
    for (int round = 0; round < 20; round++) {
        struct crossing x = {.w = w, .procedure = STR("feedback")};
        struct hand hands[HANDS];
        pthread_t threads[HANDS];
        pthread_barrier_t start;
        struct err e;
        int won = 0;
        assert_true(store_run(w->store, register_one, &x, &e));
        pthread_barrier_init(&start, NULL, HANDS);
        for (int i = 0; i < HANDS; i++) {
            hands[i] = (struct hand){.w = w, .key = x.key, .start = &start, .n = i + 1};
            assert_int_equal(pthread_create(&threads[i], NULL, run_hand, &hands[i]), 0);
        }
        for (int i = 0; i < HANDS; i++)
            pthread_join(threads[i], NULL);
        for (int i = 0; i < HANDS; i++) {
            won += hands[i].done;
            if (!hands[i].done) {
                assert_int_equal(hands[i].e.code, ERR_CONFLICT);
                assert_string_equal(hands[i].e.msg, "err.case.version");
            }
        }
        assert_int_equal(won, 1);
        pthread_barrier_destroy(&start);
    }
}

int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_cell_is_as_written, open_world, close_world),
        cmocka_unit_test_setup_teardown(one_of_many_hands_wins_and_the_others_are_told, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
