// SPDX-License-Identifier: AGPL-3.0-or-later
/* A pool of threads that may block. Started when there is work for them. */
#ifndef PLATFORM_HTTP_WORKERS_H
#define PLATFORM_HTTP_WORKERS_H
#include <stdbool.h>
#include <stddef.h>

struct workers;
/* At most max threads, at most queue jobs that wait. Gives. */
struct workers *workers_open(size_t max, size_t queue);
/* run(arg) in one of the threads; false when the queue is full or closing. */
bool workers_run(struct workers *w, void (*run)(void *), void *arg);
/* Runs what is queued, ends the threads, frees. */
void workers_close(struct workers *w);
#endif
