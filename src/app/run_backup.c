// SPDX-License-Identifier: AGPL-3.0-or-later
/* Backups: one pax archive with the database, the attachments, how many rows
 * each table has, and at its end a list of digests. The keys are never in it. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/copy.h"
#include "app/open.h"
#include "app/restore.h"
#include "app/run.h"
#include "features/cases/case_check.h"
#include "platform/store/store_counts.h"

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

/* A text of ours, with its digest. */
static bool put_text(struct backup *b, const char *name, struct str text, struct err *e)
{
    struct digest d = digest_of(text.p, text.n);
    strbuf_printf(&b->manifest, STR_FMT "  %s\n", STR_ARG(digest_hex(&b->cli->arena, &d)), name);
    return put_bytes(b, name, text, e);
}

/* What a copy is compared with later; the attachments are the last line. */
struct str backup_counts(struct strbuf *counts, int64_t attachments)
{
    strbuf_printf(counts, "attachments %lld\n", (long long)attachments);
    return strbuf_text(counts);
}

static bool put_all(struct backup *b, const char *database, const struct case_file *files, size_t n, struct err *e)
{
    struct strbuf counts;
    strbuf_init(&counts, &b->cli->arena, 1 << 20);
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
    return store_file_counts(database, &counts, e) && put_text(b, "COUNTS", backup_counts(&counts, b->done - 1), e) &&
           put_bytes(b, "MANIFEST", strbuf_text(&b->manifest), e);
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

/* The database as a file of SQLite, whatever it is: a backup can be restored into either. */
static bool copy_of(struct cli *c, const char *path, struct err *e)
{
    struct store *to;
    struct copied x;
    struct store_options o = {.url = str_printf(&c->arena, "sqlite:%s", path).p, .readers = 1, .bulk = true};
    if (!c->database || strncmp(c->database, "sqlite:", 7) == 0)
        return store_backup(c->store, path, e);
    if (!store_open(&o, &to, e))
        return FAIL(e, ERR_IO, "err.io", "%s: it cannot be written", path);
    bool good = copy_database(c, c->store, to, &x, e);
    store_close(to);
    return good;
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
    bool good = copy_of(c, copy.p, e) && files_of_copy(c, copy.p, &files, &n, e) &&
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
