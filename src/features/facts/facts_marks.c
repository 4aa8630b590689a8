// SPDX-License-Identifier: AGPL-3.0-or-later
/* How far the columns on disk go, and what their words mean: one small text
 * file, exchanged whole, so that a killed process leaves the one before. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/crypt.h"
#include "features/facts/facts_inner.h"

enum { MARKS_MAX = 16 << 20 };

/* Changes when fields do: columns of another shape do not fit. */
static struct str shape_of(struct facts *f, struct arena *a)
{
    struct strbuf b;
    strbuf_init(&b, a, 1 << 16);
    for (size_t i = 0; i < f->tables_n; i++) {
        strbuf_printf(&b, "%s:", f->tables[i].about->subject);
        for (size_t k = 0; k < f->tables[i].fields_n; k++)
            strbuf_printf(&b, "%s/%d,", f->tables[i].about->fields[k].name, (int)f->tables[i].about->fields[k].type);
    }
    struct str all = strbuf_text(&b);
    struct digest d = digest_of(all.p, all.n);
    return digest_hex(a, &d);
}

static void print_marks(struct facts *f, struct arena *a, struct strbuf *b)
{
    strbuf_printf(b, "shape " STR_FMT "\nzone %d\n", STR_ARG(shape_of(f, a)), f->zone_minutes);
    for (size_t i = 0; i < f->offices_n; i++)
        strbuf_printf(b, "office %lld %lld\n", (long long)COLUMN_AT(int64_t, f->offices, i),
                      (long long)COLUMN_AT(int64_t, f->taken, i));
    for (size_t i = 0; i < f->tables_n; i++) {
        struct fact_table *t = &f->tables[i];
        strbuf_printf(b, "rows %s %zu\n", t->about->subject, t->n);
        for (size_t k = 0; k < t->fields_n; k++) {
            for (unsigned w = 1; w <= t->words[k].n; w++)
                strbuf_printf(b, "word %zu %zu " STR_FMT "\n", i, k, STR_ARG(t->words[k].word[w]));
        }
    }
    strbuf_z(b, "end\n");
}

static bool sync_column(const struct column *c, size_t n)
{
    return c->fd < 0 || !c->base || !n || msync(c->base, n * c->width, MS_SYNC) == 0;
}

static bool sync_tables(struct facts *f, struct err *e)
{
    for (size_t i = 0; i < f->tables_n; i++) {
        struct fact_table *t = &f->tables[i];
        bool good = sync_column(&t->office, t->n) && sync_column(&t->id, t->n) && sync_column(&t->from, t->n) &&
                    sync_column(&t->until, t->n);
        for (size_t k = 0; good && k < t->fields_n; k++)
            good = sync_column(&t->field[k], t->n);
        if (!good)
            return FAIL(e, ERR_IO, "err.io", "%s: %s", f->dir, strerror(errno));
    }
    return true;
}

bool marks_write(struct facts *f, struct err *e)
{
    struct arena a;
    struct strbuf b;
    if (!sync_tables(f, e))
        return false;
    arena_init(&a);
    strbuf_init(&b, &a, MARKS_MAX);
    print_marks(f, &a, &b);
    struct str text = strbuf_text(&b), path = str_printf(&a, "%s/marks", f->dir), part = str_printf(&a, "%s/marks.part", f->dir);
    FILE *out = fopen(part.p, "wb");
    bool good = out && fwrite(text.p, 1, text.n, out) == text.n && fflush(out) == 0 && fsync(fileno(out)) == 0;
    if (out)
        good = fclose(out) == 0 && good;
    good = good && !b.full && rename(part.p, path.p) == 0;
    if (good)
        f->unsaved = 0;
    else
        err_set(e, ERR_IO, "err.io", STR_FMT ": %s", STR_ARG(path), strerror(errno));
    arena_done(&a);
    return good;
}

/* ---- reading ---- */

static bool take_two(struct str s, int64_t *ret_a, int64_t *ret_b, struct str *ret_rest)
{
    struct str a, b;
    if (!str_split(&s, ' ', &a) || !str_split(&s, ' ', &b) || !str_int(a, ret_a) || !str_int(b, ret_b))
        return false;
    *ret_rest = s;
    return true;
}

static bool take_word(struct facts *f, struct str rest)
{
    int64_t i, k;
    struct str word;
    if (!take_two(rest, &i, &k, &word) || i < 0 || (size_t)i >= f->tables_n || k < 0 || (size_t)k >= f->tables[i].fields_n)
        return false;
    struct dictionary *d = &f->tables[i].words[k];
    if (d->n == FACT_WORDS)
        return false;
    d->word[++d->n] = str_copy(&f->arena, word);
    return true;
}

static bool take_rows(struct facts *f, struct str rest)
{
    struct str subject;
    int64_t n;
    if (!str_split(&rest, ' ', &subject) || !str_int(rest, &n) || n < 0)
        return false;
    struct fact_table *t = facts_table(f, subject);
    if (t)
        t->n = (size_t)n;
    return t != NULL;
}

static bool take_office_mark(struct facts *f, struct str rest)
{
    int64_t id, taken;
    struct str more;
    struct err e;
    size_t at;
    if (!take_two(rest, &id, &taken, &more) || !facts_office(f, id, &at, &e))
        return false;
    COLUMN_AT(int64_t, f->taken, at) = taken;
    return true;
}

/* One line; false when it does not fit. */
static bool take_line(struct facts *f, struct arena *a, struct str line)
{
    struct str word;
    int64_t zone;
    if (!str_split(&line, ' ', &word))
        return false;
    if (str_is(word, "shape"))
        return str_eq(line, shape_of(f, a));
    if (str_is(word, "zone"))
        return str_int(line, &zone) && zone == f->zone_minutes;
    if (str_is(word, "office"))
        return take_office_mark(f, line);
    if (str_is(word, "rows"))
        return take_rows(f, line);
    return str_is(word, "word") && take_word(f, line);
}

static bool read_all(const char *path, struct arena *a, struct str *ret)
{
    FILE *in = fopen(path, "rb");
    if (!in)
        return false;
    char *p = arena_alloc_raw(a, MARKS_MAX);
    size_t n = fread(p, 1, MARKS_MAX, in);
    bool good = !ferror(in) && n < MARKS_MAX;
    fclose(in);
    *ret = (struct str){p, n};
    return good;
}

bool marks_read(struct facts *f, bool *ret_fit, struct err *e)
{
    struct arena a;
    struct str text, line;
    bool fit = true, ended = false;
    (void)e;
    arena_init(&a);
    *ret_fit = false;
    if (read_all(str_printf(&a, "%s/marks", f->dir).p, &a, &text)) {
        while (fit && !ended && str_split(&text, '\n', &line)) {
            ended = str_is(line, "end");
            fit = ended || take_line(f, &a, line);
        }
        *ret_fit = fit && ended;
    }
    arena_done(&a);
    return true;
}
