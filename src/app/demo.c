// SPDX-License-Identifier: AGPL-3.0-or-later
/* The demonstration: a year of one province, made by the program's own
 * commands. What happens in it stands in demo/vn. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/demo_denounce.h"
#include "app/demo_documents.h"
#include "app/demo_reception.h"
#include "app/demo_holders.h"
#include "app/demo_run.h"
#include "app/demo_text.h"
#include "app/open.h"
#include "app/run.h"
#include "base/text.h"
#include "features/units/units.h"

#define DEMO_FILE "demo.txt"
#define DEMO_PASSWORD "dinh-demo-2026"

enum { OFFICES_MAX = 4096, ACCOUNTS_MAX = 8192, CODES_MAX = 16 };
static const enum role desk_roles[DEMO_ROLES] = {ROLE_RECEPTION, ROLE_SETTLING, ROLE_LEADER};

struct demo {
    struct cli *cli;
    struct opened *site;
    struct demo_tables tables;
    struct demo_office *offices;
    struct demo_question question;
    struct demo_plan plan;
    struct person_new *accounts;
    size_t *account_offices;     /* place of each account's office in the list */
    const struct demo_account **account_rows;
    size_t accounts_n;
};

/* ---- offices ---- */

static const struct demo_area *area_of(const struct demo *d, struct str unit)
{
    for (size_t i = 0; i < d->tables.areas_n; i++) {
        if (str_eq(d->tables.areas[i].unit, unit))
            return &d->tables.areas[i];
    }
    return NULL;
}

static void add_office(struct demo *d, const struct unit *u, const struct office *o, bool commune)
{
    d->offices[d->question.offices_n++] = (struct demo_office){
        .office_id = o->office_id,
        .people = u->people,
        .unit = u->id,
        .code = o->code,
        .unit_name = u->name,
        .unit_kind = u->kind,
        .name = o->name,
        .remote = o->remote,
        .commune = commune,
        .area = commune ? area_of(d, u->id) : NULL,
    };
}

static bool wants_office(const struct demo *d, const struct office *o)
{
    if (o->office_id % 100 == 1)
        return true;
    for (size_t i = 0; i < d->tables.matters_n; i++) {
        if (d->tables.matters[i].send_to == o->office_id % 100)
            return true;
    }
    return false;
}

static bool read_offices(struct demo *d, struct rd *rd, struct err *e)
{
    struct arena *a = &d->cli->arena;
    struct unit *units, province;
    struct office *offices;
    size_t n, k;
    if (!units_get(rd, a, d->tables.province, &province, e) || !units_children(rd, a, province.id, open_today(d->cli), &units, &n, e))
        return false;
    for (size_t i = 0; i < n && d->question.offices_n < OFFICES_MAX / 2; i++) {
        if (!units_offices(rd, a, units[i].id, &offices, &k, e))
            return false;
        if (k && !area_of(d, units[i].id))
            return FAIL(e, ERR_BAD_INPUT, "err.cli", "demo/vn/areas.csv has no " STR_FMT, STR_ARG(units[i].id));
        if (str_eq(units[i].id, d->tables.home))
            d->question.home = d->question.offices_n;
        if (k)
            add_office(d, &units[i], &offices[0], true);
    }
    d->question.communes_n = d->question.province = d->question.offices_n;
    if (!units_offices(rd, a, province.id, &offices, &k, e))
        return false;
    for (size_t i = 0; i < k; i++) {
        if (wants_office(d, &offices[i]))
            add_office(d, &province, &offices[i], false);
    }
    return true;
}

/* ---- accounts ---- */

/* "phanrang": the unit's name without its kind, or "so15" of an office of the province. */
static struct str short_name(struct arena *a, const struct demo_office *o)
{
    struct str word, rest = text_fold(a, o->unit_name), kind = text_fold(a, o->unit_kind);
    struct strbuf b;
    if (!o->commune && o->office_id % 100 != 1)
        return str_printf(a, "so%lld", (long long)(o->office_id % 100));
    strbuf_init(&b, a, 100);
    rest = str_cut(rest, kind.n, rest.n);
    while (rest.n && str_split(&rest, ' ', &word))
        strbuf_str(&b, word);
    return strbuf_text(&b);
}

