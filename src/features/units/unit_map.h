// SPDX-License-Identifier: AGPL-3.0-or-later
/* Include units.h. Boundaries as shapes of one picture; simplified, of the commune
 * boundaries that rules/PACK/map names the source of. */
#ifndef FEATURES_UNIT_MAP_H
#define FEATURES_UNIT_MAP_H
#include "features/units/units.h"

struct unit_shape {
    struct str id, name, path;
    bool here, frame;
};
struct unit_map {
    int64_t width, height;
    const struct unit_shape *shapes;
    size_t n;
};
/* The picture that a unit stands in (its own when it is a frame), n 0 when there is none. */
bool unit_map_of(struct rd *rd, struct arena *a, int64_t no, struct unit_map *ret, struct err *e);
/* The same by a unit's id. */
bool units_map(struct rd *rd, struct arena *a, struct str id, struct unit_map *ret, struct err *e);
#endif
