// SPDX-License-Identifier: AGPL-3.0-or-later
/* Backups: one pax archive with the database, the attachments, and at its end
 * a list of digests. The keys are never in it. A damaged archive is refused
 * before anything is put in place. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/open.h"
#include "app/run.h"
#include "features/cases/case_check.h"

enum { MANIFEST_MAX = 1 << 30 };

struct backup {
    struct cli *cli;
    struct archive *archive;
    struct strbuf manifest; /* "SHA256  NAME\n" */
    struct cli_bar bar;
    int64_t done;
};

static bool fail_archive(struct archive *a, const char *path, struct err *e)
{
    const char *why = archive_error_string(a);
    return FAIL(e, ERR_IO, "err.io", "%s: %s", path, why ? why : "archive");
}

static bool put_bytes(struct backup *b, const char *name, struct str bytes, struct err *e)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    archive_entry_set_size(entry, (int64_t)bytes.n);
    bool good = archive_write_header(b->archive, entry) == ARCHIVE_OK &&
                archive_write_data(b->archive, bytes.p, bytes.n) == (la_ssize_t)bytes.n;
    archive_entry_free(entry);
    return good || fail_archive(b->archive, name, e);
}

/* A file of the data directory; its digest goes into the manifest. Mapped, so
 * that a large database needs no memory of its size. */
static bool put_file(struct backup *b, const char *path, const char *name, struct err *e)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        if (fd >= 0)
            close(fd);
        return FAIL(e, ERR_IO, "err.io", "%s: %s", path, strerror(errno));
    }
    size_t n = (size_t)st.st_size;
    void *bytes = n ? mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
    close(fd);
    if (bytes == MAP_FAILED)
        return FAIL(e, ERR_IO, "err.io", "%s: %s", path, strerror(errno));
    bool good = put_bytes(b, name, (struct str){bytes, n}, e);
    if (good) {
        struct digest d = digest_of(bytes, n);
        strbuf_printf(&b->manifest, STR_FMT "  %s\n", STR_ARG(digest_hex(&b->cli->arena, &d)), name);
        cli_bar_step(&b->bar, ++b->done);
    }
    if (n)
        munmap(bytes, n);
    return good;
}

static bool put_all(struct backup *b, const char *database, const struct case_file *files, size_t n, struct err *e)
{
    if (!put_file(b, database, "dinh.db", e))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct str name = str_printf(&b->cli->arena, "files/" STR_FMT "/" STR_FMT, STR_ARG(str_cut(files[i].stored, 0, 2)),
                                     STR_ARG(files[i].stored));
        if (i && str_eq(files[i].stored, files[i - 1].stored))
            continue;
        if (!put_file(b, open_path(b->cli, name.p).p, name.p, e))
            return false;
    }
    return put_bytes(b, "MANIFEST", strbuf_text(&b->manifest), e);
}

/* The attachments that the copied database names: those of its own moment. */
static bool files_of_copy(struct cli *c, const char *copy, struct case_file **files, size_t *n, struct err *e)
{
    struct store *s;
    struct rd *rd;
    struct arena a;
    struct store_options o = {.url = str_printf(&c->arena, "sqlite:%s", copy).p};
    if (!store_open(&o, &s, e))
        return false;
    arena_init(&a);
    bool good = store_read(s, &a, &rd, e) && case_all_files(rd, &c->arena, files, n, e);
    arena_done(&a);
    store_close(s);
    return good;
}

static bool write_archive(struct cli *c, const char *to, const char *copy, const struct case_file *files, size_t n, struct err *e)
{
    struct backup b = {.cli = c, .archive = archive_write_new()};
    strbuf_init(&b.manifest, &c->arena, 1u << 30);
    cli_bar_open(&b.bar, c, "backup", (int64_t)n + 1);
    archive_write_set_format_pax_restricted(b.archive);
    bool good = archive_write_open_filename(b.archive, to) == ARCHIVE_OK || fail_archive(b.archive, to, e);
    good = good && put_all(&b, copy, files, n, e);
    if (archive_write_close(b.archive) != ARCHIVE_OK && good)
        good = fail_archive(b.archive, to, e);
    archive_write_free(b.archive);
    if (good)
        cli_bar_close(&b.bar);
    return good;
}

