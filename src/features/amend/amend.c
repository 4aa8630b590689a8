// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/amend/amend.h"

bool amend_plan(struct rd *rd, struct arena *a, struct str pack, struct rule_file_list with, struct amendment *ret, struct err *e)
{
    struct rules_version now;
    *ret = (struct amendment){0};
    strbuf_init(&ret->problems, a, 1 << 20);
    if (!rules_version(rd, a, pack, &now, e))
        return false;
    struct rule_file_list before = {now.files, now.files_n};
    ret->version = now.version;
    ret->files = rule_files_over(a, before, with);
    if (!rulebook_load(a, ret->files.v, ret->files.n, &ret->book, &ret->problems, e))
        return false;
    struct str of = rulebook_pack(ret->book);
    if (!str_eq(of, pack))
        return FAIL(e, ERR_CONFLICT, MSG("err.rules.pack"), "these are tables of \"" STR_FMT "\", the office works by \"" STR_FMT "\"",
                    STR_ARG(of), STR_ARG(pack));
    rule_changes(a, before, ret->files, &ret->changes, &ret->changes_n);
    return case_redate_plan(rd, a, ret->book, &ret->plan, e);
}

struct applying {
    const struct amendment *x;
    struct rules_install install;
};

static bool install(struct tx *tx, void *arg, struct err *e)
{
    struct applying *p = arg;
    int64_t version;
    if (!rules_version_number(tx_rd(tx), rulebook_pack(p->x->book), &version, e))
        return false;
    if (version != p->x->version)
        return FAIL(e, ERR_CONFLICT, MSG("err.amend.version"), "version %lld is in force", (long long)version);
    return rules_install(tx, &p->install, e);
}

/* The tables hold for every office: so must her right. */
static bool may_change(struct store *s, const struct viewer *actor, struct err *e)
{
    struct arena a;
    struct rd *rd;
    bool all = false;
    if (actor->system)
        return true;
    arena_init(&a);
    bool good = store_read(s, &a, &rd, e);
    if (good) {
        good = people_runs_all(rd, actor, &all, e);
        store_read_end(rd);
    }
    arena_done(&a);
    return good && (all || FAIL(e, ERR_DENIED, MSG("err.amend.all"), NULL));
}

bool amend_apply(struct store *s, const struct amendment *x, struct instant now, const struct viewer *actor, struct err *e)
{
    struct strbuf problems = x->problems;
    if (!may_change(s, actor, e))
        return false;
    struct applying p = {x, {.files = x->files.v, .files_n = x->files.n, .now = now, .actor = actor, .problems = &problems}};
    struct case_redate again = {.rules = x->book, .now = now, .actor = actor};
    return store_run(s, install, &p, e) && case_redate(s, &again, e);
}
