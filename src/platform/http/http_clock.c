// SPDX-License-Identifier: AGPL-3.0-or-later
#include <time.h>

#include "platform/http/http_exchange.h"

int64_t clock_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}
