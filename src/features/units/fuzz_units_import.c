// SPDX-License-Identifier: AGPL-3.0-or-later
/* Tables of units from strangers: the part before a line "---" and the part behind it as two files, into a
 * database that holds one province; nothing stays. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "features/acts/acts.h"
#include "features/units/unit_rows.h"
#include "platform/assets/assets.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static struct store *open_store(void)
{
    struct store *s;
    struct err e;
    char dir[] = "/tmp/dinh-fuzz-units-XXXXXX", url[64];
    struct migration list[16];
    size_t n = 0;
    const struct migration_file *const files[] = {acts_migrations, units_migrations};
    if (!mkdtemp(dir))
        die("no directory");
    snprintf(url, sizeof url, "sqlite:%s/db", dir);
    struct store_options o = {.url = url, .readers = 1};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        for (const struct migration_file *m = files[i]; m->name; m++) {
            const struct asset *sql = asset_find(str_of(m->asset));
            list[n++] = (struct migration){m->name, sql->bytes.p, sql->bytes.n};
        }
    }
    struct units_import in = {.units_name = STR("seed"),
                              .units_text = STR("id,level,kind,name,parent,valid_from,valid_to\n2025:P01,province,k,K One,,,\n")};
    if (!store_open(&o, &s, &e) || !store_migrate(s, list, n, &e) || !units_import(s, &in, &e))
        die("%s", e.detail);
    return s;
}

static bool load_and_undo(struct tx *tx, void *load, struct err *e)
{
    if (!unit_load(tx, load, e)) {
        if (e->code != ERR_BAD_INPUT && e->code != ERR_TOO_LARGE)
            die("%s %s", e->msg, e->detail); /* a row is refused, never the database's business */
        return false;
    }
    return FAIL(e, ERR_BUSY, "err.busy", NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static struct store *s;
    struct err e;
    size_t at;
    if (!s)
        s = open_store();
    struct str text = {(const char *)bytes, n}, rest = STR("");
    if (str_find(text, STR("\n---\n"), &at)) {
        rest = str_cut(text, at + 5, n);
        text = str_cut(text, 0, at + 1);
    }
    const struct unit_file files[] = {{STR("a"), text}, {STR("b"), rest}};
    struct unit_load load = {.files = files, .n = rest.n ? 2 : 1};
    store_run(s, load_and_undo, &load, &e);
    return 0;
}
