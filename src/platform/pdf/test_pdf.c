// SPDX-License-Identifier: AGPL-3.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/pdf/pdf.h"

const char *__lsan_default_suppressions(void);

/* fontconfig keeps its configuration for the life of the process and loses a little of it at the end. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}

static struct arena a;

static int setup(void **state)
{
    (void)state;
    arena_init(&a);
    return 0;
}
static int teardown(void **state)
{
    (void)state;
    arena_done(&a);
    return 0;
}

static struct doc sample(int paragraphs)
{
    struct doc d = {.title = STR("Quyết định về việc giải quyết khiếu nại"), .author = STR("Ủy ban nhân dân phường Phan Rang"),
                    .lang = STR("vi"), .made = {1783300000000}};
    struct doc_block *b = doc_add(&d, &a, DOC_LETTERHEAD, STR(""));
    b->cells[1] = STR("ỦY BAN NHÂN DÂN\nPHƯỜNG PHAN RANG");
    b->cells[2] = STR("Số: 12/QĐ-UBND");
    b->cells[4] = STR("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
    b->cells[5] = STR("Độc lập - Tự do - Hạnh phúc");
    b->cells[6] = STR("Phan Rang, ngày 06 tháng 7 năm 2026");
    b->n = 7;
    doc_add(&d, &a, DOC_TITLE, STR("QUYẾT ĐỊNH"));
    doc_add(&d, &a, DOC_ABOUT, STR("Về việc giải quyết khiếu nại của ông Nguyễn Văn Ẩn"));
    doc_add(&d, &a, DOC_CENTRE, STR("CHỦ TỊCH ỦY BAN NHÂN DÂN PHƯỜNG PHAN RANG"));
    doc_add(&d, &a, DOC_PARAGRAPH, STR(DOC_ITALIC "Căn cứ Luật Khiếu nại ngày 11 tháng 11 năm 2011;" DOC_ITALIC));
    for (int i = 0; i < paragraphs; i++)
        doc_add(&d, &a, DOC_PARAGRAPH, STR(DOC_BOLD "Điều 1." DOC_BOLD " Giữ nguyên, sửa đổi hoặc hủy bỏ quyết định hành chính bị khiếu "
                                           "nại; người khiếu nại là " DOC_DOTS " có quyền khởi kiện tại Tòa án nhân dân theo quy định."));
    doc_add(&d, &a, DOC_ITEM, STR("thứ nhất"));
    doc_add(&d, &a, DOC_ITEM, STR("thứ hai"));
    doc_add(&d, &a, DOC_LINES, STR("2"));
    b = doc_add(&d, &a, DOC_HEAD_ROW, STR("TT"));
    b->cells[b->n++] = STR("Tài liệu <b> & \"x\"");
    b = doc_add(&d, &a, DOC_ROW, STR("1"));
    b->cells[b->n++] = STR("Bản chính giấy chứng nhận quyền sử dụng đất");
    b = doc_add(&d, &a, DOC_CLOSE, STR("Nơi nhận:\n- Như Điều 3;\n- Lưu: VT."));
    b->cells[b->n++] = STR(DOC_BOLD "CHỦ TỊCH\n\n\n\nTrần Thị Bích" DOC_BOLD);
    b = doc_add(&d, &a, DOC_QR, STR("https://example.vn/verify/ABCD"));
    b->cells[b->n++] = STR("Kiểm tra tại /verify");
    return d;
}

static struct str pdf_of(const struct doc *d)
{
    struct err e = {0};
    struct str s;
    assert_true(pdf_write(&a, d, &s, &e));
    return s;
}

/* What pdftotext reads again. */
static struct str text_of(struct str pdf)
{
    char in[] = "/tmp/dinh-pdf-XXXXXX", out[64];
    static char buffer[1 << 16];
    int fd = mkstemp(in);
    assert_true(fd >= 0 && write(fd, pdf.p, pdf.n) == (ssize_t)pdf.n && close(fd) == 0);
    snprintf(out, sizeof out, "%s.txt", in);
    pid_t child = fork();
    int status = -1;
    if (child == 0) {
        execl("/usr/bin/pdftotext", "pdftotext", "-layout", in, out, (char *)NULL);
        _exit(127);
    }
    assert_true(child > 0 && waitpid(child, &status, 0) == child);
    assert_int_equal(status, 0);
    FILE *f = fopen(out, "r");
    assert_non_null(f);
    size_t n = fread(buffer, 1, sizeof buffer - 1, f);
    fclose(f);
    if (getenv("KEEP_PDF"))
        rename(in, getenv("KEEP_PDF"));
    unlink(in);
    unlink(out);
    return (struct str){buffer, n};
}

static bool holds(struct str s, const char *part)
{
    size_t at;
    return str_find(s, str_of(part), &at);
}

