// SPDX-License-Identifier: AGPL-3.0-or-later
/* Each thing that a server must not do is tried by a child in the sandbox. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/sandbox/sandbox.h"

enum { BROKEN = 99, ROOM = 40 };

struct place {
    char dir[ROOM], outside[ROOM];
    struct sandbox_holds holds;
};

/* 0 when it was done, else why not. */
typedef int try_fn(const struct place *p);

static int outcome(bool done)
{
    return done ? 0 : errno;
}

static int open_for(const char *path, int how)
{
    int fd = open(path, how | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
    return outcome(fd >= 0);
}

static int read_shadow(const struct place *p) { (void)p; return open_for("/etc/shadow", O_RDONLY); }
static int read_outside(const struct place *p) { return open_for(p->outside, O_RDONLY); }
static int write_usr(const struct place *p) { (void)p; return open_for("/usr/share/dinh-must-not", O_WRONLY | O_CREAT); }
static int read_home(const struct place *p) { (void)p; return open_for("/root", O_RDONLY | O_DIRECTORY); }
static int run_shell(const struct place *p) { (void)p; return outcome(execl("/bin/sh", "sh", "-c", "exit 0", (char *)NULL) == 0); }
static int trace(const struct place *p) { (void)p; return outcome(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0); }
static int packet(const struct place *p) { (void)p; return outcome(socket(AF_PACKET, SOCK_RAW, 0) >= 0); }
static int raw_socket(const struct place *p) { (void)p; return outcome(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0); }
static int signal_others(const struct place *p) { (void)p; return outcome(kill(getppid(), 0) == 0); }
static int become_root(const struct place *p) { (void)p; return outcome(setuid(0) == 0); }
static int new_process(const struct place *p)
{
    (void)p;
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    return outcome(pid > 0);
}
static int writable_code(const struct place *p)
{
    (void)p;
    return outcome(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
}
static int data_to_code(const struct place *p)
{
    (void)p;
    void *m = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return m == MAP_FAILED ? BROKEN : outcome(mprotect(m, 4096, PROT_READ | PROT_EXEC) == 0);
}

static int bind_to(uint16_t port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? BROKEN : outcome(bind(fd, (struct sockaddr *)&a, sizeof a) == 0);
}
static int bind_other(const struct place *p) { (void)p; return bind_to(18149); }
static int bind_own(const struct place *p) { (void)p; return bind_to(0); }

static int use_own_files(const struct place *p)
{
    char a[ROOM + 20], b[ROOM + 20], sub[ROOM + 20];
    snprintf(a, sizeof a, "%s/one", p->dir);
    snprintf(sub, sizeof sub, "%s/sub", p->dir);
    snprintf(b, sizeof b, "%s/sub/two", p->dir);
    int fd = open(a, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write(fd, "word", 4) == 4 && ftruncate(fd, 2) == 0 && fsync(fd) == 0 && mkdir(sub, 0700) == 0 &&
              rename(a, b) == 0 && unlink(b) == 0 && rmdir(sub) == 0;
    return outcome(ok);
}

static void *nothing(void *arg) { return arg; }
static int start_thread(const struct place *p)
{
    (void)p;
    pthread_t t;
    errno = pthread_create(&t, NULL, nothing, NULL);
    return errno ? errno : pthread_join(t, NULL);
}
static int open_sockets(const struct place *p)
{
    (void)p;
    return outcome(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0 && socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0);
}
static int read_hosts(const struct place *p) { (void)p; return open_for("/etc/hosts", O_RDONLY); }

/* In a child that has entered; its errno. */
static int tried(const struct place *p, try_fn *what)
{
    int status = 0;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct err e = {0};
        struct sandbox_holds h;
        const struct sandbox s = {.data_dir = p->dir};
        if (!sandbox_enter(&s, &h, &e)) {
            fprintf(stderr, "%s\n", e.detail);
            _exit(BROKEN);
        }
        _exit(what(p));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int make_place(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    int status, ends[2];
    memcpy(p->dir, "/var/tmp/dinh-sandbox-XXXXXX", 29);
    memcpy(p->outside, "/var/dinh-outside-XXXXXX", 25);
    if (!mkdtemp(p->dir) || pipe(ends) != 0)
        return -1;
    int fd = mkstemp(p->outside);
    if (fd >= 0)
        close(fd);
    else
        memcpy(p->outside, "/etc/debian_version", 20);
    pid_t pid = fork();
    if (pid == 0) {
        struct err e = {0};
        const struct sandbox s = {.data_dir = p->dir};
        bool ok = sandbox_enter(&s, &p->holds, &e);
        _exit(ok && write(ends[1], &p->holds, sizeof p->holds) == (ssize_t)sizeof p->holds ? 0 : BROKEN);
    }
    if (pid < 0 || read(ends[0], &p->holds, sizeof p->holds) != (ssize_t)sizeof p->holds || waitpid(pid, &status, 0) != pid)
        return -1;
    close(ends[0]);
    close(ends[1]);
    *state = p;
    return 0;
}

static int clear_place(void **state)
{
    struct place *p = *state;
    rmdir(p->dir);
    if (strncmp(p->outside, "/var/", 5) == 0)
        unlink(p->outside);
    free(p);
    return 0;
}

static void always(void **state)
{
    const struct place *p = *state;
    assert_true(p->holds.no_new_privileges);
    assert_true(p->holds.no_capabilities);
    assert_int_equal(tried(p, use_own_files), 0);
    assert_int_equal(tried(p, start_thread), 0);
    assert_int_equal(tried(p, open_sockets), 0);
    assert_int_equal(tried(p, bind_own), 0);
    assert_int_equal(tried(p, read_hosts), 0);
    assert_int_not_equal(tried(p, raw_socket), 0);
}

static void files_elsewhere_are_refused(void **state)
{
    const struct place *p = *state;
    if (!p->holds.landlock)
        skip();
    assert_int_equal(tried(p, read_shadow), EACCES);
    assert_int_equal(tried(p, read_outside), EACCES);
    assert_int_equal(tried(p, read_home), EACCES);
    assert_int_equal(tried(p, write_usr), EACCES);
    assert_int_equal(tried(p, run_shell) == EACCES || tried(p, run_shell) == EPERM, 1);
    if (p->holds.landlock >= 4)
        assert_int_equal(tried(p, bind_other), EACCES);
}

static void calls_are_refused(void **state)
{
    const struct place *p = *state;
    if (!p->holds.calls)
        skip();
    assert_int_equal(tried(p, run_shell), EPERM);
    assert_int_equal(tried(p, trace), EPERM);
    assert_int_equal(tried(p, signal_others), EPERM);
    assert_int_equal(tried(p, become_root), EPERM);
    assert_int_equal(tried(p, packet), ENOSYS);
    assert_int_not_equal(tried(p, new_process), 0);
    assert_int_not_equal(tried(p, writable_code), 0);
    assert_int_not_equal(tried(p, data_to_code), 0);
}

/* Without the sandbox they are done: else the tests above would prove nothing. */
static void without_it_they_are_done(void **state)
{
    const struct place *p = *state;
    assert_int_equal(read_outside(p), 0);
    assert_int_equal(writable_code(p), 0);
    assert_int_equal(data_to_code(p), 0);
    assert_int_equal(signal_others(p), 0);
    assert_int_equal(new_process(p), 0);
    assert_int_equal(bind_other(p), 0);
}

static void an_unknown_user_is_refused(void **state)
{
    const struct place *p = *state;
    struct err e = {0};
    struct sandbox_holds h;
    const struct sandbox s = {.data_dir = p->dir, .user = "nobody-of-this-name"};
    if (geteuid() != 0)
        skip();
    assert_false(sandbox_enter(&s, &h, &e));
    assert_non_null(strstr(e.detail, "nobody-of-this-name"));
}

static int become_nobody(const struct place *p)
{
    (void)p;
    return geteuid() == 0 || setuid(0) == 0 || getegid() == 0 ? BROKEN : 0;
}

static void root_becomes_the_owner(void **state)
{
    struct place *p = *state;
    if (geteuid() != 0)
        skip();
    assert_int_equal(chown(p->dir, 65534, 65534), 0);
    assert_int_equal(tried(p, become_nobody), 0);
    assert_int_equal(tried(p, use_own_files), 0);
    assert_int_equal(chown(p->dir, 0, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(always),
        cmocka_unit_test(files_elsewhere_are_refused),
        cmocka_unit_test(calls_are_refused),
        cmocka_unit_test(without_it_they_are_done),
        cmocka_unit_test(an_unknown_user_is_refused),
        cmocka_unit_test(root_becomes_the_owner),
    };
    return cmocka_run_group_tests(tests, make_place, clear_place);
}
