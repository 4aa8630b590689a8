// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/http/http_upload.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypt.h"
#include "base/text.h"
#include "platform/http/http_multipart.h"
#include "platform/log/log.h"

/* A file on its way to disk; unlinked when the arena ends. */
struct upload {
    struct str path;
    int fd;
    int64_t bytes;
    crypto_hash_sha256_state hash;
};

struct multipart_body {
    struct exchange *x;
    struct multipart parser;
    struct http_fields fields;
    bool files_allowed;
    /* the present part */
    enum { PART_NONE, PART_FIELD, PART_FILE, PART_SKIPPED } kind;
    struct str name, file_name;
    struct strbuf value;
    size_t values_n; /* bytes of all field values */
    struct upload *upload;
    struct http_file files[HTTP_FILES_MAX];
    struct upload *uploads[HTTP_FILES_MAX];
    size_t files_n;
};

bool uploads_prepare(struct arena *a, const char *data_dir, struct str *ret_dir, struct err *e)
{
    struct str dir = str_printf(a, "%s/incoming", data_dir);
    if (mkdir(dir.p, 0700) && errno != EEXIST)
        return FAIL(e, ERR_IO, MSG("err.http.incoming"), "%s: %s", dir.p, strerror(errno));
    DIR *d = opendir(dir.p);
    if (!d)
        return FAIL(e, ERR_IO, MSG("err.http.incoming"), "%s: %s", dir.p, strerror(errno));
    struct dirent *line;
    while ((line = readdir(d)))
        if (str_starts(str_of(line->d_name), STR("up-")))
            unlinkat(dirfd(d), line->d_name, 0);
    closedir(d);
    *ret_dir = dir;
    return true;
}

struct multipart_body *multipart_body_open(struct exchange *x, struct str boundary, bool files)
{
    struct multipart_body *m = arena_new(&x->arena, struct multipart_body);
    m->x = x;
    m->files_allowed = files;
    fields_init(&m->fields, HTTP_FIELDS_MAX);
    if (!multipart_init(&m->parser, &x->arena, boundary))
        fields_break(&m->fields, ERR_BAD_INPUT, MSG("err.http.multipart"), STR(""));
    return m;
}

static void upload_forget(void *arg)
{
    struct upload *u = arg;
    if (u->fd >= 0)
        close(u->fd);
    u->fd = -1;
    unlink(u->path.p);
}

