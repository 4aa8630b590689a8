// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/facts/facts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "features/facts/facts_inner.h"
#include "platform/log/log.h"

enum { DAY_ZERO = 10956 /* 1999-12-31 */, ID_MOST = 1 << 28 };

uint16_t facts_day(struct day d)
{
    if (day_is_none(d))
        return 0;
    int64_t n = (int64_t)d.n - DAY_ZERO;
    return n < 1 ? 1 : n >= FACT_FOREVER ? FACT_FOREVER - 1 : (uint16_t)n;
}

struct day facts_day_of(uint16_t d)
{
    return d ? (struct day){d + DAY_ZERO} : DAY_NONE;
}

#define AT COLUMN_AT

/* ---- finding one's way ---- */

struct fact_table *facts_table(const struct facts *f, struct str subject)
{
    for (size_t i = 0; i < f->tables_n; i++) {
        if (str_is(subject, f->tables[i].about->subject))
            return (struct fact_table *)(uintptr_t)&f->tables[i];
    }
    return NULL;
}

bool facts_office(struct facts *f, int64_t office_id, size_t *ret_at, struct err *e)
{
    size_t at = 0;
    while (at < f->offices_n && AT(int64_t, f->offices, at) != office_id)
        at++;
    *ret_at = at;
    if (at < f->offices_n)
        return true;
    if (at == UINT16_MAX)
        return FAIL(e, ERR_TOO_LARGE, "err.store.damaged", "facts of more than %d offices", UINT16_MAX);
    if (!column_grow(&f->offices, at + 1, e) || !column_grow(&f->taken, at + 1, e))
        return false;
    AT(int64_t, f->offices, at) = office_id;
    AT(int64_t, f->taken, at) = 0;
    f->offices_n++;
    return true;
}

static size_t field_of(const struct fact_table *t, struct str name)
{
    for (size_t i = 0; i < t->fields_n; i++) {
        if (str_is(name, t->about->fields[i].name))
            return i;
    }
    return t->fields_n;
}

static unsigned word_of(const struct dictionary *d, struct str word)
{
    for (unsigned i = 1; i <= d->n; i++) {
        if (str_eq(d->word[i], word))
            return i;
    }
    return 0;
}

unsigned facts_word(const struct facts *f, const char *subject, const char *field, struct str word)
{
    const struct fact_table *t = facts_table(f, str_of(subject));
    size_t k = t ? field_of(t, str_of(field)) : 0;
    return t && k < t->fields_n ? word_of(&t->words[k], word) : 0;
}

struct str facts_word_text(const struct facts *f, const char *subject, const char *field, unsigned word)
{
    const struct fact_table *t = facts_table(f, str_of(subject));
    size_t k = t ? field_of(t, str_of(field)) : 0;
    return t && k < t->fields_n && word <= t->words[k].n ? t->words[k].word[word] : STR("");
}

/* ---- taking in a change ---- */

static bool grow_all(struct fact_table *t, size_t n, struct err *e)
{
    bool good = column_grow(&t->office, n, e) && column_grow(&t->id, n, e) && column_grow(&t->from, n, e) &&
                column_grow(&t->until, n, e);
    for (size_t i = 0; good && i < t->fields_n; i++)
        good = column_grow(&t->field[i], n, e);
    return good;
}

/* Where the last row of a subject is noted. */
static bool last_of(struct fact_table *t, size_t office, int64_t id, uint32_t **ret, struct err *e)
{
    if (id < 0 || id >= ID_MOST)
        return FAIL(e, ERR_STORE, "err.store.damaged", "facts of %s %lld", t->about->subject, (long long)id);
    if (office >= t->last_n) {
        if (!column_grow(&t->last, office + 1, e))
            return false;
        for (; t->last_n <= office; t->last_n++)
            AT(struct column, t->last, t->last_n) = (struct column){.width = sizeof(uint32_t), .fd = -1};
    }
    struct column *own = &AT(struct column, t->last, office);
    if (!column_grow(own, (size_t)id + 1, e))
        return false;
    *ret = &AT(uint32_t, *own, id);
    return true;
}

static bool put_value(struct facts *f, struct fact_table *t, size_t k, size_t row, struct str value, struct err *e)
{
    struct day d = DAY_NONE;
    int64_t n = 0;
    unsigned word = 0;
    switch (t->about->fields[k].type) {
    case FACT_YES:
        word = str_is(value, "yes") ? 1 : str_is(value, "no") ? 2 : 0;
        if (value.n && !word)
            break;
        AT(uint8_t, t->field[k], row) = (uint8_t)word;
        return true;
    case FACT_DAY:
        if (value.n && !day_parse(value, &d))
            break;
        AT(uint16_t, t->field[k], row) = facts_day(d);
        return true;
    case FACT_NUMBER:
        if (value.n && !str_int(value, &n))
            break;
        AT(int64_t, t->field[k], row) = n;
        return true;
    case FACT_WORD:
        word = word_of(&t->words[k], value);
        if (value.n && !word && t->words[k].n < FACT_WORDS) {
            word = ++t->words[k].n;
            t->words[k].word[word] = str_copy(&f->arena, value);
        }
        if (value.n && !word)
            break;
        AT(uint8_t, t->field[k], row) = (uint8_t)word;
        return true;
    }
    return FAIL(e, ERR_STORE, "err.store.damaged", "fact %s.%s: " STR_FMT, t->about->subject, t->about->fields[k].name,
                STR_ARG(str_cut(value, 0, 40)));
}

