// SPDX-License-Identifier: AGPL-3.0-or-later
/* What the office and who handed a matter in write to each other: she with her
 * code, without a name or an account; sealed when the matter is. Part of cases.h. */
#ifndef FEATURES_CASE_TALK_H
#define FEATURES_CASE_TALK_H
#include "features/cases/cases.h"

enum { CASE_MESSAGE_MAX = 4000 /* characters */, CASE_TALK_UNSEEN = 10 /* of hers that nobody has noted */ };

struct case_message {
    int64_t no;
    bool hers, waits; /* of who handed it in; not yet noted by the office */
    struct str name;  /* of the official, then; empty to her */
    struct str body;
    struct day day;   /* never finer */
};
struct case_talk {
    struct case_message *v;
    size_t n;
    bool may_write; /* the viewer */
};
/* The last 100, oldest first, for who may open the matter: its office's workers, its team, and she. */
bool case_talk(const struct case_look *l, const struct case_facts *c, struct case_talk *ret, struct err *e);

/* Writes: she, or a worker of the office who may open the matter; what the
 * worker writes notes what she wrote before. ERR_BAD_INPUT "err.case.message",
 * "err.case.talk_full" (until the office has noted hers); ERR_DENIED; ERR_NOT_FOUND. */
bool case_say(const struct case_doing *d, struct case_key key, struct str text, struct err *e);
/* The office has read, and has nothing to say. */
bool case_heard(const struct case_doing *d, struct case_key key, struct err *e);

/* Matters of the office in which she waits to be read, at most 200: ids in order. */
bool case_talk_waiting(const struct case_look *l, int64_t office_id, int64_t **ret_ids, size_t *ret_n, struct err *e);

/* Inside the feature. */
bool case_act_record(const struct case_doing *d, const struct case_facts *c, const struct act *part, struct err *e);
/* Does the actor hold the code of the matter, or of one that was sent on or appealed to it? */
bool case_holds_code(struct rd *rd, const struct viewer *v, struct case_key key, bool *ret, struct err *e);
/* Is it a person of a sealed matter who does it: then no hour is kept. */
struct instant case_when(const struct case_doing *d, bool sealed);
#endif
