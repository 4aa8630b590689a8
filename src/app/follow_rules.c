// SPDX-License-Identifier: AGPL-3.0-or-later
#include "app/follow_rules.h"

#include <stdatomic.h>

#include "features/cases/case_redate.h"

enum { PASSES = 2 };

void rules_follow_open(struct rules_follow *f, struct site *site)
{
    *f = (struct rules_follow){.site = site, .pack = rulebook_pack(site->rules)};
    arena_init(&f->books);
}

void rules_follow_close(struct rules_follow *f)
{
    arena_done(&f->books);
}

static bool take_up(struct rules_follow *f, struct rd *rd, int64_t version, struct err *e)
{
    struct rulebook *book;
    if (!rules_current(rd, &f->books, f->pack, &book, e))
        return false;
    f->site->rules = book;
    f->version = version;
    f->passes = PASSES;
    atomic_fetch_add(&f->site->rules_taken, 1);
    return true;
}

static bool look(struct rules_follow *f, struct err *e)
{
    struct arena a;
    struct rd *rd;
    int64_t version;
    arena_init(&a);
    bool good = store_read(f->site->store, &a, &rd, e) && rules_version_number(rd, f->pack, &version, e) &&
                (version == f->version || take_up(f, rd, version, e));
    arena_done(&a);
    return good;
}

bool rules_follow(void *with, struct instant now, struct err *e)
{
    struct rules_follow *f = with;
    struct viewer program = VIEWER_SYSTEM;
    if (!look(f, e))
        return false;
    if (!f->passes)
        return true;
    struct case_redate again = {.rules = f->site->rules, .now = now, .actor = &program};
    if (!case_redate(f->site->store, &again, e))
        return false;
    f->passes--;
    return true;
}
