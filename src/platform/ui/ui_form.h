// SPDX-License-Identifier: AGPL-3.0-or-later
/* Fields of forms: label, hint, error and what was typed, from the form's own
 * table. {{call ui_field(&p->form, "email")}} is enough for most.
 *
 * A field's id is "f-NAME", its error's "f-NAME-error". The words of a
 * FORM_CHOICE are shown by the message LABEL.WORD ("case.kind" + "." +
 * "complaint"). A field that is not required is marked so. */
#ifndef PLATFORM_UI_FORM_H
#define PLATFORM_UI_FORM_H
#include "platform/ui/ui.h"

/* What the form's table does not say; all may be 0. */
struct ui_extra {
    const char *hint;         /* message id */
    const char *autocomplete; /* HTML token ("name", "address-line1"); set only where people type their own */
    int rows;                 /* FORM_TEXT: height; 0 = 8 */
    bool dense;               /* desk: FORM_CHOICE as a select rather than radios */
    bool big_label;           /* the label is the page's h1 (one thing per page) */
    bool quiet;               /* do not say "optional" */
};

/* By type: a line, a box, radios (a select above 7 words), a checkbox, … */
void ui_field(struct html *h, const struct form *f, const char *name);
void ui_field_hint(struct html *h, const struct form *f, const char *name, const char *hint);
void ui_field_with(struct html *h, const struct form *f, const char *name, const struct ui_extra *x);

/* Attachments: form_field tables have none. error may be NULL. */
struct ui_files {
    const char *name, *label, *hint, *error;
    bool several;
};

/* What a field's template is given; made by ui_field. */
struct ui_input {
    struct str id, value, described;
    const char *name, *label, *hint, *error, *type, *mode;
    const struct ui_extra *extra;
    struct str *choice_labels;     /* message texts, choices_n of them */
    const char *const *choices;
    size_t choices_n;
    int64_t chosen, max;
    bool required;
    int rows;
};
struct str ui_field_id(struct arena *a, const char *name);     /* "f-NAME" */
struct str ui_field_anchor(struct arena *a, const char *name); /* "#f-NAME" */
#endif
