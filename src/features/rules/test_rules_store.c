// SPDX-License-Identifier: AGPL-3.0-or-later
/* Packs in the database: versions, the act, who may load, what happens when the database fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "features/acts/acts.h"
#include "features/rules/rule_rows.h"
#include "platform/assets/assets.h"
#include "platform/store/store.h"
#include "platform/store/test_database.h"

struct base {
    char dir[64], url[256];
    struct store *s;
    struct arena a;
    struct rule_file *files;
    size_t files_n;
};

static bool migrate(struct store *s, struct err *e)
{
    struct migration list[8];
    size_t n = 0;
    const struct migration_file *const tables[] = {acts_migrations, rules_migrations};
    for (size_t t = 0; t < 2; t++) {
        for (const struct migration_file *m = tables[t]; m->name; m++) {
            const struct asset *x = asset_find(str_of(m->asset));
            assert_non_null(x);
            list[n++] = (struct migration){m->name, x->bytes.p, x->bytes.n};
        }
    }
    return store_migrate(s, list, n, e);
}

static int set_up(void **state)
{
    struct err e = {0};
    struct base *b = calloc(1, sizeof *b);
    snprintf(b->dir, sizeof b->dir, "/tmp/dinh-rules-XXXXXX");
    if (!mkdtemp(b->dir))
        return -1;
    test_database_to(b->url, sizeof b->url, b->dir, "db");
    arena_init(&b->a);
    struct store_options o = {.url = b->url};
    if (!store_open(&o, &b->s, &e) || !migrate(b->s, &e)) {
        fprintf(stderr, "%s\n", e.detail);
        return -1;
    }
    rules_embedded(&b->a, STR("vn"), &b->files, &b->files_n);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    static const char *const rests[] = {"db", "db-wal", "db-shm"};
    struct base *b = *state;
    char path[96];
    store_close(b->s);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", b->dir, rests[i]);
        unlink(path);
    }
    rmdir(b->dir);
    arena_done(&b->a);
    free(b);
    return 0;
}

static bool install(struct base *b, const struct viewer *who, struct rules_install *in, struct err *e)
{
    static struct strbuf problems;
    strbuf_init(&problems, &b->a, 1 << 16);
    *in = (struct rules_install){.files = b->files, .files_n = b->files_n, .now = {1783000000000}, .actor = who,
                                 .problems = &problems};
    return store_run(b->s, rules_install, in, e);
}

static struct rulebook *current(struct base *b, struct err *e)
{
    struct rd *rd;
    struct rulebook *book = NULL;
    assert_true(store_read(b->s, &b->a, &rd, e));
    rules_current(rd, &b->a, STR("vn"), &book, e);
    store_read_end(rd);
    return book;
}

static void the_law_comes_with_the_program(void **state)
{
    struct base *b = *state;
    struct rules_install in;
    struct rule_due due;
    struct err e;
    const struct viewer program = VIEWER_SYSTEM;
    struct rule_clock_question q = {.procedure = STR("complaint.first"), .step = STR("check")};
    char got[11];
    assert_true(b->files_n > 17); /* tables, and templates of forms */
    assert_null(current(b, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    assert_true(install(b, &program, &in, &e));
    assert_true(in.ret_changed);
    assert_int_equal(in.ret_version, 1);
    struct rulebook *book = current(b, &e);
    assert_non_null(book);
    assert_true(day_of(2026, 7, 1, &q.start));
    assert_true(rulebook_due(book, &b->a, &q, &due, &e));
    assert_string_equal(day_format(due.day, got), "2026-07-10");
    assert_true(install(b, &program, &in, &e)); /* the same again: nothing new */
    assert_false(in.ret_changed);
    assert_int_equal(in.ret_version, 1);
}

static size_t acts_of(struct base *b, int64_t version)
{
    struct rd *rd;
    struct act_list acts;
    struct err e;
    const struct act_query q = {0, "rules", version, true};
    assert_true(store_read(b->s, &b->a, &rd, &e));
    assert_true(act_list(rd, &b->a, &q, &acts, &e));
    store_read_end(rd);
    return acts.n;
}

static void a_change_is_a_new_version_and_an_act(void **state)
{
    struct base *b = *state;
    struct rules_install in;
    struct err e;
    const struct viewer program = VIEWER_SYSTEM;
    size_t at;
    assert_true(install(b, &program, &in, &e));
    assert_int_equal(acts_of(b, 1), 1);
    for (size_t i = 0; i < b->files_n; i++) {
        if (str_is(b->files[i].name, "pack.csv")) {
            struct str t = b->files[i].text;
            assert_true(str_find(t, STR("2026.1"), &at));
            b->files[i].text = str_printf(&b->a, STR_FMT "2026.2" STR_FMT, STR_ARG(str_cut(t, 0, at)), STR_ARG(str_cut(t, at + 6, t.n)));
        }
    }
    assert_true(install(b, &program, &in, &e));
    assert_true(in.ret_changed);
    assert_int_equal(in.ret_version, 2);
    assert_true(str_is(rulebook_version(current(b, &e)), "2026.2"));
    assert_int_equal(acts_of(b, 2), 1);
    b->files[0].text = STR("nonsense");
    assert_false(install(b, &program, &in, &e)); /* a wrong pack changes nothing */
    assert_int_equal(e.code, ERR_BAD_INPUT);
    assert_true(in.problems->n > 0);
    assert_true(str_is(rulebook_version(current(b, &e)), "2026.2"));
}

static void only_administrators_load(void **state)
{
    struct base *b = *state;
    struct rules_install in;
    struct err e;
    const struct viewer nobody = VIEWER_PUBLIC;
    const struct viewer admin = {.user_id = 7, .grants = {{.office_id = 1, .roles = ROLE_ADMIN}}, .grants_n = 1};
    assert_false(install(b, &nobody, &in, &e));
    assert_int_equal(e.code, ERR_DENIED);
    assert_true(install(b, &admin, &in, &e));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_law_comes_with_the_program, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_change_is_a_new_version_and_an_act, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_administrators_load, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
