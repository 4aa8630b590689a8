// SPDX-License-Identifier: AGPL-3.0-or-later
/* Letters as text. tests/mail gives them to a server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "platform/mail/mail.h"

static const struct mailer ours = {.from = {"noreply@xa.example.vn", 21}};

static bool format(struct arena *a, struct letter l, struct str *ret, struct err *e)
{
    struct strbuf b;
    strbuf_init(&b, a, 100000);
    if (!mail_format(&b, &ours, &l, STR("dinh.1.2"), (struct instant){1783326600000}, e))
        return false;
    *ret = strbuf_text(&b);
    return true;
}

static void addresses(void **state)
{
    static const char *const good[] = {"a@b", "lan.nguyen+x@mail.example.vn", "o'neil_1@xn--x-ca.vn"};
    static const char *const bad[] = {"", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\r\nBcc: x@y", "<a@b>", "a@b,c@d", "lân@b",
                                      "a@.b", "a@b.", "\"a\"@b", "a@-b", "a@b\n",
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b"};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(mail_address(str_of(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(mail_address(str_of(bad[i])));
}

static void a_plain_letter(void **state)
{
    struct arena a;
    struct err e;
    struct str s;
    (void)state;
    arena_init(&a);
    assert_true(format(&a, (struct letter){1, STR("a@b.vn"), STR("Reset"), STR("one\ntwo")}, &s, &e));
    assert_true(str_is(s, "From: noreply@xa.example.vn\r\nTo: a@b.vn\r\nSubject: Reset\r\n"
                          "Date: Mon, 6 Jul 2026 08:30:00 +0000\r\nMessage-ID: <dinh.1.2@xa.example.vn>\r\n"
                          "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                          "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                          "b25lDQp0d28NCg==\r\n"));
    arena_done(&a);
}

static void subjects_are_encoded_in_whole_characters(void **state)
{
    struct arena a;
    struct err e;
    struct str s, line;
    struct str subject = STR("Kết quả giải quyết kiến nghị về đường làng và hệ thống thoát nước tại thôn Đắc Nhơn, xã Nhơn Sơn");
    size_t words = 0;
    (void)state;
    arena_init(&a);
    assert_true(format(&a, (struct letter){1, STR("a@b.vn"), subject, STR("x")}, &s, &e));
    while (str_split(&s, '\n', &line)) {
        assert_true(line.n <= 79);
        size_t at = 0;
        words += str_find(line, STR("=?UTF-8?B?"), &at);
    }
    assert_int_equal(words, 4);
    assert_true(format(&a, (struct letter){1, STR("a@b.vn"), STR("=?x?="), STR("x")}, &s, &e));
    assert_true(str_find(s, STR("Subject: =?UTF-8?B?PT94Pz0=?=\r\n"), &words));
    arena_done(&a);
}

static void nobody_adds_a_header(void **state)
{
    struct arena a;
    struct err e;
    struct str s;
    (void)state;
    arena_init(&a);
    assert_false(format(&a, (struct letter){1, STR("a@b.vn"), STR("x\r\nBcc: c@d"), STR("x")}, &s, &e));
    assert_string_equal(e.msg, "err.mail.subject");
    assert_false(format(&a, (struct letter){1, STR("a@b.vn\nBcc: c@d"), STR("x"), STR("x")}, &s, &e));
    assert_string_equal(e.msg, "err.mail.address");
    assert_true(format(&a, (struct letter){1, STR("a@b.vn"), STR("x"), STR("\r\n.\r\nMAIL FROM:<x>")}, &s, &e));
    arena_done(&a);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses),
        cmocka_unit_test(a_plain_letter),
        cmocka_unit_test(subjects_are_encoded_in_whole_characters),
        cmocka_unit_test(nobody_adds_a_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