static bool sync_file(const char *path, struct err *e)
{
    FILE *f = fopen(path, "rb");
    bool good = f && fsync(fileno(f)) == 0;
    if (f)
        fclose(f);
    return good || FAIL(e, ERR_IO, "err.io", "%s: %s", path, strerror(errno));
}

bool run_backup(struct cli *c, struct err *e)
{
    struct case_file *files;
    size_t n;
    struct str part = str_printf(&c->arena, "%s.part", c->argv[0]);
    struct str copy = str_printf(&c->arena, "%s.db", c->argv[0]);
    if (access(c->argv[0], F_OK) == 0)
        return FAIL(e, ERR_CONFLICT, "err.conflict", "%s is there already", c->argv[0]);
    if (!cli_store(c, false, e))
        return false;
    unlink(copy.p);
    bool good = store_backup(c->store, copy.p, e) && files_of_copy(c, copy.p, &files, &n, e) &&
                write_archive(c, part.p, copy.p, files, n, e) && sync_file(part.p, e);
    unlink(copy.p);
    unlink(str_printf(&c->arena, STR_FMT "-wal", STR_ARG(copy)).p);
    unlink(str_printf(&c->arena, STR_FMT "-shm", STR_ARG(copy)).p);
    if (good && rename(part.p, c->argv[0]) != 0)
        good = FAIL(e, ERR_IO, "err.io", "%s: %s", c->argv[0], strerror(errno));
    if (!good)
        unlink(part.p);
    return good;
}

/* ---- restore ---- */

/* Only names that a backup of ours has: no way out of the directory. */
static bool is_expected(const char *name)
{
    size_t n = strlen(name);
    if (strcmp(name, "dinh.db") == 0 || strcmp(name, "MANIFEST") == 0)
        return true;
    if (n != 6 + 3 + 32 || strncmp(name, "files/", 6) != 0 || name[8] != '/')
        return false;
    return strspn(name + 6, "0123456789abcdef") == 2 && strspn(name + 9, "0123456789abcdef") == 32;
}

/* Copies one entry in pieces, so that a restore needs no memory of the database's
 * size; *ret_digest is of what was written. out NULL: only reads. */
static bool copy_entry(struct archive *a, int64_t size, FILE *out, struct digest *ret_digest)
{
    char piece[65536];
    crypto_hash_sha256_state sum;
    crypto_hash_sha256_init(&sum);
    while (size > 0) {
        la_ssize_t n = archive_read_data(a, piece, size < (int64_t)sizeof piece ? (size_t)size : sizeof piece);
        if (n <= 0 || fwrite(piece, 1, (size_t)n, out) != (size_t)n)
            return false;
        crypto_hash_sha256_update(&sum, (const unsigned char *)piece, (unsigned long long)n);
        size -= n;
    }
    crypto_hash_sha256_final(&sum, ret_digest->b);
    return true;
}

/* A new file of the directory, on disk when this is done. */
static bool write_out(struct cli *c, struct archive *a, const char *name, int64_t size, struct digest *ret_digest, struct err *e)
{
    struct str path = open_path(c, name);
    if (strncmp(name, "files/", 6) == 0)
        mkdir(open_path(c, str_printf(&c->arena, "%.8s", name).p).p, 0700);
    errno = 0;
    FILE *f = fopen(path.p, "wbx");
    bool good = f && copy_entry(a, size, f, ret_digest) && fflush(f) == 0 && fsync(fileno(f)) == 0;
    int why = errno;
    if (f)
        good = fclose(f) == 0 && good;
    if (!good && !why)
        return FAIL(e, ERR_BAD_INPUT, "err.io", "%s: damaged at %s", c->argv[0], name);
    return good || FAIL(e, ERR_IO, "err.io", "%s: %s", path.p, strerror(why));
}

static bool read_manifest(struct cli *c, struct archive *a, int64_t size, struct str *ret, struct err *e)
{
    char *text = NULL;
    size_t n = 0;
    struct digest unused;
    FILE *f = size < MANIFEST_MAX ? open_memstream(&text, &n) : NULL;
    bool good = f && copy_entry(a, size, f, &unused);
    if (f)
        good = fclose(f) == 0 && good;
    if (good)
        *ret = str_copy(&c->arena, (struct str){text, n});
    free(text);
    return good || FAIL(e, ERR_BAD_INPUT, "err.io", "%s: damaged at MANIFEST", c->argv[0]);
}

