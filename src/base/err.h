// SPDX-License-Identifier: AGPL-3.0-or-later
/* Failure: the one way a function says that it could not do what was asked.
 *
 * A function that can fail returns bool and takes `struct err *e` last. On
 * false, *e is set and every ret_ argument and object is as it was before.
 * Few codes, each an answer to the caller; out of memory and broken
 * invariants abort instead. */
#ifndef BASE_ERR_H
#define BASE_ERR_H
#include <stdbool.h>

enum err_code {
    ERR_NONE,
    ERR_NOT_FOUND, /* what was named does not exist, or the viewer may not know that it does */
    ERR_DENIED,    /* the actor may not do this */
    ERR_BAD_INPUT, /* the request is wrong; msg says what, in the reader's language */
    ERR_TOO_LARGE, /* a limit on size or number was passed */
    ERR_CONFLICT,  /* it was right when asked, but something changed meanwhile */
    ERR_BUSY,      /* try again later; nothing was done */
    ERR_UNCERTAIN, /* a commit was sent and its answer was lost */
    ERR_STORE,     /* the database refused or is damaged; nothing was done */
    ERR_IO,        /* a file or the network failed; nothing was done */
    ERR_CODES
};

/* msg: a message id ("err.case.closed"), static storage; what people are shown.
 * detail: for operators and logs, English; never personal text. */
struct err {
    enum err_code code;
    const char *msg;
    char detail[200];
};

/* Sets *e; detail is a printf format and may be NULL. Cost: one vsnprintf. */
void err_set(struct err *e, enum err_code code, const char *msg, const char *detail, ...)
    __attribute__((format(printf, 4, 5)));

/* `return FAIL(e, ERR_BAD_INPUT, "err.day", "row %zu", row);` */
#define FAIL(e, code, ...) (err_set((e), (code), __VA_ARGS__), false)

/* English word of a code for logs and JSON ("not_found"). Static. */
const char *err_word(enum err_code code);

/* HTTP status and process exit code that answer to a code. */
int err_http_status(enum err_code code);
int err_exit_code(enum err_code code);

/* Says why on stderr and aborts: for broken invariants, never for bad input. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));
#endif
