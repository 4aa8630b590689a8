// SPDX-License-Identifier: AGPL-3.0-or-later
/* Cookie values and form tokens from the wire. */
#include <stdlib.h>

#include "base/err.h"
#include "platform/auth/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct str s = {(const char *)bytes, n};
    struct digest stored;
    enum cookie_kind kind = session_parse(s, &stored);
    if ((kind == COOKIE_SESSION) != (kind != COOKIE_NONE && n == 64))
        die("a session's cookie has 64 digits");
    return 0;
}
