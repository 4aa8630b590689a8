// SPDX-License-Identifier: AGPL-3.0-or-later
/* The wire: libcurl's SMTP. */
#include <curl/curl.h>
#include <string.h>

#include "platform/mail/mail_inner.h"

enum { CONNECT_S = 15, WHOLE_S = 120 };

struct upload {
    struct str rest;
};

static size_t give(char *out, size_t size, size_t n, void *arg)
{
    struct upload *u = arg;
    struct str part = str_cut(u->rest, 0, size * n);
    if (part.n)
        memcpy(out, part.p, part.n);
    u->rest = str_cut(u->rest, part.n, u->rest.n);
    return part.n;
}

static size_t swallow(char *in, size_t size, size_t n, void *arg)
{
    (void)in;
    (void)arg;
    return size * n;
}

static void set_security(CURL *c, struct arena *a, const struct mailer *m)
{
    curl_easy_setopt(c, CURLOPT_USE_SSL, str_is(m->tls, "none") ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
    curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (m->ca_file.n) {
        curl_easy_setopt(c, CURLOPT_CAINFO, str_z(a, m->ca_file));
        curl_easy_setopt(c, CURLOPT_CAPATH, (char *)NULL);
    }
    if (m->user.n) {
        curl_easy_setopt(c, CURLOPT_USERNAME, str_z(a, m->user));
        curl_easy_setopt(c, CURLOPT_PASSWORD, str_z(a, m->password));
    }
}

static void set_letter(CURL *c, struct arena *a, const struct mailer *m, struct upload *u)
{
    struct str url = str_printf(a, "%s://" STR_FMT ":%lld/localhost", str_is(m->tls, "implicit") ? "smtps" : "smtp",
                                STR_ARG(m->host), (long long)m->port);
    curl_easy_setopt(c, CURLOPT_URL, url.p);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)WHOLE_S);
    curl_easy_setopt(c, CURLOPT_MAIL_FROM, str_printf(a, "<" STR_FMT ">", STR_ARG(m->from)).p);
    curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(c, CURLOPT_READDATA, u);
    curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)u->rest.n);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, swallow);
}

/* 5yz means never, except where the fault is in our own settings: whoever asks
 * for TLS or another password has said nothing about the letter. */
static bool for_good(CURLcode result, long code)
{
    if (result == CURLE_LOGIN_DENIED || code == 530 || code == 534 || code == 535 || code == 538)
        return false;
    return code >= 500 && code < 600;
}

static bool judge(CURLcode result, long code, struct err *e)
{
    if (result == CURLE_OK)
        return true;
    if (for_good(result, code))
        return FAIL(e, ERR_BAD_INPUT, "err.mail.refused", "answer %ld", code);
    return FAIL(e, ERR_BUSY, "err.mail.later", "%s, answer %ld", curl_easy_strerror(result), code);
}

bool mail_send(struct arena *a, const struct mailer *m, const struct letter *l, struct str message, long *ret_code,
               struct err *e)
{
    struct upload u = {message};
    long code = 0;
    CURL *c = curl_easy_init();
    struct curl_slist *to = curl_slist_append(NULL, str_printf(a, "<" STR_FMT ">", STR_ARG(l->to)).p);
    if (!c || !to)
        die("no memory for mail");
    set_letter(c, a, m, &u);
    set_security(c, a, m);
    curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
    CURLcode result = curl_easy_perform(c);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code);
    curl_slist_free_all(to);
    curl_easy_cleanup(c);
    *ret_code = code;
    return judge(result, code, e);
}