static bool put_all(struct facts *f, struct fact_table *t, size_t row, struct str facts, struct err *e)
{
    struct str one, name;
    while (str_split(&facts, ' ', &one)) {
        if (!one.n)
            continue;
        if (!str_split(&one, '=', &name))
            name = STR("");
        size_t k = field_of(t, name);
        if (k == t->fields_n)
            return FAIL(e, ERR_STORE, "err.store.damaged", "%s has no fact " STR_FMT, t->about->subject,
                        STR_ARG(str_cut(name, 0, 40)));
        if (!put_value(f, t, k, row, one, e))
            return false;
    }
    return true;
}

static void copy_row(struct fact_table *t, size_t to, size_t from)
{
    for (size_t i = 0; i < t->fields_n; i++) {
        char *base = t->field[i].base;
        size_t w = t->field[i].width;
        memcpy(base + to * w, base + from * w, w);
    }
}

static void empty_row(struct fact_table *t, size_t row)
{
    for (size_t i = 0; i < t->fields_n; i++)
        memset((char *)t->field[i].base + row * t->field[i].width, 0, t->field[i].width);
}

bool fact_apply(struct facts *f, struct fact_table *t, const struct fact_change *c, struct err *e)
{
    uint32_t *last;
    size_t row = t->n;
    if (!last_of(t, c->office, c->id, &last, e) || !grow_all(t, t->n + 1, e))
        return false;
    if (*last && AT(uint16_t, t->from, *last - 1) == c->day)
        return put_all(f, t, *last - 1, c->facts, e); /* of one day the last word counts */
    if (*last) {
        copy_row(t, row, *last - 1);
        AT(uint16_t, t->until, *last - 1) = c->day;
    } else {
        empty_row(t, row);
    }
    AT(uint16_t, t->office, row) = (uint16_t)c->office;
    AT(uint32_t, t->id, row) = (uint32_t)c->id;
    AT(uint16_t, t->from, row) = c->day;
    AT(uint16_t, t->until, row) = FACT_FOREVER;
    *last = (uint32_t)row + 1;
    t->n++;
    f->unsaved++;
    return put_all(f, t, row, c->facts, e);
}

/* ---- opening ---- */

static size_t width_of(enum fact_type type)
{
    return type == FACT_NUMBER ? sizeof(int64_t) : type == FACT_DAY ? sizeof(uint16_t) : sizeof(uint8_t);
}

struct str facts_path(struct facts *f, struct arena *a, const char *subject, const char *field)
{
    return f->dir ? str_printf(a, "%s/%s.%s", f->dir, subject, field) : (struct str){0};
}

static bool open_column(struct facts *f, struct fact_table *t, struct column *c, size_t width, const char *name, struct err *e)
{
    bool shared = f->lock_fd >= 0;
    struct str path = facts_path(f, &f->arena, t->about->subject, name);
    return column_open(c, width, shared || t->n ? path.p : NULL, t->n, shared, e);
}

/* The rows that the marks speak of; then which is whose last, and until when each held. */
static bool open_table(struct facts *f, struct fact_table *t, struct err *e)
{
    uint32_t *last;
    bool good = open_column(f, t, &t->office, sizeof(uint16_t), "office", e) &&
                open_column(f, t, &t->id, sizeof(uint32_t), "id", e) &&
                open_column(f, t, &t->from, sizeof(uint16_t), "from", e) &&
                open_column(f, t, &t->until, sizeof(uint16_t), "until", e);
    for (size_t i = 0; good && i < t->fields_n; i++)
        good = open_column(f, t, &t->field[i], width_of(t->about->fields[i].type), t->about->fields[i].name, e);
    for (size_t i = 0; good && i < t->n; i++) {
        size_t office = AT(uint16_t, t->office, i);
        good = (office < f->offices_n || FAIL(e, ERR_IO, "err.io", "facts of an office that is not known")) &&
               last_of(t, office, AT(uint32_t, t->id, i), &last, e);
        if (good && *last)
            AT(uint16_t, t->until, *last - 1) = AT(uint16_t, t->from, i);
        if (good) {
            AT(uint16_t, t->until, i) = FACT_FOREVER;
            *last = (uint32_t)i + 1;
        }
    }
    return good;
}

