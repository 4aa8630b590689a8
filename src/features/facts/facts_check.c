// SPDX-License-Identifier: AGPL-3.0-or-later
/* Two sets of columns against each other: the kept one and one made from nothing. */
#include "features/facts/facts_inner.h"

enum { LINES_MAX = 20 };

static struct str value_of(const struct fact_table *t, struct arena *a, size_t k, size_t row)
{
    switch (t->about->fields[k].type) {
    case FACT_WORD:
        return t->words[k].word[COLUMN_AT(uint8_t, t->field[k], row)];
    case FACT_YES:
        return str_printf(a, "%d", COLUMN_AT(uint8_t, t->field[k], row));
    case FACT_DAY:
        return str_printf(a, "%d", COLUMN_AT(uint16_t, t->field[k], row));
    case FACT_NUMBER:
        break;
    }
    return str_printf(a, "%lld", (long long)COLUMN_AT(int64_t, t->field[k], row));
}

/* A row as text: office, number, days, values; the same for the same facts however words are numbered. */
static struct str row_text(const struct facts *f, const struct fact_table *t, struct arena *a, size_t row)
{
    struct strbuf b;
    strbuf_init(&b, a, 8192);
    strbuf_printf(&b, "%lld/%u %u..%u", (long long)COLUMN_AT(int64_t, f->offices, COLUMN_AT(uint16_t, t->office, row)),
                  COLUMN_AT(uint32_t, t->id, row), COLUMN_AT(uint16_t, t->from, row), COLUMN_AT(uint16_t, t->until, row));
    for (size_t k = 0; k < t->fields_n; k++)
        strbuf_printf(&b, " %s=" STR_FMT, t->about->fields[k].name, STR_ARG(value_of(t, a, k, row)));
    return strbuf_text(&b);
}

/* The rows of a subject in an office in order, from its last one: kept per
 * office, because the offices may have come in another order. */
static bool same_office(struct facts *f, struct facts *g, size_t table, int64_t office_id, struct strbuf *report)
{
    const struct fact_table *t = &f->tables[table], *u = &g->tables[table];
    struct arena a;
    size_t i = 0, j = 0;
    int lines = 0;
    arena_init(&a);
    for (;; i++, j++) {
        while (i < t->n && COLUMN_AT(int64_t, f->offices, COLUMN_AT(uint16_t, t->office, i)) != office_id)
            i++;
        while (j < u->n && COLUMN_AT(int64_t, g->offices, COLUMN_AT(uint16_t, u->office, j)) != office_id)
            j++;
        if (i >= t->n && j >= u->n)
            break;
        struct str x = i < t->n ? row_text(f, t, &a, i) : STR("nothing"), y = j < u->n ? row_text(g, u, &a, j) : STR("nothing");
        if (!str_eq(x, y) && lines++ < LINES_MAX)
            strbuf_printf(report, "facts: kept " STR_FMT "; recounted " STR_FMT "\n", STR_ARG(x), STR_ARG(y));
        arena_reset(&a);
    }
    arena_done(&a);
    return lines == 0;
}

bool facts_same(struct facts *f, struct facts *g, struct strbuf *report)
{
    bool same = true;
    pthread_rwlock_rdlock(&f->lock);
    pthread_rwlock_rdlock(&g->lock);
    for (size_t table = 0; table < f->tables_n && table < g->tables_n; table++) {
        for (size_t i = 0; i < g->offices_n; i++)
            same &= same_office(f, g, table, COLUMN_AT(int64_t, g->offices, i), report);
    }
    pthread_rwlock_unlock(&g->lock);
    pthread_rwlock_unlock(&f->lock);
    return same;
}
