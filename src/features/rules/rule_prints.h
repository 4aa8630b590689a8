// SPDX-License-Identifier: AGPL-3.0-or-later
/* Printed forms: print_forms.csv, print_signers.csv, print_words.csv and the
 * templates forms/x.txt (their language: rules/README.md). Include rules.h. */
#ifndef FEATURES_RULE_PRINTS_H
#define FEATURES_RULE_PRINTS_H
#include "features/rules/rules.h"

/* The facts that a template may print, in the order of the values it is given. */
enum print_place {
    PLACE_OFFICE, PLACE_OFFICE_HEAD, PLACE_OFFICE_ADDRESS, PLACE_OFFICE_PHONE, PLACE_OFFICE_PLACE,
    PLACE_TODAY, PLACE_AUTHOR, PLACE_OFFICER,
    PLACE_NUMBER, PLACE_PROCEDURE, PLACE_KIND, PLACE_RECEIVED, PLACE_SUBJECT, PLACE_PEOPLE, PLACE_STATE, PLACE_CHANNEL,
    PLACE_DUE, PLACE_STEP_START, PLACE_LIMIT_ARTICLE, PLACE_HANDLED, PLACE_DECIDED,
    PLACE_GROUND, PLACE_GROUND_ARTICLE, PLACE_DECISION, PLACE_SENT_TO, PLACE_SENT_FROM, PLACE_FIRST_NUMBER, PLACE_FILES,
    PLACE_TITLE, PLACE_BODY, PLACE_WHERE, PLACE_ANSWER,
    PLACE_NAME, PLACE_ADDRESS, PLACE_PHONE, PLACE_EMAIL, PLACE_ID_NUMBER, PLACE_OTHERS,
    PLACE_BLANK, /* always filled by hand */
    PRINT_PLACES
};

/* Who may read it: in a sealed procedure STORY and IDENTITY stand only in forms
 * for the person herself or for the office. */
enum print_secrecy { PRINT_OPEN, PRINT_STORY, PRINT_IDENTITY };
struct print_place_about {
    const char *name; /* "case.number" */
    enum print_secrecy secrecy;
    const char *about;
};
extern const struct print_place_about print_places[PRINT_PLACES];

/* A piece of a line: words (with DOC_ marks), or a place: of print_places, or
 * PRINT_PLACES + the number of an @ask; PRINT_WORDS and PRINT_CELL (a new cell). */
enum { PRINT_WORDS = -1, PRINT_CELL = -2 };
struct print_piece {
    int place;
    struct str words;
};

enum print_line_kind {
    PRINT_PARAGRAPH, PRINT_ITEM, PRINT_TITLE, PRINT_ABOUT, PRINT_RE, PRINT_TO, PRINT_BASIS, PRINT_CENTRE, PRINT_ARTICLE,
    PRINT_HEADING, PRINT_LINES, PRINT_HEAD, PRINT_ROW, PRINT_LIST, PRINT_COPY, PRINT_SIGN, PRINT_CLOSE, PRINT_IF,
    PRINT_ELSE, PRINT_END
};
struct print_line {
    enum print_line_kind kind;
    struct print_piece *pieces;
    size_t pieces_n;
    size_t line;       /* of the file */
    int place;         /* PRINT_IF */
    bool negate;
    struct str words;  /* PRINT_IF: one of these; empty: is there anything */
    size_t jump;       /* PRINT_IF, PRINT_ELSE: the line behind its @else or @end */
};

/* What an officer types before it is issued. */
struct print_ask {
    struct str name;
    int64_t rows;
    struct rule_name label;
    int from;          /* place whose text it begins with; PRINT_WORDS: empty */
};

/* print_forms.csv */
struct rule_print {
    struct str id, template, procedure, action; /* procedure: kinds or procedures, empty all; action: that issues it */
    struct str symbol;  /* "QĐ"; empty: not numbered */
    struct str reader;  /* person body accused office public */
    struct str signers; /* of print_signers.csv */
    uint32_t roles;     /* who may issue it */
    struct rule_name name;
    struct rule_source source;
    struct print_ask *asks;
    size_t asks_n;
    struct print_line *lines;
    size_t lines_n;
};

/* print_signers.csv: who signs in which capacity. */
struct rule_signer {
    struct str id, lines; /* "KT. CHỦ TỊCH / PHÓ CHỦ TỊCH": as written above the signature */
    uint32_t roles;       /* who may sign so */
    struct rule_name name;
};

/* print_words.csv */
struct rule_print_word {
    struct str key, text;
};
struct rule_prints {
    struct rule_print *forms;
    struct rule_signer *signers;
    struct rule_print_word *words;
    size_t forms_n, signers_n, words_n;
};

const struct rule_print *rulebook_print(const struct rulebook *b, struct str id); /* NULL when none */
void rulebook_prints(const struct rulebook *b, const struct rule_print **ret, size_t *ret_n);
/* Is the form one of the procedure's? */
bool rule_print_fits(const struct rulebook *b, const struct rule_print *p, struct str procedure);
const struct rule_signer *rulebook_signer(const struct rulebook *b, struct str id);
/* print_words.csv: fixed words of the layout; empty when it has none. */
struct str rulebook_word(const struct rulebook *b, const char *key);

/* The language of templates alone, for the loader and its fuzzer. Problems as
 * lines "FILE:LINE: reason"; gives how many there were. Borrows text. */
struct print_template {
    struct print_ask *asks;
    struct print_line *lines;
    size_t asks_n, lines_n;
};
size_t print_template_parse(struct arena *a, struct str file, struct str text, struct print_template *ret,
                            struct strbuf *problems);
#endif
