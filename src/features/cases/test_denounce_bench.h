// SPDX-License-Identifier: AGPL-3.0-or-later
/* What the tests of denunciations stand on: a database, a rulebook, three
 * offices, six accounts, one denunciation with a matter of protection. */
#ifndef TEST_DENOUNCE_BENCH_H
#define TEST_DENOUNCE_BENCH_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "features/cases/case_vault.h"
#include "features/units/units.h"

enum { OFFICE = 202522236601, SUPERIOR = 202510005601, BODY = 20 };
/* accounts: two leaders with the same rights, one of them accused */
enum { LEADER = 1, ACCUSED = 2, OFFICER = 3, COLLEAGUE = 4, ABOVE = 5, BELOW = 6, ACCOUNTS = 6 };
enum { DEPARTMENT = 202522236610 };

struct bench {
    struct arena arena;
    char dir[64];
    struct store *store;
    struct keys *keys;
    struct rulebook *rules;
    struct people *people;
    struct case_world world;
    struct case_key key, protection;
    int64_t accounts[ACCOUNTS + 1];
};

struct call {
    struct bench *b;
    struct viewer viewer;
    struct case_key key, made;
    struct case_deed deed;
    const char *body, *name;
    int64_t stars;
};

static inline void check(bool good, const struct err *e)
{
    if (!good)
        fail_msg("%s %s", e->msg, e->detail);
}

extern const char bench_text[]; /* of the denunciation */
struct viewer account(const struct bench *b, int who);
bool register_command(struct tx *tx, void *arg, struct err *e);
bool deed_command(struct tx *tx, void *arg, struct err *e);
bool rate_command(struct tx *tx, void *arg, struct err *e);
bool run_deed(struct bench *b, int who, const struct case_deed *deed, struct err *e);
struct case_key make_one(struct bench *b);
void accuse(struct bench *b, int who, int64_t office, bool head);
int open_bench(void **state);
int close_bench(void **state);
#endif
