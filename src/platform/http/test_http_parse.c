// SPDX-License-Identifier: AGPL-3.0-or-later
/* The parts of the server that need no socket: grammars, multipart, kinds of
 * files, rates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypt.h"
#include "platform/http/http_multipart.h"
#include "platform/http/http_parse.h"
#include "platform/http/http_rate.h"
#include "platform/http/upload_sniff.h"

static int open_arena(void **state)
{
    struct arena *a = calloc(1, sizeof *a);
    arena_init(a);
    *state = a;
    return 0;
}

static int close_arena(void **state)
{
    arena_done(*state);
    free(*state);
    return 0;
}

#define assert_str(s, z) do { struct str got_ = (s); if (!str_is(got_, (z))) \
    fail_msg("got '" STR_FMT "', not '%s'", STR_ARG(got_), (z)); } while (0)

static void escapes(void **state)
{
    struct arena *a = *state;
    struct str s;
    assert_true(percent_decode(a, STR("a%20b+c"), true, &s));
    assert_str(s, "a b c");
    assert_true(percent_decode(a, STR("a+b%2B"), false, &s));
    assert_str(s, "a+b+");
    static const char *const bad[] = {"%", "%2", "%zz", "a%2", "%%20"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(percent_decode(a, str_of(bad[i]), true, &s));
    assert_str(percent_encode(a, STR("a b/\xc4\x91\r\n\"~"), "/"), "a%20b/%C4%91%0D%0A%22~");
    assert_str(text_salvage(a, STR("a\xff" "b\0c\x07\xe2\x80\xae" "d\xed\xa0\x80\xc0\x80" "e\xf5\x80\x80\x80\xe1\xba")), "abcde");
    assert_str(text_salvage(a, STR("a\xcc\x81\n\t\xf0\x9f\x98\x80")), "\xc3\xa1\n\t\xf0\x9f\x98\x80");
}

static void headers(void **state)
{
    struct arena *a = *state;
    struct str s;
    assert_true(cookie_find(STR("a=1; bb=2; b=\"3\";c"), "b", &s));
    assert_str(s, "3");
    assert_false(cookie_find(STR("a=1; b"), "b", &s));
    assert_false(cookie_find(STR(""), "b", &s));
    assert_true(accepts_gzip(STR("gzip, deflate, br")));
    assert_true(accepts_gzip(STR("br;q=1.0, *;q=0.1")));
    assert_false(accepts_gzip(STR("gzip;q=0, *")));
    assert_false(accepts_gzip(STR("gzip;q=0.000")));
    assert_false(accepts_gzip(STR("br, gzipped")));
    assert_true(etag_listed(STR("\"a\", W/\"bc\""), STR("bc")));
    assert_true(etag_listed(STR("*"), STR("bc")));
    assert_false(etag_listed(STR("\"bcd\", bc"), STR("bc")));
    assert_true(header_param(a, STR("multipart/form-data; charset=x; Boundary=\"a;b\\\"c\""), "boundary", &s));
    assert_str(s, "a;b\"c");
    assert_true(header_param(a, STR("x; flag; name=C:\\d"), "name", &s));
    assert_str(s, "C:\\d");
    assert_false(header_param(a, STR("x; name=\"never closed"), "name", &s));
    assert_false(header_param(a, STR("name=y"), "name", &s));
}

static void file_names(void **state)
{
    struct arena *a = *state;
    assert_str(file_name_clean(a, STR("C:\\a\\b.pdf")), "b.pdf");
    assert_str(file_name_clean(a, STR("../../etc/passwd")), "passwd");
    assert_str(file_name_clean(a, STR("..")), "file");
    assert_str(file_name_clean(a, STR(".htaccess")), "htaccess");
    assert_str(file_name_clean(a, STR("a\r\nb<\">.png")), "ab.png");
    assert_str(file_name_clean(a, STR("")), "file");
    assert_str(file_name_clean(a, STR("H?\xcc\xa3.pdf")), "\xe1\xb8\xa4.pdf"); /* a mark whose sign between is gone joins its letter */
    char name[306];
    memset(name, 'a', sizeof name);
    memcpy(name + 300, ".docx", 6);
    struct str s = file_name_clean(a, str_of(name));
    assert_int_equal(s.n, 100);
    assert_true(str_ends(s, STR(".docx")));
}

/* ---- multipart ---- */

