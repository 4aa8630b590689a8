// SPDX-License-Identifier: AGPL-3.0-or-later
/* A document as an editable file (OpenDocument text): the same blocks as on
 * paper. The zip around it stores its parts as they are, "mimetype" first, with
 * one fixed time: the same document gives the same bytes. What XML forbids is
 * left out. */
#ifndef PLATFORM_ODT_H
#define PLATFORM_ODT_H
#include "platform/pdf/pdf.h"

/* ERR_TOO_LARGE "err.doc.long" above DOC_TEXT_MAX bytes of text. */
bool odt_write(struct arena *a, const struct doc *d, struct str *ret, struct err *e);
#endif