static void same_document_same_bytes(void **state)
{
    struct doc d = sample(3);
    struct str one = pdf_of(&d), two = pdf_of(&d);
    (void)state;
    assert_true(str_eq(one, two));
    assert_true(one.n < 200000);
    assert_true(holds(one, "/Lang (vi)"));
    assert_true(holds(one, "/StructTreeRoot"));
    assert_true(holds(one, "/FontFile2") || holds(one, "/FontFile3") || holds(one, "/FontFile"));
    d.made.ms += 1000;
    assert_false(str_eq(one, pdf_of(&d)));
}

static void text_comes_out_with_its_marks(void **state)
{
    struct doc d = sample(3);
    (void)state;
    if (access("/usr/bin/pdftotext", X_OK) != 0)
        skip();
    struct str s = text_of(pdf_of(&d));
    assert_true(holds(s, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"));
    assert_true(holds(s, "Độc lập - Tự do - Hạnh phúc"));
    assert_true(holds(s, "Về việc giải quyết khiếu nại của ông Nguyễn Văn Ẩn"));
    assert_true(holds(s, "Trần Thị Bích"));
}

static void long_ones_have_numbered_pages_and_a_ceiling(void **state)
{
    struct doc d = sample(120);
    struct err e = {0};
    struct str s;
    (void)state;
    if (access("/usr/bin/pdftotext", X_OK) != 0)
        skip();
    s = text_of(pdf_of(&d));
    assert_true(holds(s, "\f") && holds(s, " 2\n") && holds(s, " 3\n"));
    d = sample(0);
    char *big = arena_alloc(&a, DOC_TEXT_MAX + 1);
    memset(big, 'x', DOC_TEXT_MAX + 1);
    doc_add(&d, &a, DOC_PARAGRAPH, (struct str){big, DOC_TEXT_MAX + 1});
    assert_false(pdf_write(&a, &d, &s, &e));
    assert_int_equal(e.code, ERR_TOO_LARGE);
    d = sample(0); /* rows and signatures of no cell at all */
    doc_add(&d, &a, DOC_ROW, STR(""))->n = 0;
    doc_add(&d, &a, DOC_SIGN, STR(""))->n = 0;
    assert_true(pdf_write(&a, &d, &s, &e));
    /* a word as long as pages, in a table's cell too */
    d = sample(0);
    doc_add(&d, &a, DOC_ROW, (struct str){big, 20000});
    assert_true(pdf_write(&a, &d, &s, &e));
}

static void html_is_escaped_and_whole(void **state)
{
    struct doc d = sample(1);
    struct strbuf b;
    (void)state;
    strbuf_init(&b, &a, 1 << 20);
    struct html h = {.b = &b, .arena = &a};
    doc_html(&h, &d, 1);
    struct str s = strbuf_text(&b);
    assert_true(holds(s, "<h1>QUYẾT ĐỊNH</h1>"));
    assert_true(holds(s, "Tài liệu &lt;b&gt; &amp;"));
    assert_true(holds(s, "<b>Điều 1.</b> Giữ nguyên"));
    assert_true(holds(s, "<ul><li>thứ nhất</li>") && holds(s, "<li>thứ hai</li></ul>"));
    assert_true(holds(s, "<span class=\"fill\">"));
    assert_true(holds(s, "<b>CHỦ TỊCH</b><br>"));
    assert_false(holds(s, "\x01") || holds(s, "\x02") || holds(s, "\x03"));
}

static void kept_as_text_it_is_the_same(void **state)
{
    struct doc d = sample(2), again;
    struct strbuf one, two;
    struct err e = {0};
    (void)state;
    doc_add(&d, &a, DOC_PARAGRAPH, STR("tab\there, back\\slash, \nnew line"));
    d.watermark = STR("DỰ THẢO");
    strbuf_init(&one, &a, 1 << 20);
    strbuf_init(&two, &a, 1 << 20);
    doc_save(&one, &d);
    assert_true(doc_read(&a, strbuf_text(&one), &again, &e));
    doc_save(&two, &again);
    assert_true(str_eq(strbuf_text(&one), strbuf_text(&two)));
    assert_int_equal(again.n, d.n);
    assert_int_equal(again.v[0].n, 7);
    assert_true(str_eq(pdf_of(&d), pdf_of(&again)));
}

static void damaged_text_is_refused(void **state)
{
    static const char *const bad[] = {
        "", "document\t2\n", "document\t1\nnonsense\tx\n", "document\t1\n\nparagraf\tx\n", "document\t1\n\nparagraph\t\\x\n",
        "document\t1\n\nparagraph\tcut off", "document\t1\n\nrow\t1\t2\t3\t4\t5\t6\t7\t8\t9\n",
    };
    struct doc d;
    struct err e = {0};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(doc_read(&a, str_of(bad[i]), &d, &e));
        assert_int_equal(e.code, ERR_BAD_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(same_document_same_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(text_comes_out_with_its_marks, setup, teardown),
        cmocka_unit_test_setup_teardown(long_ones_have_numbered_pages_and_a_ceiling, setup, teardown),
        cmocka_unit_test_setup_teardown(html_is_escaped_and_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(kept_as_text_it_is_the_same, setup, teardown),
        cmocka_unit_test_setup_teardown(damaged_text_is_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