/* Events as a text: "[name|file|type]contents;" … "END", "BAD" or "CUT". */
static struct str events_of(struct arena *a, struct str boundary, struct str body, size_t step)
{
    struct multipart m;
    struct strbuf b;
    strbuf_init(&b, a, 1 << 20);
    bool ok = multipart_init(&m, a, boundary), ended = false;
    for (size_t at = 0; ok && at < body.n;) {
        at += multipart_feed(&m, str_cut(body, at, step));
        enum multipart_event event;
        while (ok && (event = multipart_next(&m)) != MULTIPART_MORE) {
            if (event == MULTIPART_PART)
                strbuf_printf(&b, "[" STR_FMT "|%s" STR_FMT "|" STR_FMT "]", STR_ARG(m.name), m.has_file_name ? "f:" : "",
                              STR_ARG(m.file_name), STR_ARG(m.type));
            else if (event == MULTIPART_BYTES)
                strbuf_str(&b, m.bytes);
            else if (event == MULTIPART_PART_END)
                strbuf_char(&b, ';');
            ended |= event == MULTIPART_END;
            ok = event != MULTIPART_BAD;
        }
    }
    strbuf_z(&b, !ok ? "BAD" : ended ? "END" : "CUT");
    assert_true(!ok || ended == multipart_whole(&m));
    return strbuf_text(&b);
}

#define PART(name, text) "--b\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" text "\r\n"

static const struct {
    const char *body, *events;
} bodies[] = {
    {PART("a", "x") PART("c", "") "--b--\r\n", "[a||]x;[c||];END"},
    {PART("a", "x") "--b--", "[a||]x;END"},
    {"preamble\r\n" PART("a", "x") "--b--\r\nepilogue\r\n--b\r\n", "[a||]x;END"},
    {PART("a", "x\r\n--bb\r\n--c") "--b--", "[a||]x;BAD"}, /* a boundary and more on its line is none of ours */
    {PART("a", "\r\n\r\n--\r\n-") "--b--", "[a||]\r\n\r\n--\r\n-;END"},
    {"--b \t\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b--", "[a||]x;END"},
    {"--b\r\ncontent-DISPOSITION:form-data;name=a;filename*=utf-8''%c4%91.pdf;filename=\"d.pdf\"\r\nContent-Type: x/y\r\n\r\n\r\n--b--",
     "[a|f:\xc4\x91.pdf|x/y];END"},
    {"--b\r\nContent-Disposition: form-data; name=\"a%22b\"; filename=\"c\\\"d\"\r\n\r\n\r\n--b--", "[a\"b|f:c\"d|];END"},
    {"--b\r\n\r\nno headers\r\n--b--", "[||]no headers;END"},
    {"--b\r\nContent-Disposition: attachment; name=a\r\n\r\n\r\n--b--", "BAD"},
    {"--b\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\n\r\n--b--", "BAD"},
    {"--b\r\nContent-Disposition: form-data;\r\n name=a\r\n\r\n\r\n--b--", "BAD"},
    {"--b\r\nnonsense\r\n\r\n\r\n--b--", "BAD"},
    {PART("a", "x"), "[a||]CUT"},
    {"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx", "[a||]CUT"},
    {"--b--", "END"}, {"--c--", "CUT"}, {"\r\n--b--", "END"}, {"x--b--", "CUT"},
};

static void multipart_bodies(void **state)
{
    struct arena *a = *state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        for (size_t step = 1; step < 200; step += step < 8 ? 1 : 37) {
            struct str got = events_of(a, STR("b"), str_of(bodies[i].body), step);
            if (!str_is(got, bodies[i].events))
                fail_msg("body %zu by %zu: '" STR_FMT "', not '%s'", i, step, STR_ARG(got), bodies[i].events);
        }
}

static void multipart_limits(void **state)
{
    struct arena *a = *state;
    struct multipart m;
    char *long_text = arena_alloc(a, 100001);
    memset(long_text, 'h', 100000);
    assert_false(multipart_init(&m, a, STR("")));
    assert_false(multipart_init(&m, a, STR("a\nb")));
    assert_false(multipart_init(&m, a, (struct str){long_text, 71}));
    assert_true(multipart_init(&m, a, (struct str){long_text, 70}));
    struct str s = str_printf(a, "--b\r\nX: %s\r\n\r\n", long_text);
    assert_str(events_of(a, STR("b"), s, 8192), "BAD");
    s = str_printf(a, "%s" PART("a", "%s") "--b--", "", long_text);
    assert_int_equal(events_of(a, STR("b"), s, 1000).n, strlen("[a||];END") + 100000);
    s = str_printf(a, "%s\r\n" PART("a", "x") "--b--", long_text);
    assert_str(events_of(a, STR("b"), s, 1000), "[a||]x;END");
}

