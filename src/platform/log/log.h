// SPDX-License-Identifier: AGPL-3.0-or-later
/* logfmt lines on stderr. Keys and words are ours; values are quoted and
 * clipped. Never give it personal text, codes, or whole addresses. */
#ifndef PLATFORM_LOG_H
#define PLATFORM_LOG_H
#include "base/err.h"
#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
void log_level_set(enum log_level lowest);
struct log_pair {
    const char *key;
    struct str text;
    int64_t n;
    bool is_number;
};
static inline struct log_pair log_s(const char *key, struct str s) { return (struct log_pair){key, s, 0, false}; }
static inline struct log_pair log_n(const char *key, int64_t n) { return (struct log_pair){key, {0}, n, true}; }
void log_write(enum log_level level, const char *event, const struct log_pair *pairs, size_t n);
#define LOG(level, event, ...) log_write((level), (event), (const struct log_pair[]){__VA_ARGS__}, \
    sizeof((const struct log_pair[]){__VA_ARGS__}) / sizeof(struct log_pair))
void log_err(const char *event, const struct err *e);
#endif
