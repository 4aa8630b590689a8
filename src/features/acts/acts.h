// SPDX-License-Identifier: AGPL-3.0-or-later
/* Acts: who did what, when, in which office, on what, on what legal basis.
 * Every command records one; audit, timelines, figures and proofs read them.
 * Acts are only ever added. In each office they form a chain: an act's hash
 * covers the hash before it, so that none can be changed or taken out
 * unnoticed (`dinh check` walks the chain). */
#ifndef FEATURES_ACTS_H
#define FEATURES_ACTS_H
#include "base/crypt.h"
#include "platform/auth/viewer.h"
#include "platform/store/migrations.h"
#include "platform/store/store.h"

struct act {
    int64_t office_id;
    int64_t act_id;        /* from 1 in each office, without gaps; given by act_record */
    struct instant at;
    int64_t actor_id;      /* account; 0: the public or the program */
    struct str actor;      /* display name then; empty for the public */
    struct str subject;    /* what kind of thing: "case", "office", "account" */
    int64_t subject_id;
    struct str verb;       /* "accept": the action's word in the rulebook */
    struct str basis;      /* id of the rule or ground it rests on; may be empty */
    struct str note;       /* reasons for the file; no identity of a denouncer */
    struct str facts;      /* what figures are made of, from now on: "state=settling subject=land"; only what changed */
    bool open;             /* may the person concerned see it on her timeline */
    struct digest content; /* of what was handed in or written */
    struct digest hash;    /* chain; given by act_record */
    int64_t forgotten;     /* act that took the note away; 0: none */
};

extern const struct migration_file acts_migrations[];

/* Adds the act to the office's chain, in the command's own transaction. Sets
 * act_id and hash. Cost: one read, one insert. */
bool act_record(struct tx *tx, struct act *act, struct err *e);

/* The same for many acts of one office, in order: one look at the chain's end for all. */
bool act_record_many(struct tx *tx, struct act *acts, size_t n, struct err *e);

/* Takes the notes of the acts on a subject away, each with an act of its own
 * ('forget') that the chain stays whole by: acts_check sees that nothing but the
 * note is gone. by: office, at, actor and subject. Cost: three statements a note. */
bool act_forget_notes(struct tx *tx, const struct act *by, struct err *e);

struct act_query {
    int64_t office_id;
    const char *subject;
    int64_t subject_id;
    bool open_only;
};
struct act_list {
    struct act *v;
    size_t n;
};

/* The acts on one subject, oldest first; only the open ones when open_only.
 * The caller has checked the right to see the subject. Live in a. */
bool act_list(struct rd *rd, struct arena *a, const struct act_query *q, struct act_list *ret, struct err *e);

/* Recomputes every chain; problems as lines into report. Reads all acts. */
bool acts_check(struct rd *rd, struct strbuf *report, int64_t *ret_acts, bool *ret_sound, struct err *e);
#endif