static bool is_where(const struct demo *d, const struct demo_account *x, size_t office)
{
    const struct demo_office *o = &d->offices[office];
    if (str_is(x->where, "commune"))
        return o->commune;
    if (str_is(x->where, "home"))
        return office == d->question.home;
    if (str_is(x->where, "department"))
        return !o->commune && office != d->question.province;
    return office == d->question.province;
}

static void plan_account(struct demo *d, const struct demo_account *x, size_t office)
{
    struct arena *a = &d->cli->arena;
    const struct demo_office *o = &d->offices[office];
    struct demo_dice dice = demo_dice_for(d->question.seed, 5000 + d->accounts_n);
    struct str family = o->area ? o->area->names : STR("kinh"), first;
    str_split(&family, ';', &first);
    d->account_rows[d->accounts_n] = x;
    d->account_offices[d->accounts_n] = office;
    d->accounts[d->accounts_n++] = (struct person_new){
        .login = str_printf(a, STR_FMT "." STR_FMT, STR_ARG(x->login), STR_ARG(short_name(a, o))),
        .name = demo_name(a, &d->tables, first, &dice),
        .title = x->title,
        .password = STR(DEMO_PASSWORD),
        .office_id = o->office_id,
        .roles = x->roles,
        .subtree = x->subtree,
    };
}

static void plan_accounts(struct demo *d)
{
    struct arena *a = &d->cli->arena;
    d->accounts = arena_array(a, struct person_new, ACCOUNTS_MAX);
    d->account_rows = arena_array(a, const struct demo_account *, ACCOUNTS_MAX);
    d->account_offices = arena_array(a, size_t, ACCOUNTS_MAX);
    for (size_t i = 0; i < d->tables.accounts_n; i++) {
        for (size_t k = 0; k < d->question.offices_n && d->accounts_n < ACCOUNTS_MAX; k++) {
            if (is_where(d, &d->tables.accounts[i], k))
                plan_account(d, &d->tables.accounts[i], k);
        }
    }
}

static bool make_accounts(struct demo *d, struct instant begin, struct err *e)
{
    struct viewer program = VIEWER_SYSTEM;
    struct people_doing doing = {d->site->site.people, &d->cli->arena, &program, begin};
    int64_t *ids = arena_array(&d->cli->arena, int64_t, d->accounts_n + 1);
    if (!people_add_all(&doing, d->accounts, d->accounts_n, ids, e))
        return false;
    for (size_t i = 0; i < d->accounts_n; i++) {
        struct demo_office *o = &d->offices[d->account_offices[i]];
        for (int k = 0; k < DEMO_ROLES; k++) {
            if (d->accounts[i].roles == desk_roles[k] && !o->account[k]) {
                o->account[k] = ids[i];
                o->account_name[k] = d->accounts[i].name;
            }
        }
    }
    return true;
}

/* ---- what visitors are told ---- */

static void put_codes(struct demo *d, struct strbuf *b)
{
    for (size_t i = 0, n = 0; i < d->plan.slots_n && n < CODES_MAX; i++) {
        const struct demo_slot *s = &d->plan.slots[i];
        bool first = true;
        for (size_t k = 0; k < i && first; k++)
            first = d->plan.slots[k].course != s->course;
        if (!s->course->show || !first)
            continue;
        struct str code = demo_code(&d->cli->arena, s);
        strbuf_printf(b, "  %.5s-%.5s-%.5s-%.5s  " STR_FMT ", " STR_FMT "\n", code.p, code.p + 5, code.p + 10, code.p + 15,
                      STR_ARG(s->procedure), STR_ARG(s->state));
        n++;
    }
}

static struct str roles_text(struct arena *a, uint32_t roles)
{
    struct strbuf b;
    strbuf_init(&b, a, 200);
    for (int k = 0; k < ROLES_ALL; k++) {
        if (roles >> k & 1)
            strbuf_printf(&b, "%s%s", b.n ? "," : "", role_word((enum role)(1 << k)));
    }
    return strbuf_text(&b);
}