static void close_table(struct fact_table *t)
{
    column_close(&t->office);
    column_close(&t->id);
    column_close(&t->from);
    column_close(&t->until);
    for (size_t i = 0; i < t->fields_n; i++)
        column_close(&t->field[i]);
    for (size_t i = 0; i < t->last_n; i++)
        column_close(&AT(struct column, t->last, i));
    column_close(&t->last);
    t->last.width = sizeof(struct column);
    t->last_n = 0;
}

static void forget(struct facts *f)
{
    for (size_t i = 0; i < f->tables_n; i++) {
        close_table(&f->tables[i]);
        f->tables[i].n = 0;
        memset(f->tables[i].words, 0, sizeof *f->tables[i].words * f->tables[i].fields_n);
    }
    f->offices_n = 0;
}

static bool open_tables(struct facts *f, struct err *e)
{
    for (size_t i = 0; i < f->tables_n; i++) {
        if (!open_table(f, &f->tables[i], e))
            return false;
    }
    return true;
}

/* Only one process keeps the directory; others read it and go on in memory. */
static bool take_directory(struct facts *f, struct err *e)
{
    f->lock_fd = -1;
    if (!f->dir)
        return true;
    if (mkdir(f->dir, 0700) != 0 && errno != EEXIST)
        return FAIL(e, ERR_IO, "err.io", "%s: %s", f->dir, strerror(errno));
    f->lock_fd = open(str_printf(&f->arena, "%s/lock", f->dir).p, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (f->lock_fd >= 0 && flock(f->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        close(f->lock_fd);
        f->lock_fd = -1;
    }
    return true;
}

/* No file yet: what is closed before it was opened may not close a file of somebody else. */
static void no_files(struct fact_table *t)
{
    t->office.fd = t->id.fd = t->from.fd = t->until.fd = -1;
    for (size_t i = 0; i < FACT_FIELDS; i++)
        t->field[i].fd = -1;
}

static void describe(struct facts *f, const struct fact_subject *const *subjects)
{
    for (; subjects[f->tables_n] && f->tables_n < FACT_SUBJECTS; f->tables_n++) {
        struct fact_table *t = &f->tables[f->tables_n];
        *t = (struct fact_table){.about = subjects[f->tables_n], .last = {.width = sizeof(struct column), .fd = -1}};
        no_files(t);
        while (t->about->fields[t->fields_n].name && t->fields_n < FACT_FIELDS)
            t->fields_n++;
        t->words = arena_array(&f->arena, struct dictionary, t->fields_n);
    }
}

bool facts_open(const struct facts_options *o, struct facts **ret_facts, struct err *e)
{
    struct arena a;
    struct err why;
    bool fit = false;
    arena_init(&a);
    struct facts *f = arena_new(&a, struct facts);
    *f = (struct facts){.arena = a, .zone_minutes = o->zone_minutes, .lock_fd = -1,
                        .offices = {.width = sizeof(int64_t), .fd = -1}, .taken = {.width = sizeof(int64_t), .fd = -1}};
    f->dir = o->dir ? str_copy(&f->arena, str_of(o->dir)).p : NULL;
    pthread_rwlock_init(&f->lock, NULL);
    describe(f, o->subjects);
    if (!take_directory(f, e)) {
        facts_close(f);
        return false;
    }
    if (f->dir && (!marks_read(f, &fit, &why) || !fit || !open_tables(f, &why)))
        fit = false;
    if (!fit) { /* nothing there, or nothing that fits: from the first act on */
        forget(f);
        if (!open_tables(f, e)) {
            facts_close(f);
            return false;
        }
    }
    *ret_facts = f;
    return true;
}

void facts_close(struct facts *f)
{
    struct err e;
    if (!f)
        return;
    if (f->lock_fd >= 0 && f->unsaved && !marks_write(f, &e))
        log_err("facts.close", &e);
    for (size_t i = 0; i < f->tables_n; i++)
        close_table(&f->tables[i]);
    if (f->lock_fd >= 0)
        close(f->lock_fd);
    column_close(&f->offices);
    column_close(&f->taken);
    pthread_rwlock_destroy(&f->lock);
    struct arena a = f->arena;
    arena_done(&a);
}

/* ---- reading ---- */

bool facts_rows(struct facts *f, const char *subject, struct fact_rows *ret)
{
    const struct fact_table *t = facts_table(f, str_of(subject));
    if (!t)
        return false;
    pthread_rwlock_rdlock(&f->lock);
    *ret = (struct fact_rows){.n = t->n, .office = t->office.base, .id = t->id.base, .from = t->from.base,
                              .until = t->until.base, .offices = f->offices.base, .offices_n = f->offices_n};
    for (size_t i = 0; i < t->fields_n; i++)
        ret->field[i] = t->field[i].base;
    return true;
}

void facts_done(struct facts *f)
{
    pthread_rwlock_unlock(&f->lock);
}
