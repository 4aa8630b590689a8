// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/log/log.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LOG_LINE = 2048, LOG_VALUE = 256 };

/* The one switch of the process: what is below it is not written. */
static atomic_int lowest_level = LOG_INFO;

void log_level_set(enum log_level lowest)
{
    atomic_store_explicit(&lowest_level, lowest, memory_order_relaxed);
}

struct line {
    char text[LOG_LINE];
    size_t n;
};

static void put(struct line *l, const char *p, size_t n)
{
    size_t room = sizeof l->text - 1 - l->n; /* one byte stays for the newline */
    if (n > room)
        n = room;
    if (n)
        memcpy(l->text + l->n, p, n);
    l->n += n;
}

static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 127)
            return false;
    }
    return s.n > 0;
}

/* One line stays one line, whatever the value holds. */
static void put_quoted(struct line *l, struct str s)
{
    put(l, "\"", 1);
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        char escaped[5];
        if (c == '"' || c == '\\')
            put(l, (char[]){'\\', (char)c}, 2);
        else if (c < ' ' || c == 127)
            put(l, escaped, (size_t)snprintf(escaped, sizeof escaped, "\\x%02x", (unsigned)c));
        else
            put(l, s.p + i, 1);
    }
    put(l, "\"", 1);
}

static void put_text(struct line *l, struct str s)
{
    bool clipped = s.n > LOG_VALUE;
    if (clipped) {
        s.n = LOG_VALUE;
        while (s.n && ((unsigned char)s.p[s.n] & 0xC0) == 0x80) /* not inside a character */
            s.n--;
    }
    if (is_plain(s))
        put(l, s.p, s.n);
    else
        put_quoted(l, s);
    if (clipped)
        put(l, "~", 1);
}

static void put_pair(struct line *l, const struct log_pair *p)
{
    put(l, " ", 1);
    put(l, p->key, strlen(p->key));
    put(l, "=", 1);
    if (p->is_number) {
        char digits[24];
        put(l, digits, (size_t)snprintf(digits, sizeof digits, "%lld", (long long)p->n));
    } else {
        put_text(l, p->text);
    }
}

/* When the line was written: the machine's clock, never the application's. */
static void put_time(struct line *l)
{
    struct timespec now;
    struct tm utc;
    char text[40];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    size_t n = strftime(text, sizeof text, "ts=%Y-%m-%dT%H:%M:%S", &utc);
    put(l, text, n);
    put(l, text, (size_t)snprintf(text, sizeof text, ".%03dZ", (int)(now.tv_nsec / 1000000)));
}

void log_write(enum log_level level, const char *event, const struct log_pair *pairs, size_t n)
{
    static const char *const words[] = {"debug", "info", "warn", "error"};
    if ((int)level < atomic_load_explicit(&lowest_level, memory_order_relaxed))
        return;
    struct line l = {.n = 0};
    put_time(&l);
    put_pair(&l, &(struct log_pair){"level", str_of(words[level]), 0, false});
    put_pair(&l, &(struct log_pair){"event", str_of(event), 0, false});
    for (size_t i = 0; i < n; i++)
        put_pair(&l, &pairs[i]);
    l.text[l.n++] = '\n';
    /* one write, so that lines of several threads do not mix; a log that cannot be written is no failure */
    if (write(STDERR_FILENO, l.text, l.n) < 0)
        return;
}

void log_err(const char *event, const struct err *e)
{
    bool ours = e->code == ERR_STORE || e->code == ERR_IO || e->code == ERR_UNCERTAIN;
    LOG(ours ? LOG_ERROR : LOG_WARN, event, log_s("code", str_of(err_word(e->code))), log_s("msg", str_of(e->msg)),
        log_s("detail", str_of(e->detail)));
}
