// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/ui/ui_form.h"

#include "ui_form.html.h"

enum { RADIOS_MAX = 7, ROWS = 8 };

struct str ui_field_id(struct arena *a, const char *name)
{
    return str_printf(a, "f-%s", name);
}

struct str ui_field_anchor(struct arena *a, const char *name)
{
    return str_printf(a, "#f-%s", name);
}

static const struct form_field *field_of(const struct form *f, const char *name)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_is(str_of(name), f->fields[i].name))
            return &f->fields[i];
    die("ui: the form has no field %s", name);
}

/* How the browser should take each type. A day is a line: people know dates as
 * 27/03/1985, and a calendar is slow for a birthday. */
static const struct {
    const char *type, *mode;
} kinds[] = {
    [FORM_LINE] = {"text", "line"},   [FORM_TEXT] = {"text", "line"},
    [FORM_INT] = {"text", "number"},  [FORM_DAY] = {"text", "day"},
    [FORM_CHOICE] = {"text", "line"}, [FORM_FLAG] = {"text", "line"},
    [FORM_EMAIL] = {"email", "email"}, [FORM_PHONE] = {"tel", "phone"},
    [FORM_SECRET] = {"password", "secret"},
};

static void label_choices(const struct html *h, const struct form_field *field, struct ui_input *in)
{
    size_t n = 0;
    while (field->choices && field->choices[n])
        n++;
    in->choices = field->choices;
    in->choices_n = n;
    in->choice_labels = arena_array(h->arena, struct str, n ? n : 1);
    for (size_t i = 0; i < n; i++) {
        struct str id = str_printf(h->arena, "%s.%s", field->label, field->choices[i]);
        in->choice_labels[i] = i18n_text(h->lang, id.p);
    }
}

static struct str described_by(struct arena *a, const struct ui_input *in)
{
    if (in->hint && in->error)
        return str_printf(a, STR_FMT "-hint " STR_FMT "-error", STR_ARG(in->id), STR_ARG(in->id));
    if (in->hint || in->error)
        return str_printf(a, STR_FMT "-%s", STR_ARG(in->id), in->hint ? "hint" : "error");
    return STR("");
}

static void write_input(struct html *h, enum form_type type, const struct ui_input *in)
{
    switch (type) {
    case FORM_TEXT: ui_input_box(h, in); break;
    case FORM_FLAG: ui_input_flag(h, in); break;
    case FORM_CHOICE:
        if (in->choices_n > RADIOS_MAX || in->extra->dense)
            ui_input_select(h, in);
        else
            ui_input_radios(h, in);
        break;
    default: ui_input_line(h, in); break;
    }
}

void ui_field_with(struct html *h, const struct form *f, const char *name, const struct ui_extra *x)
{
    const struct form_field *field = field_of(f, name);
    const struct form_value *value = form_get(f, name);
    struct ui_input in = {.id = ui_field_id(h->arena, name), .name = name, .label = field->label, .hint = x->hint,
                          .error = value->error, .type = kinds[field->type].type, .mode = kinds[field->type].mode,
                          .extra = x, .max = field->max, .required = field->required,
                          .rows = x->rows ? x->rows : ROWS};
    if (field->type == FORM_DAY && !in.hint)
        in.hint = MSG("ui.day.hint");
    if (field->type != FORM_SECRET)
        in.value = value->text;
    in.chosen = value->n;
    if (field->type == FORM_CHOICE) {
        label_choices(h, field, &in);
        if (!value->text.n)
            in.chosen = -1; /* a blank form has n 0, which is no choice */
    }
    in.described = described_by(h->arena, &in);
    write_input(h, field->type, &in);
}

void ui_field(struct html *h, const struct form *f, const char *name)
{
    ui_field_with(h, f, name, &(struct ui_extra){0});
}

void ui_field_hint(struct html *h, const struct form *f, const char *name, const char *hint)
{
    ui_field_with(h, f, name, &(struct ui_extra){.hint = hint});
}
