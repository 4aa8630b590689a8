// SPDX-License-Identifier: AGPL-3.0-or-later
/* dinh import …: tables from files; all rows or none. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/open.h"
#include "app/run.h"
#include "features/cases/case_import.h"
#include "features/units/units.h"

enum { IMPORT_MAX = 512 << 20 };

bool run_read_file(struct cli *c, const char *path, struct str *ret, struct err *e)
{
    FILE *f = fopen(path, "rb");
    struct strbuf b;
    char part[65536];
    size_t n;
    if (!f)
        return FAIL(e, ERR_IO, "err.io", "%s: %s", path, strerror(errno));
    strbuf_init(&b, &c->arena, IMPORT_MAX);
    while ((n = fread(part, 1, sizeof part, f)) > 0)
        strbuf_add(&b, part, n);
    bool bad = ferror(f) != 0;
    fclose(f);
    if (bad)
        return FAIL(e, ERR_IO, "err.io", "%s: cannot be read", path);
    if (b.full)
        return FAIL(e, ERR_TOO_LARGE, "err.text.long", "%s: larger than %d MB", path, IMPORT_MAX >> 20);
    *ret = strbuf_text(&b);
    return true;
}

static bool say_count(struct cli *c, const char *what, int64_t n, struct err *e)
{
    if (c->json)
        return cli_print(str_printf(&c->arena, "{\"%s\":%lld}\n", what, (long long)n), e);
    return cli_print(str_printf(&c->arena, "%lld %s\n", (long long)n, what), e);
}

bool run_import_units(struct cli *c, struct err *e)
{
    struct units_import in = {.units_name = str_of(c->argv[0]), .now = c->now};
    if (!run_read_file(c, c->argv[0], &in.units_text, e))
        return false;
    if (c->argc > 1) {
        in.changes_name = str_of(c->argv[1]);
        if (!run_read_file(c, c->argv[1], &in.changes_text, e))
            return false;
    }
    return cli_store(c, false, e) && units_import(c->store, &in, e) && say_count(c, "units", in.ret_units, e);
}

bool run_import_cases(struct cli *c, struct err *e)
{
    struct opened o;
    struct case_import in = {.file = str_of(c->argv[0]), .now = c->now};
    c->bulk = true;
    if (!run_read_file(c, c->argv[0], &in.text, e) || !open_site(c, &o, e))
        return false;
    in.world = &o.world;
    bool good = store_run(c->store, case_import, &in, e) && say_count(c, "cases", in.ret_cases, e);
    open_close(&o);
    return good;
}
