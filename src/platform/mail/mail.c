// SPDX-License-Identifier: AGPL-3.0-or-later
/* Letters as text: addresses, headers, bodies; settings. */
#include "platform/mail/mail.h"

#include <sodium.h>
#include <string.h>

#include "base/text.h"

enum { ADDRESS_MAX = 254, LOCAL_MAX = 64, SUBJECT_MAX = 500, WORD_BYTES = 42, LINE_BYTES = 57 };

static const char *const tls_words[] = {"starttls", "implicit", "none", NULL};

const struct setting mail_settings[] = {
    {"mail.host", SETTING_TEXT, "", 0, 253, NULL, "Server that takes mail; empty: no mail is sent."},
    {"mail.port", SETTING_INT, "587", 1, 65535, NULL, "Its port."},
    {"mail.tls", SETTING_TEXT, "starttls", 0, 0, tls_words, "Encryption: starttls, implicit (port 465) or none."},
    {"mail.ca", SETTING_TEXT, "", 0, 0, NULL, "File of the authority that its certificate is checked against; empty: the system's."},
    {"mail.user", SETTING_TEXT, "", 0, 0, NULL, "Account at the server; empty: none is needed."},
    {"mail.password", SETTING_SECRET, "", 0, 0, NULL, "Password of that account."},
    {"mail.from", SETTING_TEXT, "", 0, ADDRESS_MAX, NULL, "Address that mail is sent from."},
    {NULL, SETTING_TEXT, NULL, 0, 0, NULL, NULL},
};

bool mailer_open(const struct config *c, const struct keys *keys, struct mailer *ret, struct err *e)
{
    struct mailer m = {
        .keys = keys,
        .host = config_text(c, "mail.host"),
        .port = config_int(c, "mail.port"),
        .tls = config_text(c, "mail.tls"),
        .user = config_text(c, "mail.user"),
        .password = config_text(c, "mail.password"),
        .from = config_text(c, "mail.from"),
        .ca_file = config_text(c, "mail.ca"),
    };
    if (m.host.n && !mail_address(m.from))
        return FAIL(e, ERR_BAD_INPUT, "err.mail.settings", "mail.from must be an address when mail.host is set");
    *ret = m;
    return true;
}

static bool address_char(char c)
{
    return c > ' ' && c < 0x7f && !strchr("()<>[]:;,\\\"@", c);
}

bool mail_address(struct str s)
{
    size_t at = 0;
    if (s.n > ADDRESS_MAX || !str_find(s, STR("@"), &at) || at == 0 || at > LOCAL_MAX || at + 1 >= s.n)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (i != at && !address_char(s.p[i]))
            return false;
    return s.p[at + 1] != '.' && s.p[at + 1] != '-' && s.p[s.n - 1] != '.';
}

static bool one_line(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
            return false;
    return true;
}

static void base64(struct strbuf *b, struct str s)
{
    char out[sodium_base64_ENCODED_LEN(LINE_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    sodium_bin2base64(out, sizeof out, (const unsigned char *)s.p, s.n, sodium_base64_VARIANT_ORIGINAL);
    strbuf_z(b, out);
}

static bool plain_header(struct str s)
{
    size_t at;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x7f)
            return false;
    return s.n <= 60 && !str_find(s, STR("=?"), &at);
}

/* At most WORD_BYTES that end between two characters. */
static struct str encoded_piece(struct str s)
{
    size_t n = s.n < WORD_BYTES ? s.n : WORD_BYTES;
    while (n < s.n && n > 1 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
        n--;
    return str_cut(s, 0, n);
}

/* RFC 2047: words of at most 75 characters, one a line, each whole characters. */
static void header(struct strbuf *b, const char *name, struct str s)
{
    strbuf_printf(b, "%s: ", name);
    if (plain_header(s)) {
        strbuf_str(b, s);
        strbuf_z(b, "\r\n");
        return;
    }
    for (bool first = true; s.n; first = false) {
        struct str piece = encoded_piece(s);
        strbuf_z(b, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
        base64(b, piece);
        strbuf_z(b, "?=");
        s = str_cut(s, piece.n, s.n);
    }
    strbuf_z(b, "\r\n");
}

/* RFC 5322, 3.3, in UTC. */
static void date_header(struct strbuf *b, struct instant now)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct day d = instant_day(now, 0);
    int year, month, dom, minute = instant_minute_of_day(now, 0);
    day_parts(d, &year, &month, &dom);
    int second = (int)(now.ms / 1000 - (int64_t)d.n * 86400 - minute * 60);
    strbuf_printf(b, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[day_weekday(d) - 1], dom, months[month - 1], year,
                  minute / 60, minute % 60, second);
}

/* Line ends of the wire, so that the text reads the same after base64. */
static struct str wire_lines(struct arena *a, struct str s)
{
    struct strbuf b;
    strbuf_init(&b, a, 2 * s.n + 4);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\n' && (i == 0 || s.p[i - 1] != '\r'))
            strbuf_char(&b, '\r');
        strbuf_char(&b, s.p[i]);
    }
    if (s.n && s.p[s.n - 1] != '\n')
        strbuf_z(&b, "\r\n");
    return strbuf_text(&b);
}

static bool sound(const struct letter *l, struct err *e)
{
    if (!mail_address(l->to))
        return FAIL(e, ERR_BAD_INPUT, "err.mail.address", NULL);
    if (!one_line(l->subject) || text_chars(l->subject) > SUBJECT_MAX)
        return FAIL(e, ERR_BAD_INPUT, "err.mail.subject", NULL);
    return true;
}

bool mail_format(struct strbuf *b, const struct mailer *m, const struct letter *l, struct str id, struct instant now,
                 struct err *e)
{
    if (!sound(l, e))
        return false;
    strbuf_printf(b, "From: " STR_FMT "\r\nTo: " STR_FMT "\r\n", STR_ARG(m->from), STR_ARG(l->to));
    header(b, "Subject", l->subject);
    date_header(b, now);
    size_t at = 0;
    str_find(m->from, STR("@"), &at);
    strbuf_printf(b, "Message-ID: <" STR_FMT STR_FMT ">\r\n", STR_ARG(id), STR_ARG(str_cut(m->from, at, m->from.n)));
    strbuf_z(b, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    struct str text = wire_lines(b->arena, l->text);
    for (size_t i = 0; i < text.n; i += LINE_BYTES) {
        base64(b, str_cut(text, i, LINE_BYTES));
        strbuf_z(b, "\r\n");
    }
    return !b->full || FAIL(e, ERR_TOO_LARGE, "err.mail.long", NULL);
}
