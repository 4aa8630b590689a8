// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/auth/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_SIZE = 32, KEY_DIGITS = 2 * KEY_SIZE, SEALED_FORM = 1, MARK_SIZE = 4 };
enum {
    NONCE_SIZE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_SIZE = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    HEAD_SIZE = 1 + MARK_SIZE, /* form of the sealed text, first bytes of the key's digest */
};

struct keys {
    uint8_t b[KEY_USES][KEY_SIZE];
    uint8_t mark[KEY_USES][MARK_SIZE];
};

static const char *const key_files[KEY_USES] = {"forms", "identity", "accounts", "marks", "mail"};

static bool key_path(char *out, size_t room, const char *data_dir, enum key_use use, struct err *e)
{
    int n = snprintf(out, room, "%s/keys/%s.key", data_dir, key_files[use]);
    if (n < 0 || (size_t)n >= room)
        return FAIL(e, ERR_IO, "err.keys.open", "the path of the data directory is too long");
    return true;
}

static bool sync_dir(const char *path, struct err *e)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return good || FAIL(e, ERR_IO, "err.keys.make", "%s: %s", path, strerror(errno));
}

static bool write_key(const char *path, struct err *e)
{
    uint8_t key[KEY_SIZE];
    char line[KEY_DIGITS + 2];
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return FAIL(e, ERR_IO, "err.keys.make", "%s: %s", path, strerror(errno));
    crypt_random(key, sizeof key);
    sodium_bin2hex(line, sizeof line, key, sizeof key);
    line[KEY_DIGITS] = '\n';
    bool good = write(fd, line, KEY_DIGITS + 1) == KEY_DIGITS + 1 && fsync(fd) == 0;
    int why = errno;
    close(fd);
    sodium_memzero(key, sizeof key);
    sodium_memzero(line, sizeof line);
    return good || FAIL(e, ERR_IO, "err.keys.make", "%s: %s", path, strerror(why));
}

/* One new file with a new key; an existing one stays as it is. It has its name
 * when it is whole: half a key is worse than none. */
static bool make_file(const char *path, struct err *e)
{
    char part[PATH_MAX + 8];
    struct stat st;
    if (lstat(path, &st) == 0)
        return true;
    snprintf(part, sizeof part, "%s.part", path);
    bool good = write_key(part, e);
    if (good && link(part, path) != 0 && errno != EEXIST)
        good = FAIL(e, ERR_IO, "err.keys.make", "%s: %s", path, strerror(errno));
    unlink(part);
    return good;
}

bool keys_create(const char *data_dir, struct err *e)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/keys", data_dir);
    if (n < 0 || (size_t)n >= sizeof path)
        return FAIL(e, ERR_IO, "err.keys.make", "the path of the data directory is too long");
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return FAIL(e, ERR_IO, "err.keys.make", "%s: %s", path, strerror(errno));
    for (int use = 0; use < KEY_USES; use++)
        if (!key_path(path, sizeof path, data_dir, (enum key_use)use, e) || !make_file(path, e))
            return false;
    *strrchr(path, '/') = 0;
    return sync_dir(path, e);
}

static bool read_key(int fd, const char *path, uint8_t out[KEY_SIZE], struct err *e)
{
    char line[KEY_DIGITS + 2];
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return FAIL(e, ERR_IO, "err.keys.open", "%s: not a file", path);
    if (st.st_mode & 077)
        return FAIL(e, ERR_IO, "err.keys.open", "%s: others may read it (chmod 600)", path);
    ssize_t n = read(fd, line, sizeof line);
    if (n == KEY_DIGITS + 1 && line[KEY_DIGITS] == '\n')
        n--;
    bool good = n == KEY_DIGITS && hex_parse((struct str){line, KEY_DIGITS}, out, KEY_SIZE);
    sodium_memzero(line, sizeof line);
    return good || FAIL(e, ERR_IO, "err.keys.open", "%s: not a key of 64 hexadecimal digits", path);
}

static bool read_file(const char *path, uint8_t out[KEY_SIZE], struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return FAIL(e, ERR_IO, "err.keys.open", "%s: %s", path, strerror(errno));
    bool good = read_key(fd, path, out, e);
    close(fd);
    return good;
}

bool keys_open(const char *data_dir, struct keys **ret_keys, struct err *e)
{
    char path[PATH_MAX];
    struct keys *k = sodium_malloc(sizeof *k);
    if (!k)
        die("no memory for keys");
    for (int use = 0; use < KEY_USES; use++) {
        if (!key_path(path, sizeof path, data_dir, (enum key_use)use, e) || !read_file(path, k->b[use], e)) {
            sodium_free(k);
            return false;
        }
        struct digest d = digest_of(k->b[use], KEY_SIZE);
        memcpy(k->mark[use], d.b, MARK_SIZE);
    }
    sodium_mprotect_readonly(k);
    *ret_keys = k;
    return true;
}

void keys_close(struct keys *k)
{
    sodium_free(k);
}

struct str key_seal(const struct keys *k, enum key_use use, struct arena *a, struct str place, struct str plain)
{
    uint8_t *out = arena_alloc_raw(a, HEAD_SIZE + NONCE_SIZE + plain.n + TAG_SIZE);
    uint8_t *nonce = out + HEAD_SIZE;
    unsigned long long n = 0;
    out[0] = SEALED_FORM;
    memcpy(out + 1, k->mark[use], MARK_SIZE);
    crypt_random(nonce, NONCE_SIZE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE_SIZE, &n, (const uint8_t *)plain.p, plain.n,
                                               (const uint8_t *)place.p, place.n, NULL, nonce, k->b[use]);
    return (struct str){(const char *)out, HEAD_SIZE + NONCE_SIZE + (size_t)n};
}

bool key_unseal(const struct keys *k, enum key_use use, struct arena *a, struct str place, struct str sealed,
                struct str *ret_plain)
{
    const uint8_t *in = (const uint8_t *)sealed.p, *nonce = in + HEAD_SIZE;
    unsigned long long n = 0;
    if (sealed.n < HEAD_SIZE + NONCE_SIZE + TAG_SIZE || in[0] != SEALED_FORM || memcmp(in + 1, k->mark[use], MARK_SIZE))
        return false;
    size_t body = sealed.n - HEAD_SIZE - NONCE_SIZE;
    uint8_t *out = arena_alloc_raw(a, body - TAG_SIZE + 1);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, &n, NULL, nonce + NONCE_SIZE, body, (const uint8_t *)place.p,
                                                   place.n, nonce, k->b[use]) != 0)
        return false;
    out[n] = 0;
    *ret_plain = (struct str){(const char *)out, (size_t)n};
    return true;
}

struct digest key_mac(const struct keys *k, enum key_use use, struct str text)
{
    return digest_keyed(k->b[use], text.p, text.n);
}

const uint8_t *key_bytes(const struct keys *k, enum key_use use)
{
    return k->b[use];
}
