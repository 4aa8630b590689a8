// SPDX-License-Identifier: AGPL-3.0-or-later
/* Restoring a backup: nothing takes its place before every digest was compared. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <ftw.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/copy.h"
#include "app/open.h"
#include "app/restore.h"
#include "app/run.h"
#include "base/crypt.h"

enum { LIST_MAX = 1 << 30, DIGEST_DIGITS = 64 };

/* An entry as it was read back. */
struct seen {
    struct seen *next;
    struct str line;    /* as MANIFEST should have it, without the end of line */
    int64_t from, to;   /* bytes of the archive */
};

struct reading {
    struct cli *cli;
    struct arena *arena;
    struct archive *archive;
    struct tar_strict strict;
    const char *path, *dir;
    struct seen *first, **last;
    struct str manifest;
    struct restored *out;
    struct cli_bar bar;
};

static bool damaged(const struct reading *r, int64_t at, const char *where, struct err *e)
{
    return FAIL(e, ERR_BAD_INPUT, "err.io", "%.90s: damaged: %.60s, at byte %lld", r->path, where, (long long)at);
}

/* Only names that a backup of ours has: no way out of the directory. */
static bool is_attachment(const char *name)
{
    if (strlen(name) != 6 + 3 + 32 || strncmp(name, "files/", 6) != 0 || name[8] != '/')
        return false;
    return strspn(name + 6, "0123456789abcdef") == 2 && strspn(name + 9, "0123456789abcdef") == 32;
}

static bool is_expected(const char *name)
{
    return strcmp(name, "dinh.db") == 0 || strcmp(name, "COUNTS") == 0 || strcmp(name, "MANIFEST") == 0 || is_attachment(name);
}

/* Copies one entry in pieces, so that a restore needs no memory of the database's
 * size; *ret_digest is of what was written. */
static bool copy_entry(struct reading *r, int64_t size, FILE *out, struct digest *ret_digest)
{
    char piece[65536];
    crypto_hash_sha256_state sum;
    crypto_hash_sha256_init(&sum);
    while (size > 0) {
        la_ssize_t n = archive_read_data(r->archive, piece, size < (int64_t)sizeof piece ? (size_t)size : sizeof piece);
        if (n <= 0 || fwrite(piece, 1, (size_t)n, out) != (size_t)n)
            return false;
        crypto_hash_sha256_update(&sum, (const unsigned char *)piece, (unsigned long long)n);
        size -= n;
        cli_bar_step(&r->bar, archive_filter_bytes(r->archive, -1));
    }
    crypto_hash_sha256_final(&sum, ret_digest->b);
    return true;
}

/* A new file of the directory, on disk when this is done. */
static bool write_out(struct reading *r, const char *name, int64_t size, struct digest *ret_digest, struct err *e)
{
    struct str path = str_printf(r->arena, "%s/%s", r->dir, name);
    if (strncmp(name, "files/", 6) == 0)
        mkdir(str_printf(r->arena, "%s/%.8s", r->dir, name).p, 0700);
    errno = 0;
    FILE *f = fopen(path.p, "wbx");
    bool good = f && copy_entry(r, size, f, ret_digest) && fflush(f) == 0 && fsync(fileno(f)) == 0;
    int why = errno;
    if (f)
        good = fclose(f) == 0 && good;
    if (!good && !why)
        return damaged(r, archive_read_header_position(r->archive), name, e);
    return good || FAIL(e, ERR_IO, "err.io", "%s: %s", path.p, strerror(why));
}

/* An entry that is kept in memory: a list. */
static bool read_list(struct reading *r, const char *name, int64_t size, struct digest *ret_digest, struct str *ret, struct err *e)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = size < LIST_MAX ? open_memstream(&text, &n) : NULL;
    bool good = f && copy_entry(r, size, f, ret_digest);
    if (f)
        good = fclose(f) == 0 && good;
    if (good)
        *ret = str_copy(r->arena, (struct str){text, n});
    free(text);
    return good || damaged(r, archive_read_header_position(r->archive), name, e);
}

static void remember(struct reading *r, const char *name, int64_t at, int64_t size, const struct digest *d)
{
    struct seen *s = arena_new(r->arena, struct seen);
    *s = (struct seen){.line = str_printf(r->arena, STR_FMT "  %s", STR_ARG(digest_hex(r->arena, d)), name), .from = at,
                       .to = at + 512 + size};
    *r->last = s;
    r->last = &s->next;
}

static bool take_entry(struct reading *r, struct archive_entry *entry, struct err *e)
{
    const char *name = archive_entry_pathname(entry);
    int64_t size = archive_entry_size(entry), at = archive_read_header_position(r->archive), bad = at;
    struct digest d;
    bool good;
    if (!name || !is_expected(name) || archive_entry_filetype(entry) != AE_IFREG || size < 0 || size > (int64_t)1 << 40)
        return damaged(r, at, "no entry of a backup", e);
    if (!tar_strict_entry(&r->strict, at, size, &bad))
        return damaged(r, bad, "the header or the padding before an entry", e);
    if (r->manifest.p)
        return damaged(r, at, "entries after MANIFEST", e);
    name = str_z(r->arena, str_of(name)); /* the archive's own until the next */
    if (strcmp(name, "MANIFEST") == 0)
        return read_list(r, name, size, &d, &r->manifest, e);
    if (strcmp(name, "COUNTS") == 0)
        good = read_list(r, name, size, &d, &r->out->counts, e);
    else
        good = write_out(r, name, size, &d, e);
    if (!good)
        return false;
    r->out->files += is_attachment(name);
    remember(r, name, at, size, &d);
    return true;
}