static struct upload *upload_open(struct exchange *x)
{
    struct upload *u = arena_new(&x->arena, struct upload);
    struct str word = code_random(&x->arena, 24);
    u->path = str_printf(&x->arena, STR_FMT "/up-" STR_FMT, STR_ARG(x->server->incoming), STR_ARG(word));
    u->fd = open(u->path.p, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (u->fd < 0) {
        LOG(LOG_ERROR, "http.upload.open", log_s("error", str_of(strerror(errno))));
        return NULL;
    }
    crypto_hash_sha256_init(&u->hash);
    arena_defer(&x->arena, upload_forget, u);
    return u;
}

static bool upload_write(struct upload *u, struct str bytes)
{
    crypto_hash_sha256_update(&u->hash, (const unsigned char *)bytes.p, bytes.n);
    while (bytes.n) {
        ssize_t n = write(u->fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            LOG(LOG_ERROR, "http.upload.write", log_s("error", str_of(strerror(errno))));
            return false;
        }
        u->bytes += n;
        bytes = str_cut(bytes, (size_t)n, bytes.n);
    }
    return true;
}

static void refuse(struct multipart_body *m, enum err_code code, const char *msg)
{
    fields_break(&m->fields, code, msg, text_salvage(&m->x->arena, str_cut(m->name, 0, FIELD_NAME_MAX)));
    m->kind = PART_SKIPPED;
}

static void part_begins(struct multipart_body *m)
{
    const struct multipart *p = &m->parser;
    m->name = p->name;
    m->file_name = p->file_name;
    m->upload = NULL;
    m->kind = p->has_file_name ? PART_FILE : PART_FIELD;
    strbuf_init(&m->value, &m->x->arena, HTTP_BODY_SMALL);
    if (!p->has_name)
        refuse(m, ERR_BAD_INPUT, MSG("err.http.multipart"));
    else if (m->kind == PART_FIELD && m->fields.n >= m->fields.max)
        refuse(m, ERR_TOO_LARGE, MSG("err.http.fields_many"));
    else if (m->kind == PART_FILE && !m->files_allowed)
        refuse(m, ERR_BAD_INPUT, MSG("err.upload.none"));
}

static void file_bytes(struct multipart_body *m, struct str bytes)
{
    if (!m->upload && m->files_n >= HTTP_FILES_MAX) {
        refuse(m, ERR_TOO_LARGE, MSG("err.upload.many"));
        return;
    }
    if (!m->upload)
        m->upload = upload_open(m->x);
    if (m->upload && m->upload->bytes + (int64_t)bytes.n > HTTP_FILE_BYTES)
        refuse(m, ERR_TOO_LARGE, MSG("err.upload.large"));
    else if (!m->upload || !upload_write(m->upload, bytes))
        refuse(m, ERR_IO, MSG("err.upload.disk"));
}

static void part_bytes(struct multipart_body *m, struct str bytes)
{
    if (m->kind == PART_FILE) {
        file_bytes(m, bytes);
    } else if (m->kind == PART_FIELD) {
        m->values_n += bytes.n;
        if (m->values_n <= HTTP_BODY_SMALL)
            strbuf_add(&m->value, bytes.p, bytes.n);
        else
            refuse(m, ERR_TOO_LARGE, MSG("err.http.body_large"));
    }
}

/* An empty part with an empty name is an input of a form that chose no file. */
static void file_ends(struct multipart_body *m)
{
    struct arena *a = &m->x->arena;
    struct err e;
    struct str field;
    if (!m->upload) {
        if (m->file_name.n)
            refuse(m, ERR_BAD_INPUT, MSG("err.upload.empty"));
        return;
    }
    if (!text_accept(a, m->name, FIELD_NAME_MAX, &field, &e)) {
        refuse(m, ERR_BAD_INPUT, MSG("err.http.utf8"));
        return;
    }
    struct digest d;
    crypto_hash_sha256_final(&m->upload->hash, d.b);
    m->uploads[m->files_n] = m->upload;
    m->files[m->files_n++] = (struct http_file){.field = field, .file_name = file_name_clean(a, m->file_name),
                                                .path = m->upload->path, .bytes = m->upload->bytes, .sha256 = digest_hex(a, &d)};
}

static void part_ends(struct multipart_body *m)
{
    if (m->kind == PART_FIELD)
        fields_add(&m->fields, &m->x->arena, m->name, strbuf_text(&m->value));
    else if (m->kind == PART_FILE)
        file_ends(m);
    m->kind = PART_NONE;
}

static enum multipart_event step(struct multipart_body *m)
{
    enum multipart_event event = multipart_next(&m->parser);
    if (event == MULTIPART_PART)
        part_begins(m);
    else if (event == MULTIPART_BYTES)
        part_bytes(m, m->parser.bytes);
    else if (event == MULTIPART_PART_END)
        part_ends(m);
    else if (event == MULTIPART_BAD)
        fields_break(&m->fields, ERR_BAD_INPUT, MSG("err.http.multipart"), STR(""));
    return event;
}

void multipart_body_take(struct multipart_body *m, struct str bytes)
{
    while (bytes.n) {
        bytes = str_cut(bytes, multipart_feed(&m->parser, bytes), bytes.n);
        for (enum multipart_event event = step(m); event != MULTIPART_MORE && event != MULTIPART_BAD && event != MULTIPART_END;)
            event = step(m);
    }
}

struct http_fields *multipart_body_end(struct multipart_body *m, struct request *r)
{
    if (!multipart_whole(&m->parser)) {
        if (m->kind == PART_FIELD)
            part_ends(m); /* what came of it is given back */
        fields_break(&m->fields, ERR_BAD_INPUT, MSG("err.http.cut_off"), STR(""));
    }
    for (size_t i = 0; i < m->files_n; i++) {
        struct upload *u = m->uploads[i];
        if (fsync(u->fd)) {
            LOG(LOG_ERROR, "http.upload.fsync", log_s("error", str_of(strerror(errno))));
            fields_break(&m->fields, ERR_IO, MSG("err.upload.disk"), m->files[i].field);
        }
        close(u->fd);
        u->fd = -1;
    }
    r->files = m->files;
    r->files_n = m->files_n;
    return &m->fields;
}
