// SPDX-License-Identifier: AGPL-3.0-or-later
/* Seccomp: a list of the system calls that a server makes; the rest are refused. */
#include <errno.h>
#include <linux/netlink.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "platform/sandbox/sandbox.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static const char *const calls[] = {
    /* files */
    "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "preadv2", "pwritev2", "open",
    "openat", "close", "close_range", "lseek", "stat", "fstat", "lstat", "newfstatat", "statx", "access", "faccessat",
    "faccessat2", "readlink", "readlinkat", "getdents64", "getcwd", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat",
    "rename", "renameat", "renameat2", "link", "linkat", "chmod", "fchmod", "fchmodat", "fchown", "ftruncate",
    "fallocate", "fsync", "fdatasync", "sync_file_range", "fadvise64", "flock", "fcntl", "dup", "dup2", "dup3", "pipe",
    "pipe2", "sendfile", "copy_file_range", "umask", "utimensat", "statfs", "fstatfs", "memfd_create",
    /* memory; what makes code of data has rules of its own */
    "munmap", "mremap", "madvise", "brk", "msync", "mlock", "mlock2", "munlock", "membarrier",
    /* threads and time; clone has a rule of its own */
    "futex", "futex_waitv", "set_robust_list", "get_robust_list", "rseq", "set_tid_address", "gettid", "getpid",
    "getppid", "tgkill", "exit", "exit_group", "sched_yield", "sched_getaffinity", "sched_getparam",
    "sched_getscheduler", "sched_get_priority_max", "sched_get_priority_min", "prlimit64", "getrlimit", "getrusage",
    "times", "getcpu", "arch_prctl", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait",
    "rt_sigpending", "sigaltstack", "restart_syscall", "nanosleep", "clock_nanosleep", "clock_gettime", "clock_getres",
    "gettimeofday", "time", "getrandom", "uname", "sysinfo", "getuid", "geteuid", "getgid", "getegid", "getgroups",
    "getresuid", "getresgid", "capget",
    /* sockets; socket has rules of its own */
    "bind", "listen", "accept", "accept4", "connect", "getsockname", "getpeername", "getsockopt", "setsockopt",
    "shutdown", "sendto", "recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg", "poll", "ppoll", "select",
    "pselect6", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd",
    "eventfd2", "timerfd_create", "timerfd_settime", "timerfd_gettime",
};

/* Known and not wanted: told EPERM. All others are told that there is no such call, so that libraries go another way. */
static const char *const refused[] = {
    "execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev", "kill", "tkill", "mount",
    "umount2", "chroot", "pivot_root", "unshare", "setns", "setuid", "setgid", "setresuid", "setresgid", "setgroups",
    "capset", "bpf", "perf_event_open", "init_module", "finit_module", "delete_module", "kexec_load", "reboot",
    "swapon", "swapoff", "keyctl", "add_key", "request_key", "symlink", "symlinkat", "mknod", "mknodat", "chown",
    "lchown", "fchownat", "settimeofday", "clock_settime", "userfaultfd", "personality",
};

enum { CALLS = sizeof calls / sizeof *calls, REFUSED = sizeof refused / sizeof *refused };

/* An argument of a call, as a rule asks for it. */
static struct scmp_arg_cmp masked(unsigned argument, uint64_t mask, uint64_t value)
{
    return (struct scmp_arg_cmp){argument, SCMP_CMP_MASKED_EQ, mask, value};
}

static struct scmp_arg_cmp is(unsigned argument, uint64_t value)
{
    return (struct scmp_arg_cmp){argument, SCMP_CMP_EQ, value, 0};
}

static int add_names(scmp_filter_ctx f, uint32_t action, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int number = seccomp_syscall_resolve_name(names[i]);
        int rc = number == __NR_SCMP_ERROR ? 0 : seccomp_rule_add(f, action, number, 0);
        if (rc)
            return rc;
    }
    return 0;
}

/* Sockets of these families; of the last one only what names the network's interfaces, which the resolver asks. */
static int add_sockets(scmp_filter_ctx f)
{
    static const uint64_t families[] = {AF_UNIX, AF_INET, AF_INET6};
    int rc = 0;
    for (size_t i = 0; !rc && i < sizeof families / sizeof *families; i++)
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, is(0, families[i]));
    if (!rc)
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socketpair), 1, is(0, AF_UNIX));
    return rc ? rc : seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2, is(0, AF_NETLINK),
                                      is(2, NETLINK_ROUTE));
}

/* Memory is never made code, but by the loader from a file (pages that are not writable). */
static int add_memory(scmp_filter_ctx f)
{
    int rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, masked(2, PROT_EXEC, 0));
    if (!rc)
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, masked(2, PROT_EXEC, 0));
    return rc ? rc : seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                                      masked(2, PROT_EXEC | PROT_WRITE, PROT_EXEC));
}

/* Threads, no processes; names of threads; what terminals and sockets are asked. clone3 hides its flags: it is
 * said not to be there, and the C library takes clone. */
static int add_few(scmp_filter_ctx f)
{
    static const unsigned long ioctls[] = {0x5401 /* TCGETS */, 0x541B /* FIONREAD */, 0x5421 /* FIONBIO */, 0x5451 /* FIOCLEX */};
    int rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, masked(0, CLONE_THREAD, CLONE_THREAD));
    for (size_t i = 0; !rc && i < sizeof ioctls / sizeof *ioctls; i++)
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, is(1, ioctls[i]));
    if (!rc)
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, is(0, PR_SET_NAME));
    return rc ? rc : seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, is(0, PR_GET_NAME));
}

static int load(scmp_filter_ctx f)
{
    int rc = add_names(f, SCMP_ACT_ALLOW, calls, CALLS);
    if (!rc)
        rc = add_names(f, SCMP_ACT_ERRNO(EPERM), refused, REFUSED);
    if (!rc)
        rc = add_sockets(f);
    if (!rc)
        rc = add_memory(f);
    if (!rc)
        rc = add_few(f);
    if (!rc)
        seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a tree: every request makes calls */
    return rc ? rc : seccomp_load(f);
}

bool sandbox_seccomp(struct sandbox_holds *h, struct err *e)
{
    if (SANITIZED || prctl(PR_GET_SECCOMP, 0, 0, 0, 0) < 0)
        return true;
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    if (!f)
        return FAIL(e, ERR_IO, "err.io", "sandbox: seccomp: no memory");
    int rc = load(f);
    seccomp_release(f);
    if (rc)
        return FAIL(e, ERR_IO, "err.io", "sandbox: seccomp: %s", strerror(-rc));
    h->calls = CALLS;
    return true;
}
