// SPDX-License-Identifier: AGPL-3.0-or-later
/* The pure parts: who may see what, what an effect does, how alike texts are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "features/cases/case_access.h"
#include "features/cases/case_flow.h"
#include "features/cases/case_marks.h"

enum { HERE = 202522236601, THERE = 202522236701, WORKER = 7 };

/* Somebody with one role in an office. */
static struct viewer in_office(int64_t office, uint32_t role)
{
    struct viewer v = {.user_id = WORKER, .grants_n = 1};
    v.grants[0] = (struct grant){.office_id = office, .roles = role};
    return v;
}

static void the_table_of_who_sees_what(void **state)
{
    (void)state;
    static const struct {
        uint32_t role;
        int64_t office, assigned, created;
        bool sealed, see, identity;
    } t[] = {
        {ROLE_RECEPTION, HERE, 0, 0, false, true, true},       {ROLE_SETTLING, HERE, 0, 0, false, true, true},
        {ROLE_LEADER, HERE, 0, 0, false, true, true},          {ROLE_SUPERVISOR, HERE, 0, 0, false, true, true},
        {ROLE_STEERING, HERE, 0, 0, false, false, false},      {ROLE_ADMIN, HERE, 0, 0, false, false, false},
        {ROLE_CITIZEN, HERE, 0, 0, false, false, false},       {ROLE_RECEPTION, THERE, 0, 0, false, false, false},
        {ROLE_HAMLET, HERE, 0, 0, false, false, false},        {ROLE_HAMLET, HERE, 0, WORKER, false, true, true},
        /* sealed */
        {ROLE_LEADER, HERE, 0, 0, true, true, true},           {ROLE_SUPERVISOR, HERE, 0, 0, true, true, false},
        {ROLE_SETTLING, HERE, 0, 0, true, false, false},       {ROLE_SETTLING, HERE, WORKER, 0, true, true, true},
        {ROLE_SETTLING, HERE, 9, 0, true, false, false},       {ROLE_RECEPTION, HERE, 0, 0, true, true, false},
        {ROLE_RECEPTION, HERE, 9, 0, true, false, false},      {ROLE_RECEPTION, HERE, 9, WORKER, true, true, true},
        {ROLE_SETTLING, THERE, WORKER, 0, true, false, false}, {ROLE_ADMIN, HERE, 0, 0, true, false, false},
        {ROLE_STEERING, HERE, 0, 0, true, false, false},       {ROLE_LEADER, THERE, 0, 0, true, false, false},
    };
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct viewer v = in_office(t[i].office, t[i].role);
        struct case_facts c = {.key = {HERE, 1}, .closed = DAY_NONE, .sealed = t[i].sealed,
                               .assigned_to = t[i].assigned, .created_by = t[i].created};
        if (case_may_see(&v, &c) != t[i].see || case_may_see_identity(&v, &c) != t[i].identity)
            fail_msg("row %zu (%s%s)", i, role_word(t[i].role), t[i].sealed ? ", sealed" : "");
    }
}

static void a_code_opens_its_own_matter_only(void **state)
{
    (void)state;
    struct viewer v = {.track_office = HERE, .track_case = 5};
    struct case_facts own = {.key = {HERE, 5}, .sealed = true}, other = {.key = {HERE, 6}}, far = {.key = {THERE, 5}};
    assert_true(case_may_see(&v, &own) && case_may_see_identity(&v, &own));
    assert_false(case_may_see(&v, &other));
    assert_false(case_may_see(&v, &far));
    assert_false(case_may_read_register(&v, HERE));
}

static void hamlet_heads_list_what_they_registered(void **state)
{
    (void)state;
    struct viewer hamlet = in_office(HERE, ROLE_HAMLET), leader = in_office(HERE, ROLE_LEADER | ROLE_HAMLET);
    assert_int_equal(case_own_only(&hamlet, HERE), WORKER);
    assert_int_equal(case_own_only(&hamlet, THERE), 0);
    assert_int_equal(case_own_only(&leader, HERE), 0);
    assert_false(case_may_read_register(&hamlet, HERE));
}

