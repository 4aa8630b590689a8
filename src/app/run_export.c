// SPDX-License-Identifier: AGPL-3.0-or-later
/* dinh export cases: the register of an office as a workbook, CSV or JSON lines. A batch is in memory at a time. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/open.h"
#include "app/run.h"
#include "app/run_review.h"
#include "base/csv.h"
#include "base/json.h"
#include "features/cases/case_export.h"
#include "features/cases/case_pages.h"
#include "platform/i18n/i18n.h"
#include "platform/xlsx/xlsx.h"

enum { COLUMNS = 12, LINE_BYTES = 1 << 16 };
enum kind { EXPORT_XLSX, EXPORT_CSV, EXPORT_JSON };

static const char *const names[COLUMNS] = {"office", "number", "title", "procedure", "subject", "channel", "state", "decision",
                                            "received", "due", "decided", "closed"};

struct exporting {
    struct cli *c;
    struct asking *x;
    const char *path;
    enum kind kind;
    enum lang lang;
    struct xlsx *book;
    FILE *file;
    struct arena batch;      /* emptied after each */
    struct arena texts;      /* of the workbook */
    struct case_export list;
    struct str office;
    size_t rows;
    struct cli_bar bar;
};

static struct str day_text(struct arena *a, struct day d)
{
    char b[11];
    return day_is_none(d) ? STR("") : str_copy(a, str_of(day_format(d, b)));
}

/* The words of the law's tables for people; identifiers for machines. */
static void cells_of(struct exporting *x, const struct case_export_row *r, struct str v[COLUMNS])
{
    const struct rulebook *b = x->x->o.rules;
    struct arena *a = &x->batch;
    const struct str plain[COLUMNS] = {x->office, r->number, r->title, r->procedure, r->subject, r->channel, r->state, r->decision,
                                       day_text(a, r->received), day_text(a, r->due), day_text(a, r->decided),
                                       day_text(a, r->closed)};
    memcpy(v, plain, sizeof plain);
    if (x->kind != EXPORT_XLSX)
        return;
    const struct rule_procedure *p = rulebook_procedure(b, r->procedure);
    const struct rule_word *subject = rulebook_subject(b, p ? p->kind : STR(""), r->subject);
    const struct rule_word *decision = rulebook_decision(b, r->procedure, r->decision);
    v[3] = p ? p->name.text[x->lang] : v[3];
    v[4] = subject ? subject->name.text[x->lang] : v[4];
    v[5] = i18n_text(x->lang, case_channel_msg(r->channel));
    v[6] = rulebook_state_name(b, r->state, x->lang);
    v[7] = decision ? decision->name.text[x->lang] : v[7];
}

static bool write_line(struct exporting *x, const struct str v[COLUMNS], struct err *e)
{
    struct strbuf b;
    struct json j;
    strbuf_init(&b, &x->batch, LINE_BYTES);
    json_init(&j, &b);
    if (x->kind == EXPORT_JSON)
        json_object(&j);
    for (size_t i = 0; i < COLUMNS; i++) {
        if (x->kind == EXPORT_CSV)
            csv_put(&b, v[i], i == 0);
        else
            json_kstr(&j, names[i], v[i]);
    }
    if (x->kind == EXPORT_JSON)
        json_end(&j);
    strbuf_z(&b, x->kind == EXPORT_CSV ? "\r\n" : "\n");
    struct str line = strbuf_text(&b);
    return fwrite(line.p, 1, line.n, x->file) == line.n || FAIL(e, ERR_IO, "err.io", "%s: %s", x->path, strerror(errno));
}

static bool write_row(struct exporting *x, const struct str v[COLUMNS], enum xlsx_style style, struct err *e)
{
    if (x->kind != EXPORT_XLSX)
        return write_line(x, v, e);
    if (x->rows >= XLSX_ROWS_MAX)
        return FAIL(e, ERR_TOO_LARGE, "err.io", "a sheet holds %d rows: narrow --from and --to, or take --format csv", XLSX_ROWS_MAX);
    for (size_t i = 0; i < COLUMNS; i++)
        xlsx_text(x->book, &(struct xlsx_box){x->rows, i, 1, 1}, v[i], style);
    return true;
}

static bool write_head(struct exporting *x, struct err *e)
{
    static const char *const ids[COLUMNS] = {
        MSG("export.office"),   MSG("export.number"), MSG("export.title"),    MSG("export.procedure"),
        MSG("export.subject"),  MSG("export.channel"), MSG("export.state"),    MSG("export.decision"),
        MSG("export.received"), MSG("export.due"),    MSG("export.decided"),  MSG("export.closed"),
    };
    struct str v[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++)
        v[i] = x->kind == EXPORT_XLSX ? i18n_text(x->lang, ids[i]) : str_of(names[i]);
    if (x->kind == EXPORT_JSON)
        return true;
    bool good = write_row(x, v, XLSX_HEAD, e);
    x->rows++;
    return good;
}

static bool write_office(struct exporting *x, int64_t office_id, struct err *e)
{
    struct office office;
    struct case_look l = x->x->look;
    if (!units_office(l.rd, &x->c->arena, office_id, &office, e))
        return false;
    x->office = office.name;
    x->list.office_id = office_id;
    x->list.after = 0;
    l.arena = &x->batch;
    do {
        arena_reset(&x->batch);
        x->list.v = arena_array(&x->batch, struct case_export_row, CASE_EXPORT_BATCH);
        if (!case_export_next(&l, &x->list, e))
            return false;
        for (size_t i = 0; i < x->list.n; i++) {
            struct str v[COLUMNS];
            cells_of(x, &x->list.v[i], v);
            if (!write_row(x, v, XLSX_CELL, e))
                return false;
            x->rows++;
        }
        cli_bar_step(&x->bar, (int64_t)x->rows);
    } while (x->list.n == CASE_EXPORT_BATCH);
    return true;
}

