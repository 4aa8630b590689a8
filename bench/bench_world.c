// SPDX-License-Identifier: AGPL-3.0-or-later
/* A province with five years behind it, to measure in: the matters of a
 * demonstration lived again in all its communes, with their acts, chained, and
 * the facts that these carry. The same for the same demonstration and number.
 *   bench_world DATA MATTERS [open]   DATA: made by `dinh init --demo`; it is added to;
 *                                     open: only such as are still open, of the last weeks
 * Each life is moved back by whole weeks, those that are still open by few. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/features.h"
#include "app/open.h"
#include "features/acts/acts.h"
#include "features/units/units.h"
#include "platform/i18n/i18n.h"

enum { WEEKS = 208, OPEN_WEEKS = 4, CHUNK = 2000, DAY_MS = 86400000, FACTS_ROOM = 400 };

struct past_act {
    struct instant at;
    struct str actor, verb, basis, facts;
    bool open;
};

/* The register's row, as the columns of its INSERT need it. */
struct past_case {
    struct str texts[12];
    int64_t numbers[10];
    struct day days[6];
};

/* One subject of the demonstration: what was done, and its row when it is a matter. */
struct life {
    const char *subject;
    int64_t office_id, id;
    size_t first, n;  /* of the acts */
    struct past_case row;
    bool closed;
};

/* An act to come, in the order of its time. */
struct plan {
    int64_t at;
    uint32_t order, life, act;
    int32_t days; /* that it is moved by: negative */
    int64_t id;   /* of the subject in the office */
};

struct world {
    struct arena a;
    struct store *s;
    struct past_act *acts;
    struct life *lives;
    size_t acts_n, lives_n, matters_n, acts_room, lives_room;
    uint32_t *matters, *others; /* of lives */
    size_t others_n;
    const int64_t *offices;
    size_t offices_n;
    int64_t wanted, made, acts_made;
    bool open_only;
    /* the office in hand */
    int64_t office_id, account;
    struct plan *plans;
    size_t plans_n, plans_room, plans_done;
};

static void must(bool good, const struct err *e)
{
    if (good)
        return;
    fprintf(stderr, "bench_world: %s %s\n", e->msg ? e->msg : "", e->detail);
    exit(1);
}

static void *grown(void *p, size_t n, size_t *room, size_t width)
{
    if (n < *room)
        return p;
    *room = *room ? *room * 2 : 4096;
    p = realloc(p, *room * width);
    if (!p)
        exit(1);
    return p;
}

static uint64_t mixed(uint64_t x)
{
    x = (x ^ x >> 31) * 0x7fb5d329728ea185u;
    x = (x ^ x >> 27) * 0x81dadef4bc2dd44du;
    return x ^ x >> 33;
}

/* ---- what was ---- */

static const char *subject_of(struct str s)
{
    static const char *const known[] = {"case", "visit", "enforcement", "reception_day"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (str_is(s, known[i]))
            return known[i];
    }
    return NULL;
}

static void add_act(struct world *w, struct rows *r, const char *subject)
{
    struct life *l = w->lives_n ? &w->lives[w->lives_n - 1] : NULL;
    if (!l || l->office_id != rows_int(r, 0) || strcmp(l->subject, subject) != 0 || l->id != rows_int(r, 2)) {
        w->lives = grown(w->lives, w->lives_n, &w->lives_room, sizeof *w->lives);
        l = &w->lives[w->lives_n++];
        *l = (struct life){.subject = subject, .office_id = rows_int(r, 0), .id = rows_int(r, 2), .first = w->acts_n};
    }
    w->acts = grown(w->acts, w->acts_n, &w->acts_room, sizeof *w->acts);
    w->acts[w->acts_n++] = (struct past_act){rows_instant(r, 3), rows_text(r, &w->a, 4), rows_text(r, &w->a, 5), rows_text(r, &w->a, 6),
                                             rows_text(r, &w->a, 7), rows_int(r, 8) != 0};
    l->n++;
}