/* Another parser's own cases, when they are beside the source. */
static void multipart_vectors(void **state)
{
    struct arena *a = *state;
    static const struct {
        const char *name, *boundary, *events;
    } cases[] = {
        {"many", "----WebKitFormBoundaryWLHCs9qmcJJoyjKR",
         "[_method||]put;[profile[blog]||];[profile[public_email]||];[profile[interests]||];[profile[bio]||]hello\r\n\r\n\"quote\";"
         "[media|f:|application/octet-stream];[commit||]Save;END"},
        {"many-noend", "----WebKitFormBoundaryWLHCs9qmcJJoyjKR", NULL},
        {"many-wrongboundary", "----WebKitFormBoundaryWLHCs9qmcJJoyjKRR", "CUT"},
        {"nested", "AaB03x", NULL},
    };
    const char *source = getenv("DINH_SOURCE"), *shared = getenv("DINH_SHARED");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str path = str_printf(a, "%s%s/data/vectors/multipart/dicer-fixtures/%s/original", shared ? shared : source ? source : ".",
                                     shared ? "" : "/../shared", cases[i].name);
        FILE *f = fopen(path.p, "rb");
        if (!f)
            skip();
        char *bytes = arena_alloc(a, 65536);
        struct str body = {bytes, fread(bytes, 1, 65536, f)};
        fclose(f);
        struct str first = events_of(a, str_of(cases[i].boundary), body, 65536);
        if (cases[i].events)
            assert_str(first, cases[i].events);
        else
            assert_true(str_ends(first, strcmp(cases[i].name, "nested") ? STR("CUT") : STR("END")));
        for (size_t step = 1; step < 64; step++)
            assert_true(str_eq(first, events_of(a, str_of(cases[i].boundary), body, step)));
    }
}

/* ---- kinds of files ---- */

static struct str zip_of(struct arena *a, const char *const *names, const char *comment)
{
    struct strbuf b;
    strbuf_init(&b, a, 1 << 16);
    strbuf_add(&b, "PK\x03\x04 local headers", 18);
    size_t from = b.n, n = 0;
    for (; names[n]; n++) {
        char entry[46] = "PK\x01\x02";
        entry[28] = (char)strlen(names[n]);
        strbuf_add(&b, entry, 46);
        strbuf_z(&b, names[n]);
    }
    char end[22] = "PK\x05\x06";
    end[10] = (char)n;
    end[12] = (char)((b.n - from) & 255);
    end[13] = (char)((b.n - from) >> 8);
    end[20] = (char)strlen(comment);
    strbuf_add(&b, end, 22);
    strbuf_z(&b, comment);
    return strbuf_text(&b);
}

static bool sniffs(struct str s, enum upload_kind want)
{
    enum upload_kind kind;
    return upload_sniff_bytes(s, s, &kind) && kind == want;
}

static void kinds_of_files(void **state)
{
    struct arena *a = *state;
    enum upload_kind kind;
    assert_true(sniffs(STR("%PDF-1.7\nx\n%%EOF\n"), UPLOAD_PDF));
    assert_false(sniffs(STR("<html>%PDF-1.7\n%%EOF\n"), UPLOAD_PDF));
    assert_false(sniffs(STR("%PDF-1.7\n"), UPLOAD_PDF));
    assert_true(sniffs(STR("\xff\xd8\xff\xe0JFIF\xff\xd9"), UPLOAD_JPEG));
    assert_false(sniffs(STR("\xff\xd8\xff\xe0JFIF"), UPLOAD_JPEG));
    assert_true(sniffs(STR("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\1\0\0\0\1\0\0\0\0IEND\xae\x42\x60\x82"), UPLOAD_PNG));
    assert_false(sniffs(STR("\x89PNG\r\n\x1a\n"), UPLOAD_PNG));
    assert_true(sniffs(STR("RIFF\1\0\0\0WEBPVP8 \0\0\0\0"), UPLOAD_WEBP));
    assert_false(sniffs(STR("RIFF\1\0\0\0WAVEfmt \0\0\0\0"), UPLOAD_WEBP));
    static const char *const docx[] = {"[Content_Types].xml", "word/document.xml", NULL};
    static const char *const xlsx[] = {"[Content_Types].xml", "xl/workbook.xml", NULL};
    static const char *const docm[] = {"[Content_Types].xml", "word/document.xml", "word/vbaProject.bin", NULL};
    assert_true(sniffs(zip_of(a, docx, ""), UPLOAD_DOCX));
    assert_true(sniffs(zip_of(a, docx, "a comment"), UPLOAD_DOCX));
    assert_false(sniffs(zip_of(a, xlsx, ""), UPLOAD_DOCX));
    assert_false(sniffs(zip_of(a, docm, ""), UPLOAD_DOCX));
    assert_false(upload_sniff_bytes(STR(""), STR(""), &kind));
    assert_false(upload_sniff_bytes(STR("MZ\x90"), STR("MZ\x90"), &kind));
    assert_true(upload_name_fits(UPLOAD_JPEG, STR("a.JPeG")));
    assert_false(upload_name_fits(UPLOAD_JPEG, STR("a.jpg.exe")));
    assert_false(upload_name_fits(UPLOAD_PDF, STR(".pdf")));
    assert_true(upload_parse(str_of(upload_word(UPLOAD_DOCX)), &kind) && kind == UPLOAD_DOCX);
}

