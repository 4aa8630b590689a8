// SPDX-License-Identifier: AGPL-3.0-or-later
/* User, capabilities, core dumps; and the order in which all is given up. */
#include "platform/sandbox/sandbox.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "platform/log/log.h"

/* Linux 6.3; the numbers are the kernel's. */
enum { SET_MDWE = 65, MDWE_REFUSE_EXEC_GAIN = 1 };

static bool fail(const char *what, struct err *e)
{
    return FAIL(e, ERR_IO, "err.io", "sandbox: %s: %s", what, strerror(errno));
}

/* Whom root becomes; uid 0 when it stays. */
static bool whom(const struct sandbox *s, uid_t *ret_uid, gid_t *ret_gid, struct err *e)
{
    struct stat st;
    if (s->user && s->user[0]) {
        errno = ENOENT;
        /* cppcheck-suppress getpwnamCalled; no thread is there yet */
        const struct passwd *p = getpwnam(s->user);
        if (!p)
            return fail(s->user, e);
        *ret_uid = p->pw_uid;
        *ret_gid = p->pw_gid;
        return true;
    }
    bool there = stat(s->data_dir, &st) == 0; /* else whoever opens it says so */
    *ret_uid = there ? st.st_uid : 0;
    *ret_gid = there ? st.st_gid : 0;
    return true;
}

static bool drop_user(const struct sandbox *s, struct err *e)
{
    uid_t uid = 0;
    gid_t gid = 0;
    if (geteuid() != 0)
        return true;
    if (!whom(s, &uid, &gid, e))
        return false;
    if (uid != 0 && (setgroups(0, NULL) != 0 || setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0))
        return fail("becoming another user", e);
    return true;
}

/* All of them, of the bounding set too as far as one may. */
static bool drop_capabilities(struct err *e)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {0}, has[2] = {0};
    for (int cap = 0; cap <= 63; cap++) {
        if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1)
            prctl(PR_CAPBSET_DROP, cap, 0, 0, 0); /* refused to who has none: then there is nothing to lose */
    }
    /* asked first: a filter from outside may refuse to set even nothing */
    if (syscall(SYS_capget, &head, has) == 0 && memcmp(has, none, sizeof none) == 0)
        return true;
    return syscall(SYS_capset, &head, none) == 0 || fail("capabilities", e);
}

bool sandbox_privileges(const struct sandbox *s, struct sandbox_holds *h, struct err *e)
{
    const struct rlimit none = {0, 0};
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    setrlimit(RLIMIT_CORE, &none); /* keys and people's words stand in memory */
    if (!drop_user(s, e) || !drop_capabilities(e))
        return false;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return fail("no_new_privs", e);
    h->no_new_privileges = h->no_capabilities = true;
    h->no_writable_code = prctl(SET_MDWE, MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) == 0;
    h->uid = (long)geteuid();
    return true;
}

bool sandbox_enter(const struct sandbox *s, struct sandbox_holds *ret, struct err *e)
{
    struct sandbox_holds h = {0};
    if (!sandbox_privileges(s, &h, e) || !sandbox_landlock(s, &h, e) || !sandbox_seccomp(&h, e))
        return false;
    *ret = h;
    return true;
}

void sandbox_log(const struct sandbox_holds *h)
{
    LOG(LOG_INFO, "serve.sandbox", log_n("uid", h->uid), log_s("no_new_privileges", str_of(h->no_new_privileges ? "yes" : "no")),
        log_s("capabilities", str_of(h->no_capabilities ? "none" : "as started")),
        log_s("writable_code", str_of(h->no_writable_code ? "never" : "possible")), log_n("landlock", h->landlock),
        log_n("system_calls", h->calls));
}
