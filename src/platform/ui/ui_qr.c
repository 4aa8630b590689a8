// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/ui/ui.h"
#include "ui_parts.html.h"

void ui_qr_made(struct html *h, const struct qr *code, const char *label_msg)
{
    ui_qr_code(h, qr_path(h->arena, code), code->side + 2 * QR_QUIET, label_msg);
}

void ui_qr(struct html *h, struct str text, const char *label_msg)
{
    struct qr code;
    if (qr_make(h->arena, text, &code))
        ui_qr_made(h, &code, label_msg);
}
