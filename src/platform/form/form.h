// SPDX-License-Identifier: AGPL-3.0-or-later
/* Forms: a const table says what a form takes; reading it gives typed values
 * or an error for each field, and keeps what was typed. */
#ifndef PLATFORM_FORM_H
#define PLATFORM_FORM_H
#include "base/day.h"
#include "platform/http/http.h"

enum form_type { FORM_LINE, FORM_TEXT, FORM_INT, FORM_DAY, FORM_CHOICE, FORM_FLAG, FORM_EMAIL, FORM_PHONE, FORM_SECRET };

/* One line of a form's table; the table ends with name NULL. */
struct form_field {
    const char *name;
    enum form_type type;
    bool required;
    int64_t min, max;        /* characters for text; value for FORM_INT; 0,0 = type's default limit */
    const char *const *choices; /* FORM_CHOICE: NULL-ended words */
    const char *label;       /* message id */
};

enum { FORM_FIELDS = 48 };
struct form_value {
    struct str text;   /* as accepted (trimmed, NFC); as typed when wrong */
    int64_t n;         /* FORM_INT value, FORM_FLAG 0/1, FORM_CHOICE index or -1 */
    struct day day;    /* FORM_DAY: ISO or d/m/yyyy */
    const char *error; /* message id, NULL when right */
};
struct form {
    const struct form_field *fields;
    struct form_value values[FORM_FIELDS];
    size_t n;
    const char *whole; /* what is wrong with the form as a whole (a file, a body cut off), or NULL */
    size_t errors;     /* number of fields with an error, and the whole */
};

/* Reads the request's body (or query when from_query) against the table; true
 * when every field is right. Never fails otherwise: wrong fields carry errors.
 * More than one value for a name: the first counts. */
bool form_read(struct form *f, const struct form_field *fields, const struct request *r, bool from_query);
/* An empty form of a table, for the first showing. */
void form_blank(struct form *f, const struct form_field *fields);
/* The value of a field; aborts on a name the table does not have. */
const struct form_value *form_get(const struct form *f, const char *name);
void form_set(struct form *f, const char *name, struct str text);
void form_error(struct form *f, const char *name, const char *msg);
/* Says what is wrong with no single field of the table; the first one stays. */
void form_whole_error(struct form *f, const char *msg);
#endif
