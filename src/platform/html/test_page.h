// SPDX-License-Identifier: AGPL-3.0-or-later
/* What the test's page shows: every kind of value in every place. */
#ifndef PLATFORM_HTML_TEST_PAGE_H
#define PLATFORM_HTML_TEST_PAGE_H
#include "platform/html/html.h"

struct test_step {
    struct str title;
    struct day on;
    bool done;
};
struct test_page {
    struct str title, text, link;
    const char *word;
    const char *msg;
    struct instant at;
    struct day due;
    struct markup part;
    int64_t count;
    const struct test_step *steps;
    size_t steps_n;
};
#endif