static void read_acts(struct world *w, struct rd *rd)
{
    struct rows *r;
    struct err e;
    must(store_rows(rd, SQL("SELECT office_id, subject, subject_id, at, actor, verb, basis, facts, open FROM acts"
                            " WHERE subject IN ('case', 'visit', 'enforcement', 'reception_day')"
                            " ORDER BY office_id, subject, subject_id, act_id"), NO_VALS, &r, &e), &e);
    while (rows_next(r))
        add_act(w, r, subject_of(rows_peek(r, 1)));
    must(rows_end(r, &e), &e);
}

static struct life *life_of(struct world *w, int64_t office_id, int64_t id)
{
    for (size_t i = 0; i < w->lives_n; i++) {
        struct life *l = &w->lives[i];
        if (l->office_id == office_id && l->id == id && strcmp(l->subject, "case") == 0)
            return l;
    }
    return NULL;
}

static void read_cases(struct world *w, struct rd *rd)
{
    struct rows *r;
    struct err e;
    must(store_rows(rd, SQL("SELECT office_id, case_id, procedure, kind, state, channel, subject, petitioner, step, due_rule, outcome,"
                            " ground, decision, pauses, instance, people, sealed, remote, complexity, eligible, own, extensions,"
                            " received, step_start, due, handled, decided, closed FROM cases"), NO_VALS, &r, &e), &e);
    while (rows_next(r)) {
        struct life *l = life_of(w, rows_int(r, 0), rows_int(r, 1));
        if (!l)
            continue;
        for (int i = 0; i < 12; i++)
            l->row.texts[i] = rows_text(r, &w->a, 2 + i);
        for (int i = 0; i < 8; i++)
            l->row.numbers[i] = rows_int(r, 14 + i);
        for (int i = 0; i < 6; i++)
            l->row.days[i] = rows_day(r, 22 + i);
        l->closed = !day_is_none(l->row.days[5]);
    }
    must(rows_end(r, &e), &e);
}

static void sort_lives(struct world *w)
{
    w->matters = calloc(w->lives_n, sizeof *w->matters);
    w->others = calloc(w->lives_n, sizeof *w->others);
    if (!w->matters || !w->others)
        exit(1);
    for (uint32_t i = 0; i < w->lives_n; i++) {
        if (strcmp(w->lives[i].subject, "case") != 0)
            w->others[w->others_n++] = i;
        else if (w->lives[i].row.texts[0].n)
            w->matters[w->matters_n++] = i;
    }
}

/* The committees of the communes below the province that the demonstration is of. */
static void read_offices(struct world *w, struct rd *rd)
{
    struct err e;
    const int64_t *all;
    int64_t province, *kept;
    size_t n;
    must(store_one_int(rd, SQL("SELECT office_id FROM cases WHERE office_id / 10000000 % 10 = 1 GROUP BY office_id"
                               " ORDER BY count(*) DESC, office_id LIMIT 1"), NO_VALS, &province, &e), &e);
    must(units_offices_below(rd, &w->a, province, &all, &n, &e), &e);
    kept = arena_array(&w->a, int64_t, n);
    for (size_t i = 0; i < n; i++) {
        if (all[i] / 10000000 % 10 == 2 && all[i] % 100 == 1)
            kept[w->offices_n++] = all[i];
    }
    w->offices = kept;
}

static void read_past(struct world *w)
{
    struct err e;
    struct rd *rd;
    must(store_read(w->s, &w->a, &rd, &e), &e);
    read_acts(w, rd);
    read_cases(w, rd);
    sort_lives(w);
    read_offices(w, rd);
    store_read_end(rd);
    if (!w->matters_n || !w->offices_n) {
        fputs("bench_world: no demonstration is there\n", stderr);
        exit(1);
    }
}

/* ---- what will have been ---- */

/* Every day in it moved; "matter=" says the new number, or the one before when it repeated another. */
static struct str moved(struct arena *a, struct str facts, const struct plan *p, int64_t was)
{
    int64_t matter;
    struct strbuf b;
    struct str one, name;
    struct day d;
    char text[11];
    strbuf_init(&b, a, FACTS_ROOM);
    while (str_split(&facts, ' ', &one)) {
        struct str value = one;
        if (!one.n)
            continue;
        if (b.n)
            strbuf_char(&b, ' ');
        str_split(&value, '=', &name);
        strbuf_str(&b, name);
        strbuf_char(&b, '=');
        if (str_is(name, "matter") && str_int(value, &matter))
            strbuf_int(&b, matter == was || p->id == 1 ? p->id : p->id - 1);
        else if (day_parse(value, &d))
            strbuf_z(&b, day_format(day_add(d, p->days), text));
        else
            strbuf_str(&b, value);
    }
    return strbuf_text(&b);
}

