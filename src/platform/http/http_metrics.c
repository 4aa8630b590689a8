// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/http/http_metrics.h"


#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { SLOTS = 8, CLASSES = 6, STEPS = 10 };

/* Upper ends in microseconds; the last step has none. */
static const int64_t steps_us[STEPS - 1] = {100, 250, 1000, 2500, 10000, 25000, 100000, 500000, 2500000};

struct slot {
    _Alignas(64) atomic_uint_fast64_t steps[STEPS];
    atomic_uint_fast64_t sum_us, bytes;
    atomic_uint_fast64_t *counts; /* lines * CLASSES, status / 100 */
};

struct metrics {
    size_t lines;
    struct slot slots[SLOTS];
};

struct metrics *metrics_open(size_t routes)
{
    struct metrics *m = aligned_alloc(64, sizeof *m);
    if (!m)
        die("out of memory (metrics)");
    *m = (struct metrics){.lines = routes + METRIC_OTHERS};
    for (int i = 0; i < SLOTS; i++) {
        m->slots[i].counts = calloc(m->lines * CLASSES, sizeof *m->slots[i].counts);
        if (!m->slots[i].counts)
            die("out of memory (metrics)");
    }
    return m;
}

void metrics_close(struct metrics *m)
{
    for (int i = 0; i < SLOTS; i++)
        free(m->slots[i].counts);
    free(m);
}

static void add(atomic_uint_fast64_t *n, uint64_t by)
{
    atomic_fetch_add_explicit(n, by, memory_order_relaxed);
}

void metrics_count(struct metrics *m, size_t line, int status, int64_t us, size_t bytes)
{
    struct slot *s = &m->slots[((uintptr_t)pthread_self() >> 12) * 2654435761u / 4096 % SLOTS];
    int class = status / 100;
    add(&s->counts[line * CLASSES + (class > 0 && class < CLASSES ? class : 0)], 1);
    add(&s->bytes, bytes);
    if (us < 0)
        return;
    size_t step = 0;
    while (step < STEPS - 1 && us > steps_us[step])
        step++;
    add(&s->steps[step], 1);
    add(&s->sum_us, (uint64_t)us);
}

static uint64_t get(atomic_uint_fast64_t *n)
{
    return atomic_load_explicit(n, memory_order_relaxed);
}

static void write_line(struct metrics *m, size_t line, const char *method, const char *path, struct strbuf *b)
{
    for (int class = 1; class < CLASSES; class++) {
        uint64_t n = 0;
        for (int i = 0; i < SLOTS; i++)
            n += get(&m->slots[i].counts[line * CLASSES + (size_t)class]);
        if (n)
            strbuf_printf(b, "dinh_http_requests_total{method=\"%s\",route=\"%s\",status=\"%dxx\"} %llu\n", method, path, class,
                          (unsigned long long)n);
    }
}

static void write_durations(struct metrics *m, struct strbuf *b)
{
    uint64_t sum = 0, n = 0, bytes = 0;
    strbuf_z(b, "# HELP dinh_http_request_seconds Time from the first header to the answer, kept answers excluded.\n"
                "# TYPE dinh_http_request_seconds histogram\n");
    for (size_t step = 0; step < STEPS; step++) {
        for (int i = 0; i < SLOTS; i++)
            n += get(&m->slots[i].steps[step]);
        if (step < STEPS - 1)
            strbuf_printf(b, "dinh_http_request_seconds_bucket{le=\"%g\"} %llu\n", (double)steps_us[step] / 1e6, (unsigned long long)n);
    }
    for (int i = 0; i < SLOTS; i++) {
        sum += get(&m->slots[i].sum_us);
        bytes += get(&m->slots[i].bytes);
    }
    strbuf_printf(b, "dinh_http_request_seconds_bucket{le=\"+Inf\"} %llu\n", (unsigned long long)n);
    strbuf_printf(b, "dinh_http_request_seconds_sum %.6f\ndinh_http_request_seconds_count %llu\n", (double)sum / 1e6,
                  (unsigned long long)n);
    strbuf_printf(b, "# HELP dinh_http_response_bytes_total Bytes of answers' bodies.\n"
                     "# TYPE dinh_http_response_bytes_total counter\ndinh_http_response_bytes_total %llu\n",
                  (unsigned long long)bytes);
}

void metrics_write(struct metrics *m, const struct route *const *tables, struct strbuf *b)
{
    size_t line = 0;
    strbuf_z(b, "# HELP dinh_http_requests_total Requests answered.\n# TYPE dinh_http_requests_total counter\n");
    for (; tables && *tables; tables++)
        for (const struct route *r = *tables; r->method; r++)
            write_line(m, line++, r->method, r->path, b);
    write_line(m, line + METRIC_NONE, "", "none", b);
    write_line(m, line + METRIC_ASSET, "GET", "/a/:name", b);
    write_line(m, line + METRIC_REFUSED, "", "refused", b);
    write_durations(m, b);
}