static void files_are_what_they_say(void **state)
{
    (void)state;
    char path[] = "/tmp/dinh-sniff-XXXXXX";
    enum upload_kind kind;
    int fd = mkstemp(path);
    FILE *f = fdopen(fd, "wb");
    assert_non_null(f);
    fputs("%PDF-1.4\n", f);
    for (int i = 0; i < 100000; i++)
        fputc('x', f);
    fputs("\n%%EOF\n", f);
    fclose(f);
    struct http_file file = {.path = str_of(path), .file_name = STR("a.pdf")};
    assert_true(upload_sniff(&file, &kind));
    assert_int_equal(kind, UPLOAD_PDF);
    file.file_name = STR("a.png");
    assert_false(upload_sniff(&file, &kind));
    remove(path);
    assert_false(upload_sniff(&file, &kind));
}

/* ---- rates ---- */

static void rates(void **state)
{
    (void)state;
    struct rates *r = rates_open();
    int wait = 0;
    int64_t now = 5000000;
    for (int i = 0; i < 60; i++)
        assert_true(rate_take(r, STR("192.0.2.1"), 0, 60, now, &wait));
    assert_false(rate_take(r, STR("192.0.2.1"), 0, 60, now, &wait));
    assert_in_range(wait, 1, 2);
    assert_true(rate_take(r, STR("192.0.2.1"), 1, 60, now, &wait));
    assert_true(rate_take(r, STR("192.0.2.2"), 0, 60, now, &wait));
    assert_true(rate_take(r, STR("192.0.2.1"), 0, 60, now + 1100000, &wait));
    assert_false(rate_take(r, STR("192.0.2.1"), 0, 60, now + 1100000, &wait));
    assert_true(rate_take(r, STR("2001:db8::1"), 0, 1, now, &wait));
    assert_false(rate_take(r, STR("2001:db8:0:0:ffff::2"), 0, 1, now, &wait));
    assert_true(rate_take(r, STR("2001:db8:0:1::1"), 0, 1, now, &wait));
    /* a flood of addresses does not free the one that is at its limit now */
    char address[32];
    int refused = 0;
    for (int i = 0; i < 20000; i++) {
        snprintf(address, sizeof address, "10.%d.%d.%d", i >> 14, i >> 7 & 127, i & 127);
        rate_take(r, str_of(address), 0, 60, now + 1200000, &wait);
        refused += !rate_take(r, STR("192.0.2.9"), 0, 2, now + 1200000 + i, &wait);
    }
    assert_int_equal(refused, 20000 - 2);
    rates_close(r);
}

/* Four tries are free; then 30 s, twice as long each time, an hour at most; forgotten after a day. */
static void guessing(void **state)
{
    (void)state;
    struct rates *r = rates_open();
    const struct str who = STR("192.0.2.1");
    int64_t now = INT64_C(90000) * 1000000;
    for (int i = 0; i < 4; i++) {
        rate_wrong(r, who, now);
        assert_int_equal(rate_wrong_wait(r, who, now), 0);
    }
    rate_wrong(r, who, now);
    assert_int_equal(rate_wrong_wait(r, who, now), 30);
    assert_int_equal(rate_wrong_wait(r, who, now + 29500000), 1);
    assert_int_equal(rate_wrong_wait(r, who, now + 30000000), 0);
    assert_int_equal(rate_wrong_wait(r, STR("192.0.2.2"), now), 0);
    rate_wrong(r, who, now + 30000000);
    assert_int_equal(rate_wrong_wait(r, who, now + 30000000), 60);
    for (int i = 0; i < 20; i++)
        rate_wrong(r, who, now + 90000000);
    assert_int_equal(rate_wrong_wait(r, who, now + 90000000), 3600);
    now += INT64_C(25) * 3600 * 1000000;
    rate_wrong(r, who, now);
    assert_int_equal(rate_wrong_wait(r, who, now), 0);
    rates_close(r);
}

int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(escapes, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(headers, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(file_names, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(multipart_bodies, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(multipart_limits, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(multipart_vectors, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(kinds_of_files, open_arena, close_arena),
        cmocka_unit_test(files_are_what_they_say),
        cmocka_unit_test(rates),
        cmocka_unit_test(guessing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