struct restore {
    struct strbuf seen;  /* manifest as read back */
    struct str manifest; /* as it was written */
    int64_t files;
};

static bool take_entry(struct cli *c, struct archive *a, struct archive_entry *entry, struct restore *x, struct err *e)
{
    const char *name = archive_entry_pathname(entry);
    int64_t size = archive_entry_size(entry);
    struct digest d;
    if (!name || !is_expected(name) || size < 0 || size > (int64_t)1 << 40)
        return FAIL(e, ERR_BAD_INPUT, "err.io", "%s: not a backup: unexpected entry", c->argv[0]);
    if (strcmp(name, "MANIFEST") == 0)
        return read_manifest(c, a, size, &x->manifest, e);
    if (!write_out(c, a, name, size, &d, e))
        return false;
    strbuf_printf(&x->seen, STR_FMT "  %s\n", STR_ARG(digest_hex(&c->arena, &d)), name);
    x->files++;
    return true;
}

/* The first line in which the two lists differ: what is damaged. */
static bool compare(struct cli *c, struct restore *x, struct err *e)
{
    struct str seen = strbuf_text(&x->seen), want = x->manifest, a, b;
    if (!want.n)
        return FAIL(e, ERR_BAD_INPUT, "err.io", "%s: cut short: it has no MANIFEST", c->argv[0]);
    while (str_split(&want, '\n', &a)) {
        if (!str_split(&seen, '\n', &b))
            b = STR("");
        if (!str_eq(a, b))
            return FAIL(e, ERR_BAD_INPUT, "err.io", "%s: damaged: " STR_FMT, c->argv[0], STR_ARG(str_cut(a, 66, a.n)));
    }
    return true;
}

static bool extract(struct cli *c, struct restore *x, struct err *e)
{
    struct archive *a = archive_read_new();
    struct archive_entry *entry;
    int got = ARCHIVE_OK;
    archive_read_support_format_tar(a);
    bool good = archive_read_open_filename(a, c->argv[0], 65536) == ARCHIVE_OK || fail_archive(a, c->argv[0], e);
    while (good && (got = archive_read_next_header(a, &entry)) == ARCHIVE_OK)
        good = take_entry(c, a, entry, x, e);
    if (good && got != ARCHIVE_EOF)
        good = fail_archive(a, c->argv[0], e);
    archive_read_free(a);
    return good && compare(c, x, e);
}

/* What a failed restore has written, with nothing else: the names are those of a backup. */
static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

bool run_restore(struct cli *c, struct err *e)
{
    struct restore x = {0};
    const char *final = c->data;
    struct str part = str_printf(&c->arena, "%s.restoring", final);
    if (access(open_path(c, "dinh.db").p, F_OK) == 0)
        return FAIL(e, ERR_CONFLICT, "err.conflict", "%s holds data already; restore into a new directory", final);
    strbuf_init(&x.seen, &c->arena, 1u << 30);
    if (mkdir(part.p, 0700) != 0)
        return FAIL(e, ERR_IO, "err.io", "%s: %s", part.p, strerror(errno));
    c->data = part.p;
    bool good = (mkdir(open_path(c, "files").p, 0700) == 0 && mkdir(open_path(c, "incoming").p, 0700) == 0) ||
                FAIL(e, ERR_IO, "err.io", "%s: %s", part.p, strerror(errno));
    good = good && extract(c, &x, e);
    c->data = final;
    if (!good)
        nftw(part.p, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    /* the target may hold nothing but keys put there by hand */
    if (good && access(final, F_OK) == 0) {
        struct str keys = open_path(c, "keys");
        if (access(keys.p, F_OK) == 0 && rename(keys.p, str_printf(&c->arena, STR_FMT "/keys", STR_ARG(part)).p) != 0)
            good = FAIL(e, ERR_IO, "err.io", STR_FMT ": %s", STR_ARG(keys), strerror(errno));
        rmdir(final);
    }
    if (good && rename(part.p, final) != 0)
        good = FAIL(e, ERR_CONFLICT, "err.conflict", "%s: %s; the data is in " STR_FMT, final, strerror(errno), STR_ARG(part));
    if (!good)
        return false;
    return cli_print(str_printf(&c->arena, "restored: database and %lld attachments; put DIR/keys back if it is not there\n",
                                (long long)x.files - 1), e);
}