static struct day day_moved(struct day d, int days)
{
    return day_is_none(d) ? d : day_add(d, days);
}

static bool add_row(struct world *w, struct tx *tx, const struct plan *p, struct err *e)
{
    const struct past_case *c = &w->lives[p->life].row;
    struct day d[6];
    uint64_t code[4] = {mixed((uint64_t)w->office_id), mixed((uint64_t)p->id), mixed((uint64_t)(w->office_id ^ p->id << 40)), 7};
    struct str number = str_printf(tx_arena(tx), "W-%lld", (long long)p->id);
    for (int i = 0; i < 6; i++)
        d[i] = day_moved(c->days[i], p->days);
    return store_exec(tx, SQL("INSERT INTO cases (office_id, case_id, number, text_id, procedure, kind, state, channel, subject,"
                              " petitioner, step, due_rule, outcome, ground, decision, instance, people, sealed, remote, complexity,"
                              " eligible, own, extensions, received, step_start, due, handled, decided, closed, pauses, created_at,"
                              " created_by, assigned_to, matter_of, code_hash, version)"
                              " VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,"
                              " $20, $21, $22, $23, $24, $25, $26, $27, $28, '', $29, 0, $30, $2, $31, 1)"),
                      VALS(V(w->office_id), V(p->id), V(number), V(c->texts[0]), V(c->texts[1]), V(c->texts[2]), V(c->texts[3]),
                           V(c->texts[4]), V(c->texts[5]), V(c->texts[6]), V(c->texts[7]), V(c->texts[8]), V(c->texts[9]),
                           V(c->texts[10]), V(c->numbers[0]), V(c->numbers[1]), V(c->numbers[2]), V(c->numbers[3]), V(c->numbers[4]),
                           V(c->numbers[5]), V(c->numbers[6]), V(c->numbers[7]), V(d[0]), V(d[1]), V(d[2]), V(d[3]), V(d[4]), V(d[5]),
                           V(p->at), V(w->account), val_blob((struct str){(const char *)code, sizeof code})), NULL, e) &&
           store_exec(tx, SQL("INSERT INTO case_texts (office_id, case_id, title, body, name, name_fold, address, phone, email, id_number,"
                              " others, place) VALUES ($1, $2, $3, '', $3, '', '', '', '', '', '', '')"),
                      VALS(V(w->office_id), V(p->id), V(c->numbers[2] ? STR("") : number)), NULL, e);
}

static void plan_life(struct world *w, uint32_t life, int days, int64_t id)
{
    const struct life *l = &w->lives[life];
    for (uint32_t i = 0; i < l->n; i++) {
        w->plans = grown(w->plans, w->plans_n, &w->plans_room, sizeof *w->plans);
        w->plans[w->plans_n] = (struct plan){w->acts[l->first + i].at.ms + (int64_t)days * DAY_MS, (uint32_t)w->plans_n, life, i, days,
                                             id};
        w->plans_n++;
    }
}

