// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *word;
    int http;
    int exit;
} codes[ERR_CODES] = {
    [ERR_NONE] = {"ok", 200, 0},
    [ERR_NOT_FOUND] = {"not_found", 404, 3},
    [ERR_DENIED] = {"denied", 403, 4},
    [ERR_BAD_INPUT] = {"bad_input", 422, 2},
    [ERR_TOO_LARGE] = {"too_large", 413, 2},
    [ERR_CONFLICT] = {"conflict", 409, 5},
    [ERR_BUSY] = {"busy", 503, 6},
    [ERR_UNCERTAIN] = {"uncertain", 503, 7},
    [ERR_STORE] = {"store", 503, 8},
    [ERR_IO] = {"io", 503, 9},
};

void err_set(struct err *e, enum err_code code, const char *msg, const char *detail, ...)
{
    e->code = code;
    e->msg = msg;
    e->detail[0] = 0;
    if (!detail)
        return;
    va_list ap;
    va_start(ap, detail);
    vsnprintf(e->detail, sizeof e->detail, detail, ap);
    va_end(ap);
}

const char *err_word(enum err_code code)
{
    return code < ERR_CODES ? codes[code].word : "unknown";
}

int err_http_status(enum err_code code)
{
    return code < ERR_CODES ? codes[code].http : 500;
}

int err_exit_code(enum err_code code)
{
    return code < ERR_CODES ? codes[code].exit : 1;
}

void die(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    fputs("dinh: ", stderr);
    vfprintf(stderr, format, ap);
    fputc('\n', stderr);
    va_end(ap);
    abort();
}