static void nobody_sees_nothing(void **state)
{
    (void)state;
    struct viewer v = VIEWER_PUBLIC;
    struct case_facts zero = {.key = {HERE, 1}}, unassigned = {.key = {0, 0}};
    assert_false(case_may_see(&v, &zero));
    assert_false(case_may_see(&v, &unassigned));
}

static void effects_move_the_facts(void **state)
{
    (void)state;
    struct day today = {20000}, later = {20005};
    struct rule_step accept = {.to = STR("settling"), .needs = STR("subject"), .effects = STR("handled eligible own outcome=accepted")};
    struct rule_step decide = {.to = STR("*"), .effects = STR("decided closed")};
    struct rule_step reopen = {.to = STR("settling"), .effects = STR("reopened")};
    struct case_facts c = {.key = {HERE, 1}, .state = STR("received"), .handled = DAY_NONE, .decided = DAY_NONE,
                           .closed = DAY_NONE, .eligible = -1, .own = -1, .version = 1};
    struct case_deed deed = {.subject = STR("land")};
    case_flow_apply(&accept, &deed, today, &c);
    assert_int_equal(c.handled.n, 20000);
    assert_int_equal(c.eligible, 1);
    assert_int_equal(c.own, 1);
    assert_true(str_is(c.outcome, "accepted") && str_is(c.subject, "land") && str_is(c.state, "settling"));
    deed = (struct case_deed){.subject = STR("policy"), .assignee = 9, .decision = STR("right")}; /* more than the step asks for */
    case_flow_apply(&decide, &deed, later, &c);
    assert_int_equal(c.decided.n, 20005);
    assert_int_equal(c.closed.n, 20005);
    assert_int_equal(c.handled.n, 20000);
    assert_true(str_is(c.state, "settling") && str_is(c.decision, "right") && str_is(c.subject, "land"));
    assert_int_equal(c.assigned_to, 0);
    case_flow_apply(&reopen, &deed, later, &c);
    assert_true(day_is_none(c.closed) && day_is_none(c.decided));
    assert_int_equal(c.version, 4);
}

static const uint8_t key[32] = "thirty-two bytes of a test's key";

static int alike(struct arena *a, const char *x, const char *y)
{
    int64_t m[CASE_MARKS], n[CASE_MARKS];
    int same = 0;
    case_marks(key, text_fold(a, str_of(x)), m);
    case_marks(key, text_fold(a, str_of(y)), n);
    for (int i = 0; i < CASE_MARKS; i++)
        same += m[i] == n[i];
    return same;
}

static void marks_find_what_is_said_twice(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a);
    const char *text = "Đèn đường ở thôn ba hỏng đã hai tháng nay, bà con đi lại ban đêm rất nguy hiểm, đề nghị sửa";
    const char *typed_again = "den duong o thon ba hong da hai thang nay ba con di lai ban dem rat nguy hiem, DE NGHI SUA!";
    const char *with_thanks = "Kính gửi, đèn đường ở thôn ba hỏng đã hai tháng nay, bà con đi lại ban đêm rất nguy hiểm, đề nghị sửa";
    const char *other = "Kênh mương nội đồng bị sạt lở sau mưa lũ làm ruộng lúa của mười hộ không có nước tưới";
    assert_int_equal(alike(&a, text, typed_again), CASE_MARKS);
    assert_true(alike(&a, text, with_thanks) >= CASE_MARKS / 2);
    assert_int_equal(alike(&a, text, other), 0);
    assert_int_equal(alike(&a, "", ""), CASE_MARKS);
    arena_done(&a);
}

int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_of_who_sees_what), cmocka_unit_test(a_code_opens_its_own_matter_only),
        cmocka_unit_test(nobody_sees_nothing),
        cmocka_unit_test(hamlet_heads_list_what_they_registered), cmocka_unit_test(effects_move_the_facts),
        cmocka_unit_test(marks_find_what_is_said_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
