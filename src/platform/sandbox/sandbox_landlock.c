// SPDX-License-Identifier: AGPL-3.0-or-later
/* Landlock: the files that the process may still name, and the port it may bind. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "platform/sandbox/sandbox.h"

/* The kernel's interface, versions 1 to 6; Debian's header knows two of them. */
struct ruleset_attr {
    uint64_t fs, net, scoped;
};
struct path_attr {
    uint64_t allowed;
    int32_t fd;
} __attribute__((packed));
struct port_attr {
    uint64_t allowed, port;
};
enum { RULE_PATH = 1, RULE_PORT = 2, ASK_VERSION = 1, MIN_VERSION = 2 };

enum {
    FS_WRITE_FILE = 1 << 1, FS_READ_FILE = 1 << 2, FS_READ_DIR = 1 << 3, FS_REMOVE_DIR = 1 << 4, FS_REMOVE_FILE = 1 << 5,
    FS_MAKE_DIR = 1 << 7, FS_MAKE_REG = 1 << 8, FS_REFER = 1 << 13, FS_TRUNCATE = 1 << 14,
    FS_READ = FS_READ_FILE | FS_READ_DIR,
    FS_ALL = FS_READ | FS_WRITE_FILE | FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG | FS_REFER | FS_TRUNCATE,
    FS_ON_FILE = FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE,
    NET_BIND = 1 << 0,
};

/* What each version knows of files. */
static uint64_t fs_of(int version)
{
    static const unsigned bits[] = {0, 13, 14, 15, 15, 16};
    return (1ULL << bits[version < 5 ? version : 5]) - 1;
}

/* Read by the C library, the resolver, TLS, fonts, time zones. */
static const char *const to_read[] = {
    "/usr/lib", "/usr/share", "/usr/local/lib", "/usr/local/share", "/lib", "/lib64", "/var/cache/fontconfig",
    "/etc/fonts", "/etc/ssl", "/etc/ca-certificates", "/etc/pki", "/etc/crypto-policies", "/etc/gnutls",
    "/etc/resolv.conf", "/run/systemd/resolve", "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/services",
    "/etc/protocols", "/etc/localtime", "/etc/timezone", "/etc/ld.so.cache", "/etc/passwd", "/etc/postgresql-common",
    "/dev/urandom", "/dev/random", "/dev/zero", "/proc/self", "/proc/stat", "/proc/meminfo", "/proc/cpuinfo",
    "/proc/sys/vm/overcommit_memory", "/proc/sys/kernel/random", "/sys/devices/system/cpu", NULL,
};
static const char *const to_use[] = {"/dev/null", "/tmp", "/var/tmp", NULL};

/* A path that is not there needs no rule. */
static bool allow(int rules, const char *path, uint64_t rights, struct err *e)
{
    struct stat st;
    struct path_attr a = {.fd = open(path, O_PATH | O_CLOEXEC)};
    if (a.fd < 0)
        return true;
    a.allowed = fstat(a.fd, &st) == 0 && !S_ISDIR(st.st_mode) ? rights & FS_ON_FILE : rights;
    bool ok = syscall(SYS_landlock_add_rule, rules, RULE_PATH, &a, 0) == 0 ||
              FAIL(e, ERR_IO, "err.io", "sandbox: landlock: %s: %s", path, strerror(errno));
    close(a.fd);
    return ok;
}

static bool allow_all(int rules, const char *const *paths, uint64_t rights, struct err *e)
{
    bool ok = true;
    for (; ok && paths && *paths; paths++)
        ok = allow(rules, *paths, rights, e);
    return ok;
}

static bool allow_port(int rules, int port, struct err *e)
{
    const struct port_attr a = {NET_BIND, (uint64_t)port};
    return syscall(SYS_landlock_add_rule, rules, RULE_PORT, &a, 0) == 0 ||
           FAIL(e, ERR_IO, "err.io", "sandbox: landlock: port %d: %s", port, strerror(errno));
}

static bool fill(int rules, const struct sandbox *s, int version, struct err *e)
{
    uint64_t known = fs_of(version);
    const char *temp = getenv("TMPDIR");
    return allow(rules, s->data_dir, FS_ALL & known, e) && allow_all(rules, s->more, FS_ALL & known, e) &&
           allow_all(rules, to_use, FS_ALL & known, e) && (!temp || allow(rules, temp, FS_ALL & known, e)) &&
           allow_all(rules, to_read, FS_READ, e) && (version < 4 || allow_port(rules, s->port, e));
}

bool sandbox_landlock(const struct sandbox *s, struct sandbox_holds *h, struct err *e)
{
    struct ruleset_attr a = {0};
    int version = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, ASK_VERSION);
    if (version < MIN_VERSION)
        return true; /* the first version refuses every move between two folders */
    a.fs = fs_of(version);
    a.net = version >= 4 ? NET_BIND : 0;
    a.scoped = version >= 6 ? 3 : 0; /* no abstract sockets and no signals of others */
    size_t n = version >= 6 ? sizeof a : version >= 4 ? 2 * sizeof a.fs : sizeof a.fs;
    int rules = (int)syscall(SYS_landlock_create_ruleset, &a, n, 0);
    if (rules < 0)
        return FAIL(e, ERR_IO, "err.io", "sandbox: landlock: %s", strerror(errno));
    bool ok = fill(rules, s, version, e) &&
              (syscall(SYS_landlock_restrict_self, rules, 0) == 0 || FAIL(e, ERR_IO, "err.io", "sandbox: landlock: %s", strerror(errno)));
    close(rules);
    if (ok)
        h->landlock = version;
    return ok;
}