static int by_time(const void *x, const void *y)
{
    const struct plan *a = x, *b = y;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

/* Of the lives that are not over few are taken: what is open now, not a backlog of years. */
static uint32_t pick_matter(const struct world *w, uint64_t *dice)
{
    for (;;) {
        *dice = mixed(*dice + 1);
        uint32_t life = w->matters[*dice % w->matters_n];
        if (w->open_only ? !w->lives[life].closed : w->lives[life].closed || *dice >> 40 & 1)
            return life;
    }
}

/* As many matters as fall to this office; visits and the like in the demonstration's proportion. */
static void plan_office(struct world *w, int64_t matters, int64_t first_id)
{
    uint64_t dice = (uint64_t)w->office_id;
    int64_t other = 0;
    w->plans_n = w->plans_done = 0;
    for (int64_t i = 0; i < matters; i++) {
        uint32_t life = pick_matter(w, &dice);
        plan_life(w, life, -7 * (int)((dice >> 20) % (w->lives[life].closed ? WEEKS : OPEN_WEEKS)), first_id + i);
        for (; other * (int64_t)w->matters_n < (i + 1) * (int64_t)w->others_n; other++) {
            dice = mixed(dice + 2);
            plan_life(w, w->others[dice % w->others_n], -7 * (int)((dice >> 20) % WEEKS), first_id + other);
        }
    }
    qsort(w->plans, w->plans_n, sizeof *w->plans, by_time);
}

static bool add_chunk(struct world *w, struct tx *tx, struct act *acts, size_t n, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        const struct plan *p = &w->plans[w->plans_done + i];
        const struct life *l = &w->lives[p->life];
        const struct past_act *was = &w->acts[l->first + p->act];
        acts[i] = (struct act){.office_id = w->office_id, .at = {p->at}, .actor = was->actor, .subject = str_of(l->subject),
                               .subject_id = p->id, .verb = was->verb, .basis = was->basis, .open = was->open,
                               .facts = moved(tx_arena(tx), was->facts, p, l->id)};
        if (!p->act && strcmp(l->subject, "case") == 0 && !add_row(w, tx, p, e))
            return false;
    }
    return act_record_many(tx, acts, n, e);
}

static bool add_office(struct tx *tx, void *arg, struct err *e)
{
    struct world *w = arg;
    struct act *acts = arena_array(tx_arena(tx), struct act, CHUNK);
    struct arena_mark m = arena_mark(tx_arena(tx));
    for (size_t n; w->plans_done < w->plans_n; w->plans_done += n) {
        n = w->plans_n - w->plans_done < CHUNK ? w->plans_n - w->plans_done : CHUNK;
        if (!add_chunk(w, tx, acts, n, e))
            return false;
        tx_rewind(tx, m);
    }
    return true;
}

static void live(struct world *w)
{
    struct err e;
    for (size_t i = 0; i < w->offices_n; i++) {
        struct arena scratch;
        struct rd *rd;
        int64_t last = 0, share = w->wanted / (int64_t)w->offices_n + ((int64_t)i < w->wanted % (int64_t)w->offices_n);
        w->office_id = w->offices[i];
        w->account = 0;
        arena_init(&scratch);
        must(store_read(w->s, &scratch, &rd, &e) &&
             store_one_int(rd, SQL("SELECT coalesce(max(subject_id), 0) FROM acts WHERE office_id = $1"), VALS(V(w->office_id)), &last,
                           &e) &&
             store_one_int(rd, SQL("SELECT coalesce(min(account_id), 0) FROM accounts WHERE office_id = $1"), VALS(V(w->office_id)),
                           &w->account, &e), &e);
        arena_done(&scratch);
        plan_office(w, share, last + 1);
        must(store_run(w->s, add_office, w, &e), &e);
        w->made += share;
        w->acts_made += (int64_t)w->plans_n;
    }
}

int main(int argc, char **argv)
{
    struct world w = {.wanted = argc > 2 ? atoll(argv[2]) : 0, .open_only = argc > 3 && strcmp(argv[3], "open") == 0};
    struct err e;
    struct timespec from, to;
    if (argc < 3 || w.wanted < 1) {
        fputs("bench_world DATA MATTERS [open]\n", stderr);
        return 2;
    }
    arena_init(&w.a);
    i18n_init();
    clock_gettime(CLOCK_MONOTONIC, &from);
    struct store_options o = {.url = str_printf(&w.a, "sqlite:%s/dinh.db", argv[1]).p, .bulk = true};
    must(store_open(&o, &w.s, &e) && open_migrate(w.s, &w.a, &e), &e);
    read_past(&w);
    live(&w);
    store_close(w.s);
    clock_gettime(CLOCK_MONOTONIC, &to);
    printf("%lld matters, %lld acts, %zu communes in %lld s\n", (long long)w.made, (long long)w.acts_made, w.offices_n,
           (long long)(to.tv_sec - from.tv_sec));
    free(w.plans);
    free(w.acts);
    free(w.lives);
    free(w.matters);
    free(w.others);
    arena_done(&w.a);
    return 0;
}
