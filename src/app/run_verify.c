// SPDX-License-Identifier: AGPL-3.0-or-later
/* dinh backup verify: a restore drill in a scratch place. The work is done by a
 * child, so that the place is removed however the child ends. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/check.h"
#include "app/open.h"
#include "app/restore.h"
#include "app/run.h"
#include "base/json.h"
#include "platform/store/store_counts.h"

struct drill {
    struct restored restored;
    struct check_result check;
    struct strbuf report;  /* what is wrong, a line each */
    int64_t tables, differ;
};

/* Line by line: what was recorded against what is there now. */
static void compare_counts(struct drill *d, struct str wanted, struct str got)
{
    struct str a, b;
    while (str_split(&wanted, '\n', &a)) {
        if (!str_split(&got, '\n', &b))
            b = STR("nothing");
        d->tables += a.n && !str_starts(a, STR("attachments "));
        if (str_eq(a, b))
            continue;
        d->differ++;
        strbuf_printf(&d->report, "counts: recorded " STR_FMT ", restored " STR_FMT "\n", STR_ARG(a), STR_ARG(b));
    }
}

static bool count(struct cli *c, struct drill *d, struct err *e)
{
    struct strbuf counts;
    strbuf_init(&counts, &c->arena, 1 << 20);
    if (!d->restored.counts.n)
        return true;
    if (!store_file_counts(open_path(c, "dinh.db").p, &counts, e))
        return false;
    compare_counts(d, d->restored.counts, backup_counts(&counts, d->restored.files));
    return true;
}

/* What a backup does not hold and the check wants: keys and settings of the
 * data directory, when they are there. */
static void borrow(struct cli *c, const char *from, const char *name)
{
    char real[PATH_MAX];
    const char *path = str_printf(&c->arena, "%s/%s", from, name).p;
    if (realpath(path, real) && symlink(real, open_path(c, name).p) != 0)
        fprintf(stderr, "dinh: %s: %s\n", path, strerror(errno));
}

static bool drill(struct cli *c, struct drill *d, const char *scratch, struct err *e)
{
    const char *home = c->data, *archive = c->argv[0];
    const char *keys = cli_value(c, "keys");
    char real[PATH_MAX];
    const char *dir = str_printf(&c->arena, "%s/data", scratch).p;
    strbuf_init(&d->report, &c->arena, 1 << 20);
    if (!restore_into(c, archive, dir, &d->restored, e))
        return false;
    c->data = dir;
    c->database = NULL; /* what is checked is the copy */
    borrow(c, home, "dinh.conf");
    if (keys && (!realpath(keys, real) || symlink(real, open_path(c, "keys").p) != 0))
        return FAIL(e, ERR_IO, "err.io", "--keys %s: %s", keys, strerror(errno));
    if (!keys)
        borrow(c, home, "keys");
    d->check = (struct check_result){.files = true, .keyless = access(open_path(c, "keys").p, F_OK) != 0};
    return count(c, d, e) && cli_store(c, false, e) && check_all(c, &d->check, &d->report, e);
}

static void put_json(struct cli *c, const struct drill *d, bool sound, struct strbuf *out)
{
    struct json j;
    struct str rest = (struct str){d->report.p, d->report.n}, line;
    (void)c;
    json_init(&j, out);
    json_object(&j);
    json_kbool(&j, "sound", sound);
    json_kint(&j, "attachments", d->restored.files);
    json_kint(&j, "acts", d->check.acts);
    json_kint(&j, "tables", d->tables);
    json_kbool(&j, "counts_recorded", d->restored.counts.n > 0);
    json_kbool(&j, "keys", !d->check.keyless);
    json_kint(&j, "not_opened", d->check.unopened);
    json_key(&j, "problems");
    json_array(&j);
    while (str_split(&rest, '\n', &line)) {
        if (line.n)
            json_str(&j, line);
    }
    json_end(&j);
    json_end(&j);
    strbuf_char(out, '\n');
}

static bool tell(struct cli *c, const struct drill *d, struct err *e)
{
    struct strbuf out;
    bool sound = d->check.sound && !d->differ;
    strbuf_init(&out, &c->arena, 4 << 20);
    if (c->json) {
        put_json(c, d, sound, &out);
    } else {
        strbuf_add(&out, d->report.p, d->report.n);
        if (!d->restored.counts.n)
            strbuf_z(&out, "the archive records no counts: it was made by an older program\n");
        if (d->check.keyless)
            strbuf_printf(&out, "no keys here: %lld sealed attachments were not opened, their bytes are those of the backup\n",
                          (long long)d->check.unopened);
        strbuf_printf(&out, "%s: %lld tables, %lld acts, %lld attachments\n", sound ? "sound" : "NOT SOUND", (long long)d->tables,
                      (long long)d->check.acts, (long long)d->restored.files);
    }
    if (!cli_print(strbuf_text(&out), e))
        return false;
    return sound || FAIL(e, ERR_STORE, "err.store.damaged", "the backup is not sound");
}

static void child(struct cli *c, const char *scratch, struct err *told, bool *done)
{
    struct drill d = {0};
    struct err e = {0};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    bool good = drill(c, &d, scratch, &e) && tell(c, &d, &e);
    *told = e; /* before the store closes: *done says that it is an answer */
    *done = true;
    if (c->store)
        store_close(c->store);
    _exit(good ? 0 : 1);
}

/* Until the child ends, or somebody ends us: then it ends too. */
static int wait_for(pid_t pid, const sigset_t *set)
{
    int got, status = 0;
    while (sigwait(set, &got) == 0 && got != SIGCHLD)
        kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    return status;
}

/* What the child says of itself, in memory that both see. */
struct answer {
    struct err e;
    bool done;
};

/* From here on signals end the child, and we go on to clean up. */
static void block_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGCHLD);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
    sigprocmask(SIG_BLOCK, set, NULL);
}

static bool in_child(struct cli *c, const char *scratch, const sigset_t *set, struct answer *shared, struct err *e)
{
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGINT, SIG_IGN); /* of a terminal it comes to both: the parent ends us */
        child(c, scratch, &shared->e, &shared->done);
    }
    int status = pid < 0 ? -1 : wait_for(pid, set);
    if (status == 0)
        return true;
    if (shared->done)
        *e = shared->e;
    return shared->done ? false : FAIL(e, ERR_IO, "err.io", "the check of the backup was ended before it was done");
}

bool run_backup_verify(struct cli *c, struct err *e)
{
    sigset_t set;
    const char *where = cli_value(c, "scratch");
    struct str name = where ? str_printf(&c->arena, "%s/dinh-verify-XXXXXX", where) : str_printf(&c->arena, "%s.verify-XXXXXX", c->argv[0]);
    char *scratch = str_z(&c->arena, name);
    if (access(c->argv[0], R_OK) != 0)
        return FAIL(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "err.io", "%s: %s", c->argv[0], strerror(errno));
    block_signals(&set);
    if (!mkdtemp(scratch))
        return FAIL(e, ERR_IO, "err.io", "%s: %s (--scratch DIR takes another place)", scratch, strerror(errno));
    struct answer *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        die("no memory");
    bool good = in_child(c, scratch, &set, shared, e);
    restore_remove(scratch);
    munmap(shared, sizeof *shared);
    return good;
}
