// SPDX-License-Identifier: AGPL-3.0-or-later
/* One letter through outbox, job and wire; run.mjs is at the other end.
 *
 *   mail_probe DIR ROUNDS TO SUBJECT TEXT NAME=VALUE…   (settings of mail)
 *
 * Each round is an hour later. Prints what is left: one line of JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/assets/assets.h"
#include "platform/mail/mail.h"

enum { HOUR = 3600 * 1000, GIVEN_MAX = 16 };

static void must(bool good, const struct err *e)
{
    if (!good) {
        printf("{\"error\":\"%s\",\"detail\":\"%s\"}\n", e->msg, e->detail);
        exit(1);
    }
}

struct posting {
    const struct mailer *mailer;
    struct letter letter;
    struct instant now;
};

static bool post(struct tx *tx, void *arg, struct err *e)
{
    struct posting *p = arg;
    return mail_queue(tx, p->mailer, &p->letter, p->now, e);
}

static struct mailer settings(struct arena *a, const struct keys *keys, char **argv, int argc)
{
    const struct setting *const tables[] = {mail_settings, NULL};
    struct setting_given given[GIVEN_MAX];
    struct config_sources from = {.tables = tables, .given = given};
    struct config *c;
    struct mailer m;
    struct err e;
    for (int i = 0; i < argc && i < GIVEN_MAX; i++) {
        char *equals = strchr(argv[i], '=');
        if (!equals)
            exit(2);
        *equals = 0;
        given[from.given_n++] = (struct setting_given){argv[i], equals + 1};
    }
    must(config_load(a, &from, &c, &e) && mailer_open(c, keys, &m, &e), &e);
    return m;
}

static struct store *database(struct arena *a, const char *dir)
{
    const struct asset *jobs = asset_find(STR("src/platform/jobs/001_jobs.sql"));
    const struct asset *mail = asset_find(STR("src/platform/mail/001_mail.sql"));
    const struct migration list[] = {{"jobs/001", jobs->bytes.p, jobs->bytes.n}, {"mail/001", mail->bytes.p, mail->bytes.n}};
    struct store_options o = {.url = str_printf(a, "sqlite:%s/db", dir).p};
    struct store *s;
    struct err e;
    must(store_open(&o, &s, &e) && store_migrate(s, list, 2, &e), &e);
    return s;
}

static int64_t one(struct rd *rd, struct sql sql)
{
    int64_t n = -1;
    struct err e;
    must(store_one_int(rd, sql, NO_VALS, &n, &e), &e);
    return n;
}

static void report(struct store *s, struct arena *a)
{
    struct rd *rd;
    struct jobs_state j;
    struct err e;
    must(store_read(s, a, &rd, &e) && jobs_count(rd, &j, &e), &e);
    printf("{\"letters\":%lld,\"texts\":%lld,\"code\":%lld,\"waiting\":%lld,\"given_up\":%lld}\n",
           (long long)one(rd, SQL("SELECT count(*) FROM mail_outbox")),
           (long long)one(rd, SQL("SELECT count(sealed) FROM mail_outbox")),
           (long long)one(rd, SQL("SELECT coalesce(max(code), 0) FROM mail_outbox")), (long long)j.waiting,
           (long long)j.given_up);
    store_read_end(rd);
}

int main(int argc, char **argv)
{
    struct arena a;
    struct keys *keys;
    struct err e;
    if (argc < 6)
        return 2;
    crypt_init();
    arena_init(&a);
    must(keys_create(argv[1], &e) && keys_open(argv[1], &keys, &e), &e);
    struct store *s = database(&a, argv[1]);
    struct mailer m = settings(&a, keys, argv + 6, argc - 6);
    struct posting p = {&m, {3, str_of(argv[3]), str_of(argv[4]), str_of(argv[5])}, {1783326600000}};
    must(store_run(s, post, &p, &e), &e);
    struct job_kinds kinds[] = {{mail_jobs, &m}, {NULL, NULL}};
    struct jobs *q = jobs_open(&(struct jobs_options){.store = s, .kinds = kinds});
    for (int64_t i = 0, rounds = strtol(argv[2], NULL, 10); i < rounds; i++) {
        size_t ran;
        must(jobs_run_due(q, (struct instant){p.now.ms + i * HOUR}, &ran, &e), &e);
    }
    report(s, &a);
    jobs_close(q);
    store_close(s);
    keys_close(keys);
    arena_done(&a);
    return 0;
}
