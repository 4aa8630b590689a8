// SPDX-License-Identifier: AGPL-3.0-or-later
/* Attachments on disk: kept before the matter is acknowledged, encrypted when
 * it is sealed, never served but through the store's permission. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "features/cases/case_check.h"
#include "features/cases/case_move.h"
#include "features/cases/case_pages.h"
#include "features/vault/vault.h"
#include "platform/auth/session.h"
#include "platform/http/upload_sniff.h"
#include "platform/i18n/i18n.h"
#include "platform/log/log.h"

enum { FILE_MAX = 10 * 1024 * 1024, HOUR_MS = 3600 * 1000, KEPT_MS = 24 * HOUR_MS };

static struct str path_of(struct arena *a, const char *dir, struct str stored)
{
    return str_printf(a, "%s/" STR_FMT "/" STR_FMT, dir, STR_ARG(str_cut(stored, 0, 2)), STR_ARG(stored));
}

static bool sync_dir(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return good;
}

/* The folder of a stored name, made when missing. */
static bool make_folder(struct arena *a, const char *dir, struct str stored, struct str *ret_folder)
{
    *ret_folder = str_printf(a, "%s/" STR_FMT, dir, STR_ARG(str_cut(stored, 0, 2)));
    return (mkdir(ret_folder->p, 0700) == 0 && sync_dir(dir)) || errno == EEXIST;
}

static bool write_all(int fd, struct str s)
{
    while (s.n) {
        ssize_t n = write(fd, s.p, s.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        s = str_cut(s, (size_t)n, s.n);
    }
    return true;
}

static bool write_file(const char *path, struct str bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    bool good = write_all(fd, bytes) && fsync(fd) == 0;
    good = close(fd) == 0 && good;
    if (!good)
        unlink(path);
    return good;
}

static bool read_file(struct arena *a, const char *path, size_t max, struct str *ret)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool good = fstat(fd, &st) == 0 && st.st_size >= 0 && (size_t)st.st_size <= max;
    size_t size = good ? (size_t)st.st_size : 0, at = 0;
    char *bytes = arena_alloc_raw(a, size + 1);
    while (good && at < size) {
        ssize_t n = read(fd, bytes + at, size - at);
        good = n > 0 || (n < 0 && errno == EINTR);
        at += n > 0 ? (size_t)n : 0;
    }
    close(fd);
    if (good)
        *ret = (struct str){bytes, size};
    return good;
}

/* Uploads of forms that were not sent yet wait here. */
static struct str held_path(struct arena *a, const char *data_dir, struct str stored)
{
    return str_printf(a, "%s/held/" STR_FMT, data_dir, STR_ARG(stored));
}

/* A sealed file: encrypted copy; an open one: the upload itself gets a second name. */
static bool put_in_place(struct request *r, const struct http_file *f, const struct case_file *to, const char *path)
{
    struct str plain;
    uint8_t key[VAULT_KEY];
    if (!to->sealed)
        return link(str_z(r->arena, f->path), path) == 0;
    if (!read_file(r->arena, str_z(r->arena, f->path), FILE_MAX, &plain))
        return false;
    if (!to->own)
        return write_file(path, key_seal(site_of(r)->keys, KEY_IDENTITY, r->arena, to->stored, plain));
    return hex_parse(to->key, key, sizeof key) && write_file(path, vault_encrypt(r->arena, key, to->stored, plain));
}

/* The field in which a person puts what shows who she is: under a key of its own, which the form carries. */
static void give_key(struct request *r, const struct http_file *f, struct case_file *to)
{
    uint8_t key[VAULT_KEY];
    to->own = to->sealed && str_is(f->field, CASE_OWN_FILES);
    if (!to->own)
        return;
    crypt_random(key, sizeof key);
    to->key = hex_of(r->arena, key, sizeof key);
}

