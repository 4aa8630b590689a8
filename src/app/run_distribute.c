// SPDX-License-Identifier: AGPL-3.0-or-later
/* dinh distribute --plan: how the tables stand in a Citus cluster. Reference tables are copied whole to every node, the
 * others are parted by their office, all alike, so that what belongs to one office stands on one node. */
#include "app/open.h"
#include "app/run.h"
#include "base/json.h"
#include "features/cases/case_texts.h"
#include "platform/assets/assets.h"
#include "platform/store/store_copy.h"

struct plan {
    struct cli *c;
    struct strbuf b;
    struct json j;
    struct str with; /* the first table that is parted by office: the others stand with it */
};

/* Is it in reference_tables.txt: a name a line, then why? */
static bool is_reference(struct str table)
{
    const struct asset *list = asset_find(STR("src/app/reference_tables.txt"));
    struct str rest = list ? list->bytes : STR(""), line;
    while (str_split(&rest, '\n', &line)) {
        struct str name, why = line;
        if (str_split(&why, ' ', &name) && str_eq(name, table))
            return true;
    }
    return false;
}

static void say(struct plan *p, struct str table, struct str statement)
{
    if (p->c->json) {
        json_object(&p->j);
        json_kstr(&p->j, "table", table);
        json_kstr(&p->j, "statement", statement);
        json_end(&p->j);
    } else {
        strbuf_str(&p->b, statement);
        strbuf_char(&p->b, '\n');
    }
}

static void say_table(struct plan *p, struct str table)
{
    struct arena *a = &p->c->arena;
    if (is_reference(table)) {
        say(p, table, str_printf(a, "SELECT create_reference_table('" STR_FMT "');", STR_ARG(table)));
        return;
    }
    struct str with = p->with.n ? p->with : STR("none");
    say(p, table, str_printf(a, "SELECT create_distributed_table('" STR_FMT "', 'office_id', colocate_with => '" STR_FMT "');",
                             STR_ARG(table), STR_ARG(with)));
    if (!p->with.n)
        p->with = table;
}

/* Reference tables first: the others may refer to them. */
static bool say_all(struct plan *p, struct str *tables, size_t n, struct err *e)
{
    if (p->c->json) {
        json_init(&p->j, &p->b);
        json_array(&p->j);
    } else {
        strbuf_z(&p->b, "CREATE EXTENSION IF NOT EXISTS citus;\n");
    }
    for (int references = 1; references >= 0; references--)
        for (size_t i = 0; i < n; i++)
            if (is_reference(tables[i]) == (references == 1))
                say_table(p, tables[i]);
    for (const char *const *x = case_text_indexes; *x; x++) {
        struct str table = str_printf(&p->c->arena, "fts_%s", *x);
        say(p, table, str_printf(&p->c->arena, "SELECT create_distributed_table('" STR_FMT "', 'id', colocate_with => 'none');",
                                 STR_ARG(table)));
    }
    if (p->c->json) {
        json_end(&p->j);
        strbuf_char(&p->b, '\n');
    }
    return cli_print(strbuf_text(&p->b), e);
}

bool run_distribute(struct cli *c, struct err *e)
{
    struct plan p = {.c = c};
    struct str *tables;
    size_t n;
    if (!cli_flag(c, "plan"))
        return FAIL(e, ERR_BAD_INPUT, "err.io", "usage: dinh distribute --plan");
    strbuf_init(&p.b, &c->arena, 1 << 20);
    return cli_store(c, true, e) && store_table_names(c->store, &c->arena, &tables, &n, e) && say_all(&p, tables, n, e);
}
