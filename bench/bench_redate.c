// SPDX-License-Identifier: AGPL-3.0-or-later
/* How long it takes to give N open steps new due days, with an act each.
 *   bench_redate DIR [STEPS]   DIR: where to make the database (removed after)
 * Steps begin on different days, in 100 offices.
 * The change is a longer limit of every open step. Prints seconds; and how long
 * somebody at a desk waits meanwhile for a list of fifty matters, and for a
 * small command to be on disk, beside how long before. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/features.h"
#include "app/open.h"
#include "features/cases/case_redate.h"
#include "platform/assets/assets.h"
#include "platform/i18n/i18n.h"

struct bench {
    struct arena a;
    struct store *s;
    struct rulebook *before, *after;
    int64_t steps, from, to;
};

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Of all threads: what does not depend on who else works on the machine. */
static double work(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(bool good, const struct err *e)
{
    if (good)
        return;
    fprintf(stderr, "bench_redate: %s %s\n", e->msg ? e->msg : "", e->detail);
    exit(1);
}

/* The law's pack with one word of one file changed. */
static struct rulebook *book(struct bench *b, const char *was, const char *is)
{
    struct rule_file *files;
    struct rulebook *ret;
    struct strbuf problems;
    struct err e;
    size_t n, at;
    rules_embedded(&b->a, STR("vn"), &files, &n);
    strbuf_init(&problems, &b->a, 1 << 20);
    for (size_t i = 0; i < n; i++) {
        while (is && str_is(files[i].name, "limits.csv") && str_find(files[i].text, str_of(was), &at))
            files[i].text = str_printf(&b->a, STR_FMT "%s" STR_FMT, STR_ARG(str_cut(files[i].text, 0, at)), is,
                                       STR_ARG(str_cut(files[i].text, at + strlen(was), files[i].text.n)));
    }
    must(rulebook_load(&b->a, files, n, &ret, &problems, &e), &e);
    return ret;
}

static bool make(struct tx *tx, void *arg, struct err *e)
{
    struct bench *b = arg;
    struct rule_due due;
    struct digest code = digest_of("", 0);
    char number[40];
    for (int64_t i = b->from; i < b->to; i++) {
        int64_t office = 202522200001 + i / (b->steps / 100 + 1);
        struct rule_clock_question q = {.procedure = STR("complaint.first"), .step = STR("settle"), .start = {(int32_t)(20640 + i % 60)},
                                        .extensions = 0};
        if (!rulebook_due(b->before, &b->a, &q, &due, e))
            return false;
        snprintf(number, sizeof number, "B-%lld", (long long)i);
        if (!store_exec(tx, SQL("INSERT INTO cases (office_id, case_id, number, text_id, procedure, kind, instance, state, channel,"
                                " subject, petitioner, people, sealed, remote, complexity, received, created_at, created_by,"
                                " assigned_to, step, step_start, due, due_rule, eligible, own, outcome, ground, decision,"
                                " matter_of, code_hash, version) VALUES ($1, $2, $3, 0, $4, 'complaint', 1, 'settling', 'web', '',"
                                " 'individual', 1, 0, 0, $5, $6, 0, 0, 0, $7, $6, $8, $9, 1, 1, 'accepted', '', '', $2, $10, 1)"),
                        VALS(V(office), V(i + 1), V(number), V(q.procedure), V(q.complexity), V(q.start), V(q.step), V(due.day),
                             V(due.rule), val_blob((struct str){(const char *)code.b, sizeof code.b})), NULL, e))
            return false;
    }
    return true;
}

static void open_base(struct bench *b, const char *dir)
{
    struct err e;
    struct store_options o = {.url = str_printf(&b->a, "sqlite:%s/redate.db", dir).p};
    i18n_init();
    must(store_open(&o, &b->s, &e) && open_migrate(b->s, &b->a, &e), &e);
    b->before = book(b, "", NULL);
    b->after = book(b, ",settle,normal,30,D,", ",settle,normal,33,D,");
    for (b->from = 0; b->from < b->steps; b->from = b->to) {
        b->to = b->from + 50000 < b->steps ? b->from + 50000 : b->steps;
        must(store_run(b->s, make, b, &e), &e);
    }
}

/* ---- somebody else, meanwhile ---- */

enum { SAMPLES = 200000 };

struct desk {
    struct bench *b;
    atomic_bool end;
    pthread_t thread;
    size_t n;
    float *list_ms, *command_ms;
};

static bool small_command(struct tx *tx, void *arg, struct err *e)
{
    (void)arg;
    int64_t n;
    return store_next(tx, 0, "bench_redate", &n, e);
}

static void one_look(struct desk *d, struct arena *a)
{
    struct err e;
    struct rd *rd;
    struct rows *r;
    double t = seconds();
    int64_t office = 202522200001 + (int64_t)(d->n % 100);
    must(store_read(d->b->s, a, &rd, &e) &&
         store_rows(rd, SQL("SELECT case_id, number, due FROM cases WHERE office_id = $1 AND closed IS NULL"
                            " ORDER BY due NULLS LAST, received, case_id LIMIT 50"), VALS(V(office)), &r, &e), &e);
    while (rows_next(r))
        ;
    must(rows_end(r, &e), &e);
    store_read_end(rd);
    d->list_ms[d->n] = (float)((seconds() - t) * 1e3);
    t = seconds();
    must(store_run(d->b->s, small_command, NULL, &e), &e);
    d->command_ms[d->n++] = (float)((seconds() - t) * 1e3);
}

static void *sit_at_desk(void *arg)
{
    struct desk *d = arg;
    struct arena a;
    arena_init(&a);
    while (!atomic_load(&d->end) && d->n < SAMPLES) {
        one_look(d, &a);
        arena_reset(&a);
        usleep(2000);
    }
    arena_done(&a);
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void tell(const char *what, float *ms, size_t n)
{
    qsort(ms, n, sizeof *ms, by_size);
    printf("%s p50 %.1f ms, p99 %.1f ms", what, (double)ms[n / 2], (double)ms[n * 99 / 100]);
}

static void begin_desk(struct desk *d, struct bench *b)
{
    *d = (struct desk){.b = b, .list_ms = calloc(SAMPLES, sizeof(float)), .command_ms = calloc(SAMPLES, sizeof(float))};
    if (!d->list_ms || !d->command_ms || pthread_create(&d->thread, NULL, sit_at_desk, d))
        exit(1);
}

static void end_desk(struct desk *d, const char *when)
{
    atomic_store(&d->end, true);
    pthread_join(d->thread, NULL);
    printf("; %s: ", when);
    tell("list", d->list_ms, d->n);
    tell(", command", d->command_ms, d->n);
    free(d->list_ms);
    free(d->command_ms);
}

int main(int argc, char **argv)
{
    struct err e;
    struct bench b = {.steps = argc > 2 ? atoll(argv[2]) : 1000000};
    struct viewer program = VIEWER_SYSTEM;
    struct case_redate_plan plan;
    struct rd *rd;
    if (argc < 2) {
        fputs("bench_redate DIR [STEPS]\n", stderr);
        return 2;
    }
    arena_init(&b.a);
    open_base(&b, argv[1]);
    double t = seconds(), cpu = work();
    must(store_read(b.s, &b.a, &rd, &e) && case_redate_plan(rd, &b.a, b.after, &plan, &e), &e);
    store_read_end(rd);
    printf("preview: %lld open steps looked at, %zu change: %.2f s, %.2f s of CPU\n", (long long)plan.looked, plan.n,
           seconds() - t, work() - cpu);
    struct case_redate r = {.rules = b.after, .now = {1783300000000}, .actor = &program};
    struct desk before, meanwhile;
    begin_desk(&before, &b);
    sleep(2);
    atomic_store(&before.end, true);
    pthread_join(before.thread, NULL);
    begin_desk(&meanwhile, &b);
    t = seconds();
    cpu = work();
    must(case_redate(b.s, &r, &e), &e);
    printf("redate: %lld of %lld steps, an act each: %.2f s, %.2f s of CPU", (long long)r.ret_changed, (long long)r.ret_looked,
           seconds() - t, work() - cpu);
    end_desk(&meanwhile, "meanwhile");
    printf("; before: ");
    tell("list", before.list_ms, before.n);
    tell(", command", before.command_ms, before.n);
    putchar('\n');
    store_close(b.s);
    arena_done(&b.a);
    return 0;
}