bool case_file_keep(struct request *r, const struct http_file *f, bool sealed, struct case_file *ret, struct err *e)
{
    unsigned char name[16];
    struct case_file to = {.name = sealed ? STR("") : f->file_name, .kind = ret->kind, .sha256 = f->sha256, .bytes = f->bytes,
                           .sealed = sealed};
    crypt_random(name, sizeof name);
    to.stored = hex_of(r->arena, name, sizeof name);
    give_key(r, f, &to);
    const char *folder = str_printf(r->arena, "%s/held", site_of(r)->data_dir).p;
    if ((mkdir(folder, 0700) && errno != EEXIST) || !put_in_place(r, f, &to, held_path(r->arena, site_of(r)->data_dir, to.stored).p) ||
        !sync_dir(folder))
        return FAIL(e, ERR_IO, MSG("err.file.keep"), "attachment: %s", strerror(errno));
    to.name = f->file_name; /* the page may show it; the register keeps none of a sealed one */
    *ret = to;
    return true;
}

bool case_files_place(struct request *r, const struct case_file *files, size_t n, struct err *e)
{
    const struct site *site = site_of(r);
    struct str folder;
    struct stat st;
    for (size_t i = 0; i < n; i++) {
        const char *from = held_path(r->arena, site->data_dir, files[i].stored).p;
        const char *to = path_of(r->arena, site->files_dir, files[i].stored).p;
        bool good = make_folder(r->arena, site->files_dir, files[i].stored, &folder);
        /* the same form sent again finds it there */
        if (!good || (rename(from, to) && (errno != ENOENT || stat(to, &st))) || !sync_dir(folder.p))
            return FAIL(e, ERR_IO, MSG("err.file.keep"), "attachment: %s", strerror(errno));
    }
    return true;
}

bool case_held_sweep(const char *data_dir, struct instant now, struct err *e)
{
    char path[4096];
    struct dirent *d;
    struct stat st;
    snprintf(path, sizeof path, "%s/held", data_dir);
    DIR *dir = opendir(path);
    if (!dir)
        return errno == ENOENT || FAIL(e, ERR_IO, "err.io", "%s: %m", path);
    while ((d = readdir(dir))) {
        if (d->d_name[0] == '.' || fstatat(dirfd(dir), d->d_name, &st, AT_SYMLINK_NOFOLLOW))
            continue;
        /* the form that lists it is no longer taken */
        if (S_ISREG(st.st_mode) && now.ms - st.st_mtime * 1000 > KEPT_MS + HOUR_MS)
            unlinkat(dirfd(dir), d->d_name, 0);
    }
    closedir(dir);
    return true;
}

static const char *refuse(const struct http_file *f, struct case_file *to)
{
    enum upload_kind kind;
    if (f->bytes > FILE_MAX)
        return MSG("err.upload.large");
    if (f->bytes == 0)
        return MSG("err.upload.empty");
    if (!upload_sniff(f, &kind))
        return MSG("err.upload.kind");
    to->kind = str_of(upload_word(kind));
    return NULL;
}

void case_files_take(struct request *r, bool sealed, struct case_file **files, size_t *n, const char **ret_msg)
{
    struct err e;
    for (size_t i = 0; i < r->files_n; i++) {
        struct case_file to = {0};
        if (!r->files[i].file_name.n && !r->files[i].bytes)
            continue;
        const char *why = *n == CASE_FILES_MAX ? MSG("err.upload.many") : refuse(&r->files[i], &to);
        if (!why && !case_file_keep(r, &r->files[i], sealed, &to, &e)) {
            log_err("case.files", &e);
            why = e.msg;
        }
        if (why) {
            *ret_msg = why;
            return;
        }
        (*files)[(*n)++] = to;
    }
}

/* ---- the list between two pages of the form ---- */

struct str case_files_sign(const struct request *r, const struct case_file *files, size_t n)
{
    struct strbuf b;
    strbuf_init(&b, r->arena, 8192);
    for (size_t i = 0; i < n; i++)
        strbuf_printf(&b, STR_FMT "/" STR_FMT "/" STR_FMT "/%lld/%d/" STR_FMT "/" STR_FMT "\n", STR_ARG(files[i].stored),
                      STR_ARG(files[i].kind), STR_ARG(files[i].sha256), (long long)files[i].bytes, (int)files[i].sealed,
                      STR_ARG(files[i].key), STR_ARG(text_clip(files[i].name, 120)));
    if (!n || b.full)
        return STR("");
    return cookie_seal(site_of(r)->keys, r->arena, "files", strbuf_text(&b), r->now.ms + KEPT_MS);
}

