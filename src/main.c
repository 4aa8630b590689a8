// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/err.h"

int main(void)
{
    return err_exit_code(ERR_NONE);
}