static struct str guide(struct demo *d)
{
    struct strbuf b;
    strbuf_init(&b, &d->cli->arena, 1 << 20);
    strbuf_z(&b, "A DEMONSTRATION: invented people and matters, known passwords. It must not be reached from the internet.\n"
                 "Sign in at /sign-in; the password of every account is " DEMO_PASSWORD "\n");
    for (size_t i = 0; i < d->accounts_n; i++) {
        size_t at = d->account_offices[i];
        if (at != d->question.home && at != d->question.province)
            continue;
        strbuf_printf(&b, "  %-24.*s %-12.*s " STR_FMT "\n", STR_ARG(d->accounts[i].login),
                      STR_ARG(roles_text(&d->cli->arena, d->accounts[i].roles)), STR_ARG(d->offices[at].name));
    }
    strbuf_printf(&b, "The other offices have accounts of the same form (`dinh --data %s user list`).\n", d->cli->data);
    strbuf_z(&b, "Secrets that open who denounced, each for one holder:\n");
    demo_holders_guide(&b, &d->offices[d->question.home]);
    if (d->question.province != d->question.home)
        demo_holders_guide(&b, &d->offices[d->question.province]);
    strbuf_z(&b, "Tracking codes to try:\n");
    struct str code = demo_denounce_code(&d->cli->arena, &d->question);
    strbuf_printf(&b, "  %.5s-%.5s-%.5s-%.5s  denunciation, with a matter of protection\n", code.p, code.p + 5, code.p + 10,
                  code.p + 15);
    put_codes(d, &b);
    return strbuf_text(&b);
}

static bool write_guide(struct demo *d, struct err *e)
{
    struct str text = guide(d), path = open_path(d->cli, DEMO_FILE);
    int fd = open(path.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return FAIL(e, ERR_IO, "err.io", "cannot write " STR_FMT ": %s", STR_ARG(path), strerror(errno));
    bool good = write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0;
    good = close(fd) == 0 && good;
    return good || FAIL(e, ERR_IO, "err.io", "cannot write " STR_FMT, STR_ARG(path));
}

void run_print_accounts(struct cli *c)
{
    struct str text;
    struct err e;
    struct str path = open_path(c, DEMO_FILE);
    if (access(path.p, R_OK) == 0 && run_read_file(c, path.p, &text, &e))
        fprintf(stderr, STR_FMT, STR_ARG(text));
}

/* ---- all ---- */

static bool prepare(struct demo *d, const struct demo_options *o, struct err *e)
{
    struct rd *rd;
    struct arena *a = &d->cli->arena;
    d->offices = arena_array(a, struct demo_office, OFFICES_MAX);
    if (!demo_tables_read(a, &d->tables, e) || !store_read(d->cli->store, a, &rd, e))
        return false;
    d->question = (struct demo_question){.tables = &d->tables, .rules = d->site->rules, .offices = d->offices, .cases = o->cases,
                                         .seed = (uint64_t)o->seed, .end = d->cli->now,
                                         .zone_minutes = d->site->site.zone_minutes};
    bool good = read_offices(d, rd, e);
    store_read_end(rd);
    if (!good || !demo_plan_make(a, &d->question, &d->plan, e))
        return false;
    plan_accounts(d);
    return true;
}

static bool make(struct demo *d, const struct demo_options *o, struct err *e)
{
    struct cli_bar bar;
    if (!prepare(d, o, e))
        return false;
    cli_bar_open(&bar, d->cli, "accounts", 1);
    /* before everything that they do */
    struct instant begin = {d->cli->now.ms - (int64_t)400 * 24 * 3600 * 1000};
    if (!make_accounts(d, begin, e) || !demo_holders(d->cli, &d->offices[d->question.home], begin, e))
        return false;
    if (d->question.province != d->question.home && !demo_holders(d->cli, &d->offices[d->question.province], begin, e))
        return false;
    cli_bar_close(&bar);
    struct demo_year year = {.question = &d->question, .plan = &d->plan, .world = d->site->world};
    year.world.mail = NULL; /* nobody is written to */
    return demo_run(d->cli, &year, e) && demo_denounce(d->cli, &year, e) && demo_documents(d->cli, &year, e) &&
           demo_reception(d->cli, &year, e) &&
           write_guide(d, e);
}

bool demo_make(struct cli *c, const struct demo_options *o, struct err *e)
{
    struct opened site;
    struct demo d = {.cli = c, .site = &site};
    if (!open_site(c, &site, e))
        return false;
    bool good = make(&d, o, e);
    open_close(&site);
    return good;
}