static bool read_line(struct str line, struct case_file *f)
{
    struct str parts[6];
    int64_t sealed;
    for (int i = 0; i < 6; i++) {
        if (!str_split(&line, '/', &parts[i]))
            return false;
    }
    *f = (struct case_file){.stored = parts[0], .kind = parts[1], .sha256 = parts[2], .key = parts[5], .own = parts[5].n > 0,
                            .name = line};
    if (!str_int(parts[3], &f->bytes) || !str_int(parts[4], &sealed))
        return false;
    f->sealed = sealed != 0;
    return true;
}

size_t case_files_read(const struct request *r, struct str signed_list, struct case_file files[CASE_FILES_MAX], const char **ret_msg)
{
    struct str list, line;
    size_t n = 0;
    if (!signed_list.n)
        return 0;
    if (!cookie_unseal(site_of(r)->keys, r->arena, "files", signed_list, r->now.ms, &list)) {
        *ret_msg = MSG("err.file.gone"); /* older than a day: she must know that they do not go with the form */
        return 0;
    }
    while (n < CASE_FILES_MAX && str_split(&list, '\n', &line)) {
        if (line.n)
            n += read_line(line, &files[n]);
    }
    return n;
}

/* Reads, opens the seal, compares the digest; NULL or what is wrong. */
static const char *load_checked(struct arena *a, const struct case_world *w, const struct case_file *f, struct str *ret)
{
    struct str bytes, plain = {0};
    struct str path = path_of(a, w->files, f->stored);
    if (!read_file(a, path.p, FILE_MAX + 1024, &bytes))
        return "cannot be read";
    uint8_t key[VAULT_KEY];
    if (f->own && !f->key.n)
        return "its key is with the holders of the office";
    if (f->own && (!hex_parse(f->key, key, sizeof key) || !vault_decrypt(a, key, f->stored, bytes, &plain)))
        return "the seal does not open";
    if (f->sealed && !f->own && !key_unseal(w->keys, KEY_IDENTITY, a, f->stored, bytes, &plain))
        return "the seal does not open";
    if (f->sealed)
        bytes = plain;
    struct digest d = digest_of(bytes.p, bytes.n);
    if (!str_eq(digest_hex(a, &d), f->sha256))
        return "its digest is not the recorded one";
    *ret = bytes;
    return NULL;
}

bool case_file_seal(struct arena *a, const struct case_world *w, const struct case_file *f, struct str *ret_stored, struct err *e)
{
    unsigned char name[16];
    struct str plain, folder;
    const char *why = load_checked(a, w, f, &plain);
    if (why)
        return FAIL(e, ERR_IO, MSG("err.file.read"), "attachment: %s", why);
    crypt_random(name, sizeof name);
    *ret_stored = hex_of(a, name, sizeof name);
    if (!make_folder(a, w->files, *ret_stored, &folder) ||
        !write_file(path_of(a, w->files, *ret_stored).p, key_seal(w->keys, KEY_IDENTITY, a, *ret_stored, plain)) || !sync_dir(folder.p))
        return FAIL(e, ERR_IO, MSG("err.file.keep"), "attachment: %s", strerror(errno));
    return true;
}

bool case_file_load(const struct request *r, const struct case_file *f, struct str *ret, struct err *e)
{
    struct case_world w = case_world_of(r);
    const char *why = load_checked(r->arena, &w, f, ret);
    return !why || FAIL(e, ERR_IO, MSG("err.file.read"), "attachment: %s", why);
}

const char *case_file_problem(struct arena *a, const struct case_world *w, const struct case_file *f, bool deep)
{
    struct stat st;
    struct arena scratch;
    struct str bytes;
    if (stat(path_of(a, w->files, f->stored).p, &st) != 0)
        return "is missing";
    if (!f->sealed && st.st_size != f->bytes)
        return "has another size than recorded";
    if (!deep || (f->own && !f->key.n))
        return NULL; /* nobody here can look into it */
    arena_init(&scratch);
    const char *why = load_checked(&scratch, w, f, &bytes);
    arena_done(&scratch);
    return why;
}
