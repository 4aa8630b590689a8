// SPDX-License-Identifier: AGPL-3.0-or-later
/* The words of the cases feature: what a matter is made of. Texts are borrowed
 * by inputs and live in the caller's arena in results. */
#ifndef FEATURES_CASE_TYPES_H
#define FEATURES_CASE_TYPES_H
#include "base/crypt.h"
#include "base/day.h"

enum { CASE_CODE_SYMBOLS = 20, CASE_TITLE_MAX = 200, CASE_BODY_MAX = 20000, CASE_FILES_MAX = 5, CASE_COUNT_MAX = 2000 };
#define CASE_TRACK_LINK "/track#" /* and a tracking code: a browser never sends it on */
struct denounce_deed;
struct case_time_bar_deed;
struct case_key { int64_t office_id, case_id; };
/* Who hands it in. Sealed with the text for kinds that the rulebook seals. */
struct case_identity {
    struct str name, address, phone, email, id_number, others; /* others: representatives of a group, one a line */
    struct str marked, files; /* what else says who it is, by her own mark; keys of such attachments: "2 64-HEX-DIGITS name", one a line */
};

struct case_text {
    struct str title, body, place;
    struct case_identity who;
    bool who_hidden; /* the viewer is not one of the holders of the identity */
    bool who_vaulted, who_elsewhere; /* who is empty: with the office's holders; with the matter this one came from */
};

/* A file that lies in DIR/files, whole and on disk, before the command runs. */
struct case_file {
    int64_t file_no;
    struct str stored, name, kind, sha256;
    int64_t bytes;
    bool sealed, own; /* own: under a key of its own, which stands with the identity: it can show who wrote */
    struct str key;   /* that key, 64 hexadecimal digits; empty when not known here */
};

struct case_new {
    int64_t office_id;
    struct str office_code;  /* of the register: numbers begin with it */
    struct str procedure;    /* rulebook */
    struct str channel, subject, petitioner;
    int64_t people;
    bool remote;             /* the office's unit: longer limits */
    struct day received;
    struct case_text text;
    struct digest code_hash; /* of the tracking code */
    int64_t owner;           /* a citizen's account that lists it; 0 none; not kept for sealed kinds */
    struct str token;        /* of the form, against sending twice; may be empty */
    const struct case_file *files;
    size_t files_n;
    const struct case_reading *reading; /* of the text, made before the queue; NULL: the command makes it */
};

/* The row of the register. */
struct case_facts {
    struct case_key key;
    struct str number, procedure, kind, state, channel, subject, petitioner;
    int64_t instance, people, complexity, created_by, assigned_to, matter_of, version, text_id;
    bool sealed, remote;
    struct day received;
    struct instant created_at;
    struct str step, due_rule; /* the open step and the limit its clock runs by */
    struct day step_start, due;
    int64_t extensions;          /* of the open step */
    struct str pauses;           /* of the open step: "2026-07-10..2026-07-14,2026-08-01..", the last may be open */
    struct day handled, decided, closed; /* DAY_NONE until then */
    struct day enforced;                 /* set by the act that says so; not kept in the row */
    int64_t eligible, own;               /* 1, 0, -1 not yet known */
    struct str outcome, ground, decision;
    struct str title;                    /* empty when sealed */
    /* of who looks, set by case_get and the lists for what is sealed (denounce.h) */
    bool barred, on_team, above;
};

/* What an action is given; what it needs is said by its step in the rulebook. */
struct case_deed {
    struct str action;
    int64_t version;          /* that the actor saw; 0: whatever it is now */
    struct str ground;        /* of a refusal, or of guiding */
    struct str note;          /* reasons; goes into the act */
    struct str text;          /* of an answer */
    struct str decision;
    struct str subject;       /* classification */
    int64_t to_office;        /* forward, appeal */
    struct str to_office_code;
    bool to_remote;
    int64_t assignee;
    struct str title, body, answer; /* publication: as redacted */
    struct case_key link;     /* duplicate */
    struct digest code_hash;  /* for the matter that an appeal makes */
    struct str procedure;     /* of a part that is split off: see case_split.h */
    int64_t item, amount;     /* of an obligation of the decision: see case_enforce.h */
    const struct case_time_bar_deed *time_bar; /* see case_time_bar.h, denounce.h; may be NULL */
    const struct denounce_deed *denounce;
};

struct case_likeness {
    struct case_facts facts; /* elsewhere: its key, number, kind and day of receipt alone */
    int64_t share;           /* of the marks, per cent */
    struct str office;       /* elsewhere, in a register the viewer may not read: whose it is; else empty */
};

struct case_link {
    struct str relation;
    struct case_key to;
    struct str number, state; /* of the other end, when the viewer may know it; else empty */
    int64_t office_id;
};

struct case_answer {
    int64_t version, author;
    struct instant at;
    struct str state, decision, body, remark;
};

struct case_publication {
    struct case_key key;
    struct str number, kind, title, body, answer, decision;
    struct day published, received, decided;
};
#endif
