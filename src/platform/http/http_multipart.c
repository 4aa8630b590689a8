// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/http/http_multipart.h"

#include <string.h>

#include "platform/http/http_parse.h"

bool multipart_init(struct multipart *m, struct arena *a, struct str boundary)
{
    *m = (struct multipart){.arena = a, .state = MP_BAD};
    if (!boundary.n || boundary.n > MULTIPART_BOUNDARY_MAX)
        return false;
    for (size_t i = 0; i < boundary.n; i++)
        if ((unsigned char)boundary.p[i] < 0x20 || (unsigned char)boundary.p[i] > 0x7e)
            return false;
    memcpy(m->mark, "\r\n--", 4);
    memcpy(m->mark + 4, boundary.p, boundary.n);
    m->mark_n = boundary.n + 4;
    m->window = arena_alloc_raw(a, MULTIPART_WINDOW);
    /* the first boundary stands at the start: as if a line had ended before it */
    memcpy(m->window, "\r\n", 2);
    m->to = 2;
    m->state = MP_PREAMBLE;
    return true;
}

size_t multipart_feed(struct multipart *m, struct str bytes)
{
    if (m->state == MP_BAD || m->state == MP_AFTER)
        return bytes.n;
    if (m->from) {
        memmove(m->window, m->window + m->from, m->to - m->from);
        m->to -= m->from;
        m->from = 0;
    }
    size_t n = bytes.n < MULTIPART_WINDOW - m->to ? bytes.n : MULTIPART_WINDOW - m->to;
    if (n)
        memcpy(m->window + m->to, bytes.p, n);
    m->to += n;
    return n;
}

static enum multipart_event bad(struct multipart *m)
{
    m->state = MP_BAD;
    return MULTIPART_BAD;
}

static struct str inside(const struct multipart *m)
{
    return (struct str){m->window + m->from, m->to - m->from};
}

/* %22, %0D, %0A are how browsers write what would end the quoted text. */
static struct str browser_unescape(struct arena *a, struct str s)
{
    char *out = arena_alloc_raw(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        struct str three = str_cut(s, i, 3);
        if (str_is(three, "%22") || str_same_word(three, "%0d") || str_same_word(three, "%0a")) {
            out[n++] = three.p[1] == '2' ? '"' : ' ';
            i += 2;
        } else {
            out[n++] = s.p[i];
        }
    }
    out[n] = 0;
    return (struct str){out, n};
}

/* utf-8''%e2%82%ac (RFC 5987) */
static bool extended(struct arena *a, struct str value, struct str *ret_text)
{
    struct str charset, language;
    return str_split(&value, '\'', &charset) && str_split(&value, '\'', &language) && str_same_word(charset, "utf-8") &&
           percent_decode(a, value, false, ret_text);
}

static bool take_disposition(struct multipart *m, struct str value)
{
    if (!str_same_word(header_word(value), "form-data"))
        return false;
    struct str text;
    if (header_param(m->arena, value, "name", &text)) {
        m->name = browser_unescape(m->arena, text);
        m->has_name = true;
    }
    if (header_param(m->arena, value, "filename*", &text) && extended(m->arena, text, &m->file_name))
        m->has_file_name = true;
    else if (header_param(m->arena, value, "filename", &text)) {
        m->file_name = browser_unescape(m->arena, text);
        m->has_file_name = true;
    }
    return true;
}

static bool take_header(struct multipart *m, struct str line)
{
    struct str name;
    if (!line.n || line.p[0] == ' ' || line.p[0] == '\t' || !memchr(line.p, ':', line.n) || !str_split(&line, ':', &name))
        return false; /* folded lines are of mails */
    line = str_trim(line);
    if (str_same_word(name, "content-disposition"))
        return take_disposition(m, line);
    if (str_same_word(name, "content-type"))
        m->type = str_copy(m->arena, line);
    if (str_same_word(name, "content-transfer-encoding"))
        return str_same_word(line, "binary") || str_same_word(line, "8bit") || str_same_word(line, "7bit");
    return true;
}

/* The end of the header block, behind its empty line; false when not here yet. */
static bool headers_end(struct str s, size_t *ret_at)
{
    if (str_starts(s, STR("\r\n"))) {
        *ret_at = 0;
        return true;
    }
    size_t at;
    if (!str_find(s, STR("\r\n\r\n"), &at))
        return false;
    *ret_at = at + 2;
    return true;
}

static enum multipart_event read_headers(struct multipart *m)
{
    size_t end;
    struct str s = inside(m);
    if (!headers_end(s, &end))
        return s.n >= MULTIPART_HEADERS_MAX ? bad(m) : MULTIPART_MORE;
    if (end > MULTIPART_HEADERS_MAX)
        return bad(m);
    m->name = m->file_name = m->type = STR("");
    m->has_name = m->has_file_name = false;
    struct str block = str_cut(s, 0, end);
    while (block.n) {
        size_t at;
        if (!str_find(block, STR("\r\n"), &at) || !take_header(m, str_cut(block, 0, at)))
            return bad(m);
        block = str_cut(block, at + 2, block.n);
    }
    m->from += end + 2;
    m->state = MP_BODY;
    return MULTIPART_PART;
}

/* What follows a boundary: "--" ends all, a line break begins a part. */
static enum multipart_event read_boundary(struct multipart *m)
{
    struct str s = inside(m);
    size_t white = 0;
    while (white < s.n && (s.p[white] == ' ' || s.p[white] == '\t'))
        white++;
    if (white > 100)
        return bad(m);
    if (s.n < white + 2)
        return MULTIPART_MORE;
    struct str two = str_cut(s, white, 2);
    if (str_is(two, "--") && !white) {
        m->state = MP_AFTER;
        return MULTIPART_END;
    }
    if (!str_is(two, "\r\n"))
        return bad(m);
    m->from += white + 2;
    m->state = MP_HEADERS;
    return read_headers(m);
}

static enum multipart_event read_preamble(struct multipart *m)
{
    size_t at;
    struct str s = inside(m);
    if (str_find(s, (struct str){m->mark, m->mark_n}, &at)) {
        m->from += at + m->mark_n;
        m->state = MP_BOUNDARY;
        return read_boundary(m);
    }
    if (s.n >= m->mark_n)
        m->from += s.n - (m->mark_n - 1);
    return MULTIPART_MORE;
}

static enum multipart_event read_body(struct multipart *m)
{
    size_t at;
    struct str s = inside(m);
    if (str_find(s, (struct str){m->mark, m->mark_n}, &at)) {
        if (at == 0) {
            m->from += m->mark_n;
            m->state = MP_BOUNDARY;
            return MULTIPART_PART_END;
        }
    } else if (s.n >= m->mark_n) {
        at = s.n - (m->mark_n - 1);
    } else {
        return MULTIPART_MORE;
    }
    m->bytes = str_cut(s, 0, at);
    m->from += at;
    return MULTIPART_BYTES;
}

enum multipart_event multipart_next(struct multipart *m)
{
    switch (m->state) {
    case MP_PREAMBLE: return read_preamble(m);
    case MP_BOUNDARY: return read_boundary(m);
    case MP_HEADERS: return read_headers(m);
    case MP_BODY: return read_body(m);
    case MP_AFTER: return MULTIPART_MORE;
    default: return MULTIPART_BAD;
    }
}

bool multipart_whole(const struct multipart *m)
{
    return m->state == MP_AFTER;
}
