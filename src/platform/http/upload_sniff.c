// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/http/upload_sniff.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/http/http_parse.h"

enum { HEAD_BYTES = 4096, TAIL_BYTES = 66 * 1024, ZIP_ENTRIES_MAX = 4096 };

static const struct {
    const char *word, *type;
    const char *ends[3];
} kinds[UPLOAD_KINDS] = {
    [UPLOAD_PDF] = {"pdf", "application/pdf", {".pdf"}},
    [UPLOAD_JPEG] = {"jpg", "image/jpeg", {".jpg", ".jpeg", ".jfif"}},
    [UPLOAD_PNG] = {"png", "image/png", {".png"}},
    [UPLOAD_WEBP] = {"webp", "image/webp", {".webp"}},
    [UPLOAD_DOCX] = {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", {".docx"}},
};

const char *upload_word(enum upload_kind kind)
{
    return kinds[kind].word;
}

const char *upload_type(enum upload_kind kind)
{
    return kinds[kind].type;
}

bool upload_parse(struct str word, enum upload_kind *ret_kind)
{
    for (int k = 0; k < UPLOAD_KINDS; k++)
        if (str_is(word, kinds[k].word)) {
            *ret_kind = (enum upload_kind)k;
            return true;
        }
    return false;
}

bool upload_name_fits(enum upload_kind kind, struct str file_name)
{
    for (int i = 0; i < 3 && kinds[kind].ends[i]; i++) {
        size_t n = strlen(kinds[kind].ends[i]);
        if (file_name.n > n && str_same_word(str_cut(file_name, file_name.n - n, n), kinds[kind].ends[i]))
            return true;
    }
    return false;
}

static uint32_t le(struct str s, size_t at, int bytes)
{
    uint32_t n = 0;
    for (int i = bytes - 1; i >= 0; i--)
        n = n << 8 | (unsigned char)s.p[at + (size_t)i];
    return n;
}

static bool is_pdf(struct str head, struct str tail)
{
    size_t at;
    /* readers take rubbish before the mark and behind the end; we take none before, little behind */
    return str_starts(head, STR("%PDF-1.")) || str_starts(head, STR("%PDF-2."))
               ? str_find(str_cut(tail, tail.n > 2048 ? tail.n - 2048 : 0, tail.n), STR("%%EOF"), &at)
               : false;
}

static bool is_jpeg(struct str head, struct str tail)
{
    size_t at;
    return str_starts(head, STR("\xff\xd8\xff")) && str_find(tail, STR("\xff\xd9"), &at);
}

static bool is_png(struct str head, struct str tail)
{
    size_t at;
    return str_starts(head, STR("\x89PNG\r\n\x1a\n")) && head.n >= 24 && str_is(str_cut(head, 12, 4), "IHDR") &&
           str_find(tail, STR("IEND\xae\x42\x60\x82"), &at);
}

static bool is_webp(struct str head)
{
    struct str chunk = str_cut(head, 12, 4);
    return head.n >= 20 && str_starts(head, STR("RIFF")) && str_is(str_cut(head, 8, 4), "WEBP") &&
           (str_is(chunk, "VP8 ") || str_is(chunk, "VP8L") || str_is(chunk, "VP8X"));
}

/* The end record of a ZIP's directory: it may be followed by a comment. */
static bool zip_end(struct str tail, size_t *ret_at)
{
    for (size_t i = tail.n < 22 ? 0 : tail.n - 22 + 1; i > 0; i--)
        if (str_is(str_cut(tail, i - 1, 4), "PK\x05\x06") && le(tail, i - 1 + 20, 2) == tail.n - (i - 1) - 22) {
            *ret_at = i - 1;
            return true;
        }
    return false;
}

/* The directory stands before its end record; both must be in the tail. */
static bool is_docx(struct str head, struct str tail)
{
    size_t end;
    bool types = false, document = false, macros = false;
    if (!str_starts(head, STR("PK\x03\x04")) || !zip_end(tail, &end))
        return false;
    uint32_t size = le(tail, end + 12, 4), n = le(tail, end + 10, 2);
    if (size > end || n > ZIP_ENTRIES_MAX)
        return false;
    struct str dir = str_cut(tail, end - size, size);
    while (n-- > 0) {
        if (dir.n < 46 || !str_starts(dir, STR("PK\x01\x02")))
            return false;
        size_t name_n = le(dir, 28, 2), all = 46 + name_n + le(dir, 30, 2) + le(dir, 32, 2);
        if (all > dir.n)
            return false;
        struct str name = str_cut(dir, 46, name_n);
        types |= str_is(name, "[Content_Types].xml");
        document |= str_is(name, "word/document.xml");
        macros |= str_ends(name, STR("vbaProject.bin"));
        dir = str_cut(dir, all, dir.n);
    }
    return types && document && !macros;
}

bool upload_sniff_bytes(struct str head, struct str tail, enum upload_kind *ret_kind)
{
    bool is[UPLOAD_KINDS] = {
        [UPLOAD_PDF] = is_pdf(head, tail), [UPLOAD_JPEG] = is_jpeg(head, tail), [UPLOAD_PNG] = is_png(head, tail),
        [UPLOAD_WEBP] = is_webp(head),     [UPLOAD_DOCX] = is_docx(head, tail),
    };
    for (int k = 0; k < UPLOAD_KINDS; k++)
        if (is[k]) {
            *ret_kind = (enum upload_kind)k;
            return true;
        }
    return false;
}

/* All n bytes from `at`; false when they are not there. */
static bool read_at(int fd, char *to, size_t n, off_t at)
{
    while (n) {
        ssize_t got = pread(fd, to, n, at);
        if (got <= 0)
            return false;
        to += got;
        n -= (size_t)got;
        at += got;
    }
    return true;
}

bool upload_sniff(const struct http_file *f, enum upload_kind *ret_kind)
{
    struct arena a;
    struct stat st;
    enum upload_kind kind;
    arena_init(&a);
    int fd = open(str_z(&a, f->path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool ok = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
    if (ok) {
        size_t size = (size_t)st.st_size, head_n = size < HEAD_BYTES ? size : HEAD_BYTES;
        size_t tail_n = size < TAIL_BYTES ? size : TAIL_BYTES;
        char *head = arena_alloc_raw(&a, head_n), *tail = arena_alloc_raw(&a, tail_n);
        ok = read_at(fd, head, head_n, 0) && read_at(fd, tail, tail_n, (off_t)(size - tail_n)) &&
             upload_sniff_bytes((struct str){head, head_n}, (struct str){tail, tail_n}, &kind) &&
             upload_name_fits(kind, f->file_name);
    }
    if (fd >= 0)
        close(fd);
    arena_done(&a);
    if (ok)
        *ret_kind = kind;
    return ok;
}
