// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/json.h"

#include <string.h>

#include "base/err.h"

enum { DEPTH = 32 };

void json_init(struct json *j, struct strbuf *b)
{
    *j = (struct json){.b = b, .first = 1};
}

static void separate(struct json *j)
{
    if (j->after_key) {
        j->after_key = false;
        return;
    }
    if (!(j->first >> j->depth & 1))
        strbuf_char(j->b, ',');
    j->first &= ~(1u << j->depth);
}

static void open_with(struct json *j, char bracket)
{
    separate(j);
    strbuf_char(j->b, bracket);
    if (++j->depth >= DEPTH)
        die("json nested too deep");
    j->first |= 1u << j->depth;
    j->arrays = (j->arrays & ~(1u << j->depth)) | (uint32_t)(bracket == '[') << j->depth;
}

void json_object(struct json *j)
{
    open_with(j, '{');
}

void json_array(struct json *j)
{
    open_with(j, '[');
}

void json_end(struct json *j)
{
    if (j->depth == 0)
        die("json_end without a beginning");
    strbuf_char(j->b, j->arrays >> j->depth & 1 ? ']' : '}');
    j->depth--;
}

static void put_char(struct strbuf *b, unsigned char c)
{
    switch (c) {
    case '"': strbuf_add(b, "\\\"", 2); return;
    case '\\': strbuf_add(b, "\\\\", 2); return;
    case '\n': strbuf_add(b, "\\n", 2); return;
    case '\t': strbuf_add(b, "\\t", 2); return;
    case '\r': strbuf_add(b, "\\r", 2); return;
    default: strbuf_printf(b, "\\u%04x", c);
    }
}

static bool needs_escape(unsigned char c)
{
    return c < 0x20 || c == '"' || c == '\\' || c == 0x7f || c == '<';
}

static void put_string(struct strbuf *b, struct str s)
{
    size_t from = 0;
    strbuf_char(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (!needs_escape((unsigned char)s.p[i]))
            continue;
        strbuf_add(b, s.p + from, i - from);
        put_char(b, (unsigned char)s.p[i]);
        from = i + 1;
    }
    if (from < s.n)
        strbuf_add(b, s.p + from, s.n - from);
    strbuf_char(b, '"');
}

void json_key(struct json *j, const char *key)
{
    separate(j);
    put_string(j->b, str_of(key));
    strbuf_char(j->b, ':');
    j->after_key = true;
}

void json_str(struct json *j, struct str value)
{
    separate(j);
    put_string(j->b, value);
}

void json_int(struct json *j, int64_t value)
{
    separate(j);
    strbuf_int(j->b, value);
}

void json_tenths(struct json *j, int64_t value)
{
    int64_t size = value < 0 ? -value : value;
    separate(j);
    strbuf_printf(j->b, "%s%lld.%lld", value < 0 ? "-" : "", (long long)(size / 10), (long long)(size % 10));
}

void json_bool(struct json *j, bool value)
{
    separate(j);
    strbuf_z(j->b, value ? "true" : "false");
}

void json_null(struct json *j)
{
    separate(j);
    strbuf_z(j->b, "null");
}

void json_day(struct json *j, struct day value)
{
    char text[11];
    if (day_is_none(value))
        json_null(j);
    else
        json_str(j, str_of(day_format(value, text)));
}

void json_instant(struct json *j, struct instant value)
{
    char text[21];
    json_str(j, str_of(instant_format(value, text)));
}

void json_kstr(struct json *j, const char *key, struct str value)
{
    json_key(j, key);
    json_str(j, value);
}

void json_kint(struct json *j, const char *key, int64_t value)
{
    json_key(j, key);
    json_int(j, value);
}

void json_kbool(struct json *j, const char *key, bool value)
{
    json_key(j, key);
    json_bool(j, value);
}

void json_kday(struct json *j, const char *key, struct day value)
{
    json_key(j, key);
    json_day(j, value);
}
