// SPDX-License-Identifier: AGPL-3.0-or-later
/* What libarchive passes over: padding, and how a checksum is spelt. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/restore.h"

enum { BLOCK = 512, SUM_AT = 148, SUM_N = 8, END_BLOCKS = 2 };

bool tar_strict_open(struct tar_strict *t, const char *path)
{
    struct stat st;
    *t = (struct tar_strict){.fd = open(path, O_RDONLY | O_CLOEXEC)};
    if (t->fd < 0 || fstat(t->fd, &st) != 0)
        return false;
    t->size = st.st_size;
    return true;
}

void tar_strict_close(struct tar_strict *t)
{
    if (t->fd >= 0)
        close(t->fd);
    t->fd = -1;
}

/* Only zeros from `at` on; *ret_bad is the first byte that is none. */
static bool are_zeros(const struct tar_strict *t, int64_t at, int64_t n, int64_t *ret_bad)
{
    char piece[4096];
    while (n > 0) {
        ssize_t got = pread(t->fd, piece, n < (int64_t)sizeof piece ? (size_t)n : sizeof piece, at);
        *ret_bad = at;
        if (got <= 0)
            return false;
        for (ssize_t i = 0; i < got; i++) {
            *ret_bad = at + i;
            if (piece[i])
                return false;
        }
        at += got;
        n -= got;
    }
    return true;
}

/* Six octal digits, NUL, space, and they are the sum. */
static bool has_its_sum(const struct tar_strict *t, int64_t at, int64_t *ret_bad)
{
    unsigned char b[BLOCK];
    char want[SUM_N + 1];
    unsigned sum = SUM_N * ' ';
    *ret_bad = at;
    if (pread(t->fd, b, BLOCK, at) != BLOCK)
        return false;
    for (int i = 0; i < BLOCK; i++)
        sum += i >= SUM_AT && i < SUM_AT + SUM_N ? 0 : b[i];
    snprintf(want, sizeof want, "%06o", sum);
    want[SUM_N - 1] = ' ';
    return memcmp(b + SUM_AT, want, SUM_N) == 0;
}

static int64_t padding(int64_t data)
{
    return (BLOCK - data % BLOCK) % BLOCK;
}

bool tar_strict_entry(struct tar_strict *t, int64_t at, int64_t then_data, int64_t *ret_bad)
{
    int64_t pad = padding(t->data);
    bool good = (!pad || are_zeros(t, at - pad, pad, ret_bad)) && has_its_sum(t, at, ret_bad);
    t->data = then_data;
    return good;
}

bool tar_strict_end(struct tar_strict *t, int64_t at, int64_t *ret_bad)
{
    int64_t pad = padding(t->data);
    *ret_bad = t->size;
    return t->size - at >= END_BLOCKS * BLOCK && are_zeros(t, at - pad, t->size - at + pad, ret_bad);
}