/* The first line in which the two lists differ: what is damaged. */
static bool compare(const struct reading *r, struct err *e)
{
    struct str want = r->manifest, line;
    const struct seen *s = r->first;
    if (!want.n)
        return FAIL(e, ERR_BAD_INPUT, "err.io", "%.120s: cut short: it has no MANIFEST", r->path);
    for (; str_split(&want, '\n', &line); s = s ? s->next : NULL) {
        if (!line.n && !want.n && !s)
            return true; /* what is behind the last end of line */
        struct str name = str_cut(s ? s->line : line, DIGEST_DIGITS + 2, 60);
        if (!s || !str_eq(line, s->line))
            return FAIL(e, ERR_BAD_INPUT, "err.io", "%.70s: damaged: " STR_FMT ", bytes %lld to %lld, or its line in MANIFEST", r->path,
                        STR_ARG(name), s ? (long long)s->from : 0, s ? (long long)s->to : 0);
    }
    return !s || damaged(r, s->from, "an entry that MANIFEST does not list", e);
}

static bool read_all(struct reading *r, struct err *e)
{
    struct archive_entry *entry;
    int got = ARCHIVE_OK;
    int64_t bad = 0;
    bool good = archive_read_open_filename(r->archive, r->path, 65536) == ARCHIVE_OK;
    if (!good)
        return damaged(r, 0, "it does not begin as a backup", e);
    while (good && (got = archive_read_next_header(r->archive, &entry)) == ARCHIVE_OK)
        good = take_entry(r, entry, e);
    if (good && got != ARCHIVE_EOF)
        return damaged(r, archive_read_header_position(r->archive), "the header of an entry", e);
    return good && compare(r, e) &&
           (tar_strict_end(&r->strict, archive_read_header_position(r->archive), &bad) || damaged(r, bad, "the archive's end", e));
}

static bool make_rooms(const struct reading *r, struct err *e)
{
    return (mkdir(str_printf(r->arena, "%s/files", r->dir).p, 0700) == 0 &&
            mkdir(str_printf(r->arena, "%s/incoming", r->dir).p, 0700) == 0) ||
           FAIL(e, ERR_IO, "err.io", "%s: %s", r->dir, strerror(errno));
}

bool restore_into(struct cli *c, const char *archive, const char *dir, struct restored *x, struct err *e)
{
    struct reading r = {.cli = c, .arena = &c->arena, .path = archive, .dir = dir, .out = x};
    *x = (struct restored){0};
    r.last = &r.first;
    if (!tar_strict_open(&r.strict, archive))
        return FAIL(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "err.io", "%s: %s", archive, strerror(errno));
    if (mkdir(dir, 0700) != 0) {
        tar_strict_close(&r.strict);
        return FAIL(e, ERR_IO, "err.io", "%s: %s", dir, strerror(errno));
    }
    r.archive = archive_read_new();
    archive_read_support_format_tar(r.archive);
    cli_bar_open(&r.bar, c, "restore", r.strict.size);
    bool good = make_rooms(&r, e) && read_all(&r, e);
    if (good)
        cli_bar_close(&r.bar);
    archive_read_free(r.archive);
    tar_strict_close(&r.strict);
    if (!good)
        restore_remove(dir);
    return good;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

void restore_remove(const char *dir)
{
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The archive's database is a file of SQLite; it goes into the other database, and the file away. */
static bool into_server(struct cli *c, const char *dir, struct err *e)
{
    struct store *from = NULL, *to = NULL;
    struct copied x;
    struct str file = str_printf(&c->arena, "%s/dinh.db", dir);
    struct store_options a = {.url = str_printf(&c->arena, "sqlite:" STR_FMT, STR_ARG(file)).p, .readers = 1};
    struct store_options b = {.url = c->database, .readers = 1, .bulk = true};
    bool good = store_open(&a, &from, e) && open_migrate(from, &c->arena, e) && store_open(&b, &to, e) &&
                copy_database(c, from, to, &x, e);
    if (to)
        store_close(to);
    if (from)
        store_close(from);
    return good && (unlink(file.p) == 0 || FAIL(e, ERR_IO, "err.io", STR_FMT ": %s", STR_ARG(file), strerror(errno)));
}

bool run_restore(struct cli *c, struct err *e)
{
    struct restored x;
    const char *final = c->data;
    struct str part = str_printf(&c->arena, "%s.restoring", final);
    bool used;
    if (!open_is_used(c, &used, e))
        return false;
    if (used)
        return FAIL(e, ERR_CONFLICT, "err.conflict", "%s holds data already; restore into a new directory", final);
    if (!restore_into(c, c->argv[0], part.p, &x, e))
        return false;
    if (c->database && strncmp(c->database, "sqlite:", 7) != 0 && !into_server(c, part.p, e)) {
        restore_remove(part.p);
        return false;
    }
    /* the target may hold nothing but keys put there by hand */
    if (access(final, F_OK) == 0) {
        struct str keys = open_path(c, "keys");
        if (access(keys.p, F_OK) == 0 && rename(keys.p, str_printf(&c->arena, STR_FMT "/keys", STR_ARG(part)).p) != 0)
            return FAIL(e, ERR_IO, "err.io", STR_FMT ": %s", STR_ARG(keys), strerror(errno));
        rmdir(final);
    }
    if (rename(part.p, final) != 0)
        return FAIL(e, ERR_CONFLICT, "err.conflict", "%s: %s; the data is in " STR_FMT, final, strerror(errno), STR_ARG(part));
    return cli_print(str_printf(&c->arena, "restored: database and %lld attachments; put DIR/keys back if it is not there\n",
                                (long long)x.files), e);
}