/* How many there will be, for the bar. */
static bool total_of(struct exporting *x, const int64_t *ids, size_t n, int64_t *ret_total, struct err *e)
{
    *ret_total = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t one = 0;
        x->list.office_id = ids[i];
        if (!case_export_count(&x->x->look, &x->list, &one, e))
            return false;
        *ret_total += one;
    }
    return true;
}

static bool write_offices(struct exporting *x, struct err *e)
{
    const int64_t *ids = &x->x->office.office_id;
    size_t n = 1;
    int64_t total;
    if (cli_flag(x->c, "subtree") && !units_offices_below(x->x->look.rd, &x->c->arena, x->x->office.office_id, &ids, &n, e))
        return false;
    if (!total_of(x, ids, n, &total, e))
        return false;
    cli_bar_open(&x->bar, x->c, "matters", total);
    if (!write_head(x, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!write_office(x, ids[i], e))
            return false;
    }
    return true;
}

/* ---- the file ---- */

static bool open_book(struct exporting *x, struct err *e)
{
    static const double widths[COLUMNS] = {28, 18, 48, 24, 24, 14, 22, 18, 12, 12, 12, 12};
    struct str title = i18n_text(x->lang, MSG("export.name"));
    struct xlsx_order order = {.path = x->path, .tmp = open_path(x->c, "incoming").p, .streams = true, .title = title,
                               .author = x->x->office.name, .made = x->c->now};
    if (!xlsx_open(&x->texts, &order, &x->book, e))
        return false;
    xlsx_sheet(x->book, &(struct xlsx_page){.name = title, .a3 = true, .repeat_from = 0, .repeat_to = 1});
    for (size_t i = 0; i < COLUMNS; i++)
        xlsx_width(x->book, i, 1, widths[i]);
    return true;
}

/* A file of ours only, that was not there: what is someone's is never written over. */
static bool open_file(struct exporting *x, struct err *e)
{
    int fd = open(x->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return FAIL(e, errno == EEXIST ? ERR_CONFLICT : ERR_IO, "err.io", "%s: %s", x->path, strerror(errno));
    x->file = fdopen(fd, "wb");
    if (!x->file)
        return FAIL(e, ERR_IO, "err.io", "%s: %s", x->path, strerror(errno));
    return true;
}

static bool close_file(struct exporting *x, bool good, struct err *e)
{
    if (good && x->kind == EXPORT_XLSX)
        good = xlsx_close(x->book, e);
    bool flushed = x->kind == EXPORT_XLSX || fsync(fileno(x->file)) == 0;
    if ((fclose(x->file) != 0 || !flushed) && good)
        good = FAIL(e, ERR_IO, "err.io", "%s: %s", x->path, strerror(errno));
    if (!good)
        unlink(x->path);
    return good;
}

static bool write_file(struct exporting *x, struct err *e)
{
    if (!open_file(x, e))
        return false;
    bool good = (x->kind != EXPORT_XLSX || open_book(x, e)) &&
                (x->kind != EXPORT_CSV || fputs("\xef\xbb\xbf", x->file) >= 0) && write_offices(x, e);
    good = close_file(x, good, e);
    if (good)
        cli_bar_close(&x->bar);
    return good;
}

/* ---- what was asked ---- */

static bool kind_of(struct exporting *x, struct err *e)
{
    static const char *const kinds[] = {"xlsx", "csv", "json"};
    const char *format = cli_value(x->c, "format") ? cli_value(x->c, "format") : "xlsx", *lang = cli_value(x->c, "lang");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i], format) != 0)
            continue;
        x->kind = (enum kind)i;
        if (lang && !lang_parse(str_of(lang), &x->lang))
            return FAIL(e, ERR_BAD_INPUT, "err.cli", "--lang is vi, fr or en, not %s", lang);
        return true;
    }
    return FAIL(e, ERR_BAD_INPUT, "err.cli", "--format is xlsx, csv or json, not %s", format);
}

static bool days_of(struct exporting *x, struct err *e)
{
    x->list.from = x->list.to = DAY_NONE;
    if (!cli_day(x->c, "from", &x->list.from, e) || !cli_day(x->c, "to", &x->list.to, e))
        return false;
    return day_is_none(x->list.from) || day_is_none(x->list.to) || x->list.from.n <= x->list.to.n ||
           FAIL(e, ERR_BAD_INPUT, "err.cli", "--from is after --to");
}

static bool export_cases(struct exporting *x, struct err *e)
{
    struct rd *rd;
    x->x->program = VIEWER_SYSTEM;
    if (!store_read(x->c->store, &x->c->arena, &rd, e) || !review_office(x->c, rd, &x->x->office, e))
        return false;
    x->x->look = (struct case_look){rd, &x->c->arena, &x->x->o.world, &x->x->program};
    return write_file(x, e);
}

bool run_export_cases(struct cli *c, struct err *e)
{
    struct exporting *x = arena_new(&c->arena, struct exporting);
    struct asking *asking = arena_new(&c->arena, struct asking);
    *x = (struct exporting){.c = c, .x = asking, .path = cli_value(c, "out"), .lang = LANG_VI};
    if (!x->path)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--out is needed: the file to write");
    c->lean = true;
    i18n_init();
    if (!kind_of(x, e) || !days_of(x, e) || !open_site(c, &asking->o, e))
        return false;
    arena_init(&x->batch);
    arena_init(&x->texts);
    bool good = export_cases(x, e);
    arena_done(&x->texts);
    arena_done(&x->batch);
    open_close(&asking->o);
    return good;
}
