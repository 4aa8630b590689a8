// SPDX-License-Identifier: AGPL-3.0-or-later
#include "app/check.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/open.h"
#include "features/acts/acts.h"
#include "features/facts/facts.h"
#include "features/cases/case_check.h"

/* An attachment of the register against the disk. */
static void check_file(struct cli *c, const struct case_world *w, const struct case_file *f, struct check_result *x,
                       struct strbuf *report)
{
    bool deep = x->files && !(x->keyless && f->sealed);
    const char *why = case_file_problem(&c->arena, w, f, deep);
    x->unopened += x->files && !deep;
    if (why) {
        x->sound = false;
        strbuf_printf(report, "attachment " STR_FMT ": %s\n", STR_ARG(f->stored), why);
    }
}

static int64_t count_files(const char *dir)
{
    int64_t n = 0;
    DIR *top = opendir(dir);
    struct dirent *d;
    while (top && (d = readdir(top))) {
        char path[4096];
        DIR *sub;
        struct dirent *f;
        if (d->d_name[0] == '.' || (size_t)snprintf(path, sizeof path, "%s/%s", dir, d->d_name) >= sizeof path)
            continue;
        sub = opendir(path);
        while (sub && (f = readdir(sub)))
            n += f->d_name[0] != '.';
        if (sub)
            closedir(sub);
    }
    if (top)
        closedir(top);
    return n;
}

static bool check_files(struct cli *c, struct rd *rd, struct check_result *x, struct strbuf *report, struct err *e)
{
    struct opened o;
    struct case_file *files;
    size_t n;
    if (!x->keyless && !open_site(c, &o, e))
        return false;
    const struct case_world bare = {.files = open_path(c, "files").p};
    const struct case_world *w = x->keyless ? &bare : &o.world;
    bool good = case_all_files(rd, &c->arena, &files, &n, e);
    for (size_t i = 0; good && i < n; i++)
        check_file(c, w, &files[i], x, report);
    if (good) {
        x->attachments = (int64_t)n;
        x->orphans = count_files(w->files) - (int64_t)case_distinct_files(files, n);
        if (x->orphans < 0)
            x->orphans = 0;
    }
    if (!x->keyless)
        open_close(&o);
    return good;
}

/* The columns that are kept against columns made from the first act on. */
static bool check_facts(struct cli *c, struct rd *rd, struct check_result *x, struct strbuf *report, struct err *e)
{
    struct opened o;
    struct facts *anew = NULL;
    if (!open_site(c, &o, e))
        return false;
    struct facts_options memory = {NULL, fact_vocabulary, o.site.zone_minutes};
    bool good = open_facts(c, &o, e) && facts_catch_up(o.site.facts, rd, e) && facts_open(&memory, &anew, e) &&
                facts_catch_up(anew, rd, e);
    if (good && !facts_same(o.site.facts, anew, report))
        x->sound = false;
    facts_close(anew);
    open_close(&o);
    return good;
}

bool check_all(struct cli *c, struct check_result *x, struct strbuf *report, struct err *e)
{
    struct rd *rd;
    struct arena a;
    bool pages, chain = false;
    arena_init(&a);
    x->sound = true;
    bool good = store_check(c->store, report, &pages, e);
    bool rest = good && store_read(c->store, &a, &rd, e) && acts_check(rd, report, &x->acts, &chain, e) &&
                check_files(c, rd, x, report, e) && (!x->recount || check_facts(c, rd, x, report, e));
    if (good && !pages && !rest) /* what cannot be read is part of the answer */
        strbuf_printf(report, "the rest could not be looked at: %s\n", e->detail);
    x->sound = x->sound && good && pages && rest && chain;
    arena_done(&a);
    return rest || (good && !pages);
}
