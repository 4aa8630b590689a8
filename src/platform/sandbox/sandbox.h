// SPDX-License-Identifier: AGPL-3.0-or-later
/* What the server gives up before it reads the first byte of a stranger: its
 * user, its capabilities, files that it does not need, system calls that it
 * does not make. Once given up nothing comes back; threads made later have no
 * more than this one.
 *
 * What the kernel does not have is passed over and told; what it has and
 * refuses is a failure. */
#ifndef PLATFORM_SANDBOX_H
#define PLATFORM_SANDBOX_H
#include "base/err.h"
#include "base/str.h"

struct sandbox {
    const char *user;           /* when root: become this user; NULL or "": who owns data_dir */
    const char *data_dir;       /* may be read and written, with all below */
    const char *const *more;    /* other directories of that kind, ended by NULL; may be NULL */
    int port;                   /* the TCP port that may be bound; 0: any that the kernel chooses */
};

struct sandbox_holds {
    bool no_new_privileges, no_capabilities, no_writable_code;
    long uid;
    int landlock; /* the kernel's version of it; 0: it has none */
    int calls;    /* system calls that are allowed; 0: no filter (kernel without, or a build with sanitizers) */
};

/* For this thread and all made after; so before any other is started. Cost: a
 * millisecond. ERR_IO "err.io", the detail says which measure. */
bool sandbox_enter(const struct sandbox *s, struct sandbox_holds *ret, struct err *e);

/* One line of the log: which measures hold. */
void sandbox_log(const struct sandbox_holds *h);

/* ---- inside the room ---- */
bool sandbox_privileges(const struct sandbox *s, struct sandbox_holds *h, struct err *e);
bool sandbox_landlock(const struct sandbox *s, struct sandbox_holds *h, struct err *e);
bool sandbox_seccomp(struct sandbox_holds *h, struct err *e);
#endif
