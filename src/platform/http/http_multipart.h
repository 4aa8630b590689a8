// SPDX-License-Identifier: AGPL-3.0-or-later
/* multipart/form-data (RFC 7578, RFC 2046) taken apart as it comes, in a
 * window of fixed size. Pure: feed bytes, ask for events until it wants more. */
#ifndef PLATFORM_HTTP_MULTIPART_H
#define PLATFORM_HTTP_MULTIPART_H
#include "base/str.h"

enum { MULTIPART_BOUNDARY_MAX = 70, MULTIPART_HEADERS_MAX = 4096, MULTIPART_WINDOW = 16 * 1024 };

enum multipart_event {
    MULTIPART_MORE,  /* feed it */
    MULTIPART_PART,  /* a part begins: name, file_name, type are set */
    MULTIPART_BYTES, /* contents of the part: bytes */
    MULTIPART_PART_END,
    MULTIPART_END, /* after the last boundary; what follows is passed over */
    MULTIPART_BAD, /* not multipart; stays so */
};

struct multipart {
    struct arena *arena;
    char *window;
    size_t from, to; /* what is in it and not yet taken */
    char mark[MULTIPART_BOUNDARY_MAX + 5]; /* CR LF - - boundary */
    size_t mark_n;
    enum { MP_PREAMBLE, MP_BOUNDARY, MP_HEADERS, MP_BODY, MP_AFTER, MP_BAD } state;
    /* the present part; in the arena */
    struct str name, file_name, type;
    bool has_name, has_file_name;
    struct str bytes; /* of MULTIPART_BYTES; borrowed until the next call */
};

/* false when the boundary is none (empty, too long, odd letters). */
bool multipart_init(struct multipart *m, struct arena *a, struct str boundary);
/* Takes as much as fits and gives how much that was. */
size_t multipart_feed(struct multipart *m, struct str bytes);
enum multipart_event multipart_next(struct multipart *m);
/* Has the last boundary been seen? */
bool multipart_whole(const struct multipart *m);
#endif
